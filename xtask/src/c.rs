//! The C interface: its headers, its installation, and its test beside libopencc.

pub(crate) mod headers;
pub(crate) mod install;
pub(crate) mod interface;
