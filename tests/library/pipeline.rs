//! Pipelines: the passes in their order, the same through every door.

use std::borrow::Cow;
use std::path::Path;

use fanjian::{
    Cause, Config, Converter, Damage, Normalizer, Pipeline, Preset, Rule, Spacing, Switch, Unit,
    revert,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::aligned;
use crate::normalization::{any_normalizer, pieces};
use crate::texts::text as converted_text;

fn pipeline(normalizer: impl Into<Normalizer>, converter: impl Into<Converter>) -> Pipeline {
    Pipeline::builder().normalize(normalizer).convert(converter).build()
}

/// Text for both: what rules are about, and what dictionaries are about.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![pieces(), converted_text()], 0..4)
        .prop_map(|parts| parts.concat())
}

fn config() -> impl Strategy<Value = Config> {
    select(&Config::ALL[..])
}

/// Whether a rule is about single code points.
fn is_about_code_points(rule: Rule) -> bool {
    rule.id().starts_with(['C', 'W'])
}

/// Whether a rule is about spaces that go before conversion.
fn is_joining(rule: Rule) -> bool {
    matches!(rule, Rule::Letterspacing | Rule::SpaceBetweenHan)
}

/// The normalizer of a preset whose damage is known, with those of its rules that are
/// wanted.
fn part(preset: Preset, is_wanted: impl Fn(Rule) -> bool) -> Normalizer {
    let unwanted = Rule::ALL.into_iter().filter(|rule| !is_wanted(*rule));
    let builder = Normalizer::builder(preset).damage(Damage::Nfkc);
    let builder = match is_wanted(Rule::SpaceBesideLatin) {
        true => builder,
        false => builder.spacing(Spacing::Keep),
    };
    unwanted.fold(builder, |builder, rule| builder.rule(rule, Switch::Off)).build()
}

proptest! {
    // Texts of some blocks take their time.
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// The blocks in which the passes take turns never show, not even where a description
    /// sequence is open at the end of a line.
    #[test]
    fn a_long_text_is_aligned_as_by_one_pass_after_the_other(
        parts in prop::collection::vec(text(), 1..6),
        ends in prop::collection::vec(select(&["\n", "\n\n", "⿰\n", "⿲里\n", "里"][..]), 6),
        preset in select(&Preset::ALL[..]),
        config in config(),
    ) {
        let lines = parts.iter().zip(ends).flat_map(|(part, end)| [part, end]);
        let block = lines.collect::<String>() + "头发, 软件\n";
        let text = block.repeat(60_000_usize.div_ceil(block.len()));
        let points = part(preset, is_about_code_points);
        let joined = part(preset, is_joining);
        let marks = part(preset, |rule| !is_about_code_points(rule));
        let expected = points
            .normalize_aligned(&text)
            .then(|text| joined.normalize_aligned(text))
            .then(|text| Converter::new(config).convert_aligned(text))
            .then(|text| marks.normalize_aligned(text));
        let aligned = pipeline(part(preset, |_| true), config).process_aligned(&text);
        prop_assert!(aligned.output() == expected.output());
        prop_assert_eq!(aligned.alignment(), expected.alignment());
        prop_assert_eq!(aligned.edits(), expected.edits());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    /// The order, told by parts.
    #[test]
    fn code_points_come_before_conversion_and_marks_after_it(
        text in text(),
        preset in select(&Preset::ALL[..]),
        config in config(),
    ) {
        let points = part(preset, is_about_code_points);
        let joined = part(preset, is_joining);
        let marks = part(preset, |rule| !is_about_code_points(rule));
        let repaired = points.normalize(&text).into_owned();
        let repaired = joined.normalize(&repaired).into_owned();
        let converted = Converter::new(config).convert(&repaired).into_owned();
        let expected = marks.normalize(&converted);
        let whole = pipeline(part(preset, |_| true), config);
        prop_assert_eq!(whole.process(&text), expected, "{} {}", preset, config);
    }

    #[test]
    fn all_doors_lead_to_the_same(
        text in text(),
        normalizer in any_normalizer(),
        config in config(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let pipeline = pipeline(normalizer, config);
        let processed = pipeline.process(&text);
        prop_assert_eq!(matches!(processed, Cow::Borrowed(_)), processed == text);

        let mut output = String::from("> ");
        pipeline.process_into(&text, &mut output);
        prop_assert_eq!(output.strip_prefix("> "), Some(&*processed));

        let aligned = pipeline.process_aligned(&text);
        prop_assert_eq!(aligned.output(), &*processed);
        aligned::check(&aligned);

        let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| borders[cut.index(borders.len())]).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let mut stream = pipeline.stream();
        // Twice: a stream that was finished is as new.
        for _ in 0..2 {
            let mut output = String::new();
            for cut in cuts.windows(2) {
                stream.push(&text[cut[0]..cut[1]], &mut output);
            }
            stream.finish(&mut output);
            prop_assert_eq!(&output, &*processed);
            prop_assert_eq!(stream.kept(), 0);
        }
    }

    #[test]
    fn an_aligned_normalization_is_the_normalization(text in text(), normalizer in any_normalizer()) {
        let aligned = normalizer.normalize_aligned(&text);
        prop_assert_eq!(aligned.output(), &*normalizer.normalize(&text));
        aligned::check(&aligned);
        for edit in aligned.edits() {
            let are_rules = edit.causes().iter().all(|cause| matches!(cause, Cause::Rule(_)));
            prop_assert!(are_rules, "{:?}", edit);
        }
    }

    #[test]
    fn a_part_alone_does_what_it_does(text in text(), normalizer in any_normalizer(), config in config()) {
        let converter = Converter::new(config);
        let alone = Pipeline::builder().convert(config).build();
        prop_assert_eq!(alone.process(&text), converter.convert(&text));
        prop_assert_eq!(alone.process_aligned(&text).into_output(), converter.convert(&text));
        let alone = Pipeline::builder().normalize(normalizer).build();
        prop_assert_eq!(alone.process(&text), normalizer.normalize(&text));
        prop_assert_eq!(alone.process_aligned(&text).into_output(), normalizer.normalize(&text));
        prop_assert_eq!(Pipeline::builder().build().process(&text), &*text);
    }
}

#[test]
fn each_part_is_done_where_it_belongs() {
    let cases = [
        // Radicals and compatibility ideographs are in no phrase.
        (Preset::Repair, Config::S2tw, "吃\u{2FAF}条", "吃麵條"),
        (Preset::Repair, Config::T2s, "５Ｇ⽂件(草案)", "5G文件（草案）"),
        // A letterspaced phrase is found; without it 发 would be 發.
        (Preset::Corpus, Config::S2t, "他 的 头 发 很 长", "他的頭髮很長"),
        // Quotation marks are those of the text that comes out.
        (Preset::Repair, Config::T2s, "說“好”, 走", "说“好”，走"),
        (Preset::Mainland, Config::T2s, "說「好」, 走", "说“好”，走"),
        (Preset::Taiwan, Config::S2tw, "说“‘好’了”, 走", "說「『好』了」，走"),
        (Preset::HongKong, Config::S2hk, "说“里面”", "説「裏面」"),
        (Preset::Taiwan, Config::S2twp, "It’s “好软件”", "It’s「好軟體」"),
    ];
    for (preset, config, source, expected) in cases {
        assert_eq!(pipeline(preset, config).process(source), expected, "{preset} {config}");
        let other = Pipeline::builder().convert(config).normalize(preset).build();
        assert_eq!(other.process(source), expected, "{config} {preset}");
    }
}

#[test]
fn an_edit_of_several_passes_names_them_all() {
    // A radical becomes the ideograph that becomes another one.
    let aligned = pipeline(Preset::Repair, Config::T2s).process_aligned("\u{2FA7},");
    assert_eq!(aligned.output(), "长，");
    let edits = aligned.edits();
    let causes = edits[0].causes();
    let [Cause::Rule(Rule::Radicals), Cause::Entry(step)] = causes else {
        panic!("{causes:?}");
    };
    assert_eq!((step.key(), step.replacement()), ("長", "长"));
    assert_eq!(edits[1].causes(), [Cause::Rule(Rule::Marks)]);
    assert_eq!(revert(aligned.output(), &edits).as_deref(), Ok("\u{2FA7},"));
}

#[test]
fn offsets_lead_through_all_passes() {
    let aligned =
        pipeline(Preset::Taiwan, Config::S2twp).process_aligned("２０２０年, 互联网用5 G");
    assert_eq!(aligned.output(), "2020年，網際網路用5G");
    assert_eq!(aligned.output_range(Unit::CodePoints, 1..2), 1..2);
    assert_eq!(aligned.output_range(Unit::CodePoints, 7..10), 6..10);
    assert_eq!(aligned.source_range(Unit::CodePoints, 11..13), 11..14);
    assert_eq!(aligned.source_position(Unit::CodePoints, 5), 5);
}

/// Blocks, blocks that end with lines, and lines longer than blocks.
#[test]
fn long_texts_are_what_their_passes_make_of_them() {
    let pipeline =
        pipeline(Normalizer::builder(Preset::Taiwan).damage(Damage::Nfkc).build(), Config::S2twp);
    let clause = "头发, 用软件“搜索”⽂件(见\u{F900}), ⿰";
    for text in [format!("{clause}\n").repeat(3000), clause.repeat(3000)] {
        let whole = pipeline.process(&text);
        let mut stream = pipeline.stream();
        let mut streamed = String::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let end = (0..=rest.len().min(5000)).rev().find(|end| rest.is_char_boundary(*end));
            let (piece, behind) = rest.split_at(end.expect("0 is a border"));
            stream.push(piece, &mut streamed);
            rest = behind;
        }
        stream.finish(&mut streamed);
        assert!(streamed == whole);
        let aligned = pipeline.process_aligned(&text);
        assert!(aligned.output() == whole);
        assert_eq!(revert(&whole, &aligned.edits()).as_deref(), Ok(text.as_str()));
    }
}

#[test]
fn what_stays_is_borrowed_at_any_length() {
    let pipeline = pipeline(Preset::Repair, Config::T2s);
    let text = "人山人海，plain。\n".repeat(5000);
    assert!(matches!(pipeline.process(&text), Cow::Borrowed(_)));
    let changed = format!("{text}會");
    assert_eq!(pipeline.process(&changed), format!("{text}会"));
    assert!(matches!(pipeline.process(""), Cow::Borrowed("")));
}

/// The text that the project exists for, where it is at hand.
#[test]
fn the_news_is_repaired_and_converted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed/news.txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return;
    };
    let pipeline = pipeline(Preset::Repair, Config::T2s);
    let processed = pipeline.process(&text);
    // No mark of it has a part in a phrase, so the order does not show.
    let repaired = Normalizer::new(Preset::Repair).normalize(&text);
    assert_eq!(processed, Converter::new(Config::T2s).convert(&repaired));
    assert!(processed.starts_with("12月18日，2020中国（太原）"));
    assert_eq!(processed.matches("5G").count(), 3);
    let aligned = pipeline.process_aligned(&text);
    aligned::check(&aligned);
    assert_eq!(aligned.output(), processed);
}
