//! Entities and references to code points within text.
//!
//! `&amp;` is a character to a reader, and so it is part of the text around it; `&#22836;`
//! is a Chinese character, and is converted as one. An entity that only a document's
//! own definitions explain is nothing that is known here: the passage ends at it.

use std::ops::Range;

use super::passage::{Passage, Writing};

/// The character that `name`, which stands between `&` and `;`, refers to, and how it
/// is written when it is to be another one.
pub(crate) fn resolve(name: &str) -> Option<(char, Writing)> {
    let Some(number) = name.strip_prefix('#') else {
        return Some((resolve_entity(name)?, Writing::Xml));
    };
    let (digits, radix, writing) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, Writing::Hexadecimal),
        None => (number, 10, Writing::Decimal),
    };
    // `from_str_radix` would take a sign.
    let is_number = digits.starts_with(|first: char| first.is_digit(radix));
    let code_point = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
    Some((char::from_u32(code_point)?, writing))
}

/// Those of XML, and those of WebVTT.
fn resolve_entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "lrm" => '\u{200E}',
        "rlm" => '\u{200F}',
        _ => return None,
    })
}

/// Adds what stands at `range` of `source` to `passage`: text in which there may be
/// references. Hands the passage to `finish` where it ends at one that is not known.
pub(crate) fn push(
    source: &str,
    range: Range<usize>,
    writing: Writing,
    passage: &mut Passage,
    mut finish: impl FnMut(&mut Passage),
) {
    let mut start = range.start;
    while let Some(length) = source[start..range.end].find('&') {
        let mark = start + length;
        passage.push(start..mark, &source[start..mark], writing);
        let rest = &source[mark + 1..range.end];
        let Some((name, _)) = rest.split_once(';').filter(|(name, _)| is_name(name)) else {
            passage.push(mark..mark + 1, "&", Writing::Verbatim);
            start = mark + 1;
            continue;
        };
        start = mark + name.len() + 2;
        match resolve(name) {
            Some((character, writing)) => {
                passage.push(mark..start, character.encode_utf8(&mut [0; 4]), writing);
            }
            None => finish(passage),
        }
    }
    passage.push(start..range.end, &source[start..range.end], writing);
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_code_points() {
        assert_eq!(resolve("#22836"), Some(('头', Writing::Decimal)));
        assert_eq!(resolve("#x5934"), Some(('头', Writing::Hexadecimal)));
        for name in ["#", "#x", "#+5", "#xD800", "#99999999999", "hellip"] {
            assert_eq!(resolve(name), None, "{name}");
        }
    }
}
