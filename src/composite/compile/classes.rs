//! The classes of characters: which pairs are suspicious.
//!
//! A pair is suspicious when a class of its first character is among those of its
//! second one. Each first character is in one class, and every character that makes
//! a suspicious pair with it is a second one of that class. So two first characters
//! in one class lend each other their second ones, and the more common the pairs are
//! that become suspicious so, without need, the slower texts convert.
//!
//! First characters are put into classes one after the other, the most common first,
//! each where it costs the least; then again and again, beside all others, as long as
//! that is better. How common a pair is, is known of the most common ones, and else
//! reckoned from its two characters.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::super::CLASSES;
use super::frequency::Frequencies;
use super::{ClassesOf, Effort};

/// How many classes there are.
const NUMBER: usize = CLASSES as usize;
/// How often first characters are put into classes again, at most.
const ROUNDS: usize = 40;
/// How many pairs are looked at for that where time is short.
const PAIRS_IN_HASTE: usize = 200_000;

/// What part of all pairs those are of which is not known how common they are.
const UNKNOWN: f64 = 0.5;

/// A first character and its second ones.
type First = (u16, Vec<u16>);

/// The classes of characters while pairs are added.
pub(super) struct Classes {
    /// Those behind which each character is suspicious, and those that it is in.
    of: Vec<[u8; 2]>,
    common: Arc<Frequencies>,
    /// How common the first characters of each class are, together.
    firsts: [f64; NUMBER],
    /// How common its second characters are, together.
    seconds: [f64; NUMBER],
    /// How common the pairs are, as far as they are known, of each second character
    /// with the first ones of each class.
    together: Vec<[f64; NUMBER]>,
}

impl Classes {
    /// Begins with the classes that there are.
    pub(super) fn new(begun: &ClassesOf, common: Arc<Frequencies>) -> Classes {
        let mut classes = Classes {
            of: vec![[0; 2]; 1 << 16],
            common,
            firsts: [0.0; NUMBER],
            seconds: [0.0; NUMBER],
            together: vec![[0.0; NUMBER]; 1 << 16],
        };
        for (&unit, &[behind, before]) in begun {
            classes.of[usize::from(unit)] = [behind, before];
            for class in 0..NUMBER {
                if before >> class & 1 != 0 {
                    classes.count_first(unit, class, 1.0);
                }
                if behind >> class & 1 != 0 {
                    classes.seconds[class] += classes.share(unit);
                }
            }
        }
        classes
    }

    /// The classes of all characters that are in some.
    pub(super) fn of_all(&self) -> ClassesOf {
        let all = (0..=u16::MAX).zip(&self.of);
        all.filter(|(_, classes)| **classes != [0, 0]).map(|(unit, of)| (unit, *of)).collect()
    }

    /// Makes these pairs suspicious. Of what there is, that of first characters
    /// stays of which there is nothing new.
    pub(super) fn add(&mut self, pairs: &[(u16, u16)], effort: Effort) {
        let by_first = pairs.chunk_by(|one, next| one.0 == next.0);
        let mut firsts: Vec<First> = by_first
            .map(|pairs| (pairs[0].0, pairs.iter().map(|&(_, second)| second).collect()))
            .collect();
        firsts.sort_by(|(left, _), (right, _)| {
            self.share(*right).total_cmp(&self.share(*left)).then(left.cmp(right))
        });
        let (new, mut all): (Vec<First>, Vec<First>) =
            firsts.into_iter().partition(|first| self.is_new(first));
        for first in &new {
            match self.class_of(first.0) {
                Some(class) => self.add_seconds(first, class),
                None => self.put(first, self.best_class(first)),
            }
        }
        let pairs = new.iter().map(|(_, seconds)| seconds.len()).sum::<usize>();
        let rounds = match effort {
            Effort::Full => ROUNDS,
            Effort::Haste => ROUNDS.min(PAIRS_IN_HASTE / pairs.max(1)),
        };
        if rounds > 0 {
            all.extend_from_slice(&new);
            self.improve(&all, &new, rounds);
        }
    }

    /// Whether one of its pairs is not suspicious yet.
    fn is_new(&self, (first, seconds): &First) -> bool {
        let class = self.class_of(*first);
        seconds.iter().any(|&second| class.is_none_or(|class| !self.has_second(class, second)))
    }

    /// Puts one of the `new` first characters after the other into the class that is
    /// the best by now, so many times at most.
    fn improve(&mut self, all: &[First], new: &[First], rounds: usize) {
        // How many first characters need each second one in each class.
        let mut needed = vec![[0_u32; NUMBER]; 1 << 16];
        for (first, seconds) in all {
            if let Some(class) = self.class_of(*first) {
                seconds.iter().for_each(|&second| needed[usize::from(second)][class] += 1);
            }
        }
        for _ in 0..rounds {
            let mut is_better = false;
            for first in new {
                let (unit, seconds) = first;
                let Some(from) = self.class_of(*unit) else { continue };
                self.count_first(*unit, from, -1.0);
                for &second in seconds {
                    needed[usize::from(second)][from] -= 1;
                    if needed[usize::from(second)][from] == 0 {
                        self.seconds[from] -= self.share(second);
                        self.of[usize::from(second)][0] &= !(1 << from);
                    }
                }
                let to = self.best_class(first);
                self.put(first, to);
                seconds.iter().for_each(|&second| needed[usize::from(second)][to] += 1);
                is_better |= to != from;
            }
            if !is_better {
                break;
            }
        }
    }

    /// Puts a first character that is in none into a class, and its second
    /// ones.
    fn put(&mut self, first: &First, class: usize) {
        self.of[usize::from(first.0)][1] = 1 << class;
        self.count_first(first.0, class, 1.0);
        self.add_seconds(first, class);
    }

    fn add_seconds(&mut self, (_, seconds): &First, class: usize) {
        for &second in seconds {
            if !self.has_second(class, second) {
                self.seconds[class] += self.share(second);
                self.of[usize::from(second)][0] |= 1 << class;
            }
        }
    }

    fn class_of(&self, first: u16) -> Option<usize> {
        let [_, classes] = self.of[usize::from(first)];
        (classes != 0).then(|| classes.trailing_zeros() as usize)
    }

    fn has_second(&self, class: usize, second: u16) -> bool {
        self.of[usize::from(second)][0] >> class & 1 != 0
    }

    /// Counts a first character in a class so many times.
    fn count_first(&mut self, first: u16, class: usize, times: f64) {
        self.firsts[class] += times * self.share(first);
        for &(second, share) in self.common.followers(first) {
            self.together[usize::from(second)][class] += times * share;
        }
    }

    fn share(&self, unit: u16) -> f64 {
        self.common.of(unit)
    }

    /// The class where a first character, which is in none, makes the least common
    /// pairs suspicious.
    fn best_class(&self, first: &First) -> usize {
        let costs = self.costs(first);
        (0..NUMBER).min_by(|&left, &right| costs[left].total_cmp(&costs[right])).unwrap_or(0)
    }

    /// How common the pairs are, together, that become suspicious when a first
    /// character is put into each class. Its own pairs are so in every class and need
    /// not count.
    fn costs(&self, (first, seconds): &First) -> [f64; NUMBER] {
        let mut new = [0.0; NUMBER];
        let mut lent_to_others = [0.0; NUMBER];
        for &second in seconds {
            let (share, together) = (self.share(second), &self.together[usize::from(second)]);
            for class in 0..NUMBER {
                let is_new = if self.has_second(class, second) { 0.0 } else { 1.0 };
                new[class] += is_new * share;
                lent_to_others[class] += is_new * together[class];
            }
        }
        let mut lent_to_it = [0.0; NUMBER];
        for &(second, share) in self.common.followers(*first) {
            for (class, lent) in lent_to_it.iter_mut().enumerate() {
                *lent += if self.has_second(class, second) { share } else { 0.0 };
            }
        }
        core::array::from_fn(|class| {
            let (firsts, before) = (self.firsts[class], self.seconds[class]);
            let behind = before + new[class];
            let reckoned = (firsts + self.share(*first)) * behind - firsts * before;
            UNKNOWN * reckoned + lent_to_others[class] + lent_to_it[class]
        })
    }
}
