//! All doors of a pipeline lead to the same, and what it did can be taken back.

use std::borrow::Cow;

use fanjian::Pipeline;

use crate::aligned;
use crate::input::Input;
use crate::mutate::Pieces;
use crate::pieces::{MARKS, OTHER, TRADITIONAL};

/// What its texts are made of.
pub const PIECES: Pieces = Pieces { own: &[MARKS, MARKS, OTHER, TRADITIONAL], keys: 4 };

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let text = input.text();
    let pipeline = pipeline(&input);
    let whole = pipeline.process(&text);
    assert_eq!(matches!(whole, Cow::Borrowed(_)), whole == text);

    let mut output = String::from("> ");
    pipeline.process_into(&text, &mut output);
    assert_eq!(output.strip_prefix("> "), Some(&*whole));

    let aligned = pipeline.process_aligned(&text);
    assert_eq!(aligned.output(), whole, "aligned, of {text:?}");
    aligned::check(&aligned);

    let mut stream = pipeline.stream();
    for _ in 0..2 {
        let mut output = String::new();
        for piece in input.pieces(&text) {
            stream.push(piece, &mut output);
        }
        stream.finish(&mut output);
        assert_eq!(output, whole, "a stream of {text:?}");
        assert_eq!(stream.kept(), 0);
    }

    let settled = pipeline.settled_by(&text);
    assert!(settled.is_settled());
    assert_eq!(settled.process(&text), whole, "settled, of {text:?}");
    if let Some(cut) = settled.last_cut(&text) {
        let (before, behind) = text.split_at(cut);
        let parts = [settled.process(before), settled.process(behind)].concat();
        assert_eq!(parts, whole, "cut at {cut}, of {text:?}");
    }
}

/// Any passes together.
fn pipeline(input: &Input<'_>) -> Pipeline {
    let mut builder = Pipeline::builder();
    if !input.bit(1, 2) {
        builder = builder.normalize(input.normalizer());
    }
    if !input.bit(1, 3) {
        builder = builder.convert(input.converter());
    }
    builder.repair(input.bit(1, 4)).build()
}
