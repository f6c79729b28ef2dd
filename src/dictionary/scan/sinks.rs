//! What the walk is for: to convert a text, or to find where it first changes.

use alloc::string::String;
use core::ops::ControlFlow;

use super::plain::{self, End, Place, SLACK, Task};
use super::segmented::Shifts;
use super::{Borders, Extent, Sink, Unsegmented};
use crate::dictionary::Matcher;

impl Matcher<'_> {
    /// Converts `text` and appends it to `output`. Gives the number of bytes
    /// of `text` that were converted: all of them, unless `extent` says that
    /// more text follows.
    pub(crate) fn convert_into(&self, text: &str, extent: Extent, output: &mut String) -> usize {
        self.walk(text, extent, &mut Unsegmented, &mut Converting { output, shifts: None })
    }

    /// Converts `text`, in which no match may reach across `borders`, and appends
    /// it to `output`. Adds to `shifts` what has another length afterwards;
    /// offsets in the output count from where the conversion begins.
    pub(crate) fn convert_within(
        &self,
        text: &str,
        borders: &mut impl Borders,
        output: &mut String,
        shifts: &mut Shifts,
    ) {
        let start = output.len();
        let mut converting = Converting { output, shifts: Some((start, shifts)) };
        self.walk(text, Extent::Whole, borders, &mut converting);
    }

    /// Where the first piece begins that conversion changes, in bytes.
    pub(crate) fn first_change(&self, text: &str) -> Option<usize> {
        let unchanged = self.walk(text, Extent::Whole, &mut Unsegmented, &mut Comparing);
        (unchanged < text.len()).then_some(unchanged)
    }
}

/// Appends what the text becomes.
struct Converting<'o> {
    output: &'o mut String,
    /// Where the output begins, and the shifts to add to.
    shifts: Option<(usize, &'o mut Shifts)>,
}

impl Sink for Converting<'_> {
    #[allow(unsafe_code)]
    fn characters(&mut self, place: &Place<'_, '_>) -> (usize, ControlFlow<()>) {
        let start = place.start;
        self.output.reserve(place.text.len() - start + SLACK);
        // SAFETY: only whole characters are appended below.
        let output = unsafe { self.output.as_mut_vec() };
        let (end, _) = plain::run(place, Task::Write(output.spare_capacity_mut()));
        // SAFETY: `plain::run` went from `start` to `end` character by character
        // and wrote for each a replacement of the same length at its distance
        // from `start`: the character itself, or the bytes of a record, which
        // are one character of three bytes: `Matcher::check` makes sure of
        // that, and a test runs it over the bytes that are embedded.
        unsafe { output.set_len(output.len() + (end - start)) };
        (end, ControlFlow::Continue(()))
    }

    fn copy(&mut self, source: &str) {
        self.output.push_str(source);
    }

    fn replace(&mut self, start: usize, source: &str, replacement: &str) -> ControlFlow<()> {
        if let Some((beginning, shifts)) = &mut self.shifts
            && source.len() != replacement.len()
        {
            let output = self.output.len() - *beginning;
            shifts.add(start, source.len(), output, replacement.len());
        }
        self.output.push_str(replacement);
        ControlFlow::Continue(())
    }
}

/// Stops at the first piece that is replaced by something else.
struct Comparing;

impl Sink for Comparing {
    fn characters(&mut self, place: &Place<'_, '_>) -> (usize, ControlFlow<()>) {
        match plain::run(place, Task::Compare) {
            (end, End::Changed) => (end, ControlFlow::Break(())),
            (end, _) => (end, ControlFlow::Continue(())),
        }
    }

    fn copy(&mut self, _: &str) {}

    fn replace(&mut self, _: usize, source: &str, replacement: &str) -> ControlFlow<()> {
        match source == replacement {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}
