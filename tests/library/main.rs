//! Tests of the library through its public face.

mod alignment;
mod ambiguities;
mod composites;
mod conformance;
mod context;
mod detection;
mod dictionaries;
mod markup;
mod normalization;
#[cfg(feature = "opencc-config")]
mod opencc;
mod own;
#[cfg(feature = "rayon")]
mod parallel;
mod pipeline;
mod properties;
mod reference;
mod repair;
#[cfg(feature = "std")]
mod streaming;
mod tables;
mod texts;
