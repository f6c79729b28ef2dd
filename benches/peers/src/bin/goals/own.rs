//! Entries of one's own: the time to build a converter with many of them beside the time
//! OpenCC takes to load the same dictionary, and how fast it converts beside the embedded
//! configuration.
//!
//! Entries are made as users write them: names, terms that go on from a word of the
//! dictionaries, and a word in Latin letters. Each becomes something else than its characters
//! do, so that none can be passed over.

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;

use anyhow::{Context, Result};
use fanjian::{Config, Converter, DictionaryFormat, Placement};
use peers::converters::{Conversion, FANJIAN, Memory};
use peers::number::with_range;
use peers::results::Goal;
use peers::task::{Race, Task};
use peers::timing::{Summary, Times, alternate};
use texts::{Dictionaries, Material};

use crate::Findings;
use crate::process::TemporaryFile;
use crate::table::table;

/// The configurations, one for each kind of plan.
const CONFIGS: [Config; 4] = [Config::S2t, Config::T2s, Config::S2twp, Config::Tw2sp];

/// How many entries users have that have many, and those that have some.
const MANY: usize = 50_000;
const SOME: [usize; 3] = [100, 1000, 5000];

/// Of the time OpenCC takes to load the entries.
const TIME_AT_MOST: f64 = 1.0;
/// Of the rate without own entries.
const RATE_AT_LEAST: f64 = 0.8;

/// Bytes of prose that are converted.
const LENGTH: usize = 1_000_000;

pub(crate) fn measure(material: &Material, pairs: usize) -> Result<Findings> {
    let dictionaries = Dictionaries::read()?;
    let material = material.sample(LENGTH);
    let mut lines = Vec::new();
    for config in CONFIGS {
        let entries = entries(&dictionaries, config, MANY);
        lines.push(Line::measure(config, &entries, &material.prose(config), pairs)?);
    }

    let mut goals = Vec::new();
    let slowest = lines.iter().max_by(|one, other| one.beside().total_cmp(&other.beside()));
    if let Some(line) = slowest.filter(|line| line.loading.is_some()) {
        goals.push(Goal {
            what: format!("building with {MANY} own entries over threads ({})", line.config),
            others: line
                .loading
                .as_ref()
                .map_or("–".to_owned(), |it| format!("OpenCC: {}", milliseconds(it))),
            own: milliseconds(&line.building),
            beside: format!("{:.2} of its time", line.beside()),
            at_least: format!("at most {TIME_AT_MOST}"),
            reached: line.beside() <= TIME_AT_MOST,
            aim: "–".to_owned(),
        });
    }
    for (number, count) in SOME.into_iter().chain([MANY]).enumerate() {
        let ratio = |line: &Line| line.rates[number].median;
        let slowest = lines.iter().min_by(|one, other| ratio(one).total_cmp(&ratio(other)));
        let line = slowest.context("there are configurations")?;
        goals.push(Goal {
            what: format!("converting with {count} own entries ({})", line.config),
            others: "–".to_owned(),
            own: "–".to_owned(),
            beside: format!("{:.2} of the rate without", ratio(line)),
            at_least: RATE_AT_LEAST.to_string(),
            reached: ratio(line) >= RATE_AT_LEAST,
            aim: "–".to_owned(),
        });
    }
    let counts = SOME.into_iter().chain([MANY]).map(|count| format!("rate with {count}"));
    let counts: Vec<String> = counts.collect();
    let mut head = vec!["configuration", "building, ms", "OpenCC's loading, ms", "of its time"];
    head.extend(counts.iter().map(String::as_str));
    let details = format!(
        "Own entries: building with {MANY} of them, with the feature rayon, beside OpenCC's loading \
         of the same dictionary, and rates of conversion beside the embedded configuration: median (min–max)\n\n{}",
        table(&head, lines.iter().map(Line::cells))
    );
    Ok(Findings { goals, details: vec![details] })
}

/// What was measured of one configuration.
struct Line {
    config: Config,
    building: Times,
    /// OpenCC's, where it is compiled in.
    loading: Option<Times>,
    /// The rate with so many entries as each of the counts says, over that without.
    rates: Vec<Summary>,
}

impl Line {
    fn measure(config: Config, entries: &[String], prose: &str, pairs: usize) -> Result<Line> {
        let file = TemporaryFile::new(&format!("{config}-own.txt"), &entries.concat())?;
        let mut build = || {
            let text = fs::read_to_string(&file.0).expect("it was written");
            black_box(with_entries(config, &text));
        };
        let (building, loading) = match opencc(&file)? {
            Some(mut load) => {
                let (building, loading) = alternate(pairs, &mut build, &mut load);
                (building, Some(loading))
            }
            None => (alternate(pairs, &mut build, &mut || {}).0, None),
        };

        let embedded = (FANJIAN.make)(config).context("fanjian has every configuration")?;
        let mut rates = Vec::new();
        for count in SOME.into_iter().chain([MANY]) {
            let converter = with_entries(config, &entries[..count].concat());
            let own: Conversion =
                Box::new(move |text, output| converter.convert_into(text, output));
            let mut own = Task::convert(&own, Memory::Reused, prose);
            let mut embedded = Task::convert(&embedded, Memory::Reused, prose);
            rates.push(Race::run(pairs, &mut own, &mut embedded).ratio());
        }
        Ok(Line { config, building, loading, rates })
    }

    /// How long building takes beside loading.
    fn beside(&self) -> f64 {
        self.loading.as_ref().map_or(0.0, |loading| self.building.ratio_to(loading).median)
    }

    fn cells(&self) -> Vec<String> {
        let loading = self.loading.as_ref();
        let mut cells = vec![
            self.config.to_string(),
            milliseconds(&self.building),
            loading.map_or("–".to_owned(), milliseconds),
            loading.map_or("–".to_owned(), |it| with_range(&self.building.ratio_to(it))),
        ];
        cells.extend(self.rates.iter().map(with_range));
        cells
    }
}

fn milliseconds(times: &Times) -> String {
    format!("{:.0} ms", times.median() * 1e3)
}

/// A converter with the entries of a text.
fn with_entries(config: Config, text: &str) -> Converter {
    let builder = Converter::builder(config);
    builder
        .dictionary("own", Placement::new(), DictionaryFormat::OpenCc, text)
        .build()
        .expect("the entries are well-formed")
}

/// Loads a text dictionary and nothing else, as OpenCC does, if that is compiled in.
#[cfg(feature = "opencc")]
fn opencc(dictionary: &TemporaryFile) -> Result<Option<impl FnMut() + use<>>> {
    let stage = serde_json::json!({ "dict": { "type": "text", "file": dictionary.0 } });
    let config = serde_json::json!({ "name": "own", "conversion_chain": [stage] });
    let name = format!("{}.json", dictionary.0.file_stem().context("it has a name")?.display());
    let config = TemporaryFile::new(&name, &config.to_string())?;
    Ok(Some(move || {
        black_box(opencc_rust::OpenCC::new(&config.0).expect("the dictionary is well-formed"));
    }))
}

/// Nothing: OpenCC is not compiled in.
#[cfg(not(feature = "opencc"))]
fn opencc(_: &TemporaryFile) -> Result<Option<fn()>> {
    Ok(None)
}

/// Lines of so many entries in the script that the configuration converts: a word in Latin
/// letters, and of the others every other one a name, every other a term. The same on every
/// machine.
fn entries(dictionaries: &Dictionaries, config: Config, count: usize) -> Vec<String> {
    let is_simplified = config.to_string().starts_with('s');
    let phrases = dictionaries.table("STPhrases").iter();
    let words: Vec<&str> = phrases
        .map(|(simplified, traditional)| if is_simplified { simplified } else { traditional })
        .map(String::as_str)
        .collect();
    let embedded = Converter::new(config);
    let mut random = fastrand::Rng::with_seed(7);
    let mut seen = BTreeSet::new();
    let mut lines = vec!["wifi\t無線網路\n".to_owned()];
    while lines.len() < count {
        let word = words[random.usize(..words.len())];
        let mut key: Vec<char> = match random.bool() {
            true => vec![character_of(&words, &mut random), character_of(&words, &mut random)],
            false => word.chars().take(2).collect(),
        };
        key.extend((0..random.usize(1..3)).map(|_| character_of(&words, &mut random)));
        let mut replacement = key.clone();
        replacement[0] = character_of(&words, &mut random);
        let [key, replacement] = [key, replacement].map(String::from_iter);
        if embedded.convert(&key) != replacement && seen.insert(key.clone()) {
            lines.push(format!("{key}\t{replacement}\n"));
        }
    }
    lines
}

/// A character of some word: common ones come often.
fn character_of(words: &[&str], random: &mut fastrand::Rng) -> char {
    let word = words[random.usize(..words.len())];
    word.chars().nth(random.usize(..word.chars().count())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_the_same_each_time_and_effective() {
        let dictionaries = Dictionaries::read().unwrap();
        let lines = entries(&dictionaries, Config::S2t, 500);
        assert_eq!(lines, entries(&dictionaries, Config::S2t, 500));
        let embedded = Converter::new(Config::S2t);
        let own = with_entries(Config::S2t, &lines.concat());
        for line in &lines {
            let (key, replacement) = line.trim_end().split_once('\t').unwrap();
            assert_eq!(own.convert(key), replacement);
            assert_ne!(embedded.convert(key), replacement);
        }
    }
}
