//! Bytes that are not UTF-8.

use crate::support::{BLOCK_LENGTH, Folder};

/// The message about the byte at `offset` of the input called `name`.
fn message(name: &str, offset: usize, byte: u8) -> String {
    format!(
        "fanjian: {name}: byte {offset} (0x{byte:02X}) is not UTF-8; name the encoding of the \
         text by --encoding, or pass --invalid=replace to write U+FFFD for such bytes, or \
         --invalid=keep to copy them\n"
    )
}

#[test]
fn they_are_refused_by_default_with_file_and_offset() {
    let folder = Folder::new();
    folder.write("source.txt", b"\xE5\xA4\xB4\xFF\xE5\x8F\x91");
    let expected = message("source.txt", 3, 0xFF);
    folder.run(&["-i", "source.txt", "-o", "target"]).failed_with(&expected);
    folder.run(&["-i", "source.txt", "--invalid=refuse"]).failed_with(&expected);
    assert_eq!(folder.names(), ["source.txt"]);
}

#[test]
fn standard_output_ends_where_they_begin() {
    let finished = Folder::new().run_with(&[], b"\xE5\xA4\xB4\xE5\x8F\x91\xC3(\n");
    finished.failed_with(&message("standard input", 6, 0xC3));
    assert_eq!(finished.output, "頭髮".as_bytes());
}

#[test]
fn overlong_forms_and_surrogates_are_refused() {
    let folder = Folder::new();
    folder.run_with(&[], b"ab\xC0\x80").failed_with(&message("standard input", 2, 0xC0));
    folder.run_with(&[], b"abc\xED\xA0\x80").failed_with(&message("standard input", 3, 0xED));
    folder.run_with(&[], b"\xF5\x80\x80\x80").failed_with(&message("standard input", 0, 0xF5));
}

#[test]
fn a_truncated_final_character_is_refused_where_it_begins() {
    let folder = Folder::new();
    for length in 1..4 {
        let mut text = "头发".as_bytes().to_vec();
        text.extend_from_slice(&"😀".as_bytes()[..length]);
        folder.run_with(&[], &text).failed_with(&message("standard input", 6, 0xF0));
        folder.run_with(&["--invalid=replace"], &text).wrote("頭髮\u{FFFD}");
        let kept = ["頭髮".as_bytes(), &text[6..]].concat();
        folder.run_with(&["--invalid=keep"], &text).wrote(kept);
    }
}

/// A character that is broken off, at every position around the border of the
/// first block.
#[test]
fn offsets_are_exact_at_and_beyond_the_border_of_a_block() {
    let folder = Folder::new();
    for offset in BLOCK_LENGTH - 3..BLOCK_LENGTH + 2 {
        let prefix = "a".repeat(offset);
        folder.write("source", [prefix.as_bytes(), b"\xF0\x9F\x98b", "头发".as_bytes()].concat());

        let refused = folder.run(&["-i", "source", "-o", "target"]);
        refused.failed_with(&message("source", offset, 0xF0));
        assert_eq!(folder.names(), ["source"]);

        let replaced = [&prefix, "\u{FFFD}b頭髮"].concat();
        folder.run(&["-i", "source", "--invalid=replace"]).wrote(replaced);
        let kept = [prefix.as_bytes(), b"\xF0\x9F\x98b", "頭髮".as_bytes()].concat();
        folder.run(&["-i", "source", "--invalid=keep"]).wrote(kept);
    }
}

#[test]
fn offsets_are_exact_far_behind_the_first_block() {
    let folder = Folder::new();
    let mut text = "头发\n".repeat(100_000).into_bytes();
    let offset = text.len();
    text.extend_from_slice(b"\x80");
    folder.run_with(&[], &text).failed_with(&message("standard input", offset, 0x80));
}

#[test]
fn each_maximal_part_is_replaced_by_one_character() {
    // As the Unicode Standard, table 3-8, has it.
    let text = b"a\xF1\x80\x80\xE1\x80\xC2b\x80c\x80\xBFd";
    let expected = "a\u{FFFD}\u{FFFD}\u{FFFD}b\u{FFFD}c\u{FFFD}\u{FFFD}d";
    Folder::new().run_with(&["--invalid=replace"], text).wrote(expected);
}

#[test]
fn kept_bytes_stand_between_words() {
    let text = [&b"\xFF"[..], "头".as_bytes(), b"\xFE", "发".as_bytes(), b"\xC3"].concat();
    let expected = [&b"\xFF"[..], "頭".as_bytes(), b"\xFE", "發".as_bytes(), b"\xC3"].concat();
    Folder::new().run_with(&["--invalid=keep"], text).wrote(expected);
}

#[test]
fn text_that_is_nothing_but_such_bytes_is_kept_whole() {
    let text = vec![0xFF; BLOCK_LENGTH + 7];
    Folder::new().run_with(&["--invalid", "keep"], &text).wrote(&text);
}
