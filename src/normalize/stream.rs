//! Normalization of text that comes in pieces.
//!
//! A line depends on nothing but itself and the profile of its text, and the first
//! 64 KiB decide about that. So a stream waits for them, unless the damage is fixed,
//! and from then on for the end of each line; what it writes is what the whole text
//! would give, wherever the pieces end.

use alloc::string::String;
use core::fmt;

use crate::markup::Markup;

use super::line::Scratch;
use super::{Copy, Normalizer, Profile};

/// A normalization in progress, made by [`Normalizer::stream`].
///
/// It keeps the last line as far as it has come and, under [`Damage::Auto`](super::Damage::Auto), the
/// first 64 KiB of the text; so memory is bounded as the length of lines is. A document in a
/// [`Markup`] is kept whole until it ends.
pub struct NormalizerStream {
    normalizer: Normalizer,
    /// How bold the repair is, once that is known.
    profile: Option<Profile>,
    /// Text whose line has not ended, or for which the profile is not known.
    waiting: String,
    scratch: Scratch,
}

impl NormalizerStream {
    pub(super) fn new(normalizer: Normalizer) -> NormalizerStream {
        NormalizerStream {
            normalizer,
            profile: None,
            waiting: String::new(),
            scratch: Scratch::default(),
        }
    }

    /// Takes the next piece of the text and appends to `output` the lines that have
    /// ended by now.
    pub fn push(&mut self, piece: &str, output: &mut String) {
        let known = self.waiting.len();
        self.waiting.push_str(piece);
        if self.normalizer.settings.markup != Markup::Plain {
            return;
        }
        let is_first = self.profile.is_none();
        if is_first && self.normalizer.needs_more_evidence(self.waiting.len()) {
            return;
        }
        // Without a profile, lines have ended before this piece as well.
        let unseen = if is_first { 0 } else { known };
        if let Some(feed) = self.waiting[unseen..].rfind('\n') {
            self.normalize_before(unseen + feed + 1, output);
        }
    }

    /// Ends the text: appends to `output` what was kept. The stream is as new
    /// afterwards and may take another text.
    pub fn finish(&mut self, output: &mut String) {
        self.normalize_before(self.waiting.len(), output);
        self.profile = None;
    }

    /// How many bytes are kept at this moment.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.waiting.len()
    }

    /// Normalizes what is kept before this offset, which is behind a line feed or
    /// the end of the text.
    fn normalize_before(&mut self, end: usize, output: &mut String) {
        let profile = *self.profile.get_or_insert_with(|| self.normalizer.profile(&self.waiting));
        let mut copy = Copy { text: &self.waiting[..end], copied: 0, output };
        if self.normalizer.settings.markup == Markup::Plain {
            self.normalizer.copy_lines(0, profile, &mut self.scratch, &mut copy);
        } else {
            self.normalizer.copy_document(profile, &mut copy);
        }
        copy.finish();
        self.waiting.drain(..end);
    }
}

impl fmt::Debug for NormalizerStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NormalizerStream")
            .field("kept", &self.kept())
            .finish_non_exhaustive()
    }
}
