//! The longest match at one place of a text, over compiled dictionaries.
//!
//! This is the definition of what a compiled group does; `walk` goes over a whole
//! text by it. Nothing here knows of stages or configurations.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU64;
use core::ops::Range;

use crate::text::{CharacterMap, NONE, code_unit_of, sorted_by_text};

use super::flat::FlatItem;
use super::format::{
    ALONE, BUCKETS_PER_BASE, BY_CHARACTER, DICTIONARY_SHIFT, FormatError, MAXIMUM_DICTIONARIES,
    NO_SECOND, OTHER_LENGTHS, Sections, bucket, first_number, second_bit,
};

/// A compiled group of dictionaries, searched in place.
///
/// Making one costs a few comparisons: no table is parsed, copied or allocated.
#[derive(Clone, Copy)]
pub struct Matcher<'b> {
    pub(super) sections: Sections<'b>,
}

/// An entry found by [`Matcher::longest_match`].
#[derive(Clone, Copy)]
pub struct Match<'b, 't> {
    pub(super) matcher: Matcher<'b>,
    pub(super) key: &'t str,
    pub(super) found: Found,
}

/// Which entry was found: the number of its dictionary, from 1 on, in the lowest byte, and
/// above it that of its value, from 1 on, or 0 when it converts as its characters do. In
/// one number it comes from a search in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found(NonZeroU64);

impl Found {
    #[inline]
    fn new(dictionary: usize, value: Option<usize>) -> Found {
        let value = value.map_or(0, |value| value as u64 + 1);
        let number = (value << 8) + dictionary as u64 + 1;
        Found(NonZeroU64::new(number).unwrap_or(NonZeroU64::MIN))
    }

    /// The position of its dictionary in the group.
    #[inline]
    pub(super) fn dictionary(self) -> usize {
        usize::from(self.0.get() as u8) - 1
    }

    /// The offset of its value, or `None` when it converts as its characters do.
    #[inline]
    fn value(self) -> Option<usize> {
        (self.0.get() >> 8).checked_sub(1).map(|value| value as usize)
    }

    /// Whether the entry is a phrase that converts as its characters do.
    #[inline]
    pub(super) fn is_by_character(self) -> bool {
        self.value().is_none()
    }
}

impl<'b> Matcher<'b> {
    /// Reads bytes that [`compile`](super::compile()) made, checking all of them.
    ///
    /// # Errors
    ///
    /// [`FormatError`] for bytes of another origin or version, for truncated
    /// bytes, and for tables that contradict each other.
    pub fn from_bytes(bytes: &'b [u8]) -> Result<Matcher<'b>, FormatError> {
        let matcher = Matcher { sections: Sections::locate(bytes)? };
        matcher.check()?;
        Ok(matcher)
    }

    /// [`Matcher::from_bytes`] for bytes embedded in the crate, at compile time
    /// and without the check of every element, which a test makes.
    pub(crate) const fn embedded(bytes: &'b [u8]) -> Matcher<'b> {
        match Sections::locate(bytes) {
            Ok(sections) => Matcher { sections },
            // `CONTRIBUTING.md` says when: to compile for a new form.
            Err(_) if cfg!(fanjian_bootstrap) => Matcher { sections: Sections::NONE },
            Err(_) => panic!("the embedded dictionaries have another form"),
        }
    }

    /// The names of the dictionaries, in the order of their group.
    pub fn names(&self) -> impl Iterator<Item = &'b str> + use<'b> {
        str_of(self.sections.names).lines()
    }

    /// The longest key, in code points.
    #[must_use]
    pub fn longest_key(&self) -> usize {
        self.sections.longest_key
    }

    /// The longest entry whose key `text` begins with.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::dictionary::{Group, Matcher, Table, compile};
    ///
    /// let table = Table::parse("发\t發\t髮\n头发\t頭髮\n")?;
    /// let bytes = compile(&"all".parse::<Group>()?, |_| Some(&table))?;
    /// let matcher = Matcher::from_bytes(&bytes)?;
    /// let found = matcher.longest_match("发现").expect("发 is an entry");
    /// assert_eq!(found.key(), "发");
    /// assert_eq!(found.candidates().collect::<Vec<_>>(), ["發", "髮"]);
    /// assert!(matcher.longest_match("现").is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn longest_match<'t>(&self, text: &'t str) -> Option<Match<'b, 't>> {
        let (length, found) = self.find(text)?;
        Some(Match { matcher: *self, key: &text[..length], found })
    }

    /// The longest entry whose key `text` begins with, and the key's length.
    pub(super) fn find(&self, text: &str) -> Option<(usize, Found)> {
        self.find_phrase(text).or_else(|| {
            let first = u32::from(text.chars().next()?);
            match self.first(first) & ALONE {
                0 => None,
                _ => self.find_in(first, NO_SECOND, text),
            }
        })
    }

    /// The longest entry of two code points or more whose key `text` begins with.
    pub(crate) fn longest_phrase<'t>(&self, text: &'t str) -> Option<Match<'b, 't>> {
        let (length, found) = self.find_phrase(text)?;
        Some(Match { matcher: *self, key: &text[..length], found })
    }

    /// The longest phrase that `text` begins with, and the length of its key.
    #[inline]
    pub(super) fn find_phrase(&self, text: &str) -> Option<(usize, Found)> {
        let (first, second) = {
            let mut characters = text.chars();
            (u32::from(characters.next()?), u32::from(characters.next()?))
        };
        self.find_phrase_of(first, second, text)
    }

    /// [`Matcher::find_phrase`] where the first two code points of `text` are known.
    #[inline(always)]
    pub(super) fn find_phrase_of(
        &self,
        first: u32,
        second: u32,
        text: &str,
    ) -> Option<(usize, Found)> {
        match self.first(first) & second_bit(second) {
            0 => None,
            _ => self.find_in(first, second, text),
        }
    }

    /// Whether some key begins with `first`; never wrong when it says no.
    #[inline]
    pub(super) fn may_begin(&self, first: char) -> bool {
        self.first(first.into()) != 0
    }

    /// What the keys with this first code point are like.
    #[inline]
    fn first(&self, first: u32) -> u16 {
        let firsts = self.sections.firsts;
        u16::from_le_bytes(firsts[first_number(first, firsts.len())])
    }

    /// The first entry of the bucket for these two whose key `text` begins with.
    fn find_in(&self, first: u32, second: u32, text: &str) -> Option<(usize, Found)> {
        let units = leading_units(text.as_bytes());
        let Range { start, end } = self.bucket(bucket(first, second, self.sections.bucket_bits));
        let mut position = start;
        while position < end {
            let entry = self.entry(position);
            if let Some(length) = entry.length_in(text, units) {
                return Some((length, entry.found()));
            }
            position = entry.next();
        }
        None
    }

    /// What `character` becomes where no phrase covers it: its entry's
    /// replacement, if it has an entry.
    fn replace_character(&self, character: char) -> Option<&'b str> {
        if self.first(character.into()) & ALONE == 0 {
            return None;
        }
        let mut buffer = [0; 4];
        let (_, found) =
            self.find_in(character.into(), NO_SECOND, character.encode_utf8(&mut buffer))?;
        Some(self.first_candidate(found.value()?))
    }

    fn bucket(&self, number: usize) -> Range<usize> {
        let start = |number: usize| {
            let base = u32::from_le_bytes(self.sections.bases[number / BUCKETS_PER_BASE]);
            base as usize + usize::from(u16::from_le_bytes(self.sections.buckets[number]))
        };
        start(number)..start(number + 1)
    }

    fn entry(&self, position: usize) -> Entry<'b> {
        let head = u16::from_le_bytes(self.sections.entries[position]);
        Entry {
            elements: self.sections.entries,
            position,
            length: usize::from(head & 0xFF),
            dictionary: usize::from(head >> DICTIONARY_SHIFT & 0x3F),
            by_character: head & BY_CHARACTER != 0,
            has_others: head & OTHER_LENGTHS != 0,
        }
    }

    /// The first candidate of the value at this offset.
    fn first_candidate(&self, offset: usize) -> &'b str {
        let [first, _, start] = self.value_head(offset).unwrap_or_default();
        str_of(self.sections.values.get(start..start + first).unwrap_or_default())
    }

    /// All candidates of the value at this offset.
    fn candidates(&self, offset: usize) -> &'b str {
        let [first, rest, start] = self.value_head(offset).unwrap_or_default();
        str_of(self.sections.values.get(start..start + first + rest).unwrap_or_default())
    }

    /// The lengths of a value's first candidate and of the others, and the offset
    /// of the candidates.
    fn value_head(&self, offset: usize) -> Option<[usize; 3]> {
        let bytes = self.sections.values;
        let length = |at: usize| match usize::from(*bytes.get(at)?) {
            length @ ..0x80 => Some((length, at + 1)),
            high => Some(((high & 0x7F) << 8 | usize::from(*bytes.get(at + 1)?), at + 2)),
        };
        let (first, behind) = length(offset)?;
        let (rest, start) = length(behind)?;
        Some([first, rest, start])
    }

    /// What replaces `key`, which was found.
    pub(super) fn replacement(&self, key: &str, found: Found, mut take: impl FnMut(&str)) {
        match found.value() {
            Some(value) => take(self.first_candidate(value)),
            None => self.for_each_replacement(key, take),
        }
    }

    /// Whether `text` may contain a key; never wrong when it says no.
    ///
    /// Costs a fraction of a search where few lead bytes begin all keys, and
    /// says yes at once where many do.
    pub(crate) fn may_match(&self, text: &str) -> bool {
        match *self.sections.prefixes {
            [one] => contains_prefix(text.as_bytes(), one, one),
            [one, other] => contains_prefix(text.as_bytes(), one, other),
            _ => true,
        }
    }

    /// Checks every number that a search relies on.
    fn check(&self) -> Result<(), FormatError> {
        let require = |condition: bool, reason| match condition {
            true => Ok(()),
            false => Err(FormatError::Malformed(reason)),
        };
        let sections = &self.sections;
        require(core::str::from_utf8(sections.names).is_ok(), "a name is not UTF-8")?;
        let dictionaries = self.names().take(MAXIMUM_DICTIONARIES + 1).count();
        require(dictionaries <= MAXIMUM_DICTIONARIES, "there are too many dictionaries")?;
        let mut expected = 0;
        for bucket in 0..sections.buckets.len() - 1 {
            let Range { start, end } = self.bucket(bucket);
            require(start == expected && start <= end, "the buckets are out of order")?;
            require(end <= sections.entries.len(), "a bucket ends behind the entries")?;
            let mut position = start;
            while position < end {
                let entry = self.entry(position);
                require(entry.length >= 1 && entry.next() <= end, "a key has a wrong length")?;
                let has_others = (0..entry.length).any(|number| entry.element(number) < 0x800);
                require(
                    !has_others || entry.has_others,
                    "a character of a key has another length",
                )?;
                require(entry.dictionary < dictionaries, "an entry has no dictionary")?;
                let value = entry.found().value();
                require(value.is_none_or(|value| self.has_value(value)), "an entry has no value")?;
                position = entry.next();
            }
            expected = end;
        }
        require(expected == sections.entries.len(), "entries stand outside the buckets")
    }

    fn has_value(&self, offset: usize) -> bool {
        let Some([first, rest, start]) = self.value_head(offset) else {
            return false;
        };
        let candidates = self.sections.values.get(start..start + first + rest);
        let text = candidates.and_then(|bytes| core::str::from_utf8(bytes).ok());
        text.is_some_and(|text| text.split('\t').next().map(str::len) == Some(first))
    }
}

impl fmt::Debug for Matcher<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.names()).finish()
    }
}

/// One entry of a bucket.
pub(super) struct Entry<'b> {
    elements: &'b [[u8; 2]],
    position: usize,
    length: usize,
    dictionary: usize,
    by_character: bool,
    has_others: bool,
}

impl<'b> Entry<'b> {
    fn element(&self, number: usize) -> u16 {
        self.elements.get(self.position + 1 + number).map_or(0, |unit| u16::from_le_bytes(*unit))
    }

    /// The code units of its key.
    pub(super) fn units(&self) -> &'b [[u8; 2]] {
        self.elements
            .get(self.position + 1..)
            .and_then(|it| it.get(..self.length))
            .unwrap_or_default()
    }

    /// All of it as it is compiled.
    pub(super) fn elements(&self) -> &'b [[u8; 2]] {
        self.elements.get(self.position..self.next()).unwrap_or_default()
    }

    /// The characters of the key.
    pub(super) fn characters(&self) -> impl Iterator<Item = char> + use<'b> {
        let units = self.units().iter().map(|unit| u16::from_le_bytes(*unit));
        char::decode_utf16(units).map(Result::unwrap_or_default)
    }

    /// The length in bytes of the key, when `text` begins with it, whose
    /// [`leading_units`] these are.
    #[inline]
    fn length_in(&self, text: &str, units: u64) -> Option<usize> {
        // Nearly all keys have characters of three bytes throughout, and few more
        // than four: one comparison for all of them.
        let own = self.elements.get(self.position + 1..).and_then(<[_]>::first_chunk::<4>);
        if let (false, Some(own)) = (self.has_others, own) {
            let own = u64::from_le_bytes(*own.as_flattened().first_chunk()?);
            // Units behind the key do not count.
            let counted = u64::MAX >> (64 - 16 * self.length.clamp(1, 4));
            if (own ^ units) & counted != 0 {
                return None;
            }
            if self.length <= 4 {
                return Some(3 * self.length);
            }
        }
        let mut compared = 0;
        let mut bytes = text.as_bytes();
        while compared < self.length
            && let Some((three, behind)) = bytes.split_first_chunk()
            && let unit = code_unit_of(*three)
            // A key may have the unit that stands for none: NUL.
            && unit != NONE
            && self.element(compared) == unit
        {
            (bytes, compared) = (behind, compared + 1);
        }
        match compared == self.length {
            true => Some(3 * compared),
            false => self
                .length_in_any(&text[3 * compared..], compared)
                .map(|length| 3 * compared + length),
        }
    }

    /// [`Entry::length_in`] from so many code units on, whatever they are.
    fn length_in_any(&self, text: &str, mut compared: usize) -> Option<usize> {
        let mut characters = text.chars();
        while compared < self.length {
            let mut buffer = [0; 2];
            for unit in characters.next()?.encode_utf16(&mut buffer) {
                if *unit != self.element(compared) {
                    return None;
                }
                compared += 1;
            }
        }
        Some(text.len() - characters.as_str().len())
    }

    fn found(&self) -> Found {
        let half = |number| usize::from(self.element(self.length + number));
        let value = (!self.by_character).then(|| half(0) | half(1) << 16);
        Found::new(self.dictionary, value)
    }

    /// Where the entry behind this one begins.
    fn next(&self) -> usize {
        self.position + 1 + self.length + if self.by_character { 0 } else { 2 }
    }
}

impl<'b, 't> Match<'b, 't> {
    /// The text that the entry matched.
    #[must_use]
    pub fn key(&self) -> &'t str {
        self.key
    }

    /// What replaces the key.
    #[must_use]
    pub fn replacement(&self) -> Cow<'b, str> {
        match self.found.value() {
            Some(value) => Cow::Borrowed(self.matcher.first_candidate(value)),
            None => {
                let mut replacement = String::with_capacity(self.key.len());
                self.matcher.for_each_replacement(self.key, |part| replacement.push_str(part));
                Cow::Owned(replacement)
            }
        }
    }

    /// What becomes of a character of the key, counted from 0, where the replacement has
    /// as many characters.
    pub(crate) fn nth_replaced(&self, number: usize) -> Option<char> {
        if let Some(value) = self.found.value() {
            return self.matcher.first_candidate(value).chars().nth(number);
        }
        let character = self.key.chars().nth(number)?;
        match self.matcher.replace_character(character) {
            Some(replacement) => replacement.chars().next(),
            None => Some(character),
        }
    }

    /// All that may replace the key, best first.
    pub fn candidates(&self) -> impl Iterator<Item = Cow<'b, str>> + use<'b> {
        // A phrase that converts as its characters do has one candidate.
        let (by_character, listed) = match self.found.value() {
            Some(value) => (None, Some(self.matcher.candidates(value))),
            None => (Some(self.replacement()), None),
        };
        let listed = listed.into_iter().flat_map(|all| all.split('\t').map(Cow::Borrowed));
        by_character.into_iter().chain(listed)
    }

    /// The name of the dictionary that has the entry.
    ///
    /// # Panics
    ///
    /// Never: a matcher is made only of bytes that name all their dictionaries.
    #[must_use]
    pub fn dictionary(&self) -> &'b str {
        let number = self.dictionary_number();
        self.matcher.names().nth(number).expect("the number of a dictionary that is named")
    }

    /// The position of the dictionary in its group.
    pub(crate) fn dictionary_number(&self) -> usize {
        self.found.dictionary()
    }
}

impl<'b> Matcher<'b> {
    /// How many entries each dictionary has.
    pub(crate) fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; MAXIMUM_DICTIONARIES + 2];
        self.all().for_each(|entry| counts[entry.dictionary] += 1);
        counts
    }

    /// The entries as a list, whose texts are written to `texts` where the compiled bytes
    /// do not have them.
    pub(crate) fn flat<'k>(&self, texts: &'k mut String) -> Vec<FlatItem<'k>>
    where
        'b: 'k,
    {
        self.flat_of(texts, |_| true)
    }

    /// The same without phrases that convert as their characters do and have no other
    /// candidates.
    pub(crate) fn flat_without_those_by_character<'k>(
        &self,
        texts: &'k mut String,
    ) -> Vec<FlatItem<'k>>
    where
        'b: 'k,
    {
        self.flat_of(texts, |entry| !entry.by_character)
    }

    fn flat_of<'k>(
        &self,
        texts: &'k mut String,
        is_wanted: impl Fn(&Entry<'b>) -> bool,
    ) -> Vec<FlatItem<'k>>
    where
        'b: 'k,
    {
        let alone = self.characters();
        let mut ends = Vec::new();
        for entry in self.all().filter(is_wanted) {
            texts.extend(entry.characters());
            let end_of_key = texts.len();
            let found = entry.found();
            if found.is_by_character() {
                for character in entry.characters() {
                    match alone.get(character).copied().flatten() {
                        Some(replacement) => texts.push_str(replacement),
                        None => texts.push(character),
                    }
                }
            }
            ends.push((end_of_key, texts.len(), found));
        }
        let mut start = 0;
        let items = ends.into_iter().map(|(end_of_key, end, found)| {
            let key = &texts[start..end_of_key];
            start = end;
            let candidates = match found.value() {
                Some(value) => self.candidates(value),
                None => &texts[end_of_key..end],
            };
            FlatItem::new(key, found.dictionary(), Cow::Borrowed(candidates))
        });
        sorted_by_text(items.collect(), |item| item.key)
    }

    /// The characters that stand side by side in keys.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = [char; 2]> {
        self.all().flat_map(|entry| {
            entry.characters().zip(entry.characters().skip(1)).map(|(one, next)| [one, next])
        })
    }

    /// What single characters become that have an entry.
    fn characters(&self) -> CharacterMap<Option<&'b str>> {
        let mut alone = CharacterMap::default();
        for entry in self.all().filter(|entry| entry.length <= 2) {
            let mut characters = entry.characters();
            if let (Some(only), None) = (characters.next(), characters.next()) {
                *alone.entry(only) = entry.found().value().map(|value| self.first_candidate(value));
            }
        }
        alone
    }

    /// All entries, in the order of their buckets.
    pub(super) fn all(&self) -> impl Iterator<Item = Entry<'b>> {
        let mut position = 0;
        core::iter::from_fn(move || {
            let entry = (position < self.sections.entries.len()).then(|| self.entry(position))?;
            position = entry.next();
            Some(entry)
        })
    }

    /// Calls `take` with what replaces each character of `text`, phrases aside.
    fn for_each_replacement(&self, text: &str, mut take: impl FnMut(&str)) {
        for (offset, character) in text.char_indices() {
            match self.replace_character(character) {
                Some(replacement) => take(replacement),
                None => take(&text[offset..offset + character.len_utf8()]),
            }
        }
    }
}

impl fmt::Debug for Match<'_, '_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = formatter.debug_struct("Match");
        fields.field("key", &self.key()).field("replacement", &self.replacement());
        fields.field("dictionary", &self.dictionary()).finish()
    }
}

/// The bytes of a compiled text. They are UTF-8: embedded ones by a test, all
/// others by [`Matcher::from_bytes`].
fn str_of(bytes: &[u8]) -> &str {
    debug_assert!(core::str::from_utf8(bytes).is_ok());
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// Whether a lead byte and a second byte in the range of either prefix stand
/// side by side in `bytes`.
fn contains_prefix(bytes: &[u8], one: [u8; 4], other: [u8; 4]) -> bool {
    // Straight-line work over fixed blocks, which compilers turn into vectors.
    const BLOCK: usize = 32;
    let within = |lead: u8, second: u8, [wanted, low, high, _]: [u8; 4]| {
        (lead == wanted) & (second.wrapping_sub(low) <= high.wrapping_sub(low))
    };
    let found = |lead: u8, second: u8| within(lead, second, one) | within(lead, second, other);
    let found_in = |leads: &[u8; BLOCK], seconds: &[u8; BLOCK]| {
        let pairs = leads.iter().zip(seconds);
        pairs.fold(false, |any, (&lead, &second)| any | found(lead, second))
    };
    let Some((_, seconds)) = bytes.split_first() else {
        return false;
    };
    let leads = &bytes[..seconds.len()];
    let (lead_blocks, second_blocks) = (leads.as_chunks().0, seconds.as_chunks().0);
    if lead_blocks.iter().zip(second_blocks).any(|(leads, seconds)| found_in(leads, seconds)) {
        return true;
    }
    match (leads.last_chunk(), seconds.last_chunk()) {
        // The last block may have a part of the one before.
        (Some(leads), Some(seconds)) => found_in(leads, seconds),
        _ => leads.iter().zip(seconds).any(|(&lead, &second)| found(lead, second)),
    }
}

/// The units of the first four characters, the first lowest, as long as they have
/// three bytes each; zero where one has not or there is none, and anything behind
/// that.
#[inline]
fn leading_units(text: &[u8]) -> u64 {
    let leading = match text.first_chunk::<12>() {
        Some(leading) => *leading,
        None => {
            let mut padded = [0; 12];
            padded[..text.len()].copy_from_slice(text);
            padded
        }
    };
    let (characters, _) = leading.as_chunks::<3>();
    let mut units = 0;
    for (number, character) in characters.iter().enumerate() {
        let unit = u64::from(code_unit_of(*character));
        units |= unit << (16 * number);
    }
    units
}
