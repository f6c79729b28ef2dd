//! `fanjian repair`.

use crate::support::Folder;

#[test]
fn a_text_is_repaired_and_more() {
    let folder = Folder::new();
    folder.run_with(&["repair"], "會議之后,加強聯系\n").wrote("會議之後,加強聯繫\n");
    folder
        .run_with(&["repair", "--normalize", "repair", "-c", "t2tw"], "爲會議之后,\n")
        .wrote("為會議之後，\n");
}

/// What the beginning of a text says of it holds for all of its blocks, on whichever
/// thread.
#[test]
fn a_long_text_is_repaired_as_a_whole() {
    let folder = Folder::new();
    // By itself, the line does not tell that it is Traditional.
    folder.run_with(&["repair"], "之后\n").wrote("之后\n");
    let (head, line) = ("這裡的會議，".repeat(20), "之后\n".repeat(200_000));
    folder.write("a.txt", format!("{head}\n{line}"));
    let expected = format!("{head}\n{}", line.replace('后', "後"));
    for jobs in ["1", "4"] {
        folder.run(&["repair", "a.txt", "--jobs", jobs]).wrote(&expected);
    }
}

#[test]
fn markup_is_left_alone_at_any_length() {
    let folder = Folder::new();
    let text = format!("這裡的會議之后\n\n```\n{}```\n", "會議之后\n".repeat(100_000));
    folder.write("a.md", &text);
    folder.run(&["repair", "a.md"]).wrote(text.replacen('后', "後", 1));
}

#[test]
fn a_restoration_is_explained() {
    let finished = Folder::new().run(&["explain", "--repair", "會議之后"]);
    let told = String::from_utf8(finished.output).unwrap();
    assert!(told.starts_with("會議之后\n會議之後\n"), "{told}");
    assert!(told.contains("repair (后 → 後, margin "), "{told}");
}
