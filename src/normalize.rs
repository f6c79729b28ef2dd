//! Everything that is not script: what careless tools did to a text is undone,
//! and marks are written as the standard says.

mod candidates;
mod code_points;
mod rule;

pub use rule::Rule;
pub(crate) use rule::Rules;
