//! Comma- and tab-separated values: finds the fields of the columns asked for.
//!
//! Comma-separated values are those of RFC 4180, read as the crate `csv` reads them: a
//! field that begins with a quotation mark ends with one, and in it two stand for one;
//! elsewhere a quotation mark is a character as any other. Tab-separated values (the
//! media type `text/tab-separated-values`) know no quotation marks. Lines end with a
//! line feed, before which a carriage return may stand.
//!
//! Of a field that does not change, every byte stays, its quotation marks too; so do
//! delimiters, line ends and empty lines. One that changes keeps its quotation marks
//! where it had them, and gets them where it needs them now.

use std::borrow::Cow;
use std::ops::Range;

use crate::counted::Counted;
use anyhow::{Result, anyhow, bail};

use super::{Editing, InvalidRecord, Worked, edit_block};
use crate::blocks::{Block, Cutter, WithoutCut};

/// How fields and records are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Whether a field may stand in quotation marks.
    pub(crate) is_quoted: bool,
}

impl Dialect {
    pub(crate) const CSV: Dialect = Dialect { delimiter: b',', is_quoted: true };
    pub(crate) const TSV: Dialect = Dialect { delimiter: b'\t', is_quoted: false };

    /// The end of the field that begins at `start`: its delimiter, the line feed of its
    /// record, or the end of `bytes`. `None` if its quotation mark is never closed.
    fn end_of_field(self, bytes: &[u8], start: usize) -> Option<usize> {
        let mut offset = start;
        if self.is_quoted && bytes.get(start) == Some(&b'"') {
            offset = end_of_quoted(bytes, start)?;
        }
        let length = memchr::memchr2(self.delimiter, b'\n', &bytes[offset..]);
        Some(length.map_or(bytes.len(), |length| offset + length))
    }

    /// Whether a field with this text needs quotation marks.
    fn needs_quotes(self, text: &str) -> bool {
        text.bytes().any(|byte| byte == self.delimiter || matches!(byte, b'\n' | b'\r'))
            || (self.is_quoted && text.starts_with('"'))
    }
}

/// What is behind the quotation mark that closes the field that begins at `start`.
fn end_of_quoted(bytes: &[u8], start: usize) -> Option<usize> {
    let mut offset = start + 1;
    loop {
        offset += memchr::memchr(b'"', &bytes[offset..])? + 1;
        if bytes.get(offset) != Some(&b'"') {
            return Some(offset);
        }
        offset += 1;
    }
}

impl Cutter for Dialect {
    fn last_cut(&mut self, bytes: &[u8]) -> Option<usize> {
        let last_line = memchr::memrchr(b'\n', bytes)? + 1;
        if !self.is_quoted {
            return Some(last_line);
        }
        let mut cut = None;
        let mut offset = 0;
        // Line ends in quotation marks end no record.
        while let Some(length) = memchr::memchr2(b'"', b'\n', &bytes[offset..]) {
            offset += length;
            let before = offset.checked_sub(1).map(|before| bytes[before]);
            let begins_field = before.is_none_or(|it| it == self.delimiter || it == b'\n')
                || is_behind_mark(bytes, offset);
            if bytes[offset] == b'\n' {
                offset += 1;
                cut = Some(offset);
            } else if begins_field {
                let Some(end) = end_of_quoted(bytes, offset) else { break };
                // Whether another one follows, and makes one of two, is not known yet.
                if end == bytes.len() {
                    break;
                }
                offset = end;
            } else {
                offset += 1;
            }
        }
        cut
    }

    fn without_cut(&self) -> WithoutCut {
        WithoutCut::ReadOn
    }
}

/// A byte order mark at the start of the file stands before the first field. Further
/// on, U+FEFF is a character as any other, but that block's beginning looks the same.
fn is_behind_mark(bytes: &[u8], offset: usize) -> bool {
    offset == MARK.len() && bytes.starts_with(MARK)
}

const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Which columns were asked for, by name or by number, counted from one.
pub(crate) fn columns(
    header: &Block,
    dialect: Dialect,
    names: &[String],
    has_header: bool,
) -> Result<Vec<usize>> {
    let bytes = &header.bytes;
    let mut fields = Vec::new();
    let mut start = start_of(header);
    loop {
        let end = dialect.end_of_field(bytes, start);
        let end = end.ok_or_else(|| anyhow!("line 1: a quotation mark is never closed"))?;
        let field = String::from_utf8_lossy(&bytes[start..end]);
        let field = field.strip_suffix('\r').unwrap_or(&field);
        fields.push(unquoted(field, dialect).into_owned());
        if bytes.get(end) != Some(&dialect.delimiter) {
            break;
        }
        start = end + 1;
    }
    let mut columns = Vec::new();
    for name in names {
        let named = fields.iter().position(|field| has_header && field == name);
        let numbered = || name.parse::<usize>().ok()?.checked_sub(1);
        match named.or_else(numbered).filter(|column| *column < fields.len()) {
            Some(column) => columns.push(column),
            None if has_header => {
                bail!("there is no column {name:?}; there are {}", fields.join(", "))
            }
            None => bail!("there is no column {name:?}; there are {}", fields.len()),
        }
    }
    columns.sort_unstable();
    columns.dedup();
    Ok(columns)
}

fn start_of(block: &Block) -> usize {
    if block.offset == 0 && block.bytes.starts_with(MARK) { MARK.len() } else { 0 }
}

/// The text of a field.
fn unquoted(field: &str, dialect: Dialect) -> Cow<'_, str> {
    if !is_quoted(field, dialect) {
        return Cow::Borrowed(field);
    }
    let Some(end) = end_of_quoted(field.as_bytes(), 0) else { return Cow::Borrowed(field) };
    let (inner, behind) = (&field[1..end - 1], &field[end..]);
    if behind.is_empty() && !inner.contains('"') {
        return Cow::Borrowed(inner);
    }
    // What stands behind the quotation marks belongs to the field as it stands.
    Cow::Owned(inner.replace("\"\"", "\"") + behind)
}

fn is_quoted(field: &str, dialect: Dialect) -> bool {
    dialect.is_quoted && field.starts_with('"')
}

/// What is done to the columns of records.
pub(crate) struct Columns {
    pub(crate) dialect: Dialect,
    pub(crate) columns: Vec<usize>,
    pub(crate) has_header: bool,
    pub(crate) pipeline: Counted,
    pub(crate) policy: InvalidRecord,
}

impl Columns {
    /// Does all records of a block.
    pub(crate) fn work(&self, block: Block) -> Worked {
        edit_block(block, self.policy, |editing| {
            let block = editing.block;
            let mut start = start_of(block);
            if block.offset == 0 && self.has_header {
                start = self.end_of_record(&block.bytes, start);
                editing.found();
            }
            while start < block.bytes.len() {
                match self.record(editing, start) {
                    Some(end) => start = end,
                    None => return,
                }
            }
        })
    }

    fn end_of_record(&self, bytes: &[u8], mut start: usize) -> usize {
        while let Some(end) = self.dialect.end_of_field(bytes, start) {
            start = end + 1;
            if bytes.get(end) != Some(&self.dialect.delimiter) {
                return start.min(bytes.len());
            }
        }
        bytes.len()
    }

    /// Does the record that begins at `start`, and says where it ends, or `None` if
    /// all ends with it.
    fn record(&self, editing: &mut Editing<'_>, record: usize) -> Option<usize> {
        let bytes = &editing.block.bytes;
        let mark = editing.mark();
        let mut wanted = self.columns.iter().copied();
        let mut next = wanted.next();
        let mut fault = None;
        let mut start = record;
        for column in 0.. {
            let Some(end) = self.dialect.end_of_field(bytes, start) else {
                fault = Some("a quotation mark is never closed".to_owned());
                start = bytes.len();
                break;
            };
            if next == Some(column) {
                next = wanted.next();
                editing.found();
                let result = self.field(editing, start..end);
                fault = fault.or(result.err().map(|it| format!("column {}: {it}", column + 1)));
            }
            start = end + 1;
            if bytes.get(end) != Some(&self.dialect.delimiter) {
                let is_empty = matches!(&bytes[record..end], b"" | b"\r");
                if let Some(missing) = next.filter(|_| !is_empty && fault.is_none()) {
                    let there = column + 1;
                    fault = Some(format!("there is no column {}, but {there} alone", missing + 1));
                }
                break;
            }
        }
        let end = start.min(bytes.len());
        match fault {
            Some(fault) => editing.invalid(record..end, mark, &fault).then_some(end),
            None => Some(end),
        }
    }

    fn field(
        &self,
        editing: &mut Editing<'_>,
        mut range: Range<usize>,
    ) -> Result<(), &'static str> {
        let bytes = &editing.block.bytes;
        if bytes[range.clone()].ends_with(b"\r")
            && bytes.get(range.end) != Some(&self.dialect.delimiter)
        {
            range.end -= 1;
        }
        let field = simdutf8::basic::from_utf8(&bytes[range.clone()]).map_err(|_| "not UTF-8")?;
        let text = unquoted(field, self.dialect);
        let Cow::Owned(applied) = self.pipeline.process(&text) else { return Ok(()) };
        if is_quoted(field, self.dialect) || self.dialect.needs_quotes(&applied) {
            if !self.dialect.is_quoted {
                return Err("its text would not fit into a field");
            }
            let quoted = format!("\"{}\"", applied.replace('"', "\"\""));
            editing.replace(range, quoted.as_bytes());
        } else {
            editing.replace(range, applied.as_bytes());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn columns(dialect: Dialect, columns: Vec<usize>) -> Columns {
        let pipeline = fanjian::Pipeline::builder().convert(fanjian::Config::S2t).build();
        let pipeline = Counted::new(pipeline, None);
        Columns { dialect, columns, has_header: false, pipeline, policy: InvalidRecord::Keep }
    }

    fn worked(columns: &Columns, text: &str) -> String {
        let bytes = text.as_bytes().to_vec();
        let block = Block { bytes, line: 1, ..Block::default() };
        String::from_utf8(columns.work(block).written.bytes).expect("it was UTF-8")
    }

    #[test]
    fn the_columns_asked_for_change_and_nothing_else() {
        let text = "头,\"头\",头\"发\"\r\n\r\n\"头\"\"\n,发\",发,发\n\"\",,";
        assert_eq!(
            worked(&columns(Dialect::CSV, vec![0]), text),
            "頭,\"头\",头\"发\"\r\n\r\n\"頭\"\"\n,發\",发,发\n\"\",,"
        );
        assert_eq!(
            worked(&columns(Dialect::CSV, vec![1, 2]), text),
            "头,\"頭\",頭\"發\"\r\n\r\n\"头\"\"\n,发\",發,發\n\"\",,"
        );
        assert_eq!(worked(&columns(Dialect::TSV, vec![1]), "\"头\t\"头\t头\n"), "\"头\t\"頭\t头\n");
    }

    /// Records, and what is nearly one.
    fn nearly_csv() -> impl Strategy<Value = String> {
        const PARTS: &[&str] = &["头", "a", ",", ",", "\"", "\"\"", "\n", "\r\n", " "];
        prop::collection::vec(select(PARTS), 0..14).prop_map(|parts| parts.concat())
    }

    /// The fields of all records, as the crate `csv` reads them.
    fn read(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new();
        // A lone carriage return ends no record here.
        reader.has_headers(false).flexible(true);
        let mut reader = reader.from_reader(text.as_bytes());
        let records = reader.records().map(|record| record.expect("it is UTF-8"));
        records.map(|record| record.iter().map(str::to_owned).collect()).collect()
    }

    proptest! {
        /// Another reader says what the fields are: what it reads from the output is
        /// what it reads from the input, converted in the columns asked for.
        #[test]
        fn fields_are_those_of_another_reader(text in nearly_csv(), column in 0..3usize) {
            // Where a quotation mark is never closed, readers differ.
            let mut dialect = Dialect::CSV;
            let cut = dialect.last_cut(format!("{text}\n").as_bytes());
            prop_assume!(cut == Some(text.len() + 1));
            let columns = columns(Dialect::CSV, vec![column]);
            let mut expected = read(&text);
            for record in expected.iter_mut().filter(|record| record.len() > column) {
                record[column] = record[column].replace('头', "頭");
            }
            prop_assert_eq!(read(&worked(&columns, &text)), expected);
        }
    }
}
