//! Native text damaged as careless converters damage it, and what a repairer does.
//!
//! Damage is done to ambiguous characters alone, and with knowledge of the Simplified
//! text: each becomes what a converter without context makes of the Simplified one.
//! Where that is what the native text has, or folds to the same, nothing was damaged.

use std::collections::BTreeMap;

use serde::Serialize;

use super::accuracy::{Confusion, Share, aligned};
use super::candidates::Candidates;
use super::folding::Folding;
use super::set::{Line, Set};
use super::split::hash;

/// One of so many ambiguous characters is damaged where damage is sparse.
const SPARSE: u64 = 8;

/// What is careless about a converter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Damage {
    /// None: the text is clean, and all that changes is harm.
    Clean,
    /// Characters that exist in both scripts stay: 關系, 之后, 標志.
    Leftover,
    /// Every character becomes its first candidate: 皇後, 關系.
    FirstCandidate,
    /// Characters that exist in both scripts become something else: 製裁, 乾預, 皇後.
    OverConverted,
    /// Leftovers and over-conversion by turns, in one of eight ambiguous characters: a
    /// text of a converter that was right for the most part.
    Sparse,
}

/// What a repairer did.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Repaired {
    /// What was damaged.
    pub(crate) damage: Damage,
    /// Damaged characters that are again what the native text has.
    pub(crate) restored: Share,
    /// Good characters that no longer are what the native text has, of all Han
    /// characters.
    pub(crate) harmed: Share,
    /// Both kinds of failures: what was damaged to what and is not restored, and good
    /// characters that were harmed; the damaged one stands first.
    #[serde(skip)]
    pub(crate) failures: BTreeMap<Confusion, usize>,
}

impl Damage {
    /// All, in the order of tables.
    pub(crate) const ALL: [Damage; 5] = [
        Damage::Clean,
        Damage::Leftover,
        Damage::FirstCandidate,
        Damage::OverConverted,
        Damage::Sparse,
    ];

    /// What tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Damage::Clean => "clean",
            Damage::Leftover => "leftover",
            Damage::FirstCandidate => "first candidate",
            Damage::OverConverted => "over-converted",
            Damage::Sparse => "sparse",
        }
    }

    /// All lines of a set, damaged, a line each.
    pub(crate) fn text(self, set: &Set, candidates: &Candidates) -> String {
        let mut all = String::new();
        for line in &set.lines {
            self.damage_into(line, candidates, &mut all);
            all.push('\n');
        }
        all
    }

    fn damage_into(self, line: &Line, candidates: &Candidates, output: &mut String) {
        let mut chance = hash(line.native.as_bytes());
        for (native, simplified) in line.native.chars().zip(line.simplified.chars()) {
            let damaged = candidates.of(simplified).map(|candidates| {
                // The next of a sequence of hashes that every line has for itself.
                chance = hash(&chance.to_le_bytes());
                self.character(native, simplified, candidates, chance)
            });
            output.push(damaged.unwrap_or(native));
        }
    }

    fn character(self, native: char, simplified: char, candidates: &[char], chance: u64) -> char {
        let stays = candidates.iter().find(|&&candidate| candidate == simplified);
        let changes = candidates.iter().find(|&&candidate| candidate != simplified);
        let first = candidates[0];
        match self {
            Damage::Clean => native,
            Damage::Leftover => *stays.unwrap_or(&first),
            Damage::FirstCandidate => first,
            Damage::OverConverted => *changes.unwrap_or(&first),
            Damage::Sparse if !chance.is_multiple_of(SPARSE) => native,
            Damage::Sparse if (chance / SPARSE).is_multiple_of(2) => *stays.unwrap_or(&first),
            Damage::Sparse => *changes.unwrap_or(&first),
        }
    }
}

impl Repaired {
    /// Compares the damaged text with what a repairer made of it.
    pub(crate) fn of(
        damage: Damage,
        set: &Set,
        damaged: &str,
        output: &str,
        folding: &Folding,
    ) -> Repaired {
        let nothing = Share::default();
        let failures = BTreeMap::new();
        let mut repaired = Repaired { damage, restored: nothing, harmed: nothing, failures };
        for ((line, damaged), output) in set.lines.iter().zip(damaged.lines()).zip(output.lines()) {
            let native = folding.fold(&line.native);
            let output = aligned(&native, &folding.fold(output));
            for ((native, damaged), output) in
                native.into_iter().zip(folding.fold(damaged)).zip(output)
            {
                repaired.count((damaged, native, output));
            }
        }
        repaired
    }

    fn count(&mut self, (damaged, native, output): Confusion) {
        let (is_good, is_right) = (native == damaged, output == Some(native));
        if !is_right {
            *self.failures.entry((damaged, native, output)).or_default() += 1;
        }
        if !is_good {
            self.restored.count(is_right);
        }
        self.harmed.some += usize::from(is_good && !is_right);
        self.harmed.of += usize::from(is_han(native));
    }

    /// Of what was damaged, if anything was.
    pub(crate) fn percent_restored(&self) -> Option<f64> {
        (self.restored.of > 0).then(|| self.restored.percent())
    }

    /// Good characters harmed of ten thousand Han characters.
    pub(crate) fn harmed_per_ten_thousand(&self) -> f64 {
        10_000.0 * self.harmed.some as f64 / self.harmed.of.max(1) as f64
    }
}

/// The unified ideographs that texts of today have.
fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpora::Corpus;
    use crate::evaluation::set::sets;

    const NATIVE: &str = "之後皇后聯繫干預制裁的關係";

    struct Fixture {
        set: Set,
        folding: Folding,
        candidates: Candidates,
    }

    fn fixture() -> Fixture {
        let corpus = Corpus { name: "own".to_owned(), text: NATIVE.to_owned() };
        let set = sets(&[corpus], None).remove(0);
        let folding = Folding::read().expect("the lists are well formed");
        let candidates = Candidates::read(&folding).expect("the dictionary is there");
        Fixture { set, folding, candidates }
    }

    #[test]
    fn damage_is_that_of_careless_converters() {
        let Fixture { set, candidates, .. } = fixture();
        let text = |damage: Damage| damage.text(&set, &candidates);
        assert_eq!(text(Damage::Clean), format!("{NATIVE}\n"));
        assert_eq!(text(Damage::Leftover), "之后皇后聯系干預制裁的關系\n");
        assert_eq!(text(Damage::FirstCandidate), "之後皇後聯系幹預制裁的關系\n");
        assert_eq!(text(Damage::OverConverted), "之後皇後聯係幹預製裁的關係\n");
    }

    #[test]
    fn restored_and_harmed_are_told_apart() {
        let Fixture { set, folding, candidates } = fixture();
        let damaged = Damage::Leftover.text(&set, &candidates);
        let output = "之後皇後聯系干預制裁的關係\n";
        let repaired = Repaired::of(Damage::Leftover, &set, &damaged, output, &folding);
        assert_eq!(repaired.restored, Share { some: 2, of: 3 }, "後 and 係, not 繫");
        assert_eq!(repaired.harmed, Share { some: 1, of: NATIVE.chars().count() }, "皇後");
    }

    #[test]
    fn sparse_damage_is_rare_and_repeatable() {
        let Fixture { set, candidates, .. } = fixture();
        let text = Damage::Sparse.text(&set, &candidates);
        assert_eq!(text, Damage::Sparse.text(&set, &candidates));
        let damaged = text.trim().chars().zip(NATIVE.chars()).filter(|(one, other)| one != other);
        assert!(damaged.count() < 4);
    }
}
