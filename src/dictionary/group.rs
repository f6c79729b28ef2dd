//! How a conversion stage combines its dictionaries.
//!
//! A stage looks into a [`Group`]: a dictionary, or other groups under one of
//! OpenCC's two policies. Whatever its shape, a group answers one question,
//! «which entry replaces the text that begins here?», and [`Group::flatten`]
//! rewrites it as a single list of entries over which the plain longest match
//! gives the same answer. Everything after this module therefore knows
//! leftmost-longest matching alone.
//!
//! Why that works. In a union the longest match wins, the earlier child among
//! equals; one list without repeated keys is the same thing. In a short circuit
//! the first child with any match wins with its own longest. Say that an entry
//! of a later child is dropped when some earlier child has a key that is a
//! prefix of its key. Where child *i* is the first to match, its longest match
//! survives (an earlier key that is its prefix would match here too), no
//! earlier child matches, and a longer match of a later child has the key of
//! child *i* as its prefix and is gone. So the longest match over what is left
//! is the short circuit's.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::flat::Flat;
use super::table::Table;

/// The deepest nesting of groups that parsing accepts.
const MAXIMUM_DEPTH: usize = 32;

/// The dictionaries of one stage and how they are combined.
///
/// Written as text, `short_circuit(union(A B) tofu_risk(C) D)` is a short
/// circuit over the union of `A` and `B`, then `C`, then `D`.
///
/// # Examples
///
/// ```
/// use fanjian::dictionary::Group;
///
/// let group: Group = "short_circuit(TSPhrases tofu_risk(TSCharactersExt) TSCharacters)".parse()?;
/// assert_eq!(group.names(), ["TSPhrases", "TSCharactersExt", "TSCharacters"]);
/// let safe = group.without_tofu_risk();
/// assert_eq!(safe.to_string(), "short_circuit(TSPhrases TSCharacters)");
/// # Ok::<(), fanjian::dictionary::ParseGroupError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// One dictionary, by its name.
    Dictionary(String),
    /// A part whose replacements may be characters that few fonts have
    /// (OpenCC's `may_output_tofu`).
    TofuRisk(Box<Group>),
    /// The longest match over all children; the earlier child among equals.
    Union(Vec<Group>),
    /// The first child that has any match, with its own longest match.
    ShortCircuit(Vec<Group>),
}

/// One entry of a flattened group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatEntry {
    /// Position of the entry's dictionary in [`Group::names`].
    pub dictionary: usize,
    /// What may replace the key, best first; never empty.
    pub candidates: Vec<String>,
}

impl Group {
    /// The names of the dictionaries, in the order in which the group lists them.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Group::Dictionary(name) => vec![name],
            Group::TofuRisk(child) => child.names(),
            Group::Union(children) | Group::ShortCircuit(children) => {
                children.iter().flat_map(Group::names).collect()
            }
        }
    }

    /// The group without the parts that are marked as a tofu risk.
    #[must_use]
    pub fn without_tofu_risk(&self) -> Group {
        let keep = |children: &[Group]| {
            let kept = children.iter().filter(|child| !matches!(child, Group::TofuRisk(_)));
            kept.map(Group::without_tofu_risk).collect()
        };
        match self {
            Group::Dictionary(name) => Group::Dictionary(name.clone()),
            Group::TofuRisk(_) => Group::Union(Vec::new()),
            Group::Union(children) => Group::Union(keep(children)),
            Group::ShortCircuit(children) => Group::ShortCircuit(keep(children)),
        }
    }

    /// How many of the leading dictionaries make up `part`, when this group
    /// begins with `part` in such a way that `part` matches somewhere exactly
    /// when this group's match comes from one of those dictionaries.
    ///
    /// That is so for the whole group, and for the first child of a short
    /// circuit. It lets one compiled group serve segmentation as well, provided
    /// that the other dictionaries have keys of one code point: a longer one
    /// would step over places where `part` matches.
    #[must_use]
    pub fn leading(&self, part: &Group) -> Option<usize> {
        if self == part {
            return Some(part.names().len());
        }
        match self {
            Group::ShortCircuit(children) => children.first()?.leading(part),
            _ => None,
        }
    }

    /// Rewrites the group as one list of entries, sorted by key, over which the
    /// longest match is the group's match; the module says why.
    ///
    /// `table` gives the dictionary of a name.
    ///
    /// # Errors
    ///
    /// The error of `table`, unchanged.
    pub fn flatten<'t, E>(
        &self,
        table: &dyn Fn(&str) -> Result<&'t Table, E>,
    ) -> Result<BTreeMap<String, FlatEntry>, E> {
        let flat = Flat::of_group(self, table)?;
        let entries = flat.items().iter().map(|item| {
            let candidates = item.candidates().split('\t').map(ToOwned::to_owned).collect();
            (item.key.to_owned(), FlatEntry { dictionary: item.dictionary, candidates })
        });
        Ok(entries.collect())
    }
}

impl fmt::Display for Group {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, children) = match self {
            Group::Dictionary(name) => return formatter.write_str(name),
            Group::TofuRisk(child) => ("tofu_risk", core::slice::from_ref(&**child)),
            Group::Union(children) => ("union", &children[..]),
            Group::ShortCircuit(children) => ("short_circuit", &children[..]),
        };
        write!(formatter, "{name}(")?;
        for (position, child) in children.iter().enumerate() {
            let separator = if position == 0 { "" } else { " " };
            write!(formatter, "{separator}{child}")?;
        }
        formatter.write_str(")")
    }
}

impl core::str::FromStr for Group {
    type Err = ParseGroupError;

    fn from_str(text: &str) -> Result<Group, ParseGroupError> {
        let mut parser = Parser { text, offset: 0 };
        let group = parser.group(0)?;
        if parser.offset < text.len() {
            return Err(parser.error("something follows the group"));
        }
        Ok(group)
    }
}

struct Parser<'t> {
    text: &'t str,
    offset: usize,
}

impl Parser<'_> {
    fn group(&mut self, depth: usize) -> Result<Group, ParseGroupError> {
        if depth > MAXIMUM_DEPTH {
            return Err(self.error("groups are nested too deeply"));
        }
        let name = self.name()?;
        if !self.take('(') {
            return Ok(Group::Dictionary(name));
        }
        let mut children = Vec::new();
        while !self.take(')') {
            if !children.is_empty() && !self.take(' ') {
                return Err(self.error("expected a space or a closing parenthesis"));
            }
            children.push(self.group(depth + 1)?);
        }
        match (name.as_str(), children.len()) {
            ("union", _) => Ok(Group::Union(children)),
            ("short_circuit", _) => Ok(Group::ShortCircuit(children)),
            ("tofu_risk", 1) => Ok(Group::TofuRisk(Box::new(children.remove(0)))),
            ("tofu_risk", _) => Err(self.error("tofu_risk takes one group")),
            _ => Err(self.error("expected union, short_circuit or tofu_risk before this group")),
        }
    }

    fn name(&mut self) -> Result<String, ParseGroupError> {
        let rest = &self.text[self.offset..];
        let length = rest.find(['(', ')', ' ']).unwrap_or(rest.len());
        if length == 0 {
            return Err(self.error("expected a name"));
        }
        self.offset += length;
        Ok(rest[..length].to_owned())
    }

    fn take(&mut self, expected: char) -> bool {
        let found = self.text[self.offset..].starts_with(expected);
        self.offset += if found { expected.len_utf8() } else { 0 };
        found
    }

    fn error(&self, reason: &'static str) -> ParseGroupError {
        ParseGroupError { offset: self.offset, reason }
    }
}

/// A group that could not be read: at which byte, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseGroupError {
    offset: usize,
    reason: &'static str,
}

impl ParseGroupError {
    /// Where reading stopped, in bytes from the start of the text.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for ParseGroupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "byte {}: {}", self.offset, self.reason)
    }
}

impl core::error::Error for ParseGroupError {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    fn flattened(expression: &str, tables: &[(&str, &str)]) -> Vec<String> {
        let tables: BTreeMap<&str, Table> =
            tables.iter().map(|(name, text)| (*name, Table::parse(text).unwrap())).collect();
        let group: Group = expression.parse().unwrap();
        let flat = group.flatten::<()>(&|name| Ok(&tables[name])).unwrap();
        let names = group.names();
        let show = |(key, entry): (String, FlatEntry)| {
            format!("{key}={}@{}", entry.candidates[0], names[entry.dictionary])
        };
        flat.into_iter().map(show).collect()
    }

    const TABLES: &[(&str, &str)] =
        &[("A", "ab\t1\nabc\t2\n"), ("B", "a\t3\nabd\t4\n"), ("C", "ab\t5\nacd\t6\nb\t7\n")];

    #[test]
    fn a_union_keeps_every_key_and_the_first_replacement() {
        let expected = ["a=3@B", "ab=1@A", "abc=2@A", "abd=4@B", "acd=6@C", "b=7@C"];
        assert_eq!(flattened("union(A B C)", TABLES), expected);
    }

    #[test]
    fn a_short_circuit_drops_what_an_earlier_child_would_have_taken() {
        // `abd` begins with `ab` of A; `ab` and `acd` begin with `a` of B.
        assert_eq!(
            flattened("short_circuit(A B C)", TABLES),
            ["a=3@B", "ab=1@A", "abc=2@A", "b=7@C"]
        );
    }

    #[test]
    fn groups_nest() {
        let expected = ["a=3@B", "ab=1@A", "abc=2@A", "abd=4@B", "b=7@C"];
        assert_eq!(flattened("short_circuit(union(A B) tofu_risk(C))", TABLES), expected);
    }

    #[test]
    fn leading_parts_are_found_where_they_are_equivalent() {
        let group: Group = "short_circuit(union(A B) C)".parse().unwrap();
        assert_eq!(group.leading(&"union(A B)".parse().unwrap()), Some(2));
        assert_eq!(group.leading(&group), Some(3));
        assert_eq!(group.leading(&"A".parse().unwrap()), None);
        assert_eq!(group.leading(&"C".parse().unwrap()), None);
    }

    #[test]
    fn text_survives_the_round_trip_and_faults_have_an_offset() {
        for text in ["A", "union()", "short_circuit(union(A B) tofu_risk(C) D)"] {
            assert_eq!(text.parse::<Group>().unwrap().to_string(), text);
        }
        let faults = [("", 0), ("A B", 1), ("union(A", 7), ("both(A)", 7), ("union(A,B)x", 10)];
        for (text, offset) in faults {
            assert_eq!(text.parse::<Group>().unwrap_err().offset(), offset, "{text}");
        }
        let deep = "union(".repeat(100_000);
        assert!(deep.parse::<Group>().is_err());
    }
}
