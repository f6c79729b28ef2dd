//! The last step: clusters of a character and the marks on it, composed.
//!
//! A cluster is what canonical composition cannot reach out of: it begins with a
//! character that is no mark and composes with nothing before it, and goes on to
//! the next such. The NFC of a text is that of its clusters, one by one. Most have
//! one character and one question to answer.

use alloc::string::String;
use core::iter;
use core::ops::Range;

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::numbers::Numbers;
use super::table::{self, Kind};
use super::{Item, Rule};

/// In place of a compatibility ideograph, which stays what it is: like it, an
/// ideograph composes with nothing.
const OPAQUE: char = '一';

/// The clusters of a line.
#[derive(Clone, Debug)]
pub(super) struct Clusters<'l> {
    items: Numbers<'l>,
    composes: bool,
}

impl<'l> Clusters<'l> {
    pub(super) fn new(items: Numbers<'l>) -> Clusters<'l> {
        let composes = items.rules().has(Rule::CanonicalComposition);
        Clusters { items, composes }
    }

    /// The offset of what comes next.
    pub(super) fn offset(&self) -> usize {
        self.items.offset()
    }

    /// Goes on at `offset`, where a cluster begins, as
    /// [`Deleted::seek`](super::Deleted::seek).
    pub(super) fn seek(&mut self, offset: usize) {
        self.items.seek(offset);
    }

    /// Reports the changes of the next cluster, if there is one.
    pub(super) fn next(&mut self, sink: &mut impl FnMut(Range<usize>, &str, Rule)) {
        let cluster = self.items.clone();
        let Some(first) = self.items.next() else { return };
        if !self.composes || first.character.is_none() {
            return first.report(sink);
        }
        let length = 1 + self.skip_marks();
        let cluster = Cluster { items: cluster, length };
        if cluster.is_composed() {
            cluster.items.take(length).for_each(|item| item.report(sink));
        } else {
            let text = cluster.composition();
            sink(first.start..self.offset(), &text, Rule::CanonicalComposition);
        }
    }

    /// Goes past the items that belong to the cluster of the one before, and counts
    /// them. Deleted ones belong to it if a mark comes behind them.
    fn skip_marks(&mut self) -> usize {
        let mut length = 0;
        let mut ahead = self.items.clone();
        let mut count = 0;
        while let Some(item) = ahead.next() {
            count += 1;
            match item.character {
                None => {}
                Some(character) if begins_cluster(character) => break,
                Some(_) => {
                    self.items = ahead.clone();
                    length = count;
                }
            }
        }
        length
    }
}

/// So many items.
struct Cluster<'l> {
    items: Numbers<'l>,
    length: usize,
}

impl Cluster<'_> {
    /// What the items are now, compatibility ideographs aside.
    fn characters(&self) -> impl Iterator<Item = char> {
        let items = self.items.clone().take(self.length);
        items.flat_map(Item::characters).map(|character| match is_opaque(character) {
            true => OPAQUE,
            false => character,
        })
    }

    fn is_composed(&self) -> bool {
        match is_nfc_quick(self.characters()) {
            IsNormalized::Yes => true,
            IsNormalized::No => false,
            IsNormalized::Maybe => self.characters().nfc().eq(self.characters()),
        }
    }

    fn composition(&self) -> String {
        let first = self.items.clone().next().and_then(|item| item.character);
        let opaque = first.filter(|&character| is_opaque(character));
        let composed = self.characters().nfc();
        opaque.into_iter().chain(composed.skip(usize::from(opaque.is_some()))).collect()
    }
}

/// Whether nothing before this character composes with it or is ordered behind it.
fn begins_cluster(character: char) -> bool {
    if matches!(character, ..'\u{300}' | '\u{3400}'..='\u{9FFF}') {
        return true;
    }
    let mut first = None;
    decompose_canonical(character, |part| {
        first.get_or_insert(part);
    });
    let first = first.unwrap_or(character);
    canonical_combining_class(first) == 0 && is_nfc_quick(iter::once(first)) != IsNormalized::Maybe
}

/// Whether this has a canonical decomposition that is not for this rule.
fn is_opaque(character: char) -> bool {
    matches!(character, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
        && table::replacement(character)
            .is_some_and(|replacement| replacement.kind == Kind::CompatibilityIdeograph)
}
