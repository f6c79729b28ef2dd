//! Rates of normalization: beside the one other that repairs marks, and beside
//! NFC where there is nothing to do.

use anyhow::Result;
use fanjian::{Config, Preset};
use peers::comparison::Row;
use peers::converters::Memory;
use peers::corpora::blocks;
use peers::normalizers::{
    AUTOCORRECT, CLEAN_NEWS, DAMAGED_NEWS, ICU, PEERS, Stand, Text, fanjian_and_conversion,
    pipeline, texts,
};
use peers::number::{rounded, with_range};
use peers::results::Goal;
use peers::task::{Race, Task};
use texts::Material;

use crate::Findings;

/// How many times as fast as NFC, where there is nothing to do.
const NOTHING_TO_DO: f64 = 3.0;

/// How many times as fast as autocorrect, on damaged news.
const REPAIR: f64 = 16.0;

/// How many times as fast as autocorrect, with a conversion behind the repair.
const PIPELINE: f64 = 12.0;

/// Of the time that repair and conversion take one after the other.
const PIPELINE_TIME: f64 = 1.3;

/// Bytes of a piece that caches hold, with what it becomes.
const PIECE: usize = 64 << 10;

/// Measures all goals; every row is also appended to `rows`.
pub(crate) fn measure(material: &Material, pairs: usize, rows: &mut Vec<Row>) -> Result<Findings> {
    let texts = texts(material)?;
    let mut goals = Vec::new();
    for text in &texts {
        let goal = match text.name {
            CLEAN_NEWS => {
                let stand = Stand::new(Preset::Repair, text, Memory::Fresh, pairs)?;
                goal("repair, nothing to do", stand.beside(ICU), NOTHING_TO_DO, rows)
            }
            DAMAGED_NEWS => {
                let stand = Stand::new(Preset::Repair, text, Memory::Reused, pairs)?;
                goals.push(beside_autocorrect(text, pairs));
                goals.push(beside_both(text, pairs));
                goal("repair, damaged news", stand.beside(AUTOCORRECT), REPAIR, rows)
            }
            _ => continue,
        };
        goals.push(goal);
    }
    Ok(Findings { goals, details: Vec::new() })
}

/// The goal for a row, which there is none of without the peer.
fn goal(what: &str, row: Option<Row>, at_least: f64, rows: &mut Vec<Row>) -> Goal {
    let mut goal = empty_goal(what, at_least);
    if let Some(row) = row {
        goal.others = format!("{}: {} MB/s", row.other.label(), rounded(row.other_rate));
        goal.own = format!("{} MB/s", rounded(row.own_rate));
        goal.beside = format!("{} ×", with_range(&row.ratio));
        goal.reached = row.ratio.median >= at_least;
        rows.push(row);
    }
    goal
}

/// Repair and conversion to Simplified as one, beside autocorrect, which repairs
/// alone.
fn beside_autocorrect(text: &Text, pairs: usize) -> Goal {
    let mut goal = empty_goal("repair and t2s as one, damaged news", PIPELINE);
    let Some(peer) = PEERS.iter().find(|peer| peer.name == AUTOCORRECT) else { return goal };
    let own = pipeline(Preset::Repair, Config::T2s);
    let others = (peer.make)();
    let mut own = Task::convert(&own, Memory::Reused, &text.text);
    let mut other = Task::convert(&others, Memory::Fresh, &text.text);
    let race = Race::run(pairs, &mut own, &mut other);
    goal.others = format!("{AUTOCORRECT}, repair alone: {} MB/s", rounded(race.other_rate()));
    goal.own = format!("{} MB/s", rounded(race.own_rate()));
    goal.beside = format!("{} ×", with_range(&race.ratio()));
    goal.reached = race.ratio().median >= PIPELINE;
    goal
}

/// Repair and conversion as one, beside both one after the other, on pieces that
/// stay in the processor's caches.
fn beside_both(text: &Text, pairs: usize) -> Goal {
    let pieces: Vec<&str> = blocks(&text.text, PIECE).collect();
    let one = pipeline(Preset::Repair, Config::T2s);
    let both = fanjian_and_conversion(Preset::Repair, Config::T2s);
    let mut own = Task::convert_all(&one, Memory::Reused, pieces.clone());
    let mut other = Task::convert_all(&both, Memory::Reused, pieces);
    let race = Race::run(pairs, &mut own, &mut other);
    let mut goal = empty_goal("repair and t2s as one, beside both in turn", 0.0);
    goal.own = format!("{} MB/s; in turn {}", rounded(race.own_rate()), rounded(race.other_rate()));
    goal.beside = format!("{:.2} of the time", 1.0 / race.ratio().median);
    goal.at_least = format!("at most {PIPELINE_TIME}");
    goal.reached = 1.0 / race.ratio().median <= PIPELINE_TIME;
    goal
}

fn empty_goal(what: &str, at_least: f64) -> Goal {
    Goal {
        what: what.to_owned(),
        others: "–".to_owned(),
        own: "–".to_owned(),
        beside: "–".to_owned(),
        at_least: format!("{} ×", rounded(at_least)),
        reached: false,
        aim: "–".to_owned(),
    }
}
