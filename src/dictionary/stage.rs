//! What a conversion stage does with the walk over a text: convert it, find
//! where it first changes, cut it into segments.
//!
//! Each is a sink for the walk and knows nothing of the stages around it.

use alloc::string::String;
use core::ops::{ControlFlow, Range};

use super::matcher::Matcher;
use super::scan::{Extent, Sink, Span};

impl Matcher<'_> {
    /// Converts `text` and appends it to `output`. Gives the number of bytes
    /// of `text` that were converted: all of them, unless `extent` says that
    /// more text follows.
    pub(crate) fn convert_into(&self, text: &str, extent: Extent, output: &mut String) -> usize {
        output.reserve(text.len());
        let mut converting = Converting { output, block: [0; BLOCK], filled: 0 };
        let converted = self.walk(text, extent, &mut converting);
        converting.empty_block();
        converted
    }

    /// Where the first piece begins that conversion changes, in bytes.
    pub(crate) fn first_change(&self, text: &str) -> Option<usize> {
        let unchanged = self.walk(text, Extent::Whole, &mut Comparing);
        (unchanged < text.len()).then_some(unchanged)
    }

    /// Cuts `text` where OpenCC's `mmseg` does: each match of one of the first
    /// `leading` dictionaries is a segment, and so is all text between two such
    /// matches. Calls `take` with each border, in bytes; the start and the end of
    /// the text are among them when a match begins or ends there; `take` may stop the work. Gives the number
    /// of bytes over which the borders are known.
    pub(crate) fn segment(
        &self,
        text: &str,
        extent: Extent,
        leading: usize,
        take: impl FnMut(usize) -> ControlFlow<()>,
    ) -> usize {
        self.walk(text, extent, &mut Segmenting { leading, last: None, take })
    }
}

/// Bytes that are gathered before they are appended to the output.
const BLOCK: usize = 4096;

/// Appends what the text becomes.
struct Converting<'o> {
    output: &'o mut String,
    block: [u8; BLOCK],
    filled: usize,
}

impl Converting<'_> {
    /// Appends the gathered characters.
    fn empty_block(&mut self) {
        let block = core::str::from_utf8(&self.block[..self.filled]);
        self.output.push_str(block.expect("records and texts are whole characters"));
        self.filled = 0;
    }

    fn append(&mut self, text: &str) {
        if text.len() > BLOCK - self.filled {
            self.empty_block();
            if text.len() > BLOCK / 2 {
                return self.output.push_str(text);
            }
        }
        self.block[self.filled..self.filled + text.len()].copy_from_slice(text.as_bytes());
        self.filled += text.len();
    }
}

impl Sink for Converting<'_> {
    #[inline(always)]
    fn character(&mut self, _: u32, replacement: u32) -> ControlFlow<()> {
        if self.filled > BLOCK - 4 {
            self.empty_block();
        }
        // Four bytes are written, three of them to stay: one store, no branch.
        self.block[self.filled..self.filled + 4].copy_from_slice(&replacement.to_le_bytes());
        self.filled += 3;
        ControlFlow::Continue(())
    }

    fn span(
        &mut self,
        matcher: &Matcher<'_>,
        text: &str,
        range: Range<usize>,
        span: Span<'_>,
    ) -> ControlFlow<()> {
        match span {
            Span::Unmatched => self.append(&text[range]),
            Span::Matched { replacement: Some(replacement), .. } => self.append(replacement),
            Span::Matched { replacement: None, .. } => {
                matcher.for_each_replacement(&text[range], |part| self.append(part));
            }
        }
        ControlFlow::Continue(())
    }
}

/// Stops at the first piece that is replaced by something else.
struct Comparing;

impl Sink for Comparing {
    #[inline(always)]
    fn character(&mut self, source: u32, replacement: u32) -> ControlFlow<()> {
        match source == replacement {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }

    fn span(
        &mut self,
        matcher: &Matcher<'_>,
        text: &str,
        range: Range<usize>,
        span: Span<'_>,
    ) -> ControlFlow<()> {
        let source = &text[range];
        let same = match span {
            Span::Unmatched => true,
            Span::Matched { replacement: Some(replacement), .. } => replacement == source,
            Span::Matched { replacement: None, .. } => {
                let mut rest = Some(source);
                matcher.for_each_replacement(source, |part| {
                    rest = rest.and_then(|rest| rest.strip_prefix(part));
                });
                rest == Some("")
            }
        };
        match same {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}

/// Reports the borders of segments.
struct Segmenting<F> {
    leading: usize,
    /// The last border that was reported.
    last: Option<usize>,
    take: F,
}

impl<F: FnMut(usize) -> ControlFlow<()>> Segmenting<F> {
    fn border(&mut self, offset: usize) -> ControlFlow<()> {
        // Two matches side by side share one.
        if self.last.replace(offset) == Some(offset) {
            return ControlFlow::Continue(());
        }
        (self.take)(offset)
    }
}

impl<F: FnMut(usize) -> ControlFlow<()>> Sink for Segmenting<F> {
    #[inline(always)]
    fn character(&mut self, _: u32, _: u32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn span(
        &mut self,
        _: &Matcher<'_>,
        _: &str,
        range: Range<usize>,
        span: Span<'_>,
    ) -> ControlFlow<()> {
        match span {
            Span::Matched { dictionary, .. } if dictionary < self.leading => {
                self.border(range.start)?;
                self.border(range.end)
            }
            _ => ControlFlow::Continue(()),
        }
    }
}
