//! What was changed, where, and for which reason.
//!
//! Texts and alignment say what differs: within a stretch, characters that are
//! others in the output; and every run, but for what is the same at its ends. The
//! accounts of the passes say who is responsible for a range of the source. Changes
//! that stand side by side and have the same causes are one edit, so that a phrase is
//! one, and two phrases side by side are two.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::account::Explained;
use super::{Alignment, Piece, common_ends};
use crate::normalize::Rule;
use crate::repair::Restoration;
use crate::segment::Step;

/// A change of a text: what stood there, what stands there now, and why.
///
/// An edit has the text that it replaced, so the output and its edits are enough to
/// have the source again ([`revert`]).
///
/// # Examples
///
/// ```
/// use fanjian::{Cause, Config, Converter};
///
/// let aligned = Converter::new(Config::S2twp).convert_aligned("看互联网");
/// let [edit] = &aligned.edits()[..] else { panic!("only one word changes") };
/// assert_eq!((edit.source(), edit.output()), (3..12, 3..15));
/// assert_eq!(edit.replaced(), "互联网");
/// let Some(Cause::Entry(step)) = edit.causes().last() else { panic!("a dictionary has it") };
/// assert_eq!((step.dictionary(), step.key()), ("TWPhrases", "互聯網"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    source: Range<usize>,
    output: Range<usize>,
    replaced: String,
    causes: Vec<Cause>,
}

/// Who made an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// A rule of normalization.
    Rule(Rule),
    /// An entry of a dictionary, with its stage and all that it offers.
    Entry(Step),
    /// A repair of what a careless conversion made wrong. Its place is that in the text
    /// that was repaired.
    Restoration(Restoration),
}

impl Edit {
    /// The range of the source that was replaced, in bytes; empty where text was
    /// inserted.
    #[must_use]
    pub fn source(&self) -> Range<usize> {
        self.source.clone()
    }

    /// The range of the output that replaced it, in bytes; empty where text was
    /// deleted.
    #[must_use]
    pub fn output(&self) -> Range<usize> {
        self.output.clone()
    }

    /// What stood in the source.
    #[must_use]
    pub fn replaced(&self) -> &str {
        &self.replaced
    }

    /// What made the edit, in the order in which it happened: a rule, the entries
    /// that converted a segment, or several where passes changed the same place.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }
}

/// Takes edits back: gives the text that became `output` by them.
///
/// # Errors
///
/// [`RevertError`] where the edits are not those of this output: out of order, or
/// at places that it does not have.
///
/// # Examples
///
/// ```
/// use fanjian::{Config, Converter, revert};
///
/// let aligned = Converter::new(Config::S2twp).convert_aligned("在互联网上搜索软件");
/// let edits = aligned.edits();
/// assert_eq!(revert(aligned.output(), &edits)?, "在互联网上搜索软件");
/// assert!(revert("short", &edits).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn revert(output: &str, edits: &[Edit]) -> Result<String, RevertError> {
    let mut source = String::with_capacity(output.len());
    let mut reverted = 0;
    for (number, edit) in edits.iter().enumerate() {
        let fits = edit.output.start <= edit.output.end && output.is_char_boundary(edit.output.end);
        let unchanged = output.get(reverted..edit.output.start).filter(|_| fits);
        source.push_str(unchanged.ok_or(RevertError { number })?);
        source.push_str(&edit.replaced);
        reverted = edit.output.end;
    }
    source.push_str(&output[reverted..]);
    Ok(source)
}

/// An edit that is not one of the output which it was to be taken back from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevertError {
    number: usize,
}

impl RevertError {
    /// Which edit it is, counted from 0.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }
}

impl fmt::Display for RevertError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "edit {} does not fit the output", self.number)
    }
}

impl core::error::Error for RevertError {}

/// The edits that make `output` of `source`, given what each pass says of its changes.
pub(super) fn edits(
    [source, output]: [&str; 2],
    alignment: &Alignment,
    accounts: &[Vec<Explained>],
) -> Vec<Edit> {
    let mut changes: Vec<(Change, Vec<Range<usize>>)> = Vec::new();
    for_each_change([source, output], alignment, |change| {
        let responsible = responsible(accounts, &change.source);
        let change = change.trimmed([source, output]);
        match changes.last_mut() {
            _ if change.is_empty() => {}
            Some((last, others)) if last.touches(&change) && *others == responsible => {
                last.source.end = change.source.end;
                last.output.end = change.output.end;
            }
            _ => changes.push((change, responsible)),
        }
    });
    let edit = |(change, responsible): (Change, Vec<Range<usize>>)| {
        // What one pass deleted another one may have inserted again.
        let Change { source: from, output: to } = change.trimmed([source, output]);
        let causes = causes(accounts, &responsible);
        let replaced = source[from.clone()].to_owned();
        let edit = Edit { source: from, output: to, replaced, causes };
        (!edit.source.is_empty() || !edit.output.is_empty()).then_some(edit)
    };
    changes.into_iter().filter_map(edit).collect()
}

/// A place at which the texts differ, or may.
struct Change {
    source: Range<usize>,
    output: Range<usize>,
}

impl Change {
    /// The change without what is the same at its ends.
    fn trimmed(&self, [source, output]: [&str; 2]) -> Change {
        let Change { source: from, output: to } = self;
        let [head, tail] = common_ends(&source[from.clone()], &output[to.clone()]);
        Change {
            source: from.start + head..from.end - tail,
            output: to.start + head..to.end - tail,
        }
    }

    fn is_empty(&self) -> bool {
        self.source.is_empty() && self.output.is_empty()
    }

    /// Whether the next change follows without a gap.
    fn touches(&self, next: &Change) -> bool {
        self.source.end == next.source.start && self.output.end == next.output.start
    }
}

/// Gives `take` the characters of stretches that differ, and the runs.
fn for_each_change(
    [source, output]: [&str; 2],
    alignment: &Alignment,
    mut take: impl FnMut(Change),
) {
    let (mut from, mut to) = (0, 0);
    for piece in alignment.pieces() {
        match piece {
            Piece::Stretch(length) => {
                let characters = source[from..from + length].char_indices();
                for ((offset, before), after) in characters.zip(output[to..].chars()) {
                    if before != after {
                        let range = |start| start + offset..start + offset + before.len_utf8();
                        take(Change { source: range(from), output: range(to) });
                    }
                }
                (from, to) = (from + length, to + length);
            }
            Piece::Run(lost, gained) => {
                take(Change { source: from..from + lost, output: to..to + gained });
                (from, to) = (from + lost, to + gained);
            }
        }
    }
}

/// For each pass, the numbers of those of its changes that had a part in a change of
/// this range: those that overlap it, or, where none does, those that touch it.
fn responsible(accounts: &[Vec<Explained>], changed: &Range<usize>) -> Vec<Range<usize>> {
    let touching = |changes: &Vec<Explained>| {
        let start = changes.partition_point(|change| change.source.end < changed.start);
        let end = changes.partition_point(|change| change.source.start <= changed.end);
        start..end.max(start)
    };
    let overlapping = |changes: &Vec<Explained>| {
        let Range { mut start, mut end } = touching(changes);
        while start < end && !overlap(&changes[start].source, changed) {
            start += 1;
        }
        while start < end && !overlap(&changes[end - 1].source, changed) {
            end -= 1;
        }
        // None is the same wherever it is.
        if start < end { start..end } else { 0..0 }
    };
    let found: Vec<_> = accounts.iter().map(overlapping).collect();
    match found.iter().all(Range::is_empty) {
        true => accounts.iter().map(touching).collect(),
        false => found,
    }
}

/// Whether two ranges have something in common, where an empty one is a place
/// between two characters.
fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    let has_within = |range: &Range<usize>, point: &Range<usize>| {
        point.is_empty() && range.start < point.start && point.end < range.end
    };
    one.start.max(other.start) < one.end.min(other.end)
        || (one == other && one.is_empty())
        || has_within(one, other)
        || has_within(other, one)
}

fn causes(accounts: &[Vec<Explained>], responsible: &[Range<usize>]) -> Vec<Cause> {
    let changes =
        accounts.iter().zip(responsible).flat_map(|(changes, range)| &changes[range.clone()]);
    changes.flat_map(|change| change.causes.iter().cloned()).collect()
}
