//! Tests of the library through its public face.

mod conformance;
mod dictionaries;
mod properties;
mod reference;
mod streaming;
mod tables;
mod texts;
