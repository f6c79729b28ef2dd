//! fanjian beside everything else on one text: peers, limits, and itself.

use anyhow::{Context, Result, ensure};
use fanjian::{Config, Converter};
use serde::{Deserialize, Serialize};
use texts::{Kind, Text};

use crate::converters::{Conversion, FANJIAN, FANJIAN_FRESH, Memory, OPENCC, PEERS, Peer};
use crate::task::{Race, Task};
use crate::timing::Summary;

/// fanjian beside one other, on one text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The configuration's name.
    pub config: String,
    /// The kind of text.
    pub text: String,
    /// Bytes of the text.
    pub bytes: usize,
    /// The memory that fanjian's output goes to.
    pub own_memory: Memory,
    /// How many lines fanjian converts otherwise than OpenCC.
    pub own_lines: Lines,
    /// What fanjian stands beside.
    pub other: Other,
    /// Megabytes a second of the other.
    pub other_rate: f64,
    /// Megabytes a second of fanjian, in the same run.
    pub own_rate: f64,
    /// How many times as fast fanjian is, pair by pair.
    pub ratio: Summary,
}

/// What fanjian stands beside.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Other {
    /// Another converter.
    Peer {
        /// The converter's name.
        name: String,
        /// Its name and version.
        label: String,
        /// The memory that its output goes to.
        memory: Memory,
        /// How many lines it converts otherwise than OpenCC.
        lines: Lines,
        /// What it converts, where that is not what fanjian does.
        instead: Option<String>,
    },
    /// fanjian itself, otherwise.
    Fanjian(String),
    /// Something that does a part of the work.
    Limit(String),
}

/// How many lines of an output are not as expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// Those that differ.
    pub differing: usize,
    /// All of them.
    pub all: usize,
}

impl Lines {
    /// Compares two outputs line by line.
    #[must_use]
    pub fn differing(actual: &str, expected: &str) -> Lines {
        let (mut actual, mut expected) = (actual.split('\n'), expected.split('\n'));
        let mut lines = Lines { differing: 0, all: 0 };
        loop {
            // A line too many or too few differs from no line at all.
            let pair = (actual.next(), expected.next());
            if pair == (None, None) {
                return lines;
            }
            lines.all += 1;
            lines.differing += usize::from(pair.0 != pair.1);
        }
    }
}

impl std::fmt::Display for Lines {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} of {}", self.differing, self.all)
    }
}

/// The limits that rows are held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Copying the bytes.
    Copy,
    /// Decoding UTF-8 to UTF-16.
    Decode,
    /// Validating UTF-8.
    Validate,
}

impl Limit {
    /// What tables call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Limit::Copy => "memcpy",
            Limit::Decode => "encoding_rs, UTF-8 to UTF-16",
            Limit::Validate => "simdutf8, validation",
        }
    }
}

/// fanjian with one text, ready to stand beside others.
pub struct Stand<'t> {
    config: Config,
    text: &'t Text,
    memory: Memory,
    conversion: Conversion,
    /// What OpenCC makes of the text.
    expected: String,
    lines: Lines,
    pairs: usize,
}

impl<'t> Stand<'t> {
    /// fanjian, which writes to `memory`, `pairs` times in alternation with
    /// whatever it is put beside.
    ///
    /// # Errors
    ///
    /// Fails where fanjian contradicts itself.
    pub fn new(config: Config, text: &'t Text, memory: Memory, pairs: usize) -> Result<Stand<'t>> {
        let reused = own_conversion(config, Memory::Reused)?;
        let converted = Converter::new(config).convert(&text.text);
        ensure!(converted == output(&reused, &text.text), "fanjian contradicts itself");
        let conversion = own_conversion(config, memory)?;
        let expected = expected(config, &text.text)?;
        let lines = Lines::differing(&converted, &expected);
        Ok(Stand { config, text, memory, conversion, expected, lines, pairs })
    }

    /// Beside itself, with every output a new string or none.
    ///
    /// # Errors
    ///
    /// Never in fact: fanjian has every configuration.
    pub fn beside_fresh(&self) -> Result<Row> {
        let fresh = own_conversion(self.config, Memory::Fresh)?;
        let mut task = Task::convert(&fresh, Memory::Fresh, &self.text.text);
        Ok(self.beside(Other::Fanjian(FANJIAN_FRESH.name.to_owned()), &mut task))
    }

    /// Beside itself, with another configuration and its text.
    ///
    /// # Errors
    ///
    /// Never in fact: fanjian has every configuration.
    pub fn beside_own(&self, config: Config, text: &Text) -> Result<Row> {
        let conversion = own_conversion(config, self.memory)?;
        let mut task = Task::convert(&conversion, self.memory, &text.text);
        let name = format!("fanjian, {config} of {}", text.kind);
        Ok(self.beside(Other::Fanjian(name), &mut task))
    }

    /// Beside every peer that has the configuration.
    #[must_use]
    pub fn beside_peers(&self) -> Vec<Row> {
        self.beside_each_peer(self.config, self.text, &self.expected, None)
    }

    /// Beside every peer that has another configuration, converting by that the
    /// text given for it.
    ///
    /// # Errors
    ///
    /// Never in fact: the reference has every configuration.
    pub fn beside_peers_with(&self, config: Config, text: &Text) -> Result<Vec<Row>> {
        let expected = expected(config, &text.text)?;
        let instead = format!("{config} of {}", text.kind);
        Ok(self.beside_each_peer(config, text, &expected, Some(instead)))
    }

    fn beside_each_peer(
        &self,
        config: Config,
        text: &Text,
        expected: &str,
        instead: Option<String>,
    ) -> Vec<Row> {
        let beside = |peer: &Peer| {
            let conversion = (peer.make)(config)?;
            let lines = Lines::differing(&output(&conversion, &text.text), expected);
            let mut task = Task::convert(&conversion, peer.memory, &text.text);
            Some(self.beside(Other::peer(peer, lines, instead.clone()), &mut task))
        };
        PEERS.iter().filter_map(beside).collect()
    }

    /// Beside a limit, on the same text.
    #[must_use]
    pub fn beside_limit(&self, limit: Limit) -> Row {
        let text = &self.text.text;
        let mut task = match limit {
            Limit::Copy => Task::copy(text),
            Limit::Decode => Task::decode(text),
            Limit::Validate => Task::validate(text),
        };
        self.beside(Other::Limit(limit.name().to_owned()), &mut task)
    }

    fn beside(&self, other: Other, task: &mut Task) -> Row {
        let mut own = Task::convert(&self.conversion, self.memory, &self.text.text);
        let race = Race::run(self.pairs, &mut own, task);
        Row {
            config: self.config.to_string(),
            text: self.text.kind.to_string(),
            bytes: self.text.text.len(),
            own_memory: self.memory,
            own_lines: self.lines,
            other,
            other_rate: race.other_rate(),
            own_rate: race.own_rate(),
            ratio: race.ratio(),
        }
    }
}

impl Other {
    fn peer(peer: &Peer, lines: Lines, instead: Option<String>) -> Other {
        let (name, label) = (peer.name.to_owned(), peer.label());
        Other::Peer { name, label, memory: peer.memory, lines, instead }
    }

    /// What tables call it.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Other::Peer { label, instead: None, .. } => label.clone(),
            Other::Peer { label, instead: Some(what), .. } => format!("{label}, {what}"),
            Other::Fanjian(name) => name.clone(),
            Other::Limit(name) => format!("limit: {name}"),
        }
    }

    /// What it is, without its version.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Other::Peer { name, .. } | Other::Fanjian(name) | Other::Limit(name) => name,
        }
    }

    /// Whether it works on the text that fanjian converts.
    #[must_use]
    pub fn is_same_text(&self) -> bool {
        matches!(self, Other::Peer { instead: None, .. } | Other::Limit(_))
    }
}

impl Row {
    /// Whether the row is of this configuration and kind of text.
    #[must_use]
    pub fn is_of(&self, config: Config, kind: Kind) -> bool {
        self.config == config.name() && self.text == kind.to_string()
    }
}

fn own_conversion(config: Config, memory: Memory) -> Result<Conversion> {
    let own = match memory {
        Memory::Reused => FANJIAN,
        Memory::Fresh => FANJIAN_FRESH,
    };
    (own.make)(config).context("fanjian has every configuration")
}

/// OpenCC's output where it is compiled in, else fanjian's.
fn expected(config: Config, text: &str) -> Result<String> {
    let reference = PEERS.iter().find(|peer| peer.name == OPENCC).unwrap_or(&FANJIAN);
    let conversion = (reference.make)(config).context("the reference has every configuration")?;
    Ok(output(&conversion, text))
}

/// What a converter makes of a text.
#[must_use]
pub fn output(conversion: &Conversion, text: &str) -> String {
    let mut output = String::new();
    conversion(text, &mut output);
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_too_many_differs() {
        assert_eq!(Lines::differing("a\nb", "a\nc\nd"), Lines { differing: 2, all: 3 });
        assert_eq!(Lines::differing("a\n", "a\n"), Lines { differing: 0, all: 2 });
    }
}
