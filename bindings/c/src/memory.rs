//! Text that comes from C and goes to C.

use std::ffi::{CStr, c_char};
use std::ptr::{self, NonNull};
use std::slice;

/// The length that means: up to the terminating NUL.
pub(crate) const TERMINATED: usize = usize::MAX;

/// The bytes of a text that C hands over, or none for a null pointer.
///
/// # Safety
///
/// `text` is null, or points to `length` bytes that can be read, or with [`TERMINATED`] to
/// bytes that end with a NUL; nobody writes to them as long as the result is used.
pub(crate) unsafe fn bytes<'t>(text: *const c_char, length: usize) -> Option<&'t [u8]> {
    if text.is_null() {
        return None;
    }
    if length == TERMINATED {
        // SAFETY: the caller's promise, for this length: the bytes end with a NUL.
        return Some(unsafe { CStr::from_ptr(text) }.to_bytes());
    }
    // SAFETY: the caller's promise, for other lengths: so many bytes can be read.
    Some(unsafe { slice::from_raw_parts(text.cast(), length) })
}

/// A copy of `text` in memory of C, with a NUL behind it; none when there is no memory.
pub(crate) fn allocate(text: &[u8]) -> Option<NonNull<c_char>> {
    let size = text.len().checked_add(1)?;
    // SAFETY: `malloc` may be asked for any size but none, and this is one at least.
    let memory = NonNull::new(unsafe { libc::malloc(size) })?.cast();
    // SAFETY: the memory has as many bytes as are written, the text's and one.
    unsafe { write(text, memory) };
    Some(memory)
}

/// Writes `text`, with a NUL behind it.
///
/// # Safety
///
/// `text.len() + 1` bytes can be written at `output`, and none of them is `text`'s.
pub(crate) unsafe fn write(text: &[u8], output: NonNull<c_char>) {
    let output = output.cast::<u8>().as_ptr();
    // SAFETY: the caller's promise; `text` can be read because it is a slice.
    unsafe {
        ptr::copy_nonoverlapping(text.as_ptr(), output, text.len());
        output.add(text.len()).write(0);
    }
}

/// Releases what [`allocate`] gave.
///
/// # Safety
///
/// `memory` is null, or comes from [`allocate`] and is released for the first time.
pub(crate) unsafe fn release(memory: *mut c_char) {
    // SAFETY: the caller's promise: it is null or `malloc`'s.
    unsafe { libc::free(memory.cast()) };
}
