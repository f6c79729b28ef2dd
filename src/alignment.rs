//! Which place of an output is which place of its source.
//!
//! An [`Alignment`] is what a pass over a text leaves behind for those who have
//! positions in the text: annotations, highlights, editors. It knows lengths and no
//! text. Most of a text stands in the output at some distance from where it stood in
//! the source, byte for byte, though perhaps as other characters; so all that must be
//! kept is the **runs** between such stretches, where so many bytes became so many
//! others. The conversion of a book from Traditional to Simplified has hardly any.
//!
//! # What it means, exactly
//!
//! An alignment is the set of those **pairs** of offsets, one in the source and one in
//! the output, that are the same place: all those within a stretch, and those at both
//! ends of a run. A deletion has two pairs with the same output offset, an insertion
//! two with the same source offset, and a replacement nothing between its ends.
//!
//! One alignment after another is the join of these sets: a place of the source and one
//! of the output are the same when some place between them is the same as both
//! ([`Alignment::then`]). Joining is associative, so it does not matter how passes are
//! grouped. There is one exception: where the first pass deletes and the second inserts
//! at the same place, the join has pairs that cross, as nothing says which of the two
//! came first. There the deletion is taken to come first, and the pairs that contradict
//! it are dropped, so that what is left is always a part of the join.
//!
//! [`Aligned`] is a text with its alignment, where positions may be counted in other
//! units, and [`Edit`] what was changed, and by what.

use alloc::vec::Vec;
use core::iter::FusedIterator;
use core::ops::Range;

mod account;
mod aligned;
mod edit;
mod join;
mod unit;

pub(crate) use account::{Deed, Notes};
pub use aligned::Aligned;
pub use edit::{Cause, Edit, RevertError, revert};
pub use unit::Unit;

#[cfg(test)]
mod tests;

/// The places of an output and of its source that are the same.
///
/// Both directions are monotone, a border between characters always leads to a border
/// between characters, and asking takes time in the logarithm of the number of runs.
/// The default is the alignment of an empty text.
///
/// # Examples
///
/// ```
/// use fanjian::{Config, Converter};
///
/// let aligned = Converter::new(Config::S2twp).convert_aligned("在互联网上");
/// assert_eq!(aligned.output(), "在網際網路上");
/// let alignment = aligned.alignment();
/// // 上 stands behind four characters of three bytes, and stood behind three.
/// assert_eq!(alignment.output_offset("在互联网".len()), "在網際網路".len());
/// assert_eq!(alignment.source_range("在".len().."在網際".len()), "在".len().."在互联网".len());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    /// Where the distance between the two texts changes, or nothing is known between
    /// the ends: ascending and disjoint in both texts. Two may touch.
    runs: Vec<Run>,
    source_length: usize,
    output_length: usize,
}

/// So many bytes became so many others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    source: Span,
    output: Span,
}

/// A part of one of the two texts, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: usize,
    end: usize,
}

/// A direction: what a run is in the text that is asked about, and in the other one.
type Direction = fn(&Run) -> (Span, Span);

const TO_OUTPUT: Direction = |run| (run.source, run.output);
const TO_SOURCE: Direction = |run| (run.output, run.source);

impl Alignment {
    /// The alignment of a text of so many bytes with itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::Alignment;
    ///
    /// let alignment = Alignment::unchanged(6);
    /// assert_eq!(alignment.output_offset(3), 3);
    /// assert_eq!(alignment.runs().len(), 0);
    /// ```
    #[must_use]
    pub fn unchanged(length: usize) -> Alignment {
        Alignment { runs: Vec::new(), source_length: length, output_length: length }
    }

    /// The length of the source, in bytes.
    #[must_use]
    pub fn source_length(&self) -> usize {
        self.source_length
    }

    /// The length of the output, in bytes.
    #[must_use]
    pub fn output_length(&self) -> usize {
        self.output_length
    }

    /// The places where the texts do not correspond byte for byte, each as its range in
    /// the source and its range in the output, in bytes, ascending and disjoint. Between
    /// them, equally long stretches correspond, and each byte that begins a character
    /// in one begins a character in the other.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = (Range<usize>, Range<usize>)> {
        self.runs
            .iter()
            .map(|run| (run.source.start..run.source.end, run.output.start..run.output.end))
    }

    /// Where a byte offset of the source is in the output.
    ///
    /// An offset within a run leads to the beginning of what the run became, one at
    /// which text was inserted to the place before it, all of a deletion to the point
    /// between its neighbours, and one behind the end to the end.
    #[must_use]
    pub fn output_offset(&self, source_offset: usize) -> usize {
        self.first_at(source_offset, TO_OUTPUT)
    }

    /// Where a byte offset of the output is in the source, the other way round: within
    /// a run at its beginning, where text was deleted before it, all of an insertion at
    /// the point where it was made, behind the end at the end.
    #[must_use]
    pub fn source_offset(&self, output_offset: usize) -> usize {
        self.first_at(output_offset, TO_SOURCE)
    }

    /// The range of the output that a byte range of the source became.
    ///
    /// Runs that it touches a part of are in it as a whole; what was inserted at its
    /// ends is not. An empty range stays empty. A range that ends before it starts
    /// counts as empty.
    #[must_use]
    pub fn output_range(&self, source: Range<usize>) -> Range<usize> {
        self.range(&source, TO_OUTPUT)
    }

    /// The range of the source that a byte range of the output came from.
    ///
    /// Runs that it touches a part of are in it as a whole; what was deleted at its
    /// ends is not. An empty range stays empty. A range that ends before it starts
    /// counts as empty.
    #[must_use]
    pub fn source_range(&self, output: Range<usize>) -> Range<usize> {
        self.range(&output, TO_SOURCE)
    }

    /// Where many byte offsets of the source are in the output: each what
    /// [`Alignment::output_offset`] says. Ascending offsets take time in proportion to
    /// their number and that of the runs between the first and the last of them.
    pub fn output_offsets(
        &self,
        source_offsets: impl IntoIterator<Item = usize>,
    ) -> impl Iterator<Item = usize> {
        self.offsets(source_offsets, TO_OUTPUT)
    }

    /// Where many byte offsets of the output are in the source: each what
    /// [`Alignment::source_offset`] says, in the same time.
    pub fn source_offsets(
        &self,
        output_offsets: impl IntoIterator<Item = usize>,
    ) -> impl Iterator<Item = usize> {
        self.offsets(output_offsets, TO_SOURCE)
    }

    /// The length of the text that is asked about.
    fn length(&self, direction: Direction) -> usize {
        let end = |length| Span { start: length, end: length };
        let ends = Run { source: end(self.source_length), output: end(self.output_length) };
        direction(&ends).0.end
    }

    /// The first place that is the same as `offset`, or the beginning of the run that
    /// has it.
    fn first_at(&self, offset: usize, direction: Direction) -> usize {
        let offset = offset.min(self.length(direction));
        let next = self.runs.partition_point(|run| direction(run).0.end < offset);
        self.first_before(next, offset, direction)
    }

    /// The same, when the number of runs is known that end before `offset`.
    fn first_before(&self, next: usize, offset: usize, direction: Direction) -> usize {
        match self.runs.get(next).map(direction) {
            Some((from, to)) if from.start < offset && offset == from.end => to.end,
            Some((from, to)) if from.start <= offset => to.start,
            _ => self.behind(next, offset, direction),
        }
    }

    /// The place of an offset in the stretch behind so many runs.
    fn behind(&self, runs: usize, offset: usize, direction: Direction) -> usize {
        let start = match runs.checked_sub(1) {
            Some(last) => direction(&self.runs[last]),
            None => (Span { start: 0, end: 0 }, Span { start: 0, end: 0 }),
        };
        start.1.end + (offset - start.0.end)
    }

    /// The last place that is the same as `offset`, or the beginning of the run that
    /// has it.
    fn last_at(&self, offset: usize, direction: Direction) -> usize {
        let known = self.runs.partition_point(|run| direction(run).0.start <= offset);
        match known.checked_sub(1).map(|last| direction(&self.runs[last])) {
            Some((from, to)) if offset < from.end => to.start,
            _ => self.behind(known, offset, direction),
        }
    }

    /// The first place that is the same as `offset`, or the end of the run that has it.
    fn end_at(&self, offset: usize, direction: Direction) -> usize {
        let next = self.runs.partition_point(|run| direction(run).0.end < offset);
        match self.runs.get(next).map(direction) {
            Some((from, to)) if from.start < offset => to.end,
            Some((from, to)) if from.start == offset => to.start,
            _ => self.behind(next, offset, direction),
        }
    }

    fn range(&self, range: &Range<usize>, direction: Direction) -> Range<usize> {
        let length = self.length(direction);
        let range = range.start..range.end.min(length);
        if range.start >= range.end {
            let point = self.first_at(range.start, direction);
            return point..point;
        }
        self.last_at(range.start, direction)..self.end_at(range.end, direction)
    }

    fn offsets(
        &self,
        offsets: impl IntoIterator<Item = usize>,
        direction: Direction,
    ) -> impl Iterator<Item = usize> {
        let length = self.length(direction);
        let mut next = 0;
        offsets.into_iter().map(move |offset| {
            let offset = offset.min(length);
            let ends_before = |run: &Run| direction(run).0.end < offset;
            if next > 0 && !ends_before(&self.runs[next - 1]) {
                next = self.runs.partition_point(ends_before);
            }
            next += self.runs[next..].iter().take_while(|run| ends_before(run)).count();
            self.first_before(next, offset, direction)
        })
    }
}

/// Making one, from the beginning of the texts to their end.
impl Alignment {
    /// So many bytes follow that correspond one by one.
    pub(crate) fn extend_unchanged(&mut self, length: usize) {
        self.source_length += length;
        self.output_length += length;
    }

    /// A run follows.
    pub(crate) fn extend_replaced(&mut self, source_length: usize, output_length: usize) {
        if source_length == output_length && source_length <= 1 {
            // Its ends are all that it has.
            return self.extend_unchanged(source_length);
        }
        let span = |start, length| Span { start, end: start + length };
        self.runs.push(Run {
            source: span(self.source_length, source_length),
            output: span(self.output_length, output_length),
        });
        self.source_length += source_length;
        self.output_length += output_length;
    }

    /// A text follows that became another one: character by character where they
    /// have as many, else but for what is the same at their beginnings and ends.
    pub(crate) fn extend_changed(&mut self, source: &str, output: &str) {
        if have_same_borders(source, output) {
            return self.extend_unchanged(source.len());
        }
        if source.chars().count() == output.chars().count() {
            for (before, after) in source.chars().zip(output.chars()) {
                match (before.len_utf8(), after.len_utf8()) {
                    (before, after) if before == after => self.extend_unchanged(before),
                    (before, after) => self.extend_replaced(before, after),
                }
            }
            return;
        }
        let [head, tail] = common_ends(source, output);
        self.extend_unchanged(head);
        self.extend_replaced(source.len() - head - tail, output.len() - head - tail);
        self.extend_unchanged(tail);
    }

    /// A text follows that is aligned with what it became like this.
    pub(crate) fn extend_with(&mut self, following: &Alignment) {
        for piece in following.pieces() {
            match piece {
                Piece::Stretch(length) => self.extend_unchanged(length),
                Piece::Run(source, output) => self.extend_replaced(source, output),
            }
        }
    }

    /// The stretches and runs, from the beginning to the end.
    fn pieces(&self) -> Pieces<'_> {
        Pieces { alignment: self, number: 0, source_offset: 0 }
    }
}

/// A part of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// So many bytes correspond one by one.
    Stretch(usize),
    /// So many bytes of the source became so many of the output.
    Run(usize, usize),
}

/// The parts of an alignment in their order.
struct Pieces<'a> {
    alignment: &'a Alignment,
    /// Of the next run.
    number: usize,
    source_offset: usize,
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let run = self.alignment.runs.get(self.number);
        let start = run.map_or(self.alignment.source_length, |run| run.source.start);
        if self.source_offset < start {
            let length = start - self.source_offset;
            self.source_offset = start;
            return Some(Piece::Stretch(length));
        }
        let Run { source, output } = run?;
        self.number += 1;
        self.source_offset = source.end;
        Some(Piece::Run(source.end - source.start, output.end - output.start))
    }
}

impl FusedIterator for Pieces<'_> {}

/// Whether two texts have the borders of their characters at the same offsets.
pub(crate) fn have_same_borders(one: &str, other: &str) -> bool {
    let begins = |byte: &u8| byte & 0xC0 != 0x80;
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).all(|(one, other)| begins(&one) == begins(&other))
}

/// How many bytes at the beginnings of two texts are the same, and how many of the
/// rest at their ends: whole characters.
fn common_ends(one: &str, other: &str) -> [usize; 2] {
    let length = |character: char| character.len_utf8();
    let pairs = one.chars().zip(other.chars());
    let head: usize = pairs.take_while(|(a, b)| a == b).map(|(a, _)| length(a)).sum();
    let pairs = one[head..].chars().rev().zip(other[head..].chars().rev());
    let tail = pairs.take_while(|(a, b)| a == b).map(|(a, _)| length(a)).sum();
    [head, tail]
}
