//! What is done to a text, as the rest of the program sees it.
//!
//! Formats, files and threads know this door alone: a text goes in, the text that it
//! becomes comes out. Which conversion stands behind it, they do not know.

use std::borrow::Cow;

use fanjian::Converter;
use fanjian::stream::Stream;

/// Something that is done to texts, on any number of threads.
pub(crate) trait Transform: Send + Sync {
    /// What `text` becomes as a whole, borrowed when nothing changes.
    fn apply<'t>(&self, text: &'t str) -> Cow<'t, str>;

    /// The same for a text that comes in pieces.
    fn stream(&self) -> Box<dyn TransformStream>;

    /// The last place at which `text` may be cut so that both parts become the parts
    /// of what it becomes, whatever follows, if there is one near its end. `text`
    /// begins where the whole text does or at such a place.
    fn last_cut(&self, text: &str) -> Option<usize>;
}

/// A text in the making.
pub(crate) trait TransformStream: Send {
    /// Takes the next piece and appends to `output` what is certain by now.
    fn push(&mut self, piece: &str, output: &mut String);

    /// Ends the text and appends what was kept.
    fn finish(&mut self, output: &mut String);
}

impl Transform for Converter {
    fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.convert(text)
    }

    fn stream(&self) -> Box<dyn TransformStream> {
        Box::new(Converter::stream(self))
    }

    fn last_cut(&self, text: &str) -> Option<usize> {
        Converter::last_cut(self, text)
    }
}

impl TransformStream for Stream {
    fn push(&mut self, piece: &str, output: &mut String) {
        Stream::push(self, piece, output);
    }

    fn finish(&mut self, output: &mut String) {
        Stream::finish(self, output);
    }
}
