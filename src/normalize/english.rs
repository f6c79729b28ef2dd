//! Full-width marks in a line of English (P5).
//!
//! A line without Han, with two words at least, whose only other full-width marks
//! are quotation marks and round brackets in pairs, is one of English (or another
//! language that has words): there a mark right behind a word, a quote or a bracket
//! becomes the ASCII one, and a space follows before the next word. Brackets become
//! ASCII as well, with a space between them and the words outside.

use super::line::Line;
use super::rule::Rule;
use super::token::Kind;

/// Decides about every full-width mark of a line without Han.
pub(super) fn decide(line: &mut Line<'_>) {
    if line.facts.words < 2 || line.facts.hangul_words > 0 || !is_english(line) {
        return;
    }
    for index in 0..line.tokens.len() {
        match line.tokens[index].kind {
            Kind::FullOpen => narrow_open(line, index),
            Kind::FullClose => narrow_close(line, index),
            Kind::FullMark | Kind::Stop if follows_ascii(line, index) => narrow(line, index),
            _ => {}
        }
    }
}

/// Whether all full-width marks are those that English has as well, and round brackets
/// are pairs.
fn is_english(line: &Line<'_>) -> bool {
    let mut open = 0_usize;
    let is_of_english = line.tokens.iter().enumerate().all(|(index, token)| match token.kind {
        Kind::Stop => matches!(line.source(index), "。" | "…" | "—" | "……" | "——"),
        Kind::TitleOpen | Kind::TitleClose => false,
        Kind::FullOpen => {
            open += 1;
            true
        }
        Kind::FullClose => {
            let is_pair = open > 0;
            open = open.saturating_sub(1);
            is_pair
        }
        _ => true,
    });
    is_of_english && open == 0
}

/// Whether a character of ASCII will stand right before the token.
fn follows_ascii(line: &Line<'_>, index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|at| line.written(at).bytes().next_back());
    before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"\"')]%*`".contains(&byte))
}

fn narrow_open(line: &mut Line<'_>, index: usize) {
    let is_behind_word = index > 0 && line.kind(index - 1).is_some_and(is_word);
    let replacement = if is_behind_word { " (" } else { "(" };
    line.tokens[index].replace(replacement, Kind::HalfOpen, Rule::EnglishMarks);
}

fn narrow_close(line: &mut Line<'_>, index: usize) {
    let is_before_word = line.kind(index + 1).is_some_and(is_word);
    let replacement = if is_before_word { ") " } else { ")" };
    line.tokens[index].replace(replacement, Kind::HalfClose, Rule::EnglishMarks);
}

fn is_word(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Number | Kind::Opaque)
}

fn narrow(line: &mut Line<'_>, index: usize) {
    let (tight, spaced) = match line.source(index) {
        "，" => (",", ", "),
        "；" => (";", "; "),
        "：" => (":", ": "),
        "？" => ("?", "? "),
        "！" => ("!", "! "),
        "。" => (".", ". "),
        _ => return,
    };
    // A bracket behind a mark has no space of its own before it.
    let is_word_next =
        line.kind(index + 1).is_some_and(|kind| is_word(kind) || kind == Kind::FullOpen);
    let replacement = if is_word_next { spaced } else { tight };
    line.tokens[index].replace(replacement, Kind::HalfMark, Rule::EnglishMarks);
}
