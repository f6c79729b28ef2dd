//! Converters of one's own: entries, protected words, configurations and dictionaries of
//! OpenCC's forms, and saved bytes. Whatever they hold, there is an error that says where,
//! or a converter all of whose doors agree.

use std::io;

use fanjian::{Configuration, Converter, DictionaryFormat, Placement, Priority, Stage};

use crate::aligned;
use crate::input::Input;
use crate::mutate::{Pieces, Random};
use crate::pieces::OTHER;

/// What its texts are made of.
pub const PIECES: Pieces =
    Pieces { own: &[ENTRIES, CONFIGURATIONS, CONFIGURATIONS, OTHER], keys: 4 };

const ENTRIES: &[&str] = &[
    "\t",
    "\n",
    "发\t髮 發\n",
    "头发\t頭髮\n",
    "\n\n",
    "# ",
    " ",
    "云吞\t雲呑\n",
    "𠀀\t一\n",
    "A\tB\n",
    "\0\t发\n",
];

const CONFIGURATIONS: &[&str] = &[
    "{\"name\": \"a\", \"segmentation\": {\"type\": \"mmseg\", \"dict\": {\"type\": \"text\", \"file\": \"a\"}}, ",
    "\"conversion_chain\": [{\"dict\": {\"type\": \"text\", \"file\": \"a\"}}]}",
    "\"dict\": ",
    "{\"type\": \"group\", \"dicts\": [",
    "]}",
    "{\"type\": \"ocd2\", \"file\": \"b\"}",
    "{\"type\": \"text\", \"file\": \"../a\"}",
    "\"match_policy\": \"union\", ",
    "\"match_policy\": \"short_circuit\", ",
    "\"may_output_tofu\": true, ",
    "{\"type\": \"inline\", \"entries\": {\"头\": \"頭\"}}",
    "\"normalization\": ",
    "// c\n",
    "/* c */",
    ",",
    "[",
    "]",
    "{",
    "}",
    "1e999",
    "null",
    "\"\\ud800\"",
    "\"\\u5934\"",
];

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    match input.choose(2, &[0, 1, 2, 3]) {
        0 | 1 => entries(&input),
        2 => configuration(&input),
        _ => compiled(&input),
    }
}

/// Entries behind an empty line are those of another dictionary, and the text is the whole.
fn entries(input: &Input<'_>) {
    let text = input.line();
    let placement = Placement::new()
        .stage(if input.bit(3, 0) { Stage::Conversion(1) } else { Stage::Conversion(2) })
        .priority(if input.bit(3, 1) {
            Priority::First
        } else {
            Priority::Beside("STPhrases".to_owned())
        });
    let format = if input.bit(3, 2) { DictionaryFormat::Table } else { DictionaryFormat::OpenCc };
    let (first, second) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut builder = Converter::builder(input.config())
        .tofu_risk(input.tofu_risk())
        .dictionary("first", placement, format, first)
        .dictionary("second", Placement::new(), format, second);
    if input.bit(3, 3) {
        builder = builder.protect(first.lines().next_back().unwrap_or("头发"));
    }
    if input.bit(3, 4) {
        builder = builder.remove(Stage::Conversion(1), "头发");
    }
    match builder.build() {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(converter) => {
            agree(input, &converter, &text);
            saved(input, &converter, &text);
        }
    }
}

fn configuration(input: &Input<'_>) {
    let text = input.line();
    let (configuration, dictionary) = text.split_once("\n\n").unwrap_or((&text, "头发\t頭髮\n"));
    let options = Configuration::new().tofu_risk(input.tofu_risk()).most_bytes(1 << 16);
    let read = options.read_with("input", configuration, |name| match name {
        "a" => Ok(dictionary.as_bytes().to_vec()),
        "b" => Ok(input.body().to_vec()),
        _ => Err(io::ErrorKind::NotFound.into()),
    });
    match read {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(read) => agree(input, read.converter(), &text),
    }
}

/// The body is a dictionary of the form `ocd2`.
fn compiled(input: &Input<'_>) {
    let configuration =
        "{\"conversion_chain\": [{\"dict\": {\"type\": \"ocd2\", \"file\": \"b\"}}]}";
    let options = Configuration::new().most_bytes(1 << 16);
    match options.read_with("input", configuration, |_| Ok(input.body().to_vec())) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(read) => agree(input, read.converter(), &input.line()),
    }
}

/// All doors lead to the same.
fn agree(input: &Input<'_>, converter: &Converter, text: &str) {
    let whole = converter.convert(text);
    let aligned = converter.convert_aligned(text);
    assert_eq!(aligned.output(), whole);
    aligned::check(&aligned);
    let segments = converter.segments(text).map(|segment| segment.replacement().to_owned());
    assert_eq!(segments.collect::<String>(), whole);
    let mut stream = converter.stream();
    let mut output = String::new();
    for piece in input.pieces(text) {
        stream.push(piece, &mut output);
    }
    stream.finish(&mut output);
    assert_eq!(output, whole);
}

/// What is saved is what is loaded; what is damaged is refused, or converts text to text.
fn saved(input: &Input<'_>, converter: &Converter, text: &str) {
    let bytes = converter.to_bytes().expect("it has entries of its own").to_vec();
    let loaded = Converter::from_bytes(bytes.clone()).expect("it was saved");
    assert_eq!(loaded.convert(text), converter.convert(text));
    let mut random = Random::new(input.body().len() as u32);
    let mut damaged = bytes;
    for _ in 0..4 {
        let place = random.below(damaged.len());
        damaged[place] = random.below(256) as u8;
        // The fuzzer's build looks past the checksum.
        if let Ok(converter) = Converter::from_bytes(damaged.clone()) {
            let _ = converter.convert(text);
        }
    }
}
