//! `cargo xtask fuzz`: each fuzz target for some seconds, from its corpus.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, Result, ensure};

use crate::opencc::{cargo, run as run_command};
use crate::project;

/// Options of the command.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The targets; all, if none is named.
    targets: Vec<String>,
    /// How long each is fuzzed.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Replay the corpora without a fuzzer, and nothing else: any toolchain can.
    #[arg(long)]
    replay: bool,
}

/// Replays the corpora, and fuzzes the targets, unless they are only to be replayed.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.replay {
        return replay();
    }
    let is_installed = cargo().args(["fuzz", "--version"]).stderr(Stdio::null()).status()?;
    ensure!(is_installed.success(), "there is no cargo-fuzz: cargo install --locked cargo-fuzz");
    run_command(fuzz(&["build"]))?;
    let found = env::temp_dir().join(format!("fanjian-fuzz-{}", std::process::id()));
    let targets = if options.targets.is_empty() { &targets()? } else { &options.targets };
    for target in targets {
        println!("== {target}");
        // What is found on the way is not committed: the first folder takes it.
        let found = found.join(target);
        fs::create_dir_all(&found)?;
        let mut command = fuzz(&["run", target]);
        command.arg(&found).arg(project("fuzz/corpus").join(target)).arg("--");
        command.arg(format!("-max_total_time={}", options.seconds));
        // Little is said, but what is wrong and how much was done.
        command.args(["-verbosity=0", "-print_final_stats=1", "-timeout=20", "-rss_limit_mb=4096"]);
        run_command(command).with_context(|| {
            format!("{target}: the input is in fuzz/artifacts/{target}; make it a test")
        })?;
    }
    Ok(fs::remove_dir_all(found)?)
}

fn replay() -> Result<()> {
    let mut command = cargo();
    command.args(["test", "--quiet", "--release", "--no-default-features", "--manifest-path"]);
    command.arg(project("fuzz/Cargo.toml"));
    run_command(command)
}

/// The names of all targets.
fn targets() -> Result<Vec<String>> {
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut targets = Vec::new();
    for entry in fs::read_dir(project("fuzz/fuzz_targets"))? {
        targets.extend(stem(entry?.path()));
    }
    targets.sort();
    Ok(targets)
}

/// `cargo fuzz` with a stable compiler, whose sanitizers are there all the same.
fn fuzz(arguments: &[&str]) -> Command {
    let mut command = cargo();
    command.arg("fuzz").args(arguments).env("RUSTC_BOOTSTRAP", "1");
    command
}
