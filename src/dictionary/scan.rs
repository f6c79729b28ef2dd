//! The walk over a whole text: every match and everything between, in order.
//!
//! Most of Chinese text is characters of three bytes that begin no phrase. For
//! those the walk does the same work whatever the character, without a branch
//! that depends on it: decode, number, look up the three bytes of the
//! replacement and one bit of the pair filter. A mispredicted branch would cost
//! more than all of that. Only a pair that passes the filter, a replacement of
//! another length, and characters of other lengths leave the straight path.
//!
//! What the walk finds is by definition what `Matcher::find` finds at each
//! place in turn; a test compares the two. The walk knows nothing of what its
//! sink does with the pieces.

use core::ops::{ControlFlow, Range};

use super::format::SPECIAL;
use super::matcher::{Found, Matcher};
use crate::description::{self, Description};

/// How much of the text the caller has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it: the walk goes to its end.
    Whole,
    /// Its beginning: the walk stops where what follows could matter.
    Beginning,
}

/// A piece of the text, as the walk found it.
#[derive(Clone, Copy)]
pub(crate) enum Span<'b> {
    /// An entry's key.
    Matched {
        /// Position of the entry's dictionary in its group.
        dictionary: usize,
        /// The replacement; `None` where each character is to be replaced as
        /// if it stood alone.
        replacement: Option<&'b str>,
    },
    /// Text that no entry covers: a whole description sequence, or characters.
    Unmatched,
}

/// Takes what the walk finds, piece by piece, in the order of the text. Either
/// method may stop the walk.
pub(crate) trait Sink {
    /// A character of three bytes and the three bytes that replace it, each in
    /// the low 24 bits, the first lowest. They are the same where no entry has
    /// the character.
    fn character(&mut self, source: u32, replacement: u32) -> ControlFlow<()>;

    /// Any other piece.
    fn span(
        &mut self,
        matcher: &Matcher<'_>,
        text: &str,
        range: Range<usize>,
        span: Span<'_>,
    ) -> ControlFlow<()>;
}

impl Matcher<'_> {
    /// Walks `text` and hands every piece to `sink`. Gives the offset, in
    /// bytes, before which everything was handed over: the end of the text, or
    /// where the sink or the extent stopped the walk.
    pub(crate) fn walk(&self, text: &str, extent: Extent, sink: &mut impl Sink) -> usize {
        let limit = match extent {
            Extent::Whole => text.len(),
            Extent::Beginning => self.last_certain_start(text),
        };
        let mut offset = 0;
        while offset < limit {
            let reached = self
                .walk_characters(text, offset, limit, sink)
                .and_then(|offset| self.walk_ascii(text, offset, limit, sink))
                .and_then(|offset| self.step(text, offset, limit, extent, sink));
            match reached {
                Ok(reached) => offset = reached,
                Err(stopped) => return stopped,
            }
        }
        offset
    }

    /// The offset behind the last place at which no key can reach the end.
    fn last_certain_start(&self, text: &str) -> usize {
        let reach = self.longest_key().saturating_sub(1);
        match reach.checked_sub(1) {
            None => text.len(),
            Some(skipped) => text.char_indices().rev().nth(skipped).map_or(0, |(offset, _)| offset),
        }
    }

    /// The straight path: characters of three bytes, each followed by another.
    fn walk_characters(
        &self,
        text: &str,
        start: usize,
        limit: usize,
        sink: &mut impl Sink,
    ) -> Result<usize, usize> {
        let bytes = text.as_bytes();
        let mut offset = start;
        let Some(mut source) = three_byte_character(bytes, offset) else {
            return Ok(offset);
        };
        let mut symbol = self.symbol(code_point(source));
        while offset < limit {
            let Some(next_source) = three_byte_character(bytes, offset + 3) else {
                break;
            };
            let next_symbol = self.symbol(code_point(next_source));
            let record = if symbol == 0 { source } else { self.record(symbol) };
            if self.may_begin_phrase(symbol, next_symbol) | (record & SPECIAL != 0) {
                if let Some(phrase) = self.find_phrase(&text[offset..], symbol, next_symbol) {
                    offset = self.hand_over(text, offset, phrase, sink)?;
                    let Some(next_source) = three_byte_character(bytes, offset) else {
                        break;
                    };
                    source = next_source;
                    symbol = self.symbol(code_point(source));
                    continue;
                }
                if record & SPECIAL != 0 {
                    break;
                }
            }
            if sink.character(source, record).is_break() {
                return Err(offset);
            }
            offset += 3;
            (source, symbol) = (next_source, next_symbol);
        }
        Ok(offset)
    }

    /// ASCII that is too far from other characters to begin a key.
    fn walk_ascii(
        &self,
        text: &str,
        start: usize,
        limit: usize,
        sink: &mut impl Sink,
    ) -> Result<usize, usize> {
        let run = text.as_bytes().get(start..limit).unwrap_or_default();
        let length = run.iter().position(|byte| !byte.is_ascii()).unwrap_or(run.len());
        let beyond = length.saturating_sub(self.sections.leading_ascii);
        let range = start..start + beyond;
        if beyond > 0 && sink.span(self, text, range, Span::Unmatched).is_break() {
            return Err(start);
        }
        Ok(start + beyond)
    }

    /// One piece, whatever it is.
    fn step(
        &self,
        text: &str,
        offset: usize,
        limit: usize,
        extent: Extent,
        sink: &mut impl Sink,
    ) -> Result<usize, usize> {
        if offset >= limit {
            return Ok(offset);
        }
        let rest = &text[offset..];
        if let Some(found) = self.find(rest) {
            return self.hand_over(text, offset, found, sink);
        }
        if extent == Extent::Beginning && description::read(rest) == Description::Incomplete {
            return Err(offset);
        }
        let length = description::unit(rest).len();
        match sink.span(self, text, offset..offset + length, Span::Unmatched) {
            ControlFlow::Continue(()) => Ok(offset + length),
            ControlFlow::Break(()) => Err(offset),
        }
    }

    /// Hands over an entry's key and gives the offset behind it.
    fn hand_over(
        &self,
        text: &str,
        offset: usize,
        (length, found): (usize, Found),
        sink: &mut impl Sink,
    ) -> Result<usize, usize> {
        let (dictionary, replacement) = match found {
            Found::ByCharacter(dictionary) => (dictionary, None),
            Found::Value(offset) => {
                let value = self.value(offset);
                (value.dictionary, Some(value.replacement))
            }
        };
        let span = Span::Matched { dictionary, replacement };
        match sink.span(self, text, offset..offset + length, span) {
            ControlFlow::Continue(()) => Ok(offset + length),
            ControlFlow::Break(()) => Err(offset),
        }
    }
}

/// The character of three bytes at `offset`, the first lowest, when there is
/// one and at least one byte behind it.
#[inline(always)]
fn three_byte_character(bytes: &[u8], offset: usize) -> Option<u32> {
    let (four, _) = bytes.get(offset..)?.split_first_chunk::<4>()?;
    let word = u32::from_le_bytes(*four);
    // The text is UTF-8: the lead byte alone tells the length.
    (word & 0xF0 == 0xE0).then_some(word & 0x00FF_FFFF)
}

/// The code point of a character of three bytes.
#[inline(always)]
fn code_point(word: u32) -> u32 {
    (word & 0xF) << 12 | (word >> 8 & 0x3F) << 6 | (word >> 16 & 0x3F)
}
