//! `, ; : ? !`: which of them are Chinese (P1, P2).
//!
//! A mark belongs to the clause on its left. Behind Han or a full-width mark it is
//! Chinese, whatever follows. Behind a word or a number the line around it must
//! tell, and the mark stays between two of them. Between two digits it is part of
//! a number, or nobody can say.

use super::line::Line;
use super::rule::Rule;
use super::token::{Kind, Kinds};

/// What this layer is about.
pub(super) const KINDS: Kinds = Kinds::of(&[Kind::HalfMark]);

/// Decides about every mark of the line, from left to right.
pub(super) fn decide(line: &mut Line<'_>) {
    let mut guarded_to = 0;
    // The token behind the last mark, and what was decided about that.
    let mut last = (0, false);
    for index in 0..line.tokens.len() {
        let token = &line.tokens[index];
        if token.is_guarded {
            guarded_to = guarded_to.max(token.partner);
        }
        if token.kind != Kind::HalfMark {
            continue;
        }
        let is_in_run = index > 0 && last.0 == index;
        let is_chinese = match is_in_run {
            true => last.1,
            false => index >= guarded_to && is_chinese(line, index),
        };
        last = (index + 1, is_chinese);
        if is_chinese {
            widen(line, index);
        }
    }
}

/// The full-width form of a mark, and the rule that writes it.
fn fullwidth(mark: u8) -> (&'static str, Rule) {
    match mark {
        b',' => ("，", Rule::Marks),
        b';' => ("；", Rule::Marks),
        b'?' => ("？", Rule::Marks),
        b'!' => ("！", Rule::Marks),
        _ => ("：", Rule::Colon),
    }
}

fn widen(line: &mut Line<'_>, index: usize) {
    let (replacement, rule) = fullwidth(line.text.as_bytes()[line.tokens[index].start]);
    if line.has(rule) {
        line.tokens[index].replace(replacement, Kind::FullMark, rule);
    }
}

/// Whether the mark is one of Chinese.
fn is_chinese(line: &Line<'_>, index: usize) -> bool {
    if is_between_digits(line, index) {
        return false;
    }
    match line.left(index, is_skipped_to_the_left) {
        Some(kind) if kind.is_chinese_end() => true,
        Some(kind) if kind.is_latin() => {
            line.profile.restores_behind_words && is_chinese_behind_word(line, index)
        }
        Some(_) => false,
        None => line.profile.restores_behind_words && is_chinese_at_start(line, index),
    }
}

/// Whether a mark that begins a line is Chinese, as where a text was cut into lines
/// behind a quotation: before Han, a comma, or any mark beside a quotation mark. Others
/// may begin a comment or a command.
fn is_chinese_at_start(line: &Line<'_>, index: usize) -> bool {
    let is_quote = |kind: Option<Kind>| kind.is_some_and(Kind::is_quote);
    let is_comma = line.source(index) == ",";
    let is_beside_quote =
        is_quote(line.left(index, Kind::is_space)) || is_quote(line.right(index, Kind::is_space));
    (is_comma || is_beside_quote)
        && line.right(index, |kind| kind.is_space() || kind.is_quote()) == Some(Kind::Han)
        && is_mostly_han(line)
}

/// Whether at least half of the line's words are Han.
fn is_mostly_han(line: &Line<'_>) -> bool {
    line.facts.han >= line.facts.words
}

/// Whether digits stand on both sides without a space: `2019,2020`.
pub(super) fn is_between_digits(line: &Line<'_>, index: usize) -> bool {
    let bytes = line.text.as_bytes();
    let (start, end) = (line.tokens[index].start, line.tokens[index].end);
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    start > 0 && is_digit(bytes.get(start - 1)) && is_digit(bytes.get(end))
}

/// Whether a mark behind a word or a number is Chinese: before Han where at least
/// half of the line is, and at its end where more than half is. So the mark of a single
/// English word before Han, `Yes!我`, is Chinese as well: what was folded looks no
/// different from what was not. A comma between two words stays, also without a space.
fn is_chinese_behind_word(line: &Line<'_>, index: usize) -> bool {
    match line.right(index, is_skipped_to_the_right) {
        Some(Kind::Han | Kind::Stop) => is_mostly_han(line),
        Some(_) => false,
        None => line.facts.han > line.facts.words,
    }
}

fn is_skipped_to_the_left(kind: Kind) -> bool {
    kind.is_transparent() || kind.is_quote() || matches!(kind, Kind::HalfClose | Kind::SquareClose)
}

fn is_skipped_to_the_right(kind: Kind) -> bool {
    kind.is_transparent() || kind.is_quote() || kind.is_open() || kind.is_close()
}
