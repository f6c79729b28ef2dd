//! Composes the stages of a configuration into the bytes of a composite.
//!
//! The stages are gone through in order. Before each one it is known, for every
//! character that its dictionaries mention, which characters of the *source* can
//! have become it: by character (`Sources::whole`), or at the end or the beginning
//! of any replacement (`last`, `first`). So what a dictionary of a later stage says
//! about its own input can be said about the source.
//!
//! **Anchors.** Each effective phrase is known by two of its characters that stand
//! side by side and have three bytes each, or by one and a predecessor of another
//! length ([`NONE`]). Where such a pair stands in the source, the phrase may be; a
//! phrase without one makes the characters special that it has, and if it has none
//! of three bytes, the composite is plain.
//!
//! **Phrases.** Where no match reaches across either end of an effective phrase, it is
//! a text of its own, whatever stands beside it. What it then becomes is worked out
//! here for those phrases of the source that it would take the stages long to get
//! to: all of later stages, and of the first one unless it cuts the text into
//! segments.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::listed::Listed;
use super::{ALONE, CHANGES, CLASSES, Composite, FIRST_BEYOND, MAGIC, SECTIONS, SPECIAL, VERSION};
use crate::alignment::have_same_borders;
use crate::description;
use crate::dictionary::{self, CompileError, Flat, FlatItem, Group, Table, bytes_of, fit};
use crate::filter::{ANY, Pairs, Triples};
use crate::text::{CharacterMap, NONE, in_order};
use crate::threads::both;

mod classes;
mod frequency;
mod telltales;

use classes::Classes;
use frequency::Frequencies;
use telltales::Told;

/// The groups of a configuration, in the order in which they are carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// What comes before all else, by single characters.
    pub normalization: Option<Group>,
    /// What cuts the normalized text into segments.
    pub segmentation: Option<Group>,
    /// The stages of the conversion.
    pub conversion: Vec<Group>,
}

/// A composed chain, before it is laid out as bytes.
#[derive(Clone, Debug, Default)]
pub struct Composition {
    /// What to change in the code point of each character that something changes.
    changes: BTreeMap<u16, u16>,
    /// The classes behind which, and before which, each character is suspicious.
    classes: BTreeMap<u16, [u8; 2]>,
    /// In order, each once, like the following.
    beginnings: Vec<[u16; 3]>,
    /// Those that later stages than the first have.
    later: Vec<[u16; 3]>,
    neighbours: Vec<(u32, u32)>,
    /// Those that the segmentation and later stages than the first have, where that one does
    /// not cut the text itself.
    later_neighbours: Vec<(u32, u32)>,
    /// What is known of characters that the table cannot tell of.
    listed: BTreeMap<char, Listed>,
    /// What each unit tells that tells anything.
    telltales: BTreeMap<u16, u8>,
    /// The telling pairs and what is behind them, in order, each once.
    telling: Vec<[u16; 3]>,
    /// What phrases of the source become that are texts of their own.
    phrases: BTreeMap<String, Phrase>,
    plain_heads: BTreeMap<char, bool>,
}

/// Composes a chain, whose dictionaries `table` gives by name. With a `base`, the
/// result differs from it as little as it may.
///
/// # Errors
///
/// [`CompileError::UnknownDictionary`] for a dictionary that `table` does not have.
///
/// # Examples
///
/// ```
/// use fanjian::dictionary::{Chain, Table, compose};
///
/// let table = Table::parse("发\t發\n头发\t頭髮\n")?;
/// let conversion = vec!["phrases".parse()?];
/// let chain = Chain { normalization: None, segmentation: None, conversion };
/// let bytes = compose(&chain, |_| Some(&table), None)?.to_bytes(None);
/// assert!(bytes.starts_with(b"fanjian+"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compose<'t>(
    chain: &Chain,
    table: impl Fn(&str) -> Option<&'t Table>,
    base: Option<&Composition>,
) -> Result<Composition, CompileError> {
    let find =
        |name: &str| table(name).ok_or_else(|| CompileError::UnknownDictionary(name.to_owned()));
    let flatten = |group: &Group| Flat::of_group(group, &find);
    let normalization = chain.normalization.as_ref().map(flatten).transpose()?;
    let conversion = chain.conversion.iter().map(flatten).collect::<Result<Vec<_>, _>>()?;
    let by_first = match (&chain.segmentation, chain.conversion.first(), conversion.first()) {
        (Some(cutting), Some(group), Some(first)) => first.leading(group, cutting),
        _ => None,
    };
    let cutting = chain.segmentation.as_ref().filter(|_| by_first.is_none());
    let cutting = cutting.map(flatten).transpose()?;
    let stages = FlatStages {
        protection: None,
        normalization: normalization.as_ref(),
        segmentation: match by_first {
            Some(leading) => Some(Cutting::ByFirst { leading }),
            None => cutting.as_ref().map(Cutting::By),
        },
        conversion: &conversion.iter().collect::<Vec<_>>(),
    };
    Ok(compose_flat(&stages, base, ClassesOf::new(), None, Effort::Full).whole)
}

/// The stages of a chain as lists of entries.
pub(crate) struct FlatStages<'s, 'a> {
    /// Words that are kept, found before all else.
    pub(crate) protection: Option<&'s Flat<'a>>,
    pub(crate) normalization: Option<&'s Flat<'a>>,
    pub(crate) segmentation: Option<Cutting<'s, 'a>>,
    pub(crate) conversion: &'s [&'s Flat<'a>],
}

/// What cuts a text into segments.
#[derive(Clone, Copy)]
pub(crate) enum Cutting<'s, 'a> {
    /// So many dictionaries with which the first stage of the conversion begins, all of its
    /// phrases.
    ByFirst { leading: usize },
    /// These entries.
    By(&'s Flat<'a>),
}

/// What is composed of stages.
pub(crate) struct Composed {
    pub(crate) whole: Composition,
    /// All up to the first stage of the conversion, if that was asked for.
    pub(crate) first: Option<Composition>,
}

/// How long is sought for classes by which few pairs are suspicious without need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// As long as they get better.
    Full,
    /// As long as few pairs are to be looked at, and else hardly longer than for once.
    Haste,
}

/// The classes of characters, by code unit: those behind which one is suspicious, and
/// those in which it is.
pub(crate) type ClassesOf = BTreeMap<u16, [u8; 2]>;

/// Composes stages. With a `base`, the result differs from it as little as it may;
/// without one, it begins with these `classes`. What is up to the first stage is composed as
/// well if there are classes to begin that with.
pub(crate) fn compose_flat(
    stages: &FlatStages<'_, '_>,
    base: Option<&Composition>,
    classes: ClassesOf,
    classes_of_first: Option<ClassesOf>,
    effort: Effort,
) -> Composed {
    let FlatStages { segmentation, conversion, .. } = *stages;
    let mut composer = Composer::begun(stages);
    let Some((first_stage, later)) = conversion.split_first() else {
        return Composed { whole: composer.finish(base, classes, effort), first: None };
    };
    composer.enter_first(first_stage);
    let first = classes_of_first.map(|classes| composer.clone().finish(None, classes, effort));
    if !later.is_empty() && !composer.is_cut_by_first {
        composer.add_phrases(first_stage);
    }
    if let Some(Cutting::By(cutting)) = segmentation {
        composer.add_neighbours(cutting);
    }
    let joins_phrases = !(composer.is_cut_by_first && effort == Effort::Haste);
    composer.go_through(first_stage, later, joins_phrases, Composer::add_phrases);
    let phrases = composer.phrases();
    let converted = phrases.into_iter().map(|phrase| {
        let converted = convert(&phrase, segmentation, conversion);
        (phrase, converted)
    });
    let phrases = converted.collect();
    Composed { whole: Composition { phrases, ..composer.finish(base, classes, effort) }, first }
}

/// What is new of a composite beside an embedded one, but for its phrases.
pub(crate) struct Beside {
    /// The last one, of the phrases, is empty.
    sections: [Vec<u8>; SECTIONS],
}

impl Beside {
    /// The bytes of the composite, with its phrases as they are with others before all
    /// entries of the first stage: a compiled group, or nothing where they are as they were.
    pub(crate) fn into_bytes(mut self, phrases: Vec<u8>) -> Vec<u8> {
        self.sections[SECTIONS - 1] = phrases;
        bytes_of_sections(self.sections)
    }
}

/// Composes stages whose first one has new phrases before all others, and protected words,
/// beside the composites of the same plan without them: the whole, and what is up to the
/// first stage, if the plan has that. The bytes are read with that composite as the base.
///
/// The first stage needs no phrases that convert as their characters do, but for new ones:
/// all that is to be known of others are the characters that stand side by side in them,
/// which `joined` gives. `keys` are those of the new phrases, and the protected words. `None`
/// where more changes than phrases alone can change.
pub(crate) fn compose_before<'k>(
    stages: &FlatStages<'_, '_>,
    joined: impl Iterator<Item = [char; 2]>,
    keys: impl Iterator<Item = &'k str>,
    whole: &Composite<'_>,
    first: Option<&Composite<'_>>,
) -> Option<(Beside, Option<Beside>)> {
    let mut listed: CharacterMap<bool> = CharacterMap::default();
    keys.flat_map(str::chars).for_each(|character| *listed.entry(character) = true);
    let characters: Vec<char> = listed.iter().filter(|it| *it.1).map(|it| it.0).collect();
    // What they become, no list says.
    if characters.iter().any(|it| description::is_operator(*it)) {
        return None;
    }
    let (first_stage, later) = stages.conversion.split_first()?;
    let mut composer = Composer::begun(stages);
    composer.join(joined);
    composer.enter_first(first_stage);
    let up_to_first = first.map(|_| composer.clone());
    let (whole, first) = both(
        || {
            let joins_phrases = !composer.is_cut_by_first;
            composer.go_through(first_stage, later, joins_phrases, |_, _| {});
            composer.finish_beside(whole, &characters)
        },
        || match (up_to_first, first) {
            (Some(composer), Some(base)) => composer.finish_beside(base, &characters).map(Some),
            _ => Some(None),
        },
    );
    Some((whole?, first?))
}

/// What a phrase becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Phrase {
    replacement: String,
    /// Whether each stage leaves the borders between its characters where they are.
    keeps_borders: bool,
}

/// What a text becomes that normalization leaves as it is and that has no
/// description sequence: the definition, in few words.
fn convert(text: &str, segmentation: Option<Cutting<'_, '_>>, conversion: &[&Flat<'_>]) -> Phrase {
    let mut keeps_borders = true;
    let mut segments = vec![String::new()];
    let nothing = Flat::default();
    let (cutting, leading) = match segmentation {
        Some(Cutting::ByFirst { leading }) => (conversion[0], leading),
        Some(Cutting::By(cutting)) => (cutting, usize::MAX),
        None => (&nothing, 0),
    };
    for (source, entry) in walk(text, cutting) {
        if entry.is_some_and(|entry| entry.dictionary < leading) {
            segments.extend([source.to_owned(), String::new()]);
        } else if let Some(unmatched) = segments.last_mut() {
            unmatched.push_str(source);
        }
    }
    for stage in conversion {
        for segment in &mut segments {
            let pieces = walk(segment, stage).into_iter();
            let replacements = pieces.map(|(source, entry)| {
                let replacement = entry.map_or(source, FlatItem::replacement);
                keeps_borders &= have_same_borders(source, replacement);
                replacement
            });
            *segment = replacements.collect();
        }
    }
    Phrase { replacement: segments.concat(), keeps_borders }
}

/// The longest matches of a text from the left, and the characters between them.
fn walk<'t, 's>(text: &'t str, stage: &'s Flat<'_>) -> Vec<(&'t str, Option<&'s FlatItem<'s>>)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let entry = stage.longest_match(rest);
        let end = entry.map_or(first.len_utf8(), |entry| entry.key.len());
        pieces.push((&rest[..end], entry));
        rest = &rest[end..];
    }
    pieces
}

/// Which characters of the source may have become a character, in order.
type Sources = CharacterMap<Few>;

/// Some characters, hardly ever more than one.
#[derive(Clone, Debug, Default)]
enum Few {
    #[default]
    None,
    One(char),
    Several(Vec<char>),
}

impl Few {
    fn as_slice(&self) -> &[char] {
        match self {
            Few::None => &[],
            Few::One(one) => core::slice::from_ref(one),
            Few::Several(several) => several,
        }
    }

    fn push(&mut self, character: char) {
        match self {
            Few::None => *self = Few::One(character),
            Few::One(one) => *self = Few::Several(vec![*one, character]),
            Few::Several(several) => several.push(character),
        }
    }

    /// Puts them in order, each once.
    fn put_in_order(&mut self) {
        if let Few::Several(several) = self {
            several.sort_unstable();
            several.dedup();
        }
    }
}

/// The characters of the source that may have become this one.
fn of(sources: &Sources, character: char) -> &[char] {
    sources.get(character).map_or(&[], Few::as_slice)
}

/// Two or three units as one number, which has their order.
fn packed(units: &[u16]) -> u64 {
    units.iter().fold(0, |all, unit| all << 16 | u64::from(*unit))
}

/// The last units of a number, as many as there is room for.
fn unpacked<const N: usize>(all: u64) -> [u16; N] {
    core::array::from_fn(|number| (all >> (16 * (N - 1 - number))) as u16)
}

/// The pairs of units of a list of numbers, in order, each once.
fn in_order_as_pairs(numbers: Vec<u64>) -> Vec<(u16, u16)> {
    let pairs = in_order(numbers).into_iter().map(unpacked);
    pairs.map(|[one, other]| (one, other)).collect()
}

/// Two code points, or one and [`ANY`], as one number, which has their order.
fn packed_pair(first: impl Into<u32>, second: impl Into<u32>) -> u64 {
    u64::from(first.into()) << 32 | u64::from(second.into())
}

fn unpacked_pair(pair: u64) -> (u32, u32) {
    ((pair >> 32) as u32, pair as u32)
}

/// What is known before a stage.
#[derive(Clone)]
struct Composer {
    /// What each character has become, through all stages so far.
    current: BTreeMap<char, String>,
    whole: Sources,
    first: Sources,
    last: Sources,
    special: BTreeSet<u16>,
    /// What normalization replaces, by characters.
    normalized: BTreeSet<u16>,
    /// What some stage made several characters of, or none.
    several: BTreeSet<char>,
    /// Each as one number ([`packed`]), not in order, like the following.
    pairs: Vec<u64>,
    beginnings: Vec<u64>,
    /// The beginnings that later stages than the first have.
    later: Option<Vec<u64>>,
    /// Those of all but the first stage of the conversion …
    neighbours: Vec<u64>,
    /// … and those of that one.
    neighbours_of_first: Vec<u64>,
    /// Whether that one cuts the text into segments by itself.
    is_cut_by_first: bool,
    told: Told,
    common: Arc<Frequencies>,
    phrases: BTreeSet<String>,
    /// Characters of one, two or four bytes that matter, and whether they do whatever stands
    /// behind them.
    plain_heads: BTreeMap<char, bool>,
}

/// Of a stage with more effective phrases none are collected: it would take as long as all
/// else to work out what they become, and there texts did not convert faster for it.
const MOST_PHRASES: usize = 1 << 13;
/// Phrases with more ways to write them in the source are not collected.
const MOST_WRITINGS: usize = 8;

impl Composer {
    /// What is known before the first stage of the conversion.
    fn begun(stages: &FlatStages<'_, '_>) -> Composer {
        let FlatStages { protection, normalization, segmentation, conversion } = stages;
        let cutting = match segmentation {
            Some(Cutting::By(cutting)) => Some(cutting),
            _ => None,
        };
        let all = protection.iter().chain(normalization).chain(cutting).chain(*conversion);
        let mut composer = Composer::new(all.copied());
        composer.is_cut_by_first = matches!(segmentation, Some(Cutting::ByFirst { .. }));
        if let Some(words) = protection {
            composer.protect(words);
        }
        if let Some(stage) = normalization {
            composer.keep_apart(stage);
            composer.enter(stage);
            composer.leave(stage, true);
        }
        composer
    }

    /// Goes on from the first stage, which was entered, through all later ones, of which it
    /// tells `entered`. A phrase that cuts is a segment: nothing joins its ends to what is
    /// beside it, unless `joins_phrases` says so.
    fn go_through(
        &mut self,
        first: &Flat<'_>,
        later: &[&Flat<'_>],
        joins_phrases: bool,
        entered: impl Fn(&mut Composer, &Flat<'_>),
    ) {
        let mut before = first;
        for stage in later {
            self.leave(before, joins_phrases || !core::ptr::eq(before, first));
            self.later.get_or_insert_default();
            self.enter(stage);
            entered(self, stage);
            before = stage;
        }
    }

    /// The beginning, where every character of these stages is itself.
    fn new<'s>(stages: impl Iterator<Item = &'s Flat<'s>>) -> Composer {
        let mut itself = Sources::default();
        let mut mention = |character| *itself.entry(character) = Few::One(character);
        for stage in stages {
            stage.keys().flatten().copied().for_each(&mut mention);
            for item in stage.items() {
                item.replacement().chars().for_each(&mut mention);
            }
        }
        let characters = itself.iter().filter(|(_, sources)| !sources.as_slice().is_empty());
        let mut special = BTreeSet::new();
        special.extend(description::operators().filter_map(code_unit));
        Composer {
            current: characters.map(|(character, _)| (character, character.to_string())).collect(),
            whole: itself.clone(),
            first: itself.clone(),
            last: itself,
            special,
            normalized: BTreeSet::new(),
            several: BTreeSet::new(),
            pairs: Vec::new(),
            beginnings: Vec::new(),
            later: None,
            neighbours: Vec::new(),
            neighbours_of_first: Vec::new(),
            is_cut_by_first: false,
            told: Told::new(),
            common: Arc::new(Frequencies::new()),
            phrases: BTreeSet::new(),
            plain_heads: BTreeMap::new(),
        }
    }

    /// Makes protected words known, as phrases are. Those without characters of three
    /// bytes change with entries alone that are known themselves.
    fn protect(&mut self, words: &Flat<'_>) {
        self.add_neighbours(words);
        for key in words.keys() {
            match *key {
                [only] => {
                    self.several.insert(only);
                    self.special.extend(code_unit(only));
                }
                _ if key.iter().any(|&one| code_unit(one).is_some()) => self.add_effective(key),
                _ => {}
            }
        }
    }

    /// Whatever normalization replaces is noted wherever it stands: so a walk that
    /// leaves normalization out meets none of it.
    fn keep_apart(&mut self, stage: &Flat<'_>) {
        for item in stage.items() {
            let mut characters = item.key.chars();
            match (characters.next().map(code_unit), characters.next()) {
                (Some(unit), None) => self.normalized.extend(unit),
                _ => item.key.chars().for_each(|character| self.make_special(character, true)),
            }
        }
    }

    /// Makes a character suspicious: wherever it stands if it has three bytes, or if it is so
    /// `alone`.
    fn make_special(&mut self, character: char, alone: bool) {
        for &source in of(&self.last, character) {
            match code_unit(source) {
                Some(unit) => _ = self.special.insert(unit),
                // Those beyond the basic plane are looked at wherever they stand.
                None if is_beyond_entries(source) => {}
                None => *self.plain_heads.entry(source).or_default() |= alone,
            }
        }
    }

    /// Notes what the first stage of the conversion says of what comes to it.
    fn enter_first(&mut self, stage: &Flat<'_>) {
        let others = core::mem::take(&mut self.neighbours);
        self.enter(stage);
        self.neighbours_of_first.append(&mut self.neighbours);
        self.neighbours = others;
    }

    /// Notes what a stage says of what comes to it.
    fn enter(&mut self, stage: &Flat<'_>) {
        let (mut told, common) = (core::mem::take(&mut self.told), Arc::clone(&self.common));
        both(
            || {
                self.add_neighbours(stage);
                effective(stage).for_each(|key| self.add_effective(key));
            },
            || told.add(stage, &common),
        );
        self.told = told;
        for (&source, text) in &mut self.current {
            if text.chars().any(|character| stage.character(character).is_some()) {
                *text = by_character(text, stage);
            }
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (Some(character), None) if code_unit(character).is_some() => {}
                // A later stage may know it by what no unit tells.
                (Some(_), None) => self.special.extend(code_unit(source)),
                _ => {
                    self.several.insert(source);
                    self.special.extend(code_unit(source));
                }
            }
        }
    }

    /// Goes on to behind a stage that was entered, which has phrases whose ends may be
    /// joined to what is beside them, unless it is said that none may.
    fn leave(&mut self, stage: &Flat<'_>, joins_phrases: bool) {
        self.whole = Sources::default();
        for (&source, text) in &self.current {
            let mut characters = text.chars();
            if let (Some(character), None) = (characters.next(), characters.next()) {
                self.whole.entry(character).push(source);
            }
        }
        let items = || stage.items().iter().filter(|item| joins_phrases || !item.is_phrase());
        self.first = ends(&self.first, items(), |text| text.chars().next());
        self.last = ends(&self.last, items(), |text| text.chars().next_back());
    }

    fn add_neighbours(&mut self, stage: &Flat<'_>) {
        let pairs = stage.keys().flat_map(|key| key.iter().zip(key.iter().skip(1)));
        let pairs = pairs.map(|(first, second)| packed_pair(*first, *second)).collect();
        let character = |code_point| char::from_u32(code_point).unwrap_or_default();
        for pairs in in_order(pairs).chunk_by(|one, next| one >> 32 == next >> 32) {
            let (first, _) = unpacked_pair(pairs[0]);
            for &before in of(&self.last, character(first)) {
                for pair in pairs {
                    let (_, second) = unpacked_pair(*pair);
                    for &behind in of(&self.first, character(second)) {
                        self.neighbours.push(packed_pair(before, behind));
                    }
                }
                self.neighbours.push(packed_pair(before, ANY));
            }
        }
    }

    /// Notes characters that stand side by side in keys of the first stage of the conversion,
    /// which comes next, some of which nothing else may mention: those stand for themselves.
    fn join(&mut self, joined: impl Iterator<Item = [char; 2]>) {
        let mut before_any: CharacterMap<bool> = CharacterMap::default();
        for [first, second] in joined {
            let [before, behind] = [(&self.last, &first), (&self.first, &second)].map(
                |(sources, character)| match of(sources, *character) {
                    [] => core::slice::from_ref(character),
                    sources => sources,
                },
            );
            for &before in before {
                let pairs = behind.iter().map(|&behind| packed_pair(before, behind));
                self.neighbours_of_first.extend(pairs);
                let is_noted = before_any.entry(before);
                if !core::mem::replace(is_noted, true) {
                    self.neighbours_of_first.push(packed_pair(before, ANY));
                }
            }
        }
    }

    /// Makes suspicious what a phrase can be known by.
    fn add_effective(&mut self, key: &[char]) {
        if key.iter().any(|&character| is_beyond_entries(character)) {
            // Looked at in any case, and so are characters that become it.
            return;
        }
        let has_unit = |position: usize| {
            key.get(position).is_some_and(|&character| code_unit(character).is_some())
        };
        let pair = (0..key.len()).find(|&at| has_unit(at) && has_unit(at + 1));
        let behind_other = (1..key.len()).find(|&at| !has_unit(at - 1) && has_unit(at));
        match (pair, behind_other) {
            (Some(at), _) => {
                self.add_anchor([Some(key[at]), Some(key[at + 1])], key.get(at + 2).copied());
            }
            (None, Some(at)) => self.add_anchor([None, Some(key[at])], key.get(at + 1).copied()),
            (None, None) => {
                let known_by = key.iter().find(|&&character| code_unit(character).is_some());
                let alone = key.len() == 1;
                known_by.or(key.first()).into_iter().for_each(|&it| self.make_special(it, alone));
            }
        }
    }

    /// Makes a pair suspicious, and with it this third character, or the end.
    fn add_anchor(&mut self, [first, second]: [Option<char>; 2], third: Option<char>) {
        for first in units(&self.whole, first) {
            for second in units(&self.whole, second) {
                self.pairs.push(packed(&[first, second]));
                for third in units(&self.whole, third) {
                    let beginning = packed(&[first, second, third]);
                    self.beginnings.push(beginning);
                    self.later.iter_mut().for_each(|later| later.push(beginning));
                }
            }
        }
    }

    /// Collects the effective phrases of a stage that was entered.
    fn add_phrases(&mut self, stage: &Flat<'_>) {
        if effective(stage).count() > MOST_PHRASES {
            return;
        }
        effective(stage).for_each(|key| self.add_phrase(key));
    }

    /// Collects a phrase as the source may write it, if all its characters have three
    /// bytes.
    fn add_phrase(&mut self, key: &[char]) {
        let mut writings = vec![String::new()];
        for &character in key {
            let units = units(&self.whole, Some(character));
            // What normalization replaces is not the text of which stages are told.
            let units = units.filter(|unit| !self.normalized.contains(unit));
            let characters = units.filter_map(|unit| char::from_u32(unit.into()));
            let characters: Vec<char> = characters.filter(|&one| one != '\0').collect();
            if writings.len() * characters.len() > MOST_WRITINGS {
                return;
            }
            let longer = writings
                .iter()
                .flat_map(|writing| characters.iter().map(move |next| format!("{writing}{next}")));
            writings = longer.collect();
        }
        self.phrases.extend(writings);
    }

    /// The phrases that were collected, but for those with special characters.
    fn phrases(&self) -> Vec<String> {
        let is_special =
            |character: char| code_unit(character).is_none_or(|unit| self.special.contains(&unit));
        let phrases = self.phrases.iter().filter(|phrase| !phrase.chars().any(is_special));
        phrases.cloned().collect()
    }

    fn finish(
        mut self,
        base: Option<&Composition>,
        classes: ClassesOf,
        effort: Effort,
    ) -> Composition {
        let telltales = self.told.telltales().collect();
        let telling =
            in_order(core::mem::take(&mut self.told.pairs)).into_iter().map(unpacked).collect();
        let [mut neighbours, later_neighbours] = self
            .all_neighbours()
            .map(|pairs| -> Vec<_> { in_order(pairs).into_iter().map(unpacked_pair).collect() });
        let mut changes = BTreeMap::new();
        for (&source, text) in &self.current {
            let mut replacements = text.chars().filter_map(code_unit);
            let replacement = match (replacements.next(), text.chars().count()) {
                (Some(replacement), 1) => Some(replacement),
                _ => None,
            };
            match (code_unit(source), replacement) {
                (Some(unit), None) => _ = self.special.insert(unit),
                (Some(unit), Some(replacement)) if !self.special.contains(&unit) => {
                    if unit != replacement {
                        changes.insert(unit, unit ^ replacement);
                    }
                }
                (Some(_), Some(_)) => {}
                (None, _) => {
                    if !text.chars().eq([source]) && !is_beyond_entries(source) {
                        self.plain_heads.insert(source, true);
                    }
                }
            }
        }
        let listed = self.listed(base, &neighbours);
        let begun = base.map_or(classes, |base| base.classes.clone());
        let special = self.special.union(&self.normalized).copied();
        let classes = classes_with(begun, self.pairs, special, Arc::clone(&self.common), effort);
        let Composer { beginnings, later, plain_heads, .. } = self;
        if let Some(base) = base {
            neighbours.extend(&base.neighbours);
            neighbours.sort_unstable();
            neighbours.dedup();
        }
        let beginnings = in_order(beginnings).into_iter().map(unpacked).collect();
        let later = in_order(later.unwrap_or_default()).into_iter().map(unpacked).collect();
        let phrases = BTreeMap::new();
        Composition {
            changes,
            classes,
            beginnings,
            later,
            neighbours,
            later_neighbours,
            listed,
            telltales,
            telling,
            phrases,
            plain_heads,
        }
    }

    /// All neighbours, and those of the segmentation and later stages where there may be
    /// borders that these alone decide about; not in order.
    fn all_neighbours(&mut self) -> [Vec<u64>; 2] {
        let is_asked = self.later.is_some() && !self.is_cut_by_first;
        let later = if is_asked { self.neighbours.clone() } else { Vec::new() };
        let mut all = core::mem::take(&mut self.neighbours_of_first);
        all.append(&mut self.neighbours);
        [all, later]
    }

    /// What is new beside a composite, which has become nothing else but by
    /// phrases that have these characters. `None` where it has.
    fn finish_beside(mut self, base: &Composite<'_>, characters: &[char]) -> Option<Beside> {
        let entries = base.entries();
        let is_special = |unit: u16| entries[usize::from(unit)] & SPECIAL != 0;
        if !self.special.iter().all(|unit| is_special(*unit)) {
            return None;
        }
        // What is listed of special characters says whether anything joins them.
        let is_listed = |character: &char| match code_unit(*character) {
            Some(unit) => is_special(unit),
            None => is_beyond_entries(*character),
        };
        let listed = characters.iter().copied().filter(is_listed).map(|character| {
            let known = base.listed(character.into());
            (character, Listed { may_be_joined: true, ..known })
        });
        let known = base.telltales().of;
        let telltales = self.told.telltales();
        let telltales = telltales.filter(|(unit, what)| what & !known[usize::from(*unit)] != 0);
        let telltales = telltales_to_bytes(telltales);
        let begun = base.classes();
        let triples = |numbers: Vec<u64>| {
            let triples: Vec<[u16; 3]> = numbers.into_iter().map(unpacked).collect();
            bytes_of(Triples::words(&triples, Triples::GENEROUS), u64::to_le_bytes)
        };
        let joined = self.all_neighbours();
        let Composer { pairs, beginnings, later, told, common, .. } = self;
        let (classes, [beginnings, later, telling, neighbours, later_neighbours]) = both(
            || {
                let special = begun.iter().filter(|(_, [behind, _])| behind & SPECIAL_BIT != 0);
                let special = special.map(|(unit, _)| *unit);
                let classes = classes_with(begun.clone(), pairs, special, common, Effort::Haste);
                classes_to_bytes(difference(&classes, &begun, |_| [0; 2]))
            },
            || {
                let [beginnings, later, telling] =
                    [beginnings, later.unwrap_or_default(), told.pairs].map(triples);
                let [neighbours, later_neighbours] =
                    joined.map(|pairs| pairs.into_iter().map(unpacked_pair).collect::<Vec<_>>());
                let neighbours = neighbours_to_bytes(&neighbours, Pairs::SPARING);
                let later_neighbours = neighbours_to_bytes(&later_neighbours, Pairs::GENEROUS);
                [beginnings, later, telling, neighbours, later_neighbours]
            },
        );
        let sections = [
            Vec::new(),
            classes,
            beginnings,
            later,
            neighbours,
            later_neighbours,
            bytes_of(listed, |(character, listed)| listed.to_bytes(character)),
            telltales,
            telling,
            heads_to_bytes(self.plain_heads.iter()),
            Vec::new(),
        ];
        Some(Beside { sections })
    }

    /// What special characters become, and those beyond the entries, when nothing
    /// joins them, unless it is clear that those beyond stay as they are.
    fn listed(
        &self,
        base: Option<&Composition>,
        neighbours: &[(u32, u32)],
    ) -> BTreeMap<char, Listed> {
        let of_base = base.iter().flat_map(|base| base.listed.keys().copied());
        let beyond = of_base.filter(|&source| is_beyond_entries(source));
        // Those that no dictionary mentions: what they become, what follows them says.
        let operators = description::operators().filter(|it| !self.current.contains_key(it));
        let operators = operators.map(|operator| (operator, Listed::new(None, false)));
        let mut joined: CharacterMap<bool> = CharacterMap::default();
        for &(first, second) in neighbours {
            let characters = [first, second].into_iter().filter_map(char::from_u32);
            characters.for_each(|character| *joined.entry(character) = true);
        }
        let beyond = beyond.map(|source| (source, Listed::unchanged(source)));
        let mut listed: BTreeMap<char, Listed> = beyond.chain(operators).collect();
        for (&source, text) in &self.current {
            let is_special = code_unit(source).is_some_and(|unit| self.special.contains(&unit));
            if description::is_operator(source) || !is_special && !is_beyond_entries(source) {
                continue;
            }
            let replacement = match self.several.contains(&source) {
                true => None,
                false => text.chars().next(),
            };
            let may_be_joined = joined.get(source).is_some_and(|joined| *joined);
            let known = Listed::new(replacement, may_be_joined);
            if !is_beyond_entries(source) || known != Listed::unchanged(source) {
                listed.insert(source, known);
            }
        }
        listed
    }
}

/// The flag for special characters, in the byte of the classes behind which a
/// character is suspicious.
const SPECIAL_BIT: u8 = 1 << CLASSES;

/// Classes without that flag.
fn without_special(mut classes: ClassesOf) -> ClassesOf {
    classes.values_mut().for_each(|[behind, _]| *behind &= !SPECIAL_BIT);
    classes
}

/// The keys of the effective entries of a stage.
fn effective<'s>(stage: &'s Flat<'_>) -> impl Iterator<Item = &'s [char]> {
    stage.keys().zip(stage.effective()).filter(|(_, effective)| **effective).map(|(key, _)| key)
}

/// Which source characters may stand where a text behind these entries begins, or ends:
/// those of the characters where a replacement did, and, for a description is
/// copied as it is, those of the character itself.
fn ends<'s>(
    before: &Sources,
    items: impl Iterator<Item = &'s FlatItem<'s>>,
    end: impl Fn(&str) -> Option<char>,
) -> Sources {
    let mut behind = before.clone();
    let ends = items.filter_map(|item| Some(packed_pair(end(item.key)?, end(item.replacement())?)));
    for pair in in_order(ends.collect()) {
        let (from, to) = unpacked_pair(pair);
        if let (Some(from), Some(to)) = (char::from_u32(from), char::from_u32(to)) {
            let sources = behind.entry(to);
            of(before, from).iter().for_each(|source| sources.push(*source));
        }
    }
    behind.values_mut().for_each(Few::put_in_order);
    behind
}

/// These classes with more pairs that are suspicious, and special characters.
fn classes_with(
    begun: ClassesOf,
    pairs: Vec<u64>,
    special: impl Iterator<Item = u16>,
    common: Arc<Frequencies>,
    effort: Effort,
) -> ClassesOf {
    let mut of_pairs = Classes::new(&without_special(begun), common);
    of_pairs.add(&in_order_as_pairs(pairs), effort);
    let mut classes = of_pairs.of_all();
    for unit in special {
        classes.entry(unit).or_default()[0] |= SPECIAL_BIT;
    }
    classes
}

/// The code units in the source that become `character`, or [`NONE`] for none and for a
/// character of another length. Special ones need no mention.
fn units(whole: &Sources, character: Option<char>) -> impl Iterator<Item = u16> {
    let character = character.filter(|&character| code_unit(character).is_some());
    let none = character.is_none().then_some(NONE);
    let sources = character.map_or(&[][..], |character| of(whole, character));
    none.into_iter().chain(sources.iter().filter_map(|&source| code_unit(source)))
}

fn by_character(text: &str, stage: &Flat<'_>) -> String {
    let mut converted = String::new();
    for character in text.chars() {
        match stage.character(character) {
            Some(replacement) => converted.push_str(replacement),
            None => converted.push(character),
        }
    }
    converted
}

/// The code unit of a character that has three bytes.
fn code_unit(character: char) -> Option<u16> {
    let unit = u16::try_from(u32::from(character)).ok();
    unit.filter(|_| character.len_utf8() == 3)
}

/// Whether a character is suspicious wherever it stands, for it has no entry: the
/// planes of ideographs beyond the basic one, and those behind them.
fn is_beyond_entries(character: char) -> bool {
    character >= FIRST_BEYOND
}

impl Composition {
    /// Lays the composition out as bytes, as what differs from `base`; the same
    /// base must be given as when it was composed. Little-endian, the same on
    /// every machine.
    #[must_use]
    pub fn to_bytes(&self, base: Option<&Composition>) -> Vec<u8> {
        bytes_of_sections(self.sections(base, Triples::SPARING))
    }

    /// The same without what converting by character alone does not ask for. It can be
    /// no base.
    #[must_use]
    pub fn to_bytes_by_character(&self) -> Vec<u8> {
        let [replacements, classes, .., plain_heads, _] = self.sections(None, Triples::SPARING);
        let mut sections = [const { Vec::new() }; SECTIONS];
        [sections[0], sections[1], sections[SECTIONS - 2]] = [replacements, classes, plain_heads];
        bytes_of_sections(sections)
    }

    /// Lays it out without a base, and larger where that is faster.
    pub(crate) fn to_own_bytes(&self) -> Vec<u8> {
        bytes_of_sections(self.sections(None, Triples::GENEROUS))
    }

    /// The sections, with so many bits for each beginning.
    fn sections(&self, base: Option<&Composition>, bits_each: usize) -> [Vec<u8>; SECTIONS] {
        let nothing = Composition::default();
        let base = base.unwrap_or(&nothing);
        let changed = difference(&self.changes, &base.changes, |_| 0).into_iter();
        let replacements = changed.flat_map(|(unit, change)| [unit, change]);
        let classes = difference(&self.classes, &base.classes, |_| [0; 2]);
        let listed =
            difference(&self.listed, &base.listed, |source| Listed::of_unlisted(source.into()));
        let is_known = |unit: &u16| {
            let is_special = |it: &Composition| {
                it.classes.get(unit).is_some_and(|[behind, _]| behind & SPECIAL_BIT != 0)
            };
            [self, base].iter().any(|it| it.changes.contains_key(unit) || is_special(it))
        };
        let telltales = difference(&self.telltales, &base.telltales, |_| 0).into_iter();
        let telltales =
            telltales.filter(|(unit, what)| what & !CHANGES != 0 || *what != 0 && !is_known(unit));
        let of_heads = self.plain_heads.iter();
        let of_heads = of_heads.filter(|(head, alone)| base.plain_heads.get(head) != Some(alone));
        [
            bytes_of(replacements, u16::to_le_bytes),
            classes_to_bytes(classes),
            bytes_of(Triples::words(&self.beginnings, bits_each), u64::to_le_bytes),
            bytes_of(Triples::words(&self.later, bits_each), u64::to_le_bytes),
            neighbours_to_bytes(&new(&self.neighbours, &base.neighbours), Pairs::SPARING),
            match self.later_neighbours == base.later_neighbours {
                true => Vec::new(),
                false => neighbours_to_bytes(&self.later_neighbours, Pairs::GENEROUS),
            },
            bytes_of(listed, |(source, listed)| listed.to_bytes(source)),
            telltales_to_bytes(telltales),
            bytes_of(
                Triples::words(&new(&self.telling, &base.telling), bits_each),
                u64::to_le_bytes,
            ),
            heads_to_bytes(of_heads),
            if self.phrases == base.phrases { Vec::new() } else { self.phrases_to_bytes() },
        ]
    }

    /// The phrases as a compiled group: first those that keep their borders.
    fn phrases_to_bytes(&self) -> Vec<u8> {
        let table = |keeps_borders| {
            let phrases = self.phrases.iter().filter(|it| it.1.keeps_borders == keeps_borders);
            let lines = phrases.flat_map(|(key, to)| [key, "\t", to.replacement.as_str(), "\n"]);
            Table::parse(&lines.collect::<String>()).expect("keys are sorted and not empty")
        };
        let [keeping, moving] = [true, false].map(table);
        let group = "union(keeping moving)".parse().expect("names are a group");
        dictionary::compile(&group, |name| Some(if name == "keeping" { &keeping } else { &moving }))
            .expect("phrases are as short as entries")
    }
}

/// A composite of these sections.
fn bytes_of_sections(sections: [Vec<u8>; SECTIONS]) -> Vec<u8> {
    let lengths = sections.iter().map(|section| fit(section.len()));
    let header = [VERSION].into_iter().chain(lengths);
    [MAGIC.to_vec(), bytes_of(header, u32::to_le_bytes), sections.concat()].concat()
}

fn classes_to_bytes(classes: Vec<(u16, [u8; 2])>) -> Vec<u8> {
    bytes_of(classes, |(unit, [behind, before])| {
        let [low, high] = unit.to_le_bytes();
        [low, high, behind, before]
    })
}

fn neighbours_to_bytes(neighbours: &[(u32, u32)], bits_each: usize) -> Vec<u8> {
    match neighbours.is_empty() {
        true => Vec::new(),
        false => bytes_of(Pairs::words(neighbours, bits_each), u64::to_le_bytes),
    }
}

fn telltales_to_bytes(telltales: impl Iterator<Item = (u16, u8)>) -> Vec<u8> {
    bytes_of(telltales, |(unit, what)| {
        let [low, high] = unit.to_le_bytes();
        [low, high, what]
    })
}

fn heads_to_bytes<'h>(heads: impl Iterator<Item = (&'h char, &'h bool)>) -> Vec<u8> {
    bytes_of(heads, |(&head, &alone)| {
        (u32::from(head) | if alone { ALONE } else { 0 }).to_le_bytes()
    })
}

/// What `own` has otherwise than `base`; what is `missing` where only `base` has it.
fn difference<K: Copy + Ord, V: Copy + PartialEq>(
    own: &BTreeMap<K, V>,
    base: &BTreeMap<K, V>,
    missing: impl Fn(K) -> V,
) -> Vec<(K, V)> {
    let keys: BTreeSet<K> = own.keys().chain(base.keys()).copied().collect();
    let differing = keys.into_iter().filter_map(|key| {
        let [own, base] =
            [own, base].map(|map| map.get(&key).copied().unwrap_or_else(|| missing(key)));
        (own != base).then_some((key, own))
    });
    differing.collect()
}

/// What `own` has and `base` has not.
fn new<T: Copy + Ord>(own: &[T], base: &[T]) -> Vec<T> {
    if base.is_empty() {
        return own.to_vec();
    }
    own.iter().copied().filter(|one| base.binary_search(one).is_err()).collect()
}
