//! Text that is dense in special characters, one character at a time.
//!
//! A kernel gains by what it does with many characters at once, and a list of places
//! pays where it is short. Where every few characters are special, it is faster to
//! decide each as soon as it is read, and to append what it becomes. What is
//! suspicious for other reasons is looked at as always, with nothing behind it in
//! the output.

use super::{BLOCK, Observer, Scan};
use crate::composite::{CHANGE, FIRST_BEYOND, SPECIAL, change, is_suspicious};
use crate::text::{NONE, code_unit, code_unit_before, code_unit_of, floor_char_boundary};

/// How many characters of a block must be special or beyond the entries, at least,
/// for the next one to be dense: one in twenty, of those that have three bytes.
pub(super) const DENSE: usize = BLOCK / 3 / 20;

/// Output that is certain and not yet appended.
struct Buffer {
    bytes: [u8; ROOM],
    length: usize,
}

/// A character of three bytes may become one of four, and four bytes are written at
/// a time.
const ROOM: usize = (BLOCK + 3) / 3 * 4 + 4;

impl Buffer {
    /// Appends the first of these bytes, so many.
    #[inline(always)]
    fn push(&mut self, bytes: [u8; 4], length: usize) {
        self.bytes[self.length..self.length + 4].copy_from_slice(&bytes);
        self.length += length;
    }
}

impl<O: Observer> Scan<'_, '_, O> {
    /// Converts block after block, up to the end of the text or behind one that is
    /// not dense.
    // Not within the loop over blocks, whose registers it would take.
    #[inline(never)]
    pub(super) fn convert_densely(&mut self) {
        while self.written < self.text.len() && self.convert_block_densely() >= DENSE {}
    }

    /// Converts the next block, and gives how many characters are special or beyond
    /// the entries.
    fn convert_block_densely(&mut self) -> usize {
        let limit = self.text.len().min(self.written + BLOCK);
        self.note_normalized(limit);
        self.has_special = true;
        let mut special = 0;
        while self.written < limit {
            special += self.convert_to_open(limit);
            let place = self.written;
            if place < limit {
                let character = self.text[place..].chars().next().unwrap_or_default();
                self.put(character);
                if !self.replace_special(place) {
                    self.look_at(place);
                }
            }
        }
        special
    }

    /// Converts by character up to `limit`, or up to the first character that must
    /// be looked at. Gives how many are special or beyond the entries.
    ///
    /// This is the one place where a replacement may have another length than its
    /// source and does not go through `replace`.
    fn convert_to_open(&mut self, limit: usize) -> usize {
        let (text, entries, composite) = (self.text.as_bytes(), self.entries, self.plan.composite);
        let mut buffer = Buffer { bytes: [0; ROOM], length: 0 };
        let mut special = 0;
        let mut offset = self.written;
        let mut unit_before = code_unit_before(text, offset);
        let mut before = entries[usize::from(unit_before)];
        let mut alone = self.certain;
        while offset < limit {
            let source = four_bytes(text, offset);
            let unit = code_unit_of([source[0], source[1], source[2]]);
            let entry = entries[usize::from(unit)];
            if unit == NONE && source[0] < 0xF0 {
                let length = if source[0] >= 0x80 { 2 } else { 1 };
                buffer.push(source, length);
                (offset, unit_before, before) = (offset + length, NONE, entry);
                continue;
            }
            let (code_point, length, is_special) = match unit {
                NONE => {
                    let code_point = code_point_of(source);
                    (code_point, 4, code_point >= FIRST_BEYOND as u32)
                }
                // What normalization alone makes special, the entry converts.
                _ => (u32::from(unit), 3, entry & SPECIAL != 0 && entry & CHANGE == 0),
            };
            special += usize::from(is_special | (entry & SPECIAL != 0));
            let is_certain = offset < self.certain;
            if is_special && !is_certain {
                let listed = composite.listed(code_point);
                let is_alone = listed.length > 0
                    && (!listed.may_be_joined
                        || self.is_border(offset) && self.is_border(offset + length));
                if !is_alone {
                    break;
                }
                buffer.push(listed.bytes, listed.length);
                alone = offset + length;
            } else {
                let is_suspicious = is_suspicious(before, entry & !SPECIAL) && !is_certain;
                if is_suspicious
                    && composite.beginnings().may_begin(
                        unit_before,
                        unit,
                        code_unit(text, offset + 3),
                    )
                {
                    break;
                }
                buffer.push(changed(source, entry), length);
            }
            (offset, unit_before, before) = (offset + length, unit, entry);
        }
        self.output.extend_from_slice(&buffer.bytes[..buffer.length]);
        self.written = offset;
        if alone > self.certain {
            (self.certain, self.arrived, self.border) = (alone, alone, alone);
        }
        special
    }

    /// Appends the next character as a kernel does.
    fn put(&mut self, character: char) {
        let source = four_bytes(self.text.as_bytes(), self.written);
        let length = character.len_utf8();
        let unit = code_unit_of([source[0], source[1], source[2]]);
        let output = changed(source, self.entries[usize::from(unit)]);
        self.output.extend_from_slice(&output[..length]);
        self.written += length;
    }

    /// Notes how far the text has nothing that normalization changes.
    fn note_normalized(&mut self, limit: usize) {
        let Some(normalization) = self.plan.normalization else { return };
        let end = floor_char_boundary(self.text, limit + BLOCK / 4);
        let may_be = normalization.may_match(&self.text[self.written..end]);
        self.unnormalized = if may_be { self.written } else { end };
    }
}

/// The bytes from `place` on, zeros where there are none.
#[inline(always)]
fn four_bytes(text: &[u8], place: usize) -> [u8; 4] {
    match text[place..].first_chunk() {
        Some(bytes) => *bytes,
        None => {
            let mut bytes = [0; 4];
            bytes[..text.len() - place].copy_from_slice(&text[place..]);
            bytes
        }
    }
}

/// The code point of four bytes of UTF-8.
#[inline(always)]
fn code_point_of(bytes: [u8; 4]) -> u32 {
    let [a, b, c, d] = bytes.map(|byte| u32::from(byte & 0x3F));
    (a & 7) << 18 | b << 12 | c << 6 | d
}

/// What the first character of these bytes becomes that has this entry, and what
/// stands behind it.
#[inline(always)]
fn changed([a, b, c, d]: [u8; 4], entry: u32) -> [u8; 4] {
    let [a, b, c] = change([a, b, c], entry);
    [a, b, c, d]
}
