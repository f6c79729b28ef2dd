//! The kernel for WebAssembly with vectors of 128 bits.
//!
//! Four characters at a time are spread to a lane each, up to sixteen for a group: bytes
//! side by side are swizzled by a single instruction, whereas shuffles of two vectors are
//! made of many on other processors than 64-bit Arm.
//!
//! A program either has them or is not loaded, so nothing is asked when it runs.

use core::arch::wasm32::*;
use core::mem::MaybeUninit;

use super::groups::{self, BYTES, LANES, Vectors};
use super::{Block, Places};
use crate::composite::{BEFORE_SHIFT, BEHIND, BEHIND_SHIFT, SPECIAL, Telltales};
use crate::filter::Triples;

/// Whether this processor can go this way.
#[inline(always)]
pub(super) fn is_available() -> bool {
    true
}

/// [`super::Kernel::convert`].
pub(super) fn convert(
    block: &Block<'_>,
    output: &mut [MaybeUninit<u8>],
    places: &mut Places,
    set: Triples<'_>,
) -> usize {
    groups::convert(Simd128, block, output, places, set)
}

/// [`super::Kernel::unchanged`].
pub(super) fn unchanged(block: &Block<'_>, telltales: Telltales<'_>) -> usize {
    groups::unchanged(Simd128, block, telltales)
}

#[derive(Clone, Copy)]
struct Simd128;

// SAFETY: `note` stores four units for each four leads that it looks at.
unsafe impl Vectors for Simd128 {
    #[inline(always)]
    fn note(self, bytes: &[u8; BYTES], units: &mut [MaybeUninit<u16>; LANES]) -> usize {
        for four in 0..LANES / 4 {
            let lanes = spread(load(&bytes[12 * four..]));
            let (first, second, third) = (u32x4_shr(lanes, 4), u32x4_shr(lanes, 2), lanes);
            let lower = v128_bitselect(third, second, u32x4_splat(0x3F));
            let payload = v128_bitselect(lower, first, u32x4_splat(0xFFF));
            let payload = v128_and(payload, u32x4_splat(0xFFFF));
            store_half(u16x8_narrow_i32x4(payload, payload), &mut units[4 * four..]);
            let leads = u32x4_eq(u32x4_shr(lanes, 20), u32x4_splat(0xE));
            let leads = u32::from(u32x4_bitmask(leads));
            if leads != 0xF {
                return 4 * four + leads.trailing_ones() as usize;
            }
        }
        LANES
    }

    #[inline(always)]
    fn apply(
        self,
        bytes: &[u8; BYTES],
        entries: &[u32; LANES + 1],
        length: usize,
        output: &mut [MaybeUninit<u8>; BYTES],
    ) -> u32 {
        let mut all_suspicious = 0;
        for four in 0..length.div_ceil(4) {
            let (entries, suspicious) = load_entries(entries, length, four);
            let third = v128_and(u32x4_shl(entries, 16), u32x4_splat(0x3F_0000));
            let second = v128_and(u32x4_shl(entries, 2), u32x4_splat(0x3F00));
            let first = v128_and(u32x4_shr(entries, 12), u32x4_splat(0xF));
            let changes = pack(v128_or(first, v128_or(second, third)));
            let source = load(&bytes[12 * four..]);
            store(v128_xor(source, changes), &mut output[12 * four..]);
            all_suspicious |= u32::from(u32x4_bitmask(suspicious)) << (4 * four);
        }
        all_suspicious
    }

    #[inline(always)]
    fn ascii(self, bytes: &[u8; 16]) -> usize {
        u8x16_bitmask(load(bytes)).trailing_zeros() as usize
    }
}

/// Entries of a group of so many characters from the fourth, eighth or twelfth on, with
/// zeros behind them, and all bits where a character is suspicious.
#[inline(always)]
fn load_entries(entries: &[u32; LANES + 1], length: usize, four: usize) -> (v128, v128) {
    let lanes = u32x4_lt(u32x4(0, 1, 2, 3), u32x4_splat((length - 4 * four) as u32));
    let before = load(&entries[4 * four..]);
    let entries = v128_and(load(&entries[4 * four + 1..]), lanes);
    let before = u32x4_shr(before, BEFORE_SHIFT - BEHIND_SHIFT);
    let before = v128_and(before, u32x4_splat(BEHIND));
    let shared = v128_and(entries, v128_or(before, u32x4_splat(SPECIAL)));
    (entries, u32x4_ne(shared, u32x4_splat(0)))
}

/// Each three of the first twelve bytes as a number, the last one lowest.
#[inline(always)]
fn spread(bytes: v128) -> v128 {
    i8x16_swizzle(bytes, u8x16(2, 1, 0, 255, 5, 4, 3, 255, 8, 7, 6, 255, 11, 10, 9, 255))
}

/// The lower three bytes of each number, the lowest first, and zeros.
#[inline(always)]
fn pack(numbers: v128) -> v128 {
    i8x16_swizzle(numbers, u8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255))
}

/// The first sixteen bytes of these numbers.
#[inline(always)]
fn load<T: Copy>(numbers: &[T]) -> v128 {
    assert!(size_of_val(numbers) >= 16);
    // SAFETY: there are as many bytes; the vector may stand anywhere. They are of
    // numbers: the function is called for nothing else.
    unsafe { v128_load(numbers.as_ptr().cast()) }
}

/// Stores a vector to the first sixteen bytes.
#[inline(always)]
fn store(vector: v128, to: &mut [MaybeUninit<u8>]) {
    assert!(to.len() >= 16);
    // SAFETY: there are as many bytes; the vector may stand anywhere.
    unsafe { v128_store(to.as_mut_ptr().cast(), vector) }
}

/// Stores the first half of a vector to the first four numbers.
#[inline(always)]
fn store_half(vector: v128, to: &mut [MaybeUninit<u16>]) {
    assert!(to.len() >= 4);
    // SAFETY: there are as many bytes; the vector may stand anywhere.
    unsafe { v128_store64_lane::<0>(vector, to.as_mut_ptr().cast()) }
}
