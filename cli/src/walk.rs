//! Which files are meant: those that are named, and those in folders that are.
//!
//! A folder's files come in the order of their paths, so that two runs say the same
//! in the same order.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

use crate::arguments::WalkArguments;

/// A file to be read.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// Its path in the folder that was named, or its name.
    pub(crate) relative: PathBuf,
    /// Whether a folder was named and not the file.
    pub(crate) is_in_folder: bool,
    /// In bytes, if it is known.
    pub(crate) length: Option<u64>,
}

/// All files that `paths` mean, and why some of them cannot be told. What is in the
/// folder `except`, where results go, is none.
pub(crate) fn find(
    paths: &[PathBuf],
    arguments: &WalkArguments,
    except: Option<&Path>,
) -> Result<Vec<Result<Found>>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, arguments, except, &mut found)?;
        } else {
            found.push(Ok(Found {
                relative: path.file_name().map_or_else(|| path.clone(), PathBuf::from),
                is_in_folder: false,
                length: path.metadata().ok().filter(Metadata::is_file).map(|it| it.len()),
                path: path.clone(),
            }));
        }
    }
    Ok(found)
}

fn walk(
    folder: &Path,
    arguments: &WalkArguments,
    except: Option<&Path>,
    found: &mut Vec<Result<Found>>,
) -> Result<()> {
    let except = except.map(Path::to_owned);
    let is_wanted = move |entry: &DirEntry| {
        let is_except = |it: &PathBuf| same_file::is_same_file(it, entry.path()).unwrap_or(false);
        !entry.file_type().is_some_and(|it| it.is_dir()) || !except.as_ref().is_some_and(is_except)
    };
    let mut builder = WalkBuilder::new(folder);
    builder
        .hidden(!arguments.hidden)
        .ignore(!arguments.no_ignore)
        .git_ignore(!arguments.no_ignore)
        .git_exclude(!arguments.no_ignore)
        .git_global(false)
        .parents(!arguments.no_ignore)
        // A corpus need not be a repository to have such a file.
        .require_git(false)
        .follow_links(arguments.follow)
        .overrides(overrides(folder, &arguments.glob)?)
        .sort_by_file_path(Path::cmp)
        .filter_entry(is_wanted);
    for entry in builder.build() {
        match entry {
            Ok(entry) => found.extend(file(folder, entry).map(Ok)),
            Err(error) => found.push(Err(error.into())),
        }
    }
    Ok(())
}

fn overrides(folder: &Path, patterns: &[String]) -> Result<Override> {
    let mut builder = OverrideBuilder::new(folder);
    for pattern in patterns {
        builder.add(pattern).with_context(|| format!("cannot understand --glob {pattern}"))?;
    }
    Ok(builder.build()?)
}

/// What an entry is to this program, if it is a regular file and none that it made.
fn file(folder: &Path, entry: DirEntry) -> Option<Found> {
    let is_own = entry.file_name().as_encoded_bytes().starts_with(b".fanjian-");
    if is_own || !entry.file_type().is_some_and(|it| it.is_file()) {
        return None;
    }
    let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_owned();
    let length = entry.metadata().ok().map(|metadata| metadata.len());
    Some(Found { relative, is_in_folder: true, length, path: entry.into_path() })
}
