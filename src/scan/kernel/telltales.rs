//! Where a block changes first, if at all: what kernels with vectors have in common.
//!
//! They note the units of a part, of which this asks what they tell. A unit that may be a
//! telltale is one if it is so where it stands in the text, which the scalar kernel knows.

use core::mem::MaybeUninit;
use core::ops::Range;

use super::{Block, scalar};
use crate::composite::{CHANGES, TELLS, TOLD_BEFORE, TOLD_BEHIND, Telltales};

impl Block<'_> {
    /// Where the first character begins at the limit or behind it.
    pub(super) fn end(&self) -> usize {
        let is_inside = |byte: &&u8| **byte & 0xC0 == 0x80;
        self.limit + self.text[self.limit..].iter().take_while(is_inside).count()
    }

    /// The place of the first character that begins in this range of the block and is a
    /// telltale or beyond the entries. The kernel noted these units of it, with one before
    /// them and one behind, whether there may be a character beyond the entries, and the
    /// `place` of each unit.
    ///
    /// # Safety
    ///
    /// The units are initialized.
    #[inline(always)]
    pub(super) unsafe fn first_telltale(
        &self,
        range: Range<usize>,
        units: &[MaybeUninit<u16>],
        is_any_beyond: bool,
        place: impl FnOnce(usize) -> usize,
        telltales: Telltales<'_>,
    ) -> Option<usize> {
        // SAFETY: the caller initialized them.
        let units =
            unsafe { core::slice::from_raw_parts(units.as_ptr().cast::<u16>(), units.len()) };
        let from = match is_any_beyond {
            true => range.start,
            false => place(first_that_may_tell(units, telltales)?),
        };
        self.first_from(from..range.end, telltales)
    }

    /// The same, in a range of which nothing is noted.
    #[cold]
    fn first_from(&self, range: Range<usize>, telltales: Telltales<'_>) -> Option<usize> {
        let start = Block { limit: range.start, ..*self }.end();
        let limit = range.end.min(self.limit);
        let unchanged = scalar::unchanged(&Block { start, limit, ..*self }, telltales);
        (unchanged < limit).then_some(unchanged)
    }
}

/// The position of the first unit that may be a telltale. Units beside each other need not
/// stand so in the text.
#[inline(always)]
fn first_that_may_tell(units: &[u16], telltales: Telltales<'_>) -> Option<usize> {
    let what = |unit: &u16| telltales.of[usize::from(*unit)];
    // Several numbers: one would wait for itself.
    const NUMBERS: usize = 4;
    let mut found = [0; NUMBERS];
    let (chunks, rest) = units.as_chunks::<NUMBERS>();
    for chunk in chunks {
        for (found, unit) in found.iter_mut().zip(chunk) {
            *found |= what(unit);
        }
    }
    let found = found.iter().copied().chain(rest.iter().map(what)).fold(0, |all, one| all | one);
    if found & (CHANGES | TELLS) == 0 {
        return None;
    }
    first_between(units, telltales)
}

/// The same where there is one or may be: which of them stand beside what tells is asked of
/// many at a time, for it cannot be foretold.
fn first_between(units: &[u16], telltales: Telltales<'_>) -> Option<usize> {
    const AT_A_TIME: usize = 64;
    for start in (1..units.len() - 1).step_by(AT_A_TIME) {
        let mut what = [0; AT_A_TIME + 2];
        for (what, unit) in what.iter_mut().zip(&units[start - 1..]) {
            *what = telltales.of[usize::from(*unit)];
        }
        let mut may_tell = [0; AT_A_TIME];
        for (may_tell, what) in may_tell.iter_mut().zip(what.windows(3)) {
            let told = what[0] & TOLD_BEHIND | what[2] & TOLD_BEFORE;
            let tells = what[1] & TELLS != 0 && told != 0;
            *may_tell = what[1] & CHANGES | u8::from(tells);
        }
        for (word, number) in may_tell.as_chunks().0.iter().zip(0..) {
            let mut bytes = u64::from_le_bytes(*word);
            while bytes != 0 {
                let at = start + 8 * number + bytes.trailing_zeros() as usize / 8;
                let may_have = match units[at - 1..] {
                    [before, unit, behind, next, ..] => {
                        telltales.may_have(unit, before, [behind, next])
                    }
                    // What comes next is not noted.
                    [_, _, _] => true,
                    _ => false,
                };
                if may_have {
                    return Some(at);
                }
                bytes &= bytes - 1;
            }
        }
    }
    None
}
