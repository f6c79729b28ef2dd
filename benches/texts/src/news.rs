//! News as it was written and as NFKC left it: the same lines twice.
//!
//! The project's example is news that was damaged: its full-width marks are
//! ASCII, some of them with a space behind, and `5G` has fallen apart. Each of its
//! clauses is taken as it stands and as it ought to be, and lines are made of
//! clauses in new orders with phrases of the dictionaries between them. So a
//! repair of the damaged lines has a known answer, the clean lines.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::dictionaries::{Dictionaries, project};
use crate::material::EXAMPLE;

/// What stands between clauses, as it was and as it is: commas mostly.
const MARKS: [(&str, &str); 8] = [
    ("，", ","),
    ("，", ","),
    ("，", ","),
    ("，", ","),
    ("，", ","),
    ("。", "。"),
    ("。", "。"),
    ("；", ";"),
];

/// News, Traditional, one paragraph a line.
pub struct News {
    /// As it was written.
    pub clean: String,
    /// As NFKC left it.
    pub damaged: String,
}

/// A clause, without the mark behind it.
struct Clause<'e> {
    clean: String,
    damaged: &'e str,
}

impl News {
    /// At least `length` bytes of clean news, the same each time.
    ///
    /// # Errors
    ///
    /// Fails when the example or the dictionaries cannot be read.
    pub fn generated(length: usize) -> Result<News> {
        let example = fs::read_to_string(project(EXAMPLE)).context(EXAMPLE)?;
        let clauses: Vec<Clause> = example
            .split(['。', ',', ';', '\n'])
            .filter(|clause| !clause.is_empty())
            .map(|damaged| Clause { clean: repaired(damaged), damaged })
            .collect();
        ensure!(!clauses.is_empty(), "{EXAMPLE} has no clauses");
        let dictionaries = Dictionaries::read()?;
        let phrases = dictionaries.table("STPhrases");

        let mut random = fastrand::Rng::with_seed(2);
        let mut news = News { clean: String::new(), damaged: String::new() };
        while news.clean.len() < length {
            let clauses_of_line = random.usize(4..20);
            for number in 0..clauses_of_line {
                let clause = &clauses[random.usize(..clauses.len())];
                // What follows a line's beginning follows no comma.
                let damaged =
                    if number == 0 { clause.damaged.trim_start() } else { clause.damaged };
                news.push(&clause.clean, damaged);
                // Two numbers on either side of a comma might be one.
                let ends_in_han = !clause.clean.ends_with(|end: char| end.is_ascii());
                if !ends_in_han || random.bool() {
                    let phrase = &phrases[random.usize(..phrases.len())].1;
                    news.push(phrase, phrase);
                }
                let (clean, damaged) = match number + 1 == clauses_of_line {
                    true => ("。\n", "。\n"),
                    false => MARKS[random.usize(..MARKS.len())],
                };
                news.push(clean, damaged);
            }
        }
        Ok(news)
    }

    fn push(&mut self, clean: &str, damaged: &str) {
        self.clean.push_str(clean);
        self.damaged.push_str(damaged);
    }
}

/// A clause of the example as it was written. All its ASCII marks are damage, and
/// so are all its spaces.
fn repaired(clause: &str) -> String {
    let mark = |character| match character {
        ' ' => None,
        '(' => Some('（'),
        ')' => Some('）'),
        ':' => Some('：'),
        _ => Some(character),
    };
    clause.chars().filter_map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_and_damaged_news_differ_by_marks_and_spaces_alone() {
        let news = News::generated(100_000).unwrap();
        let flat = |character| match character {
            '，' | '：' | '；' | '（' | '）' => {
                char::from_u32(u32::from(character) - 0xFEE0).unwrap()
            }
            _ => character,
        };
        let flattened: String = news.clean.chars().map(flat).collect();
        assert_eq!(flattened, news.damaged.replace(' ', ""));
        assert!(news.damaged.contains("5 G") && news.damaged.contains(", "));
        assert!(!news.clean.contains([' ', ',', ':', ';', '(', ')']));
    }

    #[test]
    fn news_is_the_same_each_time() {
        let (first, second) = (News::generated(10_000).unwrap(), News::generated(10_000).unwrap());
        assert!(first.clean == second.clean && first.damaged == second.damaged);
    }
}
