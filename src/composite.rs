//! All stages of a configuration as one table: what each character becomes
//! through all of them, and where that is not all there is to say.
//!
//! Nearly everywhere a text converts as its characters do, one by one. What
//! differs is due to **effective phrases**, those that a stage replaces by
//! something else than its characters' replacements. A composite knows of every
//! pair of characters in the *source* that can have a part in an effective phrase
//! of *any* stage, and of every pair between which a match of any stage can
//! reach. So a text may be converted by character with one look at a table per
//! character, whatever the number of stages, and only around a suspicious pair
//! the stages are carried out, from border to border.
//!
//! Three questions are answered, from the fastest to the most exact:
//!
//! 1. *May these two have a part in an effective phrase?* Each character has
//!    [`CLASSES`] bits for standing first and as many for standing second; two
//!    characters are suspicious when they share a bit. Both are in the entry that
//!    has the replacement, so asking costs nothing.
//! 2. *And with the next one?* A filter of three characters.
//! 3. *May a match reach across the border between these two?* A filter of two.
//!
//! Where nothing changes, another question is enough: *is any of these a **telltale**?*
//! Those are all characters that a stage changes, and one of each phrase that a stage
//! changes though none of its characters does ([`Telltales`]). A text without any is what
//! it becomes.
//!
//! Composites are compiled ([`compile`]) from groups of dictionaries and laid out
//! as lists of what differs from another composite, their base, so that those of
//! related configurations are small. The table for the hot path has a place for
//! every code point of the basic plane; it is made of the lists when it is first
//! asked for, in some ten microseconds.
//!
//! This module knows neither texts nor how they are walked.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;

use once_cell::race::OnceBox;

use crate::dictionary::{FormatError, Matcher};
use crate::filter::{ANY, Pairs, Triples};
use crate::text::NONE;

mod compile;
mod listed;
pub use compile::{Chain, Composition, compose};
pub(crate) use compile::{ClassesOf, Cutting, Effort, FlatStages, compose_before, compose_flat};
pub(crate) use listed::Listed;
use listed::Lists;

/// First bytes of compiled composites.
const MAGIC: [u8; 8] = *b"fanjian+";
/// Version of the form; any change of the form changes it.
const VERSION: u32 = 9;
/// Sections: replacements, classes, beginnings, those of later stages, neighbours, those of
/// later stages, listed characters, telltales, telling pairs, plain heads, phrases.
const SECTIONS: usize = 11;

/// How many dictionaries of phrases have those that keep the borders between their
/// characters in all stages; they are the first ones.
pub(crate) const KEEPING_BORDERS: usize = 1;

/// The first character, that of the supplementary ideographic plane, of those that
/// have no entry and are suspicious wherever they stand.
pub(crate) const FIRST_BEYOND: char = '\u{20000}';

/// How many classes there are of characters that begin suspicious pairs.
pub(crate) const CLASSES: u32 = 7;

/// Entry bits: what to change in the code point (exclusive or), so that the entry
/// of a character that nothing changes is zero.
pub(crate) const CHANGE: u32 = 0xFFFF;
/// Entry bits: the classes behind whose characters this one is suspicious.
pub(crate) const BEHIND: u32 = 0x7F << BEHIND_SHIFT;
/// The lowest bit of [`BEHIND`].
pub(crate) const BEHIND_SHIFT: u32 = 16;
/// Entry flag: the character is suspicious wherever it stands.
pub(crate) const SPECIAL: u32 = 1 << 23;
/// The lowest bit of the classes of a character that stands before another.
pub(crate) const BEFORE_SHIFT: u32 = 24;

/// Flag of a plain head: it is suspicious whatever stands behind it, and else only before
/// what a match may join it to.
pub(crate) const ALONE: u32 = 1 << 31;

/// Whether a character with the entry `entry` is suspicious behind one with the
/// entry `before`.
#[inline(always)]
pub(crate) const fn is_suspicious(before: u32, entry: u32) -> bool {
    (before >> (BEFORE_SHIFT - BEHIND_SHIFT) | SPECIAL) & entry & (BEHIND | SPECIAL) != 0
}

/// The entries of all code points of the basic plane.
pub(crate) type Entries = [u32; 1 << 16];

/// What a text has that conversion changes, unless it has a character that has no entry
/// and is suspicious wherever it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Telltales<'c> {
    /// What each code point of the basic plane tells, as the bits that follow; [`NONE`]
    /// tells nothing.
    pub(crate) of: &'c [u8; 1 << 16],
    /// What has the telling pairs.
    composite: &'c Composite<'c>,
}

/// A telltale that a stage changes, or of which nothing more is known.
pub(crate) const CHANGES: u8 = 1;
/// A telltale if it makes a telling pair with the character before it or behind it: such
/// a pair is in a phrase that a stage changes, and none of its characters.
pub(crate) const TELLS: u8 = 2;
/// The first one of a telling pair, whose second one tells.
pub(crate) const TOLD_BEHIND: u8 = 4;
/// The second one of a telling pair, whose first one tells.
pub(crate) const TOLD_BEFORE: u8 = 8;

impl Telltales<'_> {
    /// Whether a character is one that stands behind one and before two others.
    #[inline(always)]
    pub(crate) fn may_have(&self, unit: u16, before: u16, [behind, next]: [u16; 2]) -> bool {
        let [told_behind, what, told_before] =
            [before, unit, behind].map(|unit| self.of[usize::from(unit)]);
        let may_tell = |first, second, third| {
            self.composite.lineage().any(|it| it.telling.may_begin(first, second, third))
        };
        what & CHANGES != 0
            || what & TELLS != 0
                && (told_behind & TOLD_BEHIND != 0 && may_tell(before, unit, behind)
                    || told_before & TOLD_BEFORE != 0 && may_tell(unit, behind, next))
    }
}

/// A compiled composite, used where its bytes lie.
#[derive(Debug)]
pub(crate) struct Composite<'b> {
    base: Option<&'b Composite<'b>>,
    replacements: &'b [[[u8; 2]; 2]],
    classes: &'b [[u8; 4]],
    beginnings: Triples<'b>,
    /// The beginnings that later stages than the first have.
    later: Triples<'b>,
    neighbours: Pairs<'b>,
    /// Whether those are all, and not what the base has not.
    has_all_neighbours: bool,
    /// The neighbours of segmentation and later stages, if they are not as in the base.
    later_neighbours: Option<Pairs<'b>>,
    listed: &'b [[[u8; 3]; 2]],
    /// What they tell, but for what replacements and classes say, and the base.
    telltales: &'b [[u8; 3]],
    /// The telling pairs that the base has not, with the character behind them where the
    /// phrase has one.
    telling: Triples<'b>,
    /// What effective phrases become that are texts of their own, where that is not
    /// as in the base.
    phrases: Option<Matcher<'b>>,
    /// Characters of one, two or four bytes that matter in a way that the entries cannot
    /// tell, but for those beyond them, and that the base has not; in order, and with
    /// [`ALONE`].
    plain_heads: &'b [[u8; 4]],
    /// Whether there are any, those of the base among them.
    has_plain_heads: bool,
    entries: OnceBox<Entries>,
    all_telltales: OnceBox<[u8; 1 << 16]>,
    lists: OnceBox<Lists>,
}

impl<'b> Composite<'b> {
    /// The composite in bytes that are embedded in the crate, and its base.
    ///
    /// Those of a form that this version does not read stop the build.
    pub(crate) const fn embedded(
        bytes: &'b [u8],
        base: Option<&'b Composite<'b>>,
    ) -> Composite<'b> {
        let sections = match locate(bytes) {
            Some(sections) => sections,
            // `CONTRIBUTING.md` says when: to compile for a new form.
            None if cfg!(fanjian_bootstrap) => [&[] as &[u8]; SECTIONS],
            None => panic!("the embedded composites have another form"),
        };
        Composite::new(sections, base)
    }

    const fn new(sections: [&'b [u8]; SECTIONS], base: Option<&'b Composite<'b>>) -> Composite<'b> {
        let [replacements, classes, beginnings, later, neighbours, later_neighbours, ..] = sections;
        let [.., listed, telltales, telling, plain_heads, phrases] = sections;
        Composite {
            base,
            replacements: replacements.as_chunks().0.as_chunks().0,
            classes: classes.as_chunks().0,
            beginnings: Triples::new(beginnings.as_chunks().0),
            later: Triples::new(later.as_chunks().0),
            neighbours: Pairs::new(neighbours.as_chunks().0),
            has_all_neighbours: base.is_none(),
            later_neighbours: match later_neighbours.is_empty() {
                true => None,
                false => Some(Pairs::new(later_neighbours.as_chunks().0)),
            },
            listed: listed.as_chunks().0.as_chunks().0,
            telltales: telltales.as_chunks().0,
            telling: Triples::new(telling.as_chunks().0),
            phrases: match phrases.is_empty() {
                true => None,
                false => Some(Matcher::embedded(phrases)),
            },
            plain_heads: plain_heads.as_chunks().0,
            has_plain_heads: !plain_heads.is_empty()
                || matches!(base, Some(Composite { has_plain_heads: true, .. })),
            entries: OnceBox::new(),
            all_telltales: OnceBox::new(),
            lists: OnceBox::new(),
        }
    }

    /// The table for the hot path. Of its 256 KiB those pages are in use that
    /// have characters which something changes.
    #[inline]
    pub(crate) fn entries(&self) -> &Entries {
        self.entries.get_or_init(|| {
            let zeros = vec![0; 1 << 16].into_boxed_slice();
            let mut entries: Box<Entries> = zeros.try_into().expect("as many as asked for");
            self.fill(&mut entries);
            entries
        })
    }

    /// The telltales, of which a table is made when they are first asked for.
    #[inline]
    pub(crate) fn telltales(&self) -> Telltales<'_> {
        let of = self.all_telltales.get_or_init(|| {
            let nothing = vec![0; 1 << 16].into_boxed_slice();
            let mut of: Box<[u8; 1 << 16]> = nothing.try_into().expect("as many as asked for");
            for composite in self.lineage() {
                for [unit, _] in composite.replacements {
                    of[usize::from(u16::from_le_bytes(*unit))] |= CHANGES;
                }
                for [low, high, behind, _] in composite.classes {
                    let is_special = u32::from(*behind) << BEHIND_SHIFT & SPECIAL != 0;
                    let what = if is_special { CHANGES } else { 0 };
                    of[usize::from(u16::from_le_bytes([*low, *high]))] |= what;
                }
                for [low, high, what] in composite.telltales {
                    of[usize::from(u16::from_le_bytes([*low, *high]))] |= what;
                }
            }
            of
        });
        Telltales { of, composite: self }
    }

    /// The classes of all characters that are in some, as a composition has them.
    pub(crate) fn classes(&self) -> ClassesOf {
        let entries = self.entries().iter().zip(0..=u16::MAX);
        let byte = |entry: &u32, shift| (entry >> shift) as u8;
        let classes = entries
            .map(|(entry, unit)| (unit, [byte(entry, BEHIND_SHIFT), byte(entry, BEFORE_SHIFT)]));
        classes.filter(|(_, classes)| *classes != [0, 0]).collect()
    }

    fn fill(&self, entries: &mut Entries) {
        if let Some(base) = self.base {
            base.fill(entries);
        }
        for [code_point, change] in self.replacements {
            let entry = &mut entries[usize::from(u16::from_le_bytes(*code_point))];
            *entry = *entry & !CHANGE | u32::from(u16::from_le_bytes(*change));
        }
        for [low, high, behind, before] in self.classes {
            let entry = &mut entries[usize::from(u16::from_le_bytes([*low, *high]))];
            let classes = u32::from(*behind) << BEHIND_SHIFT | u32::from(*before) << BEFORE_SHIFT;
            *entry = *entry & CHANGE | classes;
        }
    }

    /// What is known of a character that is special or beyond the entries, when
    /// nothing joins it to its neighbours. The table for that is made when it is
    /// first asked for.
    #[inline]
    pub(crate) fn listed(&self, code_point: u32) -> Listed {
        self.lists.get_or_init(|| Box::new(self.lists())).get(code_point)
    }

    fn lists(&self) -> Lists {
        let count = self.lineage().map(|composite| composite.listed.len()).sum();
        let mut lists = Lists::with_room(count);
        self.list(&mut lists);
        lists
    }

    fn list(&self, lists: &mut Lists) {
        if let Some(base) = self.base {
            base.list(lists);
        }
        for line in self.listed {
            lists.add(line);
        }
    }

    /// Appends to `output` what `text` becomes where it becomes what its characters
    /// become, and says whether that is certain; otherwise it appends nothing.
    pub(crate) fn convert_by_character(&self, text: &str, output: &mut String) -> bool {
        let start = output.len();
        let entries = self.entries();
        let mut before = entries[usize::from(NONE)];
        for character in text.chars() {
            let entry = entry(entries, character);
            let is_certain = match is_in_table(character) {
                true => !is_suspicious(before, entry),
                false => !self.is_plain_head(character) && character < FIRST_BEYOND,
            };
            if !is_certain {
                output.truncate(start);
                return false;
            }
            output.push(changed(character, entry));
            before = entry;
        }
        true
    }

    /// The triples with which an effective phrase may have a suspicious pair, its
    /// third unit being [`NONE`] where it has two and ends.
    #[inline(always)]
    pub(crate) fn beginnings(&self) -> Triples<'_> {
        self.beginnings
    }

    /// Effective phrases, as far as that is worth knowing, and what they become where
    /// no match reaches across their ends. Those of the first [`KEEPING_BORDERS`]
    /// dictionaries keep the borders between their characters in all stages.
    #[inline]
    pub(crate) fn phrases(&self) -> Option<&Matcher<'b>> {
        self.lineage().find_map(|composite| composite.phrases.as_ref())
    }

    /// Whether these three are suspicious for no other reason than the first stage;
    /// never wrong when it says yes.
    #[inline]
    pub(crate) fn is_due_to_first(&self, first: u16, second: u16, third: u16) -> bool {
        !self.later.may_begin(first, second, third)
    }

    /// Whether a match of some stage may reach across the border between these
    /// two, or from the first to whatever follows it ([`ANY`]); never wrong when
    /// it says no.
    #[inline]
    pub(crate) fn may_join(&self, first: char, second: Option<char>) -> bool {
        let (first, second) = (first.into(), second.map_or(ANY, u32::from));
        let mut composite = self;
        loop {
            if composite.neighbours.may_contain(first, second) {
                return true;
            }
            match composite.base {
                Some(base) if !composite.has_all_neighbours => composite = base,
                _ => return false,
            }
        }
    }

    /// Whether a match of the segmentation or of a later stage than the first may reach
    /// across a border at which a piece of the first one ends; never wrong when it says no.
    #[inline]
    pub(crate) fn may_join_later(&self, first: char, second: Option<char>) -> bool {
        match self.lineage().find_map(|composite| composite.later_neighbours) {
            Some(later) => later.may_contain(first.into(), second.map_or(ANY, u32::from)),
            None => self.may_join(first, second),
        }
    }

    /// Characters of one, two or four bytes that are suspicious: a stage changes them, or an
    /// effective phrase begins with them that has no character of three bytes. Few have any.
    pub(crate) fn plain_heads(&self) -> impl Iterator<Item = char> {
        let heads = self.lineage().flat_map(|composite| composite.plain_heads);
        heads.filter_map(|head| char::from_u32(plain_head(head)))
    }

    /// Whether there are any plain heads.
    #[inline]
    pub(crate) fn has_plain_heads(&self) -> bool {
        self.has_plain_heads
    }

    /// Whether a character is a plain head.
    pub(crate) fn is_plain_head(&self, character: char) -> bool {
        self.noted_heads(character).next().is_some()
    }

    /// Whether a plain head is suspicious that has this character behind it.
    pub(crate) fn is_plain_head_before(&self, character: char, next: Option<char>) -> bool {
        let mut noted = self.noted_heads(character).peekable();
        noted.peek().is_some()
            && (noted.any(|head| head & ALONE != 0) || self.may_join(character, next))
    }

    /// What is noted of a plain head, with its [`ALONE`].
    fn noted_heads(&self, character: char) -> impl Iterator<Item = u32> {
        self.lineage().filter_map(move |composite| {
            let heads = composite.plain_heads;
            let found = heads.binary_search_by_key(&u32::from(character), plain_head);
            found.ok().map(|at| u32::from_le_bytes(heads[at]))
        })
    }

    /// This one, its base, the base of that, and so on.
    #[inline]
    fn lineage(&self) -> impl Iterator<Item = &Composite<'b>> {
        core::iter::successors(Some(self), |composite| composite.base)
    }
}

/// The code point of a plain head as it is noted.
fn plain_head(noted: &[u8; 4]) -> u32 {
    u32::from_le_bytes(*noted) & !ALONE
}

/// Whether the table has a character: those that have three bytes.
#[inline]
fn is_in_table(character: char) -> bool {
    character.len_utf8() == 3
}

/// The entry of a character, or that of none for one that is not in the table.
#[inline]
fn entry(entries: &Entries, character: char) -> u32 {
    let unit = u16::try_from(u32::from(character)).unwrap_or(NONE);
    entries[usize::from(if is_in_table(character) { unit } else { NONE })]
}

/// What a character becomes that has this entry.
#[inline]
fn changed(character: char, entry: u32) -> char {
    match is_in_table(character) {
        true => char::from_u32(u32::from(character) ^ entry & CHANGE).unwrap_or(character),
        false => character,
    }
}

/// The same of the bytes of a character of three bytes; with the entry of [`NONE`],
/// whatever they are of.
#[inline(always)]
pub(crate) fn change([a, b, c]: [u8; 3], entry: u32) -> [u8; 3] {
    let change = entry & CHANGE;
    [a ^ (change >> 12) as u8, b ^ (change >> 6 & 0x3F) as u8, c ^ (change & 0x3F) as u8]
}

impl<'b> Composite<'b> {
    /// The composite in bytes that were composed, and its base, if they were with one: all
    /// is said that is not said there, and all neighbours.
    /// Checks all that could make anything but text of a text.
    pub(crate) fn from_bytes(
        bytes: &'b [u8],
        base: Option<&'b Composite<'b>>,
    ) -> Result<Composite<'b>, FormatError> {
        let sections = locate(bytes).ok_or(FormatError::NotCompiled)?;
        let length: usize = sections.iter().map(|section| section.len()).sum();
        let widths = [4, 4, 8, 8, 8, 8, 6, 3, 8, 4, 1];
        let fits = sections.iter().zip(widths).all(|(section, width)| section.len() % width == 0);
        let require = |condition: bool, reason| match condition {
            true => Ok(()),
            false => Err(FormatError::Malformed(reason)),
        };
        require(
            bytes.len() == MAGIC.len() + 4 * (1 + SECTIONS) + length,
            "a composite is too long",
        )?;
        require(fits, "a section of a composite ends within an element")?;
        if let [.., phrases] = sections
            && !phrases.is_empty()
        {
            Matcher::from_bytes(phrases)?;
        }
        let composite = Composite { has_all_neighbours: true, ..Composite::new(sections, base) };
        let is_in_table = |unit: u16| char::from_u32(unit.into()).is_some_and(is_in_table);
        let replacements = composite.replacements.iter().map(|pair| pair.map(u16::from_le_bytes));
        require(
            replacements
                .into_iter()
                .all(|[unit, change]| is_in_table(unit) && is_in_table(unit ^ change)),
            "a character of a composite becomes one of another length",
        )?;
        let mut classes = composite.classes.iter();
        let limit = 1 << CLASSES;
        require(
            classes.all(|&[low, high, behind, before]| match u16::from_le_bytes([low, high]) {
                NONE => behind == 0 && before < limit,
                unit => is_in_table(unit) && before < limit,
            }),
            "a class of a composite is of no character",
        )?;
        require(
            composite
                .telltales
                .iter()
                .all(|[low, high, _]| is_in_table(u16::from_le_bytes([*low, *high]))),
            "a telltale of a composite is no character of three bytes",
        )?;
        require(composite.listed.iter().all(Lists::is_line), "a list of a composite is malformed")?;
        require(
            composite.plain_heads.is_sorted_by_key(plain_head),
            "characters of a composite are not in order",
        )?;
        Ok(composite)
    }
}

/// Finds the sections: behind the magic come the version, the lengths of the sections in
/// bytes (all `u32`, little-endian), and the sections without gaps.
const fn locate(bytes: &[u8]) -> Option<[&[u8]; SECTIONS]> {
    let Some((magic, rest)) = bytes.split_first_chunk() else { return None };
    if u64::from_le_bytes(*magic) != u64::from_le_bytes(MAGIC) {
        return None;
    }
    let Some((header, mut rest)) = rest.split_at_checked(4 * (1 + SECTIONS)) else { return None };
    let (fields, _) = header.as_chunks::<4>();
    if u32::from_le_bytes(fields[0]) != VERSION {
        return None;
    }
    let mut sections: [&[u8]; SECTIONS] = [&[]; SECTIONS];
    let mut number = 0;
    while number < SECTIONS {
        let length = u32::from_le_bytes(fields[1 + number]) as usize;
        let Some((section, behind)) = rest.split_at_checked(length) else { return None };
        (sections[number], rest) = (section, behind);
        number += 1;
    }
    Some(sections)
}

#[cfg(test)]
impl<'b> Composite<'b> {
    /// One that has nothing but these telling pairs.
    pub(crate) const fn of_telling(pairs: &'b [[u8; 8]]) -> Composite<'b> {
        let nothing: &[u8] = &[];
        let mut composite = Composite::new([nothing; SECTIONS], None);
        composite.telling = Triples::new(pairs);
        composite
    }

    /// Its telling pairs, with telltales of one's own.
    pub(crate) const fn telling<'c>(&'c self, of: &'c [u8; 1 << 16]) -> Telltales<'c> {
        Telltales { of, composite: self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::{Extent, Table};
    use crate::embedded::PLANS;
    use crate::plan::Plan;
    use crate::stages::Stages;
    use crate::text::{code_unit, code_unit_before};
    use alloc::borrow::ToOwned;
    use alloc::vec::Vec;

    /// What the composite is certain of must be what the stages give.
    fn check(plan: &Plan<'_>, text: &str, stages: &mut Stages) -> bool {
        let (mut by_character, mut by_stages) = (String::new(), String::new());
        let is_certain = plan.composite.convert_by_character(text, &mut by_character);
        if is_certain {
            stages.advance(plan, text, Extent::Whole, &mut by_stages);
            assert_eq!(by_character, by_stages, "{text:?}");
        }
        is_certain
    }

    /// Whether a text may be something else than what it becomes.
    fn may_change(composite: &Composite<'_>, text: &str) -> bool {
        let telltales = composite.telltales();
        let bytes = text.as_bytes();
        let unit = |offset| code_unit(bytes, offset);
        text.char_indices().any(|(offset, character)| match character.len_utf8() {
            3 => {
                let before = code_unit_before(bytes, offset);
                telltales.may_have(unit(offset), before, [offset + 3, offset + 6].map(unit))
            }
            _ => character >= FIRST_BEYOND,
        })
    }

    #[test]
    fn whatever_changes_has_a_telltale() {
        for plan in PLANS.iter().flatten() {
            let mut texts = String::new();
            let keys = plan.conversion.iter().flat_map(|stage| {
                texts.clear();
                let flat = stage.flat(&mut texts);
                flat.iter().map(|item| item.key.to_owned()).collect::<Vec<_>>()
            });
            let keys: Vec<String> = keys.collect();
            let mut stages = Stages::default();
            let mut changed = 0;
            for (number, key) in keys.iter().enumerate() {
                // By itself, and behind another one.
                let other = &keys[(number * 7919 + 13) % keys.len()];
                for text in [key, &[other.as_str(), key].concat()] {
                    let mut converted = String::new();
                    stages.advance(plan, text, Extent::Whole, &mut converted);
                    changed += usize::from(converted != *text);
                    assert!(converted == *text || may_change(plan.composite, text), "{text}");
                }
            }
            assert!(changed > keys.len() / 4, "{changed} of {}", keys.len());
        }
    }

    #[test]
    fn what_cuts_and_later_stages_join_is_known_by_itself() {
        let (mut asked, mut denied) = (0, 0);
        for plan in PLANS.iter().flatten() {
            let [first, later @ ..] = plan.conversion else { continue };
            let cutting = plan.segmentation.as_ref().filter(|by| !by.is_walk_of(first));
            let Some(cutting) = cutting.filter(|_| !later.is_empty()) else { continue };
            // Characters that the first stage leaves as they are come so to later ones.
            for [one, next] in
                [&cutting.matcher].into_iter().chain(later).flat_map(|it| it.neighbours())
            {
                assert!(plan.composite.may_join_later(one, Some(next)), "{one}{next}");
                assert!(plan.composite.may_join_later(one, None), "{one}");
            }
            for [one, next] in first.neighbours() {
                assert!(plan.composite.may_join(one, Some(next)), "{one}{next}");
                asked += 1;
                denied += usize::from(!plan.composite.may_join_later(one, Some(next)));
            }
        }
        assert!(denied > asked / 2, "{denied} of {asked}");
    }

    #[test]
    fn a_telltale_that_is_no_character_is_refused() {
        let table = Table::parse("北京\t南京\n").unwrap();
        let conversion = vec!["phrases".parse().unwrap()];
        let chain = Chain { normalization: None, segmentation: None, conversion };
        let mut bytes = compose(&chain, |_| Some(&table), None).unwrap().to_bytes(None);
        assert!(Composite::from_bytes(&bytes, None).is_ok());
        let [.., telltales, _, _, _] = locate(&bytes).unwrap();
        let start = telltales.as_ptr() as usize - bytes.as_ptr() as usize;
        bytes[start..start + 2].fill(0);
        assert!(Composite::from_bytes(&bytes, None).is_err());
    }

    #[test]
    fn common_texts_have_no_telltales() {
        let composite = PLANS.iter().flatten().map(|plan| plan.composite);
        for text in ["人山人海，天天向上", "123 abc", "，。「」", "大家一同"] {
            assert!(composite.clone().all(|composite| !may_change(composite, text)), "{text}");
        }
    }

    #[test]
    fn characters_are_certain_unless_they_are_special() {
        for plan in PLANS.iter().flatten() {
            let entries = plan.composite.entries();
            let mut stages = Stages::default();
            for character in '\0'..=char::MAX {
                let is_certain = check(plan, character.encode_utf8(&mut [0; 4]), &mut stages);
                let is_special = match character.len_utf8() {
                    3 => is_suspicious(entries[usize::from(NONE)], entries[character as usize]),
                    _ => plan.composite.is_plain_head(character) || character >= FIRST_BEYOND,
                };
                assert_eq!(is_certain, !is_special, "{character:?}");
                if character >= FIRST_BEYOND {
                    // Those that follow are no different.
                    break;
                }
            }
        }
    }

    #[test]
    fn pairs_of_characters_that_matter_are_suspicious_or_stand_for_themselves() {
        for plan in PLANS.iter().flatten() {
            let entries = plan.composite.entries();
            let matters = |character: &char| entries[*character as usize] != 0;
            let characters: Vec<char> = ('\u{800}'..='\u{FFFF}').filter(matters).collect();
            let mut stages = Stages::default();
            let mut number = 0;
            for _ in 0..20_000 {
                // A step that has nothing in common with the number of pairs.
                number = (number + 7_368_787) % (characters.len() * characters.len());
                let first = characters[number / characters.len()];
                let second = characters[number % characters.len()];
                check(plan, &String::from_iter([first, second]), &mut stages);
            }
        }
    }
}
