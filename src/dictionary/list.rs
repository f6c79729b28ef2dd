//! A dictionary as a list of entries in one text: what is compiled when a user adds it.
//!
//! It says what a [`Table`] says and is read of the same forms, but no part of it is a
//! text of its own: tens of thousands of entries are read, sorted and compiled in the time
//! that their allocations would take. Nothing here knows of groups or compiled bytes.

use alloc::string::String;
use alloc::vec::Vec;

use super::table::{ParseTableError, ParseTableErrorKind, Table, opencc_lines, split_line};
use crate::text::sorted_by_text;

/// The entries of a dictionary, in code point order of their keys, each key once.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    /// The key of each entry and its candidates, with a tab behind each but the last.
    text: String,
    entries: Vec<Place>,
    /// The number of the first entry that has a tab in a candidate.
    with_tab: Option<usize>,
}

/// Where an entry stands in the text.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    end_of_key: usize,
    end_of_first: usize,
    end: usize,
}

/// An entry: its key, and its candidates with a tab between neighbours, of which the first
/// has so many bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed<'l> {
    pub(super) key: &'l str,
    pub(super) candidates: &'l str,
    pub(super) first: usize,
}

/// A line: a key, its candidates with a separator between neighbours, and its number.
type Line<'t> = (&'t str, &'t str, usize);

impl List {
    /// Reads what [`Table::parse`] reads.
    pub(crate) fn parse(text: &str) -> Result<List, ParseTableError> {
        let mut list = List::default();
        let mut before: Option<&str> = None;
        for (line, number) in text.lines().zip(1..) {
            if list.entries.is_empty() && line.starts_with('#') {
                continue;
            }
            let error = |kind| ParseTableError::new(number, kind);
            let (key, candidates) = split_line(line, b'\t').map_err(error)?;
            match before.replace(key) {
                Some(before) if before == key => {
                    return Err(error(ParseTableErrorKind::Duplicate));
                }
                Some(before) if before > key => {
                    return Err(error(ParseTableErrorKind::OutOfOrder));
                }
                _ => list.push(key, candidates.split('\t')),
            }
        }
        Ok(list)
    }

    /// Reads what [`Table::parse_opencc`] reads.
    pub(crate) fn parse_opencc(text: &str) -> Result<List, ParseTableError> {
        let lines = opencc_lines(text).map(|(line, number)| match split_line(line, b' ') {
            Ok((key, candidates)) => Ok((key, candidates, number)),
            Err(kind) => Err(ParseTableError::new(number, kind)),
        });
        let mut list = List::default();
        for (key, candidates, _) in sorted(lines.collect::<Result<_, _>>()?)? {
            list.push(key, candidates.split(' '));
        }
        Ok(list)
    }

    /// The list of these pairs, as [`Table::from_pairs`] has them.
    pub(crate) fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<List, ParseTableError> {
        let pairs = pairs.into_iter().map(|(key, replacement)| (key.into(), replacement.into()));
        let pairs: Vec<(String, String)> = pairs.collect();
        let lines = pairs.iter().zip(1..).map(|((key, replacement), number)| {
            let kind = match (key.is_empty(), replacement.is_empty()) {
                (true, _) => ParseTableErrorKind::EmptyKey,
                (_, true) => ParseTableErrorKind::EmptyCandidate,
                _ => return Ok((key.as_str(), replacement.as_str(), number)),
            };
            Err(ParseTableError::new(number, kind))
        });
        let mut list = List::default();
        for (key, replacement, _) in sorted(lines.collect::<Result<_, _>>()?)? {
            list.push(key, [replacement]);
        }
        Ok(list)
    }

    /// The entries of a table.
    pub(crate) fn of_table(table: &Table) -> List {
        let mut list = List::default();
        for entry in table.entries() {
            list.push(entry.key(), entry.candidates().iter().map(String::as_str));
        }
        list
    }

    /// Adds an entry, whose key stands behind all others.
    fn push<'t>(&mut self, key: &str, candidates: impl IntoIterator<Item = &'t str>) {
        let start = self.text.len();
        self.text.push_str(key);
        let end_of_key = self.text.len();
        let mut end_of_first = None;
        for candidate in candidates {
            if candidate.bytes().any(|byte| byte == b'\t') {
                self.with_tab.get_or_insert(self.entries.len());
            }
            self.text.push('\t');
            self.text.push_str(candidate);
            end_of_first.get_or_insert(self.text.len());
        }
        let end = self.text.len();
        let end_of_first = end_of_first.unwrap_or(end);
        self.entries.push(Place { start, end_of_key, end_of_first, end });
    }

    /// The entries in order.
    pub(super) fn listed(&self) -> impl Iterator<Item = Listed<'_>> {
        self.entries.iter().map(|place| self.at(place))
    }

    fn at(&self, place: &Place) -> Listed<'_> {
        let &Place { start, end_of_key, end_of_first, end } = place;
        let candidates = &self.text[(end_of_key + 1).min(end)..end];
        Listed {
            key: &self.text[start..end_of_key],
            candidates,
            first: (end_of_first - end_of_key).saturating_sub(1),
        }
    }

    /// Whether all keys have two code points or more.
    pub(crate) fn has_phrases_alone(&self) -> bool {
        self.keys().all(|key| key.chars().nth(1).is_some())
    }

    /// The keys in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.listed().map(|entry| entry.key)
    }

    /// The key of the first entry that has a tab in a candidate: what stands between
    /// candidates is a tab.
    pub(crate) fn key_with_tab(&self) -> Option<&str> {
        self.with_tab.map(|number| self.at(&self.entries[number]).key)
    }

    /// How many bytes keys and candidates have, together with what stands between them.
    pub(crate) fn size(&self) -> usize {
        self.text.len()
    }
}

/// Lines in the order of their keys.
fn sorted(lines: Vec<Line<'_>>) -> Result<Vec<Line<'_>>, ParseTableError> {
    let lines = sorted_by_text(lines, |(key, ..)| key);
    match lines.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(ParseTableError::new(pair[1].2, ParseTableErrorKind::Duplicate)),
        None => Ok(lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a list has, as a table writes it.
    fn text_of(list: &List) -> String {
        list.listed().flat_map(|entry| [entry.key, "\t", entry.candidates, "\n"]).collect()
    }

    fn assert_alike(list: Result<List, ParseTableError>, table: Result<Table, ParseTableError>) {
        assert_eq!(list.as_ref().map(text_of), table.as_ref().map(|table| table.to_text("")));
        if let (Ok(list), Ok(table)) = (list, table) {
            assert_eq!(text_of(&List::of_table(&table)), text_of(&list));
            for (one, other) in list.listed().zip(table.entries()) {
                assert_eq!(&one.candidates[..one.first], other.replacement());
            }
        }
    }

    #[test]
    fn a_list_has_the_entries_and_the_faults_of_the_table() {
        for text in [
            "",
            "# comment\n一\t1\t壹\n二\t2\n",
            "一\t1\n二",
            "# comment\n\t1",
            "一\t1\t",
            "二\t2\n一\t1",
            "一\t1\n一\t1",
            "一\t1\n\n二\t2",
            "\u{FEFF}# c\r\n二\t2 贰\r\n\r\n一\t1\r\n",
            "二\t2\n一\t1 \n",
            "二\t2 3\n一\t1\n二\t2",
        ] {
            assert_alike(List::parse(text), Table::parse(text));
            assert_alike(List::parse_opencc(text), Table::parse_opencc(text));
        }
        for pairs in [[("二", "2"), ("一", "1 1")], [("一", ""), ("", "1")], [("一", "1"); 2]] {
            assert_alike(List::from_pairs(pairs), Table::from_pairs(pairs));
        }
    }

    #[test]
    fn a_tab_in_a_candidate_is_noted() {
        let list = List::from_pairs([("二", "2"), ("一", "1"), ("三", "3\t3")]).unwrap();
        assert_eq!(list.key_with_tab(), Some("三"));
        assert_eq!(List::parse_opencc("一\t1\t1\n").unwrap().key_with_tab(), Some("一"));
        assert_eq!(List::parse("一\t1\t1\n").unwrap().key_with_tab(), None);
    }
}
