//! Dictionaries: what is read is what is written, compiled bytes find what the tables
//! have, and damaged bytes are refused or searched, never a panic.

use std::collections::BTreeMap;

use fanjian::dictionary::{Group, Matcher, Table, compile};

use crate::input::Input;
use crate::mutate::{Pieces, Random};
use crate::pieces::OTHER;

/// What its texts are made of.
pub const PIECES: Pieces = Pieces { own: &[TABLE, TABLE, OTHER], keys: 5 };

/// What tables and groups are made of.
const TABLE: &[&str] = &[
    "\t",
    "\n",
    "\r\n",
    "发\t發\n",
    "头发\t頭髮\n",
    "# ",
    " ",
    "\t\t",
    "A型\tA型\n",
    "𠀀\t一\n",
    "union(",
    ")",
    "short_circuit(",
    "tofu_risk(",
    "A",
    "B",
    "C ",
    "union(A short_circuit(B A) tofu_risk(C))\n",
    "\u{FEFF}",
    "⿰氵青\t清\n",
    "\u{F90A}\t金\n",
];

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let text = input.line();
    // The first line is a group, and the rest are its tables.
    let (group, rest) = text.split_once('\n').unwrap_or(("A", &text));
    tables(&text);
    let group = match group.parse::<Group>() {
        Ok(group) => group,
        Err(error) => {
            assert!(error.offset() <= text.len());
            assert!(!error.to_string().is_empty());
            Group::Dictionary("A".to_owned())
        }
    };
    assert_eq!(group.to_string().parse().as_ref(), Ok(&group), "a group is what it is written as");
    let tables: Vec<Table> =
        rest.split("\n\n").filter_map(|part| Table::parse_opencc(part).ok()).collect();
    let table =
        |name: &str| tables.get(name.bytes().map(usize::from).sum::<usize>() % tables.len().max(1));
    let Ok(bytes) = compile(&group, table) else { return };
    whole(&bytes, &group, table, &text);
    damaged(&input, bytes, &text);
}

/// What is written is read again.
fn tables(text: &str) {
    for read in [Table::parse(text), Table::parse_opencc(text)] {
        match read {
            Ok(table) => {
                let keys: Vec<&str> = table.entries().iter().map(|entry| entry.key()).collect();
                assert!(keys.is_sorted_by(|one, other| one < other));
                assert!(table.entries().iter().all(|entry| !entry.replacement().is_empty()));
            }
            Err(error) => assert!((1..=text.lines().count()).contains(&error.line()), "{error}"),
        }
    }
}

/// Compiled bytes find the longest key of the group's entries.
fn whole<'t>(bytes: &[u8], group: &Group, table: impl Fn(&str) -> Option<&'t Table>, text: &str) {
    let matcher = Matcher::from_bytes(bytes).expect("what was compiled is well-formed");
    let find = |name: &str| table(name).ok_or(());
    let entries: BTreeMap<_, _> = group.flatten(&find).expect("all dictionaries are there");
    for (at, _) in text.char_indices().take(200) {
        let rest = &text[at..];
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(matcher.longest_key());
        let expected = ends.filter_map(|end| entries.get_key_value(&rest[..end])).last();
        let found = matcher.longest_match(rest);
        assert_eq!(
            found.map(|found| (
                found.key().to_owned(),
                found.candidates().map(Into::into).collect()
            )),
            expected.map(|(key, entry)| ((*key).to_owned(), entry.candidates.to_vec())),
            "at {at} of {text:?}"
        );
    }
}

/// Some bytes are others, or missing.
fn damaged(input: &Input<'_>, mut bytes: Vec<u8>, text: &str) {
    let mut random = Random::new(
        input
            .body()
            .iter()
            .fold(7, |hash: u32, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)),
    );
    for _ in 0..8 {
        let at = random.below(bytes.len());
        let was = bytes[at];
        bytes[at] = random.below(256) as u8;
        search(&bytes, text);
        if random.below(2) == 0 {
            bytes[at] = was;
        }
    }
    let length = random.below(bytes.len());
    search(&bytes[..length], text);
}

fn search(bytes: &[u8], text: &str) {
    let Ok(matcher) = Matcher::from_bytes(bytes) else { return };
    let _ = matcher.names().count();
    for (at, _) in text.char_indices().take(60) {
        if let Some(found) = matcher.longest_match(&text[at..]) {
            assert!(!found.key().is_empty());
            let _ = (found.replacement(), found.candidates().count(), found.dictionary());
        }
    }
}
