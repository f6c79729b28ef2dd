//! Converts a fixed text as many times as asked, for an instruction counter to
//! watch.
//!
//! `instructions CONFIGURATION TEXT CONVERSIONS` prints the text's length in
//! bytes. All else that it does costs the same however many conversions are
//! asked for: making the text, above all, and the table of the configuration and
//! the growth of the output memory, which the first conversion pays and the others
//! reuse. So one conversion costs what a run of two does beyond a run of one.
//!
//! Texts are made of the project's own example, so that every machine converts
//! the same.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;

use fanjian::{Config, Converter, Variety};

/// The project's example, which is Traditional: one paragraph per line.
const NEWS: &str = include_str!("../../../examples/news.txt");

/// Bytes of a text, at least.
const LENGTH: usize = 1 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [config, text, conversions] = &arguments[..] else {
        return Err("expected CONFIGURATION TEXT CONVERSIONS".into());
    };
    let config: Config = config.parse()?;
    let text = in_source_script(config, traditional(text)?);
    convert_repeatedly(config, &text, conversions.parse()?);
    println!("{}", text.len());
    Ok(())
}

fn convert_repeatedly(config: Config, text: &str, conversions: usize) {
    let converter = Converter::new(config);
    let mut output = String::new();
    for _ in 0..conversions {
        output.clear();
        converter.convert_into(black_box(text), &mut output);
        black_box(&output);
    }
}

fn traditional(text: &str) -> Result<String, String> {
    let document = match text {
        "news" => NEWS.to_owned(),
        "markdown" => markdown(),
        _ => return Err(format!("no text is called {text}")),
    };
    Ok(document.repeat(LENGTH.div_ceil(document.len())))
}

/// The example as the document of a software project: between headings, lists,
/// links, inline code and blocks of code.
fn markdown() -> String {
    let mut document = String::new();
    for (paragraph, number) in NEWS.lines().zip(1..) {
        let heading: String = paragraph.chars().take(12).collect();
        write!(
            document,
            "## {number}. {heading}\n\n\
             {paragraph}\n\n\
             - **{heading}**: `--input FILE` ([README](https://example.org/{number}))\n\
             - `cargo add fanjian --no-default-features`\n\n\
             ```rust\n\
             fn main() {{\n    \
                 let converter = Converter::new(Config::T2s); // {heading}\n    \
                 println!(\"{{}}\", converter.convert(text));\n\
             }}\n\
             ```\n\n"
        )
        .expect("writing to a string succeeds");
    }
    document
}

/// What the configuration reads, made of Traditional text.
fn in_source_script(config: Config, traditional: String) -> String {
    match config.source() {
        Variety::Simplified => Converter::new(Config::T2s).convert(&traditional).into_owned(),
        Variety::Japanese => Converter::new(Config::T2jp).convert(&traditional).into_owned(),
        _ => traditional,
    }
}
