//! Leaves no temporary file behind when a user or a system ends the program.
//!
//! A temporary file removes itself when whoever made it is done or has failed. A
//! signal ends the program before that, so all of them are remembered here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

static FILES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A temporary file that an interruption removes, until this is dropped.
pub(crate) struct Remembered(PathBuf);

impl Remembered {
    pub(crate) fn new(path: &Path) -> Remembered {
        files().insert(path.to_owned());
        Remembered(path.to_owned())
    }
}

impl Drop for Remembered {
    fn drop(&mut self) {
        files().remove(&self.0);
    }
}

fn files() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all temporary files and ends the program.
fn end(code: i32) -> ! {
    // Kept locked to the end, so that none is made meanwhile.
    let files = files();
    for path in files.iter() {
        // It may have taken its place a moment ago.
        let _ = fs::remove_file(path);
    }
    process::exit(code)
}

/// Takes notice of interruptions from now on.
#[cfg(unix)]
pub(crate) fn watch() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    // Without it, the signals do what they always do.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end(128 + signal); // As shells have it.
        }
    });
}

/// Takes notice of interruptions from now on.
#[cfg(not(unix))]
pub(crate) fn watch() {
    // Without it, an interruption does what it always does.
    let _ = ctrlc::set_handler(|| end(130));
}
