//! The functions of `fanjian.h`.
//!
//! Names are C's own, so that they stand once. What goes wrong is a status that is
//! returned, and a message that each thread has for itself.
// The comments of items go into a header, whose readers have no Markdown.
#![allow(non_camel_case_types, clippy::doc_markdown)]

use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};
use std::str;

use fanjian::{
    Config, Converter, Disambiguation, Markup, Normalizer, Pipeline, Preset, Script, TofuRisk,
    Variety,
};

use crate::memory;

/// The length of a text that ends with a NUL. The header has it as C writes it.
pub const FANJIAN_TERMINATED: usize = memory::TERMINATED;

/// Restores the characters of Traditional text that careless conversions made wrong,
/// before all else.
pub const FANJIAN_REPAIR: u32 = 1;
/// The text is Markdown: code, URLs and the like stay as they are.
pub const FANJIAN_MARKDOWN: u32 = 2;
/// The text is HTML: tags, scripts and the like stay as they are.
pub const FANJIAN_HTML: u32 = 4;
/// Ambiguous characters are decided by what stands around them, where that is clearer than
/// OpenCC's choice.
pub const FANJIAN_CONTEXT: u32 = 8;
/// Without replacements that few fonts can show.
pub const FANJIAN_WITHOUT_TOFU_RISK: u32 = 16;

/// All options that there are.
const OPTIONS: u32 =
    FANJIAN_REPAIR | FANJIAN_MARKDOWN | FANJIAN_HTML | FANJIAN_CONTEXT | FANJIAN_WITHOUT_TOFU_RISK;

/// How a call ended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum fanjian_status {
    /// As asked.
    FANJIAN_OK = 0,
    /// A pointer is null that must not be.
    FANJIAN_NULL_POINTER = 1,
    /// No configuration or no preset has this name.
    FANJIAN_UNKNOWN_NAME = 2,
    /// There is no such option, or options exclude each other.
    FANJIAN_UNKNOWN_OPTION = 3,
    /// The text is not UTF-8; the message has the offset in bytes.
    FANJIAN_INVALID_UTF8 = 4,
    /// There is no memory for the result.
    FANJIAN_OUT_OF_MEMORY = 5,
    /// A fault in fanjian itself, please report it. The library can still be used.
    FANJIAN_INTERNAL_FAULT = 6,
}

/// Which script a text is written in.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum fanjian_script {
    /// No ideograph, or none that tells a script.
    FANJIAN_NEITHER = 0,
    /// Simplified Chinese.
    FANJIAN_SIMPLIFIED = 1,
    /// Traditional Chinese.
    FANJIAN_TRADITIONAL = 2,
    /// Japanese.
    FANJIAN_JAPANESE = 3,
    /// Both scripts of Chinese.
    FANJIAN_MIXED = 4,
}

/// What a text tells of its script and region. Counts are of characters or words.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct fanjian_detection {
    /// The script.
    pub script: fanjian_script,
    /// The BCP 47 tag of the variety (zh-Hans, zh-Hant, zh-Hant-TW, zh-Hant-HK, ja), which
    /// is never to be released; null where nothing tells it.
    pub variety: *const c_char,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// Ideographs.
    pub han: u64,
    /// Ideographs of Simplified script alone.
    pub simplified: u64,
    /// Ideographs of Traditional script alone.
    pub traditional: u64,
    /// Ideographs of Japanese alone.
    pub japanese: u64,
    /// Words that only a careless conversion leaves.
    pub careless: u64,
}

/// What is to be done to texts. Several threads may use one at once.
pub struct fanjian_pipeline(Pipeline);

/// The version of the library, such as "0.1.0". Never to be released.
#[unsafe(no_mangle)]
pub extern "C" fn fanjian_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// What went wrong in the last call on this thread that did not end with FANJIAN_OK, in
/// English; empty before the first. Valid until the next such call on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn fanjian_error() -> *const c_char {
    // A thread that is ending has no message any more.
    MESSAGE.try_with(|message| message.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

/// Makes a pipeline: what normalizes texts, converts them, or both in the right order.
///
/// @param preset        How to normalize: minimal, repair, corpus, mainland, taiwan or
///                      hongkong; null for not at all.
/// @param configuration How to convert, by OpenCC's name, such as s2twp, with or without
///                      ".json"; null for not at all.
/// @param options       Any of FANJIAN_REPAIR, FANJIAN_MARKDOWN or FANJIAN_HTML,
///                      FANJIAN_CONTEXT, FANJIAN_WITHOUT_TOFU_RISK, or 0.
/// @param pipeline      Where the pipeline goes; to be released by fanjian_pipeline_free.
///
/// # Safety
///
/// Names are null or end with a NUL; `pipeline` is null or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fanjian_pipeline_new(
    preset: *const c_char,
    configuration: *const c_char,
    options: u32,
    pipeline: *mut *mut fanjian_pipeline,
) -> fanjian_status {
    guard(|| {
        let pipeline = NonNull::new(pipeline).ok_or_else(|| Failure::null("pipeline"))?;
        // SAFETY: names are null or end with a NUL.
        let (preset, configuration) = unsafe { (name(preset)?, name(configuration)?) };
        let made = make(preset, configuration, options)?;
        // SAFETY: `pipeline` can be written to, and it is not null.
        unsafe { pipeline.write(Box::into_raw(Box::new(fanjian_pipeline(made)))) };
        Ok(())
    })
}

/// Releases a pipeline; null is none.
///
/// # Safety
///
/// It is null, or from `fanjian_pipeline_new` and released for the first time, and no
/// thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fanjian_pipeline_free(pipeline: *mut fanjian_pipeline) {
    if !pipeline.is_null() {
        // SAFETY: it is from `Box::into_raw`, in `fanjian_pipeline_new`, and not yet released.
        drop(unsafe { Box::from_raw(pipeline) });
    }
}

/// Does to a text what the pipeline is for.
///
/// @param pipeline      From fanjian_pipeline_new.
/// @param text          UTF-8. A NUL in it is a character like others.
/// @param length        Bytes of the text, or FANJIAN_TERMINATED where a NUL ends it.
/// @param output        Where the result goes, with a NUL behind it; to be released by
///                      fanjian_free.
/// @param output_length Where the number of bytes of the result goes, without the NUL;
///                      null if nobody asks.
///
/// # Safety
///
/// `pipeline` is null or from `fanjian_pipeline_new`; `text` is null or has `length` bytes;
/// `output` and `output_length` are null or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fanjian_process(
    pipeline: *const fanjian_pipeline,
    text: *const c_char,
    length: usize,
    output: *mut *mut c_char,
    output_length: *mut usize,
) -> fanjian_status {
    guard(|| {
        // SAFETY: it is null or from `fanjian_pipeline_new`, which made a reference's worth.
        let pipeline = unsafe { pipeline.as_ref() }.ok_or_else(|| Failure::null("pipeline"))?;
        // SAFETY: as this function's own promises.
        unsafe { transform(&pipeline.0, text, length, output, output_length) }
    })
}

/// Converts a text: fanjian_process with a pipeline of this configuration alone.
///
/// @param configuration OpenCC's name, such as s2twp, with or without ".json".
///
/// # Safety
///
/// As for `fanjian_process`; `configuration` is null or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fanjian_convert(
    configuration: *const c_char,
    text: *const c_char,
    length: usize,
    output: *mut *mut c_char,
    output_length: *mut usize,
) -> fanjian_status {
    guard(|| {
        // SAFETY: `configuration` is null or ends with a NUL.
        let configuration =
            unsafe { name(configuration)? }.ok_or_else(|| Failure::null("configuration"))?;
        let pipeline = make(None, Some(configuration), 0)?;
        // SAFETY: as this function's own promises.
        unsafe { transform(&pipeline, text, length, output, output_length) }
    })
}

/// Normalizes a text: fanjian_process with a pipeline of this preset alone.
///
/// @param preset minimal, repair, corpus, mainland, taiwan or hongkong.
///
/// # Safety
///
/// As for `fanjian_process`; `preset` is null or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fanjian_normalize(
    preset: *const c_char,
    text: *const c_char,
    length: usize,
    output: *mut *mut c_char,
    output_length: *mut usize,
) -> fanjian_status {
    guard(|| {
        // SAFETY: `preset` is null or ends with a NUL.
        let preset = unsafe { name(preset)? }.ok_or_else(|| Failure::null("preset"))?;
        let pipeline = make(Some(preset), None, 0)?;
        // SAFETY: as this function's own promises.
        unsafe { transform(&pipeline, text, length, output, output_length) }
    })
}

/// Tells the script and the region of a text.
///
/// @param text      UTF-8.
/// @param length    Bytes of the text, or FANJIAN_TERMINATED where a NUL ends it.
/// @param detection Where the result goes.
///
/// # Safety
///
/// `text` is null or has `length` bytes; `detection` is null or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fanjian_detect(
    text: *const c_char,
    length: usize,
    detection: *mut fanjian_detection,
) -> fanjian_status {
    guard(|| {
        let detection = NonNull::new(detection).ok_or_else(|| Failure::null("detection"))?;
        // SAFETY: `text` is null or has `length` bytes.
        let text = unsafe { read(text, length)? };
        // SAFETY: `detection` can be written to, and it is not null.
        unsafe { detection.write(detect(text)) };
        Ok(())
    })
}

/// Releases the result of fanjian_process, fanjian_convert or fanjian_normalize; null is
/// none.
///
/// # Safety
///
/// It is null, or such a result that is released for the first time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fanjian_free(output: *mut c_char) {
    // SAFETY: as this function's own promise; results are allocated by `memory`.
    unsafe { memory::release(output) };
}

/// Why a call failed.
struct Failure {
    status: fanjian_status,
    message: String,
}

impl Failure {
    fn new(status: fanjian_status, message: impl ToString) -> Failure {
        Failure { status, message: message.to_string() }
    }

    fn null(name: &str) -> Failure {
        Failure::new(fanjian_status::FANJIAN_NULL_POINTER, format_args!("{name} is null"))
    }

    fn unknown(error: impl ToString) -> Failure {
        Failure::new(fanjian_status::FANJIAN_UNKNOWN_NAME, error)
    }
}

thread_local! {
    /// What `fanjian_error` answers.
    static MESSAGE: RefCell<CString> = RefCell::default();
}

/// Runs what a call does, so that neither an error nor a panic gets lost or gets out.
fn guard(call: impl FnOnce() -> Result<(), Failure>) -> fanjian_status {
    // A panic leaves nothing half done that anybody sees: results are written last.
    let failure = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => return fanjian_status::FANJIAN_OK,
        Ok(Err(failure)) => failure,
        Err(panic) => Failure::new(fanjian_status::FANJIAN_INTERNAL_FAULT, reason(&*panic)),
    };
    let message = printable(failure.message);
    _ = MESSAGE.try_with(|last| last.replace(message));
    failure.status
}

/// What a panic said.
pub(crate) fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("internal fault, please report it: {}", text.unwrap_or("no reason is known"))
}

/// A message without what C would take for its end.
pub(crate) fn printable(message: String) -> CString {
    CString::new(message.replace('\0', "\u{FFFD}")).unwrap_or_default()
}

/// A name that C hands over, or none for a null pointer.
///
/// # Safety
///
/// `name` is null or ends with a NUL, and nobody writes to it as long as the result is used.
unsafe fn name<'n>(name: *const c_char) -> Result<Option<&'n str>, Failure> {
    // SAFETY: the caller's promise, for this length.
    let Some(bytes) = (unsafe { memory::bytes(name, FANJIAN_TERMINATED) }) else {
        return Ok(None);
    };
    match str::from_utf8(bytes) {
        Ok(name) => Ok(Some(name)),
        Err(_) => Err(Failure::unknown(format_args!(
            "there is no configuration and no preset {:?}",
            String::from_utf8_lossy(bytes)
        ))),
    }
}

fn make(
    preset: Option<&str>,
    configuration: Option<&str>,
    options: u32,
) -> Result<Pipeline, Failure> {
    let has = |option| options & option != 0;
    let refuse = |reason| Err(Failure::new(fanjian_status::FANJIAN_UNKNOWN_OPTION, reason));
    if options & !OPTIONS != 0 {
        return refuse(format!("there is no option {:#x}", options & !OPTIONS));
    }
    let markup = match (has(FANJIAN_MARKDOWN), has(FANJIAN_HTML)) {
        (true, true) => return refuse("a text is Markdown or HTML, not both".to_owned()),
        (true, false) => Markup::Markdown,
        (false, true) => Markup::Html,
        (false, false) => Markup::Plain,
    };

    let mut pipeline = Pipeline::builder().repair(has(FANJIAN_REPAIR)).markup(markup);
    if let Some(preset) = preset {
        let preset: Preset = preset.parse().map_err(Failure::unknown)?;
        pipeline = pipeline.normalize(Normalizer::new(preset));
    }
    if let Some(configuration) = configuration {
        let config: Config = configuration.parse().map_err(Failure::unknown)?;
        let mut converter = Converter::builder(config);
        if has(FANJIAN_CONTEXT) {
            converter = converter.disambiguation(Disambiguation::Context);
        }
        if has(FANJIAN_WITHOUT_TOFU_RISK) {
            converter = converter.tofu_risk(TofuRisk::Exclude);
        }
        pipeline = pipeline.convert(converter.build());
    }
    Ok(pipeline.build())
}

/// # Safety
///
/// As `fanjian_process` promises of these pointers.
unsafe fn transform(
    pipeline: &Pipeline,
    text: *const c_char,
    length: usize,
    output: *mut *mut c_char,
    output_length: *mut usize,
) -> Result<(), Failure> {
    let output = NonNull::new(output).ok_or_else(|| Failure::null("output"))?;
    // SAFETY: `text` is null or has `length` bytes.
    let processed = pipeline.process(unsafe { read(text, length)? });
    let Some(memory) = memory::allocate(processed.as_bytes()) else {
        let message = format_args!("no memory for {} bytes", processed.len());
        return Err(Failure::new(fanjian_status::FANJIAN_OUT_OF_MEMORY, message));
    };
    // SAFETY: `output` and, unless it is null, `output_length` can be written to.
    unsafe {
        output.write(memory.as_ptr());
        if let Some(output_length) = NonNull::new(output_length) {
            output_length.write(processed.len());
        }
    }
    Ok(())
}

/// # Safety
///
/// As for [`memory::bytes`].
unsafe fn read<'t>(text: *const c_char, length: usize) -> Result<&'t str, Failure> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { memory::bytes(text, length) }.ok_or_else(|| Failure::null("text"))?;
    str::from_utf8(bytes).map_err(|error| {
        let message = format_args!("the text is not UTF-8 at byte {}", error.valid_up_to());
        Failure::new(fanjian_status::FANJIAN_INVALID_UTF8, message)
    })
}

fn detect(text: &str) -> fanjian_detection {
    let detection = fanjian::detect(text);
    fanjian_detection {
        script: match detection.script() {
            Script::Simplified => fanjian_script::FANJIAN_SIMPLIFIED,
            Script::Traditional => fanjian_script::FANJIAN_TRADITIONAL,
            Script::Japanese => fanjian_script::FANJIAN_JAPANESE,
            Script::Mixed => fanjian_script::FANJIAN_MIXED,
            _ => fanjian_script::FANJIAN_NEITHER,
        },
        variety: detection.variety().map_or(ptr::null(), |variety| tag(variety).as_ptr()),
        confidence: detection.confidence(),
        han: detection.han(),
        simplified: detection.simplified(),
        traditional: detection.traditional(),
        japanese: detection.japanese(),
        careless: detection.careless(),
    }
}

/// The tag of a variety, as C writes it.
fn tag(variety: Variety) -> &'static CStr {
    match variety {
        Variety::Simplified => c"zh-Hans",
        Variety::Traditional => c"zh-Hant",
        Variety::TraditionalTaiwan => c"zh-Hant-TW",
        Variety::TraditionalHongKong => c"zh-Hant-HK",
        Variety::Japanese => c"ja",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_as_a_status_and_a_message() {
        let status = guard(|| panic!("table {} is\0broken", 7));
        assert_eq!(status, fanjian_status::FANJIAN_INTERNAL_FAULT);
        // SAFETY: the message ends with a NUL, and no other call is made on this thread.
        let message = unsafe { CStr::from_ptr(fanjian_error()) }.to_str().unwrap();
        assert!(message.ends_with("table 7 is\u{FFFD}broken"), "{message}");
    }

    #[test]
    fn a_message_is_its_thread_s() {
        let status = guard(|| Err(Failure::null("text")));
        assert_eq!(status, fanjian_status::FANJIAN_NULL_POINTER);
        let elsewhere = std::thread::spawn(|| {
            // SAFETY: the message ends with a NUL.
            unsafe { CStr::from_ptr(fanjian_error()) }.to_owned()
        });
        assert_eq!(elsewhere.join().unwrap().as_c_str(), c"");
    }

    #[test]
    fn tags_are_the_library_s() {
        for config in Config::ALL {
            for variety in [config.source(), config.target()] {
                assert_eq!(tag(variety).to_str(), Ok(variety.tag()));
            }
        }
    }

    #[test]
    fn options_are_one_bit_each_and_others_are_refused() {
        assert_eq!(OPTIONS.count_ones(), 5);
        for bit in 0..u32::BITS {
            let made = make(None, None, 1 << bit);
            assert_eq!(made.is_ok(), OPTIONS & 1 << bit != 0, "{bit}");
        }
    }
}
