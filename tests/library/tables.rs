//! The files of the project's folder `dictionaries/`.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the project's folder `dictionaries/`, which is in that of the package or, for
/// packages within the project, in one above.
pub(crate) fn dictionary_path(file: &str) -> PathBuf {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let is_there = |folder: &&Path| folder.join("dictionaries/README.md").is_file();
    let project = folders.find(|folder| is_there(folder)).expect("the project has dictionaries");
    project.join("dictionaries").join(file)
}

/// The rows of a table: line number and columns, comments left out.
pub(crate) fn rows(file: &str) -> Vec<(usize, Vec<String>)> {
    let path = dictionary_path(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let columns = |line: &str| line.split('\t').map(str::to_owned).collect();
    let lines = text.lines().zip(1..).skip_while(|(line, _)| line.starts_with('#'));
    lines.map(|(line, number)| (number, columns(line))).collect()
}
