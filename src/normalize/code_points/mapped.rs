//! The first step: what a character becomes, whatever stands around it.

use unicode_normalization::char::compose;

use super::table::{self, Kind, Replacement};
use super::{CompatibilityForm, Item, Rule, Rules, is_kana};

/// The characters of a line from some offset on, mapped.
#[derive(Clone, Debug)]
pub(super) struct Mapped<'l> {
    line: &'l str,
    rules: Rules,
    form: CompatibilityForm,
    /// Where the blanks at the beginning of the line end.
    indent: usize,
    /// Where the blanks at the end of the line begin.
    end: usize,
    at: usize,
}

impl<'l> Mapped<'l> {
    pub(super) fn new(line: &'l str, rules: Rules, form: CompatibilityForm) -> Mapped<'l> {
        let (indent, end) = match rules.has(Rule::IdeographicSpace) {
            false => (0, line.len()),
            true => {
                let is_blank = |character: char| is_blank(character, rules);
                let indent = line.len() - line.trim_start_matches(is_blank).len();
                (indent, line.trim_end_matches(is_blank).len())
            }
        };
        Mapped { line, rules, form, indent, end, at: 0 }
    }

    pub(super) fn line(&self) -> &'l str {
        self.line
    }

    pub(super) fn rules(&self) -> Rules {
        self.rules
    }

    pub(super) fn form(&self) -> CompatibilityForm {
        self.form
    }

    /// The offset of what comes next.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// Goes on at `offset`.
    pub(super) fn seek(&mut self, offset: usize) {
        self.at = offset;
    }

    /// Maps until no table says more: what was of private use may become a vertical
    /// form, which becomes a mark.
    fn map_to_end(&self, item: &mut Item) {
        while let Some(character) = item.character
            && let Some((rule, replacement)) = self.replacement(character)
        {
            item.replace(replacement.character, rule);
            if rule == Rule::CompatibilityIdeographs && self.form == CompatibilityForm::Sequence {
                item.selector = replacement.selector;
            }
        }
    }

    fn replacement(&self, character: char) -> Option<(Rule, Replacement)> {
        let found = table::replacement(character)?;
        let rule = match found.kind {
            Kind::Radical => Rule::Radicals,
            Kind::CompatibilityIdeograph => Rule::CompatibilityIdeographs,
            Kind::PresentationForm => Rule::PresentationForms,
            Kind::PrivateUseMainland => Rule::PrivateUse,
            // Needs a neighbour: the next step's business.
            Kind::PrivateUseHongKong => return None,
        };
        self.rules.has(rule).then_some((rule, found))
    }

    /// Joins kana and the voiced mark of half width behind it.
    fn join_voiced_mark(&mut self, item: &mut Item) {
        let Some(kana) = item.character.filter(|&character| is_kana(character)) else { return };
        let mark = match self.line[self.at..].chars().next() {
            Some('ﾞ') => '\u{3099}',
            Some('ﾟ') => '\u{309A}',
            _ => return,
        };
        if let Some(voiced) = compose(kana, mark) {
            self.at += 'ﾞ'.len_utf8();
            item.end = self.at;
            item.replace(voiced, Rule::PresentationForms);
        }
    }

    fn is_deleted(&self, character: char, start: usize) -> Option<Rule> {
        let is_at_edge = start < self.indent || start >= self.end;
        match character {
            '\u{3000}' if is_at_edge && self.rules.has(Rule::IdeographicSpace) => {
                Some(Rule::IdeographicSpace)
            }
            _ if is_deleted_control(character, self.rules) => Some(Rule::BidirectionalControls),
            _ => None,
        }
    }
}

impl Iterator for Mapped<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let start = self.at;
        let source = self.line[start..].chars().next()?;
        self.at += source.len_utf8();
        let character = Some(source);
        let mut item = Item { start, end: self.at, source, character, selector: None, rule: None };
        if let Some(rule) = self.is_deleted(source, start) {
            item.delete(rule);
            return Some(item);
        }
        if let Some(ascii) = ascii_of_alphanumeric(source)
            && self.rules.has(Rule::FullwidthAlphanumerics)
        {
            item.replace(ascii, Rule::FullwidthAlphanumerics);
            return Some(item);
        }
        self.map_to_end(&mut item);
        if self.rules.has(Rule::PresentationForms) {
            self.join_voiced_mark(&mut item);
        }
        Some(item)
    }
}

/// What is nothing but room at the end of a line, or goes.
fn is_blank(character: char, rules: Rules) -> bool {
    matches!(character, '\u{3000}' | ' ' | '\t' | '\r' | '\n' | '\u{FEFF}')
        || is_deleted_control(character, rules)
}

fn is_deleted_control(character: char, rules: Rules) -> bool {
    rules.has(Rule::BidirectionalControls)
        && matches!(
            character,
            '\u{61C}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2066}'..='\u{2069}'
        )
}

fn ascii_of_alphanumeric(character: char) -> Option<char> {
    match character {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => super::ascii_of_fullwidth(character),
        _ => None,
    }
}
