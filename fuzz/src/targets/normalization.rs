//! Normalizing twice is normalizing once; streams, lines and aligned forms agree with the
//! whole; nothing is copied where nothing changes.

use std::borrow::Cow;

use fanjian::Cause;

use crate::aligned;
use crate::input::Input;
use crate::mutate::Pieces;
use crate::pieces::{MARKS, OTHER};

/// What its texts are made of.
pub const PIECES: Pieces = Pieces { own: &[MARKS, MARKS, MARKS, OTHER], keys: 1 };

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let (normalizer, text) = (input.normalizer(), input.text());
    let once = normalizer.normalize(&text);
    let again = normalizer.normalize(&once);
    assert_eq!(again, once, "of {text:?} by {normalizer:?}");
    assert!(matches!(again, Cow::Borrowed(_)));

    let mut output = String::from("> ");
    normalizer.normalize_into(&text, &mut output);
    assert_eq!(output.strip_prefix("> "), Some(&*once));

    let mut stream = normalizer.stream();
    for _ in 0..2 {
        let mut output = String::new();
        for piece in input.pieces(&text) {
            stream.push(piece, &mut output);
        }
        stream.finish(&mut output);
        assert_eq!(output, once, "a stream of {text:?} by {normalizer:?}");
    }

    let aligned = normalizer.normalize_aligned(&text);
    assert_eq!(aligned.output(), once);
    aligned::check(&aligned);
    for edit in aligned.edits() {
        assert!(edit.causes().iter().all(|cause| matches!(cause, Cause::Rule(_))), "{edit:?}");
    }
    for note in normalizer.notes(&text) {
        assert!(text.get(note.range()).is_some_and(|it| !it.is_empty()));
    }
    let settled = normalizer.settled_by(&text);
    let lines = text.split_inclusive('\n').map(|line| settled.normalize(line).into_owned());
    assert_eq!(lines.collect::<String>(), once, "the lines of {text:?} by {normalizer:?}");
}
