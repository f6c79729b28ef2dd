//! autocorrect's unit tests, which its crate brings along.
//!
//! The tests of its formatter and of its rules of width are tables `map!["text"
//! => "expected", …]`, and some `assert_eq!("expected", function("text"))`. The
//! tests of its parsers of file formats have another subject and are not read.

use std::collections::HashMap;
use std::fs;
use std::rc::Rc;

use anyhow::{Context, Result};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprLit, Lit, LitStr, Local, Macro, Pat, Token};

use super::suite::{Case, Settings};
use crate::packages::Package;
use fanjian::{Preset, Spacing};

/// The files, and whether what is tested in them writes spaces.
pub(crate) const FILES: [(&str, Spacing); 3] = [
    ("src/format.rs", Spacing::Insert),
    ("src/rule/fullwidth.rs", Spacing::Keep),
    ("src/rule/halfwidth.rs", Spacing::Keep),
];

/// The functions whose outputs are expected to be such.
const FUNCTIONS: [&str; 3] = ["format", "format_word", "format_punctuation"];

/// The cases of the unpacked crate, by the setting of spaces that they need.
pub(crate) fn cases(package: &Package) -> Result<Vec<(Spacing, Vec<Case>)>> {
    let read = |&(name, spacing): &(&str, Spacing)| {
        let path = package.folder.join(name);
        let source = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let pairs = pairs(&source).with_context(|| path.display().to_string())?;
        let settings = Rc::new(Settings::new(Preset::Repair, spacing));
        let case = |Pair { line, input, expected }| Case {
            place: format!("{name}:{line}"),
            input,
            expected,
            settings: Rc::clone(&settings),
        };
        Ok((spacing, pairs.into_iter().map(case).collect()))
    };
    FILES.iter().map(read).collect()
}

struct Pair {
    line: usize,
    input: String,
    expected: String,
}

/// All pairs of a Rust file.
fn pairs(source: &str) -> Result<Vec<Pair>> {
    let mut reader = Reader::default();
    reader.visit_file(&syn::parse_file(source)?);
    match reader.error {
        Some(error) => Err(error.into()),
        None => Ok(reader.pairs),
    }
}

/// Walks a file and keeps what it asserts.
#[derive(Default)]
struct Reader {
    /// The literals that variables of the function being read have.
    variables: HashMap<String, String>,
    pairs: Vec<Pair>,
    error: Option<syn::Error>,
}

impl<'s> Visit<'s> for Reader {
    fn visit_item_fn(&mut self, function: &'s syn::ItemFn) {
        self.variables.clear();
        visit::visit_item_fn(self, function);
    }

    fn visit_local(&mut self, local: &'s Local) {
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init)
            && let Some(text) = self.literal(&init.expr)
        {
            self.variables.insert(name.ident.to_string(), text);
        }
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, called: &'s Macro) {
        if called.path.is_ident("map") {
            self.read_table(called);
        } else if called.path.is_ident("assert_eq") {
            self.read_assertion(called);
        }
    }
}

impl Reader {
    fn read_table(&mut self, table: &Macro) {
        match table.parse_body_with(Punctuated::<Entry, Token![,]>::parse_terminated) {
            Ok(entries) => self.pairs.extend(entries.into_iter().map(|entry| Pair {
                line: entry.input.span().start().line,
                input: entry.input.value(),
                expected: entry.expected.value(),
            })),
            Err(error) => self.error = Some(error),
        }
    }

    /// Reads an assertion where one side is a literal and the other a call of one
    /// of the functions; others assert something else.
    fn read_assertion(&mut self, assertion: &Macro) {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(arguments) = arguments.parse2(assertion.tokens.clone()) else { return };
        let sides: Vec<&Expr> = arguments.iter().take(2).collect();
        let [first, second] = sides[..] else { return };
        for (expected, call) in [(first, second), (second, first)] {
            if let (Some(expected), Some(input)) = (self.literal(expected), self.argument(call)) {
                let line = assertion.path.segments[0].ident.span().start().line;
                self.pairs.push(Pair { line, input, expected });
                return;
            }
        }
    }

    /// The text that one of the functions is called with.
    fn argument(&self, expression: &Expr) -> Option<String> {
        let Expr::Call(ExprCall { func, args, .. }) = expression else { return None };
        let Expr::Path(path) = &**func else { return None };
        let is_known = FUNCTIONS.iter().any(|name| path.path.is_ident(name));
        self.literal(args.first().filter(|_| is_known && args.len() == 1)?)
    }

    /// The text of a literal, or of a variable that has one.
    fn literal(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            Expr::Path(path) => self.variables.get(&path.path.get_ident()?.to_string()).cloned(),
            _ => None,
        }
    }
}

/// `"text" => "expected"`.
struct Entry {
    input: LitStr,
    expected: LitStr,
}

impl Parse for Entry {
    fn parse(input: ParseStream) -> syn::Result<Entry> {
        let text = input.parse()?;
        input.parse::<Token![=>]>()?;
        Ok(Entry { input: text, expected: input.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_assertions_are_read() {
        let source = r##"
            fn one() {
                let table = map!["a" => r#"b"c"#, "d" => "e",];
                let known = "f";
                assert_eq!("g", format(known));
                assert_eq!(format_word("h"), "i");
                assert_eq!(1, other.len());
            }
            fn two() { assert_eq!("j", format(known)); }
        "##;
        let read: Vec<_> = pairs(source)
            .unwrap()
            .into_iter()
            .map(|pair| (pair.line, pair.input, pair.expected))
            .collect();
        let expected = [(3, "a", "b\"c"), (3, "d", "e"), (5, "f", "g"), (6, "h", "i")];
        assert_eq!(read, expected.map(|(line, a, b)| (line, a.to_owned(), b.to_owned())));
    }
}
