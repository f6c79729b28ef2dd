//! Detection does not depend on pieces, and sees the marks that the normalizer sees.

use fanjian::{Detector, Normalizer, Preset, Script, Vocabulary, careless_words, detect};

use crate::input::Input;
use crate::mutate::Pieces;
use crate::pieces::{EVIDENCE, MARKS};

/// What its texts are made of.
pub const PIECES: Pieces = Pieces { own: &[EVIDENCE, EVIDENCE, MARKS], keys: 3 };

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let text = input.text();
    let whole = detect(&text);
    let mut detector = Detector::new();
    for piece in input.pieces(&text) {
        detector.push(piece);
    }
    assert_eq!(detector.finish(), whole, "pieces of {text:?}");
    assert_eq!(whole.diagnosis(), Normalizer::new(Preset::Repair).diagnose(&text), "{text:?}");
    assert_eq!(
        whole.han(),
        whole.simplified() + whole.traditional() + whole.japanese() + whole.common()
    );
    assert!((0.0..=1.0).contains(&whole.confidence()), "{text:?}");
    let mut words = 0;
    for word in careless_words(&text) {
        assert_eq!(&text[word.range()], word.word());
        assert_ne!(word.word(), word.right());
        words += 1;
    }
    if whole.script() == Script::Traditional && text.len() < 60_000 {
        assert_eq!(whole.careless(), words);
    }
    for vocabulary in [Vocabulary::Kept, Vocabulary::Regional] {
        let _ = whole.path(input.config().target(), vocabulary);
    }
}
