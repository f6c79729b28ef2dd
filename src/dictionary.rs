//! Dictionaries: tables that people edit, groups that combine them, and the
//! compiled bytes that conversion reads in place.
//!
//! ```text
//! text -> Table --.
//!                  >-- compile -> bytes -> Matcher
//! text -> Group --'
//! ```
//!
//! The embedded dictionaries go this way when the project is built by its
//! developers; the bytes are part of the crate. [`compile()`] is part of the crate
//! as well, so that the same way is open at run time.

mod before;
mod compile;
mod flat;
mod format;
mod group;
mod list;
mod matcher;
mod table;
mod walk;

pub(crate) use before::compile_before;
#[cfg(feature = "opencc-config")]
pub(crate) use compile::check_table;
pub use compile::{CompileError, compile};
pub(crate) use compile::{bytes_of, compile_flat, fit};
#[cfg(feature = "opencc-config")]
pub(crate) use flat::items_of;
pub(crate) use flat::{Flat, FlatItem};
pub use format::FormatError;
pub use group::{FlatEntry, Group, ParseGroupError};
pub(crate) use list::List;
pub use matcher::{Match, Matcher};
pub use table::{Entry, ParseTableError, ParseTableErrorKind, Table};
pub(crate) use walk::{Extent, Piece};

pub use crate::composite::{Chain, Composition, compose};
