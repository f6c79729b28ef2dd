//! The kernel that defines what kernels do, one character at a time.
//!
//! Characters of three bytes come in runs, and a run is gone over as an array of
//! such characters, in the text and in the output, with no question but whether it
//! ends.

use core::mem::MaybeUninit;

use super::{Block, FewPlaces, Places};
use crate::composite::{CHANGES, Entries, SPECIAL, TELLS, Telltales, change, is_suspicious};
use crate::filter::Triples;
use crate::text::{NONE, ascii_length, code_unit, code_unit_before, code_unit_of};

/// [`super::Kernel::convert`].
pub(super) fn convert(
    block: &Block<'_>,
    output: &mut [MaybeUninit<u8>],
    places: &mut Places,
    set: Triples<'_>,
) -> usize {
    let &Block { entries, text, start, limit } = block;
    let mut before = entry_before(block);
    let mut length = 0;
    // Notes a place without a branch: whether it is suspicious cannot be foretold.
    let mut note = |offset: usize, is_suspicious: bool| {
        places.places[length].write((offset - start) as u16);
        length += usize::from(is_suspicious);
    };
    let mut offset = start;
    while offset < limit {
        let targets = output[offset - start..].as_chunks_mut().0;
        for (source, target) in three_bytes_each(block, offset).iter().zip(targets) {
            let unit = code_unit_of(*source);
            if unit == NONE {
                break;
            }
            let entry = entries[usize::from(unit)];
            *target = change(*source, entry).map(MaybeUninit::new);
            note(offset, is_suspicious(before, entry));
            before = entry;
            offset += 3;
        }
        if offset < limit {
            let (length, is_suspicious) = without_entry(text, limit, offset);
            copy(&text[offset..offset + length], &mut output[offset - start..]);
            note(offset, is_suspicious);
            before = entries[usize::from(NONE)];
            offset += length;
        }
    }
    places.note_units(block, length);
    places.retain(set);
    offset
}

/// What [`super::Kernel::convert`] does, for all of a text of fewer than
/// [`FEW`](super::FEW) bytes.
#[inline(always)]
pub(crate) fn convert_few(
    entries: &Entries,
    text: &str,
    output: &mut [MaybeUninit<u8>],
    places: &mut FewPlaces,
    set: Triples<'_>,
) {
    let text = text.as_bytes();
    let mut before = (NONE, entries[usize::from(NONE)]);
    let mut offset = 0;
    while offset < text.len() {
        let targets = output[offset..].as_chunks_mut().0;
        for (source, target) in text[offset..].as_chunks().0.iter().zip(targets) {
            let unit = code_unit_of(*source);
            if unit == NONE {
                break;
            }
            let entry = entries[usize::from(unit)];
            *target = change(*source, entry).map(MaybeUninit::new);
            if is_suspicious(before.1, entry) {
                let is_special = entry & SPECIAL != 0;
                let behind = code_unit(text, offset + 3);
                places.push(offset, is_special, || set.may_begin(before.0, unit, behind));
            }
            before = (unit, entry);
            offset += 3;
        }
        if offset < text.len() {
            let (length, is_beyond) = without_entry(text, text.len(), offset);
            copy(&text[offset..offset + length], &mut output[offset..]);
            if is_beyond {
                places.push(offset, true, || true);
            }
            before = (NONE, entries[usize::from(NONE)]);
            offset += length;
        }
    }
}

/// Whether [`super::Kernel::unchanged`] gives the end of a text, for one of fewer than
/// [`FEW`](super::FEW) bytes. What stands beside a character is asked only when it is known
/// that none changes.
#[inline(always)]
pub(crate) fn is_unchanged_few(text: &str, telltales: Telltales<'_>) -> bool {
    let text = text.as_bytes();
    match first_three_bytes_each(text, 0, telltales) {
        None => false,
        Some(([], 0)) => true,
        Some((rest, telling)) => is_unchanged_from(text, rest, telling, telltales),
    }
}

/// The same, of which the rest is not known yet, and of what stands before it some `telling`.
#[inline(never)]
fn is_unchanged_from(
    text: &[u8],
    mut rest: &[u8],
    mut telling: u64,
    telltales: Telltales<'_>,
) -> bool {
    while !rest.is_empty() {
        let (length, is_beyond) = without_entry(rest, rest.len(), 0);
        let known = first_three_bytes_each(&rest[length..], telling << length, telltales);
        let Some(known) = known.filter(|_| !is_beyond) else { return false };
        (rest, telling) = known;
    }
    telling == 0 || !has_telltale(text, telling, telltales)
}

/// What stands behind the characters of three bytes at the beginning, and what is `telling`
/// of them and before: a bit for each byte behind which a character begins that tells, the
/// last one lowest. `None` where one changes.
#[inline(always)]
fn first_three_bytes_each<'x>(
    mut rest: &'x [u8],
    mut telling: u64,
    telltales: Telltales<'_>,
) -> Option<(&'x [u8], u64)> {
    while let Some((source, behind)) = rest.split_first_chunk()
        && let unit = code_unit_of(*source)
        && unit != NONE
    {
        let what = telltales.of[usize::from(unit)];
        if what & CHANGES != 0 {
            return None;
        }
        // Without a branch: whether it tells cannot be foretold.
        telling = telling << 3 | u64::from(what & TELLS);
        rest = behind;
    }
    Some((rest, telling))
}

/// Whether one of these characters is a telltale where it stands.
fn has_telltale(text: &[u8], mut telling: u64, telltales: Telltales<'_>) -> bool {
    while telling != 0 {
        // The bit stands above the two bytes that follow the first one.
        let behind = telling.trailing_zeros() as usize - TELLS.trailing_zeros() as usize;
        if is_telltale(text, text.len() - behind - 3, telltales) {
            return true;
        }
        telling &= telling - 1;
    }
    false
}

/// [`super::first_within`], of which compilers make vectors.
#[inline(always)]
pub(super) fn first_within(bytes: &[u8], start: usize, ranges: [[u8; 2]; 2]) -> usize {
    const CHUNK: usize = 64;
    let ranges = ranges.map(|[lowest, highest]| (lowest, highest - lowest));
    let is_within = |byte: u8| {
        let is_in = |(lowest, width)| byte.wrapping_sub(lowest) <= width;
        is_in(ranges[0]) | is_in(ranges[1])
    };
    let mut offset = start;
    let (chunks, _) = bytes[start..].as_chunks::<CHUNK>();
    for chunk in chunks {
        // Without a branch.
        if chunk.iter().fold(false, |any, &byte| any | is_within(byte)) {
            break;
        }
        offset += CHUNK;
    }
    let found = bytes[offset..].iter().position(|&byte| is_within(byte));
    found.map_or(bytes.len(), |found| offset + found)
}

/// [`super::Kernel::unchanged`].
pub(super) fn unchanged(block: &Block<'_>, telltales: Telltales<'_>) -> usize {
    let &Block { text, start, limit, .. } = block;
    let mut offset = start;
    while offset < limit {
        for source in three_bytes_each(block, offset) {
            let unit = code_unit_of(*source);
            if unit == NONE {
                break;
            }
            let what = telltales.of[usize::from(unit)];
            if what & (CHANGES | TELLS) != 0 && is_telltale(text, offset, telltales) {
                return offset;
            }
            offset += 3;
        }
        if offset < limit {
            let (length, is_suspicious) = without_entry(text, limit, offset);
            if is_suspicious {
                return offset;
            }
            offset += length;
        }
    }
    offset
}

/// Writes these bytes to the beginning of `output`.
#[inline(always)]
fn copy(bytes: &[u8], output: &mut [MaybeUninit<u8>]) {
    // SAFETY: initialized bytes may be taken for bytes that need not be.
    let source = unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) };
    output[..bytes.len()].copy_from_slice(source);
}

/// Whether the character of three bytes at `offset` is a telltale where it stands.
fn is_telltale(text: &[u8], offset: usize, telltales: Telltales<'_>) -> bool {
    let before = code_unit_before(text, offset);
    let [unit, behind, next] = [0, 3, 6].map(|bytes| code_unit(text, offset + bytes));
    telltales.may_have(unit, before, [behind, next])
}

/// The entry of the character before the block.
fn entry_before(block: &Block<'_>) -> u32 {
    let before = block.start.checked_sub(3).map_or(NONE, |before| code_unit(block.text, before));
    block.entries[usize::from(before)]
}

/// The text from `offset` on, as if all characters that begin in the rest of the
/// block had three bytes.
#[inline(always)]
fn three_bytes_each<'x>(block: &Block<'x>, offset: usize) -> &'x [[u8; 3]] {
    let end = block.text.len().min(block.limit + 2);
    block.text[offset..end].as_chunks().0
}

/// How many bytes the character at `offset` has, which has not three, or all of
/// ASCII from there on, and whether it is suspicious.
#[inline(always)]
fn without_entry(text: &[u8], limit: usize, offset: usize) -> (usize, bool) {
    match text[offset] {
        0..0x80 => (ascii_length(&text[offset..limit]), false),
        0x80..0xF0 => (2, false),
        // Ideographs beyond the basic plane, and all behind them.
        lead => (4, lead > 0xF0 || text[offset + 1] >= 0xA0),
    }
}
