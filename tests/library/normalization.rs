//! Normalization through the public face: what each rule does, what none may touch,
//! and the contracts that hold for every text.

use std::borrow::Cow;
use std::path::Path;

use fanjian::{
    Damage, Finding, Interpunct, Normalizer, Preset, Rule, Spacing, Switch, UnknownPresetError,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::pieces::MARKS;

/// Checks what a preset makes of texts, each a document of its own.
#[track_caller]
fn check(preset: Preset, cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(Normalizer::new(preset).normalize(source), *expected, "{preset}: {source}");
    }
}

/// Checks that a preset leaves texts alone.
#[track_caller]
fn check_kept(preset: Preset, texts: &[&str]) {
    for text in texts {
        let normalized = Normalizer::new(preset).normalize(text);
        assert_eq!(normalized, *text, "{preset}");
        assert!(matches!(normalized, Cow::Borrowed(_)), "{preset}: {text}");
    }
}

const EDITING: [Preset; 3] = [Preset::Mainland, Preset::Taiwan, Preset::HongKong];

#[test]
fn marks_of_a_clause_become_fullwidth() {
    check(
        Preset::Repair,
        &[
            ("你好,世界!真的嗎?是;對", "你好，世界！真的嗎？是；對"),
            ("時間:12:30", "時間：12:30"),
            ("12月18日, 2020中國", "12月18日，2020中國"),
            ("我愛iPhone, 也愛Mac電腦", "我愛iPhone，也愛Mac電腦"),
            ("利率3.14%,淨利增加", "利率3.14%，淨利增加"),
            (
                "參見 https://example.org/a(b),歡迎光臨本站",
                "參見 https://example.org/a(b)，歡迎光臨本站",
            ),
            ("真的?!是嗎??", "真的？！是嗎？？"),
            ("他說:\"好\",走了", "他說：\"好\"，走了"),
            ("我們都用 Rust!", "我們都用 Rust！"),
            (",他走了", "，他走了"),
            ("**重點**:好", "**重點**：好"),
            ("見[說明](a.html),好", "見[說明](a.html)，好"),
        ],
    );
}

#[test]
fn brackets_become_fullwidth_as_pairs() {
    check(
        Preset::Repair,
        &[
            ("各市、縣(市、區)負責", "各市、縣（市、區）負責"),
            ("(3)強化管理", "（3）強化管理"),
            ("《決定(草案)》(以下簡稱《決定》)意見", "《決定（草案）》（以下簡稱《決定》）意見"),
            ("中國(2020)年鑑", "中國（2020）年鑑"),
            ("Einstein(1934)年提出", "Einstein（1934）年提出"),
            ("好（的)吧", "好（的）吧"),
            ("f（a)好", "f（a）好"),
            ("中中f(ab:）…", "中中f（ab：）…"),
            ("(未完", "(未完"),
            ("1) 甲 2) 乙", "1) 甲 2) 乙"),
            ("扶貧辦(局)(2020)", "扶貧辦（局）（2020）"),
        ],
    );
}

#[test]
fn hazards_are_survived() {
    let texts = [
        "見 http://example.org/a,b;c:d?e=f!g 好",
        "寫信到 a.b-c@example.org 問",
        "用 `a, b: (c)? \"d\" -- ...` 吧",
        "用 ``a`,b`` 吧",
        "<a href=\"x, y\" title=\"中, 文\">中文</a>",
        "<!-- 中, 文 -->中文",
        "中&nbsp;文&#20013;",
        "[中文](a,b.html \"t, t\")在",
        "路徑 /usr/lib:/opt 和 C:\\a,b 在",
        "版本v1.2.3在",
        "位址127.0.0.1:8080在",
        "共1,234.56元",
        "共€165,00元",
        "在12:30分",
        "比數3:2領先",
        "約3:16說",
        "呼叫f(a, b)即可",
        "格式%s:%d即可",
        "填{n}即可",
        "好 :)",
        "好:)",
        "在L.A.住",
        "阿里巴巴.US上市",
        "He said Yes! Now, 好",
        "It’s 我的",
        "27\"的螢幕",
        "| 甲 | 「乙」 | 丙 |",
        "他說“Stay hungry, stay foolish, my friend”好",
        "그는 말했다, 안녕(안녕)!",
        "NYSE:BABA上市",
        "HTTP/2, HTTP/3都行",
        "公式$f(x, y)$在",
        "$5 和 $6 的, ".trim_end_matches([',', ' ']),
        "![圖](a.png)在",
        "看:smile:吧",
        "用std::io吧",
        "參數 a := b 吧",
        "臉(^_^)在",
    ];
    check_kept(Preset::Repair, &texts);
    for preset in EDITING {
        for text in texts {
            // Quotation marks are changed on purpose.
            let builder = Normalizer::builder(preset).rule(Rule::QuotationMarks, Switch::Off);
            let normalizer = builder.rule(Rule::StraightQuotes, Switch::Off).build();
            assert_eq!(normalizer.normalize(text), text, "{preset}");
        }
    }
}

#[test]
fn english_is_left_alone() {
    check_kept(
        Preset::Repair,
        &["Stay hungry, stay foolish. (Really?)", "a, b; c: d?", "", "\n\n", "  x  ", "1,2"],
    );
}

#[test]
fn spaces_go_where_the_standard_has_none() {
    check(
        Preset::Repair,
        &[
            ("、 跨平台 。好", "、跨平台。好"),
            ("推進5 G、人工智能", "推進5G、人工智能"),
            ("推進 5 G 產業", "推進 5G 產業"),
            ("買了4 K電視", "買了4K電視"),
            ("防COVID - 19和PM 2.5", "防COVID-19和PM2.5"),
            ("共5 kg和8 GB", "共5 kg和8 GB"),
            ("買了4 K金", "買了4 K金"),
            ("Galaxy 5 G好", "Galaxy 5 G好"),
            ("- 「甲」", "- 「甲」"),
            ("1. （甲）", "1. （甲）"),
            ("張三 李四", "張三 李四"),
            ("　　甲， 乙", "　　甲，乙"),
            ("甲。 ", "甲。 "),
        ],
    );
    check(
        Preset::Corpus,
        &[
            ("中 華 人 民 共和國", "中華人民 共和國"),
            ("中 華 人", "中 華 人"),
            ("用 Rust 寫 5 個", "用Rust寫5個"),
            ("甲  \r\n乙 \r\n丙   \n  \n", "甲  \n乙\n丙\n\n"),
        ],
    );
}

#[test]
fn spacing_is_inserted_where_it_is_asked_for() {
    let normalizer = Normalizer::builder(Preset::Repair).spacing(Spacing::Insert).build();
    for (source, expected) in [
        ("用Rust寫5個", "用 Rust 寫 5 個"),
        ("推進5 G,好", "推進 5G，好"),
        ("漲了50%的", "漲了 50% 的"),
        ("5%的", "5% 的"),
        ("「Rust」好", "「Rust」好"),
        ("誤差為δ時", "誤差為 δ 時"),
        ("去Évry玩", "去 Évry 玩"),
        ("用C++寫，有30+種", "用 C++ 寫，有 30+ 種"),
        ("甲+乙", "甲+乙"),
        ("第①章，ㄋㄧˇ好，한국어好", "第①章，ㄋㄧˇ好，한국어好"),
    ] {
        assert_eq!(normalizer.normalize(source), expected);
    }
}

#[test]
fn symbols_are_written_as_the_standard_says() {
    for preset in [Preset::Mainland, Preset::Taiwan] {
        check(
            preset,
            &[
                ("算了...", "算了……"),
                ("算了。。。走", "算了……走"),
                ("算了…走", "算了……走"),
                ("是--不", "是——不"),
                ("是──不", "是——不"),
                ("北京—上海", "北京—上海"),
                ("馬丁•路德", "馬丁·路德"),
                ("ア・イ", "ア・イ"),
                ("• 甲", "• 甲"),
                ("<<紅樓夢>>好", "《紅樓夢》好"),
                ("<<紅樓夢──>>好", "《紅樓夢——》好"),
                ("<<紅樓夢>>...", "《紅樓夢》……"),
                ("1 << 2 >> 3 好", "1 << 2 >> 3 好"),
                ("蔓延.他走. ", "蔓延。他走。 "),
                ("Come，join us！Now", "Come, join us! Now"),
                ("The（First One）case！", "The (First One) case!"),
                ("Come，（all of you）！", "Come, (all of you)!"),
                ("The（First One case！", "The（First One case！"),
                ("第一章.......12", "第一章.......12"),
            ],
        );
    }
    check(Preset::Repair, &[("算了......走", "算了……走"), ("算了...走", "算了...走")]);
    let point = Normalizer::builder(Preset::Taiwan).interpunct(Interpunct::HyphenationPoint);
    assert_eq!(point.build().normalize("馬丁·路德・金"), "馬丁‧路德‧金");
}

/// Found by fuzzing: the outer marks took a second normalization.
#[test]
fn a_title_in_a_title_is_written_at_once() {
    check(
        Preset::Mainland,
        &[
            ("<<論<<紅樓夢>>的a>>b", "《論《紅樓夢》的a》b"),
            ("<<a <<紅樓夢>>", "<<a《紅樓夢》"),
            ("<<a<<b>>紅樓夢>>", "《a<<b>>紅樓夢》"),
        ],
    );
}

/// Found by fuzzing: what was widened, or a space that went, made a link's target of what
/// was none before.
#[test]
fn what_was_no_target_becomes_none() {
    check(
        Preset::Mainland,
        &[
            ("]((`瀊)]((`瀊)", "](（`瀊)]((`瀊）"),
            ("](甲 (乙)`丙)丁,`戊", "](甲（乙）`丙)丁,`戊"),
            ("](甲`丙)丁,`戊", "](甲`丙)丁,`戊"),
        ],
    );
}

#[test]
fn a_text_that_has_its_full_stops_keeps_its_dots() {
    check(Preset::Mainland, &[("好。他走.", "好。他走."), ("好、他走.", "好、他走。")]);
    check(Preset::Corpus, &[("好,他走.", "好，他走。"), ("《好》,他走.", "《好》，他走.")]);
    check(Preset::Repair, &[("好,他走.", "好，他走.")]);
}

#[test]
fn quotes_take_the_form_of_the_region_by_depth() {
    let curly = "他說：“讀‘書“的”人’吧”";
    let corner = "他說：「讀『書「的」人』吧」";
    check(Preset::Mainland, &[(corner, curly), (curly, curly), ("他說:\"好\"", "他說：“好”")]);
    check(Preset::Mainland, &[("「甲」（all of it），「乙」", "“甲”（all of it），“乙”")]);
    for preset in [Preset::Taiwan, Preset::HongKong] {
        check(
            preset,
            &[
                (curly, corner),
                (corner, corner),
                ("It’s “好” it’s", "It’s 「好」 it’s".replace(" 「好」 ", "「好」").as_str()),
                ("The “best” one is it, 好", "The “best” one is it, 好"),
                ("用27\"的\"大\"螢幕", "用27\"的「大」螢幕"),
                ("“未完的話", "“未完的話"),
                ("『甲』", "「甲」"),
            ],
        );
    }
    check_kept(Preset::Repair, &[curly, corner]);
}

#[test]
fn a_text_of_both_widths_is_treated_with_care() {
    check(Preset::Repair, &[("好，我用iPhone, 也好,對(的)", "好，我用iPhone, 也好，對（的）")]);
    let bold = Normalizer::builder(Preset::Repair).damage(Damage::Nfkc).build();
    assert_eq!(bold.normalize("好，我用iPhone, 也好"), "好，我用iPhone，也好");
}

#[test]
fn damage_is_told_from_evidence() {
    let normalizer = Normalizer::new(Preset::Repair);
    for (text, finding) in [
        ("省、市,縣。", Finding::Nfkc),
        ("好,他走.", Finding::Ccnet),
        ("好,他，走。", Finding::Mixed),
        ("中 華 人 民", Finding::Letterspacing),
        ("好，走。", Finding::Clean),
        ("So, English.", Finding::Clean),
    ] {
        assert_eq!(normalizer.diagnose(text).finding(), finding, "{text}");
    }
    let diagnosis = normalizer.diagnose("《中》,“文”：、。. 中 華 人 民 好.");
    assert_eq!(diagnosis.quotation_marks(), 4);
    assert_eq!((diagnosis.full_stops(), diagnosis.enumeration_commas()), (1, 1));
    assert_eq!((diagnosis.dots(), diagnosis.letterspaced()), (1, 4));
    assert_eq!((diagnosis.halfwidth_marks(), diagnosis.fullwidth_marks()), (0, 0));
}

#[test]
fn what_nobody_can_decide_is_noted() {
    let places = |preset, text: &str| -> Vec<(String, Rule)> {
        let notes = Normalizer::new(preset).notes(text);
        notes.iter().map(|note| (text[note.range()].to_owned(), note.rule())).collect()
    };
    let comma = (",".to_owned(), Rule::Marks);
    assert_eq!(places(Preset::Repair, "x\n在2019,2020年,共1,234人"), [comma]);
    assert_eq!(places(Preset::Mainland, "約5~10天"), [("~".to_owned(), Rule::TitleMarks)]);
    let invisible = ("\u{200B}".to_owned(), Rule::ZeroWidth);
    assert_eq!(places(Preset::Minimal, "數\u{200B}據"), [invisible]);
    assert!(places(Preset::Repair, "1,2 in English").is_empty());
}

#[test]
fn presets_are_named() {
    let error: UnknownPresetError = "strict".parse::<Preset>().unwrap_err();
    assert!(error.to_string().contains("strict"));
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    shared(&Normalizer::new(Preset::Repair));
}

pub(crate) fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(select(MARKS), 0..24).prop_map(|pieces| pieces.concat())
}

pub(crate) fn any_normalizer() -> impl Strategy<Value = Normalizer> {
    let spacings = [Spacing::Keep, Spacing::Strip, Spacing::Insert];
    let damages = [Damage::Auto, Damage::Nfkc, Damage::Ccnet, Damage::None];
    let points = [Interpunct::MiddleDot, Interpunct::HyphenationPoint];
    let settings = (select(spacings.to_vec()), select(damages.to_vec()), select(points.to_vec()));
    (select(&Preset::ALL[..]), settings, prop::option::of(select(&Rule::ALL[..]))).prop_map(
        |(preset, (spacing, damage, interpunct), switched)| {
            let builder = Normalizer::builder(preset).damage(damage).interpunct(interpunct);
            let builder = if spacing == Spacing::Keep { builder } else { builder.spacing(spacing) };
            switched.map_or(builder, |rule| builder.rule(rule, Switch::Off)).build()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn presets_are_idempotent(text in pieces(), preset in select(&Preset::ALL[..])) {
        let normalizer = Normalizer::new(preset);
        let once = normalizer.normalize(&text).into_owned();
        prop_assert_eq!(normalizer.normalize(&once), once.as_str(), "of {:?} by {}", text, preset);
    }

    #[test]
    fn normalizers_are_idempotent(text in pieces(), normalizer in any_normalizer()) {
        let once = normalizer.normalize(&text).into_owned();
        prop_assert_eq!(normalizer.normalize(&once), once.as_str(), "of {:?}", text);
    }

    #[test]
    fn lines_give_the_whole_when_the_damage_is_known(
        text in pieces(),
        preset in select(&Preset::ALL[..]),
        damage in select(&[Damage::Nfkc, Damage::Ccnet, Damage::None][..]),
    ) {
        let normalizer = Normalizer::builder(preset).damage(damage).build();
        let lines = text.split_inclusive('\n').map(|line| normalizer.normalize(line));
        prop_assert_eq!(lines.collect::<String>(), normalizer.normalize(&text));
    }

    #[test]
    fn any_cut_of_a_stream_gives_the_whole(
        text in pieces(),
        normalizer in any_normalizer(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| borders[cut.index(borders.len())]).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let mut stream = normalizer.stream();
        // Twice: a stream that was finished is as new.
        for _ in 0..2 {
            let mut output = String::new();
            for cut in cuts.windows(2) {
                stream.push(&text[cut[0]..cut[1]], &mut output);
            }
            stream.finish(&mut output);
            prop_assert_eq!(&output, &normalizer.normalize(&text));
        }
    }

    #[test]
    fn nothing_is_allocated_where_nothing_changes(text in pieces(), normalizer in any_normalizer()) {
        let once = normalizer.normalize(&text).into_owned();
        prop_assert!(matches!(normalizer.normalize(&once), Cow::Borrowed(_)));
        let mut output = String::from("> ");
        normalizer.normalize_into(&text, &mut output);
        prop_assert_eq!(&output[2..], once);
        let _ = normalizer.notes(&text);
        let _ = normalizer.diagnose(&text);
    }

    #[test]
    fn any_text_is_normalized(text in "\\PC{0,60}", normalizer in any_normalizer()) {
        let once = normalizer.normalize(&text).into_owned();
        prop_assert_eq!(normalizer.normalize(&once), once.as_str());
    }
}

/// The evidence is the first 64 KiB, wherever pieces end; what comes later changes
/// nothing.
#[test]
fn a_long_stream_gives_the_whole_and_keeps_a_bounded_part() {
    let mut text = "我用iPhone,也好,走了。\n".repeat(4000);
    text.push_str("好，我用iPhone, 也好\n");
    let normalizer = Normalizer::new(Preset::Repair);
    let whole = normalizer.normalize(&text);
    assert!(whole.ends_with("我用iPhone，也好\n"), "the evidence is of the first 64 KiB");
    for portion in [1000, 65_536, 100_000] {
        let mut stream = normalizer.stream();
        let mut output = String::new();
        let characters: Vec<char> = text.chars().collect();
        for piece in characters.chunks(portion) {
            stream.push(&piece.iter().collect::<String>(), &mut output);
            assert!(stream.kept() < 66_000, "{} bytes are kept", stream.kept());
        }
        stream.finish(&mut output);
        assert!(output == whole, "in pieces of {portion}");
    }
}

/// Lines that are made to be searched again and again.
#[test]
fn work_is_linear_in_the_text() {
    const TIMES: usize = 1 << 20;
    let openers = [
        "(", "（", "“", "‘", "\"", "<", "<!--", "<a \"", "`", "`` `", "$", "{", "](", "![",
        "http://", "%s", "<<", "&a", "A,", "-", "- ", "# ",
    ];
    let mut texts: Vec<String> =
        openers.iter().map(|opener| opener.repeat(TIMES / opener.len()) + "中,文").collect();
    texts.push(["中", &",".repeat(1_000_000), "文"].concat());
    texts.push(["中", &"),".repeat(500_000), "文"].concat());
    texts.push(["中", &"(\"".repeat(200_000), &"\")".repeat(200_000), "文"].concat());
    texts.push("中(文,\"a b c\" 5 G)... ".repeat(50_000));
    texts.push((1..1000).map(|length| "`".repeat(length) + "中").collect());
    for text in texts {
        let started = std::time::Instant::now();
        for preset in [Preset::Repair, Preset::Corpus, Preset::Taiwan] {
            let _ = Normalizer::new(preset).normalize(&text);
        }
        let seconds = started.elapsed().as_secs_f64();
        assert!(
            seconds < 20.0,
            "{:?}… takes {seconds} s",
            text.chars().take(8).collect::<String>()
        );
    }
}

/// Ten pairs of quotation marks, one within the other, and unbalanced ones.
#[test]
fn quotes_are_nested_to_any_depth() {
    let text = format!("{}中{}", "“‘".repeat(5), "’”".repeat(5));
    let expected = format!("{}中{}", "「『".repeat(5), "』」".repeat(5));
    check(Preset::Taiwan, &[(&text, &expected), ("”“中’‘", "”“中’‘"), ("((中)", "(（中）")]);
}

/// The text that the project exists for, where it is at hand.
#[test]
fn the_news_is_repaired_and_nothing_else_in_it_changes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed/news.txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return;
    };
    let normalizer = Normalizer::new(Preset::Repair);
    let normalized = normalizer.normalize(&text);
    let count = |text: &str, wanted: &[char]| text.matches(wanted).count();
    assert_eq!(normalizer.diagnose(&text).finding(), Finding::Nfkc);
    assert_eq!(count(&text, &[',', '(', ')', ':']), 190);
    assert_eq!(count(&normalized, &['，', '（', '）', '：']), 190);
    assert_eq!(count(&text, &[' ']), count(&normalized, &[' ']) + 7);
    // Folded again, and without the spaces, it is what it was.
    let folded =
        normalized.replace('，', ",").replace('（', "(").replace('）', ")").replace('：', ":");
    assert_eq!(folded.replace(' ', ""), text.replace(' ', ""));
    assert!(normalized.starts_with("12月18日，2020中國（太原）"));
    assert_eq!(normalized.matches("5G").count(), 3);
    for line in text.lines() {
        assert!(normalized.contains(&*normalizer.normalize(line)), "{line}");
    }
}

/// A counterpart of the news for those who have not got it.
#[test]
fn a_folded_announcement_is_repaired() {
    check(
        Preset::Repair,
        &[(
            "1月5日, 3月6日,全市(區、縣)會議要求:依托大數據、5 G等手段,辦好“兩件事”。\n",
            "1月5日，3月6日，全市（區、縣）會議要求：依托大數據、5G等手段，辦好“兩件事”。\n",
        )],
    );
}
