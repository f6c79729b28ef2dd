//! The committed dictionaries: fresh, sorted, unique, well-formed.
//!
//! A failure names file and line, and what to run.

use std::collections::BTreeMap;
use std::fs;

use crate::tables::{dictionary_path, rows};
use fanjian::dictionary::{Chain, Composition, Group, Matcher, Table, compile, compose};
use sha2::{Digest, Sha256};

struct Fingerprint {
    line: usize,
    file: String,
    origin: String,
    version: String,
    entries: usize,
    content: Vec<u8>,
    bytes: usize,
    sha256: String,
}

fn fingerprints() -> Vec<Fingerprint> {
    let parse = |(line, columns): (usize, Vec<String>)| {
        let [file, origin, version, entries, bytes, sha256] = &columns[..] else {
            panic!("fingerprints.tsv:{line}: expected six columns");
        };
        let number = |text: &str| {
            text.parse()
                .unwrap_or_else(|_| panic!("fingerprints.tsv:{line}: {text:?} is no number"))
        };
        Fingerprint {
            line,
            file: file.clone(),
            origin: origin.clone(),
            version: version.clone(),
            entries: number(entries),
            content: fs::read(dictionary_path(file))
                .unwrap_or_else(|error| panic!("fingerprints.tsv:{line}: {file}: {error}")),
            bytes: number(bytes),
            sha256: sha256.clone(),
        }
    };
    rows("fingerprints.tsv").into_iter().map(parse).collect()
}

/// The tables of dictionaries, parsed; parsing checks order and uniqueness.
fn tables() -> BTreeMap<String, Table> {
    parsed(|row| !row.file.contains('/') && row.file != "configurations.tsv")
}

/// The tables of code points, parsed.
fn tables_of_code_points() -> BTreeMap<String, Table> {
    parsed(|row| row.file.starts_with("code-points/"))
}

fn parsed(is_table: impl Fn(&Fingerprint) -> bool) -> BTreeMap<String, Table> {
    let parse = |row: Fingerprint| {
        let text =
            String::from_utf8(row.content).unwrap_or_else(|error| panic!("{}: {error}", row.file));
        let table = Table::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", row.file));
        (row.file.trim_end_matches(".tsv").to_owned(), table)
    };
    fingerprints().into_iter().filter(|row| is_table(row)).map(parse).collect()
}

#[test]
fn every_file_has_its_fingerprint() {
    for row in fingerprints() {
        let digest: String =
            Sha256::digest(&row.content).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            (row.content.len(), digest.as_str()),
            (row.bytes, row.sha256.as_str()),
            "fingerprints.tsv:{}: {} has changed: run `cargo xtask compile-dictionaries`",
            row.line,
            row.file
        );
        if !row.file.contains("code-points") {
            assert_eq!(row.version, fanjian::DICTIONARY_VERSION, "fingerprints.tsv:{}", row.line);
        }
    }
}

#[test]
fn every_file_is_listed() {
    let listed: Vec<String> = fingerprints().into_iter().map(|row| row.file).collect();
    assert!(listed.is_sorted(), "fingerprints.tsv is not sorted");
    for folder in ["", "code-points/", "compiled/", "detection/"] {
        for entry in fs::read_dir(dictionary_path(folder)).expect("the folder is there") {
            let name =
                format!("{folder}{}", entry.expect("an entry").file_name().to_string_lossy());
            let others = [
                "README.md",
                "fingerprints.tsv",
                "code-points",
                "compiled",
                "context",
                "detection",
                "evaluation",
            ];
            assert!(listed.contains(&name) || others.contains(&&*name), "{name} is not listed");
        }
    }
    let (compiled, imported): (Vec<&String>, _) =
        listed.iter().partition(|file| file.starts_with("compiled/"));
    let imported: Vec<&String> = imported;
    assert_eq!(
        imported.len(),
        22 + 1 + 5 + 2,
        "22 dictionaries, the configurations, 5 tables of code points, 2 of words"
    );
    assert!(!compiled.is_empty());
}

#[test]
fn tables_are_sorted_unique_and_well_formed() {
    let tables = tables();
    assert_eq!(tables.len(), 22);
    for row in fingerprints() {
        let Some(table) = tables.get(row.file.trim_end_matches(".tsv")) else { continue };
        assert_eq!(table.entries().len(), row.entries, "{}: number of entries", row.file);
        for (entry, number) in table.entries().iter().zip(2..) {
            let texts = entry.candidates().iter().map(String::as_str).chain([entry.key()]);
            for text in texts {
                let odd = |c: char| c.is_whitespace() || c.is_control();
                assert!(!text.contains(odd), "{}:{number}: blank or control in {text:?}", row.file);
            }
        }
    }
}

#[test]
fn tables_of_code_points_are_of_single_characters() {
    let tables = tables_of_code_points();
    assert_eq!(tables.len(), 5);
    for (name, table) in tables {
        for (entry, number) in table.entries().iter().zip(2..) {
            let is_single = |text: &str| text.chars().count() == 1;
            assert!(is_single(entry.key()), "{name}.tsv:{number}: more than one character");
            assert!(is_single(entry.replacement()), "{name}.tsv:{number}: more than one character");
            let sequences = &entry.candidates()[1..];
            let is_variant = |sequence: &String| sequence.starts_with(entry.replacement());
            assert!(sequences.iter().all(is_variant), "{name}.tsv:{number}: no variant");
        }
    }
}

#[test]
fn configurations_name_dictionaries_that_exist() {
    let tables = tables();
    let mut last = None;
    for (line, columns) in rows("configurations.tsv") {
        let [config, _, group] = &columns[..] else {
            panic!("configurations.tsv:{line}: expected three columns");
        };
        let config: fanjian::Config =
            config.parse().unwrap_or_else(|error| panic!("configurations.tsv:{line}: {error}"));
        assert!(last <= Some(config), "configurations.tsv:{line}: {config} is out of order");
        last = Some(config);
        let group: Group =
            group.parse().unwrap_or_else(|error| panic!("configurations.tsv:{line}: {error}"));
        for name in group.names() {
            assert!(tables.contains_key(name), "configurations.tsv:{line}: no dictionary {name}");
        }
    }
}

fn is_composite(row: &Fingerprint) -> bool {
    row.content.starts_with(b"fanjian+")
}

/// The rows of compiled groups.
fn matchers() -> impl Iterator<Item = Fingerprint> {
    let is_matcher = |row: &Fingerprint| {
        let others = ["compiled/code-points.bin", "compiled/detection-classes.bin"];
        let is_other = is_composite(row) || others.contains(&&*row.file);
        row.file.starts_with("compiled/") && !is_other
    };
    fingerprints().into_iter().filter(is_matcher)
}

#[test]
fn compiled_dictionaries_are_fresh() {
    let mut tables = tables();
    for (name, table) in parsed(|row| row.file.starts_with("detection/")) {
        tables.insert(name.trim_start_matches("detection/").to_owned(), table);
    }
    for row in matchers() {
        let group: Group = row.origin.parse().unwrap_or_else(|error| {
            panic!("fingerprints.tsv:{}: {error}", row.line);
        });
        let compiled = compile(&group, |name| tables.get(name)).expect("the group can be compiled");
        // Not assert_eq: a failure would print megabytes.
        assert!(compiled == row.content, "{}: run `cargo xtask compile-dictionaries`", row.file);
    }
}

/// What a composite is made of, as its row says.
struct Origin {
    chain: Chain,
    /// The name of the composite from which it differs as little as it may.
    base: Option<String>,
    /// Whether it has what converting by character asks for, and nothing else.
    is_by_character: bool,
}

impl Origin {
    /// Reads parts like `conversion(union(A B))`, with a space between them.
    fn of(row: &Fingerprint) -> Origin {
        let place = format!("fingerprints.tsv:{}", row.line);
        let mut chain = Chain { normalization: None, segmentation: None, conversion: Vec::new() };
        let (mut base, mut is_by_character) = (None, false);
        for (stage, content) in parts(&row.origin) {
            let group = || content.parse().unwrap_or_else(|error| panic!("{place}: {error}"));
            match stage {
                "normalization" => chain.normalization = Some(group()),
                "segmentation" => chain.segmentation = Some(group()),
                "conversion" => chain.conversion.push(group()),
                "base" => base = Some(content.to_owned()),
                "part" => is_by_character = content == "characters",
                _ => panic!("{place}: {stage:?} is no stage"),
            }
        }
        Origin { chain, base, is_by_character }
    }
}

/// Cuts `a(b) c(d(e) f)` into `a` with `b`, and `c` with `d(e) f`.
fn parts(text: &str) -> Vec<(&str, &str)> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (offset, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            let part = text[start..offset].trim_start();
            parts.push(part.split_once('(').expect("a bracket was opened"));
            start = offset + 1;
        }
    }
    parts
}

/// The composites that are made again, each behind its base.
struct Composites {
    tables: BTreeMap<String, Table>,
    origins: BTreeMap<String, Origin>,
    compositions: BTreeMap<String, Composition>,
}

impl Composites {
    fn composition(&mut self, name: &str) -> &Composition {
        if !self.compositions.contains_key(name) {
            let Origin { chain, base, .. } =
                self.origins.remove(name).unwrap_or_else(|| panic!("no composite {name}"));
            let base = base.map(|base| self.composition(&base).clone());
            let composition = compose(&chain, |name| self.tables.get(name), base.as_ref())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            self.compositions.insert(name.to_owned(), composition);
        }
        &self.compositions[name]
    }
}

#[test]
fn composites_are_fresh() {
    let rows: Vec<Fingerprint> = fingerprints().into_iter().filter(is_composite).collect();
    assert!(!rows.is_empty());
    let name = |row: &Fingerprint| {
        let file = row.file.strip_prefix("compiled/").expect("composites are compiled");
        file.trim_end_matches(".bin").to_owned()
    };
    let origins = rows.iter().map(|row| (name(row), Origin::of(row))).collect();
    let mut composites = Composites { tables: tables(), origins, compositions: BTreeMap::new() };
    for row in &rows {
        let Origin { base, is_by_character, .. } = Origin::of(row);
        let base = base.map(|base| composites.composition(&base).clone());
        let composition = composites.composition(&name(row));
        let bytes = match is_by_character {
            true => composition.to_bytes_by_character(),
            false => composition.to_bytes(base.as_ref()),
        };
        // Not assert_eq: a failure would print megabytes.
        assert!(bytes == row.content, "{}: run `cargo xtask compile-dictionaries`", row.file);
    }
}

/// The crate trusts the bytes that it embeds; this is why it may. Those of
/// composites are checked while the crate is built.
#[test]
fn compiled_dictionaries_pass_every_check() {
    for row in matchers() {
        let matcher = Matcher::from_bytes(&row.content);
        assert!(matcher.is_ok(), "{}: {:?}", row.file, matcher.err());
    }
}

/// Damaged bytes are refused or searched, but never read out of bounds.
/// Found by fuzzing: NUL is the unit that stands for no character of three bytes, and so was
/// found wherever there was none.
#[test]
fn a_key_with_nul_matches_nul_alone() {
    let table = Table::parse("头发\0\t頭髮\n").expect("well-formed");
    let group: Group = "all".parse().expect("a name is a group");
    let bytes = compile(&group, |_| Some(&table)).expect("it can be compiled");
    let matcher = Matcher::from_bytes(&bytes).expect("it was compiled");
    for text in ["头发abc", "头发a", "头发é发现", "头发", "头发😀"] {
        assert!(matcher.longest_match(text).is_none(), "{text}");
    }
    let found = matcher.longest_match("头发\0abc").expect("it is there");
    assert_eq!(found.key(), "头发\0");
}

/// Found by fuzzing: a key's character that was damaged to NUL let the search end within a
/// character.
#[test]
fn a_key_that_says_wrongly_how_long_its_characters_are_is_refused() {
    let table = Table::parse("头发口才干净\t頭\n").expect("well-formed");
    let group: Group = "all".parse().expect("a name is a group");
    let bytes = compile(&group, |_| Some(&table)).expect("it can be compiled");
    let unit = ('才' as u16).to_le_bytes();
    let place = bytes.windows(2).position(|it| it == unit).expect("the key is there");
    for unit in [0_u16, 'a' as u16, 'é' as u16] {
        let mut damaged = bytes.clone();
        damaged[place..place + 2].copy_from_slice(&unit.to_le_bytes());
        assert!(Matcher::from_bytes(&damaged).is_err(), "{unit:X}");
    }
}

#[test]
fn truncated_and_flipped_bytes_never_panic() {
    let table = Table::parse("A型\tA型\n发\t發\t髮\n头发\t頭髮\n𠀀\t一\n").expect("well-formed");
    let group: Group = "all".parse().expect("a name is a group");
    let bytes = compile(&group, |_| Some(&table)).expect("it can be compiled");
    for length in 0..bytes.len() {
        assert!(
            Matcher::from_bytes(&bytes[..length]).is_err(),
            "{length} bytes of {}",
            bytes.len()
        );
    }
    let mut refused = 0;
    for position in 0..bytes.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut damaged = bytes.clone();
            damaged[position] ^= flip;
            match Matcher::from_bytes(&damaged) {
                Ok(matcher) => {
                    for text in ["A型头发发𠀀", "发", "⿰头发", ""] {
                        let found =
                            text.char_indices().map(|(at, _)| matcher.longest_match(&text[at..]));
                        found.flatten().for_each(|found| assert!(!found.key().is_empty()));
                    }
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 100, "the check refused only {refused} of the damaged tables");
}
