//! pangu's tests of spacing, from a checkout of its repository for Python.
//!
//! No package has them, so the folder is the user's. They are functions with
//! `assert spacing_text("text") == "expected"`.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, ensure};

use super::literals::{Language, Token, goes_on, text, tokens};
use super::suite::{Case, Settings};

/// Where the tests are in the checkout.
const FOLDER: &str = "tests/core";

/// The cases in a checkout, in the order of the files' names.
pub(crate) fn cases(checkout: &Path, settings: &Rc<Settings>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for path in files(&checkout.join(FOLDER), ".py")? {
        let program = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        cases.extend(pairs(&program).into_iter().map(|(line, input, expected)| Case {
            place: format!("{name}:{line}"),
            input,
            expected,
            settings: Rc::clone(settings),
        }));
    }
    Ok(cases)
}

/// The files of a folder whose names end so, by name.
pub(super) fn files(folder: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.to_string_lossy().ends_with(end));
    files.sort();
    ensure!(!files.is_empty(), "{}: no *{end} in it", folder.display());
    Ok(files)
}

/// All pairs of a test file with their lines.
fn pairs(program: &str) -> Vec<(usize, String, String)> {
    let tokens = tokens(program, Language::Python);
    (0..tokens.len()).filter_map(|start| pair(&tokens[start..])).collect()
}

/// The pair that the program goes on with.
fn pair(tokens: &[(Token, usize)]) -> Option<(usize, String, String)> {
    const CALL: &[&str] = &["spacing_text", "("];
    const EQUALS: &[&str] = &[")", "=", "="];
    let line = tokens.first()?.1;
    let (input, rest) = text(tokens.get(CALL.len()..).filter(|_| goes_on(tokens, CALL))?)?;
    // Black writes a comma behind an argument that has a line of its own.
    let rest = rest.strip_prefix(&[(Token::Sign(','), rest.first()?.1)][..]).unwrap_or(rest);
    let (expected, _) = text(rest.get(EQUALS.len()..).filter(|_| goes_on(rest, EQUALS))?)?;
    Some((line, input, expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assertions_are_read_however_they_are_laid_out() {
        let program = r#"
# assert spacing_text("no") == "comment"
assert spacing_text("a") == "b"  # why
assert (
    spacing_text(
        "c"
        "d",
    )
    == "e"
)
assert spacing_text(variable) == variable
"#;
        let expected = [(3, "a", "b"), (5, "cd", "e")];
        let owned = expected.map(|(line, a, b)| (line, a.to_owned(), b.to_owned()));
        assert_eq!(pairs(program), owned);
    }
}
