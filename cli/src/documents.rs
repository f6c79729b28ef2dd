//! Documents that people convert: what of them is text, and how it gets back in.
//!
//! Each format is read by a module that notes what is to be replaced ([`Edits`]), and
//! everything else is copied. So tags, code, attributes, ids, times and styles stay byte
//! for byte, and a document with nothing to convert comes out as it was. Nothing about
//! Chinese is decided here: what becomes of a text is a [`Transform`]'s business.
//!
//! Plain text, Markdown and HTML are the library's, and do not come this way, but for
//! the languages that HTML names.
//!
//! | module | one sentence |
//! |---|---|
//! | `edits` | what is to be replaced, and the copy in which it is |
//! | `passage` | text that is read as one, though it stands in several places |
//! | `references` | entities and references to code points within text |
//! | `languages` | the names by which documents say what language they are in |
//! | `subtitles` | SRT, WebVTT and ASS |
//! | `po` | catalogues of gettext |
//! | `xml` | XML, by the table of a vocabulary |
//! | `dialect` | the tables |
//! | `notations` | text within formulas of spreadsheets, and within their headers |
//! | `archive` | EPUB, Office Open XML and OpenDocument |
//! | `html` | the languages that an HTML document names |

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;

mod archive;
mod dialect;
mod edits;
mod html;
mod languages;
mod notations;
mod passage;
mod po;
mod references;
mod subtitles;
mod xml;

pub(crate) use languages::Languages;
pub(crate) use passage::Transform;

use dialect::Dialect;
use edits::Edits;

/// The first bytes of a zip archive that has any entries.
const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";

/// What kind of document a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Nothing but text
    Text,
    /// Markdown
    Markdown,
    /// HTML
    Html,
    /// SubRip subtitles
    Srt,
    /// Advanced SubStation Alpha subtitles, and SSA
    Ass,
    /// WebVTT subtitles
    Vtt,
    /// A catalogue of gettext: its translations
    Po,
    /// XLIFF 1.2 or 2: its targets
    Xliff,
    /// EPUB
    Epub,
    /// A document of Office Open XML
    Docx,
    /// A text of OpenDocument
    Odt,
    /// A presentation of Office Open XML
    Pptx,
    /// A workbook of Office Open XML
    Xlsx,
}

impl Format {
    /// The format that files with the extension of `path` have, if one is known.
    pub(crate) fn of_path(path: &Path) -> Option<Format> {
        let extension = path.extension().and_then(OsStr::to_str)?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "txt" => Format::Text,
            "md" | "markdown" | "mdown" | "mkd" => Format::Markdown,
            "html" | "htm" | "xhtml" | "xht" => Format::Html,
            "srt" => Format::Srt,
            "ass" | "ssa" => Format::Ass,
            "vtt" => Format::Vtt,
            "po" | "pot" => Format::Po,
            "xlf" | "xliff" => Format::Xliff,
            "epub" => Format::Epub,
            "docx" | "docm" | "dotx" | "dotm" => Format::Docx,
            "odt" | "ott" => Format::Odt,
            "pptx" | "pptm" | "ppsx" | "potx" => Format::Pptx,
            "xlsx" | "xlsm" | "xltx" => Format::Xlsx,
            _ => return None,
        })
    }

    /// Whether a file that begins with `bytes` is an archive.
    pub(crate) fn is_archive(bytes: &[u8]) -> bool {
        bytes.starts_with(ZIP_SIGNATURE)
    }

    /// The format of an archive, by what is in it, if one is known.
    pub(crate) fn of_archive(bytes: &[u8]) -> Option<Format> {
        archive::detect(bytes)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Format::Text => "text",
            Format::Markdown => "Markdown",
            Format::Html => "HTML",
            Format::Srt => "SRT",
            Format::Ass => "ASS",
            Format::Vtt => "WebVTT",
            Format::Po => "PO",
            Format::Xliff => "XLIFF",
            Format::Epub => "EPUB",
            Format::Docx => "DOCX",
            Format::Odt => "ODT",
            Format::Pptx => "PPTX",
            Format::Xlsx => "XLSX",
        })
    }
}

/// What may come out of an archive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How many bytes in all.
    pub(crate) unpacked: u64,
    /// Whether there is a limit to how much larger that may be than the archive.
    pub(crate) ratio: bool,
}

/// How a document is to be converted.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'s> {
    pub(crate) transform: &'s dyn Transform,
    pub(crate) languages: Languages,
}

/// Converts a whole document; nothing where it stays as it is.
///
/// # Errors
///
/// When the document is not what its format says, is malformed, encrypted, or larger
/// than the limits. Messages say where.
pub(crate) fn convert(
    source: &[u8],
    format: Format,
    setting: &Setting<'_>,
    limits: Limits,
) -> Result<Option<Vec<u8>>> {
    let edits = match format {
        Format::Epub | Format::Docx | Format::Odt | Format::Pptx | Format::Xlsx => {
            return archive::convert(source, format, setting, limits);
        }
        Format::Srt => subtitles::convert_srt(xml::decode(source)?, setting),
        Format::Ass => subtitles::convert_ass(xml::decode(source)?, setting),
        Format::Vtt => subtitles::convert_vtt(xml::decode(source)?, setting)?,
        Format::Po => po::convert(xml::decode(source)?, setting)?,
        Format::Xliff => convert_exchange(source, setting)?,
        Format::Text | Format::Markdown | Format::Html => {
            debug_assert!(false, "the library reads {format}");
            Edits::default()
        }
    };
    Ok(edits.change_text().then(|| edits.apply(source)))
}

fn convert_exchange(source: &[u8], setting: &Setting<'_>) -> Result<Edits> {
    let mut is_exchange = false;
    let edits = xml::convert(
        source,
        |root| {
            is_exchange = root == "xliff";
            is_exchange.then_some(Dialect::Exchange)
        },
        setting,
    )?;
    if !is_exchange {
        bail!("it is no XLIFF document: its first element is not <xliff>");
    }
    Ok(edits)
}

/// Replaces the names of languages in an HTML document whose text was converted.
pub(crate) fn rename_html_languages(document: Vec<u8>, languages: Languages) -> Vec<u8> {
    let mut edits = Edits::default();
    html::find_languages(&document, languages, &mut edits);
    if edits.is_empty() { document } else { edits.apply(&document) }
}
