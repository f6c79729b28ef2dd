//! What the passes over a text did to it, kept so that edits can be told later.
//!
//! A pass of rules notes each change as it makes it. A conversion notes nothing but
//! the alignment: which entries made its changes is found out when somebody asks,
//! from the text that it was given.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Alignment, Cause};
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
    /// The pass replaced a byte range of `text`, which is all of its text, for the sake
    /// of a rule. Ranges ascend and do not overlap.
    pub(crate) fn replaced(
        &mut self,
        text: &str,
        range: Range<usize>,
        replacement: &str,
        rule: Rule,
    ) {
        self.alignment.extend_unchanged(range.start - self.alignment.source_length());
        self.alignment.extend_changed(&text[range.clone()], replacement);
        self.changes.push((range, rule));
    }

    /// Whether nothing was replaced.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The pass is over, with a text of so many bytes.
    pub(super) fn finish(mut self, length: usize) -> (Alignment, Account) {
        self.alignment.extend_unchanged(length - self.alignment.source_length());
        (self.alignment, Account::Rules(self.changes))
    }
}

/// What is needed to tell who made a change.
#[derive(Clone)]
pub(super) enum Account {
    /// The ranges that rules replaced, in bytes of the pass's input, ascending.
    Rules(Vec<(Range<usize>, Rule)>),
    /// A conversion, which can be retold.
    Conversion(&'static Plan<'static>),
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
            Account::Conversion(plan) => Segments::new(plan, input)
                .filter(|segment| segment.source() != segment.replacement())
                .map(|segment| {
                    let is_change = |step: &&Step| step.key() != step.replacement();
                    let steps = segment.steps().iter().filter(is_change);
                    let causes = steps.cloned().map(Cause::Entry).collect();
                    Explained { source: in_source(&segment.range()), causes }
                })
                .collect(),
        }
    }
}
