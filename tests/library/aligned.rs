//! What must hold for every text and what became of it. The fuzz targets ask it, too.

use fanjian::{Aligned, Alignment, revert};

/// What must hold for a text and what became of it, however it came about.
pub(crate) fn check(aligned: &Aligned<'_>) {
    let (source, output, alignment) = (aligned.source(), aligned.output(), aligned.alignment());
    assert_eq!(alignment.source_length(), source.len());
    assert_eq!(alignment.output_length(), output.len());
    check_direction(source, output, |offset| alignment.output_offset(offset));
    check_direction(output, source, |offset| alignment.source_offset(offset));
    check_runs(source, output, alignment);
    check_edits(aligned);
}

fn check_direction(from: &str, to: &str, map: impl Fn(usize) -> usize) {
    let mut last = 0;
    for offset in (0..=from.len()).filter(|offset| from.is_char_boundary(*offset)) {
        let mapped = map(offset);
        assert!(to.is_char_boundary(mapped), "{offset} leads into a character of {to:?}");
        assert!(last <= mapped, "{offset} of {from:?} leads back");
        last = mapped;
    }
    assert!(last <= to.len());
}

/// Between runs, characters stand one to one.
fn check_runs(source: &str, output: &str, alignment: &Alignment) {
    let (mut from, mut to) = (0, 0);
    let end = (source.len()..source.len(), output.len()..output.len());
    for (source_range, output_range) in alignment.runs().chain([end]) {
        let stretches = [&source[from..source_range.start], &output[to..output_range.start]];
        let [one, other] = stretches
            .map(|stretch| stretch.char_indices().map(|(offset, _)| offset).collect::<Vec<_>>());
        assert_eq!(one, other, "{stretches:?}");
        (from, to) = (source_range.end, output_range.end);
    }
}

fn check_edits(aligned: &Aligned<'_>) {
    let (source, output, edits) = (aligned.source(), aligned.output(), aligned.edits());
    assert_eq!(revert(output, &edits).as_deref(), Ok(source), "{edits:?}");
    let (mut from, mut to) = (0, 0);
    for edit in &edits {
        assert!(from <= edit.source().start && to <= edit.output().start, "{edits:?}");
        assert_eq!(&source[from..edit.source().start], &output[to..edit.output().start]);
        (from, to) = (edit.source().end, edit.output().end);
        let (before, after) = (&source[edit.source()], &output[edit.output()]);
        assert_eq!(before, edit.replaced());
        assert!(!edit.causes().is_empty(), "nobody made {edit:?}");
        // It is as small as it can be.
        let ends = |text: &str| (text.chars().next(), text.chars().next_back());
        let ((first, last), (new_first, new_last)) = (ends(before), ends(after));
        assert!(first.is_none() || first != new_first, "{edit:?} gives {after:?}");
        assert!(last.is_none() || last != new_last, "{edit:?} gives {after:?}");
    }
    assert_eq!(edits.is_empty(), source == output);
}
