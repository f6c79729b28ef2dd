//! What was learned, as the bytes that `src/context/model.rs` describes.

use super::examples::Characters;
use super::learner::Learned;
use super::model::{
    MAGIC, NEIGHBOUR_WORDS, SET_LENGTH, SET_START, SLOTS, place, place_of_neighbour,
};
use super::neighbours::Neighbours;

/// Weights for each unit of the logarithm of odds.
const SCALE: f32 = 16.0;

/// The bytes of a model.
pub(super) fn encode(
    characters: &Characters,
    learned: &Learned,
    neighbours: &Neighbours,
) -> Vec<u8> {
    let weights: Vec<(u32, i8)> = learned
        .weights
        .iter()
        .map(|(&clue, &weight)| (clue, quantized(weight).clamp(-127, 127) as i8))
        .filter(|&(_, weight)| weight != 0)
        .collect();
    let bucket_bits = bucket_bits(weights.len());
    let mut bytes = MAGIC.to_vec();
    append_characters(characters, bucket_bits, &mut bytes);
    for weight in learned.shared {
        bytes.extend((quantized(weight) as i16).to_le_bytes());
    }
    append_neighbours(neighbours, &mut bytes);
    append_buckets(weights, bucket_bits, &mut bytes);
    bytes
}

fn quantized(weight: f32) -> i32 {
    libm::roundf(weight * SCALE) as i32
}

/// So many that a bucket has two weights at the most, on average.
fn bucket_bits(weights: usize) -> u32 {
    weights.div_ceil(2).next_power_of_two().trailing_zeros()
}

fn append_characters(characters: &Characters, bucket_bits: u32, bytes: &mut Vec<u8>) {
    let spellings = &characters.spellings;
    let candidates: usize = spellings.values().map(Vec::len).sum();
    bytes.extend((spellings.len() as u16).to_le_bytes());
    bytes.extend((candidates as u16).to_le_bytes());
    bytes.extend([bucket_bits as u8, 0, 0, 0]);
    let mut set = vec![0u64; SET_LENGTH / 64];
    for character in spellings.keys() {
        let offset = usize::from(character - SET_START);
        set[offset / 64] |= 1 << (offset % 64);
    }
    bytes.extend(set.iter().flat_map(|word| word.to_le_bytes()));
    let mut rank = 0u16;
    for word in &set {
        bytes.extend(rank.to_le_bytes());
        rank += word.count_ones() as u16;
    }
    let mut start = 0u16;
    bytes.extend(start.to_le_bytes());
    for spellings in spellings.values() {
        start += spellings.len() as u16;
        bytes.extend(start.to_le_bytes());
    }
    for (spelling, number) in spellings.values().flatten() {
        bytes.extend(spelling.to_le_bytes());
        bytes.push(*number);
    }
}

fn append_neighbours(neighbours: &Neighbours, bytes: &mut Vec<u8>) {
    let mut words = vec![[0; 2]; NEIGHBOUR_WORDS];
    for (filter, clues) in [&neighbours.settling, &neighbours.objecting].into_iter().enumerate() {
        for &clue in clues {
            let (word, bits) = place_of_neighbour(clue);
            words[word][filter] |= bits;
        }
    }
    bytes.extend(words.iter().flatten().flat_map(|word: &u32| word.to_le_bytes()));
}

/// Puts weights into buckets, the heaviest ones first; where a bucket is full, the
/// others are forgotten.
fn append_buckets(mut weights: Vec<(u32, i8)>, bucket_bits: u32, bytes: &mut Vec<u8>) {
    weights.sort_by_key(|&(clue, weight)| (core::cmp::Reverse(weight.unsigned_abs()), clue));
    let mut buckets = vec![Vec::<(u16, i8)>::new(); 1 << bucket_bits];
    for (clue, weight) in weights {
        let (bucket, fingerprint) = place(clue, bucket_bits);
        let bucket = &mut buckets[bucket];
        let is_known = bucket.iter().any(|(other, _)| *other == fingerprint);
        if bucket.len() < SLOTS && !is_known {
            bucket.push((fingerprint, weight));
        }
    }
    for bucket in &mut buckets {
        bucket.resize(SLOTS, (0, 0));
        bytes.extend(bucket.iter().flat_map(|(fingerprint, _)| fingerprint.to_le_bytes()));
        bytes.extend(bucket.iter().map(|&(_, weight)| weight as u8));
    }
}
