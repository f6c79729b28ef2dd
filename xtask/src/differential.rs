//! `cargo xtask differential`: builds OpenCC, then compares with it.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use crate::opencc::{self, OpenCC};
use crate::project;

/// What to compare on.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Compare on the files `*.txt.xz` of this folder as well.
    #[arg(long)]
    corpora: Option<PathBuf>,
    /// How many texts to generate.
    #[arg(long, default_value_t = 1_000_000)]
    generated: u64,
    /// What the generated texts depend on.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// More arguments of the program, after `--`; `-- --help` shows them.
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

/// Compares, and fails at the first difference.
pub(crate) fn run(options: &Options) -> Result<()> {
    let opencc = OpenCC::ready()?;
    let mut command = opencc::cargo();
    command.args(["run", "--quiet", "--release", "--manifest-path"]);
    command.arg(project("benches/peers/Cargo.toml"));
    command.args(["--features", "opencc", "--bin", "differential", "--"]);
    command.args(["--generated", &options.generated.to_string()]);
    command.args(["--seed", &options.seed.to_string()]);
    command.arg("--program").arg(opencc.program());
    if let Some(folder) = &options.corpora {
        command.arg("--corpora").arg(folder);
    }
    command.args(&options.arguments);
    opencc.prepare(&mut command)?;
    opencc::run(command)
}
