//! OpenCC's semantics written down as plainly as possible, over the tables: the
//! twin that defines what the library must give. Slow, and shares no code with
//! the library's conversion.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use fanjian::dictionary::Group;
use fanjian::{Config, Stage, TofuRisk};

use crate::tables::rows;

/// All dictionaries and configurations, as the tables have them.
#[derive(Clone)]
pub(crate) struct Reference {
    dictionaries: HashMap<String, Arc<Dictionary>>,
    configurations: HashMap<(Config, String), Group>,
}

/// Keys and their first candidates.
#[derive(Clone, Default)]
struct Dictionary {
    entries: HashMap<String, String>,
    /// The longest key that begins with a character, in characters.
    longest: HashMap<char, usize>,
}

impl Dictionary {
    fn read(name: &str) -> Dictionary {
        let mut dictionary = Dictionary::default();
        for (_, row) in rows(&format!("{name}.tsv")) {
            dictionary.insert(&row[0], &row[1]);
        }
        dictionary
    }

    fn insert(&mut self, key: &str, replacement: &str) {
        let first = key.chars().next().unwrap();
        let longest = self.longest.entry(first).or_default();
        *longest = key.chars().count().max(*longest);
        self.entries.insert(key.to_owned(), replacement.to_owned());
    }

    fn longest_match<'t>(&self, text: &'t str) -> Option<(&'t str, &str)> {
        let longest = *self.longest.get(&text.chars().next()?)?;
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(longest);
        let found = ends.filter_map(|end| Some((&text[..end], self.entries.get(&text[..end])?)));
        found.last().map(|(key, value)| (key, value.as_str()))
    }
}

impl Reference {
    pub(crate) fn load() -> Reference {
        let mut dictionaries = HashMap::new();
        let mut configurations = HashMap::new();
        for (_, columns) in rows("configurations.tsv") {
            let group: Group = columns[2].parse().unwrap();
            for name in group.names() {
                dictionaries
                    .entry(name.to_owned())
                    .or_insert_with(|| Dictionary::read(name).into());
            }
            configurations.insert((columns[0].parse().unwrap(), columns[1].clone()), group);
        }
        Reference { dictionaries, configurations }
    }

    /// The keys of one dictionary, in no order.
    pub(crate) fn keys(&self, name: &str) -> impl Iterator<Item = &str> {
        self.dictionaries[name].entries.keys().map(String::as_str)
    }

    /// Every character that any dictionary mentions, sorted.
    pub(crate) fn characters(&self) -> BTreeSet<char> {
        let entries = self.dictionaries.values().flat_map(|dictionary| &dictionary.entries);
        entries.flat_map(|(key, value)| key.chars().chain(value.chars())).collect()
    }

    /// The characters that some dictionary of a configuration replaces by one, by
    /// that one.
    pub(crate) fn sources_of(&self, config: Config) -> HashMap<char, BTreeSet<char>> {
        let mut sources: HashMap<char, BTreeSet<char>> = HashMap::new();
        let groups = self.configurations.iter().filter(|((of, _), _)| *of == config);
        for (key, value) in groups
            .flat_map(|(_, group)| group.names())
            .flat_map(|name| self.dictionaries[name].entries.iter())
        {
            if let (Some(source), Some(target)) = (only_character(key), only_character(value)) {
                sources.entry(target).or_default().insert(source);
            }
        }
        sources
    }

    /// Whether the tofu risk matters to a configuration.
    pub(crate) fn has_tofu_risk(&self, config: Config) -> bool {
        let mut groups = self.configurations.iter().filter(|((of, _), _)| *of == config);
        groups.any(|(_, group)| group.without_tofu_risk() != *group)
    }

    /// The names of all dictionaries, in no order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.dictionaries.keys().map(String::as_str)
    }

    /// The keys of all dictionaries that a configuration uses, sorted.
    pub(crate) fn keys_of(&self, config: Config) -> Vec<String> {
        let groups = self.configurations.iter().filter(|((of, _), _)| *of == config);
        let names = groups.flat_map(|(_, group)| group.names());
        let mut keys: Vec<String> =
            names.flat_map(|name| self.keys(name)).map(str::to_owned).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// Adds a dictionary.
    pub(crate) fn add<'e>(
        &mut self,
        name: &str,
        entries: impl Iterator<Item = (&'e String, &'e String)>,
    ) {
        let mut dictionary = Dictionary::default();
        entries.for_each(|(key, replacement)| dictionary.insert(key, replacement));
        self.dictionaries.insert(name.to_owned(), dictionary.into());
    }

    /// Changes the groups of a configuration, each told with the name of its stage.
    pub(crate) fn change(&mut self, config: Config, change: impl Fn(&str, &mut Group)) {
        let groups = self.configurations.iter_mut().filter(|((of, _), _)| *of == config);
        groups.for_each(|((_, stage), group)| change(stage, group));
    }

    /// Removes an entry from what a stage of a configuration has of OpenCC's dictionaries,
    /// and from the segmentation if it has one of them.
    pub(crate) fn remove(&mut self, config: Config, stage: &str, key: &str) {
        let is_theirs = |name: &str| !name.contains("own ");
        let of_stage = self.configurations[&(config, stage.to_owned())].clone();
        for name in ["segmentation", stage] {
            let Some(group) = self.configurations.get_mut(&(config, name.to_owned())) else {
                continue;
            };
            let names: Vec<String> = group.names().into_iter().map(str::to_owned).collect();
            let names: Vec<String> = names.into_iter().filter(|name| is_theirs(name)).collect();
            if !names.iter().any(|name| of_stage.names().contains(&name.as_str())) {
                continue;
            }
            for name in names {
                let without = format!("{name} without {key} at {stage}");
                let mut dictionary = (*self.dictionaries[&name]).clone();
                dictionary.entries.remove(key);
                self.dictionaries.insert(without.clone(), dictionary.into());
                rename(group, &name, &without);
            }
        }
    }

    /// The stages of a configuration that have dictionaries.
    pub(crate) fn stages(&self, config: Config) -> Vec<(Stage, Group)> {
        let stages = [
            ("normalization", Stage::Normalization),
            ("conversion-1", Stage::Conversion(1)),
            ("conversion-2", Stage::Conversion(2)),
        ];
        let group = |name: &str| self.configurations.get(&(config, name.to_owned())).cloned();
        stages.into_iter().filter_map(|(name, stage)| Some((stage, group(name)?))).collect()
    }

    /// Converts a text in which these words are kept.
    pub(crate) fn convert_protected(
        &self,
        config: Config,
        tofu_risk: TofuRisk,
        words: &[String],
        text: &str,
    ) -> String {
        let mut output = String::new();
        let (mut start, mut offset) = (0, 0);
        while offset < text.len() {
            let rest = &text[offset..];
            let found = words.iter().filter(|word| rest.starts_with(word.as_str()));
            match found.max_by_key(|word| word.len()) {
                Some(word) => {
                    output.push_str(&self.convert(config, tofu_risk, &text[start..offset]));
                    output.push_str(word);
                    offset += word.len();
                    start = offset;
                }
                None => offset += unit(rest).len(),
            }
        }
        output.push_str(&self.convert(config, tofu_risk, &text[start..]));
        output
    }

    pub(crate) fn convert(&self, config: Config, tofu_risk: TofuRisk, text: &str) -> String {
        let group = |stage: &str| self.configurations.get(&(config, stage.to_owned()));
        let normalized = match group("normalization") {
            Some(group) => self.stage(group, tofu_risk, text),
            None => text.to_owned(),
        };
        let segments = match group("segmentation") {
            // Segmentation ignores the tofu risk.
            Some(group) => self.segments(group, &normalized),
            None => vec![normalized.as_str()],
        };
        let chain: Vec<&Group> =
            (1..).map_while(|number| group(&format!("conversion-{number}"))).collect();
        let mut output = String::new();
        for segment in segments {
            let convert = |text: String, group: &&Group| self.stage(group, tofu_risk, &text);
            output.push_str(&chain.iter().fold(segment.to_owned(), convert));
        }
        output
    }

    fn stage(&self, group: &Group, tofu_risk: TofuRisk, text: &str) -> String {
        let mut output = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (length, replacement) = match self.longest(group, tofu_risk, rest) {
                Some((key, value)) => (key.len(), value),
                None => (unit(rest).len(), unit(rest)),
            };
            output.push_str(replacement);
            rest = &rest[length..];
        }
        output
    }

    fn segments<'t>(&self, group: &Group, text: &'t str) -> Vec<&'t str> {
        let mut segments = Vec::new();
        let (mut start, mut offset) = (0, 0);
        while offset < text.len() {
            let rest = &text[offset..];
            match self.longest(group, TofuRisk::Include, rest) {
                Some((key, _)) => {
                    segments.extend((start < offset).then(|| &text[start..offset]));
                    segments.push(key);
                    offset += key.len();
                    start = offset;
                }
                None => offset += unit(rest).len(),
            }
        }
        segments.extend((start < offset).then(|| &text[start..]));
        segments
    }

    /// Key and replacement, by the group's policy.
    fn longest<'t>(
        &self,
        group: &Group,
        tofu_risk: TofuRisk,
        text: &'t str,
    ) -> Option<(&'t str, &str)> {
        match group {
            Group::Dictionary(name) => self.dictionaries[name].longest_match(text),
            Group::TofuRisk(_) if tofu_risk == TofuRisk::Exclude => None,
            Group::TofuRisk(child) => self.longest(child, tofu_risk, text),
            Group::ShortCircuit(children) => {
                children.iter().find_map(|child| self.longest(child, tofu_risk, text))
            }
            Group::Union(children) => {
                let mut best: Option<(&str, &str)> = None;
                for child in children {
                    let found = self.longest(child, tofu_risk, text);
                    if found.map(|(key, _)| key.len()) > best.map(|(key, _)| key.len()) {
                        best = found;
                    }
                }
                best
            }
        }
    }
}

fn rename(group: &mut Group, name: &str, new: &str) {
    match group {
        Group::Dictionary(own) if own == name => new.clone_into(own),
        Group::Dictionary(_) => {}
        Group::TofuRisk(child) => rename(child, name, new),
        Group::Union(children) | Group::ShortCircuit(children) => {
            children.iter_mut().for_each(|child| rename(child, name, new));
        }
    }
}

fn only_character(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// What is copied whole where nothing matches: a description sequence of at
/// most 16 levels and 64 code points, or one character.
fn unit(text: &str) -> &str {
    fn read(text: &str, depth: usize, count: &mut usize) -> Option<usize> {
        let character = text.chars().next()?;
        if depth == 0 || *count == 64 {
            return None;
        }
        *count += 1;
        let operands = match character {
            '\u{2FF2}' | '\u{2FF3}' => 3,
            '\u{2FFE}' | '\u{2FFF}' => 1,
            '\u{2FF0}'..='\u{2FFF}' => 2,
            _ => 0,
        };
        let mut length = character.len_utf8();
        for _ in 0..operands {
            length += read(&text[length..], depth - 1, count)?;
        }
        Some(length)
    }
    let first = text.chars().next().map_or(0, char::len_utf8);
    &text[..read(text, 16, &mut 0).unwrap_or(first)]
}
