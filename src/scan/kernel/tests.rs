//! Every kernel of this machine against the scalar one: texts of all mixtures, from
//! every start to every limit.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use super::*;
use crate::composite::{
    BEFORE_SHIFT, BEHIND_SHIFT, CHANGE, CHANGES, Composite, TELLS, TOLD_BEFORE, TOLD_BEHIND,
};
use crate::scan::BLOCK;
use crate::text::floor_char_boundary;

/// Numbers that look random and are always the same (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Entries of every kind. `none` are the classes of what is no character of three
/// bytes, as one that stands before another.
fn entries(none: u32) -> Box<Entries> {
    let mut numbers = Numbers(1);
    let mut entries: Box<Entries> = vec![0; 1 << 16].into_boxed_slice().try_into().unwrap();
    for entry in entries.iter_mut().skip(1) {
        let number = numbers.next() as u32;
        let change = match number & 1 {
            0 => 0,
            _ => number >> 8 & CHANGE,
        };
        let [behind, before] = [number >> 1 & 7, number >> 4 & 7].map(|number| match number {
            0 | 1 => 1 << numbers.below(7),
            2 => numbers.below(128) as u32,
            _ => 0,
        });
        *entry = change | behind << BEHIND_SHIFT | before << BEFORE_SHIFT;
        if numbers.below(25) == 0 {
            *entry |= SPECIAL;
        }
    }
    entries[usize::from(NONE)] = none << BEFORE_SHIFT;
    entries
}

/// Entries that change little, of which little is suspicious.
fn sparse_entries() -> Box<Entries> {
    let mut entries = entries(0);
    for (number, entry) in entries.iter_mut().enumerate() {
        if number % 64 != 5 {
            *entry = 0;
        }
    }
    entries
}

/// Characters of this many bytes, the first and the last ones among them. Those of
/// five do not exist: they are runs of the first kind.
fn push_character(numbers: &mut Numbers, length: usize, text: &mut String) {
    const TWO: [char; 5] = ['\u{80}', 'é', 'ß', 'я', '\u{7FF}'];
    const THREE: [char; 7] =
        ['\u{800}', '漢', '。', '\u{D7FF}', '\u{E000}', '\u{FEFF}', '\u{FFFF}'];
    const FOUR: [char; 7] =
        ['\u{10000}', '😀', '\u{1FFFF}', '𠀀', '\u{2FFFF}', '\u{40000}', '\u{10FFFF}'];
    match length {
        1 => text.push(numbers.pick(&['a', ' ', '\n', '\0', '\u{7F}'])),
        2 => text.push(numbers.pick(&TWO)),
        3 if numbers.below(4) == 0 => text.push(numbers.pick(&THREE)),
        3 => text.push(char::from_u32(0x4E00 + numbers.below(0x5000) as u32).unwrap()),
        4 => text.push(numbers.pick(&FOUR)),
        _ => (0..numbers.below(150)).for_each(|_| push_character(numbers, 1, text)),
    }
}

/// A text of about so many bytes, of characters of these lengths.
fn text_of(numbers: &mut Numbers, lengths: &[usize], bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        let length = numbers.pick(lengths);
        push_character(numbers, length, &mut text);
    }
    text
}

/// Mixtures of lengths, from prose to anything.
const MIXTURES: [&[usize]; 9] = [
    &[3],
    &[3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1],
    &[3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4],
    &[3, 3, 3, 3, 3, 3, 1, 2, 4],
    &[1, 2, 3, 4],
    &[1, 3],
    &[2, 3],
    &[1, 1, 1, 1, 1, 1, 3],
    &[3, 3, 3, 3, 3, 3, 3, 5],
];

/// A set that has everything, and one that has every other triple: whoever asks it for
/// another one than stands in the text is found out soon.
static SETS: [&[[u8; 8]]; 2] = [
    &[[0xFF; 8]],
    &[
        [0x6E, 0xEB, 0xF7, 0xBD, 0xDD, 0xD7, 0xBE, 0xB6],
        [0xDD, 0x7B, 0x6F, 0xEE, 0xB7, 0xFA, 0xBB, 0xED],
        [0xF5, 0xDE, 0xB6, 0x7B, 0xEF, 0x6D, 0xDB, 0xF6],
    ],
];

/// What a kernel makes of a block: the offset behind it, the bytes, the places that may be
/// in a set, and whether one is special.
fn converted(
    kernel: Kernel,
    block: &Block<'_>,
    set: &[[u8; 8]],
) -> (usize, Vec<u8>, Vec<u16>, bool) {
    let mut output = vec![MaybeUninit::new(0xAA); block.limit - block.start + SLACK];
    let mut places = Places::new();
    let end = kernel.convert(block, &mut output, &mut places, Triples::new(set));
    // SAFETY: all of it was initialized when it was made.
    let written = output[..end - block.start].iter().map(|byte| unsafe { byte.assume_init() });
    (end, written.collect(), places.list().into(), places.has_special)
}

/// Of the texts here, some have a telltale early, some late: every 64th character is one,
/// and two others in every 64 with half of those that may stand beside them.
fn telltales() -> Telltales<'static> {
    static OF: OnceBox<[u8; 1 << 16]> = OnceBox::new();
    let of = OF.get_or_init(|| {
        let of = (0..1 << 16).map(|unit| match unit % 64 {
            5 => CHANGES,
            _ if unit == i32::from(NONE) => 0,
            9 | 0x22 => TELLS | TOLD_BEFORE,
            unit if unit % 3 == 0 => TOLD_BEFORE,
            unit if unit % 5 == 0 => TOLD_BEHIND,
            _ => 0,
        });
        of.collect::<Box<[u8]>>().try_into().unwrap()
    });
    static COMPOSITE: Composite<'static> = Composite::of_telling(SETS[1]);
    COMPOSITE.telling(of)
}

/// Asks every kernel for one block.
fn compare(entries: &Entries, text: &[u8], start: usize, limit: usize) {
    let block = Block { entries, text, start, limit };
    let expected = SETS.map(|set| converted(Kernel::Scalar, &block, set));
    let unchanged = Kernel::Scalar.unchanged(&block, telltales());
    for kernel in Kernel::available() {
        let text = || String::from_utf8_lossy(&text[..text.len().min(200)]);
        let place = || alloc::format!("{kernel:?}, {start} to {limit} of {:?}", text());
        for (set, expected) in SETS.iter().zip(&expected) {
            let (end, bytes, places, has_special) = converted(kernel, &block, set);
            assert_eq!(end, expected.0, "{}", place());
            assert!(bytes == expected.1, "other bytes: {}", place());
            assert!(places == expected.2, "other places: {}", place());
            assert_eq!(has_special, expected.3, "{}", place());
        }
        assert_eq!(kernel.unchanged(&block, telltales()), unchanged, "{}", place());
    }
}

/// Converts a text as one of few bytes.
fn converted_few(entries: &Entries, text: &str, set: &[[u8; 8]]) -> (Vec<u8>, Vec<u16>, bool) {
    let mut output = vec![MaybeUninit::new(0xAA); text.len()];
    let mut places = FewPlaces::new();
    convert_few(entries, text, &mut output, &mut places, Triples::new(set));
    // SAFETY: all of it was initialized when it was made.
    let written = output.iter().map(|byte| unsafe { byte.assume_init() });
    (written.collect(), places.list().into(), places.has_special)
}

#[test]
fn texts_of_few_bytes_are_as_blocks_are() {
    let mut numbers = Numbers(6);
    for entries in [entries(0), entries(0x14), sparse_entries()] {
        for lengths in MIXTURES {
            for bytes in 0..FEW - 4 {
                let text = text_of(&mut numbers, lengths, bytes);
                let text = &text[..floor_char_boundary(&text, FEW - 1)];
                let (start, limit) = (0, text.len());
                let block = Block { entries: &entries, text: text.as_bytes(), start, limit };
                let unchanged = Kernel::Scalar.unchanged(&block, telltales());
                assert_eq!(is_unchanged_few(text, telltales()), unchanged == text.len(), "{text}");
                for set in SETS {
                    let (_, bytes, places, has_special) = converted(Kernel::Scalar, &block, set);
                    let few = converted_few(&entries, text, set);
                    assert_eq!(few, (bytes, places, has_special), "{text:?}");
                }
            }
        }
    }
}

/// From every start to every limit behind it, in memory that ends with the text.
fn compare_all(entries: &Entries, text: &str) {
    let bytes: Box<[u8]> = text.as_bytes().into();
    for start in (0..text.len()).filter(|&start| text.is_char_boundary(start)) {
        for limit in start..=text.len() {
            compare(entries, &bytes, start, limit);
        }
    }
}

#[test]
fn all_mixtures_from_every_start_to_every_limit() {
    let mut numbers = Numbers(2);
    for entries in [entries(0), entries(0x14), sparse_entries()] {
        for lengths in MIXTURES {
            let bytes = 100 + numbers.below(100);
            compare_all(&entries, &text_of(&mut numbers, lengths, bytes));
        }
    }
}

#[test]
fn characters_beyond_the_entries_at_every_place() {
    let entries = sparse_entries();
    for character in ['😀', '𠀀', '\u{10FFFF}'] {
        for number in 0..=64 {
            for shift in ["", "a", "é"] {
                let mut text = String::from(shift);
                (0..number).for_each(|_| text.push('漢'));
                text.push(character);
                (number..64).for_each(|_| text.push('漢'));
                compare(&entries, text.as_bytes(), 0, text.len());
            }
        }
    }
}

#[test]
fn texts_of_many_blocks() {
    let mut numbers = Numbers(3);
    for entries in [entries(0), entries(0x14), sparse_entries()] {
        for lengths in MIXTURES {
            let text = text_of(&mut numbers, lengths, 3 * BLOCK);
            let bytes: Box<[u8]> = text.as_bytes().into();
            for from in (0..150).filter(|&start| text.is_char_boundary(start)) {
                let mut start = from;
                while start < bytes.len() {
                    let limit = bytes.len().min(start + BLOCK);
                    compare(&entries, &bytes, start, limit);
                    let block = Block { entries: &entries, text: &bytes, start, limit };
                    start = converted(Kernel::Scalar, &block, SETS[0]).0;
                }
            }
        }
    }
}

/// What a kernel notes of a part has room for the most there can be, of each kind.
#[test]
fn every_period_of_three_characters_fills_a_block() {
    let entries = entries(0);
    let characters = ["a", "é", "漢", "𠀀"];
    for first in characters {
        for second in characters {
            for third in characters {
                let period = [first, second, third].concat();
                let text = period.repeat(BLOCK / period.len() + 1);
                for start in [0, first.len()] {
                    compare(&entries, text.as_bytes(), start, BLOCK);
                }
            }
        }
    }
}

#[test]
fn suspicious_places_fill_a_block() {
    let mut entries = entries(0);
    entries.iter_mut().skip(1).for_each(|entry| *entry |= SPECIAL);
    let text = "漢".repeat(BLOCK);
    compare(&entries, text.as_bytes(), 0, BLOCK);
}

#[test]
fn unchanged_texts_are_gone_over_to_their_end() {
    let mut numbers = Numbers(4);
    let mut entries = entries(0);
    entries.fill(0);
    let composite = Composite::of_telling(&[]);
    let nothing = composite.telling(&[0; 1 << 16]);
    for lengths in [&[3][..], &[1, 3], &[1, 2, 3], &[3, 3, 3, 5]] {
        let text = text_of(&mut numbers, lengths, 5000);
        for kernel in Kernel::available() {
            for limit in 4000..=text.len() {
                let block = Block { entries: &entries, text: text.as_bytes(), start: 0, limit };
                let unchanged = |kernel: Kernel| kernel.unchanged(&block, nothing);
                assert_eq!(unchanged(kernel), unchanged(Kernel::Scalar));
            }
        }
    }
}

/// Without that, a test of places that may be in a set would be one of all places or none.
#[test]
fn half_of_all_triples_are_in_the_second_set() {
    let set = Triples::new(SETS[1]);
    let mut numbers = Numbers(5);
    let mut triples = (0..10_000).map(|_| [0; 3].map(|_: u8| numbers.next() as u16));
    let inside = triples.by_ref().filter(|[a, b, c]| set.may_begin(*a, *b, *c)).count();
    assert!((3000..7000).contains(&inside), "{inside} of 10,000");
}
