//! What the project's benches convert, the same on every machine.
//!
//! - [`dictionaries`]: the project's tables, as sources of keys
//! - [`material`]: prose, and the texts that are made of it for a configuration
//! - [`news`]: news as it was written, and as NFKC left it
//! - [`adversarial`]: texts made against the dictionaries of a configuration

pub mod adversarial;
pub mod dictionaries;
pub mod material;
pub mod news;

pub use adversarial::Adversary;
pub use dictionaries::Dictionaries;
pub use material::{Kind, Material, Text};
pub use news::News;
