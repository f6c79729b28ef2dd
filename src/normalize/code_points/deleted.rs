//! The second step: what goes, or is known, because of its neighbours.

use unicode_normalization::char::is_combining_mark;

use super::super::token;
use super::mapped::Mapped;
use super::table::{self, Kind};
use super::{CompatibilityForm, Item, Rule, Rules, is_chinese, is_ideograph};

/// The characters of a line, without what is invisible between Han (C4) and without
/// variation selectors behind Han (C6); private use characters of Hong Kong behind Han
/// are replaced (C7).
#[derive(Clone, Debug)]
pub(super) struct Deleted<'l> {
    mapped: Mapped<'l>,
    /// The last character that remained.
    previous: Option<char>,
    /// The last one that is no combining mark.
    base: Option<char>,
    /// A run of invisible characters: where it ends, and whether it goes. It is asked
    /// once per run, so that long runs take linear time.
    run: Option<(usize, bool)>,
}

impl<'l> Deleted<'l> {
    pub(super) fn new(mapped: Mapped<'l>) -> Deleted<'l> {
        Deleted { mapped, previous: None, base: None, run: None }
    }

    pub(super) fn line(&self) -> &'l str {
        self.mapped.line()
    }

    pub(super) fn rules(&self) -> Rules {
        self.mapped.rules()
    }

    /// The offset of what comes next.
    pub(super) fn offset(&self) -> usize {
        self.mapped.offset()
    }

    /// Goes on at `offset`, behind the position and behind at least one character;
    /// nothing from the position to there is changed by any rule.
    pub(super) fn seek(&mut self, offset: usize) {
        let unchanged = &self.line()[self.offset()..offset];
        self.mapped.seek(offset);
        self.previous = unchanged.chars().next_back();
        let is_base = |character: &char| !is_combining_mark(*character);
        self.base = unchanged.chars().rev().find(is_base).or(self.base);
    }

    fn change(&mut self, item: &mut Item) {
        let Some(character) = item.character else { return };
        let rules = self.rules();
        if rules.has(Rule::ZeroWidth) && is_invisible(character) {
            if self.is_run_deleted(item) {
                item.delete(Rule::ZeroWidth);
            }
        } else if rules.has(Rule::VariationSelectors) && self.is_needless_selector(character) {
            item.delete(Rule::VariationSelectors);
        } else if rules.has(Rule::PrivateUse)
            && self.base.is_some_and(is_ideograph)
            && let Some(ideograph) = of_hong_kong(character)
        {
            item.replace(ideograph, Rule::PrivateUse);
        }
    }

    /// Whether Chinese text stands on both sides of the run of invisible characters in
    /// which this is one, Han on one of them. Marks of ASCII count as the full-width
    /// ones that they may become, so that a second normalization finds nothing.
    fn is_run_deleted(&mut self, item: &Item) -> bool {
        if let Some((end, is_deleted)) = self.run
            && item.start < end
        {
            return is_deleted;
        }
        let mut end = item.end;
        let mut next = None;
        for Item { start, end: end_of_next, character, .. } in self.mapped.clone() {
            match character {
                Some(character) if !is_invisible(character) => {
                    next = Some(character);
                    end = start;
                    break;
                }
                _ => end = end_of_next,
            }
        }
        let is_deleted = self.base.zip(next).is_some_and(|(base, next)| {
            (self.is_text(base) && self.is_text(next)) && (self.is_han(base) || self.is_han(next))
        });
        self.run = Some((end, is_deleted));
        is_deleted
    }

    /// Whether the character is Han or kana and stands for itself, or will be.
    fn is_han(&self, character: char) -> bool {
        (token::is_han(character) && !is_combining_mark(character))
            || self.rules().has(Rule::PrivateUse) && of_hong_kong(character).is_some()
    }

    /// Whether the character belongs to Chinese text, or is a mark of ASCII that rules
    /// of marks may replace by one that does.
    fn is_text(&self, character: char) -> bool {
        self.is_han(character)
            || is_chinese(character)
            || (character.is_ascii_punctuation() && !"@#$%&=+/\\".contains(character))
    }

    fn is_needless_selector(&self, character: char) -> bool {
        let is_selector = match character {
            '\u{E0100}'..='\u{E01EF}' => true,
            '\u{FE00}'..='\u{FE0F}' => self.mapped.form() == CompatibilityForm::Unified,
            _ => false,
        };
        is_selector && self.previous.is_some_and(is_ideograph)
    }

    fn remember(&mut self, item: &Item) {
        for character in item.characters() {
            self.previous = Some(character);
            if !is_combining_mark(character) {
                self.base = Some(character);
            }
        }
    }
}

impl Iterator for Deleted<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let mut item = self.mapped.next()?;
        self.change(&mut item);
        self.remember(&item);
        Some(item)
    }
}

/// Whether this has no width and only says where lines and words break or join.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

fn of_hong_kong(character: char) -> Option<char> {
    let found = table::replacement(character)?;
    (found.kind == Kind::PrivateUseHongKong).then_some(found.character)
}
