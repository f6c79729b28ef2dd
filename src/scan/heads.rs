//! Where a text has characters of one, two or four bytes that the entries cannot tell of
//! ([`Composite::plain_heads`]): wifi, where that becomes 無線網路.
//!
//! A text is cut around them, certain cuts both: what is between two of these parts has
//! none, so kernels convert it as if there were no such characters at all.

use core::ops::Range;

use crate::composite::Composite;
use crate::plan::Plan;

/// Bytes that are looked at together.
const CHUNK: usize = 64;

/// Bytes before such a character among which a cut is looked for.
const NEAR: usize = 48;

/// The characters.
pub(super) struct Heads<'c> {
    composite: &'c Composite<'c>,
    /// Of those of one byte and of the others, the lowest leading byte, and how far the
    /// highest one is from it; without any, those of a byte that no text has.
    leads: [[u8; 2]; 2],
}

impl<'c> Heads<'c> {
    /// Those of a plan, if it has any.
    pub(super) fn of(plan: &'c Plan<'_>) -> Option<Heads<'c>> {
        let composite = plan.composite;
        composite.plain_heads().next()?;
        let mut leads = [[u8::MAX, 0]; 2];
        for character in composite.plain_heads() {
            let lead = character.encode_utf8(&mut [0; 4]).as_bytes()[0];
            let [lowest, highest] = &mut leads[usize::from(!lead.is_ascii())];
            (*lowest, *highest) = (lead.min(*lowest), lead.max(*highest));
        }
        let leads = leads.map(|[lowest, highest]| [lowest, highest.saturating_sub(lowest)]);
        Some(Heads { composite, leads })
    }

    /// Where the first of them stands from `start` on, or the end of the text.
    #[inline(never)]
    pub(super) fn find(&self, text: &str, start: usize) -> usize {
        let may_lead = |byte: u8| {
            let is_within = |[lowest, width]: [u8; 2]| byte.wrapping_sub(lowest) <= width;
            self.leads.into_iter().fold(false, |may, lead| may | is_within(lead))
        };
        let bytes = text.as_bytes();
        for (chunk, number) in bytes[start..].chunks(CHUNK).zip(0..) {
            // Without a branch, compilers make vectors of it.
            if !chunk.iter().fold(false, |may, &byte| may | may_lead(byte)) {
                continue;
            }
            let offset = start + number * CHUNK;
            let places = (offset..offset + chunk.len()).filter(|&at| may_lead(bytes[at]));
            for at in places {
                let character = text.get(at..).and_then(|text| text.chars().next());
                if character.is_some_and(|it| self.composite.is_plain_head(it)) {
                    return at;
                }
            }
        }
        text.len()
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
