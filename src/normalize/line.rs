//! One line: the rules of marks, quotes and spaces, one layer behind the other.
//!
//! A line becomes tokens, each layer decides over all of them, and what was
//! decided is told in the end. That the second normalization finds nothing to do
//! rests on the order: what a layer asks of a token is either what no later layer
//! changes (is it Han? is it a word?), or asked without regard to what may yet
//! change (a bracket of either width, a mark of either width), or was decided by
//! an earlier layer.
//!
//! | layer | decides | by |
//! | --- | --- | --- |
//! | `symbols` | ellipses, dashes, interpuncts, `<<…>>`, `.` | Han around |
//! | `structure` | which brackets and quotes are pairs, which brackets become full-width | Han inside and around |
//! | `marks` | `, ; : ? !` | what was written before, Han behind |
//! | `quotes` | form of quotation marks | marks around |
//! | `spaces` | spaces | all of it |

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::damage::Profile;
use super::preset::Spacing;
use super::rule::Rule;
use super::structure::Openers;
use super::token::{self, Facts, Kind, Token};
use super::{Settings, english, marks, quotes, spaces, structure, symbols};

/// Memory that lines use one after the other.
#[derive(Default)]
pub(crate) struct Scratch {
    tokens: Vec<Token>,
    openers: Openers,
    /// A line as the pass over code points leaves it.
    pub(super) repaired: String,
}

/// A line on which rules are at work.
pub(super) struct Line<'l> {
    pub(super) text: &'l str,
    pub(super) tokens: &'l mut [Token],
    pub(super) facts: Facts,
    pub(super) settings: &'l Settings,
    pub(super) profile: Profile,
}

/// Tells `sink` what becomes of `line`, which has no line feed: ranges in bytes of
/// the line, ascending and disjoint, what replaces each, and by which rule. Nothing
/// changes in `protected`, ranges of the line.
pub(super) fn changes(
    line: &str,
    protected: &[Range<usize>],
    settings: &Settings,
    profile: Profile,
    scratch: &mut Scratch,
    sink: &mut impl FnMut(Range<usize>, &str, Rule),
) {
    let text = text_of(line);
    if !text.is_ascii() && may_be_chinese(text) {
        let facts = token::tokenize(text, up_to(text.len(), protected), &mut scratch.tokens);
        let tokens = &mut scratch.tokens[..];
        let mut line = Line { text, tokens, facts, settings, profile };
        line.decide(&mut scratch.openers);
        line.tell(sink);
    }
    if settings.rules.has(Rule::LineEnds) {
        spaces::line_end(line, text.len(), sink);
    }
}

/// Those of `protected` that end no later than at `end`.
fn up_to(end: usize, protected: &[Range<usize>]) -> &[Range<usize>] {
    &protected[..protected.partition_point(|range| range.end <= end)]
}

/// Tells `sink` about the places of `line` that a rule is about and about which
/// nobody can decide by the line: a mark and a `~` between digits. `protected` are ranges
/// of it that are no text.
pub(super) fn doubts(
    line: &str,
    protected: &[Range<usize>],
    settings: &Settings,
    profile: Profile,
    scratch: &mut Scratch,
    sink: &mut impl FnMut(Range<usize>, Rule),
) {
    let text = text_of(line);
    let facts = token::tokenize(text, up_to(text.len(), protected), &mut scratch.tokens);
    let line = Line { text, tokens: &mut scratch.tokens, facts, settings, profile };
    if facts.han == 0 || line.is_korean() {
        return;
    }
    for (index, token) in line.tokens.iter().enumerate() {
        match token.kind {
            Kind::HalfMark if line.has(Rule::Marks) && marks::is_between_digits(&line, index) => {
                sink(token.range(), Rule::Marks);
            }
            Kind::Number if line.has(Rule::TitleMarks) => {
                let tildes = text[token.range()].match_indices('~');
                tildes.for_each(|(at, _)| {
                    sink(token.start + at..token.start + at + 1, Rule::TitleMarks);
                });
            }
            _ => {}
        }
    }
}

/// Whether the line may have Han or a full-width mark: without either, no rule is about
/// it. Asked by the first bytes of characters alone, and of those that begin with E2,
/// which has quotation marks and dashes as well, by the second too.
fn may_be_chinese(line: &str) -> bool {
    let bytes = line.as_bytes();
    let is_lead = |byte: u8| matches!(byte, 0xE3..=0xE9 | 0xEF..);
    let is_radical = |pair: &[u8]| pair[0] == 0xE2 && pair[1] >= 0xBA;
    bytes.iter().any(|byte| is_lead(*byte)) || bytes.windows(2).any(is_radical)
}

/// The line without the spaces and carriage returns at its end.
pub(super) fn text_of(line: &str) -> &str {
    line.trim_end_matches([' ', '\t', '\r'])
}

impl Line<'_> {
    fn decide(&mut self, openers: &mut Openers) {
        if self.facts.han == 0 {
            if self.settings.rules.has(Rule::EnglishMarks) {
                english::decide(self);
            }
        } else if !self.is_korean() {
            self.decide_by_layers(openers);
        }
    }

    /// The layers, but for those that have nothing to decide.
    fn decide_by_layers(&mut self, openers: &mut Openers) {
        let kinds = self.facts.kinds;
        if kinds.has_any(symbols::kinds(self.settings)) {
            symbols::decide(self);
        }
        if kinds.has_any(structure::KINDS) {
            structure::decide(self, openers);
        }
        if kinds.has_any(marks::KINDS) {
            marks::decide(self);
        }
        if kinds.has_any(quotes::KINDS) {
            quotes::decide(self);
        }
        if kinds.has_any(spaces::KINDS) || self.settings.spacing == Spacing::Insert {
            spaces::decide(self);
        }
    }

    /// Whether the line is Korean, where ASCII marks are right, also with some
    /// ideographs in it.
    fn is_korean(&self) -> bool {
        let Facts { han, ideographs, hangul_words, .. } = self.facts;
        hangul_words > 0 && (!ideographs || hangul_words >= han)
    }

    fn tell(&self, sink: &mut impl FnMut(Range<usize>, &str, Rule)) {
        for token in self.tokens.iter() {
            if token.is_spaced {
                sink(token.start..token.start, " ", Rule::SpaceBesideLatin);
            }
            if let Some(replacement) = token.replacement {
                sink(token.range(), replacement, token.rule);
            }
        }
    }

    pub(super) fn has(&self, rule: Rule) -> bool {
        self.settings.rules.has(rule)
    }

    /// The token's text in the source.
    pub(super) fn source(&self, index: usize) -> &str {
        &self.text[self.tokens[index].range()]
    }

    /// The token's text as it will be.
    pub(super) fn written(&self, index: usize) -> &str {
        self.tokens[index].replacement.unwrap_or(self.source(index))
    }

    /// What the token is, or will be; `None` beyond the ends of the line.
    pub(super) fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// The kind of the next token to the left of `index` that is not skipped.
    pub(super) fn left(&self, index: usize, is_skipped: impl Fn(Kind) -> bool) -> Option<Kind> {
        let before = self.tokens[..index].iter().rev();
        before.map(|token| token.kind).find(|&kind| !is_skipped(kind))
    }

    /// The kind of the next token to the right of `index` that is not skipped.
    pub(super) fn right(&self, index: usize, is_skipped: impl Fn(Kind) -> bool) -> Option<Kind> {
        let behind = self.tokens[index + 1..].iter();
        behind.map(|token| token.kind).find(|&kind| !is_skipped(kind))
    }
}

impl Kind {
    /// Space of any kind.
    pub(super) fn is_space(self) -> bool {
        matches!(self, Kind::Blank | Kind::Gap)
    }

    /// What has no meaning of its own for the marks around it.
    pub(super) fn is_transparent(self) -> bool {
        self.is_space() || self == Kind::Transparent
    }

    /// Quotation marks of any form.
    pub(super) fn is_quote(self) -> bool {
        matches!(self, Kind::QuoteOpen | Kind::QuoteClose | Kind::StraightQuote)
    }

    /// A mark of a clause in either width.
    pub(super) fn is_mark(self) -> bool {
        matches!(self, Kind::HalfMark | Kind::FullMark)
    }

    /// A bracket that opens.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Kind::HalfOpen | Kind::FullOpen | Kind::TitleOpen | Kind::SquareOpen)
    }

    /// A bracket that closes.
    pub(super) fn is_close(self) -> bool {
        matches!(self, Kind::HalfClose | Kind::FullClose | Kind::TitleClose | Kind::SquareClose)
    }

    /// Whether a clause that ends with it is Chinese.
    pub(super) fn is_chinese_end(self) -> bool {
        matches!(self, Kind::Han | Kind::FullMark | Kind::Stop | Kind::FullClose | Kind::TitleClose)
    }

    /// Words, numbers and what stands for them.
    pub(super) fn is_latin(self) -> bool {
        matches!(
            self,
            Kind::Word
                | Kind::Number
                | Kind::Opaque
                | Kind::Symbol
                | Kind::Dots
                | Kind::Hyphens
                | Kind::Bullet
                | Kind::AnglesClose
        )
    }

    /// Full-width marks and brackets beside which no space stands (GB/T 15834, 5.1).
    pub(super) fn is_fullwidth(self) -> bool {
        matches!(
            self,
            Kind::FullMark | Kind::FullOpen | Kind::FullClose | Kind::TitleOpen | Kind::TitleClose
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use token::Class;

    #[test]
    fn every_line_with_han_or_a_fullwidth_mark_may_be_chinese() {
        let mut buffer = [0; 4];
        for character in '\u{80}'..=char::MAX {
            let is_asked_for = token::is_han(character)
                || character == '。'
                || matches!(token::kind_of(character), Class::Kind(Kind::FullMark));
            let line = character.encode_utf8(&mut buffer);
            assert!(!is_asked_for || may_be_chinese(line), "{character:?}");
        }
        assert!(!may_be_chinese("Le “déjeuner” — c’est… bon"));
    }
}
