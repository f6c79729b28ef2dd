//! The manual page and the completions for shells, made from what `arguments` says.

use std::io::{self, Write};

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;

use crate::arguments::Arguments;

/// Writes the completions for a shell.
pub(crate) fn completions(shell: Shell) -> Result<()> {
    // In memory first: the generator does not report what fails.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "fanjian", &mut script);
    write(&script)
}

/// Writes the manual page, in roff.
pub(crate) fn page() -> Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
    write(&page)
}

fn write(bytes: &[u8]) -> Result<()> {
    let mut output = io::stdout().lock();
    let written = output.write_all(bytes).and_then(|()| output.flush());
    written.context("cannot write standard output")
}
