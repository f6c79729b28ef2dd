//! `cargo xtask throughput`: how fast the program takes files, from the disk to the disk,
//! beside OpenCC and zhconv, a copy that is on the disk when it ends, and Zstandard.
//!
//! All inputs are made of one text, in a folder that is removed in the end. The programs
//! take turns; what is said is the median of the seconds of each, and the median of what
//! each takes beside fanjian in the same turn. A disk is as fast as it likes: a copy in the
//! same turn says how fast that was.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::opencc::{OpenCC, cargo, run as run_command};
use crate::peers::Programs;
use crate::{corpora, project};

/// Options of the command.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The text, a file or a folder of them: Traditional, sentence by sentence.
    #[arg(long, default_value = "examples/news.txt")]
    text: PathBuf,
    /// How many megabytes of text there are; of JSON Lines there are twice as many.
    #[arg(long, default_value_t = 1000)]
    megabytes: usize,
    /// How many small files there are.
    #[arg(long, default_value_t = 10_000)]
    files: usize,
    /// How often all is done.
    #[arg(long, default_value_t = 3)]
    turns: usize,
    /// Where files are made.
    #[arg(long, default_value = "target/throughput")]
    folder: PathBuf,
    /// Leave OpenCC and zhconv out, which have to be built and take their time.
    #[arg(long)]
    alone: bool,
}

/// The configuration: OpenCC has it in a file of this name.
const CONFIGURATION: &str = "t2s";

/// Bytes of a small file, about.
const SMALL: usize = 12_000;

/// Lines in a field of a record.
const LINES: usize = 4;

/// A program that does the work, or what it is compared with.
struct Contender {
    name: &'static str,
    command: Command,
    /// What it reads from its standard input, and where its standard output goes, if it has
    /// no paths: both are opened anew each time.
    streams: Option<[PathBuf; 2]>,
}

impl Contender {
    fn new(name: &'static str, command: Command) -> Contender {
        Contender { name, command, streams: None }
    }

    /// Has it do its work, and says how many seconds that took.
    fn run(&mut self) -> Result<f64> {
        if let Some([input, output]) = &self.streams {
            self.command.stdin(File::open(input)?).stdout(File::create(output)?);
        }
        let start = Instant::now();
        let status = self.command.stderr(Stdio::inherit()).status();
        let status = status.with_context(|| format!("{} cannot be run", self.name))?;
        let seconds = start.elapsed().as_secs_f64();
        ensure!(status.success(), "{} failed: {status}", self.name);
        Ok(seconds)
    }
}

/// Measures all of it.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut build = cargo();
    build.args(["build", "--quiet", "--release", "--bin", "fanjian"]).current_dir(project(""));
    run_command(build)?;
    let folder = project(&options.folder);
    ensure!(!folder.exists(), "{}: remove it first", folder.display());
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let measured = measure(options, &folder);
    let removed = fs::remove_dir_all(&folder).with_context(|| folder.display().to_string());
    measured.and(removed)
}

fn measure(options: &Options, folder: &Path) -> Result<()> {
    let texts = corpora::read(&project(&options.text))?;
    let text: String = texts.into_iter().map(|corpus| corpus.text + "\n").collect();
    let bytes = options.megabytes * 1_000_000;
    let place = |name: &str| folder.join(name);

    let long = place("long.txt");
    repeat(text.as_bytes(), bytes, &long)?;
    let mut contenders = vec![
        fanjian(&["--input"], &long, &["--output"], &place("long.out")),
        copy(&long, &place("long.copy")),
    ];
    if !options.alone {
        contenders.extend(others(&long, folder)?);
    }
    compare("one text", bytes, options.turns, &mut contenders, folder)?;
    fs::remove_file(&long)?;

    let records = records(&text);
    let lines = place("records.jsonl");
    repeat(records.as_bytes(), 2 * bytes, &lines)?;
    let fields = ["--field", "text,title", "--input"];
    let mut contenders = [
        fanjian(&fields, &lines, &["--output"], &place("records.out.jsonl")),
        copy(&lines, &place("records.copy")),
    ];
    compare("JSON Lines", 2 * bytes, options.turns, &mut contenders, folder)?;
    fs::remove_file(&lines)?;

    let part = place("part.jsonl");
    repeat(records.as_bytes(), bytes / 2, &part)?;
    let packed = place("part.jsonl.zst");
    run_command(shell("zstd -q -f \"$1\" -o \"$2\"", &[&part, &packed]))?;
    fs::remove_file(&part)?;
    let again = "zstd -q -d -c \"$1\" | zstd -q -f -o \"$2\"";
    let mut contenders = [
        fanjian(&fields, &packed, &["--output"], &place("part.out.jsonl.zst")),
        Contender::new("zstd -d | zstd", shell(again, &[&packed, &place("part.copy.zst")])),
    ];
    compare("JSON Lines in Zstandard", bytes / 2, options.turns, &mut contenders, folder)?;
    fs::remove_file(&packed)?;

    let small = place("small");
    let bytes = small_files(&text, options.files, &small)?;
    let copy = shell("cp -r \"$1\" \"$2\"", &[&small, &place("small.copy")]);
    let mut contenders = [
        fanjian(&[], &small, &["--output-dir"], &place("small.out")),
        Contender::new("a copy", copy),
    ];
    compare(&format!("{} files", options.files), bytes, options.turns, &mut contenders, folder)
}

/// fanjian, with options before the paths of what it reads and of what it writes.
fn fanjian(before: &[&str], input: &Path, between: &[&str], output: &Path) -> Contender {
    let mut command = Command::new(project("target/release/fanjian"));
    command.args(["convert", "--quiet", "--config", CONFIGURATION]).args(before);
    command.arg(input).args(between).arg(output);
    Contender::new("fanjian", command)
}

/// A copy that is on the disk when it ends, as results of one input are.
fn copy(from: &Path, to: &Path) -> Contender {
    let script = "dd if=\"$1\" of=\"$2\" bs=4M conv=fsync status=none";
    Contender::new("a copy", shell(script, &[from, to]))
}

/// OpenCC's program, and zhconv's library, which reads and writes standard streams here.
fn others(input: &Path, folder: &Path) -> Result<[Contender; 2]> {
    let output = folder.join("others.out");
    let mut opencc = Command::new(OpenCC::ready()?.program());
    opencc.arg("-c").arg(format!("{CONFIGURATION}.json"));
    opencc.arg("-i").arg(input).arg("-o").arg(&output);
    let mut zhconv = Programs::build(&["zhconv".to_owned()])?.run("lines")?;
    zhconv.args(["zhconv", CONFIGURATION]);
    Ok([
        Contender::new("OpenCC", opencc),
        Contender { streams: Some([input.to_owned(), output]), ..Contender::new("zhconv", zhconv) },
    ])
}

fn shell(script: &str, paths: &[&Path]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).args(paths);
    command
}

/// Has all do their work in turn, and says how long they took.
fn compare(
    what: &str,
    bytes: usize,
    turns: usize,
    contenders: &mut [Contender],
    folder: &Path,
) -> Result<()> {
    let inputs = names(folder)?;
    let mut seconds = vec![Vec::with_capacity(turns); contenders.len()];
    for _ in 0..turns {
        for (contender, seconds) in contenders.iter_mut().zip(&mut seconds) {
            // What was written before is on the disk, and not to be written meanwhile.
            run_command(Command::new("sync"))?;
            seconds.push(contender.run()?);
            for name in names(folder)?.iter().filter(|name| !inputs.contains(name)) {
                remove(&folder.join(name))?;
            }
        }
    }
    println!("{what}, {} MB", bytes / 1_000_000);
    for (contender, times) in contenders.iter().zip(&seconds) {
        let ratios = times.iter().zip(&seconds[0]).map(|(other, own)| other / own);
        println!(
            "  {:<14} {:8.2} s {:8.2} times fanjian's",
            contender.name,
            median(times.iter().copied()),
            median(ratios)
        );
    }
    Ok(())
}

/// What is in a folder.
fn names(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    entries.map(|entry| Ok(entry?.file_name().into())).collect()
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.with_context(|| path.display().to_string())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Writes `part` again and again, until there are so many bytes.
fn repeat(part: &[u8], bytes: usize, path: &Path) -> Result<()> {
    let mut file = File::create(path).with_context(|| path.display().to_string())?;
    for _ in 0..bytes.div_ceil(part.len()) {
        file.write_all(part).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// The text as records, with its lines in one field and the first of them in another.
fn records(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let record = |(number, lines): (usize, &[&str])| {
        let record = json!({ "id": number, "title": lines[0], "text": lines.join("\n") });
        format!("{record}\n")
    };
    lines.chunks(LINES).enumerate().map(record).collect()
}

/// Makes so many small files of the text, a hundred in a folder, and says how many bytes
/// they have together.
fn small_files(text: &str, files: usize, folder: &Path) -> Result<usize> {
    let mut lines = text.lines().cycle();
    let mut bytes = 0;
    for number in 0..files {
        let folder = folder.join(format!("{:03}", number / 100));
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let path = folder.join(format!("{number:05}.txt"));
        let file = File::create(&path).with_context(|| path.display().to_string())?;
        let mut file = BufWriter::new(file);
        let mut written = 0;
        while written < SMALL {
            let line = lines.next().context("there is no text")?;
            writeln!(file, "{line}")?;
            written += line.len() + 1;
        }
        file.flush()?;
        bytes += written;
    }
    Ok(bytes)
}
