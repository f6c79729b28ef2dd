//! Why an output is meant to differ from what another project expects.
//!
//! A reason is a rule of this project or a decision of the other's, stated over
//! one *place*: there the two texts have different characters, or different
//! numbers of spaces between the same ones. To find the places, both texts are
//! cut into units, each with the spaces before it, and stand side by side. A
//! difference is intended when every place in it has a reason. So a reason
//! explains its own class of places wherever they are and nothing else, and none
//! speaks of a particular sentence.
//!
//! Texts of different numbers of units cannot stand side by side: they are
//! unexplained.

use unicode_normalization::UnicodeNormalization;

/// A class of differences that are meant.
pub(crate) struct Reason {
    /// The rule's identifier.
    pub(crate) id: &'static str,
    /// What differs, and why.
    pub(crate) why: &'static str,
    /// Whether it explains a place.
    explains: fn(&Place) -> bool,
}

/// Where two texts differ.
enum Place<'t> {
    /// By a unit.
    Unit {
        /// The unit that is expected, and the one that is there.
        expected: &'t str,
        ours: &'t str,
    },
    /// By the spaces between two units, which are empty at the ends of the text.
    Gap {
        left: &'t str,
        right: &'t str,
        /// The spaces that are expected, and those that are there.
        expected: &'t str,
        ours: &'t str,
    },
}

/// The reasons why two texts differ, each once; none where a place has none.
pub(crate) fn explain(
    reasons: &'static [Reason],
    expected: &str,
    ours: &str,
) -> Vec<&'static Reason> {
    let (expected, ours) = (units(expected), units(ours));
    if expected.len() != ours.len() {
        return Vec::new();
    }
    let mut needed: Vec<&Reason> = Vec::new();
    for place in places(&expected, &ours) {
        let Some(reason) = reasons.iter().find(|reason| (reason.explains)(&place)) else {
            return Vec::new();
        };
        if !needed.iter().any(|other| std::ptr::eq(*other, reason)) {
            needed.push(reason);
        }
    }
    needed
}

/// A character, or all of an ellipsis, with the spaces before it. The last unit
/// of a text is empty and has the spaces at its end.
struct Unit<'t> {
    spaces: &'t str,
    text: &'t str,
}

/// The space of ASCII and that of an ideograph's width.
const SPACES: [char; 2] = [' ', '\u{3000}'];

fn units(text: &str) -> Vec<Unit<'_>> {
    let mut units = Vec::new();
    let mut rest = text;
    loop {
        let visible = rest.trim_start_matches(SPACES);
        let spaces = &rest[..rest.len() - visible.len()];
        let length = length_of_unit(visible);
        units.push(Unit { spaces, text: &visible[..length] });
        if length == 0 {
            return units;
        }
        rest = &visible[length..];
    }
}

/// Bytes of the unit that a text begins with.
fn length_of_unit(text: &str) -> usize {
    let run = |dot: char| text.len() - text.trim_start_matches(dot).len();
    match (run('.'), run('…')) {
        (dots @ 3.., _) | (_, dots @ 1..) => dots,
        _ => text.chars().next().map_or(0, char::len_utf8),
    }
}

fn places<'t>(expected: &'t [Unit<'t>], ours: &'t [Unit<'t>]) -> impl Iterator<Item = Place<'t>> {
    let sides = expected.iter().zip(ours).enumerate();
    sides.flat_map(|(index, (one, other))| {
        let unit = Place::Unit { expected: one.text, ours: other.text };
        let left = index.checked_sub(1).map_or("", |before| ours[before].text);
        let (spaces, right) = (one.spaces, other.text);
        let gap = Place::Gap { left, right, expected: spaces, ours: other.spaces };
        let gap = (one.spaces != other.spaces).then_some(gap);
        gap.into_iter().chain((one.text != other.text).then_some(unit))
    })
}

impl Place<'_> {
    /// Whether one of these is expected where the one beside it is ours.
    fn is_one_of(&self, pairs: &[(&str, &str)]) -> bool {
        match self {
            Place::Unit { expected, ours } => pairs.contains(&(*expected, *ours)),
            Place::Gap { .. } => false,
        }
    }

    /// Whether both units are such.
    fn is_unit(&self, expected_is: fn(char) -> bool, ours_is: fn(char) -> bool) -> bool {
        let is = |unit: &str, is: fn(char) -> bool| unit.chars().all(is);
        match self {
            Place::Unit { expected, ours } => is(expected, expected_is) && is(ours, ours_is),
            Place::Gap { .. } => false,
        }
    }

    /// Whether spaces are expected and there are none, or fewer, and a unit
    /// beside them is such.
    fn lacks_space(&self, beside: fn(char) -> bool) -> bool {
        match self {
            Place::Gap { expected, ours, .. } => {
                expected.len() > ours.len() && self.is_beside(beside)
            }
            Place::Unit { .. } => false,
        }
    }

    /// Whether there are more spaces than expected, and a unit beside them is
    /// such.
    fn has_space(&self, beside: fn(char) -> bool) -> bool {
        match self {
            Place::Gap { expected, ours, .. } => {
                expected.len() < ours.len() && self.is_beside(beside)
            }
            Place::Unit { .. } => false,
        }
    }

    fn is_beside(&self, is: fn(char) -> bool) -> bool {
        match self {
            Place::Gap { left, right, .. } => left.chars().chain(right.chars()).any(is),
            Place::Unit { .. } => false,
        }
    }
}

/// Marks as NFKC flattens them, and as they were.
const FLAT: [(&str, &str); 4] = [(",", "，"), (";", "；"), ("?", "？"), ("!", "！")];

fn is_radical(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{2FDF}' | '\u{31C0}'..='\u{31EF}')
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '㐀'..='\u{4DBF}' | '一'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}

fn is_other_form(character: char) -> bool {
    is_halfwidth_form(character) || matches!(character, '\u{FF00}'..='\u{FFEF}')
}

/// Vertical, small and half-width forms: what C8 leaves none of.
fn is_halfwidth_form(character: char) -> bool {
    matches!(character, '\u{FE10}'..='\u{FE1F}' | '\u{FE30}'..='\u{FE48}' | '\u{FE50}'..='\u{FE6F}' | '\u{FF61}'..='\u{FFDC}')
}

/// Marks of the width of an ideograph, and quotation marks and ellipses.
fn is_fullwidth_mark(character: char) -> bool {
    "，。、；：？！（）「」『』《》【】“”‘’…".contains(character)
}

fn is_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11FF}' | '가'..='힣')
}

fn is_quote(character: char) -> bool {
    "“”‘’「」『』".contains(character)
}

/// What is neither Han nor a letter, nor a digit.
fn is_symbol(character: char) -> bool {
    !character.is_alphanumeric() && !is_fullwidth_mark(character)
}

fn is_alphanumeric(character: char) -> bool {
    character.is_alphanumeric() && !is_ideograph(character)
}

fn is_straight_quote(character: char) -> bool {
    matches!(character, '"' | '\'')
}

fn is_dot(character: char) -> bool {
    matches!(character, '.' | '…')
}

const RADICALS: Reason = Reason {
    id: "C2",
    why: "a radical becomes the ideograph it looks like",
    explains: |place| place.is_unit(is_radical, is_ideograph),
};

const MARKS: Reason = Reason {
    id: "P1",
    why: "a mark behind Han, or behind Latin and before Han, is a Chinese one",
    explains: |place| place.is_one_of(&FLAT),
};

const COLON: Reason =
    Reason { id: "P2", why: "so is a colon", explains: |place| place.is_one_of(&[(":", "：")]) };

const BRACKETS: Reason = Reason {
    id: "P3",
    why: "brackets in Chinese are full-width ones",
    explains: |place| place.is_one_of(&[("(", "（"), (")", "）")]),
};

const SPACE_BESIDE_MARKS: Reason = Reason {
    id: "S1",
    why: "no space beside a full-width mark",
    explains: |place| place.lacks_space(is_fullwidth_mark),
};

const NO_SPACE_BESIDE_SYMBOLS: Reason = Reason {
    id: "S5",
    why: "a space goes between Han and a letter or digit; symbols get none",
    explains: |place| place.lacks_space(is_symbol),
};

const FULL_STOP: Reason = Reason {
    id: "P4",
    why: "`.` becomes 。 in copy-editing alone, and before a line's end, Han or a double quote",
    explains: |place| place.is_one_of(&[("。", ".")]),
};

const DOUBLE_QUOTES: Reason = Reason {
    id: "Q2",
    why: "straight double quotes that hold Han become typographic",
    explains: |place| place.is_unit(is_straight_quote, is_quote),
};

const QUOTES: Reason = Reason {
    id: "Q1",
    why: "quotation marks have the form and the depth of the preset",
    explains: |place| place.is_unit(is_quote, is_quote),
};

/// Why outputs differ from NFC.
pub(crate) const UNICODE: &[Reason] = &[
    RADICALS,
    BRACKETS,
    Reason {
        id: "C3",
        why: "compatibility ideographs stay in this preset",
        explains: |place| match place {
            Place::Unit { expected, ours } => {
                ours.nfc().eq(expected.chars()) && expected.chars().all(is_ideograph)
            }
            Place::Gap { .. } => false,
        },
    },
    Reason {
        id: "C8",
        why: "vertical, small and half-width forms become the marks and kana they are",
        explains: |place| place.is_unit(is_other_form, |ours| !is_halfwidth_form(ours)),
    },
];

/// Why outputs differ from autocorrect's.
pub(crate) const AUTOCORRECT: &[Reason] = &[
    Reason {
        id: "W3",
        why: "U+3000 is a space that someone chose",
        explains: |place| match place {
            Place::Gap { ours, .. } => ours.contains('\u{3000}'),
            Place::Unit { .. } => false,
        },
    },
    MARKS,
    COLON,
    BRACKETS,
    SPACE_BESIDE_MARKS,
    NO_SPACE_BESIDE_SYMBOLS,
    FULL_STOP,
    DOUBLE_QUOTES,
    QUOTES,
    Reason {
        id: "P5",
        why: "marks of an English line become ASCII in copy-editing alone, where it has two words, and brackets in pairs",
        explains: |place| {
            place.is_one_of(&[
                (",", "，"),
                (".", "。"),
                (":", "："),
                ("!", "！"),
                ("?", "？"),
                ("(", "（"),
                (")", "）"),
                ("[", "【"),
                ("]", "】"),
                ("[", "「"),
                ("]", "」"),
                ("“", "《"),
                ("”", "》"),
                ("。", "."),
            ])
        },
    },
    Reason {
        id: "S5",
        why: "Hangul has its own spaces",
        explains: |place| place.lacks_space(is_hangul),
    },
    Reason {
        id: "S5",
        why: "Han and letters meet in a URL, a path, a tag and behind `%s` as anywhere",
        explains: |place| place.has_space(is_alphanumeric),
    },
];

/// Why outputs differ from pangu's.
pub(crate) const PANGU: &[Reason] = &[
    RADICALS,
    MARKS,
    COLON,
    BRACKETS,
    SPACE_BESIDE_MARKS,
    NO_SPACE_BESIDE_SYMBOLS,
    Reason {
        id: "P8",
        why: "the interpunct is U+00B7, and written in copy-editing alone",
        explains: |place| place.is_one_of(&[("・", "·"), ("・", "•"), ("・", "‧")]),
    },
    Reason {
        id: "S5",
        why: "spaces at symbols stay as they are",
        explains: |place| place.has_space(is_symbol),
    },
];

/// Why outputs differ from zhlint's.
pub(crate) const ZHLINT: &[Reason] = &[
    SPACE_BESIDE_MARKS,
    NO_SPACE_BESIDE_SYMBOLS,
    QUOTES,
    Reason {
        id: "P3",
        why: "full-width brackets never become half-width",
        explains: |place| place.is_one_of(&[("(", "（"), (")", "）")]),
    },
    Reason {
        id: "Q2",
        why: "straight single quotes stay",
        explains: |place| place.is_unit(is_quote, is_straight_quote),
    },
    Reason {
        id: "P5",
        why: "marks of a line without Han become ASCII",
        explains: |place| place.is_one_of(&[("：", ":")]),
    },
    Reason {
        id: "P6",
        why: "an ellipsis beside Han is six dots",
        explains: |place| place.is_unit(is_dot, is_dot),
    },
    Reason {
        id: "P8",
        why: "● is no interpunct",
        explains: |place| place.is_one_of(&[("·", "●")]),
    },
    Reason {
        id: "S1",
        why: "spaces at half-width marks, code and links stay, and in lines without Han all of them",
        explains: |place| place.has_space(is_symbol) || place.has_space(is_fullwidth_mark),
    },
    Reason {
        id: "S5",
        why: "a date is no exception",
        explains: |place| place.has_space(char::is_numeric),
    },
    Reason {
        id: "–",
        why: "several spaces between Latin words stay",
        explains: |place| place.has_space(is_alphanumeric),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(reasons: &'static [Reason], expected: &str, ours: &str) -> Vec<&'static str> {
        explain(reasons, expected, ours).iter().map(|reason| reason.id).collect()
    }

    #[test]
    fn every_place_needs_a_reason() {
        assert_eq!(ids(AUTOCORRECT, "好;(甲)", "好；（甲）"), ["P1", "P3"]);
        assert!(ids(AUTOCORRECT, "好;(甲)乙", "好；（甲）丙").is_empty());
        assert!(ids(AUTOCORRECT, "好；", "好;").is_empty(), "a reason has one direction");
        assert!(ids(AUTOCORRECT, "好", "好好").is_empty());
    }

    #[test]
    fn gaps_are_explained_by_what_is_beside_them() {
        assert_eq!(ids(PANGU, "前 / 後", "前/後"), ["S5"]);
        assert_eq!(ids(PANGU, "前 。", "前。"), ["S1"]);
        assert!(ids(PANGU, "用 a", "用a").is_empty());
        assert!(ids(PANGU, "用a", "用 a").is_empty());
    }

    #[test]
    fn an_ellipsis_is_one_unit() {
        assert_eq!(ids(ZHLINT, "算了...", "算了……"), ["P6"]);
        let texts: Vec<&str> = units("a..b...… ").iter().map(|unit| unit.text).collect();
        assert_eq!(texts, ["a", ".", ".", "b", "...", "…", ""]);
    }

    #[test]
    fn radicals_are_told_from_ideographs() {
        assert_eq!(ids(UNICODE, "⼀", "一"), ["C2"]);
        assert_eq!(ids(UNICODE, "金", "\u{F90A}"), ["C3"]);
        assert_eq!(ids(UNICODE, "﹐", "，"), ["C8"]);
        assert!(ids(UNICODE, "a", "b").is_empty());
    }
}
