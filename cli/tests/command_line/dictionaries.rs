//! Dictionaries, protected words, project files, configurations of OpenCC's form.

use crate::support::Folder;

#[test]
fn entries_and_protected_words_are_used() {
    let folder = Folder::new();
    folder.write("names.txt", "# 注\n云吞\t雲呑 雲吞\n");
    folder.write("region.tsv", "軟件\t程式\n");
    let arguments = ["convert", "-c", "s2twp", "--dictionary", "names.txt", "--dictionary"];
    let arguments = [&arguments[..], &["2:region.tsv", "--protect", "叶恭弘"]].concat();
    folder.run_with(&arguments, "叶恭弘吃云吞，软件\n").wrote("叶恭弘吃雲呑，程式\n");
    let finished = folder.run(&["explain", "-c", "s2t", "--dictionary", "names.txt", "云吞"]);
    let told = String::from_utf8(finished.output).unwrap();
    assert!(told.contains("names.txt"), "{told}");
}

#[test]
fn a_project_file_is_found_from_below_and_the_command_line_goes_before_it() {
    let folder = Folder::new();
    folder.write(
        "fanjian.toml",
        "config = \"s2t\"\nprotect = [\"叶\"]\n\n[[dictionaries]]\nfile = \"own/names.txt\"\n",
    );
    folder.write("own/names.txt", "云吞\t雲呑\n");
    folder.run_with(&["convert"], "叶云吞里\n").wrote("叶雲呑裏\n");
    folder.run_with(&["convert", "-c", "s2tw"], "叶云吞里\n").wrote("叶雲呑裡\n");
    folder.run_with(&["convert", "--no-project"], "叶云吞里\n").wrote("葉雲吞裏\n");
    folder.write("other.toml", "config = \"t2s\"\nnormalize = \"repair\"\n");
    folder.run_with(&["convert", "--project", "other.toml"], "會議,開幕\n").wrote("会议，开幕\n");
}

#[test]
fn faults_name_file_and_line() {
    let folder = Folder::new();
    folder.write("bad.txt", "云吞\t雲呑\n余光中\n");
    let faults: [(&[&str], &str); 5] = [
        (&["--dictionary", "bad.txt"], "bad.txt:2: no tab between key and candidates"),
        (&["--dictionary", "nowhere.txt"], "nowhere.txt: "),
        (&["--protect", ""], "a word to protect is empty"),
        (&["--project", "bad.toml"], "line 2"),
        (&["-c", "bad.json"], "bad.json:1: `conversion_chain` is missing"),
    ];
    folder.write("bad.toml", "config = \"s2t\"\nprotected = [\"叶\"]\n");
    folder.write("bad.json", "{ \"name\": \"x\" }");
    for (arguments, expected) in faults {
        let finished = folder.run_with(&[&["convert"], arguments].concat(), "汉字");
        let said = finished.message;
        assert!(finished.code == Some(1) && said.contains(expected), "{said}");
        assert!(finished.output.is_empty());
    }
}

#[test]
fn a_configuration_file_takes_the_place_of_a_name() {
    let folder = Folder::new();
    folder.write(
        "own/own.json",
        r#"{ "name": "own", "x": 1, "conversion_chain": [ // one stage
            { "dict": { "type": "text", "file": "names.txt" } } ] }"#,
    );
    folder.write("own/names.txt", "云吞\t雲呑\n");
    let finished = folder.run_with(&["-c", "own/own.json"], "云吞里\n");
    assert_eq!(String::from_utf8(finished.output).unwrap(), "雲呑里\n");
    let said = finished.message;
    assert_eq!(said, "fanjian: warning: own/own.json:1: `x` is unknown and left out\n");
    folder.write("outside.txt", "一\t1\n");
    folder.write(
        "own/out.json",
        r#"{ "name": "o", "conversion_chain": [{ "dict": { "type": "text", "file": "../outside.txt" } }] }"#,
    );
    let finished = folder.run_with(&["-c", "own/out.json"], "一\n");
    let said = finished.message;
    assert!(said.contains("outside the folder"), "{said}");
}
