//! What a long run shows of itself, and what it sums up at its end.
//!
//! On a terminal alone, and not before a second has passed: most runs are over by
//! then. All is written to standard error.

use std::fmt;
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Runs that are shorter show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two looks at the counters.
const INTERVAL: Duration = Duration::from_millis(100);

/// What was done so far.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) bytes: Arc<AtomicU64>,
    pub(crate) files: AtomicU64,
    /// The bar, while there is one: messages must not be written across it.
    bar: Mutex<Option<ProgressBar>>,
}

impl Counters {
    /// Does something to standard error that a bar would disturb.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        let bar = self.bar.lock().ok().and_then(|bar| bar.clone());
        match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

/// A display that goes on until it is dropped.
pub(crate) struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Shows how far `counters` are on the way to these totals. The bytes of some
    /// inputs are not known.
    pub(crate) fn show(counters: &Arc<Counters>, bytes: Option<u64>, files: u64) -> Progress {
        if !io::stderr().is_terminal() {
            return Progress { stop: None, thread: None };
        }
        let (stop, stopped) = mpsc::channel::<()>();
        let counters = Arc::clone(counters);
        let thread = thread::spawn(move || {
            let start = Instant::now();
            if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = bar(bytes, files).with_elapsed(start.elapsed());
            if let Ok(mut shared) = counters.bar.lock() {
                *shared = Some(bar.clone());
            }
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                bar.set_position(counters.bytes.load(Ordering::Relaxed));
                if files > 1 {
                    let done = counters.files.load(Ordering::Relaxed);
                    bar.set_message(format!("{done} of {files} files"));
                }
            }
            bar.finish_and_clear();
        });
        Progress { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A display that has failed is none.
            let _ = thread.join();
        }
    }
}

fn bar(bytes: Option<u64>, files: u64) -> ProgressBar {
    let template = match (bytes, files) {
        (Some(_), _) => {
            "{bar:30} {bytes} of {total_bytes}, {binary_bytes_per_sec}, {eta} left  {msg}"
        }
        (None, _) => "{spinner} {bytes}, {binary_bytes_per_sec}  {msg}",
    };
    let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::stderr());
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What was done in all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Summary {
    pub(crate) files: u64,
    pub(crate) changed: u64,
    pub(crate) failed: u64,
    /// Files of folders that are no text.
    pub(crate) binary: u64,
    /// Files that an earlier run had done.
    pub(crate) resumed: u64,
    pub(crate) bytes: u64,
    pub(crate) elapsed: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { files, changed, bytes, elapsed, .. } = *self;
        write!(formatter, "{files} files, {changed} changed")?;
        for (count, what) in [
            (self.failed, "failed"),
            (self.binary, "passed over as binary"),
            (self.resumed, "done before"),
        ] {
            if count > 0 {
                write!(formatter, ", {count} {what}")?;
            }
        }
        let rate = bytes as f64 / elapsed.as_secs_f64().max(1e-6);
        let (bytes, rate) = (HumanBytes(bytes), HumanBytes(rate as u64));
        if elapsed < Duration::from_secs(60) {
            write!(formatter, "; {bytes} in {:.2} s, {rate}/s", elapsed.as_secs_f64())
        } else {
            write!(formatter, "; {bytes} in {}, {rate}/s", HumanDuration(elapsed))
        }
    }
}
