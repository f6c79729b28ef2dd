//! `fanjian check`: what would change in files, said as editors and continuous
//! integration read it, and done on request.
//!
//! A file that cannot be read does not stop the others.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use fanjian::Pipeline;

use crate::arguments::CheckArguments;
use crate::input::Input;
use crate::output::Output;
use crate::process::is_binary;
use crate::report::{self, Report, diagnostics};
use crate::walk::{self, Found};

/// Checks what `arguments` name.
pub(crate) fn run(arguments: &CheckArguments) -> Result<ExitCode> {
    let output = BufWriter::new(io::stdout().lock());
    let mut report = Report::new(arguments.format, output);
    let mut is_clean = true;
    if arguments.files.is_empty() {
        let (_, text) = read(None)?;
        is_clean &= check(&arguments.pipeline(None), "standard input", &text, &mut report)? == 0;
    }
    for found in walk::find(&arguments.files, &arguments.walk, None)? {
        is_clean &= match found.and_then(|found| check_file(arguments, &found, &mut report)) {
            Ok(is_clean) => is_clean,
            Err(error) => {
                report::error(&error);
                false
            }
        };
    }
    report.finish().context("cannot write standard output")?;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether nothing would change, or all of it has. What is no text in a folder is passed
/// over.
fn check_file(
    arguments: &CheckArguments,
    found: &Found,
    report: &mut Report<impl Write>,
) -> Result<bool> {
    let path = &found.path;
    let (name, bytes) = read_bytes(Some(path))?;
    if found.is_in_folder && is_binary(&bytes) {
        return Ok(true);
    }
    let text = decode(&name, bytes)?;
    let pipeline = arguments.pipeline(Some(path));
    if !arguments.fix {
        return Ok(check(&pipeline, &name, &text, report)? == 0);
    }
    let processed = pipeline.process(&text);
    if *processed != *text {
        let mut output = Output::open(path)?;
        output.check_in_place()?;
        output.write_all(processed.as_bytes()).with_context(|| format!("cannot write {name}"))?;
        output.commit()?;
    }
    Ok(true)
}

/// Reports what would change in a text. Gives the number of changes.
fn check(
    pipeline: &Pipeline,
    name: &str,
    text: &str,
    report: &mut Report<impl Write>,
) -> Result<usize> {
    let aligned = pipeline.process_aligned(text);
    let notes = pipeline.normalizer().map(|normalizer| normalizer.notes(text)).unwrap_or_default();
    let doubts = notes.into_iter().map(|note| (note.range(), note.rule())).collect();
    let diagnostics = diagnostics(name, &aligned, doubts);
    for diagnostic in &diagnostics {
        report.write(diagnostic).context("cannot write standard output")?;
    }
    Ok(diagnostics.iter().filter(|diagnostic| diagnostic.is_change()).count())
}

/// The name and all of a file, or of standard input where no path is given.
pub(crate) fn read(path: Option<&Path>) -> Result<(String, String)> {
    let (name, bytes) = read_bytes(path)?;
    let text = decode(&name, bytes)?;
    Ok((name, text))
}

fn read_bytes(path: Option<&Path>) -> Result<(String, Vec<u8>)> {
    let mut input = Input::open(path)?;
    Ok((input.name().to_owned(), input.read_to_end()?))
}

fn decode(name: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        anyhow!("{name}: the bytes at offset {offset} are not UTF-8; convert the text first")
    })
}
