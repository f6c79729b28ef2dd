//! `fanjian check`: what would change in files, said as editors and continuous
//! integration read it, and done on request.
//!
//! A file that cannot be read does not stop the others.

use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use fanjian::Pipeline;

use crate::arguments::CheckArguments;
use crate::output::Output;
use crate::report::{Report, diagnostics};

/// Checks what `arguments` name.
pub(crate) fn run(pipeline: &Pipeline, arguments: &CheckArguments) -> Result<ExitCode> {
    let output = BufWriter::new(io::stdout().lock());
    let mut report = Report::new(arguments.format, output);
    let mut is_clean = true;
    if arguments.files.is_empty() {
        let text = read_standard_input()?;
        is_clean &= check(pipeline, "standard input", &text, &mut report)? == 0;
    }
    for path in &arguments.files {
        is_clean &= match check_file(pipeline, path, arguments.fix, &mut report) {
            Ok(is_clean) => is_clean,
            Err(error) => {
                report_error(&error);
                false
            }
        };
    }
    report.finish().context("cannot write standard output")?;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether nothing would change, or all of it has.
fn check_file(
    pipeline: &Pipeline,
    path: &Path,
    is_fixed: bool,
    report: &mut Report<impl Write>,
) -> Result<bool> {
    let name = path.display().to_string();
    let bytes = fs::read(path).with_context(|| format!("cannot read {name}"))?;
    let text = utf8(&name, bytes)?;
    if !is_fixed {
        return Ok(check(pipeline, &name, &text, report)? == 0);
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

/// Standard input, whole.
pub(crate) fn read_standard_input() -> Result<String> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
    utf8("standard input", bytes)
}

/// The bytes of an input, which messages call by its name, as text.
pub(crate) fn utf8(name: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        anyhow!("{name}: the bytes at offset {offset} are not UTF-8; convert the text first")
    })
}

/// Says what went wrong, where that does not stop the program.
pub(crate) fn report_error(error: &anyhow::Error) {
    // `eprintln!` would panic where standard error is a broken pipe.
    let _ = writeln!(io::stderr(), "fanjian: {error:#}");
}
