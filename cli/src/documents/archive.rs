//! Documents that are archives: EPUB, Office Open XML, OpenDocument.
//!
//! An archive is not unpacked into a folder: entries are read one at a time, in memory,
//! and their names mean nothing but themselves. First, all entries that may hold text
//! are read and what changes is noted; only then, and only if any text changes, a new
//! archive is written. In it, entries keep their order, names, times, attributes and
//! methods; those in which nothing changes are copied as they are, compressed. So the
//! first entry of an EPUB stays `mimetype`, stored.
//!
//! What an archive says of itself is not trusted: it counts what comes out of an entry,
//! and no more than the limits allow is taken.

use std::io::{Cursor, Read, Write};

use anyhow::{Context, Result, anyhow, bail};
use zip::result::ZipError;
use zip::write::ZipWriter;
use zip::{CompressionMethod, ZipArchive};

use super::dialect::Dialect;
use super::edits::Edits;
use super::{Limits, Setting, xml};
use crate::compression::LARGEST_RATIO;
use crate::format::Format;

/// Up to which size in bytes the ratio does not matter.
const SMALL: u64 = 16 * 1024 * 1024;

/// Converts a document; nothing where nothing changes.
///
/// # Errors
///
/// When it is no whole archive, or not one of this format; when it is encrypted or would
/// need a new signature; when it goes beyond the limits; when an entry is malformed.
/// Messages name the entry.
pub(crate) fn convert(
    source: &[u8],
    format: Format,
    setting: &Setting<'_>,
    limits: Limits,
) -> Result<Option<Vec<u8>>> {
    let mut archive = Archive::open(source, limits)?;
    archive.check(format)?;
    let edits = archive.find_edits(format, setting)?;
    if !edits.iter().any(Edits::change_text) {
        return Ok(None);
    }
    archive.check_signature()?;
    archive.rewrite(edits).map(Some)
}

/// The format of an archive, by what is in it.
pub(crate) fn detect(source: &[u8]) -> Option<Format> {
    let limits = Limits { unpacked: 64 * 1024, ratio: false };
    let mut archive = Archive::open(source, limits).ok()?;
    if let Some(index) = archive.index("mimetype") {
        return match archive.read(index).ok()?.trim_ascii() {
            b"application/epub+zip" => Some(Format::Epub),
            b"application/vnd.oasis.opendocument.text" => Some(Format::Odt),
            _ => None,
        };
    }
    archive.index(CONTENT_TYPES)?;
    let documents = [
        ("word/document.xml", Format::Docx),
        ("ppt/presentation.xml", Format::Pptx),
        ("xl/workbook.xml", Format::Xlsx),
    ];
    documents.into_iter().find_map(|(name, format)| archive.index(name).map(|_| format))
}

const CONTENT_TYPES: &str = "[Content_Types].xml";
const EPUB_ENCRYPTION: &str = "META-INF/encryption.xml";
const OPEN_DOCUMENT_MANIFEST: &str = "META-INF/manifest.xml";

/// The signature of the files in which programs of Microsoft wrap what they encrypt, and
/// of those before Office Open XML.
const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

struct Archive<'s> {
    archive: ZipArchive<Cursor<&'s [u8]>>,
    length: u64,
    limits: Limits,
    /// How many bytes came out of entries so far.
    unpacked: u64,
}

impl<'s> Archive<'s> {
    fn open(source: &'s [u8], limits: Limits) -> Result<Archive<'s>> {
        if source.starts_with(COMPOUND_FILE) {
            bail!(
                "it is encrypted, or in a format before Office Open XML; save it without a \
                 password in a current format first"
            );
        }
        let archive = ZipArchive::new(Cursor::new(source))
            .map_err(|error| anyhow!("it is no complete zip archive: {error}"))?;
        if archive.has_duplicate_names() {
            bail!("two of its entries have the same name");
        }
        let length = u64::try_from(source.len()).unwrap_or(u64::MAX);
        Ok(Archive { archive, length, limits, unpacked: 0 })
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.archive.index_for_name(name)
    }

    /// Refuses what is not of the format, or encrypted.
    fn check(&mut self, format: Format) -> Result<()> {
        for index in 0..self.archive.len() {
            let entry =
                self.archive.by_index_raw(index).with_context(|| format!("entry {index}"))?;
            if entry.encrypted() {
                let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
                bail!("{name} is encrypted; save the document without a password first");
            }
        }
        let required = match format {
            Format::Epub => "META-INF/container.xml",
            Format::Odt => "content.xml",
            _ => CONTENT_TYPES,
        };
        if self.index(required).is_none() {
            bail!("it is no {format} document: it has no entry {required}");
        }
        match format {
            Format::Epub => self.check_epub_encryption(),
            Format::Odt => self.check_open_document_encryption(),
            _ => Ok(()),
        }
    }

    /// Fonts that are obscured, as publishers do, are nobody's concern here.
    fn check_epub_encryption(&mut self) -> Result<()> {
        let Some(index) = self.index(EPUB_ENCRYPTION) else { return Ok(()) };
        let encryption = self.read(index).context(EPUB_ENCRYPTION)?;
        let text = xml::decode(&encryption).context(EPUB_ENCRYPTION)?;
        let fonts = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];
        let mut methods =
            text.split("EncryptionMethod").skip(1).filter(|it| it.contains("Algorithm"));
        if methods.any(|method| {
            let algorithm = method.split(['"', '\'']).nth(1).unwrap_or_default();
            !fonts.contains(&algorithm)
        }) {
            bail!("it is encrypted ({EPUB_ENCRYPTION}), and can only be converted without");
        }
        Ok(())
    }

    fn check_open_document_encryption(&mut self) -> Result<()> {
        let Some(index) = self.index(OPEN_DOCUMENT_MANIFEST) else { return Ok(()) };
        let manifest = self.read(index).context(OPEN_DOCUMENT_MANIFEST)?;
        if xml::decode(&manifest).context(OPEN_DOCUMENT_MANIFEST)?.contains("encryption-data") {
            bail!("it is encrypted; save the document without a password first");
        }
        Ok(())
    }

    /// A signature says that nobody has changed the document since.
    fn check_signature(&self) -> Result<()> {
        let is_signature = |name: &&[u8]| {
            name.starts_with(b"_xmlsignatures/")
                || [&b"META-INF/documentsignatures.xml"[..], b"META-INF/signatures.xml"]
                    .contains(name)
        };
        if self.archive.file_names_raw().any(|name| is_signature(&name)) {
            bail!("it is signed, and converting would break the signature; remove that first");
        }
        Ok(())
    }

    /// What changes in each entry.
    fn find_edits(&mut self, format: Format, setting: &Setting<'_>) -> Result<Vec<Edits>> {
        let indices = 0..self.archive.len();
        indices.map(|index| self.find_edits_in(index, format, setting)).collect()
    }

    fn find_edits_in(
        &mut self,
        index: usize,
        format: Format,
        setting: &Setting<'_>,
    ) -> Result<Edits> {
        let name = self.name(index);
        if !may_hold_text(&name, format) {
            return Ok(Edits::default());
        }
        let source = self.read(index).with_context(|| name.clone())?;
        xml::convert(&source, |root| choose_dialect(root, format), setting).context(name)
    }

    /// What messages call an entry.
    fn name(&self, index: usize) -> String {
        match self.archive.name_for_index(index) {
            Some(Ok(name)) => name.into_owned(),
            _ => format!("entry {index}"),
        }
    }

    /// Unpacks an entry.
    fn read(&mut self, index: usize) -> Result<Vec<u8>> {
        let allowed = self.allowed();
        let mut entry = self.archive.by_index(index).map_err(explain)?;
        let mut content = Vec::new();
        let read = entry.by_ref().take(allowed + 1).read_to_end(&mut content);
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        if length > allowed {
            bail!(
                "its entries unpack to more than {} bytes; if that is right, pass a larger \
                 --limit-unpacked",
                self.unpacked + allowed
            );
        }
        read.map_err(|error| anyhow!("cannot be unpacked: {error}"))?;
        self.unpacked += length;
        Ok(content)
    }

    /// How many bytes may still come out of entries.
    fn allowed(&self) -> u64 {
        let mut limit = self.limits.unpacked;
        if self.limits.ratio {
            limit = limit.min(self.length.saturating_mul(LARGEST_RATIO).max(SMALL));
        }
        limit.saturating_sub(self.unpacked)
    }

    fn rewrite(&mut self, edits: Vec<Edits>) -> Result<Vec<u8>> {
        // Every entry is read once more.
        self.unpacked = 0;
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (index, edits) in edits.into_iter().enumerate() {
            let name = self.name(index);
            self.rewrite_entry(index, edits, &mut writer).context(name)?;
        }
        writer.set_raw_comment(self.archive.comment().into())?;
        Ok(writer.finish()?.into_inner())
    }

    fn rewrite_entry(
        &mut self,
        index: usize,
        edits: Edits,
        writer: &mut ZipWriter<Cursor<Vec<u8>>>,
    ) -> Result<()> {
        if edits.is_empty() {
            return Ok(writer.raw_copy_file(self.archive.by_index_raw(index)?)?);
        }
        let content = edits.apply(&self.read(index)?);
        let entry = self.archive.by_index_raw(index)?;
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            bail!("compressed by a method that documents do not use");
        }
        let (name, options) = (entry.name()?.into_owned(), entry.options());
        drop(entry);
        writer.start_file(name, options)?;
        Ok(writer.write_all(&content)?)
    }
}

fn explain(error: ZipError) -> anyhow::Error {
    match error {
        ZipError::UnsupportedArchive(_) => anyhow!("compressed in a way that documents do not use"),
        error => anyhow!("cannot be unpacked: {error}"),
    }
}

/// Whether the entry of a name is to be read.
fn may_hold_text(name: &str, format: Format) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_any =
        |extensions: &[&str]| extensions.iter().any(|it| extension.eq_ignore_ascii_case(it));
    match format {
        Format::Epub => {
            !name.starts_with("META-INF/")
                && is_any(&["xhtml", "html", "htm", "xht", "xml", "ncx", "opf", "svg"])
        }
        Format::Odt => !name.starts_with("META-INF/") && is_any(&["xml"]),
        // What relations and types are in is no text, nor what others have put in.
        _ => is_any(&["xml"]) && name != CONTENT_TYPES && !name.starts_with("customXml/"),
    }
}

/// What the vocabulary of an entry is, by the name of its first element.
fn choose_dialect(root: &str, format: Format) -> Option<Dialect> {
    match (format, root) {
        (Format::Epub, "html") => Some(Dialect::Xhtml),
        (Format::Epub, "package") => Some(Dialect::Package),
        (Format::Epub, "ncx") => Some(Dialect::Contents),
        (Format::Epub, "svg") => Some(Dialect::Svg),
        (Format::Odt, "document-content" | "document-styles" | "document-meta" | "document") => {
            Some(Dialect::OpenDocument)
        }
        (Format::Docx | Format::Pptx | Format::Xlsx, "coreProperties") => Some(Dialect::Properties),
        (Format::Docx | Format::Pptx | Format::Xlsx, root) => {
            OFFICE_PARTS.contains(&root).then_some(Dialect::Office)
        }
        _ => None,
    }
}

/// The first elements of the parts of Office Open XML that hold text or name a language.
const OFFICE_PARTS: &[&str] = &[
    // Documents.
    "document",
    "hdr",
    "ftr",
    "footnotes",
    "endnotes",
    "comments",
    "styles",
    "settings",
    "numbering",
    "glossaryDocument",
    // Presentations.
    "presentation",
    "sld",
    "sldLayout",
    "sldMaster",
    "notes",
    "notesMaster",
    "handoutMaster",
    "cmLst",
    "tblStyleLst",
    // Workbooks.
    "workbook",
    "sst",
    "worksheet",
    "table",
    "ThreadedComments",
    // Drawings, charts and diagrams in all of them.
    "wsDr",
    "userShapes",
    "chartSpace",
    "dataModel",
    "drawing",
];
