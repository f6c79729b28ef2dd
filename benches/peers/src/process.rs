//! What a process with one conversion costs: the time of its first conversion,
//! and the memory beyond input and output.
//!
//! The process is the program `once`, which lies beside the one that runs. It is
//! the same for all converters, so each also pays for loading the others' code;
//! what a converter costs is the excess over the same process without any.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fanjian::Config;
use serde::{Deserialize, Serialize};

use crate::timing::Times;

/// A process that converts nothing, in place of a converter's name.
pub const NOTHING: &str = "nothing";

/// What a process says of its memory, in bytes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct MemoryUse {
    /// The most that Rust code allocated at a time, beyond input and output.
    pub allocated: usize,
    /// The most memory that the process had at a time, beyond input and output,
    /// where the system tells.
    pub resident: Option<usize>,
}

/// A process for the first conversion of a converter.
#[derive(Clone, Copy)]
pub struct First<'t> {
    /// The converter's name, or [`NOTHING`].
    pub name: &'t str,
    /// The configuration.
    pub config: Config,
}

/// Times processes in turn, so many of each, in seconds from start to end.
///
/// # Errors
///
/// Fails when one cannot be started or fails.
pub fn first_conversions(firsts: &[First], processes: usize) -> Result<Vec<Times>> {
    let mut times: Vec<Times> = firsts.iter().map(|_| Times(Vec::new())).collect();
    for _ in 0..processes {
        for (first, times) in firsts.iter().zip(&mut times) {
            times.0.push(seconds(first)?);
        }
    }
    Ok(times)
}

fn seconds(first: &First) -> Result<f64> {
    let mut command = once(first)?;
    command.stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let elapsed = start.elapsed();
    ensure!(status.success(), "the process for {} failed", first.name);
    Ok(elapsed.as_secs_f64())
}

/// What a process uses that converts a file.
///
/// # Errors
///
/// Fails when it cannot be started or fails.
pub fn memory_use(first: &First, file: &Path) -> Result<MemoryUse> {
    let output = once(first)?.arg(file).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "the process for {} failed", first.name);
    serde_json::from_slice(&output.stdout).context("a process says what it uses")
}

fn once(first: &First) -> Result<Command> {
    let name = format!("once{}", env::consts::EXE_SUFFIX);
    let program = env::current_exe()?.with_file_name(name);
    ensure!(program.exists(), "{}: `cargo xtask` builds it", program.display());
    let mut command = Command::new(program);
    command.args([first.name, first.config.name()]);
    Ok(command)
}
