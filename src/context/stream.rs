//! Conversion with overrides, of text that comes in pieces.
//!
//! A run is converted when its end is known and so are the characters behind it that its
//! decisions may depend on. Where one is too long for overrides, the stages go on piece by
//! piece up to its end, as in any stream.

use alloc::string::String;

use super::{BYTES_BEFORE, CHARACTERS_BEHIND, Context, LONGEST_RUN, convert_into};
use crate::description;
use crate::dictionary::Extent;
use crate::plan::Plan;
use crate::stages::Stages;
use crate::text::floor_char_boundary;

/// A conversion in progress.
pub(crate) struct Disambiguated {
    context: Context,
    /// What is not converted yet, behind the end of what is.
    text: String,
    /// How many bytes of it are converted.
    converted: usize,
    /// The stages of a run that is too long, while its end is not known.
    stages: Stages,
    is_in_long_run: bool,
    /// The end of what the stages were given, as far as a description reaches.
    given: String,
}

impl Disambiguated {
    pub(crate) fn new(context: Context) -> Disambiguated {
        Disambiguated {
            context,
            text: String::new(),
            converted: 0,
            stages: Stages::default(),
            is_in_long_run: false,
            given: String::new(),
        }
    }

    /// Takes the next piece and appends to `output` what is certain by now.
    pub(crate) fn push(&mut self, plan: &Plan<'_>, piece: &str, output: &mut String) {
        self.text.push_str(piece);
        if self.is_in_long_run {
            self.leave_long_run(plan, output);
        }
        let waiting = &self.text[self.converted..];
        let mut behind = waiting.char_indices().rev().map(|(offset, _)| offset);
        let decidable = behind.nth(CHARACTERS_BEHIND - 1).unwrap_or(0);
        let mut cuts = plan.certain_cuts(&self.given, waiting, 0).peekable();
        let has_cut = cuts.peek().is_some();
        match cuts.take_while(|&cut| cut <= decidable).last() {
            Some(cut) if !self.is_in_long_run => self.convert_before(plan, cut, output),
            None if !has_cut && waiting.len() > LONGEST_RUN => {
                // Behind the last character there may be a cut, by what follows it.
                let last = waiting.char_indices().next_back();
                let length = last.map_or(0, |(offset, _)| offset);
                self.is_in_long_run = true;
                self.advance(plan, length, Extent::Beginning, output);
            }
            _ => {}
        }
    }

    /// Ends the text: appends to `output` what was kept.
    pub(crate) fn finish(&mut self, plan: &Plan<'_>, output: &mut String) {
        if self.is_in_long_run {
            self.leave_long_run(plan, output);
        }
        let rest = self.text.len() - self.converted;
        match self.is_in_long_run {
            true => self.advance(plan, rest, Extent::Whole, output),
            false => self.convert_before(plan, rest, output),
        }
        self.is_in_long_run = false;
        self.text.clear();
        self.converted = 0;
        self.given.clear();
    }

    /// How many bytes are kept, but for those that are converted.
    pub(crate) fn kept(&self) -> usize {
        self.text.len() - self.converted + self.stages.kept()
    }

    /// Converts a run that is too long up to its end, if that is known.
    fn leave_long_run(&mut self, plan: &Plan<'_>, output: &mut String) {
        let waiting = &self.text[self.converted..];
        let end = plan.certain_cuts(&self.given, waiting, 0).next();
        if let Some(end) = end {
            self.advance(plan, end, Extent::Whole, output);
            self.is_in_long_run = false;
            self.given.clear();
        }
    }

    /// Gives the next bytes to the stages.
    fn advance(&mut self, plan: &Plan<'_>, length: usize, extent: Extent, output: &mut String) {
        let end = self.converted + length;
        let text = &self.text[self.converted..end];
        self.stages.advance(plan, text, extent, output);
        self.given.clear();
        self.given.push_str(description::longest_end(text));
        self.forget(end);
    }

    /// Converts the next bytes, which end at a certain cut.
    fn convert_before(&mut self, plan: &Plan<'_>, length: usize, output: &mut String) {
        let end = self.converted + length;
        convert_into(&self.context, plan, &self.text, self.converted..end, output);
        self.given.clear();
        self.forget(end);
    }

    /// All before `end` is converted: what no decision depends on any more is dropped.
    fn forget(&mut self, end: usize) {
        let needed = floor_char_boundary(&self.text, end.saturating_sub(BYTES_BEFORE));
        self.text.drain(..needed);
        self.converted = end - needed;
    }
}
