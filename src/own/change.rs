//! What a user changes of a configuration: entries, words to protect, entries to remove.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::dictionary::{CompileError, FormatError, List, ParseTableError, ParseTableErrorKind};
use crate::segment::Stage;

/// Where entries of one's own stand: at which stage, and before or beside which
/// dictionaries.
///
/// Without anything said, they stand before all dictionaries of the first stage of the
/// conversion, that of script where there are two.
///
/// # Examples
///
/// ```
/// use fanjian::{Config, Converter, Placement, Stage};
///
/// // 软件 is 軟件 behind the first stage, and the second one makes 軟體 of that.
/// let region = Placement::new().stage(Stage::Conversion(2));
/// let builder = Converter::builder(Config::S2twp);
/// let converter = builder.entries("house style", region, [("軟件", "程式")]).build()?;
/// assert_eq!(converter.convert("用软件"), "用程式");
/// # Ok::<(), fanjian::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    pub(super) stage: Stage,
    pub(super) priority: Priority,
}

/// Where entries of one's own stand among the dictionaries of their stage.
///
/// Where the configuration cuts texts into segments (those for Taiwan and Hong Kong do),
/// entries of several characters cut like those that they stand beside; those that are
/// [`Priority::First`] do at the first stage of the conversion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Priority {
    /// Before all dictionaries of the stage: where an entry matches, no other is asked,
    /// though it were longer. Of several dictionaries placed so, the one that was added
    /// first is asked first.
    #[default]
    First,
    /// Together with the dictionary of this name: the longest match of both is taken, and
    /// the own one where they are as long.
    Beside(String),
    /// In place of the dictionary of this name.
    Instead(String),
}

impl Placement {
    /// Before all dictionaries of the first stage of the conversion.
    #[must_use]
    pub fn new() -> Placement {
        Placement { stage: Stage::Conversion(1), priority: Priority::First }
    }

    /// At this stage: [`Stage::Normalization`] or one of the conversion.
    #[must_use]
    pub fn stage(mut self, stage: Stage) -> Placement {
        self.stage = stage;
        self
    }

    /// With this priority.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Placement {
        self.priority = priority;
        self
    }
}

impl Default for Placement {
    fn default() -> Placement {
        Placement::new()
    }
}

/// How a dictionary is written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DictionaryFormat {
    /// As OpenCC writes it: a key, a tab, and candidates with spaces between them, in any
    /// order, with comments ([`Table::parse_opencc`](crate::dictionary::Table::parse_opencc)).
    OpenCc,
    /// As this project writes it: a key and candidates with tabs between them, in code
    /// point order ([`Table::parse`](crate::dictionary::Table::parse)).
    Table,
}

/// What is changed of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Own {
    pub(super) dictionaries: Vec<OwnDictionary>,
    pub(super) removed: Vec<(Stage, String)>,
    pub(super) protected: Vec<String>,
    /// The first fault of what was added.
    pub(super) fault: Option<BuildError>,
}

/// A dictionary that is added.
#[derive(Clone, Debug)]
pub(super) struct OwnDictionary {
    pub(super) name: String,
    pub(super) placement: Placement,
    pub(super) list: List,
}

impl Own {
    /// Adds a dictionary, or notes why it could not be read.
    pub(crate) fn add(
        &mut self,
        name: &str,
        placement: Placement,
        list: Result<List, ParseTableError>,
    ) {
        match list {
            Ok(list) => {
                let name = name.to_owned();
                self.dictionaries.push(OwnDictionary { name, placement, list });
            }
            Err(error) => {
                let (line, kind) = (error.line(), BuildErrorKind::Table(error.kind()));
                self.note(BuildError::new(kind).of(name).at(line));
            }
        }
    }

    pub(crate) fn protect(&mut self, word: &str) {
        match word.is_empty() {
            true => self.note(BuildError::new(BuildErrorKind::EmptyWord)),
            false => self.protected.push(word.to_owned()),
        }
    }

    pub(crate) fn remove(&mut self, stage: Stage, key: &str) {
        self.removed.push((stage, key.to_owned()));
    }

    fn note(&mut self, error: BuildError) {
        self.fault.get_or_insert(error);
    }
}

/// A converter that could not be built: of which dictionary, on which line, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    dictionary: Option<String>,
    line: Option<usize>,
    kind: BuildErrorKind,
}

impl BuildError {
    pub(crate) fn new(kind: BuildErrorKind) -> BuildError {
        BuildError { dictionary: None, line: None, kind }
    }

    /// The same of a dictionary.
    pub(crate) fn of(mut self, dictionary: &str) -> BuildError {
        self.dictionary = Some(dictionary.to_owned());
        self
    }

    /// The same at a line.
    pub(crate) fn at(mut self, line: usize) -> BuildError {
        self.line = Some(line);
        self
    }

    /// The dictionary or the file at fault, by the name under which it was added.
    #[must_use]
    pub fn dictionary(&self) -> Option<&str> {
        self.dictionary.as_deref()
    }

    /// The line at fault, counted from one; of pairs, the number of the pair.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &BuildErrorKind {
        &self.kind
    }
}

/// What keeps a converter from being built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildErrorKind {
    /// A line of a dictionary is malformed.
    Table(ParseTableErrorKind),
    /// The configuration has no such stage.
    NoSuchStage(Stage),
    /// No dictionary of the stage has this name.
    NoSuchDictionary(String),
    /// No dictionary of the stage has an entry with this key.
    NoSuchEntry(String),
    /// A word to protect is empty.
    EmptyWord,
    /// More than 256 MiB of entries.
    TooLarge,
    /// The stage cannot be compiled.
    Compile(CompileError),
    /// What was built is not what it should be: a fault of this library.
    Built(FormatError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.dictionary, self.line) {
            (Some(dictionary), Some(line)) => write!(formatter, "{dictionary}:{line}: ")?,
            (Some(dictionary), None) => write!(formatter, "{dictionary}: ")?,
            (None, Some(line)) => write!(formatter, "line {line}: ")?,
            (None, None) => {}
        }
        match &self.kind {
            BuildErrorKind::Table(kind) => write!(formatter, "{kind}"),
            BuildErrorKind::NoSuchStage(Stage::Conversion(number)) => write!(
                formatter,
                "the configuration has no stage {number} of conversion; they count from 1"
            ),
            BuildErrorKind::NoSuchStage(stage) => {
                write!(formatter, "the stage {stage:?} takes no entries in this configuration")
            }
            BuildErrorKind::NoSuchDictionary(name) => {
                write!(formatter, "the stage has no dictionary {name:?}")
            }
            BuildErrorKind::NoSuchEntry(key) => {
                write!(formatter, "no dictionary of the stage has an entry {key:?} to remove")
            }
            BuildErrorKind::EmptyWord => formatter.write_str("a word to protect is empty"),
            BuildErrorKind::TooLarge => {
                formatter.write_str("the dictionaries have more than 256 MiB of entries")
            }
            BuildErrorKind::Compile(error) => write!(formatter, "{error}"),
            BuildErrorKind::Built(error) => write!(formatter, "{error}"),
        }
    }
}

impl core::error::Error for BuildError {}

impl From<CompileError> for BuildError {
    fn from(error: CompileError) -> BuildError {
        BuildError::new(BuildErrorKind::Compile(error))
    }
}
