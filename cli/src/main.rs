//! The program `fanjian`: converts Chinese between Traditional and Simplified
//! script and between regions.
//!
//! The program turns arguments into calls of the library and results into an
//! exit code. Nothing about Chinese is decided here: which text becomes which is
//! the library's alone.
//!
//! | module | one sentence |
//! |---|---|
//! | `arguments` | what may stand on the command line, and what help says of it |
//! | `convert` | streams an input through the library into an output |
//! | `documents` | what of a document is text, and how it gets back in |
//! | `list` | names the configurations |
//! | `input` | where text comes from |
//! | `output` | where text goes, and how a file is replaced without risk |

mod arguments;
mod convert;
mod documents;
mod input;
mod list;
mod output;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use arguments::{Arguments, Command, FormatChoice};
use documents::Format;

fn main() -> ExitCode {
    // Wrong usage ends the program here, with exit code 2.
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has seen enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // `eprintln!` would panic where standard error is a broken pipe.
            let _ = writeln!(io::stderr(), "fanjian: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.command {
        Some(Command::List) => list::run(),
        None if arguments.list => list::run(),
        Some(Command::Convert(conversion)) => convert::run(conversion, FormatChoice::Auto),
        // OpenCC takes every file for text.
        None => convert::run(&arguments.conversion, FormatChoice::Format(Format::Text)),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
