//! Text within the notations of spreadsheets.
//!
//! A table names its columns as the cells above them do, and programs report a damaged
//! file where the two differ. So whoever converts the cells must convert the names, and
//! formulas call a column by its name in brackets: `SUM(Table1[Amount])`,
//! `Table1[[#This Row],[Amount]]` (ECMA-376 part 1, section 18.17, structured
//! references). Strings and quoted names of sheets are no such place.
//!
//! What is printed at the top and at the bottom of a page is text with codes between:
//! `&L` for the left part, `&P` for the number of the page, `&"Arial,Bold"` for a font
//! (section 18.3.1.46).

use std::ops::Range;

/// The reader of a notation, and where in it it is.
#[derive(Debug)]
pub(crate) enum Notation {
    Formula(Formula),
    Header(Header),
}

/// Where the reader of a formula is.
#[derive(Debug, Default)]
pub(crate) struct Formula {
    /// The mark that ends what is quoted, if something is.
    quotation: Option<char>,
    /// How many brackets are open.
    depth: usize,
    is_escaped: bool,
}

/// Where the reader of a page's header is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Header {
    Text,
    /// Behind the mark of a code.
    Code,
    /// In the name of a font.
    Font,
}

impl Notation {
    /// Reads the next part, and calls `found` with the place of each part of a text, in
    /// bytes of `part`, and with nothing where a text may end.
    pub(crate) fn read(&mut self, part: &str, mut found: impl FnMut(Option<Range<usize>>)) {
        let mut start = None;
        for (offset, character) in part.char_indices() {
            if self.reads_text(character) {
                start.get_or_insert(offset);
                continue;
            }
            if let Some(start) = start.take() {
                found(Some(start..offset));
            }
            found(None);
        }
        if let Some(start) = start {
            found(Some(start..part.len()));
        }
    }

    /// Whether `character`, which comes next, belongs to a text.
    fn reads_text(&mut self, character: char) -> bool {
        match self {
            Notation::Formula(formula) => formula.reads_name(character),
            Notation::Header(header) => header.reads_text(character),
        }
    }
}

impl Formula {
    fn reads_name(&mut self, character: char) -> bool {
        if self.depth > 0 {
            return self.reads_name_in_brackets(character);
        }
        match (self.quotation, character) {
            (Some(mark), _) if character == mark => self.quotation = None,
            (None, '"' | '\'') => self.quotation = Some(character),
            (None, '[') => self.depth = 1,
            _ => {}
        }
        false
    }

    fn reads_name_in_brackets(&mut self, character: char) -> bool {
        // Marks of formulas are escaped in names.
        let was_escaped = self.is_escaped;
        self.is_escaped = character == '\'' && !was_escaped;
        match character {
            '[' if !was_escaped => self.depth += 1,
            ']' if !was_escaped => self.depth -= 1,
            _ => return true,
        }
        false
    }
}

impl Header {
    fn reads_text(&mut self, character: char) -> bool {
        let (next, is_text) = match (*self, character) {
            (Header::Text, '&') => (Header::Code, false),
            (Header::Text, _) => (Header::Text, true),
            (Header::Code, '"') => (Header::Font, false),
            (Header::Code, _) | (Header::Font, '"') => (Header::Text, false),
            (Header::Font, _) => (Header::Font, false),
        };
        *self = next;
        is_text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(mut notation: Notation, source: &str) -> Vec<&str> {
        let mut texts = Vec::new();
        notation.read(source, |range| texts.extend(range.map(|range| &source[range])));
        texts
    }

    fn names(formula: &str) -> Vec<&str> {
        texts(Notation::Formula(Formula::default()), formula)
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

    #[test]
    fn codes_of_headers_are_no_text() {
        let header = "左&L&\"宋体,Bold\"&12第&P页&&尾&";
        assert_eq!(texts(Notation::Header(Header::Text), header), ["左", "2第", "页", "尾"]);
    }
}
