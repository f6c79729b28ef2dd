//! Single passes over a text, for those who do something between them or want to know
//! what they did.

use alloc::string::String;
use core::ops::Range;

use super::damage::EVIDENCE;
use super::{Copy, Damage, Normalizer, Pass, Preset, Profile, Rule, Rules, Scratch, Spacing};
use crate::alignment::{Aligned, Notes};
use crate::markup::Markup;

impl Normalizer {
    /// Normalizes `text` and tells which place of the output is which place of the text,
    /// and what was changed by which rules.
    ///
    /// What a rule replaces corresponds character by character where there are as many
    /// before and after, and else but for what is the same at the beginning and the end.
    /// What it deletes is the point between its neighbours.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Cause, Normalizer, Preset, Rule};
    ///
    /// let aligned = Normalizer::new(Preset::Repair).normalize_aligned("９月, 5 G上市");
    /// assert_eq!(aligned.output(), "9月，5G上市");
    /// let told: Vec<_> = aligned
    ///     .edits()
    ///     .iter()
    ///     .map(|edit| (edit.replaced().to_owned(), edit.causes().to_vec()))
    ///     .collect();
    /// assert_eq!(told[0], ("９".to_owned(), vec![Cause::Rule(Rule::FullwidthAlphanumerics)]));
    /// assert_eq!(told[1], (",".to_owned(), vec![Cause::Rule(Rule::Marks)]));
    /// let market = aligned.alignment().source_offset("9月，5G".len());
    /// assert_eq!(&aligned.source()[market..], "上市");
    /// ```
    #[must_use]
    pub fn normalize_aligned<'t>(&self, text: &'t str) -> Aligned<'t> {
        let mut lines = self.lines_at_issue(text, 0).peekable();
        if lines.peek().is_none() {
            return Aligned::unchanged(text);
        }
        let (profile, mut scratch) = (self.profile(text), Scratch::default());
        if self.settings.markup != Markup::Plain {
            // What of a document is text is seen in the whole only.
            let repaired = self.pass_aligned(Pass::CodePoints, profile, text, &mut scratch);
            return repaired
                .then(|text| self.pass_aligned(Pass::Marks, profile, text, &mut scratch));
        }
        let mut output = String::with_capacity(text.len() + text.len() / 16);
        let mut notes = [Notes::default(), Notes::default()];
        let mut copied = 0;
        for line in lines {
            output.push_str(&text[copied..line.start]);
            copied = line.end;
            self.line_aligned(text, line, profile, &mut scratch, &mut notes, &mut output);
        }
        output.push_str(&text[copied..]);
        match output == text {
            true => Aligned::unchanged(text),
            false => Aligned::normalized_twice(text, output, notes),
        }
    }

    /// Appends to `output` what both passes make of a line, and notes what they do.
    fn line_aligned(
        &self,
        text: &str,
        line: Range<usize>,
        profile: Profile,
        scratch: &mut Scratch,
        [first, second]: &mut [Notes; 2],
        output: &mut String,
    ) {
        let (start, source) = (line.start, &text[line]);
        let start_between = first.output_offset(start);
        let mut repaired = core::mem::take(&mut scratch.repaired);
        repaired.clear();
        let mut copy = Copy { text: source, copied: 0, output: &mut repaired };
        let mut is_changed = false;
        let sink = &mut |range: Range<usize>, replacement: &str, rule| {
            is_changed = true;
            first.replaced(start + range.start, &source[range.clone()], replacement, rule);
            copy.replace(range, replacement);
        };
        self.line_changes(Pass::CodePoints, profile, source, &[], scratch, sink);
        if is_changed {
            copy.finish();
        }
        let between = if is_changed { &*repaired } else { source };
        let mut copy = Copy { text: between, copied: 0, output };
        let sink = &mut |range: Range<usize>, replacement: &str, rule| {
            let (at, replaced) = (start_between + range.start, &between[range.clone()]);
            second.replaced(at, replaced, replacement, rule);
            copy.replace(range, replacement);
        };
        self.line_changes(Pass::Marks, profile, between, &[], scratch, sink);
        copy.finish();
        scratch.repaired = repaired;
    }

    /// What one pass makes of a text.
    pub(crate) fn pass_aligned<'t>(
        &self,
        pass: Pass,
        profile: Profile,
        text: &'t str,
        scratch: &mut Scratch,
    ) -> Aligned<'t> {
        let mut output = String::new();
        let mut notes = Notes::default();
        let mut copy = Copy { text, copied: 0, output: &mut output };
        self.changes(pass, profile, text, scratch, &mut |range, replacement, rule| {
            if copy.copied == 0 {
                copy.output.reserve(text.len() + text.len() / 16);
            }
            notes.replaced(range.start, &text[range.clone()], replacement, rule);
            copy.replace(range, replacement);
        });
        if notes.is_empty() {
            return Aligned::unchanged(text);
        }
        copy.finish();
        match output == text {
            true => Aligned::unchanged(text),
            false => Aligned::normalized(text, output, notes),
        }
    }

    /// What one pass makes of a text, in `memory` unless it is the text itself.
    pub(crate) fn pass<'t>(
        &self,
        pass: Pass,
        profile: Profile,
        text: &'t str,
        scratch: &mut Scratch,
        memory: &'t mut String,
    ) -> &'t str {
        memory.clear();
        let mut copy = Copy { text, copied: 0, output: memory };
        let mut is_changed = false;
        self.changes(pass, profile, text, scratch, &mut |range, replacement, _| {
            is_changed = true;
            copy.replace(range, replacement);
        });
        if !is_changed {
            return text;
        }
        copy.finish();
        memory
    }

    /// Appends to `output` what one pass makes of a text.
    pub(crate) fn pass_into(
        &self,
        pass: Pass,
        profile: Profile,
        text: &str,
        scratch: &mut Scratch,
        output: &mut String,
    ) {
        let mut copy = Copy { text, copied: 0, output };
        self.changes(pass, profile, text, scratch, &mut |range, replacement, _| {
            copy.replace(range, replacement);
        });
        copy.finish();
    }

    /// The rules about spaces between Han alone, if there are any: phrases cannot be
    /// recognized as long as these are there.
    pub(crate) fn spaces_within_phrases(&self) -> Option<Normalizer> {
        let rules = [Rule::Letterspacing, Rule::SpaceBetweenHan]
            .into_iter()
            .filter(|rule| self.settings.rules.has(*rule))
            .fold(Rules::default(), |rules, rule| rules.with(Rules::of(&[rule])));
        let mut normalizer = *self;
        normalizer.settings.rules = rules;
        normalizer.settings.spacing = Spacing::Keep;
        (rules != Rules::default()).then_some(normalizer)
    }

    /// Whether so much of a text is too little to tell its profile.
    pub(crate) fn needs_more_evidence(&self, length: usize) -> bool {
        self.settings.damage == Damage::Auto && length < EVIDENCE
    }
}

impl From<Preset> for Normalizer {
    /// The normalizer of a preset, as [`Normalizer::new`] makes it.
    fn from(preset: Preset) -> Normalizer {
        Normalizer::new(preset)
    }
}
