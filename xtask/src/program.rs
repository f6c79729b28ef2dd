//! The program that others try out: one that was named, or the one that is built here.

use std::path::{self, PathBuf};

use anyhow::{Context, Result};

use crate::opencc::{cargo, run};
use crate::project;

/// Which program: a part of the options of commands.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Options {
    /// The program, if it is not to be built.
    #[arg(long)]
    program: Option<PathBuf>,
}

impl Options {
    /// Where the program is; built with these features, unless it was named.
    pub(crate) fn ready(&self, features: &str) -> Result<PathBuf> {
        if let Some(program) = &self.program {
            return path::absolute(program).with_context(|| program.display().to_string());
        }
        let mut build = cargo();
        build.args(["build", "--quiet", "--package", "fanjian-cli", "--features", features]);
        build.current_dir(project(""));
        run(build)?;
        Ok(project("target/debug/fanjian"))
    }
}
