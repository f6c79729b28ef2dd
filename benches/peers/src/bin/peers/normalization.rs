//! fanjian's normalizer beside others.

use anyhow::Result;
use fanjian::Preset;
use peers::comparison::{Other, Row};
use peers::converters::Memory;
use peers::normalizers::{Stand, Text, texts};
use peers::number::{rounded, with_range};
use texts::Material;

/// The presets that are timed: the default, and one of those that edit.
const PRESETS: [Preset; 2] = [Preset::Repair, Preset::Mainland];

/// Prints a row for every preset, text and peer.
pub(crate) fn print(material: &Material, part: Option<&str>, pairs: usize) -> Result<Vec<Row>> {
    println!(
        "MB/s of input on one thread, medians of {pairs} pairs, fanjian and peer in alternation. \
         Lines that differ are counted against what `repair` ought to make of the text.\n"
    );
    println!(
        "| preset | text | bytes | peer | fanjian's call | peer MB/s | fanjian MB/s | fanjian is × \
         as fast: median (min–max) | lines of the peer that differ | fanjian's |"
    );
    println!("|---|---|--:|---|---|--:|--:|--:|--:|--:|");
    let mut rows = Vec::new();
    let all = texts(material)?;
    let is_chosen = |text: &&Text| part.is_none_or(|part| text.name.contains(part));
    for text in all.iter().filter(is_chosen) {
        for preset in PRESETS {
            for memory in [Memory::Fresh, Memory::Reused] {
                rows.extend(print_rows(&Stand::new(preset, text, memory, pairs)?));
            }
        }
    }
    Ok(rows)
}

fn print_rows(stand: &Stand) -> Vec<Row> {
    let rows = stand.beside_peers();
    for row in &rows {
        let call = match row.own_memory {
            Memory::Fresh => "normalize",
            Memory::Reused => "normalize_into",
        };
        let Other::Peer { lines, .. } = &row.other else { continue };
        println!(
            "| {} | {} | {} | {} | `{call}` | {} | {} | {} | {lines} | {} |",
            row.config,
            row.text,
            row.bytes,
            row.other.label(),
            rounded(row.other_rate),
            rounded(row.own_rate),
            with_range(&row.ratio),
            row.own_lines,
        );
    }
    rows
}
