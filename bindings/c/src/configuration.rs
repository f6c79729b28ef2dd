//! What `opencc_open` opens: which converter a name stands for.
//!
//! The order is OpenCC's: a file of that path, else a configuration that comes with the
//! library, else a file of that name in the folder that `OPENCC_DATA_DIR` names. So a program
//! that brings a configuration of its own gets that one or an error, never another one of the
//! same name.

use std::env;
use std::path::Path;

use fanjian::{Config, Converter};

/// The variable that names a folder of configurations.
const FOLDER: &str = "OPENCC_DATA_DIR";

/// The converter that `name` stands for.
pub(crate) fn open(name: &Path) -> Result<Converter, String> {
    if name.is_file() {
        return read(name);
    }
    if let Some(config) = embedded(name) {
        return Ok(Converter::new(config));
    }
    if let Some(folder) = env::var_os(FOLDER)
        && let path = Path::new(&folder).join(name)
        && path.is_file()
    {
        return read(&path);
    }
    Err(format!("{} not found or not accessible.", name.display()))
}

/// The configuration of that name, with or without `.json`. A path in a folder names none:
/// there, OpenCC looks for a file alone.
fn embedded(name: &Path) -> Option<Config> {
    name.to_str()?.parse().ok()
}

/// Reads a configuration file. This is the one place for it.
fn read(path: &Path) -> Result<Converter, String> {
    Err(format!(
        "{}: this library reads no configuration files; its own are {}.",
        path.display(),
        Config::ALL.map(Config::name).join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_and_without_their_suffix() {
        for config in Config::ALL {
            for name in [config.name().to_owned(), format!("{config}.json")] {
                assert_eq!(open(Path::new(&name)).map(|converter| converter.config()), Ok(config));
            }
        }
    }

    #[test]
    fn what_is_not_there_is_an_error_in_opencc_s_words() {
        for name in ["", "S2T", "s2t.jso", "/nowhere/s2t.json", "nowhere/s2t"] {
            let message = open(Path::new(name)).unwrap_err();
            assert_eq!(message, format!("{name} not found or not accessible."));
        }
    }

    #[test]
    fn a_file_is_never_taken_for_an_embedded_configuration_of_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s2t.json");
        std::fs::write(&path, "{}").unwrap();
        let message = open(&path).unwrap_err();
        assert!(message.contains("s2t.json") && message.contains("s2twp"), "{message}");
    }
}
