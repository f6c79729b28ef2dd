//! Decides what a Simplified character stands for by what stands around it.
//!
//! Some Simplified characters stand for several Traditional ones: 发 for 發 and 髮. OpenCC
//! chooses by the longest match of its dictionaries, and by the most common one where no
//! entry helps. Here a **model** that was trained on native text looks at each of OpenCC's
//! choices, together with the characters around and the words that cover the place
//! (`feature`), and **overrides** it where another candidate is more likely by a margin.
//! OpenCC's choice is part of what the model knows, so that texts unlike those of the
//! training are not made worse.
//!
//! - Conversion is OpenCC's but for overridden characters: the model looks at what the
//!   first stage made of the text, and later stages, of region, convert what it put there.
//! - Every candidate has three bytes, so no place moves.
//! - A decision depends on its line and its **run** alone, the text between two certain
//!   cuts ([`Plan::certain_cuts`]); in a run longer than [`LONGEST_RUN`] all choices
//!   are OpenCC's. So a stream, which waits for the end of a run just as long, and for the
//!   characters behind it, comes to the same output as the whole text.
//! - Decisions are made in integers: every machine makes the same ones.
//!
//! The choice by a linear model over characters around is old (Golding and Roth, "A
//! Winnow-Based Approach to Context-Sensitive Spelling Correction", 1999). How this one
//! was trained, and on what, is told in `dictionaries/context/README.md`.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::dictionary::Matcher;
use crate::plan::Plan;
use crate::scan;
use crate::segment::for_each_open_cell;
use crate::text::{code_unit, code_unit_before};

mod convert;
mod feature;
pub(crate) mod model;
mod stream;
pub(crate) mod twin;

pub(crate) use convert::{convert, convert_aligned, convert_aligned_into, convert_into};
use feature::{LOOKED_AT, Opinion, STARTS, Surroundings, Word, class_of_unit};
use model::{Ambiguous, Scores};
pub(crate) use model::{DEFAULT_MARGIN, Model};
pub(crate) use stream::Disambiguated;

/// The longest run in which choices are overridden, in bytes.
pub(crate) const LONGEST_RUN: usize = 2048;

/// Characters behind a run that its decisions may depend on.
pub(crate) const CHARACTERS_BEHIND: usize = LOOKED_AT;

/// Bytes before a run that its decisions may depend on.
pub(crate) const BYTES_BEFORE: usize = 4 * LOOKED_AT;

/// What explanations name as the dictionary of an override.
pub(crate) const NAME: &str = "Context";

/// The model that is part of the program. Nothing but [`ConverterBuilder::disambiguation`]
/// and [`Repair`] refers to it, so programs that use neither do not have it.
///
/// [`ConverterBuilder::disambiguation`]: crate::ConverterBuilder::disambiguation
/// [`Repair`]: crate::Repair
pub(crate) static MODEL: Model<'static> =
    match Model::new(include_bytes!("../dictionaries/context/model.bin")) {
        Some(model) => model,
        // `CONTRIBUTING.md` says when: to train a model of a new form.
        None if cfg!(fanjian_bootstrap) => Model::NONE,
        None => panic!("the embedded model has another form"),
    };

/// How a Simplified character that stands for several Traditional ones is decided.
///
/// # Examples
///
/// ```
/// use fanjian::{Config, Converter, Disambiguation};
///
/// let builder = Converter::builder(Config::S2t);
/// assert_eq!(builder.build().convert("我很佩服余委员"), "我很佩服餘委員");
/// let converter = builder.disambiguation(Disambiguation::Context).build();
/// assert_eq!(converter.convert("我很佩服余委员"), "我很佩服余委員");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Disambiguation {
    /// By the dictionaries alone, exactly as OpenCC does.
    #[default]
    Dictionary,
    /// By the dictionaries and, where that is more likely, against them: by a model of
    /// what stands around a character, trained on native text.
    Context,
}

/// A choice of OpenCC's that context overrides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    range: Range<usize>,
    replaced: char,
    replacement: char,
    margin: u32,
    evidence: Vec<Evidence>,
}

impl Override {
    /// The Simplified character in the source, in bytes.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// What OpenCC chose.
    #[must_use]
    pub fn replaced(&self) -> char {
        self.replaced
    }

    /// What is put in its place.
    #[must_use]
    pub fn replacement(&self) -> char {
        self.replacement
    }

    /// By how much that is more likely: in sixteenths of the natural logarithm of the
    /// odds, so that 11 is twice as likely, 16 about 2.7 times, and 74 a hundred times.
    #[must_use]
    pub fn margin(&self) -> u32 {
        self.margin
    }

    /// The same in a text that begins so many bytes before.
    pub(crate) fn moved_by(mut self, bytes: usize) -> Override {
        let ranges = self.evidence.iter_mut().map(|evidence| &mut evidence.range);
        for range in ranges.chain([&mut self.range]) {
            *range = range.start + bytes..range.end + bytes;
        }
        self
    }

    /// Why: what speaks for the replacement, and what against it, the weightiest first.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }
}

/// A part of the text that speaks for an [`Override`] or against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    range: Range<usize>,
    weight: i32,
}

impl Evidence {
    /// Which part, in bytes of the source: the character and those around it that count
    /// together. Where it is the character alone, this is what the words of the
    /// dictionaries say that cover it.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// How much it speaks for the replacement, in the unit of [`Override::margin`];
    /// below zero, against it.
    #[must_use]
    pub fn weight(&self) -> i32 {
        self.weight
    }
}

/// A model and when to believe it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    model: &'static Model<'static>,
    minimum_margin: u16,
}

/// A choice that is overridden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// Where the character is in the source, and what became of it in the output of the
    /// first stage, in bytes.
    pub(crate) source: usize,
    pub(crate) output: usize,
    /// What OpenCC chose and what is chosen, both of three bytes.
    pub(crate) replaced: char,
    pub(crate) replacement: char,
    /// By how much that is more likely.
    pub(crate) margin: i32,
}

impl Decision {
    /// The same for a part of the text, which begins at these offsets of the source and of
    /// the output of the first stage.
    pub(crate) fn of_part(&self, source: usize, output: usize) -> Decision {
        Decision { source: self.source - source, output: self.output - output, ..*self }
    }
}

/// How likely it is that a character is right that the model could decide.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Certainty {
    /// Where the character is in the source, in bytes.
    pub(crate) source: usize,
    /// From 0 to 1.
    pub(crate) likelihood: f64,
}

impl Certainty {
    /// The same in a text that begins so many bytes before.
    pub(crate) fn moved_by(self, bytes: usize) -> Certainty {
        Certainty { source: self.source + bytes, ..self }
    }
}

/// All that a decision depends on.
pub(crate) struct Place<'b> {
    pub(crate) ambiguous: Ambiguous<'b>,
    surroundings: Surroundings,
    opinion: Opinion,
}

impl Place<'_> {
    /// Whether a word of the dictionaries covers the place that makes of it what they chose.
    pub(crate) fn is_by_word(&self) -> bool {
        let Opinion { choice, words } = &self.opinion;
        words.iter().flatten().any(|word| word.choice == *choice)
    }

    /// How much speaks for each candidate.
    pub(crate) fn scores(&self, model: &Model<'_>) -> Scores {
        model.scores(&self.ambiguous, &self.surroundings, &self.opinion)
    }
}

impl Context {
    /// The embedded model, believed where it is sure by this margin.
    pub(crate) fn new(minimum_margin: u16) -> Context {
        Context { model: &MODEL, minimum_margin }
    }

    /// The same with another margin.
    pub(crate) fn with_minimum_margin(self, minimum_margin: u16) -> Context {
        Context { minimum_margin, ..self }
    }

    /// The choices that are overridden in `range` of `text`, which begins and ends at
    /// certain cuts. The first stage of `plan` made `output` of it.
    pub(crate) fn decisions(
        &self,
        plan: &Plan<'_>,
        text: &str,
        range: Range<usize>,
        output: &str,
    ) -> Vec<Decision> {
        let mut decisions: Vec<Decision> = Vec::new();
        let Some(words) = plan.conversion.first() else { return decisions };
        let mut run = range.start..range.start;
        for_each_open(self.model, plan, &text[range.clone()], output, |spots| {
            let mut open = [Spot::default(); SPOTS];
            for spot in self.open(text, range.start, spots, &mut open) {
                let Some(decision) = self.decide(words, text, spot, output) else { continue };
                if run.end <= decision.source {
                    run = run_around(plan, text, range.clone(), decision.source);
                }
                if run.len() <= LONGEST_RUN {
                    decisions.push(decision);
                }
            }
        });
        decisions
    }

    /// Those of `spots`, in the text from `start` on, that their neighbours do not settle,
    /// with offsets in the whole text.
    fn open<'s>(
        &self,
        text: &str,
        start: usize,
        spots: &[Spot],
        open: &'s mut [Spot; SPOTS],
    ) -> &'s [Spot] {
        // Which ones these are cannot be foretold: all are written, and those that are
        // settled written over.
        let mut count = 0;
        for spot in spots {
            let source = start + spot.source;
            open[count % SPOTS] = Spot { source, ..*spot };
            count += usize::from(!self.model.is_settled(spot.unit, nearest(text, source)));
        }
        &open[..count]
    }

    /// What is chosen at a place instead of OpenCC's choice, if anything.
    fn decide(
        &self,
        words: &Matcher<'_>,
        text: &str,
        &Spot { source, at, unit }: &Spot,
        output: &str,
    ) -> Option<Decision> {
        let ambiguous = self.model.ambiguous(unit)?;
        let replaced = output[at..].chars().next()?;
        let choice = ambiguous.number_of(replaced)?;
        let place = look(words, text, source, ambiguous, choice);
        let (best, margin) = place.ambiguous.best(&place.scores(self.model), choice);
        if best == choice || margin < self.minimum_margin.into() {
            return None;
        }
        let replacement = place.ambiguous.spelling_of(best)?;
        Some(Decision { source, output: at, replaced, replacement, margin })
    }

    /// The same where the output of the first stage is not known.
    pub(crate) fn decisions_within(
        &self,
        plan: &Plan<'_>,
        text: &str,
        range: Range<usize>,
    ) -> Vec<Decision> {
        let Some(first) = plan.first_stage() else { return Vec::new() };
        let output = scan::convert(&first, &text[range.clone()]);
        let mut decisions = self.decisions(plan, text, range.clone(), &output);
        for decision in &mut decisions {
            decision.source -= range.start;
        }
        decisions
    }

    /// How likely it is that each character of a text is right that the model could decide,
    /// whether it overrides OpenCC's choice or not.
    pub(crate) fn certainties(&self, plan: &Plan<'_>, text: &str) -> Vec<Certainty> {
        let (Some(first), Some(words)) = (plan.first_stage(), plan.conversion.first()) else {
            return Vec::new();
        };
        let output = scan::convert(&first, text);
        let decisions = self.decisions(plan, text, 0..text.len(), &output);
        let mut decisions = decisions.iter().peekable();
        let mut certainties = Vec::new();
        for_each_open(self.model, plan, text, &output, |spots| {
            for &Spot { source, at, unit } in spots {
                let decision = decisions.next_if(|decision| decision.source == source);
                let Some(ambiguous) = self.model.ambiguous(unit) else { continue };
                let Some(replaced) = output[at..].chars().next() else { continue };
                let Some(choice) = ambiguous.number_of(replaced) else { continue };
                let chosen = decision.map_or(replaced, |decision| decision.replacement);
                let chosen = ambiguous.number_of(chosen).unwrap_or(choice);
                let place = look(words, text, source, ambiguous, choice);
                let likelihood = place.ambiguous.likelihood(&place.scores(self.model), chosen);
                certainties.push(Certainty { source, likelihood });
            }
        });
        certainties
    }

    /// All overrides in a text, with their reasons.
    pub(crate) fn overrides(&self, plan: &Plan<'_>, text: &str) -> Vec<Override> {
        let decisions = self.decisions_within(plan, text, 0..text.len());
        decisions.iter().map(|decision| self.explain(plan, text, decision)).collect()
    }

    /// A decision with its reasons.
    fn explain(&self, plan: &Plan<'_>, text: &str, decision: &Decision) -> Override {
        Override {
            range: decision.source..decision.source + 3,
            replaced: decision.replaced,
            replacement: decision.replacement,
            margin: decision.margin.unsigned_abs(),
            evidence: self.evidence(plan, text, decision).unwrap_or_default(),
        }
    }

    fn evidence(&self, plan: &Plan<'_>, text: &str, decision: &Decision) -> Option<Vec<Evidence>> {
        let source = decision.source;
        let ambiguous = self.model.ambiguous(code_unit(text.as_bytes(), source))?;
        let against = ambiguous.number_of(decision.replaced)?;
        let favoured = ambiguous.number_of(decision.replacement)?;
        let place = look(plan.conversion.first()?, text, source, ambiguous, against);
        let mut evidence: Vec<Evidence> = Vec::new();
        let Place { ambiguous, surroundings, opinion } = &place;
        self.model.for_each_weight(ambiguous, surroundings, opinion, |candidate, weight, about| {
            let weight = match candidate {
                _ if candidate == favoured => weight,
                _ if candidate == against => -weight,
                _ => return,
            };
            let [before, behind] = about.map_or([0, 0], |about| [about.before, about.behind]);
            let range = characters_around(text, source, before, behind);
            match evidence.iter_mut().find(|known| known.range == range) {
                Some(known) => known.weight += weight,
                None => evidence.push(Evidence { range, weight }),
            }
        });
        evidence.retain(|known| known.weight != 0);
        evidence.sort_by_key(|known| core::cmp::Reverse(known.weight.unsigned_abs()));
        Some(evidence)
    }
}

/// Puts decisions into what the first stage made of the text, which stands at the end of
/// `output` from `start` on.
pub(crate) fn apply(decisions: &[Decision], start: usize, output: &mut String) {
    let mut buffer = [0; 4];
    for decision in decisions {
        let at = start + decision.output;
        output.replace_range(at..at + 3, decision.replacement.encode_utf8(&mut buffer));
    }
}

/// How many spots are looked at together.
const SPOTS: usize = 64;

/// An ambiguous character.
#[derive(Clone, Copy, Default)]
struct Spot {
    /// Where it is in the source, and what became of it in the output of the first stage,
    /// in bytes.
    source: usize,
    at: usize,
    /// Its code unit.
    unit: u16,
}

/// Calls `take` with the spots of ambiguous characters, as [`for_each_ambiguous`] does,
/// where no protected word and no entry of one's own says what stands there.
fn for_each_open(
    model: &Model<'_>,
    plan: &Plan<'_>,
    text: &str,
    output: &str,
    mut take: impl FnMut(&[Spot]),
) {
    if plan.own == 0 && plan.protection.is_none() {
        return for_each_ambiguous(model, text, output, take);
    }
    let Some(first) = plan.first_stage() else { return };
    let (mut source, mut at) = (0, 0);
    for_each_open_cell(&first, text, |length, replacement, is_open| {
        let cell = &text[source..source + length];
        if is_open && cell.chars().count() == replacement.chars().count() {
            for_each_ambiguous(model, cell, replacement, |spots| {
                let mut moved = [Spot::default(); SPOTS];
                let moved = &mut moved[..spots.len()];
                for (moved, spot) in moved.iter_mut().zip(spots) {
                    *moved = Spot { source: source + spot.source, at: at + spot.at, ..*spot };
                }
                take(moved);
            });
        }
        (source, at) = (source + length, at + replacement.len());
    });
}

/// Calls `take` with the spots where `text` has an ambiguous character and `output`, what
/// the first stage made of it, one of three bytes; some at a time. The two have as many
/// characters, for every entry of the first stage keeps their number.
fn for_each_ambiguous(model: &Model<'_>, text: &str, output: &str, mut take: impl FnMut(&[Spot])) {
    let (bytes, becomes) = (text.as_bytes(), output.as_bytes());
    let (mut source, mut at) = (0, 0);
    let mut spots = [Spot::default(); SPOTS];
    let mut count = 0;
    while source < bytes.len() && at < becomes.len() {
        // Nearly all are of three bytes. A branch is foretold, where a sum of widths
        // would make each character wait for the one before.
        if let (0xE0..0xF0, 0xE0..0xF0) = (bytes[source], becomes[at]) {
            let unit = code_unit(bytes, source);
            // Which ones are ambiguous cannot be foretold: the others are written over.
            spots[count] = Spot { source, at, unit };
            count += usize::from(model.is_ambiguous(unit));
            if count == SPOTS {
                take(&spots);
                count = 0;
            }
            (source, at) = (source + 3, at + 3);
        } else {
            (source, at) = (source + width(bytes[source]), at + width(becomes[at]));
        }
    }
    take(&spots[..count]);
}

/// The length of the character that begins with this byte.
#[inline]
fn width(lead: u8) -> usize {
    match lead {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// All that a decision about the character at `source` depends on, of which `choice` is
/// OpenCC's candidate.
pub(crate) fn look<'b>(
    words: &Matcher<'_>,
    text: &str,
    source: usize,
    ambiguous: Ambiguous<'b>,
    choice: usize,
) -> Place<'b> {
    let opinion = opinion(words, text, source, &ambiguous, choice);
    Place { ambiguous, surroundings: surroundings(text, source), opinion }
}

/// What stands around the character of three bytes at `source`.
fn surroundings(text: &str, source: usize) -> Surroundings {
    let bytes = text.as_bytes();
    let before =
        |number: usize| class_of_unit(code_unit_before(bytes, source.wrapping_sub(3 * number)));
    let behind = |number: usize| class_of_unit(code_unit(bytes, source + 3 * number));
    if let (Some(before), Some(second_before), Some(behind), Some(second_behind)) =
        (before(0), before(1), behind(1), behind(2))
    {
        return Surroundings { before: [before, second_before], behind: [behind, second_behind] };
    }
    let (before, rest) = text.split_at(source);
    Surroundings::of(before.chars().rev(), rest.chars().skip(1))
}

/// The nearest of those on each side.
#[inline]
pub(crate) fn nearest(text: &str, source: usize) -> [u16; 2] {
    let bytes = text.as_bytes();
    let units = [code_unit_before(bytes, source), code_unit(bytes, source + 3)];
    if let [Some(before), Some(behind)] = units.map(class_of_unit) {
        return [before, behind];
    }
    let (before, rest) = text.split_at(source);
    Surroundings::of(before.chars().rev().take(2), rest.chars().skip(1).take(2)).nearest()
}

/// What the dictionaries say of the character at `source`.
fn opinion(
    words: &Matcher<'_>,
    text: &str,
    source: usize,
    ambiguous: &Ambiguous<'_>,
    choice: usize,
) -> Opinion {
    let mut found = [None; STARTS];
    let starts = text[..source].char_indices().rev().map(|(start, _)| start);
    for (number, start) in core::iter::once(source).chain(starts).take(STARTS).enumerate() {
        found[number] = word(words, &text[start..], number, ambiguous);
    }
    Opinion { choice, words: found }
}

/// The longest word that `text` begins with, if it covers the character that stands
/// `start` characters behind.
fn word(words: &Matcher<'_>, text: &str, start: usize, ambiguous: &Ambiguous<'_>) -> Option<Word> {
    let found = words.longest_phrase(text)?;
    let length = found.key().chars().count();
    if length <= start {
        return None;
    }
    let choice = ambiguous.number_of(found.nth_replaced(start)?)?;
    Some(Word { start, length, choice })
}

/// The text between the certain cuts around the character at `source`, within `range`,
/// which begins and ends at such cuts; as far as it matters how long that is.
fn run_around(plan: &Plan<'_>, text: &str, range: Range<usize>, source: usize) -> Range<usize> {
    let start = plan.certain_cut_before(text, range.clone(), source, LONGEST_RUN);
    start.unwrap_or(0)..plan.certain_cut(&text[..range.end], source)
}

/// The range of a character and of so many around it.
pub(crate) fn characters_around(
    text: &str,
    source: usize,
    before: usize,
    behind: usize,
) -> Range<usize> {
    let start = text[..source].char_indices().rev().take(before).last();
    let end = text[source..].char_indices().nth(behind + 1);
    start.map_or(source, |(start, _)| start)..end.map_or(text.len(), |(end, _)| source + end)
}
