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

#[test]
fn a_restoration_is_explained() {
    let finished = Folder::new().run(&["explain", "--repair", "會議之后"]);
    let told = String::from_utf8(finished.output).unwrap();
    assert!(told.starts_with("會議之后\n會議之後\n"), "{told}");
    assert!(told.contains("repair (后 → 後, margin "), "{told}");
}
