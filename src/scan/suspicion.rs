//! What is done about a suspicious place.
//!
//! Whether a phrase is there depends on where the walks of the stages arrive, and
//! that is decided nearby: a walk arrives where no match reaches across, and
//! wherever it is known to have arrived before. So from such a place the stages are
//! carried out, up to a place behind the suspicious one where all walks arrive
//! again, and their output replaces the kernel's.
//!
//! That takes time, so the frequent cases are decided by less:
//!
//! - One look into the phrases of the first stage decides most places that are
//!   suspicious for its sake ([`Scan::replace_here`]).
//! - Else its walk alone goes on from piece to piece until it is past the place
//!   ([`Scan::replace_pieces`]). What it replaces is for the later stages a text of
//!   its own where it is a segment, or where no match reaches across its ends.
//! - Where the first stage cuts the text into segments by itself, a place that is
//!   suspicious for a later stage's sake concerns one segment
//!   ([`Scan::replace_segment`]).
//! - All stages over all that lies between two borders are the last resort
//!   ([`Scan::replace_between_borders`]).

use super::{Observer, Part, Scan, border_before};
use crate::composite::{FIRST_BEYOND, KEEPING_BORDERS, SPECIAL};
use crate::description;
use crate::dictionary::{Extent, Matcher, Piece};
use crate::plan::Segmentation;
use crate::stages::convert_by_later;
use crate::text::{NONE, code_unit, code_unit_before, floor_char_boundary};

/// Two characters of three bytes side by side.
#[derive(Clone, Copy)]
struct Pair {
    /// Where the second one stands.
    place: usize,
    first: u16,
    second: u16,
}

impl Pair {
    fn start(self) -> usize {
        self.place - 3
    }

    fn units(self) -> [u16; 2] {
        [self.first, self.second]
    }
}

impl<O: Observer> Scan<'_, '_, O> {
    /// Looks at a suspicious character, which lies before `written`.
    pub(super) fn look_at(&mut self, place: usize) {
        if self.plan.protection.is_some() && self.replace_protected(place) {
            return;
        }
        if let Some((matcher, later)) = self.plan.conversion.split_first() {
            let pair = self.pair_at(place);
            let is_due_to_first =
                later.is_empty() || pair.is_some_and(|pair| self.is_due_to_first(pair));
            if let Some(pair) = pair {
                if !later.is_empty() && self.replace_phrase(pair, is_due_to_first).is_some() {
                    return;
                }
                if is_due_to_first && self.replace_here(matcher, later, pair).is_some() {
                    return;
                }
            }
            let known = if is_due_to_first { self.arrived } else { self.border };
            let start = border_before(self.plan, self.text, known, place);
            if !self.may_be_normalized(start, place) {
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

    /// Carries out all stages around `place` if there is a protected word between the
    /// borders around it, and says whether there is.
    #[cold]
    fn replace_protected(&mut self, place: usize) -> bool {
        let Some(protection) = self.plan.protection else { return false };
        let start = border_before(self.plan, self.text, self.border, place);
        let end = self.border_behind(start, place);
        let text = &self.text[start..end];
        let mut offsets = text.char_indices().map(|(offset, _)| offset);
        let is_protected = offsets.any(|at| protection.piece(&text[at..]).is_match());
        if is_protected {
            self.replace_between_borders(start, place);
        }
        is_protected
    }

    /// The suspicious pair whose second character stands at `place`, if both have
    /// three bytes and it is not special.
    #[inline(always)]
    fn pair_at(&self, place: usize) -> Option<Pair> {
        let bytes = self.text.as_bytes();
        let [first, second] = [code_unit_before(bytes, place), code_unit(bytes, place)];
        let is_special = self.entries[usize::from(second)] & SPECIAL != 0;
        (first != NONE && second != NONE && !is_special).then_some(Pair { place, first, second })
    }

    /// Whether a pair is suspicious because of the first stage alone.
    #[inline(always)]
    fn is_due_to_first(&self, Pair { place, first, second }: Pair) -> bool {
        let third = code_unit(self.text.as_bytes(), place + 3);
        self.plan.composite.is_due_to_first(first, second, third)
    }

    /// Where several stages have their say, the most frequent case: a phrase of which
    /// is known what all of them make of it where no match reaches across its ends.
    /// `None` where more must be known.
    #[inline(always)]
    fn replace_phrase(&mut self, pair: Pair, is_due_to_first: bool) -> Option<()> {
        let cuts_by_first = |by: &Segmentation<'_>| by.is_walk_of(self.plan.conversion[0]);
        if is_due_to_first && self.plan.segmentation.as_ref().is_some_and(cuts_by_first) {
            // It is known of the later stages' phrases alone.
            return None;
        }
        let start = pair.start();
        if start < self.certain {
            return None;
        }
        let phrases = self.plan.composite.phrases()?;
        let piece = phrases.phrase_of(pair.units(), &self.text[start..])?;
        let end = start + piece.length;
        let is_certain = (start == self.border || self.is_border(start)) && self.is_border(end);
        is_certain.then(|| {
            let source = &self.text[start..end];
            let part = match piece.is_from(KEEPING_BORDERS) {
                true => Part::Characters,
                false => Part::Segments,
            };
            let mut put = |text: &str| self.replace(part, start, source.len(), text);
            if phrases.is_by_character(piece) {
                put(source);
            } else {
                phrases.replace(source, piece, put);
            }
            (self.certain, self.arrived, self.border) = (end, end, end);
        })
    }

    /// The most frequent case, decided by one look into the first stage's phrases: a
    /// pair behind another character of three bytes is where an effective phrase
    /// begins, or no such phrase is known by it. `None` where more must be known.
    #[inline(always)]
    fn replace_here(
        &mut self,
        matcher: &Matcher<'_>,
        later: &[&Matcher<'_>],
        pair: Pair,
    ) -> Option<()> {
        let (start, place) = (pair.start(), pair.place);
        if code_unit_before(self.text.as_bytes(), start) == NONE && start > 0 {
            return None;
        }
        let phrase = matcher.phrase_of(pair.units(), &self.text[start..]);
        let Some(piece) = phrase.filter(|phrase| !matcher.is_by_character(*phrase)) else {
            return (!self.may_be_normalized(start, place)).then_some(());
        };
        let end = start + piece.length;
        if start > self.arrived && self.is_border(start) {
            (self.arrived, self.border) = (start, start);
        }
        let is_arrived = start == self.arrived;
        let is_certain = is_arrived
            && !self.may_be_normalized(start, place)
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

    /// Whether normalization could change anything that a match from `start` on
    /// depends on, as far as pieces are taken that begin up to `place`.
    #[inline(always)]
    fn may_be_normalized(&self, start: usize, place: usize) -> bool {
        let end = place + self.reach;
        end > self.unnormalized && self.may_be_normalized_up_to(start, end)
    }

    #[cold]
    fn may_be_normalized_up_to(&self, start: usize, end: usize) -> bool {
        let text = &self.text[start..floor_char_boundary(self.text, end)];
        self.plan.normalization.is_some_and(|normalization| normalization.may_match(text))
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
                        let end = offset + character.len_utf8();
                        if offset == self.border && self.is_border_of_later(end) {
                            self.border = end;
                        }
                        offset = end;
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
    /// or no match reaches across its ends and no segment ends within. Behind its end, all
    /// walks arrive then.
    fn stands_alone(&self, matcher: &Matcher<'_>, start: usize, end: usize) -> bool {
        let is_cut = match &self.plan.segmentation {
            Some(by) if by.is_walk_of(matcher) => return true,
            Some(Segmentation { matcher, leading, by_phrases }) => {
                !by_phrases || matcher.has_phrase(&self.text[start..end], *leading)
            }
            None => false,
        };
        // Where it begins, all walks arrive; so it is a piece, and no match of its stage
        // reaches across its end.
        !is_cut && (start == self.border || self.is_border(start)) && self.is_border_of_later(end)
    }

    /// Whether no match of the segmentation or of a stage behind the first one reaches across
    /// this place.
    fn is_border_of_later(&self, at: usize) -> bool {
        let (before, behind) = self.beside(at);
        before.is_none_or(|before| !self.plan.composite.may_join_later(before, behind))
    }

    /// Whether no match of any stage reaches across this place.
    pub(super) fn is_border(&self, at: usize) -> bool {
        let (before, behind) = self.beside(at);
        before.is_none_or(|before| !self.plan.composite.may_join(before, behind))
    }

    /// The characters before and behind this place.
    #[inline(always)]
    fn beside(&self, at: usize) -> (Option<char>, Option<char>) {
        let (before, behind) = self.text.split_at(at);
        (before.chars().next_back(), behind.chars().next())
    }

    /// Replaces a piece by what all stages make of it.
    fn replace_piece(
        &mut self,
        matcher: &Matcher<'_>,
        later: &[&Matcher<'_>],
        start: usize,
        piece: Piece,
    ) {
        let source = &self.text[start..start + piece.length];
        if later.is_empty() && !matcher.is_by_character(piece) {
            // What an entry puts in its place is one text.
            return matcher.replace(source, piece, |text| {
                self.replace(Part::Piece, start, source.len(), text);
            });
        }
        let mut converted = core::mem::take(&mut self.converted);
        converted.clear();
        matcher.replace(source, piece, |part| self.segment.push_str(part));
        convert_by_later(self.plan.last, later, &mut self.segment, &mut converted);
        self.replace(Part::Piece, start, source.len(), &converted);
        self.converted = converted;
    }

    /// Whether the kernel leaves what this character becomes to the stages.
    #[inline]
    pub(super) fn is_special(&self, character: char) -> bool {
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
        let source = &text[begin..end];
        let is_past = end > self.unnormalized;
        if is_past && self.plan.normalization.is_some_and(|it| it.may_match(source)) {
            // The segment goes on behind what was asked for before.
            return self.replace_from_border(place);
        }
        let mut segment = core::mem::take(&mut self.segment);
        let mut converted = core::mem::take(&mut self.converted);
        converted.clear();
        if !self.plan.first.is_some_and(|first| first.convert_by_character(source, &mut segment)) {
            matcher.convert_into(source, Extent::Whole, &mut segment);
        }
        convert_by_later(self.plan.last, later, &mut segment, &mut converted);
        self.replace(Part::Segment, begin, end - begin, &converted);
        (self.certain, self.arrived, self.border) = (end, end, end);
        (self.converted, self.segment) = (converted, segment);
    }

    /// Carries out all stages from `start` to the first border behind `place`.
    fn replace_between_borders(&mut self, start: usize, place: usize) {
        let end = self.border_behind(start, place);
        let mut converted = core::mem::take(&mut self.converted);
        converted.clear();
        self.stages.convert(self.plan, &self.text[start..end], &mut converted);
        self.replace(Part::Segments, start, end - start, &converted);
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
}
