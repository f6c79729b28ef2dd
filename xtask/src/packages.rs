//! Packages of the registry, where Cargo keeps them unpacked.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::opencc::cargo;
use crate::project;

/// A package as it was published: its source, its tests and its data.
pub(crate) struct Package {
    /// Its version, as the lock file has it.
    pub(crate) version: String,
    /// The folder that it was unpacked to. It is Cargo's: nothing is written there.
    pub(crate) folder: PathBuf,
}

/// The newest version of a package among all that the package in the project's
/// folder `dependent` depends on. Cargo fetches what is not there yet.
pub(crate) fn dependency(dependent: impl AsRef<Path>, name: &str) -> Result<Package> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        name: String,
        version: String,
        manifest_path: PathBuf,
    }

    let dependent = dependent.as_ref();
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--locked", "--all-features"]);
    command.arg("--manifest-path").arg(project(dependent).join("Cargo.toml"));
    let output = command.stderr(Stdio::inherit()).output().context("cargo cannot be run")?;
    ensure!(output.status.success(), "cargo metadata failed for {}", dependent.display());

    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let named = metadata.packages.into_iter().filter(|entry| entry.name == name);
    let newest = named.max_by_key(|entry| numbers(&entry.version));
    let entry = newest.with_context(|| format!("{name} is not among the packages"))?;
    let folder = entry.manifest_path.parent().context("a manifest lies in a folder")?;
    Ok(Package { version: entry.version, folder: folder.to_owned() })
}

/// A version's numbers, by which versions are ordered.
fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '-', '+']).map_while(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_number() {
        assert!(numbers("2.10.0") > numbers("2.9.1"));
        assert!(numbers("2.0.0-rc.1") < numbers("2.0.1"));
    }
}
