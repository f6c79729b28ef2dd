//! Columns of Parquet files and of Arrow IPC files and streams.
//!
//! A Parquet file is read and written by row groups, which stay as they are cut; the
//! schema, the metadata by keys and each column's compression are kept. Statistics,
//! pages and indexes are made anew. Sorting is not claimed any more: what a column
//! becomes may sort differently. Arrow IPC keeps schema, metadata and batches, and is
//! written without compression.
//!
//! Text is what Arrow calls `Utf8`, `LargeUtf8` or `Utf8View`, by itself or as the
//! values of a dictionary. A column's name with dots leads into a structure, where a
//! list stands for each of its elements.

use std::fs::File;
use std::io::{BufReader, Read, Seek, Write};
use std::sync::{Arc, Mutex, PoisonError};

use crate::counted::Counted;
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use ::parquet::arrow::arrow_writer::ArrowWriterOptions;
use ::parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use ::parquet::file::properties::WriterProperties;
use anyhow::{Context, Result, anyhow, bail};
use arrow_array::builder::{GenericStringBuilder, StringViewBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, FixedSizeListArray, GenericListArray, OffsetSizeTrait, RecordBatch,
    RecordBatchWriter, StructArray,
};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{ArrowError, DataType, FieldRef, Fields, Schema};

use crate::ordered;

/// What an Arrow IPC file begins with; a stream does not.
const FILE_MAGIC: &[u8] = b"ARROW1";

/// How many rows are worked on at a time.
const ROWS: usize = 4096;

/// How many dictionaries are remembered: batches of a file share theirs.
const DICTIONARIES: usize = 16;

/// What is done to the columns of batches.
pub(crate) struct Columns {
    names: Vec<String>,
    pipeline: Counted,
    /// Dictionaries and what became of them.
    dictionaries: Mutex<Vec<(ArrayRef, Option<ArrayRef>)>>,
}

impl Columns {
    pub(crate) fn new(names: &[String], pipeline: Counted) -> Columns {
        Columns { names: names.to_vec(), pipeline, dictionaries: Mutex::default() }
    }

    /// Does the Parquet file `input`, and says whether anything has changed.
    pub(crate) fn parquet(self, input: &File, output: impl Write + Send) -> Result<bool> {
        let metadata = ArrowReaderMetadata::load(input, ArrowReaderOptions::new())
            .context("it is no Parquet file, or a damaged one")?;
        self.check(metadata.schema())?;
        let mut writer = parquet_writer(&metadata, output)?;
        let mut groups = Groups::new(input, metadata)?;
        let next = move || groups.next();
        let is_changed = self.run(next, |step| match step {
            Step::Batch(batch) => Ok(writer.write(&batch)?),
            Step::EndOfGroup => Ok(writer.flush()?),
        })?;
        writer.close()?;
        Ok(is_changed)
    }

    /// Does the Arrow IPC file or stream `input`, and says whether anything has changed.
    pub(crate) fn arrow(self, input: &File, output: impl Write) -> Result<bool> {
        let mut magic = Vec::new();
        let mut file = input.try_clone()?;
        Read::by_ref(&mut file).take(FILE_MAGIC.len() as u64).read_to_end(&mut magic)?;
        file.rewind()?;
        let file = BufReader::new(file);
        if magic == FILE_MAGIC {
            self.arrow_file(file, output)
        } else {
            self.arrow_stream(file, output)
        }
    }

    fn arrow_file(self, input: impl Read + Seek + Send, output: impl Write) -> Result<bool> {
        let reader = FileReader::try_new(input, None)
            .context("it is no Arrow IPC file, or a damaged one")?;
        self.check(&reader.schema())?;
        let mut writer = FileWriter::try_new(output, &reader.schema())?;
        for (key, value) in reader.custom_metadata() {
            writer.write_metadata(key, value);
        }
        self.batches(reader, writer)
    }

    fn arrow_stream(self, input: impl Read + Send, output: impl Write) -> Result<bool> {
        let reader = StreamReader::try_new(input, None)
            .context("it is no Arrow IPC file or stream, or a damaged one")?;
        self.check(&reader.schema())?;
        let writer = StreamWriter::try_new(output, &reader.schema())?;
        self.batches(reader, writer)
    }

    fn batches(
        self,
        mut reader: impl Iterator<Item = Result<RecordBatch, ArrowError>> + Send,
        mut writer: impl RecordBatchWriter,
    ) -> Result<bool> {
        let next = move || Ok(reader.next().transpose()?.map(Step::Batch));
        let is_changed = self.run(next, |step| match step {
            Step::Batch(batch) => Ok(writer.write(&batch)?),
            Step::EndOfGroup => Ok(()),
        })?;
        writer.close()?;
        Ok(is_changed)
    }

    /// Works on all batches, on many threads, and hands them to `write` in order.
    fn run(
        self,
        next: impl FnMut() -> Result<Option<Step>> + Send,
        mut write: impl FnMut(Step) -> Result<()>,
    ) -> Result<bool> {
        let mut is_changed = false;
        let work = move |step| match step {
            Step::Batch(batch) => self.batch(&batch),
            Step::EndOfGroup => Ok((Step::EndOfGroup, false)),
        };
        ordered::run(next, Arc::new(work), |result| {
            let (step, batch_is_changed) = result?;
            is_changed |= batch_is_changed;
            write(step)
        })?;
        Ok(is_changed)
    }

    /// Fails where a column is not there, or is no text.
    fn check(&self, schema: &Schema) -> Result<()> {
        for name in &self.names {
            let Some((field, rest)) = find(schema.fields(), name) else {
                let names: Vec<&str> =
                    schema.fields().iter().map(|it| it.name().as_str()).collect();
                bail!("there is no column {name:?}; there are {}", names.join(", "));
            };
            check_type(schema.field(field).data_type(), rest)
                .with_context(|| format!("column {name:?}"))?;
        }
        Ok(())
    }

    fn batch(&self, batch: &RecordBatch) -> Result<(Step, bool)> {
        let schema = batch.schema();
        let mut columns = batch.columns().to_vec();
        let mut is_changed = false;
        for name in &self.names {
            let (column, rest) = find(schema.fields(), name)
                .ok_or_else(|| anyhow!("a batch has no column {name:?}"))?;
            if let Some(array) = self.array(&columns[column], rest)? {
                columns[column] = array;
                is_changed = true;
            }
        }
        if !is_changed {
            return Ok((Step::Batch(batch.clone()), false));
        }
        Ok((Step::Batch(RecordBatch::try_new(schema, columns)?), true))
    }

    /// What an array becomes, or `None` if that is the same. `path` leads on in it.
    fn array(&self, array: &ArrayRef, path: Option<&str>) -> Result<Option<ArrayRef>> {
        match array.data_type() {
            DataType::Utf8 => Ok(self.strings::<i32>(array)),
            DataType::LargeUtf8 => Ok(self.strings::<i64>(array)),
            DataType::Utf8View => Ok(self.string_views(array)),
            DataType::Dictionary(..) => self.dictionary(array, path),
            DataType::List(field) => self.list::<i32>(array, field, path),
            DataType::LargeList(field) => self.list::<i64>(array, field, path),
            DataType::FixedSizeList(field, length) => {
                let list = array.as_fixed_size_list();
                let Some(values) = self.array(list.values(), path)? else { return Ok(None) };
                let nulls = list.nulls().cloned();
                let list = FixedSizeListArray::try_new(field.clone(), *length, values, nulls)?;
                Ok(Some(Arc::new(list)))
            }
            DataType::Struct(fields) => self.structure(array, fields, path),
            other => bail!("{other} is no text"),
        }
    }

    fn strings<O: OffsetSizeTrait>(&self, array: &ArrayRef) -> Option<ArrayRef> {
        let strings = array.as_string::<O>();
        let bytes = strings.value_data().len();
        let mut builder = GenericStringBuilder::<O>::with_capacity(strings.len(), bytes);
        let mut is_changed = false;
        for string in strings {
            let applied = string.map(|string| self.pipeline.process(string));
            is_changed |= matches!(applied, Some(std::borrow::Cow::Owned(_)));
            builder.append_option(applied);
        }
        is_changed.then(|| Arc::new(builder.finish()) as ArrayRef)
    }

    fn string_views(&self, array: &ArrayRef) -> Option<ArrayRef> {
        let strings = array.as_string_view();
        let mut builder = StringViewBuilder::with_capacity(strings.len());
        let mut is_changed = false;
        for string in strings {
            let applied = string.map(|string| self.pipeline.process(string));
            is_changed |= matches!(applied, Some(std::borrow::Cow::Owned(_)));
            builder.append_option(applied);
        }
        is_changed.then(|| Arc::new(builder.finish()) as ArrayRef)
    }

    /// A dictionary's values, once for all batches that share them.
    fn dictionary(&self, array: &ArrayRef, path: Option<&str>) -> Result<Option<ArrayRef>> {
        let dictionary = array.as_any_dictionary();
        let values = dictionary.values();
        let mut known = self.dictionaries.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |(source, _): &&(ArrayRef, _)| source.to_data().ptr_eq(&values.to_data());
        let applied = match known.iter().find(same) {
            Some((_, applied)) => applied.clone(),
            None => {
                let applied = self.array(values, path)?;
                known.truncate(DICTIONARIES - 1);
                known.insert(0, (Arc::clone(values), applied.clone()));
                applied
            }
        };
        Ok(applied.map(|values| dictionary.with_values(values)))
    }

    fn list<O: OffsetSizeTrait>(
        &self,
        array: &ArrayRef,
        field: &FieldRef,
        path: Option<&str>,
    ) -> Result<Option<ArrayRef>> {
        let list = array.as_list::<O>();
        let Some(values) = self.array(list.values(), path)? else { return Ok(None) };
        let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
        let list = GenericListArray::<O>::try_new(field.clone(), offsets, values, nulls)?;
        Ok(Some(Arc::new(list)))
    }

    fn structure(
        &self,
        array: &ArrayRef,
        fields: &Fields,
        path: Option<&str>,
    ) -> Result<Option<ArrayRef>> {
        let structure = array.as_struct();
        let (column, rest) = path
            .and_then(|path| find(fields, path))
            .ok_or_else(|| anyhow!("it is a structure; name a field in it"))?;
        let mut columns = structure.columns().to_vec();
        let Some(values) = self.array(&columns[column], rest)? else { return Ok(None) };
        columns[column] = values;
        let nulls = structure.nulls().cloned();
        Ok(Some(Arc::new(StructArray::try_new(fields.clone(), columns, nulls)?)))
    }
}

/// The field that a name means, and how the name leads on in it. A field whose own name
/// has dots comes first.
fn find<'n>(fields: &Fields, name: &'n str) -> Option<(usize, Option<&'n str>)> {
    if let Some((index, _)) = fields.find(name) {
        return Some((index, None));
    }
    let (first, rest) = name.split_once('.')?;
    fields.find(first).map(|(index, _)| (index, Some(rest)))
}

fn check_type(data_type: &DataType, path: Option<&str>) -> Result<()> {
    match (data_type, path) {
        (DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View, None) => Ok(()),
        (DataType::Dictionary(_, values), None) => check_type(values, None),
        (
            DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _),
            path,
        ) => check_type(field.data_type(), path),
        (DataType::Struct(fields), Some(path)) => match find(fields, path) {
            Some((field, rest)) => check_type(fields[field].data_type(), rest),
            None => bail!("there is no field {path:?} in it"),
        },
        (DataType::Struct(_), None) => bail!("it is a structure; name a field in it"),
        (other, None) => bail!("{other} is no text"),
        (other, Some(path)) => bail!("{other} has no field {path:?}"),
    }
}

enum Step {
    Batch(RecordBatch),
    /// All rows of a group have come.
    EndOfGroup,
}

/// The batches of a Parquet file, row group by row group.
struct Groups {
    input: File,
    metadata: ArrowReaderMetadata,
    group: usize,
    batches: Option<ParquetRecordBatchReader>,
}

impl Groups {
    fn new(input: &File, metadata: ArrowReaderMetadata) -> Result<Groups> {
        Ok(Groups { input: input.try_clone()?, metadata, group: 0, batches: None })
    }

    fn next(&mut self) -> Result<Option<Step>> {
        if let Some(batches) = &mut self.batches {
            if let Some(batch) = batches.next() {
                return Ok(Some(Step::Batch(batch?)));
            }
            self.batches = None;
            self.group += 1;
            return Ok(Some(Step::EndOfGroup));
        }
        if self.group == self.metadata.metadata().num_row_groups() {
            return Ok(None);
        }
        let input = self.input.try_clone()?;
        let reader =
            ParquetRecordBatchReaderBuilder::new_with_metadata(input, self.metadata.clone());
        let reader = reader.with_row_groups(vec![self.group]).with_batch_size(ROWS);
        self.batches = Some(reader.build()?);
        self.next()
    }
}

fn parquet_writer<W: Write + Send>(
    metadata: &ArrowReaderMetadata,
    output: W,
) -> Result<ArrowWriter<W>> {
    let file = metadata.metadata().file_metadata();
    // Its Arrow schema is one of the pairs and stays as it is, if it has one.
    let options = ArrowWriterOptions::new()
        .with_properties(properties(metadata.metadata()))
        .with_parquet_schema(file.schema_descr().clone())
        .with_skip_arrow_metadata(true);
    let schema = Arc::clone(metadata.schema());
    let mut writer = ArrowWriter::try_new_with_options(output, schema, options)?;
    for pair in file.key_value_metadata().into_iter().flatten() {
        writer.append_key_value_metadata(pair.clone());
    }
    Ok(writer)
}

/// How columns are compressed, and which have a Bloom filter, as in the first row group.
fn properties(metadata: &ParquetMetaData) -> WriterProperties {
    let mut properties =
        WriterProperties::builder().set_max_row_group_row_count(None).set_max_row_group_bytes(None);
    let first = metadata.row_groups().first();
    for column in first.into_iter().flat_map(RowGroupMetaData::columns) {
        let path = column.column_path().clone();
        properties = properties.set_column_compression(path.clone(), column.compression());
        if column.bloom_filter_offset().is_some() {
            properties = properties.set_column_bloom_filter_enabled(path, true);
        }
    }
    properties.build()
}
