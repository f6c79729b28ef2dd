//! `fanjian normalize`, and normalization as a part of a conversion.

use crate::support::Folder;

#[test]
fn the_damage_of_width_folding_is_undone_line_by_line() {
    let folder = Folder::new();
    let text = "6月3日, 2024河谷省(臨江)大會開幕,5 G上線。\n他說:「好。」\n";
    let expected = "6月3日，2024河谷省（臨江）大會開幕，5G上線。\n他說：「好。」\n";
    folder.run_with(&["normalize"], text).wrote(expected);
    folder.run_with(&["normalize", "--preset", "repair"], text).wrote(expected);
    folder.run_with(&["normalize", "--preset", "minimal"], text).wrote(text);
}

#[test]
fn presets_and_settings_are_those_of_the_library() {
    let folder = Folder::new();
    let quoted = "他说：“读‘书’吧。”用iPhone看。";
    folder
        .run_with(&["normalize", "--preset", "taiwan"], quoted)
        .wrote("他说：「读『书』吧。」用iPhone看。");
    folder
        .run_with(&["normalize", "--spacing", "insert"], quoted)
        .wrote("他说：“读‘书’吧。”用 iPhone 看。");
    folder.run_with(&["normalize", "--disable", "P3"], "好(的),").wrote("好(的)，");
    folder.run_with(&["normalize", "--disable", "p1"], "好(的),").wrote("好（的）,");
    folder.run(&["normalize", "--disable", "X9"]).was_wrong_usage(&["X9", "P3"]);
    folder.run(&["normalize", "--preset", "mine"]).was_wrong_usage(&["mine", "hongkong"]);
}

#[test]
fn markup_stays_as_it_is() {
    let folder = Folder::new();
    let document = "開會,`會,議`;[連,結](a,會)";
    folder
        .run_with(&["normalize", "--markup", "markdown"], document)
        .wrote("開會，`會,議`；[連，結](a,會)");
}

#[test]
fn a_conversion_normalizes_in_the_right_order() {
    let folder = Folder::new();
    folder
        .run_with(&["convert", "-c", "t2s", "--normalize", "repair"], "⽂字(會議), 5 G")
        .wrote("文字（会议），5G");
    folder
        .run_with(&["-c", "s2twp", "--normalize", "taiwan"], "他说:“用软件‘搜索’吧”")
        .wrote("他說：「用軟體『搜尋』吧」");
}

#[test]
fn a_file_is_normalized_in_place() {
    let folder = Folder::new();
    folder.write("news", "開會,");
    folder.run(&["normalize", "-i", "news", "--in-place"]).wrote("");
    assert_eq!(folder.read("news"), "開會，".as_bytes());
}
