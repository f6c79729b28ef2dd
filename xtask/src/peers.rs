//! `cargo xtask peers`: builds OpenCC, then times it and others beside fanjian.

use std::ffi::OsString;

use anyhow::Result;

use crate::opencc::{self, OpenCC};
use crate::project;

/// Whom to time, and how.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The peers, as features of `benches/peers`; all of them by default.
    #[arg(long, value_delimiter = ',')]
    features: Vec<String>,
    /// Arguments of the bench, after `--`; `-- --help` shows them.
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

/// Times the peers.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut command = opencc::cargo();
    command.args(["run", "--quiet", "--release", "--manifest-path"]);
    command.arg(project("benches/peers/Cargo.toml"));
    match options.features.is_empty() {
        true => command.arg("--all-features"),
        false => command.args(["--features", &options.features.join(",")]),
    };
    command.args(["--bin", "peers", "--"]).args(&options.arguments);
    if options.features.is_empty() || options.features.iter().any(|feature| feature == "opencc") {
        OpenCC::ready()?.prepare(&mut command)?;
    }
    opencc::run(command)
}
