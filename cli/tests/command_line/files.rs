//! Inputs and outputs that are files, links, and devices.

use crate::support::Folder;

const SOURCE: &str = "头发发现\n";
const CONVERTED: &str = "頭髮發現\n";

#[test]
fn a_file_is_read_and_another_one_is_made() {
    let folder = Folder::new();
    folder.write("source", SOURCE);
    folder.run(&["-i", "source", "-o", "target"]).wrote("");
    assert_eq!(folder.read("target"), CONVERTED.as_bytes());
    assert_eq!(folder.read("source"), SOURCE.as_bytes());
    assert_eq!(folder.names(), ["source", "target"]);
}

#[test]
fn either_side_may_be_standard() {
    let folder = Folder::new();
    folder.write("source", SOURCE);
    folder.run(&["-i", "source"]).wrote(CONVERTED);
    folder.run_with(&["-o", "target"], SOURCE).wrote("");
    assert_eq!(folder.read("target"), CONVERTED.as_bytes());
}

#[test]
fn an_output_is_replaced_whole() {
    let folder = Folder::new();
    folder.write("target", "old content, and much longer than what comes");
    folder.run_with(&["-o", "target"], SOURCE).wrote("");
    assert_eq!(folder.read("target"), CONVERTED.as_bytes());
    assert_eq!(folder.names(), ["target"]);
}

#[test]
fn empty_input_empties_the_output() {
    let folder = Folder::new();
    folder.write("target", "old");
    folder.run(&["-o", "target"]).wrote("");
    assert_eq!(folder.read("target"), b"");
}

#[test]
fn folders_in_paths_are_found() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("folder")).expect("a folder can be made");
    folder.write("folder/source", SOURCE);
    folder.run(&["-i", "folder/source", "-o", "folder/../folder/target"]).wrote("");
    assert_eq!(folder.read("folder/target"), CONVERTED.as_bytes());
    let absolute = folder.path("absolute");
    folder.run_with(&["-o", absolute.to_str().expect("UTF-8")], SOURCE).wrote("");
    assert_eq!(folder.read("absolute"), CONVERTED.as_bytes());
}

#[test]
fn input_and_output_may_be_one_file() {
    for output in ["text", "./text"] {
        let folder = Folder::new();
        // Longer than a block, so that writing and reading overlap.
        folder.write("text", SOURCE.repeat(50_000));
        folder.run(&["-i", "text", "-o", output]).wrote("");
        assert_eq!(folder.read("text"), CONVERTED.repeat(50_000).as_bytes());
        assert_eq!(folder.names(), ["text"]);
    }
}

#[test]
fn in_place_replaces_the_input() {
    let folder = Folder::new();
    folder.write("text", SOURCE);
    folder.run(&["--in-place", "-i", "text"]).wrote("");
    assert_eq!(folder.read("text"), CONVERTED.as_bytes());
    assert_eq!(folder.names(), ["text"]);
}

#[test]
fn in_place_may_name_the_file_twice_as_for_opencc() {
    let folder = Folder::new();
    folder.write("text", SOURCE);
    folder.run(&["--in-place", "-i", "text", "-o", "text"]).wrote("");
    assert_eq!(folder.read("text"), CONVERTED.as_bytes());
}

#[test]
fn in_place_with_another_output_leaves_the_input_as_for_opencc() {
    let folder = Folder::new();
    folder.write("text", SOURCE);
    folder.run(&["--in-place", "-i", "text", "-o", "other"]).wrote("");
    assert_eq!(folder.read("text"), SOURCE.as_bytes());
    assert_eq!(folder.read("other"), CONVERTED.as_bytes());
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::fs::{self, Permissions};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
    use std::path::Path;

    use super::{CONVERTED, SOURCE};
    use crate::support::{Folder, finish};

    fn mode(folder: &Folder, name: &str) -> u32 {
        fs::metadata(folder.path(name)).expect("the file is there").mode() & 0o7777
    }

    fn link(folder: &Folder, name: &str) -> std::path::PathBuf {
        fs::read_link(folder.path(name)).expect("the link is there")
    }

    #[test]
    fn permissions_of_a_replaced_file_are_kept() {
        for permissions in [0o600, 0o640, 0o664, 0o755, 0o4755] {
            let folder = Folder::new();
            folder.write("target", "old");
            let set =
                fs::set_permissions(folder.path("target"), Permissions::from_mode(permissions));
            set.expect("permissions can be set");
            folder.run_with(&["-o", "target"], SOURCE).wrote("");
            assert_eq!(folder.read("target"), CONVERTED.as_bytes());
            assert_eq!(mode(&folder, "target"), permissions, "instead of {permissions:o}");
        }
    }

    #[test]
    fn permissions_of_a_new_file_follow_the_mask() {
        for (mask, expected) in [("022", 0o644), ("027", 0o640), ("077", 0o600), ("000", 0o666)] {
            let folder = Folder::new();
            let script = format!("umask {mask} && exec \"$0\" -o target");
            finish(folder.shell(&script), SOURCE.as_bytes()).wrote("");
            assert_eq!(mode(&folder, "target"), expected, "under the mask {mask}");
        }
    }

    #[test]
    fn the_owner_of_a_replaced_file_is_kept_by_those_who_can() {
        let folder = Folder::new();
        folder.write("target", "old");
        if std::os::unix::fs::chown(folder.path("target"), Some(1), Some(1)).is_err() {
            return; // Only the superuser can.
        }
        folder.run_with(&["-o", "target"], SOURCE).wrote("");
        let metadata = fs::metadata(folder.path("target")).expect("the file is there");
        assert_eq!((metadata.uid(), metadata.gid()), (1, 1));
        assert_eq!(folder.read("target"), CONVERTED.as_bytes());
    }

    #[test]
    fn a_write_protected_file_is_not_replaced() {
        let folder = Folder::new();
        folder.write("target", "old");
        let target = folder.path("target");
        fs::set_permissions(&target, Permissions::from_mode(0o444)).expect("it can be protected");
        if fs::OpenOptions::new().write(true).open(&target).is_ok() {
            return; // Nothing is write-protected from the superuser.
        }
        let finished = folder.run_with(&["-o", "target"], SOURCE);
        finished.failed_with("fanjian: cannot write target: Permission denied (os error 13)\n");
        assert_eq!(folder.read("target"), b"old");
    }

    #[test]
    fn a_symbolic_link_stays_and_its_target_is_replaced() {
        let folder = Folder::new();
        fs::create_dir(folder.path("folder")).expect("a folder can be made");
        folder.write("folder/target", "old");
        symlink("folder/second", folder.path("first")).expect("a link can be made");
        symlink("target", folder.path("folder/second")).expect("a link can be made");

        folder.run_with(&["-o", "first"], SOURCE).wrote("");
        assert_eq!(folder.read("folder/target"), CONVERTED.as_bytes());
        assert_eq!(link(&folder, "first"), Path::new("folder/second"));
        assert_eq!(link(&folder, "folder/second"), Path::new("target"));
        assert_eq!(folder.names(), ["first", "folder"]);
    }

    #[test]
    fn a_link_to_nothing_yet_leads_to_the_new_file() {
        let folder = Folder::new();
        symlink("target", folder.path("link")).expect("a link can be made");
        folder.run_with(&["-o", "link"], SOURCE).wrote("");
        assert_eq!(folder.read("target"), CONVERTED.as_bytes());
        assert_eq!(link(&folder, "link"), Path::new("target"));
    }

    #[test]
    fn links_in_a_circle_are_an_error() {
        let folder = Folder::new();
        symlink("one", folder.path("two")).expect("a link can be made");
        symlink("two", folder.path("one")).expect("a link can be made");
        folder.run_with(&["-o", "one"], SOURCE).failed_with(
            "fanjian: cannot write one: more than 40 symbolic links lead on from it; name the \
             file itself\n",
        );
        assert_eq!(folder.names(), ["one", "two"]);
    }

    #[test]
    fn the_output_may_be_a_symbolic_link_to_the_input() {
        let folder = Folder::new();
        folder.write("text", SOURCE.repeat(50_000));
        symlink("text", folder.path("link")).expect("a link can be made");
        folder.run(&["-i", "text", "-o", "link"]).wrote("");
        assert_eq!(folder.read("text"), CONVERTED.repeat(50_000).as_bytes());
        assert_eq!(link(&folder, "link"), Path::new("text"));
    }

    #[test]
    fn the_input_may_be_a_symbolic_link_to_the_output() {
        let folder = Folder::new();
        folder.write("text", SOURCE);
        symlink("text", folder.path("link")).expect("a link can be made");
        folder.run(&["-i", "link", "-o", "text"]).wrote("");
        assert_eq!(folder.read("text"), CONVERTED.as_bytes());
        assert_eq!(link(&folder, "link"), Path::new("text"));
    }

    #[test]
    fn in_place_follows_a_symbolic_link() {
        let folder = Folder::new();
        folder.write("text", SOURCE);
        symlink("text", folder.path("link")).expect("a link can be made");
        folder.run(&["--in-place", "-i", "link"]).wrote("");
        assert_eq!(folder.read("text"), CONVERTED.as_bytes());
        assert_eq!(link(&folder, "link"), Path::new("text"));
    }

    #[test]
    fn the_output_may_be_a_hard_link_to_the_input_which_stays() {
        let folder = Folder::new();
        folder.write("text", SOURCE.repeat(50_000));
        fs::hard_link(folder.path("text"), folder.path("other")).expect("a link can be made");
        folder.run(&["-i", "text", "-o", "other"]).wrote("");
        assert_eq!(folder.read("text"), SOURCE.repeat(50_000).as_bytes());
        assert_eq!(folder.read("other"), CONVERTED.repeat(50_000).as_bytes());
    }

    #[test]
    fn in_place_refuses_a_file_with_other_hard_links_as_opencc_does() {
        let folder = Folder::new();
        folder.write("text", SOURCE);
        fs::hard_link(folder.path("text"), folder.path("other")).expect("a link can be made");
        folder.run(&["--in-place", "-i", "text"]).failed_with(
            "fanjian: cannot convert text in place: it has 2 hard links, and the others would \
             keep the old text; use --output\n",
        );
        assert_eq!(folder.read("text"), SOURCE.as_bytes());
        assert_eq!(folder.read("other"), SOURCE.as_bytes());
        assert_eq!(folder.names(), ["other", "text"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn in_place_refuses_what_is_no_regular_file() {
        let folder = Folder::new();
        let Some(null) = folder.device("null", 1, 3) else { return };
        folder.run(&["--in-place", "-i", &null]).failed_with(&format!(
            "fanjian: cannot convert {null} in place: it is not a regular file; use --output\n"
        ));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_is_written_and_stays() {
        let folder = Folder::new();
        let Some(null) = folder.device("null", 1, 3) else { return };
        let names = folder.names();
        folder.run_with(&["-o", &null], SOURCE).wrote("");
        let metadata = fs::symlink_metadata(folder.path(&null)).expect("the device is there");
        assert!(metadata.file_type().is_char_device());
        assert_eq!(folder.names(), names);
    }

    #[test]
    fn a_named_pipe_is_written_and_stays() {
        let folder = Folder::new();
        let script = "mkfifo pipe && { cat pipe & } && \"$0\" -o pipe && wait";
        finish(folder.shell(script), SOURCE.as_bytes()).wrote(CONVERTED);
        let metadata = fs::symlink_metadata(folder.path("pipe")).expect("the pipe is there");
        assert!(metadata.file_type().is_fifo());
        assert_eq!(folder.names(), ["pipe"]);
    }

    #[test]
    fn a_named_pipe_is_read() {
        let folder = Folder::new();
        let script = "mkfifo pipe && { printf '头发' > pipe & } && \"$0\" -i pipe && wait";
        finish(folder.shell(script), b"").wrote("頭髮");
    }

    // `/dev/stdout` is a link of this kind, but one that a faulty program which
    // runs as superuser could replace.
    #[test]
    fn standard_output_by_its_name_is_standard_output() {
        let folder = Folder::new();
        symlink("/dev/fd/1", folder.path("link")).expect("a link can be made");
        for name in ["/dev/fd/1", "link"] {
            folder.run_with(&["-o", name], SOURCE).wrote(CONVERTED);
        }
        assert_eq!(folder.names(), ["link"]);
    }

    /// The file must not be replaced: the shell writes to the same one.
    #[test]
    fn standard_output_by_its_name_continues_a_file() {
        let folder = Folder::new();
        symlink("/dev/fd/1", folder.path("link")).expect("a link can be made");
        let script = "{ echo before && \"$0\" -o link && echo behind; } > file";
        finish(folder.shell(script), SOURCE.as_bytes()).wrote("");
        let expected = format!("before\n{CONVERTED}behind\n");
        assert_eq!(folder.read("file"), expected.as_bytes());
        assert_eq!(folder.names(), ["file", "link"]);
    }

    #[test]
    fn another_descriptor_by_its_name_continues_a_file() {
        let folder = Folder::new();
        folder.write("file", "before\n");
        finish(folder.shell("\"$0\" -o /dev/fd/3 3>> file"), SOURCE.as_bytes()).wrote("");
        assert_eq!(folder.read("file"), format!("before\n{CONVERTED}").as_bytes());
        assert_eq!(folder.names(), ["file"]);
    }

    #[test]
    fn standard_input_by_its_name_is_standard_input() {
        Folder::new().run_with(&["-i", "/dev/stdin"], SOURCE).wrote(CONVERTED);
    }

    // Elsewhere file systems may insist on names in Unicode.
    #[cfg(target_os = "linux")]
    #[test]
    fn names_need_not_be_text_nor_short() {
        for name in [&b"\xFF\xFE name"[..], &[b'x'; 255]] {
            let folder = Folder::new();
            let mut command = folder.fanjian(&["-o"]);
            command.arg(OsStr::from_bytes(name));
            finish(command, SOURCE.as_bytes()).wrote("");
            let target = folder.path(".").join(OsStr::from_bytes(name));
            assert_eq!(fs::read(target).expect("the file is there"), CONVERTED.as_bytes());
        }
    }
}
