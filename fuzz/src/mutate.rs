//! Changes inputs so that they stay texts: what a fuzzer does to bytes seldom gives
//! another character, and hardly ever a phrase.

use std::sync::LazyLock;

use crate::input::HEAD;
use crate::reference::Reference;

/// All dictionaries.
pub(crate) static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::load);

/// All keys of all dictionaries, sorted.
static KEYS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut keys: Vec<&str> = REFERENCE.names().flat_map(|name| REFERENCE.keys(name)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
});

/// The keys of all dictionaries but the largest, which would drown them.
static RARE_KEYS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let names = REFERENCE.names().filter(|name| !name.starts_with("STPhrases"));
    let mut keys: Vec<&str> = names.flat_map(|name| REFERENCE.keys(name)).collect();
    keys.sort_unstable();
    keys
});

/// Numbers that look random and repeat (splitmix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers that belong to a seed.
    #[must_use]
    pub fn new(seed: u32) -> Random {
        Random(u64::from(seed))
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 16) as usize % limit
    }

    fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// What a target's texts are made of.
#[derive(Clone, Copy)]
pub struct Pieces {
    /// Pieces of its own.
    pub own: &'static [&'static [&'static str]],
    /// How many of ten pieces are keys of dictionaries, whole or damaged.
    pub keys: usize,
}

/// Changes the input `data[..length]` in place, up to `limit` bytes, and gives its new
/// length.
pub fn mutate(
    data: &mut [u8],
    length: usize,
    limit: usize,
    pieces: Pieces,
    random: &mut Random,
) -> usize {
    let mut head = [0; HEAD];
    let known = length.min(HEAD);
    head[..known].copy_from_slice(&data[..known]);
    let mut text = String::from_utf8_lossy(&data[known..length]).into_owned();
    for _ in 0..=random.below(4) {
        change(&mut head, &mut text, pieces, random);
    }
    let mut all = head.to_vec();
    all.extend_from_slice(text.as_bytes());
    all.truncate(limit.min(data.len()));
    data[..all.len()].copy_from_slice(&all);
    all.len()
}

fn change(head: &mut [u8; HEAD], text: &mut String, pieces: Pieces, random: &mut Random) {
    match random.below(8) {
        0 => head[random.below(HEAD)] = random.below(256) as u8,
        1..=4 => {
            let piece = piece(pieces, random);
            let place = place(text, random);
            text.insert_str(place, &piece);
        }
        5 => {
            let range = range(text, random);
            text.replace_range(range, "");
        }
        6 => {
            let piece = piece(pieces, random);
            let range = range(text, random);
            text.replace_range(range, &piece);
        }
        _ => {
            let copy = text[range(text, random)].repeat(1 + random.below(3));
            let place = place(text, random);
            text.insert_str(place, &copy);
        }
    }
}

/// A border between characters.
fn place(text: &str, random: &mut Random) -> usize {
    let near = random.below(text.len() + 1);
    (near..).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Up to some characters in a row.
fn range(text: &str, random: &mut Random) -> std::ops::Range<usize> {
    let start = place(text, random);
    let most = if random.below(4) == 0 { 40 } else { 4 };
    let count = 1 + random.below(most);
    let length: usize = text[start..].chars().take(count).map(char::len_utf8).sum();
    start..start + length
}

fn piece(pieces: Pieces, random: &mut Random) -> String {
    if random.below(10) >= pieces.keys {
        let own = random.of(pieces.own);
        return random.of(own).to_owned();
    }
    let key = if random.below(3) == 0 { random.of(&RARE_KEYS) } else { random.of(&KEYS) };
    match random.below(4) {
        0 => overlapping(key, random),
        1 => key[..place(key, random)].to_owned(),
        2 => key[place(key, random)..].to_owned(),
        _ => key.to_owned(),
    }
}

/// A key and another one that begins with its last character.
fn overlapping(key: &str, random: &mut Random) -> String {
    let Some(last) = key.chars().next_back() else { return String::new() };
    let start = KEYS.partition_point(|key| *key < &*last.encode_utf8(&mut [0; 4]));
    let following = KEYS[start..].iter().take_while(|key| key.starts_with(last)).count();
    match following {
        0 => key.to_owned(),
        _ => {
            let tail = KEYS[start + random.below(following)];
            [key, &tail[last.len_utf8()..]].concat()
        }
    }
}
