//! The pass over a text that counts what its characters and words tell.
//!
//! Characters of three bytes, nearly all of Chinese, go through one loop: their byte
//! in the table of classes is the number of the counter that goes up, so nothing is
//! decided. They are written down as well ([`Seen`]), and afterwards all neighbours among
//! them are asked whether a word may begin there. ASCII behind ASCII is passed over by
//! blocks.
//!
//! Looking for words takes time, and what words tell is soon told. So they are counted in
//! the first [`EVIDENCE`] bytes alone, characters and marks everywhere.
//!
//! Invariant: what is counted of a character depends on the characters before it and
//! on [`AHEAD`] bytes behind it, and on nothing else. So a text may come in pieces:
//! that much of each is kept until more comes, and counts do not depend on where the
//! pieces end.

use alloc::string::String;
use core::ops::Range;

use super::class::{self, FIRST, class_of};
use super::{Counts, Detection};
use crate::dictionary::Match;
use crate::normalize::{Letterspacing, Standing};
use crate::text::{ascii_length, code_unit, floor_char_boundary};

/// Bytes behind the beginning of a character that may matter to what it tells: those of
/// the longest word, which tests compare with the words.
const AHEAD: usize = 128;

/// Words are counted that begin in so many bytes of a text's beginning.
pub(super) const EVIDENCE: usize = 64 * 1024;

/// How many sets of counters there are while counting: characters take turns, so that a
/// counter need not wait for the one that counts the same.
const LANES: usize = 2;

/// Bytes that are counted before counters are added up, so that none can overflow.
const COUNTED: usize = 1 << 30;

/// Characters that are counted before words are looked for among them.
const CHUNK: usize = 64;

/// Room for what a chunk brings, for what may be there before it, and some more.
const SEEN: usize = 2 * CHUNK;

/// What a counter's number has behind Han beside the meaning that is counted.
const BEHIND_HAN: u8 = class::MEANING + 1;

/// A counter for each meaning, behind what is no Han and behind Han.
pub(super) type Meanings<T> = [T; 2 * BEHIND_HAN as usize];

/// Several sets of them, while counting.
type Lanes = [Meanings<u32>; LANES];

/// Tells the script and the region of a text that comes in pieces, in memory that does
/// not depend on its length.
///
/// # Examples
///
/// ```
/// use fanjian::{Detector, Variety, detect};
///
/// let mut detector = Detector::new();
/// detector.push("這個軟");
/// detector.push("體很好用");
/// let detection = detector.finish();
/// assert_eq!(detection, detect("這個軟體很好用"));
/// assert_eq!(detection.variety(), Some(Variety::TraditionalTaiwan));
/// ```
#[derive(Clone, Debug)]
pub struct Detector {
    meanings: Meanings<u64>,
    counts: Counts,
    letterspacing: Letterspacing,
    /// [`BEHIND_HAN`] if a mark that comes next would stand behind Han, else zero.
    behind_han: u8,
    /// Whether the character before is Han itself.
    after_han: bool,
    /// Bytes that were counted.
    position: usize,
    /// The end of what has come, which is not yet counted.
    kept: String,
}

impl Default for Detector {
    fn default() -> Detector {
        Detector::new()
    }
}

impl Detector {
    /// A detector that has seen nothing.
    #[must_use]
    pub fn new() -> Detector {
        Detector {
            meanings: [0; _],
            counts: Counts::default(),
            letterspacing: Letterspacing::default(),
            behind_han: 0,
            after_han: false,
            position: 0,
            kept: String::new(),
        }
    }

    /// Takes the next piece of the text.
    pub fn push(&mut self, piece: &str) {
        if self.kept.len() + piece.len() <= 8 * AHEAD {
            // Looked at when there is enough to be worth it.
            self.kept.push_str(piece);
            return;
        }
        let mut kept = core::mem::take(&mut self.kept);
        let length = kept.len();
        let (ahead, _) = piece.split_at(floor_char_boundary(piece, 2 * AHEAD));
        kept.push_str(ahead);
        let limit = match ahead.len() == piece.len() {
            true => floor_char_boundary(&kept, kept.len() - AHEAD),
            false => length,
        };
        self.scan(&kept, limit);
        if ahead.len() == piece.len() {
            kept.drain(..limit);
        } else {
            let limit = floor_char_boundary(piece, piece.len() - AHEAD);
            self.scan(piece, limit);
            kept.clear();
            kept.push_str(&piece[limit..]);
        }
        self.kept = kept;
    }

    /// What the whole text tells.
    #[must_use]
    pub fn finish(mut self) -> Detection {
        let kept = core::mem::take(&mut self.kept);
        self.whole(&kept)
    }

    /// What the text tells that ends with `text`.
    pub(super) fn whole(mut self, text: &str) -> Detection {
        self.scan(text, text.len());
        Detection { counts: self.counts.with(&self.meanings) }
    }

    /// Counts the characters of `text` that begin before `limit`.
    fn scan(&mut self, text: &str, limit: usize) {
        let with_words = EVIDENCE.saturating_sub(self.position).min(limit);
        let mut seen = Seen::default();
        let mut at = 0;
        if at < with_words {
            at = self.scan_part::<true>(text, at..with_words, &mut seen);
            seen.push_one(code_unit(text.as_bytes(), at), at);
            seen.for_each_word(text, |word| self.counts.add_word(&word));
        }
        while at < limit {
            at = self.scan_part::<false>(text, at..limit.min(at + COUNTED), &mut seen);
        }
        self.position += at;
    }

    /// The same for the characters that begin in `range`, with their words or without;
    /// gives the end of the last one.
    fn scan_part<const WORDS: bool>(
        &mut self,
        text: &str,
        range: Range<usize>,
        seen: &mut Seen,
    ) -> usize {
        let (bytes, mut at, limit) = (text.as_bytes(), range.start, range.end);
        let mut lanes = [[0; _]; LANES];
        while at < limit {
            at += match bytes[at] {
                0..0x80 => self.count_ascii(bytes, at, limit),
                0xE0..0xF0 => self.count_run::<WORDS>(text, at..limit, &mut lanes, seen),
                _ => self.count_others(text, at),
            };
        }
        for lane in &lanes {
            for (sum, &count) in self.meanings.iter_mut().zip(lane) {
                *sum += u64::from(count);
            }
        }
        at
    }

    /// Counts characters of three bytes, as many as follow each other, and gives their
    /// length.
    fn count_run<const WORDS: bool>(
        &mut self,
        text: &str,
        range: Range<usize>,
        lanes: &mut Lanes,
        seen: &mut Seen,
    ) -> usize {
        let (bytes, mut at, limit) = (text.as_bytes(), range.start, range.end);
        let mut behind_han = self.behind_han;
        loop {
            if WORDS && seen.count > SEEN / 4 {
                seen.for_each_word(text, |word| self.counts.add_word(&word));
            }
            // Two at a time, where both are of three bytes and the table says it all.
            let end = limit.min(at + 3 * CHUNK);
            while at + 3 < end
                && let Some(units) = two_units(bytes, at)
                && let classes = split(units).map(class_of)
                && (classes[0] | classes[1]) & class::INCOMPLETE == 0
            {
                for (class, lane) in classes.into_iter().zip(&mut *lanes) {
                    lane[usize::from(behind_han | class & class::MEANING)] += 1;
                    behind_han = behind(class);
                }
                if WORDS {
                    seen.push(units, at);
                }
                at += 6;
            }
            let unit = match bytes.get(at) {
                Some(0xE0..0xF0) if at < limit => code_unit(bytes, at),
                _ => break,
            };
            let class = class_of(unit);
            behind_han = match class & class::INCOMPLETE {
                0 => {
                    if WORDS {
                        seen.push_one(unit, at);
                    }
                    lanes[0][usize::from(behind_han | class & class::MEANING)] += 1;
                    behind(class)
                }
                _ => self.count_rare(text, at, behind_han),
            };
            at += 3;
        }
        self.behind_han = behind_han;
        self.end_of_run(text, range.start, at - 3);
        at - range.start
    }

    /// What remains to be counted of the last character of a run, which stands at `at`.
    fn end_of_run(&mut self, text: &str, start: usize, at: usize) {
        let (bytes, position) = (text.as_bytes(), self.position + at);
        let after_han = self.after_han;
        let is_after_han = || if at == start { after_han } else { is_han_at(text, at - 3) };
        self.counts.marks.letterspaced +=
            self.letterspacing.count_at(bytes, at, position, is_after_han);
        self.after_han = is_han_at(text, at);
    }

    /// Counts a character that the table does not know, and says whether marks behind
    /// it are behind Han.
    #[cold]
    fn count_rare(&mut self, text: &str, at: usize, behind_han: u8) -> u8 {
        let Some(character) = text[at..].chars().next() else { return behind_han };
        if is_ideograph(character) {
            self.meanings[usize::from(behind_han | class::COMMON)] += 1;
            return BEHIND_HAN;
        }
        match Standing::of(character) {
            Standing::Transparent => behind_han,
            Standing::Han => BEHIND_HAN,
            Standing::Other => 0,
        }
    }

    /// Counts a mark that begins a run of ASCII, and gives the length of the run.
    fn count_ascii(&mut self, bytes: &[u8], at: usize, limit: usize) -> usize {
        if self.behind_han != 0 {
            let marks = &mut self.counts.marks;
            match bytes[at] {
                b',' | b';' | b':' | b'?' | b'!' => marks.halfwidth += 1,
                b'.' if bytes.get(at + 1) != Some(&b'.') => marks.dots += 1,
                _ => {}
            }
        }
        (self.behind_han, self.after_han) = (0, false);
        ascii_length(&bytes[at..limit])
    }

    /// Counts a character of two or four bytes, and gives its length.
    fn count_others(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        if bytes[at] < 0xE0 && self.behind_han == 0 {
            // No ideograph has two bytes.
            self.after_han = false;
            return 2;
        }
        self.behind_han = self.count_rare(text, at, self.behind_han);
        self.after_han = is_han_at(text, at);
        if bytes[at] < 0xE0 { 2 } else { 4 }
    }
}

/// Characters of three bytes, in the order of the text, among which words are looked for.
struct Seen {
    /// Two of them as a pair, and above it the one before.
    characters: [u64; SEEN],
    /// The offset of the first of the two in bytes, which is below [`EVIDENCE`].
    offsets: [u16; SEEN],
    count: usize,
    /// What was written down last.
    last: u64,
}

impl Default for Seen {
    fn default() -> Seen {
        Seen { characters: [0; _], offsets: [0; _], count: 0, last: 0 }
    }
}

impl Seen {
    /// Writes down the two characters from `at` on; there must be room.
    #[inline(always)]
    fn push(&mut self, pair: u64, at: usize) {
        self.last = self.last << BEFORE | pair;
        self.characters[self.count % SEEN] = self.last;
        self.offsets[self.count % SEEN] = at as u16;
        self.count += 1;
    }

    /// Writes down the character at `at`.
    fn push_one(&mut self, unit: u16, at: usize) {
        self.push(u64::from(unit) << FIRST, at);
        self.last = unit.into();
    }

    /// Gives `take` the words that begin with these characters, but for the last one, and
    /// forgets them.
    #[inline(never)]
    fn for_each_word<'t>(&mut self, text: &'t str, mut take: impl FnMut(Match<'static, 't>)) {
        for start in (0..self.count).step_by(CHUNK_OF_PAIRS) {
            let end = self.count.min(start + CHUNK_OF_PAIRS);
            // Two bits for each, the first ones uppermost; nothing is decided until all are
            // asked.
            let mut may_begin = 0_u64;
            for &characters in &self.characters[start..end] {
                let [across, within] = pairs(characters).map(class::may_begin_word);
                may_begin = may_begin << 2 | u64::from(across) << 1 | u64::from(within);
            }
            may_begin <<= 2 * (CHUNK_OF_PAIRS - (end - start));
            while may_begin != 0 {
                let bit = may_begin.leading_zeros();
                may_begin &= u64::MAX >> 1 >> bit;
                let (number, is_within) = (start + bit as usize / 2, bit as usize % 2);
                let pair = pairs(self.characters[number])[is_within];
                let at = self.offsets[number].wrapping_sub([3, 0][is_within]).into();
                // Where one is of another run, the set may say yes all the same.
                if class::may_go_on(pair, text, at) && class::pair_at(text, at) == pair {
                    let word = text.get(at..).and_then(|text| class::WORDS.longest_phrase(text));
                    word.into_iter().for_each(&mut take);
                }
            }
        }
        self.count = 0;
    }
}

/// How far the character before is above a pair.
const BEFORE: u32 = 2 * FIRST;

/// As many as have two bits each in a word.
const CHUNK_OF_PAIRS: usize = 32;

/// Of three characters, the pair of the first two, and that of the last two.
#[inline(always)]
fn pairs(characters: u64) -> [u64; 2] {
    [characters >> FIRST, characters & class::PAIR]
}

/// The pair of the two characters that begin at `at`, if both have three bytes and two
/// bytes more are behind them.
#[inline(always)]
fn two_units(bytes: &[u8], at: usize) -> Option<u64> {
    let six = u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?) >> 16;
    let units = six >> 4 & 0xF0_0000_F000 | six >> 2 & 0xF_C000_0FC0 | six & 0x3F00_003F;
    (six & 0xF000_00F0_0000 == 0xE000_00E0_0000).then_some(units)
}

#[inline(always)]
fn split(units: u64) -> [u16; 2] {
    [(units >> FIRST) as u16, units as u16]
}

/// [`BEHIND_HAN`] if marks behind a character of this class are behind Han, else zero.
#[inline(always)]
fn behind(class: u8) -> u8 {
    (class & class::HAN) / (class::HAN / BEHIND_HAN)
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// Whether the character that begins at `at` is Han itself.
fn is_han_at(text: &str, at: usize) -> bool {
    match class_of(code_unit(text.as_bytes(), at)) {
        class if class & class::INCOMPLETE == 0 => class & class::HAN != 0,
        _ => text[at..].chars().next().is_some_and(crate::normalize::is_han),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_longer_than_what_is_looked_at() {
        assert!(4 * class::WORDS.longest_key() <= AHEAD);
    }
}
