//! OpenCC's own configurations: JSON files that say what the stages are, and the
//! dictionaries that they name.
//!
//! ```text
//! JSON with comments -- groups, files --> tables -- own::build --> Converter
//! ```
//!
//! The rules are those of OpenCC 1.4.2: what its schema does not know is warned about and
//! left out, what it cannot work with is refused, with file and line. Files are read by
//! whoever is given to [`Configuration::read_with`]; those of [`Configuration::read`] stay
//! in the folder of the configuration, unless allowed otherwise.
//!
//! This module knows files and groups; nothing of how text is converted.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::converter::{Converter, TofuRisk};
use crate::dictionary::{CompileError, Group, ParseTableErrorKind, Table};
use crate::own::{self, Groups, OwnPlan};

mod ocd2;

/// The deepest nesting of groups that may be allowed: so deep that the parser, which
/// counts braces and brackets, takes it.
const DEEPEST_NESTING: usize = 250;

/// Reads configurations of OpenCC's form, within limits.
///
/// # Examples
///
/// ```
/// use fanjian::Configuration;
///
/// let json = r#"{
///     "name": "Names",
///     "conversion_chain": [
///         // Comments and commas at the end may be there.
///         { "dict": { "type": "inline", "entries": { "云吞": "雲呑" } } },
///     ],
/// }"#;
/// let no_files = |_: &str| Err(std::io::ErrorKind::NotFound.into());
/// let read = Configuration::new().read_with("names.json", json, no_files)?;
/// assert!(read.warnings().is_empty());
/// assert_eq!(read.converter().convert("云吞面"), "雲呑面");
/// # Ok::<(), fanjian::ConfigurationError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Configuration {
    tofu_risk: TofuRisk,
    folders: Vec<PathBuf>,
    outside: bool,
    nesting: usize,
    most_bytes: usize,
    most_bytes_of_configuration: usize,
}

impl Default for Configuration {
    fn default() -> Configuration {
        Configuration::new()
    }
}

impl Configuration {
    /// With OpenCC's options and the limits that the methods name.
    pub fn new() -> Configuration {
        Configuration {
            tofu_risk: TofuRisk::Include,
            folders: Vec::new(),
            outside: false,
            nesting: 32,
            most_bytes: 64 << 20,
            most_bytes_of_configuration: 1 << 20,
        }
    }

    /// Whether to use dictionaries that the configuration marks as `may_output_tofu`. They
    /// are used without this, as OpenCC's library does.
    pub fn tofu_risk(mut self, tofu_risk: TofuRisk) -> Configuration {
        self.tofu_risk = tofu_risk;
        self
    }

    /// Another folder in which dictionaries are sought, behind that of the configuration.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Configuration {
        self.folders.push(folder.into());
        self
    }

    /// Whether dictionaries may lie outside those folders: absolute paths, `..`, and links
    /// that lead out of them. Without this they are refused.
    pub fn allow_outside(mut self, allowed: bool) -> Configuration {
        self.outside = allowed;
        self
    }

    /// How deeply groups may be nested, 250 at most; 32 without this.
    pub fn deepest_nesting(mut self, nesting: usize) -> Configuration {
        self.nesting = nesting.min(DEEPEST_NESTING);
        self
    }

    /// How many bytes the dictionaries may have, each counted wherever a stage has it;
    /// 64 MiB without this. Memory and time are in proportion.
    pub fn most_bytes(mut self, bytes: usize) -> Configuration {
        self.most_bytes = bytes;
        self
    }

    /// Reads a configuration and its dictionaries from files.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`], with file and line, for files that cannot be read, that lie
    /// outside the folders, are malformed or beyond a limit; for stages that cannot be
    /// compiled; and for what is not there: segmentation by plugins, dictionaries of type
    /// `ocd`, and several normalizations before a segmentation.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<ReadConfiguration, ConfigurationError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let bytes = read_file(path, self.most_bytes_of_configuration).map_err(|error| {
            ConfigurationError::of(&file, ConfigurationErrorKind::Read(error.to_string()))
        })?;
        let own = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let own = own.unwrap_or(Path::new(".")).to_owned();
        let folders: Vec<PathBuf> =
            core::iter::once(own).chain(self.folders.iter().cloned()).collect();
        self.read_bytes(&file, &bytes, &folders)
    }

    /// Reads a configuration from a reader, and the dictionaries that it names from the
    /// [folders](Configuration::folder) that were named. `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// Those of [`Configuration::read`].
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::Configuration;
    ///
    /// let json = r#"{ "name": "Names", "conversion_chain": [
    ///     { "dict": { "type": "inline", "entries": { "云吞": "雲呑" } } }
    /// ] }"#;
    /// let read = Configuration::new().read_from("standard input", json.as_bytes())?;
    /// assert_eq!(read.converter().convert("云吞面"), "雲呑面");
    /// # Ok::<(), fanjian::ConfigurationError>(())
    /// ```
    pub fn read_from(
        &self,
        name: &str,
        reader: impl io::Read,
    ) -> Result<ReadConfiguration, ConfigurationError> {
        let most = self.most_bytes_of_configuration;
        let bytes = read_at_most(reader, most).map_err(|error| {
            ConfigurationError::of(name, ConfigurationErrorKind::Read(error.to_string()))
        })?;
        self.read_bytes(name, &bytes, &self.folders)
    }

    /// Reads a configuration whose dictionaries are in these folders.
    fn read_bytes(
        &self,
        name: &str,
        bytes: &[u8],
        folders: &[PathBuf],
    ) -> Result<ReadConfiguration, ConfigurationError> {
        let text = core::str::from_utf8(bytes).map_err(|error| {
            let line = line_at(bytes, error.valid_up_to());
            ConfigurationError::of(name, ConfigurationErrorKind::NotUtf8).at(line)
        })?;
        self.read_with(name, text, |name| self.resolve(folders, name))
    }

    /// Reads a configuration from text; `read` gives the bytes of each dictionary that it
    /// names, which is the place to say where files may lie. `name` is what errors call
    /// the configuration.
    ///
    /// # Errors
    ///
    /// Those of [`Configuration::read`], and those of `read`.
    pub fn read_with(
        &self,
        name: &str,
        text: &str,
        read: impl FnMut(&str) -> io::Result<Vec<u8>>,
    ) -> Result<ReadConfiguration, ConfigurationError> {
        if text.len() > self.most_bytes_of_configuration {
            return Err(ConfigurationError::of(name, ConfigurationErrorKind::TooLarge));
        }
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut reader = Reader {
            options: self,
            file: name,
            text,
            read: Box::new(read),
            rest: self.most_bytes,
            tables: BTreeMap::new(),
            names: BTreeMap::new(),
            warnings: Vec::new(),
        };
        let title_and_groups = reader.configuration()?;
        let (title, groups) = title_and_groups;
        let Reader { tables, warnings, .. } = reader;
        let compile = |error| ConfigurationError::of(name, ConfigurationErrorKind::Compile(error));
        let bytes = own::build(&groups, |name| tables.get(name)).map_err(compile)?;
        let plan = OwnPlan::from_bytes(bytes.into()).map_err(|error| {
            ConfigurationError::of(name, ConfigurationErrorKind::Other(error.to_string()))
        })?;
        let converter = Converter::of_plan(plan, self.tofu_risk);
        Ok(ReadConfiguration { converter, title, warnings })
    }

    /// The bytes of a dictionary in one of these folders.
    fn resolve(&self, folders: &[PathBuf], name: &str) -> io::Result<Vec<u8>> {
        let relative = Path::new(name);
        let stays = relative
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !stays && !self.outside {
            return Err(outside());
        }
        for folder in folders {
            let path = folder.join(relative);
            if !path.exists() {
                continue;
            }
            // Links may lead elsewhere.
            if !self.outside && !path.canonicalize()?.starts_with(folder.canonicalize()?) {
                return Err(outside());
            }
            return read_file(&path, self.most_bytes);
        }
        Err(io::ErrorKind::NotFound.into())
    }
}

fn outside() -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        "it lies outside the folder of the configuration, which is not allowed",
    )
}

/// The bytes of a regular file, if they are no more than `most`.
fn read_file(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    if metadata.len() > most as u64 {
        return Err(too_large());
    }
    read_at_most(File::open(path)?, most)
}

/// All bytes, if they are no more than `most`.
fn read_at_most(reader: impl io::Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "the file is too large")
}

impl Converter {
    /// A converter of a configuration of OpenCC's form in a file, with the options and
    /// limits of [`Configuration::new`]; warnings are dropped. [`Configuration`] has others,
    /// and reads from elsewhere.
    ///
    /// # Errors
    ///
    /// Those of [`Configuration::read`].
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::Converter;
    ///
    /// # let folder = std::env::temp_dir();
    /// let path = folder.join("fanjian-names.json");
    /// let json = r#"{ "name": "Names", "conversion_chain": [
    ///     { "dict": { "type": "inline", "entries": { "云吞": "雲呑" } } }
    /// ] }"#;
    /// std::fs::write(&path, json)?;
    /// let converter = Converter::from_config(&path)?;
    /// assert_eq!(converter.convert("云吞面"), "雲呑面");
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_config(path: impl AsRef<Path>) -> Result<Converter, ConfigurationError> {
        Ok(Configuration::new().read(path)?.into_converter())
    }
}

/// A configuration that was read.
#[derive(Clone, Debug)]
pub struct ReadConfiguration {
    converter: Converter,
    title: String,
    warnings: Vec<ConfigurationWarning>,
}

impl ReadConfiguration {
    /// The converter.
    #[must_use]
    pub fn converter(&self) -> &Converter {
        &self.converter
    }

    /// The converter alone.
    #[must_use]
    pub fn into_converter(self) -> Converter {
        self.converter
    }

    /// What the configuration calls itself, or nothing.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What OpenCC's schema does not know, and what it misses, in the order of the text.
    #[must_use]
    pub fn warnings(&self) -> &[ConfigurationWarning] {
        &self.warnings
    }
}

/// What in a configuration is not as OpenCC's schema wants it, and does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationWarning {
    file: String,
    line: usize,
    reason: String,
}

impl ConfigurationWarning {
    /// The line, counted from one.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for ConfigurationWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// A configuration that could not be read: which file, which line, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationError {
    file: String,
    line: Option<usize>,
    kind: ConfigurationErrorKind,
}

impl ConfigurationError {
    fn of(file: &str, kind: ConfigurationErrorKind) -> ConfigurationError {
        ConfigurationError { file: file.to_owned(), line: None, kind }
    }

    fn at(mut self, line: usize) -> ConfigurationError {
        self.line = Some(line);
        self
    }

    /// The file at fault: the configuration, or a dictionary that it names.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line at fault, counted from one, if there are lines.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &ConfigurationErrorKind {
        &self.kind
    }
}

/// What keeps a configuration from being read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigurationErrorKind {
    /// A file cannot be read, or must not; the reason is given.
    Read(String),
    /// A text is not UTF-8.
    NotUtf8,
    /// The text is not JSON, comments and commas at the end aside; the reason is given.
    Syntax(String),
    /// A property is missing, stands twice, or is not what it must be.
    Property(String),
    /// Groups are nested too deeply.
    TooDeep,
    /// Configuration or dictionaries have too many bytes.
    TooLarge,
    /// A line of a dictionary is malformed.
    Table(ParseTableErrorKind),
    /// A compiled dictionary is malformed.
    Ocd2(ParseOcd2Error),
    /// A stage cannot be compiled.
    Compile(CompileError),
    /// OpenCC has it, and this library has not.
    Unsupported(&'static str),
    /// Anything else.
    Other(String),
}

pub use ocd2::ParseOcd2Error;

impl fmt::Display for ConfigurationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}: ", self.file)?,
            None => write!(formatter, "{}: ", self.file)?,
        }
        match &self.kind {
            ConfigurationErrorKind::Read(reason)
            | ConfigurationErrorKind::Syntax(reason)
            | ConfigurationErrorKind::Property(reason)
            | ConfigurationErrorKind::Other(reason) => formatter.write_str(reason),
            ConfigurationErrorKind::NotUtf8 => formatter.write_str("the text is not UTF-8"),
            ConfigurationErrorKind::TooDeep => formatter.write_str("groups are nested too deeply"),
            ConfigurationErrorKind::TooLarge => {
                formatter.write_str("configuration or dictionaries have more bytes than allowed")
            }
            ConfigurationErrorKind::Table(kind) => write!(formatter, "{kind}"),
            ConfigurationErrorKind::Ocd2(error) => write!(formatter, "{error}"),
            ConfigurationErrorKind::Compile(error) => write!(formatter, "{error}"),
            ConfigurationErrorKind::Unsupported(what) => {
                write!(formatter, "{what}: OpenCC has this, fanjian has not")
            }
        }
    }
}

impl core::error::Error for ConfigurationError {}

/// The line of a byte, counted from one.
fn line_at(text: &[u8], offset: usize) -> usize {
    1 + text[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

type Read<T> = Result<T, ConfigurationError>;

/// Gives the bytes of the dictionary of this name.
type ReadDictionary<'r> = dyn FnMut(&str) -> io::Result<Vec<u8>> + 'r;

/// A configuration while it is read.
struct Reader<'r> {
    options: &'r Configuration,
    file: &'r str,
    text: &'r str,
    read: Box<ReadDictionary<'r>>,
    /// Bytes of dictionaries that are still allowed.
    rest: usize,
    /// The dictionaries, by the names under which groups know them.
    tables: BTreeMap<String, Table>,
    /// Those names, by type and file.
    names: BTreeMap<(String, String), String>,
    warnings: Vec<ConfigurationWarning>,
}

impl Reader<'_> {
    fn configuration(&mut self) -> Read<(String, Groups)> {
        let text = self.text;
        let options = ParseOptions {
            allow_comments: true,
            allow_trailing_commas: true,
            allow_loose_object_property_names: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        let parsed = parse_to_ast(text, &CollectOptions::default(), &options).map_err(|error| {
            let kind = ConfigurationErrorKind::Syntax(error.kind().to_string());
            ConfigurationError::of(self.file, kind).at(error.line_display())
        })?;
        let Some(Value::Object(root)) = &parsed.value else {
            let reason = "the configuration is no object in braces".to_owned();
            return Err(self.error(0, ConfigurationErrorKind::Property(reason)));
        };
        self.check_names(root, &["name", "normalization", "segmentation", "conversion_chain"])?;
        let title = match property(root, "name") {
            Some(Value::StringLit(title)) => title.value.to_string(),
            _ => {
                self.warn(root.range.start, "the configuration has no name");
                String::new()
            }
        };
        let segmentation = match property(root, "segmentation") {
            Some(value) => Some(self.segmentation(value)?),
            None => None,
        };
        let Some(chain) = property(root, "conversion_chain") else {
            return Err(self.missing(root, "conversion_chain"));
        };
        let mut conversion = self.chain(chain, "conversion_chain")?;
        let mut normalization = match property(root, "normalization") {
            Some(chain) => self.chain(chain, "normalization")?.into_iter(),
            None => Vec::new().into_iter(),
        };
        let first = normalization.next();
        let others: Vec<Group> = normalization.collect();
        if !others.is_empty() {
            // Without segments, a stage is a stage.
            if segmentation.is_some() {
                let what = "several normalizations before a segmentation";
                return Err(self.error(0, ConfigurationErrorKind::Unsupported(what)));
            }
            conversion.splice(0..0, others);
        }
        if conversion.is_empty() {
            // Every stage lost all its dictionaries.
            conversion.push(Group::Union(Vec::new()));
        }
        Ok((title, Groups { normalization: first, segmentation, conversion }))
    }

    fn segmentation(&mut self, value: &Value<'_>) -> Read<Group> {
        let object = self.object(value, "segmentation")?;
        let kind = self.string(object, "type")?;
        if kind != "mmseg" {
            let what = "a segmentation by a plugin";
            return Err(self.error(object.range.start, ConfigurationErrorKind::Unsupported(what)));
        }
        self.check_names(object, &["type", "dict"])?;
        let Some(dictionary) = property(object, "dict") else {
            return Err(self.missing(object, "dict"));
        };
        let group = self.dictionary(dictionary, 0, TofuRisk::Include)?;
        Ok(group.unwrap_or(Group::Union(Vec::new())))
    }

    fn chain(&mut self, value: &Value<'_>, name: &str) -> Read<Vec<Group>> {
        let Value::Array(array) = value else {
            return Err(self.wrong(value, name, "an array"));
        };
        if array.elements.is_empty() {
            self.warn(array.range.start, &format!("`{name}` is empty"));
        }
        let mut groups = Vec::new();
        for element in &array.elements {
            let Value::Object(object) = element else {
                // So does OpenCC.
                self.warn(element.start(), &format!("an element of `{name}` is no object"));
                continue;
            };
            self.check_names(object, &["dict"])?;
            let Some(dictionary) = property(object, "dict") else {
                return Err(self.missing(object, "dict"));
            };
            groups.extend(self.dictionary(dictionary, 0, self.options.tofu_risk)?);
        }
        Ok(groups)
    }

    /// A dictionary or a group, unless it is left out for its tofu risk.
    fn dictionary(
        &mut self,
        value: &Value<'_>,
        depth: usize,
        tofu_risk: TofuRisk,
    ) -> Read<Option<Group>> {
        let object = self.object(value, "dict")?;
        if depth > self.options.nesting {
            return Err(self.error(object.range.start, ConfigurationErrorKind::TooDeep));
        }
        let kind = self.string(object, "type")?;
        if kind == "inline" {
            return self.inline(object).map(Some);
        }
        let is_risky = match property(object, "may_output_tofu") {
            None => false,
            Some(Value::BooleanLit(literal)) => literal.value,
            Some(value) => return Err(self.wrong(value, "may_output_tofu", "true or false")),
        };
        if is_risky && tofu_risk == TofuRisk::Exclude {
            return Ok(None);
        }
        match kind.as_str() {
            "group" => self.group(object, depth, tofu_risk),
            "text" | "ocd2" => {
                self.check_names(object, &["type", "file", "may_output_tofu"])?;
                let file = self.string(object, "file")?;
                self.file(object, &kind, &file).map(|name| Some(Group::Dictionary(name)))
            }
            "ocd" => {
                let what = "a dictionary of type ocd";
                Err(self.error(object.range.start, ConfigurationErrorKind::Unsupported(what)))
            }
            _ => {
                let reason = format!("there is no type of dictionary {kind:?}");
                Err(self.error(object.range.start, ConfigurationErrorKind::Property(reason)))
            }
        }
    }

    fn group(
        &mut self,
        object: &Object<'_>,
        depth: usize,
        tofu_risk: TofuRisk,
    ) -> Read<Option<Group>> {
        self.check_names(object, &["type", "match_policy", "dicts", "may_output_tofu"])?;
        let policy = match property(object, "match_policy") {
            Some(Value::StringLit(policy)) => policy.value.to_string(),
            Some(value) => return Err(self.wrong(value, "match_policy", "a text")),
            None => {
                self.warn(object.range.start, "a group has no `match_policy`");
                "short_circuit".to_owned()
            }
        };
        let Some(dictionaries) = property(object, "dicts") else {
            return Err(self.missing(object, "dicts"));
        };
        let Value::Array(dictionaries) = dictionaries else {
            return Err(self.wrong(dictionaries, "dicts", "an array"));
        };
        if dictionaries.elements.is_empty() {
            self.warn(dictionaries.range.start, "`dicts` is empty");
        }
        let mut children = Vec::new();
        for dictionary in &dictionaries.elements {
            children.extend(self.dictionary(dictionary, depth + 1, tofu_risk)?);
        }
        match (policy.as_str(), children.is_empty()) {
            ("union" | "short_circuit", true) => Ok(None),
            ("union", _) => Ok(Some(Group::Union(children))),
            ("short_circuit", _) => Ok(Some(Group::ShortCircuit(children))),
            _ => {
                let reason = format!("there is no `match_policy` {policy:?}");
                Err(self.error(object.range.start, ConfigurationErrorKind::Property(reason)))
            }
        }
    }

    fn inline(&mut self, object: &Object<'_>) -> Read<Group> {
        if property(object, "may_output_tofu").is_some() {
            let reason = "an inline dictionary takes no `may_output_tofu`".to_owned();
            return Err(self.error(object.range.start, ConfigurationErrorKind::Property(reason)));
        }
        self.check_names(object, &["type", "entries"])?;
        let Some(entries) = property(object, "entries") else {
            return Err(self.missing(object, "entries"));
        };
        let entries = self.object(entries, "entries")?;
        let mut pairs: Vec<(String, String)> = Vec::new();
        for entry in &entries.properties {
            let key = entry.name.as_str();
            match &entry.value {
                Value::StringLit(value) if !key.is_empty() && !value.value.is_empty() => {
                    pairs.push((key.to_owned(), value.value.to_string()));
                }
                _ => {
                    let reason = "an entry needs a key and a text, both not empty".to_owned();
                    let kind = ConfigurationErrorKind::Property(reason);
                    return Err(self.error(entry.range.start, kind));
                }
            }
        }
        let table = Table::from_pairs(pairs).map_err(|error| {
            let entry = &entries.properties[error.line() - 1];
            self.error(entry.range.start, ConfigurationErrorKind::Table(error.kind()))
        })?;
        self.spend(object, &table)?;
        let name = format!("inline {}", self.tables.len() + 1);
        self.tables.insert(name.clone(), table);
        Ok(Group::Dictionary(name))
    }

    /// The name of the dictionary in a file, which is read when it is first named.
    fn file(&mut self, object: &Object<'_>, kind: &str, file: &str) -> Read<String> {
        let known = (kind.to_owned(), file.to_owned());
        if let Some(name) = self.names.get(&known).cloned() {
            self.spend(object, &self.tables[&name].clone())?;
            return Ok(name);
        }
        if file.contains('\0') || file.is_empty() {
            let reason = "the name of a file is empty or has a NUL".to_owned();
            return Err(self.error(object.range.start, ConfigurationErrorKind::Property(reason)));
        }
        let bytes = (self.read)(file).map_err(|error| {
            let reason = format!("{file}: {error}");
            self.error(object.range.start, ConfigurationErrorKind::Read(reason))
        })?;
        if bytes.len() > self.options.most_bytes {
            return Err(ConfigurationError::of(file, ConfigurationErrorKind::TooLarge));
        }
        let table = match kind {
            "ocd2" => ocd2::parse(&bytes, self.rest).map_err(|error| {
                ConfigurationError::of(file, ConfigurationErrorKind::Ocd2(error))
            })?,
            _ => parse_text(file, &bytes)?,
        };
        self.spend(object, &table)?;
        let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let stem = stem.unwrap_or_default().replace(|one: char| one.is_control(), "\u{FFFD}");
        let is_taken = |name: &String| self.tables.contains_key(name);
        let mut numbered = (2..).map(|number| format!("{stem} {number}"));
        let name = core::iter::once(stem.clone()).chain(&mut numbered).find(|name| !is_taken(name));
        let name = name.unwrap_or_default();
        self.tables.insert(name.clone(), table);
        self.names.insert(known, name.clone());
        Ok(name)
    }

    /// Counts the bytes of a dictionary that a stage has.
    fn spend(&mut self, object: &Object<'_>, table: &Table) -> Read<()> {
        let rest = self.rest.checked_sub(table.size());
        self.rest =
            rest.ok_or_else(|| self.error(object.range.start, ConfigurationErrorKind::TooLarge))?;
        Ok(())
    }

    /// Refuses names that stand twice, and warns of others than these.
    fn check_names(&mut self, object: &Object<'_>, known: &[&str]) -> Read<()> {
        let mut seen: Vec<&str> = Vec::new();
        for property in &object.properties {
            let name = property.name.as_str();
            if seen.contains(&name) {
                let reason = format!("`{name}` stands twice");
                let kind = ConfigurationErrorKind::Property(reason);
                return Err(self.error(property.range.start, kind));
            }
            if known.contains(&name) {
                seen.push(name);
            } else {
                self.warn(property.range.start, &format!("`{name}` is unknown and left out"));
            }
        }
        Ok(())
    }

    fn object<'v, 'a>(&self, value: &'v Value<'a>, name: &str) -> Read<&'v Object<'a>> {
        match value {
            Value::Object(object) => Ok(object),
            _ => Err(self.wrong(value, name, "an object in braces")),
        }
    }

    fn string(&self, object: &Object<'_>, name: &str) -> Read<String> {
        match property(object, name) {
            Some(Value::StringLit(text)) => Ok(text.value.to_string()),
            Some(value) => Err(self.wrong(value, name, "a text")),
            None => Err(self.missing(object, name)),
        }
    }

    fn missing(&self, object: &Object<'_>, name: &str) -> ConfigurationError {
        let reason = format!("`{name}` is missing");
        self.error(object.range.start, ConfigurationErrorKind::Property(reason))
    }

    fn wrong(&self, value: &Value<'_>, name: &str, expected: &str) -> ConfigurationError {
        let reason = format!("`{name}` must be {expected}");
        self.error(value.start(), ConfigurationErrorKind::Property(reason))
    }

    fn error(&self, offset: usize, kind: ConfigurationErrorKind) -> ConfigurationError {
        ConfigurationError::of(self.file, kind).at(line_at(self.text.as_bytes(), offset))
    }

    fn warn(&mut self, offset: usize, reason: &str) {
        let line = line_at(self.text.as_bytes(), offset);
        let (file, reason) = (self.file.to_owned(), reason.to_owned());
        self.warnings.push(ConfigurationWarning { file, line, reason });
    }
}

/// The value of a property.
fn property<'v, 'a>(object: &'v Object<'a>, name: &str) -> Option<&'v Value<'a>> {
    let found = object.properties.iter().find(|property| property.name.as_str() == name);
    found.map(|property| &property.value)
}

/// The table of a text dictionary.
fn parse_text(file: &str, bytes: &[u8]) -> Read<Table> {
    let text = core::str::from_utf8(bytes).map_err(|error| {
        let line = line_at(bytes, error.valid_up_to());
        ConfigurationError::of(file, ConfigurationErrorKind::NotUtf8).at(line)
    })?;
    Table::parse_opencc(text).map_err(|error| {
        ConfigurationError::of(file, ConfigurationErrorKind::Table(error.kind())).at(error.line())
    })
}
