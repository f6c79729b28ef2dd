//! The passes with notes of what they do.
//!
//! As without notes, they take turns over blocks of some lines. Here a block ends where a
//! conversion can be cut for certain, so that each has an alignment of its own, and those
//! of the blocks make up that of the text.

use alloc::string::String;
use core::ops::Range;

use super::{BLOCK, line_end};
use crate::alignment::{Aligned, Alignment, Notes};
use crate::converter::Converter;
use crate::normalize::{Normalizer, Pass, Profile, Scratch};

/// Normalizes and converts a text that is no document in a markup.
pub(super) fn process<'t>(
    normalizer: Normalizer,
    converter: &Converter,
    text: &'t str,
) -> Aligned<'t> {
    let profile = normalizer.profile(text);
    let mut passes = Passes::new(normalizer, converter);
    let mut start = 0;
    while start < text.len() {
        let end = start + block_length(converter, &text[start..]);
        passes.advance(text, start..end, profile);
        start = end;
    }
    passes.finish(text)
}

/// How long the first block of a text is: so long that a conversion can be cut behind it.
fn block_length(converter: &Converter, text: &str) -> usize {
    let mut end = line_end(text, BLOCK.min(text.len()));
    while end < text.len() && !converter.can_cut_behind(&text[..end]) {
        end = line_end(text, end);
    }
    end
}

/// All passes, what they did so far, and the memory that they use.
struct Passes<'c> {
    normalizer: Normalizer,
    /// What is done about spaces before conversion.
    spaces: Option<Normalizer>,
    converter: &'c Converter,
    scratch: Scratch,
    /// A block with its code points repaired, and without spaces within phrases.
    repaired: String,
    joined: String,
    /// The block converted.
    converted: String,
    code_points: Notes,
    joining: Notes,
    conversion: Alignment,
    is_converted: bool,
    marks: Notes,
    /// Whether something came out otherwise.
    is_changed: bool,
    /// Until then, bytes of the text that came out as they were, …
    unchanged: usize,
    /// … and all that came out of the text behind these.
    output: String,
}

impl<'c> Passes<'c> {
    fn new(normalizer: Normalizer, converter: &'c Converter) -> Passes<'c> {
        Passes {
            normalizer,
            spaces: normalizer.spaces_within_phrases(),
            converter,
            scratch: Scratch::default(),
            repaired: String::new(),
            joined: String::new(),
            converted: String::new(),
            code_points: Notes::default(),
            joining: Notes::default(),
            conversion: Alignment::default(),
            is_converted: false,
            marks: Notes::default(),
            is_changed: false,
            unchanged: 0,
            output: String::new(),
        }
    }

    /// Takes the next block, this range of the text.
    fn advance(&mut self, text: &str, block: Range<usize>, profile: Profile) {
        let Passes { normalizer, scratch, .. } = self;
        let source = &text[block.clone()];
        // Where the block begins in the input of the next pass.
        let mut start = block.start;
        let next_start = self.code_points.output_offset(start);
        let repaired = normalizer.pass(
            Pass::CodePoints,
            profile,
            source,
            scratch,
            &mut self.repaired,
            &mut self.code_points.sink(start, source),
        );
        start = next_start;
        let input = match self.spaces {
            None => repaired,
            Some(spaces) => spaces.pass(
                Pass::Marks,
                profile,
                repaired,
                scratch,
                &mut self.joined,
                &mut self.joining.sink(start, repaired),
            ),
        };
        let start = self.conversion.output_length();
        self.converted.clear();
        self.converter.convert_aligned_into(input, &mut self.converted, &mut self.conversion);
        self.is_converted |= self.converted != input;
        normalizer.pass_into(
            Pass::Marks,
            profile,
            &self.converted,
            scratch,
            &mut self.output,
            &mut self.marks.sink(start, &self.converted),
        );
        self.leave_out(text, block.end);
    }

    /// Leaves the output out as long as it is the beginning of the text, which goes on
    /// behind `end`.
    fn leave_out(&mut self, text: &str, end: usize) {
        if self.is_changed {
            return;
        }
        if self.output == text[self.unchanged..end] {
            self.unchanged = end;
            self.output.clear();
        } else {
            self.is_changed = true;
            self.output.reserve(text.len() + text.len() / 16);
            self.output.insert_str(0, &text[..self.unchanged]);
        }
    }

    /// Ends the text, which is this.
    fn finish(self, text: &str) -> Aligned<'_> {
        if !self.is_changed {
            return Aligned::unchanged(text);
        }
        let Passes { code_points, joining, conversion, marks, converter, .. } = self;
        let joining_length = code_points.output_offset(text.len());
        let marks_length = conversion.output_length();
        let conversion = self.is_converted.then(|| converter.deed(conversion));
        let deeds = [
            code_points.finish(text.len()),
            joining.finish(joining_length),
            conversion,
            marks.finish(marks_length),
        ];
        Aligned::made(text, self.output, deeds.into_iter().flatten())
    }
}
