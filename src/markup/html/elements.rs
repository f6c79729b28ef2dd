//! The elements that are open, as far as they decide what is text.

use alloc::vec::Vec;
use core::ops::Range;

use html5gum::State;

/// Elements whose content is protected, in lower case, and how the tokenizer reads
/// it (WHATWG, 13.2.6.4.4 and 13.2.6.4.7): `None` where as any other.
const PROTECTED: [(&[u8], Option<State>); 15] = [
    (b"code", None),
    (b"kbd", None),
    (b"samp", None),
    (b"tt", None),
    (b"var", None),
    (b"pre", None),
    (b"listing", None),
    (b"textarea", Some(State::RcData)),
    (b"script", Some(State::ScriptData)),
    (b"style", Some(State::RawText)),
    (b"xmp", Some(State::RawText)),
    (b"iframe", Some(State::RawText)),
    (b"noembed", Some(State::RawText)),
    (b"noframes", Some(State::RawText)),
    (b"plaintext", Some(State::PlainText)),
];

/// Start tags that end `svg` and `math` wherever they stand in them (WHATWG,
/// 13.2.6.5). A `font` does so with some attributes only and is left out.
#[rustfmt::skip]
const BREAKOUT: [&[u8]; 44] = [
    b"b", b"big", b"blockquote", b"body", b"br", b"center", b"code", b"dd", b"div", b"dl",
    b"dt", b"em", b"embed", b"h1", b"h2", b"h3", b"h4", b"h5", b"h6", b"head", b"hr", b"i",
    b"img", b"li", b"listing", b"menu", b"meta", b"nobr", b"ol", b"p", b"pre", b"ruby", b"s",
    b"small", b"span", b"strong", b"strike", b"sub", b"sup", b"table", b"tt", b"u", b"ul", b"var",
];

/// `svg`, `math`, and the integration points that make HTML of what is in them again
/// (WHATWG, 13.2.6): those of `svg` and those of `math`. (What `annotation-xml` holds
/// depends on an attribute; it is in `math` and protected anyway.)
const FOREIGN: [&[u8]; 10] =
    [b"svg", b"math", b"foreignobject", b"desc", b"title", b"mi", b"mo", b"mn", b"ms", b"mtext"];
const SVG: usize = 0;
const MATH: usize = 1;
const SVG_POINTS: Range<usize> = 2..5;
const MATH_POINTS: Range<usize> = 5..10;

/// What is open.
#[derive(Clone, Default)]
pub(in crate::markup) struct Elements {
    /// For each of [`PROTECTED`], how many are open.
    protected: [usize; PROTECTED.len()],
    /// Their sum.
    protected_sum: usize,
    /// Which of [`FOREIGN`] are open, from the outside to the inside.
    foreign: Vec<usize>,
    /// For each of [`FOREIGN`], how many are open: what is not is not sought.
    foreign_counts: [usize; FOREIGN.len()],
}

impl Elements {
    /// Whether text here is text for a reader.
    pub(in crate::markup) fn hold_text(&self) -> bool {
        self.protected_sum == 0 && self.foreign_counts[MATH] == 0
    }

    /// Whether the place is in `svg` or `math`.
    pub(super) fn are_foreign(&self) -> bool {
        matches!(self.foreign.last(), Some(&(SVG | MATH)))
    }

    /// Takes a start tag, with its name in lower case, and says how the tokenizer must
    /// read what follows, if not as it did.
    pub(super) fn open(&mut self, name: &[u8], is_self_closing: bool) -> Option<State> {
        if self.are_foreign() && BREAKOUT.contains(&name) {
            self.break_out();
        }
        let is_foreign = self.are_foreign();
        if let Some(element) = self.foreign_element(name) {
            if !is_self_closing {
                self.push(element);
            }
            return None;
        }
        let kind = PROTECTED.iter().position(|(protected, _)| *protected == name);
        match kind {
            // In HTML, an element that is not void is open all the same.
            Some(_) if is_foreign && is_self_closing => None,
            Some(kind) => {
                self.protected[kind] += 1;
                self.protected_sum += 1;
                PROTECTED[kind].1.filter(|_| !is_foreign)
            }
            None if name == b"title" && !is_foreign => Some(State::RcData),
            None => None,
        }
    }

    /// Takes an end tag, with its name in lower case.
    pub(super) fn close(&mut self, name: &[u8]) {
        if self.are_foreign() && (name == b"p" || name == b"br") {
            self.break_out();
        }
        let kind = PROTECTED.iter().position(|(protected, _)| *protected == name);
        if let Some(kind) = kind.filter(|kind| self.protected[*kind] > 0) {
            self.protected[kind] -= 1;
            self.protected_sum -= 1;
        }
        self.close_foreign(name);
    }

    /// Closes what has been opened since `before`; what has been closed stays so.
    #[cfg(feature = "markdown")]
    pub(in crate::markup) fn close_since(&mut self, before: &Elements) {
        for (open, open_before) in self.protected.iter_mut().zip(before.protected) {
            *open = open_before.min(*open);
        }
        self.protected_sum = self.protected.iter().sum();
        while self.foreign.len() > before.foreign.len() {
            self.pop();
        }
    }

    /// Which of [`FOREIGN`] a start tag opens here.
    fn foreign_element(&self, name: &[u8]) -> Option<usize> {
        let element = FOREIGN.iter().position(|element| *element == name)?;
        let is_one = match self.foreign.last() {
            Some(&SVG) => element == SVG || SVG_POINTS.contains(&element),
            Some(&MATH) => element == SVG || element == MATH || MATH_POINTS.contains(&element),
            _ => element == SVG || element == MATH,
        };
        is_one.then_some(element)
    }

    /// Closes the innermost element of this name, with all in it.
    fn close_foreign(&mut self, name: &[u8]) {
        let element = FOREIGN.iter().position(|element| *element == name);
        let Some(element) = element.filter(|element| self.foreign_counts[*element] > 0) else {
            return;
        };
        while self.pop().is_some_and(|popped| popped != element) {}
    }

    /// Leaves `svg` and `math` for the HTML around.
    fn break_out(&mut self) {
        while self.are_foreign() {
            self.pop();
        }
    }

    fn push(&mut self, element: usize) {
        self.foreign.push(element);
        self.foreign_counts[element] += 1;
    }

    fn pop(&mut self) -> Option<usize> {
        let popped = self.foreign.pop()?;
        self.foreign_counts[popped] -= 1;
        Some(popped)
    }
}
