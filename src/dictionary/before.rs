//! Puts phrases before a compiled group: what a short circuit of both compiles to.
//!
//! Nothing of the group is read back or compiled again. Its entries are put into buckets
//! anew, as they stand, but for those whose key begins with a new phrase, which no match
//! comes to any more; its values stay where they are, and new ones follow them. A phrase
//! changes nothing of what characters become alone, so what is known of the group's own
//! phrases stays true.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::compile::{
    Buckets, CompileError, beginning, bucket_of, check_all, compile_prefixes, firsts_of, laid_out,
    note_first, number_of, place,
};
use super::flat::{Flat, FlatItem};
use super::format::NO_SECOND;
use super::matcher::{Entry, Matcher};
use crate::text::in_order;

/// In the number of an entry: it is a new phrase.
const NEW: u32 = 1 << 31;

/// Compiles `phrases` before all entries of `group`.
///
/// The first dictionaries of `phrases` have these names, and their keys have two code
/// points or more. Among all others are the entries of the group whose keys have one: they
/// tell which phrases convert as their characters do.
///
/// # Errors
///
/// [`CompileError`] for what the compiled form cannot hold.
pub(crate) fn compile_before(
    group: &Matcher<'_>,
    names: &[&str],
    phrases: &Flat<'_>,
) -> Result<Vec<u8>, CompileError> {
    let all_names: Vec<&str> = names.iter().copied().chain(group.names()).collect();
    check_all(&all_names, phrases.items())?;
    let is_new = |item: &FlatItem<'_>| item.dictionary < names.len();
    // The code units of all keys, one behind the other, and where those of each end.
    let mut units: Vec<u16> = Vec::with_capacity(4 * phrases.items().len());
    let mut ends = Vec::with_capacity(phrases.items().len());
    for item in phrases.items() {
        units.extend(item.key.encode_utf16());
        ends.push(units.len());
    }
    let units_of = |number: usize| {
        &units[number.checked_sub(1).map_or(0, |before| ends[before])..ends[number]]
    };

    let entries: Vec<Entry<'_>> = group.all().collect();
    let sections = &group.sections;
    // As many buckets as for other groups, though it is not known how many ways to begin
    // there are in both.
    let bits = ((1 << sections.bucket_bits) + phrases.items().len()).ilog2();
    let mut firsts = vec![0; sections.firsts.len().max(firsts_of(phrases))];
    let mut places = Vec::with_capacity(entries.len() + phrases.items().len());
    for (entry, number) in entries.iter().zip(0..) {
        let mut characters = entry.characters().map(u32::from);
        let beginning =
            (characters.next().unwrap_or_default(), characters.next().unwrap_or(NO_SECOND));
        note_first(&mut firsts, beginning);
        places.push(place(beginning, entry.units().len(), bits, number));
    }
    for ((item, key), number) in phrases.items().iter().zip(phrases.keys()).zip(0..) {
        if is_new(item) {
            note_first(&mut firsts, beginning(key));
            let length = units_of(number as usize).len();
            places.push(place(beginning(key), length, bits, number | NEW));
        }
    }
    let places = in_order(places);

    let mut buckets = Buckets::new(bits, phrases.items().len(), sections.values.to_vec());
    let effective = phrases.effective();
    let new_at = |place: u64| (place as u32 & NEW != 0).then(|| number_of(place & !u64::from(NEW)));
    for bucket in places.chunk_by(|one, next| bucket_of(*one) == bucket_of(*next)) {
        buckets.begin(bucket_of(bucket[0]))?;
        let begins_with_new = |units: &[[u8; 2]]| {
            let mut new = bucket.iter().filter_map(|place| Some(units_of(new_at(*place)?)));
            new.any(|new| {
                let units = units.get(..new.len()).into_iter().flatten();
                units.map(|unit| u16::from_le_bytes(*unit)).eq(new.iter().copied())
            })
        };
        for &place in bucket {
            match new_at(place) {
                Some(number) => {
                    buckets.push(&phrases.items()[number], phrases.key(number), effective[number]);
                }
                None => {
                    let entry = &entries[number_of(place)];
                    if !begins_with_new(entry.units()) {
                        buckets.push_compiled(entry.elements(), names.len());
                    }
                }
            }
        }
    }
    buckets.end()?;
    let longest_key = phrases.keys().map(<[char]>::len).max().unwrap_or(0);
    let prefixes = match sections.prefixes {
        [] => Vec::new(),
        prefixes => {
            let ranges = prefixes.iter().map(|[lead, low, high, _]| (*lead, (*low, *high)));
            compile_prefixes(BTreeMap::from_iter(ranges), phrases)
        }
    };
    Ok(laid_out(&all_names, longest_key.max(sections.longest_key), prefixes, firsts, buckets))
}
