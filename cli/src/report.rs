//! What was found in a text, and what failed, in the forms in which people and programs
//! read it.
//!
//! Lines and columns are counted from one, columns in code points, as editors count;
//! offsets are bytes, counted from zero. This module knows forms. What is found, the
//! library says.

use std::io::{self, Write};
use std::ops::Range;

use fanjian::{Aligned, Cause, Rule};
use serde_json::{Value, json};

use crate::arguments::ReportFormat;
use crate::counted::kind;

/// A place of a file, and what is to be said of it.
pub(crate) struct Diagnostic {
    pub(crate) file: String,
    /// In bytes of the file.
    pub(crate) range: Range<usize>,
    pub(crate) start: Position,
    pub(crate) end: Position,
    pub(crate) before: String,
    pub(crate) finding: Finding,
}

/// What is found.
pub(crate) enum Finding {
    /// Something else should stand there, for these reasons.
    Change { after: String, causes: Vec<Cause> },
    /// A rule would change it if it could be told what is meant.
    Doubt(Rule),
}

/// A place between two characters.
#[derive(Clone, Copy)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// Goes through a text and tells where its bytes are.
struct Positions<'t> {
    text: &'t str,
    offset: usize,
    position: Position,
}

impl Positions<'_> {
    /// The position of an offset; offsets ascend.
    fn of(&mut self, offset: usize) -> Position {
        for character in self.text[self.offset..offset].chars() {
            self.position = match character {
                '\n' => Position { line: self.position.line + 1, column: 1 },
                _ => Position { column: self.position.column + 1, ..self.position },
            };
        }
        self.offset = offset;
        self.position
    }
}

/// All changes of a file and all doubts about it, in the order of the text.
pub(crate) fn diagnostics(
    file: &str,
    aligned: &Aligned<'_>,
    doubts: Vec<(Range<usize>, Rule)>,
) -> Vec<Diagnostic> {
    let (source, output) = (aligned.source(), aligned.output());
    let edits = aligned.edits().into_iter().map(|edit| {
        let after = output[edit.output()].to_owned();
        (edit.source(), Finding::Change { after, causes: edit.causes().to_vec() })
    });
    let doubts = doubts.into_iter().map(|(range, rule)| (range, Finding::Doubt(rule)));
    let mut found: Vec<_> = edits.chain(doubts).collect();
    found.sort_by_key(|(range, _)| (range.start, range.end));
    let mut starts =
        Positions { text: source, offset: 0, position: Position { line: 1, column: 1 } };
    found
        .into_iter()
        .map(|(range, finding)| {
            let start = starts.of(range.start);
            let mut ends = Positions { text: source, offset: range.start, position: start };
            Diagnostic {
                file: file.to_owned(),
                start,
                end: ends.of(range.end),
                before: source[range.clone()].to_owned(),
                range,
                finding,
            }
        })
        .collect()
}

/// Writes diagnostics in one of the forms.
pub(crate) struct Report<W> {
    format: ReportFormat,
    output: W,
    /// What a SARIF document has gathered, which is written at the end.
    results: Vec<Value>,
}

impl<W: Write> Report<W> {
    pub(crate) fn new(format: ReportFormat, output: W) -> Report<W> {
        Report { format, output, results: Vec::new() }
    }

    pub(crate) fn write(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        match self.format {
            ReportFormat::Human => self.write_human(diagnostic),
            ReportFormat::Json => writeln!(self.output, "{}", diagnostic.to_json()),
            ReportFormat::Github => self.write_github(diagnostic),
            ReportFormat::Sarif => {
                self.results.push(diagnostic.to_sarif());
                Ok(())
            }
        }
    }

    /// Ends the report.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if self.format == ReportFormat::Sarif {
            let document = sarif(core::mem::take(&mut self.results));
            serde_json::to_writer_pretty(&mut self.output, &document)?;
            writeln!(self.output)?;
        }
        self.output.flush()
    }

    fn write_human(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        let Diagnostic { file, start, .. } = diagnostic;
        writeln!(self.output, "{file}:{}:{}: {}", start.line, start.column, diagnostic.message())
    }

    fn write_github(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        let Diagnostic { file, start, end, finding, .. } = diagnostic;
        let command = match finding {
            Finding::Change { .. } => "warning",
            Finding::Doubt(_) => "notice",
        };
        writeln!(
            self.output,
            "::{command} file={},line={},col={},endLine={},endColumn={},title=fanjian {}::{}",
            escape_property(file),
            start.line,
            start.column,
            end.line,
            end.column,
            escape_property(&finding.id()),
            escape_data(&diagnostic.message()),
        )
    }
}

impl Diagnostic {
    /// Whether something would change.
    pub(crate) fn is_change(&self) -> bool {
        matches!(self.finding, Finding::Change { .. })
    }

    /// What is to be said, in one line.
    fn message(&self) -> String {
        let before = visible(&self.before);
        match &self.finding {
            Finding::Change { after, causes } => {
                let causes: Vec<String> = causes.iter().map(describe).collect();
                format!("{}: {before} → {}", causes.join(", "), visible(after))
            }
            Finding::Doubt(rule) => {
                format!("{rule} ({}): {before} may be meant otherwise", rule.description())
            }
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut value = json!({
            "file": self.file,
            "line": self.start.line,
            "column": self.start.column,
            "end_line": self.end.line,
            "end_column": self.end.column,
            "start": self.range.start,
            "end": self.range.end,
            "before": self.before,
        });
        match &self.finding {
            Finding::Change { after, causes } => {
                value["severity"] = json!("warning");
                value["after"] = json!(after);
                value["causes"] = causes.iter().map(cause_to_json).collect();
            }
            Finding::Doubt(rule) => {
                value["severity"] = json!("note");
                value["causes"] = json!([cause_to_json(&Cause::Rule(*rule))]);
            }
        }
        value
    }

    fn to_sarif(&self) -> Value {
        let location = json!({ "uri": uri(&self.file) });
        let region = json!({
            "startLine": self.start.line,
            "startColumn": self.start.column,
            "endLine": self.end.line,
            "endColumn": self.end.column,
            "byteOffset": self.range.start,
            "byteLength": self.range.len(),
        });
        let mut result = json!({
            "ruleId": self.finding.id(),
            "level": "warning",
            "message": { "text": self.message() },
            "locations": [{
                "physicalLocation": { "artifactLocation": location, "region": region }
            }],
        });
        match &self.finding {
            Finding::Doubt(_) => result["level"] = json!("note"),
            Finding::Change { after, .. } => {
                result["fixes"] = json!([{
                    "artifactChanges": [{
                        "artifactLocation": location,
                        "replacements": [{
                            "deletedRegion": region,
                            "insertedContent": { "text": after },
                        }],
                    }],
                }]);
            }
        }
        result
    }
}

impl Finding {
    /// The rule, or the dictionary.
    fn id(&self) -> String {
        match self {
            Finding::Doubt(rule) => rule.to_string(),
            Finding::Change { causes, .. } => kind(causes).to_owned(),
        }
    }
}

/// Says on standard error what failed.
pub(crate) fn error(error: &anyhow::Error) {
    say(&format!("{error:#}"));
}

/// Says on standard error what does not matter and may not be meant.
pub(crate) fn warning(warning: &str) {
    say(&format!("warning: {warning}"));
}

/// Says something on standard error, in one piece, so that no other message stands in it.
pub(crate) fn say(text: &str) {
    // `eprintln!` would panic where standard error is a broken pipe.
    let _ = io::stderr().write_all(format!("fanjian: {text}\n").as_bytes());
}

/// Who made a change, in a few words.
pub(crate) fn describe(cause: &Cause) -> String {
    match cause {
        Cause::Rule(rule) => format!("{rule} ({})", rule.description()),
        Cause::Entry(step) => {
            format!("{} ({} → {})", step.dictionary(), step.key(), step.replacement())
        }
        Cause::Restoration(one) => {
            format!("repair ({} → {}, margin {})", one.replaced(), one.replacement(), one.margin())
        }
        _ => "conversion".to_owned(),
    }
}

fn cause_to_json(cause: &Cause) -> Value {
    match cause {
        Cause::Rule(rule) => json!({ "rule": rule.id(), "description": rule.description() }),
        Cause::Entry(step) => json!({
            "dictionary": step.dictionary(),
            "key": step.key(),
            "candidates": step.candidates().collect::<Vec<_>>(),
        }),
        Cause::Restoration(one) => json!({
            "replaced": one.replaced().to_string(),
            "replacement": one.replacement().to_string(),
            "margin": one.margin(),
        }),
        _ => Value::Null,
    }
}

/// A text between quotation marks, with what cannot be seen in it escaped.
pub(crate) fn visible(text: &str) -> String {
    let is_seen = |character: char| !character.is_control() && !is_invisible(character);
    let characters = text.chars().map(|character| match is_seen(character) {
        true => character.to_string(),
        false => character.escape_unicode().to_string(),
    });
    format!("“{}”", characters.collect::<String>())
}

/// Marks that take no room, and variation selectors.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}')
}

/// A SARIF document with these results.
fn sarif(results: Vec<Value>) -> Value {
    let rules = Rule::ALL
        .iter()
        .map(|rule| json!({ "id": rule.id(), "shortDescription": { "text": rule.description() } }));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "fanjian",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules.collect::<Vec<_>>(),
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A path as a reference to a file, as RFC 3986 asks for.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// What GitHub's workflows ask to be escaped in the text of a command …
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// … and in its properties.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
