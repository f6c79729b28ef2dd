//! Texts as examples: each ambiguous character with all that may be looked at.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};
use fanjian::dictionary::{Matcher, Table};
use fanjian::{Config, Converter};

use super::feature::{Opinion, STARTS, Surroundings, Word};
use super::model::{MAXIMUM_CANDIDATES, SET_LENGTH, SET_START};
use super::twin;
use crate::project;

const CHARACTERS: &str = "dictionaries/STCharacters.tsv";
const PHRASES: [&str; 2] =
    ["dictionaries/STPhrases.tsv", "dictionaries/STPhrases_GeneratedFromRegionalPhrases.tsv"];
const SPELLINGS: &str = "dictionaries/context/spellings.tsv";
const COMPILED: &str = "dictionaries/compiled/s2t-conversion-1.bin";

/// A name's ending that says what the text is for.
const FOR_TRAINING: &str = "_train";
const HELD_OUT: &str = "_dev";
/// Of a text that is not divided, one line of so many is held out.
const ONE_OF: u64 = 10;

/// The characters that the model decides, and their candidates.
pub(super) struct Characters {
    /// The spellings of each, with the numbers of their candidates.
    pub(super) spellings: BTreeMap<u16, Vec<(u16, u8)>>,
}

impl Characters {
    /// All Simplified characters with several candidates that differ by more than house
    /// style, and the pairs of twins.
    pub(super) fn read() -> Result<Characters> {
        let styles = fs::read_to_string(project(SPELLINGS)).context(SPELLINGS)?;
        let styles: Vec<Vec<u16>> =
            rows(&styles).map(|row| row.filter_map(unit).collect()).collect();
        let table = fs::read_to_string(project(CHARACTERS)).context(CHARACTERS)?;
        let mut spellings = BTreeMap::new();
        for mut row in rows(&table) {
            let Some(character) = row.next().and_then(unit) else { continue };
            let candidates: Vec<u16> = row.filter_map(unit).collect();
            let numbered = numbered(&candidates, &styles);
            let count = numbered.iter().map(|(_, number)| number + 1).max().unwrap_or(0);
            let is_in_set = usize::from(character.wrapping_sub(SET_START)) < SET_LENGTH;
            if is_in_set && (2..=MAXIMUM_CANDIDATES).contains(&count.into()) {
                spellings.insert(character, numbered);
            }
        }
        for (unit, pair) in twin::pairs() {
            let spelling = |number: usize| (pair[number] as u16, number as u8);
            spellings.insert(unit, vec![spelling(twin::WRITTEN), spelling(twin::TWIN)]);
        }
        Ok(Characters { spellings })
    }

    /// How many candidates a character has.
    pub(super) fn candidates(&self, character: u16) -> usize {
        let numbers = self.spellings[&character].iter().map(|(_, number)| usize::from(*number));
        numbers.max().map_or(0, |last| last + 1)
    }

    /// The candidate of `character` that `spelling` is a spelling of.
    fn number_of(&self, character: u16, spelling: char) -> Option<usize> {
        let mut spellings = self.spellings.get(&character)?.iter();
        let (_, number) = spellings.find(|(other, _)| u32::from(*other) == u32::from(spelling))?;
        Some(usize::from(*number))
    }
}

/// The fields of each line that is no comment.
fn rows(table: &str) -> impl Iterator<Item = impl Iterator<Item = &str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t'))
}

/// The code unit of a field of one character of three bytes.
fn unit(field: &str) -> Option<u16> {
    let mut characters = field.chars();
    let character = characters.next().filter(|character| character.len_utf8() == 3)?;
    characters.next().is_none().then_some(u32::from(character).try_into().ok()?)
}

/// Candidates with numbers, where those that `styles` join have one number.
fn numbered(candidates: &[u16], styles: &[Vec<u16>]) -> Vec<(u16, u8)> {
    let mut numbered: Vec<(u16, u8)> = Vec::new();
    let mut next = 0;
    for candidate in candidates {
        let is_same = |(other, _): &&(u16, u8)| {
            styles.iter().any(|style| style.contains(other) && style.contains(candidate))
        };
        let number = match numbered.iter().find(is_same) {
            Some((_, number)) => *number,
            None => {
                next += 1;
                next - 1
            }
        };
        if !numbered.iter().any(|(other, _)| other == candidate) {
            numbered.push((*candidate, number));
        }
    }
    numbered
}

/// An ambiguous character in a text.
pub(super) struct Example {
    pub(super) character: u16,
    /// What it was, as the number of a candidate.
    pub(super) gold: usize,
    pub(super) surroundings: Surroundings,
    pub(super) opinion: Opinion,
    /// How many characters on each side are known.
    pub(super) known: [usize; 2],
    pub(super) weight: f32,
    /// The number of its text, and whether nothing is learned from it.
    pub(super) source: usize,
    pub(super) is_held_out: bool,
}

impl Example {
    /// Whether it is a phrase of the dictionary, of which nothing is known around it.
    pub(super) fn is_phrase(&self) -> bool {
        self.known != [usize::MAX; 2]
    }

    /// Whether it is a pair of twins, of which repair alone asks.
    pub(super) fn is_twin(&self) -> bool {
        self.character >= twin::FIRST_UNIT
    }
}

/// Examples and their texts.
pub(super) struct Collector<'a> {
    characters: &'a Characters,
    compiled: &'static Matcher<'static>,
    pub(super) sources: Vec<String>,
    pub(super) examples: Vec<Example>,
}

/// Where a text of one line stands.
struct Line<'t> {
    simplified: &'t str,
    by_opencc: Vec<char>,
    gold: Vec<char>,
    weight: f32,
    source: usize,
    is_held_out: bool,
    /// Whether nothing is known of what stands around it.
    is_phrase: bool,
}

impl<'a> Collector<'a> {
    pub(super) fn new(characters: &'a Characters) -> Result<Collector<'a>> {
        let bytes: &'static [u8] = fs::read(project(COMPILED)).context(COMPILED)?.leak();
        let compiled = Box::leak(Box::new(Matcher::from_bytes(bytes)?));
        Ok(Collector { characters, compiled, sources: Vec::new(), examples: Vec::new() })
    }

    /// Takes the lines of a text.
    pub(super) fn take_text(&mut self, name: &str, text: &str) {
        let [to_traditional, to_simplified, back] =
            [Config::Tw2t, Config::T2s, Config::S2t].map(Converter::new);
        let source = self.source(name.trim_end_matches(FOR_TRAINING).trim_end_matches(HELD_OUT));
        let is_divided = name.ends_with(FOR_TRAINING) || name.ends_with(HELD_OUT);
        for line in text.lines() {
            let native = to_traditional.convert(line);
            let simplified = to_simplified.convert(&native);
            let by_opencc: Vec<char> = back.convert(&simplified).chars().collect();
            let gold: Vec<char> = native.chars().collect();
            let is_held_out = match is_divided {
                true => name.ends_with(HELD_OUT),
                false => hash(line).is_multiple_of(ONE_OF),
            };
            if gold.len() == by_opencc.len() && gold.len() == simplified.chars().count() {
                let simplified = &simplified;
                let line = Line {
                    simplified,
                    by_opencc,
                    gold,
                    weight: 1.0,
                    source,
                    is_held_out,
                    is_phrase: false,
                };
                self.take_line(&line);
            }
        }
    }

    /// Takes the phrases of the dictionary.
    pub(super) fn take_phrases(&mut self, weight: f32) -> Result<()> {
        let source = self.source("phrases");
        for file in PHRASES {
            let table = Table::parse(&fs::read_to_string(project(file)).context(file)?)?;
            for entry in table.entries() {
                let gold: Vec<char> = entry.replacement().chars().collect();
                let line = Line {
                    simplified: entry.key(),
                    by_opencc: gold.clone(),
                    gold,
                    weight,
                    source,
                    is_held_out: false,
                    is_phrase: true,
                };
                self.take_line(&line);
            }
        }
        Ok(())
    }

    /// The number of the source with this name.
    fn source(&mut self, name: &str) -> usize {
        self.sources.iter().position(|source| source == name).unwrap_or_else(|| {
            self.sources.push(name.to_owned());
            self.sources.len() - 1
        })
    }

    fn take_line(&mut self, line: &Line<'_>) {
        let characters: Vec<char> = line.simplified.chars().collect();
        if characters.len() != line.by_opencc.len() || characters.len() != line.gold.len() {
            return;
        }
        for (place, &character) in characters.iter().enumerate() {
            let Ok(character) = u16::try_from(u32::from(character)) else { continue };
            let number = |spelling| self.characters.number_of(character, spelling);
            if let (Some(gold), Some(choice)) =
                (number(line.gold[place]), number(line.by_opencc[place]))
            {
                self.take_place(line, &characters, place, [character.into(), gold, choice]);
            }
        }
        self.take_twins(line, &characters);
    }

    /// Takes the twins of a line, each as what should stand there if it is wrong.
    fn take_twins(&mut self, line: &Line<'_>, characters: &[char]) {
        for (unit, pair) in twin::pairs() {
            for (place, gold) in line.gold.iter().enumerate() {
                let Some(gold) = pair.iter().position(|one| one == gold) else { continue };
                let mut with_twin = characters.to_vec();
                with_twin[place] = pair[twin::TWIN];
                let simplified: String = with_twin.iter().collect();
                let line = Line {
                    simplified: &simplified,
                    by_opencc: Vec::new(),
                    gold: Vec::new(),
                    ..*line
                };
                self.take_place(&line, &with_twin, place, [unit.into(), gold, twin::TWIN]);
            }
        }
    }

    /// Takes a place: the character that is ambiguous there, which candidate it was, and
    /// which the dictionaries choose.
    fn take_place(
        &mut self,
        line: &Line<'_>,
        characters: &[char],
        place: usize,
        [character, gold, choice]: [usize; 3],
    ) {
        let character = character as u16;
        let offset =
            |place: usize| characters[..place].iter().map(|it| it.len_utf8()).sum::<usize>();
        let words = core::array::from_fn(|start| {
            let text = &line.simplified[offset(place.checked_sub(start)?)..];
            self.word(character, text, start)
        });
        let surroundings = Surroundings::of(
            characters[..place].iter().rev().copied(),
            characters[place + 1..].iter().copied(),
        );
        let known = match line.is_phrase {
            true => [place, characters.len() - place - 1],
            false => [usize::MAX; 2],
        };
        self.examples.push(Example {
            character,
            gold,
            surroundings,
            opinion: Opinion { choice, words },
            known,
            weight: line.weight,
            source: line.source,
            is_held_out: line.is_held_out,
        });
    }

    /// The longest word that `text` begins with, if it covers the character that stands
    /// `start` characters behind.
    fn word(&self, character: u16, text: &str, start: usize) -> Option<Word> {
        let found = self.compiled.longest_match(text)?;
        let length = found.key().chars().count();
        if length <= start.max(1) {
            return None;
        }
        let becomes = found.replacement().chars().nth(start)?;
        let choice = self.characters.number_of(character, becomes)?;
        Some(Word { start, length, choice })
    }
}

const _: () = assert!(STARTS == 3, "words are looked for as the library does");

/// FNV-1a, which is the same everywhere.
fn hash(line: &str) -> u64 {
    line.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
