//! `cargo xtask ports`: the library's tests on each way through it that processors take.
//!
//! aarch64 and WebAssembly have vector paths of their own, which no test on another
//! processor reaches; x86-64 has two, and both have the scalar one below them. i686 has
//! words of 32 bits, s390x the other order of bytes, and the output is the same. aarch64
//! and s390x run under qemu, WebAssembly under Node, i686 on x86-64 itself.
//!
//! The standard library for a target comes with rustup's compiler, or with a
//! distribution's. Where Debian has none, it has the sources and a C library to build one
//! from. A compiler that is older than the project asks for is passed over.
//!
//! Emulators are slow: under one, tests of random texts draw a tenth of their cases.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::opencc::{cargo, run as run_command};
use crate::project;

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The ports to test; all when none is named.
    ports: Vec<Port>,
    /// Test nothing; fail when something that the tests need is missing.
    #[arg(long)]
    check: bool,
    /// Test only what depends on the processor: each kernel against its scalar twin, and
    /// scans against the stages.
    #[arg(long)]
    brief: bool,
    /// More arguments of the test programs, after `--`.
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

/// A way through the library.
#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Port {
    /// This processor, with all vectors that it has.
    Host,
    /// This processor, without vectors beyond AVX2.
    Avx2,
    /// This processor, without vectors.
    Scalar,
    /// 64-bit Arm with NEON, under qemu.
    Aarch64,
    /// x86 with 32 bits, without vectors.
    I686,
    /// 64 bits with the most significant byte first, without vectors, under qemu.
    S390x,
    /// WebAssembly with 128-bit vectors and 32 bits, under Node.
    Wasm32,
}

/// All tests of the library but its examples.
const TESTS: [&str; 6] = ["--lib", "--test", "allocation", "--test", "library", "--quiet"];

/// Names of the tests of what depends on the processor, in part.
const BRIEF: [&str; 2] = ["scan::", "plan::"];

/// Keeps Cargo from building what benches alone need.
const WITHOUT_BENCHES: &str = "--cfg fanjian_without_benches";

/// The oldest compiler that the project asks for.
const OLDEST_COMPILER: &str = env!("CARGO_PKG_RUST_VERSION");

/// Where Debian has its compiler.
const DISTRIBUTION_COMPILER: &str = "/usr/bin/rustc";

/// Where Debian has a C library for WASI.
const WASI_LIBRARY: &str = "/usr/lib/wasm32-wasi";

/// Tests all that `options` name, and fails at the first that fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    let ports = if options.ports.is_empty() { Port::value_variants() } else { &options.ports };
    for &port in ports {
        let mut command = match port {
            Port::Host => host(None),
            Port::Avx2 => host(Some("avx2")),
            Port::Scalar => host(Some("none")),
            Port::Aarch64 => linux(&AARCH64)?,
            Port::I686 => linux(&I686)?,
            Port::S390x => linux(&S390X)?,
            Port::Wasm32 => wasm32()?,
        };
        if options.check {
            continue;
        }
        println!("== {}", port.to_possible_value().expect("all are named").get_name());
        command.args(["--package", "fanjian"]);
        match options.brief {
            true => command.args(["--lib", "--quiet", "--"]).args(BRIEF),
            false => command.args(TESTS).arg("--"),
        };
        command.args(&options.arguments);
        run_command(command)?;
    }
    Ok(())
}

/// This processor, with its vectors or those up to `vectors`, which have a folder of their
/// own so that nobody has to build anew for the next.
fn host(vectors: Option<&str>) -> Command {
    let mut command = cargo();
    command.arg("test").current_dir(project(""));
    if let Some(vectors) = vectors {
        command.env("RUSTFLAGS", format!("{WITHOUT_BENCHES} --cfg fanjian_vectors=\"{vectors}\""));
        command.env("CARGO_TARGET_DIR", project("target/vectors").join(vectors));
    }
    command
}

/// A processor that runs Linux.
struct Linux {
    target: &'static str,
    /// The C compiler, which links.
    linker: &'static str,
    /// What runs its programs, unless this processor does.
    runner: Option<&'static str>,
    /// Debian's packages with both.
    packages: &'static str,
    /// Debian's packages with a standard library, or with what to build one from.
    library: &'static str,
}

const AARCH64: Linux = Linux {
    target: "aarch64-unknown-linux-gnu",
    linker: "aarch64-linux-gnu-gcc",
    runner: Some("qemu-aarch64"),
    packages: "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user",
    library: "rustc-web libstd-rust-web-dev:arm64",
};

const I686: Linux = Linux {
    target: "i686-unknown-linux-gnu",
    linker: "i686-linux-gnu-gcc",
    runner: None,
    packages: "gcc-i686-linux-gnu libc6-dev-i386-cross",
    library: "rustc-web rust-web-src",
};

const S390X: Linux = Linux {
    target: "s390x-unknown-linux-gnu",
    linker: "s390x-linux-gnu-gcc",
    runner: Some("qemu-s390x"),
    packages: "gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user",
    library: "rustc-web rust-web-src",
};

/// Static programs: they need no loader and no libraries of the target.
fn linux(port: &Linux) -> Result<Command> {
    let Linux { target, linker, runner, packages, library } = port;
    for tool in [Some(*linker), *runner].into_iter().flatten() {
        require(tool, &format!("apt-get install {packages}"))?;
    }
    let compilers = compilers();
    let mut command;
    if let Some(compiler) = compilers.iter().find(|compiler| compiler.has(target)) {
        command = test(compiler, target);
    } else if let Some(compiler) = compilers.iter().find(|compiler| compiler.has_source()) {
        command = test(compiler, target);
        command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_unwind,test");
    } else {
        bail!(
            "no standard library for {target}: `rustup target add {target}`, or on Debian \
             `apt-get install {library}` (with `dpkg --add-architecture` for what names one){}",
            passed_over()
        );
    }
    let variable = target.to_uppercase().replace('-', "_");
    command.env("RUSTFLAGS", format!("-Ctarget-feature=+crt-static {WITHOUT_BENCHES}"));
    command.env(format!("CARGO_TARGET_{variable}_LINKER"), linker);
    if let Some(runner) = runner {
        draw_few_cases(&mut command);
        command.env(format!("CARGO_TARGET_{variable}_RUNNER"), runner);
    }
    Ok(command)
}

fn wasm32() -> Result<Command> {
    require("node", "apt-get install nodejs")?;
    let target = "wasm32-wasip1";
    let compilers = compilers();
    let mut flags = vec!["-Ctarget-feature=+simd128".to_owned()];
    let mut command;
    if let Some(compiler) = compilers.iter().find(|compiler| compiler.has(target)) {
        command = test(compiler, target);
    } else if let Some(compiler) = compilers.iter().find(|compiler| compiler.has_source())
        && let startup = Path::new(WASI_LIBRARY).join("crt1-command.o")
        && startup.is_file()
    {
        command = test(compiler, target);
        command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort,test");
        command.env("CARGO_TARGET_WASM32_WASIP1_LINKER", wasm_linker()?);
        flags.push("-Clink-self-contained=no".to_owned());
        flags.push(format!("-L{WASI_LIBRARY}"));
        flags.push(format!("-Clink-arg={}", startup.display()));
        // Debian's C library is older than the standard library, which refers to
        // functions of threads that there are none of; a call would trap.
        flags.push("-Clink-arg=--unresolved-symbols=ignore-all".to_owned());
    } else {
        bail!(
            "no standard library for {target}: `rustup target add {target}`, or on Debian \
             `apt-get install rustc-web rust-web-src wasi-libc`{}",
            passed_over()
        );
    }
    command.env("RUSTFLAGS", flags.join(" "));
    let runner = project("xtask/src/ports/wasi.mjs");
    command.env(
        "CARGO_TARGET_WASM32_WASIP1_RUNNER",
        format!("node --no-warnings {}", runner.display()),
    );
    draw_few_cases(&mut command);
    Ok(command)
}

/// Has a tenth of the random texts tested, as `tests/library/texts.rs` understands it.
fn draw_few_cases(command: &mut Command) {
    command.env("FANJIAN_CASES", "10");
}

/// The linker that rustup's compiler brings along, or the distribution's.
fn wasm_linker() -> Result<PathBuf> {
    let compiler = Compiler { program: "rustc".into() };
    if let Some(library) = compiler.answer(&["--print", "target-libdir"]) {
        let linker = Path::new(&library).with_file_name("bin").join("rust-lld");
        if linker.is_file() {
            return Ok(linker);
        }
    }
    require("wasm-ld", "apt-get install lld")?;
    Ok("wasm-ld".into())
}

fn test(compiler: &Compiler, target: &str) -> Command {
    let mut command = cargo();
    command.args(["test", "--target", target]).current_dir(project(""));
    command.env("RUSTC", &compiler.program);
    // Nobody debugs them here, and without that they are built sooner.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}

struct Compiler {
    program: OsString,
}

/// The compiler that `RUSTC` names; without it Cargo's own, then the
/// distribution's. Of these, the ones that are not too old.
fn compilers() -> Vec<Compiler> {
    all_compilers().into_iter().filter(|compiler| !compiler.is_too_old()).collect()
}

fn all_compilers() -> Vec<Compiler> {
    let programs = match env::var_os("RUSTC") {
        Some(program) => vec![program],
        None => vec!["rustc".into(), DISTRIBUTION_COMPILER.into()],
    };
    programs.into_iter().map(|program| Compiler { program }).collect()
}

/// Says which compilers are too old, as the end of a message.
fn passed_over() -> String {
    let too_old = all_compilers().into_iter().filter(Compiler::is_too_old);
    too_old
        .map(|compiler| {
            let program = compiler.program.to_string_lossy().into_owned();
            format!("; {program} is older than {OLDEST_COMPILER}, which is asked for")
        })
        .collect()
}

impl Compiler {
    /// Whether it is there, and the project asks for a newer one.
    fn is_too_old(&self) -> bool {
        self.answer(&["--version"]).is_some_and(|answer| is_older(&answer, OLDEST_COMPILER))
    }

    /// Whether it has a standard library for `target`.
    fn has(&self, target: &str) -> bool {
        self.answer(&["--print", "target-libdir", "--target", target])
            .is_some_and(|folder| Path::new(&folder).is_dir())
    }

    /// Whether it has the source of the standard library.
    fn has_source(&self) -> bool {
        self.answer(&["--print", "sysroot"]).is_some_and(|folder| {
            Path::new(&folder).join("lib/rustlib/src/rust/library/Cargo.lock").is_file()
        })
    }

    /// What it answers to a question, unless it fails or is not there.
    fn answer(&self, question: &[&str]) -> Option<String> {
        let output = Command::new(&self.program).args(question).output().ok()?;
        let answer = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| answer.trim_end().to_owned())
    }
}

/// Whether what a compiler says of its version is below another version: by the first two
/// numbers, which is how versions are asked for.
fn is_older(answer: &str, oldest: &str) -> bool {
    let numbers = |version: &str| {
        let mut numbers = version.split('.').map_while(|number| number.parse::<u32>().ok());
        Some((numbers.next()?, numbers.next()?))
    };
    let version = answer.strip_prefix("rustc ").and_then(numbers);
    version.is_some_and(|version| Some(version) < numbers(oldest))
}

fn require(tool: &str, installation: &str) -> Result<()> {
    Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map(drop)
        .with_context(|| format!("{tool} is not there: {installation}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_compilers_are_told_from_newer_ones() {
        for (answer, is_expected) in [
            ("rustc 1.85.0 (4d91de4e4 2025-02-17) (built from a source tarball)", true),
            ("rustc 1.89.0 (29483883e 2025-08-04)", false),
            ("rustc 1.100.0-nightly (29483883e 2026-08-04)", false),
            ("rustc 2.0.0 (29483883e 2030-08-04)", false),
            ("a compiler of another kind", false),
        ] {
            assert_eq!(is_older(answer, "1.89"), is_expected, "{answer}");
        }
    }
}
