//! What was measured, as tables for people and as JSON for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::accuracy::{Accuracy, Confusion, Share};
use super::confidence::Reliability;
use super::damage::{Damage, Repaired};
use super::set::{Convention, Set};

/// Everything that was measured.
#[derive(Serialize)]
pub(crate) struct Report {
    /// The sets, in the order of all figures.
    sets: Vec<Description>,
    /// Everyone who was asked.
    pub(crate) converters: Vec<Scores>,
    /// Whether what context chooses is right as often as it says.
    reliability: Reliability,
}

/// What a set is.
#[derive(Serialize)]
struct Description {
    name: String,
    convention: Convention,
    lines: usize,
    unaligned: usize,
}

/// How right a converter is, set by set.
#[derive(Serialize)]
pub(crate) struct Scores {
    name: String,
    characters: Vec<Share>,
    sentences: Vec<Share>,
    /// By set and damage.
    pub(crate) repaired: Vec<Vec<Repaired>>,
    /// The most frequent confusions over all sets, most frequent first.
    pub(crate) confusions: Vec<Confused>,
    /// The same of what repair did not restore, or harmed, a damage each.
    pub(crate) failures: Vec<Vec<Confused>>,
    #[serde(skip)]
    counts: Counts,
    #[serde(skip)]
    failure_counts: [Counts; Damage::ALL.len()],
}

type Counts = BTreeMap<Confusion, usize>;

/// A confusion and how often it occurred.
#[derive(Serialize)]
pub(crate) struct Confused {
    /// What was asked: a Simplified character, or a damaged one.
    source: char,
    native: char,
    output: Option<char>,
    times: usize,
}

impl Report {
    pub(crate) fn of(sets: &[Set], reliability: Reliability) -> Report {
        let describe = |set: &Set| Description {
            name: set.name.clone(),
            convention: set.convention,
            lines: set.lines.len(),
            unaligned: set.unaligned,
        };
        Report { sets: sets.iter().map(describe).collect(), converters: Vec::new(), reliability }
    }

    /// Adds a converter, with the most frequent of its confusions.
    pub(crate) fn add(&mut self, mut scores: Scores, confusions: usize) {
        scores.choose_confusions(confusions);
        self.converters.push(scores);
    }
}

impl Scores {
    pub(crate) fn of(name: &str) -> Scores {
        Scores {
            name: name.to_owned(),
            characters: Vec::new(),
            sentences: Vec::new(),
            repaired: Vec::new(),
            confusions: Vec::new(),
            failures: Vec::new(),
            counts: Counts::new(),
            failure_counts: Default::default(),
        }
    }

    /// Adds the next set's figures.
    pub(crate) fn add_accuracy(&mut self, accuracy: Accuracy) {
        self.characters.push(accuracy.characters);
        self.sentences.push(accuracy.sentences);
        add(&accuracy.confusions, &mut self.counts);
    }

    /// Adds the next set's figures, a damage each.
    pub(crate) fn add_repaired(&mut self, repaired: Vec<Repaired>) {
        for (repaired, counts) in repaired.iter().zip(&mut self.failure_counts) {
            add(&repaired.failures, counts);
        }
        self.repaired.push(repaired);
    }

    /// The mean over the sets, each of which counts the same.
    pub(crate) fn mean_accuracy(&self) -> f64 {
        mean(self.characters.iter().map(|share| share.percent()))
    }

    /// The mean over the sets, each of which counts the same.
    pub(crate) fn mean_sentences(&self) -> f64 {
        mean(self.sentences.iter().map(|share| share.percent()))
    }

    fn choose_confusions(&mut self, number: usize) {
        self.confusions = most_frequent(&self.counts, number);
        let failures = self.failure_counts.iter();
        self.failures = failures.map(|counts| most_frequent(counts, number)).collect();
    }
}

fn add(more: &Counts, counts: &mut Counts) {
    for (confusion, times) in more {
        *counts.entry(*confusion).or_default() += times;
    }
}

/// Equally frequent ones are in code point order, so that reports repeat.
fn most_frequent(counts: &Counts, number: usize) -> Vec<Confused> {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|&(_, times)| std::cmp::Reverse(times));
    counts.truncate(number);
    let confused = |(&(source, native, output), &times)| Confused { source, native, output, times };
    counts.into_iter().map(confused).collect()
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_sets(formatter)?;
        writeln!(formatter, "\nAmbiguous characters that come back, %\n")?;
        self.write_table(formatter, |scores| (&scores.characters, scores.mean_accuracy()))?;
        writeln!(formatter, "\nSentences that come back as a whole, %\n")?;
        self.write_table(formatter, |scores| (&scores.sentences, scores.mean_sentences()))?;
        writeln!(
            formatter,
            "\nHow sure context is of its choices, and how often they are right\n"
        )?;
        write!(formatter, "{}", self.reliability)?;
        self.write_repaired(formatter)?;
        writeln!(formatter, "\nMost frequent confusions: Simplified, native → output, times\n")?;
        let write = |scores: &Scores, formatter: &mut fmt::Formatter<'_>| {
            write_confusions(formatter, &scores.name, &scores.confusions)
        };
        self.converters.iter().try_for_each(|scores| write(scores, formatter))?;
        self.write_failures(formatter)
    }
}

impl Report {
    fn write_sets(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| set | convention | lines | ambiguous characters | left out |")?;
        writeln!(formatter, "| --- | --- | --: | --: | --: |")?;
        let counted = self.converters.first().map_or(&[][..], |scores| &scores.characters);
        for (set, characters) in self.sets.iter().zip(counted) {
            let Description { name, convention, lines, unaligned } = set;
            let of = characters.of;
            writeln!(formatter, "| {name} | {convention:?} | {lines} | {of} | {unaligned} |")?;
        }
        Ok(())
    }

    fn write_table(
        &self,
        formatter: &mut fmt::Formatter<'_>,
        figures: impl Fn(&Scores) -> (&Vec<Share>, f64),
    ) -> fmt::Result {
        self.write_head(formatter, "converter")?;
        for scores in &self.converters {
            let (shares, mean) = figures(scores);
            write!(formatter, "| {} |", scores.name)?;
            shares.iter().try_for_each(|share| write!(formatter, " {:.2} |", share.percent()))?;
            writeln!(formatter, " {mean:.2} |")?;
        }
        Ok(())
    }

    fn write_repaired(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, damage) in Damage::ALL.into_iter().enumerate() {
            let title = "Repair: restored, % / good characters harmed of 10,000 Han";
            writeln!(formatter, "\n{title}: {}\n", damage.name())?;
            self.write_head(formatter, "repairer")?;
            for scores in &self.converters {
                write!(formatter, "| {} |", scores.name)?;
                for set in &scores.repaired {
                    write_repair(
                        formatter,
                        set[number].percent_restored(),
                        set[number].harmed_per_ten_thousand(),
                    )?;
                }
                scores.write_mean_repair(formatter, number)?;
                writeln!(formatter)?;
            }
        }
        Ok(())
    }

    fn write_failures(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = "Most frequent failures of repair: damaged, native → output, times";
        writeln!(formatter, "\n{title}\n")?;
        for scores in &self.converters {
            for (damage, failures) in Damage::ALL.into_iter().zip(&scores.failures) {
                let name = format!("{}, {}", scores.name, damage.name());
                write_confusions(formatter, &name, failures)?;
            }
        }
        Ok(())
    }

    fn write_head(&self, formatter: &mut fmt::Formatter<'_>, first: &str) -> fmt::Result {
        let columns: Vec<&str> = self.sets.iter().map(|set| &*set.name).chain(["mean"]).collect();
        writeln!(formatter, "| {first} | {} |", columns.join(" | "))?;
        writeln!(formatter, "| --- |{}", " --: |".repeat(columns.len()))
    }
}

impl Scores {
    /// The mean over the sets, each of which counts the same.
    fn write_mean_repair(&self, formatter: &mut fmt::Formatter<'_>, damage: usize) -> fmt::Result {
        let repaired: Vec<&Repaired> = self.repaired.iter().map(|set| &set[damage]).collect();
        let restored: Vec<f64> = repaired.iter().filter_map(|it| it.percent_restored()).collect();
        let restored = (!restored.is_empty()).then(|| mean(restored.into_iter()));
        let harmed = mean(repaired.iter().map(|it| it.harmed_per_ten_thousand()));
        write_repair(formatter, restored, harmed)
    }
}

fn write_confusions(
    formatter: &mut fmt::Formatter<'_>,
    name: &str,
    confusions: &[Confused],
) -> fmt::Result {
    let all: Vec<String> = confusions.iter().map(Confused::to_string).collect();
    writeln!(formatter, "- {name}: {}", all.join(", "))
}

impl fmt::Display for Confused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Confused { source, native, output, times } = self;
        // Where the output does not align, nothing stands in the character's place.
        let output = output.unwrap_or('–');
        write!(formatter, "{source} {native} → {output} {times}")
    }
}

/// A cell of a table. Clean text has nothing to restore.
fn write_repair(
    formatter: &mut fmt::Formatter<'_>,
    restored: Option<f64>,
    harmed: f64,
) -> fmt::Result {
    match restored {
        Some(restored) => write!(formatter, " {restored:.2} / {harmed:.2} |"),
        None => write!(formatter, " {harmed:.2} |"),
    }
}

fn mean(figures: impl ExactSizeIterator<Item = f64>) -> f64 {
    let number = figures.len().max(1) as f64;
    figures.sum::<f64>() / number
}
