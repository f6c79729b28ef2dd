//! What of an HTML document is text.
//!
//! `html5gum` tokenizes as the WHATWG's standard says (13.2.5), whatever the
//! document; [`Spotter`] listens to it. The tokenizer tells which characters a
//! reader gets, and how far it has read. A piece of them is text where the source
//! has the very same bytes between the token before and this place. So an entity
//! is none (its source reads otherwise, or begins earlier), nor is a NUL that becomes
//! U+FFFD, nor anything else that the standard rewrites.
//!
//! What an element holds can only be known from the elements that are open. The
//! standard makes a tree for it (13.2.6); [`Elements`] keeps no more of it than decides
//! what is text: how many elements are open whose content is protected, and
//! whether the place is within `svg` or `math`, where tags mean something else and
//! CDATA sections are text. Counting does not see that some elements end without a
//! tag (`</p>` closes a `kbd` in it): such a document stays as it is from there on.

#[cfg(feature = "markdown")]
use alloc::string::String;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::ops::Range;

use html5gum::{Emitter, Error, State, Tokenizer};

use super::Texts;

mod elements;
pub(super) use elements::Elements;

/// Finds the text of a document.
pub(super) fn find_texts(source: &str, texts: &mut Texts) {
    find_texts_within(source, &mut Elements::default(), |range| texts.push(range));
}

/// Finds the text in the pieces of `source`, which are a part of a document together:
/// lines of HTML, each behind the marks of a quotation. `elements` are those that are
/// open before the part, and afterwards those that are open behind it.
#[cfg(feature = "markdown")]
pub(super) fn find_texts_in_pieces(
    source: &str,
    pieces: &[Range<usize>],
    elements: &mut Elements,
    mut found: impl FnMut(Range<usize>),
) {
    if let [piece] = pieces {
        let shifted =
            |range: Range<usize>| found(piece.start + range.start..piece.start + range.end);
        return find_texts_within(&source[piece.clone()], elements, shifted);
    }
    let joined: String = pieces.iter().map(|piece| &source[piece.clone()]).collect();
    let mut places = Places { pieces, joined_start: 0 };
    find_texts_within(&joined, elements, |range| places.find(range, &mut found));
}

/// Where pieces that were joined come from.
#[cfg(feature = "markdown")]
struct Places<'p> {
    /// The pieces from the one on that was last asked for.
    pieces: &'p [Range<usize>],
    /// Where the first of them begins in what was joined.
    joined_start: usize,
}

#[cfg(feature = "markdown")]
impl Places<'_> {
    /// Where a range of what was joined comes from: parts of one or more pieces.
    /// Ranges must be asked for in ascending order.
    fn find(&mut self, mut range: Range<usize>, found: &mut impl FnMut(Range<usize>)) {
        while let Some((piece, others)) = self.pieces.split_first()
            && !range.is_empty()
        {
            let joined_end = self.joined_start + piece.len();
            if range.start < joined_end {
                let end = range.end.min(joined_end);
                let to_source = |offset: usize| piece.start + (offset - self.joined_start);
                found(to_source(range.start)..to_source(end));
                range.start = end;
            } else {
                self.pieces = others;
                self.joined_start = joined_end;
            }
        }
    }
}

fn find_texts_within(source: &str, elements: &mut Elements, found: impl FnMut(Range<usize>)) {
    let spotter = Spotter {
        source,
        elements,
        position: 0,
        token_end: 0,
        tag: Tag::default(),
        last_start_tag: Vec::new(),
        text: 0..0,
        found,
    };
    // A string can always be read to its end.
    let Ok(()) = Tokenizer::new_with_emitter(source, spotter).finish();
}

/// Listens to the tokenizer.
struct Spotter<'a, F: FnMut(Range<usize>)> {
    source: &'a str,
    elements: &'a mut Elements,
    /// How far the tokenizer has read.
    position: usize,
    /// Where the last token ended.
    token_end: usize,
    tag: Tag,
    /// The name of the start tag before, which ends scripts and their like.
    last_start_tag: Vec<u8>,
    /// Text that may go on.
    text: Range<usize>,
    found: F,
}

/// A tag that is being read.
#[derive(Default)]
struct Tag {
    name: Vec<u8>,
    is_end: bool,
    is_self_closing: bool,
}

impl<F: FnMut(Range<usize>)> Spotter<'_, F> {
    fn begin_tag(&mut self, is_end: bool) {
        self.tag.name.clear();
        self.tag.is_end = is_end;
        self.tag.is_self_closing = false;
    }

    /// Takes characters that a reader gets, whose source ends here.
    fn take(&mut self, characters: &[u8]) {
        let bytes = self.source.as_bytes();
        let start = self.position.saturating_sub(characters.len());
        let mut end = self.position;
        let is_adjacent = start == self.token_end;
        let mut reads_so = bytes.get(start..end) == Some(characters);
        if characters == b"\n" && bytes.get(start) == Some(&b'\r') {
            // Of a carriage return and a line feed the tokenizer makes one character.
            reads_so = true;
            end += usize::from(bytes.get(end) == Some(&b'\n'));
        }
        // What a reference stands for may happen to be its own last byte: `&#59;`.
        let is_reference = characters.len() == 1 && !is_adjacent;
        self.token_end = end;
        if !reads_so || is_reference || !self.elements.hold_text() {
            return;
        }
        if self.text.end != start {
            self.give();
            self.text.start = start;
        }
        self.text.end = end;
    }

    /// Hands on the text so far.
    fn give(&mut self) {
        let mut text = core::mem::take(&mut self.text);
        if text.is_empty() {
            return;
        }
        // The tokenizer counts bytes.
        while !self.source.is_char_boundary(text.start) {
            text.start += 1;
        }
        while !self.source.is_char_boundary(text.end) {
            text.end -= 1;
        }
        if text.start < text.end {
            (self.found)(text);
        }
    }
}

impl<F: FnMut(Range<usize>)> Emitter for Spotter<'_, F> {
    type Token = Infallible;

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn move_position(&mut self, offset: isize) {
        self.position = self.position.saturating_add_signed(offset);
    }

    fn emit_string(&mut self, characters: &[u8]) {
        self.take(characters);
    }

    fn emit_eof(&mut self) {
        self.give();
    }

    fn init_start_tag(&mut self) {
        self.begin_tag(false);
    }

    fn init_end_tag(&mut self) {
        self.begin_tag(true);
    }

    fn push_tag_name(&mut self, characters: &[u8]) {
        self.tag.name.extend_from_slice(characters);
    }

    fn set_self_closing(&mut self) {
        self.tag.is_self_closing = true;
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.token_end = self.position;
        let Tag { name, is_end, is_self_closing } = &self.tag;
        if *is_end {
            self.elements.close(name);
            return None;
        }
        self.last_start_tag.clone_from(name);
        self.elements.open(name, *is_self_closing)
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag.is_end && !self.tag.name.is_empty() && self.tag.name == self.last_start_tag
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.elements.are_foreign()
    }

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start_tag.clear();
        self.last_start_tag.extend_from_slice(name.unwrap_or_default());
    }

    fn emit_current_comment(&mut self) {
        self.token_end = self.position;
    }

    fn emit_current_doctype(&mut self) {
        self.token_end = self.position;
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    // What comments, declarations and attributes say is never text.
    fn emit_error(&mut self, _: Error) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn init_attribute(&mut self) {}
    fn push_attribute_name(&mut self, _: &[u8]) {}
    fn push_attribute_value(&mut self, _: &[u8]) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
}
