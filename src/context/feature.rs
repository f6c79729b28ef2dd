//! What the model looks at around an ambiguous character.
//!
//! Two kinds of things. **Clues** are a few characters around the place, together with
//! the character itself; each is a number of 32 bits, which a table of weights is asked
//! for. Characters are taken from the source, so a decision depends on no other
//! decision. **Words** are entries of the dictionary that cover the place, wherever
//! OpenCC's own longest match begins; what they make of the character counts by their
//! length and place, for all characters alike, so that words which no text for training
//! has are known as well.
//!
//! Nothing is seen beyond the ends of the line, so lines are decided independently.
//!
//! Training reads this file too: whoever learns must look at the same things as
//! whoever decides.

/// How many characters on each side count.
pub(crate) const REACH: usize = 2;

/// How many characters on each side are looked at, for some are passed over.
pub(crate) const LOOKED_AT: usize = 2 * REACH;

/// How many places a word may begin at: the ambiguous character itself and those
/// before it.
pub(crate) const STARTS: usize = 3;

/// Longer words count as ones of this length, in code points.
const LONGEST: usize = 8;

/// How many weights there are that all characters share.
pub(crate) const SHARED: usize = (STARTS + 3) * (LONGEST + 1);

/// In place of a character behind the end of a line or before its beginning.
const OUTSIDE: u16 = 10;
/// In place of a digit; and of a numeral, where numbers are asked for.
const DIGIT: u16 = 2;

/// The characters around a place, as classes ([`class`]), the nearest ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Surroundings {
    pub(crate) before: [u16; REACH],
    pub(crate) behind: [u16; REACH],
}

impl Surroundings {
    /// Those of a place in a line, given what stands before it, read backwards, and
    /// what stands behind it.
    pub(crate) fn of(
        before: impl Iterator<Item = char>,
        behind: impl Iterator<Item = char>,
    ) -> Surroundings {
        Surroundings { before: classes(before), behind: classes(behind) }
    }

    /// The nearest one on each side.
    pub(crate) fn nearest(&self) -> [u16; 2] {
        [self.before[0], self.behind[0]]
    }
}

/// The class of a character of three bytes if it stands for itself, from its code unit.
#[inline]
pub(crate) fn class_of_unit(unit: u16) -> Option<u16> {
    matches!(unit, 0x3400..=0x9FFF | 0xF900..=0xFAFF).then_some(unit)
}

fn classes(characters: impl Iterator<Item = char>) -> [u16; REACH] {
    let mut classes = [OUTSIDE; REACH];
    let in_line = characters.take_while(|character| !matches!(character, '\n' | '\r'));
    let mut in_line = in_line.peekable();
    for class_of in &mut classes {
        let Some(mut character) = in_line.next() else { break };
        // 1 天 is 1天: a space beside letters and digits is for the eye.
        if character == ' '
            && let Some(behind) = in_line.next_if(char::is_ascii_alphanumeric)
        {
            character = behind;
        }
        *class_of = class(character);
    }
    classes
}

/// Han stands for itself; of other characters only what kind they are of matters.
fn class(character: char) -> u16 {
    match character {
        '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' => character as u16,
        'a'..='z' | 'A'..='Z' => 1,
        '0'..='9' | '０'..='９' => DIGIT,
        ',' | '，' => 3,
        '.' | '?' | '!' | ';' | '。' | '？' | '！' | '；' | '…' => 4,
        '、' => 5,
        '(' | '"' | '「' | '『' | '“' | '《' | '〈' | '（' => 6,
        ')' | '」' | '』' | '”' | '》' | '〉' | '）' => 7,
        ' ' | '\u{3000}' => 8,
        _ => 9,
    }
}

/// Whether the character of this class counts things: 三 in 三只.
fn is_numeral(class: u16) -> bool {
    let numeral = char::from_u32(class.into()).unwrap_or_default();
    class == DIGIT
        || matches!(
            numeral,
            '零' | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '十'
                | '百'
                | '千'
                | '万'
                | '两'
                | '亿'
                | '几'
                | '数'
                | '每'
        )
}

/// A word of the dictionary that covers a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// How many code points before the place it begins.
    pub(crate) start: usize,
    /// Its length in code points.
    pub(crate) length: usize,
    /// What it makes of the character: the number of a candidate.
    pub(crate) choice: usize,
}

/// What the dictionary says of a place.
#[derive(Clone, Copy)]
pub(crate) struct Opinion {
    /// The candidate that OpenCC chose.
    pub(crate) choice: usize,
    /// The words that cover the place, by where they begin.
    pub(crate) words: [Option<Word>; STARTS],
}

impl Opinion {
    /// The longest of the words; without any, OpenCC's choice by a word of no length.
    fn longest(&self) -> Word {
        let mut longest = Word { start: 0, length: 0, choice: self.choice };
        for word in self.words.iter().flatten() {
            if word.length > longest.length {
                longest = *word;
            }
        }
        longest
    }

    /// Calls `take` with the number of each shared weight that counts here, and the
    /// candidate that it counts for.
    pub(crate) fn for_each_shared(&self, mut take: impl FnMut(usize, usize)) {
        let row = |row: usize, length: usize| row * (LONGEST + 1) + length.min(LONGEST);
        for word in self.words.iter().flatten() {
            take(row(word.start, word.length), word.choice);
        }
        let longest = self.longest();
        let agrees = usize::from(longest.choice == self.choice);
        take(row(STARTS + agrees, longest.length), self.choice);
        take(row(STARTS + 2, longest.length), longest.choice);
    }
}

/// Which characters a clue is about, counted from the ambiguous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) before: usize,
    pub(crate) behind: usize,
}

/// Calls `take` with each clue around `character`, and with the characters that it is
/// about.
#[inline]
pub(crate) fn for_each_clue(
    character: u16,
    surroundings: &Surroundings,
    opinion: &Opinion,
    mut take: impl FnMut(u32, Extent),
) {
    let [before, second_before] = surroundings.before;
    let [behind, second_behind] = surroundings.behind;
    let mut clue = |kind: u8, extent: [usize; 2], classes: [u16; 2]| {
        let [before, behind] = extent;
        take(key(kind, character, classes), Extent { before, behind });
    };
    clue(1, [1, 0], [before, 0]);
    clue(2, [0, 1], [behind, 0]);
    clue(3, [2, 0], [second_before, before]);
    clue(4, [1, 1], [before, behind]);
    clue(5, [0, 2], [behind, second_behind]);
    clue(6, [2, 0], [second_before, 0]);
    clue(7, [0, 2], [second_behind, 0]);
    if is_numeral(before) {
        clue(8, [1, 0], [0, 0]);
        clue(9, [1, 1], [behind, 0]);
    } else if is_numeral(second_before) {
        clue(10, [2, 0], [before, 0]);
    }
    let longest = opinion.longest();
    let word = [opinion.choice as u16 * 8 + longest.choice as u16, longest.length.min(5) as u16];
    clue(11, [longest.start, (longest.length).saturating_sub(longest.start + 1)], word);
}

/// The clues about the nearest character on each side, which [`for_each_clue`] gives as
/// well.
#[inline]
pub(crate) fn neighbours(character: u16, [before, behind]: [u16; 2]) -> [u32; 2] {
    [key(1, character, [before, 0]), key(2, character, [behind, 0])]
}

/// The number of a clue: its kind, the ambiguous character and two numbers, mixed.
#[inline]
fn key(kind: u8, character: u16, [one, other]: [u16; 2]) -> u32 {
    let all = u64::from(kind) << 48
        | u64::from(character) << 32
        | u64::from(one) << 16
        | u64::from(other);
    // The finalizer of MurmurHash3, shortened; the upper half is mixed best.
    let mixed = (all ^ all >> 32).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    (mixed >> 32) as u32
}

/// A clue that speaks for a candidate. The first candidate has none: what speaks for
/// it is what speaks against all others.
#[inline]
pub(crate) fn clue_for(clue: u32, candidate: usize) -> u32 {
    clue.wrapping_add((candidate as u32 - 1).wrapping_mul(0x9E37_79B1))
}
