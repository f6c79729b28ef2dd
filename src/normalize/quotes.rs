//! Quotation marks in the form of the region, by depth (Q1, Q2).
//!
//! Pairs come from `structure`. One is Chinese if it holds Han or touches Han or a
//! full-width mark outside, or stands within one that is; so `The “best” one` in a
//! line of English stays. Marks change with depth: those at the third level are
//! those of the first.

use super::line::Line;
use super::preset::QuoteForm;
use super::rule::Rule;
use super::token::{Kind, Kinds, NOWHERE, Token};

/// What this layer is about.
pub(super) const KINDS: Kinds = Kinds::of(&[Kind::QuoteClose, Kind::StraightQuote]);

/// Decides about every pair of quotation marks of the line.
pub(super) fn decide(line: &mut Line<'_>) {
    if !line.has(Rule::QuotationMarks) && !line.has(Rule::StraightQuotes) {
        return;
    }
    let mut depth = 0_usize;
    // The end of the outermost Chinese pair: all pairs within it are Chinese.
    let mut chinese_to = 0;
    for index in 0..line.tokens.len() {
        let Token { kind, partner, .. } = line.tokens[index];
        // Guarded brackets have a partner as well.
        if partner == NOWHERE || !kind.is_quote() {
            continue;
        }
        if partner < index {
            depth -= 1;
            continue;
        }
        if index < chinese_to || is_chinese(line, index, partner) {
            chinese_to = chinese_to.max(partner);
            write(line, index, partner, depth);
        }
        depth += 1;
    }
}

/// Whether the pair at `open` and `close` is part of a Chinese text.
fn is_chinese(line: &Line<'_>, open: usize, close: usize) -> bool {
    let is_chinese = |kind: Option<Kind>| {
        kind.is_some_and(|kind| kind == Kind::Han || kind == Kind::Stop || kind.is_fullwidth())
    };
    is_chinese(line.left(open, Kind::is_space))
        || is_chinese(line.right(close, Kind::is_space))
        || line.tokens[open..close].iter().any(|token| token.kind == Kind::Han)
}

/// Writes a pair at a depth.
fn write(line: &mut Line<'_>, open: usize, close: usize, depth: usize) {
    let form = line.settings.quotes;
    let (left, right) = match (form, depth % 2) {
        (QuoteForm::Curly, 0) => ("“", "”"),
        (QuoteForm::Curly, _) => ("‘", "’"),
        (QuoteForm::Corner, 0) => ("「", "」"),
        (QuoteForm::Corner, _) => ("『", "』"),
    };
    write_one(line, open, left, Kind::QuoteOpen);
    write_one(line, close, right, Kind::QuoteClose);
}

fn write_one(line: &mut Line<'_>, index: usize, wanted: &'static str, kind: Kind) {
    let rule = match line.tokens[index].kind {
        Kind::StraightQuote => Rule::StraightQuotes,
        _ => Rule::QuotationMarks,
    };
    if line.has(rule) && line.source(index) != wanted {
        line.tokens[index].replace(wanted, kind, rule);
    }
}
