//! The program that all programs here are, but for the converter in them.

use std::env;
use std::io::{self, Read, Write};

/// Converts standard input to standard output, by the configuration that the
/// first argument names: so a program needs every configuration it knows.
///
/// # Errors
///
/// Fails when reading or writing does.
pub fn run(convert: impl FnOnce(&str, String) -> String) -> io::Result<()> {
    let config = env::args().nth(1).unwrap_or_default();
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    io::stdout().write_all(convert(&config, text).as_bytes())
}
