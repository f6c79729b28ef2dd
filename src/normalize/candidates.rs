//! Where a rule could change anything: what lets clean text pass at speed.
//!
//! Nearly all of a text is Han, common marks, letters and digits, and no rule
//! touches them. So a text is looked at in blocks of 64 bytes: every byte is
//! compared, together with the three behind it, with a few ranges, without a branch
//! and without regard to where characters begin. These loops are written so that
//! the compiler makes vector instructions of them; there is nothing unsafe in
//! them. What they flag is a superset of what matters, and in clean prose hardly
//! anything. Each flagged place is then asked one question more, by the bytes of
//! its character and its neighbours, which says no to a space between letters or
//! to a quotation mark that no rule is about.
//!
//! Invariant: no rule of the set changes anything before the place that
//! [`Candidates::next`] names. It may well be that nothing is to be changed there.
//!
//! The scan knows bytes and the set of rules. It does not know what the rules do.

use super::{Rule, Rules};
use crate::text::floor_char_boundary;

/// Bytes that are looked at together.
const BLOCK: usize = 64;
/// Bytes behind a byte that are looked at with it.
const AHEAD: usize = 3;

/// The rules about single code points and clusters of them.
pub(super) const CODE_POINT_RULES: Rules = Rules::of(&[
    Rule::CanonicalComposition,
    Rule::Radicals,
    Rule::CompatibilityIdeographs,
    Rule::ZeroWidth,
    Rule::BidirectionalControls,
    Rule::VariationSelectors,
    Rule::PrivateUse,
    Rule::PresentationForms,
    Rule::FullwidthAlphanumerics,
    Rule::FullwidthNumberMarks,
    Rule::IdeographicSpace,
]);

/// The rules that are about spaces within a line.
const SPACE_RULES: Rules = Rules::of(&[
    Rule::SpaceBesideMarks,
    Rule::SplitTerms,
    Rule::Letterspacing,
    Rule::SpaceBetweenHan,
    Rule::SpaceBesideLatin,
]);

/// The rules that are about ASCII.
const ASCII_RULES: Rules = Rules::of(&[
    Rule::Marks,
    Rule::Colon,
    Rule::Brackets,
    Rule::FullStop,
    Rule::Ellipsis,
    Rule::Dash,
    Rule::TitleMarks,
    Rule::StraightQuotes,
    Rule::QuotationMarks,
    Rule::LineEnds,
])
.with(SPACE_RULES);

/// The rules that are about marks outside ASCII. (The one for ends of lines is about
/// U+3000, which those of code points flag as well, and about tabs.)
const WIDE_RULES: Rules = Rules::of(&[
    Rule::EnglishMarks,
    Rule::Dash,
    Rule::Interpunct,
    Rule::TitleMarks,
    Rule::QuotationMarks,
]);

/// The places where a set of rules could change a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidates {
    rules: Rules,
    /// Whether a space may be put between Han and Latin letters or digits.
    inserts: bool,
}

impl Candidates {
    /// Those of these rules, as far as they delete and replace.
    pub(super) const fn of(rules: Rules) -> Candidates {
        Candidates { rules, inserts: false }
    }

    /// These, and every place where something of ASCII that is a letter or a digit
    /// stands beside something else: where [`Rule::SpaceBesideLatin`] may insert.
    pub(super) const fn with_insertion(self) -> Candidates {
        Candidates { inserts: true, ..self }
    }

    /// Whether the ends of lines are of interest, which all lines have, whatever is in
    /// them.
    pub(super) const fn are_about_ends(&self) -> bool {
        self.rules.has(Rule::LineEnds)
    }

    /// The first offset, at or behind `from`, where a change may begin: that of a
    /// character which a rule may be about, or of the character before it, because
    /// a change may join the two. `from` lies on a border of characters.
    #[inline]
    pub(super) fn next(&self, text: &str, from: usize) -> Option<usize> {
        let found = self.character(text, from)?;
        let is_joined = found > from && !text.as_bytes()[found].is_ascii();
        Some(if is_joined { floor_char_boundary(text, found - 1) } else { found })
    }

    /// The first offset, at or behind `from`, of a character which a rule may be
    /// about.
    pub(super) fn character(&self, text: &str, from: usize) -> Option<usize> {
        let rules = self.rules;
        if rules.has(Rule::EnglishMarks) && begins_with_mark(text, from) {
            return Some(from);
        }
        if self.inserts {
            self.find::<{ ASCII | TABS | ELLIPSES | WIDE | BORDERS }>(text, from)
        } else if rules.has_any(WIDE_RULES) {
            self.find::<{ ASCII | TABS | ELLIPSES | WIDE }>(text, from)
        } else if rules.has(Rule::LineEnds) {
            self.find::<{ ASCII | TABS | ELLIPSES }>(text, from)
        } else if rules.has(Rule::Ellipsis) {
            self.find::<{ ASCII | ELLIPSES }>(text, from)
        } else if rules.has_any(ASCII_RULES) {
            self.find::<ASCII>(text, from)
        } else {
            self.find::<0>(text, from)
        }
    }

    fn find<const SORTS: u8>(&self, text: &str, from: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = from;
        while let Some(window) = bytes[at..].first_chunk() {
            let flags = flags::<SORTS>(window);
            if is_any(&flags)
                && let Some(found) = self.first_of(&flags, bytes, at)
            {
                return Some(found);
            }
            at += BLOCK;
        }
        // What is left is shorter than a window.
        let rest = &bytes[at..];
        let mut last = [0; 2 * BLOCK + AHEAD];
        last[..rest.len()].copy_from_slice(rest);
        [0, BLOCK].into_iter().find_map(|start| {
            let window = last[start..].first_chunk()?;
            self.first_of(&flags::<SORTS>(window), bytes, at + start)
        })
    }

    /// The first flagged place that is one, of the block at `start`.
    fn first_of(&self, flags: &[u8; BLOCK], bytes: &[u8], start: usize) -> Option<usize> {
        let (words, _) = flags.as_chunks::<8>();
        for (word, number) in words.iter().zip(0..) {
            let mut places = u64::from_le_bytes(*word);
            while places != 0 {
                let place = start + 8 * number + places.trailing_zeros() as usize / 8;
                if place < bytes.len() && self.is_candidate(bytes, place) {
                    return Some(place);
                }
                places &= places - 1;
            }
        }
        None
    }
}

/// Sorts of characters that are flagged beside those which a rule of code points may be
/// about, and all that is uncommon in Chinese text: spaces and marks of ASCII.
const ASCII: u8 = 1;
/// Tabs and carriage returns.
const TABS: u8 = 2;
/// Ellipses, also of other marks.
const ELLIPSES: u8 = 4;
/// Marks outside ASCII that rules are about.
const WIDE: u8 = 8;
/// What stands beside ASCII, or the ASCII.
const BORDERS: u8 = 16;

/// For each byte, in its lowest bit, whether a character of these sorts begins there.
#[inline(always)]
fn flags<const SORTS: u8>(window: &[u8; BLOCK + AHEAD]) -> [u8; BLOCK] {
    let mut flags = [0; BLOCK];
    for (at, flag) in flags.iter_mut().enumerate() {
        let [first, second, third] = [window[at], window[at + 1], window[at + 2]];
        let mut found = of_code_points::<SORTS>(first, second, third);
        if SORTS & ASCII != 0 {
            found |= of_ascii(first);
        }
        if SORTS & TABS != 0 {
            found |= (first == b'\t') | (first == b'\r');
        }
        if SORTS & ELLIPSES != 0 {
            found |= of_full_stops([first, second, third, window[at + 3]]);
        }
        if SORTS & WIDE != 0 {
            found |= of_marks(first, second, third);
        }
        if SORTS & BORDERS != 0 {
            found |= (first ^ second) >= 0x80;
        }
        *flag = u8::from(found);
    }
    flags
}

/// Whether `byte` lies from `first` to `last`: one comparison, also in vectors.
#[inline(always)]
const fn lies(byte: u8, first: u8, last: u8) -> bool {
    byte.wrapping_sub(first) <= last - first
}

/// Whether these bytes begin anything that a rule of code points may be about, or
/// something uncommon: all but ASCII, Han, and the common marks. `&` and `|` in
/// place of `&&` and `||` keep branches out.
#[inline(always)]
fn of_code_points<const SORTS: u8>(first: u8, second: u8, third: u8) -> bool {
    let is_lead = first >= 0xC2;
    let is_han = lies(first, 0xE4, 0xE9);
    // Of the general punctuation, dashes and quotation marks; and ellipses, but
    // where they are of interest.
    let last = if SORTS & ELLIPSES != 0 { 0xA5 } else { 0xA7 };
    let punctuation = (first == 0xE2) & lies(third, 0x90, last);
    // Of the CJK marks, those before U+302A but the space.
    let cjk_marks = (first == 0xE3) & lies(third, 0x81, 0xA9);
    let marks = (second == 0x80) & (punctuation | cjk_marks);
    // Of the full-width forms （ ） ， － ： ； ＞ ？ and ！, which four comparisons tell
    // from digits and letters.
    let pattern = third & 0xFA;
    let fullwidth = (pattern == 0x88) | (pattern == 0x9A) | (third == 0x81);
    let fullwidth_marks = (first == 0xEF) & (second == 0xBC) & fullwidth;
    is_lead & !(is_han | marks | fullwidth_marks)
}

/// Whether this is a space or a mark of ASCII, but those above the letters.
#[inline(always)]
fn of_ascii(byte: u8) -> bool {
    lies(byte, b' ', b'/') | lies(byte, b':', b'?')
}

/// Whether these bytes begin 。 before another CJK mark. (… and ⋯ are flagged without.)
#[inline(always)]
fn of_full_stops([first, second, third, fourth]: [u8; 4]) -> bool {
    (first == 0xE3) & (second == 0x80) & (third == 0x82) & (fourth == 0xE3)
}

/// Whether these bytes begin a mark of any other kind that a rule may be about: in
/// ASCII `~`; dashes and quotation marks; and what is no CJK before a full-width mark.
#[inline(always)]
fn of_marks(first: u8, second: u8, third: u8) -> bool {
    let in_ascii = first == b'~';
    let is_before_cjk = (first < 0x80) & ((second == 0xE3) | (second == 0xEF));
    let punctuation = first == 0xE2;
    let cjk_marks = (first == 0xE3) & lies(third, 0x8C, 0x9F);
    let hyphen = (first == 0xEF) & (third == 0x8D);
    in_ascii | is_before_cjk | punctuation | cjk_marks | hyphen
}

#[inline(always)]
fn is_any(flags: &[u8; BLOCK]) -> bool {
    flags.iter().fold(0, |all, flag| all | flag) != 0
}

/// The second question, to what was flagged.
impl Candidates {
    fn is_candidate(&self, bytes: &[u8], place: usize) -> bool {
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        let [first, second, third] = [byte(place), byte(place + 1), byte(place + 2)];
        (self.inserts && is_border(bytes, place))
            || (self.rules.has(Rule::EnglishMarks) && is_before_mark(bytes, place))
            || match first {
                ..0x80 => self.is_ascii_candidate(bytes, place),
                _ => {
                    let fourth = byte(place + 3);
                    let rules = code_point_rules(first, second, third, fourth)
                        .with(mark_rules(first, second, third));
                    self.rules.has_any(rules)
                        || (self.rules.has(Rule::Ellipsis) && is_odd_ellipsis(bytes, place))
                }
            }
    }

    fn is_ascii_candidate(&self, bytes: &[u8], place: usize) -> bool {
        let before = place.checked_sub(1).map(|at| bytes[at]);
        let after = bytes.get(place + 1).copied();
        let is_alphanumeric =
            |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        let has = |rule| self.rules.has(rule);
        let is_ascii_behind_all = |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii());
        match bytes[place] {
            b' ' | b'\t' | b'\r' => self.is_space_candidate(bytes, place),
            // Between letters and digits that touch it, a mark stays as it is.
            b',' | b';' | b'?' | b'!' | b':'
                if is_alphanumeric(before) && is_alphanumeric(after) =>
            {
                false
            }
            b',' | b';' | b'?' | b'!' => has(Rule::Marks),
            b':' => has(Rule::Colon),
            b'(' | b')' => has(Rule::Brackets),
            b'.' => {
                let is_run = before == Some(b'.') || after == Some(b'.');
                (has(Rule::Ellipsis) && is_run)
                    || (has(Rule::FullStop) && !(is_alphanumeric(before)))
            }
            b'-' => {
                has(Rule::Dash)
                    && (before == Some(b'-')
                        || after == Some(b'-')
                        || !(is_ascii_behind_all(before) && is_ascii_behind_all(after)))
            }
            b'<' => has(Rule::TitleMarks) && after == Some(b'<'),
            b'>' => has(Rule::TitleMarks) && after == Some(b'>'),
            b'~' => has(Rule::TitleMarks),
            b'"' => has(Rule::StraightQuotes),
            b'\'' => has(Rule::StraightQuotes) || has(Rule::QuotationMarks),
            _ => false,
        }
    }

    /// A space is of interest at the end of a line; in a run; before a mark of
    /// ASCII; beside a character outside ASCII, for [`Rule::SpaceBesideMarks`] only
    /// if that is no Han; and between the parts of what may be a split term: a digit
    /// and a lone capital, or a hyphen.
    fn is_space_candidate(&self, bytes: &[u8], place: usize) -> bool {
        let has = |rule| self.rules.has(rule);
        let (before, behind) = (&bytes[..place], &bytes[place + 1..]);
        let ends = || matches!(behind.first(), None | Some(b'\n' | b'\r' | b' ' | b'\t' | 0xE3));
        if has(Rule::LineEnds) && (bytes[place] == b'\r' || ends()) {
            return true;
        }
        let (Some(&last), Some(&next)) = (before.last(), behind.first()) else { return false };
        if bytes[place] != b' ' || !self.rules.has_any(SPACE_RULES) {
            return false;
        }
        if last == b' ' || next == b' ' {
            return true;
        }
        if last.is_ascii() && next.is_ascii() {
            let is_split = (last.is_ascii_digit() && begins_with_lone_capital(behind))
                || (last.is_ascii_uppercase() && next.is_ascii_digit())
                || last == b'-'
                || next == b'-';
            return (has(Rule::SplitTerms) && is_split)
                || (has(Rule::SpaceBesideMarks) && next.is_ascii_punctuation());
        }
        let is_beside_mark = !(last.is_ascii() || ends_with_han(before))
            || !(next.is_ascii() || begins_with_han(behind));
        let of_any = Rules::of(&[
            Rule::Letterspacing,
            Rule::SpaceBetweenHan,
            Rule::SpaceBesideLatin,
            Rule::SplitTerms,
        ]);
        self.rules.has_any(of_any) || (is_beside_mark && has(Rule::SpaceBesideMarks))
    }
}

/// Whether a capital comes first and no other letter behind it.
fn begins_with_lone_capital(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(u8::is_ascii_uppercase)
        && !bytes.get(1).is_some_and(u8::is_ascii_alphabetic)
}

/// Whether a character that is no Han and no mark begins at `place`, and behind it a CJK
/// or full-width mark: so it is where a mark is in English text, if it does not
/// begin a line.
fn is_before_mark(bytes: &[u8], place: usize) -> bool {
    let length = match bytes[place] {
        ..0x80 => 1,
        0xC2..0xE0 => 2,
        0xE0..=0xE2 | 0xEA..=0xED => 3,
        0xF0.. => 4,
        _ => return false,
    };
    bytes.get(place + length..).is_some_and(is_mark)
}

/// Whether a CJK or full-width mark begins at `from`, and not behind Han: there,
/// nothing that [`is_before_mark`] could find comes first.
fn begins_with_mark(text: &str, from: usize) -> bool {
    let (before, behind) = text.as_bytes().split_at(from);
    is_mark(behind) && !ends_with_han(before)
}

fn is_mark(bytes: &[u8]) -> bool {
    matches!(bytes, [0xE3, 0x80, ..] | [0xEF, 0xBC | 0xBD, ..])
}

/// Whether a character of an ellipsis begins at `place` that is no half of ……: a run of
/// … that is not of two, a run of 。, any ⋯.
fn is_odd_ellipsis(bytes: &[u8], place: usize) -> bool {
    let is = |at: Option<usize>, character: &str| {
        at.and_then(|at| bytes.get(at..)).is_some_and(|rest| rest.starts_with(character.as_bytes()))
    };
    let before = |characters: usize| place.checked_sub(3 * characters);
    let behind = |characters: usize| Some(place + 3 * characters);
    if is(behind(0), "…") {
        let is_first = !is(before(1), "…") && is(behind(1), "…") && !is(behind(2), "…");
        let is_second = is(before(1), "…") && !is(before(2), "…") && !is(behind(1), "…");
        return !(is_first || is_second);
    }
    is(behind(0), "⋯") || (is(behind(0), "。") && is(behind(1), "。"))
}

/// Whether ASCII that is of a word stands on one side of the border behind the byte
/// at `place`, and something else than ASCII on the other, or a percentage ends there; or a
/// letter of another alphabet begins there, which most often is such a border as well.
fn is_border(bytes: &[u8], place: usize) -> bool {
    let Some(&[first, second]) = bytes[place..].first_chunk() else { return false };
    let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+';
    ((is_of_word(first) || first == b'%') && !second.is_ascii())
        || (!first.is_ascii() && is_of_word(second))
        || matches!((first, second), (0xC3..=0xDF | 0xE1, _) | (0xE2, 0x85..=0x86))
}

/// Whether the first character is a Han character of three bytes, or kana.
fn begins_with_han(bytes: &[u8]) -> bool {
    matches!(bytes, [0xE3, 0x81..=0x83 | 0x90.., ..] | [0xE4..=0xE9, ..])
}

/// Whether the last character is a Han character of three bytes, or kana.
fn ends_with_han(bytes: &[u8]) -> bool {
    bytes.last_chunk::<3>().is_some_and(|last| begins_with_han(last))
}

/// The rules of code points that are about the character which these bytes begin:
/// the whole of a block of characters where it has nothing else that is common in
/// Chinese text.
#[rustfmt::skip]
fn code_point_rules(first: u8, second: u8, third: u8, fourth: u8) -> Rules {
    const NONE: Rules = Rules::of(&[]);
    const C1: Rules = Rules::of(&[Rule::CanonicalComposition]);
    const C2: Rules = Rules::of(&[Rule::Radicals]);
    const C3: Rules = Rules::of(&[Rule::CompatibilityIdeographs]);
    const C4: Rules = Rules::of(&[Rule::ZeroWidth]);
    const C5: Rules = Rules::of(&[Rule::BidirectionalControls]);
    const C6: Rules = Rules::of(&[Rule::VariationSelectors]);
    const C7: Rules = Rules::of(&[Rule::PrivateUse]);
    const C8: Rules = Rules::of(&[Rule::PresentationForms]);
    const W1_W2: Rules =
        Rules::of(&[Rule::FullwidthAlphanumerics, Rule::FullwidthNumberMarks]);
    const W2: Rules = Rules::of(&[Rule::FullwidthNumberMarks]);
    const W3: Rules = Rules::of(&[Rule::IdeographicSpace]);
    match [first, second, third, fourth] {
        [0xC2, 0xAD, ..] => C4,
        // The first combining marks, and a Greek question mark and point.
        [0xCC | 0xCD, ..] | [0xCE, 0x87, ..] => C1,
        // Cyrillic marks, then scripts with marks: Hebrew to N'Ko.
        [0xD2, 0x83..=0x87, ..] | [0xD6..=0xDF, ..] => C1.with(C5),
        // Indic scripts, Hangul letters, Greek with accents; of E1 not the Latin
        // letters with accents, which are composed.
        [0xE0, ..] | [0xE1, ..0xB8 | 0xBC.., ..] => C1,
        [0xE2, 0x80, 0x80 | 0x81, _] => C1,
        [0xE2, 0x80, 0x8B..=0x8D, _] | [0xE2, 0x81, 0xA0, _] => C4,
        [0xE2, 0x80, 0x8E | 0x8F | 0xAA..=0xAE, _] | [0xE2, 0x81, 0xA6..=0xA9, _] => C5,
        // Marks around symbols; Ω, K, Å; angle brackets; a forking.
        [0xE2, 0x83, 0x90..=0xBF, _] | [0xE2, 0x84, 0xA6 | 0xAA | 0xAB, _] => C1,
        [0xE2, 0x8C, 0xA9 | 0xAA, _] | [0xE2, 0xAB, 0x9C, _] => C1,
        // Coptic, Tifinagh and Cyrillic marks.
        [0xE2, 0xB3, 0xAF..=0xB1, _] | [0xE2, 0xB5, 0xBF, _] | [0xE2, 0xB7, 0xA0..=0xBF, _] => C1,
        [0xE2, 0xBA..=0xBF, ..] => C2,
        [0xE3, 0x80, 0x80, _] => W3,
        [0xE3, 0x80, 0xAA..=0xAF, _] | [0xE3, 0x82, 0x99 | 0x9A, _] => C1,
        [0xE3, 0x87, 0x80..=0xA5, _] => C2,
        [0xEA, ..0xB0, ..] => C1,
        [0xEE, ..] | [0xEF, 0x80..=0xA3, ..] => C7,
        [0xEF, 0xA4..=0xAB, ..] => C3,
        [0xEF, 0xAC, 0x9D..=0xBF, _] | [0xEF, 0xAD, 0x80..=0x8F, _] => C1,
        [0xEF, 0xB8, 0x80..=0x8F, _] => C6,
        [0xEF, 0xB8, 0xA0..=0xAF, _] => C1,
        [0xEF, 0xB8, 0x90..=0xBF, _] | [0xEF, 0xB9, 0x80..=0xAB, _] => C8,
        [0xEF, 0xBB, 0xBF, _] => C4,
        // ％ and ．, then digits, then letters.
        [0xEF, 0xBC, 0x85 | 0x8E, _] => W2,
        [0xEF, 0xBC, 0x90..=0x99, _] => W1_W2,
        [0xEF, 0xBC, 0xA1..=0xBA, _] | [0xEF, 0xBD, 0x81..=0x9A, _] => W1_W2,
        [0xEF, 0xBD, 0xA1..=0xBF, _] | [0xEF, 0xBE, 0x80..=0x9F, _] => C8,
        // Scripts of the first supplementary plane, but no emoji.
        [0xF0, 0x90..=0x9E, ..] => C1,
        [0xF0, 0xAF, 0xA0..=0xA8, _] => C3,
        [0xF3, 0xA0, 0x84..=0x87, _] => C6,
        _ => NONE,
    }
}

/// The rules of marks that are about the character which these bytes begin.
#[rustfmt::skip]
fn mark_rules(first: u8, second: u8, third: u8) -> Rules {
    const DASH: Rules = Rules::of(&[Rule::Dash]);
    const INTERPUNCT: Rules = Rules::of(&[Rule::Interpunct]);
    const QUOTES: Rules = Rules::of(&[Rule::QuotationMarks]);
    const SPACE: Rules = Rules::of(&[Rule::LineEnds]);
    match [first, second, third] {
        [0xE2, 0x80, 0x98..=0x9F] => QUOTES,
        [0xE2, 0x80, 0x90..=0x95] | [0xE2, 0x94, 0x80 | 0x81] | [0xEF, 0xBC, 0x8D] => DASH,
        [0xE2, 0x80, 0xA2 | 0xA7] | [0xE2, 0x88, 0x99] | [0xE2, 0x8B, 0x85] => INTERPUNCT,
        [0xC2, 0xB7, _] | [0xE3, 0x83, 0xBB] => INTERPUNCT,
        [0xE3, 0x80, 0x8C..=0x8F | 0x9D..=0x9F] => QUOTES,
        [0xE3, 0x80, 0x80] => SPACE,
        _ => Rules::of(&[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;
    use unicode_normalization::char::canonical_combining_class;
    use unicode_normalization::{IsNormalized, is_nfc_quick};

    const ALL: Rules = Rules::of(&Rule::ALL);

    /// Clean prose of many shapes, in which no rule of the preset for repair is
    /// about anything.
    const CLEAN: &str = "数据处理：“iPhone 15”有3.5英寸，《红楼梦》与‘你好’！café 马丁·路德（注）——是的……；对吗？\n\
        價格是１．\u{3000}";

    #[test]
    fn clean_prose_has_no_candidates() {
        let clean = CLEAN.split('１').next().expect("a first part");
        let candidates = Candidates::of(CODE_POINT_RULES);
        for start in 0..clean.len() {
            if let Some(text) = clean.get(start..) {
                assert_eq!(candidates.character(text, 0), None, "{text}");
            }
        }
        assert_eq!(candidates.character(CLEAN, 0), Some(clean.len()));
    }

    #[test]
    fn every_character_that_is_not_certainly_composed_is_a_candidate() {
        let candidates = Candidates::of(Rules::of(&[Rule::CanonicalComposition]));
        let mut buffer = [0; 4];
        for character in '\0'..=char::MAX {
            let is_certain = canonical_combining_class(character) == 0
                && is_nfc_quick(core::iter::once(character)) == IsNormalized::Yes;
            // Compatibility ideographs are another rule's.
            let is_compatible =
                matches!(character, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}');
            if !is_certain && !is_compatible {
                let text = character.encode_utf8(&mut buffer);
                assert_eq!(candidates.character(text, 0), Some(0), "{character:?}");
            }
        }
    }

    #[test]
    fn spaces_between_words_are_none() {
        let rules = ALL
            .without(Rule::SpaceBesideLatin)
            .without(Rule::SpaceBetweenHan)
            .without(Rule::Letterspacing)
            .without(Rule::LineEnds);
        let candidates = Candidates::of(rules);
        assert_eq!(candidates.next("the iPhone 15 Pro", 0), None);
        assert_eq!(candidates.next("的5 G", 0), Some(4));
        let without_english = Candidates::of(rules.without(Rule::EnglishMarks));
        assert_eq!(without_english.next("好， 是", 0), Some(6));
    }

    #[test]
    fn marks_of_english_are_found_where_they_may_be() {
        let candidates = Candidates::of(Rules::of(&[Rule::EnglishMarks]));
        for (text, place) in [
            ("Come，join", Some(3)),
            ("，join", Some(0)),
            ("\n。a", Some(0)),
            ("是，好。", None),
            ("é！", Some(0)),
        ] {
            assert_eq!(candidates.next(text, 0), place, "{text}");
        }
    }

    #[test]
    fn insertion_asks_for_borders() {
        let candidates = Candidates::of(Rules::of(&[Rule::SpaceBesideLatin])).with_insertion();
        assert_eq!(candidates.next("数据", 0), None);
        // The last byte of 据 is flagged, and the change may be of 据.
        assert_eq!(candidates.next("数据A", 0), Some(3));
        assert_eq!(candidates.next("A数据", 0), Some(0));
        assert_eq!(candidates.next("数据δ", 0), Some(3));
        assert_eq!(candidates.next("C+数据", 0), Some(1));
        assert_eq!(candidates.next("5%数据", 0), Some(1));
        assert_eq!(candidates.next("数据%5", 0), None);
    }

    /// The same by the second question alone, at every character.
    fn plain(candidates: &Candidates, text: &str, from: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        if candidates.rules.has(Rule::EnglishMarks) && begins_with_mark(text, from) {
            return Some(from);
        }
        (from..bytes.len())
            .filter(|&at| text.is_char_boundary(at))
            .find(|&at| candidates.is_candidate(bytes, at))
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => Just("数据處理的，文本。"),
            1 => any::<char>().prop_map(|character| {
                let text: &'static str = String::from(character).leak();
                text
            }),
            1 => prop::sample::select(alloc::vec![
                "…", "。。", "……", "⋯", " ", "5 G", ", ", "“好”", "abc", "１", "．", "％", "\u{301}", "\u{200B}", "⼀", "ｶﾞ",
                "\u{3000}", "...", "\r", "·", "～", "é",
            ]),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_blocks_find_what_the_question_finds(text in text(), bits in any::<u32>()) {
            let rules: Vec<Rule> =
                Rule::ALL.into_iter().filter(|&rule| bits & 1 << rule as u32 != 0).collect();
            let candidates = Candidates::of(Rules::of(&rules));
            let borders = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for from in borders {
                let found = candidates.character(&text, from);
                prop_assert_eq!(found, plain(&candidates, &text, from));
                let next = candidates.next(&text, from);
                prop_assert_eq!(next.is_some(), found.is_some());
                prop_assert!(next.is_none_or(|next| from <= next && text.is_char_boundary(next)));
            }
        }
    }
}
