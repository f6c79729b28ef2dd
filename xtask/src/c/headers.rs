//! `cargo xtask c-headers`: the headers of the C interface, from its source.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use cbindgen::{Builder, Config, Language, Style};

use crate::project;

/// A header and what it is made of.
struct Header {
    /// Where it lies, in the project.
    path: &'static str,
    /// The module whose items it declares.
    source: &'static str,
    guard: &'static str,
    /// What C has and Rust has not.
    macros: &'static str,
}

const HEADERS: [Header; 2] = [
    Header {
        path: "bindings/c/include/fanjian.h",
        source: "bindings/c/src/interface.rs",
        guard: "FANJIAN_H",
        macros: "\n/**\n * The length of a text that ends with a NUL.\n */\n\
                 #define FANJIAN_TERMINATED ((size_t)-1)\n",
    },
    Header {
        path: "bindings/c/include/fanjian/opencc/opencc.h",
        source: "bindings/c/src/opencc.rs",
        guard: "FANJIAN_OPENCC_H",
        macros: "\n/**\n * The configuration from Simplified to Traditional.\n */\n\
                 #define OPENCC_DEFAULT_CONFIG_SIMP_TO_TRAD \"s2t.json\"\n\
                 \n/**\n * The configuration from Traditional to Simplified.\n */\n\
                 #define OPENCC_DEFAULT_CONFIG_TRAD_TO_SIMP \"t2s.json\"\n",
    },
];

/// Writes the headers.
pub(crate) fn write() -> Result<()> {
    for header in &HEADERS {
        let path = project(header.path);
        let folder = path.parent().context("a header lies in a folder")?;
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        fs::write(&path, header.text()?).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Fails when a header is not what its source makes.
pub(crate) fn check() -> Result<()> {
    for header in &HEADERS {
        let path = project(header.path);
        let found = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        ensure!(found == header.text()?, "{} is stale: cargo xtask c-headers", path.display());
    }
    Ok(())
}

impl Header {
    fn text(&self) -> Result<String> {
        let source: PathBuf = project(self.source);
        let bindings = Builder::new()
            .with_config(self.config())
            .with_src(&source)
            .generate()
            .with_context(|| source.display().to_string())?;
        let mut text = Vec::new();
        bindings.write(&mut text);
        Ok(String::from_utf8(text)?)
    }

    fn config(&self) -> Config {
        let mut config = Config {
            language: Language::C,
            style: Style::Both,
            cpp_compat: true,
            usize_is_size_t: true,
            no_includes: true,
            sys_includes: vec!["stddef.h".to_owned(), "stdint.h".to_owned()],
            include_guard: Some(self.guard.to_owned()),
            header: Some(format!("/* From {} by `cargo xtask c-headers`. */", self.source)),
            after_includes: Some(self.macros.to_owned()),
            ..Config::default()
        };
        config.defines.insert("windows".to_owned(), "_WIN32".to_owned());
        config
    }
}
