//! fanjian beside other converters.
//!
//! Two programs share this library. `differential` holds fanjian to the real
//! OpenCC, byte for byte; `peers` times it beside others on the same texts and
//! counts where their output is not OpenCC's. Run them by `cargo xtask
//! differential` and `cargo xtask peers`, which build OpenCC first.
//!
//! - [`corpora`]: real text, where the user has some
//! - [`dictionaries`]: the project's tables, as sources of keys
//! - [`texts`]: what the benches convert
//! - [`converters`]: every converter behind one trait
//! - [`timing`]: two programs in alternation, and what their times say

pub mod converters;
pub mod corpora;
pub mod dictionaries;
pub mod texts;
pub mod timing;
