//! Compressed files: gzip (RFC 1952), Zstandard (RFC 8878), xz and bzip2.
//!
//! What a file is compressed with, its first bytes tell; all four begin with bytes
//! that no text begins with. A file may have several members or frames one after the
//! other, as parallel compressors and `cat` make them. This module streams: memory
//! does not grow with what comes out.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::ValueEnum;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compression {
    /// Not at all
    None,
    /// gzip (.gz)
    Gz,
    /// Zstandard (.zst)
    Zst,
    /// xz (.xz)
    Xz,
    /// bzip2 (.bz2)
    Bz2,
}

/// A stream of bytes that another thread may read.
pub(crate) type Source = Box<dyn Read + Send>;

/// How much is decompressed at once, in bytes.
const BUFFER: usize = 128 * 1024;

/// How many times what goes in may come out, unless the user has named a limit. Deflate
/// reaches 1032 and others far more; texts, tables and documents stay below 100.
pub(crate) const LARGEST_RATIO: u64 = 250;

/// How many bytes may always come out.
const ALWAYS: u64 = 1 << 30;

/// As many bytes as [`Compression::of_content`] looks at.
const HEAD: usize = 10;

impl Compression {
    const COMPRESSED: [Compression; 4] =
        [Compression::Gz, Compression::Zst, Compression::Xz, Compression::Bz2];

    /// What a name's extension tells, if it is one of a compressed file.
    pub(crate) fn of_name(path: &Path) -> Option<Compression> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "gz" | "gzip" => Some(Compression::Gz),
            "zst" | "zstd" => Some(Compression::Zst),
            "xz" => Some(Compression::Xz),
            "bz2" => Some(Compression::Bz2),
            _ => None,
        }
    }

    /// The name without the extension of a compressed file.
    pub(crate) fn without_extension(path: &Path) -> &Path {
        match Compression::of_name(path) {
            Some(_) => path.file_stem().map_or(path, |stem: &OsStr| Path::new(stem)),
            None => path,
        }
    }

    /// What the first bytes of a file tell.
    fn of_content(head: &[u8]) -> Compression {
        let tells = |it: &Compression| it.signatures().iter().any(|it| head.starts_with(it));
        Compression::COMPRESSED.into_iter().find(tells).unwrap_or(Compression::None)
    }

    /// What files begin with that are compressed so.
    fn signatures(self) -> &'static [&'static [u8]] {
        match self {
            Compression::None => &[],
            Compression::Gz => &[b"\x1F\x8B\x08"],
            // The second is a frame to be skipped, which may come first.
            Compression::Zst => &[b"\x28\xB5\x2F\xFD", b"\x50\x2A\x4D\x18"],
            Compression::Xz => &[b"\xFD7zXZ\0"],
            // ASCII, and still no text: a level, then the digits of π or, in an
            // empty file, of its square root.
            Compression::Bz2 => &[
                b"BZh1\x31\x41\x59\x26\x53\x59",
                b"BZh2\x31\x41\x59\x26\x53\x59",
                b"BZh3\x31\x41\x59\x26\x53\x59",
                b"BZh4\x31\x41\x59\x26\x53\x59",
                b"BZh5\x31\x41\x59\x26\x53\x59",
                b"BZh6\x31\x41\x59\x26\x53\x59",
                b"BZh7\x31\x41\x59\x26\x53\x59",
                b"BZh8\x31\x41\x59\x26\x53\x59",
                b"BZh9\x31\x41\x59\x26\x53\x59",
                b"BZh9\x17\x72\x45\x38\x50\x90",
            ],
        }
    }

    /// Finds out how `source` is compressed; gives back all of it.
    pub(crate) fn detect(mut source: Source) -> io::Result<(Compression, Source)> {
        let could_be = |head: &[u8]| {
            let mut all = Compression::COMPRESSED.iter().flat_map(|it| it.signatures());
            all.any(|signature| signature.starts_with(head))
        };
        // No byte more than needed: whoever writes may wait for an answer.
        let mut head = Vec::with_capacity(HEAD);
        while head.len() < HEAD && could_be(&head) {
            let mut byte = [0];
            match source.read(&mut byte) {
                Ok(0) => break,
                Ok(_) => head.push(byte[0]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let compression = Compression::of_content(&head);
        Ok((compression, Box::new(Cursor::new(head).chain(source))))
    }

    /// Decompresses all members of `source`, as long as no more than `limit` bytes come out
    /// of it or, where none is named, no more than [`LARGEST_RATIO`] times what goes in and
    /// [`ALWAYS`].
    pub(crate) fn reader(self, source: Source, limit: Option<u64>) -> io::Result<Source> {
        if self == Compression::None {
            return Ok(source);
        }
        let taken = Arc::new(AtomicU64::new(0));
        let source = count(source, &taken);
        let source = self.decompressor(source)?;
        Ok(Box::new(Limited { source, taken, given: 0, limit }))
    }

    fn decompressor(self, source: Source) -> io::Result<Source> {
        let buffered = |source| io::BufReader::with_capacity(BUFFER, source);
        Ok(match self {
            Compression::None => source,
            Compression::Gz => Box::new(flate2::bufread::MultiGzDecoder::new(buffered(source))),
            Compression::Zst => Box::new(zstd::Decoder::with_buffer(buffered(source))?),
            Compression::Xz => {
                Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(buffered(source)))
            }
            Compression::Bz2 => Box::new(bzip2::bufread::MultiBzDecoder::new(buffered(source))),
        })
    }

    /// Compresses what is written, at the level that each program has by default, and on
    /// so many threads where the format is made for that.
    pub(crate) fn writer<W: Write>(self, sink: W, threads: u32) -> io::Result<Compressor<W>> {
        Ok(match self {
            Compression::None => Compressor::None(sink),
            Compression::Gz => {
                let level = flate2::Compression::default();
                Compressor::Gz(Box::new(flate2::write::GzEncoder::new(sink, level)))
            }
            Compression::Zst => {
                let mut encoder = zstd::Encoder::new(sink, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                if threads > 1 {
                    encoder.multithread(threads)?;
                }
                Compressor::Zst(Box::new(encoder))
            }
            Compression::Xz => Compressor::Xz(Box::new(liblzma::write::XzEncoder::new(sink, 6))),
            Compression::Bz2 => {
                let level = bzip2::Compression::best();
                Compressor::Bz2(Box::new(bzip2::write::BzEncoder::new(sink, level)))
            }
        })
    }
}

/// Counts the bytes that are read from `source`.
pub(crate) fn count(source: Source, bytes: &Arc<AtomicU64>) -> Source {
    Box::new(Counted { source, bytes: Arc::clone(bytes) })
}

struct Counted {
    source: Source,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(output)?;
        self.bytes.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// Ends what goes on for too long.
struct Limited {
    source: Source,
    /// How many bytes went in, and how many came out.
    taken: Arc<AtomicU64>,
    given: u64,
    limit: Option<u64>,
}

impl Read for Limited {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(output)?;
        self.given += length as u64;
        let by_ratio =
            || LARGEST_RATIO.saturating_mul(self.taken.load(Ordering::Relaxed)).max(ALWAYS);
        let limit = self.limit.unwrap_or_else(by_ratio);
        if self.given > limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, LimitError { limit }));
        }
        Ok(length)
    }
}

/// More came out of compressed bytes than should.
#[derive(Debug)]
pub(crate) struct LimitError {
    limit: u64,
}

impl fmt::Display for LimitError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "more than {} bytes come out of it; if that is right, raise the limit by \
             --limit-unpacked",
            self.limit
        )
    }
}

impl std::error::Error for LimitError {}

/// A sink that compresses. [`Compressor::finish`] must be called at the end.
pub(crate) enum Compressor<W: Write> {
    None(W),
    Gz(Box<flate2::write::GzEncoder<W>>),
    Zst(Box<zstd::Encoder<'static, W>>),
    Xz(Box<liblzma::write::XzEncoder<W>>),
    Bz2(Box<bzip2::write::BzEncoder<W>>),
}

impl<W: Write> Compressor<W> {
    /// Writes what is left and gives the sink back.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Compressor::None(sink) => Ok(sink),
            Compressor::Gz(encoder) => encoder.finish(),
            Compressor::Zst(encoder) => encoder.finish(),
            Compressor::Xz(encoder) => encoder.finish(),
            Compressor::Bz2(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Compressor<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Compressor::None(sink) => sink.write(bytes),
            Compressor::Gz(encoder) => encoder.write(bytes),
            Compressor::Zst(encoder) => encoder.write(bytes),
            Compressor::Xz(encoder) => encoder.write(bytes),
            Compressor::Bz2(encoder) => encoder.write(bytes),
        }
    }

    /// Passes on what is not compressed. What is would only become longer.
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Compressor::None(sink) => sink.flush(),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compressed(compression: Compression, text: &[u8]) -> Vec<u8> {
        let mut writer = compression.writer(Vec::new(), 2).expect("there is memory");
        writer.write_all(text).expect("there is memory");
        writer.finish().expect("there is memory")
    }

    #[test]
    fn every_compression_is_detected_and_undone() {
        let all = [&[Compression::None][..], &Compression::COMPRESSED].concat();
        for compression in all {
            for text in [&b""[..], b"text", &[b'x'; 1_000_000]] {
                // Several members, one after the other.
                let bytes = compressed(compression, text).repeat(3);
                let (found, source) =
                    Compression::detect(Box::new(Cursor::new(bytes))).expect("memory can be read");
                assert_eq!(found, compression);
                let mut output = Vec::new();
                let mut reader = found.reader(source, None).expect("there is memory");
                reader.read_to_end(&mut output).expect("it is whole");
                assert!(output == text.repeat(3), "{compression:?}");
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_an_error() {
        for compression in Compression::COMPRESSED {
            let bytes = compressed(compression, &b"text, and more of it ".repeat(1000));
            for length in [HEAD, bytes.len() / 2, bytes.len() - 1] {
                let source = Box::new(Cursor::new(bytes[..length].to_vec()));
                let mut reader = compression.reader(source, None).expect("there is memory");
                let result = reader.read_to_end(&mut Vec::new());
                assert!(result.is_err(), "{compression:?} up to {length}");
            }
        }
    }
}
