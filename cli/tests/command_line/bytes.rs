//! Compression and encodings.

use std::io::{Read, Write};

use crate::support::Folder;

const SOURCE: &str = "头发发现\n";
const CONVERTED: &str = "頭髮發現\n";

fn gz(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).expect("there is memory");
    encoder.finish().expect("there is memory")
}

fn compressed(extension: &str, text: &[u8]) -> Vec<u8> {
    match extension {
        "gz" => gz(text),
        "zst" => zstd::encode_all(text, 1).expect("there is memory"),
        "xz" => {
            let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
            encoder.write_all(text).expect("there is memory");
            encoder.finish().expect("there is memory")
        }
        _ => {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(text).expect("there is memory");
            encoder.finish().expect("there is memory")
        }
    }
}

fn decompressed(extension: &str, bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let read = match extension {
        "gz" => flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut text),
        "zst" => zstd::Decoder::new(bytes).and_then(|mut it| it.read_to_end(&mut text)),
        "xz" => liblzma::read::XzDecoder::new_multi_decoder(bytes).read_to_end(&mut text),
        _ => bzip2::read::MultiBzDecoder::new(bytes).read_to_end(&mut text),
    };
    read.expect("it is whole");
    text
}

const EXTENSIONS: [&str; 4] = ["gz", "zst", "xz", "bz2"];

#[test]
fn what_is_compressed_stays_compressed() {
    for extension in EXTENSIONS {
        let folder = Folder::new();
        // Several members, and more than a block.
        let text = SOURCE.repeat(30_000);
        let bytes = compressed(extension, text.as_bytes()).repeat(2);
        let converted = CONVERTED.repeat(60_000);
        // By content, and not by the name.
        folder.write("text", &bytes);
        folder.run(&["text", "--in-place"]).wrote("");
        assert!(decompressed(extension, &folder.read("text")) == converted.as_bytes());
        folder.write("text", &bytes);
        let finished = folder.run(&["text"]);
        assert!(decompressed(extension, &finished.output) == converted.as_bytes());
        folder.run_with(&["--compress", "none"], &bytes).wrote(&converted);
    }
}

#[test]
fn names_and_options_say_how_to_compress() {
    let folder = Folder::new();
    folder.write("a.txt", SOURCE);
    folder.write("b.gz", gz(SOURCE.as_bytes()));
    folder.run(&["a.txt", "-o", "c.xz"]).wrote("");
    assert_eq!(decompressed("xz", &folder.read("c.xz")), CONVERTED.as_bytes());
    folder.run(&["b.gz", "-o", "d.zst"]).wrote("");
    assert_eq!(decompressed("zst", &folder.read("d.zst")), CONVERTED.as_bytes());
    folder.run(&["b.gz", "-o", "e.txt"]).wrote("");
    assert_eq!(folder.read("e.txt"), CONVERTED.as_bytes());
    folder.run(&["a.txt", "--compress", "bz2", "-o", "f"]).wrote("");
    assert_eq!(decompressed("bz2", &folder.read("f")), CONVERTED.as_bytes());
    let finished = folder.run(&["b.gz", "--decompress", "none"]);
    assert_eq!(finished.code, Some(1), "it is no text");
}

#[test]
fn compressed_records_have_their_format() {
    let folder = Folder::new();
    folder.write("a.jsonl.zst", compressed("zst", "{\"a\":\"头\",\"b\":\"头\"}\n".as_bytes()));
    folder.run(&["a.jsonl.zst", "--field", "a", "--in-place"]).wrote("");
    let output = decompressed("zst", &folder.read("a.jsonl.zst"));
    assert_eq!(output, "{\"a\":\"頭\",\"b\":\"头\"}\n".as_bytes());
}

#[test]
fn what_is_cut_off_is_told_and_stays() {
    for extension in EXTENSIONS {
        let folder = Folder::new();
        let mut bytes = compressed(extension, SOURCE.repeat(30_000).as_bytes());
        bytes.truncate(bytes.len() - 3);
        folder.write("text", &bytes);
        let finished = folder.run(&["text", "--in-place"]);
        assert_eq!(finished.code, Some(1));
        assert!(finished.message.starts_with("fanjian: cannot read text: "), "{finished:?}");
        assert_eq!(folder.read("text"), bytes);
        assert_eq!(folder.names(), ["text"]);
    }
}

/// `头发` in encodings, and `頭髮`.
const ENCODED: [(&str, &[u8], &[u8]); 4] = [
    ("gb18030", b"\xCD\xB7\xB7\xA2", b"\xEE\x5E\xF3\x53\x30"),
    ("gbk", b"\xCD\xB7\xB7\xA2", b"\xEE\x5E"),
    ("utf-16le", b"\x34\x59\xD1\x53", b"\x2D\x98\xEE\x9A"),
    ("utf-16be", b"\x59\x34\x53\xD1", b"\x98\x2D\x9A\xEE"),
];

#[test]
fn other_encodings_are_read_and_written() {
    let folder = Folder::new();
    for (name, simplified, _) in ENCODED {
        let into_utf8 = ["--encoding", name, "--output-encoding", "utf-8"];
        folder.run_with(&into_utf8, simplified).wrote("頭髮");
        // There and back: no byte is lost.
        let kept = ["-c", "t2s", "--encoding", name];
        folder.run_with(&kept, simplified).wrote(simplified);
    }
    for (name, _, traditional) in &ENCODED[2..] {
        folder.run_with(&["--output-encoding", name], "头发").wrote(traditional);
    }
    folder.run_with(&["--output-encoding", "utf-16"], "头").wrote(b"\xFF\xFE\x2D\x98");
    folder.run_with(&["--encoding", "utf-16"], b"\xFE\xFF\x59\x34").wrote(b"\xFE\xFF\x98\x2D");
    folder.run_with(&["--output-encoding", "big5"], "头").wrote(b"\xC0\x59");
    folder.run_with(&["--encoding", "big5", "-c", "tw2t"], b"\xC0\x59\n").wrote(b"\xC0\x59\n");
}

#[test]
fn an_encoding_is_found_out() {
    let folder = Folder::new();
    let sentence = "他的头发很长，我们去看他们的软件和鼠标。\n";
    let (simplified, _, _) = encoding_rs::GB18030.encode(sentence);
    let text = simplified.repeat(30_000);
    let arguments = ["--encoding", "auto", "--output-encoding", "utf-8"];
    let converted = "他的頭髮很長，我們去看他們的軟件和鼠標。\n".repeat(30_000);
    folder.run_with(&arguments, text).wrote(&converted);
    folder.run_with(&arguments, sentence.repeat(30_000)).wrote(&converted);
}

#[test]
fn what_cannot_be_decoded_is_told_or_replaced() {
    let folder = Folder::new();
    folder.write("text", b"ab\xCD\xB7\xFF\xFF");
    let arguments = ["text", "--encoding", "gb18030", "--output-encoding", "utf-8"];
    folder.run(&[&arguments[..], &["-o", "out"]].concat()).failed_with(
        "fanjian: text: byte 4 is not gb18030; name another encoding by --encoding, or pass \
         --invalid=replace to write U+FFFD for such bytes\n",
    );
    assert_eq!(folder.names(), ["text"]);
    let replaced = folder.run(&[&arguments[..], &["--invalid", "replace"]].concat());
    replaced.wrote("ab頭\u{FFFD}\u{FFFD}");
}

#[test]
fn what_cannot_be_encoded_is_told_or_replaced() {
    let folder = Folder::new();
    folder.write("text", "头\n头，😀发");
    let arguments = ["text", "--output-encoding", "big5"];
    folder.run(&[&arguments[..], &["-o", "out"]].concat()).failed_with(
        "fanjian: out: line 2, column 3 of the output: Big5 does not have U+1F600 (😀); name \
         another encoding by --output-encoding, or pass --unencodable=replace or \
         --unencodable=escape\n",
    );
    assert_eq!(folder.names(), ["text"]);
    let note = "fanjian: text: 1 characters that Big5 does not have were replaced; the first is \
                U+1F600 (😀) at line 2, column 3 of the output\n";
    for (action, replacement) in [("replace", "?"), ("escape", "&#128512;")] {
        let finished = folder.run(&[&arguments[..], &["--unencodable", action]].concat());
        finished.noted(note);
        let (expected, _, _) = encoding_rs::BIG5.encode("頭\n頭，😀發");
        let expected = String::from_utf8_lossy(&expected).into_owned();
        let output = String::from_utf8_lossy(&finished.output).into_owned();
        assert_eq!(output, expected.replace("&#128512;", replacement));
    }
}

#[test]
fn records_have_encodings_too() {
    let folder = Folder::new();
    let (source, _, _) = encoding_rs::GB18030.encode("{\"t\":\"头发\",\"u\":\"头\"}\n");
    let (expected, _, _) = encoding_rs::GB18030.encode("{\"t\":\"頭髮\",\"u\":\"头\"}\n");
    folder.write("a.jsonl", source);
    folder.run(&["a.jsonl", "--field", "t", "--encoding", "gb18030"]).wrote(expected);
}

#[test]
fn no_more_comes_out_of_a_compressed_file_than_is_allowed() {
    for extension in EXTENSIONS {
        let folder = Folder::new();
        let text = SOURCE.repeat(200_000);
        folder.write("text", compressed(extension, text.as_bytes()));
        let arguments = ["text", "-o", "output", "--limit-unpacked", "1M"];
        folder.run(&arguments).failed_with(
            "fanjian: text: more than 1048576 bytes come out of it; if that is right, raise the \
             limit by --limit-unpacked\n",
        );
        assert_eq!(folder.names(), ["text"]);
        let arguments = ["text", "-o", "output", "--limit-unpacked", "4M"];
        folder.run(&arguments).wrote("");
        assert!(decompressed(extension, &folder.read("output")).len() == text.len());
    }
}

/// More than a gigabyte comes out of a megabyte: nobody means that.
#[test]
fn what_was_made_to_fill_disks_is_refused() {
    let folder = Folder::new();
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("there is memory");
    let zeros = vec![b'\n'; 1 << 20];
    for _ in 0..1025 {
        encoder.write_all(&zeros).expect("there is memory");
    }
    folder.write("text", encoder.finish().expect("there is memory"));
    let finished = folder.run(&["text", "-o", "output"]);
    let message = "fanjian: text: more than 1073741824 bytes come out of it; ";
    assert!(finished.message.starts_with(message), "{finished:?}");
    assert_eq!((finished.code, folder.names()), (Some(1), vec!["text".to_owned()]));
}
