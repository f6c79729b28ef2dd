//! The kernel for WebAssembly with vectors of 128 bits.
//!
//! A program either has them or is not loaded, so nothing is asked when it runs.

use core::arch::wasm32::*;
use core::mem::MaybeUninit;

use super::groups::{self, BYTES, LANES, Vectors};
use super::{Block, Places};

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
) -> usize {
    groups::convert(Simd128, block, output, places)
}

/// [`super::Kernel::unchanged`].
pub(super) fn unchanged(block: &Block<'_>) -> usize {
    groups::unchanged(Simd128, block)
}

#[derive(Clone, Copy)]
struct Simd128;

impl Vectors for Simd128 {
    type Vector = v128;

    #[inline(always)]
    fn load(self, bytes: &[u8; LANES]) -> v128 {
        // SAFETY: the array has as many bytes.
        unsafe { v128_load(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    #[rustfmt::skip]
    fn load_characters(self, bytes: &[u8; BYTES]) -> [v128; 3] {
        let [a, b, c] = load_each(bytes);
        let first = i8x16_shuffle::<0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0>(a, b);
        let first = i8x16_shuffle::<0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29>(first, c);
        let second = i8x16_shuffle::<1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0>(a, b);
        let second = i8x16_shuffle::<0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30>(second, c);
        let third = i8x16_shuffle::<2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0>(a, b);
        let third = i8x16_shuffle::<0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31>(third, c);
        [first, second, third]
    }

    #[inline(always)]
    #[rustfmt::skip]
    fn store_characters(
        self,
        [first, second, third]: [v128; 3],
        to: &mut [MaybeUninit<u8>; BYTES],
    ) {
        let a = i8x16_shuffle::<0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5>(first, second);
        let a = i8x16_shuffle::<0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15>(a, third);
        let b = i8x16_shuffle::<21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26>(first, second);
        let b = i8x16_shuffle::<0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15>(b, third);
        let c = i8x16_shuffle::<0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0>(first, second);
        let c = i8x16_shuffle::<26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31>(c, third);
        store_each([a, b, c], to);
    }

    #[inline(always)]
    #[rustfmt::skip]
    fn load_entries(self, entries: &[u32; LANES]) -> [v128; 4] {
        let [a, b, c, d] = load_each(entries);
        // Halves of numbers, then bytes of halves.
        let lower = [i16x8_shuffle::<0, 2, 4, 6, 8, 10, 12, 14>(a, b), i16x8_shuffle::<0, 2, 4, 6, 8, 10, 12, 14>(c, d)];
        let upper = [i16x8_shuffle::<1, 3, 5, 7, 9, 11, 13, 15>(a, b), i16x8_shuffle::<1, 3, 5, 7, 9, 11, 13, 15>(c, d)];
        let even = |[left, right]: [v128; 2]| {
            i8x16_shuffle::<0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30>(left, right)
        };
        let odd = |[left, right]: [v128; 2]| {
            i8x16_shuffle::<1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31>(left, right)
        };
        [even(lower), odd(lower), even(upper), odd(upper)]
    }

    #[inline(always)]
    fn store_units(self, [low, high]: [v128; 2], to: &mut [MaybeUninit<u16>; LANES]) {
        let lower =
            i8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(low, high);
        let upper = i8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(
            low, high,
        );
        store_each([lower, upper], to);
    }

    #[inline(always)]
    fn all(self, byte: u8) -> v128 {
        u8x16_splat(byte)
    }

    #[inline(always)]
    fn and(self, left: v128, right: v128) -> v128 {
        v128_and(left, right)
    }

    #[inline(always)]
    fn or(self, left: v128, right: v128) -> v128 {
        v128_or(left, right)
    }

    #[inline(always)]
    fn xor(self, left: v128, right: v128) -> v128 {
        v128_xor(left, right)
    }

    #[inline(always)]
    fn shift<const BY: i32>(self, bytes: v128) -> v128 {
        u8x16_shr(bytes, BY as u32)
    }

    #[inline(always)]
    fn join<const BELOW: i32>(self, lower: v128, higher: v128) -> v128 {
        // Bits that come from the byte below are masked.
        let shifted = u16x8_shl(higher, BELOW as u32);
        v128_bitselect(lower, shifted, u8x16_splat((1 << BELOW) - 1))
    }

    #[inline(always)]
    fn behind(self, first: u8, bytes: v128) -> v128 {
        i8x16_shuffle::<0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30>(
            u8x16_splat(first),
            bytes,
        )
    }

    #[inline(always)]
    fn equal(self, bytes: v128, byte: u8) -> u32 {
        u32::from(u8x16_bitmask(u8x16_eq(bytes, u8x16_splat(byte))))
    }

    #[inline(always)]
    fn less(self, bytes: v128, byte: u8) -> u32 {
        u32::from(u8x16_bitmask(u8x16_lt(bytes, u8x16_splat(byte))))
    }
}

/// The vectors that an array consists of.
#[inline(always)]
fn load_each<T, const LENGTH: usize, const COUNT: usize>(numbers: &[T; LENGTH]) -> [v128; COUNT] {
    const { assert!(size_of::<[T; LENGTH]>() == size_of::<[v128; COUNT]>()) };
    // SAFETY: the array has as many bytes; only arrays of numbers are given.
    unsafe { numbers.as_ptr().cast::<[v128; COUNT]>().read_unaligned() }
}

/// The reverse of [`load_each`].
#[inline(always)]
fn store_each<T, const LENGTH: usize, const COUNT: usize>(
    vectors: [v128; COUNT],
    to: &mut [MaybeUninit<T>; LENGTH],
) {
    const { assert!(size_of::<[T; LENGTH]>() == size_of::<[v128; COUNT]>()) };
    // SAFETY: the array has as many bytes; only arrays of numbers are given.
    unsafe { to.as_mut_ptr().cast::<[v128; COUNT]>().write_unaligned(vectors) }
}
