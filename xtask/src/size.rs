//! `cargo xtask size`: what each converter adds to a stripped program.

use std::env;
use std::fs;

use anyhow::{Context, Result};

use crate::opencc;
use crate::project;

/// Programs of `benches/size`, each named for its converter.
const PROGRAMS: [&str; 5] = ["fanjian", "zhconv", "hanconv", "opencc-fmmseg", "ferrous-opencc"];

/// The program without any.
const WITHOUT: &str = "without";

/// What a converter adds to a program.
pub(crate) struct Size {
    /// The converter's name.
    pub(crate) name: &'static str,
    /// Bytes beyond those of the program without any converter.
    pub(crate) bytes: u64,
}

/// Builds the programs and prints what each converter adds.
pub(crate) fn run() -> Result<()> {
    println!("What a converter with all its configurations adds to a stripped program:\n");
    println!("| converter | MB |");
    println!("|---|--:|");
    for Size { name, bytes } in measure()? {
        println!("| {name} | {:.2} |", bytes as f64 / 1e6);
    }
    Ok(())
}

/// Builds the programs and says what each converter adds.
pub(crate) fn measure() -> Result<Vec<Size>> {
    let mut command = opencc::cargo();
    command.args(["build", "--quiet", "--release", "--manifest-path"]);
    command.arg(project("benches/size/Cargo.toml"));
    command.arg("--target-dir").arg(project("target/size"));
    opencc::run(command)?;
    let without = length(WITHOUT)?;
    let size = |name| Ok(Size { name, bytes: length(name)?.saturating_sub(without) });
    PROGRAMS.into_iter().map(size).collect()
}

fn length(program: &str) -> Result<u64> {
    let path = project("target/size/release").join(program);
    let path = path.with_extension(env::consts::EXE_EXTENSION);
    let metadata = fs::metadata(&path).with_context(|| path.display().to_string())?;
    Ok(metadata.len())
}
