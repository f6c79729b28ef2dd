//! What a text could have become as well, for people who choose.
//!
//! An entry of a dictionary may offer several candidates: 发 is 發 or 髮. A conversion
//! takes the first one, and an editor shows the others. The places are segments
//! (`segment`), the smallest pieces that convert independently. Each other candidate of
//! each of a segment's entries is put in its place in turn, and the later stages convert
//! what comes of that, so that all candidates are texts of the region asked for.
//!
//! Where context decides, it says as well how likely it is that the choice is right.
//!
//! Invariants: the first candidate is what the conversion wrote; candidates differ; no
//! place has more than [`MAXIMUM`], so that time is in proportion to the text.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::context::Certainty;
use crate::description;
use crate::dictionary::{Match, Matcher};
use crate::plan::{Plan, Shared};
use crate::segment::{Segment, Segments};

/// The most candidates that are told of one place or word.
const MAXIMUM: usize = 32;

/// A place that an entry with several candidates converted, found by
/// [`Converter::ambiguities`](crate::Converter::ambiguities).
#[derive(Clone, Debug, PartialEq)]
pub struct Ambiguity<'t> {
    source: &'t str,
    start: usize,
    output_start: usize,
    candidates: Vec<String>,
    confidence: f64,
}

impl<'t> Ambiguity<'t> {
    /// Where it is in the source, in bytes.
    #[must_use]
    pub fn source_range(&self) -> Range<usize> {
        self.start..self.start + self.source.len()
    }

    /// Where it is in the output, in bytes.
    #[must_use]
    pub fn output_range(&self) -> Range<usize> {
        self.output_start..self.output_start + self.chosen().len()
    }

    /// What the source has there.
    #[must_use]
    pub fn source(&self) -> &'t str {
        self.source
    }

    /// What the output has there: the first candidate.
    #[must_use]
    pub fn chosen(&self) -> &str {
        &self.candidates[0]
    }

    /// What could stand there, in the order of the dictionaries: two at least, 32 at
    /// most.
    pub fn candidates(&self) -> impl ExactSizeIterator<Item = &str> {
        self.candidates.iter().map(|candidate| &**candidate)
    }

    /// How sure the choice is, from 0 to 1.
    ///
    /// Of a converter [by context](crate::Disambiguation::Context): how likely its model
    /// finds that the characters are right which it decides, the least likely of them where
    /// there are several. `EVALUATION.md` says how often they are.
    ///
    /// Without context, and where the candidates are spellings of one character, by the
    /// dictionaries: a choice for a phrase is taken for right in 19 of 20 cases. For a
    /// character alone, every candidate beyond the first is given half the chance of the one
    /// before it: 2/3 for two, 4/7 for three. That is an order of places rather than a
    /// probability.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, Disambiguation};
    ///
    /// let builder = Converter::builder(Config::S2t);
    /// let by_dictionaries = builder.build();
    /// let by_context = builder.disambiguation(Disambiguation::Context).build();
    /// let confidence = |converter: &Converter, text| {
    ///     converter.ambiguities(text).next().expect("one place").confidence()
    /// };
    /// assert_eq!(confidence(&by_dictionaries, "发"), 2.0 / 3.0); // 發, 髮
    /// assert!(confidence(&by_context, "发") < 0.9);
    /// assert!(confidence(&by_context, "他只好发一只") > 0.99);
    /// ```
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.confidence
    }
}

/// The ambiguities of a text, made by
/// [`Converter::ambiguities`](crate::Converter::ambiguities).
#[derive(Clone, Debug)]
pub struct Ambiguities<'t> {
    plan: Shared,
    segments: Segments<'t>,
    output_length: usize,
    /// What context is sure of, in the order of the text.
    certainties: Vec<Certainty>,
}

impl<'t> Ambiguities<'t> {
    /// Those of the text that has these segments by this plan, of which context decided
    /// these characters.
    pub(crate) fn new(
        plan: Shared,
        segments: Segments<'t>,
        certainties: Vec<Certainty>,
    ) -> Ambiguities<'t> {
        Ambiguities { plan, segments, output_length: 0, certainties }
    }

    /// How sure the choice of a segment is that has so many candidates.
    fn confidence(&self, segment: &Segment<'_>, candidates: usize) -> f64 {
        let Range { start, end } = segment.range();
        let from = self.certainties.partition_point(|decided| decided.source < start);
        let decided = self.certainties[from..].iter().take_while(|decided| decided.source < end);
        let least = decided.map(|decided| decided.likelihood).reduce(f64::min);
        least.unwrap_or_else(|| confidence_by_dictionaries(segment, candidates))
    }
}

fn confidence_by_dictionaries(segment: &Segment<'_>, candidates: usize) -> f64 {
    const PHRASE: f64 = 0.95;
    let halves = 2_u64.pow(candidates as u32 - 1) as f64;
    if is_by_phrases(segment) { PHRASE } else { halves / (2.0 * halves - 1.0) }
}

impl<'t> Iterator for Ambiguities<'t> {
    type Item = Ambiguity<'t>;

    fn next(&mut self) -> Option<Ambiguity<'t>> {
        loop {
            let segment = self.segments.next()?;
            let output_start = self.output_length;
            self.output_length += segment.replacement().len();
            let candidates = candidates_of_segment(self.plan.get(), &segment);
            if candidates.len() > 1 {
                return Some(Ambiguity {
                    source: segment.source(),
                    start: segment.range().start,
                    output_start,
                    confidence: self.confidence(&segment, candidates.len()),
                    candidates,
                });
            }
        }
    }
}

/// What a word could become, what the conversion makes of it first: the candidates of
/// its segments in all combinations, as many as there is room for.
pub(crate) fn candidates_of_word(plan: &Plan<'_>, segments: Segments<'_>) -> Vec<String> {
    let mut words = Vec::from([String::new()]);
    for segment in segments {
        let mut candidates = candidates_of_segment(plan, &segment);
        candidates.truncate((MAXIMUM / words.len()).max(1));
        match &candidates[..] {
            [only] => words.iter_mut().for_each(|word| word.push_str(only)),
            // At most five times, so a long word is copied no more often than that.
            several => words = combined(&words, several),
        }
    }
    words
}

/// Each word with each ending.
fn combined(words: &[String], endings: &[String]) -> Vec<String> {
    let with_each =
        |word: &String| endings.iter().map(|ending| [&**word, ending].concat()).collect::<Vec<_>>();
    words.iter().flat_map(with_each).collect()
}

/// What a segment could become, what it became first.
fn candidates_of_segment(plan: &Plan<'_>, segment: &Segment<'_>) -> Vec<String> {
    if segment.steps().iter().all(|step| step.candidates().len() == 1) {
        return Vec::from([segment.replacement().to_owned()]);
    }
    let stages = plan.normalization.iter().chain(plan.conversion);
    let mut candidates =
        stages.fold(Vec::from([segment.source().to_owned()]), |texts, stage| after(stage, &texts));
    // What context overrides stands behind the dictionaries' choice, if it is there at all.
    if candidates[0] != segment.replacement() {
        candidates.retain(|candidate| candidate != segment.replacement());
        candidates.insert(0, segment.replacement().to_owned());
        candidates.truncate(MAXIMUM);
    }
    candidates
}

/// Whether all choices were made for keys of several characters.
fn is_by_phrases(segment: &Segment<'_>) -> bool {
    let mut choices = segment.steps().iter().filter(|step| step.candidates().len() > 1);
    choices.all(|step| step.key().chars().nth(1).is_some())
}

/// What a stage makes of these texts, one after the other, each with its first
/// candidates before all others.
fn after(stage: &Matcher<'_>, texts: &[String]) -> Vec<String> {
    let mut outputs: Vec<String> = Vec::new();
    let mut add = |output: String| {
        if outputs.len() < MAXIMUM && !outputs.contains(&output) {
            outputs.push(output);
        }
    };
    for text in texts {
        let (output, choices) = converted(stage, text);
        add(output.clone());
        let others = choices.into_iter().flat_map(|(range, found)| {
            found.candidates().skip(1).map(move |candidate| (range.clone(), candidate))
        });
        for (Range { start, end }, candidate) in others.take(MAXIMUM) {
            add([&output[..start], &candidate, &output[end..]].concat());
        }
    }
    outputs
}

/// What a stage makes of a text, and where in that it had a choice.
fn converted<'b, 't>(
    stage: &Matcher<'b>,
    text: &'t str,
) -> (String, Vec<(Range<usize>, Match<'b, 't>)>) {
    let mut output = String::with_capacity(text.len());
    let mut choices = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let start = output.len();
        let Some(found) = stage.longest_match(rest) else {
            let unit = description::unit(rest);
            output.push_str(unit);
            rest = &rest[unit.len()..];
            continue;
        };
        output.push_str(&found.replacement());
        rest = &rest[found.key().len()..];
        if found.candidates().nth(1).is_some() {
            choices.push((start..output.len(), found));
        }
    }
    (output, choices)
}
