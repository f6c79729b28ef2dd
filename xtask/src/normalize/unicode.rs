//! Unicode's `NormalizationTest.txt`, as the crate `icu_normalizer` brings it.
//!
//! A line has a source and its NFC, NFD, NFKC and NFKD. Of NFC it demands that
//! the first three become the second and the last two the fourth, which makes
//! five pairs; and that a character that is no line's source in part 1 stays.

use std::fmt::Write;
use std::fs;
use std::ops::RangeInclusive;
use std::rc::Rc;

use anyhow::{Context, Result, ensure};

use super::suite::{Case, Settings};
use crate::packages::Package;

/// Where the package has the file.
const FILE: &str = "tests/data/NormalizationTest.txt";

/// Pairs in the file, five of each line with a case.
pub(crate) const PAIRS: usize = 20_171 * DEMANDS.len();

/// What comes before the version in its first line.
const HEAD: &str = "# NormalizationTest-";

/// What a line demands of NFC: which columns become which.
const DEMANDS: [(usize, usize); 5] = [(0, 1), (1, 1), (2, 1), (3, 3), (4, 3)];

/// The file, read.
pub(crate) struct NormalizationTest {
    /// The version of Unicode.
    pub(crate) version: String,
    lines: Vec<Line>,
}

struct Line {
    number: usize,
    columns: Vec<String>,
    /// Whether it is in part 1, which has every character that changes.
    is_of_part_1: bool,
}

impl NormalizationTest {
    /// Reads the file in the unpacked crate.
    pub(crate) fn read(package: &Package) -> Result<NormalizationTest> {
        let path = package.folder.join(FILE);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        NormalizationTest::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> Result<NormalizationTest> {
        let version = text.lines().next().and_then(|head| head.strip_prefix(HEAD));
        let version = version.and_then(|rest| rest.strip_suffix(".txt")).context("no version")?;
        let mut lines = Vec::new();
        let mut part = "";
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.starts_with('@') {
                part = line;
            } else if !line.is_empty() {
                let columns = columns(line).with_context(|| format!("line {}", index + 1))?;
                lines.push(Line { number: index + 1, columns, is_of_part_1: part == "@Part1" });
            }
        }
        Ok(NormalizationTest { version: version.to_owned(), lines })
    }

    /// What the lines demand of NFC.
    pub(crate) fn cases(&self, settings: &Rc<Settings>) -> Vec<Case> {
        let of_line = |line: &Line| {
            DEMANDS.map(|(source, target)| Case {
                place: format!("line {}, column {}", line.number, source + 1),
                input: line.columns[source].clone(),
                expected: line.columns[target].clone(),
                settings: Rc::clone(settings),
            })
        };
        self.lines.iter().flat_map(of_line).collect()
    }

    /// Every other character, which NFC leaves as it is.
    pub(crate) fn other_characters(&self, settings: &Rc<Settings>) -> Vec<Case> {
        const ALL: RangeInclusive<char> = '\0'..=char::MAX;
        let mut sources: Vec<&str> = self
            .lines
            .iter()
            .filter(|line| line.is_of_part_1)
            .map(|line| &*line.columns[0])
            .collect();
        sources.sort_unstable();
        let case = |character: char| {
            let text = character.to_string();
            let is_other = sources.binary_search(&&*text).is_err();
            is_other.then(|| Case {
                place: format!("U+{:04X}", u32::from(character)),
                input: text.clone(),
                expected: text,
                settings: Rc::clone(settings),
            })
        };
        ALL.filter_map(case).collect()
    }
}

fn columns(line: &str) -> Result<Vec<String>> {
    let columns: Vec<String> = line.split_terminator(';').map(characters).collect::<Result<_>>()?;
    ensure!(columns.len() == 5, "{} columns", columns.len());
    Ok(columns)
}

/// Characters from their code points in hexadecimal.
fn characters(column: &str) -> Result<String> {
    let character = |number: &str| {
        let value = u32::from_str_radix(number, 16).with_context(|| number.to_owned())?;
        char::from_u32(value).with_context(|| number.to_owned())
    };
    column.split_whitespace().map(character).collect()
}

/// A text as code points, for what cannot be told apart by sight.
pub(super) fn code_points(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, character| {
        let gap = if all.is_empty() { "" } else { " " };
        _ = write!(all, "{gap}{:04X}", u32::from(character));
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanjian::{Preset, Spacing};

    const FEW: &str = "# NormalizationTest-1.2.3.txt\n@Part0 # x\n\
        0041 0300;00C0;0041 0300;00C0;0041 0300; # y\n@Part1\n\
        00C0;00C0;0041 0300;00C0;0041 0300;\n";

    #[test]
    fn lines_become_five_pairs() {
        let settings = Rc::new(Settings::new(Preset::Minimal, Spacing::Keep));
        let test = NormalizationTest::parse(FEW).unwrap();
        let cases = test.cases(&settings);
        assert_eq!((test.version.as_str(), cases.len()), ("1.2.3", 10));
        assert_eq!((cases[0].input.as_str(), cases[0].expected.as_str()), ("A\u{300}", "À"));
        assert_eq!(cases[9].place, "line 5, column 5");
        assert_eq!(code_points(&cases[0].input), "0041 0300");
    }

    #[test]
    fn all_other_characters_stay() {
        let settings = Rc::new(Settings::new(Preset::Minimal, Spacing::Keep));
        let others = NormalizationTest::parse(FEW).unwrap().other_characters(&settings);
        // All scalar values but one.
        assert_eq!(others.len(), 0x11_0000 - 0x800 - 1);
        assert!(others.iter().all(|case| case.input == case.expected && case.input != "À"));
    }
}
