//! Where text comes from: a file or standard input.
//!
//! This module gives bytes in blocks. What they mean, and whether they are text
//! at all, it does not know.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
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

    /// The first bytes of a regular file, at most so many; nothing of other inputs, from
    /// which reading may have to wait. They are read again later.
    pub(crate) fn peek(&mut self, length: usize) -> Result<Vec<u8>> {
        let Some(identity) = &self.identity else { return Ok(Vec::new()) };
        if !identity.as_file().metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Ok(Vec::new());
        }
        let mut start = vec![0; length];
        let mut filled = 0;
        while filled < length {
            match self.read(&mut start[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        start.truncate(filled);
        let rest = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(Cursor::new(start.clone()).chain(rest));
        Ok(start)
    }

    /// Reads all that is there.
    pub(crate) fn read_to_end(&mut self) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        let read = self.reader.read_to_end(&mut content);
        read.with_context(|| format!("cannot read {}", self.name))?;
        Ok(content)
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
