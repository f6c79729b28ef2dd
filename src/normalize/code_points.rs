//! The rules about single code points and clusters of them: C1 to C8, W1 to W3.
//!
//! A line is changed in one pass of four steps, each an iterator over what the one
//! before it gives, with one character's state and no memory of its own:
//!
//! 1. **mapped** ([`Mapped`]): what a character becomes whatever stands around it
//!    (C2, C3, C5, C7, C8, W1, W3);
//! 2. **deleted** ([`Deleted`]): what is invisible and goes because of its
//!    neighbours (C4, C6), and private use characters that need a neighbour (C7);
//! 3. **numbers** ([`Numbers`]): marks within numbers (W2);
//! 4. **composed** ([`composition`]): clusters of a character and the marks on it
//!    (C1, UAX #15).
//!
//! Each step sees its neighbours as the steps before it leave them, so that a second
//! pass finds nothing that the first one made. A text where nothing is to be done
//! is not walked at all: the steps begin one character before a place that the
//! [fast scan](super::candidates) names, and go on from there to the next.
//!
//! Rules in words, where their tables do not say it all:
//!
//! - **C1** is canonical composition of everything but compatibility ideographs,
//!   whose change is visible and has a rule of its own. As in NFC, Å (U+212B) and Ω
//!   (U+2126), the angle brackets U+2329 and U+232A and their like become the
//!   characters to which they are canonically equivalent. Nothing is ever decomposed
//!   for compatibility: ① ℃ ㎡ Ⅳ ½ ㈠ ￥ stay.
//! - **C3** leaves the twelve ideographs of the compatibility block alone that are
//!   unified ones; they have no decomposition.
//! - **C4** deletes U+200B to U+200D, U+2060, U+FEFF and U+00AD beside Han, kana or
//!   Bopomofo, where another such character or a mark, CJK's or ASCII's, stands on the
//!   other side. So the joiners of emoji and of other scripts stay, and so does U+FEFF at the beginning of a line: at
//!   the beginning of a text it is a byte order mark, which says how the text is
//!   encoded and is no part of it.
//! - **C5** deletes all characters with the property `Bidi_Control` (UAX #9).
//! - **C6** deletes variation selectors behind Han, ideographic (UTS #37) and
//!   standardized ones, but not those that rule C3 puts there.
//! - **C7**: the 18 of GB 18030 always. Those of Hong Kong only directly behind Han, since
//!   fonts of icons use the same code points for what often stands before a label.
//!   Where both have a code point, it is that of GB 18030.
//! - **C8** joins a voiced mark of half width with the kana before it.
//! - **W2** makes ． between digits, ％ behind a digit and ： between full-width digits ASCII.
//! - **W3** deletes ideographic spaces among the blanks at both ends of a line.

use core::ops::Range;

use super::candidates::{CODE_POINT_RULES, Candidates};
use super::{CompatibilityForm, Rule, Rules};
use crate::text::floor_char_boundary;

mod composition;
mod deleted;
mod mapped;
mod numbers;
mod table;

use composition::Clusters;
use deleted::Deleted;
use mapped::Mapped;
use numbers::Numbers;

/// Applies those of `rules` that are about code points to a line.
///
/// `sink` is told of each change: the bytes of `line` that are replaced, by what, and
/// by which rule. Changes come in ascending order, do not overlap, and begin and end
/// between characters. What lies between them stays. `line` is a line with or
/// without its end.
pub(super) fn repair(
    rules: Rules,
    form: CompatibilityForm,
    line: &str,
    sink: &mut impl FnMut(Range<usize>, &str, Rule),
) {
    let rules = rules.both(CODE_POINT_RULES);
    let candidates = Candidates::of(rules);
    let Some(mut candidate) = candidates.character(line, 0) else { return };
    let mapped = Mapped::new(line, rules, form);
    let mut clusters = Clusters::new(Numbers::new(Deleted::new(mapped)));
    loop {
        let offset = clusters.offset();
        let before = floor_char_boundary(line, candidate.saturating_sub(1));
        if before > offset {
            clusters.seek(before);
        }
        while clusters.offset() <= candidate {
            clusters.next(sink);
        }
        match candidates.character(line, clusters.offset()) {
            Some(next) => candidate = next,
            None => return,
        }
    }
}

/// A character of the source, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item {
    /// Its bytes in the line; of two characters where they were joined.
    start: usize,
    end: usize,
    /// What it was; the first of what was joined.
    source: char,
    /// What it is now; nothing when it was deleted.
    character: Option<char>,
    /// The variation selector that was put behind it.
    selector: Option<char>,
    /// The last rule that changed it.
    rule: Option<Rule>,
}

impl Item {
    fn replace(&mut self, character: char, rule: Rule) {
        self.character = Some(character);
        self.rule = Some(rule);
    }

    fn delete(&mut self, rule: Rule) {
        self.character = None;
        self.selector = None;
        self.rule = Some(rule);
    }

    /// What the item is now.
    fn characters(self) -> impl Iterator<Item = char> {
        self.character.into_iter().chain(self.selector)
    }

    fn report(self, sink: &mut impl FnMut(Range<usize>, &str, Rule)) {
        let Some(rule) = self.rule else { return };
        let mut buffer = [0; 8];
        let mut length = 0;
        for character in self.characters() {
            length += character.encode_utf8(&mut buffer[length..]).len();
        }
        let text = core::str::from_utf8(&buffer[..length]).expect("characters were encoded");
        sink(self.start..self.end, text, rule);
    }
}

/// Whether this is an ideograph: unified, compatible, or a radical of one.
fn is_ideograph(character: char) -> bool {
    matches!(
        character,
        '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFF}'
            | '\u{2E80}'..='\u{2FDF}'
            | '\u{31C0}'..='\u{31EF}'
            | '々'
            | '〆'
            | '〇'
    )
}

/// Whether this belongs to Chinese text, where nothing invisible is needed: Han, kana,
/// Bopomofo, CJK marks in any of their forms.
fn is_chinese(character: char) -> bool {
    is_ideograph(character)
        || is_kana(character)
        || matches!(
            character,
            '\u{3105}'..='\u{312F}'
                | '\u{31A0}'..='\u{31BF}'
                | '\u{3001}'..='\u{3029}'
                | '\u{2329}'
                | '\u{232A}'
                | '\u{FE10}'..='\u{FE19}'
                | '\u{FE30}'..='\u{FE6B}'
                | '！'..='／'
                | '：'..='＠'
                | '［'..='｀'
                | '｛'..='･'
                | '“'
                | '”'
                | '‘'
                | '’'
                | '…'
                | '—'
        )
}

/// Whether this is kana of either width, or a mark of their own width.
fn is_kana(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ' | '゛'..='ヿ' | '\u{31F0}'..='\u{31FF}' | 'ｦ'..='ﾟ')
}

/// The character of ASCII with the width of ASCII.
fn ascii_of_fullwidth(character: char) -> Option<char> {
    match character {
        '！'..='～' => char::from_u32(u32::from(character) - 0xFEE0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization as _;

    /// What a line becomes, and which rules made it so; asserts what is promised of
    /// the changes.
    fn explain(rules: Rules, form: CompatibilityForm, line: &str) -> (String, Vec<Rule>) {
        let mut output = String::new();
        let mut names = Vec::new();
        let mut at = 0;
        repair(rules, form, line, &mut |range: Range<usize>, text, rule| {
            assert!(
                at <= range.start && range.start < range.end,
                "{line:?}: {range:?} behind {at}"
            );
            output.push_str(&line[at..range.start]);
            assert_ne!(&line[range.clone()], text, "{line:?}: {rule} changes nothing");
            output.push_str(text);
            at = range.end;
            assert!(rules.has(rule), "{line:?}: {rule} is off");
            names.push(rule);
        });
        output.push_str(&line[at..]);
        (output, names)
    }

    fn with(rules: &[Rule], line: &str) -> String {
        explain(Rules::of(rules), CompatibilityForm::Unified, line).0
    }

    fn with_all(line: &str) -> String {
        with(&Rule::ALL, line)
    }

    #[test]
    fn clusters_compose() {
        let rules = [Rule::CanonicalComposition];
        assert_eq!(with(&rules, "cafe\u{301}和か\u{3099}"), "café和が");
        assert_eq!(with(&rules, "\u{301}a\u{323}\u{302}"), "\u{301}ậ");
        assert_eq!(with(&rules, "\u{212B}\u{2126}\u{2329}\u{1112}\u{1161}\u{11AB}"), "ÅΩ〈한");
        assert_eq!(with(&rules, "e\u{202A}\u{301}"), "e\u{202A}\u{301}");
        assert_eq!(with_all("e\u{202A}\u{301}"), "é");
        assert_eq!(with_all("ｅ\u{301}Ａ\u{30A}"), "éÅ");
    }

    #[test]
    fn a_cluster_is_one_change() {
        let line = "x金e\u{301}y";
        let mut changes = Vec::new();
        let rules = Rules::of(&[Rule::CanonicalComposition]);
        repair(rules, CompatibilityForm::Unified, line, &mut |range, text, rule| {
            changes.push((range, String::from(text), rule));
        });
        assert_eq!(changes, [(4..7, "é".into(), Rule::CanonicalComposition)]);
    }

    #[test]
    fn compatibility_ideographs_have_a_rule_of_their_own() {
        let line = "\u{F90A}\u{F90A}\u{323}\u{302A}\u{FA0E}\u{2F800}";
        assert_eq!(
            with(&[Rule::CanonicalComposition], line),
            "\u{F90A}\u{F90A}\u{302A}\u{323}\u{FA0E}\u{2F800}"
        );
        assert_eq!(
            with(&[Rule::CompatibilityIdeographs], line),
            "金金\u{323}\u{302A}\u{FA0E}\u{4E3D}"
        );
        let sequences = explain(
            Rules::of(&Rule::ALL),
            CompatibilityForm::Sequence,
            "\u{F90A}\u{FA0E}\u{2F800}",
        );
        assert_eq!(sequences.0, "金\u{FE00}\u{FA0E}\u{4E3D}\u{FE00}");
    }

    #[test]
    fn radicals_become_ideographs() {
        assert_eq!(with(&[Rule::Radicals], "⼀⽅⻆⺀㇏"), "一方角⺀乀");
        assert_eq!(with(&[Rule::CanonicalComposition], "⼀⽅⻆"), "⼀⽅⻆");
    }

    #[test]
    fn what_is_invisible_between_han_goes() {
        let rules = [Rule::ZeroWidth];
        assert_eq!(with(&rules, "数\u{200B}据\u{FEFF}\u{2060}，\u{AD}好"), "数据，好");
        for kept in [
            "👨\u{200D}👩",
            "a\u{200B}b",
            "数\u{200B}b",
            "\u{FEFF}数据",
            "数\u{200B}",
            "ก\u{200B}ข",
        ] {
            assert_eq!(with(&rules, kept), kept);
        }
        assert_eq!(with(&rules, "葛\u{E0100}\u{200B}飾"), "葛\u{E0100}飾");
        let run = "\u{200B}".repeat(1000);
        assert_eq!(with(&rules, &format!("数{run}据{run}a")), format!("数据{run}a"));
    }

    #[test]
    fn controls_and_selectors_go() {
        assert_eq!(with(&[Rule::BidirectionalControls], "数\u{202A}据\u{2069}\u{200F}a"), "数据a");
        let rules = [Rule::VariationSelectors];
        assert_eq!(with(&rules, "葛\u{E0100}飾金\u{FE00}❤\u{FE0F}"), "葛飾金❤\u{FE0F}");
        let (kept, _) =
            explain(Rules::of(&rules), CompatibilityForm::Sequence, "金\u{FE00}葛\u{E0100}");
        assert_eq!(kept, "金\u{FE00}葛");
    }

    #[test]
    fn private_use_characters_get_their_code_points() {
        let rules = [Rule::PrivateUse];
        assert_eq!(with(&rules, "\u{E854}\u{E78D}"), "\u{9FBA}\u{FE10}");
        assert_eq!(with_all("\u{E78D}"), "，");
        // 0x9277 of HKSCS, behind Han and not as an icon before a word.
        assert_eq!(with(&rules, "好\u{E5BC}\u{E5BC}"), "好㐵㐵");
        assert_eq!(with(&rules, "\u{E5BC}首页 \u{E5BC}"), "\u{E5BC}首页 \u{E5BC}");
    }

    #[test]
    fn presentation_forms_become_marks() {
        let rules = [Rule::PresentationForms];
        assert_eq!(with(&rules, "︐﹐､｡｢｣︙︵﹪︰"), "，，、。「」…（％：");
        assert_eq!(with(&rules, "ｶﾞｷﾞﾊﾟﾞﾝﾟかﾞｳﾞ"), "ガギパ゛ン゜がヴ");
        assert_eq!(with(&rules, "ﾡ￨"), "ﾡ￨");
    }

    #[test]
    fn widths_of_numbers_and_letters() {
        assert_eq!(with(&[Rule::FullwidthAlphanumerics], "２０２０年５Ｇｚ＋～"), "2020年5Gz＋～");
        assert_eq!(with_all("１．５ １４：３０ ５％ 5％"), "1.5 14:30 5% 5%");
        assert_eq!(with_all("1﹒5和5﹪"), "1.5和5%");
        assert_eq!(
            with_all("比例：１：２\u{202A}：３。时间：5：3．好％"),
            "比例：1:2:3。时间：5：3．好％"
        );
        assert_eq!(with(&[Rule::FullwidthNumberMarks], "１．５：６"), "１.５:６");
    }

    #[test]
    fn ideographic_spaces_at_the_ends_go() {
        let rules = [Rule::IdeographicSpace];
        assert_eq!(with(&rules, "\u{3000}\u{3000}他\u{3000}说 \u{3000}\r\n"), "他\u{3000}说 \r\n");
        assert_eq!(with(&rules, "\u{3000}\u{3000}"), "");
    }

    #[test]
    fn compatibility_for_its_own_sake_is_never_folded() {
        let kept = "①℃㎡Ⅳ½㈠￥㊙㍿ﬁ²™㍻🈚";
        assert_eq!(with_all(kept), kept);
    }

    #[test]
    fn every_character_alone_is_as_unicode_says() {
        let rules = Rules::of(&[Rule::CanonicalComposition, Rule::CompatibilityIdeographs]);
        let mut buffer = [0; 4];
        for character in '\0'..=char::MAX {
            let line = character.encode_utf8(&mut buffer);
            let (output, _) = explain(rules, CompatibilityForm::Unified, line);
            assert!(output.chars().eq(line.nfc()), "{character:?}");
        }
    }

    #[test]
    fn long_runs_take_linear_time() {
        for unit in [
            "\u{301}",
            "\u{200B}",
            "１．",
            "\u{202A}",
            "ﾞ",
            "\u{E0100}",
            "\u{E5BC}",
            "\u{3000}",
            "．\u{202A}",
            "e\u{202A}",
        ] {
            let line = format!("数{}据", unit.repeat(100_000));
            let (output, _) = explain(Rules::of(&Rule::ALL), CompatibilityForm::Unified, &line);
            assert_eq!(with_all(&output), output);
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let of_interest = prop::sample::select(
            "数据金，。a5A５Ａ．％：﹒﹪﹕かカｶﾞﾟ゛\u{3099}\u{309A}\u{301}\u{323}\u{30A}\u{302A}e\u{200B}\u{200D}\u{FEFF}\u{AD}\u{202A}\u{200F}\u{FE00}\u{FE0F}\u{E0100}\u{E854}\u{E78D}\u{E5BC}\u{F90A}\u{2F800}\u{FA0E}⼀⺀\u{3000} \t\u{212B}\u{2329}\u{AC00}\u{11A8}\u{1112}\u{1161}\u{F73}\u{344}👨"
                .chars()
                .collect::<Vec<char>>(),
        );
        let piece = prop_oneof![12 => of_interest, 1 => any::<char>()];
        prop::collection::vec(piece, 0..24).prop_map(|characters| characters.into_iter().collect())
    }

    fn rules() -> impl Strategy<Value = Rules> {
        let every = Just(u32::MAX);
        prop_oneof![1 => every, 4 => any::<u32>()].prop_map(|bits| {
            let chosen: Vec<Rule> =
                Rule::ALL.into_iter().filter(|&rule| bits & 1 << rule as u32 != 0).collect();
            Rules::of(&chosen)
        })
    }

    fn form() -> impl Strategy<Value = CompatibilityForm> {
        prop_oneof![Just(CompatibilityForm::Unified), Just(CompatibilityForm::Sequence)]
    }

    /// The same without the fast scan: every cluster one after the other.
    fn plain(
        rules: Rules,
        form: CompatibilityForm,
        line: &str,
    ) -> Vec<(Range<usize>, String, Rule)> {
        let mut changes = Vec::new();
        let mapped = Mapped::new(line, rules, form);
        let mut clusters = Clusters::new(Numbers::new(Deleted::new(mapped)));
        while clusters.offset() < line.len() {
            clusters.next(&mut |range, text: &str, rule| changes.push((range, text.into(), rule)));
        }
        changes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn a_second_pass_changes_nothing(rules in rules(), form in form(), line in text()) {
            let (once, _) = explain(rules, form, &line);
            let (twice, names) = explain(rules, form, &once);
            prop_assert_eq!(&twice, &once, "{:?} {:?}", line, names);
        }

        #[test]
        fn the_fast_scan_misses_nothing(rules in rules(), form in form(), line in text()) {
            let mut changes = Vec::new();
            repair(rules, form, &line, &mut |range, text, rule| {
                changes.push((range, String::from(text), rule));
            });
            prop_assert_eq!(&changes, &plain(rules.both(CODE_POINT_RULES), form, &line));
            let first = Candidates::of(rules).next(&line, 0);
            if let Some((range, ..)) = changes.first() {
                prop_assert!(first.is_some_and(|first| first <= range.start));
            }
        }

        #[test]
        fn composition_is_unicodes(line in text()) {
            let rules = [Rule::CanonicalComposition, Rule::CompatibilityIdeographs];
            prop_assert_eq!(with(&rules, &line), line.nfc().collect::<String>());
        }
    }
}
