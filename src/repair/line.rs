//! The characters of a line that should be others.
//!
//! A line is brought into OpenCC's own spelling, from there into Simplified and back,
//! all in step: so each character has its Simplified form, what stands around that, and
//! what the dictionaries would make of it. These are what the model was trained on. The
//! words that only careless conversions leave are known in advance
//! ([`careless_words`]) and count as if they were that much likelier.

use alloc::string::String;
use alloc::vec::Vec;

use super::Restoration;
use crate::config::{Config, Variety};
use crate::context::{self, MODEL, twin};
use crate::converter::Converter;
use crate::detect::careless_words;
use crate::dictionary::Matcher;
use crate::embedded::PLANS;
use crate::plan::Plan;
use crate::text::{NONE, code_unit};

/// What another form must be more likely by, in sixteenths of a natural logarithm of the
/// odds, where what is written is the same character as in Simplified (后 for 後) …
const LEFTOVER: i32 = 20;
/// … where it is not, and should be (製裁 for 制裁) …
const OVER_CONVERTED: i32 = 48;
/// … where neither is, but what is written is what careless converters make of every such
/// character (並 for 併) …
const FIRST_CANDIDATE: i32 = 28;
/// … or is not (聯係 for 聯繫) …
const EXCHANGED: i32 = 48;
/// … where what is written is a family name, which may stand anywhere …
const FAMILY_NAME: i32 = 80;
/// … and where houses write some words of the two either way.
const HOUSE_STYLE: i32 = 104;

/// What is written and what should stand there, where another margin is right than others
/// of their kind need: little of what stands around them tells more, or houses write the
/// one for the other.
const OF_PAIRS: [(char, char, i32); 12] = [
    ('裏', '里', 32),
    ('準', '准', 32),
    ('遊', '游', 32),
    // It ends the names of many places in Taiwan (埔心里).
    ('里', '裏', 48),
    ('表', '錶', 72),
    ('捲', '卷', 72),
    ('牠', '它', 72),
    // In the names of operations.
    ('併', '並', 104),
    // May stand in all words, and is never taken for wrong …
    ('布', '佈', i32::MAX),
    ('周', '週', i32::MAX),
    // … but the other one is wrong in some (瀑佈, 週圍), and needs more than the words have
    // that houses write with it (公佈, 週遭).
    ('佈', '布', 88),
    ('週', '周', 72),
];

/// How much likelier the form is that the dictionaries choose, beside what the model knows
/// of their choice: two that agree need less …
const AGREED: i32 = 12;
/// … and still less where a word of theirs says that what Simplified has as well was left.
const AGREED_BY_WORD: i32 = 28;
/// How much likelier a form is that makes a word of what only careless conversions
/// leave.
const CARELESS: i32 = 64;

/// Family names that are Simplified forms of other characters as well (胡 of 鬍, 余 of 餘).
const FAMILY_NAMES: &str = "胡余于范姜涂沈岳游云卜谷曲党种郁宁万朴向";

/// Pairs between which houses choose in some words, in any order: 扎實 and 紮實, 匯報 and
/// 彙報, 夥伴 and 伙伴. Where the Simplified form is what should stand there, they are
/// taken for any others: few houses write 祇 for 只.
const HOUSE_STYLES: [[char; 2]; 27] = [
    ['匯', '彙'],
    ['扎', '紮'],
    ['伙', '夥'],
    ['欲', '慾'],
    ['贊', '讚'],
    ['借', '藉'],
    ['搜', '蒐'],
    ['徑', '逕'],
    ['巨', '鉅'],
    ['折', '摺'],
    ['升', '昇'],
    ['了', '瞭'],
    ['跡', '蹟'],
    ['蕩', '盪'],
    ['嘗', '嚐'],
    ['煉', '鍊'],
    ['鏈', '鍊'],
    ['只', '祇'],
    ['挨', '捱'],
    ['吊', '弔'],
    ['吃', '喫'],
    ['弦', '絃'],
    ['掛', '挂'],
    ['毀', '燬'],
    ['核', '覈'],
    ['厘', '釐'],
    ['并', '並'],
];

/// How much likelier what should stand there must be than its twin.
const TWIN: i32 = 56;

/// Twins that are told by the words of the dictionaries, for houses write the one or the
/// other in many; with what should stand there where words say so.
const BY_WORDS: [(char, char); 2] = [('瞭', '了'), ('菓', '果')];

/// Words in which some houses write 菓.
const WORDS_OF_HOUSES: [&str; 8] = ["水菓", "糖菓", "菓子", "菓汁", "菓園", "菓菜", "青菓", "茶菓"];

/// How far words reach around a character, in code points.
const REACH: usize = 7;

/// A line in several forms; memory that is reused.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// The line in OpenCC's own spelling, in Simplified, and back.
    standard: String,
    simplified: String,
    chosen: String,
    /// The line as it would be without the words that careless conversions leave.
    careful: String,
}

/// A character of a line in its forms, and where it is in the line and in Simplified.
#[derive(Clone, Copy)]
struct Written {
    at: usize,
    at_in_simplified: usize,
    character: char,
    standard: char,
    simplified: char,
    chosen: char,
    careful: char,
}

impl Lines {
    /// Gives `take` what is restored in `text`, in the forms of a region.
    pub(super) fn repair(
        &mut self,
        text: &str,
        variety: Variety,
        mut take: impl FnMut(Restoration),
    ) {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            self.repair_line(line, variety, |restoration| take(restoration.moved_by(start)));
            start += line.len();
        }
    }

    fn repair_line(&mut self, line: &str, variety: Variety, mut take: impl FnMut(Restoration)) {
        if line.is_ascii() || !self.read(line, variety) {
            return;
        }
        for written in self.characters(line) {
            take_restored(&self.simplified, &written, variety, &mut take);
        }
    }

    /// Brings a line into all its forms; false where they do not keep step, which few
    /// phrases of the dictionaries do.
    fn read(&mut self, line: &str, variety: Variety) -> bool {
        let Lines { standard, simplified, chosen, careful } = self;
        for form in [&mut *standard, simplified, chosen, careful] {
            form.clear();
        }
        let to_standard = match variety {
            Variety::TraditionalHongKong => Config::Hk2t,
            _ => Config::Tw2t,
        };
        Converter::new(to_standard).convert_into(line, standard);
        Converter::new(Config::T2s).convert_into(standard, simplified);
        let twins: Vec<_> = twins(line, simplified).collect();
        for &(_, at, twin) in &twins {
            put(simplified, at, twin);
        }
        Converter::new(Config::S2t).convert_into(simplified, chosen);
        for word in careless_words(line) {
            // Words may overlap; the first one counts.
            let (range, right) = (word.range(), word.right());
            if range.start >= careful.len() && right.len() == range.len() {
                careful.push_str(&line[careful.len()..range.start]);
                careful.push_str(right);
            }
        }
        careful.push_str(&line[careful.len()..]);
        for &(at, _, twin) in &twins {
            put(careful, at, twin);
        }
        let length = line.chars().count();
        [&*standard, simplified, chosen, careful].iter().all(|form| form.chars().count() == length)
    }

    fn characters(&self, line: &str) -> impl Iterator<Item = Written> {
        let forms = self.standard.chars().zip(self.chosen.chars()).zip(self.careful.chars());
        let places = line.char_indices().zip(self.simplified.char_indices());
        places.zip(forms).map(|(place, forms)| {
            let ((at, character), (at_in_simplified, simplified)) = place;
            let ((standard, chosen), careful) = forms;
            Written { at, at_in_simplified, character, standard, simplified, chosen, careful }
        })
    }
}

/// Puts a character of three bytes in the place of another one, if there is one at `at`.
fn put(text: &mut String, at: usize, character: char) {
    if code_unit(text.as_bytes(), at) != NONE {
        text.replace_range(at..at + 3, character.encode_utf8(&mut [0; 4]));
    }
}

/// Where a line has a character that its twin should replace, where that is in Simplified,
/// and the twin. Both texts have as many characters up to there, or nothing comes of it.
fn twins(line: &str, simplified: &str) -> impl Iterator<Item = (usize, usize, char)> {
    let places = line.char_indices().zip(simplified.char_indices());
    places.filter_map(move |((at, written), (at_in_simplified, character))| {
        let twin = (written == character).then(|| twin_of(simplified, at_in_simplified, written));
        twin.flatten().map(|twin| (at, at_in_simplified, twin))
    })
}

/// What should stand at `at` in the place of its twin that is written there, if it should.
fn twin_of(simplified: &str, at: usize, written: char) -> Option<char> {
    if let Some((unit, pair)) = twin::pairs().find(|(_, pair)| pair[twin::WRITTEN] == written) {
        return is_for_twin(simplified, at, unit, pair).then_some(pair[twin::TWIN]);
    }
    let (_, twin) = BY_WORDS.into_iter().find(|(one, _)| *one == written)?;
    is_for_twin_by_words(simplified, at, written, twin).then_some(twin)
}

/// Whether the model says so of the pair that has this code unit.
fn is_for_twin(simplified: &str, at: usize, unit: u16, pair: [char; 2]) -> bool {
    let Some(words) = plan(Config::S2t).conversion.first() else { return false };
    let Some(ambiguous) = MODEL.ambiguous(unit) else { return false };
    let (with_twin, at) = with_twin(simplified, at, pair[twin::TWIN]);
    let scores = context::look(words, &with_twin, at, ambiguous, twin::TWIN).scores(&MODEL);
    let needed = margin_of_pair(pair).unwrap_or(TWIN);
    scores[twin::TWIN] - scores[twin::WRITTEN] >= needed
}

/// Whether words say so.
fn is_for_twin_by_words(simplified: &str, at: usize, written: char, twin: char) -> bool {
    let Some(words) = plan(Config::S2t).conversion.first() else { return false };
    let around = context::characters_around(simplified, at, REACH, REACH);
    let as_written = &simplified[around.clone()];
    let (with_twin, at_in_line) = (with_twin(simplified, at, twin).0, at - around.start);
    let by_words = |text: &str, character: char| longest_word(words, text, at_in_line, character);
    let stays = by_words(as_written, written).max(by_words(&with_twin, written));
    let is_of_houses = WORDS_OF_HOUSES.iter().any(|word| as_written.contains(word));
    by_words(&with_twin, twin) > stays || stays == 0 && !is_of_houses
}

/// What stands around `at`, with another character there, and where that is.
fn with_twin(simplified: &str, at: usize, twin: char) -> (String, usize) {
    let around = context::characters_around(simplified, at, REACH, REACH);
    let (mut text, at) = (String::from(&simplified[around.clone()]), at - around.start);
    put(&mut text, at, twin);
    (text, at)
}

/// The length in code points of the longest word in which what stands at `at` becomes
/// `character`; 0 without one.
fn longest_word(words: &Matcher<'_>, text: &str, at: usize, character: char) -> usize {
    let starts = text[..at].char_indices().rev().map(|(start, _)| start);
    let lengths = core::iter::once(at).chain(starts).zip(0..).map(|(start, before)| {
        let found = words.longest_phrase(&text[start..]);
        let found = found.filter(|found| found.nth_replaced(before) == Some(character));
        found.map_or(0, |found| found.key().chars().count())
    });
    lengths.max().unwrap_or(0)
}

/// Gives `take` a character if it should be another.
fn take_restored(
    simplified: &str,
    written: &Written,
    variety: Variety,
    take: &mut impl FnMut(Restoration),
) {
    let Some(restored) = restored(simplified, written) else { return };
    let (replacement, margin) = (in_forms_of(variety, restored.0), restored.1);
    if replacement != written.character && replacement.len_utf8() == written.character.len_utf8() {
        take(Restoration {
            start: written.at,
            replaced: written.character,
            replacement,
            margin: margin.unsigned_abs(),
        });
    }
}

/// What should stand in a place, in OpenCC's own spelling, if that is something else, and
/// by how much it is likelier.
fn restored(simplified: &str, written: &Written) -> Option<(char, i32)> {
    let unit = u16::try_from(u32::from(written.simplified)).ok()?;
    let ambiguous = MODEL.ambiguous(unit)?;
    let number = ambiguous.number_of(written.standard)?;
    let choice = ambiguous.number_of(written.chosen)?;
    let is_expected = number == choice && written.careful == written.character;
    if is_expected && MODEL.is_settled(unit, context::nearest(simplified, written.at_in_simplified))
    {
        return None;
    }
    let words = plan(Config::S2t).conversion.first()?;
    let place = context::look(words, simplified, written.at_in_simplified, ambiguous, choice);
    let (mut scores, ambiguous) = (place.scores(&MODEL), &place.ambiguous);
    if written.careful != written.character
        && let Some(careful) = ambiguous.number_of(standard_of(written.careful))
    {
        scores[careful] += CARELESS;
    }
    let is_left = written.simplified == written.standard;
    scores[choice] += if is_left && place.is_by_word() { AGREED_BY_WORD } else { AGREED };
    let (best, margin) = ambiguous.best(&scores, number);
    if best == number {
        return None;
    }
    let replacement = if best == choice { written.chosen } else { ambiguous.spelling_of(best)? };
    (margin >= needed(written, replacement)).then_some((replacement, margin))
}

/// What margin a replacement needs.
fn needed(written: &Written, replacement: char) -> i32 {
    let standard = written.standard;
    if let Some(margin) = margin_of_pair([standard, replacement]) {
        margin
    } else if written.simplified == replacement {
        OVER_CONVERTED
    } else if HOUSE_STYLES
        .iter()
        .any(|pair| pair.contains(&standard) && pair.contains(&replacement))
    {
        HOUSE_STYLE
    } else if FAMILY_NAMES.contains(standard) {
        FAMILY_NAME
    } else if written.simplified == standard {
        LEFTOVER
    } else if alone(Config::S2t, written.simplified) == standard {
        FIRST_CANDIDATE
    } else {
        EXCHANGED
    }
}

/// The same if it is that of the pair alone.
fn margin_of_pair([written, replacement]: [char; 2]) -> Option<i32> {
    let found = OF_PAIRS.iter().find(|(one, other, _)| [*one, *other] == [written, replacement]);
    found.map(|(.., margin)| *margin)
}

/// A character in the forms of a region.
fn in_forms_of(variety: Variety, character: char) -> char {
    match variety {
        Variety::TraditionalTaiwan => alone(Config::T2tw, character),
        Variety::TraditionalHongKong => alone(Config::T2hk, character),
        _ => character,
    }
}

/// A character of Taiwan in OpenCC's own spelling.
fn standard_of(character: char) -> char {
    alone(Config::Tw2t, character)
}

/// What becomes of a character that stands alone.
fn alone(config: Config, character: char) -> char {
    let mut buffer = [0; 4];
    let text = &*character.encode_utf8(&mut buffer);
    let found = plan(config).conversion.first().and_then(|stage| stage.longest_match(text));
    found.and_then(|found| found.replacement().chars().next()).unwrap_or(character)
}

fn plan(config: Config) -> &'static Plan<'static> {
    &PLANS[config as usize][0]
}
