//! What a kernel does, and the choice between them.

use core::mem::MaybeUninit;

use crate::composite::{Entries, NONE};

#[cfg(all(target_arch = "x86_64", not(fanjian_vectors)))]
mod avx512;
mod scalar;

/// Room behind the block's last byte that a kernel may write to.
pub(crate) const SLACK: usize = 128;

/// A part of a text to be converted by character.
#[derive(Clone, Copy)]
pub(crate) struct Block<'x> {
    /// The composite's table.
    pub(crate) entries: &'x Entries,
    /// The whole text, which is UTF-8.
    pub(crate) text: &'x [u8],
    /// Where the block begins; a character begins there.
    pub(crate) start: usize,
    /// Where it ends: with the first character that ends here or behind it.
    pub(crate) limit: usize,
}

/// The suspicious places of a block, in bytes behind its start, ascending.
pub(crate) struct Places {
    list: [MaybeUninit<u16>; Places::CAPACITY],
    length: usize,
}

impl Places {
    const CAPACITY: usize = 1024;

    pub(crate) fn new() -> Places {
        Places { list: [MaybeUninit::uninit(); Places::CAPACITY], length: 0 }
    }

    pub(crate) fn list(&self) -> &[u16] {
        // SAFETY: `push` initialized so many.
        unsafe { core::slice::from_raw_parts(self.list.as_ptr().cast(), self.length) }
    }

    /// Keeps those places of which `is_kept` says so, without a branch.
    #[inline(always)]
    pub(crate) fn retain(&mut self, is_kept: impl Fn(usize) -> bool) {
        let mut kept = 0;
        for number in 0..self.length {
            let place = self.list()[number];
            self.list[kept].write(place);
            kept += usize::from(is_kept(place.into()));
        }
        self.length = kept;
    }

    fn clear(&mut self) {
        self.length = 0;
    }

    #[inline(always)]
    fn push(&mut self, place: usize) {
        self.list[self.length].write(place as u16);
        self.length += 1;
    }
}

/// A way to convert blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// One character at a time: the definition.
    Scalar,
    /// Sixteen characters at a time, in any mixture.
    #[cfg(all(target_arch = "x86_64", not(fanjian_vectors)))]
    Avx512,
}

impl Kernel {
    /// The fastest one of this processor.
    #[inline]
    pub(crate) fn best() -> Kernel {
        #[cfg(all(target_arch = "x86_64", not(fanjian_vectors)))]
        if avx512::is_available() {
            return Kernel::Avx512;
        }
        Kernel::Scalar
    }

    /// Writes what the block becomes by character to the beginning of `output`, and
    /// the suspicious places to `places`. Gives the offset where the block ended:
    /// behind it nothing was written that is to stay.
    #[inline]
    pub(crate) fn convert(
        self,
        block: &Block<'_>,
        output: &mut [MaybeUninit<u8>],
        places: &mut Places,
    ) -> usize {
        assert!(output.len() >= block.limit - block.start + SLACK);
        places.clear();
        match self {
            Kernel::Scalar => scalar::convert(block, output, places),
            // SAFETY: only `best` makes one, which asked; the room was asked for above.
            #[cfg(all(target_arch = "x86_64", not(fanjian_vectors)))]
            Kernel::Avx512 => unsafe { avx512::convert(block, output, places) },
        }
    }

    /// A place before which no character changes and none is suspicious: near the
    /// first that does or is, or the limit.
    #[inline]
    pub(crate) fn unchanged(self, block: &Block<'_>) -> usize {
        match self {
            Kernel::Scalar => scalar::unchanged(block),
            // SAFETY: only `best` makes one, which asked.
            #[cfg(all(target_arch = "x86_64", not(fanjian_vectors)))]
            Kernel::Avx512 => unsafe { avx512::unchanged(block) },
        }
    }
}

/// The code unit of the character at `offset`, if it has three bytes, else [`NONE`];
/// as well for an offset where no character begins or which is behind the end.
#[inline(always)]
pub(crate) fn code_unit(text: &[u8], offset: usize) -> u16 {
    text.get(offset..).and_then(|rest| rest.first_chunk()).map_or(NONE, |&bytes| code_unit_of(bytes))
}

/// The code unit of the character that has these bytes, if it is one, else
/// [`NONE`]. They are part of a text in UTF-8, so the first one tells.
#[inline(always)]
pub(crate) fn code_unit_of([lead, second, third]: [u8; 3]) -> u16 {
    let unit =
        u16::from(lead & 0xF) << 12 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F);
    if lead & 0xF0 == 0xE0 { unit } else { NONE }
}
