//! Native Traditional text as questions with known answers.

use fanjian::{Config, Converter};
use serde::Serialize;

use super::split::Part;
use crate::corpora::Corpus;

/// Endings of files that belong to one set.
const ENDINGS: [&str; 3] = ["_train", "_dev", "_test"];

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
    /// The lines of `part`, or of all parts, in files of one set, each line once.
    pub(crate) fn of(name: String, texts: &[String], part: Option<Part>) -> Set {
        let mut native: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
        native.retain(|line| !line.is_empty() && part.is_none_or(|part| Part::of(line) == part));
        native.sort_unstable();
        native.dedup();
        let convention = Convention::of(&native);
        let converter = Converter::new(convention.to_simplified());
        let all = native.len();
        let line = |native: &str| Line {
            native: native.to_owned(),
            simplified: converter.convert(native).into_owned(),
        };
        let mut lines: Vec<Line> = native.into_iter().map(line).collect();
        lines.retain(|line| line.native.chars().count() == line.simplified.chars().count());
        Set { name, convention, unaligned: all - lines.len(), lines }
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

/// Files by the set that they belong to. Sets without a line of `part` are left out.
pub(crate) fn sets(corpora: Vec<Corpus>, part: Option<Part>) -> Vec<Set> {
    let mut sets: Vec<(String, Vec<String>)> = Vec::new();
    for corpus in corpora {
        let ending = ENDINGS.into_iter().find_map(|ending| corpus.name.strip_suffix(ending));
        let name = ending.unwrap_or(&corpus.name).to_owned();
        match sets.iter_mut().find(|(other, _)| *other == name) {
            Some((_, texts)) => texts.push(corpus.text),
            None => sets.push((name, vec![corpus.text])),
        }
    }
    let mut sets: Vec<Set> =
        sets.into_iter().map(|(name, texts)| Set::of(name, &texts, part)).collect();
    sets.retain(|set| !set.lines.is_empty());
    sets
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
        let files = vec![corpus("law_train"), corpus("law_dev"), corpus("novel")];
        let sets = sets(files, Some(Part::Development));
        let names: Vec<&str> = sets.iter().map(|set| &*set.name).collect();
        assert_eq!(names, ["law", "novel"]);
        assert_eq!(sets[0].lines.len(), sets[1].lines.len(), "a line counts once");
    }
}
