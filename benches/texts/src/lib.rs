//! What the project's benches convert, the same on every machine.
//!
//! - [`dictionaries`]: the project's tables, as sources of keys
//! - [`material`]: prose, and the texts that are made of it for a configuration
//! - [`adversarial`]: texts made against the dictionaries of a configuration

pub mod adversarial;
pub mod dictionaries;
pub mod material;

pub use adversarial::Adversary;
pub use dictionaries::Dictionaries;
pub use material::{Kind, Material, Text};
