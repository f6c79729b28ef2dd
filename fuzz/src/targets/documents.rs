//! The formats of the program: whatever a file holds, there is an output or an error; what
//! was well-formed stays so; and all that is no text stays, as other readers see it.

use std::borrow::Cow;
use std::io::{Cursor, Read, Write};

use fanjian::{Pipeline, Preset};
use serde::de::IgnoredAny;
use serde_json::Value;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, ZipArchive};

use crate::blocks::{Blocks, Lines};
use crate::compression::{Compression, Source};
use crate::counted::Counted;
use crate::documents::{self, Languages, Limits, Setting};
use crate::encoding::{self, Choice};
use crate::format::Format;
use crate::input::Input;
use crate::mutate::Pieces;
use crate::records::csv::{self, Columns, Dialect};
use crate::records::jsonl::{Fields, Jsonl};
use crate::records::{self, InvalidRecord};

/// What its texts are made of.
pub const PIECES: Pieces =
    Pieces { own: &[SUBTITLES, CATALOGUES, ELEMENTS, RECORDS, PLAIN], keys: 1 };

const PLAIN: &[&str] =
    &["头发", "发", "头", "软件里", "\n", "\n\n", "\r\n", " ", "\"", "，", "a", "\u{FEFF}", "\0"];

const SUBTITLES: &[&str] = &[
    "1\n00:00:01,000 --> 00:00:02,000\n",
    "00:01.000 --> 00:02.000 align:start\n",
    "WEBVTT\n\n",
    "NOTE ",
    "STYLE\n",
    "<i>",
    "</i>",
    "<v 头发>",
    "{\\an8}",
    "{\\p1}",
    "\\N",
    "\\h",
    "[Script Info]\n",
    "[Events]\n",
    "Format: Layer, Start, End, Style, Text\n",
    "Dialogue: 0,0:00:01.00,0:00:02.00,头发,头发{\\i1}头发\n",
    "Comment: 0,头发\n",
    "&lt;",
    "-->",
    "<c.头发>",
    "<00:00:01.500>",
];

const CATALOGUES: &[&str] = &[
    "msgid \"头发\"\n",
    "msgstr \"头发\"\n",
    "msgid_plural \"头发\"\n",
    "msgstr[0] \"头\"\n",
    "msgctxt \"头发\"\n",
    "\"发\"\n",
    "msgid \"\"\nmsgstr \"\"\n\"Language: zh_CN\\n\"\n",
    "#, fuzzy\n",
    "#~ ",
    "#| ",
    "# 头发\n",
    "\\n",
    "\\\"",
    "\\x41",
    "\\101",
    "\\",
    "domain \"头发\"\n",
];

const ELEMENTS: &[&str] = &[
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
    "<xliff version=\"1.2\">",
    "<xliff version=\"2.0\" trgLang=\"zh-CN\">",
    "<file target-language='zh-CN'>",
    "<trans-unit id='头发'>",
    "<source>头发</source>",
    "<target>头发",
    "</target>",
    "<target xml:lang=\"zh\">",
    "<g id='头'>",
    "</g>",
    "<x/>",
    "<![CDATA[头发]]>",
    "<!-- 头发 -->",
    "&amp;",
    "&#22836;",
    "&#x53D1;",
    "&头;",
    "<?头发?>",
    "<!DOCTYPE x [<!ENTITY a \"头发\">]>",
    "</",
    "<",
    ">",
    "='",
    "<w:document>",
    "<w:p>",
    "</w:p>",
    "<w:r><w:t>",
    "</w:t></w:r>",
    "<w:t xml:space=\"preserve\">",
    "<w:tab/>",
    "</w:document>",
    "<office:document>",
    "<text:p>",
    "</text:p>",
    "<text:span>",
    "</text:span>",
    "<text:s/>",
    "<p:sld>",
    "<a:t>",
    "</a:t>",
    "<worksheet>",
    "<sst>",
    "<si><t>",
    "</t></si>",
    "<f>\"头发\"</f>",
    "<html xml:lang=\"zh-CN\">",
    "<p>",
    "</p>",
    "<title>",
    "</title>",
];

const RECORDS: &[&str] = &[
    "{\"text\":\"头发\"}\n",
    "{\"text\": [\"头\", {\"text\":\"发\"}]}\n",
    "{\"a\":{\"b\":\"头发\",\"c\":[\"发\"]}}\n",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"text\"",
    "\"a\"",
    "\\u5934\\u53D1",
    "\\ud83d",
    "\\ude00",
    "\\n",
    "\\\"",
    "\\/",
    "\\",
    "-1.5e+3",
    "0",
    "01",
    "true",
    "null",
    "nul",
    "头发,发\n",
    "\"头发\",\"头\"\"发\"\n",
    "\"\"",
    "\t",
];

const FORMATS: [Format; 13] = [
    Format::Jsonl,
    Format::Csv,
    Format::Tsv,
    Format::Srt,
    Format::Ass,
    Format::Vtt,
    Format::Po,
    Format::Xliff,
    Format::Epub,
    Format::Docx,
    Format::Odt,
    Format::Pptx,
    Format::Xlsx,
];

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let builder = Pipeline::builder().convert(input.config());
    let pipeline = match input.bit(1, 0) {
        true => builder.normalize(Preset::Repair).build(),
        false => builder.build(),
    };
    match input.choose(2, &FORMATS) {
        Format::Jsonl => jsonl(&input, &pipeline),
        Format::Csv => separated(&input, Dialect::CSV, &pipeline),
        Format::Tsv => separated(&input, Dialect::TSV, &pipeline),
        format => document(&input, format, &pipeline),
    }
    bytes(&input);
}

/// The pipeline as the program's modules take it.
fn uncounted(pipeline: &Pipeline) -> Counted {
    Counted::new(pipeline.clone(), None)
}

fn document(input: &Input<'_>, format: Format, pipeline: &Pipeline) {
    let source = match format.is_archive() && !input.bit(1, 1) {
        true => Cow::Owned(archive(format, input.body())),
        false => Cow::Borrowed(input.body()),
    };
    let limits = Limits { unpacked: 1 << 24, ratio: true };
    let languages = Languages::of(input.config());
    let convert = |source: &[u8], pipeline: &Pipeline, languages| {
        documents::convert(
            source,
            format,
            &Setting { transform: &uncounted(pipeline), languages },
            limits,
        )
    };
    let nothing = Pipeline::builder().build();
    let same = convert(&source, &nothing, Languages::unchanged());
    let _ = documents::format_of_archive(&source);
    match (convert(&source, pipeline, languages), same) {
        (Err(error), same) => {
            assert!(!format!("{error:#}").is_empty());
            // Nobody can write that which nobody can read.
            assert!(same.is_err(), "{format}: {error:#}");
        }
        (Ok(_), Err(error)) => panic!("{format}: {error:#}"),
        (Ok(_), Ok(Some(_))) => panic!("{format}: a document changes of which nothing changes"),
        (Ok(None), Ok(None)) => {}
        (Ok(Some(output)), Ok(None)) => {
            let again = convert(&output, &nothing, Languages::unchanged());
            assert_eq!(again.expect("what was written can be read"), None);
            if format.is_archive() {
                assert_eq!(names(&source), names(&output));
            }
        }
    }
}

/// An archive of the format in which `part` is the text.
fn archive(format: Format, part: &[u8]) -> Vec<u8> {
    let entries: &[(&str, &[u8])] = match format {
        Format::Epub => {
            &[("mimetype", b"application/epub+zip"), ("a.xhtml", part), ("b.opf", part)]
        }
        Format::Docx => &[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", part)],
        Format::Odt => {
            &[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", part)]
        }
        Format::Pptx => &[("[Content_Types].xml", b"<Types/>"), ("ppt/slides/slide1.xml", part)],
        _ => &[
            ("[Content_Types].xml", b"<Types/>"),
            ("xl/sharedStrings.xml", part),
            ("xl/worksheets/sheet1.xml", part),
        ],
    };
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        writer.start_file(*name, options).expect("an entry can be begun");
        writer.write_all(content).expect("an entry can be written");
    }
    writer.finish().expect("an archive can be finished").into_inner()
}

fn names(archive: &[u8]) -> Vec<String> {
    let archive = ZipArchive::new(Cursor::new(archive)).expect("it was read before");
    let names = archive.file_names().map(|name| name.map(Cow::into_owned).ok());
    names.map(Option::unwrap_or_default).collect()
}

const POLICIES: [InvalidRecord; 3] =
    [InvalidRecord::Keep, InvalidRecord::Skip, InvalidRecord::Stop];

/// What records of a kind become.
fn recorded(
    input: &Input<'_>,
    work: impl FnOnce(Source) -> anyhow::Result<Vec<u8>>,
) -> anyhow::Result<Vec<u8>> {
    work(Box::new(Cursor::new(input.body().to_vec())))
}

fn jsonl(input: &Input<'_>, pipeline: &Pipeline) {
    let policy = input.choose(3, &POLICIES);
    let output = recorded(input, |source| {
        let fields = Fields::new(["text", "a.*"]);
        let jsonl = Jsonl { fields, pipeline: uncounted(pipeline), policy };
        let mut output = Vec::new();
        let blocks = Blocks::new(source, Lines, true);
        records::run(
            blocks,
            None,
            move |block| jsonl.work(block),
            "",
            |written| {
                output.extend_from_slice(&written.bytes);
                Ok(())
            },
        )?;
        Ok(output)
    });
    let unmarked = input.body().strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(input.body());
    let lines = unmarked.split_inclusive(|byte| *byte == b'\n');
    let (valid, invalid): (Vec<&[u8]>, Vec<&[u8]>) = lines.partition(|line| is_valid(line));
    match (output, policy) {
        (Err(error), InvalidRecord::Stop) => assert!(!invalid.is_empty(), "{error:#}"),
        (Err(error), _) => panic!("{error:#}"),
        (Ok(output), policy) => {
            let output = output.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&output);
            let lines: Vec<&[u8]> = output.split_inclusive(|byte| *byte == b'\n').collect();
            assert!(policy != InvalidRecord::Stop || invalid.is_empty());
            let (kept, other): (Vec<&[u8]>, Vec<&[u8]>) =
                lines.iter().partition(|line| is_valid(line));
            assert_eq!(other, if policy == InvalidRecord::Keep { invalid } else { Vec::new() });
            assert_eq!(kept.len(), valid.len());
            for (source, output) in valid.iter().zip(kept) {
                compare(source, output, pipeline);
            }
        }
    }
}

/// Whether a line is a JSON value, or nothing.
fn is_valid(line: &[u8]) -> bool {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let Ok(text) = std::str::from_utf8(line) else { return false };
    line.iter().all(is_space) || serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn compare(source: &[u8], output: &[u8], pipeline: &Pipeline) {
    // Half a pair is no text that this reader knows.
    let Ok(value) = serde_json::from_slice::<Value>(source) else { return };
    let expected = converted(value, Path::Root, pipeline);
    assert_eq!(serde_json::from_slice::<Value>(output).ok(), Some(expected));
}

#[derive(Clone, Copy)]
enum Path {
    Root,
    InA,
    Text,
    Other,
}

fn converted(value: Value, path: Path, pipeline: &Pipeline) -> Value {
    match (value, path) {
        (Value::String(text), Path::Text) => pipeline.process(&text).into_owned().into(),
        (Value::Array(values), path) => {
            values.into_iter().map(|value| converted(value, path, pipeline)).collect()
        }
        (Value::Object(fields), path) => {
            let field = |(key, value): (String, Value)| {
                let path = match (path, key.as_str()) {
                    (Path::Root, "text") | (Path::InA, _) => Path::Text,
                    (Path::Root, "a") => Path::InA,
                    _ => Path::Other,
                };
                (key, converted(value, path, pipeline))
            };
            fields.into_iter().map(field).collect::<serde_json::Map<_, _>>().into()
        }
        (value, _) => value,
    }
}

fn separated(input: &Input<'_>, dialect: Dialect, pipeline: &Pipeline) {
    let policy = input.choose(3, &POLICIES);
    let names = ["1".to_owned()];
    let output = recorded(input, |source| {
        let mut blocks = Blocks::new(source, dialect, true);
        let first = blocks.next()?.expect("there is a first block");
        let columns = csv::columns(&first, dialect, &names, false)?;
        let pipeline = uncounted(pipeline);
        let columns = Columns { dialect, columns, has_header: false, pipeline, policy };
        let mut output = Vec::new();
        records::run(
            blocks,
            Some(first),
            move |block| columns.work(block),
            "",
            |written| {
                output.extend_from_slice(&written.bytes);
                Ok(())
            },
        )?;
        Ok(output)
    });
    let Ok(output) = output else { return };
    let Ok(text) = std::str::from_utf8(input.body()) else { return };
    if text.contains(['\r', '\u{FEFF}']) || policy != InvalidRecord::Keep {
        return;
    }
    let read = |bytes: &[u8]| -> Vec<Vec<String>> {
        let delimiter = if dialect.is_quoted { b',' } else { b'\t' };
        let mut reader = ::csv::ReaderBuilder::new();
        reader.has_headers(false).flexible(true).quoting(dialect.is_quoted).delimiter(delimiter);
        let mut reader = reader.from_reader(bytes);
        let fields = |record: ::csv::StringRecord| record.iter().map(str::to_owned).collect();
        reader.records().map(|record| fields(record.expect("it is UTF-8"))).collect()
    };
    let mut expected = read(text.as_bytes());
    let mut is_simple = true;
    for record in &mut expected {
        record[0] = pipeline.process(&record[0]).into_owned();
        is_simple &= !record[0].contains(['\r', '\n', '\t', '"']);
    }
    // What no reader can tell apart is left out: a mark that is never closed. Then one more
    // record does not come out.
    let is_closed = read(format!("{text}\nend").as_bytes()).last().is_some_and(|it| *it == ["end"]);
    if is_simple && is_closed {
        assert_eq!(read(&output), expected, "of {text:?}");
    }
}

/// Compressed files and other encodings: an end or an error, within limits.
fn bytes(input: &Input<'_>) {
    let source: Source = Box::new(Cursor::new(input.body().to_vec()));
    let Ok((compression, source)) = Compression::detect(source) else { return };
    let Ok(source) = compression.reader(source, Some(1 << 20)) else { return };
    let Ok((known, source)) = Choice::Auto.resolve(source) else { return };
    let mut decoded = Vec::new();
    let read = encoding::decode(source, known, input.bit(1, 2)).read_to_end(&mut decoded);
    assert!(decoded.len() <= 8 << 20);
    if read.is_ok() && compression == Compression::None && known == encoding::Known::Utf8 {
        let bytes = input.body();
        assert!(decoded == bytes || bytes.strip_prefix("\u{FEFF}".as_bytes()) == Some(&decoded));
    }
}
