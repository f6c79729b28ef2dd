//! Configurations of OpenCC's form: what they convert, and what is said of bad ones.

use std::fmt::Write as _;
use std::io;

use fanjian::dictionary::Group;
use fanjian::{Config, Configuration, ConfigurationErrorKind, Converter, TofuRisk};
use proptest::prelude::*;
use proptest::sample::select;

use crate::tables::rows;
use crate::texts::text;

/// Written by `opencc_dict -f text -t ocd2` of OpenCC 1.4.2 from [`NAMES`].
const OCD2: &[u8] = include_bytes!("ocd2/names.ocd2");
const NAMES: &str = "云吞\t雲呑 雲吞\n云吞面\t雲呑麵\n余光中\t余光中\n叶\t葉\n𠮷野家\t吉野家\n";

fn files(name: &str) -> io::Result<Vec<u8>> {
    match name {
        "names.txt" => Ok(NAMES.into()),
        "names.ocd2" => Ok(OCD2.into()),
        _ => match name.strip_suffix(".tsv") {
            Some(_) => {
                let line = |row: &Vec<String>| format!("{}\t{}\n", row[0], row[1..].join(" "));
                Ok(rows(name).iter().map(|(_, row)| line(row)).collect::<String>().into())
            }
            None => Err(io::ErrorKind::NotFound.into()),
        },
    }
}

fn read(json: &str) -> Result<fanjian::ReadConfiguration, fanjian::ConfigurationError> {
    Configuration::new().read_with("own.json", json, files)
}

/// A configuration with this dictionary.
fn of_dictionary(dictionary: &str) -> String {
    format!("{{\n\"name\": \"own\",\n\"conversion_chain\": [{{ \"dict\": {dictionary} }}]\n}}")
}

fn group_to_json(group: &Group) -> String {
    let several = |policy: &str, children: &[Group]| {
        let children: Vec<String> = children.iter().map(group_to_json).collect();
        let children = children.join(", ");
        format!(r#"{{ "type": "group", "match_policy": "{policy}", "dicts": [{children}] }}"#)
    };
    match group {
        Group::Dictionary(name) => format!(r#"{{ "type": "text", "file": "{name}.tsv" }}"#),
        Group::TofuRisk(child) => {
            group_to_json(child).replacen('{', r#"{ "may_output_tofu": true, "#, 1)
        }
        Group::Union(children) => several("union", children),
        Group::ShortCircuit(children) => several("short_circuit", children),
    }
}

/// A configuration as OpenCC would have it, from the project's tables.
fn json_of(config: Config) -> String {
    let (mut before, mut chain) = (String::new(), Vec::new());
    for (_, row) in rows("configurations.tsv").iter().filter(|(_, row)| row[0] == config.name()) {
        let group = group_to_json(&row[2].parse().unwrap());
        match row[1].as_str() {
            "normalization" => {
                write!(before, r#""normalization": [{{ "dict": {group} }}], "#).unwrap();
            }
            "segmentation" => {
                write!(before, r#""segmentation": {{ "type": "mmseg", "dict": {group} }}, "#)
                    .unwrap();
            }
            _ => chain.push(format!(r#"{{ "dict": {group} }}"#)),
        }
    }
    format!(r#"{{ "name": "{config}", {before}"conversion_chain": [{}] }}"#, chain.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_configuration_is_the_embedded_one(
        config in select(&Config::ALL[..]),
        tofu_risk in select(&[TofuRisk::Include, TofuRisk::Exclude][..]),
        texts in prop::collection::vec(text(), 60),
    ) {
        let configuration = Configuration::new().tofu_risk(tofu_risk);
        let read = configuration.read_with("own.json", &json_of(config), files).unwrap();
        prop_assert!(read.warnings().is_empty(), "{:?}", read.warnings());
        prop_assert_eq!(read.title(), config.name());
        let embedded = Converter::builder(config).tofu_risk(tofu_risk).build();
        for text in texts {
            prop_assert_eq!(read.converter().convert(&text), embedded.convert(&text));
        }
    }
}

#[test]
fn text_ocd2_and_inline_say_the_same() {
    let inline = r#"{ "type": "inline", "entries": { "云吞": "雲呑", "云吞面": "雲呑麵",
        "余光中": "余光中", "叶": "葉", "𠮷野家": "吉野家" } }"#;
    let text = r#"{ "type": "text", "file": "names.txt" }"#;
    let compiled = r#"{ "type": "ocd2", "file": "names.ocd2" }"#;
    for dictionary in [inline, text, compiled] {
        let converter = read(&of_dictionary(dictionary)).unwrap().into_converter();
        assert_eq!(converter.convert("云吞面，云吞，叶，𠮷野家"), "雲呑麵，雲呑，葉，吉野家");
        assert_eq!(converter.config(), None);
    }
    let converter = read(&of_dictionary(compiled)).unwrap().into_converter();
    assert_eq!(converter.candidates("云吞"), ["雲呑", "雲吞"]);
    let loaded = Converter::from_bytes(converter.to_bytes().unwrap().to_vec()).unwrap();
    assert_eq!(loaded.convert("云吞"), "雲呑");
}

#[test]
fn what_the_schema_does_not_know_is_warned_about() {
    let json = r#"{
        // A comment.
        "title": "x",
        "conversion_chain": [
            1,
            { "dict": { "type": "group", "dicts": [
                { "type": "text", "file": "names.txt", "comment": "y" },
            ] }, "z": 0 },
        ],
    }"#;
    let read = read(json).unwrap();
    let warnings: Vec<String> = read.warnings().iter().map(ToString::to_string).collect();
    let expected = [
        "own.json:3: `title` is unknown and left out",
        "own.json:1: the configuration has no name",
        "own.json:5: an element of `conversion_chain` is no object",
        "own.json:8: `z` is unknown and left out",
        "own.json:6: a group has no `match_policy`",
        "own.json:7: `comment` is unknown and left out",
    ];
    assert_eq!(warnings, expected);
    assert_eq!(read.converter().convert("云吞"), "雲呑");
}

#[test]
fn faults_name_file_line_and_reason() {
    let deep = |depth: usize| {
        let open = r#"{ "type": "group", "match_policy": "union", "dicts": ["#.repeat(depth);
        of_dictionary(&format!(
            "{open}{}{}",
            r#"{ "type": "text", "file": "names.txt" }"#,
            "] }".repeat(depth)
        ))
    };
    assert!(read(&deep(32)).is_ok());
    let inline =
        |entries: &str| of_dictionary(&format!(r#"{{ "type": "inline", "entries": {entries} }}"#));
    let faults = [
        (String::new(), "own.json:1: the configuration is no object in braces"),
        // Behind the value that lacks it.
        ("{\n\"name\": \"x\"\n\"y\": 1 }".into(), "own.json:2: Expected comma"),
        ("{ \"name\": \"x\" }".into(), "own.json:1: `conversion_chain` is missing"),
        ("{\n\"conversion_chain\": {} }".into(), "own.json:2: `conversion_chain` must be an array"),
        (
            "{\n\"conversion_chain\": [],\n\"conversion_chain\": [] }".into(),
            "own.json:3: `conversion_chain` stands twice",
        ),
        (of_dictionary("1"), "own.json:3: `dict` must be an object in braces"),
        (of_dictionary(r#"{ "type": 1 }"#), "own.json:3: `type` must be a text"),
        (
            of_dictionary(r#"{ "type": "tsv" }"#),
            "own.json:3: there is no type of dictionary \"tsv\"",
        ),
        (
            of_dictionary(r#"{ "type": "ocd", "file": "x" }"#),
            "own.json:3: a dictionary of type ocd",
        ),
        (of_dictionary(r#"{ "type": "text" }"#), "own.json:3: `file` is missing"),
        (
            of_dictionary(r#"{ "type": "text", "file": "nowhere.txt" }"#),
            "own.json:3: nowhere.txt: ",
        ),
        (
            of_dictionary(r#"{ "type": "ocd2", "file": "names.txt" }"#),
            "names.txt: byte 0: not an OpenCC dictionary",
        ),
        (inline(r#"{ "一": "" }"#), "own.json:3: an entry needs a key and a text"),
        (
            inline(
                r#"{ "一": "1",
            "一": "2" }"#,
            ),
            "own.json:4: the key has an entry already",
        ),
        (deep(33), "own.json:3: groups are nested too deeply"),
        (deep(1_000_000), "own.json: configuration or dictionaries have more bytes than allowed"),
        ("[".repeat(1_000_000), "own.json:1: Maximum nesting depth exceeded"),
    ];
    for (json, expected) in faults {
        let error = read(&json).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error} instead of {expected}");
    }
    let small = Configuration::new().most_bytes(20);
    let json = of_dictionary(r#"{ "type": "text", "file": "names.txt" }"#);
    let error = small.read_with("own.json", &json, files).unwrap_err();
    assert_eq!(error.kind(), &ConfigurationErrorKind::TooLarge);
    let malformed = |text: &'static str| {
        Configuration::new()
            .read_with("own.json", &json, |_| Ok(text.into()))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(malformed("一\t1\n二"), "names.txt:2: no tab between key and candidates");
}

/// A folder that is gone when its value is.
#[cfg(not(target_family = "wasm"))]
struct Folder(std::path::PathBuf);

#[cfg(not(target_family = "wasm"))]
impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("fanjian-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, content: &str) -> std::path::PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

#[cfg(not(target_family = "wasm"))]
impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
#[cfg(not(target_family = "wasm"))]
fn a_file_and_a_reader_give_the_same_converter() {
    let folder = Folder::new("from-config");
    folder.write("names.txt", NAMES);
    let json = of_dictionary(r#"{ "type": "text", "file": "names.txt" }"#);
    let path = folder.write("own.json", &json);
    let of_file = Converter::from_config(&path).unwrap();
    let reading = Configuration::new().folder(&folder.0);
    let of_reader = reading.read_from("own.json", json.as_bytes()).unwrap().into_converter();
    assert_eq!(of_file.convert("云吞面叶"), "雲呑麵葉");
    assert_eq!(of_file.to_bytes(), of_reader.to_bytes());
    // Without a folder there is none to look into.
    let error = Configuration::new().read_from("own.json", json.as_bytes()).unwrap_err();
    assert!(matches!(error.kind(), ConfigurationErrorKind::Read(_)), "{error}");
    let long = format!("{json}{}", " ".repeat(1 << 20));
    let error = Configuration::new().read_from("own.json", long.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_out_of_the_folder_is_refused_unless_allowed() {
    use std::os::unix::fs::symlink;

    let outside = Folder::new("outside");
    let inside = Folder::new("inside");
    let target = outside.write("names.txt", NAMES);
    inside.write("other.txt", NAMES);
    symlink(&target, inside.0.join("link.txt")).unwrap();
    symlink(&outside.0, inside.0.join("folder")).unwrap();
    symlink("other.txt", inside.0.join("within.txt")).unwrap();
    let read = |name: &str, allowed| {
        let dictionary = format!(r#"{{ "type": "text", "file": "{name}" }}"#);
        let path = inside.write("own.json", &of_dictionary(&dictionary));
        Configuration::new().allow_outside(allowed).read(path)
    };
    let absolute = target.display().to_string();
    let relative = format!("../{}/names.txt", outside.0.file_name().unwrap().display());
    for name in ["link.txt", "folder/names.txt", &absolute, &relative] {
        let error = read(name, false).unwrap_err();
        assert!(error.to_string().contains("outside the folder"), "{name}: {error}");
        assert_eq!(error.line(), Some(3), "{name}");
        assert_eq!(read(name, true).unwrap().converter().convert("云吞面"), "雲呑麵", "{name}");
    }
    assert_eq!(read("within.txt", false).unwrap().converter().convert("云吞面"), "雲呑麵");
}
