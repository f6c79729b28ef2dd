//! `cargo xtask check`: everything cheap that keeps the project honest.

use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::c::headers;
use crate::opencc::{cargo, run as run_command};
use crate::{dictionaries, project};

/// What is run, after cargo: name and arguments.
const STEPS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--check"]),
    ("format of the peers", &["fmt", "--check", "--manifest-path", "benches/peers/Cargo.toml"]),
    (
        "format of the programs of sizes",
        &["fmt", "--check", "--manifest-path", "benches/size/Cargo.toml"],
    ),
    ("lints", &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
    (
        "lints without std",
        &["clippy", "--package", "fanjian", "--no-default-features", "--", "--deny", "warnings"],
    ),
    (
        "lints with HTML alone",
        &[
            "clippy",
            "--package",
            "fanjian",
            "--all-targets",
            "--features",
            "html",
            "--",
            "--deny",
            "warnings",
        ],
    ),
    (
        "lints of the peers",
        &[
            "clippy",
            "--manifest-path",
            "benches/peers/Cargo.toml",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ],
    ),
    ("format of the fuzz targets", &["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"]),
    ("tests of the peers", &["test", "--quiet", "--manifest-path", "benches/peers/Cargo.toml"]),
    // Without std there is no vector path: the scalar one against the reference.
    (
        "tests without std",
        &[
            "test",
            "--quiet",
            "--package",
            "fanjian",
            "--no-default-features",
            "--test",
            "library",
            "--",
            "properties::",
            "conformance::",
        ],
    ),
    (
        "lints of OpenCC's C interface",
        &[
            "clippy",
            "--package",
            "fanjian-c",
            "--all-targets",
            "--features",
            "opencc",
            "--",
            "--deny",
            "warnings",
        ],
    ),
    (
        "tests of OpenCC's C interface",
        &["test", "--quiet", "--package", "fanjian-c", "--features", "opencc"],
    ),
    // Once there is a release: `cargo semver-checks --package fanjian`, which compares with it.
    (
        "licences, versions and sources of all packages",
        &["deny", "check", "licenses", "bans", "sources"],
    ),
    ("documentation", &["doc", "--workspace", "--no-deps"]),
    ("internal documentation", &["doc", "--workspace", "--no-deps", "--document-private-items"]),
];

/// Runs all steps and stops at the first that fails.
pub(crate) fn run() -> Result<()> {
    let start = Instant::now();
    let step = |name: &str| println!("== {name} ({} s)", start.elapsed().as_secs());
    for (name, arguments) in STEPS {
        step(name);
        let status = cargo()
            .args(*arguments)
            .current_dir(project(""))
            .env("RUSTDOCFLAGS", "--deny warnings")
            .status()
            .with_context(|| format!("cargo {} cannot be run", arguments[0]))?;
        ensure!(status.success(), "{name}: `cargo {}` failed", arguments.join(" "));
    }
    step("advisories");
    advisories()?;
    step("freshness of the headers");
    headers::check()?;
    step("freshness of the dictionaries");
    dictionaries::check()
}

/// Asks for known faults in packages, as far as the database of them can be fetched.
fn advisories() -> Result<()> {
    let deny = |arguments: &[&str]| {
        let mut command = cargo();
        command.arg("deny").args(arguments).current_dir(project(""));
        command
    };
    if deny(&["fetch", "db"]).stderr(Stdio::null()).status()?.success() {
        run_command(deny(&["check", "--disable-fetch", "advisories"]))
    } else {
        println!("SKIPPED: the database of advisories cannot be fetched");
        Ok(())
    }
}
