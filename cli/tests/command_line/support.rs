//! A folder to work in, and the program to run there.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::{self, JoinHandle};

use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_fanjian");

/// How many bytes the program reads at once. Tests place things at this border;
/// they hold for any other length, too, but prove less.
pub(crate) const BLOCK_LENGTH: usize = 256 * 1024;

/// A temporary folder, removed when dropped.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and makes the folders that it is in.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        if let Some(parent) = self.path(name).parent() {
            fs::create_dir_all(parent).expect("the folder can be made");
        }
        fs::write(self.path(name), content).expect("the file can be written");
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("the file can be read")
    }

    /// The names of everything in the folder, hidden files included, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder can be read");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.expect("an entry").file_name().into_string().expect("a name in UTF-8")
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// The program, to be started in this folder.
    pub(crate) fn fanjian(&self, arguments: &[&str]) -> Command {
        self.command(PROGRAM, arguments)
    }

    /// A shell's script to be started in this folder; `$0` is the program.
    #[cfg(unix)]
    pub(crate) fn shell(&self, script: &str) -> Command {
        self.command("sh", &["-c", script, PROGRAM])
    }

    /// A path to the device of that name and number which no fault of the
    /// program can harm, if there is one.
    ///
    /// The superuser could replace the machine's own device, as the program
    /// replaces files, and so gets another one in this folder.
    #[cfg(target_os = "linux")]
    pub(crate) fn device(&self, name: &str, major: u32, minor: u32) -> Option<String> {
        use std::os::unix::fs::MetadataExt;

        let owner = fs::metadata(self.0.path()).expect("the folder is there").uid();
        if owner != 0 {
            return Some(format!("/dev/{name}"));
        }
        // Some containers forbid to make it, some folders to use it.
        let script = format!("mknod {name} c {major} {minor} && : < {name}");
        let finished = finish(self.shell(&script), b"");
        (finished.code == Some(0)).then(|| name.to_owned())
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.0.path());
        command
    }

    /// Runs the program with nothing on standard input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        finish(self.fanjian(arguments), b"")
    }

    /// Runs the program with `input` on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Finished {
        finish(self.fanjian(arguments), input.as_ref())
    }
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) output: Vec<u8>,
    pub(crate) message: String,
}

impl Finished {
    /// Checks that the program did its work, wrote exactly `output` to standard
    /// output and nothing to standard error.
    #[track_caller]
    pub(crate) fn wrote(&self, output: impl AsRef<[u8]>) {
        assert_eq!((self.code, self.message.as_str()), (Some(0), ""));
        assert_same_bytes(&self.output, output.as_ref());
    }

    /// Checks that the program did its work, and that standard error is `message`.
    #[track_caller]
    pub(crate) fn noted(&self, message: &str) {
        assert_eq!((self.code, self.message.as_str()), (Some(0), message));
    }

    /// Checks the exit code and that standard error is exactly `message`.
    #[track_caller]
    pub(crate) fn failed_with(&self, message: &str) {
        assert_eq!((self.code, self.message.as_str()), (Some(1), message));
    }

    /// Checks that the program refused its arguments with a message that has
    /// all of `parts`.
    #[track_caller]
    pub(crate) fn was_wrong_usage(&self, parts: &[&str]) {
        assert_eq!((self.code, self.output.as_slice()), (Some(2), &b""[..]), "{self:?}");
        for part in parts {
            assert!(self.message.contains(part), "no {part:?} in {}", self.message);
        }
    }
}

/// Runs `command` to its end with `input` on standard input.
pub(crate) fn finish(mut command: Command, input: &[u8]) -> Finished {
    let mut child = start(&mut command);
    let feeding = feed(&mut child, input.to_vec());
    // Closed when written, or the program would wait for more.
    let closing = thread::spawn(|| drop(feeding.join()));
    let finished = child.wait_with_output().expect("the program can be waited for");
    closing.join().expect("feeding does not panic");
    Finished {
        code: finished.status.code(),
        output: finished.stdout,
        message: String::from_utf8(finished.stderr).expect("messages are UTF-8"),
    }
}

/// Starts `command` with pipes on all sides, where none was chosen yet.
pub(crate) fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

/// Writes `input` to the program's standard input, beside what else goes on,
/// and gives the pipe back, still open.
pub(crate) fn feed(child: &mut Child, input: Vec<u8>) -> JoinHandle<ChildStdin> {
    let mut pipe = child.stdin.take().expect("standard input is a pipe");
    thread::spawn(move || {
        // A program that stops early closes its end, which is its right.
        let _ = pipe.write_all(&input);
        pipe
    })
}

/// Checks equality and says where the first difference is: texts here are long.
#[track_caller]
pub(crate) fn assert_same_bytes(actual: &[u8], expected: &[u8]) {
    if actual == expected {
        return;
    }
    let mut pairs = actual.iter().zip(expected);
    let same = pairs.position(|(left, right)| left != right);
    let offset = same.unwrap_or(actual.len().min(expected.len()));
    let around = |bytes: &[u8]| {
        let window = offset.saturating_sub(12)..bytes.len().min(offset + 12);
        String::from_utf8_lossy(&bytes[window]).into_owned()
    };
    panic!(
        "different from byte {offset} on: {:?} ({} bytes) instead of {:?} ({} bytes)",
        around(actual),
        actual.len(),
        around(expected),
        expected.len()
    );
}
