//! `cargo xtask roundtrip`: text damaged as NFKC damages it, and what comes back.
//!
//! NFKC folds ，：；？！（） to ASCII and leaves 。、 alone. A line is *clean* where it
//! has nothing to repair: no ASCII mark that touches Han, no space that touches a
//! full-width mark, no form of another width. A clean line of which NFKC touches
//! nothing but these marks is a question with a known answer: fold it, repair it,
//! and compare with what it was. Four figures come of that, and are held to what
//! the project promises:
//!
//! - *restored*: of the marks that the fold flattened, how many are what they were;
//! - *exact*: of the lines, how many are what they were, byte for byte;
//! - *genuine*: of the ASCII `, : ; ? ! ( )` that the lines had before the fold,
//!   and which the fold left as they were, how many became something else;
//! - *untouched*: of all clean lines as they are, how many are left byte for byte,
//!   by preset.
//!
//! Marks are compared one by one: both lines are cut at spaces, for a fold may
//! not add or lose any other character.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use fanjian::{Damage, Normalizer, Preset};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::corpora::{self, Corpus};
use crate::project;

/// The marks that NFKC flattens and that can be brought back.
const MARKS: [char; 7] = ['，', '：', '；', '？', '！', '（', '）'];

/// How far a full-width form is from its ASCII character.
const DISTANCE: u32 = 0xFEE0;

/// What is promised.
const RESTORED: f64 = 99.8;
const GENUINE_CHANGED: usize = 5;
const GENUINE_OF: usize = 56;
const UNTOUCHED: f64 = 99.9;

/// The text that the project exists for, where it is there.
const NEWS: &str = "../shared/seed/news.txt";

/// Which text.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Files of clean text, one sentence a line, and folders of them (`*.txt`, `*.txt.xz`).
    #[arg(default_value = "../shared/corpora")]
    texts: Vec<PathBuf>,
    /// Take at most this many lines of each text, from its whole length.
    #[arg(long, default_value_t = usize::MAX)]
    lines: usize,
    /// Print this many of the lines that do not come back, of each text.
    #[arg(long, default_value_t = 0)]
    print: usize,
}

/// Prints the figures, and fails where a promise is not kept.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut all = Figures::default();
    println!(
        "| text | clean | damaged | marks | restored | exact | genuine changed | repair leaves | other presets leave |"
    );
    println!("| --- | --: | --: | --: | --: | --: | --: | --: | --- |");
    for path in &options.texts {
        let path = if path.is_relative() { project(path) } else { path.clone() };
        if !path.exists() {
            println!("| {} | skipped: it is not there |", path.display());
            continue;
        }
        for corpus in corpora::read(&path)? {
            let figures = Figures::of(&corpus, options);
            println!("| {} | {figures} |", corpus.name);
            all.add(&figures);
        }
    }
    println!("| all | {all} |");
    all.print_lost();
    check_news()?;
    all.check()
}

/// What became of the lines of a text.
#[derive(Clone, Default)]
struct Figures {
    /// Lines that are clean, of all that are not empty.
    clean: Share,
    /// Lines that were damaged and repaired, and those that came back.
    damaged: Share,
    /// Marks that the fold flattened, and those that came back.
    marks: Share,
    /// What stood beside the marks that did not come back, and how often.
    lost: BTreeMap<String, usize>,
    /// Marks that were ASCII before, and those that are not any longer.
    genuine_changed: Share,
    /// Lines that were normalized as they are, and those that stayed, by preset.
    untouched: [Share; Preset::ALL.len()],
}

/// Some of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Share {
    some: usize,
    of: usize,
}

impl Figures {
    fn of(corpus: &Corpus, options: &Options) -> Figures {
        let presets = Preset::ALL.map(Normalizer::new);
        // The text says 。 and no ，: what it is would be seen from the whole of it,
        // but not from a line.
        let repair = Normalizer::builder(Preset::Repair).damage(Damage::Nfkc).build();
        let lines: Vec<&str> = corpus.text.lines().filter(|line| !line.is_empty()).collect();
        let step = lines.len().div_ceil(options.lines.max(1)).max(1);
        let mut figures = Figures::default();
        let mut to_print = options.print;
        let mut left_to_print = options.print;
        for line in lines.into_iter().step_by(step) {
            figures.clean.count(is_clean(line));
            if !is_clean(line) {
                continue;
            }
            for (share, preset) in figures.untouched.iter_mut().zip(&presets) {
                share.count(preset.normalize(line) == line);
            }
            let left = presets[Preset::Repair as usize].normalize(line);
            if left != line && left_to_print > 0 {
                left_to_print -= 1;
                println!("  clean {line}\n  now   {left}");
            }
            let Some(damaged) = damaged(line) else { continue };
            let repaired = repair.normalize(&damaged);
            figures.compare(line, &damaged, &repaired);
            if repaired != line && to_print > 0 {
                to_print -= 1;
                println!("  was  {line}\n  now  {repaired}");
            }
        }
        figures
    }

    /// Counts a line that was clean, was damaged and is repaired.
    fn compare(&mut self, clean: &str, damaged: &str, repaired: &str) {
        self.damaged.count(clean == repaired);
        let mut repaired = visible(repaired);
        let all: Vec<char> = visible(clean).collect();
        for (place, (clean, damaged)) in visible(clean).zip(visible(damaged)).enumerate() {
            let now = repaired.next();
            if clean != damaged {
                self.marks.count(now == Some(clean));
                if now != Some(clean) {
                    *self.lost.entry(context(&all, place)).or_default() += 1;
                }
            } else if is_ascii_mark(clean) {
                self.genuine_changed.count(now != Some(clean));
            }
        }
    }

    fn add(&mut self, other: &Figures) {
        self.clean.add(other.clean);
        for (context, count) in &other.lost {
            *self.lost.entry(context.clone()).or_default() += count;
        }
        self.damaged.add(other.damaged);
        self.marks.add(other.marks);
        self.genuine_changed.add(other.genuine_changed);
        for (own, others) in self.untouched.iter_mut().zip(other.untouched) {
            own.add(others);
        }
    }

    fn untouched_by(&self, preset: Preset) -> Share {
        let index = Preset::ALL.iter().position(|&it| it == preset);
        index.map_or(Share::default(), |index| self.untouched[index])
    }

    /// Prints where most of the marks were that did not come back.
    fn print_lost(&self) {
        let mut lost: Vec<(&String, &usize)> = self.lost.iter().collect();
        lost.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let lost = lost.iter().take(12).map(|(context, count)| format!("{context} {count}"));
        println!(
            "\nnot restored, by what stood beside (H Han, L letter, D digit, $ end): {}",
            lost.collect::<Vec<_>>().join(", ")
        );
    }

    /// Fails where a promise is not kept.
    fn check(&self) -> Result<()> {
        ensure!(self.marks.of > 0, "no line of any text could be damaged and repaired");
        let mut broken = Vec::new();
        let mut promise = |is_kept: bool, what: String| broken.extend((!is_kept).then_some(what));
        let restored = self.marks.percent();
        promise(
            restored >= RESTORED,
            format!("{restored:.3} % of marks restored, not {RESTORED} %"),
        );
        let Share { some, of } = self.genuine_changed;
        promise(
            some * GENUINE_OF <= GENUINE_CHANGED * of,
            format!("{some} of {of} genuine marks changed, not {GENUINE_CHANGED} of {GENUINE_OF}"),
        );
        let left = self.untouched_by(Preset::Repair).percent();
        promise(left >= UNTOUCHED, format!("{left:.3} % of clean lines left, not {UNTOUCHED} %"));
        if !broken.is_empty() {
            bail!("{}", broken.join("; "));
        }
        Ok(())
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Figures { damaged, marks, genuine_changed, .. } = self;
        write!(
            formatter,
            "{} | {} | {} | {:.3} % | {:.2} % | {genuine_changed} | {:.3} % | ",
            self.clean,
            damaged.of,
            marks.of,
            marks.percent(),
            damaged.percent(),
            self.untouched_by(Preset::Repair).percent(),
        )?;
        let others = Preset::ALL.into_iter().filter(|&preset| preset != Preset::Repair);
        let others =
            others.map(|preset| format!("{preset} {:.2} %", self.untouched_by(preset).percent()));
        formatter.write_str(&others.collect::<Vec<_>>().join(", "))
    }
}

impl Share {
    fn count(&mut self, is_one: bool) {
        self.some += usize::from(is_one);
        self.of += 1;
    }

    fn add(&mut self, other: Share) {
        self.some += other.some;
        self.of += other.of;
    }

    /// In per cent; none of none is all.
    fn percent(self) -> f64 {
        match self.of {
            0 => 100.0,
            _ => 100.0 * self.some as f64 / self.of as f64,
        }
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} of {}", self.some, self.of)
    }
}

/// The line under NFKC, where that flattens marks and does nothing else.
fn damaged(line: &str) -> Option<String> {
    let folded: String = line.nfkc().collect();
    let is_of_marks_alone = folded != line && folded == flattened(line);
    is_of_marks_alone.then_some(folded)
}

/// The line with its marks as ASCII.
fn flattened(line: &str) -> String {
    let flat = |mark: char| char::from_u32(u32::from(mark) - DISTANCE).unwrap_or(mark);
    line.chars().map(|it| if MARKS.contains(&it) { flat(it) } else { it }).collect()
}

/// Whether the line has nothing that a repair is for: it is in NFC, has no form of
/// another width and nothing invisible; no ASCII mark touches Han, no space a
/// full-width mark, no full-width sign of a number an ASCII digit, and no ellipsis
/// is six dots. Where it has, what it ought to be is not known, or known to be
/// something else.
fn is_clean(line: &str) -> bool {
    let touch = |one: char, other: char| {
        is_ascii_mark(one) && is_han(other)
            || one == ' ' && is_fullwidth_mark(other)
            || one.is_ascii_digit() && matches!(other, '％' | '．')
    };
    let neighbours = line.chars().zip(line.chars().skip(1));
    let mut touching = neighbours.filter(|&(one, other)| touch(one, other) || touch(other, one));
    touching.next().is_none()
        && is_nfc(line)
        && !line.contains(is_other_form)
        && !line.contains("......")
}

/// Radicals, vertical and small forms, full-width letters and digits, half-width
/// forms of full-width characters, and characters of no width.
fn is_other_form(character: char) -> bool {
    matches!(character,
        '\u{2E80}'..='\u{2FDF}' | '\u{FE10}'..='\u{FE1F}' | '\u{FE30}'..='\u{FE6F}'
        | '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '\u{FF61}'..='\u{FFDC}'
        | '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

/// A mark between the classes of its neighbours, such as `L，H`.
fn context(line: &[char], place: usize) -> String {
    let class = |place: Option<usize>| match place.and_then(|place| line.get(place)) {
        None => '$',
        Some(&character) if is_han(character) => 'H',
        Some(character) if character.is_numeric() => 'D',
        Some(character) if character.is_alphabetic() => 'L',
        Some(&character) => character,
    };
    format!("{}{}{}", class(place.checked_sub(1)), line[place], class(Some(place + 1)))
}

/// Its characters but for spaces, which a repair may take away.
fn visible(line: &str) -> impl Iterator<Item = char> {
    line.chars().filter(|&character| character != ' ')
}

fn is_ascii_mark(character: char) -> bool {
    matches!(character, ',' | ':' | ';' | '?' | '!' | '(' | ')')
}

/// The marks beside which a space has no place (GB/T 15834, 5.1).
fn is_fullwidth_mark(character: char) -> bool {
    MARKS.contains(&character) || "。、「」『』《》【】".contains(character)
}

/// Ideographs of the blocks that text has.
fn is_han(character: char) -> bool {
    matches!(character, '㐀'..='\u{4DBF}' | '一'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}' | '〇')
}

/// Repairs the text that the project exists for and looks at its structure: its
/// right form is nowhere written down, but what may differ is.
fn check_news() -> Result<()> {
    let path = project(NEWS);
    let Ok(damaged) = std::fs::read_to_string(&path) else {
        println!("\nnews: skipped, {NEWS} is not there");
        return Ok(());
    };
    let repaired = Normalizer::new(Preset::Repair).normalize(&damaged).into_owned();
    let mut faults = Vec::new();
    for (number, (before, after)) in damaged.lines().zip(repaired.lines()).enumerate() {
        faults.extend(fault(before, after).map(|what| format!("line {}: {what}", number + 1)));
    }
    let lines = damaged.lines().count();
    ensure!(lines == repaired.lines().count(), "the news has another number of lines");
    let count = |text: &str, marks: &[char]| text.matches(marks).count();
    let split = damaged.matches("5 G").count();
    let joined = repaired.matches("5G").count() - damaged.matches("5G").count();
    println!(
        "\nnews: {} of {lines} lines right, {} marks restored, {} spaces removed, \
         {joined} of {split} split terms joined",
        lines - faults.len(),
        count(&repaired, &MARKS) - count(&damaged, &MARKS),
        count(&damaged, &[' ']) - count(&repaired, &[' ']),
    );
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    ensure!(split == joined && !repaired.contains("5 G"), "split terms are left");
    Ok(())
}

/// What is wrong with a repaired line of news, if anything is.
fn fault(before: &str, after: &str) -> Option<&'static str> {
    if !visible(&flattened(after)).eq(visible(before)) {
        return Some("something other than marks and spaces changed");
    }
    let characters: Vec<char> = after.chars().collect();
    let beside = |index: usize| {
        let neighbours = [index.checked_sub(1), Some(index + 1)];
        neighbours.into_iter().flatten().filter_map(|place| characters.get(place).copied())
    };
    for (index, &character) in characters.iter().enumerate() {
        if is_ascii_mark(character) && beside(index).any(is_han) {
            return Some("an ASCII mark is left beside Han");
        }
        if character == ' ' && beside(index).any(is_fullwidth_mark) {
            return Some("a space is left beside a mark");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_damaged_where_nothing_but_marks_would_be() {
        assert_eq!(damaged("你好，世界！（真）").as_deref(), Some("你好,世界!(真)"));
        assert_eq!(damaged("沒有"), None, "nothing to flatten");
        assert_eq!(damaged("你好，１"), None, "a digit would be folded as well");
        assert_eq!(damaged("你好，…"), None, "an ellipsis would be folded as well");
    }

    #[test]
    fn marks_are_compared_one_by_one() {
        let mut figures = Figures::default();
        figures.compare("用 a,b，好；對", "用 a,b,好;對", "用 a，b,好；對");
        assert_eq!(figures.marks, Share { some: 1, of: 2 });
        assert_eq!(figures.genuine_changed, Share { some: 1, of: 1 });
        assert_eq!(figures.damaged, Share { some: 0, of: 1 });
        // A space that a repair removes moves no mark.
        figures.compare("好， 對；吧", "好, 對;吧", "好，對；吧");
        assert_eq!(figures.marks, Share { some: 3, of: 4 });
    }

    #[test]
    fn what_a_repair_would_change_is_not_clean() {
        assert!(is_clean("好，f(a, b) 與 12:30"));
        assert!(!is_clean("好,ok"));
        assert!(!is_clean("ok,好"));
        assert!(!is_clean("好 。"));
        assert!(!is_clean("好......"));
        assert!(!is_clean("好Ａ"));
        assert!(!is_clean("好30％"));
        assert!(!is_clean("e\u{301}"));
        assert!(is_clean("①…～℃"));
    }

    #[test]
    fn faults_of_news_are_seen() {
        assert_eq!(fault("好,對(吧) 5 G", "好，對（吧）5G"), None);
        assert_eq!(fault("好,對", "好,對"), Some("an ASCII mark is left beside Han"));
        assert_eq!(fault("好, 對", "好， 對"), Some("a space is left beside a mark"));
        assert!(fault("好,對", "好，错").is_some());
    }

    #[test]
    fn promises_are_held_to() {
        let mut figures = Figures::default();
        assert!(figures.check().is_err(), "nothing was measured");
        figures.marks = Share { some: 998, of: 1000 };
        assert!(figures.check().is_ok());
        figures.genuine_changed = Share { some: 6, of: 56 };
        assert!(figures.check().is_err());
        figures.genuine_changed = Share { some: 5, of: 56 };
        figures.marks.some = 997;
        assert!(figures.check().is_err());
    }
}
