//! The model as bytes, used in place.
//!
//! ```text
//! magic                 8 bytes
//! characters            2 bytes: how many ambiguous characters there are
//! candidates            2 bytes: how many candidates they have together
//! bucket bits           1 byte, and three that are zero
//! set                   one bit for each code point of U+4E00 to U+9FFF
//! ranks                 2 bytes for each 64 of those: how many are set before
//! starts                2 bytes for each character, and one more: its first candidate
//! candidates            3 bytes each: code unit, and the number of its spelling
//! shared weights        2 bytes each
//! neighbours            4 bytes for each word of a filter, and 4 of another
//! buckets               4 fingerprints of 2 bytes and 4 weights of 1 byte each
//! ```
//!
//! All numbers are little-endian. Candidates that only house styles tell apart are
//! spellings of one: they have the same number, and the model never decides between
//! them. The weight of a clue stands in the bucket that its upper bits name, behind the
//! fingerprint of its lower bits; a clue without one weighs nothing. Weights are
//! sixteenths of a natural logarithm of odds, sums are integers: the same text is
//! decided in the same way on every machine.
//!
//! Most places are settled by a neighbour: 发 before 展 was never anything but OpenCC's
//! choice. The clues of such neighbours are in a filter (Bloom, 1970; three bits in one
//! word), and those of neighbours beside which the choice was disputed in another. These
//! two are asked first, and the weights only of places that they do not settle.

use super::feature::{self, Extent, Opinion, SHARED, Surroundings};

/// What the bytes begin with.
pub(crate) const MAGIC: [u8; 8] = *b"fjctx\x02\r\n";
/// The first code point of the set, and how many there are.
pub(crate) const SET_START: u16 = 0x4E00;
pub(crate) const SET_LENGTH: usize = 0x5200;
/// Entries of a bucket.
pub(crate) const SLOTS: usize = 4;
/// Words of each filter of neighbours, a power of two.
pub(crate) const NEIGHBOUR_WORDS: usize = 1 << 13;
/// The most candidates that a character may have.
pub(crate) const MAXIMUM_CANDIDATES: usize = 8;
/// The margin that another choice than OpenCC's needs where nobody says otherwise.
pub(crate) const DEFAULT_MARGIN: u16 = 11;

const HEADER: usize = 16;

/// The length of a bucket: what is read of it stands together.
const BUCKET: usize = 3 * SLOTS;

/// A view of the bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model<'b> {
    set: &'b [[u8; 8]],
    ranks: &'b [[u8; 2]],
    starts: &'b [[u8; 2]],
    candidates: &'b [[u8; 3]],
    shared: &'b [[u8; 2]],
    neighbours: &'b [[u8; 8]],
    buckets: &'b [[u8; BUCKET]],
    bucket_bits: u32,
}

/// How much speaks for each candidate of a character.
pub(crate) type Scores = [i32; MAXIMUM_CANDIDATES];

/// What the filters know of a neighbour.
struct Neighbour {
    settles: bool,
    objects: bool,
}

/// A character that the model decides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ambiguous<'b> {
    character: u16,
    candidates: &'b [[u8; 3]],
}

impl Ambiguous<'_> {
    /// All spellings: what may stand for the character, and the number of the candidate
    /// that it is a spelling of; the first spelling of each candidate comes first.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = (char, usize)> {
        self.candidates.iter().map(|&[low, high, number]| {
            let unit = u16::from_le_bytes([low, high]);
            (char::from_u32(unit.into()).unwrap_or_default(), usize::from(number))
        })
    }

    /// The candidate that this is a spelling of.
    pub(crate) fn number_of(&self, spelling: char) -> Option<usize> {
        self.spellings().find(|(other, _)| *other == spelling).map(|(_, number)| number)
    }

    /// The first spelling of a candidate.
    pub(crate) fn spelling_of(&self, number: usize) -> Option<char> {
        self.spellings().find(|(_, other)| *other == number).map(|(spelling, _)| spelling)
    }

    /// How many candidates there are.
    pub(crate) fn candidates(&self) -> usize {
        let numbers = self.spellings().map(|(_, number)| number + 1);
        numbers.max().unwrap_or(0).min(MAXIMUM_CANDIDATES)
    }

    /// The likeliest candidate, `choice` where it is one of several, and by how much it is
    /// likelier than that.
    pub(crate) fn best(&self, scores: &Scores, choice: usize) -> (usize, i32) {
        let number = |&number: &usize| (scores[number], number == choice);
        let best = (0..self.candidates()).max_by_key(number).unwrap_or(choice);
        (best, scores[best] - scores[choice])
    }

    /// How likely a candidate is, from 0 to 1, if one of them is right.
    pub(crate) fn likelihood(&self, scores: &Scores, candidate: usize) -> f64 {
        let candidates = scores.iter().take(self.candidates());
        let odds = candidates.map(|score| exponential(score - scores[candidate]));
        1.0 / odds.sum::<f64>().max(1.0)
    }
}

/// What so many sixteenths of a natural logarithm are the logarithm of; one step after the
/// other, so that every machine comes to the same number.
fn exponential(sixteenths: i32) -> f64 {
    const SIXTEENTH: f64 = 1.064_494_458_917_859_5;
    let (mut power, mut product) = (SIXTEENTH, 1.0);
    let mut rest = sixteenths.unsigned_abs();
    while rest > 0 {
        if rest & 1 != 0 {
            product *= power;
        }
        power *= power;
        rest >>= 1;
    }
    if sixteenths < 0 { 1.0 / product } else { product }
}

impl<'b> Model<'b> {
    /// A model that decides nothing.
    pub(crate) const NONE: Model<'static> = Model {
        set: &[],
        ranks: &[],
        starts: &[],
        candidates: &[],
        shared: &[],
        neighbours: &[],
        buckets: &[],
        bucket_bits: 0,
    };

    /// The view of bytes that training made.
    pub(crate) const fn new(bytes: &'b [u8]) -> Option<Model<'b>> {
        let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else { return None };
        let mut position = 0;
        while position < MAGIC.len() {
            if header[position] != MAGIC[position] {
                return None;
            }
            position += 1;
        }
        let characters = u16::from_le_bytes([header[8], header[9]]) as usize;
        let candidates = u16::from_le_bytes([header[10], header[11]]) as usize;
        let bucket_bits = header[12] as u32;
        if bucket_bits > 24 {
            return None;
        }
        let Some((set, rest)) = rest.split_at_checked(SET_LENGTH / 8) else { return None };
        let Some((ranks, rest)) = rest.split_at_checked(SET_LENGTH / 64 * 2) else { return None };
        let Some((starts, rest)) = rest.split_at_checked((characters + 1) * 2) else { return None };
        let Some((candidates, rest)) = rest.split_at_checked(candidates * 3) else { return None };
        let Some((shared, rest)) = rest.split_at_checked(SHARED * 2) else { return None };
        let Some((neighbours, buckets)) = rest.split_at_checked(NEIGHBOUR_WORDS * 8) else {
            return None;
        };
        if buckets.len() != BUCKET << bucket_bits {
            return None;
        }
        Some(Model {
            set: set.as_chunks().0,
            ranks: ranks.as_chunks().0,
            starts: starts.as_chunks().0,
            candidates: candidates.as_chunks().0,
            shared: shared.as_chunks().0,
            neighbours: neighbours.as_chunks().0,
            buckets: buckets.as_chunks().0,
            bucket_bits,
        })
    }

    /// Whether the model decides the character with this code unit.
    #[inline]
    pub(crate) fn is_ambiguous(&self, unit: u16) -> bool {
        let offset = usize::from(unit.wrapping_sub(SET_START));
        let word = self.set.get(offset / 64).copied().map_or(0, u64::from_le_bytes);
        word >> (offset % 64) & 1 != 0
    }

    /// The candidates of the character with this code unit, if the model decides it.
    pub(crate) fn ambiguous(&self, unit: u16) -> Option<Ambiguous<'b>> {
        if !self.is_ambiguous(unit) {
            return None;
        }
        let offset = usize::from(unit - SET_START);
        let below = u64::from_le_bytes(self.set[offset / 64]) & ((1 << (offset % 64)) - 1);
        let rank = usize::from(u16::from_le_bytes(*self.ranks.get(offset / 64)?));
        let number = rank + below.count_ones() as usize;
        let start = |number: usize| Some(u16::from_le_bytes(*self.starts.get(number)?).into());
        let candidates = self.candidates.get(start(number)?..start(number + 1)?)?;
        Some(Ambiguous { character: unit, candidates })
    }

    /// Whether the neighbours of the character settle that OpenCC's choice stands: one
    /// says so, and the other does not object.
    #[inline]
    pub(crate) fn is_settled(&self, character: u16, nearest: [u16; 2]) -> bool {
        // Both are asked, for which of them knows cannot be foretold.
        let [before, behind] = feature::neighbours(character, nearest)
            .map(|clue| self.known_of_neighbour(place_of_neighbour(clue)));
        (before.settles | behind.settles) & !(before.objects | behind.objects)
    }

    #[inline]
    fn known_of_neighbour(&self, (word, bits): (usize, u32)) -> Neighbour {
        let [settled, disputed] = self.neighbours.get(word).map_or([0, 0], |word| {
            let word = u64::from_le_bytes(*word);
            [word as u32, (word >> 32) as u32]
        });
        Neighbour { settles: settled & bits == bits, objects: disputed & bits == bits }
    }

    /// How much speaks for each candidate of a character.
    pub(crate) fn scores(
        &self,
        ambiguous: &Ambiguous<'_>,
        surroundings: &Surroundings,
        opinion: &Opinion,
    ) -> Scores {
        let mut scores = [0; MAXIMUM_CANDIDATES];
        self.for_each_weight(ambiguous, surroundings, opinion, |candidate, weight, _| {
            scores[candidate % MAXIMUM_CANDIDATES] += weight;
        });
        scores
    }

    /// Calls `take` with each weight that counts: which candidate it counts for, and
    /// which characters it is about, or `None` if it is about words.
    pub(crate) fn for_each_weight(
        &self,
        ambiguous: &Ambiguous<'_>,
        surroundings: &Surroundings,
        opinion: &Opinion,
        mut take: impl FnMut(usize, i32, Option<Extent>),
    ) {
        opinion.for_each_shared(|number, candidate| {
            let weight = self.shared.get(number).copied().map_or(0, i16::from_le_bytes);
            take(candidate, weight.into(), None);
        });
        let candidates = ambiguous.candidates();
        feature::for_each_clue(ambiguous.character, surroundings, opinion, |clue, extent| {
            for candidate in 1..candidates {
                let weight = self.weight(feature::clue_for(clue, candidate));
                take(candidate, weight, Some(extent));
            }
        });
    }

    /// The weight of a clue, or 0.
    #[inline]
    fn weight(&self, clue: u32) -> i32 {
        let (bucket, fingerprint) = place(clue, self.bucket_bits);
        let Some((fingerprints, weights)) =
            self.buckets.get(bucket).and_then(|bucket| bucket.split_first_chunk())
        else {
            return 0;
        };
        // The lowest of the fingerprints that differ in nothing: where it is zero, the
        // difference borrows from above it.
        const LOW: u64 = 0x0001_0001_0001_0001;
        let differences = u64::from_le_bytes(*fingerprints) ^ (u64::from(fingerprint) * LOW);
        let zeros = differences.wrapping_sub(LOW) & !differences & (LOW << 15);
        match weights.get((zeros.trailing_zeros() / 16) as usize) {
            Some(&weight) => (weight as i8).into(),
            None => 0,
        }
    }
}

/// The word of the filters for the clue of a neighbour, and its bits there.
#[inline]
pub(crate) const fn place_of_neighbour(clue: u32) -> (usize, u32) {
    let bits = 1 << (clue & 31) | 1 << (clue >> 5 & 31) | 1 << (clue >> 10 & 31);
    ((clue >> (32 - NEIGHBOUR_WORDS.trailing_zeros())) as usize, bits)
}

/// The bucket of a clue, and its fingerprint there.
#[inline]
pub(crate) const fn place(clue: u32, bucket_bits: u32) -> (usize, u16) {
    // One is added so that an empty slot is nobody's fingerprint.
    ((clue as u64 >> (32 - bucket_bits)) as usize, (clue & 0x7FFF) as u16 + 1)
}
