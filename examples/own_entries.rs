//! Entries of one's own, a text dictionary of OpenCC's form, and saved bytes.
//!
//! `cargo run --example own_entries`

use fanjian::{Config, Converter, DictionaryFormat, Placement, Priority, Stage};

/// As OpenCC writes dictionaries: a key, a tab, candidates with spaces between them.
const NAMES: &str = "# names\n余光中\t余光中\n叶恭弘\t葉恭弘 叶恭弘\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let beside = Placement::new().priority(Priority::Beside("STPhrases".into()));
    let region = Placement::new().stage(Stage::Conversion(2));
    let converter = Converter::builder(Config::S2twp)
        // Before all dictionaries of the first stage, which is that of script.
        .dictionary("names.txt", Placement::new(), DictionaryFormat::OpenCc, NAMES)
        // The longest match of this one and of OpenCC's phrases.
        .entries("dishes", beside, [("云吞", "雲呑")])
        // What the second stage, that of the region, finds behind the first one.
        .entries("house style", region, [("軟件", "程式")])
        .protect("软件园")
        .build()?;
    println!("{}", converter.convert("叶恭弘在软件园里吃云吞，写软件。"));

    // Bytes that another process may load in a fraction of the time.
    let bytes = converter.to_bytes().ok_or("a converter with own entries has bytes")?.to_vec();
    let loaded = Converter::from_bytes(bytes)?;
    println!("{}", loaded.convert("云吞"));
    Ok(())
}
