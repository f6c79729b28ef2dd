//! The walk over a whole text, at speed.
//!
//! By definition a stage converts by the longest match at each place in turn:
//! where an entry matches, its replacement; else the text itself, a description
//! sequence or a character at a time; then on behind it. Walking so costs a
//! search and a mispredicted branch every few characters. Two observations make
//! nearly all of that unnecessary.
//!
//! **Most phrases convert as their characters do.** They matter only because
//! the next match begins behind them. So everything may be converted by
//! character, but for the *effective* phrases and the description sequences.
//!
//! **Whether the walk arrives somewhere is decided nearby.** It arrives between
//! two characters that stand side by side in no key, since no match reaches
//! across. Where an effective phrase is the longest match, the walk is replayed
//! from the nearest such border; if it arrives there, the phrase replaces its
//! characters, and if it steps over that place, it does not.
//!
//! What is left to do at every character is the same for all of them, without a
//! branch that depends on the character: decode it, look up the three bytes
//! that replace it, and ask one bit whether an effective phrase may begin here.
//!
//! A test holds the outcome to the definition, `Matcher::longest_match` at each
//! place in turn. This module knows nothing of what its sinks do with the text.

#[cfg(all(target_arch = "x86_64", any(feature = "std", target_feature = "avx2")))]
mod avx2;
mod plain;
mod segmented;
mod sinks;

use core::ops::ControlFlow;

use plain::Place;
pub(crate) use plain::SLACK as OUTPUT_SLACK;
pub(crate) use segmented::{SegmentBorders, Shifts};

use super::format::{DICTIONARY, DICTIONARY_SHIFT, REPLACEMENT, SPECIAL, hash};
use super::matcher::{Found, Matcher};
use crate::description::{self, Description};
use crate::text::ascii_length;

/// How much of the text the caller has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it: the walk goes to its end.
    Whole,
    /// Its beginning: the walk stops where what follows could matter.
    Beginning,
}

/// Takes what the text becomes, piece by piece and in order; may stop the walk.
trait Sink {
    /// Takes plain characters, as `plain` defines them, and gives the offset
    /// behind the last one, and whether the sink wants more.
    fn characters(&mut self, place: &Place<'_, '_>) -> (usize, ControlFlow<()>);

    /// Takes a piece that stays as it is.
    fn copy(&mut self, source: &str);

    /// Takes a piece that an entry replaces, maybe by itself, and that lies
    /// `start` bytes into the text.
    fn replace(&mut self, start: usize, source: &str, replacement: &str) -> ControlFlow<()>;
}

/// Places across which no match may reach.
pub(crate) trait Borders {
    /// The first one behind `start` and before `end`, in bytes. From one call to
    /// the next, `start` does not fall.
    fn first_between(&mut self, start: usize, end: usize) -> Option<usize>;

    /// Says that a description sequence ends at `offset`, which holds what is
    /// within together.
    fn description_ends(&mut self, offset: usize);
}

/// No borders: the text is one segment.
pub(crate) struct Unsegmented;

impl Borders for Unsegmented {
    #[inline(always)]
    fn first_between(&mut self, _: usize, _: usize) -> Option<usize> {
        None
    }

    #[inline(always)]
    fn description_ends(&mut self, _: usize) {}
}

/// A walk in progress.
struct Walk<'w, 'b, B, S> {
    matcher: &'w Matcher<'b>,
    text: &'w str,
    extent: Extent,
    /// Everything before is certain, whatever follows the text.
    limit: usize,
    /// Everything before was handed to the sink.
    offset: usize,
    /// The last place where the walk is known to arrive. It may lie ahead of
    /// `offset`: behind a phrase that converts as its characters do.
    arrived: usize,
    /// Where the piece begins that ends there.
    piece: usize,
    /// The last place where no effective phrase was found to begin.
    checked: Option<usize>,
    borders: &'w mut B,
    sink: &'w mut S,
}

/// The walk is over: the sink or the extent stopped it.
struct Stopped;

impl Matcher<'_> {
    /// Hands to `sink` what `text` becomes. Gives the offset, in bytes, of a
    /// place where the walk arrives and before which all was handed over, but
    /// for the piece at which the sink stopped the walk.
    fn walk<B: Borders, S: Sink>(
        &self,
        text: &str,
        extent: Extent,
        borders: &mut B,
        sink: &mut S,
    ) -> usize {
        let limit = match extent {
            Extent::Whole => text.len(),
            Extent::Beginning => self.certain_length(text),
        };
        let mut walk = Walk {
            matcher: self,
            text,
            extent,
            limit,
            offset: 0,
            arrived: 0,
            piece: 0,
            checked: None,
            borders,
            sink,
        };
        match walk.run() {
            Ok(()) => walk.offset,
            Err(Stopped) => walk.start_of_piece(),
        }
    }

    /// The last place up to `offset` at which a walk over `text` is certain to
    /// arrive, where it arrives at `known` and no description sequence reaches
    /// from before `known` to behind it.
    fn nearest_border(&self, text: &str, known: usize, offset: usize) -> usize {
        let mut border = offset;
        let mut second = text[offset..].chars().next();
        for (start, first) in text[known..offset].char_indices().rev() {
            let side_by_side = |second: char| {
                self.sections.neighbours.may_contain(hash(first.into(), second.into()))
            };
            if !second.is_some_and(side_by_side) {
                break;
            }
            (border, second) = (known + start, Some(first));
        }
        border
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

impl<B: Borders, S: Sink> Walk<'_, '_, B, S> {
    fn run(&mut self) -> Result<(), Stopped> {
        while self.offset < self.limit {
            self.copy(self.matcher.unmatchable_ascii(self.text, self.offset, self.limit));
            self.characters()?;
            self.any_character()?;
        }
        if self.extent == Extent::Beginning {
            self.reach_arrival()?;
        }
        Ok(())
    }

    /// Plain characters, the straight path.
    fn characters(&mut self) -> Result<(), Stopped> {
        let (matcher, text) = (self.matcher, self.text.as_bytes());
        let (start, limit, checked) = (self.offset, self.limit, self.checked);
        if start >= limit {
            return Ok(());
        }
        debug_assert!(self.text.is_char_boundary(start) && self.text.is_char_boundary(limit));
        let place = Place { matcher, text, start, limit, checked };
        let (offset, flow) = self.sink.characters(&place);
        self.offset = offset;
        match flow {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stopped),
        }
    }

    /// One character, whatever it is, with what begins at it.
    fn any_character(&mut self) -> Result<(), Stopped> {
        if self.offset >= self.limit {
            return Ok(());
        }
        let start = self.offset;
        self.effective_phrase()?;
        if self.offset > start {
            return Ok(());
        }
        let text = self.text;
        let Some(character) = text[start..].chars().next() else {
            return Ok(());
        };
        if description::is_operator(character) && self.arrives() {
            return self.description(character);
        }
        // As far as phrases go, the straight path may have it.
        match self.checked.replace(start) == Some(start) {
            true => self.replace_character(character),
            false => Ok(()),
        }
    }

    /// Replaces the phrase that begins here, if it is effective and the walk
    /// arrives here.
    fn effective_phrase(&mut self) -> Result<(), Stopped> {
        let rest = &self.text[self.offset..];
        let Some(mut found) = self.matcher.find_phrase(rest) else {
            return Ok(());
        };
        if !self.arrives() {
            return Ok(());
        }
        if let Some(border) = self.borders.first_between(self.offset, self.offset + found.0) {
            match self.matcher.find_phrase(&self.text[self.offset..border]) {
                Some(shorter) => found = shorter,
                None => return Ok(()),
            }
        }
        if let (length, Found::Value(value)) = found {
            self.replace(length, self.matcher.value(value).replacement)?;
            self.arrived = self.offset;
        }
        Ok(())
    }

    /// The unit that begins with a description operator, where the walk arrives.
    fn description(&mut self, operator: char) -> Result<(), Stopped> {
        let rest = &self.text[self.offset..];
        if self.matcher.longest_match(rest).is_some() {
            // Not an effective phrase, or it would have been replaced.
            return self.replace_character(operator);
        }
        if self.extent == Extent::Beginning && description::read(rest) == Description::Incomplete {
            return Err(Stopped);
        }
        let length = self.length_of_unit(self.offset);
        self.copy(length);
        self.arrived = self.offset;
        self.borders.description_ends(self.offset);
        Ok(())
    }

    /// Whether the walk arrives at the current offset.
    fn arrives(&mut self) -> bool {
        if self.arrived < self.offset {
            // By the definition, from a place where the walk arrives.
            self.arrived = self.matcher.nearest_border(self.text, self.arrived, self.offset);
            while self.arrived < self.offset {
                self.piece = self.arrived;
                self.arrived += self.length_of_piece(self.piece);
            }
        }
        self.arrived == self.offset
    }

    fn length_of_piece(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        let Some(found) = self.matcher.longest_match(rest) else {
            return self.length_of_unit(start);
        };
        let length = found.key().len();
        let is_phrase = found.key().chars().nth(1).is_some();
        let border = match is_phrase {
            true => self.borders.first_between(start, start + length),
            false => None,
        };
        match border.map(|border| self.matcher.longest_match(&self.text[start..border])) {
            None => length,
            Some(Some(shorter)) => shorter.key().len(),
            Some(None) => self.length_of_unit(start),
        }
    }

    /// The length of what is copied whole where nothing matches.
    fn length_of_unit(&mut self, start: usize) -> usize {
        let unit = description::unit(&self.text[start..]);
        let border = match unit.chars().nth(1) {
            // A description does not reach across a border either.
            Some(_) => self.borders.first_between(start, start + unit.len()),
            None => None,
        };
        border.map_or(unit, |border| description::unit(&self.text[start..border])).len()
    }

    /// Goes on by character to the next place at which the walk arrives.
    fn reach_arrival(&mut self) -> Result<(), Stopped> {
        self.arrives();
        while self.offset < self.arrived {
            let text = self.text;
            text[self.offset..]
                .chars()
                .next()
                .map_or(Ok(()), |next| self.replace_character(next))?;
        }
        Ok(())
    }

    /// Where the piece begins that has the offset in it.
    fn start_of_piece(&mut self) -> usize {
        if self.arrives() { self.offset } else { self.piece }
    }

    /// Replaces a character on its own.
    fn replace_character(&mut self, character: char) -> Result<(), Stopped> {
        let record = self.matcher.record(character.into());
        let replacement = match record & SPECIAL {
            0 if record & REPLACEMENT == 0 => None,
            _ => self.matcher.replace_character(character),
        };
        match replacement {
            Some(replacement) => self.replace(character.len_utf8(), replacement),
            None => {
                self.copy(character.len_utf8());
                Ok(())
            }
        }
    }

    fn copy(&mut self, length: usize) {
        self.sink.copy(&self.text[self.offset..self.offset + length]);
        self.offset += length;
    }

    fn replace(&mut self, length: usize, replacement: &str) -> Result<(), Stopped> {
        let source = &self.text[self.offset..self.offset + length];
        match self.sink.replace(self.offset, source, replacement) {
            ControlFlow::Continue(()) => {
                self.offset += length;
                Ok(())
            }
            ControlFlow::Break(()) => Err(Stopped),
        }
    }
}

impl Matcher<'_> {
    /// Cuts `text` where OpenCC's `mmseg` does: each match of one of the first
    /// `leading` dictionaries is a segment, and so is all text between two such
    /// matches. Calls `take` with each border, in bytes; the start and the end of
    /// the text are among them when a match begins or ends there; `take` may stop
    /// the work. Gives the number of bytes over which the borders are known.
    pub(crate) fn segment(
        &self,
        text: &str,
        extent: Extent,
        leading: usize,
        mut take: impl FnMut(usize) -> ControlFlow<()>,
    ) -> usize {
        let limit = match extent {
            Extent::Whole => text.len(),
            Extent::Beginning => self.certain_length(text),
        };
        let mut offset = 0;
        let mut last_border = None;
        while offset < limit {
            offset = self.skip_unmatchable(text, offset, limit, leading);
            if offset >= limit {
                break;
            }
            let rest = &text[offset..];
            let Some(found) = self.longest_match(rest) else {
                if extent == Extent::Beginning && description::read(rest) == Description::Incomplete
                {
                    break;
                }
                offset += description::unit(rest).len();
                continue;
            };
            let range = offset..offset + found.key().len();
            offset = range.end;
            if found.dictionary_number() >= leading {
                continue;
            }
            // Two matches side by side share a border.
            let shared = last_border.replace(range.end) == Some(range.start);
            if (!shared && take(range.start).is_break()) || take(range.end).is_break() {
                break;
            }
        }
        offset
    }

    /// The first place from `start` on at which an entry of the first `leading`
    /// dictionaries or a description may begin; never too far.
    fn skip_unmatchable(&self, text: &str, start: usize, limit: usize, leading: usize) -> usize {
        let bytes = text.as_bytes();
        let neighbours = &self.sections.neighbours;
        let mut offset = start;
        while offset < limit
            && let Some(source) = three_bytes(bytes, offset)
            && let Some(next) = three_bytes(bytes, offset + 3)
        {
            let record = self.record(code_point(source));
            let in_leading =
                (record & DICTIONARY).wrapping_sub(1 << DICTIONARY_SHIFT) >> DICTIONARY_SHIFT;
            if neighbours.may_contain(hash(code_point(source), code_point(next)))
                || record & SPECIAL != 0
                || (in_leading as usize) < leading
            {
                return offset;
            }
            offset += 3;
        }
        offset + self.unmatchable_ascii(text, offset, limit)
    }

    /// How many bytes of ASCII stand at `start`, those left out that are near
    /// enough to what follows to begin a key.
    fn unmatchable_ascii(&self, text: &str, start: usize, limit: usize) -> usize {
        let run = text.as_bytes().get(start..limit).unwrap_or_default();
        ascii_length(run).saturating_sub(self.sections.leading_ascii)
    }
}

/// The character of three bytes at `offset`, the first lowest, when there is
/// one and at least one byte behind it.
#[inline(always)]
fn three_bytes(bytes: &[u8], offset: usize) -> Option<u32> {
    // The text is UTF-8: the lead byte alone tells the length.
    four_bytes(bytes, offset).filter(|word| word & 0xF0 == 0xE0).map(|word| word & REPLACEMENT)
}

/// The four bytes at `offset`, the first lowest, if there are as many.
#[inline(always)]
fn four_bytes(bytes: &[u8], offset: usize) -> Option<u32> {
    let (four, _) = bytes.get(offset..)?.split_first_chunk()?;
    Some(u32::from_le_bytes(*four))
}

/// The code point of a character of three bytes, the first lowest; a byte above
/// them does not matter.
#[inline(always)]
fn code_point(word: u32) -> u32 {
    (word & 0xF) << 12 | (word >> 8 & 0x3F) << 6 | (word >> 16 & 0x3F)
}
