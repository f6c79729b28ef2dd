//! URLs that stand in a text by themselves.
//!
//! Neither CommonMark nor HTML knows them; readers' programs make links of them
//! (GitHub's extended autolinks). One begins with a scheme and `://`, or with
//! `www.`. It may hold Han, for which programs put percent signs (RFC 3987): the
//! addresses of Chinese wikis do. Chinese text follows a URL without a space, too,
//! so where one ends is a decision: at white space and at marks that a URL has
//! only in encoded form (RFC 3986, appendix A), at a closing bracket that it has not
//! opened, and at marks at its end (GitHub). A letter beyond ASCII belongs to it in
//! its path and behind, and in its host at the beginning of a label. So all Han up to the
//! next mark or space stays that follows a path directly: a few words
//! that are not converted are a lesser evil than an address that leads nowhere.
//!
//! An entity or an escape within a URL (`&amp;`) ends the text and not the URL.

use alloc::vec::Vec;
use core::ops::Range;

use super::Texts;

/// `texts`, ranges of `source`, without the URLs in them.
pub(super) fn without_urls(source: &str, texts: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut kept = Texts::default();
    let mut unfinished = None;
    let mut previous_end = 0;
    for text in texts {
        let mut start = text.start;
        if let Some(url) = unfinished.take()
            && is_part_of_url(&source[previous_end..text.start])
        {
            start += continue_url(&source[text.clone()], url, &mut unfinished);
        }
        while let Some((begin, end)) = next_url(&source[start..text.end], &mut unfinished) {
            kept.push(start..start + begin);
            start += end;
        }
        kept.push(start..text.end);
        previous_end = text.end;
    }
    kept.ranges
}

/// Whether what stands between two texts can stand within a URL: an entity or the
/// backslash of an escape, with what it escapes.
fn is_part_of_url(gap: &str) -> bool {
    let bytes = gap.as_bytes();
    let is_entity = bytes.starts_with(b"&")
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"&#;".contains(byte));
    let is_escape = bytes.len() == 2 && bytes[0] == b'\\';
    is_entity || is_escape
}

/// How far a URL goes on at the beginning of `text`.
fn continue_url(text: &str, mut url: Url, unfinished: &mut Option<Url>) -> usize {
    let length = url.extend(text, 0);
    if length == text.len() {
        *unfinished = Some(url);
    }
    without_marks(text, length)
}

/// Where the next URL begins and ends. One that reaches the end of the text is noted
/// as unfinished.
fn next_url(text: &str, unfinished: &mut Option<Url>) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let (begin, authority) = next_beginning(text, from)?;
        let mut url = Url::default();
        let end = url.extend(text, authority);
        if end == text.len() {
            *unfinished = Some(url);
        }
        if end > authority {
            return Some((begin, without_marks(text, end).max(authority)));
        }
        from = authority;
    }
}

/// Where a URL begins at or behind `from`, and where its host begins.
fn next_beginning(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut position = from;
    loop {
        // Both beginnings have a mark that is rare in text.
        position += text[position..].find([':', '.'])?;
        let rest = &bytes[position..];
        if rest.starts_with(b"://") {
            let scheme = scheme_length(&bytes[from..position]);
            if scheme > 0 {
                return Some((position - scheme, position + "://".len()));
            }
        } else if rest.starts_with(b".") && ends_with_www(&bytes[from..position]) {
            return Some((position - "www".len(), position + ".".len()));
        }
        position += 1;
    }
}

/// The length of the scheme that `before` ends with (RFC 3986, 3.1): a letter, then
/// letters, digits and three marks.
fn scheme_length(before: &[u8]) -> usize {
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let length = before.iter().rev().take_while(|byte| is_scheme(byte)).count();
    let scheme = &before[before.len() - length..];
    scheme.iter().position(u8::is_ascii_alphabetic).map_or(0, |letter| length - letter)
}

fn ends_with_www(before: &[u8]) -> bool {
    let Some(start) = before.len().checked_sub("www".len()) else { return false };
    let is_apart = start == 0 || !before[start - 1].is_ascii_alphanumeric();
    is_apart && before[start..].eq_ignore_ascii_case(b"www")
}

/// A URL as far as it has been read.
#[derive(Default)]
struct Url {
    /// Whether the host lies behind.
    is_past_host: bool,
    /// Brackets that are open, round and square.
    open: [usize; 2],
    /// The last character.
    last: Option<char>,
}

impl Url {
    /// Reads on from this offset of `text`, and says where the URL ends.
    fn extend(&mut self, text: &str, from: usize) -> usize {
        let mut rest = text[from..].char_indices().peekable();
        while let Some((offset, character)) = rest.next() {
            let next = rest.peek().map(|(_, next)| *next);
            if !self.takes(character, next) {
                return from + offset;
            }
            self.last = Some(character);
        }
        text.len()
    }

    /// Whether `character` belongs to the URL when `next` follows.
    fn takes(&mut self, character: char, next: Option<char>) -> bool {
        match character {
            '/' | '?' | '#' => {
                self.is_past_host = true;
                true
            }
            '(' => self.opens(0),
            ')' => self.closes(0),
            '[' => self.opens(1),
            ']' => self.closes(1),
            // A mark of the sentence, where Chinese goes on behind it.
            ',' | ';' | '!' => next.is_some_and(|next| next.is_ascii()),
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
            '·' => self.is_past_host,
            _ if character.is_ascii() => character.is_ascii_graphic(),
            _ => character.is_alphanumeric() && (self.is_past_host || self.is_at_label()),
        }
    }

    /// Whether a label of the host begins here, or goes on that began beyond ASCII.
    fn is_at_label(&self) -> bool {
        self.last.is_none_or(|last| last == '.' || last == '@' || !last.is_ascii())
    }

    fn opens(&mut self, kind: usize) -> bool {
        self.open[kind] += 1;
        true
    }

    fn closes(&mut self, kind: usize) -> bool {
        let is_open = self.open[kind] > 0;
        self.open[kind] -= usize::from(is_open);
        is_open
    }
}

/// The length of the URL at the beginning of `text`, which ends before `end`, without
/// the marks at its end.
fn without_marks(text: &str, end: usize) -> usize {
    const MARKS: [char; 10] = ['?', '!', '.', ',', ':', ';', '\'', '*', '_', '~'];
    text[..end].trim_end_matches(MARKS).len()
}
