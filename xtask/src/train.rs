//! `cargo xtask train`: learns from native text which Traditional character a Simplified
//! one stands for, and writes the model that the crate embeds.
//!
//! Native Traditional text is brought into OpenCC's own spelling (tw2t), converted to
//! Simplified (t2s) and back (s2t), all in step: so each ambiguous character has what
//! stands around it, what OpenCC makes of it, and what it was. The dictionary's phrases
//! are examples of their own, of less weight. What is looked at is said in
//! `src/context/feature.rs`, the form of the model in `src/context/model.rs`, both of
//! which are read here as the library reads them; how weights are learned, in `learner`.
//!
//! The same texts give the same bytes: one thread, one seed, no arithmetic that differs
//! from machine to machine (`libm` for the exponential function).

mod encode;
mod examples;
// What trains needs less of both than what decides.
#[path = "../../src/context/feature.rs"]
#[allow(dead_code)]
mod feature;
mod learner;
#[path = "../../src/context/model.rs"]
#[allow(dead_code)]
mod model;
mod neighbours;
#[path = "../../src/context/twin.rs"]
mod twin;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use sha2::{Digest, Sha256};

use crate::corpora;
use crate::{project, texts};
use examples::{Characters, Collector, Example};
use learner::Recipe;
use neighbours::Neighbours;

/// The model, below the project's folder.
const MODEL: &str = "dictionaries/context/model.bin";
/// The figures of the last training, beside it.
const FIGURES: &str = "dictionaries/context/figures.tsv";
/// How much an example of the dictionary weighs beside one of a text.
const WEIGHT_OF_PHRASES: f32 = 0.3;

/// What is learned from.
#[derive(Args)]
pub(crate) struct Options {
    /// Folders of texts, `*.txt` and `*.txt.xz`, one sentence per line; `cargo xtask texts`
    /// fetches the second one.
    #[arg(default_values = ["../shared/corpora", texts::FOLDER])]
    folders: Vec<PathBuf>,
    /// Learn without the texts whose names begin so, write no model, and see how it
    /// does on them: what it would do on texts of another origin.
    #[arg(long)]
    without: Option<String>,
    /// Write nothing; fail when the committed model is not what the texts give.
    #[arg(long)]
    check: bool,
}

/// Learns, and writes the model and its figures.
pub(crate) fn run(options: &Options) -> Result<()> {
    let characters = Characters::read()?;
    let mut collector = Collector::new(&characters)?;
    for folder in &options.folders {
        let folder = if folder.is_absolute() { folder.clone() } else { project(folder) };
        for corpus in corpora::read(&folder)? {
            collector.take_text(&corpus.name, &corpus.text);
        }
    }
    collector.take_phrases(WEIGHT_OF_PHRASES)?;
    let Collector { sources, mut examples, .. } = collector;
    let is_left_out = |source: &str| {
        options.without.as_ref().is_some_and(|without| source.starts_with(without.as_str()))
    };
    for example in &mut examples {
        example.is_held_out |= is_left_out(&sources[example.source]);
    }
    let learned = learner::learn(&characters, &examples, &Recipe::default());
    let unsettled = encode::encode(&characters, &learned, &Neighbours::default());
    let unsettled = model::Model::new(&unsettled).context("the model cannot be read")?;
    let neighbours = Neighbours::of(&unsettled, &examples);
    let bytes = encode::encode(&characters, &learned, &neighbours);
    let clues = [&neighbours.settling, &neighbours.objecting].map(Vec::len);
    let figures = figures(&bytes, (learned.weights.len(), clues), &sources, &examples)?;
    print!("{figures}");
    match (options.check, &options.without) {
        (true, _) => {
            ensure!(fs::read(project(MODEL))? == bytes, "{MODEL} is not what the texts give");
        }
        (false, Some(_)) => {}
        (false, None) => {
            fs::write(project(MODEL), &bytes).context(MODEL)?;
            fs::write(project(FIGURES), &figures).context(FIGURES)?;
        }
    }
    Ok(())
}

/// A row for the model, and one for each source: how many decisions were held out, how
/// many of them neighbours settle, how many OpenCC has wrong, how many the model, and how
/// many of those OpenCC had right.
fn figures(
    bytes: &[u8],
    (weights, [settling, objecting]): (usize, [usize; 2]),
    sources: &[String],
    examples: &[Example],
) -> Result<String> {
    let model = model::Model::new(bytes).context("the model cannot be read")?;
    let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut rows = format!(
        "# model.bin: {weights} weights, {settling} neighbours that settle and {objecting} that object, {} bytes, sha256 {hash}\n",
        bytes.len()
    );
    rows +=
        "# text\theld out\tsettled\twrong by OpenCC\twrong by the model\tspoiled by the model\n";
    for (number, source) in sources.iter().enumerate() {
        let (mut held_out, mut settled, mut before, mut wrong, mut spoiled) = (0, 0, 0, 0, 0);
        let of_source = |one: &&Example| one.source == number && one.is_held_out && !one.is_twin();
        for example in examples.iter().filter(of_source) {
            let decided = decide(&model, example);
            held_out += 1;
            settled +=
                usize::from(model.is_settled(example.character, example.surroundings.nearest()));
            before += usize::from(example.opinion.choice != example.gold);
            wrong += usize::from(decided != example.gold);
            spoiled +=
                usize::from(decided != example.gold && example.opinion.choice == example.gold);
        }
        if held_out > 0 {
            rows += &format!("{source}\t{held_out}\t{settled}\t{before}\t{wrong}\t{spoiled}\n");
        }
    }
    Ok(rows)
}

/// What the model decides, as the library does.
fn decide(model: &model::Model<'_>, example: &Example) -> usize {
    if model.is_settled(example.character, example.surroundings.nearest()) {
        return example.opinion.choice;
    }
    let Some(ambiguous) = model.ambiguous(example.character) else {
        return example.opinion.choice;
    };
    let scores = model.scores(&ambiguous, &example.surroundings, &example.opinion);
    let choice = example.opinion.choice;
    match ambiguous.best(&scores, choice) {
        (best, margin) if margin >= model::DEFAULT_MARGIN.into() => best,
        _ => choice,
    }
}
