//! The longest match at one place of a text, over compiled dictionaries.
//!
//! This is the definition of what a compiled group does; `scan` walks a whole
//! text and must agree with it. Nothing here knows of stages or configurations.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::ops::Range;

use super::format::{
    BY_CHARACTER, FormatError, IN_KEY, MAXIMUM_DICTIONARIES, REPLACEMENT, ROW, SPECIAL, Sections,
    VALUE_HEAD, hash,
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
    matcher: Matcher<'b>,
    key: &'t str,
    entry: Found,
}

/// Which entry was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The one whose value is at this offset of the values.
    Value(usize),
    /// A phrase of this dictionary that converts as its characters do.
    ByCharacter(usize),
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
        let (length, entry) = self.find(text)?;
        Some(Match { matcher: *self, key: &text[..length], entry })
    }

    /// The longest entry whose key `text` begins with, and the key's length.
    fn find(&self, text: &str) -> Option<(usize, Found)> {
        if let Some(phrase) = self.find_phrase(text) {
            return Some(phrase);
        }
        let character = text.chars().next()?;
        let offset = self.find_character(character)?;
        Some((character.len_utf8(), Found::Value(offset)))
    }

    /// The longest phrase that `text` begins with, and the length of its key.
    pub(super) fn find_phrase(&self, text: &str) -> Option<(usize, Found)> {
        let mut characters = text.chars();
        let pair = hash(characters.next()?.into(), characters.next()?.into());
        if !self.sections.neighbours.may_contain(pair) {
            return None;
        }
        let Range { start, end } = self.bucket((pair >> (32 - self.sections.bucket_bits)) as usize);
        let mut position = start;
        while position < end {
            let phrase = self.phrase(position);
            if let Some(length) = phrase.length_in(text) {
                return Some((length, phrase.found()));
            }
            position = phrase.next();
        }
        None
    }

    /// The offset of the value of an entry whose key is `character`.
    fn find_character(&self, character: char) -> Option<usize> {
        let code_point = |[code_point, _]: &[[u8; 4]; 2]| u32::from_le_bytes(*code_point);
        let characters = self.sections.characters;
        let position = characters.binary_search_by_key(&u32::from(character), code_point).ok()?;
        Some(u32::from_le_bytes(characters[position][1]) as usize)
    }

    /// What `character` becomes where no phrase covers it: its entry's
    /// replacement, if it has an entry.
    pub(super) fn replace_character(&self, character: char) -> Option<&'b str> {
        self.find_character(character).map(|offset| self.value(offset).replacement)
    }

    /// The record of a code point; zero where no character of its row is in a key.
    #[inline(always)]
    pub(super) fn record(&self, code_point: u32) -> u32 {
        let row = match self.sections.rows.get(code_point as usize / ROW) {
            Some(row) => u16::from_le_bytes(*row),
            None => 0,
        };
        u32::from_le_bytes(self.sections.records[usize::from(row)][code_point as usize % ROW])
    }

    fn bucket(&self, number: usize) -> Range<usize> {
        let start = |number: usize| u32::from_le_bytes(self.sections.buckets[number]) as usize;
        start(number)..start(number + 1)
    }

    fn phrase(&self, position: usize) -> Phrase<'b> {
        let head = u16::from_le_bytes(self.sections.phrases[position]);
        Phrase {
            elements: self.sections.phrases,
            position,
            length: usize::from(head & 0xFF),
            dictionary: usize::from(head >> 8 & 0x3F),
            by_character: head & BY_CHARACTER != 0,
        }
    }

    pub(super) fn value(&self, offset: usize) -> Value<'b> {
        let values = self.sections.values;
        let length = |at: usize| usize::from(u16::from_le_bytes([values[at], values[at + 1]]));
        let start = offset + VALUE_HEAD;
        Value {
            dictionary: usize::from(values[offset]),
            replacement: str_of(&values[start..start + length(offset + 1)]),
            candidates: str_of(&values[start..start + length(offset + 3)]),
        }
    }

    /// Whether some key contains `character`.
    pub(crate) fn is_in_key(&self, character: char) -> bool {
        self.record(character.into()) & IN_KEY != 0
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
        for row in sections.rows {
            let row = usize::from(u16::from_le_bytes(*row));
            require(row < sections.records.len(), "the number of a row is too large")?;
        }
        let zero = |record: &[u8; 4]| *record == [0; 4];
        require(sections.records[0].iter().all(zero), "the first row is not empty")?;
        for record in sections.records.iter().flatten().map(|record| u32::from_le_bytes(*record)) {
            let [a, b, c, _] = record.to_le_bytes();
            let one_character = |text: &str| text.chars().count() == 1;
            let well_formed = record & (SPECIAL | REPLACEMENT) == SPECIAL
                || record == 0
                || core::str::from_utf8(&[a, b, c]).is_ok_and(one_character);
            require(well_formed, "a record is not one character of three bytes")?;
        }
        let mut last = None;
        for [code_point, offset] in sections.characters {
            let code_point = u32::from_le_bytes(*code_point);
            require(last < Some(code_point), "the characters are out of order")?;
            require(
                self.has_value(u32::from_le_bytes(*offset) as usize, dictionaries),
                "a character has no value",
            )?;
            last = Some(code_point);
        }
        let mut expected = 0;
        for bucket in 0..sections.buckets.len() - 1 {
            let Range { start, end } = self.bucket(bucket);
            require(start == expected && start <= end, "the buckets are out of order")?;
            require(end <= sections.phrases.len(), "a bucket ends behind the phrases")?;
            let mut position = start;
            while position < end {
                let phrase = self.phrase(position);
                require(phrase.length >= 2 && phrase.next() <= end, "a phrase has a wrong length")?;
                let valued = match phrase.found() {
                    Found::Value(offset) => self.has_value(offset, dictionaries),
                    Found::ByCharacter(dictionary) => dictionary < dictionaries,
                };
                require(valued, "a phrase has no value")?;
                position = phrase.next();
            }
            expected = end;
        }
        require(expected == sections.phrases.len(), "phrases stand outside the buckets")
    }

    fn has_value(&self, offset: usize, dictionaries: usize) -> bool {
        let values = self.sections.values;
        let Some(head) = values.get(offset..offset.saturating_add(VALUE_HEAD)) else {
            return false;
        };
        let replacement = usize::from(u16::from_le_bytes([head[1], head[2]]));
        let all = usize::from(u16::from_le_bytes([head[3], head[4]]));
        let candidates = values.get(offset + VALUE_HEAD..offset + VALUE_HEAD + all);
        let text = candidates.and_then(|bytes| core::str::from_utf8(bytes).ok());
        usize::from(head[0]) < dictionaries
            && text.is_some_and(|text| text.split('\t').next().map(str::len) == Some(replacement))
    }
}

impl fmt::Debug for Matcher<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.names()).finish()
    }
}

/// One phrase of a bucket.
struct Phrase<'b> {
    elements: &'b [[u8; 2]],
    position: usize,
    length: usize,
    dictionary: usize,
    by_character: bool,
}

impl Phrase<'_> {
    fn element(&self, number: usize) -> u16 {
        self.elements.get(self.position + 1 + number).map_or(0, |unit| u16::from_le_bytes(*unit))
    }

    /// The length in bytes of the key, when `text` begins with it.
    fn length_in(&self, text: &str) -> Option<usize> {
        let mut characters = text.chars();
        let mut compared = 0;
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
        if self.by_character {
            return Found::ByCharacter(self.dictionary);
        }
        let half = |number| usize::from(self.element(self.length + number));
        Found::Value(half(0) | half(1) << 16)
    }

    /// Where the phrase behind this one begins.
    fn next(&self) -> usize {
        self.position + 1 + self.length + if self.by_character { 0 } else { 2 }
    }
}

/// One value.
pub(super) struct Value<'b> {
    pub(super) dictionary: usize,
    pub(super) replacement: &'b str,
    candidates: &'b str,
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
        match self.entry {
            Found::Value(offset) => Cow::Borrowed(self.matcher.value(offset).replacement),
            Found::ByCharacter(_) => {
                let mut replacement = String::with_capacity(self.key.len());
                self.matcher.for_each_replacement(self.key, |part| replacement.push_str(part));
                Cow::Owned(replacement)
            }
        }
    }

    /// All that may replace the key, best first.
    pub fn candidates(&self) -> impl Iterator<Item = Cow<'b, str>> + use<'b> {
        // A phrase that converts as its characters do has one candidate.
        let (by_character, listed) = match self.entry {
            Found::Value(offset) => (None, Some(self.matcher.value(offset).candidates)),
            Found::ByCharacter(_) => (Some(self.replacement()), None),
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
        self.matcher.dictionary_number(self.entry)
    }
}

impl<'b> Matcher<'b> {
    pub(super) fn dictionary_number(&self, entry: Found) -> usize {
        match entry {
            Found::Value(offset) => self.value(offset).dictionary,
            Found::ByCharacter(dictionary) => dictionary,
        }
    }

    /// Calls `take` with what replaces each character of `text`, phrases aside.
    pub(super) fn for_each_replacement(&self, text: &str, mut take: impl FnMut(&str)) {
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
