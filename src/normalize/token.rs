//! A line as tokens: what the rules of marks, quotes and spaces look at.
//!
//! Characters fall into few kinds, and runs of Han, of a word, of blanks are one
//! token each, so that a line of Chinese has two tokens per clause. What must
//! not be touched (`protect`) is one token as well, so that no rule can reach
//! into it. One pass over the bytes makes them: no regular expression, no
//! look-back, and a search that fails stops where the next one may begin.

use alloc::vec::Vec;
use core::ops::Range;

use super::protect::{self, Fruitless};
use super::rule::Rule;

/// What a token is. A rule that changes a token changes its kind with it, so
/// that the rules behind it see what will be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Ideographs, kana, bopomofo.
    Han,
    /// A word with a letter: `iPhone`, `v1.2.3`, `NYSE:BABA`, `%s`.
    Word,
    /// A number with what belongs to it: `12:30`, `3.14%`.
    Number,
    /// What is no word of a text: a URL, code, a formula.
    Opaque,
    /// What marks up a text and is no part of it: a tag, `*`, a link's target.
    Transparent,
    /// Spaces, U+0020.
    Blank,
    /// Other space: tabs, U+3000, U+00A0.
    Gap,
    /// `, ; : ? !`
    HalfMark,
    /// ，；：？！
    FullMark,
    /// Other full-width marks, such as 。、…— and the interpunct.
    Stop,
    /// `(`
    HalfOpen,
    /// `)`
    HalfClose,
    /// （
    FullOpen,
    /// ）
    FullClose,
    /// 《〈【〔〖
    TitleOpen,
    /// 》〉】〕〗
    TitleClose,
    /// `[`
    SquareOpen,
    /// `]`
    SquareClose,
    /// “‘「『
    QuoteOpen,
    /// ”’」』
    QuoteClose,
    /// `"`
    StraightQuote,
    /// A run of `.`.
    Dots,
    /// A run of `-`, `─` or `－`.
    Hyphens,
    /// `<<`
    AnglesOpen,
    /// `>>`
    AnglesClose,
    /// What may stand for an interpunct.
    Bullet,
    /// `|`, the border of a table's cell.
    Pipe,
    /// Anything else: symbols, emoji.
    Symbol,
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u32);

impl Kinds {
    /// The set of these.
    pub(super) const fn of(kinds: &[Kind]) -> Kinds {
        let mut bits = 0;
        let mut at = 0;
        while at < kinds.len() {
            bits |= 1 << kinds[at] as u32;
            at += 1;
        }
        Kinds(bits)
    }

    /// Whether any of those is among these.
    pub(super) fn has_any(self, others: Kinds) -> bool {
        self.0 & others.0 != 0
    }

    fn insert(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u32;
    }
}

/// No token.
pub(super) const NOWHERE: usize = usize::MAX;

/// A piece of a line, and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Where it begins in the line, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// The rule that changes it.
    pub(super) rule: Rule,
    /// What replaces it.
    pub(super) replacement: Option<&'static str>,
    /// Whether a space is put before it.
    pub(super) is_spaced: bool,
    /// Whether a run of another language begins here, whose marks stay, and ends at the
    /// partner.
    pub(super) is_guarded: bool,
    /// The other half of a pair of quotation marks, or of guarded brackets.
    pub(super) partner: usize,
}

impl Token {
    /// Has the token replaced.
    pub(super) fn replace(&mut self, replacement: &'static str, kind: Kind, rule: Rule) {
        self.replacement = Some(replacement);
        self.kind = kind;
        self.rule = rule;
    }

    /// How many bytes the token has.
    pub(super) fn length(&self) -> usize {
        self.end - self.start
    }

    /// Where it stands in the line.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// What a line is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Which kinds of tokens there are.
    pub(super) kinds: Kinds,
    /// Characters of kind [`Kind::Han`].
    pub(super) han: usize,
    /// Tokens of kind [`Kind::Word`].
    pub(super) words: usize,
    /// Whether there is an ideograph among the Han, not just kana.
    pub(super) ideographs: bool,
    /// Words that begin with Hangul.
    pub(super) hangul_words: usize,
}

/// Cuts `line` into `tokens`, which are cleared. Each of `protected`, ranges of the line
/// that ascend and are disjoint, is a token that no rule changes.
pub(super) fn tokenize(line: &str, protected: &[Range<usize>], tokens: &mut Vec<Token>) -> Facts {
    tokens.clear();
    let mut tokenizer = Tokenizer {
        bytes: line.as_bytes(),
        tokens,
        facts: Facts::default(),
        fruitless: Fruitless::default(),
        open_brackets: 0,
    };
    let mut at = 0;
    for range in protected {
        // Nothing that begins before reaches into it.
        tokenizer.bytes = &line.as_bytes()[..range.start];
        tokenizer.run(at);
        tokenizer.push(range.start, range.end, kind_of_markup(&line[range.clone()]));
        at = range.end;
        tokenizer.fruitless = Fruitless::default();
    }
    tokenizer.bytes = line.as_bytes();
    tokenizer.run(at);
    tokenizer.facts
}

/// What markup is to the marks around it: nothing, where it is but marks of emphasis
/// and structure or the target of a link, or tags; the border of a cell; or something that
/// stands for a word, as code does.
fn kind_of_markup(markup: &str) -> Kind {
    let is_mark = |byte: u8| byte.is_ascii_digit() || b"*_~[]!#>|+-=.:() \t".contains(&byte);
    let is_marks = markup.bytes().all(is_mark);
    if is_marks && markup.contains('|') {
        Kind::Pipe
    } else if is_marks || markup.starts_with("](") || are_tags(markup) {
        Kind::Transparent
    } else {
        Kind::Opaque
    }
}

/// Whether this is tags, one behind the other.
fn are_tags(markup: &str) -> bool {
    let mut pieces = markup.split_terminator('>');
    markup.ends_with('>') && pieces.all(|piece| piece.starts_with('<'))
}

struct Tokenizer<'l> {
    bytes: &'l [u8],
    tokens: &'l mut Vec<Token>,
    facts: Facts,
    /// What has been sought in vain behind the current place.
    fruitless: Fruitless,
    /// How many brackets of either width are open.
    open_brackets: usize,
}

impl Tokenizer<'_> {
    fn run(&mut self, mut at: usize) {
        while at < self.bytes.len() {
            at = match self.bytes[at] {
                0xE4..=0xE9 => self.han(at),
                0xE3 if self.bytes[at..].starts_with("、".as_bytes()) => {
                    self.push(at, same_end(self.bytes, at, at + 3), Kind::Stop)
                }
                byte if byte.is_ascii() => self.ascii(at, byte),
                _ => self.other(at),
            };
        }
    }

    /// Appends a token and says where it ends.
    #[inline]
    fn push(&mut self, start: usize, end: usize, kind: Kind) -> usize {
        self.facts.kinds.insert(kind);
        self.tokens.push(Token {
            start,
            end,
            kind,
            rule: Rule::Marks,
            replacement: None,
            is_spaced: false,
            is_guarded: false,
            partner: NOWHERE,
        });
        end
    }

    /// A run of ideographs of the basic plane, as far as their first byte says so.
    fn han(&mut self, start: usize) -> usize {
        let end = ideographs_end(self.bytes, start + 3);
        self.facts.han += (end - start) / 3;
        self.facts.ideographs = true;
        self.push_joined(start, end, Kind::Han)
    }

    /// Appends a token, or makes the one before longer if it is of the same kind.
    fn push_joined(&mut self, start: usize, end: usize, kind: Kind) -> usize {
        match self.tokens.last_mut() {
            Some(last) if last.kind == kind => last.end = end,
            _ => return self.push(start, end, kind),
        }
        end
    }

    /// A token that begins with a character of ASCII.
    fn ascii(&mut self, at: usize, byte: u8) -> usize {
        let bytes = self.bytes;
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => self.word(at),
            b' ' => self.push(at, run_end(bytes, at), Kind::Blank),
            0..=0x1F | 0x7F => self.push(at, at + 1, Kind::Gap),
            b',' => self.push(at, at + 1, Kind::HalfMark),
            b':' | b';' | b'!' | b'?' => self.mark(at),
            b'(' => self.half_open(at),
            b')' => self.close(at, at + 1, Kind::HalfClose),
            b'[' => self.push(at, at + 1, Kind::SquareOpen),
            b']' => match protect::link_target(bytes, at) {
                Some(end) => self.push(at, end, Kind::Transparent),
                None => self.push(at, at + 1, Kind::SquareClose),
            },
            b'"' => self.push(at, at + 1, Kind::StraightQuote),
            b'.' => self.push(at, run_end(bytes, at), Kind::Dots),
            b'-' => self.push(at, run_end(bytes, at), Kind::Hyphens),
            b'|' => self.push(at, at + 1, Kind::Pipe),
            b'*' | b'_' | b'\'' => self.push(at, at + 1, Kind::Transparent),
            b'<' | b'>' => self.angle(at),
            b'%' => match protect::format_directive(bytes, at) {
                Some(end) => self.push_word(at, end),
                None => self.push(at, at + 1, Kind::Symbol),
            },
            b'\\' => self.push(at, protect::escape(bytes, at), Kind::Opaque),
            b'`' | b'$' | b'{' | b'&' => self.enclosed(at),
            _ => self.push(at, at + 1, Kind::Symbol),
        }
    }

    /// A word or a number with all that is joined to it, or a URL.
    fn word(&mut self, start: usize) -> usize {
        let word = protect::word(self.bytes, start);
        match word.kind {
            Kind::Word => self.push_word(start, word.end),
            kind => self.push(start, word.end, kind),
        }
    }

    fn push_word(&mut self, start: usize, end: usize) -> usize {
        self.facts.words += 1;
        self.push(start, end, Kind::Word)
    }

    /// `: ; ! ?`, unless it is part of something else.
    fn mark(&mut self, at: usize) -> usize {
        let before = self.tokens.last().map(|token| token.kind);
        if let Some(end) = protect::emoticon(self.bytes, at, before, self.open_brackets > 0) {
            return self.push(at, end, Kind::Symbol);
        }
        if let Some(end) = protect::shortcode(self.bytes, at) {
            return self.push(at, end, Kind::Symbol);
        }
        if let Some(end) = protect::image(self.bytes, at) {
            return self.push(at, end, Kind::Transparent);
        }
        match protect::operator(self.bytes, at) {
            Some(end) => self.push(at, end, Kind::Symbol),
            None => self.push(at, at + 1, Kind::HalfMark),
        }
    }

    fn half_open(&mut self, at: usize) -> usize {
        if let Some(end) = protect::face(self.bytes, at) {
            return self.push(at, end, Kind::Symbol);
        }
        self.open_brackets += 1;
        self.push(at, at + 1, Kind::HalfOpen)
    }

    fn close(&mut self, start: usize, end: usize, kind: Kind) -> usize {
        self.open_brackets = self.open_brackets.saturating_sub(1);
        self.push(start, end, kind)
    }

    /// A tag, a comment, `<<`, `>>`, or just `<` and `>`.
    fn angle(&mut self, at: usize) -> usize {
        if let Some(end) = protect::tag(self.bytes, at, &mut self.fruitless) {
            return self.push(at, end, Kind::Transparent);
        }
        let end = run_end(self.bytes, at);
        match (self.bytes[at], end - at) {
            (b'<', 2) => self.push(at, end, Kind::AnglesOpen),
            (b'>', 2) => self.push(at, end, Kind::AnglesClose),
            _ => self.push(at, end, Kind::Symbol),
        }
    }

    /// Code, a formula, a placeholder, an entity, or just its first character.
    fn enclosed(&mut self, at: usize) -> usize {
        let end = match self.bytes[at] {
            b'`' => protect::code(self.bytes, at, &mut self.fruitless),
            b'$' => protect::formula(self.bytes, at),
            b'{' => protect::placeholder(self.bytes, at),
            _ => protect::entity(self.bytes, at),
        };
        match end {
            Some(end) => self.push(at, end, Kind::Opaque),
            // A run of backticks is one thing: no part of it begins code.
            None => self.push(at, run_end(self.bytes, at), Kind::Symbol),
        }
    }

    /// A token that begins with any other character.
    fn other(&mut self, at: usize) -> usize {
        let (character, end) = decode(self.bytes, at);
        match kind_of(character) {
            Class::Kind(Kind::Han) => {
                self.facts.han += 1;
                self.facts.ideographs |= !is_kana(character);
                self.push_joined(at, end, Kind::Han)
            }
            Class::Kind(Kind::FullOpen) => {
                self.open_brackets += 1;
                self.push(at, end, Kind::FullOpen)
            }
            Class::Kind(Kind::FullClose) => self.close(at, end, Kind::FullClose),
            Class::Kind(kind @ (Kind::Stop | Kind::Hyphens)) => {
                let end = same_end(self.bytes, at, end);
                self.push(at, end, kind)
            }
            Class::Kind(kind) => self.push(at, end, kind),
            Class::Letter => self.word(at),
            Class::Hangul => {
                self.facts.hangul_words += 1;
                self.word(at)
            }
            Class::Extend => self.extend(at, end),
        }
    }

    /// A combining mark or a selector belongs to the token before it.
    fn extend(&mut self, start: usize, end: usize) -> usize {
        match self.tokens.last_mut() {
            Some(Token {
                kind: Kind::Han | Kind::Word | Kind::Number | Kind::Symbol,
                end: last,
                ..
            }) => {
                *last = end;
                end
            }
            _ => self.push(start, end, Kind::Symbol),
        }
    }
}

/// Where the run of ideographs of the basic plane ends that goes on at `at`: before the
/// first byte that is neither the first of one nor one that continues a character. Eight
/// bytes are asked at once.
#[inline]
fn ideographs_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = bytes[at..].first_chunk() {
        let others = other_bytes(u64::from_le_bytes(*word));
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_other = |byte: &u8| !matches!(byte, 0x80..=0xBF | 0xE4..=0xE9);
    bytes[at..].iter().position(is_other).map_or(bytes.len(), |length| at + length)
}

/// The highest bit of each byte that is neither 80 to BF nor E4 to E9: of those, the
/// former have the two highest bits 10, the latter 11 and below them 24 to 29.
#[inline]
const fn other_bytes(bytes: u64) -> u64 {
    const ALL: u64 = u64::MAX / 0xFF;
    let low = bytes & (0x3F * ALL);
    let is_in_range = (low + (0x80 - 0x24) * ALL) & !(low + (0x80 - 0x2A) * ALL);
    let is_ideographs = bytes & (!(bytes << 1) | is_in_range);
    !is_ideographs & (0x80 * ALL)
}

/// Where the run of the byte at `at` ends.
pub(super) fn run_end(bytes: &[u8], at: usize) -> usize {
    let others = bytes[at..].iter().position(|&byte| byte != bytes[at]);
    others.map_or(bytes.len(), |length| at + length)
}

/// Where the run of the character between `start` and `end` ends.
fn same_end(bytes: &[u8], start: usize, mut end: usize) -> usize {
    let character = &bytes[start..end];
    while bytes[end..].starts_with(character) {
        end += character.len();
    }
    end
}

/// The character of two bytes or more at `at`, and where it ends. The bytes are
/// a string's.
pub(super) fn decode(bytes: &[u8], at: usize) -> (char, usize) {
    let continued = |offset: usize| u32::from(bytes[at + offset] & 0x3F);
    let lead = u32::from(bytes[at]);
    let (code_point, length) = match lead {
        0..=0x7F => (lead, 1),
        0x80..=0xDF => ((lead & 0x1F) << 6 | continued(1), 2),
        0xE0..=0xEF => ((lead & 0xF) << 12 | continued(1) << 6 | continued(2), 3),
        _ => ((lead & 7) << 18 | continued(1) << 12 | continued(2) << 6 | continued(3), 4),
    };
    (char::from_u32(code_point).unwrap_or('\u{FFFD}'), at + length)
}

/// The character that ends before `at`, if any.
pub(super) fn before(bytes: &[u8], at: usize) -> Option<char> {
    let mut start = at.checked_sub(1)?;
    while bytes[start] & 0xC0 == 0x80 {
        start -= 1;
    }
    Some(decode(bytes, start).0)
}

/// What a character outside ASCII is.
pub(super) enum Class {
    /// A token of this kind.
    Kind(Kind),
    /// A letter or digit of a word.
    Letter,
    /// A letter of Korean.
    Hangul,
    /// A mark or a selector on the character before it.
    Extend,
}

/// Whether the character is of Chinese or Japanese script: ideographs (also as
/// radicals and compatibility forms), kana, bopomofo.
pub(crate) fn is_han(character: char) -> bool {
    matches!(character,
        '\u{2E80}'..='\u{2FDF}' | '々' | '〆' | '〇' | '〡'..='〩' | '〸'..='〻'
        | '\u{3041}'..='\u{3096}' | '\u{3099}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FF}' | '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}'
        | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}' | '\u{16FF0}'..='\u{16FF6}' | '\u{1AFF0}'..='\u{1B16F}'
        | '\u{20000}'..='\u{3FFFD}')
}

/// Whether the character is kana, on which no reading as Chinese can rest.
pub(super) fn is_kana(character: char) -> bool {
    matches!(character,
        '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}' | '\u{1AFF0}'..='\u{1B16F}')
}

/// What a character outside ASCII is.
pub(super) fn kind_of(character: char) -> Class {
    let kind = match character {
        '，' | '；' | '：' | '？' | '！' => Kind::FullMark,
        '（' => Kind::FullOpen,
        '）' => Kind::FullClose,
        '《' | '〈' | '【' | '〔' | '〖' => Kind::TitleOpen,
        '》' | '〉' | '】' | '〕' | '〗' => Kind::TitleClose,
        '“' | '‘' | '「' | '『' => Kind::QuoteOpen,
        '”' | '’' | '」' | '』' => Kind::QuoteClose,
        '‧' | '•' | '⋅' | '・' | '·' => Kind::Bullet,
        '─' | '－' => Kind::Hyphens,
        '。'
        | '、'
        | '…'
        | '—'
        | '⋯'
        | '⸺'
        | '～'
        | '〜'
        | '〃'
        | '．'
        | '％'
        | '\u{FE10}'..='\u{FE19}'
        | '\u{FE30}'..='\u{FE6F}'
        | '｡'
        | '｢'
        | '｣'
        | '､'
        | '･' => Kind::Stop,
        '\u{A0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200A}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202F}'
        | '\u{205F}'
        | '\u{3000}'
        | '\u{85}' => Kind::Gap,
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' => Kind::Transparent,
        '\u{300}'..='\u{36F}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20F0}'
        | '\u{302A}'..='\u{302F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FE20}'..='\u{FE2F}'
        | '\u{E0100}'..='\u{E01EF}' => return Class::Extend,
        '\u{1100}'..='\u{11FF}'
        | '\u{3131}'..='\u{318E}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}'
        | '\u{FFA0}'..='\u{FFDC}' => return Class::Hangul,
        _ if is_han(character) => Kind::Han,
        _ if character.is_alphanumeric() => return Class::Letter,
        _ => Kind::Symbol,
    };
    Class::Kind(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_ideographs_end_before_every_other_byte() {
        for byte in 0..=u8::MAX {
            for place in 0..24 {
                let mut bytes = [0xE4, 0xB8, 0xAD].repeat(8);
                bytes[place] = byte;
                let is_other = !matches!(byte, 0x80..=0xBF | 0xE4..=0xE9);
                let end = if is_other { place } else { bytes.len() };
                assert_eq!(ideographs_end(&bytes, 0), end, "{byte:x} at {place}");
            }
        }
    }

    /// The texts and kinds of a line's tokens.
    fn cut(line: &str) -> Vec<(&str, Kind)> {
        let mut tokens = Vec::new();
        tokenize(line, &[], &mut tokens);
        tokens.iter().map(|token| (&line[token.range()], token.kind)).collect()
    }

    #[test]
    fn a_line_is_cut_into_runs() {
        assert_eq!(
            cut("中文か, 5G。。(a)"),
            [
                ("中文か", Kind::Han),
                (",", Kind::HalfMark),
                (" ", Kind::Blank),
                ("5G", Kind::Word),
                ("。。", Kind::Stop),
                ("(", Kind::HalfOpen),
                ("a", Kind::Word),
                (")", Kind::HalfClose),
            ]
        );
    }

    #[test]
    fn what_is_protected_is_one_token() {
        for (text, kind) in [
            ("v1.2.3", Kind::Word),
            ("12:30", Kind::Number),
            ("1,234.56%", Kind::Number),
            ("L.A", Kind::Word),
            ("it’s", Kind::Word),
            ("a.b-c@d.org", Kind::Word),
            ("C:\\a\\b", Kind::Word),
            ("https://a.b/c?d=e,f#g(h)", Kind::Opaque),
            ("`a, b`", Kind::Opaque),
            ("``a`, b``", Kind::Opaque),
            ("$f(x, y)$", Kind::Opaque),
            ("{name}", Kind::Opaque),
            ("&#20013;", Kind::Opaque),
            ("<a href=\"中, >\">", Kind::Transparent),
            ("<!-- 中 -->", Kind::Transparent),
            ("%s:%d", Kind::Word),
            (":-)", Kind::Symbol),
            (":smile:", Kind::Symbol),
            ("(^_^)", Kind::Symbol),
        ] {
            assert_eq!(cut(text), [(text, kind)]);
        }
    }

    #[test]
    fn a_url_gives_the_marks_of_the_sentence_back() {
        for (text, url) in [
            ("http://a.b/c,", "http://a.b/c"),
            ("http://a.b/(c)).", "http://a.b/(c)"),
            ("http://a.b(中)", "http://a.b"),
            ("http://a.b中", "http://a.b"),
        ] {
            assert_eq!(cut(text)[0], (url, Kind::Opaque));
        }
    }

    #[test]
    fn tokens_cover_the_line() {
        let line = "中\u{301} a\u{FE0F}\u{200B}한é、<b>x</b>\u{E0100}\t　|😀\u{1F3FB}-- << >> ．％";
        assert_eq!(
            cut(line).iter().map(|(text, _)| *text).collect::<alloc::string::String>(),
            line
        );
    }

    #[test]
    fn a_line_is_told_what_it_is_made_of() {
        let mut tokens = Vec::new();
        let facts = tokenize("中文か a b한 1 𠀀", &[], &mut tokens);
        assert_eq!((facts.han, facts.words, facts.hangul_words), (4, 2, 0));
        assert!(facts.ideographs && facts.kinds.has_any(Kinds::of(&[Kind::Number])));
        assert!(!tokenize("かな 한국", &[], &mut tokens).ideographs);
    }
}
