//! Why an output is meant to differ from what another project expects.
//!
//! A reason is a rule of this project or a decision of the other's, stated as a
//! *fold*: what maps both ways of writing to one. A difference is intended when
//! the expected text and ours are the same once both are folded by reasons, and
//! it is told with the reasons that it takes. So a reason explains its own class
//! of differences wherever they are and nothing else, and none speaks of a
//! particular sentence.

use std::ops::RangeInclusive;

use unicode_normalization::UnicodeNormalization;

/// A class of differences that are meant.
pub(crate) struct Reason {
    /// The rule's identifier, or whose decision it is.
    pub(crate) id: &'static str,
    /// What differs, and why.
    pub(crate) why: &'static str,
    /// Maps both ways of writing to one.
    fold: fn(&str) -> String,
}

/// The reasons why two texts differ, as few as it takes; none where reasons do
/// not suffice.
pub(crate) fn explain(
    reasons: &'static [Reason],
    expected: &str,
    ours: &str,
) -> Vec<&'static Reason> {
    let mut needed: Vec<&Reason> = reasons.iter().collect();
    if !are_same(&needed, expected, ours) {
        return Vec::new();
    }
    for reason in reasons {
        let rest: Vec<&Reason> =
            needed.iter().copied().filter(|other| !std::ptr::eq(*other, reason)).collect();
        if are_same(&rest, expected, ours) {
            needed = rest;
        }
    }
    needed
}

fn are_same(reasons: &[&Reason], expected: &str, ours: &str) -> bool {
    let folded =
        |text: &str| reasons.iter().fold(text.to_owned(), |text, reason| (reason.fold)(&text));
    folded(expected) == folded(ours)
}

/// Maps the characters that `changes` knows, and leaves the others.
fn map(text: &str, changes: impl Fn(char) -> Option<char>) -> String {
    text.chars().map(|character| changes(character).unwrap_or(character)).collect()
}

/// Applies NFC to the characters of these ranges, each by itself.
fn canonical(text: &str, ranges: &[RangeInclusive<char>]) -> String {
    replace(text, ranges, |character| character.nfc().collect())
}

/// Applies NFKC to the characters of these ranges, each by itself.
fn compatible(text: &str, ranges: &[RangeInclusive<char>]) -> String {
    replace(text, ranges, |character| character.nfkc().collect())
}

fn replace(text: &str, ranges: &[RangeInclusive<char>], fold: fn(char) -> String) -> String {
    let replaced = |character: char| match ranges.iter().any(|range| range.contains(&character)) {
        true => fold(character),
        false => character.to_string(),
    };
    text.chars().map(replaced).collect()
}

/// Why outputs differ from NFC.
pub(crate) const UNICODE: &[Reason] = &[
    Reason {
        id: "C2",
        why: "radicals become the ideographs they look like, which NFC leaves",
        fold: |text| compatible(text, &['\u{2E80}'..='\u{2FDF}']),
    },
    Reason {
        id: "C3",
        why: "compatibility ideographs stay, which NFC makes unified ones",
        fold: |text| canonical(text, &['\u{F900}'..='\u{FAFF}', '\u{2F800}'..='\u{2FA1F}']),
    },
    Reason {
        id: "C8",
        why: "vertical, small and half-width forms become the marks and kana they are, which NFC leaves",
        fold: |text| compatible(text, &['\u{FE10}'..='\u{FE6F}', '\u{FF00}'..='\u{FFEF}']),
    },
];
/// Why outputs differ from autocorrect's.
pub(crate) const AUTOCORRECT: &[Reason] = &[];
/// Why outputs differ from pangu's.
pub(crate) const PANGU: &[Reason] = &[];
/// Why outputs differ from zhlint's.
pub(crate) const ZHLINT: &[Reason] = &[];
