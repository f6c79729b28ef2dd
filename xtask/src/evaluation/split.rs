//! Which lines are for training, which for tuning, and which are kept back.
//!
//! A line's place follows from its bytes alone: FNV-1a over its UTF-8, 64 bits, with
//! the constants that its authors publish (Fowler, Noll, Vo), modulo 100. So a line
//! that stands in two files is in one part, no order of files or lines matters, and
//! whoever has the text has the split. What is trained from these texts takes the
//! lines of [`Part::Train`] alone.
//!
//! Lines of one document may fall into different parts, so names that a document
//! repeats are known to what was trained on it. Only a set that was left out of the
//! training altogether says what a converter does with text of another origin.

const OFFSET_BASIS: u64 = 0xCBF2_9CE4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01B3;

/// Of a hundred lines, those before this one are for training …
const TRAIN: u64 = 80;
/// … and those from there to this one for tuning.
const DEVELOPMENT: u64 = 90;

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Models are trained on it.
    Train,
    /// Models and thresholds are tuned on it: 10 of 100 lines.
    Development,
    /// Asked once per release: 10 of 100 lines.
    Test,
}

impl Part {
    /// The part that `line` belongs to, which has no line end.
    pub(crate) fn of(line: &str) -> Part {
        match hash(line.as_bytes()) % 100 {
            0..TRAIN => Part::Train,
            TRAIN..DEVELOPMENT => Part::Development,
            _ => Part::Test,
        }
    }
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

    #[test]
    fn parts_have_the_shares_that_are_named() {
        let parts: Vec<Part> =
            (0..10_000).map(|number| Part::of(&format!("第{number}行"))).collect();
        let share = |part| parts.iter().filter(|&&it| it == part).count();
        assert!((7_800..8_200).contains(&share(Part::Train)), "{}", share(Part::Train));
        assert!((850..1_150).contains(&share(Part::Development)));
        assert!((850..1_150).contains(&share(Part::Test)));
    }
}
