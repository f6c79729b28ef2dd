//! Text, all of it: whole blocks on many threads.
//!
//! A block that begins and ends where the text may be cut is worked on by any thread.
//! Where there is no such place for the length of a block, as in one line of gigabytes
//! without a mark, and in a document with markup, the text goes through one stream, in
//! order. That borders of blocks never show is the library's promise.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use anyhow::Result;
use fanjian::Pipeline;
use fanjian::stream::InvalidUtf8;

use crate::blocks::{Block, Blocks, Cutter, WithoutCut};
use crate::compression::Source;
use crate::counted::{Counted, CountedStream};
use crate::ordered;

/// How far from the end of a block a place to cut is looked for first, in bytes.
const TAIL: usize = 4096;

/// How much of a text's beginning says what was done to it, in bytes, as the library has
/// it; a character more, which may be cut off.
const EVIDENCE: usize = 64 * 1024 + 4;

/// What is done to a text, and to bytes that are none.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) pipeline: Counted,
    pub(crate) invalid: InvalidUtf8,
}

/// Bytes that are not UTF-8.
#[derive(Debug)]
pub(crate) struct InvalidError {
    offset: u64,
    byte: u8,
}

impl fmt::Display for InvalidError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InvalidError { offset, byte } = self;
        write!(
            formatter,
            "byte {offset} (0x{byte:02X}) is not UTF-8; name the encoding of the text by \
             --encoding, or pass --invalid=replace to write U+FFFD for such bytes, or \
             --invalid=keep to copy them"
        )
    }
}

impl std::error::Error for InvalidError {}

/// Bytes to be written.
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    /// Whether they differ from those that were read.
    pub(crate) is_changed: bool,
}

impl Text {
    /// Does all of `source` and hands the bytes to be written to `write`, in order.
    pub(crate) fn run(
        &self,
        source: Source,
        is_filled: bool,
        mut write: impl FnMut(Written) -> Result<()>,
    ) -> Result<()> {
        let mut blocks =
            Blocks::new(source, TextCutter(self.pipeline.pipeline().clone()), is_filled);
        if !self.pipeline.pipeline().is_settled() {
            blocks.wait_for(EVIDENCE);
        }
        let first = match blocks.next()? {
            // A small file is not worth the way to another thread.
            Some(first) if first.is_last => return finish(self.whole(first), &mut write),
            first => first,
        };
        let worker = self.settled_by(first.as_ref());
        let mut first = Some(first);
        let next = || first.take().map_or_else(|| blocks.next(), Ok);
        let mut stream = Flow::new(&worker);
        let work = move |block| worker.work(block);
        ordered::run(next, Arc::new(work), |piece| match piece {
            Piece::Done(done) => finish(done, &mut write),
            Piece::Within(block) => finish(stream.push(&block), &mut write),
        })
    }

    /// Does a document, which is a text as a whole.
    pub(crate) fn document(&self, bytes: Vec<u8>) -> Result<Written> {
        let done = self.whole(Block { bytes, ends_at_cut: true, ..Block::default() });
        done.error.map_or(Ok(done.written), |error| Err(error.into()))
    }

    /// The same for a text that begins with this block, if with any.
    fn settled_by(&self, first: Option<&Block>) -> Text {
        let beginning = first.map_or(&[][..], |first| &first.bytes);
        let beginning = &beginning[..beginning.len().min(EVIDENCE)];
        let pipeline = self.pipeline.settled_by(&String::from_utf8_lossy(beginning));
        Text { pipeline, invalid: self.invalid }
    }

    fn work(&self, block: Block) -> Piece {
        if block.begins_at_cut && block.ends_at_cut {
            Piece::Done(self.whole(block))
        } else {
            Piece::Within(block)
        }
    }

    /// A text as a whole.
    fn whole(&self, block: Block) -> Done {
        match simdutf8::basic::from_utf8(&block.bytes) {
            Ok(text) => match self.pipeline.process(text) {
                Cow::Borrowed(_) => Done::of(block.bytes, false),
                Cow::Owned(text) => Done::of(text.into_bytes(), true),
            },
            Err(_) => Flow::new(self).push(&block),
        }
    }
}

fn finish(done: Done, write: &mut impl FnMut(Written) -> Result<()>) -> Result<()> {
    write(done.written)?;
    done.error.map_or(Ok(()), |error| Err(error.into()))
}

/// What a block became.
enum Piece {
    Done(Done),
    /// Nothing yet: what comes before and behind it decides.
    Within(Block),
}

struct Done {
    written: Written,
    /// What comes behind the bytes that are written.
    error: Option<InvalidError>,
}

impl Done {
    fn of(bytes: Vec<u8>, is_changed: bool) -> Done {
        Done { written: Written { bytes, is_changed }, error: None }
    }
}

/// Finds places to cut by what the library says of the text before.
struct TextCutter(Pipeline);

impl Cutter for TextCutter {
    fn last_cut(&mut self, bytes: &[u8]) -> Option<usize> {
        let tail = bytes.len().saturating_sub(TAIL);
        self.last_cut_behind(tail, bytes).or_else(|| self.last_cut_behind(0, bytes))
    }

    fn without_cut(&self) -> WithoutCut {
        WithoutCut::CutAnywhere
    }
}

impl TextCutter {
    fn last_cut_behind(&self, from: usize, bytes: &[u8]) -> Option<usize> {
        let start = (from..bytes.len()).find(|offset| bytes[*offset] & 0xC0 != 0x80)?;
        // The last text in it: what is not UTF-8 ends a text.
        let mut end = start;
        let mut last = "";
        let mut last_start = start;
        for chunk in bytes[start..].utf8_chunks() {
            if !chunk.valid().is_empty() {
                (last, last_start) = (chunk.valid(), end);
            }
            end += chunk.valid().len() + chunk.invalid().len();
        }
        self.0.last_cut(last).map(|offset| last_start + offset)
    }
}

/// A text that comes in pieces, which may be cut anywhere.
struct Flow {
    stream: CountedStream,
    invalid: InvalidUtf8,
    /// The beginning of a character whose other bytes are still to come.
    partial: Vec<u8>,
    /// What was read and not yet compared with what is written.
    unmatched: Vec<u8>,
}

impl Flow {
    fn new(text: &Text) -> Flow {
        Flow {
            stream: text.pipeline.stream(),
            invalid: text.invalid,
            partial: Vec::new(),
            unmatched: Vec::new(),
        }
    }

    /// Takes the next piece.
    fn push(&mut self, block: &Block) -> Done {
        self.unmatched.extend_from_slice(&block.bytes);
        let mut bytes = std::mem::take(&mut self.partial);
        let mut offset = block.offset - bytes.len() as u64;
        bytes.extend_from_slice(&block.bytes);
        if !block.ends_at_cut {
            let end = end_of_characters(&bytes);
            self.partial = bytes.split_off(end);
        }
        let mut output = Vec::with_capacity(bytes.len());
        let mut error = None;
        for chunk in bytes.utf8_chunks() {
            self.push_text(chunk.valid(), &mut output);
            offset += chunk.valid().len() as u64;
            if let Some(byte) = chunk.invalid().first() {
                match self.invalid {
                    InvalidUtf8::Refuse => {
                        error = Some(InvalidError { offset, byte: *byte });
                        break;
                    }
                    InvalidUtf8::Replace => self.push_text("\u{FFFD}", &mut output),
                    InvalidUtf8::Keep => {
                        self.end_text(&mut output);
                        output.extend_from_slice(chunk.invalid());
                    }
                }
            }
            offset += chunk.invalid().len() as u64;
        }
        if block.ends_at_cut || error.is_some() {
            self.end_text(&mut output);
        }
        let is_changed = self.compare(&output);
        Done { written: Written { bytes: output, is_changed }, error }
    }

    fn push_text(&mut self, text: &str, output: &mut Vec<u8>) {
        append(output, |output| self.stream.push(text, output));
    }

    fn end_text(&mut self, output: &mut Vec<u8>) {
        append(output, |output| self.stream.finish(output));
    }

    /// Whether what is written differs from what was read. What was read and not yet
    /// written waits.
    fn compare(&mut self, output: &[u8]) -> bool {
        let is_same = self.unmatched.starts_with(output);
        let length = output.len().min(self.unmatched.len());
        self.unmatched.drain(..length);
        !is_same
    }
}

fn append(output: &mut Vec<u8>, push: impl FnOnce(&mut String)) {
    let mut text = String::new();
    push(&mut text);
    output.extend_from_slice(text.as_bytes());
}

/// The end of the last character that is whole, or of bytes that will never be one.
fn end_of_characters(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    let start = (tail..bytes.len()).rev().find(|offset| bytes[*offset] & 0xC0 == 0xC0);
    let Some(start) = start else { return bytes.len() };
    match std::str::from_utf8(&bytes[start..]) {
        Err(error) if error.error_len().is_none() => start + error.valid_up_to(),
        _ => bytes.len(),
    }
}
