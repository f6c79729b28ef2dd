//! What a character tells, in one byte, and words that tell something.
//!
//! `cargo xtask compile-dictionaries` computes the bytes from the dictionaries. They
//! are used where they lie, one for each code unit. Of each byte,
//!
//! - bits 0 to 2 are the script of an ideograph ([`COMMON`] to [`EITHER`]), or zero;
//! - bits 3 to 5 are the regions that write it ([`TAIWAN`], [`HONG_KONG`],
//!   [`STANDARD`]), or zero where all do; of what is no ideograph they are its kind
//!   ([`kind`]);
//! - bit 6: the byte does not say it all;
//! - bit 7: marks behind it are behind Han.
//!
//! Behind the classes comes a set of pairs that begin words, as [`PAIRS`] bytes with two
//! bits for each ([`hash`]).
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
    // At six: bopomofo and radicals, of which nothing is counted.
    // At seven: to be asked of its code point, or not of three bytes (in the place of
    // U+0000).
}

/// Bits 0 to 5.
pub(super) const MEANING: u8 = 0x3F;
/// Bit 6.
pub(super) const INCOMPLETE: u8 = 0x40;
/// Bit 7.
pub(super) const HAN: u8 = 0x80;

/// Characters in the table.
const LENGTH: usize = 0x1_0000;
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
    TABLES[usize::from(unit)]
}

/// Whether a word may begin with two characters that have these code units; never wrong
/// when it says no.
#[inline(always)]
pub(super) fn may_begin_word([first, second]: [u16; 2]) -> bool {
    let (place, [one, other]) = hash(first, second);
    let (words, _) = TABLES[LENGTH..].as_chunks::<8>();
    let word = u64::from_le_bytes(words[place]);
    word >> one & word >> other & 1 != 0
}

/// Where a pair's word is, and which its bits are: the upper bits of a product with an
/// odd number (the golden ratio's, as in Fibonacci hashing), in which all bits count.
#[inline(always)]
const fn hash(first: u16, second: u16) -> (usize, [u32; 2]) {
    let pair = (first as u64) << 16 | second as u64;
    let hash = pair.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((hash >> 53) as usize, [(hash >> 47) as u32 & 63, (hash >> 41) as u32 & 63])
}
