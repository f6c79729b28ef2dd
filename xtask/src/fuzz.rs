//! `cargo xtask fuzz`: each fuzz target for some seconds, from its corpus.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::Mutex;
use std::{env, thread};

use anyhow::{Context, Result, bail, ensure};

use crate::opencc::{cargo, run as run_command};
use crate::project;

/// As the profile has it: of itself `cargo fuzz` has all of a package generated as one unit,
/// and all but one processor wait for the largest.
const CODEGEN_UNITS: &str = "--codegen-units=4";

/// What libFuzzer says before the path of an input that fails.
const FOUND: &str = "Test unit written to ";

/// Options of the command.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The targets; all, if none is named.
    targets: Vec<String>,
    /// How long each is fuzzed. Its corpus is run first, all of it.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// What the fuzzer's random numbers begin with: with the same, as far as it comes in the
    /// time, it makes the same inputs. Unless it is said, another one each time.
    #[arg(long, default_value_t = 0)]
    seed: u32,
    /// How many are fuzzed at a time; unless it is said, as many as there are processors.
    #[arg(long)]
    jobs: Option<usize>,
    /// Replay the corpora without a fuzzer, and nothing else: any toolchain can.
    #[arg(long)]
    replay: bool,
}

/// Fuzzes the targets from their corpora, or replays these without a fuzzer.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.replay {
        return replay();
    }
    let is_installed = cargo().args(["fuzz", "--version"]).stderr(Stdio::null()).status()?;
    ensure!(is_installed.success(), "there is no cargo-fuzz: cargo install --locked cargo-fuzz");
    run_command(fuzz("build"))?;
    let targets = if options.targets.is_empty() { &targets()? } else { &options.targets };
    let folder = env::temp_dir().join(format!("fanjian-fuzz-{}", process::id()));
    let findings = fuzz_all(targets, options, &folder);
    let removed = fs::remove_dir_all(folder);
    let findings = findings?;
    removed?;
    if findings.is_empty() {
        return Ok(());
    }
    bail!("make a test of each of these:\n{}", findings.join("\n"))
}

fn replay() -> Result<()> {
    let mut command = cargo();
    command.args(["test", "--quiet", "--release", "--no-default-features", "--manifest-path"]);
    command.arg(project("fuzz/Cargo.toml"));
    run_command(command)
}

/// Fuzzes some targets at a time, all of them whatever is found, and says what failed.
fn fuzz_all(targets: &[String], options: &Options, folder: &Path) -> Result<Vec<String>> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let waiting = Mutex::new(targets.iter());
    let work = || {
        let mut findings = Vec::new();
        loop {
            // The next is taken, and the lock let go, before it is fuzzed.
            let next = waiting.lock().expect("nothing panics that holds it").next();
            let Some(target) = next else { return Ok(findings) };
            findings.extend(fuzz_one(target, options, &folder.join(target))?);
        }
    };
    thread::scope(|scope| {
        let jobs = options.jobs.unwrap_or(processors).max(1);
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        let mut findings = Vec::new();
        for worker in workers {
            let found: Result<Vec<String>> = worker.join().expect("no worker panics");
            findings.extend(found?);
        }
        Ok(findings)
    })
}

/// Runs the corpus of a target, and then what the fuzzer makes of it; says what failed, if
/// anything did. What is found on the way goes to `folder`: it is not committed.
fn fuzz_one(target: &str, options: &Options, folder: &Path) -> Result<Option<String>> {
    let found = folder.join("found");
    fs::create_dir_all(&found)?;
    let mut command = fuzz("run");
    // The first folder takes what is found.
    command.arg(target).arg(found).arg(project("fuzz/corpus").join(target)).arg("--");
    command.arg(format!("-max_total_time={}", options.seconds));
    command.arg(format!("-seed={}", options.seed));
    // Little is said, but what is wrong and how much was done.
    command.args(["-verbosity=0", "-print_funcs=0", "-print_final_stats=1"]);
    command.args(["-timeout=20", "-rss_limit_mb=4096"]);
    // All of it is kept until the end, for several targets speak at a time.
    let path = folder.join("output");
    let output = File::create(&path)?;
    command.stdout(output.try_clone()?).stderr(output);
    let status = command.status().context("cargo cannot be run")?;
    let output = fs::read(path)?;
    show(target, &output)?;
    Ok((!status.success()).then(|| finding(target, &String::from_utf8_lossy(&output))))
}

/// Shows what was said of a target, whole.
fn show(target: &str, output: &[u8]) -> io::Result<()> {
    let mut standard_output = io::stdout().lock();
    writeln!(standard_output, "== {target}")?;
    standard_output.write_all(output)
}

/// Names the input of a target that failed, which its output names.
fn finding(target: &str, output: &str) -> String {
    match output.lines().find_map(|line| Some(line.split_once(FOUND)?.1)) {
        Some(path) => format!("{target}: {}", path.trim()),
        None => format!("{target}: no input was kept, see what it said"),
    }
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
fn fuzz(action: &str) -> Command {
    let mut command = cargo();
    command.args(["fuzz", action, CODEGEN_UNITS]).env("RUSTC_BOOTSTRAP", "1");
    command.current_dir(project(""));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_named_by_its_input() {
        let output = "==1==ERROR: libFuzzer: deadly signal\n\
             artifact_prefix='a/'; Test unit written to a/crash-01\nBase64: YQ==\n";
        assert_eq!(finding("markup", output), "markup: a/crash-01");
        let output = "error: the fuzzer was killed\n";
        assert_eq!(finding("own", output), "own: no input was kept, see what it said");
    }
}
