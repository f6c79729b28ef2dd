//! What was done to a text, told from the marks that it has and has not.
//!
//! NFKC and the folds of width turn ，：；？！（） into ASCII and leave 。、《》 alone;
//! `CCNet`'s cleaner turns those into ASCII as well. So a text that has 。 and not one
//! ， behind Han, but `,` there, went through the former; one that ends its Chinese
//! sentences with `.` and has nothing full-width left, through the latter. Only
//! marks that stand right behind Han are counted: they are the text's own, and
//! normalization never takes one away, so that a repaired text cannot look
//! damaged again.

use super::preset::{Damage, FullStops};
use super::token::{self, Class, Kind};

/// How much of a text's beginning decides, in bytes.
pub(super) const EVIDENCE: usize = 64 * 1024;

/// What a text has of the marks that tell damage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// `, ; : ? !` right behind Han.
    pub(crate) halfwidth: usize,
    /// ，；：？！ right behind Han.
    pub(crate) fullwidth: usize,
    /// 。
    pub(crate) full_stops: usize,
    /// 、
    pub(crate) enumeration_commas: usize,
    /// 《》“”
    pub(crate) quotes: usize,
    /// `.` right behind Han.
    pub(crate) dots: usize,
    /// Han characters that stand between single spaces, in runs of four and more.
    pub(crate) letterspaced: usize,
}

impl Evidence {
    /// Counts in `text`.
    pub(super) fn of(text: &str) -> Evidence {
        let bytes = text.as_bytes();
        let mut evidence = Evidence::default();
        let mut letterspacing = Letterspacing::default();
        let mut at = 0;
        while at < bytes.len() {
            evidence.letterspaced += letterspacing.count(bytes, at);
            at += match bytes[at] {
                0xE3 if bytes[at + 1] == 0x80 => {
                    evidence.count_cjk_mark(bytes[at + 2]);
                    3
                }
                0xE2 if bytes[at + 1] == 0x80 => {
                    evidence.quotes += usize::from(matches!(bytes[at + 2], 0x9C | 0x9D));
                    3
                }
                0xE3..=0xE9 => 3,
                0xEF => {
                    if is_fullwidth_mark(bytes[at + 1], bytes[at + 2]) && is_behind_han(bytes, at) {
                        evidence.fullwidth += 1;
                    }
                    3
                }
                b',' | b';' | b':' | b'?' | b'!' => {
                    evidence.halfwidth += usize::from(is_behind_han(bytes, at));
                    1
                }
                b'.' => {
                    let is_single = bytes.get(at + 1) != Some(&b'.');
                    evidence.dots += usize::from(is_single && is_behind_han(bytes, at));
                    1
                }
                _ => 1,
            };
        }
        evidence
    }

    /// Counts a character of the block of CJK marks by its last byte.
    fn count_cjk_mark(&mut self, last: u8) {
        match last {
            0x81 => self.enumeration_commas += 1,
            0x82 => self.full_stops += 1,
            0x8A | 0x8B => self.quotes += 1,
            _ => {}
        }
    }

    /// Whether this is what `CCNet`'s cleaner leaves.
    pub(super) fn is_ccnet(&self) -> bool {
        let kept = self.full_stops + self.enumeration_commas + self.quotes + self.fullwidth;
        kept == 0 && self.dots > 0
    }
}

/// Counts Han characters that stand one by one between single spaces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Letterspacing {
    /// Where the next one would begin.
    expected: usize,
    run: usize,
}

impl Letterspacing {
    /// How many characters are known to be letterspaced now that the one at `at` is
    /// seen as well.
    #[inline]
    fn count(&mut self, bytes: &[u8], at: usize) -> usize {
        self.count_at(bytes, at, at, || token::before(bytes, at).is_some_and(token::is_han))
    }

    /// The same for the character that stands at `position` of a text of which `bytes`
    /// are a part, behind something that is Han or is not.
    #[inline]
    pub(crate) fn count_at(
        &mut self,
        bytes: &[u8],
        at: usize,
        position: usize,
        is_behind_han: impl FnOnce() -> bool,
    ) -> usize {
        const RUN: usize = 4;
        // Ideographs of three bytes alone: others are not letterspaced often.
        if !matches!(bytes[at], 0xE4..=0xE9) || !is_space(bytes, at + 3) {
            return 0;
        }
        if is_behind_han() {
            return 0;
        }
        self.run = if position == self.expected { self.run + 1 } else { 1 };
        self.expected = position + 4;
        match self.run {
            ..RUN => 0,
            RUN => RUN,
            _ => 1,
        }
    }
}

/// Whether a single space is at `at`, or the end.
fn is_space(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b' ' | b'\n' | b'\r')) && bytes.get(at + 1) != Some(&b' ')
}

/// Whether these are the last bytes of ！，：；？.
fn is_fullwidth_mark(second: u8, third: u8) -> bool {
    second == 0xBC && matches!(third, 0x81 | 0x8C | 0x9A | 0x9B | 0x9F)
}

/// Whether one of ，；：？！ stands right behind Han: the question of
/// [`Evidence::fullwidth`], asked fast.
fn has_fullwidth_mark(bytes: &[u8]) -> bool {
    let (blocks, _) = bytes.as_chunks::<64>();
    // Straight-line work over fixed blocks, which compilers turn into vectors.
    let may_have_one =
        |block: &[u8; 64]| block.iter().fold(false, |any, &byte| any | (byte == 0xEF));
    let is_one = |at: usize| {
        bytes[at] == 0xEF
            && is_fullwidth_mark(bytes[at + 1], bytes[at + 2])
            && is_behind_han(bytes, at)
    };
    let in_blocks = blocks.iter().zip(0..).filter(|(block, _)| may_have_one(block));
    in_blocks.flat_map(|(_, number)| 64 * number..64 * number + 64).any(is_one)
        || (64 * blocks.len()..bytes.len()).any(is_one)
}

/// Whether Han stands before `at`, also with something invisible between, and also
/// as a character of private use: what the pass over code points changes must not
/// count as less before it than behind it.
fn is_behind_han(bytes: &[u8], mut at: usize) -> bool {
    while let Some(character) = token::before(bytes, at) {
        match Standing::of(character) {
            Standing::Transparent => at -= character.len_utf8(),
            standing => return standing == Standing::Han,
        }
    }
    false
}

/// What a mark that stands right behind a character stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Han, or what may become Han.
    Han,
    /// Whatever stands before the character.
    Transparent,
    /// Something else.
    Other,
}

impl Standing {
    pub(crate) fn of(character: char) -> Standing {
        match token::kind_of(character) {
            _ if character.is_ascii() => Standing::Other,
            Class::Extend | Class::Kind(Kind::Transparent) => Standing::Transparent,
            _ if token::is_han(character) => Standing::Han,
            _ if matches!(character, '\u{E000}'..='\u{F8FF}') => Standing::Han,
            _ => Standing::Other,
        }
    }
}

/// How bold a repair may be. What this is, once known, holds for every line alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Marks behind Latin words and numbers may be Chinese.
    pub(super) restores_behind_words: bool,
    /// `.` may be what is left of 。
    pub(super) restores_full_stops: bool,
}

impl Profile {
    /// The profile of a text that begins with `text`, of which the first
    /// [`EVIDENCE`] bytes are asked if anything is.
    pub(super) fn of(text: &str, damage: Damage, full_stops: FullStops) -> Profile {
        match damage {
            Damage::Auto => {
                let window = crate::text::floor_char_boundary(text, EVIDENCE);
                let text = &text[..window];
                Profile {
                    restores_behind_words: !has_fullwidth_mark(text.as_bytes()),
                    restores_full_stops: match full_stops {
                        FullStops::WithCcnet => Evidence::of(text).is_ccnet(),
                        FullStops::WithoutIdeographicOnes => !text.contains('。'),
                        FullStops::Never => false,
                    },
                }
            }
            Damage::Nfkc => Profile { restores_behind_words: true, restores_full_stops: false },
            Damage::Ccnet => Profile { restores_behind_words: true, restores_full_stops: true },
            Damage::None => Profile {
                restores_behind_words: false,
                restores_full_stops: full_stops == FullStops::WithoutIdeographicOnes,
            },
        }
    }
}
