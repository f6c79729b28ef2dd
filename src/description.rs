//! Ideographic description sequences, which conversion copies whole.
//!
//! A sequence spells a character by its parts: `⿰氵青` is one character for
//! a reader, and converting its parts would spell another one. The syntax is
//! the Unicode Standard's (chapter 18.2), with OpenCC's limits: at most 16
//! levels and 64 code points, and U+31EF is not an operator.
//!
//! This module knows code points alone, nothing of dictionaries.

/// The deepest nesting of a sequence, its first operator included.
pub(crate) const MAXIMUM_DEPTH: usize = 16;

/// The longest sequence, in code points.
pub(crate) const MAXIMUM_LENGTH: usize = 64;

/// What stands at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Description {
    /// A whole sequence of so many bytes.
    Complete(usize),
    /// A sequence that the end of the text cuts off.
    Incomplete,
    /// No sequence, or one beyond the limits.
    None,
}

/// How many operands the operator takes; 0 for any other character.
const fn arity(character: char) -> usize {
    match character {
        '\u{2FF2}' | '\u{2FF3}' => 3,
        '\u{2FFE}' | '\u{2FFF}' => 1,
        '\u{2FF0}'..='\u{2FFD}' => 2,
        _ => 0,
    }
}

/// Whether `character` begins a description sequence.
pub(crate) const fn is_operator(character: char) -> bool {
    arity(character) > 0
}

/// Whether a text with these bytes, or a part of them, may have an operator; never wrong
/// when it says no.
pub(crate) fn may_have_operator(bytes: &[u8]) -> bool {
    // All of them begin with these two bytes. Without a branch, compilers make vectors of it.
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    pairs.fold(false, |may, (&lead, &second)| may | ((lead == 0xE2) & (second == 0xBF)))
}

/// How many operators `text` begins with.
pub(crate) fn operators_at_start(text: &str) -> usize {
    text.chars().take_while(|&character| is_operator(character)).count()
}

/// All operators, in code point order.
pub(crate) fn operators() -> impl Iterator<Item = char> {
    '\u{2FF0}'..='\u{2FFF}'
}

/// Reads the sequence that `text` begins with, if it begins with one.
pub(crate) fn read(text: &str) -> Description {
    // Operands still due at each open level. An operator opens a level; a
    // character ends itself and every level of which it is the last operand.
    let mut due = [0_usize; MAXIMUM_DEPTH];
    let mut depth = 0;
    for (count, (offset, character)) in text.char_indices().enumerate() {
        let operands = arity(character);
        if count == 0 && operands == 0 {
            return Description::None;
        }
        // An operand at the deepest level would be one level deeper still.
        if count == MAXIMUM_LENGTH || depth == MAXIMUM_DEPTH {
            return Description::None;
        }
        if operands > 0 {
            due[depth] = operands;
            depth += 1;
            continue;
        }
        while depth > 0 {
            due[depth - 1] -= 1;
            if due[depth - 1] > 0 {
                break;
            }
            depth -= 1;
        }
        if depth == 0 {
            return Description::Complete(offset + character.len_utf8());
        }
    }
    match text.is_empty() {
        true => Description::None,
        false => Description::Incomplete,
    }
}

/// Whether a sequence may begin in `text` and end behind it; never wrong when
/// it says no.
pub(crate) fn may_be_open(text: &str) -> bool {
    since_operator(text) < MAXIMUM_LENGTH
}

/// The end of `text` in which a sequence begins that reaches beyond it, if any does.
pub(crate) fn longest_end(text: &str) -> &str {
    let mut back = text.char_indices().rev();
    back.nth(MAXIMUM_LENGTH - 1).map_or(text, |(offset, _)| &text[offset..])
}

/// How many characters stand behind the last operator of `text`, or
/// [`MAXIMUM_LENGTH`] where they are as many or there is none: no sequence then
/// reaches beyond the text.
pub(crate) fn since_operator(text: &str) -> usize {
    let mut back = text.chars().rev().take(MAXIMUM_LENGTH);
    back.position(is_operator).unwrap_or(MAXIMUM_LENGTH)
}

/// What is copied where no entry matches: the whole sequence that `text` begins
/// with, else its first character. Empty for an empty text.
pub(crate) fn unit(text: &str) -> &str {
    match read(text) {
        Description::Complete(length) => &text[..length],
        _ => &text[..text.chars().next().map_or(0, char::len_utf8)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    #[test]
    fn whole_sequences_end_where_their_last_operand_ends() {
        assert_eq!(read("⿰氵青天"), Description::Complete(9));
        assert_eq!(read("⿱⿰氵青天后"), Description::Complete(15));
        assert_eq!(read("⿲一二三四"), Description::Complete(12));
        assert_eq!(read("\u{2FFE}一二"), Description::Complete(6));
        assert_eq!(read("⿰a😀b"), Description::Complete(8));
    }

    #[test]
    fn other_texts_are_none_and_cut_ones_incomplete() {
        assert_eq!(read(""), Description::None);
        assert_eq!(read("天⿰氵青"), Description::None);
        assert_eq!(read("\u{31EF}一二"), Description::None);
        assert_eq!(read("⿰氵"), Description::Incomplete);
        assert_eq!(read("⿰⿰氵青"), Description::Incomplete);
    }

    #[test]
    fn no_operator_is_missed() {
        for operator in operators() {
            assert!(may_have_operator(format!("一{operator}二").as_bytes()));
        }
        assert!(!may_have_operator("一二\u{3000}…a".as_bytes()));
    }

    /// The limits are OpenCC's, which counts the operand as a level of its own.
    #[test]
    fn the_limits_are_fifteen_nested_operators_and_sixty_four_code_points() {
        let nested = |operators: usize| format!("{}{}", "⿾".repeat(operators), "一");
        assert_eq!(read(&nested(15)), Description::Complete(48));
        assert_eq!(read(&nested(16)), Description::None);

        // A full binary tree of depth 5 has 31 operators and 32 operands, and
        // one more operator makes 65 code points.
        fn tree(depth: usize) -> String {
            match depth {
                0 => String::from("一"),
                _ => format!("⿰{0}{0}", tree(depth - 1)),
            }
        }
        assert_eq!(read(&tree(5)), Description::Complete(63 * 3));
        assert_eq!(read(&format!("⿾{}", tree(5))), Description::Complete(64 * 3));
        assert_eq!(read(&format!("⿾⿾{}", tree(5))), Description::None);
    }
}
