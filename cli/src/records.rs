//! Files of records, of which some fields are text: what all formats share.
//!
//! All bytes of a record but those of the fields that were asked for stay as they are.
//!
//! | module | one sentence |
//! |---|---|
//! | `jsonl` | JSON Lines: finds the strings of fields, checks the rest |
//! | `csv` | comma- and tab-separated values: finds the fields of columns |
//! | `parquet` | columns of Parquet files and of Arrow IPC files and streams |

use std::ops::Range;
use std::sync::Arc;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::blocks::{Block, Blocks, Cutter};
use crate::ordered;
use crate::text::Written;

pub(crate) mod csv;
pub(crate) mod jsonl;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;

/// The values of `--invalid-record`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InvalidRecord {
    /// Stop, and say in which line
    Stop,
    /// Leave it out, and say how many there were
    Skip,
    /// Copy it, and say how many there were
    Keep,
}

/// What the records of a block became.
pub(crate) struct Worked {
    written: Written,
    invalid: Invalids,
    /// Whether there is an end: the first invalid record is an error.
    stops: bool,
    /// Whether any of the fields that were asked for was there.
    has_found: bool,
}

/// Records that are not what they should be.
#[derive(Default)]
struct Invalids {
    count: u64,
    /// Where the first of them is, and what is wrong with it.
    first: Option<String>,
}

/// A block whose records are edited, one after the other.
pub(crate) struct Editing<'b> {
    block: &'b Block,
    policy: InvalidRecord,
    output: Vec<u8>,
    /// Up to where the block was copied to the output.
    copied: usize,
    invalid: Invalids,
    stops: bool,
    has_found: bool,
}

impl<'b> Editing<'b> {
    pub(crate) fn new(block: &'b Block, policy: InvalidRecord) -> Editing<'b> {
        Editing {
            block,
            policy,
            output: Vec::new(),
            copied: 0,
            invalid: Invalids::default(),
            stops: false,
            has_found: false,
        }
    }

    /// Notes that a field that was asked for is there.
    pub(crate) fn found(&mut self) {
        self.has_found = true;
    }

    /// Writes `replacement` instead of this part of the block, which is behind all
    /// that was replaced before.
    pub(crate) fn replace(&mut self, range: Range<usize>, replacement: &[u8]) {
        if self.output.capacity() == 0 {
            self.output.reserve(self.block.bytes.len() + self.block.bytes.len() / 8);
        }
        self.output.extend_from_slice(&self.block.bytes[self.copied..range.start]);
        self.output.extend_from_slice(replacement);
        self.copied = range.end;
    }

    /// Takes back what was replaced since the output was this long …
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.output.len(), self.copied)
    }

    /// … because the record turned out to be invalid. Says whether to go on.
    pub(crate) fn invalid(
        &mut self,
        record: Range<usize>,
        (length, copied): (usize, usize),
        fault: &str,
    ) -> bool {
        self.output.truncate(length);
        self.copied = copied;
        self.invalid.count += 1;
        let line = || {
            let before = &self.block.bytes[..record.start];
            self.block.line + memchr::memchr_iter(b'\n', before).count() as u64
        };
        if self.invalid.first.is_none() {
            self.invalid.first = Some(format!("line {}: {fault}", line()));
        }
        match self.policy {
            InvalidRecord::Keep => true,
            InvalidRecord::Skip => {
                self.replace(record, b"");
                true
            }
            InvalidRecord::Stop => {
                self.replace(record.start..self.block.bytes.len(), b"");
                self.stops = true;
                false
            }
        }
    }

    fn finish(mut self) -> (Option<Vec<u8>>, Invalids, bool, bool) {
        let is_changed = self.copied > 0 || !self.output.is_empty() || self.stops;
        let output = is_changed.then(|| {
            self.output.extend_from_slice(&self.block.bytes[self.copied..]);
            self.output
        });
        (output, self.invalid, self.stops, self.has_found)
    }
}

/// Edits a block by `edit`.
pub(crate) fn edit_block(
    block: Block,
    policy: InvalidRecord,
    edit: impl FnOnce(&mut Editing<'_>),
) -> Worked {
    let mut editing = Editing::new(&block, policy);
    edit(&mut editing);
    let (output, invalid, stops, has_found) = editing.finish();
    let written = match output {
        Some(bytes) => Written { bytes, is_changed: true },
        None => Written { bytes: block.bytes, is_changed: false },
    };
    Worked { written, invalid, stops, has_found }
}

/// Works on all blocks, of which `first` was taken already, hands the bytes to be
/// written to `write`, in order, and gives notes about what was not as it should be.
pub(crate) fn run<C: Cutter>(
    mut blocks: Blocks<C>,
    first: Option<Block>,
    work: impl Fn(Block) -> Worked + Send + Sync + 'static,
    fields: &str,
    mut write: impl FnMut(Written) -> Result<()>,
) -> Result<Vec<String>> {
    let mut invalid = Invalids::default();
    let (mut has_found, mut has_records) = (false, false);
    let mut done = |worked: Worked| {
        has_records |= !worked.written.bytes.is_empty();
        has_found |= worked.has_found;
        write(worked.written)?;
        if worked.stops {
            bail!("{}", worked.invalid.first.unwrap_or_default());
        }
        invalid.count += worked.invalid.count;
        if invalid.first.is_none() {
            invalid.first = worked.invalid.first;
        }
        Ok(())
    };
    match first {
        Some(block) if block.is_last => done(work(block))?,
        first => {
            let mut first = first.map(Some);
            let next = || first.take().map_or_else(|| blocks.next(), Ok);
            ordered::run(next, Arc::new(work), done)?;
        }
    }
    let mut notes = Vec::new();
    if let Some(first) = invalid.first {
        notes.push(format!("{} invalid records; the first: {first}", invalid.count));
    }
    if has_records && !has_found {
        notes.push(format!("no record has a string in {fields}"));
    }
    Ok(notes)
}
