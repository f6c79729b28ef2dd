//! Native Traditional text as questions with known answers.

use std::collections::BTreeMap;

use fanjian::{Config, Converter};
use serde::Serialize;

use super::split::{Part, set_name};
use crate::corpora::Corpus;

/// Text of one origin.
pub(crate) struct Set {
    /// What tables call it.
    pub(crate) name: String,
    /// The convention that it is written in.
    pub(crate) convention: Convention,
    /// Its lines as they are and in Simplified script, character by character.
    pub(crate) lines: Vec<Line>,
    /// How many lines were left out because the two scripts do not align.
    pub(crate) unaligned: usize,
}

/// A question and its answer.
pub(crate) struct Line {
    /// The native text.
    pub(crate) native: String,
    /// What became of it in Simplified script, of as many code points.
    pub(crate) simplified: String,
}

/// Which standard of Traditional characters a text follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Convention {
    /// That of Taiwan.
    Taiwan,
    /// That of Hong Kong.
    HongKong,
    /// OpenCC's own.
    OpenCC,
}

impl Set {
    /// These lines of native text.
    fn of(name: &str, native: Vec<&str>) -> Set {
        let convention = Convention::of(&native);
        let converter = Converter::new(convention.to_simplified());
        let all = native.len();
        let line = |native: &str| Line {
            native: native.to_owned(),
            simplified: converter.convert(native).into_owned(),
        };
        let mut lines: Vec<Line> = native.into_iter().map(line).collect();
        lines.retain(|line| line.native.chars().count() == line.simplified.chars().count());
        Set { name: name.to_owned(), convention, unaligned: all - lines.len(), lines }
    }

    /// Leaves at most `most` lines, from all over the set.
    pub(crate) fn thin(&mut self, most: usize) {
        let step = self.lines.len().div_ceil(most.max(1)).max(1);
        let mut index = 0;
        self.lines.retain(|_| {
            index += 1;
            (index - 1) % step == 0
        });
    }

    /// The texts of all lines as `text` chooses them, a line each.
    pub(crate) fn text(&self, text: impl Fn(&Line) -> &str) -> String {
        let mut all = String::new();
        for line in &self.lines {
            all.push_str(text(line));
            all.push('\n');
        }
        all
    }
}

/// The lines of `part`, or of all parts, by the set that their files belong to, each line
/// once. Sets without such a line are left out.
pub(crate) fn sets(corpora: &[Corpus], part: Option<Part>) -> Vec<Set> {
    let mut sets: BTreeMap<&str, BTreeMap<&str, Part>> = BTreeMap::new();
    for Corpus { name, text } in corpora {
        let lines = sets.entry(set_name(name)).or_default();
        for line in text.lines().filter(|line| !line.is_empty()) {
            // What stands in two files was trained on if either is for training.
            let part = Part::of(name, line);
            lines.entry(line).and_modify(|known| *known = part.min(*known)).or_insert(part);
        }
    }
    let set = |(name, lines)| Set::of(name, of_part(lines, part));
    let mut sets: Vec<Set> = sets.into_iter().map(set).collect();
    sets.retain(|set| !set.lines.is_empty());
    sets
}

fn of_part(lines: BTreeMap<&str, Part>, part: Option<Part>) -> Vec<&str> {
    let is_asked = |(line, its): (_, Part)| part.is_none_or(|part| its == part).then_some(line);
    lines.into_iter().filter_map(is_asked).collect()
}

impl Convention {
    /// The one that the fewest characters of the text contradict: a conversion into a
    /// convention leaves text alone that follows it.
    fn of(lines: &[&str]) -> Convention {
        let all = [
            (Convention::Taiwan, Config::T2tw),
            (Convention::HongKong, Config::T2hk),
            (Convention::OpenCC, Config::Tw2t),
        ];
        let contradicted = |config: Config| {
            let converter = Converter::new(config);
            lines.iter().map(|line| differences(line, &converter.convert(line))).sum::<usize>()
        };
        let least = all.into_iter().min_by_key(|&(_, config)| contradicted(config));
        least.map_or(Convention::OpenCC, |(convention, _)| convention)
    }

    fn to_simplified(self) -> Config {
        match self {
            Convention::Taiwan => Config::Tw2s,
            Convention::HongKong => Config::Hk2s,
            Convention::OpenCC => Config::T2s,
        }
    }
}

fn differences(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).filter(|(one, other)| one != other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_convention_is_the_one_that_is_not_contradicted() {
        assert_eq!(Convention::of(&["他站在屋裡看著說明"]), Convention::Taiwan);
        assert_eq!(Convention::of(&["他站在屋裏看着説明"]), Convention::HongKong);
        assert_eq!(Convention::of(&["他爲羣衆站在屋裏看着說明"]), Convention::OpenCC);
    }

    #[test]
    fn files_of_one_set_are_one_set() {
        let texts = (0..200).map(|number| format!("第{number}句\n")).collect::<String>();
        let corpus = |name: &str| Corpus { name: name.to_owned(), text: texts.clone() };
        let files = [corpus("law_dev"), corpus("law_test"), corpus("novel")];
        let sets = sets(&files, Some(Part::Development));
        let names: Vec<&str> = sets.iter().map(|set| &*set.name).collect();
        assert_eq!(names, ["law", "novel"]);
        assert!(sets[0].lines.len() < 200, "a line counts once");
    }

    #[test]
    fn what_is_trained_on_is_not_measured() {
        let corpus = |name: &str| Corpus { name: name.to_owned(), text: "第一句".to_owned() };
        let files = [corpus("law_dev"), corpus("law_train")];
        assert!(sets(&files, Some(Part::Development)).is_empty());
        assert!(sets(&files, Some(Part::Test)).is_empty());
        assert_eq!(sets(&files, None)[0].lines.len(), 1);
    }
}
