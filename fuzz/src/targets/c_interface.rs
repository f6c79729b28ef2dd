//! What C gets is what the library gives; whatever pointers, lengths and bytes it hands over
//! within the promises of the headers, nothing is read or written beyond them. Texts lie in
//! memory of exactly their length, so that the sanitizer sees a byte too many.

use std::ffi::{CStr, CString, c_char};
use std::ptr;

use fanjian::{
    Config, Converter, Disambiguation, Markup, Normalizer, Pipeline, Preset, TofuRisk, detect,
};

use crate::input::Input;
use crate::interface::{
    FANJIAN_CONTEXT, FANJIAN_HTML, FANJIAN_MARKDOWN, FANJIAN_REPAIR, FANJIAN_TERMINATED,
    FANJIAN_WITHOUT_TOFU_RISK, fanjian_convert, fanjian_detect, fanjian_detection, fanjian_error,
    fanjian_free, fanjian_normalize, fanjian_pipeline, fanjian_pipeline_free, fanjian_pipeline_new,
    fanjian_process, fanjian_status,
};
use crate::mutate::Pieces;
use crate::opencc;
use crate::pieces::{MARKS, OTHER};

/// What its texts are made of.
pub const PIECES: Pieces = Pieces { own: &[MARKS, OTHER, BROKEN], keys: 5 };

/// Where texts of C end, and what stands where no conversion looks.
const BROKEN: &[&str] = &["\0", "\0\0", "<p lang=\"zh\">", "`", "\u{7F}", "\u{10FFFF}"];

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let text = input.body().to_vec().into_boxed_slice();
    process(&input, &text);
    shortcuts(&input, &text);
    detection(&text);
    opencc(&input, &text);
    names(&text);
}

/// A call that writes a text and its length, and what became of it.
fn called(
    call: impl FnOnce(*mut *mut c_char, *mut usize) -> fanjian_status,
) -> Result<Vec<u8>, fanjian_status> {
    let (mut output, mut length) = (ptr::null_mut(), usize::MAX);
    let status = call(&raw mut output, &raw mut length);
    if status != fanjian_status::FANJIAN_OK {
        assert!(output.is_null() && length == usize::MAX, "a failure has written");
        assert!(!last_error().is_empty(), "a failure says nothing");
        return Err(status);
    }
    // SAFETY: the call has succeeded: so many bytes are there, and a NUL behind them.
    let result = unsafe {
        let bytes = std::slice::from_raw_parts(output.cast::<u8>(), length + 1);
        assert_eq!(bytes[length], 0);
        let result = bytes[..length].to_vec();
        fanjian_free(output);
        result
    };
    Ok(result)
}

fn last_error() -> String {
    // SAFETY: it ends with a NUL, and is read before the next call.
    unsafe { CStr::from_ptr(fanjian_error()) }.to_str().expect("messages are UTF-8").to_owned()
}

/// What a call should give that does this to a text.
fn expected(text: &[u8], to: impl FnOnce(&str) -> Vec<u8>) -> Result<Vec<u8>, fanjian_status> {
    std::str::from_utf8(text).map(to).map_err(|_| fanjian_status::FANJIAN_INVALID_UTF8)
}

/// A pipeline of any names and options, for a text with its length and for one that a NUL
/// ends.
fn process(input: &Input<'_>, text: &[u8]) {
    let config = (!input.bit(1, 2)).then(|| input.config());
    let preset = (!input.bit(1, 3)).then(|| input.choose(2, &Preset::ALL));
    let options = input.choose(3, &[0, 1, 2, 4, 8, 16, 9, 18, 28, 31, 32, u32::MAX]);
    let [config_name, preset_name] =
        [config.map(|it| it.name()), preset.map(|it| it.name())].map(c_name);
    let mut pipeline: *mut fanjian_pipeline = ptr::null_mut();
    let name = |name: &Option<CString>| name.as_ref().map_or(ptr::null(), |name| name.as_ptr());
    // SAFETY: names are null or end with a NUL.
    let status = unsafe {
        fanjian_pipeline_new(name(&preset_name), name(&config_name), options, &raw mut pipeline)
    };
    let Some(same) = same_pipeline(config, preset, options) else {
        assert_eq!(status, fanjian_status::FANJIAN_UNKNOWN_OPTION);
        assert!(pipeline.is_null());
        return;
    };
    assert_eq!(status, fanjian_status::FANJIAN_OK, "{}", last_error());
    let processed = |text: &str| same.process(text).into_owned().into_bytes();

    // SAFETY: the text has so many bytes.
    let whole = called(|output, length| unsafe {
        fanjian_process(pipeline, text.as_ptr().cast(), text.len(), output, length)
    });
    assert_eq!(whole, expected(text, processed), "{:?}", text.escape_ascii().to_string());

    let terminated = [text, &[0]].concat().into_boxed_slice();
    // SAFETY: a NUL ends the text.
    let up_to_nul = called(|output, length| unsafe {
        fanjian_process(pipeline, terminated.as_ptr().cast(), FANJIAN_TERMINATED, output, length)
    });
    assert_eq!(up_to_nul, expected(before_nul(text), processed));

    // SAFETY: null pointers are refused; the text has so many bytes.
    let without_text = called(|output, _| unsafe {
        fanjian_process(pipeline, ptr::null(), 3, output, ptr::null_mut())
    });
    assert_eq!(without_text, Err(fanjian_status::FANJIAN_NULL_POINTER));
    // SAFETY: as before, and the pipeline is released once.
    unsafe {
        let text = text.as_ptr().cast();
        let status = fanjian_process(pipeline, text, 0, ptr::null_mut(), ptr::null_mut());
        assert_eq!(status, fanjian_status::FANJIAN_NULL_POINTER);
        fanjian_pipeline_free(pipeline);
    }
}

/// The pipeline of the library; none for options that exclude each other or are none.
fn same_pipeline(config: Option<Config>, preset: Option<Preset>, options: u32) -> Option<Pipeline> {
    let has = |option| options & option != 0;
    let markup = match (has(FANJIAN_MARKDOWN), has(FANJIAN_HTML)) {
        _ if options >= 32 => return None,
        (true, true) => return None,
        (true, false) => Markup::Markdown,
        (false, true) => Markup::Html,
        (false, false) => Markup::Plain,
    };
    let mut builder = Pipeline::builder().repair(has(FANJIAN_REPAIR)).markup(markup);
    if let Some(preset) = preset {
        builder = builder.normalize(Normalizer::new(preset));
    }
    if let Some(config) = config {
        let disambiguation = match has(FANJIAN_CONTEXT) {
            true => Disambiguation::Context,
            false => Disambiguation::default(),
        };
        let tofu_risk = match has(FANJIAN_WITHOUT_TOFU_RISK) {
            true => TofuRisk::Exclude,
            false => TofuRisk::Include,
        };
        let converter = Converter::builder(config).tofu_risk(tofu_risk);
        builder = builder.convert(converter.disambiguation(disambiguation).build());
    }
    Some(builder.build())
}

/// The calls that need no pipeline.
fn shortcuts(input: &Input<'_>, text: &[u8]) {
    let config = input.config();
    let name = CString::new(format!("{config}.json")).expect("names have no NUL");
    // SAFETY: the name ends with a NUL, and the text has so many bytes.
    let converted = called(|output, length| unsafe {
        fanjian_convert(name.as_ptr(), text.as_ptr().cast(), text.len(), output, length)
    });
    let converter = Converter::new(config);
    assert_eq!(converted, expected(text, |it| converter.convert(it).into_owned().into_bytes()));

    let preset = input.choose(2, &Preset::ALL);
    let name = CString::new(preset.name()).expect("names have no NUL");
    // SAFETY: as before.
    let normalized = called(|output, length| unsafe {
        fanjian_normalize(name.as_ptr(), text.as_ptr().cast(), text.len(), output, length)
    });
    let normalizer = Normalizer::new(preset);
    assert_eq!(normalized, expected(text, |it| normalizer.normalize(it).into_owned().into_bytes()));
}

fn detection(text: &[u8]) {
    let mut detection = std::mem::MaybeUninit::<fanjian_detection>::uninit();
    // SAFETY: the text has so many bytes, and the result has a place.
    let status =
        unsafe { fanjian_detect(text.as_ptr().cast(), text.len(), detection.as_mut_ptr()) };
    let Ok(text) = std::str::from_utf8(text) else {
        assert_eq!(status, fanjian_status::FANJIAN_INVALID_UTF8);
        return;
    };
    assert_eq!(status, fanjian_status::FANJIAN_OK);
    // SAFETY: the call has succeeded, so all of it is written.
    let detection = unsafe { detection.assume_init() };
    let same = detect(text);
    assert_eq!(
        [detection.han, detection.simplified, detection.traditional, detection.japanese],
        [same.han(), same.simplified(), same.traditional(), same.japanese()]
    );
    assert_eq!(detection.careless, same.careless());
    assert_eq!(detection.confidence.to_bits(), same.confidence().to_bits());
    // SAFETY: unless it is null, it is a tag that is never released.
    let variety = (!detection.variety.is_null())
        .then(|| unsafe { CStr::from_ptr(detection.variety) }.to_str().expect("tags are ASCII"));
    assert_eq!(variety, same.variety().map(|variety| variety.tag()));
}

/// OpenCC's functions: bytes of any kind, which a NUL ends.
fn opencc(input: &Input<'_>, text: &[u8]) {
    let config = input.config();
    let name = CString::new(format!("{config}.json")).expect("names have no NUL");
    let expected = as_opencc_reads(&Converter::new(config), before_nul(text));
    let address = text.as_ptr().cast();
    // SAFETY: the name ends with a NUL, the text has so many bytes, the buffer has room for
    // what is known to come, results are released once, and so is the descriptor.
    unsafe {
        let descriptor = opencc::opencc_open(name.as_ptr());
        let result = opencc::opencc_convert_utf8(descriptor, address, text.len());
        assert_eq!(result.is_null(), expected.is_none());
        if let Some(expected) = &expected {
            assert_eq!(CStr::from_ptr(result).to_bytes(), expected);
            let mut buffer = vec![0xFF_u8; expected.len() + 1].into_boxed_slice();
            let output = buffer.as_mut_ptr().cast();
            let length =
                opencc::opencc_convert_utf8_to_buffer(descriptor, address, text.len(), output);
            assert_eq!(length, expected.len());
            assert_eq!(buffer.split_last(), Some((&0, &expected[..])));
        } else {
            assert!(CStr::from_ptr(opencc::opencc_error()).to_bytes().starts_with(b"Invalid UTF8"));
        }
        opencc::opencc_convert_utf8_free(result);
        assert_eq!(opencc::opencc_close(descriptor), 0);
    }
}

/// What comes out where OpenCC reads bytes, of which the first of each character alone says
/// how many it has; nothing, where none can begin.
fn as_opencc_reads(converter: &Converter, mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut output = Vec::new();
    let mut text = String::new();
    while let Some(first) = bytes.first() {
        let length = match first {
            0x00..=0x7F => 1,
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF7 => 4,
            0xF8..=0xFB => 5,
            0xFC..=0xFD => 6,
            0x80..=0xBF | 0xFE..=0xFF => return None,
        };
        let (character, behind) = bytes.split_at(length.min(bytes.len()));
        match std::str::from_utf8(character) {
            Ok(character) => text.push_str(character),
            Err(_) => {
                output.extend_from_slice(converter.convert(&text).as_bytes());
                output.extend_from_slice(character);
                text.clear();
            }
        }
        bytes = behind;
    }
    output.extend_from_slice(converter.convert(&text).as_bytes());
    Some(output)
}

/// Names that are none: an error, and the result's place untouched.
fn names(text: &[u8]) {
    let name = CString::new([b"no such folder/", before_nul(text)].concat());
    let name = name.expect("it was cut before the first NUL");
    // SAFETY: the name ends with a NUL.
    let converted = called(|output, length| unsafe {
        fanjian_convert(name.as_ptr(), c"".as_ptr(), 0, output, length)
    });
    assert_eq!(converted, Err(fanjian_status::FANJIAN_UNKNOWN_NAME));
    // SAFETY: as before; what was not opened is refused everywhere.
    unsafe {
        let descriptor = opencc::opencc_open(name.as_ptr());
        assert_eq!(descriptor.addr(), usize::MAX);
        assert!(opencc::opencc_convert_utf8(descriptor, c"".as_ptr(), 0).is_null());
        assert_ne!(opencc::opencc_close(descriptor), 0);
    }
}

fn c_name(name: Option<&str>) -> Option<CString> {
    name.map(|name| CString::new(name).expect("names have no NUL"))
}

/// What C takes for the text, where a NUL ends it.
fn before_nul(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == 0).next().unwrap_or_default()
}
