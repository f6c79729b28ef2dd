//! The straight path over eight characters of three bytes at a time, with AVX2.
//!
//! Decoding, hashing and comparing are done for all eight at once, and the three
//! tables are read one by one. The scalar twin, `plain::scalar`, defines the
//! answer: what this path takes is plain, and what it leaves is the twin's to
//! decide. A test compares the two at every length and offset.
#![allow(unsafe_code)]

use super::plain::{End, Place, SLACK, Task};
use crate::dictionary::format::{FILTER_SHIFTS, HASH_MULTIPLIER, IN_KEY, ROW, hash_third};
use core::arch::x86_64::*;

/// Bytes of eight characters.
const STEP: usize = 24;
/// Bytes that are read from an offset on: eight characters, and the one behind
/// them with what its load brings along.
pub(super) const READ: usize = 31;
/// Bytes that are written from an offset on, the last four for nothing.
const WRITTEN: usize = 28;
const _: () = assert!(WRITTEN - STEP <= SLACK);

/// Whether this processor can go this way.
#[inline(always)]
pub(super) fn is_available() -> bool {
    #[cfg(feature = "std")]
    return std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("bmi1");
    #[cfg(not(feature = "std"))]
    return cfg!(all(target_feature = "avx2", target_feature = "bmi1"));
}

/// Takes plain characters of three bytes from `offset` on, before the limit, as
/// long as there are eight to look at. Gives the offset behind the last one, and
/// whether what is there is not plain or to be handed over to the scalar path.
///
/// # Panics
///
/// On a processor for which [`is_available`] says no.
pub(super) fn run(place: &Place<'_, '_>, offset: usize, task: &mut Task<'_>) -> (usize, End) {
    assert!(is_available());
    // SAFETY: the line above made sure of the processor.
    unsafe { plain_characters(place, offset, task) }
}

#[target_feature(enable = "avx2,bmi1")]
fn plain_characters(place: &Place<'_, '_>, from: usize, task: &mut Task<'_>) -> (usize, End) {
    let &Place { matcher, text, start, limit, .. } = place;
    let sections = &matcher.sections;
    let words = sections.heads.words;
    let shift = _mm_cvtsi32_si128(sections.heads.shift as i32);
    let records = sections.records.as_flattened();
    let last_row = _mm256_set1_epi32(sections.records.len() as i32 - 1);
    let ones = _mm256_set1_epi32(1);

    let mut offset = from;
    while offset < limit && offset + READ <= text.len() {
        // SAFETY: `READ` bytes may be read at `offset`: 28, and 28 three bytes on.
        let (raw, next_raw) = unsafe {
            let pointer = text.as_ptr().add(offset);
            (load(pointer), load(pointer.add(3)))
        };
        let source = _mm256_shuffle_epi8(raw, SPREAD);
        let (character, three) = decode(raw);
        let (next_three_bytes, next_three) = decode(next_raw);
        // Where the next character is ASCII, its code point is its lead byte.
        let next_lead = _mm256_shuffle_epi8(next_raw, SPREAD_LEAD);
        let next_ascii = _mm256_cmpgt_epi32(_mm256_set1_epi32(0x80), next_lead);
        let next = _mm256_blendv_epi8(next_three_bytes, next_lead, next_ascii);
        let decoded = _mm256_and_si256(three, _mm256_or_si256(next_three, next_ascii));
        // How far the text allows to go is known long before the tables are read.
        // Going on from there, whatever they say, saves the wait for them.
        let ready = lanes(decoded).trailing_ones();
        if ready == 0 {
            match copy_ascii(place, offset, task) {
                0 => return (offset, End::Handover),
                copied => offset += copied,
            }
            continue;
        }

        let row = gather(_mm256_srli_epi32::<{ ROW.ilog2() as i32 }>(character), |index| {
            // SAFETY: `decode` gives code points below 0x10000, whatever the bytes,
            // and there are rows for all of those (`Sections::sizes_agree`).
            u32::from(u16::from_le_bytes(unsafe { *sections.rows.get_unchecked(index) }))
        });
        let row = _mm256_min_epu32(row, last_row);
        let cell = _mm256_or_si256(
            _mm256_slli_epi32::<{ ROW.ilog2() as i32 }>(row),
            _mm256_and_si256(character, _mm256_set1_epi32(ROW as i32 - 1)),
        );
        let record = gather(cell, |index| {
            // SAFETY: the row is at most the last one, and the cell within it.
            u32::from_le_bytes(unsafe { *records.get_unchecked(index) })
        });

        let pair = _mm256_mullo_epi32(
            _mm256_xor_si256(_mm256_slli_epi32::<16>(character), next),
            _mm256_set1_epi32(HASH_MULTIPLIER as i32),
        );
        let word = gather(_mm256_srl_epi32(pair, shift), |index| {
            // SAFETY: the shift leaves the number of a word (`Filter::new`).
            u32::from_le_bytes(unsafe { *words.get_unchecked(index) })
        });
        let bit = |by: i32| {
            let by = _mm256_srl_epi32(pair, _mm_cvtsi32_si128(by));
            _mm256_srlv_epi32(word, _mm256_and_si256(by, _mm256_set1_epi32(31)))
        };
        let head = _mm256_and_si256(bit(FILTER_SHIFTS[0] as i32), bit(FILTER_SHIFTS[1] as i32));
        let head = _mm256_cmpeq_epi32(_mm256_and_si256(head, ones), ones);

        let own = _mm256_cmpeq_epi32(record, _mm256_setzero_si256());
        let replacement = _mm256_blendv_epi8(record, source, own);
        // The sign of a record says that it is special.
        let mut stops = lanes(record);
        match task {
            Task::Write(output) => {
                let packed = _mm256_shuffle_epi8(replacement, PACK);
                let place = &mut output[offset - start..][..WRITTEN];
                // SAFETY: `place` has room for 16 bytes at 0 and at 12.
                unsafe {
                    let pointer: *mut u8 = place.as_mut_ptr().cast();
                    _mm_storeu_si128(pointer.cast(), _mm256_castsi256_si128(packed));
                    _mm_storeu_si128(pointer.add(12).cast(), _mm256_extracti128_si256::<1>(packed));
                }
            }
            Task::Compare => {
                let difference = _mm256_xor_si256(replacement, source);
                let difference = _mm256_and_si256(difference, _mm256_set1_epi32(0x00FF_FFFF));
                stops |= !lanes(_mm256_cmpeq_epi32(difference, _mm256_setzero_si256()));
            }
        }

        let taken = ready.min(stops.trailing_zeros());
        let heads = lanes(head) & ((1 << taken) - 1);
        if heads != 0 {
            let (mut pairs, mut nexts) = ([0; 8], [0; 8]);
            // SAFETY: each array has 32 bytes.
            unsafe {
                _mm256_storeu_si256(pairs.as_mut_ptr().cast(), pair);
                _mm256_storeu_si256(nexts.as_mut_ptr().cast(), next);
            }
            if let Some(lane) = first_phrase(place, offset, heads, ready, &pairs, &nexts) {
                offset += 3 * lane;
                if lane == 7 {
                    // To be looked at again as the first one, with what is behind it.
                    continue;
                }
                let known = lane + 1 < ready as usize;
                let end = if known { End::NotPlain } else { End::Handover };
                return if offset < limit { (offset, end) } else { (limit, End::NotPlain) };
            }
        }
        if taken == 8 {
            offset += STEP;
        } else {
            offset += 3 * taken as usize;
            if taken < ready && offset < limit {
                return (offset, End::Handover);
            }
        }
    }
    if offset < limit { (offset, End::Handover) } else { (limit, End::NotPlain) }
}

/// The first of these heads at which an effective phrase may begin, as far as
/// the lanes tell, of which so many are ready.
#[inline(always)]
fn first_phrase(
    place: &Place<'_, '_>,
    offset: usize,
    mut heads: u32,
    ready: u32,
    pairs: &[u32; 8],
    nexts: &[u32; 8],
) -> Option<usize> {
    let beginnings = &place.matcher.sections.beginnings;
    while heads != 0 {
        let lane = heads.trailing_zeros() as usize;
        // What is behind the next character is the next one of the lane behind.
        let is_known = lane + 1 < ready as usize;
        let may_begin = !is_known
            || beginnings.may_contain(hash_third(pairs[lane], 0))
            || beginnings.may_contain(hash_third(pairs[lane], nexts[(lane + 1) % 8]));
        if may_begin && place.checked != Some(offset + 3 * lane) {
            return Some(lane);
        }
        heads &= heads - 1;
    }
    None
}

/// Copies a few bytes of ASCII that are in no key, such as a line end or a blank,
/// and gives their number. More of them are for the scalar path.
#[inline(always)]
fn copy_ascii(place: &Place<'_, '_>, offset: usize, task: &mut Task<'_>) -> usize {
    const FEW: usize = 3;
    let rest = &place.text[offset..place.limit];
    let is_copied =
        |byte: &&u8| byte.is_ascii() && place.matcher.record(u32::from(**byte)) & IN_KEY == 0;
    let length = rest.iter().take(FEW).take_while(is_copied).count();
    if let Task::Write(output) = task {
        for (place, byte) in output[offset - place.start..].iter_mut().zip(&rest[..length]) {
            place.write(*byte);
        }
    }
    length
}

/// Twelve bytes at the pointer in the lower half, the twelve behind them in the
/// upper half, and four more in each.
///
/// # Safety
///
/// 28 bytes can be read at the pointer.
#[target_feature(enable = "avx2")]
unsafe fn load(pointer: *const u8) -> __m256i {
    // SAFETY: the caller makes sure of 28 readable bytes.
    unsafe {
        let lower = _mm_loadu_si128(pointer.cast());
        let upper = _mm_loadu_si128(pointer.add(12).cast());
        _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(lower), upper)
    }
}

/// Puts the three bytes of each character into a lane, the first lowest.
const SPREAD: __m256i = spread([0, 1, 2, -1]);
/// Puts them there with the last lowest.
const SPREAD_REVERSED: __m256i = spread([2, 1, 0, -1]);
/// Puts the first byte alone there.
const SPREAD_LEAD: __m256i = spread([0, -1, -1, -1]);

/// The shuffle that puts these of the three bytes of each character into a lane.
const fn spread(bytes: [i8; 4]) -> __m256i {
    let mut shuffle = [-1_i8; 32];
    let mut position = 0;
    while position < 32 {
        if bytes[position % 4] >= 0 {
            shuffle[position] = 3 * ((position % 16 / 4) as i8) + bytes[position % 4];
        }
        position += 1;
    }
    // SAFETY: both are 32 bytes, of which any are valid.
    unsafe { core::mem::transmute(shuffle) }
}

/// The shuffle that packs three bytes of each lane to the front of its half.
const PACK: __m256i = {
    let half = [0_i8, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1];
    // SAFETY: both are 32 bytes, of which any are valid.
    unsafe { core::mem::transmute([half, half]) }
};

/// What `table` has at eight indices. Loading them one by one is faster than the
/// instruction made for it, on Zen 3 by a few percent and on Zen 4 by more.
#[target_feature(enable = "avx2")]
fn gather(indices: __m256i, table: impl Fn(usize) -> u32) -> __m256i {
    let mut index = [0_u32; 8];
    // SAFETY: the array has 32 bytes.
    unsafe { _mm256_storeu_si256(index.as_mut_ptr().cast(), indices) };
    let [a, b, c, d, e, f, g, h] = index.map(|index| table(index as usize) as i32);
    _mm256_setr_epi32(a, b, c, d, e, f, g, h)
}

/// Code points below 0x10000, and which lanes have a character of three bytes; the
/// others have a code point without meaning.
#[target_feature(enable = "avx2")]
fn decode(raw: __m256i) -> (__m256i, __m256i) {
    let bytes = _mm256_shuffle_epi8(raw, SPREAD_REVERSED);
    let lead = _mm256_and_si256(bytes, _mm256_set1_epi32(0x00F0_0000));
    let three = _mm256_cmpeq_epi32(lead, _mm256_set1_epi32(0x00E0_0000));
    let payload = _mm256_and_si256(bytes, _mm256_set1_epi32(0x000F_3F3F));
    // Last byte + 64 × middle byte, then + 4096 × lead byte.
    let lower = _mm256_maddubs_epi16(payload, _mm256_set1_epi32(0x0001_4001));
    (_mm256_madd_epi16(lower, _mm256_set1_epi32(0x1000_0001)), three)
}

/// A bit for the sign of each lane.
#[target_feature(enable = "avx2")]
fn lanes(vector: __m256i) -> u32 {
    _mm256_movemask_ps(_mm256_castsi256_ps(vector)) as u32
}
