//! One configuration of fanjian beside the same of OpenCC's library.

use std::fmt;
use std::panic::{self, AssertUnwindSafe};

use anyhow::{Context, Result};
use fanjian::{Config, Converter};
use opencc_rust::OpenCC;

use crate::shrink::shrink;

/// How many sets of cuts a shorter text is tried with before its difference
/// counts as gone.
const ATTEMPTS: u64 = 64;

/// A way to convert a text with fanjian. All give the same output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Convert,
    ConvertInto,
    Segments,
    Stream,
}

impl Way {
    pub(crate) const ALL: [Way; 4] = [Way::Convert, Way::ConvertInto, Way::Segments, Way::Stream];

    /// Those that convert rather than explain, for large amounts of text.
    pub(crate) const FAST: [Way; 3] = [Way::Convert, Way::ConvertInto, Way::Stream];

    /// The output. A panic is an output too, and one that always differs.
    fn output(self, converter: &Converter, text: &str, cuts: u64) -> String {
        let convert = || match self {
            Way::Convert => converter.convert(text).into_owned(),
            Way::ConvertInto => {
                // It appends: what is there already stays, and has no effect.
                let mut output = "頭".to_owned();
                converter.convert_into(text, &mut output);
                output.split_off("頭".len())
            }
            Way::Segments => {
                converter.segments(text).map(|segment| segment.replacement().to_owned()).collect()
            }
            Way::Stream => {
                let (mut stream, mut output) = (converter.stream(), String::new());
                for piece in pieces(text, cuts) {
                    stream.push(piece, &mut output);
                }
                stream.finish(&mut output);
                output
            }
        };
        panic::catch_unwind(AssertUnwindSafe(convert)).unwrap_or_else(|_| "(a panic)".to_owned())
    }
}

/// Cuts `text` at random, for some seeds into single characters and for others
/// into pieces of up to half a thousand.
fn pieces(text: &str, seed: u64) -> impl Iterator<Item = &str> {
    let mut random = fastrand::Rng::with_seed(seed);
    let longest = [1, 3, 12, 500][random.usize(..4)];
    let mut rest = text;
    std::iter::from_fn(move || {
        let length = random.usize(1..=longest);
        let (offset, last) = rest.char_indices().take(length).last()?;
        let (piece, after) = rest.split_at(offset + last.len_utf8());
        rest = after;
        Some(piece)
    })
}

/// The cuts for a text: always the same for the same text.
fn cuts_of(text: &str) -> u64 {
    text.bytes().fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
}

/// fanjian and OpenCC in one configuration.
pub(crate) struct Subject {
    config: Config,
    fanjian: Converter,
    opencc: OpenCC,
}

impl Subject {
    pub(crate) fn new(config: Config) -> Result<Subject> {
        let opencc = OpenCC::new(format!("{config}.json")).with_context(|| config.to_string())?;
        Ok(Subject { config, fanjian: Converter::new(config), opencc })
    }

    pub(crate) fn config(&self) -> Config {
        self.config
    }

    /// What differs for `text`, if anything does, made as short as it gets.
    pub(crate) fn difference(&self, text: &str, ways: &[Way]) -> Option<Difference> {
        let (expected, cuts) = (self.opencc(text), cuts_of(text));
        let differs = |way: &&Way| way.output(&self.fanjian, text, cuts) != expected;
        let way = *ways.iter().find(differs)?;
        let cuts_that_differ = |text: &str| {
            let expected = self.opencc(text);
            let mut attempts = (0..ATTEMPTS).map(|attempt| cuts_of(text) + attempt);
            attempts.find(|&cuts| way.output(&self.fanjian, text, cuts) != expected)
        };
        let text = shrink(text, |text| cuts_that_differ(text).is_some());
        let cuts = cuts_that_differ(&text).unwrap_or_default();
        let actual = way.output(&self.fanjian, &text, cuts);
        let expected = self.opencc(&text);
        let way = match way {
            Way::Convert => "convert".to_owned(),
            Way::ConvertInto => "convert_into".to_owned(),
            Way::Segments => "segments".to_owned(),
            Way::Stream => {
                let pieces: Vec<&str> = pieces(&text, cuts).collect();
                format!("stream, in the pieces {pieces:?}")
            }
        };
        let sides = ("OpenCC's library", format!("fanjian, {way}"));
        Some(Difference { config: self.config, text, expected, actual, sides })
    }

    /// What differs between the conversion of a text with NUL in it and the
    /// conversions of the parts around it. OpenCC is no judge of that: it loses
    /// what follows a NUL.
    pub(crate) fn difference_around_nul(&self, text: &str) -> Option<Difference> {
        let separately = |text: &str| {
            let parts: Vec<_> = text.split('\0').map(|part| self.fanjian.convert(part)).collect();
            parts.join("\0")
        };
        let together = |way: Way, text: &str| way.output(&self.fanjian, text, cuts_of(text));
        let expected = separately(text);
        let way = Way::ALL.into_iter().find(|&way| together(way, text) != expected)?;
        let text = shrink(text, |text| together(way, text) != separately(text));
        let (expected, actual) = (separately(&text), together(way, &text));
        let sides = ("fanjian, the parts around NUL", "fanjian, the whole".to_owned());
        Some(Difference { config: self.config, text, expected, actual, sides })
    }

    fn opencc(&self, text: &str) -> String {
        // An error would be a difference as well: fanjian takes any text.
        self.opencc.convert(text).unwrap_or_else(|error| format!("(an error: {error})"))
    }
}

/// Where fanjian is not OpenCC.
pub(crate) struct Difference {
    pub(crate) config: Config,
    pub(crate) text: String,
    pub(crate) expected: String,
    pub(crate) actual: String,
    /// Who says what is expected, and who says otherwise.
    pub(crate) sides: (&'static str, String),
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { config, text, expected, actual, sides } = self;
        writeln!(formatter, "configuration: {config}")?;
        writeln!(formatter, "text:          {text:?}  {}", code_points(text))?;
        writeln!(formatter, "{}: {expected:?}  {}", sides.0, code_points(expected))?;
        write!(formatter, "{}: {actual:?}  {}", sides.1, code_points(actual))
    }
}

/// Characters that look alike differ in their numbers.
fn code_points(text: &str) -> String {
    let numbers: Vec<String> =
        text.chars().map(|character| format!("{:04X}", u32::from(character))).collect();
    format!("({})", numbers.join(" "))
}
