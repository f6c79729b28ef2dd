//! `cargo xtask contracts`: what every text keeps, asked of real ones.
//!
//! - *twice*: what was normalized stays as it is;
//! - *lines*: with the damage known, lines one by one give what the whole gives;
//! - *pieces*: a stream gives what the whole gives, wherever its pieces end;
//! - *aligned*: the aligned form has the plain output, its offsets are borders between
//!   characters and never go back, and its edits give the text back.
//!
//! Texts are taken some lines at a time, as they are and as NFKC leaves them. The
//! library's property tests (`tests/library/normalization.rs`, `alignment.rs`) ask the
//! same of generated texts.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use fanjian::{Alignment, Config, Damage, Normalizer, Pipeline, Preset, revert};
use unicode_normalization::UnicodeNormalization;

use crate::corpora::{self, Corpus};
use crate::project;

/// Lines that are one text.
const PART: usize = 500;

/// Which text.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Files of text, one sentence a line, and folders of them (`*.txt`, `*.txt.xz`).
    #[arg(default_value = "../shared/corpora")]
    texts: Vec<PathBuf>,
    /// Take at most this many lines of each text, from its whole length.
    #[arg(long, default_value_t = usize::MAX)]
    lines: usize,
}

/// Prints how much was asked, and fails at the first text that breaks a contract.
pub(crate) fn run(options: &Options) -> Result<()> {
    let subjects = subjects();
    for path in &options.texts {
        let path = if path.is_relative() { project(path) } else { path.clone() };
        if !path.exists() {
            println!("{}: skipped, it is not there", path.display());
            continue;
        }
        for corpus in corpora::read(&path)? {
            let counts = check_corpus(&corpus, &subjects, options.lines)
                .with_context(|| format!("in {}", corpus.name))?;
            println!("{}: {counts}", corpus.name);
        }
    }
    Ok(())
}

/// How much was asked.
#[derive(Default)]
struct Counts {
    lines: usize,
    bytes: usize,
    twice: usize,
    line_by_line: usize,
    pieces: usize,
    offsets: usize,
    edits: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { lines, bytes, twice, line_by_line, pieces, offsets, edits } = self;
        write!(
            formatter,
            "{lines} lines, {bytes} bytes; {twice} texts twice, {line_by_line} lines alone, \
             {pieces} pieces, {offsets} offsets, {edits} edits"
        )
    }
}

/// What contracts are about.
struct Subject {
    name: String,
    pipeline: Pipeline,
    /// The normalizer, where it does all that is done.
    normalizer: Option<Normalizer>,
    /// Whether a line needs nothing but itself.
    is_by_line: bool,
}

/// Every preset for every damage, converters, and pipelines of both.
fn subjects() -> Vec<Subject> {
    const DAMAGES: [(&str, Damage); 3] =
        [("auto", Damage::Auto), ("nfkc", Damage::Nfkc), ("none", Damage::None)];
    const PIPELINES: [(Preset, Config); 5] = [
        (Preset::Repair, Config::T2s),
        (Preset::Corpus, Config::T2s),
        (Preset::Taiwan, Config::S2twp),
        (Preset::Mainland, Config::Tw2sp),
        (Preset::HongKong, Config::S2hk),
    ];
    let normalizers = Preset::ALL.into_iter().flat_map(|preset| {
        DAMAGES.map(|(name, damage)| {
            let normalizer = Normalizer::builder(preset).damage(damage).build();
            Subject {
                name: format!("{preset}, damage {name}"),
                pipeline: Pipeline::builder().normalize(normalizer).build(),
                normalizer: Some(normalizer),
                is_by_line: damage != Damage::Auto,
            }
        })
    });
    let of = |name, pipeline| Subject { name, pipeline, normalizer: None, is_by_line: false };
    let converters = [Config::S2twp, Config::Tw2sp]
        .map(|config| of(config.to_string(), Pipeline::builder().convert(config).build()));
    let pipelines = PIPELINES.map(|(preset, config)| {
        let pipeline = Pipeline::builder().normalize(preset).convert(config).build();
        of(format!("{preset} and {config}"), pipeline)
    });
    normalizers.chain(converters).chain(pipelines).collect()
}

fn check_corpus(corpus: &Corpus, subjects: &[Subject], most: usize) -> Result<Counts> {
    let lines: Vec<&str> = corpus.text.lines().collect();
    let step = lines.len().div_ceil(most.max(1)).max(1);
    let lines: Vec<&str> = lines.into_iter().step_by(step).collect();
    let mut counts = Counts { lines: lines.len(), ..Counts::default() };
    let mut lengths = Lengths(1);
    for part in lines.chunks(PART) {
        let text = part.join("\n") + "\n";
        let damaged: String = text.nfkc().collect();
        for text in [text, damaged] {
            counts.bytes += text.len();
            for subject in subjects {
                subject
                    .check(&text, &mut lengths, &mut counts)
                    .with_context(|| subject.name.clone())?;
            }
        }
    }
    Ok(counts)
}

impl Subject {
    fn check(&self, text: &str, lengths: &mut Lengths, counts: &mut Counts) -> Result<()> {
        let whole = self.pipeline.process(text);
        if let Some(normalizer) = self.normalizer {
            counts.twice += 1;
            ensure_same("twice", &normalizer.normalize(&whole), &whole)?;
            if self.is_by_line {
                counts.line_by_line += text.lines().count();
                let lines = text.split_inclusive('\n').map(|line| normalizer.normalize(line));
                ensure_same("line by line", &lines.collect::<String>(), &whole)?;
            }
        }
        ensure_same("in pieces", &self.in_pieces(text, lengths, counts), &whole)?;
        self.check_aligned(text, &whole, counts)
    }

    /// The text through a stream, in pieces of up to some hundred bytes.
    fn in_pieces(&self, text: &str, lengths: &mut Lengths, counts: &mut Counts) -> String {
        let mut stream = self.pipeline.stream();
        let mut output = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let mut borders = lengths.next().min(rest.len())..=rest.len();
            let end = borders.find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
            let (piece, behind) = rest.split_at(end);
            stream.push(piece, &mut output);
            rest = behind;
            counts.pieces += 1;
        }
        stream.finish(&mut output);
        output
    }

    fn check_aligned(&self, text: &str, whole: &str, counts: &mut Counts) -> Result<()> {
        let aligned = self.pipeline.process_aligned(text);
        ensure_same("aligned", aligned.output(), whole)?;
        let alignment = aligned.alignment();
        counts.offsets += check_offsets(text, whole, alignment, Alignment::output_offset)?;
        counts.offsets += check_offsets(whole, text, alignment, Alignment::source_offset)?;
        let edits = aligned.edits();
        counts.edits += edits.len();
        ensure_same("reverted", &revert(whole, &edits)?, text)
    }
}

/// Asks where every border between characters leads. Gives how many there are.
fn check_offsets(
    from: &str,
    to: &str,
    alignment: &Alignment,
    map: fn(&Alignment, usize) -> usize,
) -> Result<usize> {
    let (mut count, mut last) = (0, 0);
    for (offset, _) in from.char_indices() {
        let mapped = map(alignment, offset);
        let line = || from[..offset].rsplit('\n').next().unwrap_or_default().to_owned();
        ensure!(to.is_char_boundary(mapped), "an offset leads into a character behind {}", line());
        ensure!(last <= mapped, "an offset leads back behind {}", line());
        (count, last) = (count + 1, mapped);
    }
    Ok(count)
}

/// Fails with the first line in which two texts differ.
fn ensure_same(contract: &str, found: &str, expected: &str) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    let mut pairs = found.split('\n').zip(expected.split('\n'));
    let (found, expected) = pairs.find(|(found, expected)| found != expected).unwrap_or_default();
    bail!("{contract}:\n  found    {found}\n  expected {expected}")
}

/// Numbers from 1 to 300 that look random and are the same in every run: a linear
/// congruential generator with Knuth's constants for MMIX.
struct Lengths(u64);

impl Lengths {
    fn next(&mut self) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (self.0 >> 33) as usize % 300
    }
}
