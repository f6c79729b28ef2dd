//! Does one input: from its bytes through decompression, decoding and its format to
//! the bytes of the output, and back through encoding and compression.
//!
//! Memory is bounded whatever the length of the input, but for a document and for a
//! single record.

use std::borrow::Cow;
use std::io::{self, BufReader, BufWriter, Cursor, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use fanjian::Markup;

use crate::arguments::{FormatChoice, Invalid, Task, TextArguments};
use crate::blocks::{Blocks, Lines};
use crate::compression::{self, Compression, Compressor, LimitError, Source};
use crate::counted::{Changes, Counted};
use crate::documents::{self, Setting, Transform};
use crate::encoding::{self, Choice, EncodingWriter, Known, UndecodableError, UnencodableError};
use crate::format::{Format, ZIP_SIGNATURE};
use crate::input::Input;
use crate::output::{Durability, Output};
use crate::progress::Counters;
use crate::records;
use crate::records::csv::{self, Dialect};
use crate::records::jsonl::{Fields, Jsonl};
use crate::text::{InvalidError, Text, Written};

/// How many bytes of output are gathered at least before they are written. A
/// block's conversion is longer as a rule and goes by; only text with many
/// bytes that are not UTF-8 comes in small portions.
const GATHERED: usize = 32 * 1024;

/// How many bytes are looked at to tell whether a file is text, as Git does.
const SAMPLE: usize = 8000;

/// Bytes from which on an input is worth more than one thread for itself.
const LONG: u64 = 8 << 20;

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
    pub(crate) task: &'a dyn Task,
    pub(crate) arguments: &'a TextArguments,
    /// What files are made of where the arguments do not say it.
    pub(crate) default: FormatChoice,
    pub(crate) counters: Arc<Counters>,
    /// What made changes, if that is asked for.
    pub(crate) changes: Option<Changes>,
}

/// What is known of a text before any of it is converted.
struct Opened {
    source: Source,
    format: Format,
    compression: Compression,
    encoding: Known,
    /// Whether a block is to be full before it is handed on.
    is_filled: bool,
    /// Whether it is worth more than one thread for itself.
    is_long: bool,
}

type Sink = EncodingWriter<Compressor<BufWriter<Output>>>;

impl Processing<'_> {
    /// Does one input.
    pub(crate) fn run(&self, job: &Job) -> Result<Outcome> {
        // In this order: without an input, no output is touched.
        let input = Input::open(job.input.as_deref())?;
        #[cfg(feature = "parquet")]
        if let Some(format @ (Format::Parquet | Format::Arrow)) = self.format(job) {
            return self.columns(job, input, format);
        }
        let name = input.name().to_owned();
        let name_reader = |error: io::Error| explain_reading(error.into(), &name);
        let output = self.open_output(job, &input)?;
        let mut opened = self.open(job, input).map_err(name_reader)?;
        let is_archive = opened.format.is_archive();
        if job.is_in_folder && !is_archive && opened.is_binary().map_err(name_reader)? {
            return Ok(Outcome { state: State::Binary, notes: Vec::new() });
        }
        self.convert(job, opened, output, &name)
    }

    fn pipeline(&self, markup: Markup) -> Counted {
        Counted::new(self.task.pipeline(markup), self.changes.clone())
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

    /// What the input is made of, if the arguments or its name say it.
    fn format(&self, job: &Job) -> Option<Format> {
        let text = self.arguments;
        if let Some(markup) = text.markup {
            return Some(Format::of_markup(markup));
        }
        match text.format.unwrap_or(self.default) {
            FormatChoice::Format(format) => Some(format),
            FormatChoice::Auto => job.input.as_deref().and_then(Format::of_name),
        }
    }

    fn open(&self, job: &Job, input: Input) -> io::Result<Opened> {
        let bytes = &self.arguments.bytes;
        let file = input.regular_file();
        let is_file = file.is_some();
        let length = file.and_then(|file| file.metadata().ok()).map(|metadata| metadata.len());
        let mut source = compression::count(input.into_source(), &self.counters.bytes);
        if is_file {
            // For the first bytes, which are looked at one by one.
            source = Box::new(BufReader::with_capacity(SAMPLE, source));
        }
        let (compression, source) = match bytes.decompress {
            Some(compression) => (compression, source),
            None => Compression::detect(source)?,
        };
        let mut source = compression.reader(source, bytes.limit_unpacked)?;
        let format = match self.format(job) {
            Some(format) => format,
            // Of a pipe, nothing is waited for.
            None if is_file => format_of_content(&mut source)?,
            None => Format::Text,
        };
        let is_replaced = matches!(self.arguments.invalid, Invalid::Replace);
        let (encoding, source) = match format.has_own_encoding() {
            true => (Known::Utf8, source),
            false => bytes.encoding.resolve(source)?,
        };
        Ok(Opened {
            source: encoding::decode(source, encoding, is_replaced),
            format,
            compression,
            encoding,
            is_filled: is_file || compression != Compression::None,
            is_long: length.is_none_or(|length| length >= LONG),
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
        let threads = if opened.is_long { rayon::current_num_threads() as u32 } else { 1 };
        let compressor = self.output_compression(job, opened).writer(gathering, threads);
        let compressor = compressor.map_err(|error| explain_writing(error, &name))?;
        let (encoding, is_marked) = self.output_encoding(opened);
        let sink = EncodingWriter::new(compressor, encoding, self.arguments.bytes.unencodable);
        Ok(if is_marked { sink.with_mark() } else { sink })
    }

    /// The encoding of the output, and whether it needs a byte order mark.
    fn output_encoding(&self, opened: &Opened) -> (Known, bool) {
        if opened.format.has_own_encoding() {
            return (opened.encoding, false);
        }
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
        mut write: impl FnMut(Written) -> Result<()>,
    ) -> Result<Vec<String>> {
        let Opened { source, format, is_filled, .. } = opened;
        match format {
            Format::Jsonl => return self.jsonl(source, is_filled, write),
            Format::Csv => return self.separated(Dialect::CSV, source, is_filled, write),
            Format::Tsv => return self.separated(Dialect::TSV, source, is_filled, write),
            Format::Text | Format::Markdown => {
                let pipeline = self.pipeline(format.markup());
                let text = Text { pipeline, invalid: self.arguments.invalid.into() };
                text.run(source, is_filled, write)?;
            }
            _ => write(self.document(format, source)?)?,
        }
        Ok(Vec::new())
    }

    /// What a document becomes, which is read whole.
    fn document(&self, format: Format, mut source: Source) -> Result<Written> {
        let mut document = Vec::new();
        source.read_to_end(&mut document)?;
        let pipeline = self.pipeline(format.markup());
        let languages = self.task.languages();
        if format == Format::Html {
            let text = Text { pipeline, invalid: self.arguments.invalid.into() };
            let mut written = text.document(document)?;
            if written.is_changed {
                written.bytes = documents::rename_html_languages(written.bytes, languages);
            }
            return Ok(written);
        }
        let setting = Setting { transform: &pipeline, languages };
        let limits = self.arguments.bytes.limits();
        let converted = documents::convert(&document, format, &setting, limits)?;
        let is_changed = converted.is_some();
        Ok(Written { bytes: converted.unwrap_or(document), is_changed })
    }

    fn jsonl(
        &self,
        source: Source,
        is_filled: bool,
        write: impl FnMut(Written) -> Result<()>,
    ) -> Result<Vec<String>> {
        let records = &self.arguments.records;
        if records.field.is_empty() {
            bail!("name the fields that are text by --field, or take all of it by --format text");
        }
        let jsonl = Jsonl {
            fields: Fields::new(records.field.iter().map(String::as_str)),
            pipeline: self.pipeline(Markup::Plain),
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
            bail!("name the columns that are text by --column, or take all of it by --format text");
        }
        let mut blocks = Blocks::new(source, dialect, is_filled);
        // An empty input has a first block, too.
        let first = blocks.next()?.ok_or_else(|| anyhow!("there is nothing to read"))?;
        let has_header = !records.no_header;
        let columns = csv::Columns {
            dialect,
            columns: csv::columns(&first, dialect, &records.column, has_header)?,
            has_header,
            pipeline: self.pipeline(Markup::Plain),
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
        let columns = records::parquet::Columns::new(names, self.pipeline(Markup::Plain));
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
    /// Whether it is no text.
    fn is_binary(&mut self) -> io::Result<bool> {
        let mut sample = Vec::new();
        self.source.by_ref().take(SAMPLE as u64).read_to_end(&mut sample)?;
        let is_binary = is_binary(&sample);
        let rest = std::mem::replace(&mut self.source, Box::new(io::empty()));
        self.source = Box::new(Cursor::new(sample).chain(rest));
        Ok(is_binary)
    }
}

/// Whether a file that begins so is no text: it has a NUL at its beginning.
pub(crate) fn is_binary(beginning: &[u8]) -> bool {
    memchr::memchr(0, &beginning[..beginning.len().min(SAMPLE)]).is_some()
}

impl Transform for Counted {
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

/// What a file's first bytes, which are read again later, and then the rest tell of it.
fn format_of_content(source: &mut Source) -> io::Result<Format> {
    let mut content = Vec::new();
    source.by_ref().take(ZIP_SIGNATURE.len() as u64).read_to_end(&mut content)?;
    let mut format = Ok(Format::Text);
    if content == ZIP_SIGNATURE {
        source.read_to_end(&mut content)?;
        format = documents::format_of_archive(&content).ok_or_else(|| {
            let message = "it is an archive, but no document that is known; name its kind by \
                           --format";
            io::Error::other(message)
        });
    }
    let rest = std::mem::replace(source, Box::new(io::empty()));
    *source = Box::new(Cursor::new(content).chain(rest));
    format
}

/// Fails where arguments do not fit together in a way that `clap` cannot tell.
pub(crate) fn check(arguments: &TextArguments) -> Result<(), String> {
    let is_utf8 = |choice| choice == Choice::Known(Known::Utf8);
    let bytes = &arguments.bytes;
    let is_recoded =
        !is_utf8(bytes.encoding) || bytes.output_encoding.is_some_and(|choice| !is_utf8(choice));
    if is_recoded && matches!(arguments.invalid, Invalid::Keep) {
        return Err("--invalid=keep copies bytes, which no other encoding than UTF-8 can".into());
    }
    Ok(())
}

/// Says what was wrong with an input.
fn explain_reading(error: anyhow::Error, name: &str) -> anyhow::Error {
    let Some(io_error) = error.downcast_ref::<io::Error>() else {
        return error.context(name.to_owned());
    };
    if says_what_to_do(io_error) {
        return error.context(name.to_owned());
    }
    error.context(format!("cannot read {name}"))
}

/// Whether it is an error of this program, and not of the system.
fn says_what_to_do(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| {
        inner.is::<UndecodableError>() || inner.is::<InvalidError>() || inner.is::<LimitError>()
    })
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
