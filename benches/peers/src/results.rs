//! What was measured, where and how, as a file that other programs read.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::comparison::Row;

/// Figures, and what they must not be quoted without.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Results {
    /// Where and how they were measured.
    pub provenance: Provenance,
    /// fanjian beside others on texts.
    pub rows: Vec<Row>,
    /// The project's goals, where they were measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<Goal>,
}

/// Where and how figures were measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Provenance {
    /// The processor, the number of its cores, and the system.
    pub machine: String,
    /// The widest vectors that fanjian may use there.
    pub vectors: String,
    /// The commit, with `+` where the working copy had changes.
    pub revision: String,
    /// The command that measured.
    pub command: String,
    /// Where the prose is from.
    pub prose: String,
    /// How often two were timed in alternation.
    pub pairs: usize,
}

/// One line of the table of goals.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Goal {
    /// What is measured.
    pub what: String,
    /// The best of others.
    pub others: String,
    /// fanjian's figure.
    pub own: String,
    /// fanjian's figure beside the best of others.
    pub beside: String,
    /// What is asked of that.
    pub at_least: String,
    /// Whether it is reached.
    pub reached: bool,
    /// What the project aims at beyond, and how far it got.
    pub aim: String,
}

impl Results {
    /// Reads a file of results.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be read or is none.
    pub fn read(path: &Path) -> Result<Results> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        serde_json::from_str(&text).with_context(|| path.display().to_string())
    }

    /// Writes a file of results, and its folder where there is none.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        fs::write(path, text + "\n").with_context(|| path.display().to_string())
    }
}

impl Provenance {
    /// What can be found out here and now; `machine` where someone knows better.
    #[must_use]
    pub fn here(machine: Option<&str>, command: String, prose: &str, pairs: usize) -> Provenance {
        let machine = machine.map_or_else(self::machine, str::to_owned);
        Provenance {
            machine,
            vectors: vectors().to_owned(),
            revision: revision(),
            command,
            prose: prose.to_owned(),
            pairs,
        }
    }
}

/// The processor as the system names it, its cores, and the system.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let processor = processor.unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{processor}, {cores} cores, {}", std::env::consts::OS)
}

/// The widest vectors that the processor has and the build allows.
fn vectors() -> &'static str {
    if cfg!(fanjian_vectors = "none") {
        return "baseline";
    }
    #[cfg(target_arch = "x86_64")]
    {
        let has_avx512 = std::is_x86_feature_detected!("avx512bw");
        if has_avx512 && !cfg!(fanjian_vectors = "avx2") {
            return "AVX-512";
        }
        if std::is_x86_feature_detected!("avx2") {
            return "AVX2";
        }
    }
    "baseline"
}

/// The commit of the project's folder, or `unknown` where there is no git.
fn revision() -> String {
    let git = |arguments: &[&str]| {
        let folder = texts::dictionaries::project("");
        let output = Command::new("git").args(arguments).current_dir(folder).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let Some(revision) = git(&["rev-parse", "--short=7", "HEAD"]) else {
        return "unknown".to_owned();
    };
    match git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|it| it.is_empty()) {
        true => revision,
        false => revision + "+",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::{Lines, Other};
    use crate::converters::Memory;
    use crate::timing::Summary;

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let other = Other::Peer {
            name: "one".to_owned(),
            label: "one 1.0".to_owned(),
            memory: Memory::Fresh,
            lines: Lines { differing: 1, all: 2 },
            instead: None,
        };
        let row = Row {
            config: "s2t".to_owned(),
            text: "prose".to_owned(),
            bytes: 3,
            own_memory: Memory::Reused,
            own_lines: Lines { differing: 0, all: 2 },
            other,
            other_rate: 1.0,
            own_rate: 2.0,
            ratio: Summary { median: 2.0, minimum: 1.5, maximum: 2.5 },
        };
        let provenance = Provenance::here(Some("a machine"), "command".to_owned(), "prose", 3);
        let results = Results { provenance, rows: vec![row], goals: Vec::new() };
        let text = serde_json::to_string(&results).unwrap();
        let read: Results = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert_eq!(read.provenance.machine, "a machine");
    }
}
