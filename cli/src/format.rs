//! What a file is made of, and what its name and its first bytes tell of that.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use clap::ValueEnum;
use fanjian::Markup;

use crate::compression::Compression;

/// The first bytes of a zip archive that has any entries.
pub(crate) const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";

/// What a file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Nothing but text
    Text,
    /// Markdown
    Markdown,
    /// HTML
    Html,
    /// JSON Lines: the fields that --field names
    Jsonl,
    /// Comma-separated values (RFC 4180): the columns that --column names
    Csv,
    /// Tab-separated values, where a quotation mark is a character as any other: the
    /// columns that --column names
    Tsv,
    /// Parquet: the columns that --column names
    #[cfg(feature = "parquet")]
    Parquet,
    /// An Arrow IPC file or stream: the columns that --column names
    #[cfg(feature = "parquet")]
    Arrow,
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
    /// What the name of a file tells of its content, if anything: `corpus.jsonl.zst` are
    /// JSON Lines.
    pub(crate) fn of_name(path: &Path) -> Option<Format> {
        let name = Compression::without_extension(path);
        let extension = name.extension().and_then(OsStr::to_str)?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "txt" => Format::Text,
            "md" | "markdown" | "mdown" | "mkd" => Format::Markdown,
            "html" | "htm" | "xhtml" | "xht" => Format::Html,
            "jsonl" | "ndjson" => Format::Jsonl,
            "csv" => Format::Csv,
            "tsv" | "tab" => Format::Tsv,
            #[cfg(feature = "parquet")]
            "parquet" => Format::Parquet,
            #[cfg(feature = "parquet")]
            "arrow" | "arrows" | "feather" => Format::Arrow,
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

    /// The format of texts that are written in `markup`.
    pub(crate) fn of_markup(markup: Markup) -> Format {
        match markup {
            Markup::Markdown => Format::Markdown,
            Markup::Html => Format::Html,
            _ => Format::Text,
        }
    }

    /// What the library is to know of its texts.
    pub(crate) fn markup(self) -> Markup {
        match self {
            Format::Markdown => Markup::Markdown,
            Format::Html => Markup::Html,
            _ => Markup::Plain,
        }
    }

    /// Whether such files are archives.
    pub(crate) fn is_archive(self) -> bool {
        matches!(self, Format::Epub | Format::Docx | Format::Odt | Format::Pptx | Format::Xlsx)
    }

    /// Whether such files say themselves which encoding they are in.
    pub(crate) fn has_own_encoding(self) -> bool {
        self.is_archive() || self == Format::Xliff
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Format::Text => "text",
            Format::Markdown => "Markdown",
            Format::Html => "HTML",
            Format::Jsonl => "JSON Lines",
            Format::Csv => "CSV",
            Format::Tsv => "TSV",
            #[cfg(feature = "parquet")]
            Format::Parquet => "Parquet",
            #[cfg(feature = "parquet")]
            Format::Arrow => "Arrow IPC",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_formats() {
        let of = |name| Format::of_name(Path::new(name));
        assert_eq!(of("a/b.jsonl"), Some(Format::Jsonl));
        assert_eq!(of("b.NDJSON.zst"), Some(Format::Jsonl));
        assert_eq!(of("b.csv.gz"), Some(Format::Csv));
        assert_eq!(of("b.tsv"), Some(Format::Tsv));
        assert_eq!(of("b.jsonl.txt"), Some(Format::Text));
        assert_eq!(of("book.EPUB"), Some(Format::Epub));
        assert_eq!(of("jsonl"), None);
    }
}
