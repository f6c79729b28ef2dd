//! The fuzz targets as functions, each of which panics where something is not as it must
//! be. The README says what each proves.
//!
//! | module | one sentence |
//! |---|---|
//! | `input` | what the bytes of an input mean: settings, and a text |
//! | `mutate` | changes inputs so that they stay texts, with what the dictionaries have |
//! | `targets` | one target each |
//!
//! Everything else is shared, by its path, with the tests, the program and the
//! C interface.

pub mod input;
pub mod mutate;
pub mod targets;

#[allow(dead_code)]
#[path = "../../tests/library/aligned.rs"]
mod aligned;
#[path = "../../tests/library/pieces.rs"]
mod pieces;
#[allow(dead_code)]
#[path = "../../tests/library/reference.rs"]
mod reference;
#[path = "../../tests/library/tables.rs"]
mod tables;

/// Modules of the program, which name each other as if they were at the root.
#[allow(dead_code)]
#[path = "../../cli/src"]
mod program {
    pub(crate) mod blocks;
    pub(crate) mod compression;
    pub(crate) mod counted;
    pub(crate) mod documents;
    pub(crate) mod encoding;
    pub(crate) mod format;
    pub(crate) mod ordered;
    pub(crate) mod records;
    pub(crate) mod text;
}

/// Modules of the C interface, likewise.
#[allow(dead_code)]
#[path = "../../bindings/c/src"]
mod c {
    pub(crate) mod configuration;
    pub(crate) mod interface;
    pub(crate) mod memory;
    pub(crate) mod opencc;
}
use c::{configuration, interface, memory, opencc};
use program::{blocks, compression, counted, documents, encoding, format, ordered, records, text};

/// Makes a program of a target: the fuzzer asks it, and has its inputs changed by
/// [`mutate`].
#[cfg(feature = "fuzzer")]
#[macro_export]
macro_rules! fuzzer {
    ($target:ident) => {
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::targets::$target::run(data));
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, limit: usize, seed: u32| {
            let pieces = $crate::targets::$target::PIECES;
            let mut random = $crate::mutate::Random::new(seed);
            match random.below(4) {
                0 => libfuzzer_sys::fuzzer_mutate(data, size, limit),
                _ => $crate::mutate::mutate(data, size, limit, pieces, &mut random),
            }
        });
    };
}
