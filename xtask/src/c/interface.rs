//! `cargo xtask c-interface`: one C program, with libopencc and with the C interface.
//!
//! The program is compiled with OpenCC's own header, once, and linked to either library as
//! it is; then it is compiled with the header that the interface brings along, and linked to
//! the static library. What it prints must be the same each time: for every configuration,
//! for texts made of the keys of dictionaries, for the same with broken bytes, and for names
//! of no configuration. Another program asks what `fanjian.h` promises. Where valgrind is
//! there, it watches that no byte is read or lost that must not be.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use fanjian::Config;

use super::{headers, install};
use crate::opencc::{OpenCC, run as run_command};
use crate::project;

/// Texts of each kind, valid and broken.
const TEXTS: usize = 3_000;

/// Every how many bytes of a broken text one is broken.
const BROKEN: usize = 24;

/// What every program is compiled with.
const WARNINGS: [&str; 5] = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];

/// A library of C programs, as pkg-config knows it.
struct Library {
    package: &'static str,
    /// Where it is installed: `lib` below.
    prefix: PathBuf,
}

/// Builds everything and compares.
pub(crate) fn run() -> Result<()> {
    headers::check()?;
    let opencc = Library { package: "opencc", prefix: OpenCC::ready()?.prefix().to_owned() };
    let folder = project("target/c-interface");
    let prefix = folder.join("installed");
    install::run(&install::Options { prefix: prefix.clone(), root: None, opencc: true })?;
    let fanjian = Library { package: "fanjian", prefix: prefix.clone() };
    let over_fanjian = Library { package: "fanjian-opencc", prefix };

    let source = project("bindings/c/tests/opencc.c");
    let object = folder.join("opencc.o");
    let [with_opencc, with_fanjian, with_all] =
        ["with-libopencc", "with-libfanjian", "with-libfanjian.a"].map(|name| folder.join(name));
    let flags = opencc.flags(&["--cflags"])?;
    compile(&source, [OsString::from("-c")].into_iter().chain(flags), &object)?;
    compile(&object, opencc.shared()?, &with_opencc)?;
    compile(&object, over_fanjian.shared()?, &with_fanjian)?;
    compile(&source, over_fanjian.included()?, &with_all)?;

    let texts = folder.join("texts");
    fs::write(&texts, texts_to_convert()?).with_context(|| texts.display().to_string())?;
    let configurations = Config::ALL.map(|config| OsString::from(format!("{config}.json")));
    // OpenCC's own files, with their dictionaries in `ocd2`, read by either library.
    let files = opencc.prefix.join("share/opencc");
    let files = Config::ALL.map(|config| files.join(format!("{config}.json")).into());
    let arguments: Vec<OsString> =
        [texts.into()].into_iter().chain(configurations).chain(files).collect();
    let expected = output(Command::new(with_opencc).args(&arguments))?;
    for program in [&with_fanjian, &with_all] {
        let found = output(Command::new(program).args(&arguments))?;
        compare(program, &expected, &found)?;
    }
    println!("{} lines are the same with libopencc and with fanjian", lines(&expected).count());

    let source = project("bindings/c/tests/interface.c");
    let interface = folder.join("interface");
    compile(&source, fanjian.shared()?, &interface)?;
    run_command(Command::new(&interface))?;
    println!("fanjian.h keeps what it promises");
    watch(&interface, &[])?;
    watch(&with_fanjian, &["/dev/null", "s2twp.json", "t2s"])
}

impl Library {
    /// What pkg-config answers.
    fn flags(&self, questions: &[&str]) -> Result<Vec<OsString>> {
        let folder = self.prefix.join("lib/pkgconfig");
        let mut command = Command::new("pkg-config");
        command.args(questions).arg(self.package).env("PKG_CONFIG_PATH", &folder);
        let answer = String::from_utf8(output(&mut command)?)?;
        Ok(answer.split_whitespace().map(OsString::from).collect())
    }

    /// Flags for a program that finds the shared library where it is.
    fn shared(&self) -> Result<Vec<OsString>> {
        let mut flags = self.flags(&["--cflags", "--libs"])?;
        flags.push(format!("-Wl,-rpath,{}", self.prefix.join("lib").display()).into());
        Ok(flags)
    }

    /// Flags for a program that has the static library in it.
    fn included(&self) -> Result<Vec<OsString>> {
        let mut flags = self.flags(&["--cflags", "--static", "--libs"])?;
        for flag in &mut flags {
            if flag == "-lfanjian" {
                *flag = self.prefix.join("lib/libfanjian.a").into();
            }
        }
        Ok(flags)
    }
}

/// Texts for the program to convert, one a line: prose, keys of dictionaries one after the
/// other, and the same with broken bytes.
fn texts_to_convert() -> Result<Vec<u8>> {
    let mut texts = fs::read(project("examples/news.txt"))?;
    let keys = keys()?;
    let mut chance = Chance(0);
    for _ in 0..TEXTS {
        let count = 1 + chance.below(8);
        let text: String = (0..count).map(|_| keys[chance.below(keys.len())].as_str()).collect();
        texts.extend(text.as_bytes());
        texts.push(b'\n');
        // Of broken bytes within a description, the interface says that it knows nothing.
        if !text.contains(|character| ('\u{2FF0}'..='\u{2FFF}').contains(&character)) {
            texts.extend(text.bytes().map(|byte| match chance.below(BROKEN) {
                0 => 0x80 | chance.below(0x80) as u8,
                _ => byte,
            }));
            texts.push(b'\n');
        }
    }
    Ok(texts)
}

/// The keys of all dictionaries.
fn keys() -> Result<Vec<String>> {
    let mut keys = Vec::new();
    for entry in fs::read_dir(project("dictionaries"))? {
        let path = entry?.path();
        // These two are tables of the project, not dictionaries.
        if path.extension().is_some_and(|extension| extension == "tsv")
            && !path.ends_with("configurations.tsv")
            && !path.ends_with("fingerprints.tsv")
        {
            let text = fs::read_to_string(&path)?;
            let entries = text.lines().filter_map(|line| line.split_once('\t'));
            keys.extend(entries.map(|(key, _)| key.to_owned()));
        }
    }
    // Folders are read in no certain order.
    keys.sort_unstable();
    Ok(keys)
}

/// Numbers without a pattern that matters here, the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        // A linear congruential generator, with the numbers of Knuth's MMIX.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Compiles or links `input`.
fn compile(input: &Path, flags: impl IntoIterator<Item = OsString>, output: &Path) -> Result<()> {
    let mut compiler = Command::new("cc");
    // Libraries go behind what needs them.
    compiler.args(WARNINGS).arg("-o").arg(output).arg(input).args(flags);
    run_command(compiler)
}

/// Fails with the first line that is not as expected.
fn compare(program: &Path, expected: &[u8], found: &[u8]) -> Result<()> {
    let pairs = lines(expected).zip(lines(found)).enumerate();
    for (number, (expected, found)) in pairs {
        ensure!(
            expected == found,
            "{}, line {}\nexpected: {}\n   found: {}",
            program.display(),
            number + 1,
            expected.escape_ascii(),
            found.escape_ascii()
        );
    }
    ensure!(expected.len() == found.len(), "{}: another number of lines", program.display());
    Ok(())
}

fn lines(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output.split(|&byte| byte == b'\n')
}

/// Runs `program` under valgrind, if that is there.
fn watch(program: &Path, arguments: &[&str]) -> Result<()> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--quiet", "--leak-check=full", "--error-exitcode=1"]);
    valgrind.arg(program).args(arguments);
    match valgrind.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("SKIPPED: valgrind is not there to watch {}", program.display());
        }
        result => {
            let result = result.context("valgrind cannot be run")?;
            let report = String::from_utf8_lossy(&result.stderr);
            ensure!(result.status.success(), "{}: {report}", program.display());
            println!("valgrind saw nothing wrong with {}", program.display());
        }
    }
    Ok(())
}

/// What `command` prints; fails as it does.
fn output(command: &mut Command) -> Result<Vec<u8>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("{name} cannot be run"))?;
    ensure!(output.status.success(), "{name} failed: {}", output.status);
    Ok(output.stdout)
}
