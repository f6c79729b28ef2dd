//! Several inputs, folders, results in place and in folders.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::support::{Finished, Folder, finish};

const SOURCE: &str = "头发发现\n";
const CONVERTED: &str = "頭髮發現\n";

/// Checks the exit code and that messages are these lines and a summary that begins so.
#[track_caller]
fn assert_said(finished: &Finished, code: i32, lines: &[&str], summary: &str) {
    let said: Vec<&str> = finished.message.lines().collect();
    let (last, before) = said.split_last().expect("there is a summary");
    assert_eq!((finished.code, before), (Some(code), lines), "{finished:?}");
    let summary = format!("fanjian: {summary};");
    assert!(last.starts_with(&summary), "{last}");
}

fn corpus() -> Folder {
    let folder = Folder::new();
    folder.write("corpus/a.txt", SOURCE);
    folder.write("corpus/b/c.txt", SOURCE.repeat(50_000));
    folder.write("corpus/b/d.md", "plain\n");
    folder.write("corpus/.hidden", SOURCE);
    folder.write("corpus/image", b"\x89PNG\0\xFF");
    folder.write("corpus/ignored.txt", SOURCE);
    folder.write("corpus/.gitignore", "ignored.txt\n");
    folder
}

#[test]
fn several_files_are_written_one_after_the_other() {
    let folder = Folder::new();
    folder.write("a", SOURCE.repeat(100_000));
    folder.write("b", "发现");
    let expected = CONVERTED.repeat(100_000) + "發現";
    folder.run(&["--quiet", "a", "b"]).wrote(expected);
}

#[test]
fn several_files_do_not_fit_into_one() {
    let folder = Folder::new();
    folder.write("a", SOURCE);
    folder.run(&["a", "a", "-o", "b"]).failed_with(
        "fanjian: several inputs cannot be written to one file, b; use --output-folder or \
         --in-place\n",
    );
    assert_eq!(folder.names(), ["a"]);
}

#[test]
fn a_folder_keeps_its_tree() {
    let folder = corpus();
    let finished = folder.run(&["corpus", "--output-dir", "results"]);
    assert_said(&finished, 0, &[], "3 files, 2 changed, 1 passed over as binary");
    assert_eq!(folder.read("results/a.txt"), CONVERTED.as_bytes());
    assert_eq!(folder.read("results/b/c.txt"), CONVERTED.repeat(50_000).as_bytes());
    assert_eq!(folder.read("results/b/d.md"), b"plain\n");
    let mut names: Vec<_> = fs::read_dir(folder.path("results"))
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["a.txt", "b"]);
    assert_eq!(folder.read("corpus/a.txt"), SOURCE.as_bytes());
}

#[test]
fn which_files_of_a_folder_are_taken_can_be_said() {
    let cases: [(&[&str], &[&str]); 5] = [
        (&[], &["a.txt", "b/c.txt"]),
        (&["--glob", "*.md"], &[]),
        (&["-g", "!a.txt"], &["b/c.txt"]),
        (&["--hidden"], &[".hidden", "a.txt", "b/c.txt"]),
        (&["--no-ignore"], &["a.txt", "b/c.txt", "ignored.txt"]),
    ];
    for (arguments, expected) in cases {
        let folder = corpus();
        let finished = folder.run(&[&["corpus", "--dry-run", "--in-place"], arguments].concat());
        let listed = String::from_utf8(finished.output.clone()).expect("names in UTF-8");
        let listed: Vec<_> = listed.lines().map(|it| it.replace('\\', "/")).collect();
        let expected: Vec<_> = expected.iter().map(|name| format!("corpus/{name}")).collect();
        assert_eq!((finished.code, listed), (Some(0), expected), "{arguments:?}");
        assert_eq!(folder.read("corpus/a.txt"), SOURCE.as_bytes());
    }
}

#[test]
fn results_in_the_folder_that_is_read_are_not_read() {
    let folder = Folder::new();
    folder.write("a", SOURCE);
    for _ in 0..2 {
        let finished = folder.run(&[".", "--output-folder", "results"]);
        assert_said(&finished, 0, &[], "1 files, 1 changed");
    }
}

#[test]
fn what_fails_does_not_stop_the_rest_and_is_said_in_order() {
    let folder = Folder::new();
    folder.write("c/1", b"\xFF");
    folder.write("c/2", SOURCE);
    folder.write("c/3", SOURCE.repeat(200_000) + "x");
    folder.write("c/4", b"\xFE");
    let finished = folder.run(&["missing", "c", "--in-place"]);
    let separator = std::path::MAIN_SEPARATOR;
    let refused = |name: &str, byte| {
        format!(
            "fanjian: c{separator}{name}: byte 0 (0x{byte}) is not UTF-8; name the encoding of \
             the text by --encoding, or pass --invalid=replace to write U+FFFD for such bytes, \
             or --invalid=keep to copy them"
        )
    };
    let missing = "fanjian: cannot read missing: there is no such file; check the path";
    let lines = [missing, &refused("1", "FF"), &refused("4", "FE")];
    assert_said(&finished, 1, &lines, "5 files, 2 changed, 3 failed");
    assert_eq!(folder.read("c/1"), b"\xFF");
    assert_eq!(folder.read("c/2"), CONVERTED.as_bytes());
    assert_eq!(folder.read("c/3"), (CONVERTED.repeat(200_000) + "x").as_bytes());
    assert_eq!(fs::read_dir(folder.path("c")).expect("it is there").count(), 4);
}

#[test]
fn in_place_keeps_times_and_what_would_not_change() {
    let folder = Folder::new();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for (name, text) in [("changes", SOURCE), ("stays", "plain\n")] {
        folder.write(name, text);
        let file = fs::File::options().write(true).open(folder.path(name)).expect("it is there");
        file.set_modified(time).expect("times can be set");
    }
    let finished = folder.run(&["changes", "stays", "--in-place", "--backup", ".bak"]);
    assert_said(&finished, 0, &[], "2 files, 1 changed");
    assert_eq!(folder.names(), ["changes", "changes.bak", "stays"]);
    assert_eq!(folder.read("changes"), CONVERTED.as_bytes());
    assert_eq!(folder.read("changes.bak"), SOURCE.as_bytes());
    for name in ["changes", "changes.bak", "stays"] {
        let metadata = fs::metadata(folder.path(name)).expect("it is there");
        assert_eq!(metadata.modified().expect("it has a time"), time, "{name}");
    }
}

#[test]
fn a_backup_is_not_overwritten() {
    let folder = Folder::new();
    folder.write("text", SOURCE);
    folder.write("text.bak", "old");
    folder.run(&["text", "--in-place", "--backup", ".bak"]).failed_with(
        "fanjian: cannot keep text as text.bak, which is there already; move it away\n",
    );
    assert_eq!(folder.read("text"), SOURCE.as_bytes());
    assert_eq!(folder.read("text.bak"), b"old");
}

/// A run that is killed between its last two steps leaves the backup and the old file.
#[test]
fn a_backup_that_holds_what_the_file_holds_is_the_backup() {
    let folder = Folder::new();
    folder.write("linked", SOURCE);
    fs::hard_link(folder.path("linked"), folder.path("linked.bak")).expect("links can be made");
    folder.write("copied", SOURCE);
    folder.write("copied.bak", SOURCE);
    folder.write("like", SOURCE);
    folder.write("like.bak", SOURCE.replace('头', "手"));
    let finished = folder.run(&["linked", "copied", "like", "--in-place", "--backup", ".bak"]);
    let expected = ["fanjian: cannot keep like as like.bak, which is there already; move it away"];
    assert_said(&finished, 1, &expected, "3 files, 2 changed, 1 failed");
    for name in ["linked", "copied"] {
        assert_eq!(folder.read(name), CONVERTED.as_bytes());
        assert_eq!(folder.read(&format!("{name}.bak")), SOURCE.as_bytes());
    }
    assert_eq!(folder.read("like"), SOURCE.as_bytes());
}

/// So a run over a folder may be given again when it was interrupted.
#[test]
fn a_file_that_stays_may_have_a_backup_of_an_earlier_run() {
    let folder = Folder::new();
    folder.write("text", SOURCE);
    for _ in 0..2 {
        let finished = folder.run(&["text", "--in-place", "--backup", ".bak"]);
        assert_eq!((finished.code, finished.message.as_str()), (Some(0), ""));
    }
    assert_eq!(folder.read("text"), CONVERTED.as_bytes());
    assert_eq!(folder.read("text.bak"), SOURCE.as_bytes());
    let finished = folder.run(&["text", "--in-place", "--backup", ""]);
    finished.failed_with("fanjian: cannot keep text as text; name a suffix for the backup\n");
}

#[test]
fn backups_are_no_texts_of_the_next_run() {
    let folder = Folder::new();
    folder.write("corpus/a", SOURCE);
    folder.write("corpus/other.bak", SOURCE);
    for _ in 0..2 {
        let finished = folder.run(&["corpus", "--in-place", "--backup", ".bak"]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
    }
    assert_eq!(folder.read("corpus/a.bak"), SOURCE.as_bytes());
    assert_eq!(folder.read("corpus/a"), CONVERTED.as_bytes());
    // Nobody's backup is a text like any other.
    assert_eq!(folder.read("corpus/other.bak"), CONVERTED.as_bytes());
    assert_eq!(folder.read("corpus/other.bak.bak"), SOURCE.as_bytes());
}

#[test]
fn two_inputs_are_not_written_to_one_file() {
    let folder = Folder::new();
    folder.write("a/text", SOURCE);
    folder.write("b/text", SOURCE);
    let finished = folder.run(&["a", "b", "--output-folder", "results"]);
    assert_eq!(finished.code, Some(1));
    assert!(finished.message.contains("would both be written to"), "{}", finished.message);
    assert_eq!(folder.names(), ["a", "b"]);
}

#[test]
fn a_run_goes_on_where_it_has_stopped() {
    let folder = Folder::new();
    folder.write("c/1", SOURCE);
    folder.write("c/2", b"\xFF");
    folder.write("c/3", SOURCE);
    let run = |arguments: &[&str]| {
        folder.run(&[&["c", "--output-folder", "results"], arguments].concat())
    };
    assert_eq!(run(&[]).code, Some(1));

    folder.write("c/2", SOURCE);
    folder.write("c/3", "发现\n");
    let finished = run(&["--resume"]);
    assert_said(&finished, 0, &[], "3 files, 2 changed, 1 done before");
    assert_eq!(folder.read("results/2"), CONVERTED.as_bytes());
    assert_eq!(folder.read("results/3"), "發現\n".as_bytes());

    // What is missing is made again, and with other arguments all is.
    fs::remove_file(folder.path("results/1")).expect("it is there");
    assert_said(&run(&["--resume"]), 0, &[], "3 files, 1 changed, 2 done before");
    assert_said(&run(&["--resume", "-c", "s2tw"]), 0, &[], "3 files, 3 changed");
    // A run that has done all leaves nothing but results.
    assert_eq!(run(&[]).code, Some(0));
    assert_eq!(fs::read_dir(folder.path("results")).expect("it is there").count(), 3);
}

#[test]
fn threads_can_be_counted() {
    let folder = corpus();
    folder.write("long", SOURCE.repeat(200_000));
    for jobs in ["1", "3"] {
        folder.run(&["-j", jobs, "long"]).wrote(CONVERTED.repeat(200_000));
    }
    folder.run(&["-j", "0", "long"]).was_wrong_usage(&["--jobs"]);
}

#[test]
fn a_summary_of_one_file_comes_on_request() {
    let folder = Folder::new();
    folder.write("text", SOURCE);
    let finished = folder.run(&["text", "--summary"]);
    assert_eq!(finished.output, CONVERTED.as_bytes());
    assert_said(&finished, 0, &[], "1 files, 1 changed");
}

#[test]
fn changes_are_counted_by_what_made_them() {
    let folder = Folder::new();
    folder.write("notes/a.txt", "他说,头发\n头发\n");
    folder.write("notes/b.jsonl", "{\"text\":\"开会,后天\"}\n");
    folder.write("notes/c.html", "<p>他<b>说</b>,</p>");
    // Without a place to cut, a long text goes through a stream.
    folder.write("notes/d.txt", "⿰".repeat(400_000));
    let arguments = "convert -c s2t --normalize repair --field text notes --output-folder";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    folder.run(&[&arguments[..], &["plain"]].concat());
    let finished = folder.run(&[&arguments[..], &["counted", "--count-changes"]].concat());
    assert_eq!(finished.code, Some(0), "{}", finished.message);
    let said: Vec<&str> = finished.message.lines().collect();
    let [summary, changes] = said[..] else { panic!("{said:?}") };
    assert!(summary.starts_with("fanjian: 4 files, 3 changed;"), "{summary}");
    let expected = "fanjian: 10 changes: STCharacters 4, P1 3, STPhrases 3";
    assert_eq!(changes, expected);
    for name in ["a.txt", "b.jsonl", "c.html", "d.txt"] {
        let [plain, counted] = ["plain", "counted"].map(|it| folder.read(&format!("{it}/{name}")));
        assert_eq!(plain, counted, "{name}");
    }
}

#[test]
fn counting_gives_the_output_of_one_file() {
    let folder = Folder::new();
    folder.write("text", "头发,");
    let finished = folder.run(&["convert", "-c", "s2t", "text", "--count-changes"]);
    assert_eq!(finished.output, "頭髮,".as_bytes());
    let last = finished.message.lines().last();
    assert_eq!(last, Some("fanjian: 1 changes: STPhrases 1"));
}

#[test]
fn the_manual_and_completions_tell_all_options() {
    let folder = Folder::new();
    for arguments in [&["man"][..], &["completions", "bash"], &["completions", "fish"]] {
        let finished = folder.run(arguments);
        assert_eq!((finished.code, finished.message.as_str()), (Some(0), ""));
        let text = String::from_utf8(finished.output).expect("it is UTF-8").replace('\\', "");
        for option in ["in-place", "output-encoding", "invalid-record"] {
            assert!(text.contains(option), "no {option} for {arguments:?}");
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::support::start;

    #[test]
    fn permissions_are_kept_in_place() {
        let folder = Folder::new();
        for (name, mode) in [("a", 0o600), ("b", 0o755)] {
            folder.write(name, SOURCE);
            let permissions = fs::Permissions::from_mode(mode);
            fs::set_permissions(folder.path(name), permissions).expect("they can be set");
        }
        assert_eq!(folder.run(&["a", "b", "--in-place"]).code, Some(0));
        for (name, mode) in [("a", 0o600), ("b", 0o755)] {
            let metadata = fs::metadata(folder.path(name)).expect("it is there");
            assert_eq!(metadata.permissions().mode() & 0o7777, mode);
            assert_eq!(folder.read(name), CONVERTED.as_bytes());
        }
    }

    #[test]
    fn links_in_a_circle_are_said_and_end() {
        let folder = Folder::new();
        folder.write("c/text", SOURCE);
        symlink("..", folder.path("c/loop")).expect("a link can be made");
        let finished = folder.run(&["c", "--output-folder", "results"]);
        assert_said(&finished, 0, &[], "1 files, 1 changed");
        let finished = folder.run(&["c", "--follow", "--output-folder", "results"]);
        assert_eq!(finished.code, Some(1));
        assert!(finished.message.contains("loop"), "{}", finished.message);
    }

    #[test]
    fn an_interruption_leaves_no_temporary_file() {
        let folder = Folder::new();
        folder.write("target", "old");
        for (signal, code) in [("INT", 130), ("TERM", 143)] {
            let mut child = start(&mut folder.fanjian(&["-o", "target"]));
            // Waiting would end it, and so it could finish before it hears the signal.
            let _input = child.stdin.take();
            let deadline = SystemTime::now() + Duration::from_secs(60);
            while folder.names().len() < 2 {
                assert!(SystemTime::now() < deadline, "no temporary file is made");
                std::thread::sleep(Duration::from_millis(5));
            }
            // Made a moment ago; remembered a moment later.
            std::thread::sleep(Duration::from_millis(50));
            let script = format!("kill -{signal} {}", child.id());
            finish(folder.shell(&script), b"").wrote("");
            assert_eq!(child.wait().expect("it ends").code(), Some(code));
            assert_eq!(folder.names(), ["target"]);
            assert_eq!(folder.read("target"), b"old");
        }
    }
}
