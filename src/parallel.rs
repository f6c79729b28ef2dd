//! One large text, over several threads.
//!
//! The text is cut where a cut is certain, into pieces that stay in a processor's
//! second cache. One thread at a time has the output. It goes through the pieces in
//! order: one that nobody has taken it converts to where it belongs, and one that
//! another thread has converted it appends. The other threads take pieces from
//! further behind and convert them into memory of their own, which is used again.
//! A thread that has the output and comes to a piece that another one is still at
//! leaves the output to whoever is done next. So no thread ever waits for another,
//! and of two threads' work only half is copied.
//!
//! A text without certain cuts is one piece. How long pieces are never shows in
//! the output. This module knows nothing of tables and stages: a plan says where a
//! text may be cut, and `scan` converts the pieces.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::plan::Plan;
use crate::scan;

/// The least length of a piece but the last one, in bytes: little beside the second
/// cache of a processor, and much beside what it costs to take and to hand in one.
pub(crate) const PIECE: usize = 128 * 1024;

/// The shortest text that threads share, in pieces: what one thread does in the
/// time in which others wake up is less.
const FEWEST_PIECES: usize = 3;

/// Pieces that lie ready at a time, for each thread: enough that the thread that
/// has the output seldom comes to one that another thread is still at.
const PIECES_PER_THREAD: usize = 4;

/// Converts `text`, in pieces of at least `piece` bytes, and appends it to `output`.
pub(crate) fn convert_into(plan: &Plan<'_>, text: &str, piece: usize, output: &mut String) {
    if !is_shared(text, piece) {
        return scan::convert_into(plan, text, output);
    }
    // The last piece is not to move all of it.
    output.reserve(text.len() + piece);
    let pieces = pieces(plan, text, piece);
    let window = PIECES_PER_THREAD * rayon::current_num_threads();
    let state = Mutex::new(State::new(output, pieces, window));
    on_every_thread(|| {
        // A statement of its own, so that the lock does not last while working.
        let mut task = lock(&state).next_task();
        while let Some(at_hand) = task {
            task = match at_hand {
                Task::Convert { text, output } => {
                    scan::convert_piece_into(plan, text, output);
                    lock(&state).next_task_with(output)
                }
                Task::Append { mut converted, output } => {
                    output.push_str(&converted);
                    converted.clear();
                    let mut state = lock(&state);
                    state.spare.push(converted);
                    state.next_task_with(output)
                }
                Task::ConvertAhead { number, text, mut converted } => {
                    scan::convert_piece_into(plan, text, &mut converted);
                    let mut state = lock(&state);
                    state.hand_in(number, converted);
                    state.next_task()
                }
            };
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
    let pieces = Mutex::new(pieces(plan, rest, piece));
    let take = || lock(&pieces).next();
    let first = AtomicUsize::new(usize::MAX);
    on_every_thread(|| {
        // Pieces are taken in order: those before the first change are all taken.
        while first.load(Ordering::Relaxed) == usize::MAX
            && let Some((start, piece)) = take()
        {
            if let Some(offset) = scan::cut_before_change(plan, piece) {
                first.fetch_min(start + offset, Ordering::Relaxed);
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

/// The pieces of a text, of at least `length` bytes but for the last one, and where
/// each of them begins.
fn pieces<'t>(
    plan: &Plan<'_>,
    text: &'t str,
    length: usize,
) -> impl Iterator<Item = (usize, &'t str)> {
    let mut start = 0;
    core::iter::from_fn(move || {
        let rest = text.len() - start;
        let end = match rest {
            0 => return None,
            _ if rest <= length => text.len(),
            _ => plan.certain_cut(text, start + length),
        };
        let piece = (start, &text[start..end]);
        start = end;
        Some(piece)
    })
}

/// What a thread is to do next.
enum Task<'o, 't> {
    /// Convert this piece to the end of the output.
    Convert { text: &'t str, output: &'o mut String },
    /// Append what this piece became.
    Append { converted: String, output: &'o mut String },
    /// Convert this piece into memory of its own.
    ConvertAhead { number: usize, text: &'t str, converted: String },
}

/// A piece behind what is appended.
enum Piece<'t> {
    Waiting(&'t str),
    Taken,
    Converted(String),
}

/// A conversion in progress.
struct State<'o, 't, P> {
    /// `None` while a thread has it.
    output: Option<&'o mut String>,
    /// Pieces that are not yet cut off.
    rest: P,
    /// Those that are and do not belong to the output yet.
    pieces: VecDeque<Piece<'t>>,
    /// The number of the first of them.
    first: usize,
    /// How many are cut off at a time.
    window: usize,
    /// Empty, but with memory to be used again.
    spare: Vec<String>,
}

impl<'o, 't, P: Iterator<Item = (usize, &'t str)>> State<'o, 't, P> {
    fn new(output: &'o mut String, rest: P, window: usize) -> State<'o, 't, P> {
        let (pieces, spare) = (VecDeque::new(), Vec::new());
        State { output: Some(output), rest, pieces, first: 0, window, spare }
    }

    /// Takes the output back and gives the next task.
    fn next_task_with(&mut self, output: &'o mut String) -> Option<Task<'o, 't>> {
        self.output = Some(output);
        self.next_task()
    }

    /// Keeps what the piece of this number became, until it is appended.
    fn hand_in(&mut self, number: usize, converted: String) {
        self.pieces[number - self.first] = Piece::Converted(converted);
    }

    /// The next task, or `None` if all that is left is with other threads.
    fn next_task(&mut self) -> Option<Task<'o, 't>> {
        if !self.pieces.iter().any(|piece| matches!(piece, Piece::Waiting(_))) {
            let pieces = self.rest.by_ref().take(self.window);
            self.pieces.extend(pieces.map(|(_, text)| Piece::Waiting(text)));
        }
        self.task_at_output().or_else(|| self.task_ahead())
    }

    /// A task for the thread that has the output, unless another one has it, or is
    /// at the piece that comes next.
    fn task_at_output(&mut self) -> Option<Task<'o, 't>> {
        let is_free = !matches!(self.pieces.front()?, Piece::Taken);
        let output = self.output.take_if(|_| is_free)?;
        self.first += 1;
        match self.pieces.pop_front()? {
            Piece::Waiting(text) => Some(Task::Convert { text, output }),
            Piece::Converted(converted) => Some(Task::Append { converted, output }),
            Piece::Taken => None,
        }
    }

    /// The piece that the output comes to last.
    fn task_ahead(&mut self) -> Option<Task<'o, 't>> {
        let mut pieces = self.pieces.iter_mut().enumerate().rev();
        let (index, text, piece) = pieces.find_map(|(index, piece)| match *piece {
            Piece::Waiting(text) => Some((index, text, piece)),
            _ => None,
        })?;
        *piece = Piece::Taken;
        let converted = self.spare.pop().unwrap_or_default();
        Some(Task::ConvertAhead { number: self.first + index, text, converted })
    }
}

/// Locks for a moment. A panic of another thread, of which there should be none,
/// goes on in the one that waits for all.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::embedded::PLANS;
    use proptest::prelude::*;
    use proptest::sample::select;
    use rayon::{ThreadPool, ThreadPoolBuilder};
    use std::sync::LazyLock;

    /// One thread or more, whatever the machine has.
    static POOLS: LazyLock<Vec<ThreadPool>> = LazyLock::new(|| {
        let pool = |threads| ThreadPoolBuilder::new().num_threads(threads).build();
        (1..=4).map(|threads| pool(threads).expect("threads can be started")).collect()
    });

    fn plan(config: Config) -> &'static Plan<'static> {
        &PLANS[config as usize][0]
    }

    /// A text of which both forms over threads are compared with one thread.
    fn assert_same(config: Config, text: &str, piece: usize) {
        let plan = plan(config);
        let expected = scan::convert(plan, text);
        for pool in POOLS.iter() {
            let converted = pool.install(|| convert(plan, text, piece));
            assert_eq!(converted, expected);
            let borrowed = matches!(converted, Cow::Borrowed(_));
            assert_eq!(borrowed, matches!(expected, Cow::Borrowed(_)));
            let mut output = String::from("before");
            pool.install(|| convert_into(plan, text, piece, &mut output));
            assert_eq!(output.strip_prefix("before"), Some(&*expected));
        }
    }

    /// Phrases and parts of them, marks, operators, and what has another length.
    fn text() -> impl Strategy<Value = String> {
        const TEXTS: &[&str] = &[
            "头发",
            "发现",
            "头",
            "发",
            "干",
            "干燥",
            "乾",
            "乾坤",
            "里",
            "面条",
            "软件",
            "打印机",
            "U",
            "U盘",
            "鼠",
            "标",
            "服务器",
            "頭髮",
            "軟體",
            "滑鼠",
            "著",
            "著書",
            "為",
            "台湾",
            "，",
            "。",
            "\n",
            "\r\n",
            " ",
            "\0",
            "plain",
            "é",
            "😀",
            "㑮",
            "𫝈",
            "\u{F907}",
            "⿰",
            "⿰氵",
            "⿱⿱⿱",
            "⿰头发",
            "⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾",
        ];
        let piece = prop_oneof![
            12 => select(TEXTS).prop_map(String::from),
            1 => any::<String>(),
            // Nothing to cut behind.
            1 => select(&["发", "干", "⿰"][..]).prop_map(|text| text.repeat(80)),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

        #[test]
        fn pieces_of_any_length_give_the_whole(
            text in text(),
            config in select(&Config::ALL[..]),
            piece in prop_oneof![Just(1), 1..100_usize],
        ) {
            assert_same(config, &text, piece);
        }

        /// What does not change until its end, if at all, is borrowed, or converted
        /// from there on.
        #[test]
        fn a_late_change_is_found(
            unchanged in select(&["plain，", "人山人海\n", "⿰头发，"][..]),
            times in 0..60_usize,
            end in select(&["", "发现", "頭髮", "⿰头"][..]),
            config in select(&Config::ALL[..]),
        ) {
            assert_same(config, &(unchanged.repeat(times) + end), 8);
        }
    }

    #[test]
    fn pieces_cover_the_text_and_a_text_without_cuts_is_one() {
        let pieces_of = |text: &str, length| -> Vec<String> {
            pieces(plan(Config::S2t), text, length).map(|(_, piece)| piece.into()).collect()
        };
        assert_eq!(pieces_of("", 1), [""; 0]);
        assert_eq!(pieces_of("头发，头发，头", 1), ["头发", "，头发", "，头"]);
        let uncut = "⿰，".repeat(500);
        assert_eq!(pieces_of(&uncut, 1), [uncut]);
    }
}
