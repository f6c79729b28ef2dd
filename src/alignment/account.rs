//! What the passes over a text did to it, kept so that edits can be told later.
//!
//! A pass of rules notes each change as it makes it. A conversion notes nothing but
//! the alignment: which entries made its changes is found out when somebody asks,
//! from the text that it was given. That is not kept: the passes before it tell it again.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Alignment, Cause};
use crate::document::Conversion;
use crate::markup;
use crate::normalize::Rule;
use crate::repair::Restoration;
use crate::segment::{Segments, Step};

/// What a pass of rules did: taken down while it goes over its text.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    alignment: Alignment,
    changes: Changes,
}

/// What rules replaced, in bytes of the pass's input, ascending.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    places: Vec<Place>,
    /// What stands at these places now, one behind the other.
    replacements: String,
}

/// Where a rule replaced something.
#[derive(Clone, Debug)]
struct Place {
    range: Range<usize>,
    rule: Rule,
    /// Where its replacement ends.
    end: usize,
}

impl Notes {
    /// The pass replaced `source`, which begins at this byte offset of its text, for the
    /// sake of a rule. Offsets ascend, and what is replaced does not overlap.
    pub(crate) fn replaced(&mut self, start: usize, source: &str, replacement: &str, rule: Rule) {
        self.extend_to(start);
        self.alignment.extend_changed(source, replacement);
        let Changes { places, replacements } = &mut self.changes;
        replacements.push_str(replacement);
        places.push(Place { range: start..start + source.len(), rule, end: replacements.len() });
    }

    /// Notes what is replaced in a part of the text, which begins at this byte offset.
    pub(crate) fn sink<'n>(
        &'n mut self,
        start: usize,
        part: &'n str,
    ) -> impl FnMut(Range<usize>, &str, Rule) + 'n {
        move |range, replacement, rule| {
            self.replaced(start + range.start, &part[range], replacement, rule);
        }
    }

    /// Where an offset of the text, behind all that was replaced, is in the output.
    pub(crate) fn output_offset(&self, offset: usize) -> usize {
        offset - self.alignment.source_length() + self.alignment.output_length()
    }

    /// Nothing else changed before this offset of the text.
    fn extend_to(&mut self, offset: usize) {
        self.alignment.extend_unchanged(offset - self.alignment.source_length());
    }

    /// The pass is over, with a text of so many bytes. Tells what it did, if anything.
    pub(crate) fn finish(mut self, length: usize) -> Option<Deed> {
        self.extend_to(length);
        let Notes { alignment, changes } = self;
        let is_changed = !changes.places.is_empty();
        is_changed.then_some(Deed { alignment, account: Account::Rules(changes) })
    }
}

/// What a pass did to its text.
pub(crate) struct Deed {
    pub(super) alignment: Alignment,
    pub(super) account: Account,
}

impl Deed {
    /// A conversion.
    pub(crate) fn conversion(conversion: Conversion, alignment: Alignment) -> Deed {
        Deed { alignment, account: Account::Conversion(conversion) }
    }

    /// A repair that restored these characters.
    pub(crate) fn repair(alignment: Alignment, restorations: Vec<Restoration>) -> Deed {
        Deed { alignment, account: Account::Repair(restorations) }
    }
}

/// What is needed to tell who made a change.
#[derive(Clone)]
pub(super) enum Account {
    /// What rules replaced.
    Rules(Changes),
    /// A conversion of a document, which can be retold.
    Conversion(Conversion),
    /// Characters that were restored.
    Repair(Vec<Restoration>),
}

/// One pass of several.
#[derive(Clone)]
pub(super) struct Layer {
    pub(super) account: Account,
    /// The alignment of the source with the input of the pass, where that is not the
    /// source.
    pub(super) before: Option<Alignment>,
}

/// A range of the source, in bytes, in which something was changed, and by what.
pub(super) struct Explained {
    pub(super) source: Range<usize>,
    pub(super) causes: Vec<Cause>,
}

impl Layer {
    /// All that the pass changed, from the beginning to the end, given its input. Its
    /// output is appended to `output`.
    pub(super) fn explain(&self, input: &str, output: &mut String) -> Vec<Explained> {
        let mut told = Vec::new();
        let mut copied = 0;
        self.retell(input, |range, replacement, causes| {
            output.push_str(&input[copied..range.start]);
            output.push_str(replacement);
            copied = range.end;
            let source = match &self.before {
                Some(before) => before.source_range(range),
                None => range,
            };
            told.push(Explained { source, causes });
        });
        output.push_str(&input[copied..]);
        told
    }

    /// Tells each change again: a range of the input, its replacement, and what caused it.
    fn retell(&self, input: &str, mut tell: impl FnMut(Range<usize>, &str, Vec<Cause>)) {
        match &self.account {
            Account::Rules(Changes { places, replacements }) => {
                let mut start = 0;
                for Place { range, rule, end } in places {
                    tell(range.clone(), &replacements[start..*end], [Cause::Rule(*rule)].into());
                    start = *end;
                }
            }
            Account::Repair(restorations) => {
                for restoration in restorations {
                    let mut buffer = [0; 4];
                    let replacement = restoration.replacement().encode_utf8(&mut buffer);
                    let cause = Cause::Restoration(restoration.clone());
                    tell(restoration.range(), replacement, [cause].into());
                }
            }
            Account::Conversion(conversion) => {
                let segments = Segments::new(
                    conversion.clone(),
                    input,
                    markup::texts(input, conversion.markup),
                );
                for segment in segments.filter(|it| it.source() != it.replacement()) {
                    let is_change = |step: &&Step| step.key() != step.replacement();
                    let steps = segment.steps().iter().filter(is_change);
                    let causes = steps.cloned().map(Cause::Entry).collect();
                    tell(segment.range(), segment.replacement(), causes);
                }
            }
        }
    }
}
