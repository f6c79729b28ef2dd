//! Conversion by context: how fast it is beside the fastest of others that converts the same
//! text without looking at any, and beside OpenCC.

use anyhow::Result;
use fanjian::{Config, Converter, Disambiguation};
use peers::converters::{Conversion, FANJIAN, Memory, PEERS};
use peers::number::{rounded, with_range};
use peers::results::Goal;
use peers::task::{Race, Task};
use texts::Material;

use crate::Findings;
use crate::table::table;

/// Whose rate of the same configuration is asked for, and how many times it.
const OTHER: &str = "zhconv";
const AT_LEAST: f64 = 1.0;

/// The configurations, one with the stage that chooses alone and one with others behind it.
const CONFIGS: [Config; 2] = [Config::S2t, Config::S2twp];

/// Bytes of prose that are converted.
const LENGTH: usize = 4_000_000;

pub(crate) fn measure(material: &Material, pairs: usize) -> Result<Findings> {
    let material = material.sample(LENGTH);
    let mut findings = Findings::default();
    let mut rows = Vec::new();
    for config in CONFIGS {
        let prose = material.prose(config);
        let converter = Converter::builder(config).disambiguation(Disambiguation::Context).build();
        let by_context: Conversion =
            Box::new(move |text, output| converter.convert_into(text, output));
        for other in [&FANJIAN].into_iter().chain(PEERS) {
            let Some(conversion) = (other.make)(config) else { continue };
            let mut own = Task::convert(&by_context, Memory::Reused, &prose);
            let mut task = Task::convert(&conversion, other.memory, &prose);
            let race = Race::run(pairs, &mut own, &mut task);
            let (own, others) = (race.own_rate(), race.other_rate());
            rows.push(vec![
                config.to_string(),
                other.label(),
                rounded(own),
                rounded(others),
                with_range(&race.ratio()),
            ]);
            if other.name == OTHER && config == Config::S2t {
                findings.goals.push(goal(own, others, race.ratio().median));
            }
        }
    }
    let head = ["configuration", "beside", "by context, MB/s", "MB/s", "times (min–max)"];
    findings.details.push(format!(
        "Conversion by context (`Disambiguation::Context`), medians of {pairs}:\n\n{}",
        table(&head, rows.into_iter())
    ));
    Ok(findings)
}

fn goal(own: f64, others: f64, ratio: f64) -> Goal {
    Goal {
        what: "conversion by context, s2t".to_owned(),
        others: format!("{OTHER}: {} MB/s", rounded(others)),
        own: format!("{} MB/s", rounded(own)),
        beside: format!("{ratio:.2} times"),
        at_least: AT_LEAST.to_string(),
        reached: ratio >= AT_LEAST,
        aim: "–".to_owned(),
    }
}
