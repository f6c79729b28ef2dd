//! Conversion of text that comes in pieces, in bounded memory.
//!
//! Where a piece ends never shows in the output, and no guess is made about it.
//! Behind a character that occurs in no key, such as most marks and line ends,
//! a text can be cut, so all before the last such place is converted and the
//! rest waits. Where a long text has no such place, its stages go on piece by
//! piece: each converts as far as what it has cannot be changed by what follows
//! (the longest key and the longest description sequence say how far that is),
//! keeps the rest, and hands its output to the next stage together with the
//! borders of segments. What is kept is a few thousand bytes at the most, but for a
//! document in a [`Markup`]: its last line may say what its first one means, so it is
//! kept whole.
//!
//! [`Stream`] takes and gives strings and works without `std`. [`Writer`] stands
//! in front of any [`std::io::Write`], takes bytes, and says what to do with
//! those that are not UTF-8.

use alloc::string::String;
use core::fmt;

use crate::context::Disambiguated;
use crate::description;
use crate::dictionary::Extent;
use crate::document::Conversion;
use crate::markup::Markup;
use crate::stages::Stages;

#[cfg(feature = "std")]
pub use crate::writer::{InvalidUtf8, InvalidUtf8Error, Writer};

/// Text without a certain cut that is waited for, in bytes. Behind a mark or a
/// line end there is one, so that little text ever waits.
const PATIENCE: usize = 2048;

/// A conversion in progress, made by [`Converter::stream`](crate::Converter::stream).
pub struct Stream {
    conversion: Conversion,
    /// Takes over where context decides.
    disambiguated: Option<Disambiguated>,
    /// Text behind the last certain cut, until it is too long to wait.
    waiting: String,
    /// Text behind the last certain cut that was too long to wait.
    stages: Stages,
    /// The end of what the stages were given, as far as a description reaches.
    given: String,
}

impl Stream {
    pub(crate) fn new(conversion: Conversion) -> Stream {
        let Conversion { markup, context, .. } = &conversion;
        let disambiguated = context.filter(|_| *markup == Markup::Plain).map(Disambiguated::new);
        Stream {
            conversion,
            disambiguated,
            waiting: String::new(),
            stages: Stages::default(),
            given: String::new(),
        }
    }

    /// Takes the next piece of the text and appends to `output` what is certain
    /// by now. Looks at up to 2 KiB of what came before, so that many tiny pieces
    /// cost more than a few large ones.
    pub fn push(&mut self, piece: &str, output: &mut String) {
        let Conversion { plan, markup, .. } = &self.conversion;
        let (plan, markup) = (plan.get(), *markup);
        if let Some(disambiguated) = &mut self.disambiguated {
            return disambiguated.push(plan, piece, output);
        }
        if markup == Markup::Plain && self.kept() == 0 && plan.is_cut(piece) {
            // Nothing of it has to wait, so it need not be copied.
            self.given.clear();
            return self.conversion.convert_into(piece, output);
        }
        self.waiting.push_str(piece);
        if markup != Markup::Plain {
            return;
        }
        let from = self.waiting.len().saturating_sub(PATIENCE);
        if let Some(cut) = plan.certain_cuts(&self.given, &self.waiting, from).last() {
            self.convert_before(cut, output);
        } else if self.waiting.len() > PATIENCE {
            self.stages.advance(plan, &self.waiting, Extent::Beginning, output);
            self.given.clear();
            self.given.push_str(description::longest_end(&self.waiting));
            self.waiting.clear();
        }
    }

    /// Ends the text: appends to `output` what was kept. The stream is as new
    /// afterwards and may take another text.
    pub fn finish(&mut self, output: &mut String) {
        if let Some(disambiguated) = &mut self.disambiguated {
            return disambiguated.finish(self.conversion.plan.get(), output);
        }
        self.convert_before(self.waiting.len(), output);
    }

    /// How many bytes are kept at this moment.
    #[must_use]
    pub fn kept(&self) -> usize {
        let disambiguated = self.disambiguated.as_ref().map_or(0, Disambiguated::kept);
        self.waiting.len() + self.stages.kept() + disambiguated
    }

    /// Converts all that is kept before this offset of what is waiting.
    fn convert_before(&mut self, cut: usize, output: &mut String) {
        let text = &self.waiting[..cut];
        match self.stages.kept() {
            0 => self.conversion.convert_into(text, output),
            _ => self.stages.advance(self.conversion.plan.get(), text, Extent::Whole, output),
        }
        self.given.clear();
        self.waiting.drain(..cut);
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Stream").field("kept", &self.kept()).finish_non_exhaustive()
    }
}
