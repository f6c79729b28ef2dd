//! Pairs: brackets, of which some become full-width, and quotation marks.
//!
//! Brackets are decided as pairs, never one alone, so that no mixed pair is ever
//! written. Matching is blind to width and form: a bracket of one width closes one
//! of the other, and 」 closes “, so that what matches does not depend on what was
//! already normalized. Two stacks per line; what remains on them stays as it is.

use alloc::vec::Vec;

use super::line::Line;
use super::rule::Rule;
use super::token::{Kind, Kinds};

/// What stands open, and what the line had up to there.
#[derive(Clone, Copy)]
pub(super) struct Opener {
    token: usize,
    before: Counts,
    /// Whether a ’ was met that closes nothing: perhaps it closes this.
    is_doubtful: bool,
}

/// What stands open at a place of a line.
#[derive(Default)]
pub(super) struct Openers {
    brackets: Vec<Opener>,
    quotes: Vec<Opener>,
}

/// Tokens so far.
#[derive(Clone, Copy, Default)]
struct Counts {
    han: usize,
    words: usize,
    /// Those outside ASCII, as far as they stand in brackets.
    not_ascii: usize,
}

/// What this layer is about.
pub(super) const KINDS: Kinds =
    Kinds::of(&[Kind::HalfClose, Kind::FullClose, Kind::QuoteClose, Kind::StraightQuote]);

/// From how many words on a run without Han is a sentence of another language.
const SENTENCE: usize = 3;

/// Finds all pairs, decides about brackets (P3), and guards sentences of other
/// languages.
pub(super) fn decide(line: &mut Line<'_>, openers: &mut Openers) {
    openers.brackets.clear();
    openers.quotes.clear();
    let mut counts = Counts::default();
    for index in 0..line.tokens.len() {
        let kind = line.tokens[index].kind;
        let opener = Opener { token: index, before: counts, is_doubtful: false };
        match kind {
            Kind::HalfOpen | Kind::FullOpen => openers.brackets.push(opener),
            Kind::HalfClose | Kind::FullClose => {
                if let Some(open) = openers.brackets.pop() {
                    decide_brackets(line, open, index, counts);
                }
            }
            Kind::QuoteOpen => openers.quotes.push(opener),
            Kind::QuoteClose => close_quote(line, &mut openers.quotes, index, counts),
            Kind::StraightQuote => straight_quote(line, &mut openers.quotes, opener, counts),
            _ => {}
        }
        // What is ASCII is of interest within brackets alone.
        let is_not_ascii = !openers.brackets.is_empty() && !line.written(index).is_ascii();
        counts.count(kind, is_not_ascii);
    }
}

impl Counts {
    fn count(&mut self, kind: Kind, is_not_ascii: bool) {
        self.han += usize::from(kind == Kind::Han);
        self.words += usize::from(kind == Kind::Word);
        self.not_ascii += usize::from(is_not_ascii);
    }

    /// Whether what stands between `opener` and here is a sentence of another
    /// language: words, and no Han.
    fn is_sentence_since(&self, opener: Opener) -> bool {
        self.han == opener.before.han && self.words - opener.before.words >= SENTENCE
    }
}

/// Decides about the pair of brackets at `opener` and `close`.
fn decide_brackets(line: &mut Line<'_>, opener: Opener, close: usize, counts: Counts) {
    let open = opener.token;
    let is_call = is_call(line, opener, close, counts);
    if is_call || counts.is_sentence_since(opener) {
        line.tokens[open].partner = close;
        line.tokens[open].is_guarded = true;
    }
    let is_mixed =
        (line.tokens[open].kind == Kind::FullOpen) != (line.tokens[close].kind == Kind::FullClose);
    let becomes_fullwidth = is_mixed
        || !is_call && (counts.han > opener.before.han || is_chinese_around(line, open, close));
    if becomes_fullwidth && line.has(Rule::Brackets) {
        widen(line, open, Kind::HalfOpen, "（", Kind::FullOpen);
        widen(line, close, Kind::HalfClose, "）", Kind::FullClose);
    }
}

/// Whether the pair is that of a call, `f(a, b)`: a name directly before it, all
/// of it ASCII, and not a year, which belongs to a name: `Name(1934)`.
fn is_call(line: &Line<'_>, opener: Opener, close: usize, counts: Counts) -> bool {
    let open = opener.token;
    open > 0
        && line.tokens[open - 1].kind == Kind::Word
        && line.text.as_bytes()[line.tokens[open].start - 1].is_ascii()
        && line.tokens[open].kind == Kind::HalfOpen
        && line.tokens[close].kind == Kind::HalfClose
        && counts.not_ascii == opener.before.not_ascii
        && !is_year(line, open, close)
}

/// Whether a year stands between the brackets, or two: `1934`, `1934-2001`.
fn is_year(line: &Line<'_>, open: usize, close: usize) -> bool {
    let inside = &line.text[line.tokens[open].end..line.tokens[close].start];
    let is_one = |text: &str| {
        text.len() == 4
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && ("1000".."2100").contains(&text)
    };
    inside.len() < 16 && inside.split(['-', '–', '—', '~', '～']).all(|part| is_one(part.trim()))
}

/// Whether what stands around a pair says that it is Chinese: Han or a Chinese
/// closing bracket before it; Han right behind it where it begins a clause, as in
/// `(3)強化`; Han or a mark of Chinese behind a year.
fn is_chinese_around(line: &Line<'_>, open: usize, close: usize) -> bool {
    let left = line.left(open, |kind| kind.is_transparent() || kind.is_quote());
    let begins_clause = || {
        let is_beginning =
            line.left(open, Kind::is_space).is_none_or(|kind| kind.is_mark() || kind == Kind::Stop);
        is_beginning && line.kind(close + 1) == Some(Kind::Han)
    };
    let is_year_of_chinese = || {
        let right = line.right(close, |kind| kind.is_space() || kind.is_mark());
        is_year(line, open, close) && matches!(right, Some(Kind::Han | Kind::Stop))
    };
    matches!(left, Some(Kind::Han | Kind::TitleClose | Kind::FullClose))
        || begins_clause()
        || is_year_of_chinese()
}

/// Makes a bracket full-width if it is not.
fn widen(line: &mut Line<'_>, index: usize, from: Kind, replacement: &'static str, to: Kind) {
    let token = &mut line.tokens[index];
    if token.kind == from {
        token.replace(replacement, to, Rule::Brackets);
    }
}

/// A directed closing quote: closes the innermost one. ’ closes ‘ alone, for it
/// may be an apostrophe; and a ‘ that nothing closed may be one as well.
fn close_quote(line: &mut Line<'_>, quotes: &mut Vec<Opener>, index: usize, counts: Counts) {
    let is_single = |line: &Line<'_>, opener: &Opener| line.source(opener.token) == "‘";
    if line.source(index) == "’" {
        match quotes.last_mut() {
            Some(opener) if !is_single(line, opener) => opener.is_doubtful = true,
            Some(_) => pair(line, quotes, index, counts),
            None => {}
        }
        return;
    }
    while quotes.pop_if(|opener| is_single(line, opener)).is_some() {}
    pair(line, quotes, index, counts);
}

/// A straight quote: closes one that is innermost, is an inch mark behind a digit
/// where none is open, and opens one otherwise.
fn straight_quote(line: &mut Line<'_>, quotes: &mut Vec<Opener>, opener: Opener, counts: Counts) {
    let is_straight = |opener: &Opener| line.tokens[opener.token].kind == Kind::StraightQuote;
    if quotes.last().is_some_and(is_straight) {
        return pair(line, quotes, opener.token, counts);
    }
    let is_inch = opener.token > 0
        && line.text.as_bytes()[line.tokens[opener.token].start - 1].is_ascii_digit();
    if !is_inch {
        quotes.push(opener);
    }
}

/// Makes the innermost opener and the token at `close` a pair.
fn pair(line: &mut Line<'_>, quotes: &mut Vec<Opener>, close: usize, counts: Counts) {
    let Some(opener) = quotes.pop() else { return };
    if opener.is_doubtful {
        return;
    }
    let open = opener.token;
    line.tokens[open].partner = close;
    line.tokens[close].partner = open;
    if counts.is_sentence_since(opener) {
        line.tokens[open].is_guarded = true;
    }
}
