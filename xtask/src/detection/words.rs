//! `cargo xtask select-words`: words that tell a region, and words that only a
//! careless conversion leaves.
//!
//! **Regional words.** The entries of `TWPhrases` and `HKPhrases` say which word of
//! the mainland a region replaces by which of its own, and those of
//! `TWVariantsRevPhrases` and `HKVariantsRevPhrases` in which words a character is the
//! region's form of another. A word tells something when not all regions write it.
//! Native text of Taiwan is asked as well: a word that Taiwan should not write, and
//! does, tells nothing.
//!
//! **Careless words.** In a word of two characters, one that has several Traditional
//! forms is replaced by each of the others (之後 → 之后, 干預 → 乾預). What comes of it is
//! a careless conversion's where it is no word, where the right word is common in
//! native text, and where the text has it at most once for [`RARE`] times the right
//! one; for where a word is common and its neighbour never occurs, the neighbour is
//! no chance of two words meeting.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use fanjian::dictionary::{Entry, Table};
use fanjian::{Config, Converter};

use super::classes::{ALL, HONG_KONG, STANDARD, TAIWAN, is_han};
use crate::corpora;
use crate::dictionaries::{self, DETECTION, Fingerprint, imported_tables};

/// How often the right word occurs for each time that the careless one may.
const RARE: u32 = 500;
/// How often it must occur.
const COMMON: u32 = 30;
/// The longest regional words that are counted, in code points.
const LONGEST: usize = 6;

/// Which text to ask.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Native text of Taiwan: files, and folders of them (`*.txt.xz`). Files whose
    /// name ends in `_dev` are passed over, so that figures can be taken from them.
    #[arg(default_value = "../shared/corpora")]
    texts: Vec<PathBuf>,
}

/// Writes both tables.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tables = imported_tables()?;
    let words = Words::of(&tables)?;
    let asked: BTreeSet<&str> = words.all().collect();
    let counts = count(&asked, options)?;
    let mut rows = Vec::new();
    for (name, table) in
        [("RegionalWords", words.regional(&counts)), ("CarelessWords", words.careless(&counts))]
    {
        let file = format!("{DETECTION}{name}.tsv");
        let comment = format!("{name}: made by `cargo xtask select-words`, Apache-2.0.");
        let text = to_text(&comment, &table);
        let entries = table.len();
        println!("{name}: {entries} words");
        fs::write(dictionaries::path(&file), &text)?;
        rows.push(Fingerprint::of(&file, "select-words", "1.4.2", entries, text.as_bytes()));
    }
    dictionaries::replace_fingerprints(rows)
}

fn to_text(comment: &str, table: &BTreeMap<String, String>) -> String {
    let rows = table.iter().map(|(key, value)| format!("{key}\t{value}\n"));
    format!("# {comment}\n{}", rows.collect::<String>())
}

/// Words that may tell something.
struct Words {
    /// With the regions that write them.
    regional: BTreeMap<String, u8>,
    /// With the words that are right.
    careless: BTreeMap<String, String>,
}

impl Words {
    fn of(tables: &BTreeMap<String, Table>) -> Result<Words> {
        let forms = Forms::new();
        let entries = |name: &str| {
            tables.get(name).map(Table::entries).with_context(|| format!("no table {name}"))
        };
        let mut regional = BTreeMap::new();
        let mut add = |text: String, regions: u8| {
            if has_places(&text) {
                *regional.entry(text).or_default() |= regions;
            }
        };
        let hong_kong = entries("HKPhrases")?;
        for entry in entries("TWPhrases")? {
            let is_replaced = hong_kong.iter().any(|other| other.key() == entry.key());
            add(forms.standard(entry.key()), STANDARD);
            if !is_replaced {
                add(forms.hong_kong(entry.key()), HONG_KONG);
            }
            for candidate in entry.candidates() {
                add(forms.taiwan(candidate), TAIWAN);
            }
        }
        for entry in hong_kong {
            add(forms.standard(entry.key()), STANDARD);
            for candidate in entry.candidates() {
                add(forms.hong_kong(candidate), HONG_KONG);
            }
        }
        for name in ["TWVariantsRevPhrases", "HKVariantsRevPhrases"] {
            for entry in entries(name)?.iter().filter(|entry| entry.key() != entry.replacement()) {
                let word = entry.replacement();
                add(forms.standard(word), STANDARD);
                add(forms.taiwan(word), TAIWAN);
                add(forms.hong_kong(word), HONG_KONG);
            }
        }
        let careless = careless(entries("STPhrases")?, entries("STCharacters")?, &forms);
        Ok(Words { regional, careless })
    }

    /// All of which counts matter.
    fn all(&self) -> impl Iterator<Item = &str> {
        let careless = self.careless.iter().flat_map(|(word, right)| [&**word, &**right]);
        careless.chain(self.regional.keys().map(|word| &**word))
    }

    fn regional(&self, counts: &HashMap<String, u32>) -> BTreeMap<String, String> {
        let names = [(TAIWAN, "tw"), (HONG_KONG, "hk"), (STANDARD, "t")];
        let mut table = BTreeMap::new();
        for (word, &regions) in &self.regional {
            let is_of_taiwan = regions & TAIWAN != 0;
            if regions == ALL || !is_of_taiwan && counts.get(word).is_some_and(|&count| count > 1) {
                continue;
            }
            let names = names.iter().filter(|(region, _)| regions & region != 0);
            let names: Vec<&str> = names.map(|(_, name)| *name).collect();
            table.insert(word.clone(), names.join("\t"));
        }
        table
    }

    fn careless(&self, counts: &HashMap<String, u32>) -> BTreeMap<String, String> {
        let count = |word: &str| counts.get(word).copied().unwrap_or(0);
        let mut table = self.careless.clone();
        table.retain(|word, right| {
            count(right) >= COMMON
                && count(word) * RARE <= count(right)
                && !self.regional.contains_key(word)
        });
        table
    }
}

/// How regions write a word of OpenCC's standard.
struct Forms {
    taiwan: Converter,
    hong_kong: Converter,
    from_taiwan: Converter,
    from_hong_kong: Converter,
    to_simplified: Converter,
}

impl Forms {
    fn new() -> Forms {
        Forms {
            taiwan: Converter::new(Config::T2tw),
            hong_kong: Converter::new(Config::T2hk),
            from_taiwan: Converter::new(Config::Tw2t),
            from_hong_kong: Converter::new(Config::Hk2t),
            to_simplified: Converter::new(Config::T2s),
        }
    }

    fn standard(&self, word: &str) -> String {
        self.from_hong_kong.convert(&self.from_taiwan.convert(word)).into_owned()
    }

    fn taiwan(&self, word: &str) -> String {
        self.taiwan.convert(&self.standard(word)).into_owned()
    }

    fn hong_kong(&self, word: &str) -> String {
        self.hong_kong.convert(&self.standard(word)).into_owned()
    }
}

/// Words with a character that is not theirs, and the words that are right.
fn careless(phrases: &[Entry], characters: &[Entry], forms: &Forms) -> BTreeMap<String, String> {
    let candidates: HashMap<&str, &[String]> =
        characters.iter().map(|entry| (entry.key(), entry.candidates())).collect();
    let words: BTreeSet<&str> =
        phrases.iter().flat_map(Entry::candidates).map(String::as_str).collect();
    let mut careless = BTreeMap::new();
    for entry in phrases.iter().filter(|entry| entry.key().chars().count() == 2) {
        let right = entry.replacement();
        for (number, character) in entry.key().chars().enumerate() {
            let others = candidates.get(&*character.to_string()).copied().unwrap_or_default();
            for other in others {
                let Some(wrong) = with(right, number, other) else { continue };
                let is_word = words.contains(&*wrong)
                    || entry.candidates().contains(&wrong)
                    || forms.standard(&wrong) == forms.standard(right)
                    || forms.to_simplified.convert(&wrong) != entry.key();
                if is_word {
                    continue;
                }
                let right = forms.taiwan(right);
                for form in [wrong.clone(), forms.taiwan(&wrong), forms.hong_kong(&wrong)] {
                    if form != right && has_places(&form) {
                        careless.insert(form, right.clone());
                    }
                }
            }
        }
    }
    careless
}

/// The word with another character in this place; `None` when it is the same word.
fn with(word: &str, number: usize, other: &str) -> Option<String> {
    let mut characters = word.chars().map(String::from).collect::<Vec<_>>();
    other.clone_into(characters.get_mut(number)?);
    let other = characters.concat();
    (other != word && other.chars().count() == word.chars().count()).then_some(other)
}

/// Whether a word begins with two characters that have classes.
fn has_places(word: &str) -> bool {
    let places = word.chars().take(2).filter(|&character| is_han(character));
    places.count() == 2
}

/// How often each of the words occurs.
fn count(words: &BTreeSet<&str>, options: &Options) -> Result<HashMap<String, u32>> {
    let mut counts: HashMap<&str, u32> = words.iter().map(|word| (*word, 0)).collect();
    let heads: BTreeSet<char> = words.iter().filter_map(|word| word.chars().next()).collect();
    for path in &options.texts {
        for corpus in corpora::read(path)? {
            if corpus.name.ends_with("_dev") {
                continue;
            }
            for line in corpus.text.lines() {
                count_in_line(line, &heads, &mut counts);
            }
        }
    }
    Ok(counts.into_iter().map(|(word, count)| (word.to_owned(), count)).collect())
}

fn count_in_line(line: &str, heads: &BTreeSet<char>, counts: &mut HashMap<&str, u32>) {
    for (start, head) in line.char_indices() {
        if !heads.contains(&head) {
            continue;
        }
        let rest = &line[start..];
        let ends = rest.char_indices().map(|(end, _)| end).chain([rest.len()]);
        for end in ends.skip(2).take(LONGEST - 1) {
            if let Some(count) = counts.get_mut(&rest[..end]) {
                *count += 1;
            }
        }
    }
}
