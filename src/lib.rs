//! Converts Chinese between Traditional and Simplified script and between
//! regions, byte for byte as OpenCC 1.4.2 does, from dictionaries that are part
//! of the program.
//!
//! ```
//! use fanjian::{Config, Converter};
//!
//! let converter = Converter::new(Config::T2s);
//! assert_eq!(converter.convert("漢字轉換"), "汉字转换");
//! ```
//!
//! # By task
//!
//! - **Convert a text**: [`Converter::convert`], which borrows when nothing
//!   changes.
//! - **Convert many texts**: [`Converter::convert_into`], which reuses memory.
//! - **Choose a conversion** by OpenCC's name ([`Config`], as in `"s2twp".parse()`)
//!   or by varieties of Chinese ([`Converter::between`], BCP 47 tags).
//! - **Add entries of your own, protect words**: [`Converter::builder`] and the methods of
//!   [`ConverterBuilder`]; save the result with [`Converter::to_bytes`].
//! - **Convert Markdown or HTML**: [`ConverterBuilder::markup`], which leaves code,
//!   URLs, tags and all else alone that is not text ([`Markup`]).
//! - **Convert what comes in pieces**: [`Converter::stream`], and with `std` a
//!   writer, in [`stream`]. A border between pieces never changes the output.
//! - **Normalize and convert** in the right order: [`Pipeline`].
//! - **Know which place of the output is which place of the source**, in bytes, code
//!   points or UTF-16, and take changes back: [`Converter::convert_aligned`],
//!   [`Normalizer::normalize_aligned`], [`Pipeline::process_aligned`], [`revert`].
//! - **Tell the script and the region of a text**, and whether careless tools damaged
//!   it: [`detect()`], or [`Detector`] for text in pieces.
//! - **Restore what careless conversions made wrong** (之后, 製裁): [`Repair`], which can
//!   be part of a [`Pipeline`].
//! - **Explain a conversion**: [`Converter::segments`] names the dictionaries,
//!   the entries, and what else they offer.
//! - **Offer what else could stand there**: [`Converter::ambiguities`] for a text,
//!   [`Converter::candidates`] for a word.
//! - **Look into dictionaries, or compile some and look things up**:
//!   [`dictionary`].
//!
//! # What it promises
//!
//! - The output is OpenCC's, for every text and all sixteen configurations. The
//!   one intended difference: where OpenCC loses what follows a NUL character,
//!   this crate does not.
//! - Converting cannot fail and does not panic. It takes no file, no network and
//!   no environment variable, and memory in proportion to the text, besides the
//!   table that the first conversion with a configuration makes once in some ten
//!   microseconds: up to 320 KiB, or three times as much for a configuration of
//!   script and region.
//! - Offsets and lengths are bytes of UTF-8 unless a name says otherwise.
//!
//! # Features
//!
//! - `std`, on by default, adds [`stream::Writer`], which needs `std::io`. Without
//!   it the crate needs `alloc` alone.
//! - `rayon` adds `Converter::convert_parallel` and
//!   `Converter::convert_parallel_into`, which convert one large text over the
//!   threads of a pool, with the same output, and builds converters with entries of
//!   one's own on two of them. It needs `std`.
//! - `opencc-config` adds `Configuration`, which reads OpenCC's own configurations and
//!   dictionaries. It needs `std`.
//! - `html` adds `Markup::Html`, and `markdown` adds `Markup::Markdown` and, as
//!   Markdown holds HTML, the former. Both need `std`, for the parsers do.

#![no_std]
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod dictionary;
pub mod stream;

mod alignment;
mod ambiguity;
mod composite;
mod config;
mod context;
mod converter;
mod description;
mod detect;
mod document;
mod embedded;
mod filter;
mod markup;
mod normalize;
#[cfg(feature = "opencc-config")]
mod opencc;
mod own;
#[cfg(feature = "rayon")]
mod parallel;
mod pipeline;
mod plan;
mod repair;
mod scan;
mod segment;
mod stages;
mod text;
mod threads;
#[cfg(feature = "std")]
mod writer;

pub use alignment::{Aligned, Alignment, Cause, Edit, RevertError, Unit, revert};
pub use ambiguity::{Ambiguities, Ambiguity};
pub use config::{
    Config, UnknownConfigError, UnknownVarietyError, UnsupportedPairError, Variety, Vocabulary,
};
pub use context::{Disambiguation, Evidence, Override};
pub use converter::{Converter, ConverterBuilder, Embedded, TofuRisk};
pub use detect::{
    CarelessWord, CarelessWords, Detection, Detector, Script, careless_words, detect,
};
pub use embedded::DICTIONARY_VERSION;
pub use markup::{Markup, UnknownMarkupError};
pub use normalize::{
    CompatibilityForm, Damage, Diagnosis, Finding, Interpunct, Normalizer, NormalizerBuilder,
    NormalizerStream, Note, Preset, Rule, Spacing, Switch, UnknownPresetError, UnknownRuleError,
};
#[cfg(feature = "opencc-config")]
pub use opencc::{
    Configuration, ConfigurationError, ConfigurationErrorKind, ConfigurationWarning,
    ParseOcd2Error, ReadConfiguration,
};
pub use own::{BuildError, BuildErrorKind, DictionaryFormat, Own, Placement, Priority};
pub use pipeline::{Pipeline, PipelineBuilder, PipelineStream};
pub use repair::{Repair, RepairStream, Restoration};
pub use segment::{Segment, Segments, Stage, Step};

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The examples for who comes from another library.
#[cfg(doctest)]
#[doc = include_str!("../docs/migration.md")]
struct Migration;
