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
    /// What all stages make of it alone, if that is one character; otherwise the
    /// stages must be asked.
    pub(crate) replacement: Option<char>,
    /// Whether some match of some stage has it beside another character.
    pub(crate) may_be_joined: bool,
}

/// For a character that is in no list, as it is laid out: nothing is known.
impl Default for Listed {
    fn default() -> Listed {
        Listed { replacement: None, may_be_joined: true }
    }
}

/// The flag for characters that may be joined, above the 21 bits of a code point.
const MAY_BE_JOINED: u32 = 1 << 23;

impl Listed {
    /// Of a character that every stage leaves as it is and none joins.
    pub(crate) const fn unchanged(character: char) -> Listed {
        Listed { replacement: Some(character), may_be_joined: false }
    }

    /// A line of a list: the character, and what is known of it.
    pub(super) fn to_bytes(self, character: char) -> [u8; 6] {
        let [a, b, c, _] = u32::from(character).to_le_bytes();
        let [d, e, f, _] = self.number().to_le_bytes();
        [a, b, c, d, e, f]
    }

    /// What is known as a number: the replacement, or 0 for none, and the flag.
    fn number(self) -> u32 {
        let flag = if self.may_be_joined { MAY_BE_JOINED } else { 0 };
        self.replacement.map_or(0, u32::from) | flag
    }

    #[inline]
    fn from_number(number: u32) -> Listed {
        let replacement = match number & !MAY_BE_JOINED {
            0 => None,
            code_point => char::from_u32(code_point),
        };
        Listed { replacement, may_be_joined: number & MAY_BE_JOINED != 0 }
    }
}

/// The lists of a composite and its bases as one table.
#[derive(Debug)]
pub(super) struct Lists {
    /// Code points and what is known of them. No listed character is U+0000, which
    /// marks a free slot, and at least half of the slots are free.
    slots: Vec<[u32; 2]>,
}

impl Lists {
    /// An empty table with room for so many characters.
    pub(super) fn with_room(count: usize) -> Lists {
        Lists { slots: vec![[0; 2]; (2 * count).next_power_of_two().max(2)] }
    }

    /// Adds a line of a list. What it says stands in the place of what was said of
    /// the character before.
    pub(super) fn add(&mut self, line: &[[u8; 3]; 2]) {
        let [code_point, known] = line.map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]));
        let slot = self.slot(code_point);
        self.slots[slot] = [code_point, known];
    }

    /// What is known of a character that is special or beyond the entries.
    #[inline]
    pub(super) fn get(&self, character: char) -> Listed {
        match self.slots[self.slot(character.into())] {
            [0, _] if character >= FIRST_BEYOND => Listed::unchanged(character),
            [0, _] => Listed::default(),
            [_, known] => Listed::from_number(known),
        }
    }

    /// The slot that has this code point, or the free one that is for it.
    #[inline]
    fn slot(&self, code_point: u32) -> usize {
        let last = self.slots.len() - 1;
        // In the middle of the product every bit counts.
        let hash = (u64::from(code_point) * 0x9E37_79B9 >> 15) as usize;
        let mut slot = hash & last;
        while self.slots[slot][0] != code_point && self.slots[slot][0] != 0 {
            slot = (slot + 1) & last;
        }
        slot
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
        let listed = |code_point: u32, may_be_joined| Listed {
            replacement: char::from_u32(code_point * 2 % 0xD800).filter(|it| *it != '\0'),
            may_be_joined,
        };
        let characters = || (1..1000).map(|number| char::from_u32(0x20000 + 7 * number).unwrap());
        for character in characters() {
            lists.add(&line(character, Listed::default()));
            let code_point = u32::from(character);
            lists.add(&line(character, listed(code_point, code_point % 2 == 0)));
        }
        for character in characters() {
            let code_point = u32::from(character);
            assert_eq!(lists.get(character), listed(code_point, code_point % 2 == 0));
        }
    }

    #[test]
    fn what_is_in_no_list_is_itself_beyond_the_entries_and_unknown_among_them() {
        let lists = Lists::with_room(0);
        assert_eq!(lists.get('\u{20000}'), Listed::unchanged('\u{20000}'));
        assert_eq!(lists.get('一'), Listed { replacement: None, may_be_joined: true });
    }
}
