//! Parquet and Arrow IPC.

use std::fs::File;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Int64Array, LargeStringArray, RecordBatch, StringArray,
    StringViewArray, StructArray,
};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::{KeyValue, RowGroupMetaData};
use parquet::file::properties::WriterProperties;

use crate::support::Folder;

const ALL: &str = "text,large,view,shared,list,outer.inner";

/// A batch with text of all kinds, all of it `word`, and a column of the same words
/// that nobody asks for.
fn batch(word: &str) -> RecordBatch {
    let mut list = ListBuilder::new(StringBuilder::new());
    list.append_value([Some(word), None]);
    list.append_null();
    list.append_value([Some("plain"), Some(word)]);
    let list = list.finish();
    let words = vec![Some(word), None, Some("plain")];
    let shared: DictionaryArray<Int32Type> = words.iter().copied().collect();
    let inner: ArrayRef = Arc::new(StringArray::from(words.clone()));
    let outer =
        StructArray::from(vec![(Arc::new(Field::new("inner", DataType::Utf8, true)), inner)]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("number", Arc::new(Int64Array::from(vec![Some(1), None, Some(-3)]))),
        ("text", Arc::new(StringArray::from(words.clone()))),
        ("large", Arc::new(LargeStringArray::from(words.clone()))),
        ("view", Arc::new(StringViewArray::from(words))),
        ("shared", Arc::new(shared)),
        ("list", Arc::new(list)),
        ("outer", Arc::new(outer)),
        ("other", Arc::new(StringArray::from(vec!["头发"; 3]))),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
        .collect();
    let schema = Schema::new(fields).with_metadata([("k".to_owned(), "v".to_owned())]);
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(schema), columns).expect("columns are of one length")
}

/// Two row groups, of two batches and of one.
fn write_parquet(folder: &Folder, name: &str) {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(vec![KeyValue::new("a".to_owned(), "b".to_owned())]))
        .build();
    let file = File::create(folder.path(name)).expect("it can be made");
    let batch = batch("头发");
    let mut writer =
        ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("it can be written");
    for _ in 0..2 {
        writer.write(&batch).expect("it can be written");
    }
    writer.flush().expect("it can be written");
    writer.write(&batch).expect("it can be written");
    writer.close().expect("it can be written");
}

fn open_parquet(folder: &Folder, name: &str) -> ParquetRecordBatchReaderBuilder<File> {
    let file = File::open(folder.path(name)).expect("it is there");
    ParquetRecordBatchReaderBuilder::try_new(file).expect("it is Parquet")
}

#[test]
fn columns_of_parquet_files_change_and_all_else_stays() {
    let folder = Folder::new();
    write_parquet(&folder, "a.parquet");
    folder.run(&["a.parquet", "--column", ALL, "-o", "b.parquet"]).wrote("");
    let (before, after) = (open_parquet(&folder, "a.parquet"), open_parquet(&folder, "b.parquet"));
    assert_eq!(before.schema(), after.schema());
    assert_eq!(before.parquet_schema(), after.parquet_schema());
    let metadata = after.metadata();
    let rows: Vec<i64> = metadata.row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(rows, [6, 3]);
    let pairs = |of: &ParquetRecordBatchReaderBuilder<File>| {
        let pairs = of.metadata().file_metadata().key_value_metadata().expect("there are some");
        let mut pairs: Vec<_> = pairs.iter().map(|it| (it.key.clone(), it.value.clone())).collect();
        pairs.sort();
        pairs
    };
    assert_eq!(pairs(&before), pairs(&after));
    for column in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        assert!(matches!(column.compression(), Compression::ZSTD(_)));
    }
    let batches = after.build().expect("it can be read");
    let batches: Vec<_> = batches.map(|it| it.expect("it can be read")).collect();
    let expected = batch("頭髮");
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(rows, 9);
    for batch in batches {
        for row in (0..batch.num_rows()).step_by(3) {
            assert_eq!(batch.slice(row, 3).columns(), expected.columns());
        }
    }
}

#[test]
fn a_parquet_file_in_which_nothing_changes_stays() {
    let folder = Folder::new();
    write_parquet(&folder, "a.parquet");
    let before = folder.read("a.parquet");
    folder.run(&["a.parquet", "-c", "t2s", "--column", "text", "--in-place"]).wrote("");
    assert!(folder.read("a.parquet") == before);
    folder.run(&["a.parquet", "--column", "text", "--in-place"]).wrote("");
    assert!(folder.read("a.parquet") != before);
}

#[test]
fn columns_that_are_not_there_or_no_text_are_told() {
    let folder = Folder::new();
    write_parquet(&folder, "a.parquet");
    let names = "number, text, large, view, shared, list, outer, other";
    for (column, fault) in [
        ("texts", format!("there is no column \"texts\"; there are {names}")),
        ("number", "column \"number\": Int64 is no text".to_owned()),
        ("outer", "column \"outer\": it is a structure; name a field in it".to_owned()),
        ("outer.x", "column \"outer.x\": there is no field \"x\" in it".to_owned()),
    ] {
        let finished = folder.run(&["a.parquet", "--column", column, "-o", "b"]);
        finished.failed_with(&format!("fanjian: a.parquet: {fault}\n"));
    }
    folder
        .run(&["convert", "a.parquet"])
        .failed_with("fanjian: a.parquet: name the columns that are text by --column\n");
    assert_eq!(folder.names(), ["a.parquet"]);
}

#[test]
fn a_damaged_file_is_told_and_stays() {
    let folder = Folder::new();
    write_parquet(&folder, "a.parquet");
    let mut bytes = folder.read("a.parquet");
    bytes.truncate(bytes.len() - 9);
    for name in ["a.parquet", "a.arrow"] {
        folder.write(name, &bytes);
        let finished = folder.run(&[name, "--column", "text", "--in-place"]);
        assert_eq!(finished.code, Some(1));
        let expected = format!("fanjian: {name}: it is no ");
        assert!(finished.message.starts_with(&expected), "{}", finished.message);
        assert_eq!(folder.read(name), bytes);
    }
}

#[test]
fn columns_of_arrow_files_and_streams_change() {
    let folder = Folder::new();
    let source = batch("头发");
    let path = |name| File::create(folder.path(name)).expect("it can be made");
    let mut writer = FileWriter::try_new(path("a.arrow"), &source.schema()).expect("it is new");
    writer.write_metadata("a", "b");
    for _ in 0..3 {
        writer.write(&source).expect("it can be written");
    }
    writer.finish().expect("it can be written");
    let mut writer = StreamWriter::try_new(path("a.arrows"), &source.schema()).expect("it is new");
    for _ in 0..3 {
        writer.write(&source).expect("it can be written");
    }
    writer.finish().expect("it can be written");

    folder.run(&["a.arrow", "a.arrows", "--quiet", "--column", ALL, "--in-place"]).wrote("");
    let file = File::open(folder.path("a.arrow")).expect("it is there");
    let reader = FileReader::try_new(file, None).expect("it is a file");
    assert_eq!(reader.custom_metadata().get("a").map(String::as_str), Some("b"));
    let file: Vec<_> = reader.map(|it| it.expect("it can be read")).collect();
    let stream = File::open(folder.path("a.arrows")).expect("it is there");
    let reader = StreamReader::try_new(stream, None).expect("it is a stream");
    let stream: Vec<_> = reader.map(|it| it.expect("it can be read")).collect();
    let expected = vec![batch("頭髮"); 3];
    assert_eq!((&file, &stream), (&expected, &expected));
    let shared = file[0].column_by_name("shared").expect("it is there");
    assert_eq!(shared.as_any_dictionary().values().len(), 2);
}
