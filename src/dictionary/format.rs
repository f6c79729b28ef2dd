//! The compiled form of a group of dictionaries: bytes that are used in place.
//!
//! All numbers are little-endian, on every machine. The header is eight bytes
//! of magic, then [`HEADER_FIELDS`] `u32`s, in this order:
//!
//! | field | meaning |
//! |---|---|
//! | version | [`VERSION`]; a reader refuses any other |
//! | filter bits | log₂ of the number of bits in the pair filter |
//! | bucket bits | log₂ of the number of buckets |
//! | longest key | in code points |
//! | leading ASCII | the most ASCII characters any key begins with, or `u32::MAX` when some key is ASCII throughout |
//! | ten section lengths | in bytes, in the order of the sections |
//!
//! The sections follow without gaps:
//!
//! | section | element | content |
//! |---|---|---|
//! | names | text | names of the dictionaries, each with a line feed behind it |
//! | prefixes | 4 × `u8` | lead byte, lowest and highest second byte, zero: every key begins with one of these; empty when there would be more than [`MAXIMUM_PREFIXES`] |
//! | page index | `u16` | code point / 64 → page; a code point past its end has symbol 0 |
//! | pages | 64 × `u16` | code point modulo 64 → symbol |
//! | records | `u32` | symbol → what a character becomes, see below |
//! | filter | `u8` | a bit for the hash of each pair of symbols that some phrase begins with |
//! | buckets | `u32` | hash of a pair → first element of its bucket in the phrases; one more at the end |
//! | phrases | `u16` | the buckets, see below |
//! | characters | `u32` | symbol → offset of its value, 0 when no entry has the character as its key |
//! | values | `u8` | see below; the first byte is unused |
//!
//! A **symbol** numbers a code point that occurs in some key; 0 is any other.
//! The operators of ideographic description sequences always have a symbol.
//!
//! A **record** holds in its low 24 bits the three UTF-8 bytes that replace a
//! character of three bytes, the first lowest; its own bytes where no entry
//! replaces it. [`SPECIAL`] marks what does not fit: the source or the
//! replacement has another length, or the character is a description operator.
//!
//! A **bucket** holds the phrases (keys of two code points or more) whose first
//! two symbols have its hash, the longest first. A phrase is a head (code
//! points in bits 0–7, dictionary in bits 8–14, [`BY_CHARACTER`]), the symbols
//! of its key, and, unless it converts as its characters do, two elements with
//! the offset of its value, the low half first.
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
/// How many `u32`s follow the magic.
pub(super) const HEADER_FIELDS: usize = 5 + SECTIONS;
/// How many sections there are.
pub(super) const SECTIONS: usize = 10;
/// Bytes before the first section.
pub(super) const HEADER_LENGTH: usize = MAGIC.len() + 4 * HEADER_FIELDS;
/// Code points in a page.
pub(super) const PAGE: usize = 64;
/// The most prefixes a compiled group lists.
pub(super) const MAXIMUM_PREFIXES: usize = 2;
/// The most dictionaries a compiled group can have.
pub(super) const MAXIMUM_DICTIONARIES: usize = 128;
/// The longest key, in code points.
pub(super) const MAXIMUM_KEY: usize = 255;
/// Record flag: not three bytes for three bytes, or a description operator.
pub(super) const SPECIAL: u32 = 1 << 31;
/// Phrase flag: the phrase converts as its characters do and has no value.
pub(super) const BY_CHARACTER: u16 = 1 << 15;
/// Bytes of a value before its candidates.
pub(super) const VALUE_HEAD: usize = 5;

/// The hash of a pair of symbols; filter and buckets use its upper bits.
#[inline(always)]
pub(super) const fn hash(first: u16, second: u16) -> u32 {
    // Fibonacci hashing: the odd number next to 2³² divided by the golden ratio.
    (((first as u32) << 16) | second as u32).wrapping_mul(0x9E37_79B1)
}

/// The sections of compiled bytes, each as a slice of its elements.
#[derive(Clone, Copy)]
pub(super) struct Sections<'b> {
    pub(super) filter_bits: u32,
    pub(super) bucket_bits: u32,
    pub(super) longest_key: usize,
    pub(super) leading_ascii: usize,
    pub(super) names: &'b [u8],
    pub(super) prefixes: &'b [[u8; 4]],
    pub(super) page_index: &'b [[u8; 2]],
    pub(super) pages: &'b [[[u8; 2]; PAGE]],
    pub(super) records: &'b [[u8; 4]],
    pub(super) filter: &'b [u8],
    pub(super) buckets: &'b [[u8; 4]],
    pub(super) phrases: &'b [[u8; 2]],
    pub(super) characters: &'b [[u8; 4]],
    pub(super) values: &'b [u8],
}

impl<'b> Sections<'b> {
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
            let length = u32::from_le_bytes(fields[5 + position]) as usize;
            let Some((section, behind)) = rest.split_at_checked(length) else {
                return Err(FormatError::Truncated);
            };
            (sections[position], rest) = (section, behind);
            position += 1;
        }
        if !rest.is_empty() {
            return Err(FormatError::Trailing);
        }
        let [names, prefixes, index, pages, records, filter, buckets, phrases, characters, values] =
            sections;
        let (prefixes, odd0) = prefixes.as_chunks();
        let (page_index, odd1) = index.as_chunks();
        let (symbols, odd2) = pages.as_chunks();
        let (pages, odd3) = symbols.as_chunks();
        let (records, odd4) = records.as_chunks();
        let (buckets, odd5) = buckets.as_chunks();
        let (phrases, odd6) = phrases.as_chunks();
        let (characters, odd7) = characters.as_chunks();
        let odd = odd0.len() + odd1.len() + odd2.len() + odd3.len();
        if odd + odd4.len() + odd5.len() + odd6.len() + odd7.len() != 0 {
            return Err(FormatError::Malformed("a section ends within an element"));
        }
        let sections = Sections {
            filter_bits: u32::from_le_bytes(fields[1]),
            bucket_bits: u32::from_le_bytes(fields[2]),
            longest_key: u32::from_le_bytes(fields[3]) as usize,
            leading_ascii: u32::from_le_bytes(fields[4]) as usize,
            names,
            prefixes,
            page_index,
            pages,
            records,
            filter,
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
        let hash_tables = self.filter_bits >= 3
            && self.filter_bits < 32
            && self.filter.len() == 1 << (self.filter_bits - 3)
            && self.bucket_bits >= 1
            && self.bucket_bits < 32
            && self.buckets.len() == (1 << self.bucket_bits) + 1;
        hash_tables
            && self.records.len() == self.characters.len()
            && self.prefixes.len() <= MAXIMUM_PREFIXES
            && self.longest_key <= MAXIMUM_KEY
            && !self.records.is_empty()
            && !self.pages.is_empty()
            && !self.values.is_empty()
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
