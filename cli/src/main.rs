//! The program `fanjian`: converts Chinese between Traditional and Simplified
//! script and between regions, and normalizes it.
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
//! | `check` | tells what would change |
//! | `detect` | tells which script and region texts are of |
//! | `report` | the forms in which `check` and `explain` say it |
//! | `explain` | tells why a text becomes what it does |
//! | `ambiguities` | tells where a conversion has a choice |
//! | `list` | names the configurations |
//! | `input` | where text comes from |
//! | `output` | where text goes, and how a file is replaced without risk |

mod ambiguities;
mod arguments;
mod check;
mod convert;
mod detect;
mod documents;
mod explain;
mod input;
mod list;
mod output;
mod report;

use std::io;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use arguments::{Arguments, Command, FormatChoice};
use documents::Format;

fn main() -> ExitCode {
    // Wrong usage ends the program here, with exit code 2.
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => code,
        // Whoever reads the output has seen enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.command {
        Some(Command::Check(arguments)) => return check::run(&arguments.pipeline(), arguments),
        Some(Command::Detect(arguments)) => return detect::run(arguments),
        Some(Command::Explain(arguments)) => explain::run(&arguments.pipeline(), arguments),
        Some(Command::Ambiguities(arguments)) => ambiguities::run(arguments),
        Some(Command::List) => list::run(),
        None if arguments.list => list::run(),
        Some(Command::Normalize(arguments)) => convert::run(arguments, FormatChoice::Auto),
        Some(Command::Repair(arguments)) => convert::run(arguments, FormatChoice::Auto),
        Some(Command::Convert(arguments)) => convert::run(arguments, FormatChoice::Auto),
        // OpenCC takes every file for text.
        None => convert::run(&arguments.conversion, FormatChoice::Format(Format::Text)),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
