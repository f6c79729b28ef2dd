//! Replays the inputs that are kept, and what a few changes make of them, without a fuzzer:
//! so any toolchain and any processor can.

use std::fs;
use std::path::Path;

use fanjian_fuzz::mutate::{Pieces, Random, mutate};
use fanjian_fuzz::targets;

/// The longest input that changes make, in bytes.
const LIMIT: usize = 2000;

/// Changes made to each input that is kept.
const CHANGES: usize = 3;

#[track_caller]
fn replay(name: &str, run: fn(&[u8]), pieces: Pieces) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let entries = fs::read_dir(&folder).expect("there is a corpus");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} holds nothing", folder.display());
    for (number, path) in paths.iter().enumerate() {
        let input = fs::read(path).expect("an input");
        // Shown where it fails.
        println!("{}", path.display());
        run(&input);
        let mut random = Random::new(number as u32);
        let mut changed = vec![0; LIMIT.max(input.len())];
        changed[..input.len()].copy_from_slice(&input);
        let mut length = input.len();
        for _ in 0..CHANGES {
            length = mutate(&mut changed, length, LIMIT, pieces, &mut random);
            run(&changed[..length]);
        }
    }
}

macro_rules! replays {
    ($($target:ident)*) => {$(
        #[test]
        fn $target() {
            replay(stringify!($target), targets::$target::run, targets::$target::PIECES);
        }
    )*};
}

replays!(
    conversion streaming normalization pipeline context detection markup dictionary documents own
    c_interface
);
