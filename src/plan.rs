//! A configuration as the stages that carry it out.
//!
//! OpenCC's order: normalization over the whole text, then segmentation, then
//! every conversion stage inside each segment, never across a border. A plan
//! does that to whole texts; `stream` does it to texts that come in pieces, and
//! `segment` with an account of every step. A plan knows matchers and their
//! order. It does not know which configuration it is.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::description;
use crate::dictionary::{Extent, Matcher, OUTPUT_SLACK, SegmentBorders, Shifts, Unsegmented};
use crate::text::floor_char_boundary;

/// The longest description sequence, in code points: no further does one reach.
const LONGEST_DESCRIPTION: usize = description::MAXIMUM_LENGTH;

/// The stages of a configuration.
#[derive(Debug)]
pub(crate) struct Plan<'b> {
    /// Replaces compatibility ideographs, before all else.
    pub(crate) normalization: Option<&'b Matcher<'b>>,
    /// Cuts the text into segments. Without it the whole text is one.
    pub(crate) segmentation: Option<Segmentation<'b>>,
    /// Converts each segment, one stage after the other.
    pub(crate) conversion: &'b [&'b Matcher<'b>],
}

/// Where segments come from.
#[derive(Debug)]
pub(crate) struct Segmentation<'b> {
    /// Its longest matches cut the text …
    pub(crate) matcher: &'b Matcher<'b>,
    /// … when they come from one of this many leading dictionaries.
    pub(crate) leading: usize,
}

impl Plan<'_> {
    /// Converts `text` and appends it to `output`.
    pub(crate) fn convert_into(&self, text: &str, output: &mut String) {
        self.convert_normalized_into(&self.normalize(text), output);
    }

    /// Converts a normalized text and appends it to `output`.
    pub(crate) fn convert_normalized_into(&self, text: &str, output: &mut String) {
        match (&self.segmentation, self.conversion) {
            (None, []) => output.push_str(text),
            (None, [matcher]) => {
                matcher.convert_into(text, Extent::Whole, output);
            }
            _ => {
                let mut scratch = Scratch::default();
                self.for_each_chunk(text, |_, chunk| {
                    self.convert_chunk(chunk, &mut scratch, output);
                    ControlFlow::Continue(())
                });
            }
        }
    }

    /// Calls `work` with the offset and the text of chunks that convert
    /// independently, until it says to stop.
    fn for_each_chunk(&self, text: &str, mut work: impl FnMut(usize, &str) -> ControlFlow<()>) {
        let mut start = 0;
        while start < text.len() {
            let rest = &text[start..];
            let chunk = &rest[..self.certain_cut(rest, CHUNK)];
            if work(start, chunk).is_break() {
                return;
            }
            start += chunk.len();
        }
    }

    /// Converts a normalized text, every stage over the whole of it, and appends
    /// it to `output`.
    fn convert_chunk(&self, chunk: &str, scratch: &mut Scratch, output: &mut String) {
        let Scratch { input, converted, shifts } = scratch;
        shifts.resize_with(self.conversion.len(), Shifts::default);
        input.clear();
        input.push_str(chunk);
        for (number, matcher) in self.conversion.iter().enumerate() {
            converted.clear();
            let (before, own) = shifts.split_at_mut(number);
            own[0].clear();
            match &self.segmentation {
                Some(segmentation) if number > 0 || !segmentation.is_walk_of(matcher) => {
                    let Segmentation { matcher: cutter, leading } = *segmentation;
                    let mut borders = SegmentBorders::new(cutter, leading, chunk, before);
                    matcher.convert_within(input, &mut borders, converted, &mut own[0]);
                }
                _ => matcher.convert_within(input, &mut Unsegmented, converted, &mut own[0]),
            }
            core::mem::swap(input, converted);
        }
        output.push_str(input);
    }

    /// The text after the normalization stage.
    pub(crate) fn normalize<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let (Some(matcher), Some(offset)) = (self.normalization, self.first_normalized(text))
        else {
            return Cow::Borrowed(text);
        };
        // The first change begins a piece of the walk, so the rest stands alone.
        let (unchanged, rest) = text.split_at(offset);
        let mut normalized = String::with_capacity(text.len() + OUTPUT_SLACK);
        normalized.push_str(unchanged);
        matcher.convert_into(rest, Extent::Whole, &mut normalized);
        Cow::Owned(normalized)
    }

    /// What a normalized text becomes, or `None` when conversion changes nothing.
    pub(crate) fn convert_changed(&self, text: &str) -> Option<String> {
        let begin = |unchanged: &str| {
            let mut output = String::with_capacity(text.len() + OUTPUT_SLACK);
            output.push_str(unchanged);
            output
        };
        if let (None, [matcher]) = (&self.segmentation, self.conversion) {
            let (unchanged, rest) = text.split_at(matcher.first_change(text)?);
            let mut output = begin(unchanged);
            matcher.convert_into(rest, Extent::Whole, &mut output);
            return Some(output);
        }
        let mut scratch = Scratch::default();
        let mut converted = String::new();
        let mut output: Option<String> = None;
        self.for_each_chunk(text, |start, chunk| {
            if let Some(output) = &mut output {
                self.convert_chunk(chunk, &mut scratch, output);
                return ControlFlow::Continue(());
            }
            converted.clear();
            self.convert_chunk(chunk, &mut scratch, &mut converted);
            if converted != chunk {
                output.insert(begin(&text[..start])).push_str(&converted);
            }
            ControlFlow::Continue(())
        });
        output
    }

    /// Where normalization first changes `text`, in bytes.
    pub(crate) fn first_normalized(&self, text: &str) -> Option<usize> {
        self.normalization.filter(|matcher| matcher.may_match(text))?.first_change(text)
    }

    /// A place of a normalized text, in bytes, before which conversion changes
    /// nothing and at which the text may be cut, not far before its first change;
    /// `None` when conversion changes nothing at all.
    pub(crate) fn cut_before_change(&self, text: &str) -> Option<usize> {
        if let (None, [matcher]) = (&self.segmentation, self.conversion) {
            return matcher.first_change(text);
        }
        let mut scratch = Scratch::default();
        let mut converted = String::new();
        let mut cut = None;
        self.for_each_chunk(text, |start, chunk| {
            converted.clear();
            self.convert_chunk(chunk, &mut scratch, &mut converted);
            if converted == chunk {
                return ControlFlow::Continue(());
            }
            cut = Some(start);
            ControlFlow::Break(())
        });
        cut
    }

    /// The first certain cut behind `from` bytes, or the end of the text.
    pub(crate) fn certain_cut(&self, text: &str, from: usize) -> usize {
        self.certain_cuts("", text, from).next().unwrap_or(text.len())
    }

    /// Offsets behind `from` bytes at which `text` can be cut so that both parts
    /// convert to the parts of its conversion, whatever follows the text. It
    /// stands behind text that ends with `before`.
    ///
    /// A cut behind a character that occurs in no key is certain: no match
    /// reaches across it at any stage, and every walk stops there. The one
    /// thing that could reach across is a description sequence that begins
    /// before it.
    pub(crate) fn certain_cuts(
        &self,
        before: &str,
        text: &str,
        from: usize,
    ) -> impl Iterator<Item = usize> {
        // A description that begins further back does not reach `from`.
        let mut back = text[..floor_char_boundary(text, from)].char_indices().rev();
        let start = back.nth(LONGEST_DESCRIPTION).map(|(offset, _)| offset);
        let mut since_operator = match start {
            Some(_) => LONGEST_DESCRIPTION,
            None => description::since_operator(before),
        };
        let start = start.unwrap_or(0);
        text[start..].char_indices().filter_map(move |(offset, character)| {
            since_operator += 1;
            if description::is_operator(character) {
                since_operator = 0;
            }
            let is_cut = start + offset >= from
                && since_operator >= LONGEST_DESCRIPTION
                && !self.is_in_key(character);
            is_cut.then_some(start + offset + character.len_utf8())
        })
    }

    fn is_in_key(&self, character: char) -> bool {
        let segmentation = self.segmentation.as_ref().map(|segmentation| segmentation.matcher);
        let matchers = self.normalization.into_iter().chain(segmentation);
        matchers.chain(self.conversion.iter().copied()).any(|matcher| matcher.is_in_key(character))
    }
}

impl Segmentation<'_> {
    /// Whether a walk of this matcher stops at every border by itself. Its
    /// dictionaries behind the leading ones have keys of one code point, so
    /// that it takes a segmenting match wherever the segmentation does.
    fn is_walk_of(&self, matcher: &Matcher<'_>) -> bool {
        core::ptr::eq(self.matcher, matcher)
    }
}

/// Bytes of text that go through all stages at a time, where a cut is to be had:
/// few enough to stay in the processor's second cache.
const CHUNK: usize = 1 << 15;

/// Texts between stages, kept to reuse their memory.
#[derive(Default)]
struct Scratch {
    input: String,
    converted: String,
    shifts: Vec<Shifts>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::{Group, Table, compile};
    use alloc::string::ToString;

    fn compiled(table: &str) -> Vec<u8> {
        let table = Table::parse(table).expect("well-formed");
        let group: Group = "all".parse().expect("a name is a group");
        compile(&group, |_| Some(&table)).expect("it can be compiled")
    }

    /// What `text` becomes by two stages, within segments of a third table.
    fn converted(segmentation: &str, stages: [&str; 2], text: &str) -> String {
        let [cutter, first, second] = [segmentation, stages[0], stages[1]].map(compiled);
        let matcher = |bytes| Matcher::from_bytes(bytes).expect("it was compiled a moment ago");
        let (cutter, first, second) = (matcher(&cutter), matcher(&first), matcher(&second));
        let plan = Plan {
            normalization: None,
            segmentation: Some(Segmentation { matcher: &cutter, leading: 1 }),
            conversion: &[&first, &second],
        };
        let mut output = String::new();
        plan.convert_into(text, &mut output);
        output
    }

    #[test]
    fn a_description_that_only_a_longer_replacement_completes_ends_at_the_segment() {
        let second = "丙\t寅\n乙\t丑\n甲\t子\n";
        let mut lines: Vec<&str> = second.lines().collect();
        lines.sort_unstable();
        let second = lines.join("\n");
        let output = converted("甲乙\t甲乙\n", ["甲乙\t甲乙丙\n", &second], "⿲甲乙");
        assert_eq!(output, "⿲子丑寅");
    }

    #[test]
    fn replacements_of_other_lengths_within_a_description_do_not_misplace_borders() {
        let output = converted("甲乙\t甲乙\n", ["甲乙\téabcd\n", "cd\tX\n"], "⿲甲乙");
        assert_eq!(output, "⿲éabX");
    }

    #[test]
    fn a_match_of_a_later_stage_ends_at_the_segment() {
        let stages = ["乙\t丁\n", "丁丙\t戊\n"];
        assert_eq!(converted("甲乙\t甲乙\n", stages, "甲乙丙乙丙"), "甲丁丙戊".to_string());
    }
}
