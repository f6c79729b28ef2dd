//! The kernel that defines what kernels do, one character at a time.

use core::mem::MaybeUninit;

use super::{Block, Places};
use crate::composite::{CHANGE, is_suspicious};
use crate::text::{NONE, ascii_length, code_unit};

/// [`super::Kernel::convert`].
pub(super) fn convert(
    block: &Block<'_>,
    output: &mut [MaybeUninit<u8>],
    places: &mut Places,
) -> usize {
    let &Block { text, start, .. } = block;
    each_character(block, |offset, length, entry, is_suspicious| {
        let (source, target) = (&text[offset..offset + length], &mut output[offset - start..]);
        match *source {
            [a, b, c] if a >= 0xE0 => {
                let changed = change([a, b, c], entry).map(MaybeUninit::new);
                target[..3].copy_from_slice(&changed);
            }
            _ => {
                for (target, byte) in target.iter_mut().zip(source) {
                    target.write(*byte);
                }
            }
        }
        if is_suspicious {
            places.push_at(block, offset);
        }
        true
    })
}

/// What three bytes become that have this entry.
fn change([a, b, c]: [u8; 3], entry: u32) -> [u8; 3] {
    let change = entry & CHANGE;
    [a ^ (change >> 12) as u8, b ^ (change >> 6 & 0x3F) as u8, c ^ (change & 0x3F) as u8]
}

/// [`super::Kernel::unchanged`].
pub(super) fn unchanged(block: &Block<'_>) -> usize {
    each_character(block, |_, _, entry, is_suspicious| entry & CHANGE == 0 && !is_suspicious)
}

/// Calls `take` with the offset, length, entry, and whether it is suspicious, of
/// each character, or of many of ASCII at once, as long as it says to go on. Gives
/// the offset behind the last one of which it said so.
#[inline(always)]
fn each_character(
    block: &Block<'_>,
    mut take: impl FnMut(usize, usize, u32, bool) -> bool,
) -> usize {
    let &Block { entries, text, start, limit } = block;
    let none = entries[usize::from(NONE)];
    let mut before = match start.checked_sub(3) {
        Some(before) => entries[usize::from(code_unit(text, before))],
        None => none,
    };
    let mut offset = start;
    while offset < limit {
        let (length, entry, is_suspicious) = match text[offset] {
            0..0x80 => (ascii_length(&text[offset..limit]), 0, false),
            0x80..0xE0 => (2, 0, false),
            0xE0..0xF0 => {
                let entry = entries[usize::from(code_unit(text, offset))];
                (3, entry, is_suspicious(before, entry))
            }
            // Ideographs beyond the basic plane, and all behind them.
            lead => (4, 0, lead > 0xF0 || text[offset + 1] >= 0xA0),
        };
        // ASCII may have three bytes as well.
        let is_three_bytes = text[offset] >= 0xE0 && length == 3;
        if !take(offset, length, entry, is_suspicious) {
            return offset;
        }
        before = if is_three_bytes { entry } else { none };
        offset += length;
    }
    offset
}
