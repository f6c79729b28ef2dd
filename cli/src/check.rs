//! `fanjian check`: what would change in files, said as editors and continuous
//! integration read it, and done on request.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use fanjian::Pipeline;

use crate::arguments::CheckArguments;
use crate::interruption;
use crate::output::{Output, explain_writing};
use crate::report::{Report, diagnostics};
use crate::texts::{self, Text};

/// Checks what `arguments` name.
pub(crate) fn run(arguments: &CheckArguments) -> Result<ExitCode> {
    if arguments.fix {
        interruption::watch();
    }
    let output = BufWriter::new(io::stdout().lock());
    let mut report = Report::new(arguments.format, output);
    let is_clean = texts::for_each(&arguments.files, &arguments.walk, |text| {
        let pipeline = arguments.pipeline(text.path);
        match text.path.filter(|_| arguments.fix) {
            Some(path) => fix(&pipeline, path, text).map(|()| true),
            None => Ok(check(&pipeline, text, &mut report)? == 0),
        }
    })?;
    report.finish().context("cannot write standard output")?;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Changes a file as it should be.
fn fix(pipeline: &Pipeline, path: &Path, Text { name, text, .. }: &Text<'_>) -> Result<()> {
    let processed = pipeline.process(text);
    if *processed == **text {
        return Ok(());
    }
    let mut output = Output::open(path)?;
    output.check_in_place()?;
    output.write_all(processed.as_bytes()).map_err(|error| explain_writing(error, name))?;
    output.commit()
}

/// Reports what would change in a text. Gives the number of changes.
fn check(
    pipeline: &Pipeline,
    Text { name, text, .. }: &Text<'_>,
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
