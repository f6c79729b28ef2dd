//! What the passes over a text did to it, kept so that edits can be told later.
//!
//! A pass of rules notes each change as it makes it. A conversion notes nothing but
//! the alignment: which entries made its changes is found out when somebody asks,
//! from the text that it was given.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Alignment, Cause};
use crate::markup::{self, Markup};
use crate::normalize::Rule;
use crate::plan::Plan;
use crate::segment::{Segments, Step};

/// What a pass of rules did: taken down while it goes over its text.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    alignment: Alignment,
    changes: Vec<(Range<usize>, Rule)>,
}

impl Notes {
    /// The pass replaced `source`, which begins at this byte offset of its text, for the
    /// sake of a rule. Offsets ascend, and what is replaced does not overlap.
    pub(crate) fn replaced(&mut self, start: usize, source: &str, replacement: &str, rule: Rule) {
        self.extend_to(start);
        self.alignment.extend_changed(source, replacement);
        self.changes.push((start..start + source.len(), rule));
    }

    /// Where an offset of the text, behind all that was replaced, is in the output.
    pub(crate) fn output_offset(&self, offset: usize) -> usize {
        offset - self.alignment.source_length() + self.alignment.output_length()
    }

    /// Nothing else changed before this offset of the text.
    fn extend_to(&mut self, offset: usize) {
        self.alignment.extend_unchanged(offset - self.alignment.source_length());
    }

    /// Whether nothing was replaced.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The pass is over, with a text of so many bytes.
    pub(super) fn finish(mut self, length: usize) -> (Alignment, Account) {
        self.extend_to(length);
        (self.alignment, Account::Rules(self.changes))
    }
}

/// What is needed to tell who made a change.
#[derive(Clone)]
pub(super) enum Account {
    /// The ranges that rules replaced, in bytes of the pass's input, ascending.
    Rules(Vec<(Range<usize>, Rule)>),
    /// A conversion of a document in this markup, which can be retold.
    Conversion(&'static Plan<'static>, Markup),
}

/// One pass of several.
#[derive(Clone)]
pub(super) struct Layer {
    pub(super) account: Account,
    /// The alignment of the source with the input of the pass, where that is not the
    /// source.
    pub(super) before: Option<Alignment>,
    /// The input of the pass, where the pass before left another text than it was
    /// given.
    pub(super) input: Option<String>,
}

/// A range of the source, in bytes, in which something was changed, and by what.
pub(super) struct Explained {
    pub(super) source: Range<usize>,
    pub(super) causes: Vec<Cause>,
}

impl Layer {
    /// All that the pass changed, from the beginning to the end, given its input.
    pub(super) fn explain(&self, input: &str) -> Vec<Explained> {
        let in_source = |range: &Range<usize>| match &self.before {
            Some(before) => before.source_range(range.clone()),
            None => range.clone(),
        };
        match &self.account {
            Account::Rules(changes) => {
                let explain = |(range, rule): &(Range<usize>, Rule)| {
                    let causes = [Cause::Rule(*rule)].into();
                    Explained { source: in_source(range), causes }
                };
                changes.iter().map(explain).collect()
            }
            Account::Conversion(plan, markup) => {
                Segments::new(plan, input, markup::texts(input, *markup))
                    .filter(|segment| segment.source() != segment.replacement())
                    .map(|segment| {
                        let is_change = |step: &&Step| step.key() != step.replacement();
                        let steps = segment.steps().iter().filter(is_change);
                        let causes = steps.cloned().map(Cause::Entry).collect();
                        Explained { source: in_source(&segment.range()), causes }
                    })
                    .collect()
            }
        }
    }
}
