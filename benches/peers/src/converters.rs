//! Every converter behind one function type, and the limits: what copying, what
//! decoding and what reading alone cost.

use std::fmt;
use std::hint::black_box;

use fanjian::{Config, Converter};
use serde::{Deserialize, Serialize};

/// Appends the conversion of a text to a string, or puts it in its place where
/// the converter has no way to append.
pub type Conversion = Box<dyn Fn(&str, &mut String)>;

/// A converter to stand beside fanjian.
pub struct Peer {
    /// What tables of results call it.
    pub name: &'static str,
    /// The package whose version is given beside the name.
    pub package: &'static str,
    /// Where its output goes.
    pub memory: Memory,
    /// Makes it ready for a configuration, or says that it has no such one.
    pub make: fn(Config) -> Option<Conversion>,
}

/// Where the output of a converter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Memory {
    /// Into memory that the caller keeps.
    Reused,
    /// Into memory that every call allocates.
    Fresh,
}

impl fmt::Display for Memory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Memory::Reused => "reused",
            Memory::Fresh => "fresh",
        })
    }
}

/// fanjian as it is meant to be used for many texts.
pub const FANJIAN: Peer =
    Peer { name: "fanjian", package: "fanjian", memory: Memory::Reused, make: fanjian };

/// fanjian where every output is a new string.
pub const FANJIAN_FRESH: Peer = Peer {
    name: "fanjian, fresh memory",
    package: "fanjian",
    memory: Memory::Fresh,
    make: fanjian_fresh,
};

/// The peers that are compiled in, OpenCC first.
pub const PEERS: &[Peer] = &[
    #[cfg(feature = "opencc")]
    Peer { name: OPENCC, package: "opencc-rust", memory: Memory::Reused, make: opencc },
    #[cfg(feature = "zhconv")]
    Peer { name: "zhconv", package: "zhconv", memory: Memory::Reused, make: zhconv },
    #[cfg(feature = "hanconv")]
    Peer { name: "hanconv", package: "hanconv", memory: Memory::Fresh, make: hanconv },
    #[cfg(feature = "opencc-fmmseg")]
    Peer {
        name: "opencc-fmmseg",
        package: "opencc-fmmseg",
        memory: Memory::Fresh,
        make: opencc_fmmseg,
    },
    #[cfg(feature = "ferrous-opencc")]
    Peer {
        name: "ferrous-opencc",
        package: "ferrous-opencc",
        memory: Memory::Fresh,
        make: ferrous_opencc,
    },
];

/// The name of the peer whose output is right.
pub const OPENCC: &str = "OpenCC";

/// fanjian and the peers.
pub fn all() -> impl Iterator<Item = &'static Peer> {
    [&FANJIAN].into_iter().chain(PEERS)
}

impl Peer {
    /// Its name, with the package where that is another, and the version.
    #[must_use]
    pub fn label(&self) -> String {
        label(self.name, self.package)
    }
}

/// A name, with the package where that is another, and the package's version.
#[must_use]
pub fn label(name: &str, package: &str) -> String {
    match name == package {
        true => format!("{name} {}", version(package)),
        false => format!("{name} ({package} {})", version(package)),
    }
}

/// The version of a package that was resolved, as the lock file has it.
fn version(package: &str) -> &'static str {
    let head = format!("name = \"{package}\"\nversion = \"");
    let lock = include_str!("../Cargo.lock");
    let rest = lock.split_once(&head).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or_default()
}

/// Copies the text's bytes: what memory alone allows.
pub fn copy(text: &str, buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.extend_from_slice(text.as_bytes());
    black_box(&buffer);
}

/// Decodes the text to UTF-16: what reading code points costs, without looking
/// any of them up.
pub fn decode(text: &str, buffer: &mut Vec<u16>) {
    // One unit more than there are bytes is what the function asks for.
    buffer.resize(text.len() + 1, 0);
    black_box(encoding_rs::mem::convert_str_to_utf16(text, buffer));
}

/// Validates the text as UTF-8: what looking at every byte costs, where nothing
/// is to be written.
pub fn validate(text: &str) {
    _ = black_box(simdutf8::basic::from_utf8(text.as_bytes()));
}

fn fanjian(config: Config) -> Option<Conversion> {
    let converter = Converter::new(config);
    Some(Box::new(move |text, output| converter.convert_into(text, output)))
}

/// What `convert` borrows is not copied: its caller would not do so either.
fn fanjian_fresh(config: Config) -> Option<Conversion> {
    let converter = Converter::new(config);
    Some(Box::new(move |text, output| match black_box(converter.convert(text)) {
        std::borrow::Cow::Borrowed(_) => (),
        std::borrow::Cow::Owned(converted) => *output = converted,
    }))
}

/// The library, with its options as it sets them: tofu-risk dictionaries on.
///
/// # Panics
///
/// The conversion panics when OpenCC refuses a text, as it does for NUL.
#[cfg(feature = "opencc")]
fn opencc(config: Config) -> Option<Conversion> {
    let opencc = opencc_rust::OpenCC::new(format!("{config}.json")).expect("OpenCC has its data");
    Some(Box::new(move |text, output| {
        let buffer = std::mem::take(output);
        *output = opencc.convert_to_buffer(text, buffer).expect("OpenCC takes any text");
    }))
}

#[cfg(feature = "zhconv")]
fn zhconv(config: Config) -> Option<Conversion> {
    use zhconv::Variant;
    // zhconv knows targets only. Those of regions include vocabulary.
    let target = match config {
        Config::S2t => Variant::ZhHant,
        Config::T2s => Variant::ZhHans,
        Config::S2twp => Variant::ZhTW,
        Config::Tw2sp => Variant::ZhCN,
        Config::S2hk => Variant::ZhHK,
        _ => return None,
    };
    let converter = zhconv::converters::get_builtin_converter(target);
    Some(Box::new(move |text, output| converter.convert_to(text, output)))
}

#[cfg(feature = "hanconv")]
fn hanconv(config: Config) -> Option<Conversion> {
    use hanconv::Converters;
    let converter = match config {
        Config::S2t => Converters::S2T,
        Config::T2s => Converters::T2S,
        Config::S2tw => Converters::S2TW,
        Config::Tw2s => Converters::TW2S,
        Config::S2hk => Converters::S2HK,
        Config::Hk2s => Converters::HK2S,
        Config::S2twp => Converters::S2TWP,
        Config::Tw2sp => Converters::TW2SP,
        Config::T2tw => Converters::T2TW,
        Config::Tw2t => Converters::TW2T,
        Config::T2hk => Converters::T2HK,
        Config::Hk2t => Converters::HK2T,
        Config::T2jp => Converters::T2JP,
        Config::Jp2t => Converters::JP2T,
        _ => return None,
    };
    let converter = converter.new_converter();
    Some(Box::new(move |text, output| *output = converter.convert(text)))
}

/// On one thread, as all others are measured.
#[cfg(feature = "opencc-fmmseg")]
fn opencc_fmmseg(config: Config) -> Option<Conversion> {
    let target = opencc_fmmseg::OpenccConfig::parse(&config.to_string())?;
    let mut converter = opencc_fmmseg::OpenCC::new();
    converter.set_parallel(false);
    Some(Box::new(move |text, output| {
        *output = converter.convert_with_config(text, target, false);
    }))
}

#[cfg(feature = "ferrous-opencc")]
fn ferrous_opencc(config: Config) -> Option<Conversion> {
    use ferrous_opencc::OpenCC;
    use ferrous_opencc::config::BuiltinConfig;
    let target = BuiltinConfig::from_filename(&format!("{config}.json")).ok()?;
    let converter = OpenCC::from_config(target).ok()?;
    Some(Box::new(move |text, output| *output = converter.convert(text)))
}
