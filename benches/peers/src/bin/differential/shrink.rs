//! The shortest text that still shows a difference.

/// Removes characters from `text` while `differs` holds: half of them at once,
/// then less and less, until no single one can go.
pub(crate) fn shrink(text: &str, mut differs: impl FnMut(&str) -> bool) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let mut length = characters.len().div_ceil(2);
    while length > 0 {
        let mut removed = false;
        let mut start = 0;
        while start < characters.len() {
            let end = (start + length).min(characters.len());
            let shorter = [&characters[..start], &characters[end..]].concat();
            if differs(&shorter.iter().collect::<String>()) {
                characters = shorter;
                removed = true;
            } else {
                start = end;
            }
        }
        // What could not go before may go now that others are gone.
        if !removed {
            length /= 2;
        }
    }
    characters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_stays() {
        let differs = |text: &str| text.contains('頭') && text.ends_with("髮");
        assert_eq!(shrink("我的頭和他的頭上沒有髮", differs), "頭髮");
        assert_eq!(shrink("髮", |_| true), "");
    }
}
