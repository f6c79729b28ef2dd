//! Documents in XML, and the parts in XML that other documents consist of.
//!
//! The parser tells where markup and text are, and checks that elements are closed in
//! order; nothing that it reads is written again. What of a document is text is the
//! business of a [`Dialect`]; this module joins the text of a passage, keeps account
//! of the elements that are open, and finds the names of languages.

use std::ops::Range;

use anyhow::{Result, anyhow, bail};
use quick_xml::Reader;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use super::Setting;
use super::dialect::{AttributeRole, Content, Dialect, Group, Part};
use super::edits::Edits;
use super::languages::Names;
use super::notations::{Formula, Header, Notation};
use super::passage::{Passage, Writing};
use super::references;

/// Finds what changes in a document. `choose` says by the name of its first element
/// what is text in it; where it does not know, nothing changes.
///
/// # Errors
///
/// When the document is not in UTF-8, or not well-formed. Messages name the offset, in
/// bytes.
pub(crate) fn convert(
    source: &[u8],
    choose: impl FnOnce(&str) -> Option<Dialect>,
    setting: &Setting<'_>,
) -> Result<Edits> {
    let source = decode(source)?;
    // The parser's offsets begin behind a byte order mark.
    let content = source.trim_start_matches('\u{FEFF}');
    let start = source.len() - content.len();
    let mut reader = Reader::from_str(content);
    let mut choose = Some(choose);
    let mut walk: Option<Walk<'_>> = None;
    loop {
        let event_start = start + offset(reader.buffer_position());
        let event = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => event,
            Err(error) => {
                let place = start + offset(reader.error_position());
                return Err(anyhow!("malformed XML at byte {place}: {error}"));
            }
        };
        let range = event_start..start + offset(reader.buffer_position());
        if let Event::Start(tag) | Event::Empty(tag) = &event
            && let Some(choose) = choose.take()
        {
            let Some(dialect) = choose(local_name(tag)) else { break };
            walk = Some(Walk::new(source, dialect, setting));
        }
        match (&mut walk, event) {
            (Some(walk), event) => walk.read(event, range)?,
            (None, Event::Decl(declaration)) => check_encoding(&declaration)?,
            (None, _) => {}
        }
    }
    walk.map_or_else(|| Ok(Edits::default()), Walk::finish)
}

/// What a file's bytes say.
///
/// # Errors
///
/// When they are not UTF-8.
pub(crate) fn decode(source: &[u8]) -> Result<&str> {
    if source.starts_with(&[0xFF, 0xFE]) || source.starts_with(&[0xFE, 0xFF]) {
        bail!("it is in UTF-16; convert it to UTF-8 first");
    }
    std::str::from_utf8(source).map_err(|error| {
        anyhow!("byte {} is not UTF-8; convert it to UTF-8 first", error.valid_up_to())
    })
}

/// Offsets of the parser are those of a string in memory.
fn offset(position: u64) -> usize {
    usize::try_from(position).expect("the document is in memory")
}

/// The name of an element, without the prefix of its namespace.
fn local_name<'t>(tag: &'t BytesStart<'_>) -> &'t str {
    tag.local_name().into_inner()
}

/// An element that is open.
#[derive(Clone, Copy)]
struct Element {
    content: Content,
    /// Whether a passage ends where the element does.
    is_border: bool,
    /// Whether its text is in a language that is not to be converted.
    is_foreign: bool,
    /// Where its tag begins.
    start: usize,
}

struct Walk<'s> {
    source: &'s str,
    dialect: Dialect,
    setting: &'s Setting<'s>,
    edits: Edits,
    passage: Passage,
    elements: Vec<Element>,
    notation: Notation,
}

impl<'s> Walk<'s> {
    fn new(source: &'s str, dialect: Dialect, setting: &'s Setting<'s>) -> Walk<'s> {
        Walk {
            source,
            dialect,
            setting,
            edits: Edits::default(),
            passage: Passage::default(),
            elements: Vec::new(),
            notation: Notation::Header(Header::Text),
        }
    }

    fn read(&mut self, event: Event<'_>, range: Range<usize>) -> Result<()> {
        match event {
            Event::Start(tag) => {
                let element = self.open(&tag, &range)?;
                self.elements.push(element);
            }
            Event::Empty(tag) => {
                let element = self.open(&tag, &range)?;
                self.close(element);
            }
            Event::End(_) => {
                // The parser has checked that there is one.
                if let Some(element) = self.elements.pop() {
                    self.close(element);
                }
            }
            Event::Text(_) => self.read_text(range, Writing::Xml),
            Event::CData(_) => {
                let inner = range.start + "<![CDATA[".len()..range.end - "]]>".len();
                self.read_text(inner, Writing::XmlCdata);
            }
            Event::GeneralRef(reference) => self.read_reference(&reference, range),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Edits> {
        if let Some(element) = self.elements.last() {
            bail!("malformed XML: the element at byte {} is not closed", element.start);
        }
        self.finish_passage();
        Ok(self.edits)
    }

    /// Reads a tag, and says what its element holds.
    fn open(&mut self, tag: &BytesStart<'_>, range: &Range<usize>) -> Result<Element> {
        let name = local_name(tag);
        let role = self.dialect.role(name);
        let outer = self.elements.last();
        let around = outer.map_or(self.dialect.content(), |element| element.content);
        let mut element = Element {
            content: role.content.within(around),
            is_border: role.is_border,
            is_foreign: outer.is_some_and(|element| element.is_foreign),
            start: range.start,
        };
        if element.is_border {
            self.finish_passage();
        }
        match role.content {
            Content::Formula => self.notation = Notation::Formula(Formula::default()),
            Content::Header => self.notation = Notation::Header(Header::Text),
            _ => {}
        }
        self.read_attributes(tag, name, range, &mut element)?;
        Ok(element)
    }

    fn close(&mut self, element: Element) {
        if element.is_border {
            self.finish_passage();
        }
    }

    fn read_attributes(
        &mut self,
        tag: &BytesStart<'_>,
        name: &str,
        range: &Range<usize>,
        element: &mut Element,
    ) -> Result<()> {
        let mut parts = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute
                .map_err(|error| anyhow!("malformed XML at byte {}: {error}", range.start))?;
            let Some(place) = place_of(&attribute, tag, range) else { continue };
            match self.dialect.attribute_role(name, attribute.key.into_inner()) {
                AttributeRole::Other => {}
                AttributeRole::Language(names) => {
                    let value = &self.source[place.clone()];
                    element.is_foreign = self.setting.languages.is_foreign(value);
                    self.rename_language(place, names);
                }
                AttributeRole::Text => self.convert_attribute(place),
                AttributeRole::Protection if attribute.value == "no" => {
                    element.content = Content::Protected;
                }
                AttributeRole::Protection => {}
                AttributeRole::Regional(group, part) => parts.push((group, part, place)),
            }
        }
        self.rename_parts(&parts, Group::Own);
        self.rename_parts(&parts, Group::Asian);
        Ok(())
    }

    fn rename_language(&mut self, place: Range<usize>, names: Names) {
        let value = self.source[place.clone()].trim();
        if let Some(name) = self.setting.languages.renamed(value, names) {
            self.edits.replace_language(place, name);
        }
    }

    /// Renames a language whose parts stand each in an attribute of its own.
    fn rename_parts(&mut self, parts: &[(Group, Part, Range<usize>)], group: Group) {
        let place = |part| {
            let mut places = parts
                .iter()
                .filter(|(its_group, its_part, _)| (*its_group, *its_part) == (group, part));
            places.next().map(|(_, _, place)| place.clone())
        };
        let (Some(language), Some(region)) = (place(Part::Language), place(Part::Region)) else {
            return;
        };
        let name = format!("{}-{}", &self.source[language.clone()], &self.source[region.clone()]);
        let Some(name) = self.setting.languages.renamed(&name, Names::Regions) else { return };
        let Some((language_name, region_name)) = name.split_once('-') else { return };
        self.edits.replace_language(language, language_name);
        self.edits.replace_language(region, region_name);
        if let Some(script) = place(Part::Script)
            && let Some(name) = self.setting.languages.target_script()
        {
            self.edits.replace_language(script, name);
        }
    }

    fn convert_attribute(&mut self, place: Range<usize>) {
        // A value stands between two marks, or the parser would have refused it.
        let mark = self.source[..place.start].chars().next_back().unwrap_or('"');
        let Walk { source, setting, edits, .. } = self;
        let mut passage = Passage::default();
        references::push(source, place, Writing::XmlAttribute(mark), &mut passage, |passage| {
            passage.finish(setting.transform, edits);
        });
        passage.finish(setting.transform, edits);
    }

    fn read_text(&mut self, range: Range<usize>, writing: Writing) {
        match self.content() {
            Content::Text => self.passage.push(range.clone(), &self.source[range], writing),
            Content::Language if writing == Writing::Xml => {
                let text = &self.source[range.clone()];
                let start = range.start + text.len() - text.trim_start().len();
                self.rename_language(start..start + text.trim().len(), Names::Tags);
            }
            Content::Formula | Content::Header => self.read_notation(range, writing),
            Content::Around | Content::Other | Content::Protected | Content::Language => {}
        }
    }

    fn read_notation(&mut self, range: Range<usize>, writing: Writing) {
        let Walk { source, notation, passage, setting, edits, .. } = self;
        notation.read(&source[range.clone()], |name| match name {
            Some(name) => {
                let name = range.start + name.start..range.start + name.end;
                passage.push(name.clone(), &source[name], writing);
            }
            None => passage.finish(setting.transform, edits),
        });
    }

    fn read_reference(&mut self, name: &str, range: Range<usize>) {
        let content = self.content();
        let Walk { notation, passage, setting, edits, .. } = self;
        match (content, references::resolve(name)) {
            (Content::Text, Some((character, writing))) => {
                passage.push(range, character.encode_utf8(&mut [0; 4]), writing);
            }
            (Content::Text | Content::Formula | Content::Header, None) => {
                passage.finish(setting.transform, edits);
            }
            (Content::Formula | Content::Header, Some((character, writing))) => {
                let mut buffer = [0; 4];
                let text = &*character.encode_utf8(&mut buffer);
                notation.read(text, |name| match name {
                    Some(_) => passage.push(range.clone(), text, writing),
                    None => passage.finish(setting.transform, edits),
                });
            }
            _ => {}
        }
    }

    fn content(&self) -> Content {
        match self.elements.last() {
            Some(element) if !element.is_foreign => element.content,
            _ => Content::Other,
        }
    }

    fn finish_passage(&mut self) {
        self.passage.finish(self.setting.transform, &mut self.edits);
    }
}

/// Where the value of an attribute is in the document, when its tag is at `range`.
fn place_of(
    attribute: &Attribute<'_>,
    tag: &BytesStart<'_>,
    range: &Range<usize>,
) -> Option<Range<usize>> {
    // Both are slices of the document: the content of a tag begins behind its `<`.
    let content: &str = tag;
    let value: &str = &attribute.value;
    let distance = (value.as_ptr() as usize).checked_sub(content.as_ptr() as usize)?;
    let start = range.start + "<".len() + distance;
    (distance + value.len() <= content.len()).then(|| start..start + value.len())
}

fn check_encoding(declaration: &BytesDecl<'_>) -> Result<()> {
    let Some(Ok(name)) = declaration.encoding() else { return Ok(()) };
    let known = ["utf-8", "utf8", "us-ascii", "ascii"];
    if !known.iter().any(|other| name.eq_ignore_ascii_case(other)) {
        bail!("it says that it is in {name}; convert it to UTF-8 first");
    }
    Ok(())
}
