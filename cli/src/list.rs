//! The list of configurations, as the library describes them.

use std::io::{self, Write};

use anyhow::{Context, Result};
use fanjian::Config;

/// Writes one line for each configuration: name, varieties, description.
pub(crate) fn run() -> Result<()> {
    write_list(io::stdout().lock()).context("cannot write standard output")
}

fn write_list(mut output: impl Write) -> io::Result<()> {
    for config in Config::ALL {
        let (source, target) = (config.source(), config.target());
        let description = config.description();
        writeln!(output, "{config:<5}  {source:>10} → {target:<10}  {description}")?;
    }
    output.flush()
}
