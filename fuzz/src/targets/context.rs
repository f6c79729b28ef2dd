//! Characters that are decided by what stands around them: repair of Traditional text, and
//! conversion by context.

use fanjian::{Converter, Disambiguation, Repair, revert};

use crate::aligned;
use crate::input::Input;
use crate::mutate::Pieces;
use crate::pieces::{OTHER, TRADITIONAL};

/// What its texts are made of.
pub const PIECES: Pieces = Pieces { own: &[TRADITIONAL, TRADITIONAL, OTHER], keys: 5 };

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let text = input.text();
    repair(&input, &text);
    conversion(&input, &text);
}

fn repair(input: &Input<'_>, text: &str) {
    let repair = Repair::new();
    let whole = repair.repair(text);
    assert_eq!(whole.len(), text.len(), "no place moves");
    let aligned = repair.repair_aligned(text);
    assert_eq!(aligned.output(), whole);
    aligned::check(&aligned);
    assert_eq!(revert(&whole, &aligned.edits()).as_deref(), Ok(text));

    let mut rest = text.to_owned();
    for restoration in repair.restorations(text) {
        assert!(text[restoration.range()].starts_with(restoration.replaced()));
        rest.replace_range(restoration.range(), &restoration.replacement().to_string());
    }
    assert_eq!(rest, whole, "its restorations are the repair");

    let mut stream = repair.stream();
    for _ in 0..2 {
        let mut output = String::new();
        for piece in input.pieces(text) {
            stream.push(piece, &mut output);
        }
        stream.finish(&mut output);
        assert_eq!(output, whole, "a stream of {text:?}");
        assert_eq!(stream.kept(), 0);
    }
    let settled = repair.settled_by(text);
    let lines = text.split_inclusive('\n').map(|line| settled.repair(line).into_owned());
    assert_eq!(lines.collect::<String>(), whole, "the lines of {text:?}");
}

fn conversion(input: &Input<'_>, text: &str) {
    let builder = Converter::builder(input.config()).tofu_risk(input.tofu_risk());
    let plain = builder.build();
    let builder = builder.disambiguation(Disambiguation::Context);
    let converter = builder.build();
    let whole = converter.convert(text);

    let mut output = String::from("> ");
    converter.convert_into(text, &mut output);
    assert_eq!(output.strip_prefix("> "), Some(&*whole));

    let aligned = converter.convert_aligned(text);
    assert_eq!(aligned.output(), whole, "aligned, of {text:?}");
    aligned::check(&aligned);

    let segments = converter.segments(text).map(|segment| segment.replacement().to_owned());
    assert_eq!(segments.collect::<String>(), whole, "segments of {text:?}");

    let mut stream = converter.stream();
    let mut output = String::new();
    for piece in input.pieces(text) {
        stream.push(piece, &mut output);
    }
    stream.finish(&mut output);
    assert_eq!(output, whole, "a stream of {text:?}");

    let overrides = converter.overrides(text);
    let opencc = plain.convert(text);
    if overrides.is_empty() {
        assert_eq!(whole, opencc, "nothing is overridden in {text:?}");
    }
    for one in overrides {
        assert!(text.get(one.range()).is_some_and(|it| !it.is_empty()));
    }
    let never = builder.min_margin(u16::MAX).build();
    assert_eq!(never.convert(text), opencc);
}
