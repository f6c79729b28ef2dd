//! Text that a reader reads as one, though it stands in several places.
//!
//! A word processor cuts the text of a paragraph into runs wherever it likes: between
//! the two characters of a word when one of them was typed later or is bold. A phrase
//! dictionary must see the paragraph. So the pieces are joined, the whole is
//! transformed, and each piece gets that part of the output which its own text became.
//!
//! A piece is written in its own way: as it is, with entities, as a numeric reference.
//! Where its part of the output is what it said before, its source stays, and so
//! `&#x4E00;` does not become `一` for no reason.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use super::edits::Edits;

/// What is done to texts.
pub(crate) trait Transform {
    /// Transforms `text`, and moves `borders`, ascending byte offsets between
    /// characters of `text`, to where these places are in the output.
    fn transform<'t>(&self, text: &'t str, borders: &mut [usize]) -> Cow<'t, str>;
}

/// How the text of a piece is written in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// As it is.
    Verbatim,
    /// As the content of an XML element.
    Xml,
    /// As the value of an XML attribute, between this mark.
    XmlAttribute(char),
    /// In a section of character data.
    XmlCdata,
    /// As references to code points, in hexadecimal numbers.
    Hexadecimal,
    /// As references to code points, in decimal numbers.
    Decimal,
    /// In a string of C, as PO files have them.
    Quoted,
}

impl Writing {
    fn write(self, text: &str) -> String {
        match self {
            Writing::Verbatim => text.to_owned(),
            // A `>` may stand by itself, but not behind `]]`.
            Writing::Xml => {
                text.replace('&', "&amp;").replace('<', "&lt;").replace("]]>", "]]&gt;")
            }
            Writing::XmlAttribute(mark) => {
                let reference = if mark == '"' { "&quot;" } else { "&apos;" };
                text.replace('&', "&amp;").replace('<', "&lt;").replace(mark, reference)
            }
            Writing::XmlCdata => text.replace("]]>", "]]]]><![CDATA[>"),
            Writing::Hexadecimal => {
                references(text, |output, code_point| write!(output, "&#x{code_point:X};"))
            }
            Writing::Decimal => {
                references(text, |output, code_point| write!(output, "&#{code_point};"))
            }
            Writing::Quoted => text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
                .replace('\r', "\\r")
                .replace('\t', "\\t"),
        }
    }
}

fn references(text: &str, write: impl Fn(&mut String, u32) -> std::fmt::Result) -> String {
    let mut output = String::new();
    for character in text.chars() {
        write(&mut output, u32::from(character)).expect("a string takes everything");
    }
    output
}

/// Pieces of text that belong together, in the order in which they are read.
#[derive(Debug, Default)]
pub(crate) struct Passage {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    /// Where it is in the document.
    range: Range<usize>,
    /// Where it ends in the text of the passage.
    end: usize,
    writing: Writing,
}

impl Passage {
    /// Adds a piece that stands at `range` of the document and says `text`.
    pub(crate) fn push(&mut self, range: Range<usize>, text: &str, writing: Writing) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        self.pieces.push(Piece { range, end: self.text.len(), writing });
    }

    /// Transforms the passage and begins a new one.
    pub(crate) fn finish(&mut self, transform: &dyn Transform, edits: &mut Edits) {
        if !self.pieces.is_empty() {
            self.transform(transform, edits);
        }
        self.text.clear();
        self.pieces.clear();
    }

    fn transform(&self, transform: &dyn Transform, edits: &mut Edits) {
        let inner = &self.pieces[..self.pieces.len() - 1];
        let mut borders: Vec<usize> = inner.iter().map(|piece| piece.end).collect();
        let output = transform.transform(&self.text, &mut borders);
        borders.push(output.len());
        self.distribute(&output, &borders, edits);
    }

    /// Gives each piece its part of the output, which ends at the border of its number.
    fn distribute(&self, output: &str, borders: &[usize], edits: &mut Edits) {
        let mut start = 0;
        for ((piece, text), &end) in self.pieces_with_texts().zip(borders) {
            piece.replace(text, &output[start..end], edits);
            start = end;
        }
    }

    fn pieces_with_texts(&self) -> impl Iterator<Item = (&Piece, &str)> {
        let mut start = 0;
        self.pieces.iter().map(move |piece| {
            let text = &self.text[start..piece.end];
            start = piece.end;
            (piece, text)
        })
    }
}

impl Piece {
    fn replace(&self, text: &str, output: &str, edits: &mut Edits) {
        if text != output {
            edits.replace_text(self.range.clone(), self.writing.write(output));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counted::Counted;
    use fanjian::{Config, Pipeline};

    fn transformed(pieces: &[(&str, Writing)]) -> String {
        let source: String = pieces.iter().map(|(text, _)| *text).collect();
        let (mut passage, mut edits, mut start) = (Passage::default(), Edits::default(), 0);
        for (text, writing) in pieces {
            passage.push(start..start + text.len(), text, *writing);
            start += text.len();
        }
        let pipeline = Pipeline::builder().convert(Config::S2twp).build();
        passage.finish(&Counted::new(pipeline, None), &mut edits);
        String::from_utf8(edits.apply(source.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn a_phrase_may_lie_over_pieces() {
        let pieces = [("头", Writing::Verbatim), ("发", Writing::Decimal)];
        assert_eq!(transformed(&pieces), "頭&#39662;");
        let pieces = [("头", Writing::Hexadecimal), ("发", Writing::Verbatim)];
        assert_eq!(transformed(&pieces), "&#x982D;髮");
    }

    #[test]
    fn pieces_keep_their_text_where_lengths_differ() {
        let pieces = [
            ("在互联网", Writing::Verbatim),
            ("上，头", Writing::Hexadecimal),
            ("发", Writing::Decimal),
        ];
        assert_eq!(transformed(&pieces), "在網際網路&#x4E0A;&#xFF0C;&#x982D;&#39662;");
    }

    #[test]
    fn what_a_document_means_by_a_mark_is_escaped() {
        assert_eq!(Writing::Xml.write("<a> & ]]>"), "&lt;a> &amp; ]]&gt;");
        assert_eq!(Writing::XmlAttribute('\'').write("'\"<"), "&apos;\"&lt;");
        assert_eq!(Writing::XmlCdata.write("a]]>b"), "a]]]]><![CDATA[>b");
        assert_eq!(Writing::Quoted.write("\"\\\n\t"), "\\\"\\\\\\n\\t");
    }
}
