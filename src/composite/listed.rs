//! What is known of characters of which the table of entries cannot tell: those
//! that become characters of another length in UTF-8, and those beyond the basic
//! plane.
//!
//! Where no match joins such a character to its neighbours it is a text of its own,
//! so what all stages make of it is known beforehand. A character beyond the entries
//! that no list mentions stays as it is and is never joined; a special one that none
//! mentions is left to the stages.
//!
//! The compiled lists are what differs from those of the base; the table is a hash
//! table with open addressing, made of all of them.

use alloc::vec;
use alloc::vec::Vec;

use super::FIRST_BEYOND;

/// What is known of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// What all stages make of it alone, if that is one character, and zeros behind it.
    pub(crate) bytes: [u8; 4],
    /// How many of those count; 0 when the stages must be asked.
    pub(crate) length: usize,
    /// Whether some match of some stage has it beside another character.
    pub(crate) may_be_joined: bool,
}

/// For a character that is in no list, as it is laid out: nothing is known.
impl Default for Listed {
    fn default() -> Listed {
        Listed::new(None, true)
    }
}

/// The flag for characters that may be joined, above the 21 bits of a code point.
const MAY_BE_JOINED: u32 = 1 << 23;

impl Listed {
    /// Of a character that every stage leaves as it is and none joins.
    pub(crate) fn unchanged(character: char) -> Listed {
        Listed::new(Some(character), false)
    }

    /// Of a character that is in no list.
    #[inline]
    pub(super) fn of_unlisted(code_point: u32) -> Listed {
        match char::from_u32(code_point) {
            Some(character) if character >= FIRST_BEYOND => Listed::unchanged(character),
            _ => Listed::default(),
        }
    }

    pub(super) fn new(replacement: Option<char>, may_be_joined: bool) -> Listed {
        let mut bytes = [0; 4];
        // U+0000 is left to the stages: its byte is like none.
        let replacement = replacement.filter(|&character| character != '\0');
        let length = replacement.map_or(0, |character| character.encode_utf8(&mut bytes).len());
        Listed { bytes, length, may_be_joined }
    }

    /// What all stages make of the character alone, if it is known.
    pub(crate) fn replacement(&self) -> Option<&str> {
        let bytes = self.bytes.get(..self.length).filter(|bytes| !bytes.is_empty())?;
        core::str::from_utf8(bytes).ok()
    }

    /// A line of a list: the character, and what is known of it.
    pub(super) fn to_bytes(self, character: char) -> [u8; 6] {
        let [a, b, c, _] = u32::from(character).to_le_bytes();
        let replacement = self.replacement().and_then(|text| text.chars().next());
        let flag = if self.may_be_joined { MAY_BE_JOINED } else { 0 };
        let [d, e, f, _] = (replacement.map_or(0, u32::from) | flag).to_le_bytes();
        [a, b, c, d, e, f]
    }
}

/// The lists of a composite and its bases as one table.
#[derive(Debug)]
pub(super) struct Lists {
    /// At least half of the slots are free, so that each search ends.
    slots: Vec<Slot>,
}

/// A place for a character.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The code point, or 0 in a free slot: U+0000 is never listed. Above it is the
    /// flag of those that may be joined.
    character: u32,
    /// The replacement in UTF-8, or 0.
    bytes: [u8; 4],
}

impl Lists {
    /// An empty table with room for so many characters.
    pub(super) fn with_room(count: usize) -> Lists {
        Lists { slots: vec![Slot::default(); (2 * count).next_power_of_two().max(2)] }
    }

    /// Adds a line of a list. What it says stands in the place of what was said of
    /// the character before.
    pub(super) fn add(&mut self, line: &[[u8; 3]; 2]) {
        let [code_point, known] = line.map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]));
        let replacement = char::from_u32(known & !MAY_BE_JOINED);
        let Listed { bytes, .. } = Listed::new(replacement, false);
        let slot = self.slot(code_point);
        self.slots[slot] = Slot { character: code_point | known & MAY_BE_JOINED, bytes };
    }

    /// Whether a line is one that [`Listed::to_bytes`] writes: of a character that has
    /// three bytes or more, and a replacement that is a character or unknown.
    pub(super) fn is_line(line: &[[u8; 3]; 2]) -> bool {
        let [code_point, known] = line.map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]));
        char::from_u32(code_point).is_some_and(|character| character.len_utf8() >= 3)
            && char::from_u32(known & !MAY_BE_JOINED).is_some()
    }

    /// What is known of a character that is special or beyond the entries.
    #[inline(always)]
    pub(super) fn get(&self, code_point: u32) -> Listed {
        let Slot { character, bytes } = self.slots[self.slot(code_point)];
        if character == 0 {
            return Listed::of_unlisted(code_point);
        }
        // Without a branch: what it says cannot be foretold.
        let length = 4 - u32::from_le_bytes(bytes).leading_zeros() as usize / 8;
        Listed { bytes, length, may_be_joined: character & MAY_BE_JOINED != 0 }
    }

    /// The slot that has this code point, or the free one that is for it.
    #[inline(always)]
    fn slot(&self, code_point: u32) -> usize {
        let last = self.slots.len() - 1;
        // In the middle of the product every bit counts.
        let hash = ((u64::from(code_point) * 0x9E37_79B9) >> 15) as usize;
        let mut slot = hash & last;
        loop {
            let found = self.slots[slot].character;
            if found & !MAY_BE_JOINED == code_point || found == 0 {
                return slot;
            }
            slot = (slot + 1) & last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(character: char, listed: Listed) -> [[u8; 3]; 2] {
        let bytes = listed.to_bytes(character);
        [[bytes[0], bytes[1], bytes[2]], [bytes[3], bytes[4], bytes[5]]]
    }

    #[test]
    fn what_is_listed_is_found_and_the_last_line_counts() {
        let mut lists = Lists::with_room(2000);
        let listed = |code_point: u32, may_be_joined| {
            Listed::new(char::from_u32(code_point * 2 % 0xD800), may_be_joined)
        };
        let characters = || (1..1000).map(|number| char::from_u32(0x20000 + 7 * number).unwrap());
        for character in characters() {
            lists.add(&line(character, Listed::default()));
            let code_point = u32::from(character);
            lists.add(&line(character, listed(code_point, code_point % 2 == 0)));
        }
        for character in characters() {
            let code_point = u32::from(character);
            assert_eq!(lists.get(code_point), listed(code_point, code_point % 2 == 0));
        }
    }

    #[test]
    fn what_is_in_no_list_is_itself_beyond_the_entries_and_unknown_among_them() {
        let lists = Lists::with_room(0);
        assert_eq!(lists.get(0x20000), Listed::unchanged('\u{20000}'));
        assert_eq!(lists.get('一'.into()), Listed::new(None, true));
    }
}
