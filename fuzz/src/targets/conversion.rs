//! Conversion is what the plain reference says, through every door.

use std::borrow::Cow;

use fanjian::Converter;

use crate::aligned;
use crate::input::Input;
use crate::mutate::{Pieces, REFERENCE};
use crate::pieces::OTHER;

/// What its texts are made of.
pub const PIECES: Pieces = Pieces { own: &[OTHER], keys: 8 };

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let (config, tofu_risk, text) = (input.config(), input.tofu_risk(), input.text());
    let expected = REFERENCE.convert(config, tofu_risk, &text);
    let converter = Converter::builder(config).tofu_risk(tofu_risk).build();
    let converted = converter.convert(&text);
    assert_eq!(converted, expected, "{config} of {text:?}");
    let first_change = converter.first_change(&text);
    assert_eq!(matches!(converted, Cow::Borrowed(_)), first_change.is_none());

    let mut output = String::from("> ");
    converter.convert_into(&text, &mut output);
    assert_eq!(output.strip_prefix("> "), Some(&*expected));
    output.clear();
    converter.convert_parallel_into(&text, &mut output);
    assert_eq!(output, expected);

    let aligned = converter.convert_aligned(&text);
    assert_eq!(aligned.output(), expected);
    aligned::check(&aligned);

    let (mut covered, mut retold) = (0, String::new());
    for segment in converter.segments(&text) {
        assert_eq!(segment.range().start, covered);
        assert_eq!(&text[segment.range()], segment.source());
        assert!(!segment.source().is_empty());
        covered = segment.range().end;
        retold.push_str(segment.replacement());
    }
    assert_eq!((covered, &*retold), (text.len(), &*expected));
    for place in converter.ambiguities(&text) {
        assert_eq!(&text[place.source_range()], place.source());
        assert_eq!(&expected[place.output_range()], place.chosen());
    }
    if let Some(cut) = converter.last_cut(&text) {
        let (before, behind) = text.split_at(cut);
        assert_eq!([converter.convert(before), converter.convert(behind)].concat(), expected);
    }
}
