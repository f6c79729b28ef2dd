//! Entries of one's own on the command line and in project files, and configurations of
//! OpenCC's form: what is named there becomes a converter of the library.
//!
//! A project file is `fanjian.toml`, sought from the working directory upwards. What the
//! command line says counts before what the file says; dictionaries and protected words
//! of both are used. Files that a project file names are sought from its folder.
//!
//! Which text becomes which is not decided here.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use fanjian::{
    Config, Configuration, Converter, ConverterBuilder, DictionaryFormat, Own, Placement, Preset,
    Priority, Stage, TofuRisk,
};
use serde::Deserialize;

/// The name of project files.
const PROJECT: &str = "fanjian.toml";

/// The longest dictionary or project file that is read, in bytes.
const LONGEST_FILE: u64 = 256 << 20;

/// What is said of dictionaries.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Dictionaries")]
pub(crate) struct DictionaryArguments {
    /// Use the entries of FILE, too: a key, a tab and candidates a line, as in OpenCC's
    /// text dictionaries, or in fanjian's tables if the name ends with .tsv; may be given
    /// several times. Before FILE may stand where, with a colon behind: the stage
    /// (normalization, 1, 2) and, behind a comma, beside=NAME or instead=NAME for a
    /// dictionary of it, as in 2,beside=TWPhrases:own.txt [default: 1, before all others]
    #[arg(long, value_name = "[WHERE:]FILE", value_parser = str::parse::<NamedDictionary>)]
    pub(crate) dictionary: Vec<NamedDictionary>,

    /// Keep WORD as it is written; may be given several times
    #[arg(long, value_name = "WORD")]
    pub(crate) protect: Vec<String>,

    /// With a configuration file: a folder in which its dictionaries are sought, too; may be
    /// given several times
    #[arg(long, value_name = "FOLDER")]
    pub(crate) path: Vec<PathBuf>,

    /// The project file [default: fanjian.toml of the working directory or the nearest
    /// folder above that has one]
    #[arg(long, value_name = "FILE", conflicts_with = "no_project")]
    pub(crate) project: Option<PathBuf>,

    /// Look for no project file
    #[arg(long)]
    pub(crate) no_project: bool,
}

/// A dictionary and where its entries stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedDictionary {
    file: PathBuf,
    placement: Placement,
}

impl FromStr for NamedDictionary {
    type Err = String;

    fn from_str(text: &str) -> Result<NamedDictionary, String> {
        // A colon belongs to the name of a file where what stands before it says no place.
        let (file, placement) = match text.split_once(':') {
            Some((place, file)) if is_place(place) => (file, placement(place)?),
            _ => (text, Placement::new()),
        };
        match file.is_empty() {
            true => Err("the name of a file is missing".to_owned()),
            false => Ok(NamedDictionary { file: file.into(), placement }),
        }
    }
}

fn is_place(text: &str) -> bool {
    let stage = text.split(',').next().unwrap_or_default();
    stage == "normalization"
        || stage.starts_with(|one: char| one.is_ascii_digit())
        || text.starts_with("beside=")
        || text.starts_with("instead=")
}

fn placement(text: &str) -> Result<Placement, String> {
    let mut placement = Placement::new();
    for part in text.split(',') {
        placement = match part.split_once('=') {
            Some(("beside", name)) => placement.priority(Priority::Beside(name.to_owned())),
            Some(("instead", name)) => placement.priority(Priority::Instead(name.to_owned())),
            _ => placement.stage(stage(part)?),
        };
    }
    Ok(placement)
}

fn stage(text: &str) -> Result<Stage, String> {
    match (text, text.parse()) {
        ("normalization", _) => Ok(Stage::Normalization),
        (_, Ok(number)) => Ok(Stage::Conversion(number)),
        _ => Err(format!("{text:?} is no stage: expected normalization, 1 or 2")),
    }
}

/// The value of `--config`: one of OpenCC's names, or a file of its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConfigChoice {
    Named(Config),
    File(PathBuf),
}

impl FromStr for ConfigChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<ConfigChoice, String> {
        match text.parse() {
            Ok(config) => Ok(ConfigChoice::Named(config)),
            Err(_) if text.ends_with(".json") || text.ends_with(".jsonc") => {
                Ok(ConfigChoice::File(text.into()))
            }
            Err(error) => Err(format!("{error}; a file must end with .json")),
        }
    }
}

impl fmt::Display for ConfigChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigChoice::Named(config) => write!(formatter, "{config}"),
            ConfigChoice::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

/// What a project file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Project {
    /// OpenCC's name of the conversion, or a file.
    config: Option<String>,
    /// The preset of the normalizer.
    normalize: Option<String>,
    /// Words to protect.
    #[serde(default)]
    protect: Vec<String>,
    /// Dictionaries.
    #[serde(default)]
    dictionaries: Vec<ProjectDictionary>,
    /// The folder that the file is in.
    #[serde(skip)]
    folder: PathBuf,
}

/// A dictionary in a project file: a file, or one with a place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectDictionary {
    file: PathBuf,
    stage: Option<String>,
    beside: Option<String>,
    instead: Option<String>,
}

impl Project {
    /// The project file that is meant, or what none says.
    pub(crate) fn find(arguments: &DictionaryArguments) -> Result<Project> {
        if let Some(path) = &arguments.project {
            return Project::read(path);
        }
        let folder = std::env::current_dir().ok().filter(|_| !arguments.no_project);
        let folders = folder.iter().flat_map(|folder| folder.ancestors());
        match folders.map(|folder| folder.join(PROJECT)).find(|path| path.is_file()) {
            Some(path) => Project::read(&path),
            None => Ok(Project::default()),
        }
    }

    fn read(path: &Path) -> Result<Project> {
        let name = || path.display().to_string();
        let text = read(path)?;
        let mut project: Project =
            toml::from_str(&text).map_err(|error| anyhow::anyhow!("{}: {error}", name()))?;
        project.folder = path.parent().unwrap_or(Path::new("")).to_owned();
        project.config().with_context(name)?;
        project.normalize().with_context(name)?;
        project.dictionaries().with_context(name)?;
        Ok(project)
    }

    /// The conversion.
    pub(crate) fn config(&self) -> Result<Option<ConfigChoice>> {
        let Some(config) = &self.config else { return Ok(None) };
        let choice = config.parse().map_err(|error| anyhow::anyhow!("config: {error}"))?;
        Ok(Some(match choice {
            ConfigChoice::File(path) => ConfigChoice::File(self.folder.join(path)),
            named => named,
        }))
    }

    /// The preset.
    pub(crate) fn normalize(&self) -> Result<Option<Preset>> {
        let preset = self.normalize.as_deref().map(str::parse).transpose();
        preset.context("normalize")
    }

    fn dictionaries(&self) -> Result<Vec<NamedDictionary>> {
        let named = self.dictionaries.iter().map(|dictionary| {
            let ProjectDictionary { file, stage: at, beside, instead } = dictionary;
            let mut placement = Placement::new();
            if let Some(at) = at {
                placement = placement.stage(stage(at).map_err(anyhow::Error::msg)?);
            }
            placement = match (beside, instead) {
                (None, None) => placement,
                (Some(name), None) => placement.priority(Priority::Beside(name.clone())),
                (None, Some(name)) => placement.priority(Priority::Instead(name.clone())),
                _ => bail!("{}: a dictionary is either beside or instead", file.display()),
            };
            Ok(NamedDictionary { file: self.folder.join(file), placement })
        });
        named.collect()
    }
}

/// Where all that is needed for a converter is said.
pub(crate) struct Wanted<'a> {
    pub(crate) arguments: &'a DictionaryArguments,
    pub(crate) project: &'a Project,
    pub(crate) config: &'a ConfigChoice,
    pub(crate) tofu_risk: TofuRisk,
}

impl Wanted<'_> {
    /// The converter, whose other options `set` sets where they are to be set.
    pub(crate) fn converter(
        &self,
        set: impl FnOnce(ConverterBuilder<Own>) -> ConverterBuilder<Own>,
        set_embedded: impl FnOnce(ConverterBuilder) -> ConverterBuilder,
    ) -> Result<Converter> {
        let Wanted { arguments, project, config, tofu_risk } = *self;
        let dictionaries: Vec<NamedDictionary> =
            arguments.dictionary.iter().cloned().chain(project.dictionaries()?).collect();
        let protected: Vec<&String> = arguments.protect.iter().chain(&project.protect).collect();
        let has_own = !dictionaries.is_empty() || !protected.is_empty();
        let config = match config {
            ConfigChoice::Named(config) => *config,
            ConfigChoice::File(path) if has_own => bail!(
                "{}: a configuration file says itself which dictionaries there are; put yours \
                 into it, or name one of OpenCC's configurations",
                path.display()
            ),
            ConfigChoice::File(path) => return read_configuration(path, arguments, tofu_risk),
        };
        let builder = Converter::builder(config).tofu_risk(tofu_risk);
        if !has_own {
            return Ok(set_embedded(builder).build());
        }
        let mut own = ConverterBuilder::<Own>::from(builder);
        for NamedDictionary { file, placement } in dictionaries {
            let format = match file.extension().is_some_and(|extension| extension == "tsv") {
                true => DictionaryFormat::Table,
                false => DictionaryFormat::OpenCc,
            };
            let name = file.display().to_string();
            own = own.dictionary(&name, placement, format, &read(&file)?);
        }
        for word in protected {
            own = own.protect(word);
        }
        Ok(set(own).build()?)
    }
}

/// The converter of a configuration file. Says on standard error what is unknown in it.
fn read_configuration(
    path: &Path,
    arguments: &DictionaryArguments,
    tofu_risk: TofuRisk,
) -> Result<Converter> {
    let mut configuration = Configuration::new().tofu_risk(tofu_risk);
    for folder in &arguments.path {
        configuration = configuration.folder(folder);
    }
    let read = configuration.read(path)?;
    for warning in read.warnings() {
        crate::report::warning(&warning.to_string());
    }
    Ok(read.into_converter())
}

/// The text of a file.
fn read(path: &Path) -> Result<String> {
    let name = || path.display().to_string();
    let metadata = fs::metadata(path).with_context(name)?;
    if metadata.is_file() && metadata.len() > LONGEST_FILE {
        bail!("{}: the file has more than {} MiB", name(), LONGEST_FILE >> 20);
    }
    let bytes = fs::read(path).with_context(name)?;
    String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        anyhow::anyhow!("{}:{line}: the text is not UTF-8", name())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dictionary_says_where_it_stands() {
        let dictionary = |text: &str| text.parse::<NamedDictionary>();
        let plain = Placement::new();
        let expected = |file: &str, placement: &Placement| {
            Ok(NamedDictionary { file: file.into(), placement: placement.clone() })
        };
        assert_eq!(dictionary("own.txt"), expected("own.txt", &plain));
        assert_eq!(dictionary("C:own.txt"), expected("C:own.txt", &plain));
        let second = plain.clone().stage(Stage::Conversion(2));
        assert_eq!(dictionary("2:own.txt"), expected("own.txt", &second));
        let beside = second.priority(Priority::Beside("TWPhrases".into()));
        assert_eq!(dictionary("2,beside=TWPhrases:a:b"), expected("a:b", &beside));
        let instead = plain.priority(Priority::Instead("STPhrases".into()));
        assert_eq!(dictionary("instead=STPhrases:own.txt"), expected("own.txt", &instead));
        for fault in ["1,before:own.txt", "1:", "", "1x:own.txt"] {
            assert!(dictionary(fault).is_err(), "{fault}");
        }
    }
}
