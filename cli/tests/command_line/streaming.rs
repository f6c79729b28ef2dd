//! Borders of blocks, closed pipes, and memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Child;
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fanjian::{Config, Converter, TofuRisk};

use crate::support::{BLOCK_LENGTH, Folder, start};

/// A word of six bytes behind prefixes of all lengths below six: the border of
/// a block, wherever it is, falls at every position within the word. Cut in
/// half, the word would become 頭發.
#[test]
fn a_border_of_blocks_within_a_word_never_shows() {
    let folder = Folder::new();
    let words = 2 * BLOCK_LENGTH / "头发".len() + 100;
    for prefix in ["", "a", "ab", "abc", "abcd", "abcde"] {
        folder.write("source", [prefix, &"头发".repeat(words)].concat());
        folder.run(&["-i", "source"]).wrote([prefix, &"頭髮".repeat(words)].concat());
    }
}

/// Configurations with one stage and with several, on a text whose length
/// shares no factor with that of a block.
#[test]
fn long_texts_convert_as_the_library_converts_them_whole() {
    let folder = Folder::new();
    let sentence =
        "他的头发里有软件和鼠标，U盘在桌面上；乾坤發財，乾燥的頭髮、計程車與滑鼠。⿰木头\r\n";
    let text = sentence.repeat(BLOCK_LENGTH * 5 / 4 / sentence.len());
    folder.write("source", &text);
    for config in [Config::S2t, Config::T2s, Config::S2twp, Config::Tw2sp, Config::Hk2s] {
        let converter = Converter::builder(config).tofu_risk(TofuRisk::Exclude).build();
        let expected = converter.convert(&text).into_owned();
        folder.run(&["-c", config.name(), "-i", "source"]).wrote(expected);
    }
}

/// Within a character, a word, and a description sequence, which protects the
/// compatibility ideograph that follows its operator.
#[test]
fn a_pause_of_the_writer_never_shows() {
    let cases = [
        ("他的头发很长", "他的头".len() + 1, "他的頭髮很長"),
        ("他的头发很长", "他的头".len(), "他的頭髮很長"),
        ("⿰\u{2F84C}汇", "⿰".len(), "⿰\u{2F84C}汇"),
    ];
    let folder = Folder::new();
    for (source, pause, expected) in cases {
        let mut child = start(&mut folder.fanjian(&[]));
        let mut input = child.stdin.take().expect("standard input is a pipe");
        let (first, second) = source.as_bytes().split_at(pause);
        input.write_all(first).expect("the program reads");
        // Long enough that the program has read, as a rule.
        thread::sleep(Duration::from_millis(100));
        input.write_all(second).expect("the program reads");
        drop(input);
        let finished = child.wait_with_output().expect("the program ends");
        assert_eq!(String::from_utf8_lossy(&finished.stdout), expected);
    }
}

/// Only a few hundred bytes may wait for what comes next.
#[test]
fn output_is_written_before_the_input_ends() {
    let folder = Folder::new();
    let mut child = start(&mut folder.fanjian(&[]));
    let mut input = child.stdin.take().expect("standard input is a pipe");
    let expected = "頭髮\n".repeat(1000);
    input.write_all("头发\n".repeat(1000).as_bytes()).expect("the program reads");

    let output = Progress::watch(&mut child, expected.len() / 2);
    output.wait();
    drop(input);
    assert!(output.all() == expected.as_bytes());
    assert!(child.wait().expect("the program ends").success());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = Folder::new();
    folder.write("source", "头发\n".repeat(300_000));
    for output in [&[][..], &["-o", "/dev/fd/1"]] {
        if cfg!(not(unix)) && !output.is_empty() {
            continue;
        }
        let mut child = start(&mut folder.fanjian(&[&["-i", "source"], output].concat()));
        let mut reader = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line is written");
        assert_eq!(line, "頭髮\n");
        drop(reader);
        let finished = child.wait_with_output().expect("the program ends");
        assert_eq!(String::from_utf8_lossy(&finished.stderr), "");
        assert_eq!(finished.status.code(), Some(0));
    }
}

#[test]
fn a_list_that_nobody_reads_is_no_error() {
    let folder = Folder::new();
    let mut child = start(&mut folder.fanjian(&["--list"]));
    drop(child.stdout.take());
    let finished = child.wait_with_output().expect("the program ends");
    assert_eq!((finished.status.code(), finished.stderr.as_slice()), (Some(0), &b""[..]));
}

/// Forty megabytes go through while the program never holds more than sixteen.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_whatever_the_length_of_the_text() {
    use crate::support::feed;

    // Mostly ASCII, or an unoptimized build would take long. Neither line ends
    // nor spaces, so that nothing can count on them.
    let portion = ["0123456789".repeat(50).as_str(), "头发发现"].concat();
    let text = portion.repeat(40_000_000 / portion.len());
    let length = text.len();

    let folder = Folder::new();
    let mut child = start(&mut folder.fanjian(&[]));
    let status = format!("/proc/{}/status", child.id());
    let feeding = feed(&mut child, text.into_bytes());

    // While standard input stays open, the program waits and can be looked at.
    let output = Progress::watch(&mut child, length - 4096);
    output.wait();
    let peak = peak_in_kibibytes(&std::fs::read_to_string(status).expect("the program runs"));
    assert!(peak < 16 * 1024, "{peak} KiB");

    drop(feeding.join().expect("feeding does not panic"));
    let output = output.all();
    assert_eq!(output.len(), length);
    assert!(output.ends_with("頭髮發現".as_bytes()));
    assert!(child.wait().expect("the program ends").success());
}

#[cfg(target_os = "linux")]
fn peak_in_kibibytes(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.expect("Linux tells the peak").parse().expect("a number")
}

/// The output of a program that is still running.
struct Progress {
    reached: Receiver<()>,
    reader: JoinHandle<Vec<u8>>,
}

impl Progress {
    /// Reads all that `child` writes, beside what else goes on, and notes when
    /// it has come to `length` bytes.
    fn watch(child: &mut Child, length: usize) -> Progress {
        let mut pipe = child.stdout.take().expect("standard output is a pipe");
        let (sender, reached) = mpsc::channel();
        let reader = thread::spawn(move || {
            let mut output = vec![0; length];
            if pipe.read_exact(&mut output).is_ok() {
                // Nobody listens any more when the test has failed.
                let _ = sender.send(());
            }
            pipe.read_to_end(&mut output).expect("the program writes");
            output
        });
        Progress { reached, reader }
    }

    /// Waits until the length is reached. A program that writes nothing before
    /// its input ends would let the test wait forever, hence the limit.
    fn wait(&self) {
        let reached = self.reached.recv_timeout(Duration::from_secs(60));
        reached.expect("the program writes before its input ends");
    }

    /// All output, once the program has ended.
    fn all(self) -> Vec<u8> {
        self.reader.join().expect("reading does not panic")
    }
}
