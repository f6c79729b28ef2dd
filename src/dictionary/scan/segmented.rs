//! Segments without cutting the text into them.
//!
//! Matches of a stage never reach across the border of a segment. But nearly
//! everywhere that does not matter: a border counts only where an effective
//! phrase of the stage would cross it. So the stage walks over the whole text,
//! and where it finds such a phrase it asks whether a border lies within. The
//! answer comes from the source: the segmentation is replayed there, from the
//! nearest place that it is certain to arrive at.
//!
//! A stage's text is not the source but the output of the stages before. Their
//! [`Shifts`] tell which place of one is which place of the other.

use alloc::vec::Vec;

use super::Borders;
use crate::description;
use crate::dictionary::Matcher;
use crate::text::floor_char_boundary;

/// The pieces whose replacement has another length, in order.
#[derive(Debug, Default)]
pub(crate) struct Shifts {
    pieces: Vec<Shift>,
}

/// Where a piece and its replacement lie, in bytes.
#[derive(Clone, Copy, Debug)]
struct Shift {
    source: (usize, usize),
    output: (usize, usize),
}

impl Shifts {
    pub(crate) fn clear(&mut self) {
        self.pieces.clear();
    }

    pub(super) fn add(&mut self, source: usize, length: usize, output: usize, replacement: usize) {
        let (source, output) = ((source, source + length), (output, output + replacement));
        self.pieces.push(Shift { source, output });
    }

    /// Where the piece begins, and ends, that `offset` of the output is in: the
    /// same place of the source, unless it is within a replacement.
    fn to_source(&self, offset: usize) -> (usize, usize) {
        let before = self.pieces.partition_point(|piece| piece.output.1 <= offset);
        match (self.pieces.get(before), before.checked_sub(1).map(|last| &self.pieces[last])) {
            (Some(within), _) if within.output.0 < offset => within.source,
            (_, Some(last)) => {
                let place = offset - last.output.1 + last.source.1;
                (place, place)
            }
            (_, None) => (offset, offset),
        }
    }

    /// The place of the output that is `offset` of the source, where a piece
    /// begins or ends.
    fn to_output(&self, offset: usize) -> usize {
        let before = self.pieces.partition_point(|piece| piece.source.1 <= offset);
        match before.checked_sub(1).map(|last| &self.pieces[last]) {
            Some(last) => offset - last.source.1 + last.output.1,
            None => offset,
        }
    }
}

/// The borders of segments, as places of a stage's text.
pub(crate) struct SegmentBorders<'s, 'b> {
    matcher: &'s Matcher<'b>,
    leading: usize,
    source: &'s str,
    /// The stages between the source and the text that is asked about.
    shifts: &'s [Shifts],
    /// A place of the source at which the segmentation arrives.
    known: usize,
}

impl<'s, 'b> SegmentBorders<'s, 'b> {
    /// Borders where entries of the first `leading` dictionaries of `matcher`
    /// match in `source`; its other keys have one code point.
    pub(crate) fn new(
        matcher: &'s Matcher<'b>,
        leading: usize,
        source: &'s str,
        shifts: &'s [Shifts],
    ) -> SegmentBorders<'s, 'b> {
        SegmentBorders { matcher, leading, source, shifts, known: 0 }
    }

    fn to_source(&self, offset: usize) -> (usize, usize) {
        self.shifts.iter().rev().fold((offset, offset), |(start, end), shifts| {
            (shifts.to_source(start).0, shifts.to_source(end).1)
        })
    }

    fn to_output(&self, offset: usize) -> usize {
        self.shifts.iter().fold(offset, |offset, shifts| shifts.to_output(offset))
    }
}

impl Borders for SegmentBorders<'_, '_> {
    fn first_between(&mut self, start: usize, end: usize) -> Option<usize> {
        // It may be within a replacement of the same length but of other characters.
        let source_start = floor_char_boundary(self.source, self.to_source(start).0);
        let source_end = self.to_source(end).1;
        let certain =
            self.matcher.nearest_border(self.source, self.known.min(source_start), source_start);
        let mut offset = certain;
        while offset < source_end {
            if offset <= source_start {
                self.known = offset;
            }
            let rest = &self.source[offset..];
            let Some(found) = self.matcher.longest_match(rest) else {
                offset += description::unit(rest).len();
                continue;
            };
            let borders = [offset, offset + found.key().len()];
            offset = borders[1];
            if found.dictionary_number() < self.leading {
                let mut borders = borders.into_iter().map(|border| self.to_output(border));
                if let Some(border) = borders.find(|border| (start + 1..end).contains(border)) {
                    return Some(border);
                }
            }
        }
        None
    }

    fn description_ends(&mut self, offset: usize) {
        let place = floor_char_boundary(self.source, self.to_source(offset).0);
        self.known = self.known.max(place);
    }
}
