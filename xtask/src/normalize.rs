//! `cargo xtask conformance normalize`: the test cases of other normalizers.
//!
//! Every pair of a text and what another project makes of it goes through the
//! public [`Normalizer`], set as near to that project's
//! settings as its rules allow. An output that differs is held against the
//! reasons why it is meant to (`reasons`); what none of them explains is counted,
//! and more of it than is committed here fails the command.
//!
//! The cases stay where their projects publish them: in packages of the
//! registry, which Cargo fetches, and in checkouts that the user has. None of
//! them is copied, neither into the project nor into its documentation.

mod autocorrect;
mod literals;
mod pangu;
mod reasons;
mod suite;
mod unicode;
mod zhlint;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Result, ensure};
use clap::ValueEnum;
use fanjian::{Normalizer, Preset, Rule, Spacing, Switch};

use self::reasons::{Reason, explain};
use self::suite::{Case, Run, Settings, Suite};
use crate::packages;

/// The package whose dependencies bring test cases along.
const DEPENDENT: &str = "benches/peers";

/// The presets that autocorrect's cases are run with: one of each family.
const FAMILIES: [Preset; 3] = [Preset::Repair, Preset::Mainland, Preset::Taiwan];

/// Where test cases are that no package has, and what to print.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A checkout of vinta/pangu.py.
    #[arg(long)]
    pangu: Option<PathBuf>,
    /// A checkout of zhlint-project/zhlint.
    #[arg(long)]
    zhlint: Option<PathBuf>,
    /// Print each difference of this kind.
    #[arg(long)]
    print: Option<Kind>,
}

/// A kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Those that a reason explains.
    Intended,
    /// Those that none explains.
    Unexplained,
}

/// Where a suite comes from, and what is known of it.
struct Source {
    name: &'static str,
    /// The suite, or why it cannot be had.
    suite: Result<Suite>,
    /// How many pairs it has: one that is not read does not fail, so they are
    /// counted.
    pairs: usize,
    reasons: &'static [Reason],
    /// How many differences without an explanation are known, over all its runs.
    unexplained: usize,
}

/// Runs all suites that can be had.
pub(crate) fn run(options: &Options) -> Result<()> {
    println!("| suite | settings | pairs | same | intended | unexplained |");
    println!("| --- | --- | --: | --: | --: | --: |");
    let mut explained = Vec::new();
    let mut failures = Vec::new();
    for source in sources(options) {
        match &source.suite {
            Ok(suite) => {
                let reached = run_suite(suite, &source, options.print, &mut explained);
                failures.extend(reached.err().map(|error| error.to_string()));
            }
            Err(reason) => println!("| {} | missing: {reason:#} | – | – | – | – |", source.name),
        }
    }
    println!("\n| suite | rule | why it differs | pairs, under any settings |");
    println!("| --- | --- | --- | --: |");
    explained.iter().for_each(|row| println!("{row}"));
    ensure!(failures.is_empty(), "{}", failures.join("; "));
    Ok(())
}

fn sources(options: &Options) -> [Source; 4] {
    [
        Source {
            name: "Unicode",
            suite: unicode(),
            pairs: unicode::PAIRS,
            reasons: reasons::UNICODE,
            unexplained: 0,
        },
        Source {
            name: "autocorrect",
            suite: autocorrect(),
            pairs: 173,
            reasons: reasons::AUTOCORRECT,
            // Round brackets behind square ones, taken for a link of Markdown.
            unexplained: FAMILIES.len(),
        },
        Source {
            name: "pangu",
            suite: checkout("--pangu", options.pangu.as_deref(), pangu),
            pairs: 507,
            reasons: reasons::PANGU,
            // The value of an attribute in a tag, which is protected.
            unexplained: 1,
        },
        Source {
            name: "zhlint",
            suite: checkout("--zhlint", options.zhlint.as_deref(), zhlint),
            pairs: 170,
            reasons: reasons::ZHLINT,
            // A key before Markdown, and commas between spans of code.
            unexplained: 2,
        },
    ]
}

/// Runs a suite and prints its rows; those of the table of reasons are appended
/// to `explained`.
fn run_suite(
    suite: &Suite,
    source: &Source,
    print: Option<Kind>,
    explained: &mut Vec<String>,
) -> Result<()> {
    let Source { name, pairs, reasons, .. } = source;
    let mut unexplained = 0;
    let mut places = Explained::new();
    for run in &suite.runs {
        let tally = Tally::of(run, reasons, print, &mut places);
        println!("| {} | {} | {tally} |", suite.name, run.settings);
        unexplained += tally.unexplained;
    }
    explained.extend(places.iter().map(|((id, why), places)| {
        format!("| {} | {id} | {why} | {} |", suite.name, places.len())
    }));
    ensure!(suite.pairs == *pairs, "{name}: {} pairs were read, {pairs} are known", suite.pairs);
    ensure!(
        unexplained <= source.unexplained,
        "{name}: {unexplained} differences are unexplained, {} are known",
        source.unexplained
    );
    Ok(())
}

fn unicode() -> Result<Suite> {
    let package = packages::dependency(DEPENDENT, "icu_normalizer")?;
    let test = unicode::NormalizationTest::read(&package)?;
    let nfc = Settings::no_rule(Preset::Minimal)
        .with(Rule::CanonicalComposition, Switch::On)
        .with(Rule::CompatibilityIdeographs, Switch::On);
    let run = |settings: &str, cases| Run { settings: settings.to_owned(), cases };
    let nfc = Rc::new(nfc);
    let preset = |preset| Rc::new(Settings::new(preset, Spacing::Keep));
    let (minimal, repair) = (preset(Preset::Minimal), preset(Preset::Repair));
    let cases = test.cases(&nfc);
    Ok(Suite {
        name: format!("NormalizationTest {}", test.version),
        pairs: cases.len(),
        runs: vec![
            run("C1 and C3 alone", cases),
            run("C1 and C3 alone, other characters", test.other_characters(&nfc)),
            run("minimal", test.cases(&minimal)),
            run("minimal, other characters", test.other_characters(&minimal)),
            run("repair", test.cases(&repair)),
            run("repair, other characters", test.other_characters(&repair)),
        ],
    })
}

fn autocorrect() -> Result<Suite> {
    let package = packages::dependency(DEPENDENT, "autocorrect")?;
    let files = autocorrect::cases(&package)?;
    let with = |wanted: Spacing| -> Vec<Case> {
        let of_kind = files.iter().filter(|(spacing, _)| *spacing == wanted);
        of_kind.flat_map(|(_, cases)| cases.clone()).collect()
    };
    let mut runs = Suite::under(&FAMILIES, Spacing::Insert, &with(Spacing::Insert));
    runs.extend(Suite::under(&FAMILIES, Spacing::Keep, &with(Spacing::Keep)));
    let pairs = files.iter().map(|(_, cases)| cases.len()).sum();
    Ok(Suite { name: format!("autocorrect {}", package.version), pairs, runs })
}

fn pangu(checkout: &Path) -> Result<Suite> {
    let settings = Rc::new(Settings::new(Preset::Repair, Spacing::Insert));
    let cases = pangu::cases(checkout, &settings)?;
    let runs = Suite::under(&[Preset::Repair], Spacing::Insert, &cases);
    Ok(Suite { name: "pangu".to_owned(), pairs: cases.len(), runs })
}

fn zhlint(checkout: &Path) -> Result<Suite> {
    let cases = zhlint::cases(checkout)?;
    let pairs = cases.len();
    let runs = vec![Run { settings: "its options, mapped".to_owned(), cases }];
    Ok(Suite { name: "zhlint".to_owned(), pairs, runs })
}

/// A suite of a checkout that the user has.
fn checkout(
    option: &str,
    folder: Option<&Path>,
    read: fn(&Path) -> Result<Suite>,
) -> Result<Suite> {
    match folder {
        Some(folder) => read(folder),
        None => anyhow::bail!("give its checkout with {option}"),
    }
}

/// What became of the cases of a run.
#[derive(Default)]
struct Tally {
    pairs: usize,
    same: usize,
    intended: usize,
    unexplained: usize,
}

/// For each reason, the places of the cases that it explains or helps to.
type Explained<'r> = BTreeMap<(&'static str, &'static str), BTreeSet<&'r str>>;

impl Tally {
    fn of<'r>(
        run: &'r Run,
        reasons: &'static [Reason],
        print: Option<Kind>,
        explained: &mut Explained<'r>,
    ) -> Tally {
        let mut tally = Tally::default();
        let mut normalizers = Normalizers::default();
        for case in &run.cases {
            let ours = normalizers.get(&case.settings).normalize(&case.input);
            tally.pairs += 1;
            if ours == case.expected {
                tally.same += 1;
                continue;
            }
            let explanation = explain(reasons, &case.expected, &ours);
            let kind = match explanation.is_empty() {
                true => Kind::Unexplained,
                false => Kind::Intended,
            };
            match kind {
                Kind::Intended => tally.intended += 1,
                Kind::Unexplained => tally.unexplained += 1,
            }
            if print == Some(kind) {
                print_difference(case, &ours, &explanation);
            }
            for reason in explanation {
                explained.entry((reason.id, reason.why)).or_default().insert(&case.place);
            }
        }
        tally
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Tally { pairs, same, intended, unexplained } = self;
        write!(formatter, "{pairs} | {same} | {intended} | {unexplained}")
    }
}

/// The normalizer of the settings last asked for: cases with the same ones
/// follow each other.
#[derive(Default)]
struct Normalizers {
    last: Option<(Rc<Settings>, Normalizer)>,
}

impl Normalizers {
    fn get(&mut self, settings: &Rc<Settings>) -> &Normalizer {
        if self.last.as_ref().is_none_or(|(last, _)| !Rc::ptr_eq(last, settings)) {
            self.last = None;
        }
        let made = || (Rc::clone(settings), settings.normalizer());
        &self.last.get_or_insert_with(made).1
    }
}

fn print_difference(case: &Case, ours: &str, explanation: &[&Reason]) {
    let ids: Vec<&str> = explanation.iter().map(|reason| reason.id).collect();
    let Case { place, input, expected, settings } = case;
    println!("{place} {} {} {}", settings.preset, settings.spacing_name(), ids.join(", "));
    for (name, text) in [("text", &**input), ("expected", expected), ("ours", ours)] {
        let visible = text.escape_debug();
        match text.chars().count() {
            ..4 => println!("  {name:<9}{visible} ({})", unicode::code_points(text)),
            _ => println!("  {name:<9}{visible}"),
        }
    }
}
