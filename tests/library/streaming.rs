//! Text in pieces: no border ever shows in the output.

use std::io::Write as _;

use fanjian::stream::{InvalidUtf8, InvalidUtf8Error, Writer};
use fanjian::{Config, Converter, TofuRisk};
use proptest::prelude::*;
use proptest::sample::select;

use crate::texts::{REFERENCE, dense_text, text};

fn converted_bytewise(
    converter: &Converter,
    invalid: InvalidUtf8,
    bytes: &[u8],
    portion: usize,
) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new(converter, Vec::new()).invalid(invalid);
    for piece in bytes.chunks(portion) {
        writer.write_all(piece)?;
    }
    writer.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_of_a_stream_gives_the_whole(
        text in text(),
        config in select(&Config::ALL[..]),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let converter = Converter::new(config);
        let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| borders[cut.index(borders.len())]).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let mut stream = converter.stream();
        // Twice: a stream that was finished is as new.
        for _ in 0..2 {
            let mut output = String::new();
            for cut in cuts.windows(2) {
                stream.push(&text[cut[0]..cut[1]], &mut output);
            }
            stream.finish(&mut output);
            prop_assert_eq!(&output, &converter.convert(&text));
        }
    }

    #[test]
    fn any_portion_of_bytes_gives_the_whole(
        text in text(),
        config in select(&Config::ALL[..]),
        portion in 1..9_usize,
    ) {
        let converter = Converter::new(config);
        let output = converted_bytewise(&converter, InvalidUtf8::Refuse, text.as_bytes(), portion);
        prop_assert_eq!(output.unwrap(), converter.convert(&text).as_bytes().to_vec());
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced_kept_or_refused_at_any_portion(
        bytes in prop::collection::vec(prop_oneof![
            select(&["头", "发", "a", "😀", "é"][..]).prop_map(|text| text.as_bytes().to_vec()),
            any::<u8>().prop_map(|byte| vec![byte]),
        ], 0..12).prop_map(|pieces| pieces.concat()),
        portion in 1..9_usize,
    ) {
        let converter = Converter::new(Config::S2t);
        let run = |invalid| converted_bytewise(&converter, invalid, &bytes, portion);
        let replaced = String::from_utf8_lossy(&bytes);
        prop_assert_eq!(run(InvalidUtf8::Replace).unwrap(), converter.convert(&replaced).as_bytes().to_vec());

        let mut kept = Vec::new();
        for chunk in bytes.utf8_chunks() {
            kept.extend_from_slice(converter.convert(chunk.valid()).as_bytes());
            kept.extend_from_slice(chunk.invalid());
        }
        prop_assert_eq!(run(InvalidUtf8::Keep).unwrap(), kept);

        match (run(InvalidUtf8::Refuse), std::str::from_utf8(&bytes)) {
            (Ok(output), Ok(text)) => prop_assert_eq!(output, converter.convert(text).as_bytes().to_vec()),
            (Err(error), Err(expected)) => {
                let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<InvalidUtf8Error>());
                prop_assert_eq!(inner.map(InvalidUtf8Error::offset), Some(expected.valid_up_to() as u64));
            }
            (output, expected) => prop_assert!(false, "{output:?} and {expected:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Where a stream finds no place to cut, its stages go on piece by piece.
    #[test]
    fn a_stream_that_cannot_be_cut_gives_the_whole(
        (config, text) in dense_text(1),
        portion in 1..700_usize,
    ) {
        let converter = Converter::new(config);
        let characters: Vec<char> = text.chars().collect();
        let mut stream = converter.stream();
        let mut output = String::new();
        for piece in characters.chunks(portion) {
            stream.push(&piece.iter().collect::<String>(), &mut output);
            prop_assert!(stream.kept() < 8192, "{} bytes are kept", stream.kept());
        }
        stream.finish(&mut output);
        prop_assert_eq!(&output, &converter.convert(&text));
        prop_assert_eq!(output, REFERENCE.convert(config, TofuRisk::Include, &text));
    }
}

#[test]
fn what_is_right_before_a_fault_is_written() {
    struct Shared<'w>(&'w mut Vec<u8>);
    impl std::io::Write for Shared<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut written = Vec::new();
    let mut writer = Writer::new(&Converter::new(Config::S2t), Shared(&mut written));
    let error = writer.write_all(b"\xE5\xA4\xB4\xE5\x8F\x91\xFF").unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    assert_eq!(error.to_string(), "byte 6 (0xFF) is not UTF-8");
    drop(writer);
    assert_eq!(written, "頭髮".as_bytes());
}

/// Found by the differential: text that was too long to wait ended within a
/// description, and behind a mark, which is in no key, a cut seemed certain.
#[test]
fn a_description_that_is_open_when_patience_ends_forbids_a_cut() {
    let mut text = "发".repeat(700) + "⿱⿱⿱⿱";
    let mut stream = Converter::new(Config::S2t).stream();
    let mut output = String::new();
    stream.push(&text, &mut output);
    for piece in ["，", "发发", "发发", "发"] {
        stream.push(piece, &mut output);
        text.push_str(piece);
    }
    stream.finish(&mut output);
    assert!(output.ends_with("⿱⿱⿱⿱，发发发发發"), "{}", &output[2000..]);
    assert_eq!(output, Converter::new(Config::S2t).convert(&text));
}

/// What a stream keeps does not grow with the text.
#[test]
fn a_stream_keeps_a_bounded_part_of_the_text() {
    let text = "头发发现软件里的台湾乾坤著書⿰氵青".repeat(20_000);
    for config in Config::ALL {
        let mut stream = Converter::new(config).stream();
        let mut output = String::new();
        stream.push(&text, &mut output);
        assert!(stream.kept() < 4096, "{config}: {} bytes are kept", stream.kept());
    }
}
