//! The walk over a text that defines what a stage does with it.
//!
//! At each place the longest match is taken, or what stands there where nothing
//! matches: a description sequence or a character; then the walk goes on behind
//! it. Characters that begin no key are taken together. This is the definition of a stage, used where a text is short or what the
//! fast way leaves. It knows one group of dictionaries, and nothing of others.

use alloc::string::String;

use super::matcher::{Found, Match, Matcher};
use crate::description::{self, Description};

/// How much of the text the caller has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it: the walk goes to its end.
    Whole,
    /// Its beginning: the walk stops where what follows could matter.
    Beginning,
}

/// What the walk takes at one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// In bytes; 0 at the end of the text.
    pub(crate) length: usize,
    found: Option<Found>,
}

impl Piece {
    /// Whether an entry matched.
    pub(crate) fn is_match(&self) -> bool {
        self.found.is_some()
    }

    /// Whether an entry of one of the first `leading` dictionaries matched.
    pub(crate) fn is_from(&self, leading: usize) -> bool {
        self.found.is_some_and(|found| found.dictionary() < leading)
    }
}

impl<'b> Matcher<'b> {
    /// What the walk takes at the beginning of `text`.
    pub(crate) fn piece(&self, text: &str) -> Piece {
        match self.find(text) {
            Some((length, found)) => Piece { length, found: Some(found) },
            None => Piece { length: description::unit(text).len(), found: None },
        }
    }

    /// The length in bytes of the characters at the beginning of `text` that begin
    /// no key and no description.
    #[inline]
    fn idle_length(&self, text: &str) -> usize {
        let is_idle =
            |character: char| !self.may_begin(character) && !description::is_operator(character);
        text.find(|character| !is_idle(character)).unwrap_or(text.len())
    }

    /// What the walk takes at the beginning of `text`, if that is a phrase.
    #[inline]
    pub(crate) fn phrase(&self, text: &str) -> Option<Piece> {
        self.find_phrase(text).map(|(length, found)| Piece { length, found: Some(found) })
    }

    /// [`Matcher::phrase`] where the first two characters of `text` are known, which
    /// have these code units.
    #[inline(always)]
    pub(crate) fn phrase_of(&self, [first, second]: [u16; 2], text: &str) -> Option<Piece> {
        let found = self.find_phrase_of(first.into(), second.into(), text);
        found.map(|(length, found)| Piece { length, found: Some(found) })
    }

    /// Whether some phrase of the first `leading` dictionaries stands in `text`.
    pub(crate) fn has_phrase(&self, text: &str, leading: usize) -> bool {
        let mut offsets = text.char_indices().map(|(offset, _)| offset);
        offsets.any(|at| self.phrase(&text[at..]).is_some_and(|phrase| phrase.is_from(leading)))
    }

    /// Whether the piece becomes what its characters become one by one.
    pub(crate) fn is_by_character(&self, piece: Piece) -> bool {
        piece.found.is_some_and(Found::is_by_character)
    }

    /// Gives `take` what replaces `source`, which `piece` was found for, in one
    /// part or several.
    #[inline]
    pub(crate) fn replace(&self, source: &str, piece: Piece, mut take: impl FnMut(&str)) {
        match piece.found {
            Some(found) => self.replacement(source, found, take),
            None => take(source),
        }
    }

    /// Calls `take` with the offset of each piece of `text` in turn. Gives the
    /// offset behind the last one: the end of the text, unless `extent` says that
    /// more follows.
    pub(crate) fn walk(
        &self,
        text: &str,
        extent: Extent,
        mut take: impl FnMut(usize, Piece),
    ) -> usize {
        let limit = match extent {
            Extent::Whole => text.len(),
            Extent::Beginning => self.certain_length(text),
        };
        let mut offset = 0;
        while offset < limit {
            let idle = self.idle_length(&text[offset..limit]);
            if idle > 0 {
                take(offset, Piece { length: idle, found: None });
                offset += idle;
                continue;
            }
            let rest = &text[offset..];
            let piece = self.piece(rest);
            let is_open = || description::read(rest) == Description::Incomplete;
            if extent == Extent::Beginning && piece.found.is_none() && is_open() {
                break;
            }
            take(offset, piece);
            offset += piece.length;
        }
        offset
    }

    /// Calls `take` with each match of a whole text and where it begins, in bytes.
    pub(crate) fn for_each_match<'t>(
        &self,
        text: &'t str,
        mut take: impl FnMut(usize, Match<'b, 't>),
    ) {
        self.walk(text, Extent::Whole, |offset, piece| {
            if let Some(found) = piece.found {
                let key = &text[offset..offset + piece.length];
                take(offset, Match { matcher: *self, key, found });
            }
        });
    }

    /// Converts `text` and appends it to `output`. Gives the number of bytes
    /// of `text` that were converted: all of them, unless `extent` says that
    /// more text follows.
    pub(crate) fn convert_into(&self, text: &str, extent: Extent, output: &mut String) -> usize {
        self.walk(text, extent, |offset, piece| {
            let source = &text[offset..offset + piece.length];
            self.replace(source, piece, |part| output.push_str(part));
        })
    }

    /// Cuts `text` where OpenCC's `mmseg` does: each match of one of the first
    /// `leading` dictionaries is a segment, and so is all text between two such
    /// matches. Calls `take` with each border, in bytes; the start and the end of
    /// the text are among them when a match begins or ends there. Gives the number
    /// of bytes over which the borders are known.
    pub(crate) fn segment(
        &self,
        text: &str,
        extent: Extent,
        leading: usize,
        mut take: impl FnMut(usize),
    ) -> usize {
        let mut last_border = None;
        self.walk(text, extent, |offset, piece| {
            if piece.is_from(leading) {
                let end = offset + piece.length;
                // Two matches side by side share a border.
                if last_border.replace(end) != Some(offset) {
                    take(offset);
                }
                take(end);
            }
        })
    }

    /// [`Matcher::segment`] of a whole text, where all keys of the leading dictionaries
    /// have two code points or more: so what single characters become is not looked up.
    pub(crate) fn segment_by_phrases(
        &self,
        text: &str,
        leading: usize,
        mut take: impl FnMut(usize),
    ) {
        let mut offset = 0;
        loop {
            offset += self.idle_length(&text[offset..]);
            let rest = &text[offset..];
            let Some(character) = rest.chars().next() else { break };
            let phrase = self.phrase(rest);
            let end = offset
                + match phrase {
                    Some(phrase) => phrase.length,
                    None if description::is_operator(character) => self.piece(rest).length,
                    None => character.len_utf8(),
                };
            if phrase.is_some_and(|phrase| phrase.is_from(leading)) {
                take(offset);
                take(end);
            }
            offset = end;
        }
    }

    /// The length of the part of `text` in which no match can depend on what
    /// follows the text.
    fn certain_length(&self, text: &str) -> usize {
        // A key that reaches the end has its first character among so many.
        match self.longest_key().saturating_sub(1) {
            0 => text.len(),
            reach => text.char_indices().rev().nth(reach - 1).map_or(0, |(offset, _)| offset),
        }
    }
}
