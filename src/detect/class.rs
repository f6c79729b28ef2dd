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
//! Behind the classes comes a set, as [`SET`] bytes with two bits for each member
//! ([`has`]): the pairs that begin words, and what tells more of these words
//! ([`beginning`]).
//!
//! Words are in a compiled group like any other ([`WORDS`]).

use crate::dictionary::{Match, Matcher};
use crate::text::{NONE, code_unit};

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
/// Bytes of the set.
const SET: usize = 1 << 14;

static TABLES: &[u8; LENGTH + SET] =
    include_bytes!("../../dictionaries/compiled/detection-classes.bin");

/// Words that tell a region (its candidates are the regions' names), and those that a
/// careless conversion leaves (its candidate is the right word).
pub(super) static WORDS: Matcher<'static> =
    Matcher::embedded(include_bytes!("../../dictionaries/compiled/detection-words.bin"));

/// The byte of a character's code unit; of [`NONE`], that of what has not three bytes.
#[inline(always)]
pub(super) fn class_of(unit: u16) -> u8 {
    TABLES[usize::from(unit)]
}

/// How far the code unit of the first of two characters is above that of the second in a
/// pair.
pub(super) const FIRST: u32 = 24;
/// Bits of a pair.
pub(super) const PAIR: u64 = (1 << (FIRST + u16::BITS)) - 1;

/// The longest word that begins at `at`, in bytes of `text`.
pub(super) fn word_at<'t>(text: &'t str, at: usize) -> Option<Match<'static, 't>> {
    let pair = pair_at(text, at);
    let may_begin = may_begin_word(pair) && may_go_on(pair, text, at);
    may_begin.then(|| WORDS.longest_phrase(text.get(at..)?)).flatten()
}

/// Whether a word may be the pair at `at`, or go on as the text does; never wrong when it
/// says no.
#[inline(always)]
pub(super) fn may_go_on(pair: u64, text: &str, at: usize) -> bool {
    let third = code_unit(text.as_bytes(), at + 6);
    has(beginning(pair, NONE)) | has(beginning(pair, third))
}

/// The characters at `at` and behind it.
pub(super) fn pair_at(text: &str, at: usize) -> u64 {
    let [first, second] = [at, at + 3].map(|at| code_unit(text.as_bytes(), at));
    u64::from(first) << FIRST | u64::from(second)
}

/// Whether a word may begin with a pair, whose upper bits do not matter; never wrong when
/// it says no.
#[inline(always)]
pub(super) fn may_begin_word(pair: u64) -> bool {
    // The golden ratio, as in Fibonacci hashing, with the pair in the uppermost bits: all
    // of it counts in the bits from which the set is asked.
    has(pair.wrapping_mul(0x9E37_79B9_7F4A_7C15 << (u64::BITS - FIRST - u16::BITS)))
}

/// The member that says that a word is this pair, or begins with it and a third character;
/// with [`NONE`], that it ends there or goes on with what has not three bytes.
fn beginning(pair: u64, third: u16) -> u64 {
    (pair << u16::BITS ^ u64::from(third)).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

/// Whether the set has a member: the uppermost bits are its word's number, those below
/// the numbers of two bits.
#[inline(always)]
fn has(member: u64) -> bool {
    let (words, _) = TABLES[LENGTH..].as_chunks::<8>();
    let word = u64::from_le_bytes(words[(member >> 53) as usize]);
    word >> (member >> 47 & 63) & word >> (member >> 41 & 63) & 1 != 0
}
