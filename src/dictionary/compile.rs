//! Compiles a group of dictionaries to the bytes that `format` describes.
//!
//! The same function compiles the embedded dictionaries and those of users.
//! Its output depends on nothing but its arguments: equal tables give equal
//! bytes on every machine.
//!
//! This module knows the form and how to fill it. It knows nothing of files,
//! of configurations, or of how the bytes are searched.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::format::{
    ALONE, BUCKETS_PER_BASE, BY_CHARACTER, MAGIC, MAXIMUM_CANDIDATES, MAXIMUM_DICTIONARIES,
    MAXIMUM_KEY, MAXIMUM_PREFIXES, NO_SECOND, OTHER_LENGTHS, SECTIONS, VERSION, bucket,
    first_number, second_bit,
};
use super::group::{FlatEntry, Group};
use super::table::Table;

/// Compiles `group`, whose dictionaries `table` gives by name, to bytes for
/// [`Matcher::from_bytes`](super::Matcher::from_bytes).
///
/// # Errors
///
/// [`CompileError`] for a dictionary that `table` does not have, and for what
/// the compiled form cannot hold: a key longer than 255 UTF-16 code units, more
/// than 62 dictionaries in a group, an entry whose candidates have more than
/// 32,767 bytes, a candidate that contains a tab.
///
/// # Examples
///
/// ```
/// use fanjian::dictionary::{Group, Matcher, Table, compile};
///
/// let table = Table::parse("头发\t頭髮\n")?;
/// let group: Group = "phrases".parse()?;
/// let bytes = compile(&group, |name| (name == "phrases").then_some(&table))?;
/// let found = Matcher::from_bytes(&bytes)?.longest_match("头发多").expect("a match");
/// assert_eq!((found.key(), &*found.replacement()), ("头发", "頭髮"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compile<'t>(
    group: &Group,
    table: impl Fn(&str) -> Option<&'t Table>,
) -> Result<Vec<u8>, CompileError> {
    let names = group.names();
    if names.len() > MAXIMUM_DICTIONARIES {
        return Err(CompileError::TooManyDictionaries);
    }
    if let Some(name) = names.iter().find(|name| name.contains(char::is_control)) {
        return Err(CompileError::ControlInName((*name).to_owned()));
    }
    let find =
        |name: &str| table(name).ok_or_else(|| CompileError::UnknownDictionary(name.to_owned()));
    let entries = group.flatten(&find)?;
    for (key, entry) in &entries {
        check(key, entry)?;
    }

    let buckets = compile_buckets(&entries)?;
    let names: String = names.iter().flat_map(|name| [name, "\n"]).collect();
    let longest_key = entries.keys().map(|key| key.chars().count()).max().unwrap_or(0);
    let scalars = [VERSION, buckets.bits, fit(longest_key)];
    let sections: [Vec<u8>; SECTIONS] = [
        names.into_bytes(),
        compile_prefixes(&entries),
        bytes_of_u16(&compile_firsts(&entries)),
        bytes_of_u32(&buckets.bases),
        bytes_of_u16(&buckets.starts),
        bytes_of_u16(&buckets.elements),
        buckets.values.bytes,
    ];
    let lengths = sections.iter().map(|section| fit(section.len()));
    let header: Vec<u32> = scalars.into_iter().chain(lengths).collect();
    Ok([MAGIC.to_vec(), bytes_of_u32(&header)].into_iter().chain(sections).flatten().collect())
}

/// The entries of a group, by key.
type Entries = BTreeMap<String, FlatEntry>;

fn check(key: &str, entry: &FlatEntry) -> Result<(), CompileError> {
    let total: usize = entry.candidates.iter().map(|candidate| candidate.len() + 1).sum();
    if key.encode_utf16().count() > MAXIMUM_KEY {
        Err(CompileError::KeyTooLong(key.to_owned()))
    } else if total > MAXIMUM_CANDIDATES {
        Err(CompileError::CandidatesTooLong(key.to_owned()))
    } else if entry.candidates.iter().any(|candidate| candidate.contains('\t')) {
        Err(CompileError::TabInCandidate(key.to_owned()))
    } else {
        Ok(())
    }
}

/// The values of entries, one behind the other.
#[derive(Default)]
struct Values {
    bytes: Vec<u8>,
    offsets: BTreeMap<Vec<u8>, u32>,
}

impl Values {
    /// The offset of the value of an entry with these candidates.
    fn add(&mut self, candidates: &[String]) -> u32 {
        let together = candidates.join("\t");
        let first = candidates[0].len();
        let mut value = Vec::new();
        for length in [first, together.len() - first] {
            let [high, low] = u16::try_from(length).expect("`check` refuses more").to_be_bytes();
            match (high, low) {
                (0, 0..0x80) => value.push(low),
                _ => value.extend([high | 0x80, low]),
            }
        }
        value.extend(together.as_bytes());
        let Values { bytes, offsets } = self;
        *offsets.entry(value).or_insert_with_key(|value| {
            let offset = fit(bytes.len());
            bytes.extend(value);
            offset
        })
    }
}

/// All entries by the hash of how they begin.
struct Buckets {
    bits: u32,
    bases: Vec<u32>,
    starts: Vec<u16>,
    elements: Vec<u16>,
    values: Values,
}

fn compile_buckets(entries: &Entries) -> Result<Buckets, CompileError> {
    let beginning = |key: &str| {
        let (first, second) = first_two(key);
        (first.map_or(NO_SECOND, u32::from), second.map_or(NO_SECOND, u32::from))
    };
    let distinct: BTreeSet<(u32, u32)> = entries.keys().map(|key| beginning(key)).collect();
    let bits = distinct.len().max(2).ilog2();
    let mut buckets = vec![Vec::new(); 1 << bits];
    for (key, entry) in entries {
        let (first, second) = beginning(key);
        buckets[bucket(first, second, bits)].push((key, entry));
    }
    let (mut bases, mut starts, mut elements) = (Vec::new(), Vec::new(), Vec::new());
    let mut values = Values::default();
    // One more, to say where the last one ends.
    buckets.push(Vec::new());
    for (number, mut bucket) in buckets.into_iter().enumerate() {
        if number % BUCKETS_PER_BASE == 0 {
            bases.push(fit(elements.len()));
        }
        let behind = elements.len() - bases[number / BUCKETS_PER_BASE] as usize;
        starts.push(u16::try_from(behind).map_err(|_| CompileError::TooCrowded)?);
        bucket.sort_by_key(|(key, _)| (core::cmp::Reverse(key.chars().count()), *key));
        for (key, entry) in bucket {
            let units: Vec<u16> = key.encode_utf16().collect();
            let length = u16::try_from(units.len()).expect("`check` refuses longer keys");
            let dictionary = u16::try_from(entry.dictionary).expect("at most 62 dictionaries");
            let is_phrase = first_two(key).1.is_some();
            let by_character =
                is_phrase && entry.candidates[..] == [convert_by_character(key, entries)];
            let mut flag = if by_character { BY_CHARACTER } else { 0 };
            if key.chars().any(|character| character.len_utf8() != 3) {
                flag |= OTHER_LENGTHS;
            }
            elements.push(length | dictionary << 8 | flag);
            elements.extend(units);
            if !by_character {
                let [a, b, c, d] = values.add(&entry.candidates).to_le_bytes();
                elements.extend([u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])]);
            }
        }
    }
    Ok(Buckets { bits, bases, starts, elements, values })
}

fn convert_by_character(key: &str, entries: &Entries) -> String {
    let mut converted = String::new();
    let mut buffer = [0; 4];
    for character in key.chars() {
        let source: &str = character.encode_utf8(&mut buffer);
        converted.push_str(entries.get(source).map_or(source, |entry| &entry.candidates[0]));
    }
    converted
}

/// What the keys with each first code point are like.
fn compile_firsts(entries: &Entries) -> Vec<u16> {
    let distinct: BTreeSet<char> = entries.keys().filter_map(|key| key.chars().next()).collect();
    // Twice as many, so that few of them share one with another.
    let mut firsts = vec![0; (2 * distinct.len()).next_power_of_two().max(1)];
    let length = firsts.len();
    for key in entries.keys() {
        if let (Some(first), second) = first_two(key) {
            let bit = second.map_or(ALONE, |second| second_bit(second.into()));
            firsts[first_number(first.into(), length)] |= bit;
        }
    }
    firsts
}

/// The first two bytes of all keys, as one range of second bytes per lead byte.
fn compile_prefixes(entries: &Entries) -> Vec<u8> {
    let mut ranges: BTreeMap<u8, (u8, u8)> = BTreeMap::new();
    for key in entries.keys() {
        let &[lead, second, ..] = key.as_bytes() else {
            return Vec::new();
        };
        let range = ranges.entry(lead).or_insert((second, second));
        *range = (range.0.min(second), range.1.max(second));
    }
    if ranges.len() > MAXIMUM_PREFIXES {
        return Vec::new();
    }
    ranges.into_iter().flat_map(|(lead, (low, high))| [lead, low, high, 0]).collect()
}

fn first_two(key: &str) -> (Option<char>, Option<char>) {
    let mut characters = key.chars();
    (characters.next(), characters.next())
}

fn bytes_of_u16(elements: &[u16]) -> Vec<u8> {
    elements.iter().flat_map(|element| element.to_le_bytes()).collect()
}

fn bytes_of_u32(elements: &[u32]) -> Vec<u8> {
    elements.iter().flat_map(|element| element.to_le_bytes()).collect()
}

fn fit(length: usize) -> u32 {
    u32::try_from(length).expect("dictionaries have less than 4 GiB")
}

/// A group of dictionaries that cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompileError {
    /// No dictionary has this name.
    UnknownDictionary(String),
    /// The group has more than 62 dictionaries.
    TooManyDictionaries,
    /// This name of a dictionary contains a control character.
    ControlInName(String),
    /// More keys begin with the same few characters than the form can hold.
    TooCrowded,
    /// This key has more than 255 UTF-16 code units.
    KeyTooLong(String),
    /// The candidates of this key have more than 32,767 bytes.
    CandidatesTooLong(String),
    /// A candidate of this key contains a tab.
    TabInCandidate(String),
}

impl fmt::Display for CompileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::UnknownDictionary(name) => {
                write!(formatter, "there is no dictionary {name:?}")
            }
            CompileError::TooManyDictionaries => {
                write!(formatter, "the group has more than {MAXIMUM_DICTIONARIES} dictionaries")
            }
            CompileError::ControlInName(name) => {
                write!(formatter, "the name {name:?} contains a control character")
            }
            CompileError::TooCrowded => {
                formatter.write_str("too many keys begin with the same few characters")
            }
            CompileError::KeyTooLong(key) => {
                write!(formatter, "the key {key:?} has more than {MAXIMUM_KEY} UTF-16 code units")
            }
            CompileError::CandidatesTooLong(key) => {
                write!(formatter, "the candidates of {key:?} have more than 32,767 bytes")
            }
            CompileError::TabInCandidate(key) => {
                write!(formatter, "a candidate of {key:?} contains a tab")
            }
        }
    }
}

impl core::error::Error for CompileError {}
