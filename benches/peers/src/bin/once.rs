//! `once CONVERTER CONFIGURATION [FILE]`: one conversion, and the end.
//!
//! Without a file it converts two characters, for others to time. With one it
//! converts that, and says what memory it used beyond input and output.

use std::env;
use std::fs;
use std::hint::black_box;

use anyhow::{Context, Result};
use fanjian::Config;
use peak_alloc::PeakAlloc;
use peers::comparison::output;
use peers::converters::{self, Conversion, FANJIAN_FRESH, Memory, Peer};
use peers::process::{MemoryUse, NOTHING};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The text of a process's first conversion, some of which is in either script.
const FIRST: &str = "汉漢";

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let usage = "usage: once CONVERTER CONFIGURATION [FILE]";
    let (name, config) = (arguments.first().context(usage)?, arguments.get(1).context(usage)?);
    let config: Config = config.parse()?;
    match arguments.get(2) {
        None => convert_first(name, config),
        Some(file) => {
            let uses = measure(name, config, &fs::read_to_string(file).context(usage)?)?;
            println!("{}", serde_json::to_string(&uses)?);
            Ok(())
        }
    }
}

fn convert_first(name: &str, config: Config) -> Result<()> {
    if name != NOTHING {
        black_box(output(&conversion(peer(name)?, config)?, FIRST));
    }
    Ok(())
}

/// Converts `text` into memory of the kind that the converter is meant for.
fn measure(name: &str, config: Config, text: &str) -> Result<MemoryUse> {
    let before = ALLOCATOR.current_usage();
    let (conversion, memory) = match name {
        NOTHING => (copying(), Memory::Reused),
        _ => (conversion(peer(name)?, config)?, peer(name)?.memory),
    };
    // No conversion of a text that is longer than a few characters doubles it.
    let mut output = match memory {
        Memory::Reused => String::with_capacity(2 * text.len()),
        Memory::Fresh => String::new(),
    };
    ALLOCATOR.reset_peak_usage();
    conversion(text, &mut output);
    let reserved = match memory {
        Memory::Reused => output.capacity(),
        Memory::Fresh => output.len(),
    };
    let allocated = ALLOCATOR.peak_usage().saturating_sub(before + reserved);
    let input_and_output = text.len() + output.len();
    let resident = resident_peak().map(|peak| peak.saturating_sub(input_and_output));
    Ok(MemoryUse { allocated, resident })
}

fn peer(name: &str) -> Result<&'static Peer> {
    let mut peers = converters::all().chain([&FANJIAN_FRESH]);
    let peer = peers.find(|peer| peer.name == name);
    peer.with_context(|| format!("no converter is called {name}"))
}

fn conversion(peer: &Peer, config: Config) -> Result<Conversion> {
    (peer.make)(config).with_context(|| format!("{} has no {config}", peer.name))
}

fn copying() -> Conversion {
    Box::new(|text, output| output.push_str(text))
}

/// The most memory that this process had at a time, where Linux tells.
fn resident_peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}
