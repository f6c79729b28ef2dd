//! `fanjian detect`: which script and region files are of, and what was done to them.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use anyhow::{Context, Result};
use fanjian::{Detection, Finding, Script, Variety, careless_words, detect};
use serde_json::{Value, json};

use crate::arguments::DetectionArguments;
use crate::texts;

/// Tells what `arguments` name.
pub(crate) fn run(arguments: &DetectionArguments) -> Result<ExitCode> {
    let mut output = BufWriter::new(io::stdout().lock());
    let is_told = texts::for_each(&arguments.files, &arguments.walk, |text| {
        tell(arguments, &text.name, &text.text, &mut output).map(|()| true)
    });
    let is_told = is_told?;
    output.flush().context("cannot write standard output")?;
    Ok(if is_told { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tells of a text, or of each of its lines.
fn tell(
    arguments: &DetectionArguments,
    name: &str,
    text: &str,
    output: &mut impl Write,
) -> Result<()> {
    let mut tell = |line: Option<usize>, text: &str| {
        let told = match arguments.json {
            true => to_json(name, line, text).to_string(),
            false => told(name, line, text),
        };
        writeln!(output, "{told}").context("cannot write standard output")
    };
    if !arguments.lines {
        return tell(None, text);
    }
    text.lines().zip(1..).try_for_each(|(line, number)| tell(Some(number), line))
}

/// Place, variety and evidence in a line, as people read them.
fn told(name: &str, line: Option<usize>, text: &str) -> String {
    let detection = detect(text);
    let mut told = name.to_owned();
    if let Some(line) = line {
        told += &format!(":{line}");
    }
    let tag = detection.variety().map_or("-", Variety::tag);
    told += &format!(": {tag} ({})", detection.script());
    for (count, name) in shares(&detection) {
        if count > 0 {
            told += &format!(", {name} {count}");
        }
    }
    if let Some(damage) = damage(&detection) {
        told += &format!(", damage {damage}");
    }
    if detection.careless() > 0 {
        told += &format!(", careless {}", detection.careless());
    }
    told
}

/// How many characters tell what.
fn shares(detection: &Detection) -> [(u64, &'static str); 5] {
    [
        (detection.simplified(), "simplified"),
        (detection.traditional(), "traditional"),
        (detection.japanese(), "japanese"),
        (detection.kana(), "kana"),
        (detection.common(), "common"),
    ]
}

/// What was done to the marks.
fn damage(detection: &Detection) -> Option<&'static str> {
    match detection.diagnosis().finding() {
        Finding::Nfkc => Some("nfkc"),
        Finding::Ccnet => Some("ccnet"),
        Finding::Mixed => Some("mixed-widths"),
        Finding::Letterspacing => Some("letterspacing"),
        _ => None,
    }
}

fn to_json(name: &str, line: Option<usize>, text: &str) -> Value {
    let detection = detect(text);
    let mut value = json!({
        "file": name,
        "script": detection.script().name(),
        "variety": detection.variety().map(Variety::tag),
        "confidence": detection.confidence(),
        "han": detection.han(),
        "damage": damage(&detection),
    });
    if let Some(line) = line {
        value["line"] = json!(line);
    }
    for (count, name) in shares(&detection) {
        value[name] = json!(count);
    }
    for variety in [Variety::Traditional, Variety::TraditionalTaiwan, Variety::TraditionalHongKong]
    {
        value["evidence"][variety.tag()] = json!({
            "for": detection.evidence_for(variety),
            "against": detection.evidence_against(variety),
        });
    }
    let is_traditional = detection.script() == Script::Traditional;
    let words = careless_words(if is_traditional { text } else { "" });
    value["careless"] = words
        .map(|word| {
            let range = word.range();
            json!({ "start": range.start, "end": range.end, "word": word.word(), "right": word.right() })
        })
        .collect();
    value
}
