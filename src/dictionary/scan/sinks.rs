//! What the walk is for: to convert a text, or to find where it first changes.

use alloc::string::String;
use core::ops::ControlFlow;

use super::plain::{self, End, SLACK, Task};
use super::{Extent, Sink};
use crate::dictionary::Matcher;

impl Matcher<'_> {
    /// Converts `text` and appends it to `output`. Gives the number of bytes
    /// of `text` that were converted: all of them, unless `extent` says that
    /// more text follows.
    pub(crate) fn convert_into(&self, text: &str, extent: Extent, output: &mut String) -> usize {
        output.reserve(text.len() + SLACK);
        self.walk(text, extent, &mut Converting { output })
    }

    /// Where the first piece begins that conversion changes, in bytes.
    pub(crate) fn first_change(&self, text: &str) -> Option<usize> {
        let unchanged = self.walk(text, Extent::Whole, &mut Comparing);
        (unchanged < text.len()).then_some(unchanged)
    }
}

/// Appends what the text becomes.
struct Converting<'o> {
    output: &'o mut String,
}

impl Sink for Converting<'_> {
    #[allow(unsafe_code)]
    fn characters(
        &mut self,
        matcher: &Matcher<'_>,
        text: &[u8],
        start: usize,
        limit: usize,
    ) -> (usize, ControlFlow<()>) {
        self.output.reserve(text.len() - start + SLACK);
        // SAFETY: only whole characters are appended below.
        let output = unsafe { self.output.as_mut_vec() };
        let task = Task::Write(output.spare_capacity_mut());
        let (end, _) = plain::run(matcher, text, start, limit, task);
        // SAFETY: `plain::run` went from `start` to `end` character by character
        // and wrote for each a replacement of the same length at its distance
        // from `start`: the character itself, or the bytes of a record, which
        // are one character of three bytes (`Matcher::check`).
        unsafe { output.set_len(output.len() + (end - start)) };
        (end, ControlFlow::Continue(()))
    }

    fn piece(&mut self, _: &str, replacement: &str) -> ControlFlow<()> {
        self.output.push_str(replacement);
        ControlFlow::Continue(())
    }
}

/// Stops at the first piece that is replaced by something else.
struct Comparing;

impl Sink for Comparing {
    fn characters(
        &mut self,
        matcher: &Matcher<'_>,
        text: &[u8],
        start: usize,
        limit: usize,
    ) -> (usize, ControlFlow<()>) {
        match plain::run(matcher, text, start, limit, Task::Compare) {
            (end, End::Changed) => (end, ControlFlow::Break(())),
            (end, _) => (end, ControlFlow::Continue(())),
        }
    }

    fn piece(&mut self, source: &str, replacement: &str) -> ControlFlow<()> {
        match source == replacement {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}
