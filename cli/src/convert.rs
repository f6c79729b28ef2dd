//! Streams an input through the library into an output.
//!
//! Memory is bounded by the length of a block, whatever the text, but for a document
//! with markup, which the library keeps until it ends. That borders
//! of blocks never show is the library's promise; nothing is done about it here.

use std::io::{self, BufWriter, Write};

use anyhow::{Result, anyhow, bail};
use fanjian::Pipeline;
use fanjian::stream::{InvalidUtf8Error, Writer};

use crate::arguments::TextArguments;
use crate::input::Input;
use crate::output::Output;

/// How many bytes are read at once: enough that calls of the system do not
/// count, and few enough to stay within a processor's cache.
const BLOCK_LENGTH: usize = 256 * 1024;

/// How many bytes of output are gathered at least before they are written. A
/// block's conversion is longer as a rule and goes by; only text with many
/// bytes that are not UTF-8 comes in small portions.
const GATHERED_LENGTH: usize = 32 * 1024;

/// Takes the text that `arguments` name through `pipeline`.
pub(crate) fn run(pipeline: &Pipeline, arguments: &TextArguments) -> Result<()> {
    // In this order: without an input, no output is touched.
    let input = Input::open(arguments.input.as_deref())?;
    let output = open_output(arguments, &input)?;

    let output_name = output.name().to_owned();
    let gathering = BufWriter::with_capacity(GATHERED_LENGTH, output);
    let writer = Writer::new(pipeline, gathering).invalid(arguments.invalid.into());
    let output = convert(input, writer, &output_name)?;
    output.commit()
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
