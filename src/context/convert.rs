//! Conversion with overrides, of whole texts.
//!
//! A text is gone over in blocks that end at certain cuts. Where a configuration has
//! only the stage that chooses, overrides are put into its output. Where it has others
//! behind that, a block is converted as always but for the runs with overrides, whose
//! stages are carried out one by one; those are few.

use alloc::borrow::Cow;
use alloc::string::String;
use core::ops::Range;

use super::{Context, Decision, apply, run_around};
use crate::alignment::Alignment;
use crate::plan::Plan;
use crate::scan;
use crate::segment::for_each_cell_with;

/// Bytes that are converted at a time, at least.
const BLOCK: usize = 1 << 14;

/// Converts `text`, borrowing it when nothing changes.
// Beside `scan::convert`, whose callers would otherwise keep registers for this one.
#[inline(never)]
pub(crate) fn convert<'t>(context: &Context, plan: &Plan<'_>, text: &'t str) -> Cow<'t, str> {
    let whole = 0..text.len();
    if scan::cut_before_change(plan, text).is_none()
        && context.decisions_within(plan, text, whole.clone()).is_empty()
    {
        return Cow::Borrowed(text);
    }
    let mut output = String::with_capacity(text.len());
    convert_into(context, plan, text, whole, &mut output);
    match output == text {
        true => Cow::Borrowed(text),
        false => Cow::Owned(output),
    }
}

/// Converts `range` of `text`, which begins and ends at certain cuts, and appends it to
/// `output`.
pub(crate) fn convert_into(
    context: &Context,
    plan: &Plan<'_>,
    text: &str,
    range: Range<usize>,
    output: &mut String,
) {
    let mut start = range.start;
    while start < range.end {
        let end = match range.end - start {
            0..=BLOCK => range.end,
            _ => plan.certain_cut(&text[..range.end], start + BLOCK),
        };
        match plan.conversion {
            [_] => convert_by_one_stage(context, plan, text, start..end, output),
            _ => convert_by_stages(context, plan, text, start..end, output),
        }
        start = end;
    }
}

fn convert_by_one_stage(
    context: &Context,
    plan: &Plan<'_>,
    text: &str,
    block: Range<usize>,
    output: &mut String,
) {
    let start = output.len();
    scan::convert_into(plan, &text[block.clone()], output);
    let decisions = context.decisions(plan, text, block, &output[start..]);
    apply(&decisions, start, output);
}

fn convert_by_stages(
    context: &Context,
    plan: &Plan<'_>,
    text: &str,
    block: Range<usize>,
    output: &mut String,
) {
    for_each_part(context, plan, text, block, |part, decisions| match decisions {
        [] => scan::convert_into(plan, part, output),
        _ => for_each_cell_with(plan, part, decisions, |_, replacement| {
            output.push_str(replacement);
        }),
    });
}

/// Converts `text` and aligns the output with it; `None` when nothing changes.
pub(crate) fn convert_aligned(
    context: &Context,
    plan: &Plan<'_>,
    text: &str,
) -> Option<(String, Alignment)> {
    let (mut output, mut alignment) = (String::new(), Alignment::default());
    convert_aligned_into(context, plan, text, &mut output, &mut alignment);
    (output != text).then_some((output, alignment))
}

/// Converts `text`, appends it to `output`, and goes on with the alignment.
pub(crate) fn convert_aligned_into(
    context: &Context,
    plan: &Plan<'_>,
    text: &str,
    output: &mut String,
    alignment: &mut Alignment,
) {
    for_each_part(context, plan, text, 0..text.len(), |part, decisions| match decisions {
        [] => scan::convert_aligned_into(plan, part, output, alignment),
        _ => {
            let mut rest = part;
            for_each_cell_with(plan, part, decisions, |length, replacement| {
                let (source, behind) = rest.split_at(length);
                output.push_str(replacement);
                alignment.extend_changed(source, replacement);
                rest = behind;
            });
        }
    });
}

/// Calls `take` with the parts of a block in their order: runs that have overrides, with
/// their decisions, whose offsets are those of the part; and all between them.
fn for_each_part(
    context: &Context,
    plan: &Plan<'_>,
    text: &str,
    block: Range<usize>,
    mut take: impl FnMut(&str, &[Decision]),
) {
    let Some(first) = plan.first_stage() else { return take(&text[block], &[]) };
    let output = scan::convert(&first, &text[block.clone()]);
    let mut decisions = context.decisions(plan, text, block.clone(), &output);
    let (mut rest, mut done) = (&mut decisions[..], block.start);
    while let Some(first) = rest.first() {
        let run = run_around(plan, text, block.clone(), first.source);
        if done < run.start {
            take(&text[done..run.start], &[]);
        }
        // A cut is certain for all stages, so the first one makes of the run alone what it
        // made of it within the block.
        let characters_before = text[run.start..first.source].chars().rev();
        let before = output[..first.output].char_indices().rev();
        let start = before.zip(characters_before).last();
        let start = start.map_or(first.output, |((start, _), _)| start);
        let (of_run, behind) =
            rest.split_at_mut(rest.partition_point(|decision| decision.source < run.end));
        for decision in &mut *of_run {
            decision.source -= run.start;
            decision.output -= start;
        }
        take(&text[run.clone()], of_run);
        (rest, done) = (behind, run.end);
    }
    if done < block.end {
        take(&text[done..block.end], &[]);
    }
}
