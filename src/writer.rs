//! A writer that converts and normalizes what is written to it: the only module that
//! knows of I/O.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::io::{self, Write};

use crate::pipeline::PipelineStream;

/// What a [`Writer`] does with bytes that are not UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvalidUtf8 {
    /// Fail, and say at which byte.
    #[default]
    Refuse,
    /// Write U+FFFD for each maximal part of a character, as the Unicode
    /// Standard (section 3.9) and `String::from_utf8_lossy` do.
    Replace,
    /// Write them as they are. They end what stands before them: no entry
    /// matches across, and a document in a [`Markup`](crate::Markup) ends there and
    /// another one begins.
    Keep,
}

/// Converts or normalizes the UTF-8 bytes written to it, or both, and writes the result
/// to `W`.
///
/// Bytes may be written in any portions; characters, words and description
/// sequences may be cut anywhere. A byte order mark, line ends of any kind and
/// NUL pass through. [`Writer::finish`] must be called at the end: what was not
/// certain before is written then.
///
/// # Examples
///
/// ```
/// use std::io::Write;
/// use fanjian::{Config, Converter, stream::Writer};
///
/// let mut writer = Writer::new(&Converter::new(Config::S2t), Vec::new());
/// for byte in "头发\r\n".as_bytes() {
///     writer.write_all(&[*byte])?;
/// }
/// assert_eq!(writer.finish()?, "頭髮\r\n".as_bytes());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "what is not certain yet is written by `finish` alone"]
pub struct Writer<W> {
    inner: W,
    stream: PipelineStream,
    invalid: InvalidUtf8,
    /// The beginning of a character whose other bytes are still to come.
    partial: Vec<u8>,
    converted: String,
    /// Bytes taken so far.
    taken: u64,
}

impl<W: Write> Writer<W> {
    /// A writer for what a `&Converter`, a `&Normalizer` or a `&Pipeline` does, that
    /// refuses bytes that are not UTF-8.
    pub fn new(stream: impl Into<PipelineStream>, inner: W) -> Writer<W> {
        Writer {
            inner,
            stream: stream.into(),
            invalid: InvalidUtf8::default(),
            partial: Vec::new(),
            converted: String::new(),
            taken: 0,
        }
    }

    /// What to do with bytes that are not UTF-8.
    pub fn invalid(mut self, invalid: InvalidUtf8) -> Writer<W> {
        self.invalid = invalid;
        self
    }

    /// Ends the text, writes what was kept, flushes, and gives `W` back.
    ///
    /// # Errors
    ///
    /// The errors of `W`, and one of kind [`io::ErrorKind::InvalidData`] with an
    /// [`InvalidUtf8Error`] inside when the text ends within a character and
    /// such bytes are refused.
    pub fn finish(mut self) -> io::Result<W> {
        let partial = core::mem::take(&mut self.partial);
        if !partial.is_empty() {
            self.take_invalid(&partial)?;
        }
        self.stream.finish(&mut self.converted);
        self.write_converted()?;
        self.inner.flush()?;
        Ok(self.inner)
    }

    /// Takes bytes, of which the last may begin a character.
    fn take(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (valid, rest) = match core::str::from_utf8(bytes) {
                Ok(valid) => (valid, None),
                Err(error) => {
                    let (valid, rest) = bytes.split_at(error.valid_up_to());
                    let valid = core::str::from_utf8(valid).expect("checked a moment ago");
                    (valid, Some((rest, error.error_len())))
                }
            };
            self.stream.push(valid, &mut self.converted);
            self.taken += valid.len() as u64;
            bytes = match rest {
                None => &[],
                Some((partial, None)) => {
                    self.partial.extend_from_slice(partial);
                    &[]
                }
                Some((rest, Some(length))) => {
                    self.take_invalid(&rest[..length])?;
                    &rest[length..]
                }
            };
        }
        Ok(())
    }

    fn take_invalid(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.invalid {
            InvalidUtf8::Refuse => {
                // What was right so far is written, so that nothing is lost.
                self.stream.finish(&mut self.converted);
                self.write_converted()?;
                let error = InvalidUtf8Error { offset: self.taken, byte: bytes[0] };
                return Err(io::Error::new(io::ErrorKind::InvalidData, error));
            }
            InvalidUtf8::Replace => self.stream.push("\u{FFFD}", &mut self.converted),
            InvalidUtf8::Keep => {
                self.stream.finish(&mut self.converted);
                self.write_converted()?;
                self.inner.write_all(bytes)?;
            }
        }
        self.taken += bytes.len() as u64;
        Ok(())
    }

    fn write_converted(&mut self) -> io::Result<()> {
        let written = self.inner.write_all(self.converted.as_bytes());
        self.converted.clear();
        written
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        // Complete the character that the last call left unfinished: at most
        // three bytes more decide it.
        while !self.partial.is_empty()
            && let Some((first, others)) = rest.split_first()
        {
            self.partial.push(*first);
            rest = others;
            let partial = core::mem::take(&mut self.partial);
            self.take(&partial)?;
        }
        self.take(rest)?;
        self.write_converted()?;
        Ok(bytes.len())
    }

    /// Flushes `W`. What is not certain yet stays here until
    /// [`Writer::finish`].
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A text that is not UTF-8: where, and which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidUtf8Error {
    offset: u64,
    byte: u8,
}

impl InvalidUtf8Error {
    /// The offset of the first byte at fault, in bytes from the text's start.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }
}

impl fmt::Display for InvalidUtf8Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "byte {} (0x{:02X}) is not UTF-8", self.offset, self.byte)
    }
}

impl core::error::Error for InvalidUtf8Error {}
