//! OpenCC's C interface, as `opencc.h` of OpenCC 1.4 declares it.
//!
//! A program that was written for it is compiled unchanged and linked to this library. What
//! the interface leaves undefined, because OpenCC follows the pointer whatever it is, is an
//! error here: a null text, a descriptor that is null or that of a failure.
// The comments of items go into a header, whose readers have no Markdown.
#![allow(non_camel_case_types, non_snake_case, clippy::doc_markdown)]

use std::borrow::Cow;
use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::ptr::{self, NonNull};
use std::str;
use std::sync::{Mutex, PoisonError};

use fanjian::Converter;

use crate::interface::{printable, reason};
use crate::{configuration, memory};

/// A descriptor: what opencc_open gives and all else takes.
pub type opencc_t = *mut c_void;

/// The length that means an error.
const FAILURE: usize = usize::MAX;

/// The configuration that is opened where none is named.
const DEFAULT: &CStr = c"s2t.json";

/// Opens a configuration.
///
/// @param configFileName s2t.json, t2s.json, s2tw.json, tw2s.json, s2hk.json, hk2s.json,
///                       s2twp.json, tw2sp.json, s2hkp.json, hk2sp.json, t2tw.json,
///                       tw2t.json, t2hk.json, hk2t.json, t2jp.json or jp2t.json, with or
///                       without ".json"; null for OPENCC_DEFAULT_CONFIG_SIMP_TO_TRAD.
/// @return               A descriptor, to be closed by opencc_close; (opencc_t)-1 on error.
///
/// # Safety
///
/// The name is null or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opencc_open(configFileName: *const c_char) -> opencc_t {
    // SAFETY: the name is null or ends with a NUL.
    let name = unsafe { memory::bytes(configFileName, memory::TERMINATED) };
    open(&path(name.unwrap_or(DEFAULT.to_bytes())))
}

/// Opens a configuration whose name is in UTF-16.
///
/// @param configFileName As for opencc_open.
/// @return               As for opencc_open.
///
/// # Safety
///
/// The name is null or ends with a NUL.
#[cfg(windows)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opencc_open_w(configFileName: *const libc::wchar_t) -> opencc_t {
    use std::os::windows::ffi::OsStringExt;

    if configFileName.is_null() {
        return open(&path(DEFAULT.to_bytes()));
    }
    // SAFETY: the name ends with a NUL, so all units before it can be read.
    let units = unsafe {
        let length = (0..).take_while(|&unit| *configFileName.add(unit) != 0).count();
        std::slice::from_raw_parts(configFileName, length)
    };
    open(Path::new(&std::ffi::OsString::from_wide(units)))
}

/// Closes a descriptor.
///
/// @param opencc From opencc_open; null is none.
/// @return       0 on success, another number for (opencc_t)-1.
///
/// # Safety
///
/// It is null, (opencc_t)-1, or from `opencc_open` and closed for the first time, and no
/// thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opencc_close(opencc: opencc_t) -> c_int {
    if opencc == failure() {
        return 1;
    }
    if !opencc.is_null() {
        // SAFETY: it is from `Box::into_raw`, in `open`, and not yet closed.
        drop(unsafe { Box::from_raw(opencc.cast::<Converter>()) });
    }
    0
}

/// Converts a text into memory of the caller.
///
/// @param opencc From opencc_open.
/// @param input  UTF-8. A NUL ends it.
/// @param length Bytes of the text at most, or (size_t)-1 for all up to the NUL.
/// @param output Where the result goes, with a NUL behind it. There must be room for it.
/// @return       Bytes of the result without the NUL; (size_t)-1 on error.
///
/// # Safety
///
/// `opencc` is null, (opencc_t)-1 or from `opencc_open`; `input` is null, or has `length`
/// bytes or ends with a NUL; `output` is null or has room, and is not in `input`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opencc_convert_utf8_to_buffer(
    opencc: opencc_t,
    input: *const c_char,
    length: usize,
    output: *mut c_char,
) -> usize {
    let convert = || {
        let output = NonNull::new(output).ok_or("the output buffer is null")?;
        // SAFETY: as this function's own promises.
        let converted = unsafe { convert(opencc, input, length)? };
        // SAFETY: `output` has room, and is not in `input`, which `converted` may borrow.
        unsafe { memory::write(&converted, output) };
        Ok(converted.len())
    };
    guard(convert).unwrap_or(FAILURE)
}

/// Converts a text.
///
/// @param opencc From opencc_open.
/// @param input  UTF-8. A NUL ends it.
/// @param length Bytes of the text at most, or (size_t)-1 for all up to the NUL.
/// @return       The result, with a NUL behind it, to be released by
///               opencc_convert_utf8_free; null on error.
///
/// # Safety
///
/// `opencc` is null, (opencc_t)-1 or from `opencc_open`; `input` is null, or has `length`
/// bytes or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opencc_convert_utf8(
    opencc: opencc_t,
    input: *const c_char,
    length: usize,
) -> *mut c_char {
    let convert = || {
        // SAFETY: as this function's own promises.
        let converted = unsafe { convert(opencc, input, length)? };
        let allocated = memory::allocate(&converted);
        allocated.ok_or_else(|| format!("no memory for {} bytes", converted.len()))
    };
    guard(convert).map_or(ptr::null_mut(), NonNull::as_ptr)
}

/// Releases a result of opencc_convert_utf8; null is none.
///
/// # Safety
///
/// It is null, or such a result that is released for the first time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opencc_convert_utf8_free(str: *mut c_char) {
    // SAFETY: as this function's own promise; results are allocated by `memory`.
    unsafe { memory::release(str) };
}

/// What went wrong last, on whichever thread; empty before anything did. The text stays
/// valid until this thread asks again.
#[unsafe(no_mangle)]
pub extern "C" fn opencc_error() -> *const c_char {
    thread_local! {
        static COPY: RefCell<CString> = RefCell::default();
    }
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
    let copied = COPY.try_with(|copy| {
        copy.replace(last);
        copy.borrow().as_ptr()
    });
    // A thread that is ending has no copy any more.
    copied.unwrap_or(c"".as_ptr())
}

/// What went wrong last.
static LAST: Mutex<Option<CString>> = Mutex::new(None);

/// The descriptor that means an error: (opencc_t)-1.
fn failure() -> opencc_t {
    ptr::without_provenance_mut(usize::MAX)
}

/// Runs what a call does, so that neither an error nor a panic gets lost or gets out.
fn guard<T>(call: impl FnOnce() -> Result<T, String>) -> Option<T> {
    // A panic leaves nothing half done that anybody sees: results are written last.
    let message = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(result)) => return Some(result),
        Ok(Err(message)) => message,
        Err(panic) => reason(&*panic),
    };
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(printable(message));
    None
}

fn open(name: &Path) -> opencc_t {
    let open = || configuration::open(name).map(|converter| Box::into_raw(Box::new(converter)));
    guard(open).map_or(failure(), <*mut Converter>::cast)
}

/// The path that C's bytes name: all bytes on Unix, UTF-8 elsewhere.
fn path(name: &[u8]) -> Cow<'_, Path> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Cow::Borrowed(Path::new(std::ffi::OsStr::from_bytes(name)))
    }
    #[cfg(not(unix))]
    match String::from_utf8_lossy(name) {
        Cow::Borrowed(name) => Cow::Borrowed(Path::new(name)),
        Cow::Owned(name) => Cow::Owned(name.into()),
    }
}

/// # Safety
///
/// As `opencc_convert_utf8` promises of these pointers.
unsafe fn convert<'t>(
    opencc: opencc_t,
    input: *const c_char,
    length: usize,
) -> Result<Cow<'t, [u8]>, String> {
    if opencc.is_null() || opencc == failure() {
        return Err("the descriptor is not open".to_owned());
    }
    // SAFETY: it is neither null nor that of a failure, so it is from `opencc_open`.
    let converter = unsafe { &*opencc.cast::<Converter>() };
    if input.is_null() {
        return Err("the text is null".to_owned());
    }
    // SAFETY: `input` has `length` bytes or ends with a NUL, whichever comes first.
    let input = unsafe { memory::bytes(input, libc::strnlen(input, length)) };
    convert_bytes(converter, input.unwrap_or_default())
}

/// Converts text that need not be valid UTF-8, as OpenCC reads it: the first byte of a
/// character says how many bytes it has, and the others are not looked at. What is no
/// character is copied; where no character can begin is an error.
fn convert_bytes<'t>(converter: &Converter, input: &'t [u8]) -> Result<Cow<'t, [u8]>, String> {
    if let Ok(text) = str::from_utf8(input) {
        return Ok(match converter.convert(text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        });
    }
    let mut output = Vec::with_capacity(input.len());
    let mut rest = input;
    while let Some(chunk) = rest.utf8_chunks().next() {
        output.extend_from_slice(converter.convert(chunk.valid()).as_bytes());
        rest = &rest[chunk.valid().len()..];
        let Some(&first) = rest.first() else { break };
        let Some(length) = length_by_first_byte(first) else {
            let offset = input.len() - rest.len();
            return Err(format!(
                "Invalid UTF8: no character begins with {first:#04x}, byte {offset}"
            ));
        };
        let (character, behind) = rest.split_at(length.min(rest.len()));
        output.extend_from_slice(character);
        rest = behind;
    }
    Ok(Cow::Owned(output))
}

/// How many bytes a character has that begins with `first`, in UTF-8 as it once was defined,
/// with up to six.
fn length_by_first_byte(first: u8) -> Option<usize> {
    match first.leading_ones() {
        0 => Some(1),
        length @ 2..=6 => Some(length as usize),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanjian::Config;

    fn s2t(input: &[u8]) -> Result<Vec<u8>, String> {
        convert_bytes(&Converter::new(Config::S2t), input).map(Cow::into_owned)
    }

    #[test]
    fn a_character_that_is_cut_at_the_end_is_kept() {
        let (text, converted) = ("软件😀", "軟件😀");
        for end in 0..=text.len() {
            let whole = (0..=end).rev().find(|&end| text.is_char_boundary(end)).unwrap();
            let cut = &text.as_bytes()[whole..end];
            let expected = [&converted.as_bytes()[..whole], cut].concat();
            assert_eq!(s2t(&text.as_bytes()[..end]), Ok(expected), "{end}");
        }
    }

    #[test]
    fn what_is_long_enough_to_be_a_character_is_kept() {
        assert_eq!(s2t(b"a\xC0\x80\xE5\x8F\x91"), Ok(b"a\xC0\x80\xE7\x99\xBC".to_vec()));
        assert_eq!(s2t(b"\xED\xA0\x80\xE5\x8F\x91"), Ok(b"\xED\xA0\x80\xE7\x99\xBC".to_vec()));
    }

    #[test]
    fn where_no_character_begins_is_an_error_with_its_offset() {
        for (input, offset) in [(&b"\xB1"[..], 0), (b"ab\xFFc", 2), (b"\xE6a\xE4\xBB\xB6", 3)] {
            let message = s2t(input).unwrap_err();
            assert!(message.starts_with("Invalid UTF8: "), "{message}");
            assert!(message.ends_with(&format!("byte {offset}")), "{message}");
        }
    }

    #[test]
    fn what_is_no_descriptor_is_refused() {
        let text = c"\u{53D1}".as_ptr();
        for descriptor in [ptr::null_mut(), failure()] {
            // SAFETY: the text ends with a NUL.
            assert!(unsafe { opencc_convert_utf8(descriptor, text, FAILURE) }.is_null());
        }
        // SAFETY: neither is a descriptor that is open.
        unsafe {
            assert_eq!(opencc_close(ptr::null_mut()), 0);
            assert_ne!(opencc_close(failure()), 0);
        }
    }
}
