//! What the standard library has for texts, but not yet for this Rust version.

/// The last character border of `text` up to `offset`, in bytes.
pub(crate) fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut floor = offset.min(text.len());
    while !text.is_char_boundary(floor) {
        floor -= 1;
    }
    floor
}
