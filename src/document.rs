//! Conversion of a document: what is text in it, and nothing else.
//!
//! `markup` says where the text is and `scan` converts it, range by range; all between
//! the ranges is copied. Plain text is one range and goes to `scan` at once.

use alloc::borrow::Cow;
use alloc::string::String;
use core::ops::Range;

use crate::alignment::Alignment;
use crate::markup::{self, Markup};
use crate::plan::Plan;
use crate::scan;

/// Converts `document`, borrowing it when nothing changes.
pub(crate) fn convert<'t>(plan: &Plan<'_>, markup: Markup, document: &'t str) -> Cow<'t, str> {
    if markup == Markup::Plain {
        return scan::convert(plan, document);
    }
    let texts = markup::texts(document, markup);
    for (text, number) in texts.iter().zip(1..) {
        if let Cow::Owned(converted) = scan::convert(plan, &document[text.clone()]) {
            let mut output = String::with_capacity(document.len());
            output.push_str(&document[..text.start]);
            output.push_str(&converted);
            convert_texts(plan, document, &texts[number..], text.end, &mut output);
            return Cow::Owned(output);
        }
    }
    Cow::Borrowed(document)
}

/// Converts `document` and appends it to `output`.
pub(crate) fn convert_into(plan: &Plan<'_>, markup: Markup, document: &str, output: &mut String) {
    if markup == Markup::Plain {
        return scan::convert_into(plan, document, output);
    }
    convert_texts(plan, document, &markup::texts(document, markup), 0, output);
}

/// Converts `document` and aligns the output with it; `None` when nothing changes.
pub(crate) fn convert_aligned(
    plan: &'static Plan<'static>,
    markup: Markup,
    document: &str,
) -> Option<(String, Alignment)> {
    if markup == Markup::Plain {
        return scan::convert_aligned(plan, document);
    }
    let (mut output, mut alignment) = (String::new(), Alignment::default());
    let mut copied = 0;
    for range in markup::texts(document, markup) {
        let text = &document[range.clone()];
        let Some((converted, inside)) = scan::convert_aligned(plan, text) else { continue };
        output.push_str(&document[copied..range.start]);
        output.push_str(&converted);
        alignment.extend_unchanged(range.start - copied);
        alignment.extend_with(&inside);
        copied = range.end;
    }
    output.push_str(&document[copied..]);
    alignment.extend_unchanged(document.len() - copied);
    (copied > 0).then_some((output, alignment))
}

/// Converts `texts`, ranges of `document` that lie behind `copied`, and appends all
/// from there on to `output`.
fn convert_texts(
    plan: &Plan<'_>,
    document: &str,
    texts: &[Range<usize>],
    mut copied: usize,
    output: &mut String,
) {
    output.reserve(document.len() - copied);
    for text in texts {
        output.push_str(&document[copied..text.start]);
        scan::convert_into(plan, &document[text.clone()], output);
        copied = text.end;
    }
    output.push_str(&document[copied..]);
}
