//! Whole texts, at speed.
//!
//! A text is gone over in blocks that stay in the processor's first cache. A
//! **kernel** converts each block by character, one look at the composite's table
//! for each, and lists the places that are suspicious: where an effective phrase
//! of any stage may be. Then each of those is looked at:
//!
//! - The characters around it are asked for in a filter, which clears most.
//! - Else the stages are carried out where it stands, from a border that no match
//!   reaches across, and what they give is put in the place of what the kernel
//!   wrote. A plan of one stage goes on from piece to piece until it is past the
//!   suspicious place; a plan of several takes all that lies between two borders.
//!
//! Most replacements have as many bytes as what they replace, so the output stands
//! nearly everywhere at the same distance from the source; where they have not,
//! what was written behind them is moved.
//!
//! The kernels are in modules of their own, one for each kind of vectors. The
//! scalar one defines what they do: the same bytes and the same places, whatever
//! the processor. This module and they are the only ones with `unsafe`.
#![allow(unsafe_code)]

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::composite::{Entries, FIRST_BEYOND, SPECIAL};
use crate::description;
use crate::dictionary::{Extent, Matcher, Piece};
use crate::plan::{Plan, Segmentation};
use crate::stages::Stages;
use crate::text::{NONE, code_unit, floor_char_boundary};

mod kernel;

use kernel::{Block, Kernel, Places};

/// Bytes that a kernel converts at a time: few enough that they, their output and
/// what the kernel notes of them leave room for the table in the first cache.
const BLOCK: usize = 2048;

/// Converts `text` and appends it to `output`.
pub(crate) fn convert_into(plan: &Plan<'_>, text: &str, output: &mut String) {
    if plan.composite.is_plain {
        return convert_by_stages(plan, text, output);
    }
    output.reserve(text.len() + kernel::SLACK);
    // SAFETY: `Scan` appends whole characters, and replaces whole characters by
    // whole characters.
    let output = unsafe { output.as_mut_vec() };
    Scan::new(plan, text, output).run();
}

/// Converts `text`, borrowing it when nothing changes.
pub(crate) fn convert<'t>(plan: &Plan<'_>, text: &'t str) -> Cow<'t, str> {
    let mut output = String::new();
    let Some(changed) = first_changed_part(plan, text, &mut output) else {
        return Cow::Borrowed(text);
    };
    output.reserve(text.len() - changed.end + changed.start + kernel::SLACK);
    output.insert_str(0, &text[..changed.start]);
    convert_into(plan, &text[changed.end..], &mut output);
    Cow::Owned(output)
}

/// A place of `text`, in bytes, before which conversion changes nothing and at
/// which the text may be cut, not far before its first change; `None` when
/// conversion changes nothing at all.
pub(crate) fn cut_before_change(plan: &Plan<'_>, text: &str) -> Option<usize> {
    first_changed_part(plan, text, &mut String::new()).map(|part| part.start)
}

/// Bytes that are converted at a time, at least, to see whether they change.
const PART: usize = 4096;

/// The first part of the text that conversion changes, and in `converted` what it
/// becomes. The text may be cut at both its ends.
fn first_changed_part(plan: &Plan<'_>, text: &str, converted: &mut String) -> Option<Range<usize>> {
    let kernel = Kernel::best(text.len());
    let mut unchanged = 0;
    while unchanged < text.len() {
        let mut offset = unchanged;
        if !plan.composite.is_plain {
            let entries = plan.composite.entries();
            let block = Block { entries, text: text.as_bytes(), start: offset, limit: text.len() };
            offset = kernel.unchanged(&block);
            if offset == text.len() {
                return None;
            }
        }
        // Something changes here, or may.
        let start = border_before(plan, text, unchanged, offset);
        let end = match text.len() - offset {
            ..=PART => text.len(),
            _ => start + plan.certain_cut(&text[start..], offset - start + PART),
        };
        converted.clear();
        convert_into(plan, &text[start..end], converted);
        if *converted != text[start..end] {
            return Some(start..end);
        }
        unchanged = end;
    }
    None
}

/// Converts by the stages alone, a part of the text at a time.
fn convert_by_stages(plan: &Plan<'_>, text: &str, output: &mut String) {
    let mut stages = Stages::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (part, behind) = rest.split_at(plan.certain_cut(rest, BLOCK));
        stages.advance(plan, part, Extent::Whole, output);
        rest = behind;
    }
}

/// The last place up to `offset` that no match reaches across; no further back
/// than `known`, which is one.
fn border_before(plan: &Plan<'_>, text: &str, known: usize, offset: usize) -> usize {
    let mut border = offset;
    let mut second = text[offset..].chars().next();
    for (start, first) in text[known..offset].char_indices().rev() {
        if !plan.composite.may_join(first, second) {
            break;
        }
        (border, second) = (known + start, Some(first));
    }
    border
}

/// A conversion in progress.
struct Scan<'s, 'b> {
    plan: &'s Plan<'b>,
    entries: &'s Entries,
    text: &'s str,
    output: &'s mut Vec<u8>,
    /// Up to here, in bytes of the text, the output is written.
    written: usize,
    /// Up to here it is certain.
    certain: usize,
    /// The walk of the first stage arrives here.
    arrived: usize,
    /// The walks of all stages arrive here. Behind it, nothing was replaced.
    border: usize,
    /// Whether the block has characters that are special or beyond the entries.
    has_special: bool,
    stages: Stages,
    converted: String,
    segment: String,
}

impl<'s, 'b> Scan<'s, 'b> {
    fn new(plan: &'s Plan<'b>, text: &'s str, output: &'s mut Vec<u8>) -> Scan<'s, 'b> {
        Scan {
            plan,
            entries: plan.composite.entries(),
            text,
            output,
            written: 0,
            certain: 0,
            arrived: 0,
            border: 0,
            has_special: false,
            stages: Stages::default(),
            converted: String::new(),
            segment: String::new(),
        }
    }

    fn run(&mut self) {
        let kernel = Kernel::best(self.text.len());
        let mut places = Places::new();
        while self.written < self.text.len() {
            let start = self.written;
            self.convert_block(kernel, &mut places);
            self.has_special = places.has_special();
            let composite = self.plan.composite;
            places.retain(|[before, unit, behind]| composite.may_begin(before, unit, behind));
            for &place in places.list() {
                let place = start + usize::from(place);
                if place >= self.certain {
                    self.look_at(place);
                }
            }
        }
    }

    /// Converts the next block by character.
    fn convert_block(&mut self, kernel: Kernel, places: &mut Places) {
        let Scan { entries, text, output, written, .. } = self;
        let limit = text.len().min(*written + BLOCK);
        let block = Block { entries, text: text.as_bytes(), start: *written, limit };
        output.reserve(BLOCK + kernel::SLACK);
        let end = kernel.convert(&block, output.spare_capacity_mut(), places);
        // SAFETY: the kernel wrote as many bytes as there are from the start of the
        // block to `end`, whole characters all of them.
        unsafe { output.set_len(output.len() + (end - *written)) };
        *written = end;
    }

    /// Looks at a suspicious character, which lies before `written`.
    fn look_at(&mut self, place: usize) {
        if let Some((matcher, later)) = self.plan.conversion.split_first() {
            let is_due_to_first = later.is_empty() || self.is_due_to_first(place);
            if is_due_to_first && self.replace_here(matcher, later, place).is_some() {
                return;
            }
            let known = if is_due_to_first { self.arrived } else { self.border };
            let start = border_before(self.plan, self.text, known, place);
            if !self.may_be_normalized(matcher, start, place) {
                match &self.plan.segmentation {
                    _ if is_due_to_first => {
                        return self.replace_pieces(matcher, later, start, place);
                    }
                    Some(by) if by.is_walk_of(matcher) && by.by_phrases => {
                        return self.replace_segment(matcher, later, start, place);
                    }
                    _ => {}
                }
            }
        }
        self.replace_from_border(place);
    }

    /// The most frequent case, decided by one look into the first stage's phrases: a
    /// pair behind another character of three bytes is where an effective phrase
    /// begins, or no such phrase is known by it. `None` where more must be known.
    fn replace_here(
        &mut self,
        matcher: &Matcher<'_>,
        later: &[&Matcher<'_>],
        place: usize,
    ) -> Option<()> {
        let bytes = self.text.as_bytes();
        let start = place.checked_sub(3)?;
        let before = start.checked_sub(3).map_or(NONE, |before| code_unit(bytes, before));
        let [first, second] = [start, place].map(|at| code_unit(bytes, at));
        let is_special = self.entries[usize::from(second)] & SPECIAL != 0;
        if (before == NONE && start > 0) || first == NONE || second == NONE || is_special {
            return None;
        }
        let phrase = matcher.phrase(&self.text[start..]);
        let Some(piece) = phrase.filter(|phrase| !matcher.is_by_character(*phrase)) else {
            return Some(());
        };
        let end = start + piece.length;
        if start > self.arrived && self.is_border(start) {
            (self.arrived, self.border) = (start, start);
        }
        let is_arrived = start == self.arrived;
        let is_certain = is_arrived
            && !self.may_be_normalized(matcher, start, place)
            && (later.is_empty() || self.stands_alone(matcher, start, end));
        is_certain.then(|| {
            self.replace_piece(matcher, later, start, piece);
            (self.certain, self.arrived, self.border) = (end, end, end);
        })
    }

    /// Carries out all stages around `place`.
    fn replace_from_border(&mut self, place: usize) {
        let start = border_before(self.plan, self.text, self.border, place);
        self.replace_between_borders(start, place);
    }

    /// Whether the character at `place` is suspicious because of the first stage
    /// alone.
    fn is_due_to_first(&self, place: usize) -> bool {
        let bytes = self.text.as_bytes();
        let first = place.checked_sub(3).map_or(NONE, |before| code_unit(bytes, before));
        let second = code_unit(bytes, place);
        let third = code_unit(bytes, place + 3);
        second != NONE
            && self.entries[usize::from(second)] & SPECIAL == 0
            && self.plan.composite.is_due_to_first(first, second, third)
    }

    /// Whether normalization could change anything that a match from `start` on
    /// depends on, as far as pieces are taken that begin up to `place`.
    fn may_be_normalized(&self, matcher: &Matcher<'_>, start: usize, place: usize) -> bool {
        let Some(normalization) = self.plan.normalization else {
            return false;
        };
        let reach = 4 * matcher.longest_key() + 4;
        if !self.has_special && place + reach <= self.written {
            // What it replaces is special in the composite.
            return false;
        }
        let end = floor_char_boundary(self.text, place + reach);
        normalization.may_match(&self.text[start..end])
    }

    /// Carries out the first stage from `start`, where its walk arrives, to the end
    /// of the piece that has `place` in it, and the later ones over each replacement,
    /// if that stands alone in all of them.
    fn replace_pieces(
        &mut self,
        matcher: &Matcher<'_>,
        later: &[&Matcher<'_>],
        start: usize,
        place: usize,
    ) {
        let text = self.text;
        if start > self.arrived {
            self.border = start;
        }
        let mut offset = start;
        while offset <= place {
            let rest = &text[offset..];
            let piece = match matcher.phrase(rest) {
                Some(phrase) => phrase,
                None => {
                    let character = rest.chars().next().unwrap_or_default();
                    if !self.is_special(character) {
                        // The kernel did what there is to do.
                        offset += character.len_utf8();
                        continue;
                    }
                    if !later.is_empty() {
                        return self.replace_from_border(place);
                    }
                    matcher.piece(rest)
                }
            };
            let end = offset + piece.length;
            let source = &text[offset..end];
            let stands_alone = later.is_empty() || self.stands_alone(matcher, offset, end);
            if !matcher.is_by_character(piece) || source.chars().any(|c| self.is_special(c)) {
                if !stands_alone {
                    return self.replace_from_border(place);
                }
                self.replace_piece(matcher, later, offset, piece);
            } else if !later.is_empty() && end > place {
                // Later stages may have more to say of what is behind `place`.
                if stands_alone {
                    self.border = offset;
                }
                (self.certain, self.arrived) = (place + 1, offset);
                return;
            }
            if stands_alone {
                self.border = end;
            }
            offset = end;
        }
        (self.certain, self.arrived) = (offset, offset);
    }

    /// Whether what the first stage makes of a phrase, which is its piece from
    /// `start` to `end`, is for the later stages a text of its own: it is a segment,
    /// or no match reaches across its ends and no segment ends within.
    fn stands_alone(&self, matcher: &Matcher<'_>, start: usize, end: usize) -> bool {
        let is_cut = match &self.plan.segmentation {
            Some(by) if by.is_walk_of(matcher) => return true,
            Some(Segmentation { matcher, leading, by_phrases }) => {
                !by_phrases || matcher.has_phrase(&self.text[start..end], *leading)
            }
            None => false,
        };
        !is_cut && (start == self.border || self.is_border(start)) && self.is_border(end)
    }

    /// Whether no match of any stage reaches across this place.
    fn is_border(&self, at: usize) -> bool {
        let (before, behind) = self.text.split_at(at);
        match before.chars().next_back() {
            Some(before) => !self.plan.composite.may_join(before, behind.chars().next()),
            None => true,
        }
    }

    /// Replaces a piece by what all stages make of it.
    fn replace_piece(
        &mut self,
        matcher: &Matcher<'_>,
        later: &[&Matcher<'_>],
        start: usize,
        piece: Piece,
    ) {
        let mut converted = core::mem::take(&mut self.converted);
        converted.clear();
        let source = &self.text[start..start + piece.length];
        if later.is_empty() {
            matcher.replace(source, piece, |part| converted.push_str(part));
        } else {
            matcher.replace(source, piece, |part| self.segment.push_str(part));
            convert_by_later(self.plan, later, &mut self.segment, &mut converted);
        }
        self.replace(start, source.len(), &converted);
        self.converted = converted;
    }

    /// Whether the kernel leaves what this character becomes to the stages.
    #[inline]
    fn is_special(&self, character: char) -> bool {
        match u16::try_from(u32::from(character)) {
            Ok(unit) => self.entries[usize::from(unit)] & SPECIAL != 0,
            Err(_) => character >= FIRST_BEYOND,
        }
    }

    /// Carries out the stages of a plan whose first one cuts the text into segments
    /// by itself, where a later one may have something to say of `place`: over the
    /// segment that has it, a phrase or what stands between two. The walks of all
    /// stages arrive at `start`.
    fn replace_segment(
        &mut self,
        matcher: &Matcher<'_>,
        later: &[&Matcher<'_>],
        start: usize,
        place: usize,
    ) {
        let text = self.text;
        let (mut begin, mut offset) = (start, start);
        let end = loop {
            let rest = &text[offset..];
            let Some(character) = rest.chars().next() else { break offset };
            let phrase = matcher.phrase(rest);
            if phrase.is_some() && begin < offset {
                if offset > place {
                    break offset;
                }
                begin = offset;
            }
            if phrase.is_none() && description::is_operator(character) {
                // What a description is, each stage decides by itself.
                return self.replace_from_border(place);
            }
            offset += phrase.map_or(character.len_utf8(), |phrase| phrase.length);
            let is_border = phrase.is_some()
                || !self.plan.composite.may_join(character, text[offset..].chars().next());
            if is_border && offset > place {
                break offset;
            }
            if is_border {
                begin = offset;
            }
        };
        let mut segment = core::mem::take(&mut self.segment);
        let mut converted = core::mem::take(&mut self.converted);
        converted.clear();
        let source = &text[begin..end];
        if !self.plan.first.is_some_and(|first| first.convert_by_character(source, &mut segment)) {
            matcher.convert_into(source, Extent::Whole, &mut segment);
        }
        convert_by_later(self.plan, later, &mut segment, &mut converted);
        self.replace(begin, end - begin, &converted);
        (self.certain, self.arrived, self.border) = (end, end, end);
        (self.converted, self.segment) = (converted, segment);
    }

    /// Carries out all stages from `start` to the first border behind `place`.
    fn replace_between_borders(&mut self, start: usize, place: usize) {
        let end = self.border_behind(start, place);
        let mut converted = core::mem::take(&mut self.converted);
        converted.clear();
        self.stages.convert(self.plan, &self.text[start..end], &mut converted);
        self.replace(start, end - start, &converted);
        self.converted = converted;
        (self.certain, self.arrived, self.border) = (end, end, end);
    }

    /// The first place behind `place` that no match reaches across, nor a
    /// description that begins behind `start`.
    fn border_behind(&self, start: usize, place: usize) -> usize {
        let mut since_operator = description::MAXIMUM_LENGTH;
        let mut characters = self.text[start..].char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            since_operator += 1;
            if description::is_operator(character) {
                since_operator = 0;
            }
            let next = characters.peek().map(|(_, next)| *next);
            let is_border = start + offset >= place
                && since_operator >= description::MAXIMUM_LENGTH
                && !self.plan.composite.may_join(character, next);
            if is_border {
                return start + offset + character.len_utf8();
            }
        }
        self.text.len()
    }

    /// Puts `replacement` where the output of so many bytes of the text from
    /// `start` on is, which is behind all that was replaced before.
    fn replace(&mut self, start: usize, length: usize, replacement: &str) {
        let Scan { output, written, .. } = self;
        let at = output.len() - (*written - start);
        match (start + length).checked_sub(*written) {
            // The source ends behind what is written, or with it.
            Some(_) => {
                output.truncate(at);
                output.extend_from_slice(replacement.as_bytes());
                *written = start + length;
            }
            None if replacement.len() == length => {
                output[at..at + length].copy_from_slice(replacement.as_bytes());
            }
            None => {
                // What stands behind it moves.
                let (end, old) = (at + length, output.len());
                let moved = at + replacement.len();
                output.resize(old.max(old - length + replacement.len()), 0);
                output.copy_within(end..old, moved);
                output.truncate(old - length + replacement.len());
                output[at..moved].copy_from_slice(replacement.as_bytes());
            }
        }
    }
}

/// Carries out the later stages over a segment, which is empty afterwards, and
/// appends what it becomes to `converted`.
fn convert_by_later(
    plan: &Plan<'_>,
    later: &[&Matcher<'_>],
    segment: &mut String,
    converted: &mut String,
) {
    match (plan.last, later) {
        (Some(last), [_]) if last.convert_by_character(segment, converted) => {}
        (_, [only]) => _ = only.convert_into(segment, Extent::Whole, converted),
        _ => {
            for stage in later {
                let mut next = String::with_capacity(segment.len());
                stage.convert_into(segment, Extent::Whole, &mut next);
                *segment = next;
            }
            converted.push_str(segment);
        }
    }
    segment.clear();
}
