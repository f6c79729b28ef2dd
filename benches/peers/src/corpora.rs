//! Real text: the files `*.txt.xz` of a folder, one sentence per line.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use lzma_rust2::XzReader;
use texts::Material;

/// A file of text, or the beginning of one.
pub struct Corpus {
    /// The file's name without its endings.
    pub name: String,
    /// Whole lines in Traditional script.
    pub text: String,
}

/// Reads the first lines of every corpus in `folder`, at most `limit` bytes of
/// each, in the order of their names.
///
/// # Errors
///
/// Fails when there is none, or one cannot be read or is not UTF-8.
pub fn read(folder: &Path, limit: usize) -> Result<Vec<Corpus>> {
    let mut corpora = Vec::new();
    for path in files(folder)? {
        let place = || path.display().to_string();
        let file = BufReader::new(File::open(&path).with_context(place)?);
        let mut bytes = Vec::new();
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        XzReader::new(file, true).take(limit).read_to_end(&mut bytes).with_context(place)?;
        let end = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        bytes.truncate(end);
        let text = String::from_utf8(bytes).with_context(place)?;
        let name = path.file_name().and_then(|name| name.to_str()).with_context(place)?;
        corpora.push(Corpus { name: name.trim_end_matches(".txt.xz").to_owned(), text });
    }
    ensure!(!corpora.is_empty(), "{}: no *.txt.xz in it", folder.display());
    Ok(corpora)
}

/// Prose of real text: the first `limit` bytes of every corpus in `folder`.
///
/// # Errors
///
/// Fails as [`read`] does.
pub fn material(folder: &Path, limit: usize) -> Result<Material> {
    let corpora = read(folder, limit)?;
    let sizes = corpora.iter().map(|corpus| {
        let megabytes = corpus.text.len() as f64 / 1e6;
        format!("{} {megabytes:.1} MB", corpus.name)
    });
    let origin = format!("corpora ({})", sizes.collect::<Vec<_>>().join(", "));
    Ok(Material::new(corpora.into_iter().map(|corpus| corpus.text).collect(), origin))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.to_string_lossy().ends_with(".txt.xz"));
    files.sort();
    Ok(files)
}

/// Cuts `text` into blocks of whole lines of about `length` bytes each.
pub fn blocks(mut text: &str, length: usize) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let start = length.min(text.len());
        let newline = text.as_bytes()[start..].iter().position(|&byte| byte == b'\n');
        let (block, rest) =
            text.split_at(newline.map_or(text.len(), |newline| start + newline + 1));
        text = rest;
        Some(block)
    })
}
