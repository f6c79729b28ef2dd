//! zhlint's tests, from a checkout of its repository.
//!
//! No package has them, so the folder is the user's. A case is a literal text, a
//! literal output and the options it is linted with:
//!
//! ```text
//! expect(getOutput('text', options)).toBe('output')
//! expect(lint('text', options)).toEqual({ output: 'output', … })
//! ```
//!
//! Options are an object in the call, a variable of that function, or those that
//! `prepare.ts` has for all files. In some files `getOutput` takes a text alone
//! and the options are always the latter. Each option is mapped to the rules
//! that have its subject; what has no counterpart switches nothing. Tests that
//! zhlint skips are skipped.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result};
use fanjian::{Preset, Rule, Spacing, Switch};

use super::literals::{Language, Token, goes_on, text, tokens};
use super::pangu::files;
use super::suite::{Case, Settings};

/// Where the tests are in the checkout.
const FOLDER: &str = "test";

/// A file's own `getOutput`, which always takes the default options.
const OWN_FUNCTION: &[&str] = &["const", "getOutput", "=", "(", "str", ":", "string", ")"];

/// Options of which each asks for no space beside full-width marks.
const NO_SPACE: [&str; 6] = [
    "noSpaceBeforePauseOrStop",
    "noSpaceAfterFullwidthPauseOrStop",
    "noSpaceOutsideFullwidthQuotation",
    "noSpaceInsideQuotation",
    "noSpaceOutsideFullwidthBracket",
    "noSpaceInsideBracket",
];

/// The cases in a checkout, in the order of the files' names.
pub(crate) fn cases(checkout: &Path) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for path in files(&checkout.join(FOLDER), ".test.ts")? {
        let program = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        cases.extend(Reader::new(&program).cases(&name));
    }
    Ok(cases)
}

type Tokens<'t> = &'t [(Token, usize)];

struct Reader {
    tokens: Vec<(Token, usize)>,
    /// Whether the file's function takes the default options always.
    has_own_function: bool,
}

impl Reader {
    fn new(program: &str) -> Reader {
        let tokens = tokens(program, Language::TypeScript);
        let has_own_function =
            (0..tokens.len()).any(|start| goes_on(&tokens[start..], OWN_FUNCTION));
        Reader { tokens, has_own_function }
    }

    fn cases(&self, name: &str) -> Vec<Case> {
        let skipped = self.skipped();
        let case = |start| {
            if skipped.iter().any(|range| range.contains(&start)) {
                return None;
            }
            let (input, options, expected) = call(&self.tokens[start..])?;
            let settings = Rc::new(self.settings(options, start));
            let place = format!("{name}:{}", self.tokens[start].1);
            Some(Case { place, input, expected, settings })
        };
        (0..self.tokens.len()).filter_map(case).collect()
    }

    /// The tests that zhlint itself does not run: it does not claim them.
    fn skipped(&self) -> Vec<Range<usize>> {
        const SKIPPED: [&[&str]; 2] = [&["test", ".", "skip", "("], &["test", ".", "todo", "("]];
        let range = |start| {
            let head = SKIPPED.iter().find(|head| goes_on(&self.tokens[start..], head))?;
            let inside = start + head.len();
            Some(start..inside + closing(&self.tokens[inside..])?)
        };
        (0..self.tokens.len()).filter_map(range).collect()
    }

    /// The settings for the options given in a call that begins at `start`.
    fn settings(&self, options: Tokens, start: usize) -> Settings {
        match options {
            [] if self.has_own_function => default_settings(),
            [] => mapped(&[]),
            [(Token::Word(name), _)] => match self.variable(name, start) {
                Some(object) => mapped(object),
                None => default_settings(),
            },
            object => mapped(object),
        }
    }

    /// What the nearest variable of this name before `start` is, unless its block
    /// has ended.
    fn variable(&self, name: &str, start: usize) -> Option<Tokens<'_>> {
        // How many blocks that have ended the position is in: what they declare
        // is not seen. A brace that opens none of them opens one around the call.
        let mut depth = 0_usize;
        for position in (0..start).rev() {
            match &self.tokens[position].0 {
                Token::Sign('}') => depth += 1,
                Token::Sign('{') => depth = depth.saturating_sub(1),
                _ if depth == 0 && goes_on(&self.tokens[position..], &["const", name]) => {
                    return Some(statement(&self.tokens[position..]));
                }
                _ => (),
            }
        }
        None
    }
}

/// The text, the options and the output of a case that the program goes on with.
fn call(tokens: Tokens) -> Option<(String, Tokens, String)> {
    const CALLS: [&[&str]; 2] = [&["expect", "(", "getOutput", "("], &["expect", "(", "lint", "("]];
    const OUTPUTS: [&[&str]; 3] = [
        &[")", ".", "toBe", "("],
        &[")", ".", "toEqual", "("],
        &[")", ".", "toEqual", "(", "{", "output", ":"],
    ];
    let head = CALLS.iter().find(|call| goes_on(tokens, call))?;
    let (input, rest) = text(&tokens[head.len()..])?;
    let (options, rest) = rest.split_at(closing(rest)?);
    // Behind the bracket that closes the call, and a comma where there is one.
    let rest = without_commas(rest.get(1..)?);
    let output = |head: &&[&str]| text(rest.get(head.len()..).filter(|_| goes_on(rest, head))?);
    let (expected, _) = OUTPUTS.iter().find_map(output)?;
    Some((input, without_commas(options), expected))
}

/// Where the bracket is closed inside of which the tokens begin.
fn closing(tokens: Tokens) -> Option<usize> {
    let mut depth = 0;
    tokens.iter().position(|(token, _)| {
        match token {
            Token::Sign('(' | '{' | '[') => depth += 1,
            Token::Sign(')' | '}' | ']') => depth -= 1,
            _ => (),
        }
        depth < 0
    })
}

fn without_commas(tokens: Tokens) -> Tokens {
    let is_comma = |token: Option<&(Token, usize)>| token.is_some_and(|(token, _)| token.is(","));
    let tokens = if is_comma(tokens.first()) { &tokens[1..] } else { tokens };
    if is_comma(tokens.last()) { &tokens[..tokens.len() - 1] } else { tokens }
}

/// A declaration up to the end of its object, or of its line where it has none.
fn statement(tokens: Tokens) -> Tokens {
    let equals = tokens.iter().position(|(token, _)| token.is("=")).unwrap_or(0);
    let value = &tokens[equals + 1..];
    let length = match value.first() {
        Some((Token::Sign('{'), _)) => closing(&value[1..]).map_or(value.len(), |end| end + 1),
        first => value.iter().take_while(|token| first.is_some_and(|it| it.1 == token.1)).count(),
    };
    &value[..length]
}

/// zhlint's default options: Simplified marks, spaces between Chinese and Latin,
/// and half-width brackets, which is why the rule of brackets is off.
fn default_settings() -> Settings {
    Settings::new(Preset::Mainland, Spacing::Insert).with(Rule::Brackets, Switch::Off)
}

/// The settings for an object of options; rules that none of them asks for are
/// off.
fn mapped(object: Tokens) -> Settings {
    let value = |name: &str| {
        let position = object.iter().position(|(token, _)| token.is(name))?;
        object.get(position + 2).map(|(token, _)| token)
    };
    let is = |name: &str, spelling: &str| value(name).is_some_and(|token| token.is(spelling));
    let text = |name: &str| match value(name) {
        Some(Token::Text(text)) => text.as_str(),
        _ => "",
    };

    let unified = value("unifiedPunctuation");
    let preset = match text("unifiedPunctuation") {
        "traditional" => Preset::Taiwan,
        _ => Preset::Mainland,
    };
    let mut settings = Settings::no_rule(preset);
    let mut switch_on = |is_on: bool, rules: &[Rule]| {
        settings.switches.extend(rules.iter().filter(|_| is_on).map(|&rule| (rule, Switch::On)));
    };
    let marks = text("fullwidthPunctuation");
    switch_on(marks.contains('，'), &[Rule::Marks]);
    switch_on(marks.contains('：'), &[Rule::Colon]);
    switch_on(marks.contains('。'), &[Rule::FullStop]);
    switch_on(marks.contains('（'), &[Rule::Brackets]);
    switch_on(marks.contains('“'), &[Rule::StraightQuotes]);
    switch_on(unified.is_some(), &[Rule::Interpunct]);
    switch_on(matches!(unified, Some(Token::Text(_))), &[Rule::QuotationMarks]);
    switch_on(NO_SPACE.iter().any(|name| is(name, "true")), &[Rule::SpaceBesideMarks]);
    switch_on(is("noSpaceBetweenFullwidthContent", "true"), &[Rule::SpaceBetweenHan]);
    switch_on(value("spaceBetweenMixedwidthContent").is_some(), &[Rule::SpaceBesideLatin]);
    settings.spacing = match value("spaceBetweenMixedwidthContent") {
        Some(token) if token.is("true") => Spacing::Insert,
        Some(_) => Spacing::Strip,
        None => Spacing::Keep,
    };
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = r"
import { options } from './prepare.js'
test('a', () => {
  const options: Options = { rules: { fullwidthPunctuation: `，` } }
  expect(getOutput('a', options)).toBe('b')
})
test('b', () => {
  expect(
    getOutput('c', options),
  ).toEqual('d')
  expect(lint(`e`, { rules: { spaceBetweenMixedwidthContent: true } })).toEqual({
    output: 'f',
    warnings: []
  })
  expect(getOutput('g')).toBe('h')
  expect(getOutput(text, options)).toBe(text)
})
test.skip('c', () => { expect(getOutput('i')).toBe('j') })
";

    fn switched_on(settings: &Settings) -> Vec<Rule> {
        let on = settings.switches.iter().filter(|(_, switch)| *switch == Switch::On);
        on.map(|&(rule, _)| rule).collect()
    }

    #[test]
    fn cases_are_read_with_their_options() {
        let cases = Reader::new(PROGRAM).cases("x");
        let read: Vec<_> =
            cases.iter().map(|case| (&*case.place, &*case.input, &*case.expected)).collect();
        assert_eq!(
            read,
            [("x:5", "a", "b"), ("x:8", "c", "d"), ("x:11", "e", "f"), ("x:15", "g", "h")]
        );

        assert_eq!(switched_on(&cases[0].settings), [Rule::Marks]);
        assert_eq!(*cases[1].settings, default_settings());
        assert_eq!(switched_on(&cases[2].settings), [Rule::SpaceBesideLatin]);
        assert_eq!(cases[2].settings.spacing, Spacing::Insert);
        assert_eq!(*cases[3].settings, Settings::no_rule(Preset::Mainland));
    }

    #[test]
    fn a_function_of_the_file_has_the_default_options() {
        let program = "const getOutput = (str: string) => run(str, options).result\n\
            expect(getOutput('a')).toBe('b')";
        assert_eq!(*Reader::new(program).cases("x")[0].settings, default_settings());
    }
}
