//! `fanjian check` and `fanjian explain`.

use serde_json::Value;

use crate::support::Folder;

const TEXT: &str = "開會(週三),\n2019,2020年的5 G。\n";

#[test]
fn what_would_change_is_told_with_its_place_and_its_rule() {
    let folder = Folder::new();
    folder.write("text", TEXT);
    let finished = folder.run(&["check", "text"]);
    assert_eq!(finished.code, Some(1));
    let output = String::from_utf8(finished.output).unwrap();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 5, "{output}");
    assert_eq!(lines[2], "text:1:7: P1 (marks of Chinese are full-width): “,” → “，”");
    assert!(lines[3].starts_with("text:2:5: P1") && lines[3].ends_with("may be meant otherwise"));
    assert!(lines[4].starts_with("text:2:13: S2"));
}

#[test]
fn nothing_to_change_is_no_output_and_success() {
    let folder = Folder::new();
    folder.write("text", "開會（週三）。\n");
    folder.run(&["check", "text"]).wrote("");
    folder.run_with(&["check", "-c", "s2t"], "山").wrote("");
}

#[test]
fn folders_are_checked_file_by_file() {
    let folder = Folder::new();
    folder.write("docs/a.md", "開會,`開會,`\n");
    folder.write("docs/b/c.txt", "開會,");
    folder.write("docs/image", b"\x89PNG\0,");
    folder.write("docs/.gitignore", "out\n");
    folder.write("docs/out", "開會,");
    let finished = folder.run(&["check", "docs"]);
    let output = String::from_utf8(finished.output).unwrap();
    let places: Vec<&str> = output.lines().map(|line| &line[..line.find(": ").unwrap()]).collect();
    assert_eq!((finished.code, places), (Some(1), vec!["docs/a.md:1:3", "docs/b/c.txt:1:3"]));
    folder.run(&["check", "docs", "--fix"]).wrote("");
    assert_eq!(folder.read("docs/a.md"), "開會，`開會,`\n".as_bytes());
    folder.run(&["check", "docs"]).wrote("");
}

#[test]
fn a_conversion_is_checked_by_its_entries() {
    let finished = Folder::new().run_with(&["check", "-c", "s2twp"], "看\n打印机");
    assert_eq!(finished.code, Some(1));
    let output = String::from_utf8(finished.output).unwrap();
    assert!(output.starts_with("standard input:2:1: "), "{output}");
    assert!(output.contains("TWPhrases (打印機 → 印表機): “打印机” → “印表機”"), "{output}");
}

#[test]
fn each_form_has_places_and_replacements() {
    let folder = Folder::new();
    folder.write("a b", TEXT);
    let json = folder.run(&["check", "--format", "json", "a b"]).output;
    let first = json.split(|byte| *byte == b'\n').next().unwrap();
    let first: Value = serde_json::from_slice(first).unwrap();
    assert_eq!((&first["start"], &first["end"]), (&6.into(), &7.into()));
    assert_eq!((&first["before"], &first["after"]), (&"(".into(), &"（".into()));
    assert_eq!(first["causes"][0]["rule"], "P3");

    let sarif = folder.run(&["check", "--format", "sarif", "a b"]).output;
    let sarif: Value = serde_json::from_slice(&sarif).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 5);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b");
    assert_eq!(place["region"]["startColumn"], 3);
    let fix = &results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(fix["insertedContent"]["text"], "（");

    let github = folder.run(&["check", "--format", "github", "a b"]).output;
    let github = String::from_utf8(github).unwrap();
    assert!(github.starts_with("::warning file=a b,line=1,col=3,endLine=1,endColumn=4,"));
    assert!(github.lines().any(|line| line.starts_with("::notice ")));
}

#[test]
fn fixing_writes_the_files_and_a_second_check_is_clean() {
    let folder = Folder::new();
    folder.write("text", "開會,\n有5 G。\n");
    folder.run(&["check", "--fix", "text"]).wrote("");
    assert_eq!(folder.read("text"), "開會，\n有5G。\n".as_bytes());
    folder.run(&["check", "text"]).wrote("");
    folder.run(&["check", "--fix"]).was_wrong_usage(&["--fix"]);
}

#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others() {
    let folder = Folder::new();
    folder.write("bytes", b"\xE5\x8F");
    folder.write("text", "開會,");
    let finished = folder.run(&["check", "missing", "bytes", "text"]);
    assert_eq!(finished.code, Some(1));
    assert!(String::from_utf8(finished.output).unwrap().starts_with("text:1:3: P1"));
    for part in ["cannot read missing", "bytes: the bytes at offset 0 are not UTF-8"] {
        assert!(finished.message.contains(part), "{}", finished.message);
    }
}

#[test]
fn an_explanation_names_entries_and_what_else_they_offer() {
    let folder = Folder::new();
    let finished = folder.run(&["explain", "-c", "s2twp", "里"]);
    let output = String::from_utf8(finished.output).unwrap();
    assert!(output.starts_with("里\n裡\n"), "{output}");
    assert!(output.contains("STCharacters (里 → 裏), or 里, 哩"), "{output}");
    // No terminal, no colour.
    assert!(!output.contains('\u{1B}'), "{output}");

    let finished = folder.run_with(&["explain", "--json"], "5 G,好\n");
    let value: Value = serde_json::from_slice(&finished.output).unwrap();
    assert_eq!(value["output"], "5G，好");
    assert_eq!(value["edits"].as_array().unwrap().len(), 2);
}

#[test]
fn choices_may_be_made_by_context_and_are_explained() {
    let folder = Folder::new();
    let text = "先请会长发言";
    folder.run_with(&["convert", "-c", "s2t"], text).wrote("先請會長髮言");
    let context = ["--disambiguation", "context"];
    let convert = [&["convert", "-c", "s2t"], &context[..]].concat();
    folder.run_with(&convert, text).wrote("先請會長發言");
    let careful = [&convert[..], &["--min-margin", "10000"]].concat();
    folder.run_with(&careful, text).wrote("先請會長髮言");
    let explain = [&["explain", "-c", "s2t", text], &context[..]].concat();
    let told = String::from_utf8(folder.run(&explain).output).unwrap();
    assert!(told.contains("Context (髮 → 發), or 髮"), "{told}");
}
