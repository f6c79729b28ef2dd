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
    BY_CHARACTER, HEADER_LENGTH, MAGIC, MAXIMUM_DICTIONARIES, MAXIMUM_KEY, MAXIMUM_PREFIXES, PAGE,
    SPECIAL, VERSION, hash,
};
use super::group::{FlatEntry, Group};
use super::table::Table;
use crate::description;

/// Filter bits per pair: one probe in sixteen passes by chance at the worst.
const FILTER_BITS_PER_PAIR: usize = 16;

/// Compiles `group`, whose dictionaries `table` gives by name, to bytes for
/// [`Matcher::from_bytes`](super::Matcher::from_bytes).
///
/// # Errors
///
/// [`CompileError`] for a dictionary that `table` does not have, and for what
/// the compiled form cannot hold: a key longer than 255 code points, more than
/// 128 dictionaries in a group, more than 65,535 different code points in keys,
/// an entry whose candidates have more than 65,535 bytes, a candidate that
/// contains a tab.
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
    let find =
        |name: &str| table(name).ok_or_else(|| CompileError::UnknownDictionary(name.to_owned()));
    let entries = group.flatten(&find)?;
    for (key, entry) in &entries {
        check(key, entry)?;
    }

    let alphabet = Alphabet::of(entries.keys().map(String::as_str))?;
    let mut values = Values { bytes: vec![0] };
    let (records, characters) = compile_characters(&alphabet, &entries, &mut values);
    let phrases = compile_phrases(&alphabet, &entries, &mut values);
    let (page_index, pages) = alphabet.pages();
    let names: String = names.iter().flat_map(|name| [name, "\n"]).collect();

    let sections = [
        names.into_bytes(),
        compile_prefixes(entries.keys().map(String::as_str)),
        bytes_of_u16(&page_index),
        bytes_of_u16(&pages),
        bytes_of_u32(&records),
        phrases.filter,
        bytes_of_u32(&phrases.buckets),
        bytes_of_u16(&phrases.elements),
        bytes_of_u32(&characters),
        values.bytes,
    ];
    let longest_key = entries.keys().map(|key| key.chars().count()).max().unwrap_or(0);
    let scalars = [
        VERSION,
        phrases.filter_bits,
        phrases.bucket_bits,
        fit(longest_key),
        leading_ascii(entries.keys().map(String::as_str)),
    ];
    let lengths = sections.iter().map(|section| fit(section.len()));
    let header: Vec<u32> = scalars.into_iter().chain(lengths).collect();
    let mut bytes =
        Vec::with_capacity(HEADER_LENGTH + sections.iter().map(Vec::len).sum::<usize>());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&bytes_of_u32(&header));
    sections.iter().for_each(|section| bytes.extend_from_slice(section));
    Ok(bytes)
}

fn check(key: &str, entry: &FlatEntry) -> Result<(), CompileError> {
    let total: usize = entry.candidates.iter().map(|candidate| candidate.len() + 1).sum();
    if key.chars().count() > MAXIMUM_KEY {
        Err(CompileError::KeyTooLong(key.to_owned()))
    } else if total > usize::from(u16::MAX) {
        Err(CompileError::CandidatesTooLong(key.to_owned()))
    } else if entry.candidates.iter().any(|candidate| candidate.contains('\t')) {
        Err(CompileError::TabInCandidate(key.to_owned()))
    } else {
        Ok(())
    }
}

/// The code points of all keys and the symbols that number them.
struct Alphabet {
    /// Sorted by code point. The symbol of `symbols[n]` is n + 1.
    symbols: Vec<char>,
}

impl Alphabet {
    fn of<'k>(keys: impl Iterator<Item = &'k str>) -> Result<Alphabet, CompileError> {
        let mut symbols: BTreeSet<char> = keys.flat_map(str::chars).collect();
        symbols.extend(description::operators());
        if symbols.len() > usize::from(u16::MAX) {
            return Err(CompileError::TooManyCodePoints);
        }
        Ok(Alphabet { symbols: symbols.into_iter().collect() })
    }

    fn symbol(&self, character: char) -> u16 {
        let found = self.symbols.binary_search(&character);
        let position = found.expect("the alphabet has every character of every key");
        u16::try_from(position + 1).expect("`of` refuses larger alphabets")
    }

    /// The page index and the pages, the first of which has no symbol.
    fn pages(&self) -> (Vec<u16>, Vec<u16>) {
        let mut index: Vec<u16> = Vec::new();
        let mut pages = vec![0; PAGE];
        for &character in &self.symbols {
            let code_point = character as usize;
            if index.len() <= code_point / PAGE {
                index.resize(code_point / PAGE + 1, 0);
            }
            let page = &mut index[code_point / PAGE];
            if *page == 0 {
                *page = u16::try_from(pages.len() / PAGE).expect("at most 17,408 pages exist");
                pages.resize(pages.len() + PAGE, 0);
            }
            pages[usize::from(*page) * PAGE + code_point % PAGE] = self.symbol(character);
        }
        (index, pages)
    }
}

/// The values of entries, one behind the other.
struct Values {
    bytes: Vec<u8>,
}

impl Values {
    /// Adds the value of `entry` and gives its offset.
    fn add(&mut self, entry: &FlatEntry) -> u32 {
        let offset = fit(self.bytes.len());
        let candidates = entry.candidates.join("\t");
        let length = |text: &str| u16::try_from(text.len()).expect("`check` refuses longer ones");
        self.bytes.push(u8::try_from(entry.dictionary).expect("at most 128 dictionaries"));
        self.bytes.extend_from_slice(&length(&entry.candidates[0]).to_le_bytes());
        self.bytes.extend_from_slice(&length(&candidates).to_le_bytes());
        self.bytes.extend_from_slice(candidates.as_bytes());
        offset
    }
}

/// The records and the value offsets of all symbols.
fn compile_characters(
    alphabet: &Alphabet,
    entries: &BTreeMap<String, FlatEntry>,
    values: &mut Values,
) -> (Vec<u32>, Vec<u32>) {
    let mut records = vec![0];
    let mut characters = vec![0];
    for &character in &alphabet.symbols {
        let mut buffer = [0; 4];
        let source: &str = character.encode_utf8(&mut buffer);
        let entry = entries.get(source);
        characters.push(entry.map_or(0, |entry| values.add(entry)));
        let replacement = entry.map_or(source, |entry| &entry.candidates[0]);
        records.push(match (source.as_bytes(), replacement.as_bytes()) {
            (&[_, _, _], &[a, b, c]) if !description::is_operator(character) => {
                u32::from_le_bytes([a, b, c, 0])
            }
            _ => SPECIAL,
        });
    }
    (records, characters)
}

struct Phrases {
    filter_bits: u32,
    bucket_bits: u32,
    filter: Vec<u8>,
    buckets: Vec<u32>,
    elements: Vec<u16>,
}

fn compile_phrases(
    alphabet: &Alphabet,
    entries: &BTreeMap<String, FlatEntry>,
    values: &mut Values,
) -> Phrases {
    let phrases: Vec<(Vec<u16>, &str, &FlatEntry)> = entries
        .iter()
        .map(|(key, entry)| {
            (key.chars().map(|c| alphabet.symbol(c)).collect(), key.as_str(), entry)
        })
        .filter(|(symbols, ..): &(Vec<u16>, _, _)| symbols.len() >= 2)
        .collect();
    let pairs: BTreeSet<(u16, u16)> = phrases.iter().map(|(s, ..)| (s[0], s[1])).collect();
    // At least a byte of filter and two buckets, so that no shift is by 32.
    let filter_bits = (pairs.len() * FILTER_BITS_PER_PAIR).max(8).next_power_of_two().ilog2();
    let bucket_bits = pairs.len().max(2).ilog2();

    let mut filter = vec![0_u8; 1 << (filter_bits - 3)];
    for &(first, second) in &pairs {
        let bit = hash(first, second) >> (32 - filter_bits);
        filter[bit as usize / 8] |= 1 << (bit % 8);
    }

    let mut buckets: Vec<Vec<&(Vec<u16>, &str, &FlatEntry)>> = vec![Vec::new(); 1 << bucket_bits];
    for phrase in &phrases {
        buckets[(hash(phrase.0[0], phrase.0[1]) >> (32 - bucket_bits)) as usize].push(phrase);
    }
    let mut starts = vec![0];
    let mut elements = Vec::new();
    for bucket in &mut buckets {
        bucket.sort_by_key(|(symbols, key, _)| (core::cmp::Reverse(symbols.len()), *key));
        for (symbols, key, entry) in bucket {
            let length = u16::try_from(symbols.len()).expect("`check` refuses longer keys");
            let dictionary = u16::try_from(entry.dictionary).expect("at most 128 dictionaries");
            let by_character = entry.candidates[..] == [convert_by_character(key, entries)];
            let flag = if by_character { BY_CHARACTER } else { 0 };
            elements.push(length | dictionary << 8 | flag);
            elements.extend_from_slice(symbols);
            if !by_character {
                let [a, b, c, d] = values.add(entry).to_le_bytes();
                elements.extend([u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])]);
            }
        }
        starts.push(fit(elements.len()));
    }
    Phrases { filter_bits, bucket_bits, filter, buckets: starts, elements }
}

fn convert_by_character(key: &str, entries: &BTreeMap<String, FlatEntry>) -> String {
    let mut converted = String::new();
    let mut buffer = [0; 4];
    for character in key.chars() {
        let source: &str = character.encode_utf8(&mut buffer);
        converted.push_str(entries.get(source).map_or(source, |entry| &entry.candidates[0]));
    }
    converted
}

/// The first two bytes of all keys, as one range of second bytes per lead byte.
fn compile_prefixes<'k>(keys: impl Iterator<Item = &'k str>) -> Vec<u8> {
    let mut ranges: BTreeMap<u8, (u8, u8)> = BTreeMap::new();
    for key in keys {
        // A key of one byte may stand before any byte.
        let (low, high) = key.as_bytes().get(1).map_or((0, u8::MAX), |&second| (second, second));
        let range = ranges.entry(key.as_bytes()[0]).or_insert((low, high));
        *range = (range.0.min(low), range.1.max(high));
    }
    if ranges.len() > MAXIMUM_PREFIXES {
        return Vec::new();
    }
    ranges.into_iter().flat_map(|(lead, (low, high))| [lead, low, high, 0]).collect()
}

fn leading_ascii<'k>(keys: impl Iterator<Item = &'k str>) -> u32 {
    let leading = |key: &str| match key.find(|character: char| !character.is_ascii()) {
        Some(offset) => fit(offset),
        None => u32::MAX,
    };
    keys.map(leading).max().unwrap_or(0)
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
    /// The group has more than 128 dictionaries.
    TooManyDictionaries,
    /// The keys have more than 65,535 different code points.
    TooManyCodePoints,
    /// This key has more than 255 code points.
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
            CompileError::TooManyCodePoints => {
                formatter.write_str("the keys have more than 65,535 different code points")
            }
            CompileError::KeyTooLong(key) => {
                write!(formatter, "the key {key:?} has more than {MAXIMUM_KEY} code points")
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
