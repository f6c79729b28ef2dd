//! Rates of conversion: of each group of configurations beside the fastest of
//! others, beside a limit, and beside fanjian's own rate elsewhere.

use anyhow::{Context, Result};
use fanjian::Config;
use peers::comparison::{Limit, Row, Stand};
use peers::converters::Memory;
use peers::number::{rounded, with_range};
use peers::results::Goal;
use texts::{Kind, Material};

use crate::Findings;
use crate::table::table;

/// A goal for a group of configurations.
struct Group {
    configs: &'static [Config],
    kind: Kind,
    /// Where fanjian's output goes: `Fresh` is `convert`, which borrows where
    /// nothing changes.
    memory: Memory,
    /// A configuration and a text whose peers count as well: zhconv has no
    /// `tw2s`, but what it does of this sort is its `tw2sp`; and no text of
    /// others is faster than OpenCC's `t2s` where all is ASCII.
    also_beside: Option<(Config, Kind)>,
    /// How many times as fast as the fastest of others.
    at_least: f64,
    /// What is aimed at beyond.
    aims: &'static [Aim],
}

/// What is aimed at.
#[derive(Clone, Copy)]
enum Aim {
    /// So many times as fast as the fastest of others.
    Fastest(f64),
    /// A share of a limit.
    Limit(Limit, f64),
    /// A share of fanjian's own rate with another configuration and its prose.
    Own(Config, f64),
    /// A share of fanjian's own rate with the same configuration and prose.
    OwnProse(f64),
    /// Nanoseconds for the text.
    Nanoseconds(f64),
}

/// How many times as fast is `share` of the time.
const fn time(share: f64) -> f64 {
    1.0 / share
}

#[rustfmt::skip]
const GROUPS: [Group; 10] = {
    use {Aim::*, Config::*, Kind::*, Memory::*};
    const UNCHANGED: &[Config] = &[T2s, S2t, S2twp, Tw2sp, T2jp];
    [
        Group {
            configs: &[T2s], kind: Prose, memory: Reused, also_beside: None,
            at_least: 7.0, aims: &[Limit(self::Limit::Decode, 1.0), Fastest(10.0)],
        },
        Group {
            configs: &[T2tw, Tw2t, T2hk, Hk2t, T2jp, Jp2t], kind: Prose, memory: Reused, also_beside: None,
            at_least: 3.0, aims: &[Own(T2s, 1.0)],
        },
        Group {
            configs: &[Tw2sp, Hk2sp, Tw2s, Hk2s], kind: Prose, memory: Reused, also_beside: Some((Tw2sp, Prose)),
            at_least: 4.0, aims: &[Own(T2s, 0.7)],
        },
        Group {
            configs: &[S2t], kind: Prose, memory: Reused, also_beside: None,
            at_least: 5.0, aims: &[Limit(self::Limit::Decode, 0.5), Fastest(8.0)],
        },
        Group {
            configs: &[S2tw, S2hk, S2twp, S2hkp], kind: Prose, memory: Reused, also_beside: Some((S2twp, Prose)),
            at_least: 4.0, aims: &[Own(S2t, 0.7)],
        },
        Group {
            configs: &[T2s, S2t], kind: Markdown, memory: Reused, also_beside: None,
            at_least: 4.0, aims: &[OwnProse(1.0)],
        },
        Group {
            configs: UNCHANGED, kind: Ascii, memory: Fresh, also_beside: Some((T2s, Ascii)),
            at_least: 3.0, aims: &[Limit(self::Limit::Validate, 0.5)],
        },
        Group {
            configs: UNCHANGED, kind: Unchanged, memory: Fresh, also_beside: Some((T2s, Ascii)),
            at_least: 3.0, aims: &[Limit(self::Limit::Validate, 0.5)],
        },
        Group {
            configs: &[T2s, S2t], kind: Twelve, memory: Reused, also_beside: None,
            at_least: time(0.6), aims: &[Fastest(time(0.4))],
        },
        Group {
            configs: &[T2s, S2t], kind: TwelveUnchanged, memory: Fresh, also_beside: None,
            at_least: time(0.6), aims: &[Nanoseconds(15.0)],
        },
    ]
};

/// Measures all groups; every row is also appended to `rows`.
pub(crate) fn measure(material: &Material, pairs: usize, rows: &mut Vec<Row>) -> Result<Findings> {
    let mut findings = Findings::default();
    let mut details = Vec::new();
    for group in &GROUPS {
        let mut outcomes = Vec::new();
        for &config in group.configs {
            eprintln!("  {config}, {}", group.kind);
            outcomes.push(Outcome::measure(group, config, material, pairs, rows)?);
        }
        details.extend(outcomes.iter().map(Outcome::cells));
        // Without peers, any of them may stand for the group.
        let ratio = |outcome: &Outcome| outcome.ratio().unwrap_or(f64::INFINITY);
        let slowest =
            outcomes.iter().min_by(|first, second| ratio(first).total_cmp(&ratio(second)));
        findings.goals.push(slowest.context("a group has configurations")?.goal(group));
    }
    let head = [
        "configuration",
        "text",
        "bytes",
        "fastest of others",
        "its MB/s",
        "fanjian MB/s",
        "× as fast: median (min–max)",
        "fresh memory, MB/s",
        "aims: so far / asked",
    ];
    findings.details.push(format!(
        "Rates of conversion, each beside the fastest of others\n\n{}",
        table(&head, details.into_iter())
    ));
    Ok(findings)
}

/// What was measured of one configuration in a group.
struct Outcome {
    config: Config,
    fastest: Option<Row>,
    fresh: Row,
    /// What was reached of each aim, as text.
    aims: Vec<String>,
}

impl Outcome {
    fn measure(
        group: &Group,
        config: Config,
        material: &Material,
        pairs: usize,
        rows: &mut Vec<Row>,
    ) -> Result<Outcome> {
        let text = material.text(config, group.kind)?;
        let stand = Stand::new(config, &text, group.memory, pairs)?;
        let fresh = stand.beside_fresh()?;
        let mut peers = stand.beside_peers();
        if let Some((other_config, kind)) = group.also_beside
            && (other_config, kind) != (config, group.kind)
        {
            let text = material.text(other_config, kind)?;
            peers.extend(stand.beside_peers_with(other_config, &text)?);
        }
        let fastest = peers
            .iter()
            .min_by(|first, second| first.ratio.median.total_cmp(&second.ratio.median))
            .cloned();
        rows.push(fresh.clone());
        rows.extend(peers);

        let mut outcome = Outcome { config, fastest, fresh, aims: Vec::new() };
        for &aim in group.aims {
            let reached = outcome.reached(aim, &stand, material, rows)?;
            outcome.aims.push(reached);
        }
        Ok(outcome)
    }

    /// How far an aim is reached, and what it asks.
    fn reached(
        &self,
        aim: Aim,
        stand: &Stand,
        material: &Material,
        rows: &mut Vec<Row>,
    ) -> Result<String> {
        let prose = |config| material.text(config, Kind::Prose);
        let (row, asked) = match aim {
            Aim::Fastest(asked) => {
                let ratio = self.ratio().map_or("–".to_owned(), rounded);
                return Ok(format!("{ratio} / {} × as fast", rounded(asked)));
            }
            Aim::Nanoseconds(asked) => {
                let own = nanoseconds(self.fresh.bytes, self.own_rate());
                return Ok(format!("{} / {asked} ns", rounded(own)));
            }
            Aim::Limit(limit, asked) => (stand.beside_limit(limit), asked),
            Aim::Own(config, asked) => (stand.beside_own(config, &prose(config)?)?, asked),
            Aim::OwnProse(asked) => (stand.beside_own(self.config, &prose(self.config)?)?, asked),
        };
        let (share, rate) = (row.ratio.median, rounded(row.other_rate));
        let reached = format!("{share:.2} / {asked} of {} ({rate} MB/s)", row.other.name());
        rows.push(row);
        Ok(reached)
    }

    /// How many times as fast as the fastest of others.
    fn ratio(&self) -> Option<f64> {
        self.fastest.as_ref().map(|row| row.ratio.median)
    }

    fn own_rate(&self) -> f64 {
        self.fastest.as_ref().map_or(self.fresh.own_rate, |row| row.own_rate)
    }

    fn goal(&self, group: &Group) -> Goal {
        let own = quantity(self.fresh.bytes, self.own_rate());
        let fresh = quantity(self.fresh.bytes, self.fresh.other_rate);
        Goal {
            what: group.name(self.config),
            others: self.fastest.as_ref().map_or("–".to_owned(), |row| {
                let bytes = if row.other.is_same_text() { row.bytes } else { usize::MAX };
                format!("{}: {}", row.other.label(), quantity(bytes, row.other_rate))
            }),
            own: match group.memory {
                Memory::Reused => format!("{own}; {fresh} fresh"),
                Memory::Fresh => format!("{own}, borrowed"),
            },
            beside: self
                .fastest
                .as_ref()
                .map_or("–".to_owned(), |row| format!("{} ×", with_range(&row.ratio))),
            at_least: format!("{} ×", rounded(group.at_least)),
            reached: self.ratio().is_some_and(|ratio| ratio >= group.at_least),
            aim: self.aims.join("; "),
        }
    }

    fn cells(&self) -> Vec<String> {
        let fastest = self.fastest.as_ref();
        let of_fastest = |show: fn(&Row) -> String| fastest.map_or("–".to_owned(), show);
        vec![
            self.config.to_string(),
            self.fresh.text.clone(),
            self.fresh.bytes.to_string(),
            of_fastest(|row| row.other.label()),
            of_fastest(|row| rounded(row.other_rate)),
            rounded(self.own_rate()),
            of_fastest(|row| with_range(&row.ratio)),
            rounded(self.fresh.other_rate),
            self.aims.join("; "),
        ]
    }
}

impl Group {
    /// What is measured, and which configuration of it is told of.
    fn name(&self, told: Config) -> String {
        let names: Vec<&str> = self.configs.iter().map(|config| config.name()).collect();
        match self.configs {
            [_] => format!("{}, {}", names.join(" "), self.kind),
            _ => format!("{}, {} ({told})", names.join(" "), self.kind),
        }
    }
}

/// A rate, or for a short text its time.
fn quantity(bytes: usize, rate: f64) -> String {
    match bytes {
        ..1000 => format!("{} ns", rounded(nanoseconds(bytes, rate))),
        _ => format!("{} MB/s", rounded(rate)),
    }
}

fn nanoseconds(bytes: usize, rate: f64) -> f64 {
    bytes as f64 / rate * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_configuration_has_a_goal_for_prose() {
        let prose = GROUPS.iter().filter(|group| group.kind == Kind::Prose);
        let configs: BTreeSet<Config> = prose.flat_map(|group| group.configs).copied().collect();
        assert_eq!(configs.len(), Config::ALL.len());
    }

    #[test]
    fn short_texts_are_told_by_their_time() {
        assert_eq!(quantity(36, 1200.0), "30.0 ns");
        assert_eq!(quantity(36_000, 1200.0), "1200 MB/s");
    }
}
