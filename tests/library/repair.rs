//! What is restored in Traditional text, and what is left alone.

use std::borrow::Cow;
use std::fs;

use fanjian::{Cause, Config, Converter, Pipeline, Preset, Repair, revert};
use proptest::prelude::*;

use crate::pieces::TRADITIONAL;

/// Traditional text, damaged and not, among other things.
fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(TRADITIONAL), 0..60)
        .prop_map(|pieces| pieces.concat())
}

fn in_pieces(pipeline: &Pipeline, text: &str, length: usize) -> String {
    let (mut stream, mut output, mut rest) = (pipeline.stream(), String::new(), text);
    while !rest.is_empty() {
        let end = (length..=rest.len()).find(|&end| rest.is_char_boundary(end));
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        stream.push(piece, &mut output);
        rest = behind;
    }
    stream.finish(&mut output);
    assert_eq!(stream.kept(), 0);
    output
}

proptest! {
    #[test]
    fn all_doors_lead_to_the_same(text in texts(), length in 1_usize..50) {
        let repair = Repair::new();
        let repaired = repair.repair(&text);
        prop_assert_eq!(repaired.len(), text.len());
        let aligned = repair.repair_aligned(&text);
        prop_assert_eq!(aligned.output(), &*repaired);
        prop_assert_eq!(revert(aligned.output(), &aligned.edits()).unwrap(), &*text);
        let builder = Pipeline::builder().repair(true);
        let with_all = builder.clone().normalize(Preset::Repair).convert(Config::T2tw);
        for pipeline in [builder.build(), with_all.build()] {
            let processed = pipeline.process(&text);
            prop_assert_eq!(in_pieces(&pipeline, &text, length), &*processed);
            let aligned = pipeline.process_aligned(&text);
            prop_assert_eq!(aligned.output(), &*processed);
        }
    }

    #[test]
    fn pieces_beyond_the_evidence_do_not_show(text in texts(), length in 1000_usize..40_000) {
        let text = format!("{text}\n").repeat(70_000 / (text.len() + 1));
        let pipeline = Pipeline::builder().repair(true).build();
        prop_assert_eq!(in_pieces(&pipeline, &text, length), pipeline.process(&text));
    }

    #[test]
    fn what_is_settled_is_not_asked_again(lines in prop::collection::vec(texts(), 1..5)) {
        let text = lines.join("\n");
        let settled = Pipeline::builder().repair(true).build().settled_by(&text);
        prop_assert!(settled.is_settled());
        let whole = Repair::new().repair(&text);
        let apart: Vec<_> = text.split_inclusive('\n').map(|line| settled.process(line)).collect();
        prop_assert_eq!(apart.concat(), whole.clone());
        prop_assert_eq!(in_pieces(&settled, &text, 7), whole);
        if let Some(cut) = settled.last_cut(&text) {
            prop_assert!(text[..cut].ends_with('\n'));
        }
    }

    #[test]
    fn lines_are_repaired_independently(lines in prop::collection::vec(texts(), 1..5)) {
        // So much Traditional text of Taiwan that no line tells anything else.
        let head = format!("{}\n", "這裡的軟體，".repeat(500));
        let repair = Repair::new();
        let whole = repair.repair(&format!("{head}{}", lines.join("\n"))).into_owned();
        let mut apart = head.clone();
        for (number, line) in lines.iter().enumerate() {
            let repaired = repair.repair(&format!("{head}{line}")).into_owned();
            apart.push_str(if number == 0 { "" } else { "\n" });
            apart.push_str(&repaired[head.len()..]);
        }
        prop_assert_eq!(whole, apart);
    }
}

#[test]
fn botched_characters_of_both_kinds_are_restored() {
    let cases = [
        ("會議之后，加強聯系", "會議之後，加強聯繫"),
        ("這標志著與病魔做斗爭", "這標誌著與病魔做鬥爭"),
        ("征求意見，智慧旅游", "徵求意見，智慧旅遊"),
        ("經濟製裁與乾預", "經濟制裁與干預"),
        ("兩國關系", "兩國關係"),
        ("說話的這里", "說話的這裏"),
    ];
    for (damaged, good) in cases {
        assert_eq!(Repair::new().repair(damaged), good);
    }
}

#[test]
fn what_simplified_script_has_as_well_is_restored_where_words_say_so() {
    let repair = Repair::new();
    for (damaged, restored) in [
        ("他來瞭，結菓還沒有說", "他來了，結果還沒有說"),
        ("我們說的工俱很俱體", "我們說的工具很具體"),
    ] {
        assert_eq!(repair.repair(damaged), restored);
    }
    for good in
        ["他很瞭解，站在瞭望臺上說話", "好像是這樣說的", "麻雀雖小，五臟俱全", "他們買水菓給我們"]
    {
        assert_eq!(repair.repair(good), good);
    }
}

#[test]
fn what_houses_write_either_way_is_restored_only_where_nobody_writes_it() {
    let repair = Repair::new();
    for (damaged, restored) in [
        ("這裡的瀑佈很美，這是佈袋戲", "這裡的瀑布很美，這是布袋戲"),
        ("週圍的人說，這條圓週很長", "周圍的人說，這條圓周很長"),
    ] {
        assert_eq!(repair.repair(damaged), restored);
    }
    for good in
        ["說要公佈、發佈、分佈、佈置", "說要公布、發布", "週末與周末，週年與周年，週遭，這兩周"]
    {
        assert_eq!(repair.repair(good), good);
    }
}

/// The text that the project exists for, where it is at hand; the tests around this one have
/// the same kinds of damage.
#[test]
fn fourteen_characters_of_the_news_are_restored_and_nothing_else() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/seed/news.txt");
    let Ok(text) = fs::read_to_string(path) else {
        println!("skipped: there is no {path}");
        return;
    };
    let restored = Repair::new().restorations(&text);
    let restored: String = restored.iter().map(fanjian::Restoration::replacement).collect();
    assert_eq!(restored, "繫誌徵後鬥後託複製後幹係遊後");
}

#[test]
fn good_text_is_borrowed() {
    let cases = [
        "皇后與太后說話",
        "這裡的羣眾與群眾爲了說話，為了台灣與臺灣",
        "借鑒經驗，批准制度，扎實推進，匯報情況",
        "胡玉亭說話",
        "三重區的里長說話",
        "乾隆皇帝說話",
    ];
    for text in cases {
        assert!(matches!(Repair::new().repair(text), Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn text_that_is_not_traditional_stays() {
    for text in ["会议之后加强联系", "駅の前の之后", "之后", "", "\0\n"] {
        assert_eq!(Repair::new().repair(text), text);
    }
}

#[test]
fn edits_say_what_was_restored() {
    let pipeline = Pipeline::builder().repair(true).convert(Config::T2s).build();
    let repaired = Repair::new().repair_aligned("會議之后");
    let edits = repaired.edits();
    let [Cause::Restoration(restored)] = edits[0].causes() else { panic!("{edits:?}") };
    assert_eq!((restored.replaced(), restored.replacement()), ('后', '後'));
    assert_eq!((restored.range(), edits[0].source()), (9..12, 9..12));
    // What a conversion takes back is no edit.
    assert_eq!(pipeline.process("會議之后"), "会议之后");
    let aligned = pipeline.process_aligned("會議之后");
    assert!(aligned.edits().iter().all(|edit| edit.source().end <= 6), "{:?}", aligned.edits());
}

#[cfg(feature = "markdown")]
#[test]
fn what_is_no_text_in_a_markup_stays() {
    let repair = Repair::new().with_markup(fanjian::Markup::Markdown);
    assert_eq!(repair.repair("會議之后`會議之后`"), "會議之後`會議之后`");
}

/// Damage as careless converters do it to text that is known to be good: the dictionary's
/// own phrases, in which every character that Simplified shares is left as it is.
#[test]
fn most_phrases_are_restored_and_none_that_is_good_is_damaged_often() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/dictionaries/STPhrases.tsv");
    let table = fs::read_to_string(path).unwrap();
    let to_simplified = Converter::new(Config::T2s);
    let (mut damaged, mut restored, mut good, mut harmed) = (0, 0, 0, 0);
    for (number, line) in table.lines().filter(|line| !line.starts_with('#')).enumerate() {
        let Some(right) = line.split('\t').nth(1) else { continue };
        if number % 20 != 0 || right.chars().count() < 3 {
            continue;
        }
        // What tells that it is Traditional stands before it.
        let native = format!("說話：{right}");
        let simplified = to_simplified.convert(right);
        let leftover: String = right
            .chars()
            .zip(simplified.chars())
            .map(|(native, simplified)| match simplified {
                '后' | '里' | '系' | '制' | '干' | '斗' | '志' | '征' | '托' | '游' => {
                    simplified
                }
                _ => native,
            })
            .collect();
        good += 1;
        harmed += usize::from(Repair::new().repair(&native) != native);
        if leftover != right {
            damaged += 1;
            restored += usize::from(Repair::new().repair(&format!("說話：{leftover}")) == native);
        }
    }
    assert!(good > 500 && damaged > 30, "{good} {damaged}");
    assert!(10 * restored >= 6 * damaged, "restored {restored} of {damaged}");
    assert!(50 * harmed <= good, "harmed {harmed} of {good}");
}
