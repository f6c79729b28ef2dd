//! Ellipses, dashes, interpuncts, title marks and full stops (P4 to P9): what one
//! wrote with ASCII or a look-alike for want of a key. All are told by the Han
//! beside them.

use alloc::vec::Vec;

use super::Settings;
use super::line::Line;
use super::preset::{Ellipses, Interpunct};
use super::rule::Rule;
use super::token::{self, Kind, Kinds};

/// What this layer is about: 。 and … only where all ellipses are written.
pub(super) fn kinds(settings: &Settings) -> Kinds {
    const ASCII: &[Kind] = &[Kind::Dots, Kind::Hyphens, Kind::Bullet, Kind::AnglesClose];
    const ALL: &[Kind] = &[Kind::Dots, Kind::Hyphens, Kind::Bullet, Kind::AnglesClose, Kind::Stop];
    match settings.ellipses {
        Ellipses::SixDots => const { Kinds::of(ASCII) },
        Ellipses::All => const { Kinds::of(ALL) },
    }
}

/// Decides about every symbol of the line.
pub(super) fn decide(line: &mut Line<'_>) {
    // First, because the others ask whether a title begins or ends beside them.
    if line.has(Rule::TitleMarks) && line.facts.kinds.has_any(ANGLES) {
        title_marks(line);
    }
    for index in 0..line.tokens.len() {
        match line.tokens[index].kind {
            Kind::Dots => dots(line, index),
            Kind::Stop => stop(line, index),
            Kind::Hyphens => hyphens(line, index),
            Kind::Bullet => bullet(line, index),
            _ => {}
        }
    }
}

/// `.` is a full stop (P4) or, several of them, an ellipsis (P6).
fn dots(line: &mut Line<'_>, index: usize) {
    let length = line.tokens[index].length();
    let is_ellipsis = match line.settings.ellipses {
        Ellipses::SixDots => length == 6,
        Ellipses::All => (3..=6).contains(&length),
    };
    if is_ellipsis {
        ellipsis(line, index);
    } else if length == 1
        && line.has(Rule::FullStop)
        && line.profile.restores_full_stops
        && is_full_stop(line, index)
    {
        line.tokens[index].replace("。", Kind::Stop, Rule::FullStop);
    }
}

/// Whether a `.` ends a Chinese sentence: behind Han or a closing mark behind Han,
/// and before Han or the end of the line.
fn is_full_stop(line: &Line<'_>, index: usize) -> bool {
    let is_closing = |kind: Kind| kind.is_space() || kind.is_close() || kind.is_quote();
    let left = line.left(index, is_closing);
    let right = line.right(index, is_closing);
    left == Some(Kind::Han) && matches!(right, None | Some(Kind::Han))
}

/// A run of … or 。 that is no ellipsis as the standard has it.
fn stop(line: &mut Line<'_>, index: usize) {
    let source = line.source(index);
    let length = source.len() / "…".len();
    let is_ellipsis = line.settings.ellipses == Ellipses::All
        && match source.chars().next() {
            // Twelve dots are those of a missing paragraph.
            Some('…' | '⋯') => !matches!(length, 2 | 4),
            Some('。') => length >= 3,
            _ => false,
        };
    if is_ellipsis {
        ellipsis(line, index);
    }
}

/// Writes an ellipsis beside Han, also where marks stand between.
fn ellipsis(line: &mut Line<'_>, index: usize) {
    let is_skipped = |kind: Kind| kind.is_space() || kind.is_mark();
    let left = line.left(index, |kind| is_skipped(kind) || kind.is_close() || kind.is_quote());
    let is_beside_han = left == Some(Kind::Han) || line.right(index, is_skipped) == Some(Kind::Han);
    if is_beside_han && line.has(Rule::Ellipsis) && !is_beside_dots(line, index) {
        line.tokens[index].replace("……", Kind::Stop, Rule::Ellipsis);
    }
}

/// Whether other dots stand right beside these, so that nobody knows how many belong
/// together.
fn is_beside_dots(line: &Line<'_>, index: usize) -> bool {
    let is_dots = |at: Option<usize>| {
        let source = at.and_then(|at| line.tokens.get(at)).map(|token| &line.text[token.range()]);
        source.is_some_and(|source| source.starts_with(['.', '…', '⋯', '。']))
    };
    is_dots(index.checked_sub(1)) || is_dots(Some(index + 1))
}

/// Two hyphens or lines between Han are a dash (P7).
fn hyphens(line: &mut Line<'_>, index: usize) {
    let is_pair = matches!(line.source(index), "--" | "──" | "－－");
    if !is_pair || !line.has(Rule::Dash) {
        return;
    }
    let is_skipped =
        |kind: Kind| kind.is_space() || kind.is_quote() || kind.is_open() || kind.is_close();
    let is_between_han = line.left(index, is_skipped) == Some(Kind::Han)
        && line.right(index, is_skipped) == Some(Kind::Han);
    if is_between_han {
        line.tokens[index].replace("——", Kind::Stop, Rule::Dash);
    }
}

/// A dot between ideographs is that of a name (P8). Beside kana it is Japanese.
fn bullet(line: &mut Line<'_>, index: usize) {
    let wanted = match line.settings.interpunct {
        Interpunct::MiddleDot => "·",
        Interpunct::HyphenationPoint => "‧",
    };
    if !line.has(Rule::Interpunct) || line.source(index) == wanted {
        return;
    }
    let is_ideograph = |character: Option<char>| {
        character.is_some_and(|character| token::is_han(character) && !token::is_kana(character))
    };
    let range = line.tokens[index].range();
    let before = line.text[..range.start].chars().next_back();
    if is_ideograph(before) && is_ideograph(line.text[range.end..].chars().next()) {
        line.tokens[index].replace(wanted, Kind::Bullet, Rule::Interpunct);
    }
}

/// What ends a title that was written without its marks.
const ANGLES: Kinds = Kinds::of(&[Kind::AnglesClose]);

/// `<<` and `>>` around Han are the marks of a title (P9), which may have one in it.
fn title_marks(line: &mut Line<'_>) {
    let mut open = Vec::new();
    let mut last_han = 0;
    for index in 0..line.tokens.len() {
        match line.tokens[index].kind {
            Kind::Han => last_han = index,
            Kind::AnglesOpen => open.push(index),
            Kind::AnglesClose => {
                if let Some(open) = open.pop().filter(|open| *open < last_han) {
                    line.tokens[open].replace("《", Kind::TitleOpen, Rule::TitleMarks);
                    line.tokens[index].replace("》", Kind::TitleClose, Rule::TitleMarks);
                }
            }
            _ => {}
        }
    }
}
