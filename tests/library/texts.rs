//! Texts made to break an implementation, from the dictionaries' own keys.

use std::sync::LazyLock;

use fanjian::Config;
use proptest::prelude::*;
use proptest::sample::select;

use crate::reference::Reference;

pub(crate) static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::load);

/// So many cases, or as many of a hundred of them as `FANJIAN_CASES` says: emulators are slow.
pub(crate) fn cases(cases: u32) -> u32 {
    let share = std::env::var("FANJIAN_CASES").ok();
    let share = share.map_or(100, |share| share.parse().expect("FANJIAN_CASES is a number"));
    (cases * share).div_ceil(100)
}

/// All keys of all dictionaries, sorted so that every run draws the same.
static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let names = REFERENCE.names();
    let mut keys: Vec<String> =
        names.flat_map(|name| REFERENCE.keys(name)).map(str::to_owned).collect();
    keys.sort();
    keys.dedup();
    keys
});

/// A key, one in four times of the small dictionaries, which the large ones
/// would drown.
fn key() -> impl Strategy<Value = String> {
    static SMALL: LazyLock<Vec<String>> = LazyLock::new(|| {
        let small = REFERENCE.names().filter(|name| !name.starts_with("STPhrases"));
        let mut keys: Vec<String> =
            small.flat_map(|name| REFERENCE.keys(name)).map(str::to_owned).collect();
        keys.sort();
        keys
    });
    prop_oneof![3 => select(&KEYS[..]), 1 => select(&SMALL[..])]
}

/// A part of a key: its head, its tail, or all but one character.
fn damaged_key() -> impl Strategy<Value = String> {
    (key(), any::<prop::sample::Index>(), 0..3_u8).prop_map(|(key, index, kind)| {
        let characters: Vec<char> = key.chars().collect();
        let at = index.index(characters.len());
        match kind {
            0 => characters[..at].iter().collect(),
            1 => characters[at..].iter().collect(),
            _ => [&characters[..at], &characters[at + 1..]].concat().iter().collect(),
        }
    })
}

/// Two keys of which the second begins with the last character of the first.
fn overlapping_keys() -> impl Strategy<Value = String> {
    key().prop_flat_map(|first| {
        let last = first.chars().next_back().expect("keys are not empty");
        let start = KEYS.partition_point(|key| key.as_str() < &*last.encode_utf8(&mut [0; 4]));
        let following = KEYS[start..].iter().take_while(move |key| key.starts_with(last));
        let following: Vec<String> = following.cloned().collect();
        let tails = if following.is_empty() { vec![last.to_string()] } else { following };
        select(tails).prop_map(move |tail| format!("{first}{}", &tail[last.len_utf8()..]))
    })
}

/// What is no Chinese, or almost none.
fn other() -> impl Strategy<Value = String> {
    const TEXTS: &[&str] = &[
        "\n",
        "\r\n",
        " ",
        "\0",
        "，",
        "。",
        "·",
        "A",
        "SQ",
        "SQL",
        "BM",
        "U",
        "T",
        "卡拉O",
        "5 G",
        "\u{FEFF}",
        "\u{200D}",
        "\u{FE00}",
        "\u{E0100}",
        "\u{308}",
        "é",
        "😀",
        "👩🏽",
        "ひらがな",
        "한",
        "⿰",
        "⿱",
        "⿲",
        "⿾",
        "⿰⿰",
        "⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾",
        "⿰氵",
        "\u{31EF}",
        "\u{FA0E}",
        "\u{10FFFF}",
        "\u{7FF}",
        "\u{800}",
        "\u{FFFF}",
    ];
    prop_oneof![4 => select(TEXTS).prop_map(str::to_owned), 1 => any::<String>()]
}

/// A text of such pieces.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![3 => key(), 3 => damaged_key(), 3 => overlapping_keys(), 2 => other()];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A configuration, and a long text in which there is hardly a place to cut it:
/// few characters are in no key of it, and before those stands an operator. With
/// `factor` 1 it has some 10 KB.
pub(crate) fn dense_text(factor: usize) -> impl Strategy<Value = (Config, String)> {
    static KEYS_OF: LazyLock<Vec<Vec<String>>> =
        LazyLock::new(|| Config::ALL.iter().map(|config| REFERENCE.keys_of(*config)).collect());
    (0..Config::ALL.len()).prop_flat_map(move |number| {
        let piece = prop_oneof![
            12 => select(&KEYS_OF[number][..]),
            4 => select(&KEYS_OF[number][..]).prop_map(|key| {
                let last = key.chars().next_back().map_or(0, char::len_utf8);
                key[..key.len() - last].to_owned()
            }),
            1 => select(&["⿰", "⿰头发", "⿾⿾", "⿱⿱⿱⿱⿱⿱⿱⿱⿱⿱"][..]).prop_map(str::to_owned),
            // What is in no key, where only an operator before forbids to cut.
            2 => select(&["，", "\u{1}", "\u{F907}"][..]).prop_map(str::to_owned),
        ];
        let piece = prop_oneof![8 => piece, 1 => Just("⿰".to_owned())];
        let text = prop::collection::vec(piece, 400 * factor..1200 * factor).prop_map(|pieces| pieces.concat());
        text.prop_map(move |text| (Config::ALL[number], text))
    })
}

/// A text of which every few characters are special: normalized, beyond the basic
/// plane, of another length when they are converted, or of descriptions. With
/// hundreds of pieces it has blocks that are dense in them.
pub(crate) fn special_text(pieces: usize) -> impl Strategy<Value = String> {
    static SPECIAL: LazyLock<Vec<String>> = LazyLock::new(|| {
        let is_special = |character: &char| {
            matches!(character, '\u{F900}'..='\u{FAFF}' | '\u{20000}'..)
                || Config::ALL.iter().any(|&config| {
                    let text = character.to_string();
                    let converter = fanjian::Converter::new(config);
                    converter.convert(&text).len() != text.len()
                })
        };
        REFERENCE.characters().into_iter().filter(is_special).map(String::from).collect()
    });
    let piece = prop_oneof![
        12 => select(&SPECIAL[..]),
        2 => select(&["一", "a", "é", "中文", "，", "𪜀", "😀"][..]).prop_map(str::to_owned),
        2 => key(),
        1 => select(&["⿰氵青", "⿰", "⿲一", "⿰⿱⿲⿰⿱⿲⿰⿱⿲⿰⿱⿲⿰⿱⿲⿰⿱⿲⿰⿱⿲"][..])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..pieces).prop_map(|pieces| pieces.concat())
}
