//! How cost grows with the text: rates from 10 kB to 1 GB beside the rate at
//! 1 MB, in alternation.
//!
//! All sizes have the same content, sentences from the whole of the prose: short
//! texts are pieces of 1 MB, converted one behind the other, and long ones
//! repeat it. So no size has an easier text, and none is learned by heart.

use anyhow::{Context, Result};
use fanjian::Config;
use peers::converters::{FANJIAN, Memory};
use peers::corpora::blocks;
use peers::number::{rounded, with_range};
use peers::results::Goal;
use peers::task::{Race, Task};
use peers::timing::Summary;
use texts::Material;
use texts::material::repeated;

use crate::Findings;
use crate::table::table;

/// The sizes, in bytes.
const SIZES: [usize; 6] = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// The size that others are compared with.
const MIDDLE: usize = 1_000_000;

/// What the slowest size keeps of the rate of the fastest.
const AT_LEAST: f64 = 0.85;

/// The configurations, one for each kind of plan.
const CONFIGS: [Config; 4] = [Config::T2s, Config::S2t, Config::S2twp, Config::Tw2sp];

/// Measures sizes up to `longest` megabytes.
pub(crate) fn measure(material: &Material, pairs: usize, longest: usize) -> Result<Findings> {
    let material = material.sample(MIDDLE);
    let sizes: Vec<usize> = SIZES.into_iter().filter(|&size| size <= longest * MIDDLE).collect();
    let mut lines = Vec::new();
    for config in CONFIGS {
        lines.push(Line::measure(config, &material.prose(config), &sizes, pairs)?);
    }

    let worst = lines.iter().min_by(|first, second| first.kept().total_cmp(&second.kept()));
    let worst = worst.context("there are configurations")?;
    let goal = Goal {
        what: format!("rates from 10 kB to {longest} MB ({})", worst.config),
        others: "–".to_owned(),
        own: format!("{} MB/s at 1 MB", rounded(worst.rate)),
        beside: format!("slowest size {:.2} of the fastest", worst.kept()),
        at_least: AT_LEAST.to_string(),
        reached: worst.kept() >= AT_LEAST,
        aim: "–".to_owned(),
    };
    let names: Vec<String> = sizes.iter().map(|&size| name(size)).collect();
    let mut head = vec!["configuration", "MB/s at 1 MB"];
    head.extend(names.iter().map(String::as_str));
    let details = format!(
        "Rates of texts of every size, beside the rate at 1 MB: median (min–max)\n\n{}",
        table(&head, lines.iter().map(Line::cells))
    );
    Ok(Findings { goals: vec![goal], details: vec![details] })
}

/// What was measured of one configuration.
struct Line {
    config: Config,
    /// Megabytes a second at the size in the middle.
    rate: f64,
    /// The rate at each size, over that.
    ratios: Vec<Summary>,
}

impl Line {
    fn measure(config: Config, text: &str, sizes: &[usize], pairs: usize) -> Result<Line> {
        let conversion = (FANJIAN.make)(config).context("fanjian has every configuration")?;
        let mut line = Line { config, rate: 0.0, ratios: Vec::new() };
        for &size in sizes {
            let long = if size > MIDDLE { repeated(text, size) } else { String::new() };
            let texts = match size > MIDDLE {
                true => vec![long.as_str()],
                false => blocks(text, size).collect(),
            };
            let mut own = Task::convert_all(&conversion, Memory::Reused, texts);
            let mut middle = Task::convert(&conversion, Memory::Reused, text);
            let race = Race::run(pairs_for(size, pairs), &mut own, &mut middle);
            line.ratios.push(race.ratio());
            if size == MIDDLE {
                line.rate = race.own_rate();
            }
        }
        Ok(line)
    }

    /// What the slowest size keeps of the rate of the fastest.
    fn kept(&self) -> f64 {
        let Summary { minimum, maximum, .. } =
            Summary::of(self.ratios.iter().map(|ratio| ratio.median).collect());
        minimum / maximum
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.config.to_string(), rounded(self.rate)];
        cells.extend(self.ratios.iter().map(with_range));
        cells
    }
}

/// Long texts say as much in fewer pairs.
fn pairs_for(size: usize, pairs: usize) -> usize {
    match size {
        ..100_000_000 => pairs,
        100_000_000..1_000_000_000 => pairs.min(7),
        _ => pairs.min(3),
    }
}

fn name(size: usize) -> String {
    match size {
        1_000_000_000.. => format!("{} GB", size / 1_000_000_000),
        1_000_000.. => format!("{} MB", size / 1_000_000),
        _ => format!("{} kB", size / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_size_is_held_to_the_fastest() {
        let ratio = |median| Summary { median, minimum: 0.0, maximum: 9.0 };
        let ratios = [1.0, 1.25, 0.5].map(ratio).to_vec();
        assert_eq!(Line { config: Config::S2t, rate: 1.0, ratios }.kept(), 0.4);
    }

    #[test]
    fn sizes_are_named_by_their_unit() {
        let names = ["10 kB", "100 kB", "1 MB", "10 MB", "100 MB", "1 GB"];
        assert_eq!(SIZES.map(name), names);
    }
}
