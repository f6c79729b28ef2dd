//! `cargo xtask conformance`: OpenCC's own test cases.
//!
//! Upstream's expectations hold with the tofu-risk dictionaries, which is the
//! library's default.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use fanjian::{Config, Converter};
use serde::Deserialize;

use crate::import::find_folder;

const FILE: &str = "testcases.json";

#[derive(Deserialize)]
struct TestCases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    input: String,
    expected: BTreeMap<String, String>,
}

/// Runs the test cases of the package that was unpacked into `package`.
pub(crate) fn run(package: &Path) -> Result<()> {
    let folder = find_folder(package, FILE)?
        .with_context(|| format!("{}: no {FILE} in it", package.display()))?;
    let text = fs::read_to_string(folder.join(FILE))?;
    // JSON with trailing commas, which JSON5 allows.
    let TestCases { cases } = json5::from_str(&text).context(FILE)?;

    let (mut met, mut total) = (0, 0);
    for case in &cases {
        for (config, expected) in &case.expected {
            let config: Config = config.parse().with_context(|| case.id.clone())?;
            let converted = Converter::new(config).convert(&case.input);
            total += 1;
            if converted == *expected {
                met += 1;
            } else {
                println!(
                    "{} {config}: {}\n  expected {expected}\n  got      {converted}",
                    case.id, case.input
                );
            }
        }
    }
    println!("{} cases, {met} of {total} expectations", cases.len());
    ensure!(met == total && total > 0, "{} expectations are not met", total - met);
    Ok(())
}
