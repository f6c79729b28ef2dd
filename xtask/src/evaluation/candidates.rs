//! Which Traditional characters a Simplified one may stand for.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use fanjian::dictionary::Table;

use super::folding::Folding;
use crate::dictionaries::path;

const FILE: &str = "STCharacters.tsv";

/// The candidates of ambiguous characters.
pub(crate) struct Candidates(BTreeMap<char, Vec<char>>);

impl Candidates {
    /// Those of `STCharacters` with more than one candidate after folding.
    pub(crate) fn read(folding: &Folding) -> Result<Candidates> {
        let text = fs::read_to_string(path(FILE)).context(FILE)?;
        let table = Table::parse(&text).context(FILE)?;
        let mut ambiguous = BTreeMap::new();
        for entry in table.entries() {
            let candidates: Vec<char> =
                entry.candidates().iter().flat_map(|candidate| candidate.chars()).collect();
            let first = folding.character(candidates[0]);
            if candidates.iter().any(|&candidate| folding.character(candidate) != first) {
                ambiguous.extend(entry.key().chars().map(|key| (key, candidates.clone())));
            }
        }
        Ok(Candidates(ambiguous))
    }

    /// The candidates of a Simplified character, best first, as OpenCC writes them; none
    /// where it is not ambiguous.
    pub(crate) fn of(&self, simplified: char) -> Option<&[char]> {
        self.0.get(&simplified).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_candidates_count_as_one() {
        let folding = Folding::read().expect("the lists are well formed");
        let candidates = Candidates::read(&folding).expect("the dictionary is there");
        assert_eq!(candidates.of('后'), Some(&['後', '后'][..]));
        assert_eq!(candidates.of('占'), None);
        assert_eq!(candidates.of('汉'), None);
    }
}
