//! A configuration as the stages that carry it out.
//!
//! OpenCC's order: normalization over the whole text, then segmentation, then
//! every conversion stage inside each segment, never across a border. A plan
//! does that to whole texts; `stream` does it to texts that come in pieces, and
//! `segment` with an account of every step. A plan knows matchers and their
//! order. It does not know which configuration it is.

use alloc::borrow::Cow;
use alloc::string::String;
use core::ops::ControlFlow;

use crate::description;
use crate::dictionary::{Extent, Matcher};

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
        let text = self.normalize(text);
        let mut scratch = Scratch::default();
        self.for_each_segment(&text, |_, segment| {
            self.convert_segment(segment, &mut scratch, output);
            ControlFlow::Continue(())
        });
    }

    /// The text after the normalization stage.
    pub(crate) fn normalize<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(matcher) = self.normalization.filter(|matcher| matcher.may_match(text)) else {
            return Cow::Borrowed(text);
        };
        let Some(offset) = matcher.first_change(text) else {
            return Cow::Borrowed(text);
        };
        // The first change begins a piece of the walk, so the rest stands alone.
        let (unchanged, rest) = text.split_at(offset);
        let mut normalized = String::with_capacity(text.len());
        normalized.push_str(unchanged);
        matcher.convert_into(rest, Extent::Whole, &mut normalized);
        Cow::Owned(normalized)
    }

    /// Where the first segment of a normalized text begins that conversion
    /// changes, in bytes. What stands before it converts independently.
    pub(crate) fn first_changed_segment(&self, text: &str) -> Option<usize> {
        if let (None, [matcher]) = (&self.segmentation, self.conversion) {
            return matcher.first_change(text);
        }
        let mut scratch = Scratch::default();
        let mut converted = String::new();
        let mut first = None;
        self.for_each_segment(text, |start, segment| {
            converted.clear();
            self.convert_segment(segment, &mut scratch, &mut converted);
            if converted == segment {
                return ControlFlow::Continue(());
            }
            first = Some(start);
            ControlFlow::Break(())
        });
        first
    }

    /// Calls `work` with the offset and the text of each segment, in order,
    /// until it says to stop.
    pub(crate) fn for_each_segment(
        &self,
        text: &str,
        mut work: impl FnMut(usize, &str) -> ControlFlow<()>,
    ) {
        let mut start = 0;
        let mut flow = ControlFlow::Continue(());
        if let Some(Segmentation { matcher, leading }) = self.segmentation {
            matcher.segment(text, Extent::Whole, leading, |border| {
                if border > start {
                    flow = work(start, &text[start..border]);
                    start = border;
                }
                flow
            });
        }
        if flow.is_continue() && start < text.len() {
            // Nothing is left that could be stopped.
            let _ = work(start, &text[start..]);
        }
    }

    fn convert_segment(&self, segment: &str, scratch: &mut Scratch, output: &mut String) {
        let Some((last, others)) = self.conversion.split_last() else {
            return output.push_str(segment);
        };
        let Some((first, middle)) = others.split_first() else {
            last.convert_into(segment, Extent::Whole, output);
            return;
        };
        let Scratch { input, converted } = scratch;
        input.clear();
        first.convert_into(segment, Extent::Whole, input);
        for matcher in middle {
            converted.clear();
            matcher.convert_into(input, Extent::Whole, converted);
            core::mem::swap(input, converted);
        }
        last.convert_into(input, Extent::Whole, output);
    }

    /// The first offset behind `from` bytes at which `text` can be cut so that
    /// both parts convert to the parts of its conversion; the text's end where
    /// there is none.
    ///
    /// A cut behind a character that occurs in no key is certain: no match
    /// reaches across it at any stage, and every walk stops there. The one
    /// thing that could reach across is a description sequence that begins
    /// before it.
    pub(crate) fn certain_cut(&self, text: &str, from: usize) -> usize {
        let matchers = || {
            let segmentation = self.segmentation.as_ref().map(|segmentation| segmentation.matcher);
            self.normalization
                .into_iter()
                .chain(segmentation)
                .chain(self.conversion.iter().copied())
        };
        let mut since_operator = LONGEST_DESCRIPTION;
        for (offset, character) in text.char_indices() {
            since_operator += 1;
            if description::is_operator(character) {
                since_operator = 0;
            } else if offset >= from
                && since_operator >= LONGEST_DESCRIPTION
                && !matchers().any(|matcher| matcher.is_in_key(character))
            {
                return offset + character.len_utf8();
            }
        }
        text.len()
    }
}

/// Texts between stages, kept to reuse their memory.
#[derive(Default)]
struct Scratch {
    input: String,
    converted: String,
}
