//! What a character tells, in one byte, and words that tell something.
//!
//! `cargo xtask compile-dictionaries` computes the bytes from the dictionaries. They
//! are used where they lie: the first 256 stand for U+FF00 to U+FFFF, those behind
//! them for U+0000 to U+9FFF. Of each byte,
//!
//! - bits 0 to 2 are the script of an ideograph ([`COMMON`] to [`EITHER`]), or zero;
//! - bits 3 to 5 are the regions that write it ([`TAIWAN`], [`HONG_KONG`],
//!   [`STANDARD`]), or zero where all do; of what is no ideograph they are its kind
//!   ([`kind`]);
//! - bit 6: it is the second character of a word; bit 7: the first of one.
//!
//! Common characters are both, in some word, so behind the classes comes a set of pairs
//! that begin words, as [`PAIRS`] bytes with a bit for each hash ([`hash`]).
//!
//! Words are in a compiled group like any other ([`WORDS`]).

use crate::dictionary::Matcher;

/// An ideograph that tells no script.
pub(super) const COMMON: u8 = 1;
/// One that Simplified has and Traditional has not …
pub(super) const SIMPLIFIED: u8 = 2;
/// … and Japanese has as well.
pub(super) const SIMPLIFIED_OR_JAPANESE: u8 = 3;
/// One that Traditional has and Simplified has not …
pub(super) const TRADITIONAL: u8 = 4;
/// … and that modern Japanese does not replace.
pub(super) const TRADITIONAL_OR_JAPANESE: u8 = 5;
/// One that modern Japanese has and no Chinese word.
pub(super) const JAPANESE: u8 = 6;
/// One that both scripts have, for different words or in different regions.
pub(super) const EITHER: u8 = 7;

/// The lowest bit of the regions.
pub(super) const REGION_SHIFT: u32 = 3;
/// Region bits.
pub(super) const TAIWAN: u8 = 1;
pub(super) const HONG_KONG: u8 = 2;
pub(super) const STANDARD: u8 = 4;

/// What a character is that is no ideograph, as bits 0 to 5 of its byte.
pub(super) mod kind {
    /// Kana.
    pub(in crate::detect) const KANA: u8 = 1 << 3;
    /// ，；：？！
    pub(in crate::detect) const FULLWIDTH_MARK: u8 = 2 << 3;
    /// 、
    pub(in crate::detect) const ENUMERATION_COMMA: u8 = 3 << 3;
    /// 。
    pub(in crate::detect) const FULL_STOP: u8 = 4 << 3;
    /// 《》“”
    pub(in crate::detect) const QUOTE: u8 = 5 << 3;
    /// Bopomofo, radicals: marks behind them count as behind Han.
    pub(in crate::detect) const LIKE_HAN: u8 = 6 << 3;
    /// To be asked of its code point.
    pub(in crate::detect) const RARE: u8 = 7 << 3;
    /// Not of three bytes; in the place of U+0000.
    pub(in crate::detect) const NOT_THREE_BYTES: u8 = 0x3F;
}

/// Bits 0 to 5.
pub(super) const MEANING: u8 = 0x3F;

/// Characters in the table.
const LENGTH: usize = 0xA100;
/// Bytes of the set of pairs.
const PAIRS: usize = 1 << 14;

static TABLES: &[u8; LENGTH + PAIRS] =
    include_bytes!("../../dictionaries/compiled/detection-classes.bin");

/// Words that tell a region (its candidates are the regions' names), and those that a
/// careless conversion leaves (its candidate is the right word).
pub(super) static WORDS: Matcher<'static> =
    Matcher::embedded(include_bytes!("../../dictionaries/compiled/detection-words.bin"));

/// The byte of a character's code unit; of [`NONE`](crate::text::NONE), that of what has
/// not three bytes.
#[inline(always)]
pub(super) fn class_of(unit: u16) -> u8 {
    let place = usize::from(unit.wrapping_add(0x100));
    if place < LENGTH { TABLES[place] } else { kind::RARE }
}

/// A character, as far as it matters for words.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) unit: u16,
    pub(super) class: u8,
}

impl Place {
    #[inline(always)]
    pub(super) fn of(unit: u16) -> Place {
        Place { unit, class: class_of(unit) }
    }

    /// Whether a word may begin with this and the next character; never wrong when it
    /// says no.
    #[inline(always)]
    pub(super) fn may_begin_word(self, next: Place) -> bool {
        let (place, [one, other]) = hash(self.unit, next.unit);
        let (words, _) = TABLES[LENGTH..].as_chunks::<8>();
        let word = u64::from_le_bytes(words[place]);
        // Without a branch, for most neighbours are first and second in some word.
        u64::from(self.class >> 7 & next.class >> 6) & word >> one & word >> other & 1 != 0
    }
}

/// Where a pair's word is, and which its bits are: the upper bits of a product with an
/// odd number (the golden ratio's, as in Fibonacci hashing), in which all bits count.
#[inline(always)]
const fn hash(first: u16, second: u16) -> (usize, [u32; 2]) {
    let pair = (first as u64) << 16 | second as u64;
    let hash = pair.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((hash >> 53) as usize, [(hash >> 47) as u32 & 63, (hash >> 41) as u32 & 63])
}

/// One bit for each value of bits 0 to 5: whether marks behind it are behind Han.
const HAN: u64 = {
    let mut bits = 1 << kind::KANA | 1 << kind::LIKE_HAN;
    let mut meaning = 0;
    while meaning < kind::NOT_THREE_BYTES {
        if meaning & 7 != 0 {
            bits |= 1 << meaning;
        }
        meaning += 1;
    }
    bits
};

/// One where marks behind the character are behind Han, else zero.
#[inline(always)]
pub(super) fn is_han(class: u8) -> usize {
    (HAN >> (class & MEANING) & 1) as usize
}
