//! Small questions about texts that the standard library does not answer, or not
//! yet in the Rust version that the crate asks for.

/// The last character border of `text` up to `offset`, in bytes.
pub(crate) fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut floor = offset.min(text.len());
    while !text.is_char_boundary(floor) {
        floor -= 1;
    }
    floor
}

/// How many bytes of ASCII stand at the beginning.
pub(crate) fn ascii_length(bytes: &[u8]) -> usize {
    // Straight-line work over fixed blocks, which compilers turn into vectors.
    let (blocks, _) = bytes.as_chunks::<64>();
    let is_ascii = |block: &&[u8; 64]| block.iter().fold(0, |all, byte| all | byte).is_ascii();
    let certain = 64 * blocks.iter().take_while(is_ascii).count();
    let rest = &bytes[certain..];
    certain + rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len())
}
