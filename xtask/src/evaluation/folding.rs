//! Spellings between which a text's author or house chooses, folded to one.
//!
//! Who writes 裏 and who writes 裡 mean the same word, and no context tells which one
//! a text has. Before texts are compared, both are folded, characters first and then
//! words. Three lists say what is folded:
//!
//! - what OpenCC's `TWVariants` and `HKVariants` replace by another single character:
//!   the standard forms of Taiwan and Hong Kong; so does its
//!   `CJK_Compatibility_Ideographs`, whose characters look the same;
//! - `dictionaries/evaluation/glyphs.tsv`: further characters;
//! - `dictionaries/evaluation/words.tsv`: pairs that are the same in some words only.
//!
//! Folding keeps the number of code points, so that what was aligned stays so.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result, bail, ensure};
use fanjian::dictionary::Table;

use crate::dictionaries::path;

/// The dictionaries of regional forms and of the same characters at other code points,
/// which are folded as they stand.
const VARIANTS: [&str; 3] =
    ["TWVariants.tsv", "HKVariants.tsv", "CJK_Compatibility_Ideographs.tsv"];
const GLYPHS: &str = "evaluation/glyphs.tsv";
const WORDS: &str = "evaluation/words.tsv";

/// A word and what it is folded to, of as many code points.
type Word = (Vec<char>, Vec<char>);

/// What is folded to what.
pub(crate) struct Folding {
    characters: HashMap<char, char>,
    /// Words and what they are folded to by their first character, the longest first.
    words: HashMap<char, Vec<Word>>,
}

impl Folding {
    /// The project's lists.
    pub(crate) fn read() -> Result<Folding> {
        let mut folding = Folding { characters: HashMap::new(), words: HashMap::new() };
        for file in VARIANTS {
            folding.add_variants(file)?;
        }
        for (variant, folded) in rows(GLYPHS)? {
            let place = || format!("{GLYPHS}: {variant} is not one character");
            folding
                .join(single(&variant).with_context(place)?, single(&folded).with_context(place)?);
        }
        for (variant, folded) in rows(WORDS)? {
            folding.add_word(&variant, &folded)?;
        }
        Ok(folding)
    }

    /// `text` in the spelling to which all others are folded.
    pub(crate) fn fold(&self, text: &str) -> Vec<char> {
        let mut folded: Vec<char> = text.chars().map(|it| self.character(it)).collect();
        let mut place = 0;
        while place < folded.len() {
            place += self.fold_word(&mut folded[place..]);
        }
        folded
    }

    /// The character to which this one is folded; itself where it stands in no list.
    pub(crate) fn character(&self, character: char) -> char {
        self.characters.get(&character).copied().unwrap_or(character)
    }

    /// Folds the longest word at the beginning, and says how many code points are done.
    fn fold_word(&self, text: &mut [char]) -> usize {
        let words = self.words.get(&text[0]).map(Vec::as_slice).unwrap_or_default();
        let Some((word, folded)) = words.iter().find(|(word, _)| text.starts_with(word)) else {
            return 1;
        };
        text[..word.len()].copy_from_slice(folded);
        word.len()
    }

    /// What a dictionary replaces one character by. Phrases and further candidates are
    /// no statement about glyphs.
    fn add_variants(&mut self, file: &str) -> Result<()> {
        let text = fs::read_to_string(path(file)).with_context(|| file.to_owned())?;
        let table = Table::parse(&text).with_context(|| file.to_owned())?;
        for entry in table.entries() {
            if let (Some(key), Some(replacement)) =
                (single(entry.key()), single(entry.replacement()))
            {
                self.join(key, replacement);
            }
        }
        Ok(())
    }

    /// Makes one class of two characters and of all that is folded to either.
    fn join(&mut self, one: char, other: char) {
        let (from, to) = (self.character(one), self.character(other));
        if from == to {
            return;
        }
        for folded in self.characters.values_mut().filter(|folded| **folded == from) {
            *folded = to;
        }
        self.characters.insert(from, to);
    }

    /// Words are looked up in text whose characters are folded, so theirs are as well.
    fn add_word(&mut self, variant: &str, folded: &str) -> Result<()> {
        let characters = |word: &str| word.chars().map(|it| self.character(it)).collect();
        let (from, to): (Vec<char>, Vec<char>) = (characters(variant), characters(folded));
        ensure!(from.len() == to.len(), "{WORDS}: {variant} and {folded} differ in length");
        ensure!(from != to, "{WORDS}: {variant} is folded by its characters already");
        let words = self.words.entry(from[0]).or_default();
        ensure!(words.iter().all(|(word, _)| *word != from), "{WORDS}: {variant} stands twice");
        words.push((from, to));
        words.sort_by_key(|(word, _)| Reverse(word.len()));
        Ok(())
    }
}

/// The first two columns of a list. The third says why, and must be there.
fn rows(file: &str) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(path(file)).with_context(|| file.to_owned())?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    lines
        .map(|(number, line)| match line.split('\t').collect::<Vec<_>>()[..] {
            [variant, folded, reason] if !reason.is_empty() => {
                Ok((variant.to_owned(), folded.to_owned()))
            }
            _ => bail!("{file}:{}: expected variant, folded, reason", number + 1),
        })
        .collect()
}

fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let folding = Folding::read().expect("the lists are well formed");
        folding.fold(one) == folding.fold(other)
    }

    #[test]
    fn variants_of_regions_are_the_same() {
        assert!(same("這裡為著臺灣群眾", "這裏爲着台灣羣衆"));
        assert!(same("\u{F967}", "不"), "a compatibility ideograph");
    }

    #[test]
    fn house_style_is_the_same_in_its_words_alone() {
        assert!(same("計畫佔三成", "計劃占三成"));
        assert!(same("週末公佈", "周末公布"));
        assert!(!same("圖畫", "圖劃"));
        assert!(!same("姓周", "姓週"));
    }

    #[test]
    fn what_context_decides_stays_apart() {
        for (right, wrong) in [
            ("皇后", "皇後"),
            ("公里", "公裏"),
            ("聯繫", "聯系"),
            ("颱風", "台風"),
            ("制裁", "製裁"),
        ] {
            assert!(!same(right, wrong), "{right} {wrong}");
        }
    }

    #[test]
    fn lists_are_sorted() {
        for file in [GLYPHS, WORDS] {
            assert!(rows(file).expect("a list").is_sorted(), "{file}");
        }
    }
}
