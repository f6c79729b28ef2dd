//! The kernel for aarch64 with NEON, which has instructions to take threes and fours of
//! bytes apart and to put them together.
//!
//! All is done in lanes of bytes: a vector has the first bytes of sixteen characters,
//! another one their second, a third one their third bytes. And so with the four bytes of
//! entries, each of which is something of its own: two of what changes, the classes of a
//! character that stands behind another one, and those of one that stands before.

use core::arch::aarch64::*;
use core::mem::MaybeUninit;

use super::groups::{self, BYTES, LANES, Vectors};
use super::{Block, Places};
use crate::composite::{BEFORE_SHIFT, BEHIND_SHIFT, CHANGE, SPECIAL, Telltales};
use crate::filter::Triples;

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
    set: Triples<'_>,
) -> usize {
    groups::convert(Neon(()), block, output, places, set)
}

/// [`super::Kernel::unchanged`].
///
/// # Safety
///
/// [`is_available`] says yes.
#[target_feature(enable = "neon")]
pub(super) unsafe fn unchanged(block: &Block<'_>, telltales: Telltales<'_>) -> usize {
    groups::unchanged(Neon(()), block, telltales)
}

/// That this processor has NEON: whoever makes one makes sure of it.
#[derive(Clone, Copy)]
struct Neon(());

// SAFETY: `note` stores sixteen units, and finds sixteen leads at most.
unsafe impl Vectors for Neon {
    #[inline(always)]
    fn note(self, bytes: &[u8; BYTES], units: &mut [MaybeUninit<u16>; LANES]) -> usize {
        // SAFETY: there is a `Neon`; the arrays have as many bytes as are loaded, and as
        // are stored.
        unsafe {
            let uint8x16x3_t(first, second, third) = vld3q_u8(bytes.as_ptr());
            let low = vsliq_n_u8::<6>(third, second);
            let high = vsliq_n_u8::<4>(vshrq_n_u8::<2>(second), first);
            vst2q_u8(units.as_mut_ptr().cast(), uint8x16x2_t(low, high));
            let leads = vceqq_u8(vshrq_n_u8::<4>(first), vdupq_n_u8(0xE));
            length(leads)
        }
    }

    #[inline(always)]
    fn apply(
        self,
        bytes: &[u8; BYTES],
        entries: &[u32; LANES + 1],
        length: usize,
        output: &mut [MaybeUninit<u8>; BYTES],
    ) -> u32 {
        let entries = Entries::load(self, entries, length);
        // SAFETY: there is a `Neon`; the arrays have as many bytes as are loaded, and as
        // are stored.
        unsafe {
            let uint8x16x3_t(first, second, third) = vld3q_u8(bytes.as_ptr());
            let changed = uint8x16x3_t(
                veorq_u8(first, vshrq_n_u8::<4>(entries.high)),
                veorq_u8(
                    second,
                    six_bits(vsliq_n_u8::<2>(vshrq_n_u8::<6>(entries.low), entries.high)),
                ),
                veorq_u8(third, six_bits(entries.low)),
            );
            vst3q_u8(output.as_mut_ptr().cast(), changed);
        }
        // SAFETY: there is a `Neon`.
        unsafe { bits(entries.suspicious) }
    }

    #[inline(always)]
    fn ascii(self, bytes: &[u8; 16]) -> usize {
        // SAFETY: there is a `Neon`; the array has as many bytes.
        unsafe { length(vcltq_u8(vld1q_u8(bytes.as_ptr()), vdupq_n_u8(0x80))) }
    }
}

/// The entries of the characters of a group, a lane for each, and zeros behind them.
struct Entries {
    /// The lower bytes of what changes, and the higher ones.
    low: uint8x16_t,
    high: uint8x16_t,
    /// All bits where a character is suspicious.
    suspicious: uint8x16_t,
}

impl Entries {
    /// Takes those of so many characters; the first one is that before them.
    #[inline(always)]
    fn load(_: Neon, entries: &[u32; LANES + 1], length: usize) -> Entries {
        const { assert!(CHANGE == 0xFFFF && BEHIND_SHIFT == 16 && BEFORE_SHIFT == 24) };
        let lanes: &[u8; LANES] = FIRST_LANES[LANES - length..].first_chunk().expect("up to all");
        // SAFETY: there is a `Neon`; so many entries are behind the first one, and the
        // array has as many bytes.
        unsafe {
            let lanes = vld1q_u8(lanes.as_ptr());
            // `vld4q_u8` would do, but compilers make it of many steps of their own.
            let halves = entries[1..].as_ptr().cast::<u16>();
            let [a, b, c, d] = [0, 8, 16, 24].map(|number| vld1q_u16(halves.add(number)));
            let lower = [vuzp1q_u16(a, b), vuzp1q_u16(c, d)].map(|half| vreinterpretq_u8_u16(half));
            let upper = [vuzp2q_u16(a, b), vuzp2q_u16(c, d)].map(|half| vreinterpretq_u8_u16(half));
            let (low, high) = (vuzp1q_u8(lower[0], lower[1]), vuzp2q_u8(lower[0], lower[1]));
            let (behind, before) = (vuzp1q_u8(upper[0], upper[1]), vuzp2q_u8(upper[0], upper[1]));
            let before = vextq_u8::<15>(vdupq_n_u8((entries[0] >> BEFORE_SHIFT) as u8), before);
            let before = vorrq_u8(before, vdupq_n_u8((SPECIAL >> BEHIND_SHIFT) as u8));
            Entries {
                low: vandq_u8(low, lanes),
                high: vandq_u8(high, lanes),
                suspicious: vtstq_u8(vandq_u8(before, lanes), behind),
            }
        }
    }
}

/// The lower six bits of each byte.
#[inline]
#[target_feature(enable = "neon")]
fn six_bits(bytes: uint8x16_t) -> uint8x16_t {
    vandq_u8(bytes, vdupq_n_u8(0x3F))
}

/// How many bytes have all bits before the first that has none; each has all or none.
#[inline]
#[target_feature(enable = "neon")]
fn length(bytes: uint8x16_t) -> usize {
    // Four bits of each byte.
    let quarters = vshrn_n_u16::<4>(vreinterpretq_u16_u8(bytes));
    let quarters = vget_lane_u64::<0>(vreinterpret_u64_u8(quarters));
    quarters.trailing_ones() as usize / 4
}

/// A bit for each byte, each of which has all bits or none.
///
/// Each byte keeps the bit that it is to be in its half, and each half is summed up.
#[inline]
#[target_feature(enable = "neon")]
fn bits(bytes: uint8x16_t) -> u32 {
    const BITS: [u8; LANES] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: the array has as many bytes.
    let bits = vandq_u8(bytes, unsafe { vld1q_u8(BITS.as_ptr()) });
    let halves = [vget_low_u8(bits), vget_high_u8(bits)];
    let [low, high] = halves.map(|half| u32::from(vaddv_u8(half)));
    low | high << 8
}

/// All bits of as many bytes as there are lanes, and as many zeros: a vector that
/// begins `length` bytes before the middle has so many lanes.
const FIRST_LANES: [u8; 2 * LANES] = {
    let mut lanes = [0; 2 * LANES];
    let mut lane = 0;
    while lane < LANES {
        lanes[lane] = 0xFF;
        lane += 1;
    }
    lanes
};
