//! A configuration as the stages that carry it out.
//!
//! OpenCC's order: normalization over the whole text, then segmentation, then
//! every conversion stage inside each segment, never across a border. A plan says
//! what the stages are and where a text may be cut so that its parts convert
//! independently. `stages` carries it out, `scan` does so at speed, `stream` for
//! texts that come in pieces, and `segment` with an account of every step. A plan
//! does not know which configuration it is.

use alloc::sync::Arc;
use core::ops::Range;

use crate::composite::Composite;
use crate::description;
use crate::dictionary::Matcher;
use crate::own::OwnPlan;
use crate::text::floor_char_boundary;

/// The longest description sequence, in code points: no further does one reach.
const LONGEST_DESCRIPTION: usize = description::MAXIMUM_LENGTH;

/// The stages of a configuration.
#[derive(Debug)]
pub(crate) struct Plan<'b> {
    /// Finds words that are kept as they are, before all else: each ends the text before
    /// it, and another one begins behind it.
    pub(crate) protection: Option<&'b Matcher<'b>>,
    /// Replaces compatibility ideographs, before all else.
    pub(crate) normalization: Option<&'b Matcher<'b>>,
    /// Cuts the text into segments. Without it the whole text is one.
    pub(crate) segmentation: Option<Segmentation<'b>>,
    /// Converts each segment, one stage after the other.
    pub(crate) conversion: &'b [&'b Matcher<'b>],
    /// All of them as one table.
    pub(crate) composite: &'b Composite<'b>,
    /// Normalization and the first of several stages of the conversion, if there is
    /// such a composite …
    pub(crate) first: Option<&'b Composite<'b>>,
    /// … and the last of two.
    pub(crate) last: Option<&'b Composite<'b>>,
    /// The dictionaries of the first stage of the conversion that are one's own, a bit
    /// for each: context overrides nothing that they say.
    pub(crate) own: u64,
}

/// A plan as converters share it: one that is part of the program, or one's own.
#[derive(Clone, Debug)]
pub(crate) enum Shared {
    Embedded(&'static Plan<'static>),
    Own(Arc<OwnPlan>),
}

impl Shared {
    #[inline]
    pub(crate) fn get(&self) -> &Plan<'_> {
        match self {
            Shared::Embedded(plan) => plan,
            Shared::Own(plan) => plan.get(),
        }
    }
}

/// The groups of an embedded configuration, as text that
/// [`Group`](crate::dictionary::Group) reads.
#[derive(Debug)]
pub(crate) struct Expressions {
    pub(crate) normalization: Option<&'static str>,
    pub(crate) segmentation: Option<&'static str>,
    pub(crate) conversion: &'static [&'static str],
}

/// Where segments come from.
#[derive(Debug)]
pub(crate) struct Segmentation<'b> {
    /// Its longest matches cut the text …
    pub(crate) matcher: &'b Matcher<'b>,
    /// … when they come from one of this many leading dictionaries …
    pub(crate) leading: usize,
    /// … whose keys all have two code points or more, if this says so.
    pub(crate) by_phrases: bool,
}

impl Plan<'_> {
    /// The first stage of the conversion by itself, unless it is not known what
    /// characters become in it.
    pub(crate) fn first_stage(&self) -> Option<Plan<'_>> {
        let composite = match self.conversion {
            [_] => self.composite,
            _ => self.first?,
        };
        Some(Plan {
            protection: self.protection,
            normalization: self.normalization,
            segmentation: None,
            conversion: self.conversion.get(..1)?,
            composite,
            first: None,
            last: None,
            own: self.own,
        })
    }

    /// The first certain cut behind `from` bytes, or the end of the text.
    pub(crate) fn certain_cut(&self, text: &str, from: usize) -> usize {
        self.certain_cuts("", text, from).next().unwrap_or(text.len())
    }

    /// The last certain cut in `range` of `text` up to `offset`, where it is no more than
    /// `reach` bytes before. The range begins and ends at certain cuts.
    pub(crate) fn certain_cut_before(
        &self,
        text: &str,
        range: Range<usize>,
        offset: usize,
        reach: usize,
    ) -> Option<usize> {
        let text = &text[..range.end];
        let from = range.start.max(offset.saturating_sub(reach));
        let cuts = |from: usize| self.certain_cuts("", text, from).take_while(|&cut| cut <= offset);
        let at_start = (from == range.start).then_some(range.start);
        // Nearly always one is near: farther ones are looked for behind it alone.
        let mut behind = text[offset..].chars().next();
        for (start, character) in text[..offset].char_indices().rev() {
            let end = start + character.len_utf8();
            if end <= from {
                break;
            }
            if self.can_part(character, behind) {
                // It is one but for a description that begins before it.
                return cuts(start).next().or_else(|| cuts(from).last()).or(at_start);
            }
            behind = Some(character);
        }
        at_start
    }

    /// Whether `text`, before which there is none that matters, can be cut at its end,
    /// whatever follows.
    pub(crate) fn is_cut(&self, text: &str) -> bool {
        let last = text.char_indices().next_back();
        last.is_some_and(|(last, _)| self.certain_cuts("", text, last).next().is_some())
    }

    /// Offsets behind `from` bytes at which `text` can be cut so that both parts
    /// convert to the parts of its conversion, whatever follows the text. It
    /// stands behind text that ends with `before`.
    ///
    /// A cut is certain where no match of any stage reaches across; behind the end
    /// of the text, where none does whatever follows. The one thing that could
    /// reach across is a description sequence that begins before it.
    pub(crate) fn certain_cuts(
        &self,
        before: &str,
        text: &str,
        from: usize,
    ) -> impl Iterator<Item = usize> {
        // A description that begins further back does not reach `from`.
        let floor = floor_char_boundary(text, from);
        let (start, mut since_operator) = match floor.checked_sub(4 * LONGEST_DESCRIPTION + 4) {
            Some(far) if !description::may_have_operator(&text.as_bytes()[far..floor]) => {
                (floor, LONGEST_DESCRIPTION)
            }
            _ => {
                let mut back = text[..floor].char_indices().rev();
                match back.nth(LONGEST_DESCRIPTION) {
                    Some((start, _)) => (start, LONGEST_DESCRIPTION),
                    None => (0, description::since_operator(before)),
                }
            }
        };
        text[start..].char_indices().filter_map(move |(offset, character)| {
            since_operator += 1;
            if description::is_operator(character) {
                since_operator = 0;
            }
            let end = start + offset + character.len_utf8();
            let is_cut = start + offset >= from
                && since_operator >= LONGEST_DESCRIPTION
                && self.can_part(character, text[end..].chars().next());
            is_cut.then_some(end)
        })
    }

    /// Whether no match reaches across the border between two characters, or from the first
    /// to whatever follows. What is so of whatever follows is so of each that may, though
    /// the set of neighbours may have one of them by chance: a cut stays one when more of
    /// the text is known.
    fn can_part(&self, first: char, second: Option<char>) -> bool {
        !self.composite.may_join(first, second) || !self.composite.may_join(first, None)
    }
}

impl Segmentation<'_> {
    /// Whether a walk of this matcher stops at every border by itself. Its
    /// dictionaries behind the leading ones have keys of one code point, so
    /// that it takes a segmenting match wherever the segmentation does.
    pub(crate) fn is_walk_of(&self, matcher: &Matcher<'_>) -> bool {
        core::ptr::eq(self.matcher, matcher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::{Chain, Extent, Group, Table, compile, compose};
    use crate::scan;
    use crate::stages::Stages;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    fn compiled(table: &str) -> Vec<u8> {
        let table = Table::parse(table).expect("well-formed");
        let group: Group = "all".parse().expect("a name is a group");
        compile(&group, |_| Some(&table)).expect("it can be compiled")
    }

    /// The composite of a segmentation and two stages.
    fn composed(tables: &[&str; 3]) -> Vec<u8> {
        let [cutter, first, second] = tables.map(|table| Table::parse(table).expect("well-formed"));
        let [segmentation, one, two] =
            ["cutter", "first", "second"].map(|name| name.parse().expect("a name is a group"));
        let chain = Chain {
            normalization: None,
            segmentation: Some(segmentation),
            conversion: [one, two].into(),
        };
        let table = |name: &str| match name {
            "cutter" => Some(&cutter),
            "first" => Some(&first),
            _ => Some(&second),
        };
        compose(&chain, table, None).expect("all tables are there").to_bytes(None)
    }

    /// What `text` becomes by two stages, within segments of a third table.
    fn converted(segmentation: &str, stages: [&str; 2], text: &str) -> String {
        let tables = [segmentation, stages[0], stages[1]];
        let [cutter, first, second] = tables.map(compiled);
        let composite = composed(&tables);
        let matcher = |bytes| Matcher::from_bytes(bytes).expect("it was compiled a moment ago");
        let (cutter, first, second) = (matcher(&cutter), matcher(&first), matcher(&second));
        let plan = Plan {
            protection: None,
            normalization: None,
            segmentation: Some(Segmentation { matcher: &cutter, leading: 1, by_phrases: false }),
            conversion: &[&first, &second],
            composite: &Composite::from_bytes(&composite, None)
                .expect("it was composed a moment ago"),
            first: None,
            last: None,
            own: 0,
        };
        let mut by_stages = String::new();
        Stages::default().advance(&plan, text, Extent::Whole, &mut by_stages);
        let mut output = String::new();
        scan::convert_into(&plan, text, &mut output);
        assert_eq!(output, by_stages);
        output
    }

    #[test]
    fn a_description_that_only_a_longer_replacement_completes_ends_at_the_segment() {
        let second = "丙\t寅\n乙\t丑\n甲\t子\n";
        let mut lines: Vec<&str> = second.lines().collect();
        lines.sort_unstable();
        let second = lines.join("\n");
        let output = converted("甲乙\t甲乙\n", ["甲乙\t甲乙丙\n", &second], "⿲甲乙");
        assert_eq!(output, "⿲子丑寅");
    }

    #[test]
    fn replacements_of_other_lengths_within_a_description_do_not_misplace_borders() {
        let output = converted("甲乙\t甲乙\n", ["甲乙\téabcd\n", "cd\tX\n"], "⿲甲乙");
        assert_eq!(output, "⿲éabX");
    }

    #[test]
    fn a_match_of_a_later_stage_ends_at_the_segment() {
        let stages = ["乙\t丁\n", "丁丙\t戊\n"];
        assert_eq!(converted("甲乙\t甲乙\n", stages, "甲乙丙乙丙"), "甲丁丙戊".to_string());
    }
}
