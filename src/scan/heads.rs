//! Where a text has characters of one, two or four bytes that the entries cannot tell of
//! ([`Composite::plain_heads`]): wifi, where that becomes 無線網路.
//!
//! A text is cut around them, certain cuts both: what is between two of these parts has
//! none that matters, so kernels convert it as if there were no such characters at all.

use core::ops::Range;

use super::kernel;
use crate::composite::Composite;
use crate::plan::Plan;

/// Bytes before such a character among which a cut is looked for.
const NEAR: usize = 48;

/// The characters.
pub(super) struct Heads<'c> {
    composite: &'c Composite<'c>,
    /// Of those of one byte and of the others, the leading bytes, from the lowest to the
    /// highest one; without any, a byte that no text has.
    leads: [[u8; 2]; 2],
}

impl<'c> Heads<'c> {
    /// Those of a plan, if it has any.
    pub(super) fn of(plan: &'c Plan<'_>) -> Option<Heads<'c>> {
        let composite = plan.composite;
        if !composite.has_plain_heads() {
            return None;
        }
        let mut leads = [None; 2];
        for character in composite.plain_heads() {
            let lead = character.encode_utf8(&mut [0; 4]).as_bytes()[0];
            let [lowest, highest] = leads[usize::from(!lead.is_ascii())].get_or_insert([lead; 2]);
            (*lowest, *highest) = (lead.min(*lowest), lead.max(*highest));
        }
        Some(Heads { composite, leads: leads.map(|leads| leads.unwrap_or([u8::MAX; 2])) })
    }

    /// Where the first of them stands from `start` on that matters, or the end of the text.
    #[inline(never)]
    pub(super) fn find(&self, text: &str, start: usize) -> usize {
        let mut at = start;
        loop {
            at = kernel::first_within(text.as_bytes(), at, self.leads);
            let mut characters = text[at..].chars();
            let Some(character) = characters.next() else { return at };
            if self.composite.is_plain_head_before(character, characters.next()) {
                return at;
            }
            at += character.len_utf8();
            // None of them has three bytes, though such leading bytes may be within the ranges.
            let run = text[at..].bytes().step_by(3).take_while(|byte| byte & 0xF0 == 0xE0);
            at += 3 * run.count();
        }
    }

    /// Calls `take` with the parts of `text` in their order, and whether the part is around
    /// one of these characters, for stages to convert it.
    pub(super) fn for_each_part<'t>(
        &self,
        plan: &Plan<'_>,
        text: &'t str,
        take: &mut dyn FnMut(&'t str, bool),
    ) {
        let mut done = 0;
        loop {
            let at = self.find(text, done);
            if at == text.len() {
                return take(&text[done..], false);
            }
            let Range { start, end } = around(plan, text, done, at);
            take(&text[done..start], false);
            take(&text[start..end], true);
            done = end;
        }
    }
}

/// The text around the character at `at`, between two certain cuts, none of which is
/// before `known`, which is one.
fn around(plan: &Plan<'_>, text: &str, known: usize, at: usize) -> Range<usize> {
    let near = match at - known {
        ..NEAR => known,
        _ => plan.certain_cut(text, at - NEAR),
    };
    let start = if near <= at { near } else { known };
    start..plan.certain_cut(text, at)
}
