//! Reads OpenCC's compiled dictionaries (`.ocd2`), whole and once.
//!
//! Behind [`MAGIC`] stand the keys as a marisa trie and then their values. The trie is a
//! LOUDS tree: bits tell how many children each node has, in breadth-first order. A node
//! adds one byte to the key, or a **link**: to a string in the tail, or to a node of another
//! trie of the same form, whose way up to its root spells the string. (Susumu Yata's
//! marisa-trie describes it; `deps/marisa-0.3.1` of OpenCC is what these files are written
//! with.)
//!
//! Nothing is looked up here: all keys are listed once, and the tables that only searches
//! need are compared with what they must be. So every byte counts: it is a part of an entry
//! or it is checked. What cannot be told is a byte of an entry that was changed into
//! another that makes sense. Work is bounded by a multiple of the file's length, and
//! memory by that and by what the entries have ([`Budget`]).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::dictionary::{ParseTableErrorKind, Table};

/// First bytes of the file.
const MAGIC: &[u8] = b"OPENCC_MARISA_0.2.5";
/// First bytes of the trie.
const TRIE_MAGIC: &[u8] = b"We love Marisa.\0";
/// The most tries that may follow one another.
const MOST_TRIES: usize = 127;
/// The longest key, in bytes: longer than any that a stage can have.
const LONGEST_KEY: usize = 4 * 255;
/// Steps of work for each byte of the file.
const STEPS_PER_BYTE: usize = 64;
/// In the cache of a trie: nothing.
const NOTHING: u32 = u32::MAX;
/// In the cache of a trie, where there is nothing: the smallest normal number, as a
/// `float`, which no weight was larger than.
const NO_WEIGHT: u32 = 0x0080_0000;
/// In the cache of a trie: no link.
const NO_EXTRA: u32 = u32::MAX >> 8;

/// A compiled dictionary that could not be read: at which byte, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseOcd2Error {
    offset: usize,
    reason: &'static str,
}

impl ParseOcd2Error {
    /// Where reading stopped, in bytes from the beginning of the file.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for ParseOcd2Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "byte {}: {}", self.offset, self.reason)
    }
}

impl core::error::Error for ParseOcd2Error {}

/// Reads a compiled dictionary, whose entries have at most `most_bytes`.
pub(crate) fn parse(bytes: &[u8], most_bytes: usize) -> Result<Table, ParseOcd2Error> {
    let mut reader = Reader { bytes, offset: 0 };
    reader.expect(MAGIC, "not an OpenCC dictionary of the form ocd2")?;
    reader.expect(TRIE_MAGIC, "the keys are not a marisa trie")?;
    let trie = Trie::read(&mut reader, MOST_TRIES)?;
    let end_of_trie = reader.offset;
    let steps = STEPS_PER_BYTE.saturating_mul(bytes.len());
    let mut budget = Budget { steps, bytes: most_bytes, offset: end_of_trie };
    let mut keys = vec![String::new(); trie.terminals.ones];
    trie.for_each_key(&mut budget, &mut |number, key| {
        let key = core::str::from_utf8(key).map_err(|_| "a key is not UTF-8")?;
        keys[number] = key.to_owned();
        Ok(())
    })?;
    let entries = read_values(&mut reader, keys)?;
    if reader.offset < bytes.len() {
        return Err(reader.error("bytes follow the values"));
    }
    Table::from_entries(entries).map_err(|error| ParseOcd2Error {
        offset: end_of_trie,
        reason: match error.kind() {
            ParseTableErrorKind::EmptyKey => "a key is empty",
            ParseTableErrorKind::EmptyCandidate => "a value is empty",
            ParseTableErrorKind::Duplicate => "a key stands twice",
            _ => "an entry is malformed",
        },
    })
}

/// Reads the values of keys, which stand in their order.
fn read_values(
    reader: &mut Reader<'_>,
    keys: Vec<String>,
) -> Result<Vec<(String, Vec<String>)>, ParseOcd2Error> {
    if reader.u32()? as usize != keys.len() {
        return Err(reader.error("there are not as many values as keys"));
    }
    let length = reader.u32()? as usize;
    let mut texts = reader.take(length)?;
    let mut entries = Vec::with_capacity(keys.len());
    for key in keys {
        let count = u16::from_le_bytes(reader.array()?);
        if count == 0 {
            return Err(reader.error("a key has no value"));
        }
        let mut values = Vec::new();
        for _ in 0..count {
            let length = usize::from(u16::from_le_bytes(reader.array()?));
            let (value, behind) = texts
                .split_at_checked(length)
                .ok_or_else(|| reader.error("a value is longer than all values"))?;
            texts = behind;
            let value = match value {
                [value @ .., 0] if !value.contains(&0) => core::str::from_utf8(value).ok(),
                _ => None,
            };
            let value = value.ok_or_else(|| reader.error("a value is not UTF-8 up to a NUL"))?;
            values.push(value.to_owned());
        }
        entries.push((key, values));
    }
    match texts.is_empty() {
        true => Ok(entries),
        false => Err(reader.error("some values belong to no key")),
    }
}

/// What reading may take.
struct Budget {
    /// Steps from node to node, and bytes of strings.
    steps: usize,
    /// Bytes of keys.
    bytes: usize,
    /// The place to be named when it is spent.
    offset: usize,
}

impl Budget {
    fn step(&mut self) -> Result<(), ParseOcd2Error> {
        self.steps =
            self.steps.checked_sub(1).ok_or_else(|| self.error("its links go in circles"))?;
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> Result<(), ParseOcd2Error> {
        let rest = self.bytes.checked_sub(bytes);
        self.bytes = rest.ok_or_else(|| self.error("it has more entries than are allowed"))?;
        Ok(())
    }

    fn error(&self, reason: &'static str) -> ParseOcd2Error {
        ParseOcd2Error { offset: self.offset, reason }
    }
}

/// A trie, and the one that its links lead to.
struct Trie<'b> {
    terminals: Bits<'b>,
    links: Bits<'b>,
    bases: &'b [u8],
    extras: Packed<'b>,
    tail: Tail<'b>,
    next: Option<alloc::boxed::Box<Trie<'b>>>,
    /// The parent of each node; of the root, itself.
    parents: Vec<u32>,
    /// The children of each node: the first, and behind the last.
    children: Vec<(u32, u32)>,
}

/// Takes a key and its number, or says what is wrong with them.
type Take<'t> = dyn FnMut(usize, &[u8]) -> Result<(), &'static str> + 't;

impl<'b> Trie<'b> {
    /// Reads a trie which no more than `depth` may follow.
    fn read(reader: &mut Reader<'b>, depth: usize) -> Result<Trie<'b>, ParseOcd2Error> {
        if depth == 0 {
            return Err(reader.error("too many tries follow one another"));
        }
        let shape = Bits::read(reader)?;
        let terminals = Bits::read(reader)?;
        let links = Bits::read(reader)?;
        let bases = reader.vector(1)?;
        let extras = Packed::read(reader)?;
        let tail = Tail::read(reader)?;
        let (parents, children) =
            family(&shape).ok_or_else(|| reader.error("the shape of the trie is no tree"))?;
        let nodes = parents.len();
        let is_first = depth == MOST_TRIES;
        if bases.len() != nodes || links.length != nodes || extras.length != links.ones {
            return Err(reader.error("the tables of the trie have different lengths"));
        }
        // Behind the last node stands one more, which ends no key.
        let expected = if is_first { nodes + 1 } else { 0 };
        if terminals.length != expected || terminals.get(nodes) {
            return Err(reader.error("the ends of keys are not those of the trie's nodes"));
        }
        let next = match links.ones > 0 && tail.texts.is_empty() {
            true => Some(alloc::boxed::Box::new(Trie::read(reader, depth - 1)?)),
            false => None,
        };
        let trie = Trie { terminals, links, bases, extras, tail, next, parents, children };
        trie.check_rest(reader)?;
        Ok(trie)
    }

    /// Checks what only searches need: the cache, how many children the root has, and the
    /// options with which the trie was made.
    fn check_rest(&self, reader: &mut Reader<'b>) -> Result<(), ParseOcd2Error> {
        let cache = reader.vector(12)?;
        let (fields, _) = cache.as_chunks::<4>();
        for [parent, child, link] in fields.as_chunks().0 {
            let [parent, child, link] = [parent, child, link].map(|it| u32::from_le_bytes(*it));
            if (parent, child, link) == (NOTHING, NOTHING, NO_WEIGHT) {
                continue;
            }
            let node = child as usize;
            let is_right = self.parents.get(node) == Some(&parent) && node > 0 && {
                let extra = match self.links.get(node) {
                    true => self.extras.get(self.links.rank(node)),
                    false => NO_EXTRA,
                };
                link == u32::from(self.bases[node]) | extra << 8
            };
            if !is_right {
                return Err(reader.error("the cache of the trie contradicts it"));
            }
        }
        let (first, behind) = self.children[0];
        if reader.u32()? != behind - first {
            return Err(reader.error("the root has another number of children"));
        }
        let options = reader.u32()?;
        let [tries, level, tail, order] =
            [0x7F, 0xF80, 0xF000, 0xF_0000].map(|mask| options & mask);
        let is_one = |bits: u32| bits == 0 || bits.is_power_of_two();
        if tries == 0
            || !is_one(level)
            || tail > 0x2000
            || !matches!(order, 0 | 0x1_0000 | 0x2_0000)
            || options >> 20 != 0
        {
            return Err(reader.error("the options of the trie are unknown"));
        }
        Ok(())
    }

    /// Calls `take` with each key and its number.
    fn for_each_key(&self, budget: &mut Budget, take: &mut Take<'_>) -> Result<(), ParseOcd2Error> {
        let mut key = Vec::new();
        // Nodes to go to, and how long the key is before each.
        let mut open = vec![(0_u32, 0)];
        while let Some((node, length)) = open.pop() {
            let node = node as usize;
            key.truncate(length);
            budget.step()?;
            if node > 0 {
                self.spell(node, &mut key, budget)?;
            }
            if self.terminals.get(node) {
                budget.take(key.len())?;
                take(self.terminals.rank(node), &key).map_err(|reason| budget.error(reason))?;
            }
            let (first, behind) = self.children[node];
            open.extend((first..behind).map(|child| (child, key.len())));
        }
        Ok(())
    }

    /// Appends what a node adds to a key.
    fn spell(
        &self,
        node: usize,
        key: &mut Vec<u8>,
        budget: &mut Budget,
    ) -> Result<(), ParseOcd2Error> {
        if key.len() >= LONGEST_KEY {
            return Err(budget.error("a key is too long"));
        }
        if !self.links.get(node) {
            key.push(self.bases[node]);
            return Ok(());
        }
        let extra = self.extras.get(self.links.rank(node)) as usize;
        let link = usize::from(self.bases[node]) | extra << 8;
        match &self.next {
            None => self.tail.spell(link, key, budget),
            Some(next) => {
                let mut node = link;
                if node == 0 || node >= next.parents.len() {
                    return Err(budget.error("a link leads to no node"));
                }
                while node != 0 {
                    budget.step()?;
                    next.spell(node, key, budget)?;
                    node = next.parents[node] as usize;
                }
                Ok(())
            }
        }
    }
}

/// The parent of each node, and the first of its children and the node behind the last.
type Family = (Vec<u32>, Vec<(u32, u32)>);

/// The parent of each node and its children, from the shape of a tree: a bit that is set
/// for each child and one that is not behind the last, of all nodes, breadth first. Before
/// them stands the root as if it were a child, and behind them a bit that is not set.
fn family(shape: &Bits<'_>) -> Option<Family> {
    let nodes = shape.ones;
    let length = 2 * nodes + 1;
    if shape.length != length + 1 || !shape.get(0) || shape.get(1) || shape.get(length) {
        return None;
    }
    let mut parents = vec![0; nodes];
    let mut children = Vec::with_capacity(nodes);
    let (mut first, mut behind) = (1, 1);
    for position in 2..length {
        if shape.get(position) {
            // A child stands behind its parent.
            let parent = u32::try_from(children.len()).ok()?;
            *parents.get_mut(behind as usize)? = parent;
            behind += 1;
        } else {
            children.push((first, behind));
            first = behind;
        }
    }
    let is_tree = children.len() == nodes && behind as usize == nodes;
    let is_ordered = parents.iter().zip(0..).skip(1).all(|(parent, node): (_, u32)| *parent < node);
    (is_tree && is_ordered).then_some((parents, children))
}

/// Bits, and how many of them are set before each.
struct Bits<'b> {
    words: &'b [[u8; 8]],
    length: usize,
    ones: usize,
    /// How many are set before each word.
    before: Vec<u32>,
}

impl<'b> Bits<'b> {
    fn read(reader: &mut Reader<'b>) -> Result<Bits<'b>, ParseOcd2Error> {
        let (words, _) = reader.vector(8)?.as_chunks();
        let length = reader.u32()? as usize;
        let ones = reader.u32()? as usize;
        let mut before = Vec::with_capacity(words.len() + 1);
        let mut counted = 0;
        for word in words {
            before.push(counted);
            counted += u64::from_le_bytes(*word).count_ones();
        }
        before.push(counted);
        let bits = Bits { words, length, ones, before };
        let beyond = words.last().map_or(0, |last| match length % 64 {
            0 => 0,
            rest => u64::from_le_bytes(*last) >> rest,
        });
        if words.len() != length.div_ceil(64) || counted as usize != ones || beyond != 0 {
            return Err(reader.error("a list of bits has another length or number than it says"));
        }
        let ranks = reader.vector(12)?;
        let (fields, _) = ranks.as_chunks::<4>();
        if !bits.has_ranks(fields.as_chunks().0) {
            return Err(reader.error("the ranks of a list of bits are wrong"));
        }
        for is_set in [false, true] {
            let (places, _) = reader.vector(4)?.as_chunks();
            if !bits.has_places(is_set, places) {
                return Err(reader.error("the index of a list of bits is wrong"));
            }
        }
        Ok(bits)
    }

    fn get(&self, position: usize) -> bool {
        let word = self.words.get(position / 64).map_or(0, |word| u64::from_le_bytes(*word));
        word >> (position % 64) & 1 == 1
    }

    /// How many bits before `position`, which is one of the bits, are set.
    fn rank(&self, position: usize) -> usize {
        let word = self.words.get(position / 64).map_or(0, |word| u64::from_le_bytes(*word));
        let within = word & ((1 << (position % 64)) - 1);
        (self.before[position / 64] + within.count_ones()) as usize
    }

    /// Whether these are the ranks: of each 512 bits how many are set before, and before
    /// each of their words but the first.
    fn has_ranks(&self, ranks: &[[[u8; 4]; 3]]) -> bool {
        if ranks.is_empty() {
            return self.length == 0;
        }
        let before = |word: usize| self.before[word.min(self.words.len())];
        ranks.len() == self.length.div_ceil(512) + 1
            && ranks.iter().enumerate().all(|(number, rank)| {
                let [all, low, high] = rank.map(u32::from_le_bytes);
                let within = |word: usize| before(8 * number + word) - before(8 * number);
                let expected_low = within(1) | within(2) << 7 | within(3) << 15 | within(4) << 23;
                let expected_high = within(5) | within(6) << 9 | within(7) << 18;
                all == before(8 * number) && low == expected_low && high == expected_high
            })
    }

    /// Whether these are the places of each 512th bit that is set, or is not, with the
    /// length behind them; or none are told.
    fn has_places(&self, is_set: bool, places: &[[u8; 4]]) -> bool {
        if places.is_empty() {
            return true;
        }
        let bits = (0..self.length).filter(|&position| self.get(position) == is_set);
        let expected = bits.step_by(512).chain([self.length]);
        expected.eq(places.iter().map(|place| u32::from_le_bytes(*place) as usize))
    }
}

/// Numbers of so many bits each.
struct Packed<'b> {
    words: &'b [[u8; 8]],
    width: usize,
    length: usize,
}

impl<'b> Packed<'b> {
    fn read(reader: &mut Reader<'b>) -> Result<Packed<'b>, ParseOcd2Error> {
        let (words, _) = reader.vector(8)?.as_chunks();
        let width = reader.u32()? as usize;
        let mask = reader.u32()?;
        let length = u64::from_le_bytes(reader.array()?);
        let wrong = "a list of numbers has another length or width than it says";
        let length = usize::try_from(length).map_err(|_| reader.error(wrong))?;
        let bits = width.checked_mul(length).ok_or_else(|| reader.error(wrong))?;
        let fits = words.len() == bits.div_ceil(64) || (bits == 0 && words.len() <= 1);
        if width > 32 || u64::from(mask) != (1 << width) - 1 || !fits {
            return Err(reader.error(wrong));
        }
        let beyond = words.last().map_or(0, |last| match bits % 64 {
            0 if bits > 0 => 0,
            rest => u64::from_le_bytes(*last) >> rest,
        });
        match beyond {
            0 => Ok(Packed { words, width, length }),
            _ => Err(reader.error(wrong)),
        }
    }

    fn get(&self, number: usize) -> u32 {
        let position = number * self.width;
        let word = |at: usize| self.words.get(at).map_or(0, |word| u64::from_le_bytes(*word));
        let two = u128::from(word(position / 64)) | u128::from(word(position / 64 + 1)) << 64;
        ((two >> (position % 64)) as u64 & ((1 << self.width) - 1)) as u32
    }
}

/// Strings, each to a NUL or, where there are bits, to a byte whose bit is set.
struct Tail<'b> {
    texts: &'b [u8],
    ends: Bits<'b>,
}

impl<'b> Tail<'b> {
    fn read(reader: &mut Reader<'b>) -> Result<Tail<'b>, ParseOcd2Error> {
        let texts = reader.vector(1)?;
        let ends = Bits::read(reader)?;
        match ends.length == 0 || ends.length == texts.len() {
            true => Ok(Tail { texts, ends }),
            false => Err(reader.error("the tail has more or less ends than bytes")),
        }
    }

    fn spell(
        &self,
        start: usize,
        key: &mut Vec<u8>,
        budget: &mut Budget,
    ) -> Result<(), ParseOcd2Error> {
        for at in start.. {
            budget.step()?;
            let byte = self.texts.get(at).ok_or_else(|| budget.error("a link leads nowhere"))?;
            if self.ends.length == 0 && *byte == 0 {
                break;
            }
            if key.len() >= LONGEST_KEY {
                return Err(budget.error("a key is too long"));
            }
            key.push(*byte);
            if self.ends.get(at) {
                break;
            }
        }
        Ok(())
    }
}

/// Bytes that are read from the front.
struct Reader<'b> {
    bytes: &'b [u8],
    offset: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], ParseOcd2Error> {
        let end = self.offset.checked_add(length);
        let taken = end.and_then(|end| self.bytes.get(Range { start: self.offset, end }));
        let taken = taken.ok_or_else(|| self.error("the file ends too early"))?;
        self.offset += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ParseOcd2Error> {
        let taken = self.take(N)?;
        Ok(*taken.first_chunk().expect("as many as were asked for"))
    }

    fn u32(&mut self) -> Result<u32, ParseOcd2Error> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn expect(&mut self, expected: &[u8], otherwise: &'static str) -> Result<(), ParseOcd2Error> {
        match self.bytes[self.offset..].starts_with(expected) {
            true => {
                self.offset += expected.len();
                Ok(())
            }
            false => Err(self.error(otherwise)),
        }
    }

    /// Elements of so many bytes, their length in bytes before them and zeros behind up to a
    /// multiple of eight.
    fn vector(&mut self, width: usize) -> Result<&'b [u8], ParseOcd2Error> {
        let length = u64::from_le_bytes(self.array()?);
        let length = usize::try_from(length).ok().filter(|length| length % width == 0);
        let length = length.ok_or_else(|| self.error("a list has a length that cannot be"))?;
        let elements = self.take(length)?;
        let padding = self.take((8 - length % 8) % 8)?;
        match padding.iter().all(|byte| *byte == 0) {
            true => Ok(elements),
            false => Err(self.error("what fills up to eight bytes is not zero")),
        }
    }

    fn error(&self, reason: &'static str) -> ParseOcd2Error {
        ParseOcd2Error { offset: self.offset, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by `opencc_dict -f text -t ocd2` of OpenCC 1.4.2.
    const NAMES: &[u8] = include_bytes!("../../tests/library/ocd2/names.ocd2");

    #[test]
    fn damaged_ocd2_is_refused_or_read_and_never_a_panic() {
        let entries = parse(NAMES, 1000).expect("it is as OpenCC wrote it").to_text("");
        assert_eq!(entries.lines().next(), Some("云吞\t雲呑\t雲吞"));
        for length in 0..NAMES.len() {
            assert!(parse(&NAMES[..length], 1000).is_err(), "{length}");
        }
        assert!(parse(&[NAMES, &[0]].concat(), 1000).is_err());
        assert!(parse(NAMES, entries.len() / 4).is_err());
        let mut damaged = NAMES.to_vec();
        let mut unnoticed = 0;
        for position in 0..NAMES.len() {
            for bit in 0..8 {
                damaged[position] ^= 1 << bit;
                unnoticed += usize::from(parse(&damaged, 1000).is_ok());
                damaged[position] ^= 1 << bit;
            }
        }
        // Bits of keys and values, of which others make sense as well.
        assert!(unnoticed < 8 * entries.len(), "{unnoticed} of {}", 8 * NAMES.len());
    }
}
