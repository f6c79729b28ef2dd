//! Whether choices are right as often as they are said to be.
//!
//! `Converter::ambiguities` says of each choice how sure it is. Choices that are about as
//! sure as each other should be right that often: the measure of J. Murphy and Winkler for
//! forecasts ("Reliability of subjective probability forecasts", 1977).

use std::fmt;

use fanjian::{Config, Converter, Disambiguation};
use serde::Serialize;

use super::accuracy::Share;
use super::folding::Folding;
use super::set::Set;

/// The bands of confidence, by where they end.
const BANDS: [f64; 6] = [0.5, 0.8, 0.9, 0.95, 0.99, 1.0];

/// What came of the choices of a band.
#[derive(Clone, Copy, Default, Serialize)]
struct Band {
    /// Choices that are right.
    right: Share,
    /// How many would be, by what is said of them.
    expected: f64,
}

/// The choices of conversion by context, over all sets.
#[derive(Clone, Default, Serialize)]
pub(crate) struct Reliability {
    bands: [Band; BANDS.len()],
}

impl Reliability {
    /// That of all lines of the sets.
    pub(crate) fn of(sets: &[Set], folding: &Folding) -> Reliability {
        let builder = Converter::builder(Config::S2t).disambiguation(Disambiguation::Context);
        let converter = builder.build();
        let mut reliability = Reliability::default();
        for line in sets.iter().flat_map(|set| &set.lines) {
            reliability.count_line(&converter, &line.native, &line.simplified, folding);
        }
        reliability
    }

    fn count_line(
        &mut self,
        converter: &Converter,
        native: &str,
        simplified: &str,
        folding: &Folding,
    ) {
        let native = folding.fold(native);
        let output = folding.fold(&converter.convert(simplified));
        if native.len() != output.len() {
            return;
        }
        for place in converter.ambiguities(simplified) {
            let from = simplified[..place.source_range().start].chars().count();
            let places = from..from + place.source().chars().count();
            let is_right = native[places.clone()] == output[places];
            self.count(place.confidence(), is_right);
        }
    }

    fn count(&mut self, confidence: f64, is_right: bool) {
        let number = BANDS.iter().position(|&end| confidence < end).unwrap_or(BANDS.len() - 1);
        self.bands[number].right.count(is_right);
        self.bands[number].expected += confidence;
    }
}

impl fmt::Display for Reliability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| confidence | choices | said to be right, % | right, % |")?;
        writeln!(formatter, "| --- | --: | --: | --: |")?;
        let starts = [0.0].into_iter().chain(BANDS);
        for ((start, end), Band { right, expected }) in starts.zip(BANDS).zip(self.bands) {
            let said = 100.0 * expected / right.of.max(1) as f64;
            let (of, right) = (right.of, right.percent());
            writeln!(formatter, "| {start:.2}–{end:.2} | {of} | {said:.2} | {right:.2} |")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_counted_by_what_is_said_of_them() {
        let mut reliability = Reliability::default();
        for (confidence, is_right) in [(0.3, true), (0.96, true), (0.97, false), (1.0, true)] {
            reliability.count(confidence, is_right);
        }
        let told = reliability.to_string();
        assert!(told.contains("| 0.00–0.50 | 1 | 30.00 | 100.00 |"), "{told}");
        assert!(told.contains("| 0.95–0.99 | 2 | 96.50 | 50.00 |"), "{told}");
        assert!(told.contains("| 0.99–1.00 | 1 | 100.00 | 100.00 |"), "{told}");
    }

    #[test]
    fn what_is_wrong_is_not_counted_as_right() {
        let folding = Folding::read().expect("the lists are well formed");
        let converter = Converter::new(Config::S2t);
        let mut reliability = Reliability::default();
        reliability.count_line(&converter, "發，髮", "发，发", &folding);
        let all = reliability.bands.map(|band| band.right);
        let [some, of] = [|share: &Share| share.some, |share: &Share| share.of]
            .map(|part| all.iter().map(part).sum::<usize>());
        assert_eq!((some, of), (1, 2));
    }
}
