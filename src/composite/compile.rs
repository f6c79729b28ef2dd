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
use alloc::vec;
use alloc::vec::Vec;

use super::listed::Listed;
use super::{CLASSES, FIRST_BEYOND, MAGIC, VERSION};
use crate::alignment::have_same_borders;
use crate::description;
use crate::dictionary::{self, CompileError, FlatEntry, Group, Table};
use crate::filter::{ANY, Pairs, Triples};
use crate::text::NONE;

mod classes;
mod frequency;

use classes::Classes;

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
    beginnings: BTreeSet<[u16; 3]>,
    /// Those that later stages than the first have.
    later: BTreeSet<[u16; 3]>,
    neighbours: BTreeSet<(u32, u32)>,
    /// What is known of characters that the table cannot tell of.
    listed: BTreeMap<char, Listed>,
    /// What phrases of the source become that are texts of their own.
    phrases: BTreeMap<String, Phrase>,
    is_plain: bool,
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
    let flatten = |group: &Group| {
        group.flatten(&|name: &str| {
            table(name).ok_or_else(|| CompileError::UnknownDictionary(name.to_owned()))
        })
    };
    let normalization = chain.normalization.iter().map(flatten).collect::<Result<Vec<_>, _>>()?;
    let segmentation = chain.segmentation.iter().map(flatten).collect::<Result<Vec<_>, _>>()?;
    let conversion = chain.conversion.iter().map(flatten).collect::<Result<Vec<_>, _>>()?;

    let all = normalization.iter().chain(&segmentation).chain(&conversion);
    let mut composer = Composer::new(all);
    for stage in &normalization {
        composer.keep_apart(stage);
        composer.pass(stage);
    }
    for segments in &segmentation {
        composer.add_neighbours(segments.keys());
    }
    let first_cuts = match (&chain.segmentation, chain.conversion.first()) {
        (Some(cutting), Some(first)) => first.leading(cutting).is_some(),
        _ => false,
    };
    composer.collects_phrases = conversion.len() > 1 && !first_cuts;
    for (stage, number) in conversion.iter().zip(1..) {
        if number == 2 {
            composer.later = Some(BTreeSet::new());
            composer.collects_phrases = true;
        }
        composer.pass(stage);
    }
    let phrases = composer.phrases();
    let converted = phrases.into_iter().map(|phrase| {
        let converted = convert(&phrase, segmentation.first(), &conversion);
        (phrase, converted)
    });
    let phrases = converted.collect();
    Ok(Composition { phrases, ..composer.finish(base) })
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
fn convert(text: &str, segmentation: Option<&Stage>, conversion: &[Stage]) -> Phrase {
    let mut keeps_borders = true;
    let mut segments = vec![String::new()];
    let nothing = Stage::new();
    for (source, entry) in walk(text, segmentation.unwrap_or(&nothing)) {
        if entry.is_some() {
            segments.extend([source.to_owned(), String::new()]);
        } else if let Some(unmatched) = segments.last_mut() {
            unmatched.push_str(source);
        }
    }
    for stage in conversion {
        for segment in &mut segments {
            let pieces = walk(segment, stage).into_iter();
            let replacements = pieces.map(|(source, entry)| {
                let replacement = entry.map_or(source, |entry| &entry.candidates[0]);
                keeps_borders &= have_same_borders(source, replacement);
                replacement
            });
            *segment = replacements.collect();
        }
    }
    Phrase { replacement: segments.concat(), keeps_borders }
}

/// The longest matches of a text from the left, and the characters between them.
fn walk<'t, 's>(text: &'t str, stage: &'s Stage) -> Vec<(&'t str, Option<&'s FlatEntry>)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8()).rev();
        let longest = ends.into_iter().find_map(|end| Some((end, stage.get(&rest[..end])?)));
        let (end, entry) = match longest {
            Some((end, entry)) => (end, Some(entry)),
            None => (first.len_utf8(), None),
        };
        pieces.push((&rest[..end], entry));
        rest = &rest[end..];
    }
    pieces
}

type Stage = BTreeMap<String, FlatEntry>;

/// Which characters of the source may have become a character.
type Sources = BTreeMap<char, BTreeSet<char>>;

/// What is known before a stage.
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
    pairs: BTreeSet<(u16, u16)>,
    beginnings: BTreeSet<[u16; 3]>,
    /// The beginnings that later stages than the first have.
    later: Option<BTreeSet<[u16; 3]>>,
    neighbours: BTreeSet<(u32, u32)>,
    /// Whether the phrases of the next stage are collected.
    collects_phrases: bool,
    phrases: BTreeSet<String>,
    is_plain: bool,
}

/// Phrases with more ways to write them in the source are not collected.
const MOST_WRITINGS: usize = 8;

impl Composer {
    /// The beginning, where every character of these stages is itself.
    fn new<'s>(stages: impl Iterator<Item = &'s Stage>) -> Composer {
        let mut characters: BTreeSet<char> = BTreeSet::new();
        for (key, entry) in stages.flatten() {
            characters.extend(key.chars());
            characters.extend(entry.candidates[0].chars());
        }
        let itself: Sources =
            characters.iter().map(|&character| (character, [character].into())).collect();
        let mut special = BTreeSet::new();
        special.extend(description::operators().filter_map(code_unit));
        Composer {
            current: characters.iter().map(|&c| (c, c.to_string())).collect(),
            whole: itself.clone(),
            first: itself.clone(),
            last: itself,
            special,
            normalized: BTreeSet::new(),
            several: BTreeSet::new(),
            pairs: BTreeSet::new(),
            beginnings: BTreeSet::new(),
            later: None,
            neighbours: BTreeSet::new(),
            collects_phrases: false,
            phrases: BTreeSet::new(),
            is_plain: false,
        }
    }

    /// Whatever normalization replaces is noted wherever it stands: so a walk that
    /// leaves normalization out meets none of it.
    fn keep_apart(&mut self, stage: &Stage) {
        for key in stage.keys() {
            let mut characters = key.chars();
            match (characters.next().map(code_unit), characters.next()) {
                (Some(unit), None) => self.normalized.extend(unit),
                _ => key.chars().for_each(|character| self.make_special(character)),
            }
        }
    }

    fn make_special(&mut self, character: char) {
        for &source in self.last.get(&character).into_iter().flatten() {
            match code_unit(source) {
                Some(unit) => _ = self.special.insert(unit),
                // Those beyond the basic plane are looked at wherever they stand.
                None => self.is_plain |= !is_beyond_entries(source),
            }
        }
    }

    /// Goes on to behind `stage`.
    fn pass(&mut self, stage: &Stage) {
        self.add_neighbours(stage.keys());
        for (key, entry) in stage {
            let is_phrase = key.chars().nth(1).is_some();
            if is_phrase && entry.candidates[0] != by_character(key, stage) {
                let characters: Vec<char> = key.chars().collect();
                self.add_effective(&characters);
                if self.collects_phrases {
                    self.add_phrase(&characters);
                }
            }
        }
        for text in self.current.values_mut() {
            *text = by_character(text, stage);
        }
        self.whole = Sources::new();
        for (&source, text) in &self.current {
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (Some(character), None) => {
                    self.whole.entry(character).or_default().insert(source);
                    if code_unit(character).is_some() {
                        continue;
                    }
                }
                _ => _ = self.several.insert(source),
            }
            // A later stage may know it by what no unit tells.
            self.special.extend(code_unit(source));
        }
        self.first = ends(&self.first, stage, |text| text.chars().next());
        self.last = ends(&self.last, stage, |text| text.chars().next_back());
    }

    fn add_neighbours<'k>(&mut self, keys: impl Iterator<Item = &'k String>) {
        for key in keys {
            for (first, second) in key.chars().zip(key.chars().skip(1)) {
                for &before in self.last.get(&first).into_iter().flatten() {
                    self.neighbours.insert((before.into(), ANY));
                    for &behind in self.first.get(&second).into_iter().flatten() {
                        self.neighbours.insert((before.into(), behind.into()));
                    }
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
            (Some(at), _) => self.add_anchor(&[Some(key[at]), Some(key[at + 1])], key.get(at + 2)),
            (None, Some(at)) => self.add_anchor(&[None, Some(key[at])], key.get(at + 1)),
            (None, None) => match key.iter().find(|&&character| code_unit(character).is_some()) {
                Some(&character) => self.make_special(character),
                None => self.is_plain = true,
            },
        }
    }

    /// Makes a pair suspicious, and with it this third character, or the end.
    fn add_anchor(&mut self, pair: &[Option<char>; 2], third: Option<&char>) {
        let [firsts, seconds] = pair.map(|character| self.units(character));
        let thirds = self.units(third.copied());
        for &first in &firsts {
            for &second in &seconds {
                self.pairs.insert((first, second));
                for &third in &thirds {
                    self.beginnings.insert([first, second, third]);
                    self.later.as_mut().map(|later| later.insert([first, second, third]));
                }
            }
        }
    }

    /// Collects a phrase as the source may write it, if all its characters have three
    /// bytes.
    fn add_phrase(&mut self, key: &[char]) {
        let mut writings = vec![String::new()];
        for &character in key {
            let units = self.units(Some(character));
            // What normalization replaces is not the text of which stages are told.
            let units = units.into_iter().filter(|unit| !self.normalized.contains(unit));
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

    /// The code units in the source that become `character`, or [`NONE`] for none
    /// and for a character of another length. Special ones need no mention.
    fn units(&self, character: Option<char>) -> Vec<u16> {
        match character.filter(|&character| code_unit(character).is_some()) {
            None => [NONE].into(),
            Some(character) => {
                let sources = self.whole.get(&character).into_iter().flatten();
                sources.filter_map(|&source| code_unit(source)).collect()
            }
        }
    }

    fn finish(mut self, base: Option<&Composition>) -> Composition {
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
                    let is_changed = !text.chars().eq([source]);
                    self.is_plain |= is_changed && !is_beyond_entries(source);
                }
            }
        }
        let listed = self.listed(base);
        let mut classes = base.map_or(BTreeMap::new(), |base| base.classes.clone());
        for [behind, _] in classes.values_mut() {
            *behind &= !SPECIAL_BIT;
        }
        Classes::new(&mut classes).add(&self.pairs);
        for &unit in self.special.union(&self.normalized) {
            classes.entry(unit).or_default()[0] |= SPECIAL_BIT;
        }
        let Composer { beginnings, mut neighbours, later, is_plain, .. } = self;
        if let Some(base) = base {
            neighbours.extend(&base.neighbours);
        }
        let later = later.unwrap_or_default();
        let phrases = BTreeMap::new();
        Composition { changes, classes, beginnings, later, neighbours, listed, phrases, is_plain }
    }

    /// What special characters become, and those beyond the entries, when nothing
    /// joins them, unless it is clear that those beyond stay as they are.
    fn listed(&self, base: Option<&Composition>) -> BTreeMap<char, Listed> {
        let of_base = base.iter().flat_map(|base| base.listed.keys().copied());
        let beyond = of_base.filter(|&source| is_beyond_entries(source));
        // Those that no dictionary mentions: what they become, what follows them says.
        let operators = description::operators().filter(|it| !self.current.contains_key(it));
        let operators = operators.map(|operator| (operator, Listed::new(None, false)));
        let joined: BTreeSet<u32> =
            self.neighbours.iter().flat_map(|&(first, second)| [first, second]).collect();
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
            let may_be_joined = joined.contains(&source.into());
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

/// Which source characters may stand where a text behind `stage` begins, or ends:
/// those of the characters where a replacement did, and, for a description is
/// copied as it is, those of the character itself.
fn ends(before: &Sources, stage: &Stage, end: impl Fn(&str) -> Option<char>) -> Sources {
    let mut behind = before.clone();
    for (key, entry) in stage {
        let (Some(from), Some(to)) = (end(key), end(&entry.candidates[0])) else { continue };
        let sources = before.get(&from).cloned().unwrap_or_default();
        behind.entry(to).or_default().extend(sources);
    }
    behind
}

fn by_character(text: &str, stage: &Stage) -> String {
    let mut converted = String::new();
    let mut buffer = [0; 4];
    for character in text.chars() {
        let source: &str = character.encode_utf8(&mut buffer);
        converted.push_str(stage.get(source).map_or(source, |entry| &entry.candidates[0]));
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
        let nothing = Composition::default();
        let base = base.unwrap_or(&nothing);
        let changed = difference(&self.changes, &base.changes).into_iter();
        let replacements = changed.flat_map(|(unit, change)| [unit, change]);
        let classes = difference(&self.classes, &base.classes);
        let sections: [Vec<u8>; super::SECTIONS] = [
            replacements.flat_map(u16::to_le_bytes).collect(),
            classes
                .into_iter()
                .flat_map(|(unit, classes)| [unit.to_le_bytes(), classes])
                .flatten()
                .collect(),
            words(Triples::words(&list(&self.beginnings)), u64::to_le_bytes),
            words(Triples::words(&list(&self.later)), u64::to_le_bytes),
            words(Pairs::words(&new(&self.neighbours, &base.neighbours)), u32::to_le_bytes),
            difference(&self.listed, &base.listed)
                .into_iter()
                .flat_map(|(source, listed)| listed.to_bytes(source))
                .collect(),
            if self.phrases == base.phrases { Vec::new() } else { self.phrases_to_bytes() },
        ];
        let lengths = sections.iter().map(|section| fit(section.len()));
        let header = [VERSION, u32::from(self.is_plain)].into_iter().chain(lengths);
        let header: Vec<u8> = header.flat_map(u32::to_le_bytes).collect();
        [MAGIC.to_vec(), header].into_iter().chain(sections).flatten().collect()
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

/// What `own` has otherwise than `base`; the default where only `base` has it.
fn difference<K: Copy + Ord, V: Copy + Default + PartialEq>(
    own: &BTreeMap<K, V>,
    base: &BTreeMap<K, V>,
) -> Vec<(K, V)> {
    let keys: BTreeSet<K> = own.keys().chain(base.keys()).copied().collect();
    let differing = keys.into_iter().filter_map(|key| {
        let [own, base] = [own, base].map(|map| map.get(&key).copied().unwrap_or_default());
        (own != base).then_some((key, own))
    });
    differing.collect()
}

fn list<T: Copy>(set: &BTreeSet<T>) -> Vec<T> {
    set.iter().copied().collect()
}

/// What `own` has and `base` has not.
fn new<T: Copy + Ord>(own: &BTreeSet<T>, base: &BTreeSet<T>) -> Vec<T> {
    own.difference(base).copied().collect()
}

fn words<W, const N: usize>(words: Vec<W>, to_bytes: impl Fn(W) -> [u8; N]) -> Vec<u8> {
    words.into_iter().flat_map(to_bytes).collect()
}

fn fit(length: usize) -> u32 {
    u32::try_from(length).expect("dictionaries have less than 4 GiB")
}
