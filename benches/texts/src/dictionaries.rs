//! The project's tables, `dictionaries/*.tsv`: what each maps, and which of
//! them a configuration uses.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use fanjian::Config;

/// A key and its first candidate.
pub type Entry = (String, String);

/// All tables, by name.
pub struct Dictionaries {
    tables: BTreeMap<String, Vec<Entry>>,
    /// The names of the tables that each configuration uses.
    used: BTreeMap<Config, Vec<String>>,
}

impl Dictionaries {
    /// Reads the project's tables.
    ///
    /// # Errors
    ///
    /// Fails when one cannot be read or is not of the project's form.
    pub fn read() -> Result<Dictionaries> {
        let folder = project("dictionaries");
        let mut tables = BTreeMap::new();
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let is_table = path.extension().is_some_and(|extension| extension == "tsv");
            if is_table && name != "configurations" && name != "fingerprints" {
                tables.insert(name.to_owned(), read_table(&path)?);
            }
        }
        let used = read_configurations(&folder.join("configurations.tsv"), &tables)?;
        Ok(Dictionaries { tables, used })
    }

    /// The entries of one table.
    ///
    /// # Panics
    ///
    /// When there is no such table.
    #[must_use]
    pub fn table(&self, name: &str) -> &[Entry] {
        &self.tables[name]
    }

    /// The entries of all tables.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.tables.values().flatten()
    }

    /// The entries of the tables that `config` uses.
    pub fn entries_of(&self, config: Config) -> impl Iterator<Item = &Entry> {
        self.used[&config].iter().flat_map(|name| self.table(name))
    }
}

/// A path inside the project.
#[must_use]
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Rows of a table: comments come first, and a key may begin with `#` too.
fn rows(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let rows = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    rows.skip_while(|(_, line)| line.starts_with('#'))
}

fn read_table(path: &Path) -> Result<Vec<Entry>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut entries = Vec::new();
    for (number, line) in rows(&text) {
        let Some((key, candidates)) = line.split_once('\t') else {
            bail!("{}:{number}: no tab", path.display());
        };
        let first = candidates.split([' ', '\t']).next().unwrap_or_default();
        entries.push((key.to_owned(), first.to_owned()));
    }
    Ok(entries)
}

/// The tables of each configuration: in `configuration TAB stage TAB group`,
/// every word of a group that names a table.
fn read_configurations(
    path: &Path,
    tables: &BTreeMap<String, Vec<Entry>>,
) -> Result<BTreeMap<Config, Vec<String>>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut used: BTreeMap<Config, Vec<String>> = BTreeMap::new();
    for (number, line) in rows(&text) {
        let place = || format!("{}:{number}", path.display());
        let (config, group) = line.split_once('\t').with_context(place)?;
        let names = used.entry(config.parse().with_context(place)?).or_default();
        for word in group.split(['\t', ' ', '(', ')']) {
            if tables.contains_key(word) && !names.iter().any(|name| name == word) {
                names.push(word.to_owned());
            }
        }
    }
    for config in Config::ALL {
        let known = used.contains_key(&config);
        anyhow::ensure!(known, "{}: {config} is missing", path.display());
    }
    Ok(used)
}
