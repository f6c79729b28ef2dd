//! Times fanjian beside other converters and prints tables in Markdown.
//!
//! Outputs are compared before anything is timed, and every peer is timed in
//! alternation with fanjian.

use std::env;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use fanjian::{Config, Converter};
use peers::converters::{self, Conversion, FANJIAN, FANJIAN_FRESH, Memory, PEERS, Peer};
use peers::texts::{Material, Text};
use peers::timing::{self, Summary, Times};

/// The configuration and the text of a process's first conversion.
const FIRST: (Config, &str) = (Config::S2t, "汉字");

/// The peer whose output is right.
const OPENCC: &str = "OpenCC";

/// A process that converts nothing, in place of a converter's name.
const NOTHING: &str = "nothing";

/// Times fanjian beside other converters.
#[derive(Parser)]
struct Options {
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
    /// Convert a tiny text with this converter, and end: the process that the
    /// time of a first conversion is taken of.
    #[arg(long, hide = true)]
    first_conversion: Option<String>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(name) = &options.first_conversion {
        return convert_first(name);
    }
    ensure!(options.pairs > 0, "--pairs must be 1 or more");
    let material = match &options.corpora {
        Some(folder) => Material::of_corpora(folder, (options.megabytes * 1e6) as usize)?,
        None => Material::generated()?,
    };
    print_head(&material, options.pairs);
    for config in configs(&options) {
        for text in material.texts(config)? {
            let chosen = options.text.as_ref().is_none_or(|part| text.name.contains(part));
            if chosen {
                print_rows(config, &text, options.pairs)?;
            }
        }
    }
    if options.processes > 0 {
        print_first_conversions(options.processes)?;
    }
    Ok(())
}

fn configs(options: &Options) -> Vec<Config> {
    match options.config.is_empty() {
        true => Config::ALL.to_vec(),
        false => options.config.clone(),
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
fn print_rows(config: Config, text: &Text, pairs: usize) -> Result<()> {
    let fanjian = (FANJIAN.make)(config).context("fanjian has every configuration")?;
    let expected = expected(config, text)?;
    let own = Lines::differing(&output(&fanjian, &text.text), &expected);
    let row = Row { config, text, pairs };
    row.print_fresh(&fanjian, own)?;

    for peer in PEERS {
        let Some(conversion) = (peer.make)(config) else { continue };
        let differing = Lines::differing(&output(&conversion, &text.text), &expected);
        let mut memory = String::new();
        row.print(&label(peer), memory_name(peer.memory), &fanjian, Some(differing), &mut || {
            memory.clear();
            conversion(black_box(&text.text), &mut memory);
            black_box(&memory);
        });
    }
    let mut bytes = Vec::new();
    row.print("limit: memcpy", "reused", &fanjian, None, &mut || {
        converters::copy(black_box(&text.text), &mut bytes);
    });
    let mut units = Vec::new();
    row.print("limit: encoding_rs, UTF-8 to UTF-16", "reused", &fanjian, None, &mut || {
        converters::decode(black_box(&text.text), &mut units);
    });
    Ok(())
}

/// OpenCC's output where it is compiled in, else fanjian's.
fn expected(config: Config, text: &Text) -> Result<String> {
    let reference = PEERS.iter().find(|peer| peer.name == OPENCC).unwrap_or(&FANJIAN);
    let conversion = (reference.make)(config).context("the reference has every configuration")?;
    Ok(output(&conversion, &text.text))
}

fn output(conversion: &Conversion, text: &str) -> String {
    let mut output = String::new();
    conversion(text, &mut output);
    output
}

fn label(peer: &Peer) -> String {
    match peer.name == peer.package {
        true => format!("{} {}", peer.name, peer.version()),
        false => format!("{} ({} {})", peer.name, peer.package, peer.version()),
    }
}

fn memory_name(memory: Memory) -> &'static str {
    match memory {
        Memory::Reused => "reused",
        Memory::Fresh => "fresh",
    }
}

/// What rows of one text have in common.
struct Row<'t> {
    config: Config,
    text: &'t Text,
    pairs: usize,
}

impl Row<'_> {
    /// fanjian beside itself: `convert`, which allocates, or borrows.
    fn print_fresh(&self, fanjian: &Conversion, differing: Lines) -> Result<()> {
        let text = &self.text.text;
        let converter = Converter::new(self.config);
        ensure!(converter.convert(text) == output(fanjian, text), "fanjian contradicts itself");
        let fresh = (FANJIAN_FRESH.make)(self.config).context("fanjian has every configuration")?;
        self.print(FANJIAN_FRESH.name, "fresh", fanjian, Some(differing), &mut || {
            // The string of the call before is gone when the next one begins.
            let mut memory = String::new();
            fresh(black_box(text), &mut memory);
            black_box(&memory);
        });
        Ok(())
    }

    fn print(
        &self,
        peer: &str,
        memory: &str,
        fanjian: &Conversion,
        differing: Option<Lines>,
        task: &mut dyn FnMut(),
    ) {
        let Row { config, text, pairs } = self;
        let mut output = String::new();
        let mut own_task = || {
            output.clear();
            fanjian(black_box(&text.text), &mut output);
            black_box(&output);
        };
        let (own, others) = timing::alternate(*pairs, &mut own_task, task);
        let Summary { median, minimum, maximum } = others.ratio_to(&own);
        let megabytes = text.text.len() as f64 / 1e6;
        let speed = |times: &Times| rounded(megabytes / times.median());
        let differing = differing.map_or("–".to_owned(), |lines| lines.to_string());
        println!(
            "| {config} | {} | {} | {peer} | {memory} | {} | {} | \
             {} ({}–{}) | {differing} |",
            text.name,
            text.text.len(),
            speed(&others),
            speed(&own),
            rounded(median),
            rounded(minimum),
            rounded(maximum),
        );
    }
}

/// A number with three digits that count, as far as its size allows.
fn rounded(number: f64) -> String {
    match number {
        ..0.1 => format!("{number:.4}"),
        ..10.0 => format!("{number:.2}"),
        ..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// How many lines of an output are not as expected.
struct Lines {
    differing: usize,
    all: usize,
}

impl Lines {
    fn differing(actual: &str, expected: &str) -> Lines {
        let (mut actual, mut expected) = (actual.split('\n'), expected.split('\n'));
        let mut lines = Lines { differing: 0, all: 0 };
        loop {
            // A line too many or too few differs from no line at all.
            let pair = (actual.next(), expected.next());
            if pair == (None, None) {
                return lines;
            }
            lines.all += 1;
            lines.differing += usize::from(pair.0 != pair.1);
        }
    }
}

impl std::fmt::Display for Lines {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} of {}", self.differing, self.all)
    }
}

/// The child's part of [`print_first_conversions`].
fn convert_first(name: &str) -> Result<()> {
    if name == NOTHING {
        return Ok(());
    }
    let (config, text) = FIRST;
    let peer = [&FANJIAN].into_iter().chain(PEERS).find(|peer| peer.name == name);
    let peer = peer.with_context(|| format!("no converter is called {name}"))?;
    let conversion = (peer.make)(config).with_context(|| format!("{name} has no {config}"))?;
    black_box(output(&conversion, text));
    Ok(())
}

/// Prints how long a process takes that makes a converter, converts two
/// characters and ends, beside one that does nothing. All are the same program,
/// so each also pays for loading the others' code.
fn print_first_conversions(processes: usize) -> Result<()> {
    let (config, text) = FIRST;
    println!("\nA process's first conversion ({config} of {text}), medians of {processes}:\n");
    println!("| converter | process ms | more than a process that does nothing, ms (min–max) |");
    println!("|---|--:|--:|");
    for peer in [&FANJIAN].into_iter().chain(PEERS) {
        let (mut empty, mut own) = (Times(Vec::new()), Times(Vec::new()));
        for _ in 0..processes {
            empty.0.push(seconds_of_process(NOTHING)?);
            own.0.push(seconds_of_process(peer.name)?);
        }
        let Summary { median, minimum, maximum } = own.excess_over(&empty);
        println!(
            "| {} | {:.2} | {:.2} ({:.2}–{:.2}) |",
            label(peer),
            own.median() * 1e3,
            median * 1e3,
            minimum * 1e3,
            maximum * 1e3
        );
    }
    Ok(())
}

fn seconds_of_process(name: &str) -> Result<f64> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["--first-conversion", name]);
    let start = Instant::now();
    let status = command.status()?;
    let elapsed = start.elapsed();
    ensure!(status.success(), "the process for {name} failed");
    Ok(elapsed.as_secs_f64())
}
