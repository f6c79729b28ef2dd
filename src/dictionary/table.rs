//! One dictionary as a sorted table: the form that people read and edit.
//!
//! A table is UTF-8 text, one entry a line: the key, then its candidates in
//! order, all separated by tabs. Entries stand in code point order of their
//! keys, each key once. Lines that start with `#` before the first entry are
//! comments. The first candidate is the replacement; the others are what
//! people may be offered.
//!
//! This module knows text and lines. It knows nothing of configurations, of
//! matching, or of compiled bytes.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::text::sorted_by_text;

/// One entry of a [`Table`]: a key and what may replace it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    key: String,
    candidates: Vec<String>,
}

impl Entry {
    /// The text that the entry matches; never empty.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What may replace the key, best first; never empty.
    #[must_use]
    pub fn candidates(&self) -> &[String] {
        &self.candidates
    }

    /// What replaces the key: its first candidate.
    #[must_use]
    pub fn replacement(&self) -> &str {
        &self.candidates[0]
    }
}

/// A dictionary: entries in code point order of their keys, each key once.
///
/// # Examples
///
/// ```
/// use fanjian::dictionary::Table;
///
/// let table = Table::parse("发\t發\t髮\n头发\t頭髮\n")?;
/// assert_eq!(table.entries()[0].candidates(), ["發", "髮"]);
/// assert_eq!(table.entries()[1].replacement(), "頭髮");
/// # Ok::<(), fanjian::dictionary::ParseTableError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    entries: Vec<Entry>,
}

impl Table {
    /// Reads a table in the form that the module describes.
    ///
    /// # Errors
    ///
    /// [`ParseTableError`], with its line, for a line without a tab, an empty
    /// key or candidate, a key out of order, or a key that stands twice.
    pub fn parse(text: &str) -> Result<Table, ParseTableError> {
        let mut entries: Vec<Entry> = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            if entries.is_empty() && line.starts_with('#') {
                continue;
            }
            let error = |kind| ParseTableError { line: number, kind };
            let entry = parse_line(line, b'\t').map_err(error)?;
            if let Some(previous) = entries.last() {
                match previous.key.cmp(&entry.key) {
                    core::cmp::Ordering::Less => {}
                    core::cmp::Ordering::Equal => {
                        return Err(error(ParseTableErrorKind::Duplicate));
                    }
                    core::cmp::Ordering::Greater => {
                        return Err(error(ParseTableErrorKind::OutOfOrder));
                    }
                }
            }
            entries.push(entry);
        }
        Ok(Table { entries })
    }

    /// Reads a text dictionary of OpenCC's, whose lines may stand in any order.
    ///
    /// A line is a key, a tab, and candidates separated by single spaces. An
    /// initial byte order mark, lines that start with `#`, empty lines and
    /// CR LF are accepted, as OpenCC accepts them.
    ///
    /// # Errors
    ///
    /// [`ParseTableError`], with its line, for a line without a tab, an empty
    /// key or candidate, or a key that stands twice (the later line is named).
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::dictionary::Table;
    ///
    /// let table = Table::parse_opencc("# comment\n头发\t頭髮\n发\t發 髮\n")?;
    /// assert_eq!(table.to_text(""), "发\t發\t髮\n头发\t頭髮\n");
    /// # Ok::<(), fanjian::dictionary::ParseTableError>(())
    /// ```
    pub fn parse_opencc(text: &str) -> Result<Table, ParseTableError> {
        let numbered = opencc_lines(text).map(|(line, number)| match parse_line(line, b' ') {
            Ok(entry) => Ok((entry, number)),
            Err(kind) => Err(ParseTableError::new(number, kind)),
        });
        Table::sorted(numbered.collect::<Result<_, _>>()?)
    }

    /// The table of these keys and replacements, in any order.
    ///
    /// # Errors
    ///
    /// [`ParseTableError`] for an empty key or replacement and for a key that stands twice;
    /// its line is the number of the pair, counted from one.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::dictionary::Table;
    ///
    /// let table = Table::from_pairs([("头发", "頭髮"), ("发", "發")])?;
    /// assert_eq!(table.to_text(""), "发\t發\n头发\t頭髮\n");
    /// # Ok::<(), fanjian::dictionary::ParseTableError>(())
    /// ```
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Table, ParseTableError> {
        let mut numbered: Vec<(Entry, usize)> = Vec::new();
        for ((key, replacement), number) in pairs.into_iter().zip(1..) {
            let entry = Entry { key: key.into(), candidates: Vec::from([replacement.into()]) };
            let kind = match (entry.key.is_empty(), entry.replacement().is_empty()) {
                (true, _) => Some(ParseTableErrorKind::EmptyKey),
                (_, true) => Some(ParseTableErrorKind::EmptyCandidate),
                _ => None,
            };
            if let Some(kind) = kind {
                return Err(ParseTableError { line: number, kind });
            }
            numbered.push((entry, number));
        }
        Table::sorted(numbered)
    }

    /// The table of these keys and their candidates, in any order.
    #[cfg(feature = "opencc-config")]
    pub(crate) fn from_entries(
        entries: Vec<(String, Vec<String>)>,
    ) -> Result<Table, ParseTableError> {
        let numbered = entries.into_iter().zip(1..).map(|((key, candidates), line)| {
            let error = |kind| Err(ParseTableError { line, kind });
            match (key.is_empty(), candidates.iter().any(String::is_empty)) {
                (true, _) => error(ParseTableErrorKind::EmptyKey),
                (_, true) => error(ParseTableErrorKind::EmptyCandidate),
                _ => Ok((Entry { key, candidates }, line)),
            }
        });
        Table::sorted(numbered.collect::<Result<_, _>>()?)
    }

    /// The table of entries, each with its line.
    fn sorted(numbered: Vec<(Entry, usize)>) -> Result<Table, ParseTableError> {
        // Of two equal keys, the later line comes second.
        let numbered = sorted_by_text(numbered, |(entry, _)| entry.key());
        if let Some(pair) = numbered.windows(2).find(|pair| pair[0].0.key == pair[1].0.key) {
            let (line, kind) = (pair[1].1, ParseTableErrorKind::Duplicate);
            return Err(ParseTableError { line, kind });
        }
        let entries = numbered.into_iter().map(|(entry, _)| entry).collect();
        Ok(Table { entries })
    }

    /// How many bytes keys and candidates have, together.
    #[cfg(feature = "opencc-config")]
    pub(crate) fn size(&self) -> usize {
        let candidates = |entry: &Entry| entry.candidates.iter().map(String::len).sum::<usize>();
        self.entries.iter().map(|entry| entry.key.len() + candidates(entry)).sum()
    }

    /// The entries, in code point order of their keys.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Writes the table in the form that [`Table::parse`] reads, after
    /// `comment`, whose lines each get a leading `# `.
    #[must_use]
    pub fn to_text(&self, comment: &str) -> String {
        let mut text = String::new();
        for line in comment.lines() {
            text.push_str("# ");
            text.push_str(line);
            text.push('\n');
        }
        for entry in &self.entries {
            text.push_str(&entry.key);
            for candidate in &entry.candidates {
                text.push('\t');
                text.push_str(candidate);
            }
            text.push('\n');
        }
        text
    }
}

fn parse_line(line: &str, separator: u8) -> Result<Entry, ParseTableErrorKind> {
    let (key, candidates) = split_line(line, separator)?;
    let candidates = candidates.split(char::from(separator)).map(ToOwned::to_owned).collect();
    Ok(Entry { key: key.to_owned(), candidates })
}

/// The lines of a text dictionary of OpenCC's that have entries, with their numbers.
pub(super) fn opencc_lines(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let lines = text.lines().zip(1..);
    lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'))
}

/// The key and the candidates of a line, which has this between candidates.
pub(super) fn split_line(line: &str, separator: u8) -> Result<(&str, &str), ParseTableErrorKind> {
    // Lines are short: what finds a byte in a long text takes its time to begin.
    let tab = line.bytes().position(|byte| byte == b'\t');
    let tab = tab.ok_or(ParseTableErrorKind::MissingTab)?;
    let (key, candidates) = (&line[..tab], &line[tab + 1..]);
    if key.is_empty() {
        return Err(ParseTableErrorKind::EmptyKey);
    }
    if candidates.as_bytes().split(|byte| *byte == separator).any(<[u8]>::is_empty) {
        return Err(ParseTableErrorKind::EmptyCandidate);
    }
    Ok((key, candidates))
}

/// A table that could not be read: which line, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseTableError {
    line: usize,
    kind: ParseTableErrorKind,
}

impl ParseTableError {
    pub(super) fn new(line: usize, kind: ParseTableErrorKind) -> ParseTableError {
        ParseTableError { line, kind }
    }

    /// The line at fault, counted from one, as editors count.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// What is wrong with it.
    #[must_use]
    pub fn kind(&self) -> ParseTableErrorKind {
        self.kind
    }
}

/// What is wrong with a line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseTableErrorKind {
    /// No tab stands between key and candidates.
    MissingTab,
    /// Nothing stands before the first tab.
    EmptyKey,
    /// Nothing stands where a candidate is due.
    EmptyCandidate,
    /// The key stands before its predecessor in code point order.
    OutOfOrder,
    /// The key stands on an earlier line too.
    Duplicate,
}

impl fmt::Display for ParseTableError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.kind)
    }
}

impl fmt::Display for ParseTableErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ParseTableErrorKind::MissingTab => "no tab between key and candidates",
            ParseTableErrorKind::EmptyKey => "the key is empty",
            ParseTableErrorKind::EmptyCandidate => "a candidate is empty",
            ParseTableErrorKind::OutOfOrder => "the entry is not in code point order",
            ParseTableErrorKind::Duplicate => "the key has an entry already",
        })
    }
}

impl core::error::Error for ParseTableError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_and_line(text: &str) -> (ParseTableErrorKind, usize) {
        let error = Table::parse(text).expect_err("the text is malformed");
        (error.kind(), error.line())
    }

    #[test]
    fn each_fault_is_named_with_its_line() {
        use ParseTableErrorKind::*;
        assert_eq!(kind_and_line("一\t1\n二"), (MissingTab, 2));
        assert_eq!(kind_and_line("# comment\n\t1"), (EmptyKey, 2));
        assert_eq!(kind_and_line("一\t1\t"), (EmptyCandidate, 1));
        assert_eq!(kind_and_line("二\t2\n一\t1"), (OutOfOrder, 2));
        assert_eq!(kind_and_line("一\t1\n一\t1"), (Duplicate, 2));
        assert_eq!(kind_and_line("一\t1\n\n二\t2"), (MissingTab, 2));
    }

    #[test]
    fn hash_is_a_key_after_the_first_entry() {
        let table = Table::parse("# comment\n!\t！\n#\t＃\n").expect("well-formed");
        assert_eq!(table.entries()[1].key(), "#");
    }

    #[test]
    fn text_survives_the_round_trip() {
        let text = "# two\n# lines\n一\t1\t壹\n二\t2\n";
        let table = Table::parse(text).expect("well-formed");
        assert_eq!(table.to_text("two\nlines"), text);
    }

    #[test]
    fn opencc_text_is_read_as_opencc_reads_it() {
        let table =
            Table::parse_opencc("\u{FEFF}# c\r\n二\t2 贰\r\n\r\n一\t1\r\n").expect("well-formed");
        assert_eq!(table.to_text(""), "一\t1\n二\t2\t贰\n");
        let error = Table::parse_opencc("一\t1\n二\t2\n一\t3\n").expect_err("a duplicate");
        assert_eq!((error.line(), error.kind()), (3, ParseTableErrorKind::Duplicate));
    }
}
