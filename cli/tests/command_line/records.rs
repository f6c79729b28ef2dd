//! JSON Lines, comma- and tab-separated values.

use crate::support::Folder;

#[track_caller]
fn assert_converts(arguments: &[&str], source: &str, expected: &str) {
    let folder = Folder::new();
    folder.run_with(arguments, source).wrote(expected);
}

const JSONL: &[&str] = &["--format", "jsonl", "--field"];

#[test]
fn fields_change_and_all_other_bytes_stay() {
    let source = "\u{FEFF}{ \"b\" : 1.50e+3,\t\"text\":\"头发\", \"a\":\"头发\", \"头\": -0}\r\n\
                  \n\
                  {\"text\": [\"头\", null, {\"text\":\"头\"}], \"text\":\"\\u5934\\u53d1\\/\"}\n\
                  {\"text\":\"plain \\u0041\\/\"}";
    let expected = "\u{FEFF}{ \"b\" : 1.50e+3,\t\"text\":\"頭髮\", \"a\":\"头发\", \"头\": -0}\r\n\
                    \n\
                    {\"text\": [\"頭\", null, {\"text\":\"头\"}], \"text\":\"頭髮/\"}\n\
                    {\"text\":\"plain \\u0041\\/\"}";
    assert_converts(&[JSONL, &["text"]].concat(), source, expected);
}

#[test]
fn fields_within_fields_are_named_with_dots() {
    let source = "{\"m\":[{\"c\":\"头\",\"r\":\"头\"},{\"c\":\"发\"}],\"c\":\"头\",\"t\":\"头\"}\n";
    let expected =
        "{\"m\":[{\"c\":\"頭\",\"r\":\"头\"},{\"c\":\"發\"}],\"c\":\"头\",\"t\":\"頭\"}\n";
    assert_converts(&[JSONL, &["m.c,t"]].concat(), source, expected);
    assert_converts(
        &[JSONL, &["m.*"]].concat(),
        "{\"m\":{\"x\":\"头\"}}",
        "{\"m\":{\"x\":\"頭\"}}",
    );
}

#[test]
fn what_must_be_escaped_stays_escaped() {
    let source = "{\"t\":\"头\\n\\\"发\\\"\\\\\\u0001\\ud83d\\ude00\\ud800发\"}\n";
    let expected = "{\"t\":\"頭\\n\\\"發\\\"\\\\\\u0001😀\\ud800發\"}\n";
    assert_converts(&[JSONL, &["t"]].concat(), source, expected);
}

#[test]
fn names_tell_the_format_where_fields_are_asked_for() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"a\":\"头\",\"b\":\"头\"}\n");
    folder.write("a.csv", "a,b\n头,头\n");
    folder.run(&["a.jsonl", "--field", "a"]).wrote("{\"a\":\"頭\",\"b\":\"头\"}\n");
    folder.run(&["a.jsonl"]).wrote("{\"a\":\"頭\",\"b\":\"頭\"}\n");
    folder.run(&["a.csv", "--column", "b"]).wrote("a,b\n头,頭\n");
    folder.run(&["a.csv"]).wrote("a,b\n頭,頭\n");
    // Only OpenCC's own command line takes all of it.
    let (columns, fields) =
        ("columns that are text by --column", "fields that are text by --field");
    for (arguments, what) in [
        (&["a.csv", "-f", "csv"][..], columns),
        (&["convert", "a.csv"], columns),
        (&["normalize", "a.jsonl"], fields),
    ] {
        let name = arguments.iter().find(|it| it.starts_with("a.")).expect("there is one");
        let message = format!("{name}: name the {what}, or take all of it by --format text\n");
        folder.run(arguments).failed_with(&format!("fanjian: {message}"));
    }
    folder.run(&["convert", "a.csv", "--format", "text"]).wrote("a,b\n頭,頭\n");
}

#[test]
fn a_line_that_is_no_json_is_told_skipped_or_kept() {
    let folder = Folder::new();
    let line = "{\"t\":\"头\"}\n";
    // Beyond the first block, so that lines of several blocks are counted.
    let before = line.repeat(100_000);
    folder.write("a.jsonl", format!("{before}{{\"t\":\"头\",}}\n{line}"));
    let fault = "line 100001: invalid JSON at byte 12: expected a key";
    let fault = fault.replace("12", &("{\"t\":\"头\",".len() + 1).to_string());
    let arguments = ["a.jsonl", "--field", "t", "-o", "out"];
    folder.run(&arguments).failed_with(&format!("fanjian: a.jsonl: {fault}\n"));
    assert_eq!(folder.names(), ["a.jsonl"]);

    let note = format!("fanjian: a.jsonl: 1 invalid records; the first: {fault}\n");
    let converted = |line: &str| line.replace('头', "頭");
    folder.run(&[&arguments[..], &["--invalid-record", "skip"]].concat()).noted(&note);
    assert_eq!(folder.read("out"), converted(&(before.clone() + line)).as_bytes());
    folder.run(&[&arguments[..], &["--invalid-record", "keep"]].concat()).noted(&note);
    let kept = format!("{}{{\"t\":\"头\",}}\n{}", converted(&before), converted(line));
    assert_eq!(folder.read("out"), kept.as_bytes());
}

#[test]
fn a_record_that_is_not_utf8_is_invalid() {
    let folder = Folder::new();
    folder.write("a.jsonl", b"{\"t\":\"\xE5\xA4\xB4\"}\n{\"t\":\"\xFF\"}\n");
    folder
        .run(&["a.jsonl", "--field", "t"])
        .failed_with("fanjian: a.jsonl: line 2: not UTF-8 at byte 7\n");
}

#[test]
fn a_field_that_is_nowhere_is_told() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"t\":\"头\"}\n");
    let finished = folder.run(&["a.jsonl", "--field", "txt"]);
    finished.noted("fanjian: a.jsonl: no record has a string in --field txt\n");
    assert_eq!(finished.output, "{\"t\":\"头\"}\n".as_bytes());
}

#[test]
fn a_record_may_be_longer_than_a_block() {
    let folder = Folder::new();
    let text = |word: &str| format!("{{\"t\":\"{}\"}}\n", word.repeat(500_000));
    folder.write("a.jsonl", text("头发") + &text("发"));
    folder.run(&["a.jsonl", "--field", "t"]).wrote(text("頭髮") + &text("發"));
}

#[test]
fn columns_change_and_all_other_bytes_stay() {
    let source =
        "\u{FEFF}标题,\"正文\",头\r\n头,\"头,\"\"发\"\"\r\n\",头\r\n\r\n\"头\",头 ,\"头\"\n";
    let expected =
        "\u{FEFF}标题,\"正文\",头\r\n头,\"頭,\"\"發\"\"\r\n\",头\r\n\r\n\"头\",頭 ,\"头\"\n";
    assert_converts(&["-f", "csv", "--column", "正文"], source, expected);
    assert_converts(&["-f", "csv", "--column", "2"], source, expected);
    assert_converts(&["-f", "csv", "--no-header", "--column", "1"], "头,头\n", "頭,头\n");
    assert_converts(&["-f", "tsv", "--column", "b"], "a\tb\n\"头\t头\"\n", "a\tb\n\"头\t頭\"\n");
}

#[test]
fn borders_of_blocks_within_quotation_marks_never_show() {
    let folder = Folder::new();
    let record = |word: &str| format!("1,\"{word}\n\"\"{word}\"\"\",{word}\n").repeat(100_000);
    folder.write("a.csv", format!("n,t,u\n{}", record("头")));
    let expected = record("头").replace("头\n\"\"头", "頭\n\"\"頭");
    folder.run(&["a.csv", "--column", "t"]).wrote(format!("n,t,u\n{expected}"));
}

#[test]
fn a_column_that_is_not_there_is_told() {
    let folder = Folder::new();
    folder.write("a.csv", "a,b\n头\n");
    folder
        .run(&["a.csv", "--column", "c"])
        .failed_with("fanjian: a.csv: there is no column \"c\"; there are a, b\n");
    folder
        .run(&["a.csv", "--column", "b"])
        .failed_with("fanjian: a.csv: line 2: there is no column 2, but 1 alone\n");
    folder.write("b.csv", "a,b\n头,\"头\n头,头\n");
    folder
        .run(&["b.csv", "--column", "b"])
        .failed_with("fanjian: b.csv: line 2: a quotation mark is never closed\n");
}

#[test]
fn fields_are_normalized_each_by_itself() {
    let folder = Folder::new();
    let line = "{\"a\":\"開會,5 G\",\"b\":\"開會,\"}\n";
    let normalized = "{\"a\":\"開會，5G\",\"b\":\"開會,\"}\n";
    let converted = "{\"a\":\"开会，5G\",\"b\":\"開會,\"}\n";
    folder.write("a.jsonl", line.repeat(3));
    folder.run(&["normalize", "a.jsonl", "--field", "a"]).wrote(normalized.repeat(3));
    let both = ["convert", "-c", "t2s", "--normalize", "repair", "a.jsonl", "--field", "a"];
    folder.run(&both).wrote(converted.repeat(3));
}
