//! Conversion with the alignment of the output.
//!
//! Characters of three bytes become characters of three bytes, and what else a kernel
//! finds it copies, so the borders of the output's characters stand where those of the
//! text's stood, but for what is replaced around suspicious places. There each segment
//! (`segment`) is aligned by itself: character by character where it keeps their
//! number, which leaves nothing to be noted in most cases. A replaced piece is one
//! segment. Where several may have been replaced together, the stages are carried out
//! once more to see whether any of them moves a border ([`Watch`]); only if so are the
//! segments told from each other, which takes long and hardly ever happens.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Heads, LONG, Observer, Part, SHORT, convert_observed, cut_before_change};
use crate::alignment::{Alignment, have_same_borders};
use crate::dictionary::{Extent, Matcher};
use crate::plan::{Plan, Segmentation};
use crate::segment::for_each_cell;

/// Converts `text` and aligns the output with it; `None` when nothing changes.
pub(crate) fn convert_aligned(plan: &Plan<'_>, text: &str) -> Option<(String, Alignment)> {
    // Where the first change of a long text is can be told faster than by converting.
    let start = if text.len() > SHORT { cut_before_change(plan, text)? } else { 0 };
    let (unchanged, rest) = text.split_at(start);
    let mut output = String::with_capacity(text.len() + super::kernel::SLACK);
    output.push_str(unchanged);
    let mut alignment = Alignment::unchanged(start);
    convert_aligned_into(plan, rest, &mut output, &mut alignment);
    (output != text).then_some((output, alignment))
}

/// Converts `text`, appends it to `output`, and goes on with the alignment.
pub(crate) fn convert_aligned_into(
    plan: &Plan<'_>,
    text: &str,
    output: &mut String,
    alignment: &mut Alignment,
) {
    match Heads::of(plan) {
        None => align_observed(plan, text, output, alignment),
        Some(heads) => heads.for_each_part(plan, text, &mut |part, is_around| match is_around {
            true => align_by_stages(plan, part, output, alignment),
            false => align_observed(plan, part, output, alignment),
        }),
    }
}

fn align_observed(plan: &Plan<'_>, text: &str, output: &mut String, alignment: &mut Alignment) {
    let offset = alignment.source_length();
    let aligner = Aligner { plan, alignment, offset, watch: Watch::default() };
    convert_observed(plan, text, text.len() > LONG, output, aligner);
    alignment.extend_unchanged(offset + text.len() - alignment.source_length());
}

/// Does the same by the stages alone.
fn align_by_stages(plan: &Plan<'_>, text: &str, output: &mut String, alignment: &mut Alignment) {
    let mut source = text;
    for_each_cell(plan, text, |length, replacement| {
        let (piece, behind) = source.split_at(length);
        output.push_str(replacement);
        alignment.extend_changed(piece, replacement);
        source = behind;
    });
}

/// Aligns what is replaced.
struct Aligner<'a> {
    plan: &'a Plan<'a>,
    alignment: &'a mut Alignment,
    /// Where the text that is converted begins in the source.
    offset: usize,
    watch: Watch,
}

impl Observer for Aligner<'_> {
    fn replaced(
        &mut self,
        part: Part,
        start: usize,
        source: &str,
        by_character: &[u8],
        replacement: &str,
    ) {
        let is_unmoved = match part {
            Part::Characters => true,
            Part::Piece => have_same_borders(source, replacement),
            _ if by_character == replacement.as_bytes() => true,
            _ => {
                have_same_borders(source, replacement)
                    && !self.watch.sees_borders_move(self.plan, part, source)
            }
        };
        if is_unmoved {
            return;
        }
        let unchanged = self.offset + start - self.alignment.source_length();
        self.alignment.extend_unchanged(unchanged);
        match part {
            Part::Piece => self.alignment.extend_changed(source, replacement),
            _ => {
                let mut rest = source;
                for_each_cell(self.plan, source, |length, replacement| {
                    let (piece, behind) = rest.split_at(length);
                    self.alignment.extend_changed(piece, replacement);
                    rest = behind;
                });
            }
        }
    }
}

/// Looks for entries that move borders.
#[derive(Default)]
struct Watch {
    /// Where segments end, in bytes.
    borders: Vec<usize>,
    /// The text between two stages, and behind the second.
    input: String,
    output: String,
}

impl Watch {
    /// Whether some stage moves a border between characters of `source`. As long as none
    /// does, the borders of segments stay where they are as well.
    fn sees_borders_move(&mut self, plan: &Plan<'_>, part: Part, source: &str) -> bool {
        self.input.clear();
        self.borders.clear();
        match part {
            Part::Piece | Part::Segment => self.sees_borders_move_in_segment(plan, source),
            _ => self.sees_borders_move_in_segments(plan, source),
        }
    }

    /// The same of one segment. What the first stage does there is mostly done by
    /// character.
    fn sees_borders_move_in_segment(&mut self, plan: &Plan<'_>, source: &str) -> bool {
        self.borders.push(source.len());
        let is_by_character =
            plan.first.is_some_and(|first| first.convert_by_character(source, &mut self.input));
        if !is_by_character {
            self.input.push_str(source);
        }
        let stages = &plan.conversion[usize::from(is_by_character)..];
        stages.iter().any(|stage| self.sees_borders_move_in(stage))
    }

    /// The same of any number of segments. What the last of two stages does there is
    /// mostly done by character.
    fn sees_borders_move_in_segments(&mut self, plan: &Plan<'_>, source: &str) -> bool {
        let may_change = |matcher: &Matcher<'_>| matcher.may_match(source);
        if plan.normalization.is_some_and(may_change) || plan.protection.is_some() {
            return true;
        }
        self.input.push_str(source);
        if let Some(Segmentation { matcher, leading, by_phrases }) = &plan.segmentation
            && (!by_phrases || matcher.has_phrase(source, *leading))
        {
            matcher.segment(source, Extent::Whole, *leading, |end| self.borders.push(end));
        }
        self.borders.push(source.len());
        plan.conversion.iter().enumerate().any(|(number, stage)| {
            self.output.clear();
            let is_by_character = number > 0
                && plan
                    .last
                    .is_some_and(|last| last.convert_by_character(&self.input, &mut self.output));
            !is_by_character && self.sees_borders_move_in(stage)
        })
    }

    /// The same of one stage, whose output becomes the input of the next.
    fn sees_borders_move_in(&mut self, matcher: &Matcher<'_>) -> bool {
        let Watch { borders, input, output } = self;
        output.clear();
        let mut start = 0;
        for &end in &*borders {
            let mut is_moved = false;
            let segment = &input[start..end];
            matcher.walk(segment, Extent::Whole, |offset, piece| {
                let written = output.len();
                let source = &segment[offset..offset + piece.length];
                matcher.replace(source, piece, |part| output.push_str(part));
                is_moved |= !have_same_borders(source, &output[written..]);
            });
            if is_moved {
                return true;
            }
            start = end;
        }
        core::mem::swap(input, output);
        false
    }
}
