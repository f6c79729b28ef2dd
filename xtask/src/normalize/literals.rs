//! The words and literals of a test file in Python or TypeScript.
//!
//! Whoever reads test cases from a program in another language needs its string
//! literals exactly as that language reads them, and hardly anything else. So
//! this is a lexer and no parser: comments are gone, literals are decoded, all
//! the rest is words and single signs. A literal that holds expressions (an f
//! string, a template with `${`) has no fixed text and is told apart.
//!
//! A regular expression in TypeScript is read as signs and words. Where one
//! holds a quotation mark, the literal it seems to open ends with the line, so
//! the damage does as well.

use std::iter::Peekable;
use std::str::Chars;

/// Whose literals and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// `#` comments; prefixes of strings; strings of several lines by three marks.
    Python,
    /// `//` and `/* */` comments; templates between backticks.
    TypeScript,
}

/// A piece of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name, a keyword or a number.
    Word(String),
    /// A literal with a fixed text, decoded.
    Text(String),
    /// A literal without one.
    Expression,
    /// Any other character.
    Sign(char),
}

impl Token {
    /// Whether it is this word, or the sign that is this one character.
    pub(crate) fn is(&self, spelling: &str) -> bool {
        match self {
            Token::Word(word) => word == spelling,
            Token::Sign(sign) => spelling.chars().eq([*sign]),
            Token::Text(_) | Token::Expression => false,
        }
    }
}

/// The tokens of a program, each with the number of the line it begins on.
pub(crate) fn tokens(program: &str, language: Language) -> Vec<(Token, usize)> {
    let mut lexer = Lexer { rest: program.chars().peekable(), language, line: 1 };
    let mut tokens = Vec::new();
    loop {
        let line = lexer.line;
        match lexer.next() {
            Some(Some(token)) => tokens.push((token, line)),
            Some(None) => (),
            None => return tokens,
        }
    }
}

struct Lexer<'p> {
    rest: Peekable<Chars<'p>>,
    language: Language,
    line: usize,
}

impl Lexer<'_> {
    /// Reads one token, `Some(None)` for what is none, or `None` at the end.
    fn next(&mut self) -> Option<Option<Token>> {
        let first = self.advance()?;
        Some(match (self.language, first) {
            (_, blank) if blank.is_whitespace() => None,
            (Language::Python, '#') => self.skip_line(),
            (Language::TypeScript, '/') if self.rest.peek() == Some(&'/') => self.skip_line(),
            (Language::TypeScript, '/') if self.rest.peek() == Some(&'*') => self.skip_comment(),
            (_, '"' | '\'') | (Language::TypeScript, '`') => Some(self.literal(first, "")),
            (_, letter) if is_of_word(letter) => Some(self.word(letter)),
            (_, sign) => Some(Token::Sign(sign)),
        })
    }

    fn advance(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.line += usize::from(next == Some('\n'));
        next
    }

    fn skip_line(&mut self) -> Option<Token> {
        while self.rest.peek().is_some_and(|&next| next != '\n') {
            self.advance();
        }
        None
    }

    fn skip_comment(&mut self) -> Option<Token> {
        // The asterisk that opens it does not close it.
        self.advance();
        let mut last = ' ';
        while let Some(next) = self.advance() {
            if (last, next) == ('*', '/') {
                break;
            }
            last = next;
        }
        None
    }

    /// A word, or the literal that it is the prefix of.
    fn word(&mut self, first: char) -> Token {
        let mut word = String::from(first);
        while let Some(letter) = self.rest.next_if(|&next| is_of_word(next)) {
            word.push(letter);
        }
        let is_prefix = self.language == Language::Python
            && word.len() <= 2
            && word.chars().all(|letter| "rRbBuUfF".contains(letter));
        match self.rest.peek() {
            Some(&mark @ ('"' | '\'')) if is_prefix => {
                self.advance();
                self.literal(mark, &word.to_lowercase())
            }
            _ => Token::Word(word),
        }
    }

    /// A literal behind its first mark.
    fn literal(&mut self, mark: char, prefix: &str) -> Token {
        let is_long = self.language == Language::Python && self.opens_long(mark);
        let spans_lines = is_long || mark == '`';
        let mut is_fixed = !prefix.contains('f');
        let mut text = String::new();
        while let Some(next) = self.advance() {
            match next {
                '\\' if prefix.contains('r') => {
                    text.push(next);
                    text.extend(self.advance());
                }
                '\\' => self.escape(&mut text),
                '\n' if !spans_lines => break,
                _ if next == mark && (!is_long || self.closes_long(mark)) => break,
                _ => {
                    is_fixed &= !(mark == '`' && next == '$' && self.rest.peek() == Some(&'{'));
                    text.push(next);
                }
            }
        }
        if is_fixed { Token::Text(text) } else { Token::Expression }
    }

    /// Whether two more marks follow the first, which are then gone. An empty
    /// literal has one more.
    fn opens_long(&mut self, mark: char) -> bool {
        let mut ahead = self.rest.clone();
        let is_long = ahead.next() == Some(mark) && ahead.next() == Some(mark);
        if is_long {
            self.rest = ahead;
        }
        is_long
    }

    /// Whether two more marks follow the one just read, which are then gone.
    fn closes_long(&mut self, mark: char) -> bool {
        self.opens_long(mark)
    }

    /// Decodes what a backslash begins.
    fn escape(&mut self, text: &mut String) {
        let Some(letter) = self.advance() else { return };
        match letter {
            '\n' => (),
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            '0' => text.push('\0'),
            'x' => text.extend(self.code_point(2)),
            'u' if self.rest.next_if_eq(&'{').is_some() => {
                text.extend(self.code_point(6));
                _ = self.rest.next_if_eq(&'}');
            }
            'u' => text.extend(self.code_point(4)),
            'U' if self.language == Language::Python => text.extend(self.code_point(8)),
            '\\' | '\'' | '"' | '`' => text.push(letter),
            // Python keeps the backslash of an escape it does not know.
            _ => {
                text.extend((self.language == Language::Python).then_some('\\'));
                text.push(letter);
            }
        }
    }

    /// The character of at most `digits` hexadecimal digits.
    fn code_point(&mut self, digits: usize) -> Option<char> {
        let mut value = 0;
        for _ in 0..digits {
            let Some(digit) = self.rest.next_if(char::is_ascii_hexdigit) else { break };
            value = value * 16 + digit.to_digit(16)?;
        }
        char::from_u32(value)
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether the program goes on with these words and signs, one a string.
pub(crate) fn goes_on(tokens: &[(Token, usize)], spellings: &[&str]) -> bool {
    tokens.len() >= spellings.len()
        && tokens.iter().zip(spellings).all(|((token, _), spelling)| token.is(spelling))
}

/// The text that a program begins with: literals of one behind the other are one
/// (as in Python), and `.trim()` is applied. With it, the tokens behind it.
pub(crate) fn text(mut tokens: &[(Token, usize)]) -> Option<(String, &[(Token, usize)])> {
    let mut joined: Option<String> = None;
    while let [(Token::Text(text), _), rest @ ..] = tokens {
        joined.get_or_insert_default().push_str(text);
        tokens = rest;
    }
    let mut text = joined?;
    const TRIM: &[&str] = &[".", "trim", "(", ")"];
    if goes_on(tokens, TRIM) {
        text = text.trim().to_owned();
        tokens = &tokens[TRIM.len()..];
    }
    Some((text, tokens))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(program: &str, language: Language) -> Vec<Token> {
        tokens(program, language).into_iter().map(|(token, _)| token).collect()
    }

    fn texts(program: &str, language: Language) -> Vec<String> {
        let of_text = |token| match token {
            Token::Text(text) => Some(text),
            _ => None,
        };
        kinds(program, language).into_iter().filter_map(of_text).collect()
    }

    #[test]
    fn words_signs_and_lines() {
        let found = tokens("f(\n1) # f('x')\n== \"a\"", Language::Python);
        let expected = [
            (Token::Word("f".to_owned()), 1),
            (Token::Sign('('), 1),
            (Token::Word("1".to_owned()), 2),
            (Token::Sign(')'), 2),
            (Token::Sign('='), 3),
            (Token::Sign('='), 3),
            (Token::Text("a".to_owned()), 3),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn literals_of_python() {
        let program = r##"'it\'s' "\u4e00\x41\q" r"\d" """a"b
c""" '' '#' "\U0001F600""##;
        let expected = ["it's", "一A\\q", "\\d", "a\"b\nc", "", "#", "😀"];
        assert_eq!(texts(program, Language::Python), expected);
        assert_eq!(kinds("f'{x}'", Language::Python), [Token::Expression]);
    }

    #[test]
    fn literals_of_typescript() {
        let program = "'\\u{4e00}\\q' `a\nb` /* 'no' */ \"//\" // 'no'\n`\\`$ {`";
        assert_eq!(texts(program, Language::TypeScript), ["一q", "a\nb", "//", "`$ {"]);
        assert_eq!(kinds("`${x}`", Language::TypeScript), [Token::Expression]);
    }

    #[test]
    fn a_mark_in_a_regular_expression_spoils_its_line_alone() {
        assert_eq!(texts("/'/.test(x)\n'a'", Language::TypeScript).last().unwrap(), "a");
    }

    #[test]
    fn neighbouring_literals_are_one_text() {
        let found = tokens("'a' 'b'.trim() + 1", Language::Python);
        let (joined, rest) = text(&found).unwrap();
        assert_eq!((joined.as_str(), rest.len()), ("ab", 2));
    }
}
