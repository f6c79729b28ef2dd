//! What passes through unchanged, and what does not.

use crate::support::Folder;

#[track_caller]
fn assert_converts(source: &str, expected: &str) {
    let folder = Folder::new();
    folder.write("source", source);
    folder.run_with(&[], source).wrote(expected);
    folder.run(&["-i", "source", "-o", "target"]).wrote("");
    assert_eq!(folder.read("target"), expected.as_bytes());
    assert_eq!(folder.read("source"), source.as_bytes());
}

#[test]
fn nothing_becomes_nothing() {
    assert_converts("", "");
}

#[test]
fn a_byte_order_mark_is_kept() {
    assert_converts("\u{FEFF}头发\n", "\u{FEFF}頭髮\n");
}

#[test]
fn line_ends_of_every_kind_are_kept() {
    assert_converts("头\r\n发\n头发\r发现\r\n\r\n", "頭\r\n發\n頭髮\r發現\r\n\r\n");
}

#[test]
fn a_missing_final_line_end_stays_missing() {
    assert_converts("头发\n发现", "頭髮\n發現");
}

#[test]
fn text_behind_nul_is_converted() {
    assert_converts("头发\0发现\0\0头", "頭髮\0發現\0\0頭");
}

#[test]
fn characters_of_every_length_pass_through() {
    assert_converts("a é € 𠮷 😀 头发", "a é € 𠮷 😀 頭髮");
}

#[test]
fn text_behind_nul_is_converted_by_configurations_that_segment() {
    Folder::new().run_with(&["-c", "s2twp"], "鼠标\0软件后").wrote("滑鼠\0軟體後");
}
