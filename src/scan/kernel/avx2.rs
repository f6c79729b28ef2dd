//! The kernel for processors with AVX2: any mixture of characters, without a
//! branch that depends on them.
//!
//! The block is gone over in chunks of twelve bytes, wherever characters begin. A
//! chunk has four **lanes**, one for each three bytes of it: at most one character
//! of three bytes begins there, and whatever does is in its lane; a lane in which
//! none begins has the unit [`NONE`]. So nothing needs to be counted, and what
//! stands where in the notes is known beforehand. Which bytes go into the lanes
//! depends on where the characters begin, for which there are 129 patterns of
//! twelve bytes, each with a row in two tables: one to take the characters out of
//! the chunk, one to put their changes where they stand. A character may reach two
//! bytes into the next chunk, whose changes those are as well.
//!
//! Five loops rather than one, for the reason given in the kernel for AVX-512: units
//! are noted, entries are noted by scalar loads and stores, changes are applied, and
//! the lanes are gone over that *may* be suspicious. The third loop lists those
//! without asking whether there are any. What it does not know is whether the
//! characters of two lanes side by side meet: one or two bytes may be between them.
//! The fourth loop asks the filter for those that meet, eight lanes at a time and in
//! vectors from end to end. The fifth, which knows what meets, is exact and long, and
//! has few lanes left to go over.
//!
//! What lost (Zen 4, t2s of a transcript and s2t of the same, where this did 2,540
//! and 865 MB/s): looking up by the instruction that gathers, 2,385 and 845; asking
//! whether a window is eight characters of three bytes twice over, in which case the
//! rows of the tables are known, 2,320 and 825, though 5 % more where there is
//! nothing else; listing suspicious lanes only where there are any, 2,570 and 720.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;
use core::ops::Range;

use super::{Block, Places, scalar};
use crate::composite::{
    BEFORE_SHIFT, BEHIND, BEHIND_SHIFT, Entries, SPECIAL, Telltales, is_suspicious,
};
use crate::filter::Triples;
use crate::text::{NONE, code_unit};

/// Bytes of a chunk, and the lanes for the characters that begin in it.
const CHUNK: usize = 12;
const CHUNK_LANES: usize = CHUNK / 3;
/// Bytes of a window, which is four chunks, and its lanes.
const WINDOW: usize = 4 * CHUNK;
const LANES: usize = 4 * CHUNK_LANES;
/// Bytes that are loaded of it, and a bit for each of them that is of the window.
const LOADED: usize = 64;
const OF_WINDOW: u64 = (1 << WINDOW) - 1;
/// A bit for the first byte of each lane.
const OF_LANES: u64 = OF_WINDOW / 7;

/// The most windows of a part, but for those that are ASCII: their lanes have
/// numbers of one byte.
const WINDOWS: usize = 256 / LANES;

/// Whether this processor can go this way.
#[inline(always)]
pub(super) fn is_available() -> bool {
    #[cfg(feature = "std")]
    return std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("bmi1")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("popcnt");
    #[cfg(not(feature = "std"))]
    return cfg!(all(
        target_feature = "avx2",
        target_feature = "bmi1",
        target_feature = "bmi2",
        target_feature = "popcnt"
    ));
}

/// [`super::Kernel::convert`].
///
/// # Safety
///
/// [`is_available`] says yes, and `output` has the room that the kernel asks for.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
pub(super) unsafe fn convert(
    block: &Block<'_>,
    output: &mut [MaybeUninit<u8>],
    places: &mut Places,
    set: Triples<'_>,
) -> usize {
    let mut notes = Notes::new(block);
    notes.begin(block);
    let output = output.as_mut_ptr().cast::<u8>();
    let mut offset = block.start;
    while offset < block.limit {
        // SAFETY: the caller makes sure of the room.
        unsafe {
            offset = notes.split(block, offset, |[low, high], at| {
                let output = output.add(at - block.start);
                _mm256_storeu_si256(output.cast(), low);
                _mm256_storeu_si256(output.add(32).cast(), high);
            });
            notes.look_up(block.entries);
            notes.merge(block, output);
        }
        if notes.suspicious_length > 0 {
            notes.note_behind(block.text);
            if !notes.is_any_special {
                notes.retain(set);
            }
            notes.push_suspicious(block, places);
        }
    }
    places.retain(set);
    block.end()
}

/// [`super::first_within`].
#[target_feature(enable = "avx2")]
pub(super) fn first_within(bytes: &[u8], start: usize, ranges: [[u8; 2]; 2]) -> usize {
    scalar::first_within(bytes, start, ranges)
}

/// [`super::Kernel::unchanged`].
///
/// # Safety
///
/// [`is_available`] says yes.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
pub(super) unsafe fn unchanged(block: &Block<'_>, telltales: Telltales<'_>) -> usize {
    let mut notes = Notes::new(block);
    notes.begin(block);
    let mut offset = block.start;
    while offset < block.limit {
        let start = offset;
        offset = notes.split(block, start, |_, _| ());
        notes.note_behind(block.text);
        if let Some(place) = notes.first_telltale(block, start..offset, telltales) {
            return place;
        }
    }
    block.end()
}

/// What is noted of the windows of a part.
struct Notes {
    /// The unit of the lane before the first one, those of all, and room for that of
    /// the character behind the one in the last lane, and for one more that is read with it.
    units: [MaybeUninit<u16>; 1 + WINDOWS * LANES + 2],
    /// The entry of the lane before the first one, and those of all.
    entries: [MaybeUninit<u32>; 1 + WINDOWS * LANES],
    windows: [MaybeUninit<Window>; WINDOWS],
    /// How many windows there are.
    length: usize,
    /// A bit for each lane of a window whose character stands behind that of the lane before.
    joined: [u16; WINDOWS],
    /// The numbers of the lanes that may be suspicious, and a vector more.
    suspicious: [MaybeUninit<u8>; WINDOWS * LANES + 8],
    /// How many of those there are.
    suspicious_length: usize,
    /// The changes of the bytes at the beginning of the next chunk, in the upper
    /// half.
    overhang: __m256i,
    /// A bit for the first byte of each character of three bytes of the window before
    /// the next one, if they meet.
    leads: u64,
    /// Whether there are characters beyond the entries.
    is_any_beyond: bool,
    /// Whether some lane is special.
    is_any_special: bool,
    /// The entry of what is no character of three bytes.
    none: u32,
    /// The end of the text, and zeros.
    tail: [u8; 2 * LOADED],
}

/// A window that is not ASCII throughout.
#[derive(Clone, Copy)]
struct Window {
    offset: usize,
    /// A bit for the first byte of each character of three bytes, and of each beyond
    /// the entries.
    starts: u64,
    /// Those of three bytes that stand behind another one.
    joined: u64,
    /// The pattern of each chunk.
    patterns: [u8; 4],
    /// The classes behind which any lane may be suspicious, as in an entry.
    behind_any: u32,
}

impl Notes {
    /// Notes of nothing yet. What is before the block is for [`Notes::begin`].
    #[inline(always)]
    fn new(block: &Block<'_>) -> Notes {
        Notes {
            units: [const { MaybeUninit::uninit() }; 1 + WINDOWS * LANES + 2],
            entries: [const { MaybeUninit::uninit() }; 1 + WINDOWS * LANES],
            windows: [const { MaybeUninit::uninit() }; WINDOWS],
            length: 0,
            joined: [0; WINDOWS],
            suspicious: [const { MaybeUninit::uninit() }; WINDOWS * LANES + 8],
            suspicious_length: 0,
            // SAFETY: zeros are a vector.
            overhang: unsafe { core::mem::zeroed() },
            leads: 0,
            is_any_beyond: false,
            is_any_special: false,
            none: block.entries[usize::from(NONE)],
            tail: [0; 2 * LOADED],
        }
    }

    /// Notes what is before the block, and the end of the text if it may be needed.
    /// Apart from [`Notes::new`], which would otherwise make notes to be moved.
    #[inline(always)]
    fn begin(&mut self, block: &Block<'_>) {
        let &Block { entries, text, start, limit } = block;
        let before = start.checked_sub(3).map_or(NONE, |before| code_unit(text, before));
        self.units[0].write(before);
        self.entries[0].write(entries[usize::from(before)]);
        self.leads = u64::from(before != NONE) << (WINDOW - 3);
        if limit + LOADED > text.len() {
            let end = &text[text.len().saturating_sub(LOADED)..];
            self.tail[..end.len()].copy_from_slice(end);
        }
    }

    /// Where the bytes of the window at `offset`, which is in the block, can be loaded.
    #[inline(always)]
    fn source(&self, text: &[u8], offset: usize) -> *const u8 {
        match offset + LOADED <= text.len() {
            true => text[offset..].as_ptr(),
            false => {
                let tail = text.len().saturating_sub(LOADED);
                self.tail[offset - tail..][..LOADED].as_ptr()
            }
        }
    }

    /// Notes the windows of the next part, from `start` on, gives each one to
    /// `copy` that is ASCII throughout, and gives the offset behind the part.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn split(
        &mut self,
        block: &Block<'_>,
        start: usize,
        copy: impl Fn([__m256i; 2], usize),
    ) -> usize {
        let &Block { text, limit, .. } = block;
        // The last lane of the part before precedes the first one of this.
        self.units[0] = self.units[self.length * LANES];
        self.entries[0] = self.entries[self.length * LANES];
        self.is_any_beyond = false;
        let (mut length, mut leads_before) = (0, self.leads);
        let mut offset = start;
        while offset < limit && length < WINDOWS {
            let source = self.source(text, offset);
            // SAFETY: `source` gives so many bytes.
            let bytes =
                unsafe { [source, source.add(32)].map(|source| _mm256_loadu_si256(source.cast())) };
            let [low, high] = bytes;
            if _mm256_movemask_epi8(_mm256_or_si256(low, high)) == 0 {
                copy([low, high], offset);
                offset += LOADED;
                leads_before = 0;
                continue;
            }
            let kind = _mm256_set1_epi8(0xF0_u8 as i8);
            let kinds = [_mm256_and_si256(low, kind), _mm256_and_si256(high, kind)];
            let leads = equal(kinds, 0xE0) & OF_WINDOW;
            let four = equal(kinds, 0xF0) & OF_WINDOW;
            let mut beyond = 0;
            if four != 0 {
                beyond = four_bytes_beyond(&text[offset..], four);
                self.is_any_beyond = true;
            }
            let joined = leads & (leads << 3 | leads_before >> (WINDOW - 3));
            let behind_any = match leads == joined {
                true => 0,
                false => self.none >> (BEFORE_SHIFT - BEHIND_SHIFT),
            };
            let patterns = [0, 1, 2, 3].map(|chunk| pattern(leads >> (CHUNK * chunk)));
            let units = &mut self.units[1 + length * LANES..][..LANES];
            // SAFETY: `source` gives so many bytes, and there is room for a vector.
            unsafe {
                let lanes = units_of(low, source, patterns);
                _mm256_storeu_si256(units.as_mut_ptr().cast(), lanes);
            }
            self.windows[length].write(Window {
                offset,
                starts: leads | beyond,
                joined,
                patterns,
                behind_any,
            });
            length += 1;
            offset += WINDOW;
            leads_before = leads;
        }
        (self.length, self.leads) = (length, leads_before);
        offset
    }

    /// The place of the first telltale in the windows, which are those of this range. Not with
    /// the vectors of this kernel, into which the compiler would put single bytes.
    #[inline(never)]
    fn first_telltale(
        &self,
        block: &Block<'_>,
        range: Range<usize>,
        telltales: Telltales<'_>,
    ) -> Option<usize> {
        let units = &self.units[..1 + self.length * LANES + 1];
        let place = |number| self.place(number);
        // SAFETY: `split` wrote those of all lanes, with one before, and `note_behind` one
        // behind.
        unsafe { block.first_telltale(range, units, self.is_any_beyond, place, telltales) }
    }

    /// Notes the entries of all lanes.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn look_up(&mut self, entries: &Entries) {
        let lanes = 1..1 + self.length * LANES;
        let units = self.units[lanes.clone()].as_chunks::<LANES>().0;
        let places = self.entries[lanes].as_chunks_mut::<LANES>().0;
        for (units, places) in units.iter().zip(places) {
            for (unit, place) in units.iter().zip(places) {
                // SAFETY: `split` wrote those of all windows.
                place.write(entries[usize::from(unsafe { unit.assume_init() })]);
            }
        }
        if self.is_any_beyond {
            self.mark_beyond();
        }
    }

    /// Makes the lanes of characters beyond the entries special. No character of
    /// three bytes begins in them.
    #[cold]
    fn mark_beyond(&mut self) {
        for number in 0..self.length {
            let mut bits = self.windows()[number].starts;
            while bits != 0 {
                let lane = number * LANES + bits.trailing_zeros() as usize / 3;
                // SAFETY: `split` wrote those of all windows.
                if unsafe { self.units[1 + lane].assume_init() } == NONE {
                    self.entries[1 + lane].write(SPECIAL);
                }
                bits &= bits - 1;
            }
        }
    }

    #[inline(always)]
    fn windows(&self) -> &[Window] {
        // SAFETY: `split` wrote so many.
        unsafe { core::slice::from_raw_parts(self.windows.as_ptr().cast(), self.length) }
    }

    /// Writes what the noted windows become, and notes which lanes may be
    /// suspicious.
    ///
    /// # Safety
    ///
    /// `output` is for the block and has the room that the kernel asks for.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    unsafe fn merge(&mut self, block: &Block<'_>, output: *mut u8) {
        let mut overhang = self.overhang;
        let mut any = _mm256_setzero_si256();
        let mut length = 0;
        for number in 0..self.length {
            let window = self.windows()[number];
            let bytes = window.joined | window.joined >> 1 | window.joined >> 2;
            // Here rather than where they are asked for, which would wait for the last one.
            self.joined[number] = _pext_u64(bytes, OF_LANES) as u16;
            let lane = number * LANES;
            let entries = [self.entries_at(lane), self.entries_at(lane + 8)];
            any = _mm256_or_si256(any, _mm256_or_si256(entries[0], entries[1]));
            let [low, high] = [changes_of(entries[0]), changes_of(entries[1])];
            let [p0, p1, p2, p3] = window.patterns;
            let low = _mm256_shuffle_epi8(low, rows(&MERGE, p0, p1));
            let high = _mm256_shuffle_epi8(high, rows(&MERGE, p2, p3));
            let over_low = _mm256_bsrli_epi128::<CHUNK_AS_I32>(low);
            let over_high = _mm256_bsrli_epi128::<CHUNK_AS_I32>(high);
            // What reaches into each chunk from the one before it.
            let into_low = _mm256_permute2x128_si256::<0x21>(overhang, over_low);
            let into_high = _mm256_permute2x128_si256::<0x21>(over_low, over_high);
            overhang = over_high;
            // SAFETY: `source` gives so many bytes; the window begins before the
            // limit, and behind that there is room for more than a window.
            unsafe {
                let source = self.source(block.text, window.offset);
                let output = output.add(window.offset - block.start);
                write_two(source, output, _mm256_xor_si256(low, into_low));
                let (source, output) = (source.add(2 * CHUNK), output.add(2 * CHUNK));
                write_two(source, output, _mm256_xor_si256(high, into_high));
            }
            for (lane, entries) in [(lane, entries[0]), (lane + 8, entries[1])] {
                let bits = self.suspicious(lane, entries, window.behind_any);
                let lanes = NUMBERS[usize::from(bits)] + lane as u64 * 0x0101_0101_0101_0101;
                let list = &mut self.suspicious[length..length + 8];
                list.copy_from_slice(&lanes.to_le_bytes().map(MaybeUninit::new));
                length += bits.count_ones() as usize;
            }
        }
        self.is_any_special = _mm256_testz_si256(any, _mm256_set1_epi32(SPECIAL as i32)) == 0;
        (self.overhang, self.suspicious_length) = (overhang, length);
    }

    /// The entries of eight lanes.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn entries_at(&self, lane: usize) -> __m256i {
        debug_assert!(lane + 8 < self.entries.len());
        // SAFETY: they are in the array, for the number is that of a lane of a window.
        unsafe { _mm256_loadu_si256(self.entries.as_ptr().add(1 + lane).cast()) }
    }

    /// A bit for each of eight lanes that may be suspicious: behind the lane before
    /// it, or behind one of these classes.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn suspicious(&self, lane: usize, entries: __m256i, behind_any: u32) -> u8 {
        const SHIFT: usize = (BEFORE_SHIFT - BEHIND_SHIFT) as usize / 8;
        debug_assert!(lane + 8 < self.entries.len());
        // SAFETY: as for `entries_at`, of which this is a lane less a byte before; the
        // classes are thereby shifted.
        let before = unsafe {
            let before = self.entries.as_ptr().add(lane).cast::<u8>().add(SHIFT);
            _mm256_loadu_si256(before.cast())
        };
        let any = _mm256_set1_epi32((behind_any | SPECIAL) as i32);
        let classes = _mm256_set1_epi32((BEHIND | SPECIAL) as i32);
        let shared = _mm256_and_si256(_mm256_or_si256(before, any), entries);
        let shared = _mm256_and_si256(shared, classes);
        let is_any = _mm256_cmpgt_epi32(shared, _mm256_setzero_si256());
        _mm256_movemask_ps(_mm256_castsi256_ps(is_any)) as u8
    }

    /// Keeps of the noted lanes those whose characters, with the ones beside them, may be
    /// in the set, and those that do not stand behind another one, of which it is not so
    /// easily asked.
    ///
    /// The unit of the next lane is taken for that of the character behind. Where they do
    /// not meet, none is behind, and the set is asked for that as well.
    #[inline(never)]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn retain(&mut self, set: Triples<'_>) {
        const AT_ONCE: usize = 8;
        let words = set.all_words();
        let length = _mm256_set1_epi64x(words.len() as i64);
        let multiplied =
            |lanes, factor: u32| _mm256_mullo_epi32(lanes, _mm256_set1_epi32(factor as i32));
        // SAFETY: the array has as many bytes as a vector.
        let joined = unsafe { _mm256_loadu_si256(self.joined.as_ptr().cast()) };
        // A vector of lanes more than there are is asked for.
        self.suspicious[self.suspicious_length..][..AT_ONCE].fill(MaybeUninit::new(0));
        let mut kept = 0;
        for number in (0..self.suspicious_length).step_by(AT_ONCE) {
            // SAFETY: `merge` wrote the first ones, and `fill` the others.
            let numbers = unsafe { _mm_loadl_epi64(self.suspicious.as_ptr().add(number).cast()) };
            let lanes = _mm256_cvtepu8_epi32(numbers);
            let is_joined = _mm256_permutevar8x32_epi32(joined, _mm256_srli_epi32::<5>(lanes));
            let is_joined =
                _mm256_sllv_epi32(is_joined, _mm256_andnot_si256(lanes, _mm256_set1_epi32(31)));
            let is_joined = _mm256_movemask_ps(_mm256_castsi256_ps(is_joined));
            let mut stays = !is_joined as u8;
            for half in 0..2 {
                // The unit of the lane before, that of the lane, the one behind, and one more.
                let units = |of: usize| {
                    // SAFETY: as above; these are lanes that `split` and `look_up` noted, of
                    // which there is one before, and two behind from `note_behind`.
                    unsafe {
                        let lane = self.suspicious[number + 4 * half + of].assume_init();
                        let units = self.units.as_ptr().add(lane.into());
                        units.cast::<i64>().read_unaligned()
                    }
                };
                let units = _mm256_set_epi64x(units(3), units(2), units(1), units(0));
                // As `Triples` reckons them, in the lower half of each number of 64 bits.
                let behind =
                    _mm256_and_si256(_mm256_srli_epi64::<32>(units), _mm256_set1_epi64x(0xFFFF));
                let triples = _mm256_add_epi32(units, multiplied(behind, Triples::OF_THIRD));
                let at = _mm256_mul_epu32(multiplied(units, Triples::OF_PLACE), length);
                let at = _mm256_srli_epi64::<32>(at);
                // SAFETY: a hash has 32 bits, so that a place is lower than the length.
                let word = unsafe { _mm256_i64gather_epi64::<8>(words.as_ptr().cast(), at) };
                let [of_triple, of_pair] = [triples, units].map(|lanes| {
                    let hash = multiplied(lanes, Triples::OF_BITS);
                    let bits = Triples::NUMBERS_OF_BITS.map(|shift| {
                        let number = _mm256_srl_epi64(hash, _mm_cvtsi32_si128(shift.into()));
                        let number = _mm256_and_si256(number, _mm256_set1_epi64x(63));
                        _mm256_srlv_epi64(word, number)
                    });
                    _mm256_and_si256(_mm256_and_si256(bits[0], bits[1]), bits[2])
                });
                let has = _mm256_slli_epi64::<63>(_mm256_or_si256(of_triple, of_pair));
                stays |= (_mm256_movemask_pd(_mm256_castsi256_pd(has)) << (4 * half)) as u8;
            }
            let count = AT_ONCE.min(self.suspicious_length - number) as u32;
            let stays = _bzhi_u32(stays.into(), count) as u8;
            let order = _mm_cvtsi64_si128(NUMBERS[usize::from(stays)] as i64);
            // SAFETY: there is room for a vector behind what was read. What is written
            // lies before what is read next.
            unsafe {
                let to = self.suspicious.as_mut_ptr().add(kept).cast();
                _mm_storel_epi64(to, _mm_shuffle_epi8(numbers, order));
            }
            kept += stays.count_ones() as usize;
        }
        self.suspicious_length = kept;
    }

    /// Adds the suspicious ones of the noted lanes. Without a branch that depends on
    /// whether one is.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn push_suspicious(&mut self, block: &Block<'_>, places: &mut Places) {
        let mut length = places.length;
        for number in &self.suspicious[..self.suspicious_length] {
            // SAFETY: `merge` wrote so many, numbers of lanes of windows that `split`
            // noted. So there are units and entries of them and of the lane before, and
            // the unit of the lane behind, at the end that from `note_behind`.
            let (window, lane, units, entry_before, entry) = unsafe {
                let lane = usize::from(number.assume_init());
                (
                    self.windows[lane / LANES].assume_init_ref(),
                    lane % LANES,
                    [lane, 1 + lane, 2 + lane].map(|lane| self.units[lane].assume_init()),
                    self.entries[lane].assume_init(),
                    self.entries[1 + lane].assume_init(),
                )
            };
            let at = 3 * lane + (window.starts >> (3 * lane)).trailing_zeros() as usize;
            let offset = window.offset + at;
            // Beside it in the text, or only in the notes?
            let is_joined = window.joined >> at & 1 != 0;
            let is_joined_behind =
                block.text.get(offset + 3).is_some_and(|byte| byte & 0xF0 == 0xE0);
            let before = if is_joined { units[0] } else { NONE };
            let entry_before = if is_joined { entry_before } else { self.none };
            let behind = if is_joined_behind { units[2] } else { NONE };
            let unit = if entry & SPECIAL == 0 { units[1] } else { NONE };
            places.places[length].write((offset - block.start) as u16);
            places.units[length].write(unit);
            places.before[length].write(before);
            places.behind[length].write(behind);
            // The last window may have characters behind the end of the block.
            length += usize::from(is_suspicious(entry_before, entry) & (offset < block.limit));
        }
        places.length = length;
    }

    /// The offset of the character with this unit, the one of the first lane being number 1.
    #[cold]
    fn place(&self, number: usize) -> usize {
        let (window, lane) = ((number - 1) / LANES, (number - 1) % LANES);
        let Window { offset, starts, .. } = self.windows()[window];
        offset + 3 * lane + (starts >> (3 * lane)).trailing_zeros() as usize
    }

    /// Notes the unit of the character behind the last one, as if the next lane
    /// were noted.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn note_behind(&mut self, text: &[u8]) {
        let unit = self.windows().last().map_or(NONE, |window| {
            let behind = LOADED - window.starts.leading_zeros() as usize + 2;
            code_unit(text, window.offset + behind)
        });
        self.units[1 + self.length * LANES].write(unit);
        self.units[2 + self.length * LANES].write(NONE);
    }
}

/// A bit for each of 64 bytes that is this one.
#[inline]
#[target_feature(enable = "avx2")]
fn equal([low, high]: [__m256i; 2], byte: u8) -> u64 {
    let byte = _mm256_set1_epi8(byte as i8);
    let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, byte)) as u32;
    let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, byte)) as u32;
    u64::from(low) | u64::from(high) << 32
}

/// Those of the characters of four bytes that begin at these bytes of the text that
/// are beyond the entries: ideographs beyond the basic plane, and all behind them.
#[cold]
fn four_bytes_beyond(text: &[u8], mut four: u64) -> u64 {
    let mut beyond = 0;
    while four != 0 {
        let at = four.trailing_zeros() as usize;
        beyond |= u64::from(text[at] > 0xF0 || text[at + 1] >= 0xA0) << at;
        four &= four - 1;
    }
    beyond
}

/// The pattern of the chunk in which characters of three bytes begin at the lowest
/// of these bits.
#[inline(always)]
fn pattern(leads: u64) -> u8 {
    PATTERN_OF[leads as usize % PATTERN_OF.len()]
}

/// The code units of the window that begins with these bytes, by lane.
///
/// # Safety
///
/// As many bytes as are loaded of a window can be read.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn units_of(first: __m256i, source: *const u8, [p0, p1, p2, p3]: [u8; 4]) -> __m256i {
    // SAFETY: the caller makes sure of the bytes.
    let [second, third, fourth] = unsafe {
        let load = |chunk| _mm_loadu_si128(source.add(chunk * CHUNK).cast());
        [load(1), load(2), load(3)]
    };
    // Packing takes halves in turn, so that the chunks come out in order.
    let even = _mm256_inserti128_si256::<1>(first, third);
    let odd = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(second), fourth);
    let even = units_of_lanes(_mm256_shuffle_epi8(even, rows(&SPLIT, p0, p2)));
    let odd = units_of_lanes(_mm256_shuffle_epi8(odd, rows(&SPLIT, p1, p3)));
    _mm256_packus_epi32(even, odd)
}

/// The code units of characters whose bytes are in the lanes.
#[inline]
#[target_feature(enable = "avx2")]
fn units_of_lanes(lanes: __m256i) -> __m256i {
    // Last byte + 64 × middle byte, then + 4096 × lead byte.
    let payload = _mm256_and_si256(lanes, _mm256_set1_epi32(0x000F_3F3F));
    let lower = _mm256_maddubs_epi16(payload, _mm256_set1_epi32(0x0001_4001));
    _mm256_madd_epi16(lower, _mm256_set1_epi32(0x1000_0001))
}

/// What to change in the bytes of the characters with these entries, in the three
/// lower bytes of each lane.
#[inline]
#[target_feature(enable = "avx2")]
fn changes_of(entries: __m256i) -> __m256i {
    let first = _mm256_and_si256(_mm256_srli_epi32::<12>(entries), _mm256_set1_epi32(0x0F));
    let second = _mm256_and_si256(_mm256_slli_epi32::<2>(entries), _mm256_set1_epi32(0x3F00));
    let third = _mm256_and_si256(_mm256_slli_epi32::<16>(entries), _mm256_set1_epi32(0x3F_0000));
    _mm256_or_si256(_mm256_or_si256(first, second), third)
}

/// Writes two chunks that stand side by side, changed so.
///
/// # Safety
///
/// Sixteen bytes of each can be read and written.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn write_two(source: *const u8, output: *mut u8, changes: __m256i) {
    // SAFETY: the caller makes sure of it. The second one overwrites what the first
    // one writes of it.
    unsafe {
        let chunks = _mm256_loadu2_m128i(source.add(CHUNK).cast(), source.cast());
        let changed = _mm256_xor_si256(chunks, changes);
        _mm256_storeu2_m128i(output.add(CHUNK).cast(), output.cast(), changed);
    }
}

/// The rows of two patterns.
#[inline]
#[target_feature(enable = "avx2")]
fn rows(table: &[Row; PATTERNS], low: u8, high: u8) -> __m256i {
    debug_assert!(usize::from(low) < PATTERNS && usize::from(high) < PATTERNS);
    // SAFETY: `pattern` gives nothing else than numbers of patterns.
    unsafe {
        let [low, high] = [low, high].map(|row| table.as_ptr().add(usize::from(row)).cast());
        _mm256_loadu2_m128i(high, low)
    }
}

const CHUNK_AS_I32: i32 = CHUNK as i32;

/// A row of a table: for each byte of the result, the number of the byte that goes
/// there, or [`ZERO`].
#[derive(Clone, Copy)]
#[repr(align(16))]
struct Row([u8; 16]);

/// In place of the number of a byte: none goes there.
const ZERO: u8 = 0x80;

/// How many ways there are for characters of three bytes to begin in a chunk.
const PATTERNS: usize = 129;

/// The number of the pattern in which characters begin at the bits that are set. It
/// is 0 for none, and for what cannot be: less than three bytes between them.
static PATTERN_OF: [u8; 1 << CHUNK] = {
    let mut patterns = [0; 1 << CHUNK];
    let mut leads = 1;
    let mut number = 0;
    while leads < patterns.len() {
        if leads & (leads << 1 | leads << 2) == 0 {
            number += 1;
            patterns[leads] = number;
        }
        leads += 1;
    }
    assert!(number as usize + 1 == PATTERNS);
    patterns
};

/// For each pattern, how the characters go into the lanes, the last byte lowest.
static SPLIT: [Row; PATTERNS] = TABLES.0;
/// For each pattern, where the three lower bytes of each lane go.
static MERGE: [Row; PATTERNS] = TABLES.1;

const TABLES: ([Row; PATTERNS], [Row; PATTERNS]) = {
    let mut split = [Row([ZERO; 16]); PATTERNS];
    let mut merge = [Row([ZERO; 16]); PATTERNS];
    let mut leads = 0;
    while leads < PATTERN_OF.len() {
        let pattern = PATTERN_OF[leads] as usize;
        let mut at = 0;
        while pattern != 0 && at < CHUNK {
            if leads >> at & 1 == 1 {
                let lane = at / 3 * 4;
                let mut byte = 0;
                while byte < 3 {
                    split[pattern].0[lane + 2 - byte] = (at + byte) as u8;
                    merge[pattern].0[at + byte] = (lane + byte) as u8;
                    byte += 1;
                }
            }
            at += 1;
        }
        leads += 1;
    }
    (split, merge)
};

/// For each set of eight lanes, their numbers, the lowest in the lowest byte.
static NUMBERS: [u64; 1 << 8] = {
    let mut sets = [0; 1 << 8];
    let mut set = 0;
    while set < sets.len() {
        let (mut lane, mut length) = (0, 0);
        while lane < 8 {
            if set >> lane & 1 == 1 {
                sets[set] |= lane << (8 * length);
                length += 1;
            }
            lane += 1;
        }
        set += 1;
    }
    sets
};
