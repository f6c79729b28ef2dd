//! Compiles a group of dictionaries to the bytes that `format` describes.
//!
//! The same function compiles the embedded dictionaries and those of users.
//! Its output depends on nothing but its arguments: equal tables give equal
//! bytes on every machine.
//!
//! This module knows the form and how to fill it. It knows nothing of files,
//! of configurations, or of how the bytes are searched.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::flat::{Flat, FlatItem};
use super::format::{
    ALONE, BUCKETS_PER_BASE, BY_CHARACTER, DICTIONARY_SHIFT, MAGIC, MAXIMUM_CANDIDATES,
    MAXIMUM_DICTIONARIES, MAXIMUM_KEY, MAXIMUM_PREFIXES, NO_SECOND, OTHER_LENGTHS, SECTIONS,
    VERSION, bucket, first_number, second_bit,
};
use super::group::Group;
use super::table::Table;
use crate::text::in_order;

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
    let find =
        |name: &str| table(name).ok_or_else(|| CompileError::UnknownDictionary(name.to_owned()));
    let names = group.names();
    for name in &names {
        check_table(find(name)?)?;
    }
    compile_flat(&names, &Flat::of_group(group, &find)?)
}

/// Compiles a list of entries, whose dictionaries have these names.
pub(crate) fn compile_flat(names: &[&str], entries: &Flat<'_>) -> Result<Vec<u8>, CompileError> {
    check_all(names, entries.items())?;
    let longest_key = entries.keys().map(<[char]>::len).max().unwrap_or(0);
    let buckets = compile_buckets(entries)?;
    let prefixes = compile_prefixes(BTreeMap::new(), entries);
    Ok(laid_out(names, longest_key, prefixes, compile_firsts(entries), buckets))
}

/// The compiled bytes of these sections.
pub(super) fn laid_out(
    names: &[&str],
    longest_key: usize,
    prefixes: Vec<u8>,
    firsts: Vec<u16>,
    buckets: Buckets,
) -> Vec<u8> {
    let names: String = names.iter().flat_map(|name| [name, "\n"]).collect();
    let scalars = [VERSION, buckets.bits, fit(longest_key)];
    let sections: [Vec<u8>; SECTIONS] = [
        names.into_bytes(),
        prefixes,
        bytes_of(firsts, u16::to_le_bytes),
        bytes_of(buckets.bases, u32::to_le_bytes),
        bytes_of(buckets.starts, u16::to_le_bytes),
        bytes_of(buckets.elements, u16::to_le_bytes),
        buckets.values.bytes,
    ];
    let lengths = sections.iter().map(|section| fit(section.len()));
    let header: Vec<u32> = scalars.into_iter().chain(lengths).collect();
    let mut bytes = MAGIC.to_vec();
    bytes.extend(bytes_of(header, u32::to_le_bytes));
    sections.iter().for_each(|section| bytes.extend_from_slice(section));
    bytes
}

/// Refuses what the form cannot hold.
pub(super) fn check_all(names: &[&str], items: &[FlatItem<'_>]) -> Result<(), CompileError> {
    if names.len() > MAXIMUM_DICTIONARIES {
        return Err(CompileError::TooManyDictionaries);
    }
    if let Some(name) = names.iter().find(|name| name.contains(char::is_control)) {
        return Err(CompileError::ControlInName((*name).to_owned()));
    }
    items.iter().try_for_each(check)
}

/// Refuses candidates that contain a tab, which stands between candidates.
pub(crate) fn check_table(table: &Table) -> Result<(), CompileError> {
    let has_tab = |candidate: &String| candidate.contains('\t');
    match table.entries().iter().find(|entry| entry.candidates().iter().any(has_tab)) {
        Some(entry) => Err(CompileError::TabInCandidate(entry.key().to_owned())),
        None => Ok(()),
    }
}

fn check(item: &FlatItem<'_>) -> Result<(), CompileError> {
    let key = item.key;
    // A key has no more code units than bytes.
    if key.len() > MAXIMUM_KEY && key.encode_utf16().count() > MAXIMUM_KEY {
        Err(CompileError::KeyTooLong(key.to_owned()))
    } else if item.candidates().len() + 1 > MAXIMUM_CANDIDATES {
        Err(CompileError::CandidatesTooLong(key.to_owned()))
    } else {
        Ok(())
    }
}

/// The values of entries, one behind the other.
struct Values {
    bytes: Vec<u8>,
    /// The upper half of the hash of each value and its offset, in a hash table with open
    /// addressing: none of them is at the offset [`FREE`].
    slots: Vec<(u32, u32)>,
}

/// No offset of a value.
const FREE: u32 = u32::MAX;

impl Values {
    /// These values, and room for so many more.
    fn behind(bytes: Vec<u8>, count: usize) -> Values {
        let slots = vec![(0, FREE); (2 * count).next_power_of_two().max(2)];
        Values { bytes, slots }
    }

    /// The offset of the value of an entry with these candidates.
    fn add(&mut self, item: &FlatItem<'_>) -> u32 {
        let candidates = item.candidates();
        let first = item.replacement().len();
        let offset = self.bytes.len();
        for length in [first, candidates.len() - first] {
            let [high, low] = u16::try_from(length).expect("`check` refuses more").to_be_bytes();
            match (high, low) {
                (0, 0..0x80) => self.bytes.push(low),
                _ => self.bytes.extend([high | 0x80, low]),
            }
        }
        self.bytes.extend_from_slice(candidates.as_bytes());

        let (before, value) = self.bytes.split_at(offset);
        let (hash, last) = (hash_of(candidates), self.slots.len() - 1);
        let upper = (hash >> 32) as u32;
        let mut slot = hash as usize & last;
        while self.slots[slot].1 != FREE {
            let (known, at) = self.slots[slot];
            if known == upper && before[at as usize..].starts_with(value) {
                self.bytes.truncate(offset);
                return at;
            }
            slot = (slot + 1) & last;
        }
        self.slots[slot] = (upper, fit(offset));
        fit(offset)
    }
}

/// A hash of a text, of whose bits the lower ones are used.
fn hash_of(text: &str) -> u64 {
    let hash = text.bytes().fold(0_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23)
    });
    hash ^ hash >> 32
}

/// Entries by the hash of how they begin, while buckets are filled one after the other.
pub(super) struct Buckets {
    bits: u32,
    bases: Vec<u32>,
    starts: Vec<u16>,
    elements: Vec<u16>,
    values: Values,
}

impl Buckets {
    /// No buckets yet, of two to the power of `bits`, for so many new entries. These values
    /// there are already.
    pub(super) fn new(bits: u32, entries: usize, values: Vec<u8>) -> Buckets {
        Buckets {
            bits,
            bases: Vec::new(),
            starts: Vec::with_capacity((1 << bits) + 1),
            elements: Vec::with_capacity(8 * entries),
            values: Values::behind(values, entries),
        }
    }

    /// Begins all buckets up to this one, or says where the last one ends.
    pub(super) fn begin(&mut self, number: usize) -> Result<(), CompileError> {
        while self.starts.len() <= number {
            if self.starts.len().is_multiple_of(BUCKETS_PER_BASE) {
                self.bases.push(fit(self.elements.len()));
            }
            let base = self.bases[self.starts.len() / BUCKETS_PER_BASE] as usize;
            let behind = u16::try_from(self.elements.len() - base);
            self.starts.push(behind.map_err(|_| CompileError::TooCrowded)?);
        }
        Ok(())
    }

    /// Ends the last bucket.
    pub(super) fn end(&mut self) -> Result<(), CompileError> {
        self.begin(1 << self.bits)
    }

    /// Adds an entry to the bucket that was begun last.
    pub(super) fn push(&mut self, item: &FlatItem<'_>, key: &[char], is_effective: bool) {
        let head = self.elements.len();
        self.elements.push(0);
        let mut has_others = false;
        for character in key {
            has_others |= character.len_utf8() != 3;
            self.elements.extend_from_slice(character.encode_utf16(&mut [0; 2]));
        }
        let length = u16::try_from(self.elements.len() - head - 1).expect("`check` refuses more");
        let dictionary = u16::try_from(item.dictionary).expect("at most 62 dictionaries");
        let by_character = key.len() > 1 && !is_effective && !item.has_several();
        let mut flag = if by_character { BY_CHARACTER } else { 0 };
        if has_others {
            flag |= OTHER_LENGTHS;
        }
        self.elements[head] = length | dictionary << DICTIONARY_SHIFT | flag;
        if !by_character {
            let [a, b, c, d] = self.values.add(item).to_le_bytes();
            self.elements.extend([u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])]);
        }
    }

    /// Adds an entry that is compiled and whose value is among those that there were, with
    /// so much more as the number of its dictionary.
    pub(super) fn push_compiled(&mut self, elements: &[[u8; 2]], more: usize) {
        let head = self.elements.len();
        self.elements.extend(elements.iter().copied().map(u16::from_le_bytes));
        self.elements[head] += (more as u16) << DICTIONARY_SHIFT;
    }
}

fn compile_buckets(entries: &Flat<'_>) -> Result<Buckets, CompileError> {
    let items = entries.items();
    // Keys are in code point order, so those that begin in the same way stand together,
    // but for single characters, which stand before those that go on.
    let mut distinct = 0;
    let mut before = None;
    for key in entries.keys() {
        distinct += usize::from(before.replace(beginning(key)) != Some(beginning(key)));
    }
    let bits = distinct.max(2).ilog2();
    let numbered = entries.keys().zip(0..);
    let order = numbered.map(|(key, number)| place(beginning(key), key.len(), bits, number));
    let mut buckets = Buckets::new(bits, items.len(), Vec::new());
    let effective = entries.effective();
    for place in in_order(order.collect()) {
        buckets.begin(bucket_of(place))?;
        let number = number_of(place);
        buckets.push(&items[number], entries.key(number), effective[number]);
    }
    buckets.end()?;
    Ok(buckets)
}

/// The first two code points of a key.
pub(super) fn beginning(key: &[char]) -> (u32, u32) {
    let code_point = |at| key.get(at).map_or(NO_SECOND, |&character| u32::from(character));
    (code_point(0), code_point(1))
}

/// The bucket of an entry whose key begins so and has this length, then the length, the
/// longest first, then the number of the entry: as one number.
pub(super) fn place(
    (first, second): (u32, u32),
    length: usize,
    bucket_bits: u32,
    number: u32,
) -> u64 {
    let length = (MAXIMUM_KEY - length) as u64;
    (bucket(first, second, bucket_bits) as u64) << 40 | length << 32 | u64::from(number)
}

/// The bucket of a place.
pub(super) fn bucket_of(place: u64) -> usize {
    (place >> 40) as usize
}

/// The number of the entry at a place.
pub(super) fn number_of(place: u64) -> usize {
    place as u32 as usize
}

/// What the keys with each first code point are like.
fn compile_firsts(entries: &Flat<'_>) -> Vec<u16> {
    let mut firsts = vec![0; firsts_of(entries)];
    entries.keys().for_each(|key| note_first(&mut firsts, beginning(key)));
    firsts
}

/// How many firsts there are to be for entries: twice as many, so that few of them share
/// one with another.
pub(super) fn firsts_of(entries: &Flat<'_>) -> usize {
    let mut distinct: Vec<char> = entries.keys().filter_map(|key| key.first().copied()).collect();
    distinct.dedup();
    (2 * distinct.len()).next_power_of_two().max(1)
}

/// Notes how a key begins.
pub(super) fn note_first(firsts: &mut [u16], (first, second): (u32, u32)) {
    let bit = if second == NO_SECOND { ALONE } else { second_bit(second) };
    firsts[first_number(first, firsts.len())] |= bit;
}

/// The first two bytes of all keys, as one range of second bytes per lead byte, which begin
/// with these.
pub(super) fn compile_prefixes(mut ranges: BTreeMap<u8, (u8, u8)>, entries: &Flat<'_>) -> Vec<u8> {
    for item in entries.items() {
        let &[lead, second, ..] = item.key.as_bytes() else {
            return Vec::new();
        };
        let range = ranges.entry(lead).or_insert((second, second));
        *range = (range.0.min(second), range.1.max(second));
        if ranges.len() > MAXIMUM_PREFIXES {
            return Vec::new();
        }
    }
    ranges.into_iter().flat_map(|(lead, (low, high))| [lead, low, high, 0]).collect()
}

/// Elements one behind the other, each as `to_bytes` lays it out.
pub(crate) fn bytes_of<E, const N: usize>(
    elements: impl IntoIterator<Item = E>,
    to_bytes: impl Fn(E) -> [u8; N],
) -> Vec<u8> {
    let elements = elements.into_iter();
    let mut bytes = Vec::with_capacity(N * elements.size_hint().0);
    elements.for_each(|element| bytes.extend_from_slice(&to_bytes(element)));
    bytes
}

/// A length or an offset, as compiled bytes have it.
pub(crate) fn fit(length: usize) -> u32 {
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
    /// What replaces this key has an ideographic description character (U+2FF0 to U+2FFF,
    /// U+31EF). A sequence that begins there could reach any text behind, which is known
    /// only where such characters stand in the source.
    DescriptionInReplacement(String),
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
            CompileError::DescriptionInReplacement(key) => write!(
                formatter,
                "what replaces {key:?} has an ideographic description character, which may stand \
                 in keys alone"
            ),
            CompileError::TabInCandidate(key) => {
                write!(formatter, "a candidate of {key:?} contains a tab")
            }
        }
    }
}

impl core::error::Error for CompileError {}
