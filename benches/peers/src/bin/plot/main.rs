//! `plot RESULTS FIGURE`: draws how fast fanjian and others convert prose.
//!
//! It reads what `peers` or `goals` wrote and measures nothing, so the same file
//! gives the same figure.

mod figure;

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use fanjian::Config;
use peers::comparison::{Limit, Other, Row};
use peers::results::Results;
use peers::timing::Summary;
use texts::Kind;

use figure::{Bar, Figure, Group};

/// The configurations that are drawn, where they were measured.
const CONFIGS: [Config; 5] = [Config::T2s, Config::S2t, Config::S2twp, Config::Tw2sp, Config::T2tw];

fn main() -> Result<()> {
    let mut paths = env::args_os().skip(1).map(PathBuf::from);
    let (Some(input), Some(output)) = (paths.next(), paths.next()) else {
        anyhow::bail!("usage: plot RESULTS FIGURE");
    };
    let results = Results::read(&input)?;
    let groups: Vec<Group> =
        CONFIGS.into_iter().filter_map(|config| group(config, &results.rows)).collect();
    let place = || input.display().to_string();
    ensure!(!groups.is_empty(), "{}: no prose beside other converters", place());
    let figure = Figure { groups, notes: notes(&results) };
    svg::save(&output, &figure.draw()).with_context(|| output.display().to_string())
}

/// One configuration's bars, the fastest first.
///
/// Rates of different runs do not compare, for machines drift; ratios do. So
/// fanjian's rate is the median of all its runs, and that of another is fanjian's
/// over the ratio of the two.
fn group(config: Config, rows: &[Row]) -> Option<Group> {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.is_of(config, Kind::Prose)).collect();
    let lines = rows.first()?.own_lines;
    let own_rate = Summary::of(rows.iter().map(|row| row.own_rate).collect()).median;
    let mut bars = Vec::new();
    for row in &rows {
        if let Other::Peer { label, lines, instead: None, .. } = &row.other {
            let (name, ratio) = (label.clone(), row.ratio.median);
            bars.push(Bar { name, rate: own_rate / ratio, ratio, lines: *lines, is_own: false });
        }
    }
    let name = "fanjian".to_owned();
    bars.push(Bar { name, rate: own_rate, ratio: 1.0, lines, is_own: true });
    bars.sort_by(|first, second| second.rate.total_cmp(&first.rate));
    let is_limit =
        |row: &&&Row| matches!(&row.other, Other::Limit(name) if name == Limit::Decode.name());
    let limit = rows.iter().find(is_limit).map(|row| own_rate / row.ratio.median);
    Some(Group { config, bars, limit })
}

/// What the figures must not be quoted without.
fn notes(results: &Results) -> Vec<String> {
    let provenance = &results.provenance;
    vec![
        "Lines that differ from OpenCC's. Decoding alone: encoding_rs, UTF-8 to UTF-16.".to_owned(),
        format!("Prose: {}.", provenance.prose),
        format!(
            "One thread, fanjian's output memory reused, medians of {} pairs in alternation. \
             {}; vectors: {}.",
            provenance.pairs, provenance.machine, provenance.vectors
        ),
        format!("{}, revision {}.", provenance.command, provenance.revision),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use peers::comparison::Lines;
    use peers::converters::Memory;

    fn row(name: &str, own_rate: f64, ratio: f64) -> Row {
        let lines = Lines { differing: 1, all: 9 };
        Row {
            config: "s2t".to_owned(),
            text: Kind::Prose.to_string(),
            bytes: 1,
            own_memory: Memory::Reused,
            own_lines: Lines { differing: 0, all: 9 },
            other: Other::Peer {
                name: name.to_owned(),
                label: name.to_owned(),
                memory: Memory::Fresh,
                lines,
                instead: None,
            },
            other_rate: own_rate / ratio,
            own_rate,
            ratio: Summary { median: ratio, minimum: ratio, maximum: ratio },
        }
    }

    #[test]
    fn others_are_drawn_by_their_ratio_to_one_rate() {
        let rows = [row("slow", 100.0, 10.0), row("fast", 200.0, 0.5), row("middle", 400.0, 4.0)];
        let group = group(Config::S2t, &rows).unwrap();
        let bars: Vec<(&str, f64)> =
            group.bars.iter().map(|bar| (bar.name.as_str(), bar.rate)).collect();
        assert_eq!(bars, [("fast", 400.0), ("fanjian", 200.0), ("middle", 50.0), ("slow", 20.0)]);
    }

    #[test]
    fn what_was_not_measured_is_not_drawn() {
        assert!(group(Config::T2s, &[row("other", 1.0, 1.0)]).is_none());
    }

    #[test]
    fn the_same_results_give_the_same_figure() {
        let draw = || {
            let groups = vec![group(Config::S2t, &[row("other", 100.0, 4.0)]).unwrap()];
            Figure { groups, notes: vec!["A note.".to_owned()] }.draw().to_string()
        };
        let figure = draw();
        assert_eq!(figure, draw());
        assert!(figure.contains("4.0 ×") && figure.contains("A note."), "{figure}");
    }
}
