//! What a kernel does, and the choice between them.
//!
//! `--cfg fanjian_vectors="avx2"` when the crate is built passes over what needs
//! more than AVX2, and `--cfg fanjian_vectors="none"` all vectors, to measure and to test
//! what other processors do.

use core::mem::MaybeUninit;

use crate::composite::{Entries, SPECIAL, Telltales};
use crate::filter::Triples;
use crate::text::{NONE, code_unit};

#[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
mod avx512;
#[cfg(any(
    all(target_arch = "aarch64", target_endian = "little", not(fanjian_vectors = "none")),
    all(target_arch = "wasm32", target_feature = "simd128", not(fanjian_vectors = "none")),
    test
))]
mod groups;
#[cfg(all(target_arch = "aarch64", target_endian = "little", not(fanjian_vectors = "none")))]
mod neon;
mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(fanjian_vectors = "none")))]
mod simd128;
#[cfg(any(
    all(target_arch = "x86_64", not(fanjian_vectors = "none")),
    all(target_arch = "aarch64", target_endian = "little", not(fanjian_vectors = "none")),
    all(target_arch = "wasm32", target_feature = "simd128", not(fanjian_vectors = "none")),
    test
))]
mod telltales;
#[cfg(test)]
mod tests;

pub(crate) use scalar::{convert_few, is_unchanged_few};

/// Room behind the block's last byte that a kernel may write to.
pub(crate) const SLACK: usize = 128;

/// Bytes of a text for which vectors take longer to begin than single characters
/// take to the end, if it has fewer.
pub(crate) const FEW: usize = 64;

/// Asks for these bytes to be in the first cache soon, where the processor can be asked.
/// They need not be anyone's.
#[inline]
pub(crate) fn fetch(start: *const u8, length: usize) {
    #[cfg(target_arch = "x86_64")]
    for line in (0..length).step_by(64) {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint reads nothing, whatever the address is.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(start.wrapping_add(line).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (start, length);
}

/// The first place from `start` on of a byte that is in one of these ranges, their ends
/// included, or the length.
pub(crate) fn first_within(bytes: &[u8], start: usize, ranges: [[u8; 2]; 2]) -> usize {
    #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
    if avx2::is_available() {
        // SAFETY: they were asked for.
        return unsafe { avx2::first_within(bytes, start, ranges) };
    }
    scalar::first_within(bytes, start, ranges)
}

/// A part of a text to be converted by character.
#[derive(Clone, Copy)]
pub(crate) struct Block<'x> {
    /// The composite's table. The entry of [`NONE`] changes nothing and is not
    /// suspicious behind anything.
    pub(crate) entries: &'x Entries,
    /// The whole text, which is UTF-8.
    pub(crate) text: &'x [u8],
    /// Where the block begins; a character begins there.
    pub(crate) start: usize,
    /// Where it ends: with the first character that ends here or behind it.
    pub(crate) limit: usize,
}

impl<'x> Block<'x> {
    /// The same block with a limit right behind the first byte of its last character, so
    /// that no vector is left with the rest of one alone.
    #[inline]
    fn with_last_begun(&self) -> Block<'x> {
        let begins = |&at: &usize| self.text[at] as i8 >= -64;
        let last = (self.start..self.limit).rev().find(begins);
        Block { limit: last.map_or(self.limit, |last| last + 1), ..*self }
    }
}

/// The suspicious places of a block, ascending, and what stands there.
pub(crate) struct Places {
    /// Where the characters begin, in bytes behind the block's start.
    places: Units,
    /// The code units of the characters themselves, or [`NONE`] where there is no
    /// more to ask: for special ones and those beyond the entries.
    units: Units,
    /// Those of the characters before them.
    before: Units,
    /// Those of the characters behind them.
    behind: Units,
    length: usize,
    /// Whether any of them is special or beyond the entries.
    pub(crate) has_special: bool,
}

/// As many numbers as a block can have suspicious characters, and those that a
/// vector writes at once.
type Units = [MaybeUninit<u16>; MOST];
const MOST: usize = 1024;

impl Places {
    #[inline(always)]
    pub(crate) fn new() -> Places {
        let nothing = || [const { MaybeUninit::uninit() }; MOST];
        Places {
            places: nothing(),
            units: nothing(),
            before: nothing(),
            behind: nothing(),
            length: 0,
            has_special: false,
        }
    }

    pub(crate) fn list(&self) -> &[u16] {
        // SAFETY: `push`, or a kernel, initialized so many.
        unsafe { core::slice::from_raw_parts(self.places.as_ptr().cast(), self.length) }
    }

    /// Keeps those places whose units, with those before and behind, may be in
    /// the set, and those that have none.
    #[inline(always)]
    fn retain(&mut self, set: Triples<'_>) {
        let Places { places, units, before, behind, length, has_special } = self;
        // SAFETY: `push_at`, or a kernel, initialized so many of each list.
        let [before, units, behind] = [&*before, units, behind].map(|list| unsafe {
            core::slice::from_raw_parts(list.as_ptr().cast::<u16>(), *length)
        });
        let (mut number, mut kept) = (0, 0);
        set.ask([before, units, behind], |may_have| {
            // SAFETY: there are as many answers as units, and no more than places; `kept`
            // is at most `number`.
            let is_special = unsafe {
                *places.get_unchecked_mut(kept) = *places.get_unchecked(number);
                *units.get_unchecked(number) == NONE
            };
            *has_special |= is_special;
            kept += usize::from(is_special | may_have);
            number += 1;
        });
        *length = kept;
    }

    fn clear(&mut self) {
        (self.length, self.has_special) = (0, false);
    }

    /// Adds the character at this offset of the text.
    #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
    fn push_at(&mut self, block: &Block<'_>, offset: usize) {
        self.places[self.length].write((offset - block.start) as u16);
        self.note_units(block, self.length + 1);
    }

    /// Notes what stands at the last places, which make so many with the ones before.
    fn note_units(&mut self, block: &Block<'_>, length: usize) {
        let &Block { entries, text, start, .. } = block;
        for number in self.length..length {
            // SAFETY: the caller wrote so many.
            let offset = start + usize::from(unsafe { self.places[number].assume_init() });
            let unit = code_unit(text, offset);
            let is_special = entries[usize::from(unit)] & SPECIAL != 0;
            self.units[number].write(if is_special { NONE } else { unit });
            self.before[number]
                .write(offset.checked_sub(3).map_or(NONE, |before| code_unit(text, before)));
            self.behind[number].write(code_unit(text, offset + 3));
        }
        self.length = length;
    }
}

/// The suspicious places of a text of fewer than [`FEW`] bytes, ascending.
pub(crate) struct FewPlaces {
    places: [u16; FEW / 3 + 1],
    length: usize,
    /// Whether any of them is special or beyond the entries.
    pub(crate) has_special: bool,
}

impl FewPlaces {
    #[inline(always)]
    pub(crate) fn new() -> FewPlaces {
        FewPlaces { places: [0; FEW / 3 + 1], length: 0, has_special: false }
    }

    /// Adds a place if what is there is special or `may_begin` says yes.
    #[inline(always)]
    fn push(&mut self, place: usize, is_special: bool, may_begin: impl FnOnce() -> bool) {
        if is_special || may_begin() {
            self.places[self.length] = place as u16;
            self.length += 1;
            self.has_special |= is_special;
        }
    }

    #[inline(always)]
    pub(crate) fn list(&self) -> &[u16] {
        &self.places[..self.length]
    }
}

/// A way to convert blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// One character at a time: the definition.
    Scalar,
    /// Sixteen characters at a time, in any mixture.
    #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
    Avx512,
    /// Sixteen times three bytes at a time, in any mixture.
    #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
    Avx2,
    /// Sixteen characters of three bytes at a time.
    #[cfg(all(target_arch = "aarch64", target_endian = "little", not(fanjian_vectors = "none")))]
    Neon,
    /// Sixteen characters of three bytes at a time.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(fanjian_vectors = "none")))]
    Simd128,
    /// The same without vectors, to test it on every processor.
    #[cfg(test)]
    Portable,
}

impl Kernel {
    /// The fastest one of this processor for a text of so many bytes.
    #[inline]
    pub(crate) fn best(length: usize) -> Kernel {
        if length < FEW {
            return Kernel::Scalar;
        }
        #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
        {
            if avx512::is_available() && cfg!(not(fanjian_vectors = "avx2")) {
                return Kernel::Avx512;
            }
            if avx2::is_available() {
                return Kernel::Avx2;
            }
        }
        #[cfg(all(
            target_arch = "aarch64",
            target_endian = "little",
            not(fanjian_vectors = "none")
        ))]
        if neon::is_available() {
            return Kernel::Neon;
        }
        #[cfg(all(
            target_arch = "wasm32",
            target_feature = "simd128",
            not(fanjian_vectors = "none")
        ))]
        if simd128::is_available() {
            return Kernel::Simd128;
        }
        Kernel::Scalar
    }

    /// All that this processor can run, the scalar one first.
    #[cfg(test)]
    fn available() -> alloc::vec::Vec<Kernel> {
        let mut available = alloc::vec![Kernel::Scalar, Kernel::Portable];
        #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
        if avx2::is_available() {
            available.push(Kernel::Avx2);
        }
        let best = Kernel::best(usize::MAX);
        if !available.contains(&best) {
            available.push(best);
        }
        available
    }

    /// Writes what the block becomes by character to the beginning of `output`, and to
    /// `places` those suspicious places that may be in the set, or of which it cannot be
    /// asked. Gives the offset where the block ended: behind it nothing was written that
    /// is to stay.
    #[inline]
    pub(crate) fn convert(
        self,
        block: &Block<'_>,
        output: &mut [MaybeUninit<u8>],
        places: &mut Places,
        set: Triples<'_>,
    ) -> usize {
        assert!(output.len() >= block.limit - block.start + SLACK);
        places.clear();
        let block = &block.with_last_begun();
        match self {
            Kernel::Scalar => scalar::convert(block, output, places, set),
            // SAFETY: only `best` and `available` make one, and they asked; the room was asked for above.
            #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
            Kernel::Avx512 => unsafe { avx512::convert(block, output, places, set) },
            // SAFETY: as above.
            #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
            Kernel::Avx2 => unsafe { avx2::convert(block, output, places, set) },
            // SAFETY: only `best` makes one, which asked.
            #[cfg(all(
                target_arch = "aarch64",
                target_endian = "little",
                not(fanjian_vectors = "none")
            ))]
            Kernel::Neon => unsafe { neon::convert(block, output, places, set) },
            #[cfg(all(
                target_arch = "wasm32",
                target_feature = "simd128",
                not(fanjian_vectors = "none")
            ))]
            Kernel::Simd128 => simd128::convert(block, output, places, set),
            #[cfg(test)]
            Kernel::Portable => {
                groups::convert(groups::portable::Portable, block, output, places, set)
            }
        }
    }

    /// The place of the first character that is a telltale or beyond the entries, or else
    /// the end of the block.
    #[inline]
    pub(crate) fn unchanged(self, block: &Block<'_>, telltales: Telltales<'_>) -> usize {
        let block = &block.with_last_begun();
        match self {
            Kernel::Scalar => scalar::unchanged(block, telltales),
            // SAFETY: only `best` and `available` make one, and they asked.
            #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
            Kernel::Avx512 => unsafe { avx512::unchanged(block, telltales) },
            // SAFETY: as above.
            #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
            Kernel::Avx2 => unsafe { avx2::unchanged(block, telltales) },
            // SAFETY: only `best` makes one, which asked.
            #[cfg(all(
                target_arch = "aarch64",
                target_endian = "little",
                not(fanjian_vectors = "none")
            ))]
            Kernel::Neon => unsafe { neon::unchanged(block, telltales) },
            #[cfg(all(
                target_arch = "wasm32",
                target_feature = "simd128",
                not(fanjian_vectors = "none")
            ))]
            Kernel::Simd128 => simd128::unchanged(block, telltales),
            #[cfg(test)]
            Kernel::Portable => groups::unchanged(groups::portable::Portable, block, telltales),
        }
    }
}
