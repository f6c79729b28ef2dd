//! Catalogues of gettext (PO).
//!
//! What a translator wrote stands behind `msgstr`: in one string or several in a row,
//! once or for every form of the plural, also in messages that are no longer used
//! (`#~`). Nothing else is touched: not what the message was (`msgid`, `#| msgid`), by
//! which programs find it, no comment, no flag, and not where lines are cut.
//!
//! The header is the translation of the empty message. Of it, the line `Language:`
//! changes. Names of arguments (`%(name)s`, `{name}`) are code in messages whose flags
//! say that they are formats.

use std::ops::Range;

use anyhow::{Result, bail};

use super::Setting;
use super::edits::Edits;
use super::languages::Names;
use super::passage::{Passage, Writing};
use super::subtitles::lines;

/// Finds what changes in a catalogue.
///
/// # Errors
///
/// When a line is none that a catalogue has, or the header names an encoding that is
/// not UTF-8.
pub(crate) fn convert(source: &str, setting: &Setting<'_>) -> Result<Edits> {
    let mut catalogue = Catalogue::new(source, setting);
    for (number, line) in (1..).zip(lines(source)) {
        if let Err(problem) = catalogue.read_line(line.content) {
            bail!("line {number}: {problem}");
        }
    }
    catalogue.finish_field();
    Ok(catalogue.edits)
}

/// What a string belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    None,
    Context,
    Message,
    Translation,
}

struct Catalogue<'s> {
    source: &'s str,
    setting: &'s Setting<'s>,
    edits: Edits,
    passage: Passage,
    field: Field,
    /// Whether the entry has a context or a message that is not empty.
    is_message: bool,
    is_format: bool,
    /// Whether the header names a language that is not to be converted.
    is_foreign: bool,
}

impl<'s> Catalogue<'s> {
    fn new(source: &'s str, setting: &'s Setting<'s>) -> Catalogue<'s> {
        Catalogue {
            source,
            setting,
            edits: Edits::default(),
            passage: Passage::default(),
            field: Field::None,
            is_message: false,
            is_format: false,
            is_foreign: false,
        }
    }

    fn read_line(&mut self, line: Range<usize>) -> Result<()> {
        let text = self.source[line.clone()].trim_start_matches('\u{FEFF}');
        let text = text.strip_prefix("#~").unwrap_or(text).trim_start();
        let start = line.end - text.len();
        match text.as_bytes().first() {
            None => self.finish_field(),
            Some(b'#') => self.read_comment(text),
            // The message before, behind `#~`.
            Some(b'|') => self.finish_field(),
            Some(b'"') if self.field == Field::None => bail!("a string without a keyword"),
            Some(b'"') => self.read_string(start)?,
            Some(_) => self.read_keyword(text, start)?,
        }
        Ok(())
    }

    fn read_comment(&mut self, comment: &str) {
        if self.field == Field::Translation {
            self.finish_field();
            self.field = Field::None;
            self.is_format = false;
        }
        if let Some(flags) = comment.strip_prefix("#,") {
            let is_format = |flag: &str| flag.ends_with("-format") && !flag.starts_with("no-");
            self.is_format |= flags.split(',').map(str::trim).any(is_format);
        }
    }

    fn read_keyword(&mut self, text: &str, start: usize) -> Result<()> {
        let length = text.find(|it: char| it == '"' || it.is_whitespace()).unwrap_or(text.len());
        let (keyword, rest) = text.split_at(length);
        let field = match keyword {
            "msgctxt" => Field::Context,
            "msgid" | "msgid_plural" => Field::Message,
            "msgstr" => Field::Translation,
            _ if is_plural_form(keyword) => Field::Translation,
            _ => bail!("{keyword:?} is no keyword of a catalogue"),
        };
        self.begin_field(field);
        let string = rest.trim_start();
        if !string.starts_with('"') {
            bail!("no string behind {keyword}");
        }
        self.read_string(start + text.len() - string.len())
    }

    fn begin_field(&mut self, field: Field) {
        self.finish_field();
        let begins_entry = matches!(self.field, Field::None | Field::Translation);
        if begins_entry && field != Field::Translation {
            self.is_message = false;
            // Flags stand in comments, which end the entry before.
            self.is_format &= self.field == Field::None;
        }
        self.is_message |= field == Field::Context;
        self.field = field;
    }

    /// Reads the string that begins at `start` and ends with its line.
    fn read_string(&mut self, start: usize) -> Result<()> {
        let line = self.source[start..].lines().next().unwrap_or_default();
        let Some(length) = length_of_string(line) else { bail!("a string that does not end") };
        if !line[length..].trim().is_empty() {
            bail!("something behind the end of a string");
        }
        let inner = start + 1..start + length - 1;
        match self.field {
            Field::Message => self.is_message |= !inner.is_empty(),
            Field::Translation if self.is_message => self.push_string(inner),
            Field::Translation => self.read_header(inner)?,
            Field::Context | Field::None => {}
        }
        Ok(())
    }

    /// Adds what stands within a string. Names of arguments are left out.
    fn push_string(&mut self, range: Range<usize>) {
        if self.is_foreign {
            return;
        }
        let mut start = range.start;
        let mut position = range.start;
        while position < range.end {
            let rest = &self.source[position..range.end];
            let escape = escape(rest);
            let argument = if self.is_format { length_of_argument(rest) } else { 0 };
            let length = escape.map_or(argument, |(length, _)| length);
            if length == 0 {
                position += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
            self.push(start..position);
            if let Some((length, character)) = escape {
                let text = character.encode_utf8(&mut [0; 4]).to_owned();
                self.passage.push(position..position + length, &text, Writing::Quoted);
            }
            position += length;
            start = position;
        }
        self.push(start..range.end);
    }

    fn push(&mut self, range: Range<usize>) {
        self.passage.push(range.clone(), &self.source[range], Writing::Quoted);
    }

    /// Reads a line of the header.
    fn read_header(&mut self, range: Range<usize>) -> Result<()> {
        let text = &self.source[range.clone()];
        if let Some((_, rest)) = text.split_once("charset=") {
            let end = rest.find(['\\', ' ', ';']).unwrap_or(rest.len());
            check_encoding(&rest[..end])?;
        }
        let Some(rest) = text.strip_prefix("Language:") else { return Ok(()) };
        let value = rest.split('\\').next().unwrap_or_default();
        let start = range.start + text.len() - rest.trim_start().len();
        let value = value.trim();
        self.is_foreign = self.setting.languages.is_foreign(value);
        if let Some(name) = self.setting.languages.renamed(value, Names::Locales) {
            self.edits.replace_language(start..start + value.len(), name);
        }
        Ok(())
    }

    fn finish_field(&mut self) {
        self.passage.finish(self.setting.transform, &mut self.edits);
    }
}

fn is_plural_form(keyword: &str) -> bool {
    let number = keyword.strip_prefix("msgstr[").and_then(|rest| rest.strip_suffix(']'));
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How long the string is that `text` begins with, with its marks, if it ends.
fn length_of_string(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })?;
    Some(end + 2)
}

/// How long the escape is that `text` begins with, and what it stands for. Those of
/// characters that no reader sees are none: they stay where they are.
fn escape(text: &str) -> Option<(usize, char)> {
    let character = match text.strip_prefix('\\')?.chars().next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other @ ('"' | '\\') => other,
        _ => return None,
    };
    Some((2, character))
}

/// How long the argument's name is that `text` begins with: `{name}`, `%(name)`,
/// `%{name}`, `%<name>`; zero where it begins with none.
fn length_of_argument(text: &str) -> usize {
    let inner = text.strip_prefix('%').unwrap_or(text);
    let end = match inner.chars().next() {
        Some('{') => '}',
        Some('(') if inner.len() < text.len() => ')',
        Some('<') if inner.len() < text.len() => '>',
        _ => return 0,
    };
    let length = inner[1..].find(|it: char| it == end || it == '{' || it.is_whitespace());
    let length = length.filter(|length| inner[1 + length..].starts_with(end));
    length.map_or(0, |length| text.len() - inner.len() + length + 2)
}

/// `CHARSET` stands in templates that nobody has filled in.
fn check_encoding(name: &str) -> Result<()> {
    let known = ["utf-8", "utf8", "us-ascii", "ascii", "charset"];
    if !known.iter().any(|other| name.eq_ignore_ascii_case(other)) {
        bail!("the catalogue is in {name}; convert it to UTF-8 first, as with `msgconv -t UTF-8`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_have_names() {
        assert_eq!(length_of_argument("{名字}x"), "{名字}".len());
        assert_eq!(length_of_argument("%(名字)s"), "%(名字)".len());
        for text in ["{a b}", "{n, plural, other {文件}}", "(名字)", "{", "%", "头"] {
            assert_eq!(length_of_argument(text), 0, "{text}");
        }
    }

    #[test]
    fn strings_end_at_a_mark_that_is_not_escaped() {
        assert_eq!(length_of_string(r#""a\"b" "#), Some(6));
        assert_eq!(length_of_string(r#""a\\" "#), Some(5));
        assert_eq!(length_of_string(r#""a\""#), None);
    }
}
