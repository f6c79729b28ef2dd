//! Texts made against the dictionaries of a configuration: what a converter
//! finds hardest.
//!
//! Prose is kind: most of its characters begin no phrase, and what begins one
//! goes on as expected. An [`Adversary`] knows the keys of a configuration's
//! dictionaries and writes texts of nothing but what prose has rarely, each
//! [`Design`] of another such thing. It looks at keys and at what they become,
//! never at how that is found, so its texts do not age with an implementation.
//!
//! A phrase is *effective* when it converts otherwise than its characters do one
//! by one. Only effective phrases have to be found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use fanjian::{Config, Converter, Variety};
use fastrand::Rng;

use crate::dictionaries::Dictionaries;

/// The dictionary of every configuration's normalization.
const COMPATIBILITY: &str = "CJK_Compatibility_Ideographs";

/// What a text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Effective phrases, one behind the other.
    EffectivePhrases,
    /// Effective phrases without their last character.
    Heads,
    /// Effective phrases of which each begins with the end of the one before.
    Overlaps,
    /// Characters of which every two neighbours stand side by side in some key.
    Chains,
    /// Phrases of any effect.
    Phrases,
    /// Characters that become characters of another length in UTF-8.
    OtherLengths,
    /// ASCII, Han of three bytes and Han of four bytes by turns.
    Mixture,
    /// Compatibility ideographs between the characters they stand for.
    CompatibilityIdeographs,
    /// Operators of ideographic description sequences that lack operands.
    Descriptions,
}

impl Design {
    /// All designs.
    pub const ALL: [Design; 9] = [
        Design::EffectivePhrases,
        Design::Heads,
        Design::Overlaps,
        Design::Chains,
        Design::Phrases,
        Design::OtherLengths,
        Design::Mixture,
        Design::CompatibilityIdeographs,
        Design::Descriptions,
    ];
}

impl fmt::Display for Design {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Design::EffectivePhrases => "effective phrases",
            Design::Heads => "heads without tails",
            Design::Overlaps => "overlapping phrases",
            Design::Chains => "chains",
            Design::Phrases => "any phrases",
            Design::OtherLengths => "other lengths",
            Design::Mixture => "ASCII, Han, 4 bytes",
            Design::CompatibilityIdeographs => "compatibility ideographs",
            Design::Descriptions => "description operators",
        })
    }
}

/// Writes texts against one configuration, the same ones each time.
pub struct Adversary {
    /// Keys of more than one character, sorted.
    phrases: Vec<String>,
    /// Those of them that are effective, sorted.
    effective: Vec<String>,
    /// Keys of one character.
    characters: Vec<char>,
    /// Those of them that become something of another length.
    other_lengths: Vec<char>,
    /// For a character, those that follow it in some phrase. All of them have
    /// an entry of their own, so a walk never ends.
    followers: BTreeMap<char, Vec<char>>,
    /// Compatibility ideographs, each with the character it stands for.
    compatibility: Vec<(String, String)>,
}

impl Adversary {
    /// The adversary of a configuration.
    #[must_use]
    pub fn new(config: Config, dictionaries: &Dictionaries) -> Adversary {
        let keys = keys(config, dictionaries);
        let (characters, phrases): (Vec<String>, Vec<String>) =
            keys.into_iter().partition(|key| key.chars().nth(1).is_none());
        let characters: Vec<char> = characters.iter().flat_map(|key| key.chars()).collect();

        let converter = Converter::new(config);
        let convert = |text: &str| converter.convert(text).into_owned();
        let by_character =
            |text: &str| text.chars().map(|one| convert(&one.to_string())).collect::<String>();
        let effective: Vec<String> =
            phrases.iter().filter(|key| convert(key) != by_character(key)).cloned().collect();
        let other_lengths = characters
            .iter()
            .filter(|one| convert(&one.to_string()).len() != one.len_utf8())
            .copied()
            .collect();
        let followers = followers(&phrases);
        let compatibility = dictionaries.table(COMPATIBILITY).to_vec();
        Adversary { phrases, effective, characters, other_lengths, followers, compatibility }
    }

    /// A text of at least `length` bytes, or `None` where the dictionaries have
    /// nothing to make it of.
    #[must_use]
    pub fn text(&self, design: Design, length: usize) -> Option<String> {
        let random = &mut Rng::with_seed(1);
        match design {
            Design::EffectivePhrases => phrases_at_random(&self.effective, length, random),
            Design::Heads => phrases_at_random(&heads(&self.effective), length, random),
            Design::Overlaps => self.overlaps(length, random),
            Design::Chains => self.chain(length, random),
            Design::Phrases => phrases_at_random(&self.phrases, length, random),
            Design::OtherLengths => filled(length, |text| {
                text.push(*random.choice(&self.other_lengths)?);
                Some(())
            }),
            Design::Mixture => filled(length, |text| {
                text.push(random.char('a'..='z'));
                text.push(*random.choice(&self.characters)?);
                text.push(random.char('\u{20000}'..='\u{2A6DF}'));
                Some(())
            }),
            Design::CompatibilityIdeographs => filled(length, |text| {
                let (ideograph, unified) = random.choice(&self.compatibility)?;
                text.push_str(ideograph);
                text.push_str(unified);
                Some(())
            }),
            Design::Descriptions => filled(length, |text| {
                text.push(random.char('\u{2FF0}'..='\u{2FFF}'));
                Some(())
            }),
        }
    }

    /// Effective phrases of which each begins with the last character of the
    /// one before, where there is such a phrase.
    fn overlaps(&self, length: usize, random: &mut Rng) -> Option<String> {
        filled(length, |text| {
            let last = text.chars().next_back().unwrap_or_default();
            let start = self.effective.partition_point(|phrase| phrase.chars().next() < Some(last));
            let beginning = self.effective[start..].iter();
            let count = beginning.take_while(|phrase| phrase.starts_with(last)).count();
            match count {
                0 => text.push_str(random.choice(&self.effective)?),
                _ => {
                    let phrase = &self.effective[start + random.usize(..count)];
                    text.push_str(&phrase[last.len_utf8()..]);
                }
            }
            Some(())
        })
    }

    /// A walk from each character to one of those that follow it in a phrase.
    fn chain(&self, length: usize, random: &mut Rng) -> Option<String> {
        let starts: Vec<char> = self.followers.keys().copied().collect();
        let mut character = *random.choice(&starts)?;
        filled(length, |text| {
            text.push(character);
            character = *random.choice(&self.followers[&character])?;
            Some(())
        })
    }
}

/// The keys that a text in the source variety of `config` can meet, but for
/// those of its normalization, sorted.
///
/// Those of a second stage are in the script that the first one writes, so for
/// Simplified text they are converted back.
fn keys(config: Config, dictionaries: &Dictionaries) -> BTreeSet<String> {
    let normalized: BTreeSet<&str> =
        dictionaries.table(COMPATIBILITY).iter().map(|(key, _)| key.as_str()).collect();
    let to_simplified = Converter::new(Config::T2s);
    let entries = dictionaries.entries_of(config);
    let keys = entries.map(|(key, _)| key).filter(|key| !normalized.contains(key.as_str()));
    let readable = keys.map(|key| match config.source() {
        Variety::Simplified => to_simplified.convert(key).into_owned(),
        _ => key.clone(),
    });
    readable.collect()
}

fn heads(phrases: &[String]) -> Vec<String> {
    let head = |phrase: &String| {
        let mut characters = phrase.chars();
        characters.next_back();
        characters.as_str().to_owned()
    };
    phrases.iter().map(head).collect()
}

/// Which characters follow which in a phrase, without those that lead nowhere.
fn followers(phrases: &[String]) -> BTreeMap<char, Vec<char>> {
    let mut followers: BTreeMap<char, BTreeSet<char>> = BTreeMap::new();
    for phrase in phrases {
        for (first, second) in phrase.chars().zip(phrase.chars().skip(1)) {
            followers.entry(first).or_default().insert(second);
        }
    }
    loop {
        let living: BTreeSet<char> = followers.keys().copied().collect();
        for seconds in followers.values_mut() {
            seconds.retain(|second| living.contains(second));
        }
        followers.retain(|_, seconds| !seconds.is_empty());
        if followers.len() == living.len() {
            let listed = |(first, seconds): (char, BTreeSet<char>)| {
                (first, seconds.into_iter().collect::<Vec<char>>())
            };
            return followers.into_iter().map(listed).collect();
        }
    }
}

fn phrases_at_random(phrases: &[String], length: usize, random: &mut Rng) -> Option<String> {
    filled(length, |text| {
        text.push_str(random.choice(phrases)?);
        Some(())
    })
}

/// Appends pieces until there are `length` bytes, or until there is none.
fn filled(length: usize, mut append: impl FnMut(&mut String) -> Option<()>) -> Option<String> {
    let mut text = String::with_capacity(length + 64);
    while text.len() < length {
        append(&mut text)?;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adversary(config: Config) -> Adversary {
        Adversary::new(config, &Dictionaries::read().unwrap())
    }

    #[test]
    fn texts_are_the_same_each_time_and_as_long_as_asked() {
        let (first, second) = (adversary(Config::S2twp), adversary(Config::S2twp));
        for design in Design::ALL {
            let text = first.text(design, 10_000);
            assert!(text == second.text(design, 10_000), "{design}");
            assert!(text.is_none_or(|text| (10_000..10_100).contains(&text.len())), "{design}");
        }
    }

    #[test]
    fn phrases_are_effective_where_their_characters_say_otherwise() {
        let adversary = adversary(Config::S2t);
        let is_effective = |phrase: &str| adversary.effective.iter().any(|key| key == phrase);
        assert!(is_effective("头发") && !is_effective("一伙"));
        assert_eq!(heads(&["理发师".to_owned()]), ["理发"]);
    }

    #[test]
    fn every_two_neighbours_of_a_chain_stand_side_by_side_in_a_key() {
        let adversary = adversary(Config::Tw2sp);
        let chain = adversary.text(Design::Chains, 1_000).unwrap();
        for (first, second) in chain.chars().zip(chain.chars().skip(1)) {
            let pair = String::from_iter([first, second]);
            assert!(adversary.phrases.iter().any(|phrase| phrase.contains(&pair)), "{pair}");
        }
    }

    #[test]
    fn what_the_dictionaries_lack_gives_no_text() {
        // Every variant of Taiwan is as long as what it stands for.
        assert_eq!(adversary(Config::Tw2t).text(Design::OtherLengths, 100), None);
        assert!(adversary(Config::T2s).text(Design::OtherLengths, 100).is_some());
    }
}
