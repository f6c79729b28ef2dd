//! Texts that are not in UTF-8: decoded before all else, encoded at the very end.
//!
//! The tables are those of the Encoding Standard (`encoding_rs`), but for UTF-16 as an
//! output, which that standard does not have. A byte order mark is a character as any
//! other and passes through. What cannot be decoded or encoded is an error with its
//! place, or replaced on request; it is never dropped.

use std::fmt;
use std::io::{self, Cursor, Read, Write};
use std::str::FromStr;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use clap::ValueEnum;
use encoding_rs::{Decoder, DecoderResult, Encoder, EncoderResult, Encoding};

use crate::compression::Source;

/// How many bytes are looked at to find out the encoding.
const SAMPLE: usize = 256 * 1024;

/// How many bytes are decoded or encoded at once.
const PORTION: usize = 64 * 1024;

const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// A value of `--encoding` and `--output-encoding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// To be found out.
    Auto,
    /// UTF-16 whose byte order its mark tells, or little-endian.
    Utf16,
    /// This one.
    Known(Known),
}

/// An encoding, all of it known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Utf8,
    Utf16(Endianness),
    /// Any other of the Encoding Standard.
    Table(&'static Encoding),
}

/// Which byte of two comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endianness {
    Little,
    Big,
}

/// The values of `--unencodable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unencodable {
    /// Stop, and say which character at which place
    Refuse,
    /// Write a question mark in its place, and say how many there were
    Replace,
    /// Write it as HTML does, such as &#38957;, and say how many there were
    Escape,
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(name: &str) -> Result<Choice, String> {
        match name.to_ascii_lowercase().as_str() {
            "auto" => return Ok(Choice::Auto),
            "utf-16" | "utf16" => return Ok(Choice::Utf16),
            _ => {}
        }
        let Some(encoding) = Encoding::for_label(name.as_bytes()) else {
            return Err(format!(
                "there is no encoding {name:?}; there are auto, utf-8, gb18030, gbk, big5, \
                 utf-16, utf-16le, utf-16be and the others of the Encoding Standard"
            ));
        };
        if encoding == encoding_rs::REPLACEMENT || encoding == encoding_rs::X_USER_DEFINED {
            return Err(format!("{name} is no encoding of texts"));
        }
        Ok(Choice::Known(Known::of(encoding)))
    }
}

impl Known {
    fn of(encoding: &'static Encoding) -> Known {
        if encoding == encoding_rs::UTF_8 {
            Known::Utf8
        } else if encoding == encoding_rs::UTF_16LE {
            Known::Utf16(Endianness::Little)
        } else if encoding == encoding_rs::UTF_16BE {
            Known::Utf16(Endianness::Big)
        } else {
            Known::Table(encoding)
        }
    }

    fn name(self) -> &'static str {
        self.table().name()
    }

    fn table(self) -> &'static Encoding {
        match self {
            Known::Utf8 => encoding_rs::UTF_8,
            Known::Utf16(Endianness::Little) => encoding_rs::UTF_16LE,
            Known::Utf16(Endianness::Big) => encoding_rs::UTF_16BE,
            Known::Table(encoding) => encoding,
        }
    }
}

impl Choice {
    /// Which encoding this is for `source`; gives back all of it.
    pub(crate) fn resolve(self, source: Source) -> io::Result<(Known, Source)> {
        if let Choice::Known(known) = self {
            return Ok((known, source));
        }
        let mut sample = Vec::new();
        let mut limited = source.take(SAMPLE as u64);
        limited.read_to_end(&mut sample)?;
        let is_whole = sample.len() < SAMPLE;
        let known = match (self, byte_order(&sample)) {
            (_, Some(order)) => Known::Utf16(order),
            (Choice::Utf16, None) => Known::Utf16(Endianness::Little),
            _ => guess(&sample, is_whole),
        };
        Ok((known, Box::new(Cursor::new(sample).chain(limited.into_inner()))))
    }
}

/// What the mark at the beginning of a text in UTF-16 tells.
fn byte_order(text: &[u8]) -> Option<Endianness> {
    match text {
        [0xFF, 0xFE, ..] => Some(Endianness::Little),
        [0xFE, 0xFF, ..] => Some(Endianness::Big),
        _ => None,
    }
}

fn guess(sample: &[u8], is_whole: bool) -> Known {
    if let Some(order) = order_by_zeros(sample) {
        return Known::Utf16(order);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, is_whole);
    match detector.guess(None, Utf8Detection::Allow) {
        // GB18030 has all of GBK, and what a conversion makes of it.
        encoding if encoding == encoding_rs::GBK => Known::Table(encoding_rs::GB18030),
        // The detector names it for ASCII.
        encoding if encoding == encoding_rs::WINDOWS_1252 && sample.is_ascii() => Known::Utf8,
        encoding => Known::of(encoding),
    }
}

/// UTF-16 without a mark: line ends and spaces have a zero as their higher byte, which
/// no other encoding of texts has.
fn order_by_zeros(sample: &[u8]) -> Option<Endianness> {
    let zeros = |parity| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, 0) => None,
        (even, odd) if odd > 4 * even => Some(Endianness::Little),
        (even, odd) if even > 4 * odd => Some(Endianness::Big),
        _ => None,
    }
}

/// Bytes that an encoding does not have.
#[derive(Debug)]
pub(crate) struct UndecodableError {
    encoding: &'static str,
    offset: u64,
}

impl fmt::Display for UndecodableError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UndecodableError { encoding, offset } = self;
        write!(
            formatter,
            "byte {offset} is not {encoding}; name another encoding by --encoding, or pass \
             --invalid=replace to write U+FFFD for such bytes"
        )
    }
}

impl std::error::Error for UndecodableError {}

/// Decodes `source` into UTF-8. What is undecodable is replaced by U+FFFD or an error.
pub(crate) fn decode(source: Source, encoding: Known, is_replaced: bool) -> Source {
    if encoding == Known::Utf8 {
        return source;
    }
    Box::new(Decoding {
        source,
        decoder: encoding.table().new_decoder_without_bom_handling(),
        encoding: encoding.name(),
        is_replaced,
        bytes: Vec::new(),
        taken: 0,
        text: Vec::new(),
        given: 0,
        state: State::Reading,
    })
}

struct Decoding {
    source: Source,
    decoder: Decoder,
    encoding: &'static str,
    is_replaced: bool,
    /// Read and not yet decoded.
    bytes: Vec<u8>,
    /// How many bytes were decoded before them.
    taken: u64,
    /// Decoded …
    text: Vec<u8>,
    /// … and given away so far.
    given: usize,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Reading,
    /// The source has ended; the decoder may still have to say something.
    Ending,
    Ended,
}

impl Decoding {
    /// Decodes the next portion.
    fn advance(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() && self.state == State::Reading {
            self.bytes.resize(PORTION, 0);
            let length = self.source.read(&mut self.bytes)?;
            self.bytes.truncate(length);
            if length == 0 {
                self.state = State::Ending;
            }
        }
        self.text.resize(3 * PORTION, 0);
        self.given = 0;
        let is_last = self.state == State::Ending;
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(&self.bytes, &mut self.text, is_last);
        self.text.truncate(written);
        self.bytes.drain(..read);
        self.taken += read as u64;
        match result {
            DecoderResult::InputEmpty if is_last => self.state = State::Ended,
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, behind) => {
                if !self.is_replaced {
                    let offset = self.taken - u64::from(length) - u64::from(behind);
                    let error = UndecodableError { encoding: self.encoding, offset };
                    return Err(io::Error::new(io::ErrorKind::InvalidData, error));
                }
                self.text.extend_from_slice("\u{FFFD}".as_bytes());
            }
        }
        Ok(())
    }
}

impl Read for Decoding {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && self.state != State::Ended {
            self.advance()?;
        }
        let ready = &self.text[self.given..];
        let length = ready.len().min(output.len());
        output[..length].copy_from_slice(&ready[..length]);
        self.given += length;
        Ok(length)
    }
}

/// A character that an encoding does not have.
#[derive(Debug)]
pub(crate) struct UnencodableError {
    encoding: &'static str,
    character: char,
    place: Place,
}

impl fmt::Display for UnencodableError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UnencodableError { encoding, character, place } = self;
        write!(
            formatter,
            "{place} of the output: {encoding} does not have U+{:04X} ({character}); name \
             another encoding by --output-encoding, or pass --unencodable=replace or \
             --unencodable=escape",
            u32::from(*character)
        )
    }
}

impl std::error::Error for UnencodableError {}

/// A place in a text, both counted from one; columns are code points.
#[derive(Clone, Copy, Debug)]
struct Place {
    line: u64,
    column: u64,
}

impl Place {
    const BEGINNING: Place = Place { line: 1, column: 1 };

    fn advance(&mut self, text: &str) {
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
        let last = text.rfind('\n').map_or(text, |offset| &text[offset + 1..]);
        if lines > 0 {
            *self = Place { line: self.line + lines, column: 1 };
        }
        self.column += last.chars().count() as u64;
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}", self.line, self.column)
    }
}

/// A sink that takes UTF-8 in any portions and writes another encoding.
pub(crate) struct EncodingWriter<W> {
    sink: W,
    target: Target,
    unencodable: Unencodable,
    /// The beginning of a character whose other bytes are still to come.
    partial: Vec<u8>,
    encoded: Vec<u8>,
    place: Place,
    replaced: u64,
    first_replaced: Option<UnencodableError>,
}

enum Target {
    Utf8,
    Utf16 { order: Endianness, lacks_mark: bool },
    Table(&'static Encoding, Box<Encoder>),
}

impl<W: Write> EncodingWriter<W> {
    pub(crate) fn new(sink: W, encoding: Known, unencodable: Unencodable) -> EncodingWriter<W> {
        let target = match encoding {
            Known::Utf8 => Target::Utf8,
            Known::Utf16(order) => Target::Utf16 { order, lacks_mark: false },
            Known::Table(encoding) => Target::Table(encoding, Box::new(encoding.new_encoder())),
        };
        EncodingWriter {
            sink,
            target,
            unencodable,
            partial: Vec::new(),
            encoded: Vec::new(),
            place: Place::BEGINNING,
            replaced: 0,
            first_replaced: None,
        }
    }

    /// Writes a byte order mark where the text does not begin with one: without it,
    /// nobody knows which UTF-16 it is.
    pub(crate) fn with_mark(mut self) -> EncodingWriter<W> {
        if let Target::Utf16 { lacks_mark, .. } = &mut self.target {
            *lacks_mark = true;
        }
        self
    }

    /// Gives the sink back, and says what was replaced.
    pub(crate) fn finish(mut self) -> io::Result<(W, Option<String>)> {
        if !self.partial.is_empty() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.encode("")?;
        let note = self.first_replaced.map(|first| {
            format!(
                "{} characters that {} does not have were replaced; the first is U+{:04X} ({}) \
                 at {} of the output",
                self.replaced,
                first.encoding,
                u32::from(first.character),
                first.character,
                first.place
            )
        });
        Ok((self.sink, note))
    }

    fn encode(&mut self, text: &str) -> io::Result<()> {
        match &mut self.target {
            Target::Utf8 => return self.sink.write_all(text.as_bytes()),
            Target::Utf16 { order, lacks_mark } => {
                let is_marked = text.starts_with(BYTE_ORDER_MARK);
                let mark = if *lacks_mark && !is_marked { BYTE_ORDER_MARK } else { "" };
                *lacks_mark = false;
                let bytes = |unit: u16| match order {
                    Endianness::Little => unit.to_le_bytes(),
                    Endianness::Big => unit.to_be_bytes(),
                };
                let units = mark.encode_utf16().chain(text.encode_utf16());
                self.encoded.extend(units.flat_map(bytes));
            }
            Target::Table(..) => self.encode_by_table(text)?,
        }
        let written = self.sink.write_all(&self.encoded);
        self.encoded.clear();
        written
    }

    fn encode_by_table(&mut self, mut text: &str) -> io::Result<()> {
        loop {
            let Target::Table(encoding, encoder) = &mut self.target else { return Ok(()) };
            let name = encoding.name();
            let start = self.encoded.len();
            self.encoded.resize(start + text.len() * 2 + PORTION, 0);
            let (result, read, written) = encoder.encode_from_utf8_without_replacement(
                text,
                &mut self.encoded[start..],
                false,
            );
            self.encoded.truncate(start + written);
            let (before, rest) = text.split_at(read);
            text = rest;
            match result {
                EncoderResult::InputEmpty => {
                    self.place.advance(before);
                    return Ok(());
                }
                EncoderResult::OutputFull => self.place.advance(before),
                EncoderResult::Unmappable(character) => {
                    // What was read ends with it.
                    self.place.advance(&before[..before.len() - character.len_utf8()]);
                    self.replace(UnencodableError {
                        encoding: name,
                        character,
                        place: self.place,
                    })?;
                    self.place.column += 1;
                }
            }
        }
    }

    fn replace(&mut self, error: UnencodableError) -> io::Result<()> {
        match self.unencodable {
            Unencodable::Refuse => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            Unencodable::Replace => self.encoded.push(b'?'),
            Unencodable::Escape => write!(self.encoded, "&#{};", u32::from(error.character))?,
        }
        self.replaced += 1;
        self.first_replaced.get_or_insert(error);
        Ok(())
    }
}

impl<W: Write> Write for EncodingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if matches!(self.target, Target::Utf8) {
            return self.sink.write(bytes);
        }
        let mut joined = std::mem::take(&mut self.partial);
        joined.extend_from_slice(bytes);
        let length = match std::str::from_utf8(&joined) {
            Ok(text) => {
                self.encode(text)?;
                return Ok(bytes.len());
            }
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        };
        let text = std::str::from_utf8(&joined[..length]).expect("checked a moment ago");
        self.encode(text)?;
        self.partial = joined.split_off(length);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], choice: Choice) -> (Known, String) {
        let source: Source = Box::new(Cursor::new(bytes.to_vec()));
        let (known, source) = choice.resolve(source).expect("memory can be read");
        let mut text = String::new();
        decode(source, known, false).read_to_string(&mut text).expect("it is that encoding");
        (known, text)
    }

    fn encoded(text: &str, known: Known) -> Vec<u8> {
        let mut writer = EncodingWriter::new(Vec::new(), known, Unencodable::Refuse);
        // Characters come in pieces, too.
        for byte in text.as_bytes() {
            writer.write_all(&[*byte]).expect("all of it is in that encoding");
        }
        writer.finish().expect("there is memory").0
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let text = "\u{FEFF}頭髮與軟體，\r\n";
        for known in [
            Known::Utf8,
            Known::Utf16(Endianness::Little),
            Known::Utf16(Endianness::Big),
            Known::Table(encoding_rs::GB18030),
        ] {
            let bytes = encoded(text, known);
            assert_eq!(decoded(&bytes, Choice::Known(known)), (known, text.to_owned()));
        }
        let big5 = Known::Table(encoding_rs::BIG5);
        assert_eq!(encoded("頭", big5), [0xC0, 0x59]);
        assert_eq!(decoded(&[0xC0, 0x59], Choice::Known(big5)).1, "頭");
    }

    #[test]
    fn encodings_are_found_out() {
        let simplified = "他的头发很长，我们去看他们的软件和鼠标。".repeat(20);
        let traditional = "他的頭髮很長，我們去看他們的軟體和滑鼠。".repeat(20);
        let lines = "头发\n".repeat(20);
        for (text, known) in [
            (&simplified, Known::Utf8),
            (&simplified, Known::Table(encoding_rs::GB18030)),
            (&traditional, Known::Table(encoding_rs::BIG5)),
            (&lines, Known::Utf16(Endianness::Little)),
            (&lines, Known::Utf16(Endianness::Big)),
            (&"plain\n".to_owned(), Known::Utf8),
        ] {
            let bytes = encoded(text, known);
            assert_eq!(decoded(&bytes, Choice::Auto), (known, text.clone()), "{known:?}");
        }
    }

    #[test]
    fn the_mark_of_utf_16_tells_its_order() {
        assert_eq!(decoded(b"\xFE\xFF\x59\x34", Choice::Utf16).1, "\u{FEFF}头");
        assert_eq!(decoded(b"\xFF\xFE\x34\x59", Choice::Utf16).1, "\u{FEFF}头");
        assert_eq!(decoded(b"\x34\x59", Choice::Utf16).1, "头");
    }

    #[test]
    fn what_cannot_be_encoded_is_told_with_its_place() {
        let big5 = Known::Table(encoding_rs::BIG5);
        let mut writer = EncodingWriter::new(Vec::new(), big5, Unencodable::Refuse);
        let error = writer.write_all("頭\n頭😀".as_bytes()).expect_err("Big5 has no emoji");
        assert!(error.to_string().starts_with("line 2, column 2 of the output: Big5"), "{error}");

        let mut writer = EncodingWriter::new(Vec::new(), big5, Unencodable::Escape);
        writer.write_all("a😀b".as_bytes()).expect("it is escaped");
        let (bytes, note) = writer.finish().expect("there is memory");
        assert_eq!(bytes, b"a&#128512;b");
        assert!(note.is_some_and(|note| note.contains("line 1, column 2")));
    }
}
