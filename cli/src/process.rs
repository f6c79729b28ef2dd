//! Does one input: from its bytes through decompression, decoding and its format to
//! the bytes of the output, and back through encoding and compression.
//!
//! Memory is bounded whatever the length of the input, but for a document with markup
//! and for a single record.

use std::io::{self, BufWriter, Cursor, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use fanjian::Markup;

use crate::arguments::{ConversionArguments, Invalid};
use crate::blocks::{Blocks, Lines};
use crate::compression::{Compression, Compressor, Source};
use crate::encoding::{self, Choice, EncodingWriter, Known, UndecodableError, UnencodableError};
use crate::format::{self, Format};
use crate::input::Input;
use crate::output::{Durability, Output};
use crate::progress::Counters;
use crate::records;
use crate::records::csv::{self, Dialect};
use crate::records::jsonl::{Fields, Jsonl};
use crate::text::{InvalidError, Text, Written};
use crate::transform::Transform;

/// How many bytes of output are gathered at least before they are written. A
/// block's conversion is longer as a rule and goes by; only text with many
/// bytes that are not UTF-8 comes in small portions.
const GATHERED: usize = 32 * 1024;

/// How many bytes are looked at to tell whether a file is text, as Git does.
const SAMPLE: usize = 8000;

/// One input and where its result goes.
#[derive(Debug)]
pub(crate) struct Job {
    /// Standard input, if there is none.
    pub(crate) input: Option<PathBuf>,
    /// The path under which it is known to the run.
    pub(crate) relative: PathBuf,
    /// Whether a folder was named and not the file.
    pub(crate) is_in_folder: bool,
    pub(crate) target: Target,
}

/// Where a result goes.
#[derive(Debug)]
pub(crate) enum Target {
    Standard,
    File(PathBuf),
    /// A file in a folder of results, which is made where it is missing.
    InFolder(PathBuf),
    /// The input file, under this name.
    InPlace(PathBuf),
}

/// What became of an input.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) state: State,
    /// What is to be said of it.
    pub(crate) notes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Changed,
    Unchanged,
    /// It is no text.
    Binary,
}

/// What is done to every input.
pub(crate) struct Processing<'a> {
    pub(crate) arguments: &'a ConversionArguments,
    pub(crate) transform: Arc<dyn Transform>,
    pub(crate) counters: Arc<Counters>,
}

/// What is known of a text before any of it is converted.
struct Opened {
    source: Source,
    format: Format,
    compression: Compression,
    encoding: Known,
    /// Whether a block is to be full before it is handed on.
    is_filled: bool,
}

type Sink = EncodingWriter<Compressor<BufWriter<Output>>>;

impl Processing<'_> {
    /// Does one input.
    pub(crate) fn run(&self, job: &Job) -> Result<Outcome> {
        // In this order: without an input, no output is touched.
        let input = Input::open(job.input.as_deref())?;
        #[cfg(feature = "parquet")]
        if let format @ (Format::Parquet | Format::Arrow) = self.format(job) {
            return self.columns(job, input, format);
        }
        let name = input.name().to_owned();
        let name_reader = |error: io::Error| explain_reading(error.into(), &name);
        let output = self.open_output(job, &input)?;
        let mut opened = self.open(job, input).map_err(name_reader)?;
        if job.is_in_folder && opened.is_binary().map_err(name_reader)? {
            return Ok(Outcome { state: State::Binary, notes: Vec::new() });
        }
        self.convert(job, opened, output, &name)
    }

    fn open_output(&self, job: &Job, input: &Input) -> Result<Output> {
        if self.arguments.place.dry_run {
            return Ok(Output::nowhere());
        }
        match &job.target {
            Target::Standard => {
                if input.is_also_standard_output() {
                    let name = input.name();
                    bail!(
                        "{name} and standard output are one file; redirect to another file, or \
                         convert in place with --input FILE --in-place"
                    );
                }
                Ok(Output::standard())
            }
            Target::File(path) => Output::open(path),
            Target::InFolder(path) => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)
                        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
                }
                let mut output = Output::open(path)?;
                output.durability(Durability::WhenTheSystemLikes);
                Ok(output)
            }
            Target::InPlace(path) => {
                let mut output = Output::open(path)?;
                output.check_in_place()?;
                output.keep_times();
                if let Some(suffix) = &self.arguments.place.backup {
                    output.keep_backup(suffix)?;
                }
                Ok(output)
            }
        }
    }

    /// What the input is made of.
    fn format(&self, job: &Job) -> Format {
        let records = &self.arguments.records;
        if let Some(format) = records.format {
            return format;
        }
        let named = job.input.as_deref().map_or(Format::Text, format::of_name);
        match named {
            // What was not asked for is text, as for OpenCC.
            Format::Jsonl if records.field.is_empty() => Format::Text,
            Format::Csv | Format::Tsv if records.column.is_empty() => Format::Text,
            named => named,
        }
    }

    fn open(&self, job: &Job, input: Input) -> io::Result<Opened> {
        let bytes = &self.arguments.bytes;
        let is_file = input.regular_file().is_some();
        let source = self.counters.count(input.into_source());
        let (compression, source) = match bytes.decompress {
            Some(compression) => (compression, source),
            None => Compression::detect(source)?,
        };
        let source = compression.reader(source)?;
        let (encoding, source) = bytes.encoding.resolve(source)?;
        let is_replaced = matches!(self.arguments.invalid, Invalid::Replace);
        Ok(Opened {
            source: encoding::decode(source, encoding, is_replaced),
            format: self.format(job),
            compression,
            encoding,
            is_filled: is_file || compression != Compression::None,
        })
    }

    fn convert(&self, job: &Job, opened: Opened, output: Output, name: &str) -> Result<Outcome> {
        let output_name = output.name().to_owned();
        let mut is_changed = self.is_stored_anew(job, &opened);
        let mut failed_writing = false;
        let mut sink = self.sink(job, &opened, output)?;
        // Flushed, so that what is certain by now reaches a waiting reader.
        let write = |written: Written| {
            is_changed |= written.is_changed;
            let result = sink.write_all(&written.bytes).and_then(|()| sink.flush());
            failed_writing = result.is_err();
            result.map_err(|error| explain_writing(error, &output_name))
        };
        let notes = self.apply(opened, write);
        let mut notes = match notes {
            Err(error) if failed_writing => return Err(error),
            Err(error) => return Err(explain_reading(error, name)),
            Ok(notes) => notes,
        };
        let finished = sink.finish().and_then(|(sink, note)| {
            notes.extend(note);
            // `into_inner` flushes; there is nothing left that could fail.
            sink.finish()?.into_inner().map_err(io::IntoInnerError::into_error)
        });
        let output = finished.map_err(|error| explain_writing(error, &output_name))?;
        self.commit(job, output, is_changed)?;
        Ok(Outcome { state: if is_changed { State::Changed } else { State::Unchanged }, notes })
    }

    /// Hands the output over. A file in place that would not change stays.
    fn commit(&self, job: &Job, output: Output, is_changed: bool) -> Result<()> {
        match job.target {
            Target::InPlace(_) if !is_changed => Ok(()),
            _ => output.commit(),
        }
    }

    /// Whether the output is another file than the input even if no text changes.
    fn is_stored_anew(&self, job: &Job, opened: &Opened) -> bool {
        let is_replaced = matches!(self.arguments.invalid, Invalid::Replace);
        let is_decoded = opened.encoding != Known::Utf8;
        self.output_compression(job, opened) != opened.compression
            || self.output_encoding(opened) != (opened.encoding, false)
            || (is_decoded && is_replaced)
    }

    fn sink(&self, job: &Job, opened: &Opened, output: Output) -> Result<Sink> {
        let name = output.name().to_owned();
        let gathering = BufWriter::with_capacity(GATHERED, output);
        let compressor = self.output_compression(job, opened).writer(gathering);
        let compressor = compressor.map_err(|error| explain_writing(error, &name))?;
        let (encoding, is_marked) = self.output_encoding(opened);
        let sink = EncodingWriter::new(compressor, encoding, self.arguments.bytes.unencodable);
        Ok(if is_marked { sink.with_mark() } else { sink })
    }

    /// The encoding of the output, and whether it needs a byte order mark.
    fn output_encoding(&self, opened: &Opened) -> (Known, bool) {
        match self.arguments.bytes.output_encoding {
            Some(Choice::Known(known)) => (known, false),
            Some(Choice::Utf16) => (Known::Utf16(encoding::Endianness::Little), true),
            Some(Choice::Auto) | None => (opened.encoding, false),
        }
    }

    /// As an option says, or the names if they differ, or else as the input.
    fn output_compression(&self, job: &Job, opened: &Opened) -> Compression {
        if let Some(compression) = self.arguments.bytes.compress {
            return compression;
        }
        let Target::File(output) = &job.target else { return opened.compression };
        let input = job.input.as_deref().and_then(Compression::of_name);
        match Compression::of_name(output) {
            Some(compression) => compression,
            None if input.is_some() => Compression::None,
            None => opened.compression,
        }
    }

    /// Does what the format asks for.
    fn apply(
        &self,
        opened: Opened,
        write: impl FnMut(Written) -> Result<()>,
    ) -> Result<Vec<String>> {
        let Opened { source, format, is_filled, .. } = opened;
        match format {
            Format::Jsonl => self.jsonl(source, is_filled, write),
            Format::Csv => self.separated(Dialect::CSV, source, is_filled, write),
            Format::Tsv => self.separated(Dialect::TSV, source, is_filled, write),
            _ => {
                let invalid = self.arguments.invalid.into();
                let text = Text { transform: Arc::clone(&self.transform), invalid };
                text.run(source, is_filled, write)?;
                Ok(Vec::new())
            }
        }
    }

    fn jsonl(
        &self,
        source: Source,
        is_filled: bool,
        write: impl FnMut(Written) -> Result<()>,
    ) -> Result<Vec<String>> {
        let records = &self.arguments.records;
        if records.field.is_empty() {
            bail!("name the fields that are text by --field");
        }
        let jsonl = Jsonl {
            fields: Fields::new(records.field.iter().map(String::as_str)),
            transform: Arc::clone(&self.transform),
            policy: records.invalid_record,
        };
        let blocks = Blocks::new(source, Lines, is_filled);
        let fields = format!("--field {}", records.field.join(","));
        records::run(blocks, None, move |block| jsonl.work(block), &fields, write)
    }

    fn separated(
        &self,
        dialect: Dialect,
        source: Source,
        is_filled: bool,
        write: impl FnMut(Written) -> Result<()>,
    ) -> Result<Vec<String>> {
        let records = &self.arguments.records;
        if records.column.is_empty() {
            bail!("name the columns that are text by --column");
        }
        let mut blocks = Blocks::new(source, dialect, is_filled);
        // An empty input has a first block, too.
        let first = blocks.next()?.ok_or_else(|| anyhow!("there is nothing to read"))?;
        let has_header = !records.no_header;
        let columns = csv::Columns {
            dialect,
            columns: csv::columns(&first, dialect, &records.column, has_header)?,
            has_header,
            transform: Arc::clone(&self.transform),
            policy: records.invalid_record,
        };
        let fields = format!("--column {}", records.column.join(","));
        records::run(blocks, Some(first), move |block| columns.work(block), &fields, write)
    }

    /// Does a file of columns, which has its own compression and encoding.
    #[cfg(feature = "parquet")]
    fn columns(&self, job: &Job, input: Input, format: Format) -> Result<Outcome> {
        use std::sync::atomic::Ordering;

        let name = input.name().to_owned();
        let names = &self.arguments.records.column;
        if names.is_empty() {
            bail!("{name}: name the columns that are text by --column");
        }
        let Some(file) = input.regular_file() else {
            bail!("{name}: such a file is not read from its beginning to its end; name a file");
        };
        let file = file.try_clone().with_context(|| format!("cannot read {name}"))?;
        let output = self.open_output(job, &input)?;
        drop(input);
        let mut gathering = BufWriter::with_capacity(GATHERED, output);
        let columns = records::parquet::Columns::new(names, Arc::clone(&self.transform));
        let is_changed = match format {
            Format::Parquet => columns.parquet(&file, &mut gathering),
            _ => columns.arrow(&file, &mut gathering),
        }
        .context(name.clone())?;
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        self.counters.bytes.fetch_add(length, Ordering::Relaxed);
        drop(file);
        let output_name = gathering.get_ref().name().to_owned();
        let output = gathering.into_inner();
        let output = output.map_err(|error| explain_writing(error.into_error(), &output_name))?;
        self.commit(job, output, is_changed)?;
        let state = if is_changed { State::Changed } else { State::Unchanged };
        Ok(Outcome { state, notes: Vec::new() })
    }
}

impl Opened {
    /// Whether the text has a NUL at its beginning.
    fn is_binary(&mut self) -> io::Result<bool> {
        let mut sample = Vec::new();
        self.source.by_ref().take(SAMPLE as u64).read_to_end(&mut sample)?;
        let is_binary = memchr::memchr(0, &sample).is_some();
        let rest = std::mem::replace(&mut self.source, Box::new(io::empty()));
        self.source = Box::new(Cursor::new(sample).chain(rest));
        Ok(is_binary)
    }
}

/// Fails where arguments do not fit together in a way that `clap` cannot tell.
pub(crate) fn check(arguments: &ConversionArguments) -> Result<(), String> {
    let is_utf8 = |choice| choice == Choice::Known(Known::Utf8);
    let bytes = &arguments.bytes;
    let is_recoded =
        !is_utf8(bytes.encoding) || bytes.output_encoding.is_some_and(|choice| !is_utf8(choice));
    if is_recoded && matches!(arguments.invalid, Invalid::Keep) {
        return Err("--invalid=keep copies bytes, which no other encoding than UTF-8 can".into());
    }
    let is_text = arguments.records.format.is_none_or(|format| format == Format::Text);
    if arguments.markup != Markup::Plain && !is_text {
        return Err("--markup is for text, not for records".into());
    }
    Ok(())
}

/// Says what was wrong with an input.
fn explain_reading(error: anyhow::Error, name: &str) -> anyhow::Error {
    let Some(io_error) = error.downcast_ref::<io::Error>() else {
        return error.context(name.to_owned());
    };
    let inner = io_error.get_ref();
    if inner.is_some_and(|inner| inner.is::<UndecodableError>() || inner.is::<InvalidError>()) {
        return error.context(name.to_owned());
    }
    error.context(format!("cannot read {name}"))
}

/// Says what was wrong with an output.
fn explain_writing(error: io::Error, name: &str) -> anyhow::Error {
    match error.get_ref() {
        Some(inner) if inner.is::<UnencodableError>() => {
            anyhow::Error::new(error).context(name.to_owned())
        }
        _ => anyhow::Error::new(error).context(format!("cannot write {name}")),
    }
}
