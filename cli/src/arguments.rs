//! What may stand on the command line.
//!
//! Flags have OpenCC's names where OpenCC has them. This module knows words and
//! what they mean to the library; it opens no file and converts nothing.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use fanjian::stream::InvalidUtf8;
use fanjian::{
    Config, Converter, ConverterBuilder, DICTIONARY_VERSION, Damage, Disambiguation, Markup,
    Normalizer, Pipeline, Preset, Rule, Spacing, Switch, TofuRisk,
};

use crate::compression::Compression;
use crate::dictionaries::{ConfigChoice, DictionaryArguments, Project, Wanted};
use crate::documents::{Languages, Limits};
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
     output file is then as it was before, and all other files are done.
     With check: or something would change
  2  wrong usage

Examples:
  fanjian convert --config s2twp --input simplified.txt --output traditional.txt
  fanjian convert -c s2tw README.md --in-place
  fanjian convert -c s2hk book.epub -o converted.epub
  fanjian convert -c t2s --normalize repair corpus --output-folder simplified
  fanjian convert -c t2s --field text,meta.title corpus.jsonl.zst -o simplified.jsonl.zst
  fanjian normalize --preset taiwan --glob '*.txt' news --in-place
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
    Convert(Box<ConversionArguments>),
    /// Undo what careless tools did to a text, and write marks as the standard says
    Normalize(Box<NormalizationArguments>),
    /// Restore the characters of Traditional text that careless conversions made wrong
    Repair(Box<RepairArguments>),
    /// Tell what would change, for editors and continuous integration; exit with 1 when
    /// something would
    Check(CheckArguments),
    /// Tell which script and region texts are of, and what careless tools did to them
    Detect(DetectionArguments),
    /// Tell what becomes of a text and why: rules, dictionaries, other candidates
    Explain(ExplanationArguments),
    /// Tell where a conversion has a choice, and between what
    Ambiguities(AmbiguitiesArguments),
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

/// Of which conversion of which text to tell the choices, and how.
#[derive(Args)]
pub(crate) struct AmbiguitiesArguments {
    /// The text [default: standard input]
    pub(crate) text: Option<String>,

    /// The conversion, by OpenCC's name for it
    #[arg(short, long, value_name = "NAME", value_parser = str::parse::<Config>, default_value = "s2t")]
    pub(crate) config: Config,

    #[command(flatten)]
    choice: ChoiceArguments,

    /// A JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

impl AmbiguitiesArguments {
    /// The converter whose choices are told.
    pub(crate) fn converter(&self) -> Converter {
        self.choice.apply(Converter::builder(self.config)).build()
    }
}

/// Of what to tell the script and the region, and how.
#[derive(Args)]
pub(crate) struct DetectionArguments {
    /// Files, and folders, of which all files are taken that `convert` takes [default:
    /// standard input]
    #[arg(value_name = "FILE_OR_FOLDER")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) walk: WalkArguments,

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
    /// Files, and folders, of which all files are taken that `convert` takes [default:
    /// standard input]
    #[arg(value_name = "FILE_OR_FOLDER")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    process: ProcessArguments,

    #[command(flatten)]
    pub(crate) walk: WalkArguments,

    /// How to say what was found
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ReportFormat,

    /// Change the files as told
    #[arg(long, requires = "files")]
    pub(crate) fix: bool,
}

impl CheckArguments {
    /// Reads what else is named.
    pub(crate) fn prepare(&self) -> anyhow::Result<()> {
        self.process.prepare()
    }

    /// What is asked for of a file, or of standard input.
    pub(crate) fn pipeline(&self, path: Option<&Path>) -> Pipeline {
        let named = || path.and_then(Format::of_name).map(Format::markup);
        self.process.pipeline(self.process.markup.or_else(named).unwrap_or_default())
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
    /// Reads what else is named.
    pub(crate) fn prepare(&self) -> anyhow::Result<()> {
        self.process.prepare()
    }

    /// What is asked for.
    pub(crate) fn pipeline(&self) -> Pipeline {
        self.process.pipeline(self.process.markup.unwrap_or_default())
    }
}

/// What is done to a text, where either part may be left out.
#[derive(Args)]
struct ProcessArguments {
    /// Convert, by OpenCC's name for it, or by a file of OpenCC's form
    #[arg(short, long, value_name = "NAME_OR_FILE", value_parser = str::parse::<ConfigChoice>)]
    config: Option<ConfigChoice>,

    #[command(flatten)]
    choice: ChoiceArguments,

    #[command(flatten)]
    dictionaries: DictionaryArguments,

    /// What was made of the arguments before the first text.
    #[arg(skip)]
    prepared: OnceLock<Prepared>,

    /// Normalize by the rules of this preset [default: repair, unless there is --config]
    #[arg(long, value_name = "PRESET", value_parser = str::parse::<Preset>)]
    normalize: Option<Preset>,

    /// Restore what careless conversions made wrong, before all else; without --config and
    /// --normalize, nothing else is done
    #[arg(long)]
    repair: bool,

    /// What the text is written in: plain, markdown or html [default: of a file, as its
    /// extension says, or else plain]
    #[arg(long, value_name = "NAME", value_parser = str::parse::<Markup>)]
    markup: Option<Markup>,
}

impl ProcessArguments {
    /// Reads the files that are named, project file and dictionaries.
    fn prepare(&self) -> anyhow::Result<()> {
        let project = Project::find(&self.dictionaries)?;
        let config = match &self.config {
            Some(config) => Some(config.clone()),
            None => project.config()?,
        };
        let normalize = match self.normalize {
            Some(preset) => Some(preset),
            None => project.normalize()?,
        };
        let converter = |config: &ConfigChoice| {
            let (arguments, tofu_risk) = (&self.dictionaries, TofuRisk::Include);
            self.choice.converter(&Wanted { arguments, project: &project, config, tofu_risk })
        };
        let converter = config.as_ref().map(converter).transpose()?;
        let _ = self.prepared.set(Prepared { converter, normalize });
        Ok(())
    }

    fn pipeline(&self, markup: Markup) -> Pipeline {
        let builder = Pipeline::builder().repair(self.repair).markup(markup);
        let Prepared { converter, normalize } = self.prepared.get().cloned().unwrap_or_default();
        match (converter, normalize) {
            (None, None) if self.repair => builder.build(),
            (None, None) => builder.normalize(Preset::default()).build(),
            (None, Some(preset)) => builder.normalize(preset).build(),
            (Some(converter), None) => builder.convert(converter).build(),
            (Some(converter), Some(preset)) => builder.convert(converter).normalize(preset).build(),
        }
    }
}

/// How to convert, and which text.
#[derive(Args)]
pub(crate) struct ConversionArguments {
    /// The conversion, by OpenCC's name, such as s2twp or s2twp.json (see `list`), or a
    /// configuration file of OpenCC's form, whose name ends with .json [default: as the
    /// project file says, or else s2t]
    #[arg(short, long, value_name = "NAME_OR_FILE", value_parser = str::parse::<ConfigChoice>)]
    config: Option<ConfigChoice>,

    /// Also use replacements that few fonts can show
    #[arg(long)]
    include_tofu_risk_dictionaries: bool,

    #[command(flatten)]
    choice: ChoiceArguments,

    #[command(flatten)]
    dictionaries: DictionaryArguments,

    /// What was made of the arguments before the first text.
    #[arg(skip)]
    prepared: OnceLock<Prepared>,

    /// Normalize, too, by the rules of this preset: minimal, repair, corpus, mainland,
    /// taiwan or hongkong
    #[arg(long, value_name = "PRESET", value_parser = str::parse::<Preset>)]
    normalize: Option<Preset>,

    #[command(flatten)]
    text: TextArguments,
}

/// What is made of arguments, project file and dictionaries before the first text.
#[derive(Clone, Debug, Default)]
struct Prepared {
    converter: Option<Converter>,
    normalize: Option<Preset>,
}

/// How Simplified characters are decided that stand for several Traditional ones.
#[derive(Args)]
struct ChoiceArguments {
    /// How Simplified characters are decided that stand for several Traditional ones
    #[arg(long, value_name = "HOW", default_value = "dictionary")]
    disambiguation: DisambiguationKind,

    /// With --disambiguation context: how much likelier than OpenCC's another choice must
    /// be, in sixteenths of the natural logarithm of the odds
    #[arg(long, value_name = "N")]
    min_margin: Option<u16>,
}

/// The values of `--disambiguation`.
#[derive(Clone, Copy, ValueEnum)]
enum DisambiguationKind {
    /// By the dictionaries alone, as OpenCC does
    Dictionary,
    /// By what stands around them, where that is more likely
    Context,
}

impl ChoiceArguments {
    /// The converter that is wanted.
    fn converter(&self, wanted: &Wanted<'_>) -> anyhow::Result<Converter> {
        wanted.converter(|own| self.apply(own), |embedded| self.apply(embedded))
    }

    fn apply<E>(&self, builder: ConverterBuilder<E>) -> ConverterBuilder<E> {
        let builder = builder.disambiguation(match self.disambiguation {
            DisambiguationKind::Dictionary => Disambiguation::Dictionary,
            DisambiguationKind::Context => Disambiguation::Context,
        });
        match self.min_margin {
            Some(margin) => builder.min_margin(margin),
            None => builder,
        }
    }
}

/// What is done to texts, and which ones.
pub(crate) trait Task: Sync {
    /// Reads what else is named, before anything else is asked for.
    fn prepare(&self) -> anyhow::Result<()> {
        Ok(())
    }

    /// What is done to texts that are written in `markup`.
    fn pipeline(&self, markup: Markup) -> Pipeline;

    /// What becomes of the names of languages.
    fn languages(&self) -> Languages;

    /// Which texts.
    fn text(&self) -> &TextArguments;
}

impl Task for ConversionArguments {
    fn prepare(&self) -> anyhow::Result<()> {
        let project = Project::find(&self.dictionaries)?;
        let config = match &self.config {
            Some(config) => config.clone(),
            None => project.config()?.unwrap_or(ConfigChoice::Named(Config::S2t)),
        };
        let tofu_risk = match self.include_tofu_risk_dictionaries {
            true => TofuRisk::Include,
            false => TofuRisk::Exclude,
        };
        let wanted =
            Wanted { arguments: &self.dictionaries, project: &project, config: &config, tofu_risk };
        let converter = Some(self.choice.converter(&wanted)?);
        let normalize = match self.normalize {
            Some(preset) => Some(preset),
            None => project.normalize()?,
        };
        let _ = self.prepared.set(Prepared { converter, normalize });
        Ok(())
    }

    fn pipeline(&self, markup: Markup) -> Pipeline {
        let Prepared { converter, normalize } = self.prepared.get().cloned().unwrap_or_default();
        let converter = converter.unwrap_or_else(|| Converter::new(Config::S2t));
        let builder = Pipeline::builder().convert(converter).markup(markup);
        match normalize {
            Some(preset) => builder.normalize(preset).build(),
            None => builder.build(),
        }
    }

    fn languages(&self) -> Languages {
        let converter = self.prepared.get().and_then(|prepared| prepared.converter.as_ref());
        converter.and_then(Converter::config).map_or_else(Languages::unchanged, Languages::of)
    }

    fn text(&self) -> &TextArguments {
        &self.text
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
    text: TextArguments,
}

impl Task for NormalizationArguments {
    fn pipeline(&self, markup: Markup) -> Pipeline {
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
        Pipeline::builder().normalize(builder.build()).markup(markup).build()
    }

    fn languages(&self) -> Languages {
        Languages::unchanged()
    }

    fn text(&self) -> &TextArguments {
        &self.text
    }
}

/// What else to do where a text is repaired, and which text.
#[derive(Args)]
pub(crate) struct RepairArguments {
    /// Convert afterwards, by OpenCC's name for it
    #[arg(short, long, value_name = "NAME", value_parser = str::parse::<Config>)]
    config: Option<Config>,

    /// Normalize, too, by the rules of this preset: minimal, repair, corpus, mainland,
    /// taiwan or hongkong
    #[arg(long, value_name = "PRESET", value_parser = str::parse::<Preset>)]
    normalize: Option<Preset>,

    #[command(flatten)]
    text: TextArguments,
}

impl Task for RepairArguments {
    fn pipeline(&self, markup: Markup) -> Pipeline {
        let mut builder = Pipeline::builder().repair(true).markup(markup);
        if let Some(config) = self.config {
            builder = builder.convert(config);
        }
        if let Some(preset) = self.normalize {
            builder = builder.normalize(preset);
        }
        builder.build()
    }

    fn languages(&self) -> Languages {
        self.config.map_or_else(Languages::unchanged, Languages::of)
    }

    fn text(&self) -> &TextArguments {
        &self.text
    }
}

/// Which texts, how they are stored, and where the results go.
#[derive(Args)]
pub(crate) struct TextArguments {
    /// Files, and folders, of which all files are taken but those that .gitignore and
    /// .ignore files or --glob leave out, that are hidden, or that are no text [default:
    /// standard input]
    #[arg(value_name = "FILE_OR_FOLDER", group = "sources")]
    pub(crate) files: Vec<PathBuf>,

    /// Read the text from FILE, as the arguments without a name do
    #[arg(short, long, value_name = "FILE", group = "sources", conflicts_with = "files")]
    pub(crate) input: Option<PathBuf>,

    /// Write to FILE, which is replaced when all is done [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// What files are made of. Code, URLs, tags, times and all else that is no text for a
    /// reader stays as it is, and the names of languages follow the text; documents are
    /// read whole before any of them is written. `auto` goes by the extension of a file,
    /// or else by its content, and takes standard input for text [default: auto, or text
    /// without a command, as OpenCC does]
    #[arg(
        short,
        long,
        value_name = "NAME",
        value_parser = format_parser(),
        conflicts_with = "markup",
    )]
    pub(crate) format: Option<FormatChoice>,

    /// Another way to say --format text, markdown or html: plain, markdown or html
    #[arg(long, value_name = "NAME", value_parser = str::parse::<Markup>)]
    pub(crate) markup: Option<Markup>,

    /// What to do with bytes that are not UTF-8, or not what --encoding says, in text,
    /// Markdown, HTML and records; other documents that have such bytes are refused
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
    /// Replace each input file by what becomes of it, if that is another text; permissions
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
#[derive(Args, Debug)]
#[command(next_help_heading = "Records")]
pub(crate) struct RecordArguments {
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
#[derive(Args, Debug)]
#[command(next_help_heading = "Compression and encodings")]
pub(crate) struct ByteArguments {
    /// How the input is compressed [default: told by its first bytes]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) decompress: Option<Compression>,

    /// How to compress the output [default: as the extensions of the names say, or else
    /// as the input]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) compress: Option<Compression>,

    /// The encoding of the input, of documents that do not say it themselves: auto, utf-8, gb18030, big5, utf-16 or another one of
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

    /// How many bytes may come out of a compressed file or a document that is an archive,
    /// such as 500M or 2G [default: of an archive 1G; of either no more than 250 times
    /// what it takes, once that is more than 1G of a compressed file]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) limit_unpacked: Option<u64>,

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

    /// Sum up how much was changed by which rule and by which dictionary, which takes
    /// longer
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) count_changes: bool,
}

/// How much may come out of an archive where nobody says so: more than books with
/// their pictures hold, of which only the texts count.
const UNPACKED_LENGTH: u64 = 1 << 30;

impl ByteArguments {
    /// What may come out of an archive.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            unpacked: self.limit_unpacked.unwrap_or(UNPACKED_LENGTH),
            // Whoever names a limit knows how large the document is.
            ratio: self.limit_unpacked.is_none(),
        }
    }
}

fn output_encoding(name: &str) -> Result<encoding::Choice, String> {
    match name.parse()? {
        encoding::Choice::Auto => Err("only the encoding of an input can be found out".to_owned()),
        choice => Ok(choice),
    }
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

/// The values of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormatChoice {
    /// Whatever the input seems to be.
    Auto,
    /// This one.
    Format(Format),
}

fn format_parser() -> impl TypedValueParser<Value = FormatChoice> {
    let formats = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let auto = PossibleValue::new("auto").help("By extension or content");
    PossibleValuesParser::new([auto].into_iter().chain(formats)).map(|name| {
        // The parser lets no other names pass.
        Format::from_str(&name, false).map_or(FormatChoice::Auto, FormatChoice::Format)
    })
}

/// Reads a number of bytes, in which K, M and G stand for powers of 1024.
fn parse_size(text: &str) -> Result<u64, String> {
    let shifts = [('K', 10), ('M', 20), ('G', 30)];
    let unit = shifts.into_iter().find(|(letter, _)| text.to_ascii_uppercase().ends_with(*letter));
    let (digits, shift) = unit.map_or((text, 0), |(_, shift)| (&text[..text.len() - 1], shift));
    let number = digits.parse::<u64>().ok().and_then(|it| it.checked_mul(1 << shift));
    number.ok_or_else(|| "expected a number of bytes, such as 500000, 500M or 2G".to_owned())
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

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_size("12"), Ok(12));
        assert_eq!(parse_size("3k"), Ok(3072));
        assert_eq!(parse_size("2G"), Ok(2 << 30));
        for text in ["", "G", "-1", "1.5M", "99999999999G", "汉"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }
}
