//! Subtitles: SubRip (SRT), WebVTT and Advanced SubStation Alpha (ASS, SSA).
//!
//! All three are lines. SRT has no specification: a line is timing when it has an arrow,
//! or the number of a cue when it is a number, and everything else is what viewers read.
//! WebVTT is the W3C's, and its blocks are told apart as its parser does (section 6.1).
//! In ASS, the text is what follows the fields that the `Format` line names.
//!
//! Tags, override blocks, drawings, numbers, times, styles and comments stay. The lines
//! of one cue are one passage, over tags within it.

use std::ops::Range;

use anyhow::{Result, bail};

use super::Setting;
use super::edits::Edits;
use super::languages::Names;
use super::passage::{Passage, Writing};
use super::references;

const ARROW: &str = "-->";

/// Finds what changes in SubRip subtitles.
pub(crate) fn convert_srt(source: &str, setting: &Setting<'_>) -> Edits {
    let mut edits = Edits::default();
    let mut passage = Passage::default();
    for line in lines(source) {
        let text = source[line.content.clone()].trim();
        if text.is_empty() || text.contains(ARROW) || is_number(text) {
            passage.finish(setting.transform, &mut edits);
            continue;
        }
        push_srt_line(source, line.content.clone(), &mut passage);
        push_line_break(source, &line, &mut passage);
    }
    passage.finish(setting.transform, &mut edits);
    edits
}

fn is_number(text: &str) -> bool {
    // Some files begin with a byte order mark.
    let text = text.trim_start_matches('\u{FEFF}');
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Tags are those of HTML that players know, and override blocks of ASS.
fn push_srt_line(source: &str, line: Range<usize>, passage: &mut Passage) {
    let mut rest = line;
    while let Some(tag) = find_srt_tag(source, rest.clone()) {
        passage.push(rest.start..tag.start, &source[rest.start..tag.start], Writing::Verbatim);
        rest.start = tag.end;
    }
    passage.push(rest.clone(), &source[rest], Writing::Verbatim);
}

fn find_srt_tag(source: &str, range: Range<usize>) -> Option<Range<usize>> {
    let text = &source[range.clone()];
    let mut starts = text.match_indices(['<', '{']);
    let tag = starts.find_map(|(start, mark)| {
        let inner = &text[start + 1..];
        let (begins, end) = match mark {
            "<" => (
                inner.trim_start_matches('/').starts_with(|it: char| it.is_ascii_alphabetic()),
                '>',
            ),
            _ => (inner.starts_with('\\'), '}'),
        };
        let length = inner.find(end).filter(|_| begins)?;
        Some(start..start + length + 2)
    })?;
    Some(range.start + tag.start..range.start + tag.end)
}

/// Finds what changes in WebVTT subtitles.
///
/// # Errors
///
/// When they do not begin as all such files do.
pub(crate) fn convert_vtt(source: &str, setting: &Setting<'_>) -> Result<Edits> {
    let signature = source.trim_start_matches('\u{FEFF}').strip_prefix("WEBVTT");
    if !signature.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r'])) {
        bail!("it is no WebVTT file: it does not begin with \"WEBVTT\"");
    }
    let mut edits = Edits::default();
    let mut passage = Passage::default();
    let mut block = Block::Header;
    for line in lines(source) {
        let text = &source[line.content.clone()];
        if text.is_empty() {
            passage.finish(setting.transform, &mut edits);
            block = Block::Unknown;
            continue;
        }
        match block {
            Block::Header => name_language(source, line.content, setting, &mut edits),
            Block::Unknown | Block::Identifier => block = block.after(text),
            Block::Other => {}
            Block::Cue => {
                push_vtt_line(source, line.content.clone(), setting, &mut passage, &mut edits);
                push_line_break(source, &line, &mut passage);
            }
        }
    }
    passage.finish(setting.transform, &mut edits);
    Ok(edits)
}

/// What the lines of a WebVTT file belong to, up to the next empty one.
#[derive(Clone, Copy)]
enum Block {
    Header,
    /// No line of the block was seen yet.
    Unknown,
    /// The line before may have been the identifier of a cue.
    Identifier,
    Cue,
    /// Styles, regions, comments.
    Other,
}

impl Block {
    /// What follows `line`, which is among the first two of a block.
    fn after(self, line: &str) -> Block {
        match self {
            _ if line.contains(ARROW) => Block::Cue,
            Block::Unknown => {
                let begins = |word| {
                    line.strip_prefix(word).is_some_and(|rest: &str| {
                        rest.trim_start().len() < rest.len() || rest.is_empty()
                    })
                };
                if ["NOTE", "STYLE", "REGION"].into_iter().any(begins) {
                    Block::Other
                } else {
                    Block::Identifier
                }
            }
            _ => Block::Other,
        }
    }
}

/// Many programs write the language as a line of the header.
fn name_language(source: &str, line: Range<usize>, setting: &Setting<'_>, edits: &mut Edits) {
    let text = &source[line.clone()];
    let Some(value) = text.strip_prefix("Language:").map(str::trim) else { return };
    if let Some(name) = setting.languages.renamed(value, Names::Tags) {
        let start = line.start + text.find(value).unwrap_or_default();
        edits.replace_language(start..start + value.len(), name);
    }
}

fn push_vtt_line(
    source: &str,
    line: Range<usize>,
    setting: &Setting<'_>,
    passage: &mut Passage,
    edits: &mut Edits,
) {
    let mut rest = line;
    while let Some(length) = source[rest.clone()].find('<') {
        let start = rest.start + length;
        push_vtt_text(source, rest.start..start, setting, passage, edits);
        let end = source[start..rest.end].find('>').map_or(rest.end, |length| start + length + 1);
        if let Some(value) = source[start..end].strip_prefix("<lang ") {
            let value = value.trim_end_matches('>').trim();
            if let Some(name) = setting.languages.renamed(value, Names::Tags) {
                let value_start = start + source[start..end].find(value).unwrap_or_default();
                edits.replace_language(value_start..value_start + value.len(), name);
            }
        }
        rest.start = end;
    }
    push_vtt_text(source, rest, setting, passage, edits);
}

fn push_vtt_text(
    source: &str,
    range: Range<usize>,
    setting: &Setting<'_>,
    passage: &mut Passage,
    edits: &mut Edits,
) {
    references::push(source, range, Writing::Xml, passage, |passage| {
        passage.finish(setting.transform, edits);
    });
}

/// Finds what changes in Advanced SubStation Alpha subtitles, and in their forerunner's.
pub(crate) fn convert_ass(source: &str, setting: &Setting<'_>) -> Edits {
    let mut edits = Edits::default();
    let mut passage = Passage::default();
    let mut is_events = false;
    // As all programs write it; the last field is always the text.
    let mut fields = 10;
    for line in lines(source) {
        let text = &source[line.content.clone()];
        if text.trim_start_matches('\u{FEFF}').starts_with('[') {
            is_events = text.trim().eq_ignore_ascii_case("[Events]");
        } else if is_events && let Some(names) = text.strip_prefix("Format:") {
            fields = names.split(',').count();
        } else if is_events && text.starts_with("Dialogue:") {
            if let Some(length) = length_of_fields(text, fields - 1) {
                push_ass_text(source, line.content.start + length..line.content.end, &mut passage);
            }
            passage.finish(setting.transform, &mut edits);
        }
    }
    edits
}

/// How long the first fields of a line are, with their commas.
fn length_of_fields(line: &str, fields: usize) -> Option<usize> {
    match fields.checked_sub(1) {
        Some(last) => line.match_indices(',').nth(last).map(|(offset, _)| offset + 1),
        None => Some("Dialogue:".len()),
    }
}

fn push_ass_text(source: &str, range: Range<usize>, passage: &mut Passage) {
    let mut is_drawing = false;
    let mut rest = range;
    while let Some(length) = source[rest.clone()].find('{') {
        let start = rest.start + length;
        // A brace that is never closed is text.
        let Some(length) = source[start..rest.end].find('}') else { break };
        if !is_drawing {
            push_ass_lines(source, rest.start..start, passage);
        }
        let end = start + length + 1;
        is_drawing = draws_after(&source[start..end], is_drawing);
        rest.start = end;
    }
    if !is_drawing {
        push_ass_lines(source, rest, passage);
    }
}

/// Whether text is a drawing behind an override block: `\p1` begins and `\p0` ends one.
fn draws_after(block: &str, is_drawing: bool) -> bool {
    let scales = block.match_indices("\\p").filter_map(|(offset, tag)| {
        let digits = &block[offset + tag.len()..];
        // `\pos` and `\pbo` are others.
        let digit = digits.starts_with(|it: char| it.is_ascii_digit());
        digit.then(|| !digits.starts_with('0'))
    });
    scales.last().unwrap_or(is_drawing)
}

/// `\N` and `\n` are line breaks, `\h` is a space.
fn push_ass_lines(source: &str, range: Range<usize>, passage: &mut Passage) {
    let mut start = range.start;
    for (offset, _) in source[range.clone()].match_indices('\\') {
        let mark = range.start + offset;
        let text = match source[mark + 1..range.end].chars().next() {
            Some('N' | 'n') => "\n",
            Some('h') => "\u{A0}",
            _ => continue,
        };
        passage.push(start..mark, &source[start..mark], Writing::Verbatim);
        start = mark + 2;
        passage.push(mark..start, text, Writing::Verbatim);
    }
    passage.push(start..range.end, &source[start..range.end], Writing::Verbatim);
}

/// A line of a text, and where its end is, with the bytes that mark it.
pub(crate) struct Line {
    pub(crate) content: Range<usize>,
    pub(crate) end: usize,
}

/// The lines of a text.
pub(crate) fn lines(source: &str) -> impl Iterator<Item = Line> {
    let mut start = 0;
    source.split_inclusive('\n').map(move |line| {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let line = Line { content: start..start + content.len(), end: start + line.len() };
        start = line.end;
        line
    })
}

fn push_line_break(source: &str, line: &Line, passage: &mut Passage) {
    let range = line.content.end..line.end;
    passage.push(range.clone(), &source[range], Writing::Verbatim);
}
