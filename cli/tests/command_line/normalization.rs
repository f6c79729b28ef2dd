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

/// What the beginning of a text says of it holds for all of its blocks, on whichever
/// thread.
#[test]
fn a_long_text_is_normalized_as_a_whole() {
    let folder = Folder::new();
    let (clean, doubtful) = ("他說，好。\n", "用 Rust,很好,\n");
    // By itself, the line looks as if its first comma had been a Chinese one, too.
    folder.run_with(&["normalize"], doubtful).wrote("用 Rust，很好，\n");
    let text = format!("{}{}", clean.repeat(10_000), doubtful.repeat(100_000));
    let expected = text.replace("很好,", "很好，");
    folder.write("a.txt", &text);
    for jobs in ["1", "4"] {
        folder.run(&["normalize", "a.txt", "--jobs", jobs]).wrote(&expected);
    }
    folder.run_with(&["normalize"], &text).wrote(&expected);
    // A line without an end, and none that is longer than a block.
    let text = format!("{clean}{}", "用 Rust,很好".repeat(60_000));
    folder.write("a.txt", &text);
    folder.run(&["normalize", "a.txt", "--jobs", "4"]).wrote(&text);
}

#[test]
fn a_folder_of_many_formats_is_normalized() {
    let folder = Folder::new();
    folder.write("a/text.txt", "開會,");
    folder.write("a/read.md", "開會,`開會,`");
    folder.write("a/page.html", "<p title=\"開會,\">開會,</p>");
    folder.write("a/film.srt", "1\n00:00:01,000 --> 00:00:02,000\n開會,\n");
    folder.run(&["normalize", "--quiet", "a", "--in-place"]).wrote("");
    assert_eq!(folder.read("a/text.txt"), "開會，".as_bytes());
    assert_eq!(folder.read("a/read.md"), "開會，`開會,`".as_bytes());
    assert_eq!(folder.read("a/page.html"), "<p title=\"開會,\">開會，</p>".as_bytes());
    let film = "1\n00:00:01,000 --> 00:00:02,000\n開會，\n";
    assert_eq!(folder.read("a/film.srt"), film.as_bytes());
}
