//! Named sets of rules, and the settings that are orthogonal to them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use super::rule::{Rule, Rules};

/// A named set of rules.
///
/// # Examples
///
/// ```
/// use fanjian::Preset;
///
/// assert_eq!("hongkong".parse(), Ok(Preset::HongKong));
/// assert_eq!(Preset::default(), Preset::Repair);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Preset {
    /// Code points alone, never a visible change of a mark: canonical
    /// composition, and radicals that stand for ideographs.
    Minimal,
    /// Undoes what NFKC and other folds of width did. Script, quotation marks
    /// and the spaces between Chinese and Latin stay.
    #[default]
    Repair,
    /// [`Preset::Repair`] for the text of a corpus: invisible characters,
    /// ideographic variation selectors, letterspacing and known private use
    /// characters go as well, and spaces between Chinese and Latin.
    Corpus,
    /// [`Preset::Repair`], and marks as GB/T 15834 has them.
    Mainland,
    /// [`Preset::Repair`], and marks as Taiwan's Ministry of Education has them
    /// (重訂標點符號手冊, 2008).
    Taiwan,
    /// [`Preset::Repair`], and marks as Hong Kong writes them: those of Taiwan,
    /// and the interpunct is always U+00B7.
    HongKong,
}

/// What every preset is called, in the order of the enumeration.
const NAMES: [(Preset, &str); 6] = [
    (Preset::Minimal, "minimal"),
    (Preset::Repair, "repair"),
    (Preset::Corpus, "corpus"),
    (Preset::Mainland, "mainland"),
    (Preset::Taiwan, "taiwan"),
    (Preset::HongKong, "hongkong"),
];

/// Rules that look at single characters and never change a visible mark.
const MINIMAL: Rules = Rules::of(&[Rule::CanonicalComposition, Rule::Radicals]);

/// Rules that undo damage.
const REPAIR: Rules = MINIMAL.with(Rules::of(&[
    Rule::CompatibilityIdeographs,
    Rule::ZeroWidth,
    Rule::PresentationForms,
    Rule::FullwidthAlphanumerics,
    Rule::FullwidthNumberMarks,
    Rule::Marks,
    Rule::Colon,
    Rule::Brackets,
    Rule::Ellipsis,
    Rule::SpaceBesideMarks,
    Rule::SplitTerms,
    Rule::SpaceBesideLatin,
]));

/// Rules that a corpus is cleaned with.
const CORPUS: Rules = REPAIR.with(Rules::of(&[
    Rule::BidirectionalControls,
    Rule::VariationSelectors,
    Rule::PrivateUse,
    Rule::IdeographicSpace,
    Rule::FullStop,
    Rule::Letterspacing,
    Rule::LineEnds,
]));

/// Rules of copy-editing, which differ by region only in what they write.
const EDITED: Rules = REPAIR.with(Rules::of(&[
    Rule::FullStop,
    Rule::EnglishMarks,
    Rule::Dash,
    Rule::Interpunct,
    Rule::TitleMarks,
    Rule::QuotationMarks,
    Rule::StraightQuotes,
]));

impl Preset {
    /// All presets.
    pub const ALL: [Preset; 6] = {
        let mut all = [Preset::Minimal; 6];
        let mut position = 0;
        while position < all.len() {
            all[position] = NAMES[position].0;
            position += 1;
        }
        all
    };

    /// The preset's name, such as `repair`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// The rules that are switched on.
    pub(super) const fn rules(self) -> Rules {
        match self {
            Preset::Minimal => MINIMAL,
            Preset::Repair => REPAIR,
            Preset::Corpus => CORPUS,
            Preset::Mainland | Preset::Taiwan | Preset::HongKong => EDITED,
        }
    }

    /// The rules whose places are reported and not changed.
    pub(super) const fn reported(self) -> Rules {
        match self {
            Preset::Minimal => Rules::of(&[Rule::ZeroWidth, Rule::BidirectionalControls]),
            Preset::Corpus => Rules::of(&[]),
            _ => Rules::of(&[Rule::BidirectionalControls]),
        }
    }

    /// What is done about spaces between Chinese and Latin unless something else
    /// is asked for.
    pub(super) const fn spacing(self) -> Spacing {
        match self {
            Preset::Corpus => Spacing::Strip,
            _ => Spacing::Keep,
        }
    }

    /// Where ellipses are written.
    pub(super) const fn ellipses(self) -> Ellipses {
        match self {
            Preset::Mainland | Preset::Taiwan | Preset::HongKong => Ellipses::All,
            _ => Ellipses::SixDots,
        }
    }

    /// On what evidence `.` becomes 。
    pub(super) const fn full_stops(self) -> FullStops {
        match self {
            Preset::Corpus => FullStops::WithCcnet,
            _ => FullStops::WithoutIdeographicOnes,
        }
    }

    /// The form of quotation marks.
    pub(super) const fn quotes(self) -> QuoteForm {
        match self {
            Preset::Taiwan | Preset::HongKong => QuoteForm::Corner,
            _ => QuoteForm::Curly,
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Preset {
    type Err = UnknownPresetError;

    fn from_str(name: &str) -> Result<Preset, UnknownPresetError> {
        let found = NAMES.iter().find(|row| row.1 == name);
        found.map(|row| row.0).ok_or_else(|| UnknownPresetError { name: name.to_owned() })
    }
}

/// A name that is no preset. The message lists those that are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPresetError {
    name: String,
}

impl fmt::Display for UnknownPresetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there is no preset {:?}; there are", self.name)?;
        Preset::ALL.iter().try_for_each(|preset| write!(formatter, " {preset}"))
    }
}

impl core::error::Error for UnknownPresetError {}

/// Whether a rule is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Switch {
    /// The rule is applied.
    On,
    /// The rule is not applied.
    Off,
}

/// What is done about spaces between Chinese characters and Latin letters or
/// digits ([`Rule::SpaceBesideLatin`]).
///
/// Newer standards want the gap, and want it from the layout and not from a
/// character (UTR #59, CSS `text-autospace`), so nothing is done by default.
///
/// # Examples
///
/// ```
/// use fanjian::{Normalizer, Preset, Spacing};
///
/// let with = |spacing| Normalizer::builder(Preset::Repair).spacing(spacing).build();
/// assert_eq!(with(Spacing::Insert).normalize("用Rust寫"), "用 Rust 寫");
/// assert_eq!(with(Spacing::Strip).normalize("用 Rust 寫"), "用Rust寫");
/// assert_eq!(with(Spacing::Keep).normalize("用Rust 寫"), "用Rust 寫");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Spacing {
    /// They stay as they are.
    #[default]
    Keep,
    /// They go.
    Strip,
    /// There is one, U+0020.
    Insert,
}

/// What is taken to have been done to a text.
///
/// The kind of damage says how bold a repair may be: where a mark follows a
/// Latin word or a number, the text around it must tell whether it is a Chinese
/// one, and in a text that has both widths it stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Damage {
    /// What the first 64 KiB of the text say (see [`Normalizer::diagnose`]).
    ///
    /// [`Normalizer::diagnose`]: super::Normalizer::diagnose
    #[default]
    Auto,
    /// NFKC or a fold of width: all full-width marks became ASCII, and 。、 did not.
    Nfkc,
    /// The cleaner of `CCNet` and its copies: 。 became `.` as well.
    Ccnet,
    /// None: marks that follow Latin words and numbers stay as they are.
    None,
}

/// Which dot stands between the parts of a name ([`Rule::Interpunct`]).
///
/// # Examples
///
/// ```
/// use fanjian::{Interpunct, Normalizer, Preset};
///
/// let taiwan = Normalizer::builder(Preset::Taiwan);
/// assert_eq!(taiwan.build().normalize("馬丁•路德"), "馬丁·路德");
/// let point = taiwan.interpunct(Interpunct::HyphenationPoint).build();
/// assert_eq!(point.normalize("馬丁•路德"), "馬丁‧路德");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Interpunct {
    /// `·`, U+00B7, as Requirements for Chinese Text Layout (W3C) has it.
    #[default]
    MiddleDot,
    /// `‧`, U+2027, as many texts from Taiwan have it, for it is in Big5.
    HyphenationPoint,
}

/// What compatibility ideographs become ([`Rule::CompatibilityIdeographs`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CompatibilityForm {
    /// The unified ideograph.
    #[default]
    Unified,
    /// The unified ideograph and the variation selector that keeps what it was
    /// (`StandardizedVariants.txt`), so that nothing is lost.
    Sequence,
}

/// Which dots become an ellipsis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ellipses {
    /// `......`, what NFKC makes of ……
    SixDots,
    /// Three to six ASCII dots, three or more 。, and any … that is not doubled.
    All,
}

/// When a text's `.` may be what is left of its 。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum FullStops {
    /// Never: the rule is off.
    Never,
    /// Where the text shows all signs of `CCNet`'s cleaner.
    WithCcnet,
    /// Where the text has no 。 at all.
    WithoutIdeographicOnes,
}

/// The form of quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum QuoteForm {
    /// “ ” outside, ‘ ’ inside (GB/T 15834, 4.8).
    Curly,
    /// 「 」 outside, 『 』 inside (重訂標點符號手冊).
    Corner,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn the_table_is_in_the_order_of_the_enumeration() {
        for (position, row) in NAMES.iter().enumerate() {
            assert_eq!(row.0 as usize, position, "{}", row.1);
        }
    }

    #[test]
    fn names_are_read_back() {
        for preset in Preset::ALL {
            assert_eq!(preset.name().parse(), Ok(preset));
        }
        let message = "standard".parse::<Preset>().unwrap_err().to_string();
        assert!(message.contains("standard") && message.ends_with("hongkong"), "{message}");
    }
}
