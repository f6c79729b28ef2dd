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
    BY_CHARACTER, DICTIONARY_SHIFT, IN_KEY, LEAST_ROWS, MAGIC, MAXIMUM_DICTIONARIES, MAXIMUM_KEY,
    MAXIMUM_PREFIXES, ROW, SECTIONS, SPECIAL, VERSION, filter_bits, hash, hash_third,
};
use super::group::{FlatEntry, Group};
use super::table::Table;
use crate::description;

/// Bits per hash of the filters of effective phrases, the first of which is
/// asked at every character.
const FILTER_BITS_PER_HEAD: usize = 16;
/// Words of a filter of few hashes.
const SMALLEST_FILTER: usize = 64;
/// Bits per hash of the filter of neighbours, which is asked now and then.
const FILTER_BITS_PER_NEIGHBOURS: usize = 8;

/// Compiles `group`, whose dictionaries `table` gives by name, to bytes for
/// [`Matcher::from_bytes`](super::Matcher::from_bytes).
///
/// # Errors
///
/// [`CompileError`] for a dictionary that `table` does not have, and for what
/// the compiled form cannot hold: a key longer than 255 UTF-16 code units, more
/// than 62 dictionaries in a group, an entry whose candidates have more than
/// 65,535 bytes, a candidate that contains a tab.
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

    let mut values = Values::default();
    let characters = compile_characters(&entries, &mut values);
    let (rows, records) = compile_records(&entries)?;
    let phrases = compile_phrases(&entries, &mut values);
    let names: String = names.iter().flat_map(|name| [name, "\n"]).collect();

    let longest_key = entries.keys().map(|key| key.chars().count()).max().unwrap_or(0);
    let scalars = [VERSION, phrases.bucket_bits, fit(longest_key), leading_ascii(&entries)];
    let sections: [Vec<u8>; SECTIONS] = [
        names.into_bytes(),
        compile_prefixes(&entries),
        bytes_of_u16(&rows),
        bytes_of_u32(&records),
        bytes_of_u32(&compile_filter(&phrases.heads, FILTER_BITS_PER_HEAD)),
        bytes_of_u32(&compile_filter(&phrases.beginnings, FILTER_BITS_PER_HEAD)),
        bytes_of_u32(&compile_filter(&neighbours_in(&entries), FILTER_BITS_PER_NEIGHBOURS)),
        bytes_of_u32(&phrases.buckets),
        bytes_of_u16(&phrases.elements),
        bytes_of_u32(&characters),
        values.bytes,
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
    } else if total > usize::from(u16::MAX) {
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
}

impl Values {
    /// Adds the value of `entry` and gives its offset.
    fn add(&mut self, entry: &FlatEntry) -> u32 {
        let offset = fit(self.bytes.len());
        let candidates = entry.candidates.join("\t");
        let length = |text: &str| u16::try_from(text.len()).expect("`check` refuses longer ones");
        self.bytes.push(u8::try_from(entry.dictionary).expect("at most 62 dictionaries"));
        self.bytes.extend_from_slice(&length(&entry.candidates[0]).to_le_bytes());
        self.bytes.extend_from_slice(&length(&candidates).to_le_bytes());
        self.bytes.extend_from_slice(candidates.as_bytes());
        offset
    }
}

/// Code point and value offset of each key of one code point.
fn compile_characters(entries: &Entries, values: &mut Values) -> Vec<u32> {
    let mut characters = Vec::new();
    for (key, entry) in entries {
        if let (Some(character), None) = first_two(key) {
            characters.extend([u32::from(character), values.add(entry)]);
        }
    }
    characters
}

/// Rows and records.
fn compile_records(entries: &Entries) -> Result<(Vec<u16>, Vec<u32>), CompileError> {
    let in_keys: BTreeSet<char> = entries.keys().flat_map(|key| key.chars()).collect();
    let listed = in_keys.iter().copied().chain(description::operators());
    let mut rows: Vec<u16> = vec![0; LEAST_ROWS];
    let mut records = vec![0; ROW];
    for row in listed.map(|character| character as usize / ROW).collect::<BTreeSet<usize>>() {
        rows.resize(rows.len().max(row + 1), 0);
        let number = u16::try_from(records.len() / ROW);
        rows[row] = number.map_err(|_| CompileError::TooManyCodePoints)?;
        for code_point in (row * ROW..).take(ROW) {
            let character = u32::try_from(code_point).ok().and_then(char::from_u32);
            records.push(character.map_or(0, |character| record(character, entries, &in_keys)));
        }
    }
    Ok((rows, records))
}

fn record(character: char, entries: &Entries, in_keys: &BTreeSet<char>) -> u32 {
    let mut buffer = [0; 4];
    let source: &str = character.encode_utf8(&mut buffer);
    let entry = entries.get(source);
    let replacement = entry.map_or(source, |entry| &entry.candidates[0]);
    let dictionary = entry.map_or(0, |entry| fit(entry.dictionary + 1) << DICTIONARY_SHIFT);
    let flag = dictionary | if in_keys.contains(&character) { IN_KEY } else { 0 };
    match (source.as_bytes(), replacement.as_bytes()) {
        (&[_, _, _], &[a, b, c])
            if !description::is_operator(character) && replacement.chars().count() == 1 =>
        {
            u32::from_le_bytes([a, b, c, 0]) | flag
        }
        _ => SPECIAL | flag,
    }
}

struct Phrases {
    /// Hashes of the first two code points of effective phrases.
    heads: BTreeSet<u32>,
    /// Hashes of the first three, or of the only two.
    beginnings: BTreeSet<u32>,
    bucket_bits: u32,
    buckets: Vec<u32>,
    elements: Vec<u16>,
}

fn compile_phrases(entries: &Entries, values: &mut Values) -> Phrases {
    let mut phrases: Vec<(u32, &str, &FlatEntry)> = Vec::new();
    for (key, entry) in entries {
        if let (Some(first), Some(second)) = first_two(key) {
            phrases.push((hash(first.into(), second.into()), key, entry));
        }
    }
    let pairs: BTreeSet<u32> = phrases.iter().map(|(pair, ..)| *pair).collect();
    let bucket_bits = pairs.len().max(2).ilog2();
    let mut buckets = vec![Vec::new(); 1 << bucket_bits];
    for phrase in &phrases {
        buckets[(phrase.0 >> (32 - bucket_bits)) as usize].push(phrase);
    }

    let (mut heads, mut beginnings) = (BTreeSet::new(), BTreeSet::new());
    let mut starts = vec![0];
    let mut elements = Vec::new();
    for bucket in &mut buckets {
        bucket.sort_by_key(|(_, key, _)| (core::cmp::Reverse(key.chars().count()), *key));
        for (pair, key, entry) in bucket {
            let units: Vec<u16> = key.encode_utf16().collect();
            let length = u16::try_from(units.len()).expect("`check` refuses longer keys");
            let dictionary = u16::try_from(entry.dictionary).expect("at most 62 dictionaries");
            let by_character = entry.candidates[..] == [convert_by_character(key, entries)];
            let flag = if by_character { BY_CHARACTER } else { 0 };
            elements.push(length | dictionary << 8 | flag);
            elements.extend(units);
            if !by_character {
                heads.insert(*pair);
                beginnings.insert(hash_third(*pair, key.chars().nth(2).map_or(0, u32::from)));
                let [a, b, c, d] = values.add(entry).to_le_bytes();
                elements.extend([u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])]);
            }
        }
        starts.push(fit(elements.len()));
    }
    Phrases { heads, beginnings, bucket_bits, buckets: starts, elements }
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

/// Hashes of all pairs of code points that stand side by side in some key.
fn neighbours_in(entries: &Entries) -> BTreeSet<u32> {
    let mut neighbours = BTreeSet::new();
    for key in entries.keys() {
        for (first, second) in key.chars().zip(key.chars().skip(1)) {
            neighbours.insert(hash(first.into(), second.into()));
        }
    }
    neighbours
}

fn compile_filter(hashes: &BTreeSet<u32>, bits_per_hash: usize) -> Vec<u32> {
    let words = (hashes.len() * bits_per_hash / 32).max(SMALLEST_FILTER).next_power_of_two();
    let mut filter = vec![0_u32; words];
    for &hash in hashes {
        let [one, other] = filter_bits(hash);
        filter[(hash >> (32 - words.ilog2())) as usize] |= 1 << one | 1 << other;
    }
    filter
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

fn leading_ascii(entries: &Entries) -> u32 {
    let leading = |key: &String| match key.find(|character: char| !character.is_ascii()) {
        Some(offset) => fit(offset),
        None => u32::MAX,
    };
    entries.keys().map(leading).max().unwrap_or(0)
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
    /// The keys have code points in more than 65,535 of the 69,632 rows of
    /// sixteen that Unicode has.
    TooManyCodePoints,
    /// This key has more than 255 UTF-16 code units.
    KeyTooLong(String),
    /// The candidates of this key have more than 65,535 bytes.
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
            CompileError::TooManyCodePoints => {
                formatter.write_str("the keys have code points in more than 65,535 rows of sixteen")
            }
            CompileError::KeyTooLong(key) => {
                write!(formatter, "the key {key:?} has more than {MAXIMUM_KEY} UTF-16 code units")
            }
            CompileError::CandidatesTooLong(key) => {
                write!(formatter, "the candidates of {key:?} have more than 65,535 bytes")
            }
            CompileError::TabInCandidate(key) => {
                write!(formatter, "a candidate of {key:?} contains a tab")
            }
        }
    }
}

impl core::error::Error for CompileError {}
