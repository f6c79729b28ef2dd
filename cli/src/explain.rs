//! `fanjian explain`: what becomes of a text, and why.
//!
//! Each line is told with its changes, who made each of them, and what else the
//! dictionaries offer. On a terminal the changes are in colour.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result};
use fanjian::{Cause, Pipeline};
use serde_json::{Value, json};

use crate::arguments::ExplanationArguments;
use crate::report::{Diagnostic, Finding, describe, diagnostics, visible};
use crate::texts;

const BEFORE: Style = AnsiColor::Red.on_default();
const AFTER: Style = AnsiColor::Green.on_default();
const WHO: Style = AnsiColor::Cyan.on_default();

/// Explains what `arguments` name.
pub(crate) fn run(pipeline: &Pipeline, arguments: &ExplanationArguments) -> Result<()> {
    let text = match &arguments.text {
        Some(text) => text.clone(),
        None => texts::read(None)?.text,
    };
    let mut output = anstream::stdout().lock();
    for line in text.lines() {
        let explained = match arguments.json {
            true => format!("{}\n", to_json(pipeline, line)),
            false => told(pipeline, line),
        };
        output.write_all(explained.as_bytes()).context("cannot write standard output")?;
    }
    output.flush().context("cannot write standard output")
}

/// A line and its changes, as people read them.
fn told(pipeline: &Pipeline, line: &str) -> String {
    let aligned = pipeline.process_aligned(line);
    let mut told = format!("{line}\n{}\n", aligned.output());
    for Diagnostic { before, finding, start, .. } in diagnostics("", &aligned, Vec::new()) {
        let Finding::Change { after, causes } = finding else { continue };
        let (before, after) = (visible(&before), visible(&after));
        told += &format!(
            "  {:>4}  {BEFORE}{before}{BEFORE:#} → {AFTER}{after}{AFTER:#}\n",
            start.column
        );
        for cause in &causes {
            told += &format!("        {WHO}{}{WHO:#}{}\n", describe(cause), others(cause));
        }
    }
    told
}

/// What else an entry offers.
fn others(cause: &Cause) -> String {
    match cause {
        Cause::Entry(step) if step.candidates().len() > 1 => {
            let others: Vec<&str> = step.candidates().skip(1).collect();
            format!(", or {}", others.join(", "))
        }
        _ => String::new(),
    }
}

/// A line, what becomes of it, and its changes.
fn to_json(pipeline: &Pipeline, line: &str) -> Value {
    let aligned = pipeline.process_aligned(line);
    let mut edits = Vec::new();
    for diagnostic in diagnostics("", &aligned, Vec::new()) {
        let mut edit = diagnostic.to_json();
        if let Some(edit) = edit.as_object_mut() {
            for name in ["file", "line", "end_line", "severity"] {
                edit.remove(name);
            }
        }
        edits.push(edit);
    }
    json!({ "source": line, "output": aligned.output(), "edits": edits })
}
