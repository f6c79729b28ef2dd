//! Tests of the library through its public face.

mod composites;
mod conformance;
mod dictionaries;
mod normalization;
#[cfg(feature = "rayon")]
mod parallel;
mod properties;
mod reference;
#[cfg(feature = "std")]
mod streaming;
mod tables;
mod texts;
