//! One target each: bytes in, a panic where something is not as it must be.

pub mod c_interface;
pub mod context;
pub mod conversion;
pub mod detection;
pub mod dictionary;
pub mod documents;
pub mod markup;
pub mod normalization;
pub mod own;
pub mod pipeline;
pub mod streaming;
