//! What the walk is for: to convert a text, or to find where it first changes.
//!
//! Both handle plain characters themselves, in a loop that is the hot path of
//! the whole crate. A plain character has one byte or three, is replaced by as
//! many, and begins no effective phrase: so its replacement stands at the same
//! distance from the start of the run as itself, and the loop has one counter.
//!
//! The one `unsafe` block of the crate is here.
#![allow(unsafe_code)]

use alloc::string::String;
use core::mem::MaybeUninit;
use core::ops::ControlFlow;

use super::{Extent, Sink, code_point, four_bytes};
use crate::dictionary::Matcher;
use crate::dictionary::format::{REPLACEMENT, SPECIAL, hash, hash_third};

impl Matcher<'_> {
    /// Converts `text` and appends it to `output`. Gives the number of bytes
    /// of `text` that were converted: all of them, unless `extent` says that
    /// more text follows.
    pub(crate) fn convert_into(&self, text: &str, extent: Extent, output: &mut String) -> usize {
        output.reserve(text.len() + WORD);
        self.walk(text, extent, &mut Converting { output })
    }

    /// Where the first piece begins that conversion changes, in bytes.
    pub(crate) fn first_change(&self, text: &str) -> Option<usize> {
        let unchanged = self.walk(text, Extent::Whole, &mut Comparing);
        (unchanged < text.len()).then_some(unchanged)
    }
}

/// Bytes that are read or written at once.
const WORD: usize = 4;

/// Calls `take` for each plain character from `start` on, as long as there are
/// any before `limit`, with its offset, the four bytes that begin with it, and
/// the four bytes that begin with its replacement. Gives the offset behind the
/// last one.
#[inline(always)]
fn for_each_plain(
    matcher: &Matcher<'_>,
    text: &[u8],
    start: usize,
    limit: usize,
    mut take: impl FnMut(usize, u32, u32) -> ControlFlow<()>,
) -> (usize, ControlFlow<()>) {
    let sections = &matcher.sections;
    // A key that is ASCII throughout may begin anywhere in ASCII.
    let ascii_is_plain = sections.leading_ascii != u32::MAX as usize;
    let mut offset = start;
    let Some(mut word) = four_bytes(text, offset) else {
        return (offset, ControlFlow::Continue(()));
    };
    let Some((mut character, mut length)) = decode(word, ascii_is_plain) else {
        return (offset, ControlFlow::Continue(()));
    };
    while offset < limit {
        let Some(next_word) = four_bytes(text, offset + length) else {
            break;
        };
        let Some((next, next_length)) = decode(next_word, ascii_is_plain) else {
            break;
        };
        let record = if length == 1 { 0 } else { matcher.record(character) };
        let pair = hash(character, next);
        if (sections.heads.may_contain(pair) | (record & SPECIAL != 0))
            && (record & SPECIAL != 0
                || may_begin_phrase(matcher, pair, &text[offset + length + next_length..]))
        {
            break;
        }
        let replacement = if record == 0 { word } else { record };
        if take(offset, word, replacement).is_break() {
            return (offset, ControlFlow::Break(()));
        }
        offset += length;
        (word, character, length) = (next_word, next, next_length);
    }
    (offset, ControlFlow::Continue(()))
}

/// Whether an effective phrase may begin with the pair of characters that has
/// this hash, where this text is behind it.
#[cold]
#[inline(never)]
fn may_begin_phrase(matcher: &Matcher<'_>, pair: u32, behind: &[u8]) -> bool {
    let beginnings = &matcher.sections.beginnings;
    let third = match four_bytes(behind, 0).map(|word| decode(word, true)) {
        Some(Some((third, _))) => third,
        _ => return true,
    };
    beginnings.may_contain(hash_third(pair, 0)) || beginnings.may_contain(hash_third(pair, third))
}

/// Code point and length of the character that `word` begins with, if it has
/// three bytes, or one.
#[inline(always)]
fn decode(word: u32, ascii_is_plain: bool) -> Option<(u32, usize)> {
    // The text is UTF-8: the lead byte alone tells the length.
    if word & 0xF0 == 0xE0 {
        Some((code_point(word), 3))
    } else if word & 0x80 == 0 && ascii_is_plain {
        Some((word & 0x7F, 1))
    } else {
        None
    }
}

/// Appends what the text becomes.
struct Converting<'o> {
    output: &'o mut String,
}

impl Sink for Converting<'_> {
    fn characters(
        &mut self,
        matcher: &Matcher<'_>,
        text: &[u8],
        start: usize,
        limit: usize,
    ) -> (usize, ControlFlow<()>) {
        if start >= limit {
            return (start, ControlFlow::Continue(()));
        }
        self.output.reserve(limit - start + WORD);
        // SAFETY: only whole characters are appended below.
        let output = unsafe { self.output.as_mut_vec() };
        let spare = output.spare_capacity_mut();
        let (end, flow) = for_each_plain(matcher, text, start, limit, |offset, _, replacement| {
            // Four bytes are written, one or three of them to stay.
            let place = &mut spare[offset - start..][..WORD];
            place.copy_from_slice(&replacement.to_le_bytes().map(MaybeUninit::new));
            ControlFlow::Continue(())
        });
        // SAFETY: `for_each_plain` went from `start` to `end` character by
        // character, and for each the closure wrote a replacement of the same
        // length at its distance from `start`. A replacement is the character
        // itself or the bytes of a record, which are one character of three
        // bytes: `Matcher::check` makes sure of it.
        unsafe { output.set_len(output.len() + (end - start)) };
        (end, flow)
    }

    fn piece(&mut self, _: &str, replacement: &str) -> ControlFlow<()> {
        self.output.push_str(replacement);
        ControlFlow::Continue(())
    }
}

/// Stops at the first piece that is replaced by something else.
struct Comparing;

impl Sink for Comparing {
    fn characters(
        &mut self,
        matcher: &Matcher<'_>,
        text: &[u8],
        start: usize,
        limit: usize,
    ) -> (usize, ControlFlow<()>) {
        for_each_plain(matcher, text, start, limit, |_, source, replacement| {
            match (source ^ replacement) & REPLACEMENT {
                0 => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        })
    }

    fn piece(&mut self, source: &str, replacement: &str) -> ControlFlow<()> {
        match source == replacement {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}
