//! What of a Markdown document is text.
//!
//! `pulldown-cmark` parses as CommonMark says, in linear time, and says of each event
//! where it comes from. Text is what it calls text where the source reads the same,
//! outside code, front matter, links whose text is the key to their target, and
//! elements of HTML whose content is protected. HTML in between, be it a block or a
//! tag in a paragraph, goes through the tokenizer of HTML in the order in which it
//! stands, so that `<kbd>` and `<p align="center">` mean what they mean in HTML.
//!
//! Front matter is recognized here: the parser would take any two thematic breaks,
//! wherever they stand, for its beginning and end.

use alloc::vec::Vec;
use core::mem;
use core::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::Texts;
use super::html::{self, Elements};

/// Whatever people write, so that it stays.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_WIKILINKS);

/// Finds the text of a document.
pub(super) fn find_texts(source: &str, texts: &mut Texts) {
    let start = front_matter_length(source);
    let body = &source[start..];
    let mut spotter = Spotter::new(body);
    let mut found = |range: Range<usize>| texts.push(start + range.start..start + range.end);
    for (event, range) in Parser::new_ext(body, OPTIONS).into_offset_iter() {
        spotter.take(&event, range, &mut found);
    }
}

/// The length of the front matter at the beginning of a document, with a byte order
/// mark: a line of `---` or `+++`, a line that is not blank, and all lines to the next
/// of those marks (in YAML, also `...`). What is not so begins with a thematic break.
pub(super) fn front_matter_length(source: &str) -> usize {
    let document = source.strip_prefix('\u{FEFF}').unwrap_or(source);
    let mark = source.len() - document.len();
    let mut lines = document.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let ends: &[&str] = match first.trim_end() {
        "---" => &["---", "..."],
        "+++" => &["+++"],
        _ => return mark,
    };
    let mut lines = lines.peekable();
    if lines.peek().is_none_or(|line| line.trim_end().is_empty()) {
        return mark;
    }
    let mut length = mark + first.len();
    for line in lines {
        length += line.len();
        if ends.contains(&line.trim_end()) {
            return length;
        }
    }
    mark
}

/// Listens to the parser.
struct Spotter<'s> {
    source: &'s str,
    /// How many elements are open from the outermost protected one on.
    protected_depth: usize,
    /// Lines of a block of HTML.
    html: Vec<Range<usize>>,
    /// The elements of HTML that are open.
    elements: Elements,
    /// Those that were before the first tag in this paragraph or its like.
    elements_outside: Option<Elements>,
    /// Where the last text ended.
    text_end: usize,
}

impl<'s> Spotter<'s> {
    fn new(source: &'s str) -> Spotter<'s> {
        Spotter {
            source,
            protected_depth: 0,
            html: Vec::new(),
            elements: Elements::default(),
            elements_outside: None,
            text_end: 0,
        }
    }

    /// Takes an event and where it comes from.
    fn take(
        &mut self,
        event: &Event<'_>,
        range: Range<usize>,
        found: &mut impl FnMut(Range<usize>),
    ) {
        match event {
            Event::Start(tag) if self.protected_depth > 0 || is_protected(tag) => {
                self.protected_depth += 1;
            }
            Event::End(_) if self.protected_depth > 0 => self.protected_depth -= 1,
            _ if self.protected_depth > 0 => {}
            Event::Text(text) => self.take_text(text, range, found),
            Event::SoftBreak => self.take_break(range, found),
            Event::InlineMath(text) if self.is_no_math(text, range.end) => {
                self.take_source(range, found);
            }
            Event::InlineHtml(_) => {
                self.elements_outside.get_or_insert_with(|| self.elements.clone());
                // A tag, a comment or the like: no text is in it.
                html::find_texts_in_pieces(self.source, &[range], &mut self.elements, |_| {});
            }
            Event::Html(_) => self.html.push(range),
            Event::End(TagEnd::HtmlBlock) => {
                let pieces = joined(mem::take(&mut self.html));
                html::find_texts_in_pieces(self.source, &pieces, &mut self.elements, found);
            }
            Event::End(tag) if holds_inlines(*tag) => {
                if let Some(outside) = self.elements_outside.take() {
                    self.elements.close_since(&outside);
                }
            }
            _ => {}
        }
    }

    /// Takes text, unless it stands for something else that the source has.
    fn take_text(&mut self, text: &str, range: Range<usize>, found: &mut impl FnMut(Range<usize>)) {
        if self.source.get(range.clone()) == Some(text) {
            self.take_source(range, found);
        }
    }

    /// Takes a line break, which reads as a space.
    fn take_break(&mut self, range: Range<usize>, found: &mut impl FnMut(Range<usize>)) {
        // Where the next line begins with marks or blanks, they are not text.
        if matches!(self.source.get(range.clone()), Some("\n" | "\r\n")) {
            self.take_source(range, found);
        }
    }

    /// Takes a part of the source as text.
    fn take_source(&mut self, range: Range<usize>, found: &mut impl FnMut(Range<usize>)) {
        let Range { mut start, end } = range;
        if self.text_end < start && self.source[..start].ends_with('\\') {
            // The character that is escaped: a mark, which would be another one.
            start += 1;
        }
        self.text_end = end;
        if self.elements.hold_text() && self.source.is_char_boundary(start) {
            found(start..end);
        }
    }

    /// Whether what seems to be a formula that ends here is none: two prices stand
    /// beside each other (the rule is Pandoc's). Where it holds marks that would mean
    /// something outside a formula, it stays.
    fn is_no_math(&self, text: &str, end: usize) -> bool {
        let is_before_digit = self.source.as_bytes().get(end).is_some_and(u8::is_ascii_digit);
        is_before_digit && !text.contains(['`', '[', ']', '<', '>', '\\', '&'])
    }
}

/// Whether all that an element holds is protected.
fn is_protected(tag: &Tag<'_>) -> bool {
    match tag {
        Tag::CodeBlock(_) | Tag::MetadataBlock(_) => true,
        Tag::Link { link_type, .. } | Tag::Image { link_type, .. } => is_key(*link_type),
        _ => false,
    }
}

/// Whether the text of such a link says where it leads: changed, it would lead to
/// nowhere, or somewhere else.
fn is_key(link_type: LinkType) -> bool {
    match link_type {
        LinkType::Inline | LinkType::Reference | LinkType::ReferenceUnknown => false,
        LinkType::WikiLink { has_pothole } => !has_pothole,
        LinkType::Collapsed
        | LinkType::CollapsedUnknown
        | LinkType::Shortcut
        | LinkType::ShortcutUnknown
        | LinkType::Autolink
        | LinkType::Email => true,
    }
}

/// Whether an element holds text and tags: a tag of HTML that is left open in one
/// does not reach beyond it.
fn holds_inlines(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::TableCell
            | TagEnd::Item
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
    )
}

/// Ranges, with neighbours that touch each other made one.
fn joined(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined = Texts::default();
    ranges.into_iter().for_each(|range| joined.push(range));
    joined.ranges
}
