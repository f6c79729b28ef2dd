//! The kernel without vectors, to test it on every processor.

use core::mem::MaybeUninit;

use super::{BYTES, LANES, Vectors};
use crate::composite::{CHANGE, is_suspicious};
use crate::text::{NONE, code_unit};

/// Takes one lane after the other.
#[derive(Clone, Copy)]
pub(in super::super) struct Portable;

// SAFETY: `note` counts what it writes.
unsafe impl Vectors for Portable {
    fn note(self, bytes: &[u8; BYTES], units: &mut [MaybeUninit<u16>; LANES]) -> usize {
        let all = (0..LANES).map(|lane| code_unit(bytes, 3 * lane));
        let noted = units.iter_mut().zip(all.take_while(|unit| *unit != NONE));
        noted.map(|(to, unit)| to.write(unit)).count()
    }

    fn apply(
        self,
        bytes: &[u8; BYTES],
        entries: &[u32; LANES + 1],
        length: usize,
        output: &mut [MaybeUninit<u8>; BYTES],
    ) -> u32 {
        *output = bytes.map(MaybeUninit::new);
        let mut suspicious = 0;
        for lane in 0..length {
            let (before, entry) = (entries[lane], entries[lane + 1]);
            let change = entry & CHANGE;
            for (byte, change) in
                [change >> 12, change >> 6 & 0x3F, change & 0x3F].iter().enumerate()
            {
                output[3 * lane + byte].write(bytes[3 * lane + byte] ^ *change as u8);
            }
            suspicious |= u32::from(is_suspicious(before, entry)) << lane;
        }
        suspicious
    }

    fn ascii(self, bytes: &[u8; 16]) -> usize {
        bytes.iter().take_while(|byte| byte.is_ascii()).count()
    }
}
