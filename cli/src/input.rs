//! Where text comes from: a file or standard input.
//!
//! This module gives bytes. What they mean, and whether they are text at all, it does
//! not know.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use same_file::Handle;

use crate::compression::Source;

/// An opened input, with the name that messages call it by.
pub(crate) struct Input {
    source: Source,
    name: String,
    /// What is read, if it is a regular file.
    file: Option<File>,
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
            source: Box::new(io::stdin()),
            file: None,
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
        let is_regular = file.metadata().is_ok_and(|metadata| metadata.is_file());
        Ok(Input {
            identity: file.try_clone().and_then(Handle::from_file).ok(),
            file: if is_regular { file.try_clone().ok() } else { None },
            source: Box::new(file),
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

    /// What is read, if it is a regular file: one that can be read at any place, and
    /// at whose end nobody waits for anything.
    pub(crate) fn regular_file(&self) -> Option<&File> {
        self.file.as_ref()
    }

    /// The bytes to read. All that is known of them else ends here, because some
    /// systems replace no file that is still open.
    pub(crate) fn into_source(self) -> Source {
        self.source
    }

    /// Reads all that is there.
    pub(crate) fn read_to_end(&mut self) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        let read = self.source.read_to_end(&mut content);
        read.with_context(|| format!("cannot read {}", self.name))?;
        Ok(content)
    }
}
