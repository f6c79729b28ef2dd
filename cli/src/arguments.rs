//! What may stand on the command line.
//!
//! Flags have OpenCC's names where OpenCC has them. This module knows words and
//! what they mean to the library; it opens no file and converts nothing.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fanjian::stream::InvalidUtf8;
use fanjian::{Config, DICTIONARY_VERSION, TofuRisk};

static VERSION: LazyLock<String> = LazyLock::new(|| {
    format!("{} (dictionaries: OpenCC {DICTIONARY_VERSION})", env!("CARGO_PKG_VERSION"))
});

const AFTER_HELP: &str = "\
Exit codes:
  0  done, or whoever read the output has closed it
  1  the input could not be read or converted, or the output not written;
     an output file is then as it was before
  2  wrong usage

Examples:
  fanjian convert --config s2twp --input simplified.txt --output traditional.txt
  printf '汉字' | fanjian";

/// Converts Chinese between Traditional and Simplified script and between
/// regions, as OpenCC does.
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
    /// List the configurations: name, source → target, description
    List,
}

/// Which text to convert, how, and where the result goes.
#[derive(Args)]
pub(crate) struct ConversionArguments {
    /// The conversion, by OpenCC's name, such as s2twp or s2twp.json (see --list)
    #[arg(
        short,
        long,
        value_name = "NAME",
        default_value_t = Config::S2t,
        value_parser = str::parse::<Config>,
    )]
    pub(crate) config: Config,

    /// Read the text, which is UTF-8, from FILE [default: standard input]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,

    /// Write to FILE, which is replaced when all is converted [default: standard
    /// output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the input file by its conversion; with another output file, write
    /// that one, as OpenCC does
    #[arg(long, requires = "input")]
    pub(crate) in_place: bool,

    /// Also use replacements that few fonts can show
    #[arg(long)]
    pub(crate) include_tofu_risk_dictionaries: bool,

    /// What to do with bytes that are not UTF-8
    #[arg(long, value_name = "ACTION", default_value = "refuse")]
    pub(crate) invalid: Invalid,
}

impl ConversionArguments {
    pub(crate) fn tofu_risk(&self) -> TofuRisk {
        if self.include_tofu_risk_dictionaries { TofuRisk::Include } else { TofuRisk::Exclude }
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
