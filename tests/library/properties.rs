//! What holds for every text: the fast conversion is the plain one, and all
//! doors lead to the same result.

use fanjian::{Config, Converter, TofuRisk};
use proptest::prelude::*;
use proptest::sample::select;

use crate::texts::{REFERENCE, cases, dense_text, special_text, text};

fn config() -> impl Strategy<Value = Config> {
    select(&Config::ALL[..])
}

fn tofu_risk() -> impl Strategy<Value = TofuRisk> {
    select(&[TofuRisk::Include, TofuRisk::Exclude][..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(4000), ..ProptestConfig::default() })]

    #[test]
    fn conversion_is_the_reference(text in text(), config in config(), tofu_risk in tofu_risk()) {
        let converter = Converter::builder(config).tofu_risk(tofu_risk).build();
        let expected = REFERENCE.convert(config, tofu_risk, &text);
        prop_assert_eq!(&converter.convert(&text), &expected);

        let mut output = String::from("before");
        converter.convert_into(&text, &mut output);
        prop_assert_eq!(output.strip_prefix("before"), Some(expected.as_str()));
    }

    #[test]
    fn segments_cover_the_text_and_retell_the_conversion(text in text(), config in config()) {
        let converter = Converter::new(config);
        let (mut covered, mut retold) = (0, String::new());
        for segment in converter.segments(&text) {
            prop_assert_eq!(segment.range().start, covered);
            prop_assert_eq!(&text[segment.range()], segment.source());
            prop_assert!(!segment.source().is_empty());
            prop_assert_eq!(&converter.convert(segment.source()), segment.replacement());
            if segment.steps().is_empty() {
                prop_assert_eq!(segment.source(), segment.replacement());
            }
            for step in segment.steps() {
                prop_assert_eq!(step.candidates().next(), Some(step.replacement()));
            }
            covered = segment.range().end;
            retold.push_str(segment.replacement());
        }
        prop_assert_eq!(covered, text.len());
        prop_assert_eq!(retold, converter.convert(&text));
    }

    #[test]
    fn borrowing_and_the_first_change_agree(text in text(), config in config()) {
        let converter = Converter::new(config);
        let converted = converter.convert(&text);
        let changed = converter.segments(&text).find(|segment| segment.source() != segment.replacement());
        prop_assert_eq!(converter.first_change(&text), changed.map(|segment| segment.range().start));
        let borrowed = matches!(converted, std::borrow::Cow::Borrowed(_));
        prop_assert_eq!(borrowed, converter.first_change(&text).is_none());
        if let Some(offset) = converter.first_change(&text) {
            let (before, after) = text.split_at(offset);
            prop_assert_eq!(&converter.convert(before), before);
            prop_assert_eq!([before, &converter.convert(after)].concat(), converted);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(16), max_shrink_iters: 100, ..ProptestConfig::default() })]

    /// Texts longer than what goes through the stages at a time, with hardly a
    /// place to cut them.
    #[test]
    fn long_dense_texts_convert_as_the_reference_does((config, text) in dense_text(12)) {
        let expected = REFERENCE.convert(config, TofuRisk::Include, &text);
        prop_assert!(Converter::new(config).convert(&text) == expected, "{config} {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(96), max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Long enough for blocks that are gone over one character at a time.
    #[test]
    fn texts_dense_in_special_characters_convert_as_the_reference_does(
        text in special_text(4000), config in config(), tofu_risk in tofu_risk()
    ) {
        let converter = Converter::builder(config).tofu_risk(tofu_risk).build();
        let expected = REFERENCE.convert(config, tofu_risk, &text);
        prop_assert!(converter.convert(&text) == expected, "{config} {text}");
        let mut stream = converter.stream();
        let mut streamed = String::new();
        stream.push(&text, &mut streamed);
        stream.finish(&mut streamed);
        prop_assert!(streamed == expected, "{config}, streamed, {text}");
    }
}

/// Special characters by themselves, in runs, beside phrases, beside operators and
/// across the ends of blocks of 2,048 bytes, both where they are rare and where the
/// text has nothing else.
#[test]
fn special_characters_convert_as_the_reference_does_wherever_they_stand() {
    let kinds = [
        // Normalized: three bytes, four bytes, and into the beginning of a phrase.
        "\u{F90A}",
        "\u{2F804}",
        "\u{FAD4}",
        "\u{F9DA}栗",
        // Beyond the basic plane: converted, and as they are.
        "𬴃",
        "𪜀",
        // Shorter or longer when they are converted.
        "䴓𩾃",
        "䲁𫚈㑳",
        // Descriptions: whole, without operands, too deep, and cut off.
        "⿰氵青",
        "⿰",
        "⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾⿾",
        "⿲头发",
        "⿰\u{F90A}𬴃",
        "⿺⿷伏踬",
    ];
    for config in Config::ALL {
        let converter = Converter::new(config);
        let check = |text: &str| {
            let expected = REFERENCE.convert(config, TofuRisk::Include, text);
            assert!(converter.convert(text) == expected, "{config}: {text}");
        };
        for kind in kinds {
            check(kind);
            for length in 2036..2052 {
                let before = "x".repeat(length);
                check(&format!("{before}{kind}"));
                check(&format!("{before}头发{kind}头发台湾軟體"));
                check(&format!("{before}{}理发师", kind.repeat(9)));
            }
            for skew in 0..4 {
                let before = "x".repeat(skew);
                check(&format!("{before}{}", kind.repeat(9000 / kind.len())));
                let mixed = format!("头发{kind}面包{kind}軟體");
                check(&format!("{before}{}", mixed.repeat(9000 / mixed.len())));
            }
        }
        let together = kinds.concat();
        check(&together.repeat(12_000 / together.len()));
    }
}

#[test]
fn converters_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let converter = Converter::new(Config::S2t);
    shared(&converter);
    shared(&converter.segments(""));
    shared(&converter.stream());
}

/// NUL is text like any other, where OpenCC loses what follows it.
#[test]
fn nul_parts_a_text_and_loses_nothing() {
    for config in Config::ALL {
        let converter = Converter::new(config);
        let parts = ["鼠标软件头发", "面包店裡的資料庫"];
        let expected = parts.map(|part| converter.convert(part).into_owned()).join("\0");
        assert_eq!(converter.convert(&parts.join("\0")), expected, "{config}");
    }
}

/// Long texts, in which chunks, blocks and buffers have their borders.
#[test]
fn long_texts_convert_as_the_reference_does() {
    let words = [
        "头发",
        "发现",
        "后面",
        "ASCII ",
        "⿰氵青",
        "\u{F90A}",
        "坛𬴃",
        "，",
        "台湾",
        "软件\n",
        "乾坤",
        "著書",
    ];
    for skew in 0..4 {
        let mut text = "x".repeat(skew);
        for number in 0..3000_usize {
            text.push_str(words[(number * number / 7 + number) % words.len()]);
        }
        for config in Config::ALL {
            let converted = Converter::new(config).convert(&text);
            let expected = REFERENCE.convert(config, TofuRisk::Include, &text);
            assert!(converted == expected, "{config} with {skew} characters before");
            let retold: String = Converter::new(config)
                .segments(&text)
                .map(|segment| segment.replacement().to_owned())
                .collect();
            assert!(retold == expected, "segments of {config} with {skew} characters before");
        }
    }
}

/// A text on which every character starts a search must not take forever.
#[test]
fn a_long_text_without_borders_is_converted_in_linear_time() {
    for unit in ["发", "台湾", "⿰", "⿾", "干干发", "一", "S", "SQ", "后来后"] {
        let text = unit.repeat(300_000 / unit.len());
        for config in [Config::S2t, Config::T2s, Config::S2twp, Config::Tw2sp] {
            let converter = Converter::new(config);
            let converted = converter.convert(&text);
            let mut stream = converter.stream();
            let mut streamed = String::new();
            stream.push(&text, &mut streamed);
            assert!(stream.kept() < 4096, "{} bytes are kept of {unit:?}", stream.kept());
            stream.finish(&mut streamed);
            assert!(streamed == converted, "{config} {unit:?}");
        }
    }
}

/// A phrase that changes though none of its characters does is found wherever it stands in a
/// text of some characters, also where one way to look for it ends and another begins.
#[test]
fn a_phrase_is_found_at_every_place_of_a_short_text() {
    let converter = Converter::new(Config::S2twp);
    let phrases = ["信息", "打印", "程序", "屏幕"];
    for phrase in phrases {
        let unchanged = phrase
            .chars()
            .all(|one| converter.convert(one.encode_utf8(&mut [0; 4])) == one.to_string());
        assert!(unchanged && converter.convert(phrase) != phrase, "{phrase}");
        for before in 0..40 {
            for filler in ["人", "人a"] {
                let before = filler.repeat(before);
                for behind in ["", "人", "人山人海天天向上大家一同"] {
                    let text = [&before, phrase, behind].concat();
                    let expected = [&before, &*converter.convert(phrase), behind].concat();
                    assert_eq!(converter.convert(&text), expected);
                }
            }
        }
    }
}
