//! `fanjian detect`.

use serde_json::Value;

use crate::support::Folder;

#[test]
fn files_are_told_by_variety_and_evidence() {
    let folder = Folder::new();
    folder.write("taiwan", "這裡的軟體。\n");
    folder.write("mainland", "这里\n");
    folder.run(&["detect", "taiwan", "mainland"]).wrote(
        "taiwan: zh-Hant-TW (traditional), traditional 4, common 1\n\
         mainland: zh-Hans (simplified), simplified 1, common 1\n",
    );
}

#[test]
fn lines_are_told_one_by_one() {
    Folder::new().run_with(&["detect", "--lines"], "这个\n中文\n這個,會議之后\n").wrote(
        "standard input:1: zh-Hans (simplified), simplified 2\n\
         standard input:2: - (neither), common 2\n\
         standard input:3: zh-Hant (traditional), traditional 4, common 2, damage nfkc, careless 1\n",
    );
}

#[test]
fn json_has_the_evidence_and_the_places_of_careless_words() {
    let finished = Folder::new().run_with(&["detect", "--json"], "這裡,會議之后");
    let value: Value = serde_json::from_slice(&finished.output).unwrap();
    assert_eq!(value["variety"], "zh-Hant-TW");
    assert_eq!(value["damage"], "nfkc");
    assert_eq!(value["evidence"]["zh-Hant-TW"]["for"], 1);
    assert_eq!(value["careless"][0]["right"], "之後");
    assert_eq!(value["careless"][0]["start"], 13);
}

#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others() {
    let folder = Folder::new();
    folder.write("text", "这个");
    let finished = folder.run(&["detect", "missing", "text"]);
    assert_eq!(finished.code, Some(1));
    assert!(String::from_utf8(finished.output).unwrap().starts_with("text: zh-Hans"));
    assert!(finished.message.contains("cannot read missing"), "{}", finished.message);
}
