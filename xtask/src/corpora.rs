//! Real text: files, and folders of them, one sentence per line.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use lzma_rust2::XzReader;

/// How files are named, and how those that are compressed.
const PLAIN: &str = ".txt";
const COMPRESSED: &str = ".txt.xz";

/// A file of text.
pub(crate) struct Corpus {
    /// The file's name without its endings.
    pub(crate) name: String,
    /// All of it.
    pub(crate) text: String,
}

/// Reads a file, or all files `*.txt` and `*.txt.xz` of a folder by name.
pub(crate) fn read(path: &Path) -> Result<Vec<Corpus>> {
    if !path.is_dir() {
        return Ok(vec![read_file(path)?]);
    }
    let entries = fs::read_dir(path).with_context(|| path.display().to_string())?;
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|file| is_compressed(file) || is_plain(file));
    files.sort();
    ensure!(!files.is_empty(), "{}: no *{PLAIN} or *{COMPRESSED} in it", path.display());
    files.iter().map(|file| read_file(file)).collect()
}

fn read_file(path: &Path) -> Result<Corpus> {
    let place = || path.display().to_string();
    let mut file = BufReader::new(File::open(path).with_context(place)?);
    let mut text = String::new();
    match is_compressed(path) {
        true => XzReader::new(file, true).read_to_string(&mut text),
        false => file.read_to_string(&mut text),
    }
    .with_context(place)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split('.').next().unwrap_or_default().to_owned();
    Ok(Corpus { name, text })
}

fn is_plain(path: &Path) -> bool {
    path.to_string_lossy().ends_with(PLAIN)
}

fn is_compressed(path: &Path) -> bool {
    path.to_string_lossy().ends_with(COMPRESSED)
}
