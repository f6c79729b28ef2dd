//! Tasks in alternation, and what their times say.
//!
//! A machine that others use drifts: its clock, its caches and its neighbours
//! change within seconds. Two tasks that are timed one right after the other
//! meet the same machine, so the ratio of such a pair says more than the ratio
//! of two medians.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Tasks shorter than this are repeated within a sample: the clock and the
/// first call after a change of task would weigh too much.
const SAMPLE: Duration = Duration::from_millis(10);

/// The times of one task, in seconds per run, in the order they were taken.
pub struct Times(pub Vec<f64>);

/// Runs the two tasks in turn, `pairs` times each.
pub fn alternate(
    pairs: usize,
    first: &mut dyn FnMut(),
    second: &mut dyn FnMut(),
) -> (Times, Times) {
    let (first_runs, second_runs) = (runs_per_sample(first), runs_per_sample(second));
    let mut times = (Times(Vec::new()), Times(Vec::new()));
    for _ in 0..pairs {
        times.0.0.push(sample(first, first_runs));
        times.1.0.push(sample(second, second_runs));
    }
    times
}

impl Times {
    /// The median, in seconds.
    #[must_use]
    pub fn median(&self) -> f64 {
        Summary::of(self.0.clone()).median
    }

    /// How many times as long `self` took as `other`, pair by pair.
    #[must_use]
    pub fn ratio_to(&self, other: &Times) -> Summary {
        Summary::of(self.0.iter().zip(&other.0).map(|(own, others)| own / others).collect())
    }

    /// By how many seconds `self` took longer than `other`, pair by pair.
    #[must_use]
    pub fn excess_over(&self, other: &Times) -> Summary {
        Summary::of(self.0.iter().zip(&other.0).map(|(own, others)| own - others).collect())
    }
}

/// A middle and what lies around it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The value in the middle; between two of them, their mean.
    pub median: f64,
    /// The smallest value.
    pub minimum: f64,
    /// The largest value.
    pub maximum: f64,
}

impl Summary {
    /// Sums up values, of which there is at least one.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Summary {
        values.sort_by(f64::total_cmp);
        let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        Summary {
            median: f64::midpoint(low, high),
            minimum: values[0],
            maximum: values[values.len() - 1],
        }
    }

    /// What the summary of values `factor` times as large is.
    #[must_use]
    pub fn times(self, factor: f64) -> Summary {
        let Summary { median, minimum, maximum } = self;
        Summary { median: median * factor, minimum: minimum * factor, maximum: maximum * factor }
    }
}

/// How often to run a task for one sample. Finding out warms it up.
fn runs_per_sample(task: &mut dyn FnMut()) -> u32 {
    let mut runs = 1;
    while sample(task, runs) * f64::from(runs) < SAMPLE.as_secs_f64() {
        runs *= 2;
    }
    runs
}

/// Seconds per run.
fn sample(task: &mut dyn FnMut(), runs: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..runs {
        task();
    }
    start.elapsed().as_secs_f64() / f64::from(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        let summary = |values: &[f64]| Summary::of(values.to_vec());
        let odd = Summary { median: 2.0, minimum: 1.0, maximum: 9.0 };
        assert_eq!(summary(&[9.0, 1.0, 2.0]), odd);
        assert_eq!(summary(&[4.0, 1.0, 2.0, 3.0]).median, 2.5);
    }

    #[test]
    fn tasks_take_turns_and_are_paired() {
        let (first, second) = alternate(3, &mut || (), &mut || ());
        assert_eq!((first.0.len(), second.0.len()), (3, 3));
        let (first, second) = (Times(vec![2.0, 6.0, 9.0]), Times(vec![1.0, 2.0, 9.0]));
        assert_eq!(first.ratio_to(&second).median, 2.0);
        assert_eq!(first.excess_over(&second).maximum, 4.0);
    }
}
