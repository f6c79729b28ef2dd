//! Context that decides ambiguous characters: all doors come to the same output.

use fanjian::{Config, Converter, Disambiguation, TofuRisk};

const CONFIGURATIONS: [Config; 5] =
    [Config::S2t, Config::S2tw, Config::S2hk, Config::S2twp, Config::S2hkp];
const TEXT: &str =
    "我很佩服余委员。\n软件里的头发，回归家庭；合作伙伴关系😀余委员\r\n依法并处罚金，余委员";

fn by_context(config: Config) -> Converter {
    Converter::builder(config).disambiguation(Disambiguation::Context).build()
}

#[test]
fn context_overrides_what_opencc_chooses() {
    for config in CONFIGURATIONS {
        let text = "我很佩服余委员";
        assert_eq!(Converter::new(config).convert(text), "我很佩服餘委員");
        assert_eq!(by_context(config).convert(text), "我很佩服余委員");
    }
}

#[test]
fn segments_aligned_forms_and_streams_agree_with_the_whole() {
    for config in CONFIGURATIONS {
        let converter = by_context(config);
        let whole = converter.convert(TEXT);
        let segments: String =
            converter.segments(TEXT).map(|segment| segment.replacement().to_owned()).collect();
        assert_eq!(segments, whole);
        assert_eq!(converter.convert_aligned(TEXT).output(), whole);
        for (cut, _) in TEXT.char_indices() {
            assert_eq!(streamed(&converter, [&TEXT[..cut], &TEXT[cut..]]), whole);
        }
    }
}

fn streamed<'t>(converter: &Converter, pieces: impl IntoIterator<Item = &'t str>) -> String {
    let (mut stream, mut output) = (converter.stream(), String::new());
    pieces.into_iter().for_each(|piece| stream.push(piece, &mut output));
    stream.finish(&mut output);
    output
}

#[test]
fn a_border_that_joins_by_chance_is_the_same_at_the_end_of_a_piece() {
    // No cut is certain within so many characters behind an operator, so that long runs
    // come about; the set of neighbours says by chance that U+FEFF joins this one.
    let part = format!("⿱{}我很佩服余委员{}\u{FEFF}", "佩".repeat(30), "佩".repeat(26));
    let text = part.repeat(16);
    let (long, rest) = text.split_at(part.len() * 12 + "⿱".len());
    for config in CONFIGURATIONS {
        for tofu_risk in [TofuRisk::Include, TofuRisk::Exclude] {
            let builder = Converter::builder(config).tofu_risk(tofu_risk);
            let converter = builder.disambiguation(Disambiguation::Context).build();
            let pieces = [long].into_iter().chain(rest.split_inclusive('\u{FEFF}'));
            assert_eq!(streamed(&converter, pieces), converter.convert(&text));
        }
    }
}

#[test]
fn a_long_run_ends_where_what_follows_it_says_so() {
    // 服 may go on, and does not with what follows it.
    let long = format!("{}{}佩服", "⿾".repeat(700), "中".repeat(62));
    let text = format!("{long}余委员，");
    for config in CONFIGURATIONS {
        let converter = by_context(config);
        assert_eq!(streamed(&converter, [&long, "余委员，"]), converter.convert(&text));
    }
}

#[test]
fn without_a_margin_that_is_reached_all_is_as_opencc_has_it() {
    for config in CONFIGURATIONS {
        let builder = Converter::builder(config).disambiguation(Disambiguation::Context);
        let converter = builder.min_margin(u16::MAX).build();
        assert_eq!(converter.convert(TEXT), Converter::new(config).convert(TEXT));
        assert!(converter.overrides(TEXT).is_empty());
    }
}
