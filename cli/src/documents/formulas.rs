//! Names of columns within the formulas of spreadsheets.
//!
//! A table of a spreadsheet names its columns as the cells above them do, and programs
//! report a damaged file where the two differ. So whoever converts the cells must
//! convert the names, and formulas call a column by its name in brackets:
//! `SUM(Table1[Amount])`, `Table1[[#This Row],[Amount]]` (ECMA-376 part 1, section
//! 18.17.2, "structured references"). Strings and quoted names of sheets are no such
//! place.

use std::ops::Range;

/// Where the reader of a formula is.
#[derive(Debug, Default)]
pub(crate) struct Formula {
    /// The mark that ends what is quoted, if something is.
    quotation: Option<char>,
    /// How many brackets are open.
    depth: usize,
    is_escaped: bool,
}

impl Formula {
    /// Reads the next part of a formula, and calls `found` with the place of each part of
    /// a name in brackets, in bytes of `text`, and with nothing where a name may end.
    pub(crate) fn read(&mut self, text: &str, mut found: impl FnMut(Option<Range<usize>>)) {
        let mut start = 0;
        for (offset, character) in text.char_indices() {
            if !self.is_mark(character) {
                continue;
            }
            if self.depth > 0 && start < offset {
                found(Some(start..offset));
            }
            found(None);
            self.pass(character);
            start = offset + character.len_utf8();
        }
        if self.depth > 0 && start < text.len() {
            found(Some(start..text.len()));
        }
    }

    /// Whether `character` means something here.
    fn is_mark(&mut self, character: char) -> bool {
        if self.depth > 0 {
            // Marks of formulas are escaped in names.
            let was_escaped = self.is_escaped;
            self.is_escaped = character == '\'' && !was_escaped;
            return !was_escaped && matches!(character, '[' | ']');
        }
        match self.quotation {
            Some(mark) => character == mark,
            None => matches!(character, '"' | '\'' | '['),
        }
    }

    fn pass(&mut self, mark: char) {
        match mark {
            '[' => self.depth += 1,
            ']' => self.depth -= 1,
            _ if self.quotation.is_some() => self.quotation = None,
            _ => self.quotation = Some(mark),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(formula: &str) -> Vec<&str> {
        let mut names = Vec::new();
        Formula::default().read(formula, |range| names.extend(range.map(|range| &formula[range])));
        names
    }

    #[test]
    fn names_stand_in_brackets() {
        assert_eq!(names("SUM(表[金额])"), ["金额"]);
        assert_eq!(names("表[[#This Row],[金'[额]]*2"), ["#This Row", ",", "金'[额"]);
        assert!(names("IF(A1=\"[金额]\",'[金]额'!A1,\"\"\"[金]\")").is_empty());
    }

    #[test]
    fn brackets_that_do_not_match_harm_nobody() {
        assert_eq!(names("]]a[金"), ["金"]);
    }
}
