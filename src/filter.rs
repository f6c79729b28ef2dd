//! Sets of characters that stand together, as bits.
//!
//! A filter may say yes by chance and never says no by chance: a Bloom filter of
//! two bits that are both in one word, so that asking reads one word. It holds
//! hashes of two or three code points, and knows nothing of what they mean.

/// In place of a code point: whatever stands there. No character has it.
pub(crate) const ANY: u32 = 0x1F_FFFF;

/// The hash of two code points, or of three.
///
/// Code points have 21 bits, so that three of them fill a number; multiplying
/// twice by odd numbers (those of MurmurHash3's last step) lets each bit of them
/// count in the upper half, which is all that a filter uses.
#[inline]
pub(crate) const fn hash(first: u32, second: u32, third: u32) -> u64 {
    let together = first as u64 | (second as u64) << 21 | (third as u64) << 42;
    let mixed = together.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    (mixed ^ mixed >> 32).wrapping_mul(0xC4CE_B9FE_1A85_EC53)
}

/// A set of hashes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter<'b> {
    words: &'b [[u8; 4]],
}

impl<'b> Filter<'b> {
    /// The filter of nothing.
    pub(crate) const EMPTY: Filter<'static> = Filter { words: &[[0; 4]] };

    /// The filter in these words; without any, the filter of nothing.
    pub(crate) const fn new(words: &'b [[u8; 4]]) -> Filter<'b> {
        match words.is_empty() {
            true => Filter::EMPTY,
            false => Filter { words },
        }
    }

    /// Whether `hash` may be in the set.
    #[inline]
    pub(crate) fn may_contain(&self, hash: u64) -> bool {
        let word = u32::from_le_bytes(self.words[place(hash, self.words.len())]);
        let [one, other] = bits(hash);
        (word >> one) & (word >> other) & 1 == 1
    }
}

/// The words of a filter of `hashes`, with so many bits for each.
pub(crate) fn words(
    hashes: impl ExactSizeIterator<Item = u64>,
    bits_per_hash: usize,
) -> alloc::vec::Vec<u32> {
    let mut words = alloc::vec![0; (hashes.len() * bits_per_hash).div_ceil(32).max(1)];
    let length = words.len();
    for hash in hashes {
        let [one, other] = bits(hash);
        words[place(hash, length)] |= 1_u32 << one | 1 << other;
    }
    words
}

/// The number of the word of a hash, from its upper half.
#[inline]
fn place(hash: u64, length: usize) -> usize {
    ((hash >> 32) * length as u64 >> 32) as usize
}

/// The two bits that stand for a hash, from the lowest bits of its upper half,
/// which hardly count for its place.
#[inline]
fn bits(hash: u64) -> [u32; 2] {
    [(hash >> 32) as u32 & 31, (hash >> 37) as u32 & 31]
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn filter_of(hashes: &[u64], bits_per_hash: usize) -> Vec<[u8; 4]> {
        words(hashes.iter().copied(), bits_per_hash).into_iter().map(u32::to_le_bytes).collect()
    }

    #[test]
    fn a_filter_never_says_no_by_chance_and_seldom_yes() {
        let inside: Vec<u64> = (0..5000).map(|n| hash(0x4E00 + n, 0x5000 + n * 7, n % 3)).collect();
        let words = filter_of(&inside, 16);
        let filter = Filter::new(&words);
        assert!(inside.iter().all(|&hash| filter.may_contain(hash)));
        let outside = (0..100_000).map(|n| hash(0x4E00 + n % 5000, 0x9000 + n / 5000, 0));
        let by_chance = outside.filter(|&hash| filter.may_contain(hash)).count();
        assert!(by_chance < 3000, "{by_chance} of 100,000");
    }

    #[test]
    fn no_words_are_the_filter_of_nothing() {
        let filter = Filter::new(&[]);
        assert!((0..1000).all(|n| !filter.may_contain(hash(n, n, n))));
        assert_eq!(filter_of(&[], 16), [[0; 4]]);
    }
}
