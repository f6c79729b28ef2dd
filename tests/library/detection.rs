//! What texts tell of their script, their region and what was done to them.

use fanjian::{
    Config, Converter, Detection, Detector, Normalizer, Preset, Script, Variety, Vocabulary,
    careless_words, detect,
};
use proptest::prelude::*;

use crate::pieces::EVIDENCE;

/// Characters that matter to detection in some way, among any others.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => prop::sample::select(EVIDENCE).prop_map(String::from), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn in_pieces(text: &str, length: usize) -> Detection {
    let mut detector = Detector::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = (length..=rest.len()).find(|&end| rest.is_char_boundary(end));
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        detector.push(piece);
        rest = behind;
    }
    detector.finish()
}

proptest! {
    #[test]
    fn pieces_of_any_length_tell_what_the_whole_tells(text in texts(), length in 1_usize..40) {
        let text = text.repeat(12);
        prop_assert_eq!(in_pieces(&text, length), detect(&text));
        prop_assert_eq!(in_pieces(&text, 40 * length), detect(&text));
    }

    #[test]
    fn marks_tell_what_the_normalizer_says(text in texts()) {
        let said = Normalizer::new(Preset::Repair).diagnose(&text);
        prop_assert_eq!(detect(&text).diagnosis(), said);
    }

    #[test]
    fn characters_of_lines_add_up(lines in prop::collection::vec(texts(), 0..5)) {
        let whole = detect(&lines.join("\n"));
        let sum = |count: fn(&Detection) -> u64| -> u64 {
            lines.iter().map(|line| count(&detect(line))).sum()
        };
        for count in [
            Detection::han, Detection::simplified, Detection::traditional, Detection::japanese,
            Detection::common, Detection::kana,
        ] {
            prop_assert_eq!(count(&whole), sum(count));
        }
        prop_assert_eq!(
            whole.han(),
            whole.simplified() + whole.traditional() + whole.japanese() + whole.common()
        );
    }

    #[test]
    fn careless_words_stand_where_they_are_said_to(text in texts()) {
        let words: Vec<_> = careless_words(&text).collect();
        for word in &words {
            prop_assert_eq!(&text[word.range()], word.word());
            prop_assert_ne!(word.word(), word.right());
        }
        if detect(&text).script() == Script::Traditional {
            prop_assert_eq!(detect(&text).careless(), words.len() as u64);
        }
    }
}

#[test]
fn every_character_is_counted_as_the_normalizer_counts_it() {
    for character in '\0'..=char::MAX {
        if character > '\u{40000}' && character < '\u{E0000}' {
            continue;
        }
        let text = format!("好{character},{character}，{character} 好");
        let said = Normalizer::new(Preset::Repair).diagnose(&text);
        assert_eq!(detect(&text).diagnosis(), said, "{character:?}");
    }
}

#[test]
fn varieties_are_told() {
    let cases = [
        ("", Script::Neither, None),
        ("hello, world", Script::Neither, None),
        ("中文", Script::Neither, None),
        ("这里的软件", Script::Simplified, Some(Variety::Simplified)),
        ("說話", Script::Traditional, Some(Variety::Traditional)),
        ("這裡的軟體", Script::Traditional, Some(Variety::TraditionalTaiwan)),
        ("衞生部説這裏温暖", Script::Traditional, Some(Variety::TraditionalHongKong)),
        ("爲羣衆說話", Script::Traditional, Some(Variety::Traditional)),
        ("駅前の広場で会いましょう", Script::Japanese, Some(Variety::Japanese)),
        ("広島駅", Script::Japanese, Some(Variety::Japanese)),
        ("这个這個", Script::Mixed, None),
    ];
    for (text, script, variety) in cases {
        let detection = detect(text);
        assert_eq!((detection.script(), detection.variety()), (script, variety), "{text}");
        assert_eq!(detection.confidence() > 0.5, variety.is_some(), "{text}");
    }
}

#[test]
fn words_count_at_the_beginning_and_characters_everywhere() {
    let text = "說軟體".repeat(100_000);
    let detection = detect(&text);
    assert_eq!(detection.han(), 300_000);
    let words = (64 * 1024_u64).div_ceil(9);
    assert!(detection.evidence_for(Variety::TraditionalTaiwan) - words < 300_000);
    assert_eq!(in_pieces(&text, 5000), detection);
}

#[test]
fn careless_words_are_evidence_in_traditional_text_alone() {
    let text = "會議之后，關於標志的問題徵求意見，乾預經濟";
    let found: Vec<(String, String)> =
        careless_words(text).map(|word| (word.word().into(), word.right().into())).collect();
    let pair = |word: &str, right: &str| (word.to_owned(), right.to_owned());
    assert_eq!(found, [pair("之后", "之後"), pair("標志", "標誌"), pair("乾預", "干預")]);
    assert_eq!(detect(text).careless(), 3);
    assert_eq!(detect("会议之后").careless(), 0);
    assert_eq!(detect("會議之後，關於標誌的問題徵求意見，干預經濟").careless(), 0);
}

#[test]
fn a_path_leads_from_what_is_detected() {
    let convert = |text: &str, target| {
        let path = detect(text).path(target, Vocabulary::Kept);
        path.into_iter().flatten().fold(text.to_owned(), |text, config| {
            Converter::new(config).convert(&text).into_owned()
        })
    };
    assert_eq!(convert("這裡的群眾", Variety::TraditionalHongKong), "這裏的羣眾");
    assert_eq!(convert("这里", Variety::TraditionalTaiwan), "這裡");
    assert_eq!(convert("中文", Variety::Simplified), "中文");
    let kept = detect("這裡").path(Variety::TraditionalTaiwan, Vocabulary::Regional);
    assert_eq!(kept, [None; 2]);
    let two = detect("這裡").path(Variety::Japanese, Vocabulary::Kept);
    assert_eq!(two, [Some(Config::Tw2t), Some(Config::T2jp)]);
}
