//! What is said and what is kept when something goes wrong.

use std::fs;

use crate::support::Folder;

const SOURCE: &str = "头发发现\n";

#[test]
fn refused_bytes_leave_the_output_as_it_was() {
    let folder = Folder::new();
    folder.write("source", [SOURCE.repeat(50_000).as_bytes(), b"\xFF"].concat());
    folder.write("target", "old");
    let finished = folder.run(&["-i", "source", "-o", "target"]);
    assert_eq!((finished.code, finished.output.as_slice()), (Some(1), &b""[..]));
    assert_eq!(folder.read("target"), b"old");
    assert_eq!(folder.names(), ["source", "target"]);
}

#[test]
fn refused_bytes_leave_a_file_in_place_as_it_was() {
    let folder = Folder::new();
    let text = [SOURCE.repeat(50_000).as_bytes(), b"\xFF"].concat();
    folder.write("text", &text);
    let finished = folder.run(&["-i", "text", "--in-place"]);
    assert_eq!((finished.code, finished.output.as_slice()), (Some(1), &b""[..]));
    assert_eq!(folder.read("text"), text);
    assert_eq!(folder.names(), ["text"]);
}

#[test]
fn a_missing_input_is_named_and_the_output_stays() {
    let folder = Folder::new();
    folder.write("target", "old");
    let expected = "fanjian: cannot read missing.txt: there is no such file; check the path\n";
    folder.run(&["-i", "missing.txt", "-o", "target"]).failed_with(expected);
    folder.run(&["-i", "missing.txt", "-o", "new"]).failed_with(expected);
    folder.run(&["-i", "missing.txt", "--in-place"]).failed_with(expected);
    assert_eq!(folder.read("target"), b"old");
    assert_eq!(folder.names(), ["target"]);
}

#[test]
fn a_folder_is_no_input() {
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).expect("a folder can be made");
    folder
        .run(&["-i", "folder"])
        .failed_with("fanjian: cannot read folder: it is a folder; name a file in it\n");
}

#[test]
fn a_folder_is_no_output() {
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).expect("a folder can be made");
    for name in ["folder", "folder/", ".", "folder/.."] {
        folder.run_with(&["-o", name], SOURCE).failed_with(&format!(
            "fanjian: cannot write {name}: it is a folder; name a file in it\n"
        ));
    }
    assert_eq!(folder.names(), ["folder"]);
}

#[test]
fn a_missing_output_folder_is_named() {
    let folder = Folder::new();
    folder.run_with(&["-o", "missing/deeper/target"], SOURCE).failed_with(
        "fanjian: cannot write missing/deeper/target: there is no folder missing/deeper; create \
         it first\n",
    );
    folder.run_with(&["-o", "missing/"], SOURCE).failed_with(
        "fanjian: cannot write missing/: it names no file; name a file in a folder that exists\n",
    );
    assert!(folder.names().is_empty());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::support::{finish, start};

    #[test]
    fn a_file_is_no_folder() {
        let folder = Folder::new();
        folder.write("file", SOURCE);
        let finished = folder.run_with(&["-o", "file/target"], SOURCE);
        finished.failed_with("fanjian: cannot write file/target: Not a directory (os error 20)\n");
        assert_eq!(folder.read("file"), SOURCE.as_bytes());
    }

    #[test]
    fn a_folder_without_permission_is_named_with_what_helps() {
        let folder = Folder::new();
        let closed = folder.path("closed");
        fs::create_dir(&closed).expect("a folder can be made");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("it can be closed");
        if fs::write(closed.join("probe"), "").is_ok() {
            return; // No folder is closed to the superuser.
        }
        let finished = folder.run_with(&["-o", "closed/target"], SOURCE);
        assert_eq!(finished.code, Some(1));
        let expected = "fanjian: cannot write closed/target: cannot create a temporary file in \
                        closed, from which the output is made (make the folder writable, or \
                        redirect standard output instead of naming a file): Permission denied";
        assert!(finished.message.starts_with(expected), "{}", finished.message);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error() {
        let folder = Folder::new();
        let Some(full) = folder.device("full", 1, 7) else { return };
        folder.run_with(&["-o", &full], SOURCE).failed_with(&format!(
            "fanjian: cannot write {full}: No space left on device (os error 28); free some space \
             and run this again\n"
        ));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_standard_output_is_an_error() {
        let folder = Folder::new();
        let expected =
            "fanjian: cannot write standard output: No space left on device (os error 28)";
        let helped = format!("{expected}; free some space and run this again\n");
        // Shorter than every buffer on the way, and longer.
        for text in ["头", &SOURCE.repeat(50_000)] {
            finish(folder.shell("\"$0\" > /dev/full"), text.as_bytes()).failed_with(&helped);
        }
        finish(folder.shell("\"$0\" --list > /dev/full"), b"")
            .failed_with(&format!("{expected}\n"));
    }

    /// A limit on the size of files stands in for a full disk.
    #[test]
    fn a_full_disk_leaves_the_output_as_it_was() {
        let folder = Folder::new();
        folder.write("source", SOURCE.repeat(100_000));
        folder.write("target", "old");
        // Ignored, the signal becomes an error of the write.
        let script = "trap '' XFSZ && ulimit -f 8 && exec \"$0\" -i source -o target";
        let finished = finish(folder.shell(script), b"");
        finished.failed_with("fanjian: cannot write target: File too large (os error 27)\n");
        assert_eq!(folder.read("target"), b"old");
        assert_eq!(folder.names(), ["source", "target"]);
    }

    #[test]
    fn a_file_is_not_converted_onto_its_own_end() {
        let folder = Folder::new();
        folder.write("text", SOURCE);
        let advice = "and standard output are one file; redirect to another file, or convert in \
                      place with --input FILE --in-place";
        finish(folder.shell("\"$0\" -i text >> text"), b"")
            .failed_with(&format!("fanjian: text {advice}\n"));
        finish(folder.shell("\"$0\" < text >> text"), b"")
            .failed_with(&format!("fanjian: standard input {advice}\n"));
        assert_eq!(folder.read("text"), SOURCE.as_bytes());
    }

    #[test]
    fn one_device_may_be_input_and_output() {
        let folder = Folder::new();
        finish(folder.shell("\"$0\" < /dev/null > /dev/null"), b"").wrote("");
    }

    #[test]
    fn a_message_that_nobody_reads_is_no_panic() {
        let folder = Folder::new();
        let mut child = start(&mut folder.fanjian(&["-i", "missing"]));
        drop(child.stderr.take());
        assert_eq!(child.wait().expect("the program ends").code(), Some(1));
    }
}
