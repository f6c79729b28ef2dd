//! The entries of a group as one list, over which the plain longest match is the
//! group's match ([`Group`] says why).
//!
//! This is what is compiled and composed. A list is made of tables, or read back from
//! compiled bytes, so that entries of one's own can be put among those that are part
//! of the program. Nothing here knows what a stage or a configuration is.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::group::Group;
use super::table::Table;
use crate::text::CharacterMap;

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FlatItem<'a> {
    pub(crate) key: &'a str,
    /// Position of its dictionary in [`Group::names`].
    pub(crate) dictionary: usize,
    /// What may replace the key, best first, with a tab between neighbours.
    candidates: Cow<'a, str>,
    /// The length of the first candidate, in bytes.
    first: usize,
}

impl<'a> FlatItem<'a> {
    /// The entry of a key with these candidates, a tab between neighbours.
    pub(crate) fn new(key: &'a str, dictionary: usize, candidates: Cow<'a, str>) -> FlatItem<'a> {
        let first = candidates.find('\t').unwrap_or(candidates.len());
        FlatItem { key, dictionary, candidates, first }
    }

    /// What replaces the key.
    pub(crate) fn replacement(&self) -> &str {
        &self.candidates[..self.first]
    }

    /// All that may replace the key, with a tab between neighbours.
    pub(crate) fn candidates(&self) -> &str {
        &self.candidates
    }

    /// Whether the key has two code points or more.
    pub(crate) fn is_phrase(&self) -> bool {
        self.key.chars().nth(1).is_some()
    }
}

/// The entries of a group, in the order of their keys, each key once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flat<'a> {
    items: Vec<FlatItem<'a>>,
    /// One more than the position of the entry of each single character; 0 for none.
    alone: CharacterMap<u32>,
    /// Where the entries stand whose keys begin with each character, and the length of
    /// the longest of those keys in bytes.
    beginning: CharacterMap<(u32, u32, usize)>,
}

impl<'a> Flat<'a> {
    /// The list of these entries, which are in the order of their keys.
    pub(crate) fn new(items: Vec<FlatItem<'a>>) -> Flat<'a> {
        debug_assert!(items.is_sorted_by(|one, next| one.key < next.key));
        let mut alone = CharacterMap::default();
        let mut beginning: CharacterMap<(u32, u32, usize)> = CharacterMap::default();
        for (item, number) in items.iter().zip(0..) {
            let mut characters = item.key.chars();
            let Some(first) = characters.next() else { continue };
            if characters.next().is_none() {
                *alone.entry(first) = number + 1;
            }
            let (start, end, longest) = beginning.entry(first);
            if *end == 0 {
                *start = number;
            }
            *end = number + 1;
            *longest = item.key.len().max(*longest);
        }
        Flat { items, alone, beginning }
    }

    /// The list of a group of tables.
    ///
    /// # Errors
    ///
    /// The error of `table`, unchanged.
    pub(crate) fn of_group<E>(
        group: &Group,
        table: &dyn Fn(&str) -> Result<&'a Table, E>,
    ) -> Result<Flat<'a>, E> {
        Flat::of_lists(group, &|name| Ok(items_of(table(name)?, 0)))
    }

    /// The list of a group, whose dictionaries `items` gives by name.
    pub(crate) fn of_lists<E>(
        group: &Group,
        items: &dyn Fn(&str) -> Result<Vec<FlatItem<'a>>, E>,
    ) -> Result<Flat<'a>, E> {
        Ok(Flat::new(flatten(group, 0, items)?))
    }

    pub(crate) fn items(&self) -> &[FlatItem<'a>] {
        &self.items
    }

    /// The entry with the longest key that `text` begins with.
    pub(crate) fn longest_match(&self, text: &str) -> Option<&FlatItem<'a>> {
        let &(start, end, longest) = self.beginning.get(text.chars().next()?)?;
        let items = &self.items[start as usize..end as usize];
        let ends = text.char_indices().map(|(at, character)| at + character.len_utf8());
        let mut ends: Vec<usize> = ends.take_while(|end| *end <= longest).collect();
        ends.reverse();
        ends.into_iter().find_map(|end| {
            let found = items.binary_search_by(|item| item.key.cmp(&text[..end])).ok()?;
            Some(&items[found])
        })
    }

    /// What replaces a character where no phrase covers it, if anything does.
    pub(crate) fn character(&self, character: char) -> Option<&str> {
        let number = self.alone.get(character).copied().unwrap_or_default();
        Some(self.items[(number as usize).checked_sub(1)?].replacement())
    }

    /// Whether a phrase has one candidate, which is what its characters become one by
    /// one.
    pub(crate) fn is_by_character(&self, item: &FlatItem<'_>) -> bool {
        self.makes(item.key, item.candidates())
    }

    /// Whether a phrase becomes something else than its characters one by one.
    pub(crate) fn is_effective(&self, item: &FlatItem<'_>) -> bool {
        item.is_phrase() && !self.makes(item.key, item.replacement())
    }

    /// Whether `text` becomes `output` one by one character.
    fn makes(&self, text: &str, output: &str) -> bool {
        let mut rest = output;
        let mut buffer = [0; 4];
        for character in text.chars() {
            let becomes = self.character(character);
            let becomes = becomes.unwrap_or_else(|| character.encode_utf8(&mut buffer));
            match rest.strip_prefix(becomes) {
                Some(behind) => rest = behind,
                None => return false,
            }
        }
        rest.is_empty()
    }
}

fn flatten<'a, E>(
    group: &Group,
    first: usize,
    items: &dyn Fn(&str) -> Result<Vec<FlatItem<'a>>, E>,
) -> Result<Vec<FlatItem<'a>>, E> {
    let lists = |children: &[Group]| {
        let mut number = first;
        let mut lists = Vec::with_capacity(children.len());
        for child in children {
            lists.push(flatten(child, number, items)?);
            number += child.names().len();
        }
        Ok(lists)
    };
    match group {
        Group::Dictionary(name) => {
            let mut items = items(name)?;
            items.iter_mut().for_each(|item| item.dictionary = first);
            Ok(items)
        }
        Group::TofuRisk(child) => flatten(child, first, items),
        Group::Union(children) => Ok(union(lists(children)?)),
        Group::ShortCircuit(children) => Ok(short_circuit(lists(children)?)),
    }
}

/// The entries of a table, as those of the dictionary with this number.
pub(crate) fn items_of(table: &Table, dictionary: usize) -> Vec<FlatItem<'_>> {
    let items = table.entries().iter().map(|entry| FlatItem {
        key: entry.key(),
        dictionary,
        candidates: match entry.candidates() {
            [only] => Cow::Borrowed(only.as_str()),
            several => Cow::Owned(several.join("\t")),
        },
        first: entry.replacement().len(),
    });
    items.collect()
}

/// The longest match of all lists, and among equals the entry of the first one.
fn union(lists: Vec<Vec<FlatItem<'_>>>) -> Vec<FlatItem<'_>> {
    let mut items: Vec<FlatItem<'_>> = lists.into_iter().flatten().collect();
    // Stable: among equals, the first list's comes first.
    items.sort_by(|left, right| left.key.cmp(right.key));
    items.dedup_by(|later, earlier| later.key == earlier.key);
    items
}

/// The longest match of the first list that has any.
fn short_circuit(lists: Vec<Vec<FlatItem<'_>>>) -> Vec<FlatItem<'_>> {
    let numbered = lists.into_iter().enumerate();
    let mut items: Vec<(usize, FlatItem<'_>)> = numbered
        .flat_map(|(list, items)| items.into_iter().map(move |item| (list, item)))
        .collect();
    items.sort_by(|(_, left), (_, right)| left.key.cmp(right.key));
    // Keys that are prefixes of the next one, each with the first list that has it or a
    // prefix of it.
    let mut prefixes: Vec<(&str, usize)> = Vec::new();
    items.retain(|(list, item)| {
        while prefixes.last().is_some_and(|(prefix, _)| !item.key.starts_with(prefix)) {
            prefixes.pop();
        }
        let earliest = prefixes.last().map_or(usize::MAX, |&(_, list)| list);
        prefixes.push((item.key, earliest.min(*list)));
        earliest >= *list
    });
    items.into_iter().map(|(_, item)| item).collect()
}
