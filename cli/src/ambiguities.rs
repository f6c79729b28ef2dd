//! `fanjian ambiguities`: where a conversion has a choice, and between what, as editors
//! and people read it.

use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use fanjian::{Ambiguity, Converter};
use serde_json::{Value, json};

use crate::arguments::AmbiguitiesArguments;
use crate::texts;

/// Tells the choices of each line that `arguments` name.
pub(crate) fn run(arguments: &AmbiguitiesArguments) -> Result<()> {
    let text = match &arguments.text {
        Some(text) => text.clone(),
        None => texts::read(None)?.text,
    };
    let converter = arguments.converter();
    let mut output = BufWriter::new(io::stdout().lock());
    for line in text.lines() {
        let told = match arguments.json {
            true => format!("{}\n", to_json(&converter, line)),
            false => told(&converter, line),
        };
        output.write_all(told.as_bytes()).context("cannot write standard output")?;
    }
    output.flush().context("cannot write standard output")
}

/// A line of output and its choices, as people read them: the column in characters.
fn told(converter: &Converter, line: &str) -> String {
    let output = converter.convert(line);
    let mut told = format!("{output}\n");
    for place in converter.ambiguities(line) {
        let column = 1 + output[..place.output_range().start].chars().count();
        let candidates: Vec<&str> = place.candidates().collect();
        let (source, sure) = (place.source(), 100.0 * place.confidence());
        told += &format!("  {column:>4}  {source} → {} ({sure:.0} %)\n", candidates.join(", "));
    }
    told
}

/// A line of source, what becomes of it, and its choices, with offsets in bytes.
fn to_json(converter: &Converter, line: &str) -> Value {
    let ambiguities: Vec<Value> = converter.ambiguities(line).map(|it| place(&it)).collect();
    json!({ "source": line, "output": converter.convert(line), "ambiguities": ambiguities })
}

fn place(place: &Ambiguity<'_>) -> Value {
    let (source, output) = (place.source_range(), place.output_range());
    json!({
        "source_start": source.start,
        "source_end": source.end,
        "start": output.start,
        "end": output.end,
        "source": place.source(),
        "chosen": place.chosen(),
        "candidates": place.candidates().collect::<Vec<_>>(),
        "confidence": place.confidence(),
    })
}
