//! Conversion of a document: what is text in it, and nothing else.
//!
//! `markup` says where the text is and `scan` converts it, range by range; all between
//! the ranges is copied. Plain text is one range and goes to `scan` at once, or to
//! `context` where that decides.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::alignment::Alignment;
use crate::context::{self, Certainty, Context, Override};
use crate::markup::{self, Markup};
use crate::plan::{Plan, Shared};
use crate::scan;

/// What is done to documents.
#[derive(Clone, Debug)]
pub(crate) struct Conversion {
    pub(crate) plan: Shared,
    pub(crate) markup: Markup,
    /// What decides ambiguous characters, if not the dictionaries alone.
    pub(crate) context: Option<Context>,
}

impl Conversion {
    /// What context overrides in `document`; nothing without it.
    pub(crate) fn overrides(&self, document: &str) -> Vec<Override> {
        self.by_context(document, Context::overrides, Override::moved_by)
    }

    /// What context decides in `document`, and how sure it is; nothing without it.
    pub(crate) fn certainties(&self, document: &str) -> Vec<Certainty> {
        self.by_context(document, Context::certainties, Certainty::moved_by)
    }

    /// What context tells of each text of `document`, moved to where that begins.
    fn by_context<T>(
        &self,
        document: &str,
        tell: fn(&Context, &Plan<'_>, &str) -> Vec<T>,
        moved_by: fn(T, usize) -> T,
    ) -> Vec<T> {
        let Some(context) = &self.context else { return Vec::new() };
        let of_part = |part: Range<usize>| {
            let told = tell(context, self.plan.get(), &document[part.clone()]);
            told.into_iter().map(move |one| moved_by(one, part.start))
        };
        markup::texts(document, self.markup).into_iter().flat_map(of_part).collect()
    }

    /// Converts `document`, borrowing it when nothing changes.
    pub(crate) fn convert<'t>(&self, document: &'t str) -> Cow<'t, str> {
        if self.markup == Markup::Plain {
            return self.convert_text(document);
        }
        let texts = markup::texts(document, self.markup);
        for (text, number) in texts.iter().zip(1..) {
            if let Cow::Owned(converted) = self.convert_text(&document[text.clone()]) {
                let mut output = String::with_capacity(document.len());
                output.push_str(&document[..text.start]);
                output.push_str(&converted);
                self.convert_texts(document, &texts[number..], text.end, &mut output);
                return Cow::Owned(output);
            }
        }
        Cow::Borrowed(document)
    }

    /// Converts `document` and appends it to `output`.
    pub(crate) fn convert_into(&self, document: &str, output: &mut String) {
        if self.markup == Markup::Plain {
            return self.convert_text_into(document, output);
        }
        self.convert_texts(document, &markup::texts(document, self.markup), 0, output);
    }

    /// Converts `document` and aligns the output with it; `None` when nothing changes.
    pub(crate) fn convert_aligned(&self, document: &str) -> Option<(String, Alignment)> {
        if self.markup == Markup::Plain {
            return self.convert_text_aligned(document);
        }
        let (mut output, mut alignment) = (String::new(), Alignment::default());
        let mut copied = 0;
        for range in markup::texts(document, self.markup) {
            let text = &document[range.clone()];
            let Some((converted, inside)) = self.convert_text_aligned(text) else { continue };
            output.push_str(&document[copied..range.start]);
            output.push_str(&converted);
            alignment.extend_unchanged(range.start - copied);
            alignment.extend_with(&inside);
            copied = range.end;
        }
        output.push_str(&document[copied..]);
        alignment.extend_unchanged(document.len() - copied);
        (copied > 0).then_some((output, alignment))
    }

    /// Converts plain text, appends it to `output`, and goes on with the alignment.
    pub(crate) fn convert_aligned_into(
        &self,
        text: &str,
        output: &mut String,
        alignment: &mut Alignment,
    ) {
        let plan = self.plan.get();
        match &self.context {
            None => scan::convert_aligned_into(plan, text, output, alignment),
            Some(context) => context::convert_aligned_into(context, plan, text, output, alignment),
        }
    }

    /// Converts `texts`, ranges of `document` that lie behind `copied`, and appends all
    /// from there on to `output`.
    fn convert_texts(
        &self,
        document: &str,
        texts: &[Range<usize>],
        mut copied: usize,
        output: &mut String,
    ) {
        output.reserve(document.len() - copied);
        for text in texts {
            output.push_str(&document[copied..text.start]);
            self.convert_text_into(&document[text.clone()], output);
            copied = text.end;
        }
        output.push_str(&document[copied..]);
    }

    fn convert_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.context {
            None => scan::convert(self.plan.get(), text),
            Some(context) => context::convert(context, self.plan.get(), text),
        }
    }

    fn convert_text_into(&self, text: &str, output: &mut String) {
        match &self.context {
            None => scan::convert_into(self.plan.get(), text, output),
            Some(context) => {
                context::convert_into(context, self.plan.get(), text, 0..text.len(), output);
            }
        }
    }

    fn convert_text_aligned(&self, text: &str) -> Option<(String, Alignment)> {
        match &self.context {
            None => scan::convert_aligned(self.plan.get(), text),
            Some(context) => context::convert_aligned(context, self.plan.get(), text),
        }
    }
}
