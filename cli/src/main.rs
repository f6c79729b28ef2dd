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
//! | `run` | does all inputs, on many threads, and says what became of them |
//! | `walk` | which files are meant: those that are named, and those in folders |
//! | `process` | does one input, from its bytes to those of its output |
//! | `counted` | what is done to every text, and on request an account of it |
//! | `format` | what a file is made of, and what its name tells of that |
//! | `text` | text, all of it: whole blocks on many threads |
//! | `records` | files of records, of which some fields are text |
//! | `documents` | what of a document is text, and how it gets back in |
//! | `blocks` | cuts what is read into blocks that are independent |
//! | `ordered` | work on many threads whose results come in order |
//! | `compression` | compressed files, by their first bytes or their names |
//! | `encoding` | texts that are not in UTF-8 |
//! | `texts` | whole texts, of files and folders, for those who tell something of them |
//! | `check` | tells what would change |
//! | `dictionaries` | entries of one's own, project files, configurations of OpenCC's form |
//! | `detect` | tells which script and region texts are of |
//! | `report` | the forms in which `check` and `explain` say it |
//! | `explain` | tells why a text becomes what it does |
//! | `ambiguities` | tells where a conversion has a choice |
//! | `list` | names the configurations |
//! | `input` | where text comes from |
//! | `output` | where text goes, and how a file is replaced without risk |
//! | `interruption` | leaves no temporary file behind when a signal ends the program |
//! | `resume` | remembers what of a folder is done, so that another run can go on |
//! | `progress` | what a long run shows of itself, and its summary |
//! | `manual` | the manual page and the completions for shells |

mod ambiguities;
mod arguments;
mod blocks;
mod check;
mod compression;
mod counted;
mod detect;
mod dictionaries;
mod documents;
mod encoding;
mod explain;
mod format;
mod input;
mod interruption;
mod list;
mod manual;
mod ordered;
mod output;
mod process;
mod progress;
mod records;
mod report;
mod resume;
mod run;
mod text;
mod texts;
mod walk;

use std::io;
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command, FormatChoice, Task};
use format::Format;

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
        Some(Command::Convert(task)) => return process(&**task, FormatChoice::Auto),
        Some(Command::Normalize(task)) => return process(&**task, FormatChoice::Auto),
        Some(Command::Check(arguments)) => {
            arguments.prepare()?;
            return check::run(arguments);
        }
        Some(Command::Detect(arguments)) => return detect::run(arguments),
        Some(Command::Repair(task)) => return process(&**task, FormatChoice::Auto),
        Some(Command::Explain(arguments)) => {
            arguments.prepare()?;
            explain::run(&arguments.pipeline(), arguments)?;
        }
        Some(Command::Ambiguities(arguments)) => ambiguities::run(arguments)?,
        Some(Command::Completions { shell }) => manual::completions(*shell)?,
        Some(Command::Man) => manual::page()?,
        Some(Command::List) => list::run()?,
        None if arguments.list => list::run()?,
        None => return process(&arguments.conversion, opencc_format(arguments)),
    }
    Ok(ExitCode::SUCCESS)
}

/// OpenCC takes every file for text, and knows nothing of fields and columns.
fn opencc_format(arguments: &Arguments) -> FormatChoice {
    let records = &arguments.conversion.text().records;
    match records.field.is_empty() && records.column.is_empty() {
        true => FormatChoice::Format(Format::Text),
        false => FormatChoice::Auto,
    }
}

fn process(task: &impl Task, default: FormatChoice) -> Result<ExitCode> {
    if let Err(reason) = process::check(task.text()) {
        let kind = clap::error::ErrorKind::ArgumentConflict;
        Arguments::command().error(kind, reason).exit();
    }
    task.prepare()?;
    interruption::watch();
    run::run(task, default)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
