//! Positions in other units than bytes.
//!
//! Python counts code points, JavaScript, Java and Windows UTF-16 code units. To find
//! a position without counting from the beginning, counts are kept for each kilobyte of
//! the text, made when first needed; from there on it is counted. Bytes that begin a
//! character are counted for code points, and those that begin one beyond the basic
//! plane once more for UTF-16, so the kilobytes need not end between characters.

use alloc::vec::Vec;

/// What positions in a text are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Bytes of UTF-8, as Rust, Go and C count.
    #[default]
    Bytes,
    /// Code points, as Python counts.
    CodePoints,
    /// UTF-16 code units, as JavaScript, Java, C# and the Language Server Protocol count.
    Utf16,
}

impl Unit {
    /// The length of `text`. Takes time in proportion to it.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::Unit;
    ///
    /// let lengths = [Unit::Bytes, Unit::CodePoints, Unit::Utf16].map(|unit| unit.length("𬴃a"));
    /// assert_eq!(lengths, [5, 2, 3]);
    /// ```
    #[must_use]
    pub fn length(self, text: &str) -> usize {
        self.count(text.as_bytes())
    }

    /// The units that these bytes of UTF-8 begin.
    fn count(self, bytes: &[u8]) -> usize {
        // Sums of so few that they fit a byte, which compilers turn into vectors.
        let sum = |weight: fn(u8) -> u8| -> usize {
            let few = bytes.chunks(127);
            few.map(|few| usize::from(few.iter().map(|byte| weight(*byte)).sum::<u8>())).sum()
        };
        match self {
            Unit::Bytes => bytes.len(),
            Unit::CodePoints => sum(|byte| u8::from(begins(byte))),
            Unit::Utf16 => sum(|byte| u8::from(begins(byte)) + u8::from(byte >= 0xF0)),
        }
    }

    /// How many units the character has that begins with this byte; none for any
    /// other byte than a first one. Not for bytes.
    fn weight(self, byte: u8) -> usize {
        usize::from(begins(byte)) + usize::from(self == Unit::Utf16 && byte >= 0xF0)
    }
}

/// Whether a character begins with this byte.
fn begins(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// Bytes between two places of which it is known how many units are before them.
const SPACING: usize = 1024;

/// How many units are before every so many bytes of a text.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    code_points: Vec<usize>,
    utf16: Vec<usize>,
}

impl Checkpoints {
    pub(super) fn of(text: &str) -> Checkpoints {
        let counts = |unit: Unit| {
            let chunks = text.as_bytes().chunks(SPACING);
            let before = chunks.scan(0, |all, chunk| {
                let before = *all;
                *all += unit.count(chunk);
                Some(before)
            });
            before.collect()
        };
        Checkpoints { code_points: counts(Unit::CodePoints), utf16: counts(Unit::Utf16) }
    }

    fn counts(&self, unit: Unit) -> &[usize] {
        match unit {
            Unit::Utf16 => &self.utf16,
            Unit::Bytes | Unit::CodePoints => &self.code_points,
        }
    }
}

/// Measures a text in a unit: from place to place where places ascend, and else from
/// the checkpoint before.
pub(super) struct Ruler<'a> {
    text: &'a str,
    unit: Unit,
    /// Units before each checkpoint; none where bytes are counted.
    counts: &'a [usize],
    /// A place of the text, in bytes …
    offset: usize,
    /// … and the units before it.
    position: usize,
}

impl<'a> Ruler<'a> {
    /// Without checkpoints it measures in bytes alone.
    pub(super) fn new(
        text: &'a str,
        unit: Unit,
        checkpoints: Option<&'a Checkpoints>,
    ) -> Ruler<'a> {
        let counts = checkpoints.map_or(&[][..], |checkpoints| checkpoints.counts(unit));
        Ruler { text, unit, counts, offset: 0, position: 0 }
    }

    /// The byte offset of a position; that of the character which the position is
    /// within, and the end for one behind it.
    pub(super) fn offset_of(&mut self, position: usize) -> usize {
        if self.unit == Unit::Bytes {
            return crate::text::floor_char_boundary(self.text, position);
        }
        let number = self.counts.partition_point(|count| *count <= position).saturating_sub(1);
        if position < self.position || self.offset < number * SPACING {
            self.start_at(number);
        }
        let bytes = self.text.as_bytes();
        // The character that has the position is the last one that begins at it or
        // before it.
        let mut start = None;
        while let Some(byte) = bytes.get(self.offset) {
            let weight = self.unit.weight(*byte);
            if weight > 0 && self.position + weight > position {
                start = Some(self.offset);
                break;
            }
            self.offset += 1;
            self.position += weight;
        }
        start.unwrap_or(self.text.len())
    }

    /// The position of a byte offset, between characters.
    pub(super) fn position_of(&mut self, offset: usize) -> usize {
        if self.unit == Unit::Bytes {
            return offset;
        }
        let number = offset / SPACING;
        if offset < self.offset || self.offset < number * SPACING {
            // A text that ends with a checkpoint has none at its end.
            self.start_at(number.min(self.counts.len().saturating_sub(1)));
        }
        self.position += self.unit.count(&self.text.as_bytes()[self.offset..offset]);
        self.offset = offset;
        self.position
    }

    fn start_at(&mut self, checkpoint: usize) {
        self.offset = checkpoint * SPACING;
        self.position = self.counts.get(checkpoint).copied().unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    /// A text of several kilobytes with characters of all lengths across its marks.
    fn text() -> String {
        (0..3000_usize).map(|number| ['a', 'é', '頭', '𬴃'][number * number % 7 % 4]).collect()
    }

    #[test]
    fn positions_are_those_of_counting_from_the_beginning() {
        let text = text();
        let checkpoints = Checkpoints::of(&text);
        for unit in [Unit::Bytes, Unit::CodePoints, Unit::Utf16] {
            let mut ruler = Ruler::new(&text, unit, Some(&checkpoints));
            let mut back = Ruler::new(&text, unit, Some(&checkpoints));
            for (offset, character) in text.char_indices() {
                let position = unit.length(&text[..offset]);
                assert_eq!(ruler.position_of(offset), position, "{unit:?} of {offset}");
                assert_eq!(back.offset_of(position), offset, "{unit:?} {position}");
                let within = position + unit.length(character.encode_utf8(&mut [0; 4])) - 1;
                assert_eq!(back.offset_of(within), offset, "{unit:?} {within}");
            }
            assert_eq!(ruler.position_of(text.len()), unit.length(&text));
            assert_eq!(back.offset_of(unit.length(&text)), text.len());
            assert_eq!(back.offset_of(usize::MAX), text.len());
        }
    }

    #[test]
    fn positions_may_come_in_any_order() {
        let text = text();
        let checkpoints = Checkpoints::of(&text);
        let offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
        for unit in [Unit::CodePoints, Unit::Utf16] {
            let mut ruler = Ruler::new(&text, unit, Some(&checkpoints));
            for number in 0..offsets.len() {
                let offset = offsets[number * 1009 % offsets.len()];
                let position = unit.length(&text[..offset]);
                assert_eq!(ruler.position_of(offset), position);
                assert_eq!(ruler.offset_of(position), offset);
            }
        }
    }

    #[test]
    fn an_empty_text_has_one_position() {
        let checkpoints = Checkpoints::of("");
        let mut ruler = Ruler::new("", Unit::Utf16, Some(&checkpoints));
        assert_eq!((ruler.offset_of(0), ruler.offset_of(9), ruler.position_of(0)), (0, 0, 0));
    }
}
