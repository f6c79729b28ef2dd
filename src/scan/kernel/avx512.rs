//! The kernel for processors with AVX-512 (VBMI2): any mixture of characters,
//! without a branch that depends on them.
//!
//! A window of 64 bytes is loaded; the characters of three bytes that begin in
//! its first 48, at most sixteen, are compressed to stand side by side and spread
//! to a lane each, and their code units are noted. When the windows of a part of
//! the block are done, all units are looked up, and the entries are noted. Then the
//! windows are gone over again: the changes are packed, expanded to where the
//! characters stand, and everything else stays as it is.
//!
//! The next window begins 48 bytes further on, though that may be within a character,
//! whose changes then reach over from the window before: so no window waits for what
//! stands in another (Zen 5: 4,990 MB/s, and 3,390 where each began with a character).
//!
//! Three loops rather than one, for the second one is nothing but loads and stores
//! by scalar registers: taking numbers out of vectors and putting numbers into them
//! one by one costs more than writing them to the first cache and reading them
//! back, and the instructions that gather cost still more (Zen 4: 1,450 MB/s with
//! numbers taken from vectors, 1,390 with gathers, 2,100 so, in one run).

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::{Block, Places, Units};
use crate::composite::{BEFORE_SHIFT, BEHIND, BEHIND_SHIFT, Entries, SPECIAL, Telltales};
use crate::filter::Triples;
use crate::text::{NONE, code_unit};

/// Bytes of a window, and those of them in which its characters begin.
const WINDOW: usize = 64;
const TAKEN: usize = 48;
/// The most characters of three bytes in a window.
const LANES: usize = TAKEN / 3;

/// Bytes that go through the three loops together.
const PART: usize = 1024;
/// The most windows of a part, but for those that are ASCII.
const WINDOWS: usize = PART / TAKEN + 1;
/// The most characters of a part, and a vector more.
const CHARACTERS: usize = (WINDOWS + 1) * LANES;

/// Whether this processor can go this way.
#[inline(always)]
pub(super) fn is_available() -> bool {
    #[cfg(feature = "std")]
    return std::is_x86_feature_detected!("avx512vbmi2")
        && std::is_x86_feature_detected!("avx512vbmi")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("popcnt");
    #[cfg(not(feature = "std"))]
    return cfg!(all(
        target_feature = "avx512vbmi2",
        target_feature = "avx512vbmi",
        target_feature = "avx512bw",
        target_feature = "avx512vl",
        target_feature = "bmi2",
        target_feature = "popcnt"
    ));
}

/// [`super::Kernel::convert`].
///
/// # Safety
///
/// [`is_available`] says yes, and `output` has the room that the kernel asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
pub(super) unsafe fn convert(
    block: &Block<'_>,
    output: &mut [MaybeUninit<u8>],
    places: &mut Places,
    set: Triples<'_>,
) -> usize {
    let mut notes = Notes::new(block);
    notes.begin(block);
    let mut offset = block.start;
    while offset < block.limit {
        let start = offset;
        // SAFETY: the caller makes sure of the room; every part begins where the
        // one before ended.
        unsafe {
            let output = output.as_mut_ptr().cast::<u8>();
            offset = notes.split(block, start, |window, at| {
                _mm512_storeu_si512(output.add(at - block.start).cast(), window);
            });
            notes.look_up(block.entries);
            notes.merge(block, output, places);
        }
    }
    if places.length > 0 {
        retain(places, set);
    }
    block.end()
}

/// [`super::Kernel::unchanged`].
///
/// # Safety
///
/// [`is_available`] says yes.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
pub(super) unsafe fn unchanged(block: &Block<'_>, telltales: Telltales<'_>) -> usize {
    let mut notes = Notes::new(block);
    notes.begin(block);
    let mut offset = block.start;
    while offset < block.limit {
        let start = offset;
        offset = notes.split(block, start, |_, _| ());
        let is_any_beyond = notes.windows().iter().any(|window| window.beyond != 0);
        let units = &notes.units[..notes.characters + 2];
        // SAFETY: `split` wrote those of all characters, and one before and one behind.
        let first = unsafe {
            let place = |number| notes.place(number);
            block.first_telltale(start..offset, units, is_any_beyond, place, telltales)
        };
        if let Some(place) = first {
            return place;
        }
    }
    block.end()
}

/// What is noted of the windows of a part.
struct Notes {
    /// The unit of the character before the first one, the units of all, and that of
    /// the character behind the last one.
    units: [MaybeUninit<u16>; CHARACTERS + 2],
    /// The entry of the character before the first one, and the entries of all.
    entries: [MaybeUninit<u32>; CHARACTERS + 1],
    windows: [MaybeUninit<Window>; WINDOWS],
    /// How many units there are.
    characters: usize,
    /// How many windows there are.
    length: usize,
    /// A bit for the first byte of each character of three bytes of the window before
    /// the next one, if they meet.
    leads: u64,
    /// The changes of the bytes with which the next part begins, by the last character of
    /// the one before.
    overhang: __m512i,
    /// The entry that stands for no character of three bytes.
    none: u32,
    /// Whether so many windows of the part before have suspicious characters that it cannot
    /// be foretold which: then none is asked.
    is_dense: bool,
}

/// A window that is not ASCII throughout.
#[derive(Clone, Copy)]
struct Window {
    offset: usize,
    /// A bit for the first byte of each character of three bytes.
    leads: u64,
    /// A bit for each of these characters that stands behind another one.
    joined: u16,
    /// A bit for the first byte of each character beyond the entries.
    beyond: u64,
}

impl Window {
    /// A bit for each of its characters of three bytes.
    #[inline]
    fn lanes(&self) -> u16 {
        ((1_u32 << self.leads.count_ones()) - 1) as u16
    }

    /// A bit for each byte of these characters.
    #[inline]
    fn bytes(&self) -> u64 {
        bytes_of(self.leads)
    }

    /// The offset behind the last of these characters, if there are any.
    fn end(&self) -> usize {
        self.offset + (WINDOW - self.leads.leading_zeros() as usize) + 2
    }
}

impl Notes {
    /// Notes of nothing yet.
    #[inline(always)]
    fn new(block: &Block<'_>) -> Notes {
        Notes {
            units: [const { MaybeUninit::uninit() }; CHARACTERS + 2],
            entries: [const { MaybeUninit::uninit() }; CHARACTERS + 1],
            windows: [const { MaybeUninit::uninit() }; WINDOWS],
            characters: 0,
            length: 0,
            leads: 0,
            // SAFETY: zeros are a vector.
            overhang: unsafe { core::mem::zeroed() },
            none: block.entries[usize::from(NONE)],
            is_dense: false,
        }
    }

    /// Notes what is before the block. Apart from [`Notes::new`], which would
    /// otherwise make notes to be moved.
    #[inline(always)]
    fn begin(&mut self, block: &Block<'_>) {
        let &Block { entries, text, start, .. } = block;
        let before = start.checked_sub(3).map_or(NONE, |before| code_unit(text, before));
        self.units[0].write(before);
        self.entries[0].write(entries[usize::from(before)]);
        self.leads = u64::from(before != NONE) << (TAKEN - 3);
    }

    /// Notes the windows of the next part, from `start` on, gives each one to
    /// `copy` that is ASCII throughout, and gives the offset behind the part.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
    fn split(&mut self, block: &Block<'_>, start: usize, copy: impl Fn(__m512i, usize)) -> usize {
        let &Block { text, limit, .. } = block;
        // The last one of the part before precedes the first one of this.
        self.units[0] = self.units[self.characters];
        self.entries[0] = self.entries[self.characters];
        let end = limit.min(start + PART);
        let (mut characters, mut length, mut leads_before) = (0, 0, self.leads);
        let mut offset = start;
        while offset < end {
            let window = load(text, offset);
            if _mm512_movepi8_mask(window) == 0 {
                copy(window, offset);
                offset += WINDOW;
                leads_before = 0;
                continue;
            }
            let taken = TAKEN.min(limit - offset) as u32;
            let high = _mm512_and_si512(window, _mm512_set1_epi8(0xF0_u8 as i8));
            let leads = _mm512_cmpeq_epi8_mask(high, _mm512_set1_epi8(0xE0_u8 as i8));
            let leads = _bzhi_u64(leads, taken);
            let four = _mm512_cmpge_epu8_mask(window, _mm512_set1_epi8(0xF0_u8 as i8));
            let beyond = match _bzhi_u64(four, taken) {
                0 => 0,
                four => four & beyond(window),
            };
            let joined = _pext_u64(leads << 3 | leads_before >> (TAKEN - 3), leads) as u16;
            // SAFETY: a part has at most `WINDOWS` windows of at most `LANES`
            // characters, and there is room for a vector of units behind all of them.
            unsafe {
                let units = self.units.as_mut_ptr().add(1 + characters);
                _mm256_storeu_si256(units.cast(), units_of(window, bytes_of(leads)));
                let window = Window { offset, leads, joined, beyond };
                self.windows.get_unchecked_mut(length).write(window);
            }
            characters += leads.count_ones() as usize;
            length += 1;
            offset += TAKEN;
            leads_before = leads;
        }
        (self.characters, self.length, self.leads) = (characters, length, leads_before);
        let behind = self.windows().last().map_or(NONE, |last| code_unit(text, last.end()));
        self.units[1 + characters].write(behind);
        offset
    }

    /// Notes the entries of all units.
    #[inline]
    fn look_up(&mut self, entries: &Entries) {
        const AT_ONCE: usize = 8;
        // Up to seven more than there are: any entry will do for them.
        let rounded = self.characters.next_multiple_of(AT_ONCE);
        if let Some(behind) = self.units[2 + self.characters..].first_chunk_mut::<AT_ONCE>() {
            *behind = [MaybeUninit::new(NONE); AT_ONCE];
        }
        let units = self.units[1..=rounded].chunks_exact(AT_ONCE);
        let places = self.entries[1..=rounded].chunks_exact_mut(AT_ONCE);
        for (units, places) in units.zip(places) {
            for (unit, place) in units.iter().zip(places) {
                // SAFETY: `split` wrote the first units, and those above the rest. A
                // volatile write stays one, of a number that was just loaded; the
                // compiler would put four of them into a vector first.
                unsafe {
                    let entry = entries[usize::from(unit.assume_init())];
                    place.as_mut_ptr().write_volatile(entry);
                }
            }
        }
    }

    /// Writes what the noted windows become and where they are suspicious.
    ///
    /// # Safety
    ///
    /// `output` is for the block and has the room that the kernel asks for.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
    unsafe fn merge(&mut self, block: &Block<'_>, output: *mut u8, places: &mut Places) {
        let mut overhang = self.overhang;
        let (mut character, mut with_any) = (0, 0);
        for (number, window) in self.windows().iter().enumerate() {
            let entries = self.entries_at(1 + character);
            let source = load(block.text, window.offset);
            let changes = _mm512_maskz_expand_epi8(window.bytes(), changes_of(entries));
            let changed = _mm512_xor_si512(source, _mm512_or_si512(changes, overhang));
            overhang =
                _mm512_zextsi128_si512(_mm512_extracti32x4_epi32::<{ TAKEN as i32 / 16 }>(changes));
            // SAFETY: the window begins before the limit, and behind that there is
            // room for a window.
            unsafe {
                let output = output.add(window.offset - block.start);
                _mm512_storeu_si512(output.cast(), changed);
            }
            let suspicious = self.suspicious(window, character, entries);
            if window.beyond != 0 {
                push_each(block, window, suspicious, places);
            } else if suspicious != 0 || self.is_dense {
                // Behind the last window, the unit says it.
                let is_joined_behind =
                    self.windows().get(number + 1).map_or(1, |next| next.joined & 1);
                let at = window.offset - block.start;
                // SAFETY: all suspicious characters of a block and a vector more have
                // room in `places`.
                unsafe {
                    self.push(window, character, entries, suspicious, at, is_joined_behind, places);
                }
            }
            with_any += usize::from(suspicious != 0);
            character += window.leads.count_ones() as usize;
        }
        self.is_dense = with_any > self.length / 4;
        self.overhang = overhang;
    }

    /// The offset of the character with this unit, the first of all being number 1.
    #[cold]
    #[target_feature(enable = "bmi1,bmi2,popcnt")]
    fn place(&self, mut number: usize) -> usize {
        for window in self.windows() {
            let length = window.leads.count_ones() as usize;
            if number <= length {
                let lead = _pdep_u64(1 << (number - 1), window.leads);
                return window.offset + lead.trailing_zeros() as usize;
            }
            number -= length;
        }
        unreachable!("the units are those of the windows")
    }

    #[inline]
    fn windows(&self) -> &[Window] {
        // SAFETY: `split` wrote so many.
        unsafe { core::slice::from_raw_parts(self.windows.as_ptr().cast(), self.length) }
    }

    /// Sixteen entries, the first one that of the character before all.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn entries_at(&self, number: usize) -> __m512i {
        debug_assert!(number + LANES <= self.entries.len());
        // SAFETY: they are in the array: a window has at most `LANES` characters,
        // and there is room for a vector behind those of all windows.
        unsafe { _mm512_loadu_si512(self.entries.as_ptr().add(number).cast()) }
    }

    /// A bit for each character of the window that is suspicious. The first of them
    /// has this number, and these are their entries.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
    fn suspicious(&self, window: &Window, character: usize, entries: __m512i) -> u16 {
        let none = _mm512_set1_epi32(self.none as i32);
        let before = _mm512_mask_mov_epi32(none, window.joined, self.entries_at(character));
        let before = _mm512_srli_epi32::<{ BEFORE_SHIFT - BEHIND_SHIFT }>(before);
        let special = _mm512_set1_epi32(SPECIAL as i32);
        // entries & (before | special)
        let shared = _mm512_ternarylogic_epi32::<0xE0>(entries, before, special);
        let classes = _mm512_set1_epi32((BEHIND | SPECIAL) as i32);
        _mm512_mask_test_epi32_mask(window.lanes(), shared, classes)
    }

    /// Adds the suspicious characters of a window that lies `at` bytes behind the
    /// start of the block: all at once, for a loop would end at another number of
    /// rounds each time.
    ///
    /// # Safety
    ///
    /// `places` has room for a vector more.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
    #[expect(clippy::too_many_arguments, reason = "they are all in registers")]
    unsafe fn push(
        &self,
        window: &Window,
        character: usize,
        entries: __m512i,
        suspicious: u16,
        at: usize,
        is_joined_behind: u16,
        places: &mut Places,
    ) {
        let length = places.length;
        debug_assert!(length + LANES <= places.places.len());
        let last = window.leads.count_ones().wrapping_sub(1) % 16;
        let joined_behind = window.joined >> 1 | is_joined_behind << last;
        let special = _mm512_test_epi32_mask(entries, _mm512_set1_epi32(SPECIAL as i32));

        let bits = _pdep_u64(suspicious.into(), window.leads);
        let numbers = _mm512_maskz_compress_epi8(bits, vector(NUMBERS));
        let numbers = _mm256_cvtepu8_epi16(_mm512_castsi512_si128(numbers));
        let numbers = _mm256_add_epi16(numbers, _mm256_set1_epi16(at as i16));
        // SAFETY: there is a unit before those of the window's characters, and a
        // vector from the one behind the first of them on; the caller makes sure of
        // the room in `places`.
        unsafe {
            let units = self.units.as_ptr().add(1 + character);
            let before = _mm256_maskz_loadu_epi16(window.joined, units.sub(1).cast());
            let own = _mm256_maskz_loadu_epi16(!special, units.cast());
            let behind = _mm256_maskz_loadu_epi16(joined_behind, units.add(1).cast());
            let store = |list: &mut Units, numbers: __m256i| {
                _mm256_storeu_si256(list.as_mut_ptr().add(length).cast(), numbers);
            };
            store(&mut places.places, numbers);
            store(&mut places.before, _mm256_maskz_compress_epi16(suspicious, before));
            store(&mut places.units, _mm256_maskz_compress_epi16(suspicious, own));
            store(&mut places.behind, _mm256_maskz_compress_epi16(suspicious, behind));
        }
        places.length += suspicious.count_ones() as usize;
    }
}

/// [`Places::retain`] by vectors from end to end: what is stored number by number and
/// loaded as a vector, or the other way round, has to wait.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
fn retain(places: &mut Places, set: Triples<'_>) {
    let words = set.all_words();
    let length = _mm512_set1_epi64(words.len() as i64);
    let multiplied =
        |lanes, factor: u32| _mm512_mullo_epi32(lanes, _mm512_set1_epi32(factor as i32));
    let (mut kept, mut special) = (0, 0);
    for number in (0..places.length).step_by(LANES) {
        let asked = _bzhi_u32(u32::MAX, LANES.min(places.length - number) as u32) as u16;
        // SAFETY: there is room for a vector behind the last place, and what is masked is
        // not read.
        let [before, own, behind] = unsafe {
            [&places.before, &places.units, &places.behind]
                .map(|list| _mm256_maskz_loadu_epi16(asked, list.as_ptr().add(number).cast()))
        };
        let no_unit = _mm256_mask_testn_epi16_mask(asked, own, own);
        special |= no_unit;

        // As `Triples` reckons them.
        let [before, own, behind] = [before, own, behind].map(|units| _mm512_cvtepu16_epi32(units));
        let pairs = _mm512_or_si512(before, _mm512_slli_epi32::<16>(own));
        let triples = _mm512_add_epi32(pairs, multiplied(behind, Triples::OF_THIRD));
        let hashes = multiplied(pairs, Triples::OF_PLACE);
        let [of_triples, of_pairs] =
            [triples, pairs].map(|lanes| multiplied(lanes, Triples::OF_BITS));
        let mut stays = no_unit;
        for half in 0..2 {
            let [hash, of_triple, of_pair] = [hashes, of_triples, of_pairs].map(|lanes| {
                _mm512_cvtepu32_epi64(match half {
                    0 => _mm512_castsi512_si256(lanes),
                    _ => _mm512_extracti64x4_epi64::<1>(lanes),
                })
            });
            let at = _mm512_srli_epi64::<32>(_mm512_mul_epu32(hash, length));
            // SAFETY: a hash has 32 bits, so that a place is lower than the length.
            let word = unsafe { _mm512_i64gather_epi64::<8>(at, words.as_ptr().cast()) };
            let numbers = _mm512_or_si512(of_triple, _mm512_slli_epi64::<32>(of_pair));
            let numbers = _mm512_multishift_epi64_epi8(_mm512_set1_epi64(NUMBERS_OF_BITS), numbers);
            let bits = _mm512_multishift_epi64_epi8(numbers, word);
            let has = |bytes| {
                let missing = _mm512_andnot_si512(bits, _mm512_set1_epi64(bytes));
                _mm512_testn_epi64_mask(missing, missing)
            };
            stays |= u16::from(has(0x01_0101) | has(0x0101_0100_0000)) << (8 * half);
        }
        let stays = stays & asked;
        // SAFETY: as above. What is written lies before what is read next.
        unsafe {
            let those = places.places.as_ptr().add(number);
            let those = _mm256_maskz_loadu_epi16(asked, those.cast());
            let those = _mm256_maskz_compress_epi16(stays, those);
            _mm256_storeu_si256(places.places.as_mut_ptr().add(kept).cast(), those);
        }
        kept += stays.count_ones() as usize;
    }
    places.length = kept;
    places.has_special = special != 0;
}

/// Where the numbers of bits stand in a hash, in three bytes for the hash of a triple and
/// in three for that of a pair, which is in the upper half.
const NUMBERS_OF_BITS: i64 = {
    let [one, two, three] = Triples::NUMBERS_OF_BITS;
    i64::from_le_bytes([one, two, three, 32 + one, 32 + two, 32 + three, 0, 0])
};

/// Adds the suspicious characters of a window one by one, those beyond the entries
/// among them.
#[cold]
#[target_feature(enable = "bmi2")]
fn push_each(block: &Block<'_>, window: &Window, suspicious: u16, places: &mut Places) {
    let mut bits = _pdep_u64(suspicious.into(), window.leads) | window.beyond;
    while bits != 0 {
        places.push_at(block, window.offset + bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// A bit for each byte of the characters of three bytes that begin at these.
#[inline]
fn bytes_of(leads: u64) -> u64 {
    leads | leads << 1 | leads << 2
}

/// The 64 bytes at `offset`, with zeros behind the text's end.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,bmi2")]
fn load(text: &[u8], offset: usize) -> __m512i {
    let left = text.len() - offset;
    // SAFETY: in the first case so many bytes are there; in the second those that
    // are not are masked, and masked bytes are not read.
    unsafe {
        let pointer = text.as_ptr().add(offset);
        match left {
            WINDOW.. => _mm512_loadu_si512(pointer.cast()),
            _ => _mm512_maskz_loadu_epi8(_bzhi_u64(u64::MAX, left as u32), pointer.cast()),
        }
    }
}

/// The code units of the characters that have these bytes of the window.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2")]
fn units_of(window: __m512i, bytes: u64) -> __m256i {
    const EACH_LANE: u64 = 0x7777_7777_7777_7777;
    let together = _mm512_maskz_compress_epi8(bytes, window);
    let lanes = _mm512_maskz_permutexvar_epi8(EACH_LANE, vector(SPREAD), together);
    // Last byte + 64 × middle byte, then + 4096 × lead byte.
    let payload = _mm512_and_si512(lanes, _mm512_set1_epi32(0x000F_3F3F));
    let lower = _mm512_maddubs_epi16(payload, _mm512_set1_epi32(0x0001_4001));
    _mm512_cvtepi32_epi16(_mm512_madd_epi16(lower, _mm512_set1_epi32(0x1000_0001)))
}

/// What to change in the bytes of the characters with these entries, three bytes
/// for each, one behind the other.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn changes_of(entries: __m512i) -> __m512i {
    // Bits 12 to 15, 6 to 11 and 0 to 5 of each lane as its first three bytes.
    const FIELDS: i64 = 0x2020_262C_0000_060C;
    let fields = _mm512_multishift_epi64_epi8(_mm512_set1_epi64(FIELDS), entries);
    let changes = _mm512_and_si512(fields, _mm512_set1_epi32(0x003F_3F0F));
    _mm512_permutexvar_epi8(vector(PACK), changes)
}

/// The numbers of the bytes of a window.
const NUMBERS: [u8; 64] = {
    let mut numbers = [0; 64];
    let mut number = 0;
    while number < WINDOW {
        numbers[number] = number as u8;
        number += 1;
    }
    numbers
};

/// A bit for the first byte of each ideograph beyond the basic plane, and of each
/// character of a plane behind those.
#[cold]
#[target_feature(enable = "avx512f,avx512bw")]
fn beyond(window: __m512i) -> u64 {
    let lead = _mm512_cmpeq_epu8_mask(window, _mm512_set1_epi8(0xF0_u8 as i8));
    let higher = _mm512_cmpgt_epu8_mask(window, _mm512_set1_epi8(0xF0_u8 as i8));
    let second = _mm512_cmpge_epu8_mask(window, _mm512_set1_epi8(0xA0_u8 as i8));
    higher | lead & second >> 1
}

/// Puts the three bytes of each character into a lane, the last lowest.
const SPREAD: [u8; 64] = {
    let mut shuffle = [0; 64];
    let mut lane = 0;
    while lane < LANES {
        shuffle[4 * lane] = 3 * lane as u8 + 2;
        shuffle[4 * lane + 1] = 3 * lane as u8 + 1;
        shuffle[4 * lane + 2] = 3 * lane as u8;
        lane += 1;
    }
    shuffle
};

/// Packs the three lower bytes of each lane.
const PACK: [u8; 64] = {
    let mut shuffle = [0; 64];
    let mut byte = 0;
    while byte < TAKEN {
        shuffle[byte] = (byte / 3 * 4 + byte % 3) as u8;
        byte += 1;
    }
    shuffle
};

#[inline]
#[target_feature(enable = "avx512f")]
fn vector(bytes: [u8; 64]) -> __m512i {
    // SAFETY: the array has 64 bytes.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}
