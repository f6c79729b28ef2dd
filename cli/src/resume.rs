//! Remembers which files of a folder run are done, so that another run can go on.
//!
//! The memory is a file in the folder of the results, one line for each file that is
//! done, and a first line that says with which arguments. A file counts as done while
//! its length and its time of modification are the same, and its result is there with
//! the length that it had. A line that was cut off by an interruption counts for
//! nothing.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::{self, File, Metadata};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

use crate::interruption::Remembered;
use crate::output;

/// Walks pass over names that begin so.
const NAME: &str = ".fanjian-state";

/// What is done, and where that is noted.
pub(crate) struct State {
    path: PathBuf,
    file: Mutex<File>,
    /// What earlier runs have noted, by path.
    done: HashMap<String, String>,
}

impl State {
    /// Reads what earlier runs with the same `arguments` have noted, if this is to be
    /// gone on from, and begins a new file otherwise.
    pub(crate) fn open(folder: &Path, arguments: &str, is_resumed: bool) -> Result<State> {
        let path = folder.join(NAME);
        let open = || -> Result<State> {
            fs::create_dir_all(folder)?;
            let first = format!("fanjian {} {arguments:?}\n", env!("CARGO_PKG_VERSION"));
            let known = if is_resumed { fs::read_to_string(&path).ok() } else { None };
            let known = known.as_deref().and_then(|known| known.strip_prefix(&first));
            let done = known.map(read).unwrap_or_default();
            let mut lines = first.clone();
            for (name, line) in &done {
                let _ = writeln!(lines, "{line}\t{name}");
            }
            // Whole or not at all: what is forgotten is done again.
            let mut file = output::temporary_for_new_file().tempfile_in(folder)?;
            let _remembered = Remembered::new(file.path());
            file.write_all(lines.as_bytes())?;
            let file = file.persist(&path).map_err(|error| error.error)?;
            Ok(State { path: path.clone(), file: Mutex::new(file), done })
        };
        open().with_context(|| format!("cannot write {}", path.display()))
    }

    /// Whether the result of `source` is there.
    pub(crate) fn is_done(&self, relative: &Path, source: &Metadata, result: &Path) -> bool {
        let Some(noted) = self.done.get(&escaped(relative)) else { return false };
        let result = fs::metadata(result).ok();
        result.is_some_and(|result| *noted == line(source, &result))
    }

    /// Notes that the result of `source` is there.
    pub(crate) fn note(&self, relative: &Path, source: &Metadata, result: &Path) -> Result<()> {
        let written = fs::metadata(result);
        let written = written.with_context(|| format!("cannot look at {}", result.display()))?;
        let line = line(source, &written);
        let line = format!("{line}\t{}\n", escaped(relative));
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = file.write_all(line.as_bytes());
        noted.with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Forgets all, because all is done.
    pub(crate) fn remove(self) {
        drop(self.file);
        // Whoever goes on from it finds all done.
        let _ = fs::remove_file(self.path);
    }
}

fn read(lines: &str) -> HashMap<String, String> {
    let whole = lines.rfind('\n').map_or("", |end| &lines[..end]);
    let parts = whole.lines().filter_map(|line| line.rsplit_once('\t'));
    parts.map(|(line, name)| (name.to_owned(), line.to_owned())).collect()
}

fn line(source: &Metadata, result: &Metadata) -> String {
    let since = source.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = since.map_or(0, |since| since.as_nanos());
    format!("{}\t{modified}\t{}", source.len(), result.len())
}

/// A path in one line, whatever bytes it has.
fn escaped(path: &Path) -> String {
    let mut name = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'%' | 0..0x20 | 0x7F.. => {
                let _ = write!(name, "%{byte:02X}");
            }
            _ => name.push(char::from(*byte)),
        }
    }
    name
}
