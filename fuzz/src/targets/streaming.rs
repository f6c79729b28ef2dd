//! No border between pieces shows: text at any cut between characters, bytes at any cut,
//! whatever is done about bytes that are not UTF-8.

use std::io::Write;

use fanjian::Converter;
use fanjian::stream::{InvalidUtf8, InvalidUtf8Error, Writer};

use crate::input::Input;
use crate::mutate::Pieces;
use crate::pieces::OTHER;

/// What its texts are made of.
pub const PIECES: Pieces = Pieces { own: &[OTHER], keys: 8 };

/// Bytes that a converter without context keeps at most.
const KEPT: usize = 8192;

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let (converter, text) = (input.converter(), input.text());
    let whole = converter.convert(&text);
    let mut stream = converter.stream();
    // Twice: a stream that was finished is as new.
    for _ in 0..2 {
        let mut output = String::new();
        for piece in input.pieces(&text) {
            stream.push(piece, &mut output);
            assert!(input.bit(1, 1) || stream.kept() < KEPT, "{} bytes are kept", stream.kept());
        }
        stream.finish(&mut output);
        assert_eq!(output, whole, "{:?} of {text:?}", input.config());
    }
    bytes(&input, &Converter::new(input.config()));
}

fn bytes(input: &Input<'_>, converter: &Converter) {
    let bytes = input.body();
    let write = |invalid| -> std::io::Result<Vec<u8>> {
        let mut writer = Writer::new(converter, Vec::new()).invalid(invalid);
        for portion in input.portions(bytes) {
            writer.write_all(portion)?;
        }
        writer.finish()
    };
    let replaced = converter.convert(&String::from_utf8_lossy(bytes)).into_owned();
    assert_eq!(write(InvalidUtf8::Replace).expect("nothing fails"), replaced.as_bytes());
    let mut kept = Vec::new();
    for chunk in bytes.utf8_chunks() {
        kept.extend_from_slice(converter.convert(chunk.valid()).as_bytes());
        kept.extend_from_slice(chunk.invalid());
    }
    assert_eq!(write(InvalidUtf8::Keep).expect("nothing fails"), kept);
    match (write(InvalidUtf8::Refuse), std::str::from_utf8(bytes)) {
        (Ok(output), Ok(text)) => assert_eq!(output, converter.convert(text).as_bytes()),
        (Err(error), Err(expected)) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<InvalidUtf8Error>());
            let offset = inner.map(InvalidUtf8Error::offset);
            assert_eq!(offset, Some(expected.valid_up_to() as u64));
        }
        (output, expected) => panic!("{output:?} and {expected:?}"),
    }
}
