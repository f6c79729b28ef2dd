//! What the kernels for vectors of sixteen bytes have in common: they go from run to run
//! of characters of three bytes.
//!
//! A group is up to sixteen such characters that stand side by side: they have no
//! borders to look for, so a few instructions make units of all of them. What stands
//! between groups is copied, ASCII by the vector.
//!
//! A part of the block goes through three loops, as with more capable vectors: the
//! first one notes groups and units, the second one looks the units up, and is nothing
//! but loads and stores by scalar registers, the third one makes the changes. In a
//! single loop each group would wait for its entries to arrive where a vector can load
//! them. A group of fewer than sixteen goes the same way: its other lanes have some
//! code unit or other, for which there is an entry as well, and their changes are
//! masked.
//!
//! The units are noted one behind the other, with [`NONE`] wherever something else
//! stands between two characters. So the neighbours of a character are those of its
//! unit, and nothing else has to be noted of them.

use core::mem::MaybeUninit;

use super::{Block, Places};
use crate::composite::{Entries, SPECIAL, Telltales};
use crate::filter::Triples;
use crate::text::{NONE, code_unit};

#[cfg(test)]
pub(super) mod portable;

/// The most characters of a group.
pub(super) const LANES: usize = 16;
/// Bytes of so many characters, and so many more that a vector may begin with any four
/// characters of them.
pub(super) const BYTES: usize = 3 * LANES + 4;

/// Bytes that go through the three loops together.
const PART: usize = 1024;
/// The most groups of a part. One that is not full has three bytes or more, and then
/// something else stands behind it; what is beyond the entries has four bytes and is a
/// group too. So two of them have seven bytes, where such characters alternate.
const GROUPS: usize = 2 * PART.div_ceil(7);
/// The most units of a part, which are two for every four bytes where each character
/// stands alone, one more group that reaches over the end, and room for a vector more.
const UNITS: usize = PART / 2 + 3 * LANES;

/// What differs between processors.
///
/// A value is made only where the processor has the vectors. So the methods are safe
/// to call; they are all to be inlined where the processor's features are enabled.
///
/// # Safety
///
/// [`Vectors::note`] writes as many units as it says, and that is no more than
/// [`LANES`].
pub(super) unsafe trait Vectors: Copy {
    /// How many characters of three bytes these bytes begin with, up to [`LANES`]. Their
    /// code units are written to `units`, and maybe something behind them.
    fn note(self, bytes: &[u8; BYTES], units: &mut [MaybeUninit<u16>; LANES]) -> usize;

    /// Writes these bytes to `output`, with the first `length` characters, at least
    /// one, changed as their entries say, and maybe something behind the last lane.
    /// Gives a bit for each character that is suspicious. `entries` begin with that of
    /// the character before.
    fn apply(
        self,
        bytes: &[u8; BYTES],
        entries: &[u32; LANES + 1],
        length: usize,
        output: &mut [MaybeUninit<u8>; BYTES],
    ) -> u32;

    /// How many bytes of ASCII these begin with.
    fn ascii(self, bytes: &[u8; 16]) -> usize;
}

/// [`super::Kernel::convert`].
#[inline(always)]
pub(super) fn convert<V: Vectors>(
    vectors: V,
    block: &Block<'_>,
    output: &mut [MaybeUninit<u8>],
    places: &mut Places,
    set: Triples<'_>,
) -> usize {
    let mut notes = Notes::new(vectors, block);
    let mut offset = block.start;
    while offset < block.limit {
        offset = notes.split(block, offset, |bytes, at| {
            let to = &mut output[at - block.start..][..bytes.len()];
            for (to, byte) in to.iter_mut().zip(bytes) {
                to.write(*byte);
            }
        });
        notes.look_up(block.entries);
        notes.merge(block, output, places);
    }
    places.retain(set);
    offset
}

/// [`super::Kernel::unchanged`].
#[inline(always)]
pub(super) fn unchanged<V: Vectors>(
    vectors: V,
    block: &Block<'_>,
    telltales: Telltales<'_>,
) -> usize {
    let mut notes = Notes::new(vectors, block);
    let mut offset = block.start;
    while offset < block.limit {
        let start = offset;
        offset = notes.split(block, start, |_, _| ());
        let is_any_beyond = notes.groups().iter().any(|group| group.length == 0);
        let units = &notes.units[..notes.lengths.units + 2];
        // SAFETY: `split` and `Vectors::note` wrote so many, with one before and one behind.
        let first = unsafe {
            let place = |number| notes.place(number);
            block.first_telltale(start..offset, units, is_any_beyond, place, telltales)
        };
        if let Some(place) = first {
            return place;
        }
    }
    offset
}

/// What is noted of a part.
struct Notes<V> {
    vectors: V,
    /// The unit before the first one, all units, and the one behind the last one.
    units: [MaybeUninit<u16>; UNITS],
    /// The entries of these units, but for the last one.
    entries: [MaybeUninit<u32>; UNITS],
    groups: [MaybeUninit<Group>; GROUPS],
    lengths: Lengths,
}

/// How much is noted. It is handed on by itself, to be in registers.
#[derive(Clone, Copy)]
struct Lengths {
    /// Units, without the first and the last one.
    units: usize,
    groups: usize,
}

/// Characters that stand side by side.
#[derive(Clone, Copy)]
struct Group {
    /// Where the first one begins.
    offset: usize,
    /// The number of its unit.
    first: u16,
    /// How many there are of three bytes. With none of them, the group is a character
    /// beyond the entries, and its unit the one that parts others.
    length: u16,
}

impl<V: Vectors> Notes<V> {
    #[inline(always)]
    fn new(vectors: V, block: &Block<'_>) -> Notes<V> {
        let before = block.start.checked_sub(3);
        let before = before.map_or(NONE, |before| code_unit(block.text, before));
        let mut notes = Notes {
            vectors,
            units: [MaybeUninit::uninit(); UNITS],
            entries: [MaybeUninit::uninit(); UNITS],
            groups: [MaybeUninit::uninit(); GROUPS],
            lengths: Lengths { units: 0, groups: 0 },
        };
        notes.units[0].write(before);
        notes
    }

    /// Notes the groups of the next part, from `start` on, and gives the offset behind
    /// it. `copy` is given what stands between the groups, with its offset, and maybe
    /// something behind it.
    #[inline(always)]
    fn split(
        &mut self,
        block: &Block<'_>,
        start: usize,
        mut copy: impl FnMut(&[u8], usize),
    ) -> usize {
        // The last one of the part before precedes the first one of this.
        self.units[0] = self.units[self.lengths.units];
        let mut lengths = Lengths { units: 0, groups: 0 };
        let end = block.limit.min(start + PART);
        let mut offset = start;
        while offset < end {
            let length = self.note_units(block, offset, &lengths);
            let left = block.limit - offset;
            if length == LANES && left >= 3 * LANES {
                // Foretold most of the time: then the next load does not wait for the
                // length, which is a constant here.
                self.push_group(offset, LANES, &mut lengths);
                offset += 3 * LANES;
                continue;
            }
            let length = length.min(left.div_ceil(3));
            if length != 0 {
                self.push_group(offset, length, &mut lengths);
                offset += 3 * length;
            }
            if offset < end {
                lengths.units += 1;
                self.units[lengths.units].write(NONE);
                offset = self.note_others(block, offset, end, &mut lengths, &mut copy);
            }
        }
        self.units[1 + lengths.units].write(code_unit(block.text, offset));
        self.lengths = lengths;
        offset
    }

    /// Notes the units of the characters of three bytes at `offset`, up to a group of
    /// them, and gives their number.
    #[inline(always)]
    fn note_units(&mut self, block: &Block<'_>, offset: usize, lengths: &Lengths) -> usize {
        let units = self.units[1 + lengths.units..].first_chunk_mut();
        let units = units.expect("there is room for a vector");
        with_chunk(&block.text[offset..], |bytes| self.vectors.note(bytes, units))
    }

    /// Goes over what is at `offset` to the next character of three bytes, or to
    /// `end`, and notes what is beyond the entries.
    #[inline(always)]
    fn note_others(
        &mut self,
        block: &Block<'_>,
        mut offset: usize,
        end: usize,
        lengths: &mut Lengths,
        copy: &mut impl FnMut(&[u8], usize),
    ) -> usize {
        while offset < end {
            let rest = &block.text[offset..];
            if rest[0] & 0xF0 == 0xE0 {
                break;
            }
            let ascii = with_chunk(rest, |bytes| {
                copy(bytes, offset);
                self.vectors.ascii(bytes)
            });
            offset += match rest[0] {
                0..0x80 if ascii == 16 => copy_ascii(rest, block.limit - offset, offset, copy),
                0..0x80 => ascii.min(block.limit - offset),
                0x80..0xE0 => 2,
                lead => {
                    // Ideographs beyond the basic plane, and all behind them.
                    if lead > 0xF0 || rest[1] >= 0xA0 {
                        self.push_beyond(offset, lengths);
                    }
                    4
                }
            };
        }
        offset
    }

    /// Adds a group of which the units are noted.
    #[inline(always)]
    fn push_group(&mut self, offset: usize, length: usize, lengths: &mut Lengths) {
        let group = Group { offset, first: 1 + lengths.units as u16, length: length as u16 };
        self.groups[lengths.groups].write(group);
        lengths.groups += 1;
        lengths.units += length;
    }

    /// Adds a character beyond the entries.
    #[inline(always)]
    fn push_beyond(&mut self, offset: usize, lengths: &mut Lengths) {
        let group = Group { offset, first: lengths.units as u16, length: 0 };
        self.groups[lengths.groups].write(group);
        lengths.groups += 1;
    }

    /// Notes the entries of all units, and something for those lanes that a group
    /// behind the last unit could have.
    #[inline(always)]
    fn look_up(&mut self, entries: &Entries) {
        const AT_ONCE: usize = 8;
        // Up to seven more than there are: any entry will do for them.
        let length = 1 + self.lengths.units;
        let rounded = length.next_multiple_of(AT_ONCE);
        for unit in &mut self.units[length + 1..=rounded] {
            unit.write(NONE);
        }
        let units = self.units[..rounded].chunks_exact(AT_ONCE);
        let places = self.entries[..rounded].chunks_exact_mut(AT_ONCE);
        for (units, places) in units.zip(places) {
            for (unit, place) in units.iter().zip(places) {
                // SAFETY: `new`, `split` and `Vectors::note` wrote the first units, and
                // the loop above the rest.
                place.write(entries[usize::from(unsafe { unit.assume_init() })]);
            }
        }
        self.entries[rounded..rounded + LANES].fill(MaybeUninit::new(0));
    }

    /// Writes what the noted groups become and where they are suspicious.
    #[inline(always)]
    fn merge(&self, block: &Block<'_>, output: &mut [MaybeUninit<u8>], places: &mut Places) {
        let noted = places.length;
        let mut length = noted;
        for &group in self.groups() {
            let at = (group.offset - block.start) as u16;
            if group.length == 0 {
                length = push(places, length, at, group.first, 1);
                continue;
            }
            let to = output[usize::from(at)..].first_chunk_mut();
            let to = to.expect("there is room for a vector");
            let suspicious = with_chunk(&block.text[group.offset..], |bytes| {
                self.vectors.apply(bytes, self.entries_of(group), group.length.into(), to)
            });
            if suspicious != 0 {
                const HALF: u16 = LANES as u16 / 2;
                length = push(places, length, at, group.first, suspicious);
                let (at, first) = (at + 3 * HALF, group.first + HALF);
                length = push(places, length, at, first, suspicious >> HALF);
            }
        }
        places.length = length;
        self.add_units(places, noted);
    }

    /// The offset of the character with this unit.
    #[cold]
    fn place(&self, number: usize) -> usize {
        let begins = self.groups().partition_point(|group| usize::from(group.first) <= number);
        let Group { offset, first, .. } = self.groups()[begins - 1];
        offset + 3 * (number - usize::from(first))
    }

    #[inline(always)]
    fn groups(&self) -> &[Group] {
        // SAFETY: `push_group` wrote so many.
        unsafe { core::slice::from_raw_parts(self.groups.as_ptr().cast(), self.lengths.groups) }
    }

    /// The entry before a group, its entries, and what is behind them up to a vector.
    #[inline(always)]
    fn entries_of(&self, group: Group) -> &[u32; LANES + 1] {
        let entries = self.entries[usize::from(group.first) - 1..].first_chunk::<{ LANES + 1 }>();
        let entries = entries.expect("there is room for a vector");
        // SAFETY: `look_up` wrote the entries of all units, and a vector more.
        unsafe { &*(&raw const *entries).cast() }
    }

    /// Puts the units of the places from this number on where the numbers of their
    /// units are, and adds their neighbours.
    #[inline(always)]
    fn add_units(&self, places: &mut Places, noted: usize) {
        for place in noted..places.length {
            // SAFETY: `push` wrote the numbers of units that `split` wrote, which
            // wrote one before and one behind them as well; `look_up` wrote their
            // entries.
            let (number, entry) = unsafe {
                let number = usize::from(places.units[place].assume_init());
                (number, self.entries[number].assume_init())
            };
            let is_special = entry & SPECIAL != 0;
            places.units[place] = match is_special {
                true => MaybeUninit::new(NONE),
                false => self.units[number],
            };
            places.before[place] = self.units[number - 1];
            places.behind[place] = self.units[number + 1];
        }
    }
}

/// Gives `copy` all blocks of ASCII up to the limit, which is `left` bytes away, and
/// gives their length, or that of the vector at the beginning, which is ASCII.
#[inline(always)]
fn copy_ascii(
    rest: &[u8],
    left: usize,
    offset: usize,
    copy: &mut impl FnMut(&[u8], usize),
) -> usize {
    const BLOCK: usize = 64;
    let (blocks, _) = rest[..left].as_chunks::<BLOCK>();
    // By words: of bytes compilers make vectors that they fold to a byte step by step.
    let words = |block: &[u8; BLOCK]| {
        let (words, _) = block.as_chunks();
        words.iter().fold(0, |all, word| all | u64::from_ne_bytes(*word))
    };
    let is_ascii = |block: &&[u8; BLOCK]| words(block) & 0x8080_8080_8080_8080 == 0;
    let mut length = 0;
    for block in blocks.iter().take_while(is_ascii) {
        copy(block, offset + length);
        length += BLOCK;
    }
    length.max(left.min(16))
}

/// Writes up to eight places behind so many, for each bit of `lanes` that of the
/// character that is so many behind the one that stands `at` bytes behind the start of
/// the block, and gives how many there are now. In place of their units are the numbers
/// of these, the first one `first`, for [`Notes::add_units`].
#[inline(always)]
fn push(places: &mut Places, length: usize, at: u16, first: u16, lanes: u32) -> usize {
    const ROOM: &str = "there is room for a vector";
    let numbers = &NUMBERS[lanes as usize % NUMBERS.len()];
    let units: &mut [_; 8] = places.units[length..].first_chunk_mut().expect(ROOM);
    let places: &mut [_; 8] = places.places[length..].first_chunk_mut().expect(ROOM);
    for (number, (place, unit)) in numbers.iter().zip(places.iter_mut().zip(units)) {
        place.write(at + 3 * u16::from(*number));
        unit.write(first + u16::from(*number));
    }
    length + (lanes as u8).count_ones() as usize
}

/// Gives `take` the first bytes of a text, with zeros behind its end.
#[inline(always)]
fn with_chunk<const LENGTH: usize, T>(text: &[u8], take: impl FnOnce(&[u8; LENGTH]) -> T) -> T {
    let mut padded;
    take(match text.first_chunk() {
        Some(chunk) => chunk,
        None => {
            padded = [0; LENGTH];
            padded[..text.len()].copy_from_slice(text);
            &padded
        }
    })
}

/// The numbers of the bits of each byte, ascending.
const NUMBERS: [[u8; 8]; 256] = {
    let mut numbers = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut bit, mut length) = (0, 0);
        while bit < 8 {
            if byte >> bit & 1 != 0 {
                numbers[byte][length] = bit as u8;
                length += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    numbers
};
