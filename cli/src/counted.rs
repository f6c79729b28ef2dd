//! What is done to every text, and on request an account of it: how often which rule and
//! which dictionary changed something.
//!
//! To count, every change must be known, which takes longer than to make it. What a text
//! becomes does not depend on that.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use fanjian::{Aligned, Pipeline, PipelineStream};

use crate::report;

/// Changes by what made them: the rule or the dictionary, as `check` names it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes(Arc<Mutex<BTreeMap<String, u64>>>);

impl Changes {
    /// Counts all changes of a text.
    fn count(&self, aligned: &Aligned<'_>) {
        let edits = aligned.edits();
        if edits.is_empty() {
            return;
        }
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for edit in edits {
            let kind = report::kind(edit.causes());
            match counts.get_mut(kind) {
                Some(count) => *count += 1,
                None => _ = counts.insert(kind.to_owned(), 1),
            }
        }
    }
}

/// The most frequent first.
impl fmt::Display for Changes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write!(formatter, "{} changes", counts.values().sum::<u64>())?;
        let mut counts: Vec<_> = counts.iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(**count));
        for (index, (kind, count)) in counts.into_iter().enumerate() {
            write!(formatter, "{} {kind} {count}", if index == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}

/// A pipeline whose changes may be counted.
#[derive(Clone)]
pub(crate) struct Counted {
    pipeline: Pipeline,
    changes: Option<Changes>,
}

impl Counted {
    pub(crate) fn new(pipeline: Pipeline, changes: Option<Changes>) -> Counted {
        Counted { pipeline, changes }
    }

    /// What does the work.
    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    pub(crate) fn process<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.changes {
            None => self.pipeline.process(text),
            Some(_) => self.process_aligned(text).into_output(),
        }
    }

    pub(crate) fn process_into(&self, text: &str, output: &mut String) {
        match self.changes {
            None => self.pipeline.process_into(text, output),
            Some(_) => output.push_str(self.process_aligned(text).output()),
        }
    }

    pub(crate) fn process_aligned<'t>(&self, text: &'t str) -> Aligned<'t> {
        let aligned = self.pipeline.process_aligned(text);
        if let Some(changes) = &self.changes {
            changes.count(&aligned);
        }
        aligned
    }

    pub(crate) fn settled_by(&self, beginning: &str) -> Counted {
        Counted::new(self.pipeline.settled_by(beginning), self.changes.clone())
    }

    pub(crate) fn stream(&self) -> CountedStream {
        match self.changes {
            None => CountedStream::Uncounted(Box::new(self.pipeline.stream())),
            Some(_) => CountedStream::Counted(self.clone(), String::new()),
        }
    }
}

/// A text that comes in pieces. To be counted, it is kept whole until it ends.
pub(crate) enum CountedStream {
    Uncounted(Box<PipelineStream>),
    Counted(Counted, String),
}

impl CountedStream {
    pub(crate) fn push(&mut self, piece: &str, output: &mut String) {
        match self {
            CountedStream::Uncounted(stream) => stream.push(piece, output),
            CountedStream::Counted(_, text) => text.push_str(piece),
        }
    }

    pub(crate) fn finish(&mut self, output: &mut String) {
        match self {
            CountedStream::Uncounted(stream) => stream.finish(output),
            CountedStream::Counted(counted, text) => {
                counted.process_into(text, output);
                text.clear();
            }
        }
    }
}
