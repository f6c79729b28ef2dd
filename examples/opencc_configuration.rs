//! OpenCC's own configurations and dictionaries, read from files.
//!
//! `cargo run --features opencc-config --example opencc_configuration -- s2t.json`

use std::io::{self, Read as _};

use fanjian::Configuration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("which configuration? name a JSON file")?;
    // `Converter::from_config(path)` is the same without the warnings.
    let read = Configuration::new().read(path)?;
    for warning in read.warnings() {
        eprintln!("{warning}");
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    print!("{}", read.converter().convert(&text));
    Ok(())
}
