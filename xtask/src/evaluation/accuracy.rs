//! How much of a native text comes back from Simplified script.

use std::collections::BTreeMap;

use serde::Serialize;

use super::candidates::Candidates;
use super::folding::Folding;
use super::set::Set;

/// Some of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Share {
    /// How many of them.
    pub(crate) some: usize,
    /// How many there are.
    pub(crate) of: usize,
}

/// A Simplified character, what the native text has in its place, and what came of it.
/// The last is nothing where the output cannot be aligned there.
pub(crate) type Confusion = (char, char, Option<char>);

/// What came back of a set.
#[derive(Default)]
pub(crate) struct Accuracy {
    /// Ambiguous characters that are what the native text has.
    pub(crate) characters: Share,
    /// Lines that are the native text as a whole, ambiguous or not.
    pub(crate) sentences: Share,
    /// What was wrong, and how often.
    pub(crate) confusions: BTreeMap<Confusion, usize>,
}

impl Share {
    /// Counts one more, which is one of them or not.
    pub(crate) fn count(&mut self, is_one: bool) {
        self.some += usize::from(is_one);
        self.of += 1;
    }

    /// In per cent; 100 of nothing.
    pub(crate) fn percent(self) -> f64 {
        if self.of == 0 { 100.0 } else { 100.0 * self.some as f64 / self.of as f64 }
    }
}

impl Accuracy {
    /// Compares the lines of `output` with the native ones, both folded.
    pub(crate) fn of(set: &Set, output: &str, folding: &Folding, candidates: &Candidates) -> Self {
        let mut accuracy = Accuracy::default();
        for (line, output) in set.lines.iter().zip(output.lines()) {
            let (native, output) = (folding.fold(&line.native), folding.fold(output));
            accuracy.sentences.count(native == output);
            let aligned = aligned(&native, &output);
            for ((simplified, native), output) in line.simplified.chars().zip(native).zip(aligned) {
                if candidates.of(simplified).is_some() {
                    accuracy.count((simplified, native, output));
                }
            }
        }
        accuracy
    }

    fn count(&mut self, (simplified, native, output): Confusion) {
        let is_right = output == Some(native);
        self.characters.count(is_right);
        if !is_right {
            *self.confusions.entry((simplified, native, output)).or_default() += 1;
        }
    }
}

/// For each character of `native` the one of `output` in its place. Where an output has
/// another number of characters, what both begin and end with is aligned and nothing
/// between.
pub(crate) fn aligned(native: &[char], output: &[char]) -> Vec<Option<char>> {
    if native.len() == output.len() {
        return output.iter().copied().map(Some).collect();
    }
    let shorter = native.len().min(output.len());
    let equal = |(one, other): &(&char, &char)| one == other;
    let head = native.iter().zip(output).take_while(equal).count();
    let ends = native.iter().rev().zip(output.iter().rev());
    let tail = ends.take(shorter - head).take_while(equal).count();
    let between = head..native.len() - tail;
    let at = |(place, &character)| (!between.contains(&place)).then_some(character);
    native.iter().enumerate().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpora::Corpus;
    use crate::evaluation::set::sets;

    fn of(native: &str, output: &str) -> Accuracy {
        let corpus = Corpus { name: "own".to_owned(), text: native.to_owned() };
        let set = sets(&[corpus], None).remove(0);
        let folding = Folding::read().expect("the lists are well formed");
        let candidates = Candidates::read(&folding).expect("the dictionary is there");
        Accuracy::of(&set, output, &folding, &candidates)
    }

    #[test]
    fn only_ambiguous_characters_count() {
        let accuracy = of("皇后說漢語", "皇後説汉語");
        assert_eq!(accuracy.characters, Share { some: 0, of: 1 });
        assert_eq!(accuracy.sentences, Share { some: 0, of: 1 });
        let confusion = ('后', '后', Some('後'));
        assert_eq!(accuracy.confusions, BTreeMap::from([(confusion, 1)]));
    }

    #[test]
    fn other_forms_of_a_character_are_right() {
        let accuracy = of("皇后站在臺灣的家裡", "皇后站在台灣的家裏");
        assert_eq!(accuracy.sentences, Share { some: 1, of: 1 });
        assert_eq!(accuracy.characters.some, accuracy.characters.of);
        assert!(accuracy.characters.of >= 3);
    }

    #[test]
    fn output_of_another_length_is_aligned_at_its_ends() {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        let (native, output) = (characters("皇后的網路里程"), characters("皇后的網絡上里程"));
        let expected = ['皇', '后', '的', '網'].map(Some);
        assert_eq!(aligned(&native, &output)[..4], expected);
        assert_eq!(aligned(&native, &output)[4], None);
        assert_eq!(aligned(&native, &output)[5..], ['里', '程'].map(Some));
        assert_eq!(aligned(&characters("里里"), &characters("里")), [Some('里'), None]);
    }
}
