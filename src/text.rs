//! Small questions about texts that the standard library does not answer, or not
//! yet in the Rust version that the crate asks for.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// The order of two texts, that of their code points. Faster than the standard library
/// where texts are short and soon differ.
#[inline]
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    leading(left).cmp(&leading(right)).then_with(|| left.cmp(right))
}

/// Elements in the order of their texts; of equal ones, the first stays the first.
pub(crate) fn sorted_by_text<T>(elements: Vec<T>, text: impl Fn(&T) -> &str) -> Vec<T> {
    let is_in_order = |pair: &[T]| compare(text(&pair[0]), text(&pair[1])) != Ordering::Greater;
    if elements.windows(2).all(is_in_order) {
        return elements;
    }
    // What most comparisons need stands side by side.
    let numbered = elements.iter().enumerate();
    let mut order: Vec<(u64, usize)> =
        numbered.map(|(number, element)| (leading(text(element)), number)).collect();
    order.sort_unstable_by(|(left, one), (right, other)| {
        let rest = || text(&elements[*one]).cmp(text(&elements[*other]));
        left.cmp(right).then_with(rest).then(one.cmp(other))
    });
    let mut elements: Vec<Option<T>> = elements.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, number)| elements[number].take()).collect()
}

/// The numbers of a list in order, each once: sorted by one byte after the other, the
/// lowest first, but for bytes in which none differs.
pub(crate) fn in_order(mut list: Vec<u64>) -> Vec<u64> {
    const FEW: usize = 256;
    if list.len() < FEW {
        list.sort_unstable();
    } else if !list.is_sorted() {
        let differing = list.iter().fold(0, |all, number| all | (number ^ list[0]));
        let mut sorted = vec![0; list.len()];
        for shift in (0..u64::BITS).step_by(8).filter(|shift| differing >> shift & 0xFF != 0) {
            let byte = |number: u64| usize::from((number >> shift) as u8);
            let mut ends = [0; 256];
            list.iter().for_each(|number| ends[byte(*number)] += 1);
            let mut start = 0;
            for end in &mut ends {
                start += core::mem::replace(end, start);
            }
            for &number in &list {
                let place = &mut ends[byte(number)];
                sorted[*place] = number;
                *place += 1;
            }
            core::mem::swap(&mut list, &mut sorted);
        }
    }
    list.dedup();
    list
}

/// The first eight bytes of a text as a number, the first one highest; zeros behind its
/// end.
#[inline]
fn leading(text: &str) -> u64 {
    let bytes = text.as_bytes();
    if let Some(leading) = bytes.first_chunk() {
        return u64::from_be_bytes(*leading);
    }
    match (bytes.first_chunk(), bytes.last_chunk()) {
        // Where both have a byte, they have it at the same place.
        (Some(first), Some(last)) => {
            let behind = 8 * (8 - bytes.len());
            u64::from(u32::from_be_bytes(*first)) << 32
                | u64::from(u32::from_be_bytes(*last)) << behind
        }
        _ => (0..8).fold(0, |all, at| all << 8 | u64::from(bytes.get(at).copied().unwrap_or(0))),
    }
}

/// The last character border of `text` up to `offset`, in bytes.
pub(crate) fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    // No character has more than four bytes.
    let floor = (offset.saturating_sub(3)..=offset).rev().find(|&it| text.is_char_boundary(it));
    floor.unwrap_or_default()
}

/// In place of a code unit: no character of three bytes is there.
pub(crate) const NONE: u16 = 0;

/// The code unit of the character at `offset`, if it has three bytes, else [`NONE`];
/// as well for an offset where no character begins or which is behind the end.
#[inline(always)]
pub(crate) fn code_unit(text: &[u8], offset: usize) -> u16 {
    text.get(offset..)
        .and_then(|rest| rest.first_chunk())
        .map_or(NONE, |&bytes| code_unit_of(bytes))
}

/// The code unit of the character that ends before `offset`, if it has three bytes,
/// else [`NONE`].
#[inline(always)]
pub(crate) fn code_unit_before(text: &[u8], offset: usize) -> u16 {
    offset.checked_sub(3).map_or(NONE, |start| code_unit(text, start))
}

/// The code unit of the character that has these bytes, if it is one, else
/// [`NONE`]. They are part of a text in UTF-8, so the first one tells.
#[inline(always)]
pub(crate) fn code_unit_of([lead, second, third]: [u8; 3]) -> u16 {
    // What the bytes have beside their payload is the same in all characters of three bytes, so
    // it is taken away at once. Nothing else in a text comes to what is a unit of them then: what
    // has fewer bytes to less, what has more to more.
    const MARKS: u32 = (0xE0 << 12) + (0x80 << 6) + 0x80;
    let bytes = (u32::from(lead) << 12) + (u32::from(second) << 6) + u32::from(third);
    match bytes.wrapping_sub(MARKS) {
        unit @ 0x800..0x1_0000 => unit as u16,
        _ => NONE,
    }
}

/// A value for each character, found in two steps: fast and, where characters of a
/// kind stand together, small.
#[derive(Clone, Debug)]
pub(crate) struct CharacterMap<T> {
    pages: Vec<Vec<T>>,
}

/// Characters that are found together.
const PAGE: usize = 1 << 8;

impl<T> Default for CharacterMap<T> {
    fn default() -> CharacterMap<T> {
        CharacterMap { pages: Vec::new() }
    }
}

impl<T: Default + Clone> CharacterMap<T> {
    /// The value of a character, or `None` where none near it has one.
    pub(crate) fn get(&self, character: char) -> Option<&T> {
        let number = character as usize;
        self.pages.get(number / PAGE)?.get(number % PAGE)
    }

    /// The value of a character, which is the default one where it has none.
    pub(crate) fn entry(&mut self, character: char) -> &mut T {
        let number = character as usize;
        if self.pages.len() <= number / PAGE {
            self.pages.resize_with(number / PAGE + 1, Vec::new);
        }
        let page = &mut self.pages[number / PAGE];
        if page.is_empty() {
            page.resize(PAGE, T::default());
        }
        &mut page[number % PAGE]
    }

    /// All values, those that are the default ones included.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.pages.iter_mut().flatten()
    }

    /// All characters with their values, in code point order: those that have one, and
    /// others near them, which have the default one.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (char, &T)> {
        self.pages.iter().zip((0_u32..).step_by(PAGE)).flat_map(|(page, first)| {
            let numbered = page.iter().zip(first..);
            numbered.filter_map(|(value, number)| Some((char::from_u32(number)?, value)))
        })
    }
}

/// How many bytes of ASCII stand at the beginning.
pub(crate) fn ascii_length(bytes: &[u8]) -> usize {
    // Straight-line work over fixed blocks, which compilers turn into vectors.
    let (blocks, _) = bytes.as_chunks::<64>();
    let is_ascii = |block: &&[u8; 64]| block.iter().fold(0, |all, byte| all | byte).is_ascii();
    let certain = 64 * blocks.iter().take_while(is_ascii).count();
    let (words, rest) = bytes[certain..].as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let others = u64::from_le_bytes(*word) & 0x8080_8080_8080_8080;
        if others != 0 {
            return certain + 8 * number + others.trailing_zeros() as usize / 8;
        }
    }
    let certain = bytes.len() - rest.len();
    certain + rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_that_of_a_character_of_three_bytes_and_of_nothing_else() {
        let behind =
            ["ab", "éé", "\u{7FF}\u{7FF}", "\u{800}", "中", "\u{FFFF}", "\u{10FFFF}", "\u{10000}"];
        let three = '\u{7FF}'..='\u{FFFF}';
        let others = ('\0'..='\u{7FF}').chain(('\u{10000}'..=char::MAX).step_by(61));
        for first in three.chain(others) {
            for behind in behind {
                let mut text = alloc::string::String::from(first);
                text.push_str(behind);
                for (at, bytes) in text.as_bytes().windows(3).enumerate() {
                    let found = text.get(at..).and_then(|rest| rest.chars().next());
                    let unit =
                        found.filter(|found| found.len_utf8() == 3).map_or(NONE, |it| it as u16);
                    assert_eq!(
                        code_unit_of([bytes[0], bytes[1], bytes[2]]),
                        unit,
                        "{text:?}, {at}"
                    );
                }
            }
        }
    }

    #[test]
    fn texts_are_in_the_order_of_the_standard_library() {
        let texts = [
            "",
            "\0",
            "a",
            "a\0",
            "ab",
            "发",
            "发a",
            "发现",
            "发现者",
            "发现者们",
            "发现者一",
            "𠮷",
        ];
        for one in texts {
            for other in texts {
                assert_eq!(compare(one, other), one.cmp(other), "{one:?} {other:?}");
            }
        }
        let numbered: Vec<(&str, usize)> = texts.into_iter().chain(texts).zip(0..).collect();
        let mut expected = numbered.clone();
        expected.sort();
        assert_eq!(sorted_by_text(numbered, |(text, _)| text), expected);
    }

    #[test]
    fn ascii_ends_where_the_first_other_byte_is() {
        let mut bytes = [b'a'; 200];
        for length in 0..bytes.len() {
            assert_eq!(ascii_length(&bytes[..length]), length);
            bytes[length] = 0xE0;
            assert_eq!(ascii_length(&bytes), length);
            assert_eq!(ascii_length(&bytes[..=length]), length);
            bytes[length] = b'a';
        }
    }
}
