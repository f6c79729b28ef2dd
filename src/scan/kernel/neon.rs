//! The kernel for aarch64 with NEON, which has instructions to take threes and fours of
//! bytes apart and to put them together.

use core::arch::aarch64::*;
use core::mem::MaybeUninit;

use super::groups::{self, BYTES, LANES, Vectors};
use super::{Block, Places};

/// Whether this processor can go this way.
#[inline(always)]
pub(super) fn is_available() -> bool {
    #[cfg(feature = "std")]
    return std::arch::is_aarch64_feature_detected!("neon");
    #[cfg(not(feature = "std"))]
    return cfg!(target_feature = "neon");
}

/// [`super::Kernel::convert`].
///
/// # Safety
///
/// [`is_available`] says yes.
#[target_feature(enable = "neon")]
pub(super) unsafe fn convert(
    block: &Block<'_>,
    output: &mut [MaybeUninit<u8>],
    places: &mut Places,
) -> usize {
    groups::convert(Neon(()), block, output, places)
}

/// [`super::Kernel::unchanged`].
///
/// # Safety
///
/// [`is_available`] says yes.
#[target_feature(enable = "neon")]
pub(super) unsafe fn unchanged(block: &Block<'_>) -> usize {
    groups::unchanged(Neon(()), block)
}

/// That this processor has NEON: whoever makes one makes sure of it.
#[derive(Clone, Copy)]
struct Neon(());

impl Vectors for Neon {
    type Vector = uint8x16_t;

    #[inline(always)]
    fn load(self, bytes: &[u8; LANES]) -> uint8x16_t {
        // SAFETY: there is a `Neon`; the array has as many bytes.
        unsafe { vld1q_u8(bytes.as_ptr()) }
    }

    #[inline(always)]
    fn load_characters(self, bytes: &[u8; BYTES]) -> [uint8x16_t; 3] {
        // SAFETY: there is a `Neon`; the array has as many bytes.
        let uint8x16x3_t(first, second, third) = unsafe { vld3q_u8(bytes.as_ptr()) };
        [first, second, third]
    }

    #[inline(always)]
    fn store_characters(
        self,
        [first, second, third]: [uint8x16_t; 3],
        to: &mut [MaybeUninit<u8>; BYTES],
    ) {
        // SAFETY: there is a `Neon`; the array has as many bytes.
        unsafe { vst3q_u8(to.as_mut_ptr().cast(), uint8x16x3_t(first, second, third)) }
    }

    #[inline(always)]
    fn load_entries(self, entries: &[u32; LANES]) -> [uint8x16_t; 4] {
        // SAFETY: there is a `Neon`; the array has four times as many bytes.
        let uint8x16x4_t(low, high, behind, before) = unsafe { vld4q_u8(entries.as_ptr().cast()) };
        [low, high, behind, before]
    }

    #[inline(always)]
    fn store_units(self, [low, high]: [uint8x16_t; 2], to: &mut [MaybeUninit<u16>; LANES]) {
        // SAFETY: there is a `Neon`; the array has twice as many bytes.
        unsafe { vst2q_u8(to.as_mut_ptr().cast(), uint8x16x2_t(low, high)) }
    }

    #[inline(always)]
    fn all(self, byte: u8) -> uint8x16_t {
        // SAFETY: there is a `Neon`.
        unsafe { vdupq_n_u8(byte) }
    }

    #[inline(always)]
    fn and(self, left: uint8x16_t, right: uint8x16_t) -> uint8x16_t {
        // SAFETY: there is a `Neon`.
        unsafe { vandq_u8(left, right) }
    }

    #[inline(always)]
    fn or(self, left: uint8x16_t, right: uint8x16_t) -> uint8x16_t {
        // SAFETY: there is a `Neon`.
        unsafe { vorrq_u8(left, right) }
    }

    #[inline(always)]
    fn xor(self, left: uint8x16_t, right: uint8x16_t) -> uint8x16_t {
        // SAFETY: there is a `Neon`.
        unsafe { veorq_u8(left, right) }
    }

    #[inline(always)]
    fn shift<const BY: i32>(self, bytes: uint8x16_t) -> uint8x16_t {
        // SAFETY: there is a `Neon`.
        unsafe { vshrq_n_u8::<BY>(bytes) }
    }

    #[inline(always)]
    fn join<const BELOW: i32>(self, lower: uint8x16_t, higher: uint8x16_t) -> uint8x16_t {
        // SAFETY: there is a `Neon`.
        unsafe { vsliq_n_u8::<BELOW>(lower, higher) }
    }

    #[inline(always)]
    fn behind(self, first: u8, bytes: uint8x16_t) -> uint8x16_t {
        // SAFETY: there is a `Neon`.
        unsafe { vextq_u8::<15>(vdupq_n_u8(first), bytes) }
    }

    #[inline(always)]
    fn equal(self, bytes: uint8x16_t, byte: u8) -> u32 {
        // SAFETY: there is a `Neon`.
        bits(unsafe { vceqq_u8(bytes, vdupq_n_u8(byte)) })
    }

    #[inline(always)]
    fn less(self, bytes: uint8x16_t, byte: u8) -> u32 {
        // SAFETY: there is a `Neon`.
        bits(unsafe { vcltq_u8(bytes, vdupq_n_u8(byte)) })
    }
}

/// A bit for each byte, all of whose bits are the same.
///
/// Each byte keeps the bit that it is to be in its half, and three times neighbours
/// are added.
#[inline(always)]
fn bits(bytes: uint8x16_t) -> u32 {
    const BITS: [u8; LANES] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: only a `Neon` calls it; the array has as many bytes.
    unsafe {
        let bits = vandq_u8(bytes, vld1q_u8(BITS.as_ptr()));
        let pairs = vpaddq_u8(bits, bits);
        let fours = vpaddq_u8(pairs, pairs);
        let halves = vpaddq_u8(fours, fours);
        u32::from(vgetq_lane_u16::<0>(vreinterpretq_u16_u8(halves)))
    }
}
