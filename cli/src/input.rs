//! Where text comes from: a file or standard input.
//!
//! This module gives bytes in blocks. What they mean, and whether they are text
//! at all, it does not know.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use same_file::Handle;

/// An opened input, with the name that messages call it by.
pub(crate) struct Input {
    reader: Box<dyn Read>,
    name: String,
    /// Which file is read, where the system can tell.
    identity: Option<Handle>,
}

impl Input {
    /// Opens the file at `path`, or standard input where no path is given.
    pub(crate) fn open(path: Option<&Path>) -> Result<Input> {
        match path {
            None => Ok(Input::standard()),
            Some(path) => {
                Input::file(path).with_context(|| format!("cannot read {}", path.display()))
            }
        }
    }

    fn standard() -> Input {
        Input {
            reader: Box::new(io::stdin().lock()),
            name: "standard input".to_owned(),
            identity: Handle::stdin().ok(),
        }
    }

    fn file(path: &Path) -> Result<Input> {
        // Asked first: some systems open folders and fail to read them, others
        // fail to open them with a message about permissions.
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => bail!("it is a folder; name a file in it"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                bail!("there is no such file; check the path")
            }
            _ => {}
        }
        let file = File::open(path)?;
        Ok(Input {
            identity: file.try_clone().and_then(Handle::from_file).ok(),
            reader: Box::new(file),
            name: path.display().to_string(),
        })
    }

    /// What messages call the input.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether what is written to standard output lands in the input file, to
    /// be read again without end.
    pub(crate) fn is_also_standard_output(&self) -> bool {
        let Some(input) = &self.identity else { return false };
        // Both may well be one terminal or one null device.
        let is_regular = input.as_file().metadata().is_ok_and(|metadata| metadata.is_file());
        is_regular && Handle::stdout().is_ok_and(|output| output == *input)
    }

    /// Reads what is there, up to the length of `block`, and says how many
    /// bytes that is: none at the end.
    pub(crate) fn read(&mut self, block: &mut [u8]) -> Result<usize> {
        loop {
            match self.reader.read(block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result.with_context(|| format!("cannot read {}", self.name)),
            }
        }
    }
}
