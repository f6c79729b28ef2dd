//! The stages of a plan, carried out one after the other: the definition of a
//! conversion, piece by piece.
//!
//! Each stage converts as far as what it has cannot be changed by what follows
//! (the longest key and the longest description sequence say how far that is),
//! keeps the rest, and hands its output to the next stage together with the
//! borders of segments. Where a text is whole, nothing is kept.
//!
//! Everything else is faster and must come to the same output.

use alloc::string::String;
use alloc::vec::Vec;

use crate::composite::Composite;
use crate::description;
use crate::dictionary::{Extent, Matcher};
use crate::plan::{Plan, Segmentation};

/// Text between the stages: the input of normalization, of segmentation, and of
/// each conversion stage.
#[derive(Default)]
pub(crate) struct Stages {
    protection: String,
    normalization: String,
    segmentation: String,
    conversion: Vec<Link>,
}

/// Text that waits before a conversion stage.
#[derive(Default)]
struct Link {
    text: String,
    /// Where segments end, in bytes of `text`, ascending. Behind the last one
    /// is a segment whose end is not known yet.
    borders: Vec<usize>,
}

impl Stages {
    /// How many bytes are kept.
    pub(crate) fn kept(&self) -> usize {
        let conversion: usize = self.conversion.iter().map(|link| link.text.len()).sum();
        self.protection.len() + self.normalization.len() + self.segmentation.len() + conversion
    }

    /// Converts a whole text, which is short, when nothing is kept: segment by
    /// segment, where normalization leaves it as it is.
    pub(crate) fn convert(&mut self, plan: &Plan<'_>, text: &str, output: &mut String) {
        debug_assert!(self.kept() == 0);
        if let Some(protection) = plan.protection {
            let mut open = 0;
            protection.for_each_match(text, |start, word| {
                self.convert_unprotected(plan, &text[open..start], output);
                output.push_str(word.key());
                open = start + word.key().len();
            });
            return self.convert_unprotected(plan, &text[open..], output);
        }
        self.convert_unprotected(plan, text, output);
    }

    /// The same of a text without protected words.
    fn convert_unprotected(&mut self, plan: &Plan<'_>, text: &str, output: &mut String) {
        if plan.normalization.is_some_and(|matcher| matcher.may_match(text)) {
            return self.advance_unprotected(plan, text, Extent::Whole, output);
        }
        let between = &mut self.normalization;
        let Some(Segmentation { matcher, leading, by_phrases }) = &plan.segmentation else {
            return convert_segment(plan, plan.last, text, between, output);
        };
        let mut start = 0;
        let convert_up_to = |end| {
            if end > start {
                // What is left to the stages here seldom goes by character, if it is cut.
                convert_segment(plan, None, &text[start..end], between, output);
                start = end;
            }
        };
        match by_phrases {
            true => matcher.segment_by_phrases(text, *leading, convert_up_to),
            false => _ = matcher.segment(text, Extent::Whole, *leading, convert_up_to),
        }
        if start < text.len() {
            let by_character = plan.last.filter(|_| start == 0);
            convert_segment(plan, by_character, &text[start..], between, output);
        }
    }

    /// Takes the next piece of a text and appends to `output` what is certain by
    /// now; with [`Extent::Whole`] the piece is the last one, and all of it.
    pub(crate) fn advance(
        &mut self,
        plan: &Plan<'_>,
        piece: &str,
        extent: Extent,
        output: &mut String,
    ) {
        let Some(protection) = plan.protection else {
            return self.advance_unprotected(plan, piece, extent, output);
        };
        let mut text = core::mem::take(&mut self.protection);
        text.push_str(piece);
        let mut open = 0;
        let known = protection.walk(&text, extent, |start, piece| {
            if piece.is_match() {
                // A protected word is the end of the text before it.
                self.advance_unprotected(plan, &text[open..start], Extent::Whole, output);
                open = start + piece.length;
                output.push_str(&text[start..open]);
            }
        });
        self.advance_unprotected(plan, &text[open..known], extent, output);
        text.drain(..known);
        self.protection = text;
    }

    /// The same of a text without protected words.
    fn advance_unprotected(
        &mut self,
        plan: &Plan<'_>,
        piece: &str,
        extent: Extent,
        output: &mut String,
    ) {
        let Stages { normalization, segmentation, conversion, .. } = self;
        conversion.resize_with(plan.conversion.len(), Link::default);
        normalization.push_str(piece);
        normalize(plan.normalization, normalization, extent, segmentation);

        let Some((first, _)) = conversion.split_first_mut() else {
            return output.push_str(&core::mem::take(segmentation));
        };
        segment(plan.segmentation.as_ref(), segmentation, extent, first);

        for (number, matcher) in plan.conversion.iter().enumerate() {
            let (done, following) = conversion.split_at_mut(number + 1);
            let input = &mut done[number];
            match following.first_mut() {
                Some(Link { text, borders }) => {
                    convert(matcher, input, extent, text, |end| borders.push(end));
                }
                None => convert(matcher, input, extent, output, |_| ()),
            }
        }
    }
}

/// Carries out the conversion stages over one segment; the last one by character where
/// the composite says that this is certain. `between`, which is empty before and
/// after, has the segment between the stages.
fn convert_segment(
    plan: &Plan<'_>,
    by_character: Option<&Composite<'_>>,
    segment: &str,
    between: &mut String,
    output: &mut String,
) {
    match plan.conversion.split_first() {
        None => output.push_str(segment),
        Some((only, [])) => _ = only.convert_into(segment, Extent::Whole, output),
        Some((first, later)) => {
            first.convert_into(segment, Extent::Whole, between);
            convert_by_later(by_character, later, between, output);
        }
    }
}

/// Carries out the later stages over a segment, which is empty afterwards, and
/// appends what it becomes to `output`; the only one by character where the composite
/// says that this is certain.
pub(crate) fn convert_by_later(
    by_character: Option<&Composite<'_>>,
    later: &[&Matcher<'_>],
    segment: &mut String,
    output: &mut String,
) {
    match (by_character, later) {
        (Some(last), [_]) if last.convert_by_character(segment, output) => {}
        (_, [only]) => _ = only.convert_into(segment, Extent::Whole, output),
        _ => {
            for stage in later {
                let mut next = String::with_capacity(segment.len());
                stage.convert_into(segment, Extent::Whole, &mut next);
                *segment = next;
            }
            output.push_str(segment);
        }
    }
    segment.clear();
}

/// Moves what normalization has done from `input` to `output`.
fn normalize(
    matcher: Option<&Matcher<'_>>,
    input: &mut String,
    extent: Extent,
    output: &mut String,
) {
    let converted = match matcher {
        // A description that is still open protects what comes next.
        Some(matcher) if matcher.may_match(input) || description::may_be_open(input) => {
            matcher.convert_into(input, extent, output)
        }
        _ => {
            output.push_str(input);
            input.len()
        }
    };
    input.drain(..converted);
}

/// Moves what is cut into segments from `input` to `output`.
fn segment(
    segmentation: Option<&Segmentation<'_>>,
    input: &mut String,
    extent: Extent,
    output: &mut Link,
) {
    let start = output.text.len();
    let known = match segmentation {
        None => input.len(),
        Some(Segmentation { matcher, leading, .. }) => {
            // A border at the very start ends the segment kept from before.
            matcher.segment(input, extent, *leading, |border| output.borders.push(start + border))
        }
    };
    output.text.push_str(&input[..known]);
    input.drain(..known);
}

/// Moves what a conversion stage has done from `input` to `output`, and the
/// ends of segments to `border`.
fn convert(
    matcher: &Matcher<'_>,
    input: &mut Link,
    extent: Extent,
    output: &mut String,
    mut border: impl FnMut(usize),
) {
    let mut start = 0;
    for end in input.borders.drain(..) {
        matcher.convert_into(&input.text[start..end], Extent::Whole, output);
        border(output.len());
        start = end;
    }
    start += matcher.convert_into(&input.text[start..], extent, output);
    input.text.drain(..start);
}
