//! Whole texts: standard input, files, and all files of folders that are text.
//!
//! A file that cannot be read does not stop the others.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::arguments::WalkArguments;
use crate::input::Input;
use crate::is_broken_pipe;
use crate::process::is_binary;
use crate::report;
use crate::walk::{self, Found};

/// A text, and where it is from.
pub(crate) struct Text<'f> {
    /// Standard input has none.
    pub(crate) path: Option<&'f Path>,
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Hands all texts to `take`, which says whether it was content with one. Gives whether it
/// was with all, and all could be read.
pub(crate) fn for_each(
    files: &[PathBuf],
    arguments: &WalkArguments,
    mut take: impl FnMut(&Text<'_>) -> Result<bool>,
) -> Result<bool> {
    if files.is_empty() {
        return take(&read(None)?);
    }
    let mut is_content = true;
    for found in walk::find(files, arguments, None)? {
        let taken = found.and_then(|found| match read_found(&found)? {
            Some(text) => take(&text),
            None => Ok(true),
        });
        is_content &= match taken {
            Ok(is_content) => is_content,
            // Whoever reads the output has seen enough.
            Err(error) if is_broken_pipe(&error) => return Err(error),
            Err(error) => {
                report::error(&error);
                false
            }
        };
    }
    Ok(is_content)
}

/// A file, unless it was found in a folder and is no text.
fn read_found(found: &Found) -> Result<Option<Text<'_>>> {
    let (name, bytes) = read_bytes(Some(&found.path))?;
    if found.is_in_folder && is_binary(&bytes) {
        return Ok(None);
    }
    decode(Some(&found.path), name, bytes).map(Some)
}

/// All of a file, or of standard input where no path is given.
pub(crate) fn read(path: Option<&Path>) -> Result<Text<'_>> {
    let (name, bytes) = read_bytes(path)?;
    decode(path, name, bytes)
}

fn read_bytes(path: Option<&Path>) -> Result<(String, Vec<u8>)> {
    let mut input = Input::open(path)?;
    Ok((input.name().to_owned(), input.read_to_end()?))
}

fn decode(path: Option<&Path>, name: String, bytes: Vec<u8>) -> Result<Text<'_>> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Text { path, name, text }),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            Err(anyhow!(
                "{name}: the bytes at offset {offset} are not UTF-8; convert the text first"
            ))
        }
    }
}
