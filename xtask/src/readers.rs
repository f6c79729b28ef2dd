//! `cargo xtask readers`: converted documents open in the programs that people have.
//!
//! `soffice` makes documents, the program converts them, `soffice` reads them again; what it
//! reads is what it read before, converted by the library. `epubcheck` says of a book what it
//! said before. `pyarrow` does with tables what `soffice` does with documents. What is not
//! installed is named, and passed over.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use fanjian::{Config, Converter};

use crate::opencc::run as run_command;
use crate::{program, project};

/// Where Debian has `epubcheck`; the command of that name needs more than the program.
const EPUBCHECK: &str = "/usr/share/java/epubcheck.jar";

const PAGE: &str = r#"<html lang="zh-CN"><head><meta charset="utf-8"><title>软件</title></head><body>
<h1>面包和软件</h1><p>他的头<b>发</b>很长，这里的<i>打印</i>机坏了。</p>
<table><tr><td>里面</td><td>头发</td></tr></table></body></html>"#;

const TABLE: &str = "名称,数\n软件,1\n\"头发,里面\",2\n";

const SLIDES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:body><office:presentation><draw:page draw:name="a">
<draw:frame svg:width="20cm" svg:height="3cm" svg:x="1cm" svg:y="1cm"><draw:text-box>
<text:p>软件和头<text:span>发</text:span></text:p></draw:text-box></draw:frame>
</draw:page></office:presentation></office:body></office:document>"#;

/// Converts by pyarrow's own reading: tables of strings, plain and within lists.
const TABLES: &str = r#"
import subprocess, sys
import pyarrow as pa, pyarrow.feather as feather, pyarrow.parquet as parquet
program, folder, before, after = sys.argv[1:]
column = pa.array([before, None, "x"] * 1000)
lists = pa.array([[before, "x"], None, []] * 1000)
table = pa.table({"text": column, "lists": lists, "kept": column, "number": range(3000)})
def check(name, write, read):
    source, output = f"{folder}/{name}", f"{folder}/converted-{name}"
    write(table, source)
    columns = ["--column", "text,lists"]
    subprocess.run([program, "convert", "-c", "s2twp", source, "-o", output, *columns], check=True)
    found = read(output)
    assert found.schema.equals(table.schema), found.schema
    for name in ["text", "lists"]:
        expected = str(table[name].to_pylist()).replace(before, after)
        assert str(found[name].to_pylist()) == expected, name
    for name in ["kept", "number"]:
        assert found[name].equals(table[name]), name
check("a.parquet", lambda t, p: parquet.write_table(t, p, row_group_size=700), parquet.read_table)
check("a.arrow", lambda t, p: feather.write_feather(t, p), lambda p: feather.read_table(p))
print("Parquet, Arrow: pyarrow", pa.__version__, "reads what it should")
"#;

/// Makes, converts and reads documents of each kind.
pub(crate) fn run(options: &program::Options) -> Result<()> {
    let program = options.ready("parquet")?;
    let folder = project("target/readers");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let readers = Readers { program, folder };
    if readers.has("soffice", &["--version"]) {
        readers.office()?;
    }
    if readers.has("python3", &["-c", "import pyarrow"]) {
        readers.tables()?;
    }
    Ok(())
}

struct Readers {
    /// The program under test.
    program: PathBuf,
    folder: PathBuf,
}

impl Readers {
    fn has(&self, tool: &str, arguments: &[&str]) -> bool {
        let status =
            Command::new(tool).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
        let has = status.is_ok_and(|status| status.success());
        if !has {
            println!("SKIPPED: {tool} {}: not installed", arguments.join(" "));
        }
        has
    }

    /// Documents that `soffice` makes and reads.
    fn office(&self) -> Result<()> {
        let make = |name: &str, content: &str, to: &str, filter: &[&str]| -> Result<PathBuf> {
            let source = self.folder.join(name);
            fs::write(&source, content)?;
            self.save_as(&source, to, &self.folder, filter)
        };
        let page = make("page.html", PAGE, "odt", &["--infilter=HTML (StarWriter)"])?;
        let text = "txt:Text (encoded):UTF8";
        self.check(&page, text)?;
        self.check(&self.save_as(&page, "docx", &self.folder, &[])?, text)?;
        let table = make("table.csv", TABLE, "xlsx", &["--infilter=CSV:44,34,76"])?;
        self.check(&table, "csv:Text - txt - csv (StarCalc):44,34,76")?;
        self.check(&make("slides.fodp", SLIDES, "pptx", &[])?, "fodp")?;
        let book = self.save_as(&page, "epub", &self.folder, &[])?;
        if Path::new(EPUBCHECK).exists() && self.has("java", &["-version"]) {
            let converted = self.convert(&book)?;
            let [before, after] = [self.epubcheck(&book)?, self.epubcheck(&converted)?];
            ensure!(before == after, "{}: {before} has become {after}", book.display());
            println!("EPUB: EPUBCheck says what it said before: {after}");
        }
        Ok(())
    }

    /// Whether the text of a document is, once it is converted, what the library makes of
    /// the text that it had.
    fn check(&self, document: &Path, as_text: &str) -> Result<()> {
        let converted = self.convert(document)?;
        let [before, after] = [("before", document), ("after", &*converted)]
            .map(|(folder, it)| self.text_of(it, as_text, &self.folder.join(folder)));
        let (before, after) = (before?, after?);
        let expected = Converter::new(Config::S2twp).convert(&before);
        ensure!(before != after, "{}: nothing was converted", document.display());
        ensure!(expected == after, "{}: {expected}\nbut was: {after}", document.display());
        let kind = document.extension().unwrap_or_default().to_string_lossy().to_uppercase();
        println!("{kind}: LibreOffice reads what it should");
        Ok(())
    }

    /// What a reader sees of a document.
    fn text_of(&self, document: &Path, as_text: &str, folder: &Path) -> Result<String> {
        let text = fs::read_to_string(self.save_as(document, as_text, folder, &[])?)?;
        if as_text != "fodp" {
            return Ok(text);
        }
        // Between tags: styles and times are not what is compared.
        let body = text.split("<office:body>").nth(1).context("a presentation has a body")?;
        let texts = body.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text);
        Ok(texts.collect())
    }

    fn convert(&self, document: &Path) -> Result<PathBuf> {
        let folder = self.folder.join("converted");
        fs::create_dir_all(&folder)?;
        let converted = folder.join(document.file_name().context("a document has a name")?);
        let mut command = Command::new(&self.program);
        command.args(["convert", "-c", "s2twp", "--output"]).arg(&converted).arg(document);
        run_command(command)?;
        Ok(converted)
    }

    /// Lets `soffice` save a document in another form.
    fn save_as(
        &self,
        document: &Path,
        to: &str,
        folder: &Path,
        filter: &[&str],
    ) -> Result<PathBuf> {
        let mut profile = OsString::from("-env:UserInstallation=file://");
        profile.push(self.folder.join("profile"));
        let mut command = Command::new("soffice");
        command.arg(profile).arg("--headless").args(filter).args(["--convert-to", to, "--outdir"]);
        command.arg(folder).arg(document).stdout(Stdio::null()).stderr(Stdio::null());
        run_command(command)?;
        let extension = to.split(':').next().unwrap_or(to);
        let stem = document.file_stem().context("a document has a name")?;
        let saved = folder.join(stem).with_extension(extension);
        ensure!(saved.exists(), "LibreOffice could not open {}", document.display());
        Ok(saved)
    }

    /// How many faults of each kind `epubcheck` finds.
    fn epubcheck(&self, book: &Path) -> Result<String> {
        let mut command = Command::new("java");
        let output = command.args(["-jar", EPUBCHECK]).arg(book).output().context("epubcheck")?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let counts = said.lines().find(|line| line.starts_with("Messages:"));
        Ok(counts.context("EPUBCheck says how many faults there are")?.to_owned())
    }

    fn tables(&self) -> Result<()> {
        let converter = Converter::new(Config::S2twp);
        let text = "软件里的头发";
        let converted = converter.convert(text);
        let mut command = Command::new("python3");
        command.args([OsStr::new("-c"), OsStr::new(TABLES), self.program.as_os_str()]);
        command.arg(&self.folder).args([text, &converted]);
        run_command(command)
    }
}
