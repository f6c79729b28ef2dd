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
//! | section lengths | of each section, in bytes, in the order below |
//!
//! The sections follow without gaps:
//!
//! | section | element | content |
//! |---|---|---|
//! | names | text | names of the dictionaries, each with a line feed behind it |
//! | prefixes | 4 × `u8` | lead byte, lowest and highest second byte, zero: every key begins with one of these; empty when there would be more than [`MAXIMUM_PREFIXES`], or when a key has one byte |
//! | firsts | `u16` | what the keys are like whose first code point has this hash, see below |
//! | bases | `u32` | where the first of [`BUCKETS_PER_BASE`] buckets begins, in elements of the entries |
//! | buckets | `u16` | where each bucket begins behind its base; one more at the end |
//! | entries | `u16` | the buckets, see below |
//! | values | `u8` | see below |
//!
//! A **phrase** is a key of two code points or more. Most phrases convert as
//! their characters do and matter only because they decide where the next match
//! may begin; the others are **effective**.
//!
//! A **first** says whether there is a key of this code point alone ([`ALONE`]), and
//! has a bit for the hash of each code point that comes second in some key
//! ([`second_bit`]). There is a power of two of them.
//!
//! A **bucket** holds the entries whose first two code points have its hash
//! ([`bucket`]), the longest first; a key of one code point counts as followed by
//! [`NO_SECOND`]. An entry is a head (UTF-16 code units of the key in bits 0–7,
//! dictionary in bits 8–13, [`OTHER_LENGTHS`], [`BY_CHARACTER`]), the code units of its key, and,
//! unless it converts as its characters do, two elements with the offset of its
//! value, the low half first. A phrase with several candidates has a value.
//!
//! A **value** is the length of its first candidate and that of the others, in
//! bytes, then the candidates with a tab between neighbours, which counts with the
//! others. A length below 128 is one byte, one below 32,768 two: its upper half
//! with the highest bit set, and its lower half. Equal values stand once.
//!
//! This module knows where everything lies. It knows neither how the tables
//! are made nor how they are searched.

use core::fmt;

use crate::filter;

/// First bytes of compiled dictionaries.
pub(super) const MAGIC: [u8; 8] = *b"fanjian\0";
/// Version of the form; any change of the form changes it.
pub(super) const VERSION: u32 = 2;
/// `u32`s of the header before the lengths of sections.
const SCALARS: usize = 3;
/// How many sections there are.
pub(super) const SECTIONS: usize = 7;
/// How many `u32`s follow the magic.
pub(super) const HEADER_FIELDS: usize = SCALARS + SECTIONS;
/// The most prefixes a compiled group lists.
pub(super) const MAXIMUM_PREFIXES: usize = 2;
/// The most dictionaries a compiled group can have.
pub(super) const MAXIMUM_DICTIONARIES: usize = 62;
/// The longest key, in UTF-16 code units.
pub(super) const MAXIMUM_KEY: usize = 255;
/// The longest list of candidates, in bytes.
pub(super) const MAXIMUM_CANDIDATES: usize = 32_767;
/// Buckets that count from the same base.
pub(super) const BUCKETS_PER_BASE: usize = 64;
/// Where the number of the dictionary begins in the head of an entry.
pub(super) const DICTIONARY_SHIFT: u32 = 8;
/// Entry flag: the key converts as its characters do and has no value.
pub(super) const BY_CHARACTER: u16 = 1 << 15;
/// Entry flag: some character of the key has another length than three bytes.
pub(super) const OTHER_LENGTHS: u16 = 1 << 14;
/// In place of the second code point of a key that has one.
pub(super) const NO_SECOND: u32 = filter::ANY;

/// Flag of a first: some key has one code point.
pub(super) const ALONE: u16 = 1 << 15;

/// The number of the first of a code point among a power of two of them.
#[inline]
pub(super) const fn first_number(first: u32, firsts: usize) -> usize {
    (first.wrapping_mul(0x9E37_79B1) >> 8) as usize & (firsts - 1)
}

/// The bit of a first for a second code point, one of fifteen.
#[inline]
pub(super) const fn second_bit(second: u32) -> u16 {
    let hash = second.wrapping_mul(0x85EB_CA6B) >> 16;
    1 << ((hash * 15) >> 16)
}

/// The number of the bucket for keys that begin with these code points.
#[inline]
pub(super) const fn bucket(first: u32, second: u32, bucket_bits: u32) -> usize {
    (filter::hash(first, second) >> (64 - bucket_bits)) as usize
}

/// The sections of compiled bytes, each as a slice of its elements.
#[derive(Clone, Copy)]
pub(super) struct Sections<'b> {
    pub(super) bucket_bits: u32,
    pub(super) longest_key: usize,
    pub(super) names: &'b [u8],
    pub(super) prefixes: &'b [[u8; 4]],
    pub(super) firsts: &'b [[u8; 2]],
    pub(super) bases: &'b [[u8; 4]],
    pub(super) buckets: &'b [[u8; 2]],
    pub(super) entries: &'b [[u8; 2]],
    pub(super) values: &'b [u8],
}

impl<'b> Sections<'b> {
    /// The sections of no entries at all, in place of some that cannot be read.
    pub(super) const NONE: Sections<'static> = Sections {
        bucket_bits: 1,
        longest_key: 0,
        names: &[],
        prefixes: &[],
        firsts: &[[0; 2]],
        bases: &[[0; 4]],
        buckets: &[[0; 2]; 3],
        entries: &[],
        values: &[],
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
        let [names, prefixes, firsts, bases, buckets, entries, values] = sections;
        let (prefixes, odd0) = prefixes.as_chunks();
        let (firsts, odd4) = firsts.as_chunks();
        let (bases, odd1) = bases.as_chunks();
        let (buckets, odd2) = buckets.as_chunks();
        let (entries, odd3) = entries.as_chunks();
        if odd0.len() + odd1.len() + odd2.len() + odd3.len() + odd4.len() != 0 {
            return Err(FormatError::Malformed("a section ends within an element"));
        }
        let sections = Sections {
            bucket_bits: u32::from_le_bytes(fields[1]),
            longest_key: u32::from_le_bytes(fields[2]) as usize,
            names,
            prefixes,
            firsts,
            bases,
            buckets,
            entries,
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
            && self.firsts.len().is_power_of_two()
            && self.bases.len() == self.buckets.len().div_ceil(BUCKETS_PER_BASE)
            && self.prefixes.len() <= MAXIMUM_PREFIXES
            && self.longest_key <= MAXIMUM_KEY
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
