//! One large text, over several threads.
//!
//! The text is cut where a cut is certain, into pieces that stay in a processor's
//! second cache, and every thread takes the next piece whenever it is done with
//! one. It converts it into memory of its own and hands it in. Whoever hands one
//! in appends to the output what can be appended, in order, unless another thread
//! is at it: that one then appends the new piece as well. So no thread ever waits
//! for another, the output is written once and in order, and the memory of a piece
//! is used again while it is still in the cache.
//!
//! A text without certain cuts is one piece. How long pieces are never shows in
//! the output. This module knows nothing of tables and stages: a plan says where a
//! text may be cut, and `scan` converts the pieces.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::plan::Plan;
use crate::scan;

/// The least length of a piece but the last one, in bytes: little beside the second
/// cache of a processor, and much beside what it costs to take and to hand in one.
pub(crate) const PIECE: usize = 64 * 1024;

/// The shortest text that threads share, in pieces: what one thread does in the
/// time in which others wake up is less.
const FEWEST_PIECES: usize = 4;

/// Converts `text`, in pieces of at least `piece` bytes, and appends it to `output`.
pub(crate) fn convert_into(plan: &Plan<'_>, text: &str, piece: usize, output: &mut String) {
    if !is_shared(text, piece) {
        return scan::convert_into(plan, text, output);
    }
    output.reserve(text.len());
    let pieces = Pieces::new(plan, text, piece);
    let output = Output::new(output);
    on_every_thread(|| {
        let mut converted = String::new();
        while let Some(piece) = pieces.take() {
            converted.clear();
            scan::convert_into(plan, piece.text, &mut converted);
            converted = output.hand_in(piece.number, converted);
        }
    });
}

/// Converts `text`, in pieces of at least `piece` bytes, borrowing it when nothing
/// changes.
pub(crate) fn convert<'t>(plan: &Plan<'_>, text: &'t str, piece: usize) -> Cow<'t, str> {
    if !is_shared(text, piece) {
        return scan::convert(plan, text);
    }
    let Some(offset) = cut_before_change(plan, text, piece) else {
        return Cow::Borrowed(text);
    };
    let (unchanged, rest) = text.split_at(offset);
    let mut output = String::with_capacity(text.len());
    output.push_str(unchanged);
    convert_into(plan, rest, piece, &mut output);
    Cow::Owned(output)
}

/// Whether the text is long enough to be worth more than one thread.
fn is_shared(text: &str, piece: usize) -> bool {
    text.len() >= piece.saturating_mul(FEWEST_PIECES) && rayon::current_num_threads() > 1
}

/// As [`scan::cut_before_change`]: before this offset nothing changes, and there the
/// text may be cut.
fn cut_before_change(plan: &Plan<'_>, text: &str, piece: usize) -> Option<usize> {
    // Most texts change soon.
    let beginning = plan.certain_cut(text, piece);
    if let Some(offset) = scan::cut_before_change(plan, &text[..beginning]) {
        return Some(offset);
    }
    let rest = &text[beginning..];
    let pieces = Pieces::new(plan, rest, piece);
    let first = AtomicUsize::new(usize::MAX);
    on_every_thread(|| {
        // Pieces are taken in order: those before the first change are all taken.
        while first.load(Ordering::Relaxed) == usize::MAX
            && let Some(piece) = pieces.take()
        {
            if let Some(offset) = scan::cut_before_change(plan, piece.text) {
                first.fetch_min(piece.start + offset, Ordering::Relaxed);
            }
        }
    });
    Some(first.into_inner()).filter(|first| *first != usize::MAX).map(|first| beginning + first)
}

/// Does `work` once for each thread of the current pool, on as many as are free
/// while it lasts, and returns when all is done.
fn on_every_thread(work: impl Fn() + Sync) {
    let work = &work;
    rayon::scope(|scope| {
        for _ in 1..rayon::current_num_threads() {
            scope.spawn(move |_| work());
        }
        work();
    });
}

/// The pieces of a text, for whoever takes them.
struct Pieces<'p, 't> {
    plan: &'p Plan<'p>,
    text: &'t str,
    /// The least length of a piece but the last one.
    length: usize,
    taken: Mutex<Taken>,
}

/// How far the pieces of a text are taken.
#[derive(Default)]
struct Taken {
    pieces: usize,
    /// In bytes of the text.
    end: usize,
}

/// A piece of a text that converts independently of the others.
struct Piece<'t> {
    number: usize,
    /// Where it stands in the text, in bytes.
    start: usize,
    text: &'t str,
}

impl<'p, 't> Pieces<'p, 't> {
    fn new(plan: &'p Plan<'p>, text: &'t str, length: usize) -> Pieces<'p, 't> {
        Pieces { plan, text, length, taken: Mutex::default() }
    }

    /// Takes the next piece, if any is left.
    fn take(&self) -> Option<Piece<'t>> {
        let mut taken = lock(&self.taken);
        let Taken { pieces: number, end: start } = *taken;
        if start == self.text.len() {
            return None;
        }
        let end = match self.text.len() - start {
            rest if rest <= self.length => self.text.len(),
            _ => self.plan.certain_cut(self.text, start + self.length),
        };
        *taken = Taken { pieces: number + 1, end };
        Some(Piece { number, start, text: &self.text[start..end] })
    }
}

/// The output, to which pieces are appended in the order of the text.
struct Output<'o> {
    state: Mutex<OutputState<'o>>,
}

struct OutputState<'o> {
    /// `None` while a thread appends to it.
    text: Option<&'o mut String>,
    /// How many pieces are appended.
    appended: usize,
    /// Converted pieces that come later, by their numbers.
    waiting: BTreeMap<usize, String>,
    /// Memory to be used again.
    spare: Vec<String>,
}

impl<'o> Output<'o> {
    fn new(text: &'o mut String) -> Output<'o> {
        let (waiting, spare) = (BTreeMap::new(), Vec::new());
        Output { state: Mutex::new(OutputState { text: Some(text), appended: 0, waiting, spare }) }
    }

    /// Takes a converted piece and gives memory for the next one. Appends what can
    /// be appended, unless another thread does, which then appends this piece too.
    fn hand_in(&self, number: usize, converted: String) -> String {
        let mut state = lock(&self.state);
        state.waiting.insert(number, converted);
        if let Some(text) = state.text.take() {
            while let Some(converted) = state.next() {
                drop(state);
                text.push_str(&converted);
                state = lock(&self.state);
                state.spare.push(converted);
            }
            state.text = Some(text);
        }
        state.spare.pop().unwrap_or_default()
    }
}

impl OutputState<'_> {
    /// Takes the piece that is to be appended next, if it is there.
    fn next(&mut self) -> Option<String> {
        let next = self.waiting.remove(&self.appended)?;
        self.appended += 1;
        Some(next)
    }
}

/// Locks for a moment. A panic of another thread, of which there should be none,
/// goes on in the one that waits for all.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
