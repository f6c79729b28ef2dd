//! The compiled form of a group of dictionaries: bytes that are used in place.
//!
//! All numbers are little-endian, on every machine. The header is eight bytes
//! of magic, then [`HEADER_FIELDS`] `u32`s, in this order:
//!
//! | field | meaning |
//! |---|---|
//! | version | [`VERSION`]; a reader refuses any other |
//! | bucket bits | log₂ of the number of buckets |
//! | longest key | in code points |
//! | leading ASCII | the most ASCII characters any key begins with, or `u32::MAX` when some key is ASCII throughout |
//! | section lengths | of each section, in bytes, in the order below |
//!
//! The sections follow without gaps:
//!
//! | section | element | content |
//! |---|---|---|
//! | names | text | names of the dictionaries, each with a line feed behind it |
//! | prefixes | 4 × `u8` | lead byte, lowest and highest second byte, zero: every key begins with one of these; empty when there would be more than [`MAXIMUM_PREFIXES`], or when a key has one byte |
//! | rows | `u16` | code point / [`ROW`] → row of records, at least [`LEAST_ROWS`]; a code point past the end has row 0 |
//! | records | [`ROW`] × `u32` | what each character becomes, see below; row 0 is zero throughout |
//! | heads | `u32` | filter of the first two code points of each effective phrase |
//! | beginnings | `u32` | filter of the first three code points of each effective phrase, or of its only two |
//! | neighbours | `u32` | filter of every two code points that stand side by side in some key |
//! | buckets | `u32` | hash of a phrase's first two code points → first element of its bucket; one more at the end |
//! | phrases | `u16` | the buckets, see below |
//! | characters | 2 × `u32` | code point and offset of its value, for each key of one code point, ascending |
//! | values | `u8` | see below |
//!
//! A **phrase** is a key of two code points or more. Most phrases convert as
//! their characters do and matter only because they decide where the next match
//! may begin; the others are **effective**.
//!
//! A **record** holds in its low 24 bits the three UTF-8 bytes that replace a
//! character of three bytes, the first lowest: its own bytes where no entry
//! replaces it, zero where the row holds other characters alone. [`IN_KEY`]
//! marks the characters that occur in some key, and [`SPECIAL`] those that do
//! not fit: the source or the replacement has another length, or the character
//! is an operator of ideographic description sequences. The bits between,
//! [`DICTIONARY`], are zero where the character alone is no key, else one more
//! than the number of the dictionary that has it.
//!
//! A **bucket** holds the phrases whose first two code points have its hash, the
//! longest first. A phrase is a head (UTF-16 code units of the key in bits 0–7,
//! dictionary in bits 8–13, [`BY_CHARACTER`]), the code units of its key, and, if
//! it is effective, two elements with the offset of its value, the low half
//! first. An entry with several candidates counts as effective.
//!
//! A **filter** has a power of two of words. The upper bits of a hash are the
//! number of its word, and two bits there are set for it ([`filter_bits`]).
//!
//! A **value** is the dictionary (`u8`), the length of the first candidate and
//! of all candidates in bytes (`u16` each), and the candidates with a tab
//! between neighbours.
//!
//! This module knows where everything lies. It knows neither how the tables
//! are made nor how they are searched.

use core::fmt;

/// First bytes of compiled dictionaries.
pub(super) const MAGIC: [u8; 8] = *b"fanjian\0";
/// Version of the form; any change of the form changes it.
pub(super) const VERSION: u32 = 1;
/// `u32`s of the header before the lengths of sections.
const SCALARS: usize = 4;
/// How many sections there are.
pub(super) const SECTIONS: usize = 11;
/// How many `u32`s follow the magic.
pub(super) const HEADER_FIELDS: usize = SCALARS + SECTIONS;
/// There are rows for all characters of three bytes, so that a search for them
/// need not ask.
pub(super) const LEAST_ROWS: usize = 0x10000 / ROW;
/// Code points in a row of records: a cache line of them.
pub(super) const ROW: usize = 16;
/// The most prefixes a compiled group lists.
pub(super) const MAXIMUM_PREFIXES: usize = 2;
/// The most dictionaries a compiled group can have.
pub(super) const MAXIMUM_DICTIONARIES: usize = 62;
/// The longest key, in UTF-16 code units.
pub(super) const MAXIMUM_KEY: usize = 255;
/// Record flag: not three bytes for three bytes, or a description operator.
pub(super) const SPECIAL: u32 = 1 << 31;
/// Record flag: the character occurs in some key.
pub(super) const IN_KEY: u32 = 1 << 30;
/// Record field: the dictionary that has the character as a key, and one.
pub(super) const DICTIONARY: u32 = 0x3F << DICTIONARY_SHIFT;
/// The lowest bit of [`DICTIONARY`].
pub(super) const DICTIONARY_SHIFT: u32 = 24;
/// The bytes of a record that replace a character.
pub(super) const REPLACEMENT: u32 = 0x00FF_FFFF;
/// Phrase flag: the phrase converts as its characters do and has no value.
pub(super) const BY_CHARACTER: u16 = 1 << 15;
/// Bytes of a value before its candidates.
pub(super) const VALUE_HEAD: usize = 5;

/// The odd number next to 2³² divided by the golden ratio (Fibonacci hashing).
pub(super) const HASH_MULTIPLIER: u32 = 0x9E37_79B1;

/// The hash of two code points; filters and buckets use its upper bits.
#[inline(always)]
pub(super) const fn hash(first: u32, second: u32) -> u32 {
    ((first << 16) ^ second).wrapping_mul(HASH_MULTIPLIER)
}

/// The hash of three code points, or of two that are a whole phrase, from the
/// hash of the first two and the third, which is 0 where there is none.
#[inline(always)]
pub(super) const fn hash_third(pair: u32, third: u32) -> u32 {
    (pair.rotate_left(15) ^ third).wrapping_mul(0x85EB_CA6B)
}

/// A set of hashes that may say yes by chance and never says no by chance: a
/// Bloom filter of two bits, both in one word, so that asking reads one word.
#[derive(Clone, Copy)]
pub(super) struct Filter<'b> {
    pub(super) words: &'b [[u8; 4]],
    /// The shift that leaves of a hash the number of its word.
    pub(super) shift: u32,
}

impl<'b> Filter<'b> {
    const fn new(words: &'b [[u8; 4]]) -> Option<Filter<'b>> {
        match words.len() {
            length if length >= 2 && length.is_power_of_two() => {
                Some(Filter { words, shift: 32 - length.ilog2() })
            }
            _ => None,
        }
    }

    #[inline(always)]
    pub(super) fn may_contain(&self, hash: u32) -> bool {
        let word = u32::from_le_bytes(self.words[(hash >> self.shift) as usize]);
        let [one, other] = filter_bits(hash);
        (word >> one) & (word >> other) & 1 == 1
    }
}

/// Where in a hash the numbers of its two bits are.
pub(super) const FILTER_SHIFTS: [u32; 2] = [5, 10];

/// The two bits that stand for a hash in its word. The number of the word is
/// in the upper bits, so these are taken from below.
#[inline(always)]
pub(super) const fn filter_bits(hash: u32) -> [u32; 2] {
    [hash >> FILTER_SHIFTS[0] & 31, hash >> FILTER_SHIFTS[1] & 31]
}

/// The sections of compiled bytes, each as a slice of its elements.
#[derive(Clone, Copy)]
pub(super) struct Sections<'b> {
    pub(super) bucket_bits: u32,
    pub(super) longest_key: usize,
    pub(super) leading_ascii: usize,
    pub(super) names: &'b [u8],
    pub(super) prefixes: &'b [[u8; 4]],
    pub(super) rows: &'b [[u8; 2]],
    pub(super) records: &'b [[[u8; 4]; ROW]],
    pub(super) heads: Filter<'b>,
    pub(super) beginnings: Filter<'b>,
    pub(super) neighbours: Filter<'b>,
    pub(super) buckets: &'b [[u8; 4]],
    pub(super) phrases: &'b [[u8; 2]],
    pub(super) characters: &'b [[[u8; 4]; 2]],
    pub(super) values: &'b [u8],
}

impl<'b> Sections<'b> {
    /// The sections of no entries at all, in place of some that cannot be read.
    pub(super) const NONE: Sections<'static> = {
        const NOTHING: Filter<'static> = Filter { words: &[[0; 4]; 2], shift: 31 };
        Sections {
            bucket_bits: 1,
            longest_key: 0,
            leading_ascii: 0,
            names: &[],
            prefixes: &[],
            rows: &[[0; 2]; LEAST_ROWS],
            records: &[[[0; 4]; ROW]],
            heads: NOTHING,
            beginnings: NOTHING,
            neighbours: NOTHING,
            buckets: &[[0; 4]; 3],
            phrases: &[],
            characters: &[],
            values: &[],
        }
    };

    /// Finds the sections and checks that their sizes agree with the header.
    pub(super) const fn locate(bytes: &'b [u8]) -> Result<Sections<'b>, FormatError> {
        let Some((magic, rest)) = bytes.split_at_checked(MAGIC.len()) else {
            return Err(FormatError::Truncated);
        };
        let mut position = 0;
        while position < MAGIC.len() {
            if magic[position] != MAGIC[position] {
                return Err(FormatError::NotCompiled);
            }
            position += 1;
        }
        let Some((header, mut rest)) = rest.split_at_checked(4 * HEADER_FIELDS) else {
            return Err(FormatError::Truncated);
        };
        let (fields, _) = header.as_chunks::<4>();
        if u32::from_le_bytes(fields[0]) != VERSION {
            return Err(FormatError::Version(u32::from_le_bytes(fields[0])));
        }
        let mut sections: [&[u8]; SECTIONS] = [&[]; SECTIONS];
        let mut position = 0;
        while position < SECTIONS {
            let length = u32::from_le_bytes(fields[SCALARS + position]) as usize;
            let Some((section, behind)) = rest.split_at_checked(length) else {
                return Err(FormatError::Truncated);
            };
            (sections[position], rest) = (section, behind);
            position += 1;
        }
        if !rest.is_empty() {
            return Err(FormatError::Trailing);
        }
        let [names, prefixes, rows, records, heads, beginnings, neighbours, ..] = sections;
        let [.., buckets, phrases, characters, values] = sections;
        let (prefixes, odd0) = prefixes.as_chunks();
        let (rows, odd1) = rows.as_chunks();
        let (cells, odd2) = records.as_chunks();
        let (records, odd3) = cells.as_chunks();
        let (heads, odd4) = heads.as_chunks();
        let (beginnings, odd5) = beginnings.as_chunks();
        let (neighbours, odd6) = neighbours.as_chunks();
        let (buckets, odd7) = buckets.as_chunks();
        let (phrases, odd8) = phrases.as_chunks();
        let (numbers, odd9) = characters.as_chunks();
        let (characters, odd10) = numbers.as_chunks();
        let odd = odd0.len() + odd1.len() + odd2.len() + odd3.len() + odd4.len() + odd5.len();
        if odd + odd6.len() + odd7.len() + odd8.len() + odd9.len() + odd10.len() != 0 {
            return Err(FormatError::Malformed("a section ends within an element"));
        }
        let (Some(heads), Some(beginnings), Some(neighbours)) =
            (Filter::new(heads), Filter::new(beginnings), Filter::new(neighbours))
        else {
            return Err(FormatError::Malformed("the size of a filter is no power of two"));
        };
        let sections = Sections {
            bucket_bits: u32::from_le_bytes(fields[1]),
            longest_key: u32::from_le_bytes(fields[2]) as usize,
            leading_ascii: u32::from_le_bytes(fields[3]) as usize,
            names,
            prefixes,
            rows,
            records,
            heads,
            beginnings,
            neighbours,
            buckets,
            phrases,
            characters,
            values,
        };
        match sections.sizes_agree() {
            true => Ok(sections),
            false => Err(FormatError::Malformed("the sizes of the sections disagree")),
        }
    }

    const fn sizes_agree(&self) -> bool {
        self.bucket_bits >= 1
            && self.bucket_bits < 32
            && self.buckets.len() == (1 << self.bucket_bits) + 1
            && self.prefixes.len() <= MAXIMUM_PREFIXES
            && self.longest_key <= MAXIMUM_KEY
            && self.rows.len() >= LEAST_ROWS
            && !self.records.is_empty()
    }
}

/// Compiled bytes that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormatError {
    /// The bytes do not begin as compiled dictionaries do.
    NotCompiled,
    /// The bytes are of another version of the form, the one given.
    Version(u32),
    /// The bytes end before the sections that the header announces.
    Truncated,
    /// More bytes follow than the header announces.
    Trailing,
    /// A table contradicts itself or another one; the reason is given.
    Malformed(&'static str),
}

impl fmt::Display for FormatError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::NotCompiled => formatter.write_str("not a compiled dictionary"),
            FormatError::Version(found) => write!(
                formatter,
                "a compiled dictionary of version {found}; this library reads version {VERSION}"
            ),
            FormatError::Truncated => formatter.write_str("the compiled dictionary is truncated"),
            FormatError::Trailing => {
                formatter.write_str("bytes follow the end of the compiled dictionary")
            }
            FormatError::Malformed(reason) => {
                write!(formatter, "the compiled dictionary is malformed: {reason}")
            }
        }
    }
}

impl core::error::Error for FormatError {}
