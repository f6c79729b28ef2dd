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

use anyhow::{Result, bail};

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

pub(crate) use archive::detect as format_of_archive;
pub(crate) use languages::Languages;
pub(crate) use passage::Transform;

use dialect::Dialect;
use edits::Edits;

use crate::format::Format;

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
        _ => {
            debug_assert!(false, "{format} is no document of this module");
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
