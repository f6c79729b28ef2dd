//! Spaces (S1 to S5) and the ends of lines (L1).

use core::ops::Range;

use super::line::Line;
use super::preset::Spacing;
use super::rule::Rule;
use super::token::{self, Class, Kind, Kinds};

/// What this layer is about, unless spaces are to be put in.
pub(super) const KINDS: Kinds = Kinds::of(&[Kind::Blank]);

/// Decides about every space of the line, and where one is missing.
pub(super) fn decide(line: &mut Line<'_>) {
    let text_start = prefix_end(line);
    let mut singles = 0;
    for index in 0..line.tokens.len() {
        if line.tokens[index].kind == Kind::Blank && index >= text_start {
            blank(line, index);
        } else if line.settings.spacing == Spacing::Insert {
            insert(line, index);
        }
        if line.has(Rule::Letterspacing) {
            singles = letterspacing(line, index, singles);
        }
    }
}

/// The token behind which the text of the line begins: what comes before is
/// indentation and the marker of a list, a heading or a quotation in Markdown,
/// which need their space.
fn prefix_end(line: &Line<'_>) -> usize {
    let mut end = 0;
    while line.kind(end).is_some_and(Kind::is_space) {
        end += 1;
    }
    while let Some(length) = marker_length(line, end) {
        end += length;
        while line.kind(end).is_some_and(Kind::is_space) {
            end += 1;
        }
    }
    end
}

/// How many tokens the marker at `index` has, if a space follows it.
fn marker_length(line: &Line<'_>, index: usize) -> Option<usize> {
    let length = match line.kind(index)? {
        Kind::Number => 2,
        Kind::SquareOpen => 2 + usize::from(line.kind(index + 1) != Some(Kind::SquareClose)),
        Kind::Symbol if line.source(index) == "#" => {
            let rest = line.tokens[index..].iter();
            rest.take_while(|token| &line.text[token.range()] == "#").count()
        }
        _ => 1,
    };
    let last = index + length - 1;
    let is_marker = match line.source_of(last)? {
        "-" | "*" | "+" | ">" | "#" | "•" => true,
        "." | ")" => line.kind(index) == Some(Kind::Number),
        "]" => line.kind(index) == Some(Kind::SquareOpen) && index > 0,
        _ => false,
    };
    (is_marker && line.kind(last + 1).is_some_and(Kind::is_space)).then_some(length)
}

/// Decides about a run of spaces, which does not end the line.
fn blank(line: &mut Line<'_>, index: usize) {
    let (Some(before), Some(behind)) =
        (index.checked_sub(1).and_then(|at| line.kind(at)), line.kind(index + 1))
    else {
        return;
    };
    let deleting = if is_beside_mark(line, index, before, behind) {
        Rule::SpaceBesideMarks
    } else if is_in_split_term(line, index) {
        Rule::SplitTerms
    } else if before == Kind::Han && behind == Kind::Han && line.tokens[index].length() == 1 {
        Rule::SpaceBetweenHan
    } else if line.settings.spacing == Spacing::Strip && is_gap(line, before, behind, index) {
        Rule::SpaceBesideLatin
    } else {
        return;
    };
    if line.has(deleting) {
        delete(line, index, deleting);
    }
}

fn delete(line: &mut Line<'_>, index: usize, rule: Rule) {
    line.tokens[index].replacement = Some("");
    line.tokens[index].rule = rule;
}

/// Whether a full-width mark stands beside the spaces (S1), and no border of a
/// table's cell.
fn is_beside_mark(line: &Line<'_>, index: usize, before: Kind, behind: Kind) -> bool {
    let is_mark = |kind: Kind, at: usize| match kind {
        Kind::Stop => matches!(line.written(at).chars().next(), Some('。' | '、')),
        Kind::QuoteOpen | Kind::QuoteClose => matches!(line.written(at), "「" | "」" | "『" | "』"),
        _ => kind.is_fullwidth(),
    };
    // What is invisible may go when it stands beside the mark, and a combining mark
    // would combine with it.
    let is_visible = |at: usize| {
        let first = line.source(at).chars().next().unwrap_or(' ');
        first.is_ascii()
            || line.tokens[at].kind != Kind::Transparent
                && !matches!(token::kind_of(first), Class::Extend)
    };
    // Full stops that come together would be an ellipsis.
    let is_full_stop = |at: usize| line.written(at).starts_with('。');
    before != Kind::Pipe
        && behind != Kind::Pipe
        && !(is_full_stop(index - 1) && is_full_stop(index + 1))
        && is_visible(index - 1)
        && is_visible(index + 1)
        && (is_mark(before, index - 1) || is_mark(behind, index + 1))
}

/// Whether the spaces are a gap between Han and a word or a number (S5).
fn is_gap(line: &Line<'_>, before: Kind, behind: Kind, index: usize) -> bool {
    before == Kind::Han && begins_like_word(line, behind, index + 1)
        || behind == Kind::Han && ends_like_word(line, before, index - 1)
}

fn begins_like_word(line: &Line<'_>, kind: Kind, index: usize) -> bool {
    matches!(kind, Kind::Word | Kind::Number)
        && line.source(index).chars().next().is_some_and(is_of_word)
}

fn ends_like_word(line: &Line<'_>, kind: Kind, index: usize) -> bool {
    match kind {
        Kind::Word | Kind::Number => {
            let last = line.source(index).chars().next_back();
            last.is_some_and(|last| is_of_word(last) || last == '%')
        }
        Kind::Symbol => is_suffix(line, index),
        _ => false,
    }
}

/// Whether the symbol is the end of a word, as in C++, Disney+ and 100+.
fn is_suffix(line: &Line<'_>, index: usize) -> bool {
    let mut signs = (0..=index).rev().skip_while(|&at| line.source(at) == "+");
    line.source(index) == "+"
        && signs.next().is_some_and(|at| {
            line.kind(at).is_some_and(|kind| kind != Kind::Symbol && ends_like_word(line, kind, at))
        })
}

/// Letters and digits that want a gap beside Han: those of alphabets (UTR #59,
/// East Asian Spacing, class W), but not of Hangul, which has its own spaces, nor
/// tone marks of bopomofo, nor what is enclosed.
fn is_of_word(character: char) -> bool {
    match character {
        '\0'..='\u{7F}' => character.is_ascii_alphanumeric(),
        '\u{2B0}'..='\u{2FF}' | '\u{1100}'..='\u{11FF}' | '\u{2460}'..='\u{24FF}' => false,
        '\u{3000}'..='\u{D7FF}' | '\u{F900}'..='\u{FFFF}' => false,
        _ => character.is_alphabetic(),
    }
}

/// Puts a space between Han and a word or a number that touch (S5).
fn insert(line: &mut Line<'_>, index: usize) {
    if index == 0 || !line.has(Rule::SpaceBesideLatin) {
        return;
    }
    let (before, here) = (line.tokens[index - 1].kind, line.tokens[index].kind);
    line.tokens[index].is_spaced = before == Kind::Han && begins_like_word(line, here, index)
        || here == Kind::Han && ends_like_word(line, before, index - 1);
}

/// Terms that are split by damage, as tokens without spaces, and what must follow
/// them, if anything must.
const SPLIT_TERMS: [(&[&str], &[&str]); 12] = [
    (&["2", "G"], &[]),
    (&["3", "G"], &[]),
    (&["4", "G"], &[]),
    (&["5", "G"], &[]),
    (&["6", "G"], &[]),
    (&["4", "K"], HIGH_DEFINITION),
    (&["8", "K"], HIGH_DEFINITION),
    (&["3", "D"], &[]),
    (&["A", "4"], &[]),
    (&["PM", "2.5"], &[]),
    (&["CO", "2"], &[]),
    (&["COVID", "-", "19"], &[]),
];

/// What `4K` and `8K` are said of.
const HIGH_DEFINITION: &[&str] = &["超", "高清", "電視", "电视", "視頻", "视频"];

/// Whether the spaces at `index` are within a term of the closed list (S2), with
/// Han, a full-width mark or the end of the line on both sides of it. An open rule
/// for digits and units would be wrong: `5 kg`, `8 GB` have their space by right.
fn is_in_split_term(line: &Line<'_>, index: usize) -> bool {
    SPLIT_TERMS.iter().any(|(term, followers)| {
        // The spaces may be the first or, of three parts, the second in the term.
        (1..term.len()).any(|part| is_term_around(line, index, term, part, followers))
    })
}

/// Whether the spaces at `index` stand before this part of the term.
fn is_term_around(
    line: &Line<'_>,
    index: usize,
    term: &[&str],
    part: usize,
    followers: &[&str],
) -> bool {
    if line.source_of(index + 1) != Some(term[part])
        || line.source_of(index - 1) != Some(term[part - 1])
    {
        return false;
    }
    let Some(start) = (index + 1).checked_sub(2 * part) else { return false };
    let end = start + 2 * term.len() - 1;
    let is_whole = (start..end).zip(0..).all(|(at, place)| match place % 2 {
        0 => line.source_of(at) == Some(term[place / 2]),
        _ => line.kind(at) == Some(Kind::Blank),
    });
    is_whole && stands_alone(line, start, end, followers)
}

/// Whether Chinese or nothing stands on both sides of these tokens.
fn stands_alone(line: &Line<'_>, start: usize, end: usize, followers: &[&str]) -> bool {
    let is_chinese = |kind: Option<Kind>| {
        kind.is_none_or(|kind| {
            kind == Kind::Han || kind == Kind::Stop || kind.is_fullwidth() || kind.is_quote()
        })
    };
    let left = line.left(start, |kind| kind == Kind::Blank);
    let behind = end - 1;
    if !followers.is_empty() {
        let rest = line.text[line.tokens[behind].end..].trim_start_matches(' ');
        return is_chinese(left) && followers.iter().any(|follower| rest.starts_with(follower));
    }
    let is_plus = line.source_of(end) == Some("+");
    is_chinese(left) && (is_plus || is_chinese(line.right(behind, |kind| kind == Kind::Blank)))
}

/// Joins Han characters that stand one by one between single spaces, if there are
/// four or more (S3). Takes how many stand so up to `index`, and gives that number.
fn letterspacing(line: &mut Line<'_>, index: usize, singles: usize) -> usize {
    const RUN: usize = 4;
    if !is_single_han(line, index) {
        let is_between = line.tokens[index].kind == Kind::Blank && line.tokens[index].length() == 1;
        return if is_between { singles } else { 0 };
    }
    let singles = 1 + if index > 1 && is_single_han(line, index - 2) { singles } else { 0 };
    if singles == RUN {
        for blank in 1..RUN {
            delete(line, index + 1 - 2 * blank, Rule::Letterspacing);
        }
    } else if singles > RUN {
        delete(line, index - 1, Rule::Letterspacing);
    }
    singles
}

/// Whether the token is one Han character.
fn is_single_han(line: &Line<'_>, index: usize) -> bool {
    line.tokens[index].kind == Kind::Han && line.source(index).chars().nth(1).is_none()
}

/// Takes the spaces at the end of a line away (L1), but for two of them, which
/// break a line in Markdown; and carriage returns.
pub(super) fn line_end(
    line: &str,
    text_end: usize,
    sink: &mut impl FnMut(Range<usize>, &str, Rule),
) {
    let end = &line[text_end..];
    let is_break = text_end > 0 && end.bytes().filter(|&byte| byte != b'\r').eq([b' ', b' ']);
    let wanted = if is_break { "  " } else { "" };
    if end != wanted {
        sink(text_end..line.len(), wanted, Rule::LineEnds);
    }
}

impl Line<'_> {
    /// The token's text in the source, if there is such a token.
    fn source_of(&self, index: usize) -> Option<&str> {
        (index < self.tokens.len()).then(|| self.source(index))
    }
}
