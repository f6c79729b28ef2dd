//! What of a document is text for a reader, and what is not.
//!
//! A document in Markdown or HTML holds Chinese in places that must stay byte for
//! byte: code, URLs, the targets of links, tags and their attributes, front matter,
//! formulas. This module says where the text is, as ascending, disjoint ranges of
//! bytes that begin and end at characters; everything between them is protected.
//! What is done to the text, it does not know.
//!
//! A range is as long as it can be: it ends only where something protected
//! stands. Ranges are converted independently of each other, so a phrase does not
//! reach over a tag or an emphasis (头**发** is a word to a reader and two texts to
//! a parser). A line break within a paragraph is part of its text.
//!
//! `markdown` and `html` ask parsers that follow the specifications, and take no
//! offset on trust: text is what stands in the source as the parser says it reads,
//! and all else is protected. So an entity or an escaped character stays, and what a
//! parser makes of a malformed document can at worst leave text as it is. `url`
//! takes out the URLs that stand in the text itself.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use core::str::FromStr;

#[cfg(feature = "html")]
mod html;
#[cfg(feature = "markdown")]
mod markdown;
#[cfg(feature = "html")]
mod url;

/// What a text is written in, which decides what of it may change.
///
/// # Examples
///
/// ```
/// use fanjian::Markup;
///
/// assert_eq!("plain".parse(), Ok(Markup::Plain));
/// assert_eq!(Markup::default(), Markup::Plain);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Markup {
    /// Nothing but text: everything may change.
    #[default]
    Plain,
    /// Markdown: CommonMark 0.31 with the extensions of GitHub (tables, footnotes,
    /// strikethrough, task lists, alerts), formulas between `$`, attributes of
    /// headings, definition lists, `[[links]]` of wikis, and front matter in YAML
    /// (`---`) or TOML (`+++`). Needs the feature `markdown`.
    ///
    /// Text is what a reader reads: paragraphs, headings, cells, what links and
    /// emphases hold, descriptions of images, and the text of HTML in between.
    /// Protected are code in spans, fences and by indentation, languages of fences,
    /// formulas, front matter, URLs, targets and titles of links, labels of
    /// references and of footnotes, tags with their attributes, comments, entities,
    /// escaped characters, and all marks of structure. Where the text of a link is
    /// itself the label that names its target, as in `[文字]` or `[[文字]]`, it is
    /// protected, too.
    #[cfg(feature = "markdown")]
    Markdown,
    /// HTML, as the standard of the WHATWG tokenizes it. Needs the feature `html`.
    ///
    /// Text is what stands between tags. Protected are tags with their attributes
    /// (`alt` and `title` are no exception), comments, entities, URLs in the text,
    /// and what `code`, `kbd`, `samp`, `tt`, `var`, `pre`, `listing`, `xmp`,
    /// `plaintext`, `script`, `style`, `iframe`, `noembed`, `noframes`, `math` and
    /// `textarea` hold, the last because it is a value that a form sends. Such an
    /// element that is never closed lasts to the end. Scripts count as
    /// switched off: what `noscript` holds is read as HTML.
    #[cfg(feature = "html")]
    Html,
}

impl Markup {
    /// All that the features of the crate offer.
    pub const ALL: &'static [Markup] = &[
        Markup::Plain,
        #[cfg(feature = "markdown")]
        Markup::Markdown,
        #[cfg(feature = "html")]
        Markup::Html,
    ];

    /// The name: `plain`, `markdown` or `html`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Markup::Plain => "plain",
            #[cfg(feature = "markdown")]
            Markup::Markdown => "markdown",
            #[cfg(feature = "html")]
            Markup::Html => "html",
        }
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Markup {
    type Err = UnknownMarkupError;

    fn from_str(name: &str) -> Result<Markup, UnknownMarkupError> {
        let found = Markup::ALL.iter().find(|markup| markup.name() == name);
        found.copied().ok_or_else(|| UnknownMarkupError { name: name.to_owned() })
    }
}

/// A name that is no [`Markup`], or one that needs a feature which the crate was
/// built without. The message lists those that there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownMarkupError {
    name: String,
}

impl fmt::Display for UnknownMarkupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there is no markup {:?}; there are", self.name)?;
        Markup::ALL.iter().try_for_each(|markup| write!(formatter, " {markup}"))
    }
}

impl core::error::Error for UnknownMarkupError {}

/// Where `text` is text for a reader: ranges of bytes, none of them empty,
/// ascending, and neighbours apart from each other.
pub(crate) fn texts(text: &str, markup: Markup) -> Vec<Range<usize>> {
    let mut texts = Texts::default();
    match markup {
        Markup::Plain => texts.push(0..text.len()),
        #[cfg(feature = "markdown")]
        Markup::Markdown => markdown::find_texts(text, &mut texts),
        #[cfg(feature = "html")]
        Markup::Html => html::find_texts(text, &mut texts),
    }
    #[cfg(feature = "html")]
    if markup != Markup::Plain {
        return url::without_urls(text, &texts.ranges);
    }
    texts.ranges
}

/// What of `text` is protected: ranges of bytes, none of them empty, ascending, and
/// neighbours apart from each other. All of it that [`texts`] leaves out.
pub(crate) fn protected(text: &str, markup: Markup) -> Vec<Range<usize>> {
    let mut protected = Texts::default();
    let mut end = 0;
    for range in texts(text, markup) {
        protected.push(end..range.start);
        end = range.end;
    }
    protected.push(end..text.len());
    protected.ranges
}

/// Ranges as they are found.
#[derive(Default)]
struct Texts {
    ranges: Vec<Range<usize>>,
}

impl Texts {
    /// Adds a range, which lies behind all others.
    fn push(&mut self, range: Range<usize>) {
        match self.ranges.last_mut() {
            _ if range.is_empty() => {}
            Some(last) if last.end == range.start => last.end = range.end,
            last => {
                debug_assert!(last.is_none_or(|last| last.end < range.start), "ascending");
                self.ranges.push(range);
            }
        }
    }
}

#[cfg(all(test, feature = "markdown"))]
mod tests;
