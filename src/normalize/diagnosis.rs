//! What a text has suffered, and what in it a person should look at.

use alloc::vec::Vec;
use core::ops::Range;

use super::damage::Evidence;
use super::line::{self, Scratch};
use super::{Normalizer, Pass, Rule, take_those_in};
use crate::markup;

/// What was done to a text, with the counts that say so, made by
/// [`Normalizer::diagnose`].
///
/// # Examples
///
/// ```
/// use fanjian::{Finding, Normalizer, Preset};
///
/// let normalizer = Normalizer::new(Preset::Repair);
/// let diagnosis = normalizer.diagnose("省、市,縣。");
/// assert_eq!(diagnosis.finding(), Finding::Nfkc);
/// assert_eq!(diagnosis.halfwidth_marks(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    evidence: Evidence,
}

/// What was done to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// Nothing that the marks would show.
    Clean,
    /// NFKC or a fold of width: ASCII marks behind Han and no full-width ones, while
    /// 。、 are there or nothing says otherwise.
    Nfkc,
    /// `CCNet`'s cleaner or a copy of it: Chinese sentences end with `.`, and no
    /// full-width mark is left.
    Ccnet,
    /// Marks of both widths stand behind Han.
    Mixed,
    /// Han characters stand one by one between spaces, and nothing else is wrong.
    Letterspacing,
}

impl Diagnosis {
    /// The diagnosis on this evidence.
    pub(crate) fn of(evidence: Evidence) -> Diagnosis {
        Diagnosis { evidence }
    }

    /// What was done to the text. Of several things, letterspacing is named last.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let Evidence { halfwidth, fullwidth, letterspaced, .. } = self.evidence;
        if self.evidence.is_ccnet() {
            Finding::Ccnet
        } else if halfwidth > 0 && fullwidth > 0 {
            Finding::Mixed
        } else if halfwidth > 0 {
            Finding::Nfkc
        } else if letterspaced > 0 {
            Finding::Letterspacing
        } else {
            Finding::Clean
        }
    }

    /// How many of `, ; : ? !` stand right behind Han.
    #[must_use]
    pub fn halfwidth_marks(&self) -> usize {
        self.evidence.halfwidth
    }

    /// How many of ，；：？！ stand right behind Han.
    #[must_use]
    pub fn fullwidth_marks(&self) -> usize {
        self.evidence.fullwidth
    }

    /// How many 。 there are.
    #[must_use]
    pub fn full_stops(&self) -> usize {
        self.evidence.full_stops
    }

    /// How many 、 there are.
    #[must_use]
    pub fn enumeration_commas(&self) -> usize {
        self.evidence.enumeration_commas
    }

    /// How many of 《》“” there are.
    #[must_use]
    pub fn quotation_marks(&self) -> usize {
        self.evidence.quotes
    }

    /// How many single `.` stand right behind Han.
    #[must_use]
    pub fn dots(&self) -> usize {
        self.evidence.dots
    }

    /// How many Han characters stand in runs of four or more, one by one between
    /// single spaces.
    #[must_use]
    pub fn letterspaced(&self) -> usize {
        self.evidence.letterspaced
    }
}

impl Normalizer {
    /// Says what was done to `text`, and on what evidence: the marks of all of it.
    ///
    /// [`Damage::Auto`](super::Damage::Auto) rests on the same counts of the text's
    /// first 64 KiB. This does not depend on the preset.
    #[must_use]
    pub fn diagnose(&self, text: &str) -> Diagnosis {
        Diagnosis { evidence: Evidence::of(text) }
    }

    /// The places of `text`, as it is, that a rule is about and that stay as they
    /// are, in the order of the text: what the preset reports and does not change
    /// (invisible characters, controls of bidirectional text), a mark between two
    /// digits as in `2019,2020`, which may join or separate (with P1), and `~` between
    /// numbers (with P9). What the normalizer's markup says is no text has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Normalizer, Preset, Rule};
    ///
    /// let notes = Normalizer::new(Preset::Repair).notes("在2019,2020年,");
    /// assert_eq!(notes.len(), 1);
    /// assert_eq!((notes[0].range(), notes[0].rule()), (7..8, Rule::Marks));
    /// ```
    #[must_use]
    pub fn notes(&self, text: &str) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut scratch = Scratch::default();
        let profile = self.profile(text);
        let mut reporting = *self;
        reporting.settings.rules = self.settings.reported;
        reporting.changes(Pass::CodePoints, profile, text, &mut scratch, &mut |range, _, rule| {
            notes.push(Note { range, rule });
        });
        let protected = markup::protected(text, self.settings.markup);
        let mut in_line = Vec::new();
        for line in lines(text) {
            take_those_in(&protected, &line, &mut in_line);
            let start = line.start;
            let sink = &mut |range: Range<usize>, rule| {
                notes.push(Note { range: start + range.start..start + range.end, rule });
            };
            line::doubts(&text[line], &in_line, &self.settings, profile, &mut scratch, sink);
        }
        notes.sort_by_key(|note| note.range.start);
        notes
    }
}

/// The lines of a text, without their line feeds.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_inclusive('\n').scan(0, |start, line| {
        let begin = *start;
        *start += line.len();
        Some(begin..begin + line.trim_end_matches('\n').len())
    })
}

/// A place of a text that a rule is about and that stays as it is, because only a
/// person can say what is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    range: Range<usize>,
    rule: Rule,
}

impl Note {
    /// Where the place is, in bytes of the text.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The rule that is about it.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }
}
