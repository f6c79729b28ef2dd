//! Streams an input through the library into an output.
//!
//! Memory is bounded by the length of a block, whatever the text, but for documents,
//! which are kept until they end. That borders
//! of blocks never show is the library's promise; nothing is done about it here.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result, anyhow, bail};
use fanjian::stream::{InvalidUtf8Error, Writer};
use fanjian::{Markup, Pipeline};

use crate::arguments::{FormatChoice, Task, TextArguments};
use crate::documents::{self, Format, Setting, Transform};
use crate::input::Input;
use crate::output::Output;

/// How many bytes are read at once: enough that calls of the system do not
/// count, and few enough to stay within a processor's cache.
const BLOCK_LENGTH: usize = 256 * 1024;

/// How many bytes of output are gathered at least before they are written. A
/// block's conversion is longer as a rule and goes by; only text with many
/// bytes that are not UTF-8 comes in small portions.
const GATHERED_LENGTH: usize = 32 * 1024;

/// Does a task; what it does not say of the format, `default` does.
pub(crate) fn run(task: &impl Task, default: FormatChoice) -> Result<()> {
    let arguments = task.text();
    // In this order: without an input, no output is touched.
    let mut input = Input::open(arguments.input.as_deref())?;
    let output = open_output(arguments, &input)?;
    match choose_format(arguments, default, &mut input)? {
        Chosen::Format(Format::Text) => convert_stream(task, Markup::Plain, input, output),
        Chosen::Format(Format::Markdown) => convert_stream(task, Markup::Markdown, input, output),
        Chosen::Format(format) => {
            let source = input.read_to_end()?;
            write_document(task, format, input, &source, output)
        }
        Chosen::Archive => {
            let source = input.read_to_end()?;
            let Some(format) = Format::of_archive(&source) else {
                bail!(
                    "{}: it is an archive, but no document that is known; name its kind by \
                     --format",
                    input.name()
                );
            };
            write_document(task, format, input, &source, output)
        }
    }
}

enum Chosen {
    Format(Format),
    /// One that is an archive.
    Archive,
}

fn choose_format(
    arguments: &TextArguments,
    default: FormatChoice,
    input: &mut Input,
) -> Result<Chosen> {
    if let Some(markup) = arguments.markup {
        return Ok(Chosen::Format(format_of_markup(markup)));
    }
    if let FormatChoice::Format(format) = arguments.format.unwrap_or(default) {
        return Ok(Chosen::Format(format));
    }
    let Some(path) = &arguments.input else { return Ok(Chosen::Format(Format::Text)) };
    if let Some(format) = Format::of_path(path) {
        return Ok(Chosen::Format(format));
    }
    let is_archive = Format::is_archive(&input.peek(4)?);
    Ok(if is_archive { Chosen::Archive } else { Chosen::Format(Format::Text) })
}

fn format_of_markup(markup: Markup) -> Format {
    match markup {
        Markup::Markdown => Format::Markdown,
        Markup::Html => Format::Html,
        _ => Format::Text,
    }
}

fn convert_stream(task: &impl Task, markup: Markup, input: Input, output: Output) -> Result<()> {
    let pipeline = task.pipeline(markup);
    let output_name = output.name().to_owned();
    let gathering = BufWriter::with_capacity(GATHERED_LENGTH, output);
    let writer = Writer::new(&pipeline, gathering).invalid(task.text().invalid.into());
    let output = convert(input, writer, &output_name)?;
    output.commit()
}

/// Converts a document that is in memory. Takes the input by value because some systems
/// replace no file that is still open.
fn write_document(
    task: &impl Task,
    format: Format,
    input: Input,
    source: &[u8],
    mut output: Output,
) -> Result<()> {
    let converted = match format {
        Format::Html => convert_html(task, &input, source, output.name())?,
        _ => convert_document(task, format, source)
            .with_context(|| format!("cannot convert {}", input.name()))?,
    };
    drop(input);
    let written = output.write_all(converted.as_deref().unwrap_or(source));
    let written = written.and_then(|()| output.flush());
    written.with_context(|| format!("cannot write {}", output.name()))?;
    output.commit()
}

/// Converts what the library knows as HTML, and renames its languages; nothing where it
/// stays as it is.
fn convert_html(
    task: &impl Task,
    input: &Input,
    source: &[u8],
    output_name: &str,
) -> Result<Option<Vec<u8>>> {
    let pipeline = task.pipeline(Markup::Html);
    let mut writer = Writer::new(&pipeline, Vec::new()).invalid(task.text().invalid.into());
    let written = writer.write_all(source).and_then(|()| writer.finish());
    let converted = written.map_err(|error| explain(error, input.name(), output_name))?;
    let is_changed = converted != source;
    Ok(is_changed.then(|| documents::rename_html_languages(converted, task.languages())))
}

fn convert_document(task: &impl Task, format: Format, source: &[u8]) -> Result<Option<Vec<u8>>> {
    let pipeline = task.pipeline(Markup::Plain);
    let setting = Setting { transform: &pipeline, languages: task.languages() };
    documents::convert(source, format, &setting, task.text().limits())
}

impl Transform for Pipeline {
    fn transform<'t>(&self, text: &'t str, borders: &mut [usize]) -> Cow<'t, str> {
        if borders.is_empty() {
            return self.process(text);
        }
        let aligned = self.process_aligned(text);
        let sources: Vec<usize> = borders.to_vec();
        for (border, output) in borders.iter_mut().zip(aligned.alignment().output_offsets(sources))
        {
            *border = output;
        }
        aligned.into_output()
    }
}

fn open_output(arguments: &TextArguments, input: &Input) -> Result<Output> {
    let in_place = arguments.input.as_deref().filter(|_| arguments.in_place);
    let Some(path) = arguments.output.as_deref().or(in_place) else {
        if input.is_also_standard_output() {
            let name = input.name();
            bail!(
                "{name} and standard output are one file; redirect to another file, or convert \
                 in place with --input FILE --in-place"
            );
        }
        return Ok(Output::standard());
    };
    let output = Output::open(path)?;
    if arguments.in_place {
        output.check_in_place()?;
    }
    Ok(output)
}

/// Converts all of `input`. Takes it by value because some systems replace no
/// file that is still open.
fn convert(
    mut input: Input,
    mut writer: Writer<BufWriter<Output>>,
    output_name: &str,
) -> Result<Output> {
    let mut block = vec![0; BLOCK_LENGTH];
    loop {
        let length = input.read(&mut block)?;
        if length == 0 {
            break;
        }
        // Flushed, so that what is certain by now reaches a waiting reader.
        let written = writer.write_all(&block[..length]).and_then(|()| writer.flush());
        written.map_err(|error| explain(error, input.name(), output_name))?;
    }
    let finished = writer.finish().map_err(|error| explain(error, input.name(), output_name))?;
    // `finish` has flushed; there is nothing left that could fail.
    finished.into_inner().map_err(|error| explain(error.into_error(), input.name(), output_name))
}

/// Says whose fault an error of the writer is, and what helps.
fn explain(error: io::Error, input_name: &str, output_name: &str) -> anyhow::Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<InvalidUtf8Error>()) {
        Some(invalid) => anyhow!(
            "{input_name}: {invalid}; convert the text to UTF-8 first, \
             or pass --invalid=replace to write U+FFFD for such bytes, \
             or --invalid=keep to copy them"
        ),
        None => anyhow::Error::new(error).context(format!("cannot write {output_name}")),
    }
}
