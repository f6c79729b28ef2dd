//! What is to be replaced in a document.
//!
//! No format is ever written anew. What reads a format finds places and says what
//! stands there instead; everything else is copied from the source, so it is the same
//! byte for byte whatever it is.
//!
//! Texts and the names of their language are kept apart: a document whose text does
//! not change is left alone, whatever language it says it is in.

use std::ops::Range;

/// Replacements for ranges of a document, in bytes. No two of them overlap.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    texts: Vec<Edit>,
    languages: Vec<Edit>,
}

#[derive(Debug)]
struct Edit {
    range: Range<usize>,
    replacement: String,
}

impl Edits {
    /// Replaces text.
    pub(crate) fn replace_text(&mut self, range: Range<usize>, replacement: String) {
        self.texts.push(Edit { range, replacement });
    }

    /// Replaces the name of a language, if any text is replaced.
    pub(crate) fn replace_language(&mut self, range: Range<usize>, replacement: &str) {
        self.languages.push(Edit { range, replacement: replacement.to_owned() });
    }

    /// Whether any text changes.
    pub(crate) fn change_text(&self) -> bool {
        !self.texts.is_empty()
    }

    /// Whether there is nothing to replace, not even the name of a language.
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.languages.is_empty()
    }

    /// `source`, which the ranges are about, with everything replaced.
    pub(crate) fn apply(self, source: &[u8]) -> Vec<u8> {
        let Edits { texts: mut edits, languages } = self;
        edits.extend(languages);
        // Texts are found when their paragraph ends, languages within it.
        edits.sort_unstable_by_key(|edit| edit.range.start);
        let mut output = Vec::with_capacity(source.len());
        let mut copied = 0;
        for Edit { range, replacement } in edits {
            debug_assert!(copied <= range.start, "edits do not overlap");
            output.extend_from_slice(&source[copied..range.start]);
            output.extend_from_slice(replacement.as_bytes());
            copied = range.end;
        }
        output.extend_from_slice(&source[copied..]);
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_come_in_any_order() {
        let mut edits = Edits::default();
        edits.replace_text(4..5, "xyz".to_owned());
        edits.replace_language(0..2, "");
        edits.replace_text(2..3, "c".to_owned());
        assert_eq!(edits.apply(b"abCdEf"), b"cdxyzf");
    }

    #[test]
    fn the_name_of_a_language_is_no_text() {
        let mut edits = Edits::default();
        edits.replace_language(0..2, "zh");
        assert!(!edits.change_text() && !edits.is_empty());
    }
}
