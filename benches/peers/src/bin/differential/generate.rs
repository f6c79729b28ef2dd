//! Texts made to break an implementation: where a phrase begins and does not
//! end, where phrases overlap, where what looks like a dictionary's character is
//! another one, where sequences reach their limits.

use std::collections::HashMap;

use fanjian::{Config, Converter, Variety};
use fastrand::Rng;
use texts::Dictionaries;

const FIRST_OPERATOR: char = '\u{2FF0}';
const LAST_OPERATOR: char = '\u{2FFF}';

/// Marks that stand behind a character and belong to it.
const MARKS: &str = "\u{300}\u{301}\u{308}\u{3099}\u{309A}\u{20DD}\u{FE00}\u{FE01}\u{FE0E}\u{FE0F}\
                     \u{E0100}\u{E0101}\u{E01EF}\u{200D}\u{200C}\u{302A}\u{302D}";

/// Characters at the edges: of encodings, of lines, of what is visible.
const ODD: &str = "\u{1}\u{8}\t\n\r\u{B}\u{1B}\u{7F}\u{80}\u{85}\u{A0}\u{7FF}\u{800}\u{2028}\
                   \u{3000}\u{D7FF}\u{E000}\u{F8FF}\u{FEFF}\u{FFFD}\u{FFFE}\u{FFFF}\u{10000}\
                   \u{31EF}\u{31C0}\u{303E}\u{3400}\u{4E00}\u{9FFF}\u{FAD9}\u{20000}\u{2A6DF}\
                   \u{2F800}\u{2FA1D}\u{30000}\u{3134A}\u{10FFFF}";

/// What is not Chinese and stands beside it.
const STRINGS: &[&str] = &[
    "\r\n",
    "\n",
    " ",
    "　",
    "，",
    "。",
    "「",
    "」",
    "…",
    "——",
    "😀",
    "👨‍👩‍👧",
    "🇹🇼",
    "1️⃣",
    "かな",
    "カタカナ",
    "한글",
    "Ω",
    "é",
    "e\u{301}",
    "ａｂｃ",
    "Ｕ",
    "〇",
    "々",
    "Hello, world",
    "3.14",
    "a",
    "Z",
    "0",
];

/// Makes texts for one configuration, the same for the same seed.
pub(crate) struct Generator {
    random: Rng,
    /// Keys of the configuration's dictionaries, and texts that become such a
    /// key on the way to a later stage; sorted.
    keys: Vec<String>,
    /// Those of them that begin with ASCII.
    ascii_keys: Vec<String>,
    /// Keys and candidates of all dictionaries.
    words: Vec<String>,
    /// Every character of any of them.
    characters: Vec<char>,
    /// The compatibility ideographs of a character.
    compatibility: HashMap<char, Vec<char>>,
}

impl Generator {
    pub(crate) fn new(config: Config, dictionaries: &Dictionaries, seed: u64) -> Generator {
        let mut keys: Vec<String> = Vec::new();
        for (key, candidate) in dictionaries.entries_of(config) {
            keys.push(key.clone());
            // A key of a later stage is in the script that the first one writes.
            if config.source() == Variety::Simplified {
                keys.push(Converter::new(Config::T2s).convert(key).into_owned());
            }
            keys.push(candidate.clone());
        }
        keys.sort();
        keys.dedup();
        let entries = dictionaries.entries();
        let mut words: Vec<String> =
            entries.flat_map(|(key, candidate)| [key.clone(), candidate.clone()]).collect();
        words.sort();
        words.dedup();
        let mut characters: Vec<char> = words.iter().flat_map(|word| word.chars()).collect();
        characters.sort_unstable();
        characters.dedup();
        let begins_with_ascii = |word: &&String| word.starts_with(|first: char| first.is_ascii());
        let ascii_keys = words.iter().filter(begins_with_ascii).cloned().collect();

        let mut compatibility: HashMap<char, Vec<char>> = HashMap::new();
        for (key, candidate) in dictionaries.table("CJK_Compatibility_Ideographs") {
            let (ideographs, unified) = (key.chars(), candidate.chars().next());
            compatibility.entry(unified.unwrap_or_default()).or_default().extend(ideographs);
        }
        // Configurations get different texts from the same seed.
        let random = Rng::with_seed(seed.wrapping_mul(Config::ALL.len() as u64) + config as u64);
        Generator { random, keys, ascii_keys, words, characters, compatibility }
    }

    /// A text without NUL: mostly short, now and then longer than any block
    /// that an implementation might work in.
    pub(crate) fn text(&mut self) -> String {
        let mut text = String::new();
        if self.random.u32(..512) == 0 {
            let length = self.random.usize(4_000..12_000);
            while text.len() < length {
                self.piece(&mut text);
            }
        } else {
            for _ in 0..self.random.usize(1..=6) {
                self.piece(&mut text);
            }
        }
        match self.random.u32(..8) {
            0 => self.with_marks(&text),
            1 => self.with_compatibility_ideographs(&text),
            2 => self.cut_short(&text),
            _ => text,
        }
    }

    /// Two texts to be put around a NUL. Neither has a description sequence: a
    /// NUL may be part of one, and then the two do belong together.
    pub(crate) fn parts_around_nul(&mut self) -> (String, String) {
        let mut part = || {
            let text = self.text();
            text.replace(|character| (FIRST_OPERATOR..=LAST_OPERATOR).contains(&character), "")
        };
        (part(), part())
    }

    fn piece(&mut self, text: &mut String) {
        match self.random.u32(..20) {
            0..=3 => text.push_str(&self.key()),
            4..=5 => self.head_and_tail(text),
            6..=8 => self.overlapping(text),
            9..=10 => self.almost_a_key(text),
            11 => text.push_str(&self.word()),
            12..=13 => self.run_of_characters(text),
            14 => {
                let key = self.key();
                text.push_str(&self.with_compatibility_ideographs(&key));
            }
            15 => self.description(text),
            16 => self.supplementary(text),
            17 => self.ascii(text),
            18 => text.push_str(STRINGS[self.random.usize(..STRINGS.len())]),
            _ => self.odd(text),
        }
    }

    fn key(&mut self) -> String {
        self.keys[self.random.usize(..self.keys.len())].clone()
    }

    fn word(&mut self) -> String {
        self.words[self.random.usize(..self.words.len())].clone()
    }

    fn character(&mut self) -> char {
        self.characters[self.random.usize(..self.characters.len())]
    }

    /// The head of one key and the tail of another.
    fn head_and_tail(&mut self, text: &mut String) {
        let (first, second) = (self.key(), self.key());
        text.push_str(&first[..self.inner_border(&first)]);
        text.push_str(&second[self.inner_border(&second)..]);
    }

    /// Keys of which each begins with the end of the one before, where there is
    /// such a key.
    fn overlapping(&mut self, text: &mut String) {
        let mut key = self.key();
        text.push_str(&key);
        for _ in 0..self.random.usize(1..=4) {
            let shared = key[self.inner_border(&key)..].to_owned();
            let start = self.keys.partition_point(|other| *other < shared);
            let beginning =
                self.keys[start..].iter().take_while(|other| other.starts_with(&shared));
            let count = beginning.count();
            if shared.is_empty() || count == 0 {
                return;
            }
            key = self.keys[start + self.random.usize(..count)].clone();
            text.push_str(&key[shared.len()..]);
        }
    }

    /// A key with one character replaced, doubled, exchanged with its
    /// neighbour, or missing: the last one above all.
    fn almost_a_key(&mut self, text: &mut String) {
        let mut characters: Vec<char> = self.key().chars().collect();
        let position = self.random.usize(..characters.len());
        match self.random.u32(..6) {
            0..=1 => characters[position] = self.character(),
            2 => characters.insert(position, characters[position]),
            3 => characters.swap(position, 0),
            _ => _ = characters.pop(),
        }
        text.extend(characters);
    }

    fn run_of_characters(&mut self, text: &mut String) {
        for _ in 0..self.random.usize(1..=10) {
            text.push(self.character());
        }
    }

    /// `text` with some characters replaced by compatibility ideographs that
    /// stand for them.
    fn with_compatibility_ideographs(&mut self, text: &str) -> String {
        let mut replace = |character: char| match self.compatibility.get(&character) {
            Some(ideographs) if self.random.bool() => {
                ideographs[self.random.usize(..ideographs.len())]
            }
            _ => character,
        };
        text.chars().map(&mut replace).collect()
    }

    /// `text` with marks between its characters.
    fn with_marks(&mut self, text: &str) -> String {
        let mut marked = String::new();
        for character in text.chars() {
            marked.push(character);
            if self.random.u32(..6) == 0 {
                marked.push(one_of(MARKS, &mut self.random));
            }
        }
        marked
    }

    /// `text` without its last few characters.
    fn cut_short(&mut self, text: &str) -> String {
        let length = text.chars().count();
        text.chars().take(length - self.random.usize(..=length.min(4))).collect()
    }

    /// An ideographic description sequence: of any form, or at the limits of 16
    /// levels and 64 code points; sometimes cut, sometimes with a key inside.
    fn description(&mut self, text: &mut String) {
        let mut sequence = String::new();
        match self.random.u32(..8) {
            0 => {
                // A chain of operators with one operand each.
                let levels = self.random.usize(13..=18);
                sequence.extend(std::iter::repeat_n('\u{2FFE}', levels));
                sequence.push_str(&self.key());
            }
            1 => {
                // A chain whose every operator still waits for an operand.
                let levels = self.random.usize(13..=18);
                sequence.extend((0..levels).map(|_| '⿰'));
                for _ in 0..levels + 2 {
                    sequence.push(self.character());
                }
            }
            2 => {
                // A full tree of 63 code points below a few operators more.
                sequence.extend(std::iter::repeat_n('\u{2FFF}', self.random.usize(..4)));
                self.full_tree(5, &mut sequence);
                sequence.push_str(&self.key());
            }
            3..=4 => {
                sequence.push(self.operator());
                sequence.push_str(&self.key());
                sequence.push_str(&self.key());
            }
            _ => self.tree(0, &mut sequence),
        }
        if self.random.u32(..4) == 0 {
            sequence = self.cut_short(&sequence);
        }
        text.push_str(&sequence);
        if self.random.bool() {
            text.push_str(&self.key());
        }
    }

    fn operator(&mut self) -> char {
        self.random.char(FIRST_OPERATOR..=LAST_OPERATOR)
    }

    fn full_tree(&mut self, depth: usize, text: &mut String) {
        if depth == 0 {
            return text.push(self.character());
        }
        text.push('⿱');
        self.full_tree(depth - 1, text);
        self.full_tree(depth - 1, text);
    }

    fn tree(&mut self, depth: usize, text: &mut String) {
        // Half of the operands are sequences in turn, so trees stay small.
        if depth > 0 && (depth > 20 || self.random.bool()) {
            return match self.random.u32(..8) {
                0 => text.push(one_of(ODD, &mut self.random)),
                _ => text.push(self.character()),
            };
        }
        let operator = self.operator();
        text.push(operator);
        let operands = match operator {
            '\u{2FF2}' | '\u{2FF3}' => 3,
            '\u{2FFE}' | '\u{2FFF}' => 1,
            _ => 2,
        };
        for _ in 0..operands {
            self.tree(depth + 1, text);
        }
    }

    /// Characters beyond the Basic Multilingual Plane, from anywhere in it.
    fn supplementary(&mut self, text: &mut String) {
        for _ in 0..self.random.usize(1..=4) {
            let ranges =
                ['\u{10000}'..='\u{1FFFF}', '\u{20000}'..='\u{33479}', '\u{E0000}'..='\u{E01EF}'];
            let range = ranges[self.random.usize(..ranges.len())].clone();
            text.push(self.random.char(range));
        }
    }

    /// Keys that begin with ASCII, whole, in part, in the other case, and ASCII
    /// that is nothing but that.
    fn ascii(&mut self, text: &mut String) {
        let key = self.ascii_keys[self.random.usize(..self.ascii_keys.len())].clone();
        match self.random.u32(..5) {
            0..=1 => text.push_str(&key),
            2 => text.push_str(&key[..self.inner_border(&key)]),
            3 => text.push_str(&key.to_ascii_lowercase()),
            _ => {
                for _ in 0..self.random.usize(1..=80) {
                    text.push(self.random.char(' '..='~'));
                }
                text.push_str(&key);
            }
        }
    }

    fn odd(&mut self, text: &mut String) {
        text.push(one_of(ODD, &mut self.random));
        text.push(self.character());
        text.push(one_of(MARKS, &mut self.random));
    }

    /// An offset within `word`, at a character's border and not at its start.
    fn inner_border(&mut self, word: &str) -> usize {
        let count = word.chars().count();
        let border = self.random.usize(..count) + 1;
        word.char_indices().nth(border).map_or(word.len(), |(offset, _)| offset)
    }
}

fn one_of(characters: &str, random: &mut Rng) -> char {
    let position = random.usize(..characters.chars().count());
    characters.chars().nth(position).unwrap_or_default()
}
