//! JSON Lines: one JSON value (RFC 8259) in each line.
//!
//! A record is scanned once, without recursion and without a copy. The scan checks
//! that the line is JSON and finds the strings of the fields that were asked for; of a
//! string that changes, the literal alone is written anew. Key order, spaces, forms of
//! numbers and all other strings stay byte for byte.
//!
//! A string with escapes is decoded first, since a word may be written so. If it
//! changes, only what must be is escaped again. An escape that is half a surrogate
//! pair is no character: it stays, and the texts before and behind it are apart.

use std::ops::Range;

use crate::counted::Counted;

use super::{Editing, InvalidRecord, Worked, edit_block};
use crate::blocks::Block;

/// The keys that lead to strings, as a tree. An array on the way stands for each of
/// its elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    /// Whether strings here were asked for.
    is_text: bool,
    children: Vec<(String, usize)>,
    /// Where all other keys lead.
    any: Option<usize>,
}

const ROOT: usize = 0;

/// How many bytes are compared at once: vectors of so many are everywhere.
const CHUNK: usize = 16;

impl Fields {
    /// Understands names of fields: keys with dots between them, where `\.` is a dot
    /// of a key and `*` any key.
    pub(crate) fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Fields {
        let mut fields = Fields { nodes: vec![Node::default()] };
        for name in names {
            let mut node = ROOT;
            for key in keys(name) {
                node = fields.child(node, key);
            }
            fields.nodes[node].is_text = true;
        }
        fields
    }

    fn child(&mut self, node: usize, key: String) -> usize {
        let known = if key == "*" { self.nodes[node].any } else { self.named(node, &key) };
        known.unwrap_or_else(|| {
            let child = self.nodes.len();
            self.nodes.push(Node::default());
            if key == "*" {
                self.nodes[node].any = Some(child);
            } else {
                self.nodes[node].children.push((key, child));
            }
            child
        })
    }

    fn named(&self, node: usize, key: &str) -> Option<usize> {
        self.nodes[node].children.iter().find(|(name, _)| name == key).map(|(_, child)| *child)
    }

    fn follow(&self, node: Option<usize>, key: &str) -> Option<usize> {
        self.named(node?, key).or(self.nodes[node?].any)
    }

    fn is_text(&self, node: Option<usize>) -> bool {
        node.is_some_and(|node| self.nodes[node].is_text)
    }
}

/// The keys that a name of a field is made of.
fn keys(name: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        let key = keys.len() - 1;
        match character {
            '.' => keys.push(String::new()),
            '\\' if matches!(characters.peek(), Some('.' | '\\')) => {
                keys[key].extend(characters.next());
            }
            _ => keys[key].push(character),
        }
    }
    keys
}

/// What is done to the fields of records.
pub(crate) struct Jsonl {
    pub(crate) fields: Fields,
    pub(crate) pipeline: Counted,
    pub(crate) policy: InvalidRecord,
}

impl Jsonl {
    /// Does all records of a block.
    pub(crate) fn work(&self, block: Block) -> Worked {
        edit_block(block, self.policy, |editing| {
            let mut start = if editing.block.offset == 0 { mark(&editing.block.bytes) } else { 0 };
            let bytes = &editing.block.bytes;
            // Once for all records: nearly always, all of them are.
            let text = simdutf8::basic::from_utf8(bytes).ok();
            let mut buffers = Buffers::default();
            while start < bytes.len() {
                let end = memchr::memchr(b'\n', &bytes[start..])
                    .map_or(bytes.len(), |length| start + length + 1);
                let line = match text {
                    Some(text) => Ok(&text[start..end]),
                    None => std::str::from_utf8(&bytes[start..end]),
                };
                let goes_on = match line {
                    Ok(line) => self.record(editing, start..end, line, &mut buffers),
                    Err(error) => {
                        let fault = format!("not UTF-8 at byte {}", error.valid_up_to() + 1);
                        editing.invalid(start..end, editing.mark(), &fault)
                    }
                };
                if !goes_on {
                    return;
                }
                start = end;
            }
        })
    }

    /// Does one record, and says whether to go on.
    fn record(
        &self,
        editing: &mut Editing<'_>,
        range: Range<usize>,
        line: &str,
        buffers: &mut Buffers,
    ) -> bool {
        if line.bytes().all(is_space) {
            return true;
        }
        let mark = editing.mark();
        let scanned = scan(line, &self.fields, |literal| {
            editing.found();
            let Literal { range: Range { start, end }, has_escapes } = literal;
            if let Some(replacement) = self.literal(&line[start..end], has_escapes, buffers) {
                editing.replace(range.start + start..range.start + end, replacement.as_bytes());
            }
        });
        match scanned {
            Ok(()) => true,
            Err(fault) => {
                let Fault { offset, expected } = fault;
                let fault = format!("invalid JSON at byte {}: expected {expected}", offset + 1);
                editing.invalid(range, mark, &fault)
            }
        }
    }

    /// What stands between the quotation marks of a string that changes.
    fn literal<'b>(
        &self,
        source: &str,
        has_escapes: bool,
        buffers: &'b mut Buffers,
    ) -> Option<&'b str> {
        let Buffers { decoded, converted, output } = buffers;
        output.clear();
        let mut is_changed = false;
        let mut convert = |text: &str, output: &mut String| {
            converted.clear();
            self.pipeline.process_into(text, converted);
            is_changed |= converted != text;
            push_escaped(converted, output);
        };
        if !has_escapes {
            convert(source, output);
        } else {
            for_each_part(source, decoded, |part| match part {
                Part::Text(text) => convert(text, output),
                Part::HalfPair(escape) => output.push_str(escape),
            });
        }
        is_changed.then_some(&*output)
    }
}

/// Memory that is used for one string after the other.
#[derive(Default)]
struct Buffers {
    decoded: String,
    converted: String,
    output: String,
}

/// The length of the byte order mark that `bytes` begin with.
fn mark(bytes: &[u8]) -> usize {
    if bytes.starts_with("\u{FEFF}".as_bytes()) { 3 } else { 0 }
}

/// A part of a string's literal.
#[derive(Debug, PartialEq, Eq)]
enum Part<'l> {
    Text(&'l str),
    /// An escape of half a surrogate pair, as it stands.
    HalfPair(&'l str),
}

/// Decodes a literal that was scanned already, in `text`.
fn for_each_part(literal: &str, text: &mut String, mut take: impl FnMut(Part<'_>)) {
    text.clear();
    let mut rest = literal;
    while let Some(offset) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..offset]);
        rest = &rest[offset..];
        let (character, length) = unescape(rest);
        match character {
            Some(character) => text.push(character),
            None => {
                if !text.is_empty() {
                    take(Part::Text(text));
                    text.clear();
                }
                take(Part::HalfPair(&rest[..length]));
            }
        }
        rest = &rest[length..];
    }
    text.push_str(rest);
    if !text.is_empty() {
        take(Part::Text(text));
    }
}

/// The character that the escape at the start of `text` means, unless it is half a
/// pair, and the escape's length.
fn unescape(text: &str) -> (Option<char>, usize) {
    let character = match text.as_bytes()[1] {
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unescape_unit(text),
        other => char::from(other),
    };
    (Some(character), 2)
}

fn unescape_unit(text: &str) -> (Option<char>, usize) {
    let Some(first) = unit(text) else { return (None, 2) };
    if let Some(character) = char::from_u32(u32::from(first)) {
        return (Some(character), 6);
    }
    let pair = text.get(6..).and_then(unit).map(|second| [first, second]);
    let decoded = pair.and_then(|pair| char::decode_utf16(pair).next()?.ok());
    match decoded {
        Some(character) => (Some(character), 12),
        None => (None, 6),
    }
}

/// The number of an escape such as `\u5934`.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// Appends a text of which is escaped what must be: quotation marks, backslashes and
/// control characters.
fn push_escaped(text: &str, output: &mut String) {
    let mut rest = text;
    while let Some(offset) = first_to_escape(rest.as_bytes()) {
        output.push_str(&rest[..offset]);
        match rest.as_bytes()[offset] {
            b'"' => output.push_str("\\\""),
            b'\\' => output.push_str("\\\\"),
            b'\n' => output.push_str("\\n"),
            b'\r' => output.push_str("\\r"),
            b'\t' => output.push_str("\\t"),
            0x08 => output.push_str("\\b"),
            0x0C => output.push_str("\\f"),
            other => output.push_str(&format!("\\u{other:04x}")),
        }
        rest = &rest[offset + 1..];
    }
    output.push_str(rest);
}

/// Where the first byte stands that must be escaped.
fn first_to_escape(bytes: &[u8]) -> Option<usize> {
    let (chunks, _) = bytes.as_chunks::<CHUNK>();
    // Without an early exit, so that a chunk's bytes are compared at once.
    let must_be =
        |chunk: &&[u8; CHUNK]| chunk.iter().fold(false, |any, byte| any | must_be_escaped(*byte));
    let start = CHUNK * chunks.iter().take_while(|chunk| !must_be(chunk)).count();
    let offset = bytes[start..].iter().position(|byte| must_be_escaped(*byte))?;
    Some(start + offset)
}

fn must_be_escaped(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// A string in a line.
struct Literal {
    /// What stands between its quotation marks.
    range: Range<usize>,
    has_escapes: bool,
}

/// Where a line is not JSON.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    offset: usize,
    expected: &'static str,
}

/// A value that is not finished.
struct Open {
    node: Option<usize>,
    is_object: bool,
}

/// Checks that `line` is one JSON value, and gives all strings that were asked for, in
/// order.
fn scan(line: &str, fields: &Fields, mut found: impl FnMut(Literal)) -> Result<(), Fault> {
    let mut scanner = Scanner { line, bytes: line.as_bytes(), offset: 0 };
    let mut open: Vec<Open> = Vec::new();
    let mut node = Some(ROOT);
    loop {
        scanner.skip_space();
        match scanner.peek() {
            Some(b'"') => {
                let literal = scanner.string()?;
                if fields.is_text(node) {
                    found(literal);
                }
            }
            Some(b'{') => {
                scanner.offset += 1;
                if !scanner.closes(b'}') {
                    open.push(Open { node, is_object: true });
                    node = scanner.key(fields, node)?;
                    continue;
                }
            }
            Some(b'[') => {
                scanner.offset += 1;
                if !scanner.closes(b']') {
                    open.push(Open { node, is_object: false });
                    continue;
                }
            }
            _ => scanner.literal()?,
        }
        // Behind a value: all that ends here, then what comes next.
        loop {
            scanner.skip_space();
            let Some(outer) = open.last() else { return scanner.end() };
            match (scanner.next(), outer.is_object) {
                (Some(b','), true) => {
                    node = scanner.key(fields, outer.node)?;
                    break;
                }
                (Some(b','), false) => {
                    node = outer.node;
                    break;
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    open.pop();
                }
                (_, true) => return scanner.fault_before("a comma or }"),
                (_, false) => return scanner.fault_before("a comma or ]"),
            }
        }
    }
}

struct Scanner<'l> {
    line: &'l str,
    /// The same.
    bytes: &'l [u8],
    offset: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.offset).copied()
    }

    /// The next byte, if there is one. The offset is behind it in any case, where
    /// [`Scanner::fault_before`] expects it.
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek();
        self.offset += 1;
        byte
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.offset += 1;
        }
    }

    fn fault<T>(&self, expected: &'static str) -> Result<T, Fault> {
        Err(Fault { offset: self.offset, expected })
    }

    fn fault_before<T>(&self, expected: &'static str) -> Result<T, Fault> {
        Err(Fault { offset: self.offset - 1, expected })
    }

    /// Whether an object or an array ends right away.
    fn closes(&mut self, bracket: u8) -> bool {
        self.skip_space();
        let closes = self.peek() == Some(bracket);
        self.offset += usize::from(closes);
        closes
    }

    fn end(&self) -> Result<(), Fault> {
        if self.offset == self.bytes.len() { Ok(()) } else { self.fault("the end of the line") }
    }

    /// A key and its colon; gives where the key leads.
    fn key(&mut self, fields: &Fields, node: Option<usize>) -> Result<Option<usize>, Fault> {
        self.skip_space();
        if self.peek() != Some(b'"') {
            return self.fault("a key");
        }
        let literal = self.string()?;
        let child = node.and_then(|_| {
            let key = &self.line[literal.range];
            if !literal.has_escapes {
                return fields.follow(node, key);
            }
            // No name of a field has half a pair.
            let (mut decoded, mut is_whole) = (String::new(), true);
            for_each_part(key, &mut String::new(), |part| match part {
                Part::Text(text) => decoded.push_str(text),
                Part::HalfPair(_) => is_whole = false,
            });
            fields.follow(node, &decoded).filter(|_| is_whole)
        });
        self.skip_space();
        match self.next() {
            Some(b':') => Ok(child),
            _ => self.fault_before("a colon"),
        }
    }

    fn string(&mut self) -> Result<Literal, Fault> {
        self.offset += 1;
        let start = self.offset;
        let mut has_escapes = false;
        loop {
            let rest = &self.bytes[self.offset..];
            let Some(length) = memchr::memchr2(b'"', b'\\', rest) else {
                self.offset = self.bytes.len();
                return self.fault("a quotation mark");
            };
            // Without an early exit, so that many bytes are compared at once.
            if rest[..length].iter().fold(false, |found, byte| found | (*byte < 0x20)) {
                let controls = rest.iter().position(|byte| *byte < 0x20);
                self.offset += controls.unwrap_or(0);
                return self.fault("an escape instead of a control character");
            }
            self.offset += length + 1;
            if rest[length] == b'"' {
                return Ok(Literal { range: start..self.offset - 1, has_escapes });
            }
            has_escapes = true;
            self.escape()?;
        }
    }

    /// What comes behind a backslash.
    fn escape(&mut self) -> Result<(), Fault> {
        match self.next() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(()),
            Some(b'u') => {
                for _ in 0..4 {
                    if !self.next().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return self.fault_before("a hexadecimal digit");
                    }
                }
                Ok(())
            }
            _ => self.fault_before("an escape"),
        }
    }

    /// A number, `true`, `false` or `null`.
    fn literal(&mut self) -> Result<(), Fault> {
        for name in ["true", "false", "null"] {
            if self.bytes[self.offset..].starts_with(name.as_bytes()) {
                self.offset += name.len();
                return Ok(());
            }
        }
        self.number()
    }

    fn number(&mut self) -> Result<(), Fault> {
        let is_negative = self.peek() == Some(b'-');
        self.offset += usize::from(is_negative);
        match self.peek() {
            Some(b'0') => self.offset += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ if is_negative => return self.fault("a digit"),
            _ => return self.fault("a value"),
        }
        if self.peek() == Some(b'.') {
            self.offset += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.offset += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.offset += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.fault("a digit");
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.offset += 1;
        }
        Ok(())
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde::de::IgnoredAny;

    fn found<'l>(line: &'l str, names: &[&str]) -> Vec<&'l str> {
        let fields = Fields::new(names.iter().copied());
        let mut strings = Vec::new();
        let scanned = scan(line, &fields, |literal| strings.push(&line[literal.range]));
        scanned.expect("it is JSON");
        strings
    }

    #[test]
    fn fields_are_found_by_their_keys() {
        let line = r#"{"a":"1","b":{"a":"2","c":["3",4,{"a":"5"}]},"d.e":"6","\u0066":"7"}"#;
        assert_eq!(found(line, &["a"]), ["1"]);
        assert_eq!(found(line, &["b.a", "a"]), ["1", "2"]);
        assert_eq!(found(line, &["b.c"]), ["3"]);
        assert_eq!(found(line, &["b.c.a"]), ["5"]);
        assert_eq!(found(line, &["d\\.e", "f"]), ["6", "7"]);
        assert_eq!(found(line, &["*"]), ["1", "6", "7"]);
        assert_eq!(found(line, &["*.a"]), ["2"]);
        assert!(found(line, &["c", "b", "d.e", ""]).is_empty());
        assert_eq!(found(r#"[{"a":"1"},{"a":["2",["3"]]}]"#, &["a"]), ["1", "2", "3"]);
        assert_eq!(found(r#"{"a":"1","a":"2"}"#, &["a"]), ["1", "2"]);
    }

    /// The parts of a literal, and what stands for half pairs in angle brackets.
    fn parts(literal: &str) -> String {
        let mut parts = Vec::new();
        for_each_part(literal, &mut String::new(), |part| {
            parts.push(match part {
                Part::Text(text) => text.to_owned(),
                Part::HalfPair(escape) => format!("<{escape}>"),
            });
        });
        parts.join("|")
    }

    #[test]
    fn escapes_mean_characters() {
        assert_eq!(parts(r"a\n\u5934\ud83d\ude00"), "a\n头😀");
        assert_eq!(parts(r"a\ud83db"), r"a|<\ud83d>|b");
        assert_eq!(parts(r"\ude00\ud83d"), r"<\ude00>|<\ud83d>");
        let text = "\"\\/\u{8}\u{C}\n\r\t\u{1}头".repeat(20);
        let mut escaped = String::new();
        push_escaped(&text, &mut escaped);
        assert_eq!(parts(&escaped), text);
        let read = serde_json::from_str::<String>(&format!("\"{escaped}\""));
        assert_eq!(read.ok(), Some(text));
    }

    /// JSON, and what is nearly JSON.
    fn nearly_json() -> impl Strategy<Value = String> {
        const PARTS: &[&str] = &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"a\":",
            "\"\\n\"",
            "\"\\u12aF\"",
            "\\",
            "\\u12",
            "0",
            "-1",
            "01",
            "1.5",
            "1.",
            "2e5",
            "2E+",
            "true",
            "nul",
            "null",
            " ",
            "\t",
            "\u{1}",
            "头",
            "\"头\"",
            "{\"a\":[1,\"头\"]}",
        ];
        prop::collection::vec(select(PARTS), 0..8).prop_map(|parts| parts.concat())
    }

    proptest! {
        /// Another parser says which lines are JSON.
        #[test]
        fn lines_are_json_if_another_parser_says_so(line in nearly_json()) {
            let fields = Fields::new(["a"]);
            let is_json = scan(&line, &fields, |_| {}).is_ok();
            prop_assert_eq!(is_json, serde_json::from_str::<IgnoredAny>(&line).is_ok(), "{}", line);
        }
    }
}
