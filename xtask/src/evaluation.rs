//! `cargo xtask evaluate`: how right conversions are where OpenCC's answer is not the measure.
//!
//! Native Traditional text is converted to Simplified script, which loses what the
//! ambiguous characters were, and back; and it is damaged as careless converters damage
//! it, and repaired. The native text is the known answer to both. Before texts are
//! compared, spellings between which no context decides are folded to one. fanjian and
//! other converters are asked the same and stand in one table. `EVALUATION.md` says more.
//!
//! - [`split`]: which lines are for training, for tuning, and kept back
//! - [`set`]: native text as questions with known answers
//! - [`folding`]: what is compared as one
//! - [`candidates`]: which characters are ambiguous
//! - [`accuracy`]: how much of a text comes back
//! - [`confidence`]: whether choices are right as often as they are said to be
//! - [`damage`]: how texts are damaged, and what a repairer did
//! - [`contender`]: who is asked
//! - [`report`]: the tables, and the same as JSON

mod accuracy;
mod candidates;
mod confidence;
mod contender;
mod damage;
mod folding;
mod report;
mod set;
mod split;

use std::path::PathBuf;

use anyhow::{Result, ensure};

use accuracy::Accuracy;
use candidates::Candidates;
use confidence::Reliability;
use contender::{Contender, Transform};
use damage::{Damage, Repaired};
use folding::Folding;
use report::{Report, Scores};
use set::Set;
use split::Part;

use crate::corpora::{self, Corpus};
use crate::project;

/// Which text, and who is asked.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Files of native Traditional text, one sentence a line, and folders of them
    /// (`*.txt`, `*.txt.xz`).
    #[arg(default_value = "../shared/corpora")]
    texts: Vec<PathBuf>,
    /// Take the lines that are kept back: once per release, never to tune anything.
    #[arg(long)]
    test: bool,
    /// Take the lines of all parts: for texts that nothing was trained or tuned on.
    #[arg(long, conflicts_with = "test")]
    whole: bool,
    /// Take at most this many lines of each set, from its whole length.
    #[arg(long, default_value_t = usize::MAX)]
    lines: usize,
    /// Ask fanjian alone, and build no other converter.
    #[arg(long)]
    alone: bool,
    /// The peers, as features of `benches/peers`; all of them by default.
    #[arg(long, value_delimiter = ',', conflicts_with = "alone")]
    features: Vec<String>,
    /// How many confusions to show of each converter.
    #[arg(long, default_value_t = 10)]
    confusions: usize,
    /// Write JSON rather than tables.
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut sets = set::sets(&options.corpora()?, options.part());
    if sets.is_empty() {
        eprintln!("nothing to measure: name files of native text, or folders of them");
        return Ok(());
    }
    sets.iter_mut().for_each(|set| set.thin(options.lines));
    let report = measure(&sets, &options.contenders()?, options.confusions)?;
    match options.json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => print!("{report}"),
    }
    Ok(())
}

impl Options {
    fn corpora(&self) -> Result<Vec<Corpus>> {
        let mut corpora = Vec::new();
        for path in &self.texts {
            let path = if path.is_relative() { project(path) } else { path.clone() };
            match path.exists() {
                true => corpora.extend(corpora::read(&path)?),
                false => eprintln!("{}: skipped, it is not there", path.display()),
            }
        }
        Ok(corpora)
    }

    /// The part whose lines are taken; nothing for all of them.
    fn part(&self) -> Option<Part> {
        match (self.whole, self.test) {
            (true, _) => None,
            (false, true) => Some(Part::Test),
            (false, false) => Some(Part::Development),
        }
    }

    fn contenders(&self) -> Result<Vec<Contender>> {
        let mut contenders = Contender::fanjian();
        if !self.alone {
            contenders.extend(Contender::peers(&self.features)?);
        }
        Ok(contenders)
    }
}

/// Asks everyone everything.
fn measure(sets: &[Set], contenders: &[Contender], confusions: usize) -> Result<Report> {
    let folding = Folding::read()?;
    let candidates = Candidates::read(&folding)?;
    let mut report = Report::of(sets, Reliability::of(sets, &folding));
    for contender in contenders {
        let mut scores = Scores::of(&contender.name);
        for set in sets {
            let restored = answer(&contender.restore, &set.text(|line| &line.simplified))?;
            scores.add_accuracy(Accuracy::of(set, &restored, &folding, &candidates));
            scores.add_repaired(repaired(contender, set, &folding, &candidates)?);
        }
        report.add(scores, confusions);
    }
    Ok(report)
}

fn repaired(
    contender: &Contender,
    set: &Set,
    folding: &Folding,
    candidates: &Candidates,
) -> Result<Vec<Repaired>> {
    let repaired = |damage: Damage| {
        let damaged = damage.text(set, candidates);
        let output = answer(&contender.repair, &damaged)?;
        Ok(Repaired::of(damage, set, &damaged, &output, folding))
    };
    Damage::ALL.into_iter().map(repaired).collect()
}

/// What becomes of `text`. Its lines are answers to questions, so none may get lost.
fn answer(transform: &Transform, text: &str) -> Result<String> {
    let output = transform(text)?;
    ensure!(output.lines().count() == text.lines().count(), "line ends were changed");
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sentences that are in the project, whichever part they would belong to.
    fn examples() -> Set {
        let text = include_str!("../../dictionaries/evaluation/example.txt");
        let corpus = Corpus { name: "example".to_owned(), text: text.to_owned() };
        set::sets(&[corpus], None).remove(0)
    }

    fn perfect() -> Contender {
        let native = examples().text(|line| &line.native);
        let again = native.clone();
        Contender {
            name: "perfect".to_owned(),
            restore: Box::new(move |_| Ok(native.clone())),
            repair: Box::new(move |_| Ok(again.clone())),
        }
    }

    fn idle() -> Contender {
        Contender {
            name: "idle".to_owned(),
            restore: Box::new(|text| Ok(text.to_owned())),
            repair: Box::new(|text| Ok(text.to_owned())),
        }
    }

    #[test]
    fn what_brings_back_all_is_right_and_what_does_nothing_is_not() {
        let sets = [examples()];
        assert_eq!(sets[0].lines.len(), 30, "every sentence is in one part, and aligned");
        let report = measure(&sets, &[perfect(), idle()], 3).expect("they answer");
        let [perfect, idle] = &report.converters[..] else { panic!("two were asked") };
        assert_eq!(perfect.mean_accuracy(), 100.0);
        assert_eq!(perfect.mean_sentences(), 100.0);
        assert!(perfect.confusions.is_empty());
        assert!(idle.mean_accuracy() < 60.0, "{}", idle.mean_accuracy());
        assert_eq!(idle.confusions.len(), 3);
        for (perfect, idle) in perfect.repaired[0].iter().zip(&idle.repaired[0]) {
            assert_eq!(perfect.restored.some, perfect.restored.of);
            assert_eq!((idle.restored.some, idle.harmed.some), (0, 0), "{}", idle.damage.name());
            assert_eq!(idle.restored.of == 0, idle.damage == Damage::Clean);
        }
    }

    #[test]
    fn fanjian_is_asked_in_both_directions() {
        let report = measure(&[examples()], &Contender::fanjian(), 3).expect("it answers");
        let fanjian = &report.converters[0];
        // The sentences are hard; what counts is that most comes back and not by chance.
        assert!((85.0..100.0).contains(&fanjian.mean_accuracy()), "{}", fanjian.mean_accuracy());
        let [clean, leftover, ..] = &fanjian.repaired[0][..] else { panic!("all were done") };
        assert!(clean.restored.of == 0 && leftover.restored.some > 0);
    }

    #[test]
    fn who_loses_a_line_is_refused() {
        let empty = Contender { restore: Box::new(|_| Ok(String::new())), ..idle() };
        assert!(measure(&[examples()], &[empty], 3).is_err());
    }

    #[test]
    fn tables_name_what_was_measured() {
        let report = measure(&[examples()], &[idle()], 1).expect("it answers").to_string();
        for part in ["| idle |", "example", "leftover", "mean"] {
            assert!(report.contains(part), "{part} is not in\n{report}");
        }
    }
}
