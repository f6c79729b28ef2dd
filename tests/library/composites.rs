//! What composites promise, from everything that the dictionaries have: no
//! character, no key and no two neighbours convert otherwise than by the stages.

use std::collections::{BTreeSet, HashMap};

use fanjian::{Config, Converter, TofuRisk};

use crate::texts::REFERENCE;

/// Stands between pieces of a text. It is in no key, so they convert on their own.
const SEPARATOR: &str = "\n";

/// Checks every piece as a text of its own, and all of them in one text.
fn check_pieces(config: Config, pieces: &[String]) {
    assert!(!pieces.is_empty());
    let text = pieces.join(SEPARATOR);
    for (converter, expected) in conversions(config, &text) {
        let converted = converter.convert(&text);
        let (mut inside, mut expected) = (converted.split(SEPARATOR), expected.split(SEPARATOR));
        for piece in pieces {
            let expected = expected.next();
            assert_eq!(inside.next(), expected, "{piece:?} in a text, {converter:?}");
            assert_eq!(Some(&*converter.convert(piece)), expected, "{piece:?}, {converter:?}");
        }
        assert_eq!((inside.next(), expected.next()), (None, None));
    }
}

/// Checks a text that has hardly a border.
fn check_text(config: Config, text: &str) {
    for (converter, expected) in conversions(config, text) {
        let converted = converter.convert(text);
        if converted != expected {
            let (same, differing) = at_difference(&converted, &expected);
            panic!("behind {same:?} comes {differing:?}, {converter:?}");
        }
    }
}

/// The converters of a configuration, with what each must make of `text`.
fn conversions(config: Config, text: &str) -> Vec<(Converter, String)> {
    let with = REFERENCE.convert(config, TofuRisk::Include, text);
    let without = match REFERENCE.has_tofu_risk(config) {
        true => REFERENCE.convert(config, TofuRisk::Exclude, text),
        false => with.clone(),
    };
    let converter = |tofu_risk| Converter::builder(config).tofu_risk(tofu_risk).build();
    vec![(converter(TofuRisk::Include), with), (converter(TofuRisk::Exclude), without)]
}

/// Some characters before the first difference, and how both texts go on.
fn at_difference(left: &str, right: &str) -> (String, [String; 2]) {
    let same = left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count();
    let part = |text: &str, from: usize| text.chars().skip(from).take(12).collect::<String>();
    let before = same.saturating_sub(12);
    (
        part(left, before).chars().take(same - before).collect(),
        [part(left, same), part(right, same)],
    )
}

/// A number that has nothing to do with its neighbours': the last steps of
/// `SplitMix64`.
fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^ mixed >> 27
}

/// The same texts in an order that has nothing to do with the one they had.
fn shuffled(texts: &[String], seed: u64) -> Vec<String> {
    let mut numbered: Vec<(u64, &String)> = (seed..).zip(texts).collect();
    numbered.sort_by_key(|&(number, _)| mixed(number));
    numbered.into_iter().map(|(_, text)| text.clone()).collect()
}

fn is_operator(character: char) -> bool {
    matches!(character, '\u{2FF0}'..='\u{2FFF}')
}

#[test]
fn every_character_converts_as_the_reference_says() {
    // All of the basic plane, and what the dictionaries have of the others.
    let mut characters: BTreeSet<char> = ('\0'..='\u{FFFF}').collect();
    characters.extend(REFERENCE.characters());
    // Behind an operator nothing is a piece of its own.
    let is_piece = |character: &char| !is_operator(*character) && *character != '\n';
    let pieces: Vec<String> = characters.into_iter().filter(is_piece).map(String::from).collect();
    for config in Config::ALL {
        check_pieces(config, &pieces);
    }
}

#[test]
fn every_key_converts_as_the_reference_says() {
    for config in Config::ALL {
        check_pieces(config, &REFERENCE.keys_of(config));
    }
}

#[test]
fn keys_in_a_row_convert_as_the_reference_says() {
    for config in Config::ALL {
        let keys = REFERENCE.keys_of(config);
        check_text(config, &shuffled(&keys, 1).concat());

        // By themselves, where the end of the text is near: some of the large
        // dictionaries, all of the small ones.
        let pairs = shuffled(&keys, 2);
        let pairs = pairs.windows(2).step_by(keys.len().div_ceil(20_000)).map(<[String]>::concat);
        check_pieces(config, &pairs.collect::<Vec<_>>());
    }
}

/// A stage sees what those before it made of the text: phrases of later stages are
/// met where the source has none of their characters.
#[test]
fn other_spellings_of_keys_convert_as_the_reference_says() {
    for config in Config::ALL {
        let sources = REFERENCE.sources_of(config);
        let keys = REFERENCE.keys_of(config);
        let mut pieces: Vec<String> =
            keys.iter().flat_map(|key| spellings(key, &sources)).collect();
        pieces.retain(|piece| !piece.contains(is_operator));
        check_pieces(config, &pieces);
        check_text(config, &shuffled(&pieces, 4).concat());
    }
}

/// Texts that may become `key` by character, in one stage or two: all of them, or
/// some where they are many.
fn spellings(key: &str, sources: &HashMap<char, BTreeSet<char>>) -> Vec<String> {
    const MOST: u64 = 32;
    let all_of = |character: char| {
        let mut all = BTreeSet::from([character]);
        for _ in 0..2 {
            let before: Vec<char> =
                all.iter().filter_map(|c| sources.get(c)).flatten().copied().collect();
            all.extend(before);
        }
        Vec::from_iter(all)
    };
    let choices: Vec<Vec<char>> = key.chars().map(all_of).collect();
    let count =
        choices.iter().fold(1, |count: u64, choices| count.saturating_mul(choices.len() as u64));
    let spelling = |number: u64| {
        let mut rest = if count <= MOST { number } else { mixed(number) % count };
        let choose = |choices: &Vec<char>| {
            let choice = rest % choices.len() as u64;
            rest /= choices.len() as u64;
            choices[choice as usize]
        };
        choices.iter().map(choose).collect()
    };
    (0..count.min(MOST)).map(spelling).collect()
}

/// A match of one stage reaches to where that of another begins.
#[test]
fn overlapping_keys_convert_as_the_reference_says() {
    for config in Config::ALL {
        let keys = REFERENCE.keys_of(config);
        let overlapping = |(number, key): (u64, &String)| {
            let last = key.chars().next_back()?;
            let start = keys.partition_point(|key| *key < last.to_string());
            let count = keys[start..].iter().take_while(|key| key.starts_with(last)).count();
            let chosen = mixed(number).checked_rem(count as u64)? as usize;
            Some(format!("{key}{}", &keys[start + chosen][last.len_utf8()..]))
        };
        let mut pieces: Vec<String> = (0..).zip(&keys).filter_map(overlapping).collect();
        pieces.retain(|piece| !piece.contains(is_operator));
        check_pieces(config, &pieces);
    }
}

#[test]
fn beginnings_of_keys_with_a_key_behind_convert_as_the_reference_says() {
    for config in Config::ALL {
        let keys = REFERENCE.keys_of(config);
        let beginning = |key: &String| {
            let (end, _) = key.char_indices().nth(2)?;
            // An operator would take what stands between the pieces.
            (!key.contains(is_operator)).then(|| key[..end].to_owned())
        };
        let beginnings: BTreeSet<String> = keys.iter().filter_map(beginning).collect();
        let behind = shuffled(&keys, 3);
        let pieces: Vec<String> = beginnings
            .iter()
            .zip(behind.iter().cycle())
            .flat_map(|(beginning, key)| [beginning.clone(), format!("{beginning}{key}")])
            .collect();
        if !pieces.is_empty() {
            check_pieces(config, &pieces);
        }
    }
}
