//! Full-width marks in a line of English (P5).
//!
//! A line without Han, with two words at least, whose only other full-width marks
//! are quotation marks, is one of English (or another language that has words):
//! there a mark right behind a word or a quote becomes the ASCII one, and a space
//! follows before the next word.

use super::line::Line;
use super::rule::Rule;
use super::token::Kind;

/// Decides about every full-width mark of a line without Han.
pub(super) fn decide(line: &mut Line<'_>) {
    if line.facts.words < 2 || line.facts.hangul_words > 0 || !is_english(line) {
        return;
    }
    for index in 1..line.tokens.len() {
        if matches!(line.tokens[index].kind, Kind::FullMark | Kind::Stop)
            && follows_ascii(line, index)
        {
            narrow(line, index);
        }
    }
}

/// Whether all full-width marks are those that English has as well.
fn is_english(line: &Line<'_>) -> bool {
    line.tokens.iter().enumerate().all(|(index, token)| match token.kind {
        Kind::Stop => matches!(line.source(index), "。" | "…" | "—" | "……" | "——"),
        Kind::TitleOpen | Kind::TitleClose | Kind::FullOpen | Kind::FullClose => false,
        _ => true,
    })
}

/// Whether a character of ASCII stands right before the token.
fn follows_ascii(line: &Line<'_>, index: usize) -> bool {
    let before = line.text.as_bytes()[line.tokens[index].start - 1];
    before.is_ascii_alphanumeric() || b"\"')]%*`".contains(&before)
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
    let is_word_next =
        matches!(line.kind(index + 1), Some(Kind::Word | Kind::Number | Kind::Opaque));
    let replacement = if is_word_next { spaced } else { tight };
    line.tokens[index].replace(replacement, Kind::HalfMark, Rule::EnglishMarks);
}
