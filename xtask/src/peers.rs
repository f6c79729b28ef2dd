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
        let mut run = Programs::build(&self.features)?.run(name)?;
        run.args(&self.arguments);
        Ok(run)
    }

    /// Whether sizes are among the parts that the program is asked for: measuring
    /// them means building a program for each converter.
    fn asks_for_sizes(&self) -> bool {
        let arguments: Vec<_> = self.arguments.iter().map(|it| it.to_string_lossy()).collect();
        let only = arguments.iter().position(|argument| argument.starts_with("--only"));
        only.is_none_or(|only| arguments[only..].iter().take(2).any(|part| part.contains("size")))
    }
}

/// The programs of `benches/peers`, with some of the peers.
pub(crate) struct Programs {
    features: Vec<String>,
    opencc: Option<OpenCC>,
}

impl Programs {
    /// Builds them with the peers that `features` name, or with all of them.
    pub(crate) fn build(features: &[String]) -> Result<Programs> {
        let programs = Programs::built(features)?;
        let mut build = programs.cargo("build")?;
        build.arg("--bins");
        opencc::run(build)?;
        Ok(programs)
    }

    /// Those that were built before.
    pub(crate) fn built(features: &[String]) -> Result<Programs> {
        let has_opencc = features.is_empty() || features.iter().any(|feature| feature == "opencc");
        let opencc = if has_opencc { Some(OpenCC::ready()?) } else { None };
        Ok(Programs { features: features.to_owned(), opencc })
    }

    /// The one that is called `name`, ready for arguments.
    pub(crate) fn run(&self, name: &str) -> Result<Command> {
        let mut run = self.cargo("run")?;
        run.args(["--bin", name, "--"]);
        Ok(run)
    }

    fn cargo(&self, subcommand: &str) -> Result<Command> {
        let mut command = cargo(subcommand);
        match self.features.is_empty() {
            true => command.arg("--all-features"),
            false => command.args(["--features", &self.features.join(",")]),
        };
        if let Some(opencc) = &self.opencc {
            opencc.prepare(&mut command)?;
        }
        Ok(command)
    }
}

fn cargo(subcommand: &str) -> Command {
    let mut command = opencc::cargo();
    command.args([subcommand, "--quiet", "--release", "--manifest-path"]);
    command.arg(project("benches/peers/Cargo.toml"));
    command
}
