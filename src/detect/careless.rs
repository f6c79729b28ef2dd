//! Where a text has words that only a careless conversion leaves.

use alloc::borrow::Cow;
use core::ops::Range;

use super::class;
use crate::dictionary::Match;

/// The words of a Traditional `text` that only a careless conversion leaves, in the
/// order of the text: a character kept (之后 for 之後) or replaced (乾預 for 干預) where the
/// word asks for another.
///
/// The words are of two characters. They come from OpenCC's phrases; those are left out
/// that native text of Taiwan has in more than one of 500 cases. In Simplified text many
/// of them are right: ask [`detect`](crate::detect()) first.
///
/// # Examples
///
/// ```
/// let words: Vec<_> = fanjian::careless_words("會議之后").collect();
/// assert_eq!((words[0].range(), &*words[0].word(), &*words[0].right()), (6..12, "之后", "之後"));
/// ```
pub fn careless_words(text: &str) -> CarelessWords<'_> {
    CarelessWords { text, offset: 0 }
}

/// The words that [`careless_words`] finds.
#[derive(Clone, Debug)]
pub struct CarelessWords<'t> {
    text: &'t str,
    offset: usize,
}

/// A word that only a careless conversion leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarelessWord<'t> {
    start: usize,
    word: &'t str,
    right: Cow<'static, str>,
}

impl<'t> CarelessWord<'t> {
    /// Where it stands, in bytes of the text.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.word.len()
    }

    /// The word as it stands there.
    #[must_use]
    pub fn word(&self) -> &'t str {
        self.word
    }

    /// The word that is right, as Taiwan writes it.
    #[must_use]
    pub fn right(&self) -> &str {
        &self.right
    }
}

impl<'t> Iterator for CarelessWords<'t> {
    type Item = CarelessWord<'t>;

    fn next(&mut self) -> Option<CarelessWord<'t>> {
        loop {
            let start = self.offset;
            self.offset += self.text[start..].chars().next()?.len_utf8();
            if let Some(found) = class::word_at(self.text, start).filter(is_careless) {
                return Some(CarelessWord { start, word: found.key(), right: found.replacement() });
            }
        }
    }
}

/// The number of the dictionary `CarelessWords` among those of [`class::WORDS`].
const CARELESS: usize = 1;

/// Whether the word is one that a careless conversion leaves, and not a region's.
pub(super) fn is_careless(word: &Match<'_, '_>) -> bool {
    word.dictionary_number() == CARELESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_has_its_number() {
        assert_eq!(class::WORDS.names().nth(CARELESS), Some("CarelessWords"));
    }
}
