//! What the benches convert: prose in both scripts, Markdown with code, plain
//! ASCII, and a text so short that starting is all there is to it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use fanjian::{Config, Converter, Variety};

use crate::corpora;
use crate::dictionaries::{Dictionaries, project};

/// The project's example, from which prose is made where there is no other.
const EXAMPLE: &str = "examples/news.txt";

/// Bytes of every text but the shortest.
const LENGTH: usize = 4 << 20;

/// Twelve characters, Traditional: some change, some begin phrases.
const TWELVE: &str = "我們正在開發新的漢字軟體";

/// A text to convert.
pub struct Text {
    /// What tables of results call it.
    pub name: &'static str,
    /// The text.
    pub text: String,
}

/// The material of all texts: Traditional prose, one sentence per line.
pub struct Material {
    prose: String,
    /// Where the prose is from.
    pub origin: String,
}

impl Material {
    /// Prose of real text: the first `limit` bytes of every corpus in `folder`.
    ///
    /// # Errors
    ///
    /// Fails when the folder holds none that can be read.
    pub fn of_corpora(folder: &Path, limit: usize) -> Result<Material> {
        let corpora = corpora::read(folder, limit)?;
        let sizes = corpora.iter().map(|corpus| {
            let megabytes = corpus.text.len() as f64 / 1e6;
            format!("{} {megabytes:.1} MB", corpus.name)
        });
        let origin = format!("corpora ({})", sizes.collect::<Vec<_>>().join(", "));
        let prose = corpora.into_iter().map(|corpus| corpus.text).collect();
        Ok(Material { prose, origin })
    }

    /// Prose made of the clauses of the project's example, in new orders, with
    /// phrases of its dictionaries between them. The same on every machine.
    ///
    /// # Errors
    ///
    /// Fails when the example or the dictionaries cannot be read.
    pub fn generated() -> Result<Material> {
        let example = fs::read_to_string(project(EXAMPLE)).context(EXAMPLE)?;
        let clauses: Vec<&str> = example
            .split(['，', '。', '；', '！', '？', ',', ';', '!', '?', '\n'])
            .map(str::trim)
            .filter(|clause| !clause.is_empty())
            .collect();
        ensure!(!clauses.is_empty(), "{EXAMPLE} has no clauses");
        let dictionaries = Dictionaries::read()?;
        let phrases = dictionaries.table("STPhrases");

        let mut random = fastrand::Rng::with_seed(1);
        let mut prose = String::with_capacity(LENGTH);
        while prose.len() < LENGTH {
            for _ in 0..random.usize(1..4) {
                prose.push_str(clauses[random.usize(..clauses.len())]);
                // Every other clause: more would be a list of phrases.
                if random.bool() {
                    prose.push_str(&phrases[random.usize(..phrases.len())].1);
                }
                prose.push('，');
            }
            prose.push_str(clauses[random.usize(..clauses.len())]);
            prose.push_str("。\n");
        }
        let origin = format!("generated from {EXAMPLE} and dictionary phrases");
        Ok(Material { prose, origin })
    }

    /// The texts for a configuration. Prose comes in both scripts, so that text
    /// with little to convert is among it; Markdown and the short text are in
    /// the script that the configuration converts from.
    ///
    /// # Errors
    ///
    /// Fails when the ASCII text, which is the project's license, cannot be
    /// read.
    pub fn texts(&self, config: Config) -> Result<Vec<Text>> {
        let license = fs::read_to_string(project("LICENSE")).context("LICENSE")?;
        ensure!(license.is_ascii() && !license.is_empty(), "LICENSE is not ASCII");
        let markdown = in_source_script(config, &markdown(&self.prose));
        Ok(vec![
            Text { name: "Traditional prose", text: self.prose.clone() },
            Text { name: "Simplified prose", text: convert(Config::T2s, &self.prose) },
            Text { name: "Markdown with code", text: markdown },
            Text { name: "ASCII", text: license.repeat(LENGTH / license.len()) },
            Text { name: "12 Han characters", text: in_source_script(config, TWELVE) },
        ])
    }
}

fn in_source_script(config: Config, traditional: &str) -> String {
    match config.source() {
        Variety::Simplified => convert(Config::T2s, traditional),
        Variety::Japanese => convert(Config::T2jp, traditional),
        _ => traditional.to_owned(),
    }
}

fn convert(config: Config, text: &str) -> String {
    Converter::new(config).convert(text).into_owned()
}

/// A document like those of software projects: prose between headings, lists,
/// links, inline code and blocks of code.
fn markdown(prose: &str) -> String {
    let mut sentences = prose.lines().cycle();
    let mut document = String::with_capacity(LENGTH);
    let mut number = 0;
    while document.len() < LENGTH.min(prose.len()) {
        number += 1;
        let [heading, first, second, third] =
            [(); 4].map(|()| sentences.next().unwrap_or_default());
        document.push_str(&format!(
            "## {number}. {heading}\n\n\
             {first} `Converter::new(Config::S2t)` {second}\n\n\
             - **Note {number}**: {third} ([README](https://example.org/{number}))\n\
             - `cargo add fanjian --no-default-features`\n\n\
             ```rust\n\
             fn main() {{\n    \
                 let converter = Converter::new(Config::S2twp); // {heading}\n    \
                 println!(\"{{}}\", converter.convert(\"{number}\"));\n\
             }}\n\
             ```\n\n"
        ));
    }
    document
}
