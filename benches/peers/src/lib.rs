//! fanjian beside other converters.
//!
//! The programs that share this library are run by `cargo xtask`, which builds
//! OpenCC first. `differential` holds fanjian to the real OpenCC, byte for byte.
//! `peers` times it beside others on the same texts and counts where their
//! output is not OpenCC's. `goals` measures what the project promises, each
//! promise in a line. `lines` converts for `cargo xtask evaluate`, which asks how
//! much of a text comes back. `once` is the process that both start to see what a first
//! conversion costs in time and in memory. `plot` draws what was measured.
//!
//! - [`corpora`]: real text, where the user has some
//! - [`converters`]: every converter behind one trait
//! - [`normalizers`]: every normalizer behind the same, and fanjian beside them
//! - [`timing`]: two programs in alternation, and what their times say
//! - [`task`]: what is timed, and how fast one is beside another
//! - [`comparison`]: fanjian beside everything else on one text
//! - [`process`]: what a process with one conversion costs
//! - [`results`]: what was measured, where and how, as a file
//! - [`number`]: numbers as tables show them

pub mod comparison;
pub mod converters;
pub mod corpora;
pub mod normalizers;
pub mod number;
pub mod process;
pub mod results;
pub mod task;
pub mod timing;
