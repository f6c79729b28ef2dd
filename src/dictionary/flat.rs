//! The entries of a group as one list, over which the plain longest match is the
//! group's match ([`Group`] says why).
//!
//! This is what is compiled and composed. A list is made of tables, or read back from
//! compiled bytes, so that entries of one's own can be put among those that are part
//! of the program. Nothing here knows what a stage or a configuration is.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use super::group::Group;
use super::list::{List, Listed};
use super::table::Table;
use crate::description::is_operator;
use crate::text::{CharacterMap, compare};

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

    /// All entries of a list.
    pub(crate) fn of_list(list: &'a List) -> Vec<FlatItem<'a>> {
        let items = list.listed().map(|Listed { key, candidates, first }| {
            let candidates = Cow::Borrowed(candidates);
            FlatItem { key, dictionary: 0, candidates, first }
        });
        items.collect()
    }

    /// What replaces the key.
    pub(crate) fn replacement(&self) -> &str {
        &self.candidates[..self.first]
    }

    /// All that may replace the key, with a tab between neighbours.
    pub(crate) fn candidates(&self) -> &str {
        &self.candidates
    }

    /// Whether it has several candidates.
    pub(crate) fn has_several(&self) -> bool {
        self.first < self.candidates.len()
    }

    /// Whether the key has two code points or more.
    pub(crate) fn is_phrase(&self) -> bool {
        self.key.chars().nth(1).is_some()
    }
}

/// The entries of a group, in the order of their keys, each key once.
#[derive(Debug, Default)]
pub(crate) struct Flat<'a> {
    items: Vec<FlatItem<'a>>,
    /// The characters of all keys.
    characters: Vec<char>,
    /// Where those of each key end.
    ends: Vec<usize>,
    /// Whether each entry is effective, once somebody asked.
    effective: OnceBox<Vec<bool>>,
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
        let mut characters = Vec::with_capacity(4 * items.len());
        let mut ends = Vec::with_capacity(items.len());
        for (item, number) in items.iter().zip(0..) {
            let begin = characters.len();
            characters.extend(item.key.chars());
            ends.push(characters.len());
            let Some((&first, others)) = characters[begin..].split_first() else { continue };
            if others.is_empty() {
                *alone.entry(first) = number + 1;
            }
            let (start, end, longest) = beginning.entry(first);
            if *end == 0 {
                *start = number;
            }
            *end = number + 1;
            *longest = item.key.len().max(*longest);
        }
        let effective = OnceBox::new();
        Flat { items, characters, ends, effective, alone, beginning }
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

    /// How many leading dictionaries of `group`, whose list this is, make up `part`, if it
    /// begins so and all phrases are theirs, and all operators of descriptions, which a walk
    /// of the part passes with what they describe: a walk of the group then stops where one
    /// of the part does ([`Group::leading`]).
    pub(crate) fn leading(&self, group: &Group, part: &Group) -> Option<usize> {
        let leading = group.leading(part)?;
        let mut others = self.items.iter().filter(|item| item.dictionary >= leading);
        let is_like_unmatched =
            |item: &FlatItem<'_>| !item.is_phrase() && !item.key.starts_with(is_operator);
        others.all(is_like_unmatched).then_some(leading)
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

    /// The characters of the key of each entry.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &[char]> + Clone {
        let starts = core::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.characters[start..end])
    }

    /// The characters of the key of the entry with this number.
    pub(crate) fn key(&self, number: usize) -> &[char] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.characters[start..self.ends[number]]
    }

    /// Whether each entry is a phrase that becomes something else than its characters one
    /// by one.
    pub(crate) fn effective(&self) -> &[bool] {
        self.effective.get_or_init(|| {
            let becomes = self.becomes();
            let items = self.items.iter().zip(self.keys());
            let is_effective = |(item, key): (&FlatItem<'_>, &[char])| {
                key.len() > 1 && !self.makes(&becomes, key, item.replacement())
            };
            Box::new(items.map(is_effective).collect())
        })
    }

    /// What each character becomes where no phrase covers it: one character, or what
    /// [`Flat::character`] says.
    fn becomes(&self) -> CharacterMap<Becomes> {
        let mut becomes = CharacterMap::default();
        for (item, key) in self.items.iter().zip(self.keys()) {
            if let [only] = *key {
                let mut replacement = item.replacement().chars();
                *becomes.entry(only) = match (replacement.next(), replacement.next()) {
                    (Some(one), None) => Becomes::One(one),
                    _ => Becomes::Others,
                };
            }
        }
        becomes
    }

    /// Whether `key` becomes `output` one by one character.
    fn makes(&self, becomes: &CharacterMap<Becomes>, key: &[char], output: &str) -> bool {
        let mut rest = output.chars();
        for &character in key {
            let is_next = match becomes.get(character).copied().unwrap_or_default() {
                Becomes::Itself => rest.next() == Some(character),
                Becomes::One(one) => rest.next() == Some(one),
                Becomes::Others => {
                    let others = self.character(character).unwrap_or_default();
                    others.chars().all(|one| rest.next() == Some(one))
                }
            };
            if !is_next {
                return false;
            }
        }
        rest.next().is_none()
    }
}

/// What a character becomes alone.
#[derive(Clone, Copy, Debug, Default)]
enum Becomes {
    #[default]
    Itself,
    One(char),
    Others,
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
    items.sort_by(|left, right| compare(left.key, right.key));
    items.dedup_by(|later, earlier| later.key == earlier.key);
    items
}

/// The longest match of the first list that has any.
fn short_circuit(lists: Vec<Vec<FlatItem<'_>>>) -> Vec<FlatItem<'_>> {
    let numbered = lists.into_iter().enumerate();
    let mut items: Vec<(usize, FlatItem<'_>)> = numbered
        .flat_map(|(list, items)| items.into_iter().map(move |item| (list, item)))
        .collect();
    items.sort_by(|(_, left), (_, right)| compare(left.key, right.key));
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
