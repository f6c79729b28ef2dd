//! Times fanjian beside other converters and prints tables in Markdown.
//!
//! With `--task normalize` it times fanjian's normalizer beside other normalizers.
//!
//! Outputs are compared before anything is timed, and every peer is timed in
//! alternation with fanjian.

mod normalization;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum};
use fanjian::Config;
use peers::comparison::{Limit, Other, Row, Stand};
use peers::converters::{self, Memory, OPENCC, PEERS};
use peers::corpora;
use peers::number::{rounded, with_range};
use peers::process::{self, First, NOTHING};
use peers::results::{Provenance, Results};
use peers::timing::Summary;
use texts::{Kind, Material};

/// The configuration of a process's first conversion.
const FIRST: Config = Config::S2t;

/// Times fanjian beside other converters, or normalizers.
#[derive(Parser)]
struct Options {
    /// What to time.
    #[arg(long, value_enum, default_value_t = Task::Convert)]
    task: Task,
    /// Only these configurations (s2t,t2s); all sixteen by default.
    #[arg(long, value_delimiter = ',')]
    config: Vec<Config>,
    /// Only texts whose name contains this.
    #[arg(long)]
    text: Option<String>,
    /// Prose of the files `*.txt.xz` in this folder rather than generated prose.
    #[arg(long)]
    corpora: Option<PathBuf>,
    /// Megabytes to take from the beginning of every such file.
    #[arg(long, default_value_t = 1.0)]
    megabytes: f64,
    /// How often each of two converters is timed in alternation.
    #[arg(long, default_value_t = 15)]
    pairs: usize,
    /// How often a process is started to time its first conversion; 0 for never.
    #[arg(long, default_value_t = 41)]
    processes: usize,
    /// Write the figures to this file as well, for `cargo xtask plot`.
    #[arg(long)]
    results: Option<PathBuf>,
    /// What to call this machine in the file.
    #[arg(long)]
    machine: Option<String>,
}

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Task {
    /// Conversion, beside other converters.
    Convert,
    /// Normalization, beside other normalizers.
    Normalize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    ensure!(options.pairs > 0, "--pairs must be 1 or more");
    let material = match &options.corpora {
        Some(folder) => corpora::material(folder, (options.megabytes * 1e6) as usize)?,
        None => Material::generated()?,
    };
    let rows = match options.task {
        Task::Convert => print_conversions(&options, &material)?,
        Task::Normalize => normalization::print(&material, options.text.as_deref(), options.pairs)?,
    };
    if let Some(path) = &options.results {
        let machine = options.machine.as_deref();
        let provenance =
            Provenance::here(machine, options.command(), &material.origin, options.pairs);
        Results { provenance, rows, goals: Vec::new() }.write(path)?;
    }
    Ok(())
}

/// Prints all tables of conversion.
fn print_conversions(options: &Options, material: &Material) -> Result<Vec<Row>> {
    print_head(material, options.pairs);
    let mut rows = Vec::new();
    for config in options.configs() {
        for kind in options.kinds() {
            rows.extend(print_rows(config, kind, material, options.pairs)?);
        }
    }
    if options.processes > 0 {
        print_first_conversions(options.processes)?;
    }
    Ok(rows)
}

impl Options {
    fn configs(&self) -> Vec<Config> {
        match self.config.is_empty() {
            true => Config::ALL.to_vec(),
            false => self.config.clone(),
        }
    }

    fn kinds(&self) -> impl Iterator<Item = Kind> {
        let is_chosen =
            |kind: &Kind| self.text.as_ref().is_none_or(|part| kind.to_string().contains(part));
        Kind::ALL.into_iter().filter(is_chosen)
    }

    /// The command as another would give it, on whose machine folders are
    /// elsewhere.
    fn command(&self) -> String {
        let mut command = "cargo xtask peers --".to_owned();
        if self.task == Task::Normalize {
            command += " --task normalize";
        }
        if !self.config.is_empty() {
            let names: Vec<&str> = self.config.iter().map(|config| config.name()).collect();
            command += &format!(" --config {}", names.join(","));
        }
        if let Some(text) = &self.text {
            let quote = if text.contains(' ') { "\"" } else { "" };
            command += &format!(" --text {quote}{text}{quote}");
        }
        if self.corpora.is_some() {
            command += &format!(" --corpora FOLDER --megabytes {}", self.megabytes);
        }
        command + &format!(" --pairs {}", self.pairs)
    }
}

fn print_head(material: &Material, pairs: usize) {
    println!("Prose: {}.", material.origin);
    println!(
        "MB/s of input on one thread, medians of {pairs} pairs, fanjian and peer in alternation; \
         fanjian's output memory is reused unless a row says otherwise."
    );
    let reference = match PEERS.iter().any(|peer| peer.name == OPENCC) {
        true => "OpenCC's",
        false => "fanjian's, for OpenCC is not compiled in",
    };
    println!("Lines that differ are counted against the output that is {reference}.\n");
    println!(
        "| configuration | text | bytes | peer | memory | peer MB/s | fanjian MB/s | \
         fanjian is × as fast: median (min–max) | lines that differ |"
    );
    println!("|---|---|--:|---|---|--:|--:|--:|--:|");
}

/// Prints what all peers do with one text, and the limits.
fn print_rows(config: Config, kind: Kind, material: &Material, pairs: usize) -> Result<Vec<Row>> {
    let text = material.text(config, kind)?;
    let stand = Stand::new(config, &text, Memory::Reused, pairs)?;
    let fresh = stand.beside_fresh()?;
    print_row(&fresh, "fresh", &fresh.own_lines.to_string());
    let mut rows = vec![fresh];
    for row in stand.beside_peers() {
        if let Other::Peer { memory, lines, .. } = &row.other {
            print_row(&row, &memory.to_string(), &lines.to_string());
        }
        rows.push(row);
    }
    for limit in [Limit::Copy, Limit::Decode, Limit::Validate] {
        let row = stand.beside_limit(limit);
        print_row(&row, "reused", "–");
        rows.push(row);
    }
    Ok(rows)
}

fn print_row(row: &Row, memory: &str, differing: &str) {
    println!(
        "| {} | {} | {} | {} | {memory} | {} | {} | {} | {differing} |",
        row.config,
        row.text,
        row.bytes,
        row.other.label(),
        rounded(row.other_rate),
        rounded(row.own_rate),
        with_range(&row.ratio),
    );
}

/// Prints how long a process takes that makes a converter, converts two
/// characters and ends, beside one that does nothing.
fn print_first_conversions(processes: usize) -> Result<()> {
    println!("\nA process's first conversion ({FIRST}), medians of {processes}:\n");
    println!("| converter | process ms | more than a process that does nothing, ms (min–max) |");
    println!("|---|--:|--:|");
    for peer in converters::all() {
        let firsts = [NOTHING, peer.name].map(|name| First { name, config: FIRST });
        let times = process::first_conversions(&firsts, processes)?;
        let Summary { median, minimum, maximum } = times[1].excess_over(&times[0]).times(1e3);
        println!(
            "| {} | {:.2} | {median:.2} ({minimum:.2}–{maximum:.2}) |",
            peer.label(),
            times[1].median() * 1e3,
        );
    }
    Ok(())
}
