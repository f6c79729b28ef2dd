//! The real OpenCC, built from its source under `target/opencc`.
//!
//! The source comes from the registry, inside the package of `opencc-sys`; the
//! package `benches/opencc-source` is there to make Cargo unpack it. It is built
//! outside that folder, which is Cargo's, and installed where nothing but this
//! project looks.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use crate::{packages, project};

/// The release whose dictionaries the crate has, so that the two can agree.
const VERSION: &str = fanjian::DICTIONARY_VERSION;
const PACKAGE: &str = "opencc-sys";

/// Variables that tell a program where its shared libraries are.
const LIBRARY_PATHS: [&str; 2] = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/// An installed OpenCC.
pub(crate) struct OpenCC {
    prefix: PathBuf,
}

impl OpenCC {
    /// OpenCC, built unless it is there already.
    pub(crate) fn ready() -> Result<OpenCC> {
        let opencc = OpenCC { prefix: project("target/opencc/install") };
        // Written last, so an installation that was cut short has none. OpenCC
        // looks for its data where it was installed first, hence the place.
        let file = opencc.prefix.join("built-by-xtask");
        let stamp = format!("{VERSION} {}", opencc.prefix.display());
        if fs::read_to_string(&file).is_ok_and(|found| found == stamp) {
            return Ok(opencc);
        }
        opencc.build(&source()?)?;
        opencc.check_version()?;
        fs::write(&file, stamp).with_context(|| file.display().to_string())?;
        Ok(opencc)
    }

    /// Where it is installed.
    pub(crate) fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// Its command line program.
    pub(crate) fn program(&self) -> PathBuf {
        self.prefix.join("bin/opencc")
    }

    /// Lets what `command` builds link to OpenCC, and what it runs find it.
    pub(crate) fn prepare(&self, command: &mut Command) -> Result<()> {
        let library = self.library();
        command
            .env("OPENCC_LIB_DIRS", &library)
            .env("OPENCC_INCLUDE_DIRS", self.prefix.join("include"))
            .env("OPENCC_LIBS", "opencc");
        for name in LIBRARY_PATHS {
            command.env(name, with_first(&library, env::var_os(name))?);
        }
        Ok(())
    }

    fn library(&self) -> PathBuf {
        self.prefix.join("lib")
    }

    fn build(&self, source: &Path) -> Result<()> {
        require("cmake")?;
        require("c++")?;
        require("python3")?;
        let build = project("target/opencc/build");
        // What an older or interrupted build left behind would mix with this one.
        for folder in [&build, &self.prefix] {
            if folder.exists() {
                fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
            }
        }
        eprintln!("building OpenCC {VERSION} in {}", build.display());

        let mut configure = cmake();
        configure.arg("-S").arg(source).arg("-B").arg(&build);
        configure.arg(definition("CMAKE_INSTALL_PREFIX", &self.prefix));
        // The program then finds its library without help from its environment.
        configure.arg(definition("CMAKE_INSTALL_RPATH", &self.library()));
        configure.args([
            "-DCMAKE_BUILD_TYPE=Release",
            "-DCMAKE_INSTALL_LIBDIR=lib",
            "-DBUILD_SHARED_LIBS=ON",
            "-DENABLE_GTEST=OFF",
            "-DENABLE_BENCHMARK=OFF",
        ]);
        run(to_standard_error(configure))?;

        let jobs = thread::available_parallelism().map_or(1, usize::from);
        let mut install = cmake();
        install.arg("--build").arg(&build).args(["--target", "install", "--parallel"]);
        install.arg(jobs.to_string());
        run(to_standard_error(install))
    }

    /// The package's label is not its content, so OpenCC itself is asked.
    fn check_version(&self) -> Result<()> {
        let output = Command::new(self.program()).arg("--version").output();
        let output = output.context("OpenCC cannot be run")?;
        let answer = String::from_utf8_lossy(&output.stdout);
        ensure!(answer.contains(VERSION), "OpenCC {VERSION} was expected, it says: {answer}");
        Ok(())
    }
}

/// The folder of OpenCC's source, where Cargo keeps unpacked packages.
fn source() -> Result<PathBuf> {
    let package = packages::dependency("benches/opencc-source", PACKAGE)?;
    let source = package.folder.join("OpenCC");
    ensure!(source.join("CMakeLists.txt").is_file(), "{}: no source", source.display());
    Ok(source)
}

/// The Cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The build program, kept from writing into Cargo's folder: OpenCC's build
/// runs Python scripts, and Python stores compiled modules beside them.
fn cmake() -> Command {
    let mut command = Command::new("cmake");
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// Keeps the standard output for results.
fn to_standard_error(mut command: Command) -> Command {
    command.stdout(io::stderr());
    command
}

fn definition(name: &str, value: &Path) -> OsString {
    let mut argument = OsString::from(format!("-D{name}="));
    argument.push(value);
    argument
}

fn require(tool: &str) -> Result<()> {
    let status = Command::new(tool).arg("--version").stdout(Stdio::null()).status();
    if !status.is_ok_and(|status| status.success()) {
        bail!("building OpenCC needs {tool}: apt-get install cmake g++ python3");
    }
    Ok(())
}

/// Runs `command` and fails as it does.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{name} cannot be run"))?;
    ensure!(status.success(), "{name} failed: {status}");
    Ok(())
}

/// A list of folders with `folder` before those it has.
fn with_first(folder: &Path, list: Option<OsString>) -> Result<OsString> {
    let rest = list.as_deref().map(env::split_paths);
    let folders = [folder.to_owned()].into_iter().chain(rest.into_iter().flatten());
    env::join_paths(folders).with_context(|| folder.display().to_string())
}
