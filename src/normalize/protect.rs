//! What no rule may touch: words with marks inside, URLs, code, tags, formulas,
//! placeholders, faces.
//!
//! Each function looks at one place of a line and says where the protected run
//! that begins there ends. All look forward only, and each stops at a character
//! that would begin its like (or notes that nothing like it follows), so that a
//! line of a million openers is read a bounded number of times. Everything is
//! recognized by its ASCII, and what stands around it is asked only for what no
//! rule changes, so that a text that was normalized is protected as it was before.

use super::token::{self, Class, Kind};

/// What has been sought in vain behind some place, so that it is not sought
/// behind later ones again.
#[derive(Clone, Copy, Default)]
pub(super) struct Fruitless {
    /// Bit *n*: there is no further run of *n* backticks.
    code: u64,
    /// There is no further `-->`.
    comment: bool,
}

/// A word, or what is like one.
pub(super) struct Word {
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// The word at `start`: letters and digits of any script but Han, joined by marks
/// that stand between two of them without a space, as in `v1.2.3`, `12:30`,
/// `It's`, `user@example.org`, `C:\path`. With `://` in it, it is a URL.
pub(super) fn word(bytes: &[u8], start: usize) -> Word {
    let mut end = start;
    let mut letters = false;
    loop {
        match bytes.get(end) {
            Some(b'0'..=b'9') => end += 1,
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => {
                letters = true;
                end += 1;
            }
            // Most words end before an ideograph.
            Some(0xE4..=0xE9) => break,
            Some(0x80..) => match letter_end(bytes, end) {
                Some(next) => {
                    letters = true;
                    end = next;
                }
                None => break,
            },
            Some(b':') if bytes[end..].starts_with(b"://") && is_scheme(&bytes[start..end]) => {
                return Word { end: url_end(bytes, end + 3), kind: Kind::Opaque };
            }
            Some(_) => match joint_end(bytes, end) {
                Some(next) => end = next,
                None => break,
            },
            None => break,
        }
    }
    match letters {
        true => Word { end, kind: Kind::Word },
        false => Word { end: number_suffix_end(bytes, end), kind: Kind::Number },
    }
}

/// Where the letter or digit outside ASCII at `at` ends, or the apostrophe
/// between two letters, or what modifies the letter before.
fn letter_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (character, end) = token::decode(bytes, at);
    match token::kind_of(character) {
        Class::Letter | Class::Hangul | Class::Extend => Some(end),
        _ if character == '’' => is_letter(bytes, end).then_some(end),
        _ => None,
    }
}

/// Whether a letter of a word begins at `at`.
fn is_letter(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphabetic(),
        Some(_) => matches!(token::kind_of(token::decode(bytes, at).0), Class::Letter),
        None => false,
    }
}

/// Where the mark at `at` ends if it joins the words beside it.
fn joint_end(bytes: &[u8], at: usize) -> Option<usize> {
    let is_joint = match bytes[at] {
        b'.' | b'-' | b'+' | b'&' | b'\'' | b'/' | b'@' | b'=' | b'#' | b'~' | b'\\' => {
            bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
        }
        b':' => {
            bytes.get(at + 1).is_some_and(|&next| next.is_ascii_alphanumeric() || next == b'\\')
        }
        b',' => is_thousands_separator(bytes, at),
        _ => false,
    };
    let is_joint = is_joint && (bytes[at] != b'&' || entity(bytes, at).is_none());
    is_joint.then_some(at + 1)
}

/// Whether the comma at `at` has a digit before it and exactly three behind it.
fn is_thousands_separator(bytes: &[u8], at: usize) -> bool {
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    at > 0 && (at - 1..at + 4).all(|place| place == at || is_digit(place)) && !is_digit(at + 4)
}

/// Where the signs behind a number end that belong to it: `%`, `‰`, `℃`, `°C`.
fn number_suffix_end(bytes: &[u8], end: usize) -> usize {
    const SUFFIXES: [&str; 7] = ["%", "‰", "℃", "℉", "°C", "°F", "°"];
    let rest = &bytes[end..];
    let found = SUFFIXES.iter().find(|suffix| rest.starts_with(suffix.as_bytes()));
    end + found.map_or(0, |suffix| suffix.len())
}

/// Whether these bytes may name the scheme of a URL (RFC 3986, 3.1).
fn is_scheme(bytes: &[u8]) -> bool {
    bytes.len() > 1
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
}

/// Where the URL ends whose authority begins at `start`: at the first character
/// that is no printable ASCII, less the marks of the sentence around it.
fn url_end(bytes: &[u8], start: usize) -> usize {
    let is_url = |byte: &u8| byte.is_ascii_graphic() && !b"\"<>`|".contains(byte);
    let length = bytes[start..].iter().take_while(|byte| is_url(byte)).count();
    let mut end = start + length;
    let count = |wanted: u8| bytes[start..end].iter().filter(|&&byte| byte == wanted).count();
    let (mut opened, mut closed) = (count(b'('), count(b')'));
    while end > start {
        match bytes[end - 1] {
            b',' | b'.' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'[' | b']' => {}
            b')' if closed > opened => closed -= 1,
            b'(' => opened -= 1,
            _ => break,
        }
        end -= 1;
    }
    end
}

/// The link's target behind the `]` at `at`, with its parentheses: `](…)`. It has
/// no space, but for one before a title in quotation marks, and no backtick: code binds
/// more tightly (CommonMark, section 6.1). Full-width parentheses within count as others do,
/// so that it makes no difference which of them are widened.
pub(super) fn link_target(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at + 1) != Some(&b'(') {
        return None;
    }
    let mut depth = 0_usize;
    let is_fullwidth =
        |offset: usize, mark: &str| bytes[at + 1 + offset..].starts_with(mark.as_bytes());
    for (offset, &byte) in bytes[at + 1..].iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return (offset > 1).then_some(at + offset + 2),
            b')' => depth -= 1,
            0xEF if is_fullwidth(offset, "（") => depth += 1,
            0xEF if is_fullwidth(offset, "）") => {
                depth -= 1;
                if depth == 0 {
                    return None;
                }
            }
            b' ' if !matches!(bytes.get(at + offset + 2), Some(b'"' | b'\'')) => {
                // Within a title there may be spaces.
                return title_end(bytes, at + 1..at + 1 + offset);
            }
            b']' | b'[' | b'`' => return None,
            _ => {}
        }
    }
    None
}

/// Where the link ends whose target has a space behind `inside`: right behind a
/// title that began there, or nowhere.
fn title_end(bytes: &[u8], inside: core::ops::Range<usize>) -> Option<usize> {
    let title = bytes[inside.clone()].windows(2).position(|pair| matches!(pair, b" \"" | b" '"))?;
    let quote = bytes[inside.start + title + 1];
    for (offset, pair) in bytes[inside.end..].windows(2).enumerate() {
        match pair {
            [first, b')'] if *first == quote => return Some(inside.end + offset + 2),
            [b']' | b'[' | b'`', _] => return None,
            _ => {}
        }
    }
    None
}

/// The beginning `![` of an image that has a target, at `at`.
pub(super) fn image(bytes: &[u8], at: usize) -> Option<usize> {
    if !bytes[at..].starts_with(b"![") {
        return None;
    }
    let text = &bytes[at + 2..];
    let end = text.iter().position(|byte| b"[]".contains(byte))?;
    link_target(bytes, at + 2 + end).map(|_| at + 2)
}

/// An operator of a programming language that begins with a mark.
pub(super) fn operator(bytes: &[u8], at: usize) -> Option<usize> {
    const OPERATORS: [&[u8]; 6] = [b"::", b":=", b"!=", b"?.", b"?:", b":-"];
    let found = OPERATORS.iter().find(|operator| bytes[at..].starts_with(operator))?;
    Some(at + found.len())
}

/// The emoticon at `at`, `:)` and its like, behind a token of the kind `before`.
///
/// Space, a mark or the end must follow. `)` closes a bracket where one is open,
/// and a letter makes a face only where no word or Chinese stands before it.
pub(super) fn emoticon(
    bytes: &[u8],
    at: usize,
    before: Option<Kind>,
    is_bracket_open: bool,
) -> Option<usize> {
    if !matches!(bytes[at], b':' | b';') {
        return None;
    }
    let mouth = match bytes.get(at + 1) {
        Some(b'-') => at + 2,
        _ => at + 1,
    };
    let is_face = match bytes.get(mouth)? {
        b')' => !is_bracket_open,
        b'(' => true,
        b'D' | b'P' | b'p' | b'O' | b'o' => {
            !matches!(before, Some(Kind::Han | Kind::Word | Kind::Number | Kind::Opaque))
        }
        _ => false,
    };
    (is_face && is_boundary(bytes, mouth + 1)).then_some(mouth + 1)
}

/// Whether nothing that could belong to a word or a clause begins at `at`: the
/// end, space, or a mark of any width.
fn is_boundary(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        None => true,
        Some(byte) if byte.is_ascii() => byte.is_ascii_whitespace() || b",.;:!?()\"".contains(byte),
        Some(_) => matches!(
            token::kind_of(token::decode(bytes, at).0),
            Class::Kind(
                Kind::FullMark
                    | Kind::FullOpen
                    | Kind::FullClose
                    | Kind::Stop
                    | Kind::TitleOpen
                    | Kind::TitleClose
                    | Kind::QuoteOpen
                    | Kind::QuoteClose
                    | Kind::Gap
            )
        ),
    }
}

/// The name of an emoji between colons at `at`: `:smile:`.
pub(super) fn shortcode(bytes: &[u8], at: usize) -> Option<usize> {
    const LONGEST: usize = 32;
    if bytes[at] != b':' {
        return None;
    }
    let name = bytes[at + 1..].iter().take(LONGEST);
    let length = name.take_while(|byte| matches!(byte, b'a'..=b'z' | b'_')).count();
    (length > 1 && bytes.get(at + 1 + length) == Some(&b':')).then_some(at + length + 2)
}

/// The face at `at` that is made of brackets and signs: `(^_^)`.
pub(super) fn face(bytes: &[u8], at: usize) -> Option<usize> {
    let inside =
        bytes[at + 1..].iter().take(6).take_while(|byte| b"^_-><TOo;.*'~=@".contains(byte));
    let length = inside.count();
    let end = at + 1 + length;
    let has_eyes = bytes[at + 1..end].iter().any(|byte| b"^_".contains(byte));
    (length > 1 && has_eyes && bytes.get(end) == Some(&b')')).then_some(end + 1)
}

/// The HTML tag or comment at `at`.
pub(super) fn tag(bytes: &[u8], at: usize, fruitless: &mut Fruitless) -> Option<usize> {
    if bytes[at..].starts_with(b"<!--") {
        return comment(bytes, at, fruitless);
    }
    if bytes[at] != b'<' {
        return None;
    }
    let name = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'/'));
    if !bytes.get(name)?.is_ascii_alphabetic() {
        return None;
    }
    let length = bytes[name..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-')
        .count();
    match bytes.get(name + length)? {
        b'>' | b'/' | b' ' | b'\t' => attributes_end(bytes, name + length),
        _ => None,
    }
}

/// Where the tag ends whose attributes begin at `start`. Outside of quotation
/// marks they are ASCII.
fn attributes_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut quote = None;
    for (offset, &byte) in bytes[start..].iter().enumerate() {
        match (byte, quote) {
            (b'<', _) => return None,
            (b'>', None) => return Some(start + offset + 1),
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            (0x80.., None) => return None,
            _ => {}
        }
    }
    None
}

fn comment(bytes: &[u8], at: usize, fruitless: &mut Fruitless) -> Option<usize> {
    if fruitless.comment {
        return None;
    }
    let inside = at + 4;
    let end = bytes[inside..].windows(3).position(|window| window == b"-->");
    fruitless.comment = end.is_none();
    end.map(|offset| inside + offset + 3)
}

/// The character entity at `at`: `&amp;`, `&#20013;`.
pub(super) fn entity(bytes: &[u8], at: usize) -> Option<usize> {
    const LONGEST: usize = 32;
    let inside = &bytes[at + 1..];
    let hash = usize::from(inside.first() == Some(&b'#'));
    let name = inside[hash..].iter().take(LONGEST);
    let length = name.take_while(|byte| byte.is_ascii_alphanumeric()).count();
    (length > 0 && inside.get(hash + length) == Some(&b';')).then_some(at + hash + length + 2)
}

/// The code between two runs of as many backticks that begins at `at`
/// (`CommonMark`, 6.1).
pub(super) fn code(bytes: &[u8], at: usize, fruitless: &mut Fruitless) -> Option<usize> {
    let inside = token::run_end(bytes, at);
    let length = inside - at;
    if length >= 64 || fruitless.code & 1 << length != 0 {
        return None;
    }
    let mut place = inside;
    while let Some(offset) = bytes[place..].iter().position(|&byte| byte == b'`') {
        let end = token::run_end(bytes, place + offset);
        if end - (place + offset) == length {
            return Some(end);
        }
        place = end;
    }
    fruitless.code |= 1 << length;
    None
}

/// The formula between dollar signs at `at`. It is ASCII, has no space inside
/// beside them, and no digit follows (as in Pandoc's Markdown: `$5 and $6`).
pub(super) fn formula(bytes: &[u8], at: usize) -> Option<usize> {
    let inside = &bytes[at + 1..];
    let length = inside.iter().position(|&byte| byte == b'$' || !byte.is_ascii())?;
    let is_tight = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b' ');
    let is_formula = inside[length] == b'$'
        && is_tight(inside[..length].first())
        && is_tight(inside[..length].last())
        && !inside.get(length + 1).is_some_and(u8::is_ascii_digit);
    is_formula.then_some(at + length + 2)
}

/// The placeholder at `at`: `{name}`, `{0}`.
pub(super) fn placeholder(bytes: &[u8], at: usize) -> Option<usize> {
    let inside = &bytes[at + 1..];
    let length = inside.iter().position(|byte| !byte.is_ascii_graphic() || b"{}".contains(byte))?;
    (inside[length] == b'}').then_some(at + length + 2)
}

/// The directive of a format at `at`, with those joined to it: `%s`, `%s:%d`.
pub(super) fn format_directive(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    let follows = |end: usize| {
        let is_directive = bytes.get(end) == Some(&b'%')
            && bytes.get(end + 1).is_some_and(|byte| b"sdifgxXcu@".contains(byte))
            && !bytes.get(end + 2).is_some_and(u8::is_ascii_alphanumeric);
        is_directive.then_some(end + 2)
    };
    while let Some(next) = follows(end) {
        end = next;
        if bytes.get(end).is_some_and(|byte| b":,;/-.".contains(byte)) && follows(end + 1).is_some()
        {
            end += 1;
        }
    }
    (end > at).then_some(end)
}

/// Where the escape ends whose backslash is at `at`: behind a mark of ASCII.
pub(super) fn escape(bytes: &[u8], at: usize) -> usize {
    let is_escaped = bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation);
    at + 1 + usize::from(is_escaped)
}
