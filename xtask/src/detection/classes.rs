//! A class for each character; `src/detect/class.rs` describes the bytes.
//!
//! *Script.* A character is of one script alone when OpenCC's table from that script
//! replaces it and does not offer to leave it. One that is also the form of a region, as
//! 户 is Hong Kong's and the mainland's, tells no script.
//!
//! *Region.* Each row of `TWVariants` and `HKVariants` makes a family: a character
//! of OpenCC's standard and what each region writes for it. A character tells
//! something when not all regions write it. It stands for itself, too, where the
//! dictionaries' standard text has it (著 in 著作), and then tells nothing.
//!
//! *Japanese.* A character of modern Japanese that is in no Chinese word tells
//! Japanese, such as 駅.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use fanjian::dictionary::{Entry, Table};

type Tables = BTreeMap<String, Table>;

/// One for each code unit.
const LENGTH: usize = 0x1_0000;
/// To be asked of its code point; in the place of U+0000, what has not three bytes.
const RARE: u8 = 0x40 | 7 << SHIFT;
const NOT_THREE_BYTES: u8 = 0x7F;

const COMMON: u8 = 1;
const SIMPLIFIED: u8 = 2;
const SIMPLIFIED_OR_JAPANESE: u8 = 3;
const TRADITIONAL: u8 = 4;
const TRADITIONAL_OR_JAPANESE: u8 = 5;
const JAPANESE: u8 = 6;
const EITHER: u8 = 7;
/// Kinds of what is not Han, and counts like it.
const KANA: u8 = 1;
const LIKE_HAN: u8 = 6;
/// How far the region lies from the script, and the kind of what is not Han.
const SHIFT: u32 = 3;

pub(super) const TAIWAN: u8 = 1;
pub(super) const HONG_KONG: u8 = 2;
pub(super) const STANDARD: u8 = 4;
pub(super) const ALL: u8 = TAIWAN | HONG_KONG | STANDARD;

/// Marks behind the character stand behind Han.
const HAN: u8 = 0x80;

/// Bytes of the set of what words begin with.
const SET: usize = 1 << 14;

/// The bytes: one for each character, and the set.
pub(crate) fn compile(tables: &Tables, words: &Tables) -> Result<Vec<u8>> {
    let facts = Facts::of(tables)?;
    let mut classes = vec![RARE; LENGTH];
    classes[0] = NOT_THREE_BYTES;
    for (code_point, class) in (0..).zip(&mut classes).skip(1) {
        let Some(character) = char::from_u32(code_point) else { continue };
        *class = match (is_han(character), kind(character)) {
            (true, _) => HAN | facts.script(character) | facts.regions(character) << SHIFT,
            (false, kind @ (KANA | LIKE_HAN)) => HAN | kind << SHIFT,
            (false, RARE) => RARE,
            (false, kind) => kind << SHIFT,
        };
    }
    let mut set = vec![0_u64; SET / 8];
    for entry in words.values().flat_map(Table::entries) {
        let mut characters = entry.key().chars();
        let mut ideograph = || characters.next().filter(|&character| is_han(character));
        let first_two = ideograph().map(u64::from).zip(ideograph().map(u64::from));
        let (first, second) = first_two.context("a word that does not begin with two Han")?;
        let pair = first << 24 | second;
        let third = characters.next().filter(|character| character.len_utf8() == 3);
        for member in [begins_word(pair), beginning(pair, third)] {
            set[(member >> 53) as usize] |= 1 << (member >> 47 & 63) | 1 << (member >> 41 & 63);
        }
    }
    classes.extend(set.into_iter().flat_map(u64::to_le_bytes));
    Ok(classes)
}

/// The member of the set that says that a word begins with a pair.
fn begins_word(pair: u64) -> u64 {
    pair.wrapping_mul(0x9E37_79B9_7F4A_7C15 << 24)
}

/// The member that says that a word is this pair, or begins with it and a third character,
/// of three bytes; without one, that it ends there or goes on otherwise.
fn beginning(pair: u64, third: Option<char>) -> u64 {
    (pair << 16 ^ third.map_or(0, u64::from)).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

pub(super) fn is_han(character: char) -> bool {
    matches!(character, '々' | '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

/// What a character is that is not Han.
fn kind(character: char) -> u8 {
    match character {
        '\u{3041}'..='\u{3096}' | '\u{309B}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' => KANA,
        '\u{30FC}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}' => KANA,
        '，' | '；' | '：' | '？' | '！' => 2,
        '、' => 3,
        '。' => 4,
        '《' | '》' | '“' | '”' => 5,
        '\u{2E80}'..='\u{2FDF}' | '〆' | '〡'..='〩' | '〸'..='〻' => LIKE_HAN,
        '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' => LIKE_HAN,
        // Brackets, spaces, letters: nothing that is counted.
        '\u{3000}'..='\u{3029}' | '\u{3030}'..='\u{303F}' | '・' => 0,
        '\u{FF02}'..='\u{FF65}' | '‘' | '’' | '—' | '…' => 0,
        _ => RARE,
    }
}

/// What the tables say of characters.
struct Facts<'t> {
    to_traditional: BTreeMap<char, &'t Entry>,
    to_simplified: BTreeMap<char, &'t Entry>,
    /// What modern Japanese writes and the standard does not, and the other way round.
    shinjitai: BTreeSet<char>,
    kyujitai: BTreeSet<char>,
    /// Characters of Chinese words.
    chinese: BTreeSet<char>,
    /// The regions that write a character, for those of families.
    regions: BTreeMap<char, u8>,
}

impl<'t> Facts<'t> {
    fn of(tables: &'t Tables) -> Result<Facts<'t>> {
        let entries = |name: &str| {
            tables.get(name).map(Table::entries).with_context(|| format!("no table {name}"))
        };
        let mut facts = Facts {
            to_traditional: by_character(entries("STCharacters")?),
            to_simplified: by_character(entries("TSCharacters")?),
            shinjitai: BTreeSet::new(),
            kyujitai: BTreeSet::new(),
            chinese: BTreeSet::new(),
            regions: BTreeMap::new(),
        };
        for (japanese, entry) in by_character(entries("JPShinjitaiCharacters")?) {
            if offers(entry, japanese) {
                continue;
            }
            facts.shinjitai.insert(japanese);
            facts.kyujitai.extend(entry.candidates().iter().filter_map(|text| single(text)));
        }
        let mut standard = BTreeSet::new();
        for name in ["STPhrases", "TSPhrases", "STCharacters", "TSCharacters"] {
            for entry in entries(name)? {
                let values = entry.candidates().iter().flat_map(|text| text.chars());
                facts.chinese.extend(entry.key().chars().chain(values.clone()));
                if name == "STPhrases" {
                    standard.extend(values);
                }
            }
        }
        facts.add_families(entries("TWVariants")?, entries("HKVariants")?, &standard);
        Ok(facts)
    }

    fn add_families(&mut self, taiwan: &[Entry], hong_kong: &[Entry], standard: &BTreeSet<char>) {
        let (taiwan, hong_kong) = (by_character(taiwan), by_character(hong_kong));
        for &head in taiwan.keys().chain(hong_kong.keys()) {
            for (region, rows) in [(TAIWAN, &taiwan), (HONG_KONG, &hong_kong)] {
                let forms: Vec<char> = match rows.get(&head) {
                    Some(entry) => entry.candidates().iter().filter_map(|f| single(f)).collect(),
                    None => vec![head],
                };
                for form in forms {
                    *self.regions.entry(form).or_default() |= region;
                }
            }
            *self.regions.entry(head).or_default() |= STANDARD;
        }
        for (character, regions) in &mut self.regions {
            for (region, rows) in [(TAIWAN, &taiwan), (HONG_KONG, &hong_kong)] {
                if standard.contains(character) && !rows.contains_key(character) {
                    *regions |= region | STANDARD;
                }
            }
        }
    }

    /// The regions that write a character, or none where that tells nothing.
    fn regions(&self, character: char) -> u8 {
        match self.regions.get(&character) {
            None | Some(&ALL) => 0,
            Some(regions) => *regions,
        }
    }

    fn script(&self, character: char) -> u8 {
        let leaves = |table: &BTreeMap<char, &Entry>| {
            table.get(&character).is_none_or(|entry| offers(entry, character))
        };
        let (is_simplified, is_traditional) =
            (!leaves(&self.to_traditional), !leaves(&self.to_simplified));
        let is_of_region = self.regions.get(&character).is_some_and(|regions| regions & 3 != 0);
        let is_ambiguous = self
            .to_traditional
            .get(&character)
            .is_some_and(|entry| entry.candidates().len() > 1 && offers(entry, character));
        match (is_simplified, is_traditional) {
            (true, true) => EITHER,
            (true, false) if is_of_region => EITHER,
            (true, false) if self.shinjitai.contains(&character) => SIMPLIFIED_OR_JAPANESE,
            (true, false) => SIMPLIFIED,
            (false, true) if self.kyujitai.contains(&character) => TRADITIONAL,
            (false, true) => TRADITIONAL_OR_JAPANESE,
            (false, false) if is_ambiguous => EITHER,
            (false, false)
                if self.shinjitai.contains(&character) && !self.chinese.contains(&character) =>
            {
                JAPANESE
            }
            (false, false) => COMMON,
        }
    }
}

/// Whether an entry offers to leave the character.
fn offers(entry: &Entry, character: char) -> bool {
    entry.candidates().iter().any(|candidate| single(candidate) == Some(character))
}

fn by_character(entries: &[Entry]) -> BTreeMap<char, &Entry> {
    entries.iter().filter_map(|entry| Some((single(entry.key())?, entry))).collect()
}

fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}
