//! Cuts what is read into blocks that threads can work on independently.
//!
//! Where a block may end, whoever knows the format says. A block is about as long as a
//! processor's second cache; memory does not grow with the input, but with a single
//! record that is longer.

use std::io::{self, Read};

use anyhow::{Result, bail};

use crate::compression::Source;

/// The length of a block, in bytes, as a rule: much beside what it costs to hand it
/// over, and little enough that many fit into memory.
pub(crate) const LENGTH: usize = 512 * 1024;

/// The longest record, in bytes, that is held in memory to find its end.
const LONGEST_RECORD: usize = 1 << 30;

/// Says where a text may be cut.
pub(crate) trait Cutter: Send {
    /// The last place at which `bytes`, which begin at such a place, may be cut,
    /// whatever follows.
    fn last_cut(&mut self, bytes: &[u8]) -> Option<usize>;

    /// What to do where there is no such place in a whole block.
    fn without_cut(&self) -> WithoutCut;
}

/// What to do where there is no place to cut in a whole block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithoutCut {
    /// Cut anywhere, and say so.
    CutAnywhere,
    /// Read on.
    ReadOn,
}

/// A part of the input.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) bytes: Vec<u8>,
    /// Where it begins in the input, in bytes.
    pub(crate) offset: u64,
    /// The line in which it begins, counted from one.
    pub(crate) line: u64,
    /// Whether it begins where the input may be cut.
    pub(crate) begins_at_cut: bool,
    /// Whether it ends there.
    pub(crate) ends_at_cut: bool,
    /// Whether it is the last one.
    pub(crate) is_last: bool,
}

/// The blocks of an input.
pub(crate) struct Blocks<C> {
    source: Source,
    cutter: C,
    /// Whether a block is to be full before it is handed on. A pipe's is not: somebody
    /// may wait for the answer.
    is_filled: bool,
    /// Bytes that the next block must have before it is handed on, unless all ends.
    least: usize,
    /// What was read behind the last cut.
    rest: Vec<u8>,
    offset: u64,
    line: u64,
    is_at_cut: bool,
    has_ended: bool,
}

impl<C: Cutter> Blocks<C> {
    pub(crate) fn new(source: Source, cutter: C, is_filled: bool) -> Blocks<C> {
        Blocks {
            source,
            cutter,
            is_filled,
            least: 0,
            rest: Vec::new(),
            offset: 0,
            line: 1,
            is_at_cut: true,
            has_ended: false,
        }
    }

    /// Makes the next block at least so long, if there is as much.
    pub(crate) fn wait_for(&mut self, length: usize) {
        self.least = length;
    }

    /// The next block, or `None` behind the last one. An input without any bytes has
    /// one block without any.
    pub(crate) fn next(&mut self) -> Result<Option<Block>> {
        if self.has_ended {
            return Ok(None);
        }
        let mut bytes = std::mem::take(&mut self.rest);
        let mut wanted = LENGTH;
        loop {
            if !self.read(&mut bytes, wanted)? {
                self.has_ended = true;
                let length = bytes.len();
                return Ok(Some(self.block(bytes, length, true)));
            }
            if bytes.len() < self.least {
                continue;
            }
            if let Some(cut) = self.cutter.last_cut(&bytes).filter(|cut| *cut >= self.least.max(1))
            {
                return Ok(Some(self.block(bytes, cut, true)));
            }
            if bytes.len() < wanted {
                continue;
            }
            match self.cutter.without_cut() {
                WithoutCut::CutAnywhere => {
                    let length = bytes.len();
                    return Ok(Some(self.block(bytes, length, false)));
                }
                WithoutCut::ReadOn if bytes.len() > LONGEST_RECORD => {
                    bail!("line {}: a record is longer than {LONGEST_RECORD} bytes", self.line);
                }
                WithoutCut::ReadOn => wanted = 2 * bytes.len(),
            }
        }
    }

    /// Reads up to a length of `wanted` bytes, and says whether there may be more.
    fn read(&mut self, bytes: &mut Vec<u8>, wanted: usize) -> Result<bool> {
        let mut length = bytes.len();
        // A byte more than wanted, so that a file that fits is seen to end.
        bytes.resize(wanted.max(length) + 1, 0);
        let mut may_have_more = true;
        while length < bytes.len() {
            match self.source.read(&mut bytes[length..]) {
                Ok(0) => {
                    may_have_more = false;
                    break;
                }
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
            if !self.is_filled {
                break;
            }
        }
        bytes.truncate(length);
        Ok(may_have_more)
    }

    /// The block before `end`. What is behind waits for the next one.
    fn block(&mut self, mut bytes: Vec<u8>, end: usize, ends_at_cut: bool) -> Block {
        if end < bytes.len() {
            let rest = &bytes[end..];
            self.rest = Vec::with_capacity(LENGTH + 1);
            self.rest.extend_from_slice(rest);
            bytes.truncate(end);
        }
        let block = Block {
            offset: self.offset,
            line: self.line,
            begins_at_cut: self.is_at_cut,
            ends_at_cut,
            is_last: self.has_ended,
            bytes,
        };
        self.least = 0;
        self.offset += block.bytes.len() as u64;
        self.line += memchr::memchr_iter(b'\n', &block.bytes).count() as u64;
        self.is_at_cut = ends_at_cut;
        block
    }
}

/// Cuts behind line ends.
pub(crate) struct Lines;

impl Cutter for Lines {
    fn last_cut(&mut self, bytes: &[u8]) -> Option<usize> {
        memchr::memrchr(b'\n', bytes).map(|offset| offset + 1)
    }

    fn without_cut(&self) -> WithoutCut {
        WithoutCut::ReadOn
    }
}
