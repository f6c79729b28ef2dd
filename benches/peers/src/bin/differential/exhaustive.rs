//! Texts that leave nothing out: every code point, and every key and candidate
//! of every dictionary, whether or not the configuration uses it.

use texts::Dictionaries;

/// Code points that are converted at once.
const BLOCK: u32 = 1024;

/// All such texts.
pub(crate) fn texts(dictionaries: &Dictionaries) -> impl Iterator<Item = String> {
    let entries = dictionaries.entries();
    let words = entries.flat_map(|(key, candidate)| [key.clone(), candidate.clone()]);
    code_points().chain(words)
}

/// Every code point but NUL, at which OpenCC ends. Spaces between them keep
/// neighbours from being a phrase.
fn code_points() -> impl Iterator<Item = String> {
    let starts = (0..=u32::from(char::MAX)).step_by(BLOCK as usize);
    starts.map(|start| {
        let numbers = (start..start + BLOCK).filter(|&number| number != 0);
        numbers.filter_map(char::from_u32).flat_map(|character| [character, ' ']).collect()
    })
}
