//! `cargo xtask install-c`: the C interface where C compilers find it.

use std::env::consts::OS;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::opencc::{cargo, run as run_command};
use crate::project;

/// Where to install what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder that gets include/ and lib/.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) prefix: PathBuf,
    /// Write below this folder, as if it were the root: what package builders call DESTDIR.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<PathBuf>,
    /// With the functions of OpenCC's opencc.h, and a header for them.
    #[arg(long)]
    pub(crate) opencc: bool,
}

/// What a static library of Rust asks of the system's, on Linux.
const SYSTEM_LIBRARIES: &str = "-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc";

/// Builds the library and installs it with its headers and descriptions.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut build = cargo();
    build.args(["build", "--release", "--package", "fanjian-c"]).current_dir(project(""));
    if options.opencc {
        build.args(["--features", "opencc"]);
    }
    run_command(build)?;

    let prefix = std::path::absolute(&options.prefix)?;
    let folder = match &options.root {
        Some(root) => root.join(prefix.strip_prefix("/").unwrap_or(&prefix)),
        None => prefix.clone(),
    };
    libraries(&folder.join("lib"))?;
    header("fanjian.h", &folder)?;
    describe("fanjian", "${includedir}", &prefix, &folder)?;
    if options.opencc {
        header("fanjian/opencc/opencc.h", &folder)?;
        // As OpenCC's own: programs include <opencc.h>, and others <opencc/opencc.h>.
        let include = "${includedir}/fanjian/opencc -I${includedir}/fanjian";
        describe("fanjian-opencc", include, &prefix, &folder)?;
    }
    println!("installed in {}", folder.display());
    Ok(())
}

/// Installs the shared library under its full name, with links from the shorter ones, and
/// the static one.
fn libraries(folder: &Path) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let interface = env!("CARGO_PKG_VERSION_MAJOR");
    let [built, full, soname] = match OS {
        "linux" | "freebsd" | "netbsd" | "openbsd" | "dragonfly" => {
            ["", &format!(".{version}"), &format!(".{interface}")]
                .map(|end| format!("libfanjian.so{end}"))
        }
        "macos" => ["", &format!(".{version}"), &format!(".{interface}")]
            .map(|end| format!("libfanjian{end}.dylib")),
        _ => bail!("libraries are not installed so on {OS}: take them from target/release"),
    };
    copy(&project("target/release").join(&built), &folder.join(&full))?;
    link(&full, &folder.join(soname))?;
    link(&full, &folder.join(built))?;
    copy(&project("target/release/libfanjian.a"), &folder.join("libfanjian.a"))
}

fn header(name: &str, folder: &Path) -> Result<()> {
    copy(&project("bindings/c/include").join(name), &folder.join("include").join(name))
}

/// Writes what pkg-config asks for.
fn describe(name: &str, include: &str, prefix: &Path, folder: &Path) -> Result<()> {
    let text = format!(
        "prefix={}\n\
         libdir=${{prefix}}/lib\n\
         includedir=${{prefix}}/include\n\
         \n\
         Name: {name}\n\
         Description: {}\n\
         Version: {}\n\
         Libs: -L${{libdir}} -lfanjian\n\
         Libs.private: {SYSTEM_LIBRARIES}\n\
         Cflags: -I{include}\n",
        prefix.display(),
        match name {
            "fanjian" => "Converts and normalizes Chinese",
            _ => "OpenCC's C interface over fanjian",
        },
        env!("CARGO_PKG_VERSION"),
    );
    let path = folder.join("lib/pkgconfig").join(name).with_extension("pc");
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    fs::write(&path, text).with_context(|| path.display().to_string())
}

fn copy(source: &Path, target: &Path) -> Result<()> {
    let folder = target.parent().context("what is installed lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    // A program that runs keeps the file that it has: a new one takes its name.
    if target.exists() {
        fs::remove_file(target).with_context(|| target.display().to_string())?;
    }
    fs::copy(source, target)
        .map(drop)
        .with_context(|| format!("{} to {}", source.display(), target.display()))
}

#[cfg(unix)]
fn link(target: &str, path: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        fs::remove_file(path).with_context(|| path.display().to_string())?;
    }
    std::os::unix::fs::symlink(target, path).with_context(|| path.display().to_string())
}

#[cfg(not(unix))]
fn link(_: &str, path: &Path) -> Result<()> {
    bail!("{}: no link is made here", path.display())
}
