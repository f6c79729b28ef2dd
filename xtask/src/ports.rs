//! `cargo xtask ports`: the library's tests for other processors.
//!
//! Each has a vector path of its own, which no test on another processor
//! reaches. aarch64 runs under qemu, WebAssembly under Node.
//!
//! The standard library for a target comes with rustup's compiler, or with a
//! distribution's. Debian has none for WebAssembly, but it has the sources and
//! a C library to build one from.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

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
    /// More arguments of the test programs, after `--`.
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

/// A processor with vectors of its own.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Port {
    /// 64-bit Arm with NEON, under qemu.
    Aarch64,
    /// WebAssembly with 128-bit vectors, under Node.
    Wasm32,
}

/// All tests of the library but its examples.
const TESTS: [&str; 6] = ["--lib", "--test", "allocation", "--test", "library", "--quiet"];

/// Where Debian has its compiler.
const DISTRIBUTION_COMPILER: &str = "/usr/bin/rustc";

/// Where Debian has a C library for WASI.
const WASI_LIBRARY: &str = "/usr/lib/wasm32-wasi";

/// Tests all that `options` name, and fails at the first that fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    let all = [Port::Aarch64, Port::Wasm32];
    let ports = if options.ports.is_empty() { &all[..] } else { &options.ports };
    for port in ports {
        let mut command = match port {
            Port::Aarch64 => aarch64()?,
            Port::Wasm32 => wasm32()?,
        };
        if options.check {
            continue;
        }
        println!("== {}", port.target());
        command.args(["--target", port.target(), "--package", "fanjian"]);
        command.args(TESTS).arg("--").args(&options.arguments);
        run_command(command)?;
    }
    Ok(())
}

impl Port {
    fn target(self) -> &'static str {
        match self {
            Port::Aarch64 => "aarch64-unknown-linux-gnu",
            Port::Wasm32 => "wasm32-wasip1",
        }
    }
}

/// Static programs: qemu then needs no loader and no libraries of the target.
fn aarch64() -> Result<Command> {
    const PACKAGES: &str = "apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user";
    require("qemu-aarch64", PACKAGES)?;
    require("aarch64-linux-gnu-gcc", PACKAGES)?;
    let target = Port::Aarch64.target();
    let Some(compiler) = compilers().into_iter().find(|compiler| compiler.has(target)) else {
        bail!(
            "no standard library for {target}: `rustup target add {target}`, or on Debian \
             `dpkg --add-architecture arm64 && apt-get update && \
             apt-get install rustc-web libstd-rust-web-dev:arm64`"
        );
    };
    let mut command = test(&compiler);
    command.env("RUSTFLAGS", "-Ctarget-feature=+crt-static");
    command.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc");
    command.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", "qemu-aarch64");
    Ok(command)
}

fn wasm32() -> Result<Command> {
    require("node", "apt-get install nodejs")?;
    let target = Port::Wasm32.target();
    let compilers = compilers();
    let mut flags = vec!["-Ctarget-feature=+simd128".to_owned()];
    let mut command;
    if let Some(compiler) = compilers.iter().find(|compiler| compiler.has(target)) {
        command = test(compiler);
    } else if let Some(compiler) = compilers.iter().find(|compiler| compiler.has_source())
        && let startup = Path::new(WASI_LIBRARY).join("crt1-command.o")
        && startup.is_file()
    {
        command = test(compiler);
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
             `apt-get install rustc-web rust-web-src wasi-libc`"
        );
    }
    command.env("RUSTFLAGS", flags.join(" "));
    let runner = project("xtask/src/ports/wasi.mjs");
    command.env(
        "CARGO_TARGET_WASM32_WASIP1_RUNNER",
        format!("node --no-warnings {}", runner.display()),
    );
    Ok(command)
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

fn test(compiler: &Compiler) -> Command {
    let mut command = cargo();
    command.arg("test").current_dir(project("")).env("RUSTC", &compiler.program);
    command
}

struct Compiler {
    program: OsString,
}

/// The compiler that `RUSTC` names; without it Cargo's own, then the
/// distribution's.
fn compilers() -> Vec<Compiler> {
    let programs = match env::var_os("RUSTC") {
        Some(program) => vec![program],
        None => vec!["rustc".into(), DISTRIBUTION_COMPILER.into()],
    };
    programs.into_iter().map(|program| Compiler { program }).collect()
}

impl Compiler {
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

fn require(tool: &str, installation: &str) -> Result<()> {
    Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map(drop)
        .with_context(|| format!("{tool} is not there: {installation}"))
}
