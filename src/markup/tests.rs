//! What holds of ranges whatever the document. What is text in which construct,
//! `tests/library/markup.rs` shows by what is converted.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::time::{Duration, Instant};

use html5gum::{DefaultEmitter, Token, Tokenizer};
use proptest::prelude::*;
use proptest::sample::select;
use pulldown_cmark::{Event, Tag, TagEnd};

use super::*;
use crate::normalize::{Normalizer, Pass, Preset, Scratch};

/// What documents are made of: every construct, whole and broken.
const PIECES: &[&str] = &[
    "头发",
    "，",
    "。",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "    ",
    "\0",
    "\u{FEFF}",
    "é",
    "😀",
    "`",
    "``",
    "```",
    "~~~",
    "*",
    "**",
    "_",
    "~~",
    "$",
    "$$",
    "\\",
    "|",
    "|---|---|\n",
    "---\n",
    "+++\n",
    "...\n",
    "===\n",
    "# ",
    "> ",
    "- ",
    "1. ",
    "- [x] ",
    ": ",
    "[",
    "]",
    "(",
    ")",
    "![",
    "[[",
    "]]",
    "[^头发]",
    "[头发]: /头发 \"头发\"\n",
    "{#头发}",
    "[!NOTE]",
    "<",
    ">",
    "</",
    "/>",
    "<!--",
    "-->",
    "--!>",
    "<!",
    "<?",
    "?>",
    "<![CDATA[",
    "]]>",
    "<b>",
    "</b>",
    "<a href=头发>",
    "<a title='头发",
    "<code>",
    "</code>",
    "<pre>",
    "</pre>",
    "<script>",
    "</script",
    "</script>",
    "<style>",
    "</style>",
    "<textarea>",
    "</textarea>",
    "<title>",
    "</title>",
    "<svg>",
    "</svg>",
    "<math>",
    "</math>",
    "<mtext>",
    "<desc>",
    "<foreignObject>",
    "</foreignObject>",
    "<plaintext>",
    "<div>",
    "</div>",
    "<p>",
    "&",
    "&amp;",
    "&#59;",
    "&#x30",
    "&lt",
    "&unknown;",
    ";",
    "\"",
    "'",
    "=",
    "a",
    "https://",
    "www.",
    "a.cn/",
    "?a=",
    ":",
    "!",
];

fn document() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => select(PIECES).prop_map(String::from),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn ranges_ascend_apart_from_each_other_and_cut_no_character(document in document()) {
        for markup in Markup::ALL {
            let mut end = None;
            for range in texts(&document, *markup) {
                prop_assert!(range.start < range.end);
                prop_assert!(end.is_none_or(|end| end < range.start));
                prop_assert!(document.get(range.clone()).is_some());
                end = Some(range.end);
            }
        }
    }

    /// Taking all text away takes no tag away.
    #[test]
    fn tags_of_html_are_in_no_text(document in document()) {
        let document = without_foreign(&document);
        let mut rest = document.clone();
        for range in texts(&document, Markup::Html).into_iter().rev() {
            rest.replace_range(range, " ");
        }
        prop_assert_eq!(tags(&rest), tags(&document));
    }

    /// What is protected stays, whatever the rules.
    #[test]
    fn rules_change_nothing_that_is_protected(document in document()) {
        for markup in Markup::ALL {
            let normalizer = Normalizer::builder(Preset::Taiwan).markup(*markup).build();
            let profile = normalizer.profile(&document);
            let scratch = &mut Scratch::default();
            for pass in [Pass::CodePoints, Pass::Marks] {
                let protected = protected(&document, *markup);
                let mut end = 0;
                normalizer.changes(pass, profile, &document, scratch, &mut |range, _, _| {
                    assert!(range.start >= end);
                    end = range.end;
                    let untouched = |protected: &Range<usize>| {
                        protected.end <= range.start || range.end <= protected.start
                    };
                    assert!(protected.iter().all(untouched), "{range:?}");
                });
            }
        }
    }

    /// When all text is converted, the document is the same but for its text: the same
    /// blocks, links, targets, code and HTML, in the same places.
    #[test]
    fn conversion_changes_nothing_but_text(document in document()) {
        for markup in Markup::ALL {
            let converted = convert(&document, *markup);
            prop_assert_eq!(texts(&converted, *markup), texts(&document, *markup));
        }
        let converted = convert(&document, Markup::Markdown);
        prop_assert_eq!(events_without_text(&converted), events_without_text(&document));
        let document = without_foreign(&document);
        let converted = convert(&document, Markup::Html);
        prop_assert_eq!(tokens_without_text(&converted), tokens_without_text(&document));
    }
}

/// A real document with Han wherever it has a common word, in text, code and targets.
#[test]
fn a_real_document_keeps_its_structure() {
    for document in [include_str!("../../README.md"), include_str!("../../CHANGELOG.md")] {
        let document = document.replace("the", "头发").replace("fanjian", "头发");
        let converted = convert(&document, Markup::Markdown);
        assert!(converted != document && converted.contains("头发"));
        assert_eq!(events_without_text(&converted), events_without_text(&document));
    }
}

/// The document without SVG and MathML, of which a tokenizer by itself knows nothing.
fn without_foreign(document: &str) -> String {
    document.replace("<svg>", "<b>").replace("<math>", "<i>")
}

/// The document with other Han, as long as these, wherever there is text.
fn convert(document: &str, markup: Markup) -> String {
    let mut converted = String::from(document);
    for range in texts(document, markup) {
        converted.replace_range(range.clone(), &document[range].replace("头发", "頭髮"));
    }
    converted
}

/// What the parser says of a document behind its front matter, with what it says of
/// text left out.
fn events_without_text(document: &str) -> Vec<(String, Range<usize>)> {
    let document = &document[markdown::front_matter_length(document)..];
    let parser = pulldown_cmark::Parser::new_ext(document, markdown::OPTIONS);
    let mut depth_of_code = 0;
    let described = |(event, range): (Event<'_>, Range<usize>)| {
        match event {
            Event::Start(Tag::CodeBlock(_)) => depth_of_code += 1,
            Event::End(TagEnd::CodeBlock) => depth_of_code -= 1,
            Event::Text(_) if depth_of_code == 0 => return (String::from("text"), range),
            // Two prices, and what is between them.
            Event::InlineMath(_)
                if document[range.end..].starts_with(|next: char| next.is_ascii_digit()) =>
            {
                return (String::from("prices"), range);
            }
            // Its text may change.
            Event::Html(_) => return (String::from("HTML"), range),
            _ => {}
        }
        (format!("{event:?}"), range)
    };
    parser.into_offset_iter().map(described).collect()
}

fn tokens_without_text(document: &str) -> Vec<Token<()>> {
    tokens(document).filter(|token| !matches!(token, Token::String(_) | Token::Error(_))).collect()
}

fn tags(document: &str) -> Vec<Token<()>> {
    tokens(document)
        .filter(|token| matches!(token, Token::StartTag(_) | Token::EndTag(_)))
        .collect()
}

/// The tokens of a document, with the states that the tokenizer chooses by itself.
fn tokens(document: &str) -> impl Iterator<Item = Token<()>> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(document, emitter).map(|Ok(token)| token)
}

/// Each construct over and over, opened and never closed. Sixteen times the text takes
/// sixteen times as long, and not the 256 times of quadratic work.
#[test]
fn work_is_linear_in_the_document() {
    const MORE: &[&str] = &["a://", "www.", "a:b.", "<svg></desc>", "<b a=1 ", "$a", "[a](", "<a "];
    for piece in PIECES.iter().chain(MORE) {
        for markup in Markup::ALL {
            let long = time(piece, 32_000, *markup);
            // So long only quadratic work takes, or a busy machine.
            if long > Duration::from_millis(400) {
                let short = time(piece, 2_000, *markup);
                assert!(long < short * 100, "{markup}, {piece:?}: {short:?}, {long:?}");
            }
        }
    }
}

/// How long it takes to find the texts of a document of one piece, repeated.
fn time(piece: &str, count: usize, markup: Markup) -> Duration {
    let document = piece.repeat(count);
    let start = Instant::now();
    core::hint::black_box(texts(&document, markup));
    start.elapsed()
}
