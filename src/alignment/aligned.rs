//! [`Aligned`], a text and what it was made of.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use once_cell::race::OnceBox;

use super::account::{Deed, Layer};
use super::edit::{self, Edit};
use super::unit::{Checkpoints, Ruler, Unit};
use super::{Alignment, Direction, TO_OUTPUT, TO_SOURCE};

/// What became of a text, with the places of both that correspond.
///
/// Positions may be counted in bytes, code points or UTF-16 code units ([`Unit`]). One
/// that is within a character counts as the one before it, and one behind the end as the
/// end; so what comes out is always a border between characters. Where positions lead
/// is told at [`Alignment::output_offset`] and its like.
///
/// # Examples
///
/// ```
/// use fanjian::{Config, Converter, Unit};
///
/// let aligned = Converter::new(Config::S2twp).convert_aligned("互联网上的软件");
/// assert_eq!(aligned.output(), "網際網路上的軟體");
/// // Of seven code points the sixth is where the software begins.
/// assert_eq!(aligned.output_position(Unit::CodePoints, 5), 6);
/// assert_eq!(aligned.source_range(Unit::CodePoints, 6..8), 5..7);
/// ```
pub struct Aligned<'t> {
    source: &'t str,
    output: Cow<'t, str>,
    alignment: Alignment,
    layers: Vec<Layer>,
    source_checkpoints: OnceBox<Checkpoints>,
    output_checkpoints: OnceBox<Checkpoints>,
}

impl<'t> Aligned<'t> {
    /// A text that nothing changed.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::Aligned;
    ///
    /// let aligned = Aligned::unchanged("漢字");
    /// assert_eq!((aligned.output(), aligned.edits().len()), ("漢字", 0));
    /// ```
    #[must_use]
    pub fn unchanged(source: &'t str) -> Aligned<'t> {
        Aligned {
            source,
            output: Cow::Borrowed(source),
            alignment: Alignment::unchanged(source.len()),
            layers: Vec::new(),
            source_checkpoints: OnceBox::new(),
            output_checkpoints: OnceBox::new(),
        }
    }

    /// What passes made of a text, one after the other, each of which did something.
    pub(crate) fn made(
        source: &'t str,
        output: String,
        deeds: impl IntoIterator<Item = Deed>,
    ) -> Aligned<'t> {
        let mut layers = Vec::new();
        let mut so_far: Option<Alignment> = None;
        for Deed { alignment, account } in deeds {
            let next = so_far.as_ref().map(|before| before.then(&alignment));
            layers.push(Layer { account, before: so_far });
            so_far = Some(next.unwrap_or(alignment));
        }
        let alignment = so_far.unwrap_or_else(|| Alignment::unchanged(source.len()));
        debug_assert_eq!(alignment.source_length(), source.len());
        debug_assert_eq!(alignment.output_length(), output.len());
        Aligned { output: Cow::Owned(output), alignment, layers, ..Aligned::unchanged(source) }
    }

    /// Goes on with the output: the source, and what `pass` makes of the output.
    ///
    /// # Panics
    ///
    /// When `pass` gives what became of another text.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let [script, region] = [Config::S2t, Config::T2hk].map(Converter::new);
    /// let aligned = script.convert_aligned("里面").then(|text| region.convert_aligned(text));
    /// assert_eq!((aligned.source(), aligned.output()), ("里面", "裏面"));
    /// ```
    #[must_use]
    pub fn then(self, pass: impl FnOnce(&str) -> Aligned<'_>) -> Aligned<'t> {
        let Aligned { source, output, alignment: next, layers: following, .. } = pass(&self.output);
        let is_output = core::ptr::eq(source, &*self.output) || source == self.output;
        assert!(is_output, "the pass was over another text");
        let output = match output {
            Cow::Owned(output) => output,
            Cow::Borrowed(_) => return self,
        };
        let is_first = self.layers.is_empty();
        let alignment = if is_first { next } else { self.alignment.then(&next) };
        let mut layers = self.layers;
        for Layer { account, before } in following {
            let before = match (is_first, before) {
                (true, before) => before,
                (false, None) => Some(self.alignment.clone()),
                (false, Some(before)) => Some(self.alignment.then(&before)),
            };
            layers.push(Layer { account, before });
        }
        Aligned { output: Cow::Owned(output), alignment, layers, ..Aligned::unchanged(self.source) }
    }

    /// The text as it was.
    #[must_use]
    pub fn source(&self) -> &'t str {
        self.source
    }

    /// The text as it is now.
    #[must_use]
    pub fn output(&self) -> &str {
        &self.output
    }

    /// The text as it is now, borrowed when nothing changed.
    #[must_use]
    pub fn into_output(self) -> Cow<'t, str> {
        self.output
    }

    /// The alignment of both texts, in bytes.
    #[must_use]
    pub fn alignment(&self) -> &Alignment {
        &self.alignment
    }

    /// All changes, ascending and disjoint, each as small as it can be in whole
    /// characters, with its causes.
    ///
    /// Who changed what is found out here, which for a conversion takes much longer
    /// than converting. [`revert`](crate::revert) takes edits back.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let aligned = Converter::new(Config::S2t).convert_aligned("他的头发");
    /// let edits: Vec<_> = aligned.edits().iter().map(|edit| edit.source()).collect();
    /// assert_eq!(edits, [6..12]);
    /// ```
    #[must_use]
    pub fn edits(&self) -> Vec<Edit> {
        let mut input = Cow::Borrowed(self.source);
        let mut accounts = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let mut output = String::with_capacity(input.len());
            accounts.push(layer.explain(&input, &mut output));
            input = Cow::Owned(output);
        }
        edit::edits([self.source, &self.output], &self.alignment, &accounts)
    }

    /// Where a position of the source is in the output, both counted in `unit`.
    ///
    /// Takes time in the logarithm of the number of runs, and with other units than
    /// bytes in that of the text's length as well; the first time all of the text is
    /// counted.
    #[must_use]
    pub fn output_position(&self, unit: Unit, source_position: usize) -> usize {
        let [mut from, mut to] = self.rulers(unit);
        to.position_of(self.alignment.output_offset(from.offset_of(source_position)))
    }

    /// Where a position of the output is in the source, both counted in `unit`, in the
    /// same time.
    #[must_use]
    pub fn source_position(&self, unit: Unit, output_position: usize) -> usize {
        let [mut to, mut from] = self.rulers(unit);
        to.position_of(self.alignment.source_offset(from.offset_of(output_position)))
    }

    /// The range of the output that a range of the source became, both counted in
    /// `unit`, as [`Alignment::output_range`] says.
    #[must_use]
    pub fn output_range(&self, unit: Unit, source: Range<usize>) -> Range<usize> {
        let [from, to] = self.rulers(unit);
        range([from, to], source, |range| self.alignment.output_range(range))
    }

    /// The range of the source that a range of the output came from, both counted in
    /// `unit`, as [`Alignment::source_range`] says.
    #[must_use]
    pub fn source_range(&self, unit: Unit, output: Range<usize>) -> Range<usize> {
        let [to, from] = self.rulers(unit);
        range([from, to], output, |range| self.alignment.source_range(range))
    }

    /// Where many positions of the source are in the output. Ascending ones take time in
    /// proportion to their number and the length of the text, however many they are.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, Unit};
    ///
    /// let aligned = Converter::new(Config::S2twp).convert_aligned("互联网上的软件");
    /// let positions: Vec<_> = aligned.output_positions(Unit::Utf16, [0, 3, 5, 7]).collect();
    /// assert_eq!(positions, [0, 4, 6, 8]);
    /// ```
    pub fn output_positions(
        &self,
        unit: Unit,
        source_positions: impl IntoIterator<Item = usize>,
    ) -> impl Iterator<Item = usize> {
        let rulers = self.rulers(unit);
        self.positions(rulers, source_positions, TO_OUTPUT)
    }

    /// Where many positions of the output are in the source, in the same time.
    pub fn source_positions(
        &self,
        unit: Unit,
        output_positions: impl IntoIterator<Item = usize>,
    ) -> impl Iterator<Item = usize> {
        let [to, from] = self.rulers(unit);
        self.positions([from, to], output_positions, TO_SOURCE)
    }

    fn positions(
        &self,
        [mut from, mut to]: [Ruler<'_>; 2],
        positions: impl IntoIterator<Item = usize>,
        direction: Direction,
    ) -> impl Iterator<Item = usize> {
        let offsets = positions.into_iter().map(move |position| from.offset_of(position));
        self.alignment.offsets(offsets, direction).map(move |offset| to.position_of(offset))
    }

    /// What measures the source and the output.
    fn rulers(&self, unit: Unit) -> [Ruler<'_>; 2] {
        [
            ruler(self.source, unit, &self.source_checkpoints),
            ruler(&self.output, unit, &self.output_checkpoints),
        ]
    }
}

/// What measures a text, whose checkpoints are made if the unit needs some.
fn ruler<'a>(text: &'a str, unit: Unit, checkpoints: &'a OnceBox<Checkpoints>) -> Ruler<'a> {
    let checkpoints = match unit {
        Unit::Bytes => None,
        _ => Some(checkpoints.get_or_init(|| Box::new(Checkpoints::of(text)))),
    };
    Ruler::new(text, unit, checkpoints)
}

/// The range that `map` leads to from one text to the other.
fn range(
    [mut from, mut to]: [Ruler<'_>; 2],
    range: Range<usize>,
    map: impl FnOnce(Range<usize>) -> Range<usize>,
) -> Range<usize> {
    let start = from.offset_of(range.start);
    let mapped = map(start..from.offset_of(range.end).max(start));
    let start = to.position_of(mapped.start);
    start..to.position_of(mapped.end)
}

impl Clone for Aligned<'_> {
    /// Counts of other units than bytes are made again when they are needed.
    fn clone(&self) -> Self {
        Aligned {
            output: self.output.clone(),
            alignment: self.alignment.clone(),
            layers: self.layers.clone(),
            ..Aligned::unchanged(self.source)
        }
    }
}

impl fmt::Debug for Aligned<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = formatter.debug_struct("Aligned");
        fields.field("source", &self.source).field("output", &self.output);
        fields.field("alignment", &self.alignment).finish_non_exhaustive()
    }
}
