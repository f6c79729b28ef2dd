//! fanjian for C: `libfanjian`, and over it the functions of OpenCC's `opencc.h`.
//!
//! Nothing about Chinese is decided here. Each function checks what it is given, calls the
//! library, and hands the result on in memory of C. Invariants:
//!
//! - No panic crosses into C: what may panic runs within `catch_unwind`.
//! - A pointer is followed only where the header says what it points to; a null pointer is
//!   an error, not a crash.
//! - Nothing is written to where a result goes unless the call succeeds.
//! - What C has to release, C's allocator has allocated.
//!
//! `unsafe` is here because C's pointers are: each block says on which sentence of the
//! header it rests. The headers in `include/` are made by `cargo xtask c-headers`, from the
//! items and the comments of `interface` and `opencc`.

pub mod interface;
#[cfg(feature = "opencc")]
pub mod opencc;

#[cfg(feature = "opencc")]
mod configuration;
mod memory;
