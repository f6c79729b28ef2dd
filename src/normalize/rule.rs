//! The rules, one identifier each, and sets of them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

/// A rule of normalization. Each has a switch of its own
/// ([`NormalizerBuilder::rule`](super::NormalizerBuilder::rule)), and each
/// edit names the one that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// C1: canonical composition (NFC, UAX #15), except of compatibility ideographs.
    CanonicalComposition,
    /// C2: radicals become the ideographs they look like (`EquivalentUnifiedIdeograph.txt`).
    Radicals,
    /// C3: compatibility ideographs become unified ones (UAX #15).
    CompatibilityIdeographs,
    /// C4: invisible characters of no width between Han go.
    ZeroWidth,
    /// C5: controls of bidirectional text go.
    BidirectionalControls,
    /// C6: ideographic variation selectors behind Han go (UTS #37).
    VariationSelectors,
    /// C7: private use characters that were encoded later (GB 18030, HKSCS).
    PrivateUse,
    /// C8: vertical, small and half-width forms of marks and kana.
    PresentationForms,
    /// W1: full-width letters and digits become ASCII.
    FullwidthAlphanumerics,
    /// W2: full-width marks within numbers become ASCII.
    FullwidthNumberMarks,
    /// W3: ideographic spaces at the ends of a line go.
    IdeographicSpace,
    /// P1: `, ; ? !` of a Chinese clause become full-width.
    Marks,
    /// P2: `:` of a Chinese clause becomes full-width.
    Colon,
    /// P3: `( )` as a pair become full-width.
    Brackets,
    /// P4: `.` that ends a Chinese sentence becomes 。.
    FullStop,
    /// P5: full-width marks in a line of English become ASCII.
    EnglishMarks,
    /// P6: an ellipsis is six dots, ……
    Ellipsis,
    /// P7: a dash is two ems, ——
    Dash,
    /// P8: the dot between the parts of a name is ·
    Interpunct,
    /// P9: `<<…>>` becomes 《…》.
    TitleMarks,
    /// Q1: quotation marks by depth, in the form of the region.
    QuotationMarks,
    /// Q2: pairs of straight quotes become typographic ones.
    StraightQuotes,
    /// S1: no space beside a full-width mark.
    SpaceBesideMarks,
    /// S2: `5 G` and its like, a closed list.
    SplitTerms,
    /// S3: Han characters that stand one by one between spaces.
    Letterspacing,
    /// S4: single spaces between Han.
    SpaceBetweenHan,
    /// S5: spaces between Han and Latin letters or digits, as the setting
    /// [`Spacing`](super::Spacing) says.
    SpaceBesideLatin,
    /// L1: spaces at the end of a line, and carriage returns.
    LineEnds,
}

impl Rule {
    /// All rules, in the order of their identifiers.
    pub const ALL: [Rule; 28] = [
        Rule::CanonicalComposition,
        Rule::Radicals,
        Rule::CompatibilityIdeographs,
        Rule::ZeroWidth,
        Rule::BidirectionalControls,
        Rule::VariationSelectors,
        Rule::PrivateUse,
        Rule::PresentationForms,
        Rule::FullwidthAlphanumerics,
        Rule::FullwidthNumberMarks,
        Rule::IdeographicSpace,
        Rule::Marks,
        Rule::Colon,
        Rule::Brackets,
        Rule::FullStop,
        Rule::EnglishMarks,
        Rule::Ellipsis,
        Rule::Dash,
        Rule::Interpunct,
        Rule::TitleMarks,
        Rule::QuotationMarks,
        Rule::StraightQuotes,
        Rule::SpaceBesideMarks,
        Rule::SplitTerms,
        Rule::Letterspacing,
        Rule::SpaceBetweenHan,
        Rule::SpaceBesideLatin,
        Rule::LineEnds,
    ];

    /// The rule's short identifier, as in documentation and diagnostics: `"P1"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::Rule;
    ///
    /// assert_eq!(Rule::Marks.id(), "P1");
    /// ```
    #[must_use]
    pub fn id(self) -> &'static str {
        const IDS: [&str; Rule::ALL.len()] = [
            "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "W1", "W2", "W3", "P1", "P2", "P3",
            "P4", "P5", "P6", "P7", "P8", "P9", "Q1", "Q2", "S1", "S2", "S3", "S4", "S5", "L1",
        ];
        IDS[self as usize]
    }
}

impl Rule {
    /// What the rule does, in a few words, as for a list of rules.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::Rule;
    ///
    /// assert_eq!(Rule::Brackets.description(), "brackets of Chinese are full-width");
    /// ```
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Rule::CanonicalComposition => "characters are composed (NFC)",
            Rule::Radicals => "radicals become ideographs",
            Rule::CompatibilityIdeographs => "compatibility ideographs become unified ones",
            Rule::ZeroWidth => "no invisible characters between Han",
            Rule::BidirectionalControls => "no controls of bidirectional text",
            Rule::VariationSelectors => "no variation selectors behind Han",
            Rule::PrivateUse => "private use characters become those encoded since",
            Rule::PresentationForms => "no vertical, small and half-width forms",
            Rule::FullwidthAlphanumerics => "letters and digits are ASCII",
            Rule::FullwidthNumberMarks => "marks within numbers are ASCII",
            Rule::IdeographicSpace => "no ideographic spaces at the ends of a line",
            Rule::Marks => "marks of Chinese are full-width",
            Rule::Colon => "colons of Chinese are full-width",
            Rule::Brackets => "brackets of Chinese are full-width",
            Rule::FullStop => "Chinese sentences end with 。",
            Rule::EnglishMarks => "marks of English are ASCII",
            Rule::Ellipsis => "an ellipsis is six dots",
            Rule::Dash => "a dash is two ems",
            Rule::Interpunct => "the dot between the parts of a name is an interpunct",
            Rule::TitleMarks => "titles stand between 《 and 》",
            Rule::QuotationMarks => "quotation marks have the form of the region",
            Rule::StraightQuotes => "quotation marks are not straight",
            Rule::SpaceBesideMarks => "no space beside a full-width mark",
            Rule::SplitTerms => "terms such as 5G are not split",
            Rule::Letterspacing => "no letterspacing",
            Rule::SpaceBetweenHan => "no space between Han",
            Rule::SpaceBesideLatin => "spaces between Han and Latin are as set",
            Rule::LineEnds => "no spaces at line ends, and no carriage returns",
        }
    }
}

impl FromStr for Rule {
    type Err = UnknownRuleError;

    /// The rule of an identifier, as [`Rule::id`] gives it.
    fn from_str(id: &str) -> Result<Rule, UnknownRuleError> {
        let found = Rule::ALL.into_iter().find(|rule| rule.id().eq_ignore_ascii_case(id));
        found.ok_or_else(|| UnknownRuleError { id: id.to_owned() })
    }
}

/// No rule has this identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRuleError {
    id: String,
}

impl fmt::Display for UnknownRuleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there is no rule {:?}; the rules are", self.id)?;
        Rule::ALL.iter().try_for_each(|rule| write!(formatter, " {rule}"))
    }
}

impl core::error::Error for UnknownRuleError {}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.id())
    }
}

/// A set of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Rules(u32);

impl Rules {
    /// The set of these.
    pub(crate) const fn of(rules: &[Rule]) -> Rules {
        let mut bits = 0;
        let mut at = 0;
        while at < rules.len() {
            bits |= 1 << rules[at] as u32;
            at += 1;
        }
        Rules(bits)
    }

    /// These and those.
    pub(crate) const fn with(self, others: Rules) -> Rules {
        Rules(self.0 | others.0)
    }

    /// These but one.
    pub(crate) const fn without(self, rule: Rule) -> Rules {
        Rules(self.0 & !(1 << rule as u32))
    }

    /// Those that are among these and among those.
    pub(crate) const fn both(self, others: Rules) -> Rules {
        Rules(self.0 & others.0)
    }

    /// Whether any of those is among them.
    #[inline]
    pub(crate) const fn has_any(self, others: Rules) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether the rule is among them.
    #[inline]
    pub(crate) const fn has(self, rule: Rule) -> bool {
        self.0 & (1 << rule as u32) != 0
    }
}
