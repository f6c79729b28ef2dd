//! The third step: full-width marks within numbers.

use super::deleted::Deleted;
use super::{Item, Rule, Rules, ascii_of_fullwidth};

/// The characters of a line with the marks of numbers in ASCII (W2).
#[derive(Clone, Debug)]
pub(super) struct Numbers<'l> {
    deleted: Deleted<'l>,
    /// The last item that remained.
    previous: Option<Digit>,
}

/// A digit, by what it was: of ASCII or full-width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digit {
    Ascii,
    Fullwidth,
}

impl Digit {
    fn of(item: &Item) -> Option<Digit> {
        match item.source {
            '0'..='9' => Some(Digit::Ascii),
            '０'..='９' => Some(Digit::Fullwidth),
            _ => None,
        }
    }
}

impl<'l> Numbers<'l> {
    pub(super) fn new(deleted: Deleted<'l>) -> Numbers<'l> {
        Numbers { deleted, previous: None }
    }

    pub(super) fn line(&self) -> &'l str {
        self.deleted.line()
    }

    pub(super) fn rules(&self) -> Rules {
        self.deleted.rules()
    }

    /// The offset of what comes next.
    pub(super) fn offset(&self) -> usize {
        self.deleted.offset()
    }

    /// Goes on at `offset`, as [`Deleted::seek`].
    pub(super) fn seek(&mut self, offset: usize) {
        self.previous = match self.line()[..offset].chars().next_back() {
            Some('0'..='9') => Some(Digit::Ascii),
            Some('０'..='９') => Some(Digit::Fullwidth),
            _ => None,
        };
        self.deleted.seek(offset);
    }

    fn is_within_number(&self, mark: char) -> bool {
        match mark {
            '％' => self.previous.is_some(),
            '．' => self.previous.is_some() && self.next_digit().is_some(),
            '：' => {
                self.previous == Some(Digit::Fullwidth)
                    && self.next_digit() == Some(Digit::Fullwidth)
            }
            _ => false,
        }
    }

    /// The next character that remains, if it is a digit.
    fn next_digit(&self) -> Option<Digit> {
        let mut remaining = self.deleted.clone().filter(|item| item.character.is_some());
        Digit::of(&remaining.next()?)
    }
}

impl Iterator for Numbers<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let mut item = self.deleted.next()?;
        let Some(character) = item.character else { return Some(item) };
        if self.rules().has(Rule::FullwidthNumberMarks)
            && self.is_within_number(character)
            && let Some(ascii) = ascii_of_fullwidth(character)
        {
            item.replace(ascii, Rule::FullwidthNumberMarks);
        }
        self.previous = Digit::of(&item);
        Some(item)
    }
}
