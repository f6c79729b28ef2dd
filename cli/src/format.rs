//! What a file is made of: text, or records of which some fields are text.

use std::ffi::OsStr;
use std::path::Path;

use clap::ValueEnum;

use crate::compression::Compression;

/// The values of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text, all of it
    Text,
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
}

/// What a file's name tells of its content: `corpus.jsonl.zst` are JSON Lines.
pub(crate) fn of_name(path: &Path) -> Format {
    let name = Compression::without_extension(path);
    let extension = name.extension().and_then(OsStr::to_str).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" => Format::Jsonl,
        "csv" => Format::Csv,
        "tsv" | "tab" => Format::Tsv,
        #[cfg(feature = "parquet")]
        "parquet" => Format::Parquet,
        #[cfg(feature = "parquet")]
        "arrow" | "arrows" | "feather" => Format::Arrow,
        _ => Format::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_formats() {
        assert_eq!(of_name(Path::new("a/b.jsonl")), Format::Jsonl);
        assert_eq!(of_name(Path::new("b.NDJSON.zst")), Format::Jsonl);
        assert_eq!(of_name(Path::new("b.csv.gz")), Format::Csv);
        assert_eq!(of_name(Path::new("b.tsv")), Format::Tsv);
        assert_eq!(of_name(Path::new("jsonl")), Format::Text);
        assert_eq!(of_name(Path::new("b.jsonl.txt")), Format::Text);
    }
}
