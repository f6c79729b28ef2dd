//! What may stand on the command line.
//!
//! Flags have OpenCC's names where OpenCC has them. This module knows words and
//! what they mean to the library; it opens no file and converts nothing.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fanjian::stream::InvalidUtf8;
use fanjian::{
    Config, Converter, DICTIONARY_VERSION, Damage, Markup, Normalizer, Pipeline, Preset, Rule,
    Spacing, Switch, TofuRisk,
};

static VERSION: LazyLock<String> = LazyLock::new(|| {
    format!("{} (dictionaries: OpenCC {DICTIONARY_VERSION})", env!("CARGO_PKG_VERSION"))
});

const AFTER_HELP: &str = "\
Exit codes:
  0  done, or whoever read the output has closed it
  1  the input could not be read or converted, or the output not written;
     an output file is then as it was before. With check: or something would change
  2  wrong usage

Examples:
  fanjian convert --config s2twp --input simplified.txt --output traditional.txt
  fanjian convert -c s2tw --markup markdown -i README.md --in-place
  fanjian convert -c t2s --normalize repair -i news.txt -o simplified.txt
  fanjian normalize --preset taiwan -i news.txt --in-place
  printf '汉字' | fanjian";

/// Converts Chinese between Traditional and Simplified script and between
/// regions, as OpenCC does, and normalizes it.
///
/// Without a command, the program takes the arguments of `convert`, as OpenCC's
/// program does.
#[derive(Parser)]
#[command(
    name = "fanjian",
    version = VERSION.as_str(),
    after_help = AFTER_HELP,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    #[command(flatten)]
    pub(crate) conversion: ConversionArguments,

    /// List the configurations: name, source → target, description
    #[arg(long, exclusive = true)]
    pub(crate) list: bool,
}

/// What the program can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Convert between scripts and regions
    Convert(ConversionArguments),
    /// Undo what careless tools did to a text, and write marks as the standard says
    Normalize(NormalizationArguments),
    /// Tell what would change, for editors and continuous integration; exit with 1 when
    /// something would
    Check(CheckArguments),
    /// Tell which script and region texts are of, and what careless tools did to them
    Detect(DetectionArguments),
    /// Tell what becomes of a text and why: rules, dictionaries, other candidates
    Explain(ExplanationArguments),
    /// List the configurations: name, source → target, description
    List,
}

/// Of what to tell the script and the region, and how.
#[derive(Args)]
pub(crate) struct DetectionArguments {
    /// The files [default: standard input]
    pub(crate) files: Vec<PathBuf>,

    /// Tell of each line by itself
    #[arg(long)]
    pub(crate) lines: bool,

    /// A JSON object a file or line, with the evidence
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to check, and how to say what was found.
#[derive(Args)]
pub(crate) struct CheckArguments {
    /// The files [default: standard input]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    process: ProcessArguments,

    /// How to say what was found
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ReportFormat,

    /// Change the files as told
    #[arg(long, requires = "files")]
    pub(crate) fix: bool,
}

impl CheckArguments {
    /// What is asked for.
    pub(crate) fn pipeline(&self) -> Pipeline {
        self.process.pipeline()
    }
}

/// The values of `--format` of `check`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Place, rule or entry, before and after, in one line
    Human,
    /// A JSON object a line
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Commands of GitHub's workflows
    Github,
}

/// What to explain.
#[derive(Args)]
pub(crate) struct ExplanationArguments {
    /// The text [default: standard input]
    pub(crate) text: Option<String>,

    #[command(flatten)]
    process: ProcessArguments,

    /// A JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

impl ExplanationArguments {
    /// What is asked for.
    pub(crate) fn pipeline(&self) -> Pipeline {
        self.process.pipeline()
    }
}

/// What is done to a text, where either part may be left out.
#[derive(Args)]
struct ProcessArguments {
    /// Convert, by OpenCC's name for it
    #[arg(short, long, value_name = "NAME", value_parser = str::parse::<Config>)]
    config: Option<Config>,

    /// Normalize by the rules of this preset [default: repair, unless there is --config]
    #[arg(long, value_name = "PRESET", value_parser = str::parse::<Preset>)]
    normalize: Option<Preset>,

    /// What the text is written in: plain, markdown or html
    #[arg(
        long,
        value_name = "NAME",
        default_value_t = Markup::Plain,
        value_parser = str::parse::<Markup>,
    )]
    markup: Markup,
}

impl ProcessArguments {
    fn pipeline(&self) -> Pipeline {
        let builder = Pipeline::builder().markup(self.markup);
        match (self.config, self.normalize) {
            (None, None) => builder.normalize(Preset::default()).build(),
            (None, Some(preset)) => builder.normalize(preset).build(),
            (Some(config), None) => builder.convert(config).build(),
            (Some(config), Some(preset)) => builder.convert(config).normalize(preset).build(),
        }
    }
}

/// How to convert, and which text.
#[derive(Args)]
pub(crate) struct ConversionArguments {
    /// The conversion, by OpenCC's name, such as s2twp or s2twp.json (see `list`)
    #[arg(
        short,
        long,
        value_name = "NAME",
        default_value_t = Config::S2t,
        value_parser = str::parse::<Config>,
    )]
    config: Config,

    /// Also use replacements that few fonts can show
    #[arg(long)]
    include_tofu_risk_dictionaries: bool,

    /// Normalize, too, by the rules of this preset: minimal, repair, corpus, mainland,
    /// taiwan or hongkong
    #[arg(long, value_name = "PRESET", value_parser = str::parse::<Preset>)]
    normalize: Option<Preset>,

    #[command(flatten)]
    pub(crate) text: TextArguments,
}

impl ConversionArguments {
    /// What is asked for.
    pub(crate) fn pipeline(&self) -> Pipeline {
        let tofu_risk = match self.include_tofu_risk_dictionaries {
            true => TofuRisk::Include,
            false => TofuRisk::Exclude,
        };
        let converter = Converter::builder(self.config).tofu_risk(tofu_risk).build();
        let builder = Pipeline::builder().convert(converter).markup(self.text.markup);
        match self.normalize {
            Some(preset) => builder.normalize(preset).build(),
            None => builder.build(),
        }
    }
}

/// How to normalize, and which text.
#[derive(Args)]
pub(crate) struct NormalizationArguments {
    /// The rules: minimal (code points alone), repair (undo NFKC and width folding),
    /// corpus (repair, and drop what is invisible), mainland, taiwan, hongkong (repair,
    /// and marks as the standard says)
    #[arg(
        short,
        long,
        value_name = "NAME",
        default_value_t = Preset::Repair,
        value_parser = str::parse::<Preset>,
    )]
    preset: Preset,

    /// What to do about spaces between Chinese characters and Latin letters or digits
    /// [default: as the preset says]
    #[arg(long, value_name = "ACTION")]
    spacing: Option<SpacingAction>,

    /// What was done to the text
    #[arg(long, value_name = "KIND", default_value = "auto")]
    damage: DamageKind,

    /// Apply this rule, by its identifier, too; may be given several times
    #[arg(long, value_name = "RULE", value_parser = str::parse::<Rule>)]
    enable: Vec<Rule>,

    /// Do not apply this rule; may be given several times
    #[arg(long, value_name = "RULE", value_parser = str::parse::<Rule>)]
    disable: Vec<Rule>,

    #[command(flatten)]
    pub(crate) text: TextArguments,
}

impl NormalizationArguments {
    /// What is asked for.
    pub(crate) fn pipeline(&self) -> Pipeline {
        let mut builder = Normalizer::builder(self.preset).damage(self.damage.into());
        if let Some(spacing) = self.spacing {
            builder = builder.spacing(spacing.into());
        }
        for rule in &self.enable {
            builder = builder.rule(*rule, Switch::On);
        }
        for rule in &self.disable {
            builder = builder.rule(*rule, Switch::Off);
        }
        Pipeline::builder().normalize(builder.build()).markup(self.text.markup).build()
    }
}

/// Which text, and where the result goes.
#[derive(Args)]
pub(crate) struct TextArguments {
    /// What the text is written in: plain, markdown or html. Code, URLs, tags and all
    /// else that is no text for a reader stays as it is; the document is read whole
    /// before any of it is written
    #[arg(
        long,
        value_name = "NAME",
        default_value_t = Markup::Plain,
        value_parser = str::parse::<Markup>,
    )]
    markup: Markup,

    /// Read the text, which is UTF-8, from FILE [default: standard input]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,

    /// Write to FILE, which is replaced when all is done [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the input file by what becomes of it; with another output file, write
    /// that one, as OpenCC does
    #[arg(long, requires = "input")]
    pub(crate) in_place: bool,

    /// What to do with bytes that are not UTF-8
    #[arg(long, value_name = "ACTION", default_value = "refuse")]
    pub(crate) invalid: Invalid,
}

/// The values of `--spacing`.
#[derive(Clone, Copy, ValueEnum)]
enum SpacingAction {
    /// They stay as they are
    Keep,
    /// They go
    Strip,
    /// There is one
    Insert,
}

impl From<SpacingAction> for Spacing {
    fn from(action: SpacingAction) -> Spacing {
        match action {
            SpacingAction::Keep => Spacing::Keep,
            SpacingAction::Strip => Spacing::Strip,
            SpacingAction::Insert => Spacing::Insert,
        }
    }
}

/// The values of `--damage`.
#[derive(Clone, Copy, ValueEnum)]
enum DamageKind {
    /// What its beginning says
    Auto,
    /// Full-width marks became ASCII
    Nfkc,
    /// Full stops and quotation marks became ASCII as well
    Ccnet,
    /// Nothing
    None,
}

impl From<DamageKind> for Damage {
    fn from(kind: DamageKind) -> Damage {
        match kind {
            DamageKind::Auto => Damage::Auto,
            DamageKind::Nfkc => Damage::Nfkc,
            DamageKind::Ccnet => Damage::Ccnet,
            DamageKind::None => Damage::None,
        }
    }
}

/// The values of `--invalid`.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Invalid {
    /// Stop, and say at which byte
    Refuse,
    /// Write U+FFFD in their place
    Replace,
    /// Copy them
    Keep,
}

impl From<Invalid> for InvalidUtf8 {
    fn from(invalid: Invalid) -> InvalidUtf8 {
        match invalid {
            Invalid::Refuse => InvalidUtf8::Refuse,
            Invalid::Replace => InvalidUtf8::Replace,
            Invalid::Keep => InvalidUtf8::Keep,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_agree_with_each_other() {
        Arguments::command().debug_assert();
    }
}
