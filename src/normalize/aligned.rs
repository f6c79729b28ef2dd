//! Single passes over a text, for those who do something between them or want to know
//! what they did.

use alloc::string::String;

use super::damage::EVIDENCE;
use super::{Copy, Damage, Normalizer, Pass, Preset, Profile, Rule, Rules, Scratch, Spacing};
use crate::alignment::{Aligned, Notes};

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
        let profile = self.profile(text);
        let mut scratch = Scratch::default();
        self.pass_aligned(Pass::CodePoints, profile, text, &mut scratch)
            .then(|repaired| self.pass_aligned(Pass::Marks, profile, repaired, &mut scratch))
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
            notes.replaced(text, range.clone(), replacement, rule);
            copy.replace(range, replacement);
        });
        copy.finish();
        match notes.is_empty() || output == text {
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
