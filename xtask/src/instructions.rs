//! `cargo xtask instructions`: a slower hot path does not land unnoticed.
//!
//! Time drifts on shared machines, the number of executed instructions does not:
//! the same program on the same text executes the same ones. So they are
//! counted, for one conversion of each of a few texts, and compared with the
//! figures that are committed. `benches/instructions` is the program that is
//! watched, [`figures`] holds what is compared, [`counter`] counts.
//!
//! Instructions are not time: a change that misses the cache or mispredicts
//! branches more often is slower and is not seen here. Criterion's benches are
//! for that.
//!
//! The counter shows the program a processor with AVX2 and without AVX-512, so
//! the figures are those of the AVX2 path, and a processor without AVX2 cannot
//! check them.

mod counter;
mod figures;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::project;
use counter::Counter;
use figures::{Figure, Figures, Tolerance, Tools};

/// The committed figures.
const FILE: &str = "benches/instructions/figures.tsv";

/// Configurations and texts that are counted.
const ROWS: &[(&str, &str)] = &[
    ("t2s", "news"),
    ("t2s", "markdown"),
    ("s2t", "news"),
    ("s2t", "markdown"),
    ("s2twp", "news"),
];

/// What to do with the figures.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write the figures instead of comparing with them.
    #[arg(long)]
    renew: bool,
}

/// Counts, then compares with the committed figures or renews them.
pub(crate) fn run(options: &Options) -> Result<()> {
    ensure!(processor_has_avx2(), "the figures are those of the AVX2 path: no AVX2 here");
    let counted = count()?;
    if options.renew { renew(&counted) } else { compare(&committed()?, &counted) }
}

#[cfg(target_arch = "x86_64")]
fn processor_has_avx2() -> bool {
    std::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn processor_has_avx2() -> bool {
    false
}

fn file() -> PathBuf {
    project(FILE)
}

fn committed() -> Result<Figures> {
    let text = fs::read_to_string(file()).context(FILE)?;
    text.parse().context(FILE)
}

fn count() -> Result<Figures> {
    // First, because it is the quickest to fail.
    let tools = Tools { compiler: compiler()?, counter: counter::version()? };
    let counter = Counter::ready()?;
    let rows = ROWS.iter().map(|(configuration, text)| counter.count(configuration, text));
    Ok(Figures { tools, rows: rows.collect::<Result<_>>()? })
}

/// What the compiler calls itself.
fn compiler() -> Result<String> {
    let output = Command::new("rustc").arg("--version").output().context("rustc cannot be run")?;
    ensure!(output.status.success(), "rustc --version failed: {}", output.status);
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Writes the figures, and tells what changes, for the commit to say.
fn renew(counted: &Figures) -> Result<()> {
    // Figures that are missing or damaged are what this command repairs.
    print(counted, committed().ok().as_ref());
    fs::write(file(), counted.to_string()).context(FILE)
}

fn compare(committed: &Figures, counted: &Figures) -> Result<()> {
    let tolerance = Tolerance::between(&committed.tools, &counted.tools);
    if committed.tools != counted.tools {
        eprintln!(
            "warning: the committed figures are of {}, these of {}: only rows that are slower by \
             more than {} % fail",
            committed.tools, counted.tools, tolerance.slower
        );
    }
    print(counted, Some(committed));
    let complaints = figures::complaints(committed, counted, tolerance);
    if !complaints.is_empty() {
        bail!("not as {FILE} says:\n  {}", complaints.join("\n  "));
    }
    Ok(())
}

/// Prints figures as a person reads them, with their change where there are
/// committed ones.
fn print(counted: &Figures, committed: Option<&Figures>) {
    for figure in &counted.rows {
        let before = committed.and_then(|committed| committed.same_row(figure));
        println!("{}", line(figure, before));
    }
}

fn line(figure: &Figure, before: Option<&Figure>) -> String {
    let Figure { configuration, text, bytes, instructions } = figure;
    let per_byte = *instructions as f64 / *bytes as f64;
    let change = before
        .map_or_else(|| "new".to_owned(), |before| format!("{:+.2} %", figure.change_from(before)));
    format!(
        "{configuration:<6} {text:<9} {instructions:>11} instructions, {per_byte:6.2} per byte, \
         {change}"
    )
}
