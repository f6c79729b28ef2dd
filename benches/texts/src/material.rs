//! Prose, and the texts that are made of it for a configuration: the prose
//! itself, Markdown with code, text in which nothing changes, and texts so short
//! that starting is all there is to them.
//!
//! A text is in the variety that the configuration reads: prose as it is written
//! in Taiwan for `tw2s`, shinjitai for `jp2t`.

use std::fmt;
use std::fs;

use anyhow::{Context, Result, ensure};
use fanjian::{Config, Converter, Variety};

use crate::dictionaries::{Dictionaries, project};

/// The project's example, from which prose is made where there is no other.
pub(crate) const EXAMPLE: &str = "examples/news.txt";

/// A text of ASCII alone.
const LICENSE: &str = "LICENSE";

/// Bytes of every text but the shortest.
const LENGTH: usize = 4 << 20;

/// Twelve characters, Traditional: some change, some begin phrases.
const TWELVE: &str = "我們正在開發新的漢字軟體";

/// Twelve characters that no configuration changes.
const TWELVE_UNCHANGED: &str = "人山人海天天向上大家一同";

/// What a text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sentences, one a line.
    Prose,
    /// Prose between headings, lists, links, inline code and blocks of code.
    Markdown,
    /// ASCII alone.
    Ascii,
    /// Sentences that the configuration leaves as they are.
    Unchanged,
    /// Twelve Han characters.
    Twelve,
    /// Twelve Han characters that stay as they are.
    TwelveUnchanged,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 6] = [
        Kind::Prose,
        Kind::Markdown,
        Kind::Ascii,
        Kind::Unchanged,
        Kind::Twelve,
        Kind::TwelveUnchanged,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Kind::Prose => "prose",
            Kind::Markdown => "Markdown with code",
            Kind::Ascii => "ASCII",
            Kind::Unchanged => "unchanged Han",
            Kind::Twelve => "12 Han characters",
            Kind::TwelveUnchanged => "12 unchanged Han characters",
        })
    }
}

/// A text to convert.
pub struct Text {
    /// What it is made of.
    pub kind: Kind,
    /// The text.
    pub text: String,
}

/// The material of all texts: Traditional prose, one sentence a line.
pub struct Material {
    prose: String,
    /// Where the prose is from.
    pub origin: String,
}

impl Material {
    /// Prose of one's own: Traditional, one sentence a line.
    #[must_use]
    pub fn new(prose: String, origin: String) -> Material {
        Material { prose, origin }
    }

    /// Prose made of the clauses of the project's example, in new orders, with
    /// phrases of its dictionaries between them. The same on every machine.
    ///
    /// # Errors
    ///
    /// Fails when the example or the dictionaries cannot be read.
    pub fn generated() -> Result<Material> {
        let example = fs::read_to_string(project(EXAMPLE)).context(EXAMPLE)?;
        let clauses: Vec<&str> = example
            .split(['，', '。', '；', '！', '？', ',', ';', '!', '?', '\n'])
            .map(str::trim)
            .filter(|clause| !clause.is_empty())
            .collect();
        ensure!(!clauses.is_empty(), "{EXAMPLE} has no clauses");
        let dictionaries = Dictionaries::read()?;
        let phrases = dictionaries.table("STPhrases");

        let mut random = fastrand::Rng::with_seed(1);
        let mut prose = String::with_capacity(LENGTH);
        while prose.len() < LENGTH {
            for _ in 0..random.usize(1..4) {
                prose.push_str(clauses[random.usize(..clauses.len())]);
                // Every other clause: more would be a list of phrases.
                if random.bool() {
                    prose.push_str(&phrases[random.usize(..phrases.len())].1);
                }
                prose.push('，');
            }
            prose.push_str(clauses[random.usize(..clauses.len())]);
            prose.push_str("。\n");
        }
        let origin = format!("generated from {EXAMPLE} and dictionary phrases");
        Ok(Material { prose, origin })
    }

    /// About `length` bytes of the prose, or all where it has no more: lines
    /// from its whole length, at equal distances.
    #[must_use]
    pub fn sample(&self, length: usize) -> Material {
        let mut prose = String::with_capacity(length);
        let (mut seen, all) = (0, self.prose.len());
        for line in self.prose.split_inclusive('\n') {
            // A line is taken where the sample lags behind its share.
            if prose.len() * all <= seen * length {
                prose.push_str(line);
            }
            seen += line.len();
        }
        Material { prose, origin: self.origin.clone() }
    }

    /// The prose in the variety that a configuration reads.
    #[must_use]
    pub fn prose(&self, config: Config) -> String {
        in_source_variety(config, &self.prose)
    }

    /// A text for a configuration.
    ///
    /// # Errors
    ///
    /// Fails when the ASCII text, which is the project's license, cannot be
    /// read, and where converting changes every line of the prose.
    pub fn text(&self, config: Config, kind: Kind) -> Result<Text> {
        let text = match kind {
            Kind::Prose => self.prose(config),
            Kind::Markdown => in_source_variety(config, &markdown(&self.prose)),
            Kind::Ascii => ascii()?,
            Kind::Unchanged => self.unchanged(config)?,
            Kind::Twelve => in_source_variety(config, TWELVE),
            Kind::TwelveUnchanged => TWELVE_UNCHANGED.to_owned(),
        };
        Ok(Text { kind, text })
    }

    /// Lines of the converted prose that converting leaves as they are, without
    /// their ASCII, repeated.
    fn unchanged(&self, config: Config) -> Result<String> {
        let converted = convert(config, &self.prose(config));
        let converter = Converter::new(config);
        let mut unchanged = String::with_capacity(LENGTH);
        for line in converted.lines() {
            let length = unchanged.len();
            unchanged.extend(line.chars().filter(|character| !character.is_ascii()));
            unchanged.push('\n');
            let line = &unchanged[length..];
            if line.len() == 1 || converter.first_change(line).is_some() {
                unchanged.truncate(length);
            }
        }
        ensure!(!unchanged.is_empty(), "{config} changes every line of what it wrote");
        let lines = unchanged.split_inclusive('\n').cycle();
        let text: String = lines
            .scan(0, |length, line| {
                let is_short = *length < LENGTH;
                *length += line.len();
                is_short.then_some(line)
            })
            .collect();
        // Lines that stay as they are, one behind the other, might not.
        ensure!(converter.first_change(&text).is_none(), "{config} joins unchanged lines");
        Ok(text)
    }
}

/// `text` as often as it takes to have at least `length` bytes.
#[must_use]
pub fn repeated(text: &str, length: usize) -> String {
    text.repeat(length.div_ceil(text.len()))
}

fn in_source_variety(config: Config, traditional: &str) -> String {
    match config.source() {
        Variety::Simplified => convert(Config::T2s, traditional),
        Variety::Traditional => traditional.to_owned(),
        Variety::TraditionalTaiwan => convert(Config::T2tw, traditional),
        Variety::TraditionalHongKong => convert(Config::T2hk, traditional),
        Variety::Japanese => convert(Config::T2jp, traditional),
    }
}

fn convert(config: Config, text: &str) -> String {
    Converter::new(config).convert(text).into_owned()
}

fn ascii() -> Result<String> {
    let license = fs::read_to_string(project(LICENSE)).context(LICENSE)?;
    ensure!(license.is_ascii() && !license.is_empty(), "{LICENSE} is not ASCII");
    Ok(repeated(&license, LENGTH))
}

/// A document like those of software projects.
fn markdown(prose: &str) -> String {
    let mut sentences = prose.lines().cycle();
    let mut document = String::with_capacity(LENGTH);
    let mut number = 0;
    while document.len() < LENGTH.min(prose.len()) {
        number += 1;
        let [heading, first, second, third] =
            [(); 4].map(|()| sentences.next().unwrap_or_default());
        document.push_str(&format!(
            "## {number}. {heading}\n\n\
             {first} `Converter::new(Config::S2t)` {second}\n\n\
             - **Note {number}**: {third} ([README](https://example.org/{number}))\n\
             - `cargo add fanjian --no-default-features`\n\n\
             ```rust\n\
             fn main() {{\n    \
                 let converter = Converter::new(Config::S2twp); // {heading}\n    \
                 println!(\"{{}}\", converter.convert(\"{number}\"));\n\
             }}\n\
             ```\n\n"
        ));
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_each_time() {
        let (first, second) = (Material::generated().unwrap(), Material::generated().unwrap());
        assert!(first.prose == second.prose && first.prose.len() >= LENGTH);
    }

    #[test]
    fn a_sample_is_of_the_whole_and_as_long_as_asked() {
        let lines: String = (0..10_000).map(|number| format!("{number:07}\n")).collect();
        let material = Material::new(lines, String::new());
        let sample = material.sample(8_000);
        assert_eq!(sample.prose.len(), 8_000);
        assert!(sample.prose.starts_with("0000000\n") && sample.prose.contains("\n0009"));
        assert_eq!(material.sample(1 << 30).prose, material.prose);
    }

    #[test]
    fn what_is_called_unchanged_is_borrowed() {
        let material = Material::generated().unwrap().sample(100_000);
        for config in Config::ALL {
            for kind in [Kind::Ascii, Kind::Unchanged, Kind::TwelveUnchanged] {
                let text = material.text(config, kind).unwrap().text;
                let converted = Converter::new(config).convert(&text);
                assert!(matches!(converted, std::borrow::Cow::Borrowed(_)), "{config}, {kind}");
            }
        }
    }

    #[test]
    fn prose_is_in_the_variety_that_is_read() {
        let material = Material::new("裏面的頭髮，國\n".to_owned(), String::new());
        assert_eq!(material.prose(Config::T2s), "裏面的頭髮，國\n");
        assert_eq!(material.prose(Config::S2t), "里面的头发，国\n");
        assert_eq!(material.prose(Config::Tw2s), "裡面的頭髮，國\n");
        assert_eq!(material.prose(Config::Jp2t), "裏面的頭髪，国\n");
    }
}
