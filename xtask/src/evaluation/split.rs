//! Which lines are for training, which for tuning, and which are kept back.
//!
//! A file whose name ends in `_train` is for training; one in `_dev` or `_test` is held
//! out. Of any other, a line's place follows from its bytes alone: FNV-1a over its UTF-8, 64
//! bits, with the constants that its authors publish (Fowler, Noll, Vo); one line of ten is
//! held out. Half of what is held out is for tuning, by the next digit of the same hash. So
//! no order of files or lines matters, and whoever has the text has the split. What is
//! trained from these texts takes the lines of [`Part::Train`] alone.
//!
//! Lines of one document may fall into different parts, so names that a document
//! repeats are known to what was trained on it. Only a set that was left out of the
//! training altogether says what a converter does with text of another origin.

const OFFSET_BASIS: u64 = 0xCBF2_9CE4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01B3;

/// One of so many lines is held out, of a file that does not say what it is for.
const HELD_OUT: u64 = 10;

/// How names of files end that say what they are for.
const FOR_TRAINING: &str = "_train";
const FOR_MEASURING: [&str; 2] = ["_dev", "_test"];

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Models are trained on it.
    Train,
    /// Models and thresholds are tuned on it.
    Development,
    /// Asked once per release.
    Test,
}

impl Part {
    /// The part that `line`, which has no line end, of a file called `name` belongs to.
    pub(crate) fn of(name: &str, line: &str) -> Part {
        let hash = hash(line.as_bytes());
        let is_held_out = match is_divided(name) {
            true => !name.ends_with(FOR_TRAINING),
            false => hash.is_multiple_of(HELD_OUT),
        };
        match (is_held_out, (hash / HELD_OUT).is_multiple_of(2)) {
            (false, _) => Part::Train,
            (true, true) => Part::Development,
            (true, false) => Part::Test,
        }
    }
}

/// The name of the set that a file called `name` belongs to.
pub(crate) fn set_name(name: &str) -> &str {
    let mut endings = FOR_MEASURING.into_iter().chain([FOR_TRAINING]);
    endings.find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// Whether the file is one part of a set.
fn is_divided(name: &str) -> bool {
    set_name(name) != name
}

/// FNV-1a.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(OFFSET_BASIS, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_that_are_published() {
        assert_eq!(hash(b""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(hash(b"a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(hash(b"foobar"), 0x8594_4171_F739_67E8);
    }

    /// How many of 10,000 lines are in each part.
    fn shares(name: &str) -> [usize; 3] {
        let parts: Vec<Part> =
            (0..10_000).map(|number| Part::of(name, &format!("第{number}行"))).collect();
        [Part::Train, Part::Development, Part::Test]
            .map(|part| parts.iter().filter(|&&it| it == part).count())
    }

    #[test]
    fn parts_have_the_shares_that_are_named() {
        let [train, development, test] = shares("novel");
        assert!((8_800..9_200).contains(&train), "{train}");
        assert!((400..600).contains(&development), "{development}");
        assert!((400..600).contains(&test), "{test}");
    }

    #[test]
    fn names_of_files_say_what_they_are_for() {
        assert_eq!(shares("law_train"), [10_000, 0, 0]);
        let [train, development, _] = shares("law_dev");
        assert_eq!(train, 0);
        assert!((4_800..5_200).contains(&development), "{development}");
        assert_eq!(set_name("law_dev"), "law");
        assert_eq!(set_name("novel"), "novel");
    }
}
