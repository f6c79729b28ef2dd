//! `cargo xtask peers`, `goals` and `plot`: builds OpenCC, times it and others
//! beside fanjian, and draws what was measured.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::opencc::{self, OpenCC};
use crate::project;
use crate::size::{self, Size};

/// Whom to time, and how.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The peers, as features of `benches/peers`; all of them by default.
    #[arg(long, value_delimiter = ',')]
    features: Vec<String>,
    /// Arguments of the program, after `--`; `-- --help` shows them.
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

/// What to draw.
#[derive(clap::Args)]
pub(crate) struct PlotOptions {
    /// The figures, which `peers` or `goals` wrote with `--results`.
    #[arg(long, default_value = "benches/figures/speed.json")]
    results: PathBuf,
    /// Where the figure goes.
    #[arg(long, default_value = "benches/figures/speed.svg")]
    output: PathBuf,
}

/// Times the peers.
pub(crate) fn run(options: &Options) -> Result<()> {
    let program = options.program("peers")?;
    opencc::run(program)
}

/// Measures what the project promises.
pub(crate) fn goals(options: &Options) -> Result<()> {
    let mut program = options.program("goals")?;
    let sizes = if options.asks_for_sizes() { size::measure()? } else { Vec::new() };
    for Size { name, bytes } in sizes {
        program.arg("--size").arg(format!("{name}={bytes}"));
    }
    opencc::run(program)
}

/// Draws figures that were measured before.
pub(crate) fn plot(options: &PlotOptions) -> Result<()> {
    let mut command = cargo("run");
    command.args(["--bin", "plot", "--"]);
    command.args([project(&options.results), project(&options.output)]);
    opencc::run(command)
}

impl Options {
    /// A program of `benches/peers` with the arguments that it was given, and
    /// with the others beside it, of which it starts one.
    fn program(&self, name: &str) -> Result<Command> {
        let mut build = cargo("build");
        self.add_features(&mut build);
        build.arg("--bins");
        let mut run = cargo("run");
        self.add_features(&mut run);
        run.args(["--bin", name, "--"]).args(&self.arguments);
        if self.has_opencc() {
            let opencc = OpenCC::ready()?;
            opencc.prepare(&mut build)?;
            opencc.prepare(&mut run)?;
        }
        opencc::run(build)?;
        Ok(run)
    }

    /// Whether sizes are among the parts that the program is asked for: measuring
    /// them means building a program for each converter.
    fn asks_for_sizes(&self) -> bool {
        let arguments: Vec<_> = self.arguments.iter().map(|it| it.to_string_lossy()).collect();
        let only = arguments.iter().position(|argument| argument.starts_with("--only"));
        only.is_none_or(|only| arguments[only..].iter().take(2).any(|part| part.contains("size")))
    }

    fn add_features(&self, command: &mut Command) {
        match self.features.is_empty() {
            true => command.arg("--all-features"),
            false => command.args(["--features", &self.features.join(",")]),
        };
    }

    fn has_opencc(&self) -> bool {
        self.features.is_empty() || self.features.iter().any(|feature| feature == "opencc")
    }
}

fn cargo(subcommand: &str) -> Command {
    let mut command = opencc::cargo();
    command.args([subcommand, "--quiet", "--release", "--manifest-path"]);
    command.arg(project("benches/peers/Cargo.toml"));
    command
}
