//! What a conversion did, piece by piece: the explanation that a user needs
//! when a result surprises him.
//!
//! Every stage cuts its input in its own way, so the pieces of two stages
//! overlap. A [`Segment`] is a piece of the source at whose borders the pieces of
//! all stages begin and end together, so that it converts independently of its
//! neighbours: the smallest such piece, or all text between two that entries
//! touch. (What OpenCC's segmentation cuts is larger or smaller.) The stages are run one after the other,
//! each over the output of the one before, and cells grow together where a
//! match spans several.
//!
//! This module retells what `plan` does, slowly and in full; a test holds them
//! to the same output.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use crate::context::{self, Decision};
use crate::description;
use crate::dictionary::{Extent, Match, Matcher};
use crate::document::Conversion;
use crate::plan::{Plan, Segmentation};

/// Bytes of source that are explained at a time, where a cut is to be had.
const CHUNK: usize = 4096;

/// A stage of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// The search for protected words, before all else: such a word stays as it is and
    /// ends the text before it ([`ConverterBuilder::protect`](crate::ConverterBuilder::protect)).
    Protection,
    /// The replacement of compatibility ideographs, before all else.
    Normalization,
    /// A stage of the conversion chain, counted from 1: script, then region,
    /// or the other way round.
    Conversion(usize),
    /// What context overrides behind the first stage of the conversion chain
    /// ([`Disambiguation::Context`](crate::Disambiguation::Context)).
    Disambiguation,
}

/// What one entry contributed to a [`Segment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    stage: Stage,
    dictionary: String,
    key: String,
    candidates: Vec<String>,
}

impl Step {
    fn new(stage: Stage, found: &Match<'_, '_>) -> Step {
        let (dictionary, key) = (found.dictionary().to_owned(), found.key().to_owned());
        let candidates = found.candidates().map(Cow::into_owned).collect();
        Step { stage, dictionary, key, candidates }
    }

    /// An override, told as if it were an entry that replaces OpenCC's choice.
    fn of_decision(decision: &Decision) -> Step {
        let &Decision { replaced, replacement, .. } = decision;
        let candidates = [replacement, replaced].map(String::from).into();
        let (dictionary, key) = (context::NAME.to_owned(), String::from(replaced));
        Step { stage: Stage::Disambiguation, dictionary, key, candidates }
    }

    /// The stage at which the entry matched.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The dictionary that has the entry, by OpenCC's name; for what context overrides,
    /// `Context`.
    #[must_use]
    pub fn dictionary(&self) -> &str {
        &self.dictionary
    }

    /// What the entry matched: source text at the first stage that touched it,
    /// the output of earlier stages at later ones.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What the entry offers, best first; the first one was used.
    pub fn candidates(&self) -> impl ExactSizeIterator<Item = &str> {
        self.candidates.iter().map(String::as_str)
    }

    /// What the entry put in place of its key.
    #[must_use]
    pub fn replacement(&self) -> &str {
        &self.candidates[0]
    }
}

/// A piece of a text that converts independently of its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment<'t> {
    source: &'t str,
    start: usize,
    replacement: Cow<'t, str>,
    steps: Vec<Step>,
}

impl<'t> Segment<'t> {
    /// Where the segment lies in the source, in bytes.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.source.len()
    }

    /// The segment's text.
    #[must_use]
    pub fn source(&self) -> &'t str {
        self.source
    }

    /// What it becomes.
    #[must_use]
    pub fn replacement(&self) -> &str {
        &self.replacement
    }

    /// The entries that made it so, by stage and within a stage from left to
    /// right. Empty where no entry covers the segment. An entry may replace a
    /// key by itself.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

/// The segments of a text, made by [`Converter::segments`](crate::Converter::segments).
#[derive(Clone, Debug)]
pub struct Segments<'t> {
    conversion: Conversion,
    text: &'t str,
    /// What of the text is converted, from where the explanation has come to.
    texts: vec::IntoIter<Range<usize>>,
    explained: usize,
    ready: vec::IntoIter<Segment<'t>>,
}

impl<'t> Segments<'t> {
    /// The segments of `text`, of which only `texts` are converted: ranges that ascend
    /// and are disjoint.
    pub(crate) fn new(
        conversion: Conversion,
        text: &'t str,
        texts: Vec<Range<usize>>,
    ) -> Segments<'t> {
        let texts = texts.into_iter();
        Segments { conversion, text, texts, explained: 0, ready: Vec::new().into_iter() }
    }

    /// The next piece of what is not explained yet, and whether it is converted.
    fn next_piece(&self) -> (&'t str, bool) {
        let start = self.explained;
        match self.texts.as_slice().first() {
            Some(text) if text.start <= start => {
                let rest = &self.text[start..text.end];
                (&rest[..self.conversion.plan.get().certain_cut(rest, CHUNK)], true)
            }
            Some(text) => (&self.text[start..text.start], false),
            None => (&self.text[start..], false),
        }
    }
}

impl<'t> Segments<'t> {
    /// The segments of `chunk`, which lies `start` bytes into the source, in a text that is
    /// converted and has this range there.
    fn explain(&self, around: Range<usize>, chunk: &'t str, start: usize) -> Vec<Segment<'t>> {
        let Conversion { plan, context, .. } = &self.conversion;
        let plan = plan.get();
        let within = start - around.start..start - around.start + chunk.len();
        let decisions = context.as_ref().map_or(Vec::new(), |context| {
            context.decisions_within(plan, &self.text[around], within)
        });
        Account::retold(plan, chunk, &decisions).into_segments(chunk, start)
    }
}

impl<'t> Iterator for Segments<'t> {
    type Item = Segment<'t>;

    fn next(&mut self) -> Option<Segment<'t>> {
        while self.ready.as_slice().is_empty() && self.explained < self.text.len() {
            let start = self.explained;
            let (piece, is_converted) = self.next_piece();
            self.explained += piece.len();
            let around = self.texts.as_slice().first().cloned().unwrap_or_default();
            if self.texts.as_slice().first().is_some_and(|text| text.end <= self.explained) {
                self.texts.next();
            }
            self.ready = match is_converted {
                true => self.explain(around, piece, start),
                false => vec![unconverted(piece, start)],
            }
            .into_iter();
        }
        self.ready.next()
    }
}

/// The segment of a piece that is not converted.
fn unconverted(piece: &str, start: usize) -> Segment<'_> {
    Segment { source: piece, start, replacement: Cow::Borrowed(piece), steps: Vec::new() }
}

/// The smallest pieces of a text, which is short, at whose borders all stages agree:
/// how many bytes each has, and what it becomes.
pub(crate) fn for_each_cell(plan: &Plan<'_>, text: &str, take: impl FnMut(usize, &str)) {
    for_each_cell_with(plan, text, &[], take);
}

/// The same of a text in which context overrides some choices of the first stage.
pub(crate) fn for_each_cell_with(
    plan: &Plan<'_>,
    text: &str,
    decisions: &[Decision],
    mut take: impl FnMut(usize, &str),
) {
    let account: Account<()> = Account::retold(plan, text, decisions);
    let mut output = &*account.text;
    for Cell { source_length, output_length, .. } in account.cells {
        let (replacement, behind) = output.split_at(output_length);
        take(source_length, replacement);
        output = behind;
    }
}

/// The same of a plan without overrides, and whether neither a protected word nor an entry
/// of one's own has a part in the piece.
pub(crate) fn for_each_open_cell(
    plan: &Plan<'_>,
    text: &str,
    mut take: impl FnMut(usize, &str, bool),
) {
    let account: Account<Origin> = Account::retold(plan, text, &[]);
    let mut output = &*account.text;
    for Cell { source_length, output_length, steps } in account.cells {
        let (replacement, behind) = output.split_at(output_length);
        let is_own = steps.iter().any(|step| match step {
            Origin::Protection => true,
            Origin::Dictionary(number) => plan.own >> number & 1 != 0,
            Origin::Other => false,
        });
        take(source_length, replacement, !is_own);
        output = behind;
    }
}

fn borders(segmentation: &Segmentation<'_>, text: &str) -> Vec<usize> {
    let mut borders = Vec::new();
    let Segmentation { matcher, leading, .. } = segmentation;
    matcher.segment(text, Extent::Whole, *leading, |border| borders.push(border));
    borders
}

/// The text between two stages, and how it came about, with notes of the entries.
struct Account<N> {
    text: String,
    /// Where segments end, in bytes of `text`, ascending.
    borders: Vec<usize>,
    cells: Vec<Cell<N>>,
}

/// A piece of the source at whose borders all stages so far agree.
struct Cell<N> {
    source_length: usize,
    output_length: usize,
    steps: Vec<N>,
}

impl<N> Cell<N> {
    fn empty() -> Cell<N> {
        Cell { source_length: 0, output_length: 0, steps: Vec::new() }
    }
}

/// What is noted of an entry that matched, and of a choice that context overrides.
trait Note {
    fn of_match(stage: Stage, found: &Match<'_, '_>) -> Self;
    fn of_decision(decision: &Decision) -> Self;
}

/// Nothing.
impl Note for () {
    fn of_match(_: Stage, _: &Match<'_, '_>) {}
    fn of_decision(_: &Decision) {}
}

/// Where an entry comes from.
enum Origin {
    Protection,
    /// A dictionary of the first stage of the conversion.
    Dictionary(usize),
    Other,
}

impl Note for Origin {
    fn of_match(stage: Stage, found: &Match<'_, '_>) -> Origin {
        match stage {
            Stage::Protection => Origin::Protection,
            Stage::Conversion(1) => Origin::Dictionary(found.dictionary_number()),
            _ => Origin::Other,
        }
    }

    fn of_decision(_: &Decision) -> Origin {
        Origin::Other
    }
}

/// All of it.
impl Note for Step {
    fn of_match(stage: Stage, found: &Match<'_, '_>) -> Step {
        Step::new(stage, found)
    }

    fn of_decision(decision: &Decision) -> Step {
        Step::of_decision(decision)
    }
}

impl<N: Note> Account<N> {
    /// The account of all stages, where `decisions`, whose offsets are those of `source`,
    /// override what the first stage of the conversion chose.
    fn retold(plan: &Plan<'_>, source: &str, decisions: &[Decision]) -> Account<N> {
        let Some(protection) = plan.protection else {
            return Account::retold_unprotected(plan, source, decisions).0;
        };
        let mut account = Account { text: String::new(), borders: Vec::new(), cells: Vec::new() };
        let mut decisions = decisions;
        // Where the text behind the last protected word begins, in the source and in the
        // output of the first stage.
        let (mut open, mut at) = (0, 0);
        let mut retell = |end: usize, word: Option<Match<'_, '_>>| {
            let count = decisions.partition_point(|decision| decision.source < end);
            let (within, behind) = decisions.split_at(count);
            decisions = behind;
            let within: Vec<Decision> =
                within.iter().map(|decision| decision.of_part(open, at)).collect();
            let (part, length) = Account::retold_unprotected(plan, &source[open..end], &within);
            account.append(part);
            let word_length = word.map_or(0, |word| word.key().len());
            word.iter().for_each(|word| account.append(Account::protected(word)));
            (open, at) = (end + word_length, at + length + word_length);
        };
        protection.for_each_match(source, |start, found| retell(start, Some(found)));
        retell(source.len(), None);
        account
    }

    /// A protected word.
    fn protected(found: &Match<'_, '_>) -> Account<N> {
        let word = found.key();
        let steps = [N::of_match(Stage::Protection, found)].into();
        let cell = Cell { source_length: word.len(), output_length: word.len(), steps };
        Account { text: word.to_owned(), borders: Vec::new(), cells: [cell].into() }
    }

    /// Goes on with what is told of the text behind.
    fn append(&mut self, behind: Account<N>) {
        self.text.push_str(&behind.text);
        self.cells.extend(behind.cells);
    }

    /// The account of all stages of a text without protected words, and the length of what
    /// the first stage of the conversion makes of it.
    fn retold_unprotected(
        plan: &Plan<'_>,
        source: &str,
        decisions: &[Decision],
    ) -> (Account<N>, usize) {
        let mut account = Account::of(source);
        if let Some(matcher) = plan.normalization {
            account = account.after(Stage::Normalization, matcher);
        }
        if let Some(segmentation) = &plan.segmentation {
            account.borders = borders(segmentation, &account.text);
        }
        let mut length = account.text.len();
        for (matcher, number) in plan.conversion.iter().zip(1..) {
            account = account.after(Stage::Conversion(number), matcher);
            if number == 1 {
                length = account.text.len();
                account.override_choices(decisions);
            }
        }
        (account, length)
    }

    /// The source itself, a cell for each character.
    fn of(source: &str) -> Account<N> {
        let cell = |character: char| Cell {
            source_length: character.len_utf8(),
            output_length: character.len_utf8(),
            steps: Vec::new(),
        };
        Account {
            text: source.to_owned(),
            borders: Vec::new(),
            cells: source.chars().map(cell).collect(),
        }
    }

    /// Puts decisions into the text, which is what the first stage made.
    fn override_choices(&mut self, decisions: &[Decision]) {
        let mut cells = self.cells.iter_mut();
        let mut source_end = 0;
        let mut cell = None;
        context::apply(decisions, 0, &mut self.text);
        for decision in decisions {
            while source_end <= decision.source {
                let Some(next) = cells.next() else { return };
                source_end += next.source_length;
                cell = Some(next);
            }
            if let Some(cell) = &mut cell {
                cell.steps.push(N::of_decision(decision));
            }
        }
    }

    /// The account after one more stage.
    fn after(self, stage: Stage, matcher: &Matcher<'_>) -> Account<N> {
        let Account { text, borders, cells } = self;
        let mut after = Account {
            text: String::with_capacity(text.len()),
            borders: Vec::new(),
            cells: Vec::with_capacity(cells.len()),
        };
        let mut cells = cells.into_iter();
        // The cell that is growing: the cells that it swallows and the pieces of
        // this stage reach up to here.
        let (mut cells_end, mut pieces_end) = (0, 0);
        let mut grown = Cell::empty();
        let mut own_steps = Vec::new();
        for end in borders.into_iter().chain([text.len()]) {
            while pieces_end < end {
                let rest = &text[pieces_end..end];
                let before = after.text.len();
                pieces_end += match matcher.longest_match(rest) {
                    Some(found) => {
                        after.text.push_str(&found.replacement());
                        own_steps.push(N::of_match(stage, &found));
                        found.key().len()
                    }
                    None => {
                        let unit = description::unit(rest);
                        after.text.push_str(unit);
                        unit.len()
                    }
                };
                grown.output_length += after.text.len() - before;
                while cells_end < pieces_end {
                    let cell = cells.next().expect("the cells cover the text");
                    cells_end += cell.output_length;
                    grown.source_length += cell.source_length;
                    grown.steps.extend(cell.steps);
                }
                if cells_end == pieces_end {
                    grown.steps.append(&mut own_steps);
                    after.cells.push(core::mem::replace(&mut grown, Cell::empty()));
                }
            }
            after.borders.push(after.text.len());
        }
        after
    }
}

impl Account<Step> {
    /// The segments: cells, with neighbours joined that no entry touched.
    fn into_segments(self, source: &str, start: usize) -> Vec<Segment<'_>> {
        let mut segments: Vec<Segment<'_>> = Vec::new();
        let (mut source_end, mut output_end) = (0, 0);
        for Cell { source_length, output_length, steps } in self.cells {
            let cell_start = source_end;
            let output = &self.text[output_end..output_end + output_length];
            source_end += source_length;
            output_end += output_length;
            match segments.last_mut() {
                Some(last) if steps.is_empty() && last.steps.is_empty() => {
                    last.source = &source[last.start - start..source_end];
                    last.replacement = Cow::Borrowed(last.source);
                }
                _ => segments.push(Segment {
                    source: &source[cell_start..source_end],
                    start: start + cell_start,
                    replacement: match steps.is_empty() {
                        true => Cow::Borrowed(&source[cell_start..source_end]),
                        false => Cow::Owned(output.to_owned()),
                    },
                    steps,
                }),
            }
        }
        segments
    }
}
