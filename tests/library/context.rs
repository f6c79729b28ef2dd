//! Context that decides ambiguous characters: all doors come to the same output.

use fanjian::{Config, Converter, Disambiguation};

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
            let (mut stream, mut output) = (converter.stream(), String::new());
            stream.push(&TEXT[..cut], &mut output);
            stream.push(&TEXT[cut..], &mut output);
            stream.finish(&mut output);
            assert_eq!(output, whole);
        }
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
