//! What holds for every aligned conversion: it is the conversion, its offsets are borders
//! between characters and ascend, and its edits can be taken back.

use std::borrow::Cow;

use fanjian::{Alignment, Cause, Config, Converter, Unit};
use proptest::prelude::*;
use proptest::sample::select;

use crate::aligned::check;
use crate::texts::{REFERENCE, text};

const UNITS: [Unit; 3] = [Unit::Bytes, Unit::CodePoints, Unit::Utf16];

fn config() -> impl Strategy<Value = Config> {
    select(&Config::ALL[..])
}

/// The alignment that segments have, each aligned by itself.
fn offsets_by_segments(converter: &Converter, text: &str) -> Vec<(usize, usize)> {
    let mut borders = vec![(0, 0)];
    let mut output = 0;
    for segment in converter.segments(text) {
        let (start, before, after) =
            (segment.range().start, segment.source(), segment.replacement());
        if before.chars().count() == after.chars().count() {
            let ends = before.char_indices().zip(after.char_indices());
            borders.extend(ends.map(|((from, _), (to, _))| (start + from, output + to)));
        }
        output += after.len();
        borders.push((segment.range().end, output));
    }
    borders.dedup();
    borders
}

/// Whatever the way in which a text was converted, its segments correspond, and their
/// characters where there are as many.
fn check_segments(config: Config, text: &str) {
    let converter = Converter::new(config);
    let aligned = converter.convert_aligned(text);
    let alignment = aligned.alignment();
    for (source, output) in offsets_by_segments(&converter, text) {
        // A segment may end with an insertion or a deletion, of which either end is as good.
        let is_pair =
            alignment.output_offset(source) == output || alignment.source_offset(output) == source;
        assert!(is_pair, "{config}: {source} is not {output} in {:?}", excerpt(text, source));
    }
}

/// A few characters from `start` on.
fn excerpt(text: &str, start: usize) -> String {
    text[start..].chars().take(20).collect()
}

#[test]
fn every_key_of_every_dictionary_is_aligned_as_its_segments() {
    let mut keys: Vec<&str> = REFERENCE.names().flat_map(|name| REFERENCE.keys(name)).collect();
    keys.sort_unstable();
    let text = keys.join("\n");
    // The keys of second stages are Traditional; so they stand in texts to Simplified.
    let simplified = Converter::new(Config::T2s).convert(&text);
    for config in Config::ALL {
        check_segments(config, &text);
        check_segments(config, &simplified);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn an_aligned_conversion_is_the_conversion(text in text(), config in config()) {
        let converter = Converter::new(config);
        let aligned = converter.convert_aligned(&text);
        let converted = converter.convert(&text);
        prop_assert_eq!(aligned.output(), &*converted);
        check(&aligned);
        let is_borrowed = matches!(aligned.into_output(), Cow::Borrowed(_));
        prop_assert_eq!(is_borrowed, matches!(converted, Cow::Borrowed(_)));
    }

    #[test]
    fn characters_and_segments_correspond(text in text(), config in config()) {
        check_segments(config, &text);
    }

    #[test]
    fn conversions_one_after_the_other_are_aligned_as_a_whole(
        text in text(),
        [one, two, three] in [config(), config(), config()],
    ) {
        let [one, two, three] = [one, two, three].map(Converter::new);
        let first = one.convert_aligned(&text);
        let second = two.convert_aligned(first.output());
        let third = three.convert_aligned(second.output());
        let left = first.alignment().then(second.alignment()).then(third.alignment());
        let right = first.alignment().then(&second.alignment().then(third.alignment()));
        prop_assert_eq!(&left, &right);

        let whole = one
            .convert_aligned(&text)
            .then(|text| two.convert_aligned(text))
            .then(|text| three.convert_aligned(text));
        prop_assert_eq!(whole.output(), third.output());
        prop_assert_eq!(whole.alignment(), &left);
        check(&whole);
    }

    #[test]
    fn positions_in_other_units_are_the_offsets(text in text(), config in config()) {
        let aligned = Converter::new(config).convert_aligned(&text);
        let (source, output) = (aligned.source(), aligned.output());
        for unit in UNITS {
            let mut positions = Vec::new();
            let mut expected = Vec::new();
            for (offset, _) in source.char_indices() {
                let mapped = aligned.alignment().output_offset(offset);
                positions.push(unit.length(&source[..offset]));
                expected.push(unit.length(&output[..mapped]));
                let position = *positions.last().expect("it was just pushed");
                prop_assert_eq!(aligned.output_position(unit, position), expected[expected.len() - 1]);
            }
            let many: Vec<_> = aligned.output_positions(unit, positions).collect();
            prop_assert_eq!(many, expected);
            let back: Vec<_> = output.char_indices().map(|(offset, _)| offset).collect();
            let positions = back.iter().map(|offset| unit.length(&output[..*offset]));
            let many: Vec<_> = aligned.source_positions(unit, positions).collect();
            let offsets = back.iter().map(|offset| aligned.alignment().source_offset(*offset));
            let expected: Vec<_> = offsets.map(|offset| unit.length(&source[..offset])).collect();
            prop_assert_eq!(many, expected);
        }
    }

    #[test]
    fn any_positions_are_answered(
        text in text(),
        config in config(),
        positions in prop::collection::vec(0..200_usize, 2),
    ) {
        let aligned = Converter::new(config).convert_aligned(&text);
        let (output, range) = (aligned.output(), positions[0]..positions[1]);
        for unit in UNITS {
            let mapped = aligned.output_range(unit, range.clone());
            prop_assert!(mapped.start <= mapped.end && mapped.end <= unit.length(output));
            let mapped = aligned.source_range(unit, range.clone());
            prop_assert!(mapped.start <= mapped.end && mapped.end <= unit.length(&text));
        }
        let bytes = aligned.output_range(Unit::Bytes, range);
        prop_assert!(output.get(bytes).is_some());
    }
}

#[test]
fn an_edit_names_the_entries_that_made_it() {
    let aligned = Converter::new(Config::S2twp).convert_aligned("头发和打印机");
    let edits = aligned.edits();
    let told: Vec<_> = edits
        .iter()
        .map(|edit| {
            let keys = edit.causes().iter().map(|cause| match cause {
                Cause::Entry(step) => step.key(),
                _ => panic!("a converter has no rules"),
            });
            (edit.replaced(), &aligned.output()[edit.output()], keys.collect::<Vec<_>>())
        })
        .collect();
    let expected = [("头发", "頭髮", vec!["头发"]), ("打印机", "印表機", vec!["打印机", "打印機"])];
    assert_eq!(told, expected);
}

#[test]
fn two_phrases_side_by_side_are_two_edits() {
    let aligned = Converter::new(Config::S2t).convert_aligned("头发发现");
    let edits: Vec<_> = aligned.edits().iter().map(fanjian::Edit::source).collect();
    assert_eq!(edits, [0..6, 6..12]);
}

#[test]
fn a_text_of_any_length_is_aligned() {
    let converter = Converter::new(Config::S2twp);
    let text = "a互联网𬴃\u{F90A}的头发，".repeat(2000);
    let aligned = converter.convert_aligned(&text);
    assert_eq!(aligned.output(), converter.convert(&text));
    check(&aligned);
    let internet = text.rfind("互联网").expect("it is there");
    let range = aligned.alignment().output_range(internet..internet + 9);
    assert_eq!(&aligned.output()[range], "網際網路");
}

#[test]
fn what_stays_is_borrowed_and_has_no_runs() {
    for text in ["", "人山人海", "plain"] {
        let aligned = Converter::new(Config::S2t).convert_aligned(text);
        assert_eq!(aligned.alignment(), &Alignment::unchanged(text.len()));
        assert!(matches!(aligned.into_output(), Cow::Borrowed(_)));
    }
}

#[test]
fn aligned_texts_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let aligned = Converter::new(Config::S2t).convert_aligned("头发");
    shared(&aligned);
    shared(&aligned.edits());
}
