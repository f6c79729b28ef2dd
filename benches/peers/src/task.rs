//! What is timed, and how fast one is beside another.

use std::hint::black_box;

use crate::converters::{Conversion, Memory, copy, decode, validate};
use crate::timing::{self, Summary, Times};

/// Something to time that goes over bytes of text.
pub struct Task<'t> {
    bytes: usize,
    work: Box<dyn FnMut() + 't>,
}

impl<'t> Task<'t> {
    /// A conversion of one text.
    #[must_use]
    pub fn convert(conversion: &'t Conversion, memory: Memory, text: &'t str) -> Task<'t> {
        Task::convert_all(conversion, memory, vec![text])
    }

    /// Conversions of texts, one behind the other, each for itself.
    #[must_use]
    pub fn convert_all(
        conversion: &'t Conversion,
        memory: Memory,
        texts: Vec<&'t str>,
    ) -> Task<'t> {
        let mut output = String::new();
        let bytes = texts.iter().map(|text| text.len()).sum();
        let work = move || {
            for text in &texts {
                match memory {
                    Memory::Reused => output.clear(),
                    // The string of the call before is gone when the next begins.
                    Memory::Fresh => output = String::new(),
                }
                conversion(black_box(text), &mut output);
                black_box(&output);
            }
        };
        Task { bytes, work: Box::new(work) }
    }

    /// A limit: what memory alone allows.
    #[must_use]
    pub fn copy(text: &'t str) -> Task<'t> {
        let mut buffer = Vec::new();
        Task { bytes: text.len(), work: Box::new(move || copy(black_box(text), &mut buffer)) }
    }

    /// A limit: decoding without looking anything up.
    #[must_use]
    pub fn decode(text: &'t str) -> Task<'t> {
        let mut buffer = Vec::new();
        Task { bytes: text.len(), work: Box::new(move || decode(black_box(text), &mut buffer)) }
    }

    /// A limit: reading every byte and writing none.
    #[must_use]
    pub fn validate(text: &'t str) -> Task<'t> {
        Task { bytes: text.len(), work: Box::new(move || validate(black_box(text))) }
    }
}

/// The times of two tasks that were run in alternation.
pub struct Race {
    own: Times,
    other: Times,
    own_bytes: f64,
    other_bytes: f64,
}

impl Race {
    /// Runs the two tasks in turn, `pairs` times each.
    #[must_use]
    pub fn run(pairs: usize, own: &mut Task, other: &mut Task) -> Race {
        let (own_bytes, other_bytes) = (own.bytes as f64, other.bytes as f64);
        let (own, other) = timing::alternate(pairs, &mut own.work, &mut other.work);
        Race { own, other, own_bytes, other_bytes }
    }

    /// The own task's rate: megabytes a second.
    #[must_use]
    pub fn own_rate(&self) -> f64 {
        self.own_bytes / 1e6 / self.own.median()
    }

    /// The other task's rate: megabytes a second.
    #[must_use]
    pub fn other_rate(&self) -> f64 {
        self.other_bytes / 1e6 / self.other.median()
    }

    /// How many times as fast the own task is, pair by pair, for every byte.
    #[must_use]
    pub fn ratio(&self) -> Summary {
        self.other.ratio_to(&self.own).times(self.own_bytes / self.other_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_ratios_are_by_byte() {
        let race = Race {
            own: Times(vec![1.0, 2.0, 3.0]),
            other: Times(vec![4.0, 8.0, 24.0]),
            own_bytes: 6e6,
            other_bytes: 2e6,
        };
        assert_eq!((race.own_rate(), race.other_rate()), (3.0, 0.25));
        assert_eq!(race.ratio(), Summary { median: 12.0, minimum: 12.0, maximum: 24.0 });
    }

    #[test]
    fn a_task_converts_each_of_its_texts() {
        let conversion: Conversion = Box::new(|text, output| output.push_str(text));
        let mut task = Task::convert_all(&conversion, Memory::Reused, vec!["ab", "漢"]);
        assert_eq!(task.bytes, 5);
        (task.work)();
    }
}
