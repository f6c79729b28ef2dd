//! Plain characters, the hot path of the whole crate.
//!
//! A plain character has one byte or three, is replaced by as many, and begins
//! no effective phrase. Its replacement stands at the same distance from the
//! start of the run as itself, so a loop over plain characters has one counter
//! and knows where to write before it knows what.
//!
//! [`scalar`] defines what is plain. Vector paths may take a part of it ahead;
//! what they leave is decided here. This module knows records and filters, and
//! nothing of the walk.

use core::mem::MaybeUninit;

use super::{code_point, four_bytes};
use crate::dictionary::Matcher;
use crate::dictionary::format::{IN_KEY, REPLACEMENT, SPECIAL, hash, hash_third};

/// Room that a task that writes needs behind the last byte that is to stay.
pub(crate) const SLACK: usize = 32;

/// What to do with the replacements of plain characters.
pub(super) enum Task<'o> {
    /// Write them, at the distance from the start at which they stand, into a
    /// place as long as the text from the start on and [`SLACK`].
    Write(&'o mut [MaybeUninit<u8>]),
    /// Stop at the first that is not the character itself.
    Compare,
}

/// Where to look for plain characters.
pub(super) struct Place<'p, 'b> {
    pub(super) matcher: &'p Matcher<'b>,
    pub(super) text: &'p [u8],
    /// Where the run begins …
    pub(super) start: usize,
    /// … and before which it ends. All before is certain, whatever follows.
    pub(super) limit: usize,
    /// Where it is known that no effective phrase begins.
    pub(super) checked: Option<usize>,
}

/// Why a run of plain characters ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The next character is not plain, or the limit is reached.
    NotPlain,
    /// The next character is replaced by another one ([`Task::Compare`]).
    Changed,
    /// The next character is for the other path to look at.
    Handover,
}

/// Takes plain characters. Gives the offset behind the last one, and why the
/// run ends there.
pub(super) fn run(place: &Place<'_, '_>, mut task: Task<'_>) -> (usize, End) {
    let mut offset = place.start;
    let mut vectors = place.checked != Some(offset);
    loop {
        let end;
        (offset, end) = match vectors_at(place, offset) {
            Some(take) if vectors => take(place, offset, &mut task),
            other => scalar(place, offset, other.is_some(), &mut task),
        };
        if end != End::Handover {
            return (offset, end);
        }
        vectors = !vectors;
    }
}

/// A path that takes several characters at a time, for a part of what is plain.
type Vectors = fn(&Place<'_, '_>, usize, &mut Task<'_>) -> (usize, End);

/// The best such path of this processor, if enough text is left for it.
#[inline(always)]
fn vectors_at(place: &Place<'_, '_>, offset: usize) -> Option<Vectors> {
    #[cfg(all(target_arch = "x86_64", any(feature = "std", target_feature = "avx2")))]
    if place.text.len() - offset >= super::avx2::READ && super::avx2::is_available() {
        return Some(super::avx2::run);
    }
    let _ = (place, offset);
    None
}

/// The twin that defines the answer, one character at a time. With `handover` it
/// stops before the second character of three bytes.
#[inline(always)]
fn scalar(place: &Place<'_, '_>, from: usize, handover: bool, task: &mut Task<'_>) -> (usize, End) {
    let &Place { matcher, text, start, limit, checked } = place;
    let sections = &matcher.sections;
    // A key that is ASCII throughout may begin anywhere in ASCII.
    let ascii_is_plain = sections.leading_ascii != u32::MAX as usize;
    let mut offset = from;
    while offset < limit
        && let word = four_bytes_or_fewer(text, offset)
        && let Some((character, length)) = decode(word)
    {
        let mut record = matcher.record(character);
        let is_in_key = record & IN_KEY != 0;
        if length == 1 {
            if is_in_key && !ascii_is_plain {
                break;
            }
            // It has no entry of its own, or it would be such a key.
            record = 0;
            let sixteen = sixteen_bytes(text, offset, limit);
            let beyond = ascii_in(sixteen).saturating_sub(sections.leading_ascii);
            if beyond > 0 {
                if let Task::Write(output) = task {
                    write(output, offset - start, sixteen);
                }
                offset += beyond;
                continue;
            }
        }
        if record & SPECIAL != 0 {
            break;
        }
        let next_word = four_bytes_or_fewer(text, offset + length);
        // Behind the last character there is nothing that it could begin a
        // phrase with.
        if is_in_key && offset + length < text.len() {
            let Some((next, next_length)) = decode(next_word) else {
                break;
            };
            let pair = hash(character, next);
            if sections.heads.may_contain(pair)
                && checked != Some(offset)
                && may_begin_phrase(matcher, pair, text, offset + length + next_length)
            {
                break;
            }
        }
        let replacement = if record == 0 { word } else { record };
        match task {
            // Four bytes are written, one or three of them to stay.
            Task::Write(output) => write(output, offset - start, replacement.to_le_bytes()),
            Task::Compare if (word ^ replacement) & REPLACEMENT != 0 => {
                return (offset, End::Changed);
            }
            Task::Compare => {}
        }
        offset += length;
        if handover && is_three_bytes(next_word) {
            return (offset, End::Handover);
        }
    }
    (offset, End::NotPlain)
}

/// The four bytes at `offset`, the first lowest; zeros behind the text's end.
#[inline(always)]
fn four_bytes_or_fewer(text: &[u8], offset: usize) -> u32 {
    four_bytes(text, offset).unwrap_or_else(|| {
        let rest = text.get(offset..).unwrap_or_default();
        rest.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
    })
}

#[inline(always)]
fn write<const N: usize>(output: &mut [MaybeUninit<u8>], at: usize, bytes: [u8; N]) {
    output[at..at + N].copy_from_slice(&bytes.map(MaybeUninit::new));
}

/// The sixteen bytes at `offset`; where there are not as many before `limit`,
/// bytes that are no ASCII.
#[inline(always)]
fn sixteen_bytes(text: &[u8], offset: usize, limit: usize) -> [u8; 16] {
    match text.get(offset..limit).and_then(<[u8]>::first_chunk) {
        Some(sixteen) => *sixteen,
        None => [0xFF; 16],
    }
}

/// How many of the first bytes are ASCII.
#[inline(always)]
fn ascii_in(bytes: [u8; 16]) -> usize {
    let beyond = u128::from_le_bytes(bytes) & (u128::MAX / 0xFF * 0x80);
    beyond.trailing_zeros() as usize / 8
}

/// Whether an effective phrase may begin with the pair of characters that has
/// this hash, where the text goes on at `behind`.
#[cold]
#[inline(never)]
pub(super) fn may_begin_phrase(
    matcher: &Matcher<'_>,
    pair: u32,
    text: &[u8],
    behind: usize,
) -> bool {
    let beginnings = &matcher.sections.beginnings;
    // Behind the text there is a NUL, which at the worst says yes by chance.
    let Some((third, _)) = decode(four_bytes_or_fewer(text, behind)) else {
        return true;
    };
    beginnings.may_contain(hash_third(pair, 0)) || beginnings.may_contain(hash_third(pair, third))
}

/// Whether the character that `word` begins with has three bytes. The text is
/// UTF-8, so its lead byte alone tells.
#[inline(always)]
fn is_three_bytes(word: u32) -> bool {
    word & 0xF0 == 0xE0
}

/// Code point and length of the character that `word` begins with, if it has
/// one byte, or three.
#[inline(always)]
pub(super) fn decode(word: u32) -> Option<(u32, usize)> {
    if is_three_bytes(word) {
        Some((code_point(word), 3))
    } else if word & 0x80 == 0 {
        Some((word & 0x7F, 1))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::{Group, Table, compile};
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    /// What the scalar twin takes, and the bytes that it writes.
    fn by_scalar(place: &Place<'_, '_>) -> (usize, End, Vec<u8>) {
        let mut output = vec![MaybeUninit::new(0); place.text.len() + SLACK];
        let mut task = Task::Write(&mut output);
        let (end, why) = scalar(place, place.start, false, &mut task);
        (end, why, written(&output, end - place.start))
    }

    fn written(output: &[MaybeUninit<u8>], length: usize) -> Vec<u8> {
        #[allow(unsafe_code)]
        // SAFETY: all of the output was initialized by the test.
        output[..length].iter().map(|byte| unsafe { byte.assume_init() }).collect()
    }

    /// Every start and every limit of texts in which heads of effective phrases,
    /// special characters and characters of all lengths stand at every lane.
    #[test]
    fn vectors_take_what_the_scalar_twin_takes() {
        let table = "\
            A型\tA型\n一\t壹\n不\t不\n二\t𠀀\n分\t分\n分子\t份子\n分子量\t分子量\n头发\t頭髮\n𠀀\t二\n";
        let table = Table::parse(table).expect("well-formed");
        let group: Group = "all".parse().expect("a name is a group");
        let bytes = compile(&group, |_| Some(&table)).expect("it can be compiled");
        let matcher = Matcher::from_bytes(&bytes).expect("it was compiled a moment ago");

        let units = [
            "一", "不", "分", "子", "量", "头", "发", "二", "𠀀", "é", "a", "A", "型", "，", "⿰",
            "\n",
        ];
        let mut state = 1_u32;
        for _ in 0..60 {
            let mut text = String::new();
            while text.len() < 90 {
                // A linear congruential generator; plain characters more often.
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push_str(
                    units[(state >> 24) as usize % units.len() * usize::from(state >> 30 != 0)],
                );
            }
            let borders: Vec<usize> =
                text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for &start in &borders {
                for &limit in borders.iter().filter(|&&limit| limit >= start) {
                    let text = text.as_bytes();
                    let place = Place { matcher: &matcher, text, start, limit, checked: None };
                    let expected = by_scalar(&place);
                    let mut output = vec![MaybeUninit::new(0); text.len() - start + SLACK];
                    let (end, why) = run(&place, Task::Write(&mut output));
                    assert_eq!((end, why, written(&output, end - start)), expected);

                    let expected = scalar(&place, start, false, &mut Task::Compare);
                    assert_eq!(run(&place, Task::Compare), expected);
                }
            }
        }
    }
}
