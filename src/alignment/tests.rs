//! Alignments beside what defines them: sets of pairs.

use alloc::string::String;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

/// The pairs of an alignment, in their order.
fn pairs(alignment: &Alignment) -> Vec<(usize, usize)> {
    let mut pairs = alloc::vec![(0, 0)];
    for piece in alignment.pieces() {
        let (source, output) = *pairs.last().expect("there is one");
        match piece {
            Piece::Stretch(length) => {
                pairs.extend((1..=length).map(|step| (source + step, output + step)));
            }
            Piece::Run(lost, gained) => pairs.push((source + lost, output + gained)),
        }
    }
    pairs
}

/// The join of two sets of pairs.
fn join(first: &[(usize, usize)], second: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut joined = Vec::new();
    for (source, between) in first {
        let same = second.iter().filter(|(at, _)| at == between);
        joined.extend(same.map(|(_, output)| (*source, *output)));
    }
    joined.sort_unstable();
    joined.dedup();
    joined
}

/// Those pairs of a join that remain when, where pairs cross, deletions come first: of
/// the outputs that are the same as a place of the source, all but the first one go
/// where a later place of the source is the same as that one.
fn deletions_first(joined: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let crosses = |(source, output): &(usize, usize)| {
        joined.iter().any(|(later, first)| later > source && first < output)
    };
    joined.iter().copied().filter(|pair| !crosses(pair)).collect()
}

fn pieces() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..5_usize, 0..5_usize, any::<bool>()), 0..12).prop_map(|pieces| {
        let piece =
            |(lost, gained, is_stretch)| if is_stretch { (lost, lost) } else { (lost, gained) };
        pieces.into_iter().map(piece).collect()
    })
}

/// An alignment of these pieces, those of equal lengths as stretches, which begins with
/// a text of `length` bytes if that is given.
fn alignment(pieces: &[(usize, usize)], length: Option<usize>) -> Alignment {
    let mut alignment = Alignment::default();
    for &(lost, gained) in pieces {
        let left = length.map_or(usize::MAX, |length| length - alignment.source_length());
        match lost.min(left) {
            lost if lost == gained => alignment.extend_unchanged(lost),
            lost => alignment.extend_replaced(lost, gained),
        }
    }
    if let Some(length) = length {
        alignment.extend_unchanged(length - alignment.source_length());
    }
    alignment
}

/// Three passes, each over the output of the one before.
fn passes() -> impl Strategy<Value = [Alignment; 3]> {
    (pieces(), pieces(), pieces()).prop_map(|(one, two, three)| {
        let one = alignment(&one, None);
        let two = alignment(&two, Some(one.output_length()));
        let three = alignment(&three, Some(two.output_length()));
        [one, two, three]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn composition_is_the_join_of_the_pairs([one, two, _] in passes()) {
        let joined = join(&pairs(&one), &pairs(&two));
        prop_assert_eq!(pairs(&one.then(&two)), deletions_first(&joined));
    }

    #[test]
    fn grouping_does_not_matter([one, two, three] in passes()) {
        let groupings = [one.then(&two).then(&three), one.then(&two.then(&three))];
        let joined = join(&join(&pairs(&one), &pairs(&two)), &pairs(&three));
        let pairs_cross = [
            join(&pairs(&one), &pairs(&two)),
            join(&pairs(&two), &pairs(&three)),
            joined.clone(),
        ]
        .iter()
        .any(|joined| deletions_first(joined) != *joined);
        for grouping in groupings {
            match pairs_cross {
                true => prop_assert!(pairs(&grouping).iter().all(|pair| joined.contains(pair))),
                false => prop_assert_eq!(&pairs(&grouping), &joined),
            }
        }
    }

    #[test]
    fn offsets_are_what_the_pairs_say([one, ..] in passes()) {
        let pairs = pairs(&one);
        for source in 0..=one.source_length() + 2 {
            let offset = source.min(one.source_length());
            let exact = pairs.iter().find(|pair| pair.0 == offset);
            let before = pairs.iter().rev().find(|pair| pair.0 < offset);
            let expected = exact.or(before).expect("the beginning is a pair").1;
            prop_assert_eq!(one.output_offset(source), expected, "{:?} {}", one, source);
        }
        for output in 0..=one.output_length() + 2 {
            let offset = output.min(one.output_length());
            let exact = pairs.iter().find(|pair| pair.1 == offset);
            let before = pairs.iter().rev().find(|pair| pair.1 < offset);
            let expected = exact.or(before).expect("the beginning is a pair").0;
            prop_assert_eq!(one.source_offset(output), expected, "{:?} {}", one, output);
        }
    }

    #[test]
    fn ranges_have_all_that_they_touch_and_nothing_inserted_beside_them([one, ..] in passes()) {
        let pairs = pairs(&one);
        for start in 0..=one.source_length() {
            let point = one.output_offset(start);
            prop_assert_eq!(one.output_range(start..start), point..point);
            for end in start + 1..=one.source_length() {
                let last = pairs.iter().rev().find(|pair| pair.0 <= start).expect("a pair").1;
                let first = pairs.iter().find(|pair| pair.0 >= end).expect("a pair").1;
                prop_assert_eq!(one.output_range(start..end), last..first, "{:?}", one);
            }
        }
    }

    #[test]
    fn many_offsets_are_each_of_them(
        [one, ..] in passes(),
        offsets in prop::collection::vec(0..60_usize, 0..40),
    ) {
        let each: Vec<_> = offsets.iter().map(|offset| one.output_offset(*offset)).collect();
        prop_assert_eq!(one.output_offsets(offsets.iter().copied()).collect::<Vec<_>>(), each);
        let each: Vec<_> = offsets.iter().map(|offset| one.source_offset(*offset)).collect();
        prop_assert_eq!(one.source_offsets(offsets).collect::<Vec<_>>(), each);
    }

    #[test]
    fn a_changed_text_corresponds_at_borders_of_characters(one: String, other: String) {
        let mut alignment = Alignment::default();
        alignment.extend_changed(&one, &other);
        prop_assert_eq!(alignment.source_length(), one.len());
        prop_assert_eq!(alignment.output_length(), other.len());
        for (offset, _) in one.char_indices() {
            prop_assert!(other.is_char_boundary(alignment.output_offset(offset)));
        }
        for (offset, _) in other.char_indices() {
            prop_assert!(one.is_char_boundary(alignment.source_offset(offset)));
        }
    }
}

#[test]
fn characters_correspond_one_by_one_where_there_are_as_many() {
    let mut alignment = Alignment::default();
    // Three and four bytes become four and three; the halves of the whole are not aligned.
    alignment.extend_changed("頭𬴃", "𬴃頭");
    assert_eq!(alignment.runs().collect::<Vec<_>>(), [(0..3, 0..4), (3..7, 4..7)]);
    assert_eq!(alignment.output_offset(3), 4);
}

#[test]
fn what_is_the_same_at_both_ends_corresponds() {
    let mut alignment = Alignment::default();
    alignment.extend_changed("看互联网吧", "看網際網路吧");
    assert_eq!(alignment.runs().collect::<Vec<_>>(), [(3..12, 3..15)]);
}

#[test]
fn a_deletion_is_the_point_between_its_neighbours() {
    let mut alignment = Alignment::unchanged(2);
    alignment.extend_replaced(3, 0);
    alignment.extend_unchanged(1);
    let offsets: Vec<_> = alignment.output_offsets(0..=6).collect();
    assert_eq!(offsets, [0, 1, 2, 2, 2, 2, 3]);
    assert_eq!(alignment.source_offset(2), 2);
    assert_eq!(alignment.source_range(2..3), 5..6);
}

#[test]
#[should_panic(expected = "another text")]
fn a_pass_over_another_text_is_refused() {
    let _ = Alignment::unchanged(3).then(&Alignment::unchanged(4));
}

/// Nothing is gone over twice: a million runs that overlap in no single place.
#[test]
fn many_runs_are_joined_in_linear_time() {
    let mut one = Alignment::default();
    let mut two = Alignment::unchanged(1);
    for _ in 0..1_000_000 {
        one.extend_replaced(3, 2);
        two.extend_replaced(2, 3);
    }
    one.extend_unchanged(1);
    let joined = one.then(&two);
    assert_eq!((joined.source_length(), joined.output_length()), (3_000_001, 3_000_001));
    assert_eq!(joined.runs().len(), 1);
}
