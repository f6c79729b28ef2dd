//! `lines CONVERTER CONFIGURATION…`: lines of the standard input, by one
//! configuration after the other, to the standard output.
//!
//! Without arguments it names the peers: a line for each, its name and its label with
//! a tab between. `cargo xtask evaluate` asks it what others make of a text.

use std::env;
use std::io::{self, BufWriter, Read, Write};

use anyhow::{Context, Result};
use fanjian::Config;
use peers::converters::{self, Conversion, PEERS};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.split_first() {
        None => list(),
        Some((name, configurations)) => convert(&chain(name, configurations)?),
    }
}

fn list() -> Result<()> {
    let mut output = io::stdout().lock();
    for peer in PEERS {
        writeln!(output, "{}\t{}", peer.name, peer.label())?;
    }
    Ok(())
}

fn chain(name: &str, configurations: &[String]) -> Result<Vec<Conversion>> {
    let peer = converters::all().find(|peer| peer.name == name);
    let peer = peer.with_context(|| format!("no converter is called {name}"))?;
    let conversion = |configuration: &String| {
        let config: Config = configuration.parse()?;
        (peer.make)(config).with_context(|| format!("{name} has no {config}"))
    };
    configurations.iter().map(conversion).collect()
}

/// Line by line, so that no converter sees what stands in another line.
fn convert(chain: &[Conversion]) -> Result<()> {
    let mut input = String::new();
    io::stdin().lock().read_to_string(&mut input)?;
    let mut output = BufWriter::new(io::stdout().lock());
    for line in input.lines() {
        let mut text = line.to_owned();
        for conversion in chain {
            let mut converted = String::new();
            conversion(&text, &mut converted);
            text = converted;
        }
        writeln!(output, "{text}")?;
    }
    output.flush()?;
    Ok(())
}
