//! What is no text in a document stays: read again by the same parsers, but by a reader of
//! its own, the converted document has the same structure, code, targets and attributes.

use std::collections::BTreeMap;

use fanjian::{Converter, Markup, Pipeline};
use html5gum::{DefaultEmitter, Token, Tokenizer};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::aligned;
use crate::input::Input;
use crate::mutate::Pieces;
use crate::pieces::MARKS;

/// What its texts are made of.
pub const PIECES: Pieces = Pieces { own: &[MARKUP, MARKUP, MARKUP, MARKS], keys: 2 };

/// Marks of both markups, and what there is to convert between them.
const MARKUP: &[&str] = &[
    "头发",
    "发",
    "头",
    "软件",
    "里面，",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "# ",
    "> ",
    "- ",
    "1. ",
    "* ",
    "`",
    "``",
    "```\n",
    "~~~",
    "*",
    "**",
    "_",
    "~~",
    "[",
    "]",
    "](",
    "](/头发)",
    "[头发]: /头发 \"头发\"\n",
    "![",
    "][头发]",
    "[^头发]",
    "[^头发]: ",
    "[[",
    "|",
    "]]",
    "<https://例/头发>",
    "https://例/头发",
    "www.头发.cn",
    "| ",
    " |\n",
    "|---|---|\n",
    "---\n",
    "+++\n",
    "===\n",
    "$",
    "$$",
    "\\",
    "&amp;",
    "&#22836;",
    "&nbsp",
    "{#头发 .发}",
    "\n: ",
    "- [x] ",
    "<b title=\"头发\">",
    "</b>",
    "<code>",
    "</code>",
    "<pre>",
    "</pre>",
    "<!-- ",
    " -->",
    "<div>\n",
    "</div>\n",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<textarea>",
    "</textarea>",
    "<svg>",
    "</svg>",
    "<math>",
    "</math>",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<p 头发=头发>",
    "</p>",
    "<a href='头发'>",
    "</a>",
    "<br/>",
    "<title>",
    "</title>",
    "<kbd>",
    "<plaintext>",
    "<!doctype html>",
    "<foreignObject>",
    "\r\n",
    "\0",
    "\u{FEFF}",
];

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_WIKILINKS);

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let input = Input::new(data);
    let text = input.line();
    for markup in [Markup::Markdown, Markup::Html] {
        let builder = Converter::builder(input.config()).tofu_risk(input.tofu_risk());
        let converter = builder.markup(markup).build();
        let whole = converter.convert(&text);
        let skeleton = |document: &str| match markup {
            Markup::Markdown => markdown(document),
            _ => html(document),
        };
        if skeleton(&text) != skeleton(&whole) {
            // Within SVG a CDATA section is text, whatever is in it; the reader knows no SVG
            // and takes one for a comment that the first > ends.
            let skeleton = |document| skeleton(&without_sections(document));
            assert_eq!(skeleton(&text), skeleton(&whole), "{markup} of {text:?}");
        }
        doors(&input, &converter, &text, &whole);
        let pipeline = Pipeline::builder().normalize(input.normalizer()).convert(input.config());
        let pipeline = pipeline.markup(markup).build();
        let aligned = pipeline.process_aligned(&text);
        assert_eq!(aligned.output(), pipeline.process(&text));
        aligned::check(&aligned);
    }
}

fn doors(input: &Input<'_>, converter: &Converter, text: &str, whole: &str) {
    let aligned = converter.convert_aligned(text);
    assert_eq!(aligned.output(), whole);
    aligned::check(&aligned);
    let segments = converter.segments(text).map(|segment| segment.replacement().to_owned());
    assert_eq!(segments.collect::<String>(), whole);
    let mut stream = converter.stream();
    let mut output = String::new();
    for piece in input.pieces(text) {
        stream.push(piece, &mut output);
    }
    stream.finish(&mut output);
    assert_eq!(output, whole);
}

/// All of a Markdown document but its text.
fn markdown(document: &str) -> Vec<String> {
    let (front_matter, document) = document.split_at(front_matter_length(document));
    let mut skeleton = vec![front_matter.to_owned()];
    let mut fragments = String::new();
    let mut is_code = false;
    for (event, range) in Parser::new_ext(document, OPTIONS).into_offset_iter() {
        if let Event::Html(text) | Event::InlineHtml(text) = &event {
            fragments.push_str(text);
            continue;
        }
        if !fragments.is_empty() {
            skeleton.extend(html(&std::mem::take(&mut fragments)));
        }
        match &event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(_) if !is_code => continue,
            // Two prices, as Pandoc has it, and so text.
            Event::InlineMath(text)
                if document.as_bytes().get(range.end).is_some_and(u8::is_ascii_digit)
                    && !text.contains(['`', '[', ']', '<', '>', '\\', '&']) =>
            {
                continue;
            }
            _ => {}
        }
        skeleton.push(format!("{event:?}"));
    }
    skeleton.extend(html(&fragments));
    skeleton
}

/// The length of front matter, which the parser takes for thematic breaks and what is
/// between them: up to a line that is a mark, behind one that is and one that is not blank.
fn front_matter_length(document: &str) -> usize {
    let mut lines = document.strip_prefix('\u{FEFF}').unwrap_or(document).split('\n');
    let first = lines.next().map(str::trim_end);
    let ends: &[&str] = match first {
        Some("---") => &["---", "..."],
        Some("+++") => &["+++"],
        _ => return 0,
    };
    let mut lines = lines.peekable();
    if lines.peek().is_none_or(|line| line.trim_end().is_empty()) {
        return 0;
    }
    let Some(last) = lines.find(|line| ends.contains(&line.trim_end())) else { return 0 };
    let end = last.as_ptr() as usize - document.as_ptr() as usize + last.len();
    document.len().min(end + 1)
}

/// A document without its CDATA sections.
fn without_sections(document: &str) -> String {
    let mut parts = document.split("<![CDATA[");
    let before = parts.next().unwrap_or_default().to_owned();
    parts.fold(before, |all, part| all + part.split_once("]]>").map_or("", |(_, behind)| behind))
}

/// All of an HTML document but its text.
fn html(document: &str) -> Vec<String> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut skeleton = Vec::new();
    for token in Tokenizer::new_with_emitter(document, emitter).flatten() {
        let described = match token {
            Token::StartTag(tag) => {
                let attributes: BTreeMap<_, _> = tag.attributes.iter().collect();
                format!("<{:?} {attributes:?} {}>", tag.name, tag.self_closing)
            }
            Token::EndTag(tag) => format!("</{:?}>", tag.name),
            Token::Doctype(doctype) => format!("{doctype:?}"),
            // Within SVG, this is text.
            Token::Comment(comment) if comment.starts_with(b"[CDATA[") => continue,
            Token::Comment(comment) => format!("<!--{comment:?}"),
            _ => continue,
        };
        skeleton.push(described);
    }
    skeleton
}
