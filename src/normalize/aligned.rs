//! Single passes over a text, for those who do something between them or want to know
//! what they did.

use alloc::string::String;
use core::ops::Range;

use super::damage::EVIDENCE;
use super::{Copy, LinesAhead, Normalizer, Pass, Preset, Profile, Rule, Rules, Scratch, Spacing};
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
        let (mut code_points, mut marks) = (Notes::default(), Notes::default());
        let mut repairable = LinesAhead::new(self.candidates(Pass::CodePoints), text);
        let mut repaired = String::new();
        let mut copied = 0;
        for line in lines {
            output.push_str(&text[copied..line.start]);
            copied = line.end;
            let mut source = &text[line.clone()];
            let start = code_points.output_offset(line.start);
            if repairable.has(&line) {
                let note = &mut code_points.sink(line.start, source);
                let pass = Pass::CodePoints;
                source = self.pass(pass, profile, source, &mut scratch, &mut repaired, note);
            }
            let note = &mut marks.sink(start, source);
            self.mark_line(profile, source, &mut scratch, &mut output, note);
        }
        output.push_str(&text[copied..]);
        if output == text {
            return Aligned::unchanged(text);
        }
        let length = code_points.output_offset(text.len());
        let deeds = [code_points.finish(text.len()), marks.finish(length)];
        Aligned::made(text, output, deeds.into_iter().flatten())
    }

    /// Appends to `output` what the second pass makes of a line. `note` is told of each
    /// change.
    fn mark_line(
        &self,
        profile: Profile,
        line: &str,
        scratch: &mut Scratch,
        output: &mut String,
        note: &mut impl FnMut(Range<usize>, &str, Rule),
    ) {
        let mut copy = Copy { text: line, copied: 0, output };
        let sink = &mut |range: Range<usize>, replacement: &str, rule| {
            note(range.clone(), replacement, rule);
            copy.replace(range, replacement);
        };
        self.line_changes(Pass::Marks, profile, line, &[], scratch, sink);
        copy.finish();
    }

    /// What one pass makes of a text.
    pub(crate) fn pass_aligned<'t>(
        &self,
        pass: Pass,
        profile: Profile,
        text: &'t str,
        scratch: &mut Scratch,
    ) -> Aligned<'t> {
        let (mut output, mut notes) = (String::new(), Notes::default());
        let made = self.pass(pass, profile, text, scratch, &mut output, &mut notes.sink(0, text));
        match made == text {
            true => Aligned::unchanged(text),
            false => Aligned::made(text, output, notes.finish(text.len())),
        }
    }

    /// What one pass makes of a text, in `memory` unless it is the text itself. `note` is
    /// told of each change.
    pub(crate) fn pass<'t>(
        &self,
        pass: Pass,
        profile: Profile,
        text: &'t str,
        scratch: &mut Scratch,
        memory: &'t mut String,
        note: &mut impl FnMut(Range<usize>, &str, Rule),
    ) -> &'t str {
        memory.clear();
        let mut copy = Copy { text, copied: 0, output: memory };
        let mut is_changed = false;
        self.changes(pass, profile, text, scratch, &mut |range, replacement, rule| {
            is_changed = true;
            note(range.clone(), replacement, rule);
            copy.replace(range, replacement);
        });
        if !is_changed {
            return text;
        }
        copy.finish();
        memory
    }

    /// Appends to `output` what one pass makes of a text. `note` is told of each change.
    pub(crate) fn pass_into(
        &self,
        pass: Pass,
        profile: Profile,
        text: &str,
        scratch: &mut Scratch,
        output: &mut String,
        note: &mut impl FnMut(Range<usize>, &str, Rule),
    ) {
        let mut copy = Copy { text, copied: 0, output };
        self.changes(pass, profile, text, scratch, &mut |range, replacement, rule| {
            note(range.clone(), replacement, rule);
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
        !self.is_settled() && length < EVIDENCE
    }
}

/// Notes nothing.
pub(crate) fn unnoted(_: Range<usize>, _: &str, _: Rule) {}

impl From<Preset> for Normalizer {
    /// The normalizer of a preset, as [`Normalizer::new`] makes it.
    fn from(preset: Preset) -> Normalizer {
        Normalizer::new(preset)
    }
}
