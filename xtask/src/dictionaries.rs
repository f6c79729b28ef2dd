//! The folder `dictionaries/`: reading it, and compiling it to what the crate
//! embeds (`cargo xtask compile-dictionaries`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use fanjian::Config;
use fanjian::dictionary::{self, Chain, Composition, Group, Table};
use sha2::{Digest, Sha256};

use crate::code_points;
use crate::detection;
use crate::project;

/// The table of configurations.
pub(crate) const CONFIGURATIONS: &str = "configurations.tsv";
/// The folder of the tables of code points, which are of Unicode's versions.
pub(crate) const CODE_POINTS: &str = "code-points/";
/// The folder of the tables of words by which texts are told.
pub(crate) const DETECTION: &str = "detection/";
const FINGERPRINTS: &str = "fingerprints.tsv";
/// The origin of the one table that no command imports.
const EDITED_BY_PEOPLE: &str = "GB 18030";
const FINGERPRINTS_HEAD: &str = "# file\torigin\tversion\tentries\tbytes\tsha256\n";
const EMBEDDED: &str = "src/embedded.rs";

/// The stages of a configuration and the dictionaries of each.
pub(crate) struct Configuration {
    pub(crate) normalization: Option<Group>,
    pub(crate) segmentation: Option<Group>,
    pub(crate) conversion: Vec<Group>,
}

/// A row of `fingerprints.tsv`.
pub(crate) struct Fingerprint {
    file: String,
    origin: String,
    version: String,
    entries: usize,
    bytes: usize,
    sha256: String,
}

impl Fingerprint {
    pub(crate) fn of(
        file: &str,
        origin: &str,
        version: &str,
        entries: usize,
        content: &[u8],
    ) -> Fingerprint {
        let digest = Sha256::digest(content);
        Fingerprint {
            file: file.to_owned(),
            origin: origin.to_owned(),
            version: version.to_owned(),
            entries,
            bytes: content.len(),
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// A file in `dictionaries/`.
pub(crate) fn path(file: &str) -> PathBuf {
    project("dictionaries").join(file)
}

/// Writes the rows that stand for imported files; the rows of files in other
/// folders than these remain.
pub(crate) fn replace_fingerprints(mut rows: Vec<Fingerprint>) -> Result<()> {
    let mut others = imported_fingerprints()?;
    others.retain(|other| {
        let beside = rows.iter().any(|row| folder(row) == folder(other));
        let is_edited_by_people = other.origin == EDITED_BY_PEOPLE;
        is_edited_by_people || !beside
    });
    rows.append(&mut others);
    rows.sort_by(|left, right| left.file.cmp(&right.file));
    fs::write(path(FINGERPRINTS), fingerprints_to_text(&rows))?;
    Ok(())
}

/// The folder that a file is in.
fn folder(row: &Fingerprint) -> &str {
    row.file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_of_code_points(row: &Fingerprint) -> bool {
    row.file.starts_with(CODE_POINTS)
}

fn is_of_detection(row: &Fingerprint) -> bool {
    row.file.starts_with(DETECTION)
}

fn fingerprints_to_text(rows: &[Fingerprint]) -> String {
    let mut text = FINGERPRINTS_HEAD.to_owned();
    for Fingerprint { file, origin, version, entries, bytes, sha256 } in rows {
        writeln!(text, "{file}\t{origin}\t{version}\t{entries}\t{bytes}\t{sha256}")
            .expect("writing to a string succeeds");
    }
    text
}

/// Writes configurations as a table: configuration, stage, group.
pub(crate) fn configurations_to_text(
    comment: &str,
    configurations: &BTreeMap<Config, Configuration>,
) -> String {
    let mut text = format!("# {comment}\n");
    let mut row = |config: &Config, stage: &str, group: &Group| {
        writeln!(text, "{config}\t{stage}\t{group}").expect("writing to a string succeeds");
    };
    for (config, configuration) in configurations {
        if let Some(group) = &configuration.normalization {
            row(config, "normalization", group);
        }
        if let Some(group) = &configuration.segmentation {
            row(config, "segmentation", group);
        }
        for (group, number) in configuration.conversion.iter().zip(1..) {
            row(config, &format!("conversion-{number}"), group);
        }
    }
    text
}

fn read_configurations() -> Result<BTreeMap<Config, Configuration>> {
    let path = path(CONFIGURATIONS);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut configurations: BTreeMap<Config, Configuration> = BTreeMap::new();
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#')) {
        let place = || format!("{}:{number}", path.display());
        let [config, stage, group] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("{}: expected three columns", place());
        };
        let group: Group = group.parse().with_context(place)?;
        let config: Config = config.parse().with_context(place)?;
        let configuration = configurations.entry(config).or_insert_with(|| Configuration {
            normalization: None,
            segmentation: None,
            conversion: Vec::new(),
        });
        match stage {
            "normalization" => configuration.normalization = Some(group),
            "segmentation" => configuration.segmentation = Some(group),
            _ => {
                let expected = format!("conversion-{}", configuration.conversion.len() + 1);
                ensure!(stage == expected, "{}: expected stage {expected}", place());
                configuration.conversion.push(group);
            }
        }
    }
    ensure!(
        configurations.len() == Config::ALL.len(),
        "{}: configurations are missing",
        path.display()
    );
    Ok(configurations)
}

/// What `compile-dictionaries` writes: paths inside the project and contents.
struct Compiled {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// `cargo xtask compile-dictionaries`.
pub(crate) fn compile() -> Result<()> {
    let Compiled { files } = compile_all()?;
    let folder = path("compiled");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for (path, content) in &files {
        fs::write(path, content).with_context(|| path.display().to_string())?;
    }
    let bytes = |(path, content): (&PathBuf, &Vec<u8>)| match path.starts_with(&folder) {
        true => content.len(),
        false => 0,
    };
    println!(
        "{} compiled files, {} bytes",
        files.len() - 2,
        files.iter().map(bytes).sum::<usize>()
    );
    Ok(())
}

/// `cargo xtask compile-dictionaries --check`.
pub(crate) fn check() -> Result<()> {
    let Compiled { files } = compile_all()?;
    for (path, content) in &files {
        let committed = fs::read(path).with_context(|| path.display().to_string())?;
        ensure!(
            committed == *content,
            "{} is stale: run `cargo xtask compile-dictionaries`",
            path.display()
        );
    }
    for entry in fs::read_dir(path("compiled"))? {
        let path = entry?.path();
        ensure!(files.contains_key(&path), "{} belongs to nothing", path.display());
    }
    println!("{} generated files are fresh", files.len());
    Ok(())
}

fn compile_all() -> Result<Compiled> {
    let mut rows = imported_fingerprints()?;
    let of_code_points: Vec<Fingerprint> =
        rows.extract_if(.., |row| is_of_code_points(row)).collect();
    let of_detection: Vec<Fingerprint> = rows.extract_if(.., |row| is_of_detection(row)).collect();
    let version = rows.first().context("no dictionaries")?.version.clone();
    ensure!(rows.iter().all(|row| row.version == version), "dictionaries of several versions");
    let tables = read_tables(&rows)?;
    let configurations = read_configurations()?;

    let mut groups = Groups {
        tables: &tables,
        by_name: BTreeMap::new(),
        names: BTreeMap::new(),
        composites: Composites::default(),
    };
    let mut plans = Vec::new();
    for (config, configuration) in &configurations {
        plans.push(groups.plans(*config, configuration));
    }

    let mut files = BTreeMap::new();
    for (name, group) in &groups.by_name {
        let bytes = dictionary::compile(group, |name| tables.get(name))?;
        let entries = group
            .flatten::<()>(&|name| Ok(&tables[name]))
            .expect("the group was compiled a moment ago")
            .len();
        let file = format!("compiled/{name}.bin");
        rows.push(Fingerprint::of(&file, &group.to_string(), &version, entries, &bytes));
        files.insert(path(&file), bytes);
    }
    for composite in &groups.composites.list {
        let file = format!("compiled/{}.bin", composite.name);
        let bytes = groups.composites.bytes(composite);
        let origin = groups.composites.origin(composite);
        rows.push(Fingerprint::of(&file, &origin, &version, 0, &bytes));
        files.insert(path(&file), bytes);
    }
    let (row, bytes) = compile_code_points(&of_code_points)?;
    files.insert(path(&row.file), bytes);
    rows.push(row);
    rows.extend(of_code_points);
    for (row, bytes) in compile_detection(&version, &tables, &of_detection)? {
        files.insert(path(&row.file), bytes);
        rows.push(row);
    }
    rows.extend(of_detection);
    rows.sort_by(|left, right| left.file.cmp(&right.file));
    files.insert(path(FINGERPRINTS), fingerprints_to_text(&rows).into_bytes());
    let source = embedded_source(&version, &groups, &configurations, &plans);
    files.insert(project(EMBEDDED), rustfmt(&source)?.into_bytes());
    Ok(Compiled { files })
}

/// The tables of code points as bytes, and the row of their file.
fn compile_code_points(rows: &[Fingerprint]) -> Result<(Fingerprint, Vec<u8>)> {
    let tables = read_tables(rows)?;
    let bytes = code_points::compile(|name| tables.get(&format!("{CODE_POINTS}{name}")))?;
    let origin = format!("union({})", tables.into_keys().collect::<Vec<_>>().join(" "));
    let mut versions: Vec<&str> = rows.iter().map(|row| &*row.version).collect();
    versions.sort_unstable();
    versions.dedup();
    let entries = rows.iter().map(|row| row.entries).sum();
    let file = "compiled/code-points.bin";
    Ok((Fingerprint::of(file, &origin, &versions.join(" "), entries, &bytes), bytes))
}

/// The classes of characters and the words by which texts are told, and the rows of
/// their files.
fn compile_detection(
    version: &str,
    tables: &BTreeMap<String, Table>,
    rows: &[Fingerprint],
) -> Result<[(Fingerprint, Vec<u8>); 2]> {
    let words = detection_tables(rows)?;
    let classes = detection::classes(tables, &words)?;
    let origin = detection::ORIGIN_OF_CLASSES;
    let of_classes = Fingerprint::of(detection::CLASSES, origin, version, 0, &classes);
    let group: Group = detection::WORDS_GROUP.parse()?;
    let bytes = dictionary::compile(&group, |name| words.get(name))?;
    let entries = words.values().map(|table| table.entries().len()).sum();
    let of_words =
        Fingerprint::of(detection::WORDS, detection::WORDS_GROUP, version, entries, &bytes);
    Ok([(of_classes, classes), (of_words, bytes)])
}

/// The tables of words, by their names without the folder.
fn detection_tables(rows: &[Fingerprint]) -> Result<BTreeMap<String, Table>> {
    let tables = read_tables(rows)?.into_iter();
    Ok(tables.map(|(name, table)| (name.trim_start_matches(DETECTION).to_owned(), table)).collect())
}

/// OpenCC's tables, by their names.
pub(crate) fn imported_tables() -> Result<BTreeMap<String, Table>> {
    let mut rows = imported_fingerprints()?;
    rows.retain(|row| folder(row).is_empty());
    read_tables(&rows)
}

/// The rows of imported files, with counts and hashes as the files are now.
fn imported_fingerprints() -> Result<Vec<Fingerprint>> {
    let list = path(FINGERPRINTS);
    let text = fs::read_to_string(&list).with_context(|| list.display().to_string())?;
    let mut rows = Vec::new();
    for (line, number) in text.lines().zip(1..).skip(1) {
        let [file, origin, version, ..] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("{}:{number}: expected six columns", list.display());
        };
        if !file.starts_with("compiled/") {
            let content = fs::read(path(file)).with_context(|| path(file).display().to_string())?;
            let lines = content.split(|&byte| byte == b'\n');
            let entries = lines.filter(|line| !line.is_empty() && line[0] != b'#').count();
            rows.push(Fingerprint::of(file, origin, version, entries, &content));
        }
    }
    Ok(rows)
}

fn read_tables(rows: &[Fingerprint]) -> Result<BTreeMap<String, Table>> {
    let mut tables = BTreeMap::new();
    for row in rows.iter().filter(|row| row.file != CONFIGURATIONS) {
        let path = path(&row.file);
        let text = fs::read_to_string(&path)?;
        let table = Table::parse(&text).with_context(|| path.display().to_string())?;
        ensure!(table.entries().len() == row.entries, "{}: a key begins with #", path.display());
        let name = row.file.trim_end_matches(".tsv").to_owned();
        tables.insert(name, table);
    }
    Ok(tables)
}

/// The groups to compile, each under the name of the first stage that uses it.
struct Groups<'t> {
    tables: &'t BTreeMap<String, Table>,
    by_name: BTreeMap<String, Group>,
    names: BTreeMap<String, String>,
    composites: Composites,
}

/// The composites of plans, in the order in which they were first needed.
#[derive(Default)]
struct Composites {
    list: Vec<Composite>,
}

/// The composite of a plan, which stands in the file of this name.
struct Composite {
    name: String,
    chain: Chain,
    composition: Composition,
    /// The number of the composite from which it is made.
    base: Option<usize>,
    /// Whether a plan has it for its composite, and not for that of a stage alone.
    is_of_plan: bool,
}

impl Composite {
    /// Whether it is asked what characters become, and nothing else.
    fn is_by_character(&self) -> bool {
        !self.is_of_plan && self.base.is_none()
    }
}

impl Composites {
    /// The number of the chain's composite, made under this name if there is none.
    fn number(&mut self, name: String, chain: Chain, tables: &BTreeMap<String, Table>) -> usize {
        if let Some(number) = self.list.iter().position(|composite| composite.chain == chain) {
            return number;
        }
        let base = self.base_of(&chain);
        let base_composition = base.map(|number| &self.list[number].composition);
        let composition = dictionary::compose(&chain, |name| tables.get(name), base_composition)
            .expect("all tables are there");
        self.list.push(Composite { name, chain, composition, base, is_of_plan: false });
        self.list.len() - 1
    }

    /// A composite that has most of what this chain's has: that of the same stages
    /// with the dictionaries that are a tofu risk, or that of one of its stages.
    fn base_of(&self, chain: &Chain) -> Option<usize> {
        let without = |chain: &Chain| -> Vec<Group> {
            chain.conversion.iter().map(Group::without_tofu_risk).collect()
        };
        let is_twin = |composite: &Composite| without(&composite.chain) == chain.conversion;
        let is_of_stage = |composite: &Composite| match &composite.chain.conversion[..] {
            [stage] => chain.conversion.contains(stage),
            _ => false,
        };
        let twin = self.list.iter().position(is_twin);
        twin.or_else(|| self.list.iter().position(is_of_stage))
    }

    /// The composite of one of several stages of the chain with this number, as
    /// source, where there is one.
    fn of_stage(&self, number: usize, stage: impl Fn(&[Group]) -> Option<&Group>) -> String {
        let Chain { normalization, conversion, .. } = &self.list[number].chain;
        let found = self.list.iter().find(|Composite { chain, .. }| {
            conversion.len() > 1
                && chain.normalization == *normalization
                && chain.conversion.len() == 1
                && chain.conversion.first() == stage(conversion)
        });
        found.map_or("None".to_owned(), |found| format!("Some(&{})", static_name(&found.name)))
    }

    /// Stages and base of a composite as text, the base by its name, and which part of it
    /// there is, if not all: all that is needed to make it again.
    fn origin(&self, composite: &Composite) -> String {
        let Composite { chain, base, .. } = composite;
        let stage = |stage: &'static str| move |group: &Group| format!("{stage}({group})");
        let normalization = chain.normalization.iter().map(stage("normalization"));
        let segmentation = chain.segmentation.iter().map(stage("segmentation"));
        let conversion = chain.conversion.iter().map(stage("conversion"));
        let base = base.iter().map(|&number| format!("base({})", self.list[number].name));
        let part = composite.is_by_character().then(|| "part(characters)".to_owned());
        let parts = normalization.chain(segmentation).chain(conversion).chain(base).chain(part);
        parts.collect::<Vec<_>>().join(" ")
    }

    fn bytes(&self, composite: &Composite) -> Vec<u8> {
        let base = composite.base.map(|number| &self.list[number]);
        assert!(base.is_none_or(|base| !base.is_by_character()), "{}: no base", composite.name);
        match composite.is_by_character() {
            true => composite.composition.to_bytes_by_character(),
            false => composite.composition.to_bytes(base.map(|base| &base.composition)),
        }
    }
}

impl Groups<'_> {
    fn name(&mut self, name: String, group: &Group) -> String {
        let by_name = &mut self.by_name;
        let registered = self.names.entry(group.to_string()).or_insert_with(|| {
            by_name.insert(name.clone(), group.clone());
            name
        });
        registered.clone()
    }

    /// The source of a configuration's two plans: with tofu risk and without.
    fn plans(&mut self, config: Config, configuration: &Configuration) -> String {
        let with = self.plan(config, configuration, "", Group::clone);
        let without =
            self.plan(config, configuration, "-without-tofu-risk", Group::without_tofu_risk);
        format!("// {config}\n[{with}, {without}],\n")
    }

    /// Whether a walk by `group` takes every match of its first `leading`
    /// dictionaries that a walk by those alone takes: no longer key of another
    /// one may step over the place where such a match begins.
    fn walks_alike(&self, group: &Group, leading: usize) -> bool {
        let entries = group.flatten::<()>(&|name| Ok(&self.tables[name]));
        let entries = entries.expect("all tables are there");
        let mut others = entries.iter().filter(|(_, entry)| entry.dictionary >= leading);
        others.all(|(key, _)| key.chars().count() == 1)
    }

    /// Whether all keys of `group` have two code points or more.
    fn is_of_phrases(&self, group: &Group) -> bool {
        let entries = group.flatten::<()>(&|name| Ok(&self.tables[name]));
        entries.expect("all tables are there").keys().all(|key| key.chars().nth(1).is_some())
    }

    fn plan(
        &mut self,
        config: Config,
        configuration: &Configuration,
        suffix: &str,
        choose: impl Fn(&Group) -> Group,
    ) -> String {
        let normalization = match &configuration.normalization {
            None => "None".to_owned(),
            Some(group) => {
                let name = self.name(format!("{config}-normalization"), &choose(group));
                format!("Some(&{})", static_name(&name))
            }
        };
        let groups: Vec<Group> = configuration.conversion.iter().map(&choose).collect();
        let names: Vec<String> = groups
            .iter()
            .zip(1..)
            .map(|(group, number)| {
                self.name(format!("{config}-conversion-{number}{suffix}"), group)
            })
            .collect();
        let segmentation = match &configuration.segmentation {
            None => "None".to_owned(),
            Some(part) => {
                // A stage that begins with the same dictionaries serves as well.
                let shared = groups.iter().zip(&names).find_map(|(group, name)| {
                    let leading = group.leading(part)?;
                    self.walks_alike(group, leading).then(|| (name.clone(), leading))
                });
                let (name, leading) = shared.unwrap_or_else(|| {
                    (self.name(format!("{config}-segmentation"), part), part.names().len())
                });
                let matcher = static_name(&name);
                let by_phrases = self.is_of_phrases(part);
                format!(
                    "Some(Segmentation {{ matcher: &{matcher}, leading: {leading}, \
                     by_phrases: {by_phrases} }})"
                )
            }
        };
        let conversion: Vec<String> =
            names.iter().map(|name| format!("&{}", static_name(name))).collect();
        let chain = Chain {
            normalization: configuration.normalization.as_ref().map(&choose),
            segmentation: configuration.segmentation.clone(),
            conversion: groups,
        };
        if let [_, last] = &chain.conversion[..] {
            let last = Chain {
                normalization: chain.normalization.clone(),
                segmentation: None,
                conversion: vec![last.clone()],
            };
            self.composites.number(format!("{config}-composite-2{suffix}"), last, self.tables);
        }
        let number =
            self.composites.number(format!("{config}-composite{suffix}"), chain, self.tables);
        let composite = &mut self.composites.list[number];
        composite.is_of_plan = true;
        let composite = static_name(&composite.name);
        format!(
            "Plan {{ protection: None, normalization: {normalization}, \
             segmentation: {segmentation}, conversion: &[{}], composite: &{composite}, \
             first: {}, last: {}, own: 0 }}",
            conversion.join(", "),
            self.composites.of_stage(number, <[Group]>::first),
            self.composites.of_stage(number, <[Group]>::last),
        )
    }
}

fn static_name(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

/// The groups of each configuration as source.
fn expressions_source(configurations: &BTreeMap<Config, Configuration>) -> String {
    let optional = |group: &Option<Group>| match group {
        Some(group) => format!("Some({:?})", group.to_string()),
        None => "None".to_owned(),
    };
    let rows = configurations.iter().map(|(config, configuration)| {
        let Configuration { normalization, segmentation, conversion } = configuration;
        let conversion: Vec<String> =
            conversion.iter().map(|group| format!("{:?}", group.to_string())).collect();
        format!(
            "// {config}\nExpressions {{ normalization: {}, segmentation: {}, \
             conversion: &[{}] }},\n",
            optional(normalization),
            optional(segmentation),
            conversion.join(", ")
        )
    });
    format!(
        "\n/// The groups of each configuration, in the order of `Config`.\n\
         pub(crate) static EXPRESSIONS: [Expressions; {}] = [\n{}];\n",
        configurations.len(),
        rows.collect::<String>()
    )
}

fn embedded_source(
    version: &str,
    groups: &Groups<'_>,
    configurations: &BTreeMap<Config, Configuration>,
    plans: &[String],
) -> String {
    let mut source = format!(
        "//! The configurations and their compiled dictionaries.\n\
         //!\n\
         //! Generated by `cargo xtask compile-dictionaries` from `dictionaries/`.\n\n\
         use crate::composite::Composite;\n\
         use crate::dictionary::Matcher;\n\
         use crate::plan::{{Expressions, Plan, Segmentation}};\n\n\
         /// The version of OpenCC whose dictionaries the crate has.\n\
         pub const DICTIONARY_VERSION: &str = {version:?};\n\n\
         /// The plans of each configuration, in the order of `Config`: with the\n\
         /// dictionaries that are a tofu risk, and without.\n\
         pub(crate) static PLANS: [[Plan<'static>; 2]; {}] = [\n{}];\n",
        plans.len(),
        plans.concat()
    );
    source.push_str(&expressions_source(configurations));
    let matchers: Vec<String> =
        groups.by_name.keys().map(|name| format!("&{}", static_name(name))).collect();
    write!(
        source,
        "\n/// All compiled groups, of which each dictionary is a part somewhere.\n\
         pub(crate) static MATCHERS: [&Matcher<'static>; {}] = [{}];\n",
        matchers.len(),
        matchers.join(", ")
    )
    .expect("writing to a string succeeds");
    for name in groups.by_name.keys() {
        let path = format!("../dictionaries/compiled/{name}.bin");
        write!(
            source,
            "\nstatic {}: Matcher<'static> = Matcher::embedded(include_bytes!({path:?}));\n",
            static_name(name)
        )
        .expect("writing to a string succeeds");
    }
    for Composite { name, base, .. } in &groups.composites.list {
        let path = format!("../dictionaries/compiled/{name}.bin");
        let base = base.map_or("None".to_owned(), |number| {
            format!("Some(&{})", static_name(&groups.composites.list[number].name))
        });
        write!(
            source,
            "\nstatic {}: Composite<'static> = Composite::embedded(include_bytes!({path:?}), {base});\n",
            static_name(name)
        )
        .expect("writing to a string succeeds");
    }
    source
}

/// Formats Rust source as `cargo fmt` would.
fn rustfmt(source: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(project("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt cannot be run; it comes with `rustup component add rustfmt`")?;
    let mut input = child.stdin.take().expect("standard input was asked for");
    input.write_all(source.as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "rustfmt failed");
    Ok(String::from_utf8(output.stdout)?)
}
