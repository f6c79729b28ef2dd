//! Every normalizer behind the function type of conversions, the texts that they
//! are timed on, and fanjian beside all of them.
//!
//! autocorrect is the one that repairs marks as well. The others do NFC, which is
//! the least of what fanjian's presets do: on text with nothing to do they are
//! what reading a text costs somebody who has to look at every character.

use std::borrow::Cow;
use std::hint::black_box;

use anyhow::{Result, ensure};
use fanjian::{Config, Converter, Normalizer, Pipeline, Preset};
use texts::{Kind, Material, News};

use crate::comparison::{Lines, Other, Row, output};
use crate::converters::{Conversion, Memory, label};
use crate::task::{Race, Task};

/// A normalizer to stand beside fanjian.
pub struct Peer {
    /// What tables of results call it.
    pub name: &'static str,
    /// The package whose version is given beside the name.
    pub package: &'static str,
    /// Makes it ready.
    pub make: fn() -> Conversion,
}

/// The name of the peer that repairs marks.
pub const AUTOCORRECT: &str = "autocorrect";

/// The name of the fastest NFC.
pub const ICU: &str = "icu_normalizer, NFC";

/// The peers that are compiled in.
pub const PEERS: &[Peer] = &[
    #[cfg(feature = "autocorrect")]
    Peer { name: AUTOCORRECT, package: "autocorrect", make: autocorrect },
    #[cfg(feature = "icu")]
    Peer { name: ICU, package: "icu_normalizer", make: icu },
    #[cfg(feature = "unicode-normalization")]
    Peer {
        name: "unicode-normalization, NFC",
        package: "unicode-normalization",
        make: unicode_normalization,
    },
];

/// What `normalize` does: it borrows where nothing changes.
#[must_use]
pub fn fanjian(preset: Preset) -> Conversion {
    let normalizer = Normalizer::new(preset);
    Box::new(move |text, output| keep(normalizer.normalize(text), output))
}

/// What `normalize_into` does, which always writes.
#[must_use]
pub fn fanjian_into(preset: Preset) -> Conversion {
    let normalizer = Normalizer::new(preset);
    Box::new(move |text, output| normalizer.normalize_into(text, output))
}

/// Normalization and conversion as one.
#[must_use]
pub fn pipeline(preset: Preset, config: Config) -> Conversion {
    let pipeline = Pipeline::builder()
        .normalize(Normalizer::new(preset))
        .convert(Converter::new(config))
        .build();
    Box::new(move |text, output| pipeline.process_into(text, output))
}

/// Normalization and conversion one after the other, over memory that is kept.
#[must_use]
pub fn fanjian_and_conversion(preset: Preset, config: Config) -> Conversion {
    let (normalizer, converter) = (Normalizer::new(preset), Converter::new(config));
    let between = std::cell::RefCell::new(String::new());
    Box::new(move |text, output| {
        let mut between = between.borrow_mut();
        between.clear();
        normalizer.normalize_into(text, &mut between);
        converter.convert_into(&between, output);
    })
}

/// Keeps an output that was written. One that was borrowed is not copied: its
/// caller would not do so either.
fn keep(normalized: Cow<str>, output: &mut String) {
    if let Cow::Owned(normalized) = black_box(normalized) {
        *output = normalized;
    }
}

#[cfg(feature = "autocorrect")]
fn autocorrect() -> Conversion {
    Box::new(|text, output| *output = autocorrect::format(text))
}

#[cfg(feature = "icu")]
fn icu() -> Conversion {
    let normalizer = icu_normalizer::ComposingNormalizerBorrowed::new_nfc();
    Box::new(move |text, output| keep(normalizer.normalize(text), output))
}

/// With the look beforehand that its documentation advises.
#[cfg(feature = "unicode-normalization")]
fn unicode_normalization() -> Conversion {
    use unicode_normalization::{UnicodeNormalization, is_nfc};
    Box::new(|text, output| {
        if !black_box(is_nfc(text)) {
            output.extend(text.nfc());
        }
    })
}

/// A text to normalize, and what it ought to become where that is known.
pub struct Text {
    /// What tables of results call it.
    pub name: &'static str,
    /// The text.
    pub text: String,
    /// What `repair` ought to make of it.
    pub expected: Option<String>,
}

/// The name of the news as NFKC left it.
pub const DAMAGED_NEWS: &str = "damaged news";

/// The name of the news as it was written.
pub const CLEAN_NEWS: &str = "clean news";

/// Bytes of each text.
const LENGTH: usize = 1_000_000;

/// All texts.
///
/// # Errors
///
/// Fails when the project's own texts cannot be read.
pub fn texts(material: &Material) -> Result<Vec<Text>> {
    let News { clean, damaged } = News::generated(LENGTH)?;
    let sample = material.sample(LENGTH);
    let ascii = sample.text(Config::T2s, Kind::Ascii)?.text;
    Ok(vec![
        Text { name: DAMAGED_NEWS, text: damaged, expected: Some(clean.clone()) },
        Text { name: CLEAN_NEWS, expected: Some(clean.clone()), text: clean },
        Text { name: "prose", text: sample.prose(Config::T2s), expected: None },
        Text { name: "ASCII", expected: Some(ascii.clone()), text: ascii },
    ])
}

/// fanjian with one preset and one text, ready to stand beside others.
pub struct Stand<'t> {
    preset: Preset,
    text: &'t Text,
    memory: Memory,
    conversion: Conversion,
    lines: Lines,
    pairs: usize,
}

impl<'t> Stand<'t> {
    /// fanjian, timed `pairs` times in alternation with whatever it is put beside.
    /// Memory that is fresh stands for `normalize`, memory that is reused for
    /// `normalize_into`.
    ///
    /// # Errors
    ///
    /// Fails where fanjian contradicts itself.
    pub fn new(preset: Preset, text: &'t Text, memory: Memory, pairs: usize) -> Result<Stand<'t>> {
        let normalized = Normalizer::new(preset).normalize(&text.text);
        let into = output(&fanjian_into(preset), &text.text);
        ensure!(normalized == into, "fanjian contradicts itself");
        let conversion = match memory {
            Memory::Fresh => fanjian(preset),
            Memory::Reused => fanjian_into(preset),
        };
        let expected = text.expected.as_deref().unwrap_or(&into);
        let lines = Lines::differing(&into, expected);
        Ok(Stand { preset, text, memory, conversion, lines, pairs })
    }

    /// Beside every peer.
    #[must_use]
    pub fn beside_peers(&self) -> Vec<Row> {
        PEERS.iter().map(|peer| self.beside_peer(peer)).collect()
    }

    /// Beside the peer of this name, where it is compiled in.
    #[must_use]
    pub fn beside(&self, name: &str) -> Option<Row> {
        PEERS.iter().find(|peer| peer.name == name).map(|peer| self.beside_peer(peer))
    }

    fn beside_peer(&self, peer: &Peer) -> Row {
        let conversion = (peer.make)();
        let text = &self.text.text;
        let lines = match output(&conversion, text) {
            // Nothing was written, for nothing changes.
            unchanged if unchanged.is_empty() => Lines::differing(text, self.expected()),
            changed => Lines::differing(&changed, self.expected()),
        };
        let mut own = Task::convert(&self.conversion, self.memory, text);
        let mut other = Task::convert(&conversion, Memory::Fresh, text);
        let race = Race::run(self.pairs, &mut own, &mut other);
        Row {
            config: self.preset.to_string(),
            text: self.text.name.to_owned(),
            bytes: text.len(),
            own_memory: self.memory,
            own_lines: self.lines,
            other: Other::Peer {
                name: peer.name.to_owned(),
                label: label(peer.name, peer.package),
                memory: Memory::Fresh,
                lines,
                instead: None,
            },
            other_rate: race.other_rate(),
            own_rate: race.own_rate(),
            ratio: race.ratio(),
        }
    }

    /// What the text ought to become; where that is not known, what it is.
    fn expected(&self) -> &str {
        self.text.expected.as_deref().unwrap_or(&self.text.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_comes_back_and_clean_text_is_borrowed() {
        let material = Material::generated().unwrap();
        let repair = Normalizer::new(Preset::Repair);
        for Text { name, text, expected } in texts(&material).unwrap() {
            let Some(expected) = expected else { continue };
            let normalized = repair.normalize(&text);
            assert_eq!(Lines::differing(&normalized, &expected).differing, 0, "{name}");
            assert_eq!(matches!(normalized, Cow::Borrowed(_)), text == expected, "{name}");
        }
    }

    #[test]
    fn what_stands_one_after_the_other_is_both() {
        let both = fanjian_and_conversion(Preset::Repair, Config::T2s);
        assert_eq!(output(&both, "發展,進步。"), "发展，进步。");
        let one = pipeline(Preset::Repair, Config::T2s);
        assert_eq!(output(&one, "發展,進步。"), "发展，进步。");
    }
}
