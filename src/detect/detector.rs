//! The pass over a text that counts what its characters and words tell.
//!
//! Characters of three bytes, nearly all of Chinese, go through one loop: their byte
//! in the table of classes is the number of the counter that goes up, so nothing is
//! decided. Only where two neighbours may begin a word, the words are asked. ASCII
//! behind ASCII is passed over by blocks.
//!
//! Looking for words takes half of the time, and what words tell is soon told. So they
//! are counted in the first [`EVIDENCE`] bytes alone, characters and marks everywhere.
//!
//! Invariant: what is counted of a character depends on the characters before it and
//! on [`AHEAD`] bytes behind it, and on nothing else. So a text may come in pieces:
//! that much of each is kept until more comes, and counts do not depend on where the
//! pieces end.

use alloc::string::String;

use super::class::{self, Place, kind};
use super::{Counts, Detection};
use crate::normalize::{Letterspacing, Standing};
use crate::text::{NONE, ascii_length, code_unit, code_unit_of, floor_char_boundary};

/// Bytes behind the beginning of a character that may matter to what it tells: those of
/// the longest word, which tests compare with the words.
const AHEAD: usize = 128;

/// Words are counted that begin in so many bytes of a text's beginning.
pub(super) const EVIDENCE: usize = 64 * 1024;

/// How many sets of counters there are.
const LANES: usize = 4;

/// A counter for each meaning, behind what is no Han and behind Han.
pub(super) type Meanings = [[u64; 64]; 2];

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
    /// How often each meaning occurred, behind what is no Han and behind Han: characters
    /// take turns, so that a counter need not wait for the one that counts the same.
    meanings: [Meanings; LANES],
    counts: Counts,
    letterspacing: Letterspacing,
    /// Whether a mark that comes next would stand behind Han: an index of `meanings`.
    behind_han: usize,
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
            meanings: [[[0; 64]; 2]; LANES],
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
        Detection { counts: self.meanings.iter().fold(self.counts, Counts::with) }
    }

    /// Counts the characters of `text` that begin before `limit`.
    fn scan(&mut self, text: &str, limit: usize) {
        let bytes = text.as_bytes();
        let with_words = EVIDENCE.saturating_sub(self.position).min(limit);
        let mut at = 0;
        while at < limit {
            at += match bytes[at] {
                0..0x80 => self.count_ascii(bytes, at, limit),
                0xE0..0xF0 if at < with_words => self.count_run::<true>(text, at, with_words),
                0xE0..0xF0 => self.count_run::<false>(text, at, limit),
                _ => self.count_others(text, at),
            };
        }
        self.position += at;
    }

    /// Counts characters of three bytes, as many as follow each other, and gives their
    /// length; words that begin with them as well, if asked for.
    fn count_run<const WORDS: bool>(&mut self, text: &str, start: usize, limit: usize) -> usize {
        let bytes = text.as_bytes();
        let (characters, _) = bytes[start..].as_chunks::<3>();
        let last = characters.len().min((limit - start).div_ceil(3));
        let mut place = Place::of(code_unit_of(characters[0]));
        let mut behind_han = self.behind_han;
        for number in 0..last {
            let next = characters.get(number + 1).map_or(NONE, |&bytes| code_unit_of(bytes));
            let (Place { class, .. }, next) = (place, Place::of(next));
            self.meanings[number % LANES][behind_han & 1][usize::from(class & class::MEANING)] += 1;
            if WORDS && place.may_begin_word(next) {
                self.look_at(&text[start + 3 * number..]);
            }
            if next.class == kind::NOT_THREE_BYTES {
                self.behind_han = behind_han;
                self.end_of_run(text, start, start + 3 * number);
                return 3 * (number + 1);
            }
            behind_han = match class {
                kind::RARE => self.count_rare(text, start + 3 * number, behind_han),
                _ => class::is_han(class),
            };
            place = next;
        }
        self.behind_han = behind_han;
        self.after_han = is_han_at(text, start + 3 * (last - 1));
        3 * last
    }

    /// What remains to be counted of the last character of a run, which stands at `at`.
    fn end_of_run(&mut self, text: &str, start: usize, at: usize) {
        let (bytes, position) = (text.as_bytes(), self.position + at);
        let after_han = self.after_han;
        let is_after_han = || if at == start { after_han } else { is_han_at(text, at - 3) };
        self.counts.marks.letterspaced +=
            self.letterspacing.count_at(bytes, at, position, is_after_han);
        let class = class::class_of(code_unit(bytes, at));
        self.behind_han = match class {
            kind::RARE => self.count_rare(text, at, self.behind_han),
            _ => class::is_han(class),
        };
        self.after_han = is_han_at(text, at);
    }

    /// Counts a character that the table does not know, and says whether marks behind
    /// it are behind Han.
    #[cold]
    fn count_rare(&mut self, text: &str, at: usize, behind_han: usize) -> usize {
        let Some(character) = text[at..].chars().next() else { return behind_han };
        if is_ideograph(character) {
            self.meanings[0][behind_han & 1][usize::from(class::COMMON)] += 1;
            return 1;
        }
        match Standing::of(character) {
            Standing::Transparent => behind_han,
            Standing::Han => 1,
            Standing::Other => 0,
        }
    }

    /// Counts a mark that begins a run of ASCII, and gives the length of the run.
    fn count_ascii(&mut self, bytes: &[u8], at: usize, limit: usize) -> usize {
        if self.behind_han == 1 {
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

    /// Counts a word that `text` begins with.
    #[inline(never)]
    fn look_at(&mut self, text: &str) {
        let Some(found) = class::WORDS.longest_match(text) else { return };
        self.counts.add_word(&found);
    }
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// Whether the character that begins at `at` is Han itself.
fn is_han_at(text: &str, at: usize) -> bool {
    match class::class_of(code_unit(text.as_bytes(), at)) {
        kind::RARE | kind::NOT_THREE_BYTES => {
            text[at..].chars().next().is_some_and(crate::normalize::is_han)
        }
        class => class::is_han(class) == 1,
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
