//! What else could stand in a conversion, and where.

use fanjian::{Ambiguity, Config, Converter};
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
    fn places_and_choices_are_those_of_the_conversion(text in texts(), number in 0..16_usize) {
        let config = Config::ALL[number];
        let converter = Converter::new(config);
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
            prop_assert!(place.confidence() > 0.5 && place.confidence() < 1.0);
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
fn parts_of_a_word_are_combined() {
    let converter = Converter::new(Config::S2t);
    let combined = ["發裏", "發里", "發哩", "髮裏", "髮里", "髮哩"];
    assert_eq!(converter.candidates("发里"), combined);
    // Three times three times three, and no room for a fourth.
    assert_eq!(converter.candidates(&"里，".repeat(100)).len(), 27);
}
