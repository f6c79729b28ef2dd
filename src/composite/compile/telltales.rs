//! What a text has that is not what it becomes.
//!
//! That is told by a character that a stage changes, or by a phrase that a stage changes
//! though none of its characters does. Of each such phrase two characters that stand side by
//! side are noted: one that tells, and what stands beside it. The fewer and the less common
//! the characters are that tell, the less often the second one is asked for.
//!
//! Each stage is told by itself: where no stage before has anything to change, what comes to
//! it is the source.

use alloc::vec;
use alloc::vec::Vec;

use super::super::{CHANGES, TELLS, TOLD_BEFORE, TOLD_BEHIND};
use super::frequency::Frequencies;
use super::{code_unit, effective, packed};
use crate::description;
use crate::dictionary::Flat;
use crate::text::NONE;

/// The telltales of the stages so far.
#[derive(Clone, Default)]
pub(super) struct Told {
    /// What each unit tells.
    what: Vec<u8>,
    /// The telling pairs and the character behind them, each as one number, not in order.
    pub(super) pairs: Vec<u64>,
}

impl Told {
    /// The telltales of no stage: what a description does, its operands do not tell.
    pub(super) fn new() -> Told {
        let mut what = vec![0; 1 << 16];
        for operator in description::operators().filter_map(code_unit) {
            what[usize::from(operator)] = CHANGES;
        }
        Told { what, pairs: Vec::new() }
    }

    /// The units that tell anything, and what.
    pub(super) fn telltales(&self) -> impl Iterator<Item = (u16, u8)> {
        let all = (0..=u16::MAX).zip(self.what.iter().copied());
        all.filter(|(_, what)| *what != 0)
    }

    /// Adds those of a stage, by how common characters are.
    pub(super) fn add(&mut self, stage: &Flat<'_>, common: &Frequencies) {
        for (item, key) in stage.items().iter().zip(stage.keys()) {
            if let [only] = *key
                && item.replacement() != item.key
                && let Some(unit) = code_unit(only)
            {
                self.what[usize::from(unit)] |= CHANGES;
            }
        }
        let rarest = |key: &[char]| {
            units(key).min_by(|left, right| common.of(*left).total_cmp(&common.of(*right)))
        };
        let untold = effective(stage).filter(|key| !self.does_any(key, CHANGES));
        let mut untold: Vec<(u16, &[char])> =
            untold.filter_map(|key| Some((rarest(key)?, key))).collect();
        // Those that have no rare character first: theirs may do for others as well.
        untold.sort_by(|(left, _), (right, _)| common.of(*right).total_cmp(&common.of(*left)));
        for (rarest, key) in untold {
            self.add_phrase(key, rarest, common);
        }
    }

    /// Makes a phrase known by one of its characters that tell, or if none does yet, by
    /// this one, and what is beside it, as little common as may be.
    fn add_phrase(&mut self, key: &[char], rarest: u16, common: &Frequencies) {
        let is_told = self.does_any(key, TELLS);
        let tells = |unit: u16| match is_told {
            true => self.what[usize::from(unit)] & TELLS != 0,
            false => unit == rarest,
        };
        let unit_at = |at: usize| key.get(at).and_then(|it| code_unit(*it));
        let pairs = (0..key.len()).filter_map(|at| {
            let third = unit_at(at + 2).unwrap_or(NONE);
            Some([unit_at(at)?, unit_at(at + 1)?, third])
        });
        let pairs = pairs.filter(|[first, second, _]| tells(*first) || tells(*second));
        // Three are no more common than two of them.
        let share = |[first, second, third]: [u16; 3]| match third {
            NONE => common.of_pair([first, second]),
            _ => common.of_pair([first, second]).min(common.of_pair([second, third])),
        };
        match pairs.min_by(|one, other| share(*one).total_cmp(&share(*other))) {
            Some(units @ [first, second, _]) => {
                let what = match tells(first) {
                    true => [TELLS, TOLD_BEFORE],
                    false => [TOLD_BEHIND, TELLS],
                };
                for (unit, what) in [first, second].into_iter().zip(what) {
                    self.what[usize::from(unit)] |= what;
                }
                self.pairs.push(packed(&units));
            }
            None => self.what[usize::from(rarest)] |= CHANGES,
        }
    }

    /// Whether one of these characters tells this.
    fn does_any(&self, key: &[char], what: u8) -> bool {
        units(key).any(|unit| self.what[usize::from(unit)] & what != 0)
    }
}

/// The code units of those that have three bytes.
fn units(key: &[char]) -> impl Iterator<Item = u16> {
    key.iter().filter_map(|character| code_unit(*character))
}
