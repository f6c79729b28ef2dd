//! Measures what the project promises of its speed, its memory and its size, and
//! prints every promise in a line: what others do, what fanjian does, what is
//! asked. Details come after, for those who want to know more.

mod context;
mod conversion;
mod growth;
mod hardest;
mod normalization;
mod own;
mod process;
mod size;
mod table;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum};
use peers::corpora;
use peers::results::{Goal, Provenance, Results};
use texts::Material;

/// Measures what the project promises.
#[derive(Parser)]
struct Options {
    /// Only these goals; all of them by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Prose of the files `*.txt.xz` in this folder rather than generated prose.
    #[arg(long)]
    corpora: Option<PathBuf>,
    /// Megabytes to take from the beginning of every such file.
    #[arg(long, default_value_t = 1.0)]
    megabytes: f64,
    /// How often each of two is timed in alternation.
    #[arg(long, default_value_t = 15)]
    pairs: usize,
    /// How often a process is started to time its first conversion.
    #[arg(long, default_value_t = 101)]
    processes: usize,
    /// Megabytes of the longest text for which the growth of cost is measured.
    #[arg(long, default_value_t = 1000)]
    longest: usize,
    /// What a converter adds to a stripped program, `name=bytes`; `cargo xtask
    /// goals` measures it.
    #[arg(long = "size", value_name = "NAME=BYTES", hide = true)]
    sizes: Vec<size::Size>,
    /// Write the figures to this file as well, for `cargo xtask plot`.
    #[arg(long)]
    results: Option<PathBuf>,
    /// What to call this machine.
    #[arg(long)]
    machine: Option<String>,
}

/// A part of what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Rates of conversion beside others.
    Conversion,
    /// The first conversion of a process.
    First,
    /// Memory beyond input and output.
    Memory,
    /// The size of a stripped program.
    Size,
    /// Rates of short and of long texts.
    Growth,
    /// Texts made against the dictionaries.
    Hardest,
    /// Rates of normalization beside others.
    Normalization,
    /// Rates of conversion by context beside others.
    Context,
    /// Entries of one's own: the time to build, and rates of conversion.
    Own,
}

/// What a part found: its lines of the table of goals, and its details.
#[derive(Default)]
struct Findings {
    goals: Vec<Goal>,
    details: Vec<String>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    ensure!(options.pairs > 0 && options.processes > 0, "there is nothing to measure");
    let material = match &options.corpora {
        Some(folder) => corpora::material(folder, (options.megabytes * 1e6) as usize)?,
        None => Material::generated()?,
    };
    let mut rows = Vec::new();
    let mut findings = Findings::default();
    for part in options.parts() {
        eprintln!("measuring: {part:?}");
        let found = match part {
            Part::Conversion => conversion::measure(&material, options.pairs, &mut rows)?,
            Part::First => process::measure_first(options.processes)?,
            Part::Memory => process::measure_memory(&material)?,
            Part::Size => size::measure(&options.sizes),
            Part::Growth => growth::measure(&material, options.pairs, options.longest)?,
            Part::Hardest => hardest::measure(&material, options.pairs)?,
            Part::Normalization => normalization::measure(&material, options.pairs, &mut rows)?,
            Part::Context => context::measure(&material, options.pairs)?,
            Part::Own => own::measure(&material, options.pairs)?,
        };
        findings.goals.extend(found.goals);
        findings.details.extend(found.details);
    }

    let machine = options.machine.as_deref();
    let provenance = Provenance::here(machine, options.command(), &material.origin, options.pairs);
    table::print_goals(&provenance, &findings.goals);
    for details in &findings.details {
        println!("\n{details}");
    }
    if let Some(path) = &options.results {
        Results { provenance, rows, goals: findings.goals }.write(path)?;
    }
    Ok(())
}

impl Options {
    fn parts(&self) -> Vec<Part> {
        match self.only.is_empty() {
            true => Part::value_variants().to_vec(),
            false => self.only.clone(),
        }
    }

    /// The command as another would give it, on whose machine folders are
    /// elsewhere.
    fn command(&self) -> String {
        let mut command = format!("cargo xtask goals -- --pairs {}", self.pairs);
        if !self.only.is_empty() {
            let names: Vec<String> =
                self.only.iter().map(|part| format!("{part:?}").to_lowercase()).collect();
            command += &format!(" --only {}", names.join(","));
        }
        if self.corpora.is_some() {
            command += &format!(" --corpora FOLDER --megabytes {}", self.megabytes);
        }
        command
    }
}
