//! Sets of characters that stand together, as bits.
//!
//! They may say yes by chance and never say no by chance: Bloom filters of three or
//! four bits that are all in one word, so that asking reads one word. [`Pairs`] are of
//! two code points, [`Triples`] of two or three code units. Nothing here knows what
//! they mean.

use alloc::vec;
use alloc::vec::Vec;

/// In place of a code point: whatever stands there. No character has it.
pub(crate) const ANY: u32 = 0x1F_FFFF;

/// The hash of two code points, each of 21 bits. Multiplying twice by odd numbers
/// (those of the last step of `MurmurHash3`) lets each bit of them count in all but the
/// lowest byte, which is not used.
#[inline]
pub(crate) const fn hash(first: u32, second: u32) -> u64 {
    let together = first as u64 | (second as u64) << 32;
    let mixed = together.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    (mixed ^ mixed >> 32).wrapping_mul(0xC4CE_B9FE_1A85_EC53)
}

/// The number of the word of a hash among so many.
#[inline(always)]
fn place(hash: u64, length: usize) -> usize {
    (((hash >> 32) * length as u64) >> 32) as usize
}

/// A set of pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairs<'b> {
    words: &'b [[u8; 8]],
}

impl<'b> Pairs<'b> {
    /// How many bits a pair has where there are many.
    pub(crate) const SPARING: usize = 8;
    /// And where there are few: of a hundred that are not in the set, not one is affirmed.
    pub(crate) const GENEROUS: usize = 16;

    /// The set in these words; without any, the empty one.
    pub(crate) const fn new(words: &'b [[u8; 8]]) -> Pairs<'b> {
        match words.is_empty() {
            true => Pairs { words: &[[0; 8]] },
            false => Pairs { words },
        }
    }

    /// The words of the set of these pairs, of which each has so many bits.
    pub(crate) fn words(pairs: &[(u32, u32)], bits_each: usize) -> Vec<u64> {
        let mut words = vec![0; (pairs.len() * bits_each).div_ceil(64).max(1)];
        let length = words.len();
        for &(first, second) in pairs {
            let hash = hash(first, second);
            words[place(hash, length)] |= Self::bits(hash);
        }
        words
    }

    /// Whether the pair may be in the set.
    #[inline]
    pub(crate) fn may_contain(&self, first: u32, second: u32) -> bool {
        let hash = hash(first, second);
        let word = u64::from_le_bytes(self.words[place(hash, self.words.len())]);
        let bits = Self::bits(hash);
        word & bits == bits
    }

    /// The bits that stand for a hash, four at the most.
    #[inline]
    fn bits(hash: u64) -> u64 {
        let bit = |shift: u32| 1 << (hash >> shift & 63);
        bit(8) | bit(14) | bit(20) | bit(26)
    }
}

/// A set of triples, and of pairs as triples whose third unit is 0. All that begin
/// with the same two units are in one word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Triples<'b> {
    words: &'b [[u8; 8]],
}

impl<'b> Triples<'b> {
    /// How many bits a triple has where the set is part of the program.
    pub(crate) const SPARING: usize = 20;
    /// And where it has room: fewer say yes by chance.
    pub(crate) const GENEROUS: usize = 40;

    /// The set in these words; without any, the empty one.
    pub(crate) const fn new(words: &'b [[u8; 8]]) -> Triples<'b> {
        match words.is_empty() {
            true => Triples { words: &[[0; 8]] },
            false => Triples { words },
        }
    }

    /// The words of the set of these triples, of which each has so many bits.
    pub(crate) fn words(triples: &[[u16; 3]], bits_each: usize) -> Vec<u64> {
        let mut words = vec![0; (triples.len() * bits_each).div_ceil(64).max(1)];
        let length = words.len();
        for &[first, second, third] in triples {
            let pair = Self::pair(first, second);
            words[place(Self::hash(pair), length)] |= Self::bits(pair, third);
        }
        words
    }

    /// Whether the triple may be in the set, or its first two units as a pair.
    #[inline]
    pub(crate) fn may_begin(&self, first: u16, second: u16, third: u16) -> bool {
        let pair = Self::pair(first, second);
        let place = place(Self::hash(pair), self.words.len());
        self.may_have(place, [third, 0].map(|third| Self::bits(pair, third)))
    }

    /// Tells `answer` of each of these triples, given in three lists, whether
    /// [`Triples::may_begin`] says yes.
    ///
    /// Without a branch, for it is asked where nothing can be foretold; and what can
    /// be reckoned before a word is read is reckoned for many triples at a time, with
    /// the vectors of whoever calls.
    #[inline(always)]
    pub(crate) fn ask(&self, triples: [&[u16]; 3], mut answer: impl FnMut(bool)) {
        const AT_A_TIME: usize = 32;
        let length = self.words.len();
        let [firsts, seconds, thirds] = triples.map(|units| units.chunks(AT_A_TIME));
        for ((firsts, seconds), thirds) in firsts.zip(seconds).zip(thirds) {
            let mut places = [0; AT_A_TIME];
            let mut of_triples = [0; AT_A_TIME];
            let mut of_pairs = [0; AT_A_TIME];
            let asked = firsts.iter().zip(seconds).zip(thirds);
            let noted = places.iter_mut().zip(&mut of_triples).zip(&mut of_pairs);
            for (((&first, &second), &third), ((at, of_triple), of_pair)) in asked.zip(noted) {
                let pair = Self::pair(first, second);
                *at = place(Self::hash(pair), length) as u32;
                *of_triple = Self::bits(pair, third);
                *of_pair = Self::bits(pair, 0);
            }
            let noted = places.iter().zip(&of_triples).zip(&of_pairs);
            for ((&place, &of_triple), &of_pair) in noted.take(firsts.len()) {
                answer(self.may_have(place as usize, [of_triple, of_pair]));
            }
        }
    }

    /// Whether the word at this place has the bits of a triple or those of its pair.
    #[inline(always)]
    fn may_have(&self, place: usize, [of_triple, of_pair]: [u64; 2]) -> bool {
        let word = u64::from_le_bytes(self.words[place]);
        (word & of_triple == of_triple) | (word & of_pair == of_pair)
    }

    /// Two units as one number.
    #[inline(always)]
    const fn pair(first: u16, second: u16) -> u32 {
        first as u32 | (second as u32) << 16
    }

    /// The hash of a pair, of whose upper bits its place is made.
    #[inline(always)]
    const fn hash(pair: u32) -> u64 {
        (pair.wrapping_mul(Self::OF_PLACE) as u64) << 32
    }

    /// The bits that stand for a triple, three at the most.
    #[inline(always)]
    const fn bits(pair: u32, third: u16) -> u64 {
        let together = pair.wrapping_add((third as u32).wrapping_mul(Self::OF_THIRD));
        let hash = together.wrapping_mul(Self::OF_BITS);
        let [one, two, three] = Self::NUMBERS_OF_BITS;
        1 << (hash >> one & 63) | 1 << (hash >> two & 63) | 1 << (hash >> three & 63)
    }

    /// What pairs are multiplied by to know their place. This and the following are for
    /// those who ask what `may_begin` says by vectors of their own.
    pub(crate) const OF_PLACE: u32 = 0x9E37_79B1;
    /// What third units are multiplied by before they are added to the pair.
    pub(crate) const OF_THIRD: u32 = 0x85EB_CA6B;
    /// What that is multiplied by to know the bits.
    pub(crate) const OF_BITS: u32 = 0xC2B2_AE35;
    /// Where the numbers of the bits, of six bits each, begin in the product.
    pub(crate) const NUMBERS_OF_BITS: [u8; 3] = [26, 20, 14];

    /// All words, one at least.
    #[cfg(all(target_arch = "x86_64", not(fanjian_vectors = "none")))]
    #[inline(always)]
    pub(crate) const fn all_words(&self) -> &'b [[u8; 8]] {
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_never_denied_by_chance_and_seldom_affirmed() {
        let inside: Vec<(u32, u32)> = (0..5000).map(|n| (0x4E00 + n, 0x5000 + n * 7)).collect();
        let words: Vec<[u8; 8]> =
            Pairs::words(&inside, Pairs::SPARING).into_iter().map(u64::to_le_bytes).collect();
        let pairs = Pairs::new(&words);
        assert!(inside.iter().all(|&(first, second)| pairs.may_contain(first, second)));
        let outside =
            (0..100_000).filter(|n| pairs.may_contain(0x4E00 + n % 5000, 0x9000 + n / 5000));
        let by_chance = outside.count();
        assert!(by_chance < 4_000, "{by_chance} of 100,000");
    }

    #[test]
    fn triples_are_never_denied_by_chance_and_seldom_affirmed() {
        let inside: Vec<[u16; 3]> =
            (0..5000).map(|n| [0x4E00 + n, 0x5000 + n * 3, n % 5 * n]).collect();
        let words: Vec<[u8; 8]> =
            Triples::words(&inside, Triples::SPARING).into_iter().map(u64::to_le_bytes).collect();
        let triples = Triples::new(&words);
        assert!(
            inside.iter().all(|&[first, second, third]| triples.may_begin(first, second, third))
        );
        // A pair that is in the set goes on in any way.
        assert!(triples.may_begin(0x4E00, 0x5000, 0x7777));
        let outside =
            (0..60_000).filter(|&n| triples.may_begin(0x4E00 + n % 5000, 0x9000 + n / 5, n));
        let by_chance = outside.count();
        assert!(by_chance < 6_000, "{by_chance} of 60,000");
    }

    #[test]
    fn no_words_are_the_empty_set() {
        assert!((0..1000).all(|n| !Pairs::new(&[]).may_contain(n, n)));
        assert!((0..1000).all(|n| !Triples::new(&[]).may_begin(n, n, n)));
    }
}
