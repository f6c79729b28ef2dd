//! What may stand on the command line.
//!
//! Flags have OpenCC's names where OpenCC has them. This module knows words and
//! what they mean to the library; it opens no file and converts nothing.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fanjian::stream::InvalidUtf8;
use fanjian::{Config, DICTIONARY_VERSION, Markup, TofuRisk};

use crate::compression::Compression;
use crate::encoding::{self, Unencodable};
use crate::format::Format;
use crate::records::InvalidRecord;

static VERSION: LazyLock<String> = LazyLock::new(|| {
    format!("{} (dictionaries: OpenCC {DICTIONARY_VERSION})", env!("CARGO_PKG_VERSION"))
});

const AFTER_HELP: &str = "\
Exit codes:
  0  done, or whoever read the output has closed it
  1  an input could not be read or converted, or an output not written; that
     output file is then as it was before, and all other files are done
  2  wrong usage

Examples:
  fanjian convert --config s2twp --input simplified.txt --output traditional.txt
  fanjian convert -c s2tw --markup markdown README.md --in-place
  fanjian convert -c t2s corpus --output-folder simplified --glob '*.txt'
  fanjian convert -c t2s --field text,meta.title corpus.jsonl.zst -o simplified.jsonl.zst
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
    Convert(Box<ConversionArguments>),
    /// List the configurations: name, source → target, description
    List,
    /// Write the completions for a shell to standard output
    #[command(hide = true)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page to standard output
    #[command(hide = true)]
    Man,
}

/// Which text to convert, how, and where the result goes.
#[derive(Args)]
pub(crate) struct ConversionArguments {
    /// Files to convert, and folders, of which all files are converted but those that
    /// .gitignore and .ignore files or --glob leave out, that are hidden, or that are
    /// no text [default: standard input]
    #[arg(value_name = "FILE_OR_FOLDER", group = "sources")]
    pub(crate) files: Vec<PathBuf>,

    /// The conversion, by OpenCC's name, such as s2twp or s2twp.json (see --list)
    #[arg(
        short,
        long,
        value_name = "NAME",
        default_value_t = Config::S2t,
        value_parser = str::parse::<Config>,
    )]
    pub(crate) config: Config,

    /// What the text is written in: plain, markdown or html. Code, URLs, tags and all
    /// else that is no text for a reader stays as it is; the document is read whole
    /// before any of it is written
    #[arg(
        long,
        value_name = "NAME",
        default_value_t = Markup::Plain,
        value_parser = str::parse::<Markup>,
    )]
    pub(crate) markup: Markup,

    /// Read the text from FILE, as the arguments without a name do
    #[arg(short, long, value_name = "FILE", group = "sources", conflicts_with = "files")]
    pub(crate) input: Option<PathBuf>,

    /// Write to FILE, which is replaced when all is converted [default: standard
    /// output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Also use replacements that few fonts can show
    #[arg(long)]
    pub(crate) include_tofu_risk_dictionaries: bool,

    /// What to do with bytes that are not UTF-8, or not what --encoding says
    #[arg(long, value_name = "ACTION", default_value = "refuse")]
    pub(crate) invalid: Invalid,

    #[command(flatten)]
    pub(crate) place: PlaceArguments,

    #[command(flatten)]
    pub(crate) walk: WalkArguments,

    #[command(flatten)]
    pub(crate) records: RecordArguments,

    #[command(flatten)]
    pub(crate) bytes: ByteArguments,

    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

/// Where the results of files and folders go.
#[derive(Args)]
#[command(next_help_heading = "Many files")]
pub(crate) struct PlaceArguments {
    /// Replace each input file by its conversion, if that is another text; permissions
    /// and times stay. With another output file, write that one, as OpenCC does
    #[arg(long, requires = "sources")]
    pub(crate) in_place: bool,

    /// Keep each replaced file under its name with SUFFIX behind it, such as .bak;
    /// a file that has that name already is not overwritten
    #[arg(long, value_name = "SUFFIX", requires = "in_place", conflicts_with = "output")]
    pub(crate) backup: Option<OsString>,

    /// Write each result into FOLDER, under the path that the file has in the folder
    /// that was named
    #[arg(
        long,
        visible_alias = "output-dir",
        value_name = "FOLDER",
        requires = "sources",
        conflicts_with_all = ["output", "in_place"],
    )]
    pub(crate) output_folder: Option<PathBuf>,

    /// Pass over files that an earlier run with the same arguments, which was
    /// interrupted or had failures, has done and that have not changed since
    #[arg(long, requires = "output_folder")]
    pub(crate) resume: bool,

    /// Work on N threads [default: as many as the machine runs at once]
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Write no file; list those that would change on standard output
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Which files of a folder are taken.
#[derive(Args)]
pub(crate) struct WalkArguments {
    /// Of folders, take the files that match PATTERN, as in .gitignore files, or leave
    /// out those that match a PATTERN that begins with !
    #[arg(short, long, value_name = "PATTERN")]
    pub(crate) glob: Vec<String>,

    /// Of folders, also take hidden files and folders
    #[arg(long)]
    pub(crate) hidden: bool,

    /// Of folders, also take what .gitignore and .ignore files leave out
    #[arg(long)]
    pub(crate) no_ignore: bool,

    /// In folders, follow symbolic links
    #[arg(long)]
    pub(crate) follow: bool,
}

/// What of records is text.
#[derive(Args)]
#[command(next_help_heading = "Records")]
pub(crate) struct RecordArguments {
    /// What files are made of [default: told by the name's extension where --field or
    /// --column is given, or else text]
    #[arg(short, long, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,

    /// The fields of JSON records that are text, with commas between them: keys with
    /// dots between them lead into objects, * is any key, and an array stands for each
    /// of its elements
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub(crate) field: Vec<String>,

    /// The columns that are text, by name or by number, counted from 1, with commas
    /// between them
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) column: Vec<String>,

    /// The first record of CSV and TSV files has no names of columns but is one as all
    /// others
    #[arg(long)]
    pub(crate) no_header: bool,

    /// What to do with a record that is no JSON, or lacks a column
    #[arg(long, value_name = "ACTION", default_value = "stop")]
    pub(crate) invalid_record: InvalidRecord,
}

/// How texts are stored.
#[derive(Args)]
#[command(next_help_heading = "Compression and encodings")]
pub(crate) struct ByteArguments {
    /// How the input is compressed [default: told by its first bytes]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) decompress: Option<Compression>,

    /// How to compress the output [default: as the extensions of the names say, or else
    /// as the input]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) compress: Option<Compression>,

    /// The encoding of the input: auto, utf-8, gb18030, big5, utf-16 or another one of
    /// the Encoding Standard
    #[arg(
        long,
        value_name = "NAME",
        default_value = "utf-8",
        value_parser = str::parse::<encoding::Choice>,
    )]
    pub(crate) encoding: encoding::Choice,

    /// The encoding of the output [default: that of the input]
    #[arg(long, value_name = "NAME", value_parser = output_encoding)]
    pub(crate) output_encoding: Option<encoding::Choice>,

    /// What to do with characters that the output's encoding does not have
    #[arg(long, value_name = "ACTION", default_value = "refuse")]
    pub(crate) unencodable: Unencodable,
}

/// What is said of a run, on standard error.
#[derive(Args)]
#[command(next_help_heading = "Messages")]
pub(crate) struct ReportArguments {
    /// Show no progress and no summary, and say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Sum up at the end, also where one file alone was converted
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) summary: bool,
}

impl ConversionArguments {
    pub(crate) fn tofu_risk(&self) -> TofuRisk {
        if self.include_tofu_risk_dictionaries { TofuRisk::Include } else { TofuRisk::Exclude }
    }
}

fn output_encoding(name: &str) -> Result<encoding::Choice, String> {
    match name.parse()? {
        encoding::Choice::Auto => Err("only the encoding of an input can be found out".to_owned()),
        choice => Ok(choice),
    }
}

/// The values of `--invalid`.
#[derive(Clone, Copy, Debug, ValueEnum)]
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
