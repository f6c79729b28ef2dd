//! What else could stand in a conversion, and where.

use fanjian::{Ambiguity, Config, Converter, Disambiguation};
use proptest::prelude::*;

fn texts() -> impl Strategy<Value = String> {
    let pieces = vec![
        "发", "头发", "里", "干", "后", "软件", "里面", "一只", "制", "\u{F967}", "⿰", "a", "\n",
        "佔",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn places_and_choices_are_those_of_the_conversion(
        text in texts(),
        number in 0..16_usize,
        by_context: bool,
    ) {
        let builder = Converter::builder(Config::ALL[number]);
        let converter = match by_context {
            true => builder.disambiguation(Disambiguation::Context).build(),
            false => builder.build(),
        };
        let output = converter.convert(&text);
        let mut end = 0;
        for place in converter.ambiguities(&text) {
            prop_assert_eq!(&text[place.source_range()], place.source());
            prop_assert_eq!(&output[place.output_range()], place.chosen());
            prop_assert!(place.output_range().start >= end);
            end = place.output_range().end;
            let mut candidates: Vec<&str> = place.candidates().collect();
            candidates.sort_unstable();
            candidates.dedup();
            prop_assert_eq!(candidates.len(), place.candidates().len());
            prop_assert!((2..=32).contains(&candidates.len()));
            // By context, a choice may be the likeliest of many and yet not likely.
            let least = if by_context { 0.0 } else { 0.5 };
            prop_assert!(place.confidence() > least && place.confidence() <= 1.0);
        }
    }

    #[test]
    fn the_first_candidate_of_a_word_is_its_conversion(text in texts()) {
        let converter = Converter::new(Config::S2twp);
        let candidates = converter.candidates(&text);
        prop_assert_eq!(&candidates[0], &*converter.convert(&text));
        prop_assert!(candidates.len() <= 32);
    }
}

#[test]
fn candidates_are_of_the_region_asked_for() {
    let places = |config| -> Vec<Vec<String>> {
        let candidates =
            |place: Ambiguity<'_>| place.candidates().map(String::from).collect::<Vec<_>>();
        Converter::new(config).ambiguities("台").map(candidates).collect()
    };
    assert!(places(Config::S2t)[0].contains(&"臺".to_owned()), "{:?}", places(Config::S2t));
    assert!(places(Config::S2tw).iter().all(|candidates| candidates[0] == "臺"));
}

#[test]
fn what_context_overrides_comes_first_and_is_told_with_what_opencc_chose() {
    let builder = Converter::builder(Config::S2tw).disambiguation(Disambiguation::Context);
    let converter = builder.build();
    let text = "# 我很佩服余委员";
    let places: Vec<Ambiguity<'_>> = converter.ambiguities(text).collect();
    let place = places.iter().find(|place| place.source().contains('余')).expect("it has two");
    assert_eq!(place.chosen(), "余");
    assert_eq!(place.candidates().collect::<Vec<_>>(), ["余", "餘"]);
    assert!(place.confidence() > 0.5 && place.confidence() < 1.0, "{}", place.confidence());
    // Text with nothing around it says little.
    let alone = converter.ambiguities("余").next().expect("it has two");
    assert!(alone.confidence() < place.confidence());
}

#[test]
fn parts_of_a_word_are_combined() {
    let converter = Converter::new(Config::S2t);
    let combined = ["發裏", "發里", "發哩", "髮裏", "髮里", "髮哩"];
    assert_eq!(converter.candidates("发里"), combined);
    // Three times three times three, and no room for a fourth.
    assert_eq!(converter.candidates(&"里，".repeat(100)).len(), 27);
}
