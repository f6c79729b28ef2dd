//! Holds fanjian to the real OpenCC: every byte of every output, in every
//! configuration, on real text and on text made to break an implementation.
//!
//! OpenCC's library uses the tofu-risk dictionaries and its command line does
//! not, so fanjian is compared with the one with them and with the other
//! without. The first difference ends the run with the shortest text that shows
//! it.

mod compare;
mod exhaustive;
mod generate;
mod shrink;
mod without_tofu_risk;

use std::ops::AddAssign;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use fanjian::{Config, Converter, Variety};
use peers::corpora::{self, Corpus};
use texts::Dictionaries;

use crate::compare::{Difference, Subject, Way};
use crate::generate::Generator;
use crate::without_tofu_risk::Program;

/// Bytes of a corpus that are converted at once.
const BLOCK: usize = 1 << 16;

/// Compares fanjian with OpenCC.
#[derive(Parser)]
struct Options {
    /// Compare on the files `*.txt.xz` of this folder as well.
    #[arg(long)]
    corpora: Option<PathBuf>,
    /// How many texts to generate, over all configurations.
    #[arg(long, default_value_t = 1_000_000)]
    generated: u64,
    /// What the generated texts depend on.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only these configurations (s2t,t2s); all sixteen by default.
    #[arg(long, value_delimiter = ',')]
    config: Vec<Config>,
    /// OpenCC's command line program.
    #[arg(long, default_value = "opencc")]
    program: PathBuf,
}

/// How much was compared.
#[derive(Clone, Copy, Default)]
struct Amount {
    texts: u64,
    bytes: u64,
}

impl Amount {
    fn count(&mut self, text: &str) {
        self.texts += 1;
        self.bytes += text.len() as u64;
    }

    fn cells(&self) -> String {
        format!("{} | {}", self.texts, self.bytes)
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Amount) {
        self.texts += other.texts;
        self.bytes += other.bytes;
    }
}

/// What was compared for one configuration, by kind of text.
#[derive(Clone, Copy, Default)]
struct Amounts {
    corpora: Amount,
    exhaustive: Amount,
    generated: Amount,
    with_nul: Amount,
    without_tofu_risk: Amount,
}

impl Amounts {
    fn each(&mut self) -> [&mut Amount; 5] {
        let Amounts { corpora, exhaustive, generated, with_nul, without_tofu_risk } = self;
        [corpora, exhaustive, generated, with_nul, without_tofu_risk]
    }
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let dictionaries = Dictionaries::read()?;
    let corpora = match &options.corpora {
        Some(folder) => corpora::read(folder, usize::MAX)?,
        None => Vec::new(),
    };
    print_head(&corpora, &options);

    let mut total = Amounts::default();
    let configs = Config::ALL.into_iter().filter(|config| chosen(&options, *config));
    for config in configs {
        let mut amounts = Amounts::default();
        let outcome = compare(config, &options, &dictionaries, &corpora, &mut amounts)?;
        print_row(&config.to_string(), &mut amounts, outcome.is_some());
        if let Some(difference) = outcome {
            println!("\n{difference}");
            return Ok(ExitCode::FAILURE);
        }
        for (sum, amount) in total.each().into_iter().zip(amounts.each()) {
            *sum += *amount;
        }
    }
    print_row("all", &mut total, false);
    Ok(ExitCode::SUCCESS)
}

fn chosen(options: &Options, config: Config) -> bool {
    options.config.is_empty() || options.config.contains(&config)
}

/// Compares all kinds of text for one configuration, up to the first difference.
fn compare(
    config: Config,
    options: &Options,
    dictionaries: &Dictionaries,
    corpora: &[Corpus],
    amounts: &mut Amounts,
) -> Result<Option<Difference>> {
    let subject = Subject::new(config)?;
    let mut generator = Generator::new(config, dictionaries, options.seed);
    let share = options.generated.div_ceil(Config::ALL.len() as u64);

    let exhaustive = exhaustive::texts(dictionaries);
    let difference = compare_corpora(&subject, corpora, &mut amounts.corpora)
        .or_else(|| compare_each(&subject, exhaustive, &Way::ALL, &mut amounts.exhaustive))
        .or_else(|| {
            let texts = (0..share).map(|_| generator.text());
            compare_each(&subject, texts, &Way::ALL, &mut amounts.generated)
        })
        .or_else(|| {
            let parts = (0..share / 16).map(|_| generator.parts_around_nul());
            compare_around_nul(&subject, parts, &mut amounts.with_nul)
        });
    if difference.is_some() || !without_tofu_risk::CONFIGS.contains(&config) {
        return Ok(difference);
    }
    let program = Program::new(config, &options.program);
    let texts = (0..share).map(|_| generator.text());
    program.compare(texts, |text| amounts.without_tofu_risk.count(text))
}

fn compare_corpora(
    subject: &Subject,
    corpora: &[Corpus],
    amount: &mut Amount,
) -> Option<Difference> {
    corpora.iter().find_map(|corpus| {
        let text = in_source_script(subject.config(), &corpus.text);
        compare_each(subject, corpora::blocks(&text, BLOCK), &Way::FAST, amount)
    })
}

fn compare_around_nul(
    subject: &Subject,
    mut parts: impl Iterator<Item = (String, String)>,
    amount: &mut Amount,
) -> Option<Difference> {
    parts.find_map(|(left, right)| {
        let text = format!("{left}\0{right}");
        amount.count(&text);
        subject.difference_around_nul(&text)
    })
}

fn compare_each<T: AsRef<str>>(
    subject: &Subject,
    texts: impl IntoIterator<Item = T>,
    ways: &[Way],
    amount: &mut Amount,
) -> Option<Difference> {
    texts.into_iter().find_map(|text| {
        amount.count(text.as_ref());
        subject.difference(text.as_ref(), ways)
    })
}

/// Corpora are Traditional; other scripts are made from them. How well does
/// not matter here, for both sides convert the same.
fn in_source_script(config: Config, traditional: &str) -> String {
    let preparation = match config.source() {
        Variety::Simplified => Config::T2s,
        Variety::Japanese => Config::T2jp,
        _ => return traditional.to_owned(),
    };
    Converter::new(preparation).convert(traditional).into_owned()
}

fn print_head(corpora: &[Corpus], options: &Options) {
    let names: Vec<&str> = match corpora.is_empty() {
        true => vec!["none"],
        false => corpora.iter().map(|corpus| corpus.name.as_str()).collect(),
    };
    println!(
        "fanjian beside OpenCC's library, whose tofu-risk dictionaries are on, and, in the \
         columns \"off\", beside OpenCC's command line, where they are off."
    );
    println!("Corpora: {}. Seed: {}.\n", names.join(", "), options.seed);
    println!(
        "| configuration | blocks of corpora | bytes | exhaustive texts | bytes | \
         generated texts | bytes | with NUL | bytes | off: texts | bytes | differences |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
}

fn print_row(name: &str, amounts: &mut Amounts, differs: bool) {
    let cells = amounts.each().map(|amount| amount.cells()).join(" | ");
    println!("| {name} | {cells} | {} |", u8::from(differs));
}
