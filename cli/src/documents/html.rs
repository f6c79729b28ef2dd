//! The languages that an HTML document says it is in.
//!
//! Which of its text is text, the library knows. This module finds the attributes
//! `lang` and `xml:lang`, with the tokenizer of the HTML standard.

use std::ops::Range;

use html5gum::{DefaultEmitter, Token, Tokenizer};

use super::edits::Edits;
use super::languages::{Languages, Names};

/// Finds the names of languages to be replaced. `source` may be any bytes.
pub(crate) fn find_languages(source: &[u8], languages: Languages, edits: &mut Edits) {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // Without it, what a script holds would be read as tags.
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(source, emitter).flatten() {
        let Token::StartTag(tag) = token else { continue };
        for (name, value) in &tag.attributes {
            if !matches!(name.as_slice(), b"lang" | b"xml:lang") {
                continue;
            }
            if let Some(place) = place_of_value(source, value.span.start..value.span.end, value)
                && let Ok(language) = std::str::from_utf8(&source[place.clone()])
                && let Some(name) = languages.renamed(language, Names::Tags)
            {
                edits.replace_language(place, name);
            }
        }
    }
}

/// Where the value of an attribute is that stands at `range`. Offsets are not taken on
/// trust, and a value that is written otherwise, with entities, is not found.
fn place_of_value(source: &[u8], range: Range<usize>, value: &[u8]) -> Option<Range<usize>> {
    let attribute = source.get(range.clone())?;
    let mark = attribute.iter().position(|byte| *byte == b'=')?;
    let rest = &attribute[mark + 1..];
    let skipped = rest.iter().take_while(|byte| b" \t\r\n\x0C\"'".contains(byte)).count();
    let start = range.start + mark + 1 + skipped;
    let place = start..start + value.len();
    (source.get(place.clone()) == Some(value)).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanjian::Config;

    #[test]
    fn attributes_are_found_however_they_are_written() {
        let source = "<html lang=zh-CN><p LANG = 'zh'><b xml:lang=\"zh-Hans\" lang=\"ja\">\
                      <script>'<p lang=\"zh\">'</script><!-- <p lang=zh> --><i lang=\"zh\">头</i>";
        let mut edits = Edits::default();
        find_languages(source.as_bytes(), Languages::of(Config::S2tw), &mut edits);
        let output = String::from_utf8(edits.apply(source.as_bytes())).expect("UTF-8");
        let expected = "<html lang=zh-Hant-TW><p LANG = 'zh-Hant-TW'><b xml:lang=\"zh-Hant-TW\" \
                        lang=\"ja\"><script>'<p lang=\"zh\">'</script><!-- <p lang=zh> -->\
                        <i lang=\"zh-Hant-TW\">头</i>";
        assert_eq!(output, expected);
    }
}
