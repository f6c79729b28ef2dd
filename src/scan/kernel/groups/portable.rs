//! Vectors of any processor, to test the kernel where it has none of its own.

use core::array;
use core::mem::MaybeUninit;

use super::{BYTES, LANES, Vectors};

#[derive(Clone, Copy)]
pub(in super::super) struct Portable;

impl Vectors for Portable {
    type Vector = [u8; LANES];

    fn load(self, bytes: &[u8; LANES]) -> [u8; LANES] {
        *bytes
    }

    fn load_characters(self, bytes: &[u8; BYTES]) -> [[u8; LANES]; 3] {
        array::from_fn(|byte| array::from_fn(|lane| bytes[3 * lane + byte]))
    }

    fn store_characters(self, characters: [[u8; LANES]; 3], to: &mut [MaybeUninit<u8>; BYTES]) {
        *to = array::from_fn(|byte| MaybeUninit::new(characters[byte % 3][byte / 3]));
    }

    fn load_entries(self, entries: &[u32; LANES]) -> [[u8; LANES]; 4] {
        array::from_fn(|byte| entries.map(|entry| entry.to_le_bytes()[byte]))
    }

    fn store_units(self, [low, high]: [[u8; LANES]; 2], to: &mut [MaybeUninit<u16>; LANES]) {
        let unit = |lane| MaybeUninit::new(u16::from_le_bytes([low[lane], high[lane]]));
        *to = array::from_fn(unit);
    }

    fn all(self, byte: u8) -> [u8; LANES] {
        [byte; LANES]
    }

    fn and(self, left: [u8; LANES], right: [u8; LANES]) -> [u8; LANES] {
        array::from_fn(|lane| left[lane] & right[lane])
    }

    fn or(self, left: [u8; LANES], right: [u8; LANES]) -> [u8; LANES] {
        array::from_fn(|lane| left[lane] | right[lane])
    }

    fn xor(self, left: [u8; LANES], right: [u8; LANES]) -> [u8; LANES] {
        array::from_fn(|lane| left[lane] ^ right[lane])
    }

    fn shift<const BY: i32>(self, bytes: [u8; LANES]) -> [u8; LANES] {
        bytes.map(|byte| byte >> BY)
    }

    fn join<const BELOW: i32>(self, lower: [u8; LANES], higher: [u8; LANES]) -> [u8; LANES] {
        array::from_fn(|lane| lower[lane] & ((1 << BELOW) - 1) | higher[lane] << BELOW)
    }

    fn behind(self, first: u8, bytes: [u8; LANES]) -> [u8; LANES] {
        array::from_fn(|lane| if lane == 0 { first } else { bytes[lane - 1] })
    }

    fn equal(self, bytes: [u8; LANES], byte: u8) -> u32 {
        (0..LANES).map(|lane| u32::from(bytes[lane] == byte) << lane).sum()
    }

    fn less(self, bytes: [u8; LANES], byte: u8) -> u32 {
        (0..LANES).map(|lane| u32::from(bytes[lane] < byte) << lane).sum()
    }
}
