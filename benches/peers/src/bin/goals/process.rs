//! A process with one conversion: the time of its first, and its memory.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use fanjian::Config;
use peers::converters::{self, FANJIAN, FANJIAN_FRESH, PEERS, Peer};
use peers::process::{self, First, MemoryUse, NOTHING};
use peers::results::Goal;
use peers::timing::Summary;
use texts::Material;

use crate::Findings;
use crate::table::table;

/// The converter whose first conversion is the fastest of others, where it is
/// compiled in.
const FERROUS: &str = "ferrous-opencc";

/// Of the time of the fastest of others: what is asked, and what is aimed at.
const TIME_AT_MOST: f64 = 0.5;
const TIME_AIM: f64 = 0.1;

/// KiB beyond input and output that a conversion may use.
const MEMORY_AT_MOST: usize = 1024;

/// Bytes of the text whose conversion's memory is measured.
const LENGTH: usize = 4 << 20;

/// The first conversion of a process, beyond a process that does nothing.
pub(crate) fn measure_first(processes: usize) -> Result<Findings> {
    let configs = [Config::T2s, Config::S2t, Config::S2twp];
    let mut firsts = vec![First { name: NOTHING, config: Config::T2s }];
    for config in configs {
        firsts.push(First { name: FANJIAN.name, config });
    }
    let has_config = |peer: &&Peer| (peer.make)(Config::T2s).is_some();
    firsts.extend(
        PEERS.iter().filter(has_config).map(|peer| First { name: peer.name, config: Config::T2s }),
    );

    let times = process::first_conversions(&firsts, processes)?;
    let excess: Vec<Summary> =
        times[1..].iter().map(|own| own.excess_over(&times[0]).times(1e3)).collect();
    // What is too short to be seen is not less than nothing.
    let own = excess[..configs.len()].iter().map(|own| own.median).fold(0.0, f64::max);
    let ferrous = firsts[1..].iter().position(|first| first.name == FERROUS);
    let other = ferrous.map(|position| excess[position].median);
    let ratio = other.map(|other| own / other);
    let goal = Goal {
        what: "first conversion of a process, beyond an empty one".to_owned(),
        others: other.map_or("–".to_owned(), |other| format!("{FERROUS} t2s: {other:.2} ms")),
        own: format!("{own:.2} ms"),
        beside: ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2} of its time")),
        at_least: format!("at most {TIME_AT_MOST}"),
        reached: ratio.is_some_and(|ratio| ratio <= TIME_AT_MOST),
        aim: ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2} / {TIME_AIM}")),
    };

    let rows = firsts[1..].iter().zip(&excess).map(|(first, excess)| {
        let Summary { median, minimum, maximum } = excess;
        let time = format!("{median:.3} ({minimum:.3}–{maximum:.3})");
        vec![first.name.to_owned(), first.config.to_string(), time]
    });
    let details = format!(
        "A process's first conversion, beyond a process that does nothing ({:.2} ms), \
         medians of {processes}:\n\n{}",
        times[0].median() * 1e3,
        table(&["converter", "configuration", "ms (min–max)"], rows)
    );
    Ok(Findings { goals: vec![goal], details: vec![details] })
}

/// Memory beyond input and output, of every configuration of fanjian and of the
/// peers.
pub(crate) fn measure_memory(material: &Material) -> Result<Findings> {
    let material = material.sample(LENGTH);
    let mut uses = Vec::new();
    for config in Config::ALL {
        let file = TemporaryFile::new(&format!("{config}.txt"), &material.prose(config))?;
        let nothing = process::memory_use(&First { name: NOTHING, config }, &file.0)?;
        for peer in converters::all().chain([&FANJIAN_FRESH]) {
            if (peer.make)(config).is_none() {
                continue;
            }
            let used = process::memory_use(&First { name: peer.name, config }, &file.0)?;
            uses.push(Use { name: peer.name, config, used: beyond(used, nothing) });
        }
    }

    let mut summaries = Vec::new();
    for peer in converters::all().chain([&FANJIAN_FRESH]) {
        summaries.extend(Use::most(peer.name, &uses));
    }
    let own = summaries[0];
    let others = summaries[1..].iter().filter(|other| other.name != FANJIAN_FRESH.name);
    let smallest = others.min_by_key(|other| other.kibibytes());
    let goal = Goal {
        what: format!("memory beyond input and output ({})", own.config),
        others: smallest
            .map_or("–".to_owned(), |other| format!("{}: {} KiB", other.name, other.kibibytes())),
        own: format!("{} KiB", own.kibibytes()),
        beside: "–".to_owned(),
        at_least: format!("at most {MEMORY_AT_MOST} KiB"),
        reached: own.kibibytes() <= MEMORY_AT_MOST,
        aim: "–".to_owned(),
    };
    let rows = summaries.iter().map(|most| {
        let resident = most.used.resident.map_or("–".to_owned(), kibibytes);
        let (name, config) = (most.name.to_owned(), most.config.to_string());
        vec![name, config, kibibytes(most.used.allocated), resident]
    });
    let head = ["converter", "configuration", "allocated KiB (Rust code)", "resident KiB"];
    let details = format!(
        "Memory beyond input and output (of {:.1} MB each), of the configuration that uses the \
         most; resident memory, to which what is read of the program belongs, beyond a process \
         that copies:\n\n{}",
        material.prose(Config::T2s).len() as f64 / 1e6,
        table(&head, rows)
    );
    Ok(Findings { goals: vec![goal], details: vec![details] })
}

/// What a converter used.
#[derive(Clone, Copy)]
struct Use {
    name: &'static str,
    config: Config,
    used: MemoryUse,
}

impl Use {
    /// What the configuration of a converter used that used the most.
    fn most(name: &str, uses: &[Use]) -> Option<Use> {
        let own = uses.iter().filter(|it| it.name == name);
        own.max_by_key(|it| it.kibibytes()).copied()
    }

    /// What counts: all that is resident, where the system tells.
    fn kibibytes(&self) -> usize {
        self.used.resident.unwrap_or_default().max(self.used.allocated) >> 10
    }
}

fn beyond(used: MemoryUse, nothing: MemoryUse) -> MemoryUse {
    let resident = used.resident.zip(nothing.resident);
    let resident = resident.map(|(used, nothing)| used.saturating_sub(nothing));
    MemoryUse { allocated: used.allocated, resident }
}

fn kibibytes(bytes: usize) -> String {
    (bytes >> 10).to_string()
}

/// A file that is gone when its value is.
pub(crate) struct TemporaryFile(pub(crate) PathBuf);

impl TemporaryFile {
    pub(crate) fn new(name: &str, text: &str) -> Result<TemporaryFile> {
        let path = std::env::temp_dir().join(format!("fanjian-{}-{name}", std::process::id()));
        fs::write(&path, text).with_context(|| path.display().to_string())?;
        Ok(TemporaryFile(path))
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_resident_counts_where_the_system_tells() {
        let used = |allocated, resident| MemoryUse { allocated, resident };
        let used_of = |config, used| Use { name: "one", config, used };
        let nothing = used(0, Some(5 << 10));
        let uses = [
            used_of(Config::S2t, beyond(used(1 << 10, Some(9 << 10)), nothing)),
            used_of(Config::T2s, beyond(used(2 << 10, Some(8 << 10)), nothing)),
        ];
        let most = Use::most("one", &uses).unwrap();
        assert_eq!((most.config, most.kibibytes()), (Config::S2t, 4));
        assert!(Use::most("another", &uses).is_none());
        assert_eq!(used_of(Config::S2t, beyond(used(3 << 10, None), nothing)).kibibytes(), 3);
    }
}
