//! What of the elements of a format is text for a reader.
//!
//! One table for each vocabulary, by the names of elements without the prefixes of their
//! namespaces: within one kind of document, no two namespaces use one of these names
//! for different things but where the table says so. Sources: HTML (WHATWG), EPUB 3.3
//! and OPF 2.0.1, Office Open XML (ECMA-376), OpenDocument 1.3, XLIFF 1.2 and 2.1.

use super::languages::Names;

/// A vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// HTML in the syntax of XML, SVG included.
    Xhtml,
    /// An SVG document.
    Svg,
    /// The package document of an EPUB.
    Package,
    /// The table of contents of an EPUB 2.
    Contents,
    /// A part of a document, a presentation or a workbook of Office Open XML.
    Office,
    /// The properties of such a document.
    Properties,
    /// OpenDocument.
    OpenDocument,
    /// XLIFF.
    Exchange,
}

/// What an element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// What the element around it holds.
    Around,
    /// Text for a reader.
    Text,
    /// No text, though an element in it may hold some.
    Other,
    /// No text, whatever is in it.
    Protected,
    /// The name of a language.
    Language,
    /// The formula of a spreadsheet.
    Formula,
    /// What is printed above or below the cells of a page.
    Header,
}

impl Content {
    /// What an element holds that stands in one which holds `around`.
    pub(crate) fn within(self, around: Content) -> Content {
        match (around, self) {
            (Content::Protected, _) => Content::Protected,
            (around, Content::Around) => around,
            (_, own) => own,
        }
    }
}

/// What is to be known of an element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Role {
    pub(crate) content: Content,
    /// Whether text before it, in it and behind it are read as different passages.
    pub(crate) is_border: bool,
}

/// What is to be known of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttributeRole {
    Other,
    /// The language of what the element holds.
    Language(Names),
    /// Text that must stay equal to text elsewhere.
    Text,
    /// `no` protects what the element holds.
    Protection,
    /// A part of the name of a language, beside the others.
    Regional(Group, Part),
}

/// Which of the languages that an element of OpenDocument names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// That of text in alphabets, or the only one.
    Own,
    /// That of text in the scripts of East Asia.
    Asian,
}

/// A part of the name of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Language,
    Script,
    Region,
}

/// An element within a passage.
const INLINE: Role = Role { content: Content::Around, is_border: false };
/// An element that is a passage, or ends one as a line break does.
const BLOCK: Role = Role { content: Content::Around, is_border: true };
const TEXT: Role = Role { content: Content::Text, is_border: true };
const OTHER: Role = Role { content: Content::Other, is_border: true };
const PROTECTED: Role = Role { content: Content::Protected, is_border: true };
const LANGUAGE: Role = Role { content: Content::Language, is_border: true };
const HEADER: Role = Role { content: Content::Header, is_border: true };
const FORMULA: Role = Role { content: Content::Formula, is_border: true };

impl Dialect {
    /// What the elements around the first one would hold.
    pub(crate) fn content(self) -> Content {
        match self {
            Dialect::Xhtml => Content::Text,
            _ => Content::Other,
        }
    }

    /// What is to be known of the element of a name.
    pub(crate) fn role(self, element: &str) -> Role {
        match self {
            Dialect::Xhtml => xhtml(element),
            Dialect::Svg => svg(element),
            Dialect::Package => package(element),
            Dialect::Contents => contents(element),
            Dialect::Office => office(element),
            Dialect::Properties => properties(element),
            Dialect::OpenDocument => open_document(element),
            Dialect::Exchange => exchange(element),
        }
    }

    /// What is to be known of an attribute, whose name has its prefix.
    pub(crate) fn attribute_role(self, element: &str, attribute: &str) -> AttributeRole {
        let (_, name) = attribute.rsplit_once(':').unwrap_or(("", attribute));
        match self {
            Dialect::Xhtml | Dialect::Svg | Dialect::Package | Dialect::Contents => match attribute
            {
                "lang" | "xml:lang" => AttributeRole::Language(Names::Tags),
                _ => AttributeRole::Other,
            },
            Dialect::Office => office_attribute(element, name),
            Dialect::Properties => AttributeRole::Other,
            Dialect::OpenDocument => open_document_attribute(attribute),
            Dialect::Exchange => exchange_attribute(element, attribute),
        }
    }
}

/// What is protected is what the library protects in HTML.
fn xhtml(element: &str) -> Role {
    match element {
        "a" | "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "cite" | "data" | "dfn" | "em"
        | "font" | "i" | "ins" | "mark" | "q" | "rb" | "ruby" | "s" | "small" | "span"
        | "strike" | "strong" | "sub" | "sup" | "time" | "tspan" | "u" | "wbr" => INLINE,
        "code" | "kbd" | "samp" | "tt" | "var" | "pre" | "listing" | "xmp" | "plaintext"
        | "script" | "style" | "iframe" | "noembed" | "noframes" | "math" | "textarea" => PROTECTED,
        _ => BLOCK,
    }
}

fn svg(element: &str) -> Role {
    match element {
        "text" | "title" | "desc" => TEXT,
        "tspan" | "a" => INLINE,
        "foreignObject" => TEXT,
        "script" | "style" => PROTECTED,
        _ => BLOCK,
    }
}

fn package(element: &str) -> Role {
    match element {
        "title" | "creator" | "contributor" | "description" | "publisher" | "subject"
        | "coverage" | "rights" | "meta" => TEXT,
        "language" => LANGUAGE,
        _ => OTHER,
    }
}

fn contents(element: &str) -> Role {
    if element == "text" { TEXT } else { OTHER }
}

/// `t` is what all three kinds of documents call a run's text. The other elements for
/// text are those of deletions, of comments, and of what a chart has remembered of the
/// cells that it shows.
fn office(element: &str) -> Role {
    match element {
        "t" | "delText" => Role { content: Content::Text, is_border: false },
        "text" | "strCache" => TEXT,
        // Phonetic guides, and mathematics, whose runs have a `t`, too.
        "rPh" | "oMath" => PROTECTED,
        "f" | "calculatedColumnFormula" | "totalsRowFormula" | "definedName" => FORMULA,
        "oddHeader" | "evenHeader" | "firstHeader" | "oddFooter" | "evenFooter" | "firstFooter" => {
            HEADER
        }
        "p" | "br" | "cr" | "tab" | "ptab" | "sym" | "fld" | "fldChar" | "fldSimple"
        | "drawing" | "pict" | "object" | "txbxContent" | "footnoteReference"
        | "endnoteReference" | "ins" | "del" | "moveFrom" | "moveTo" | "ruby" | "rt"
        | "rubyBase" | "si" | "is" | "pt" => BLOCK,
        "instrText" | "delInstrText" => Role { content: Content::Other, is_border: false },
        _ => INLINE,
    }
}

fn office_attribute(element: &str, attribute: &str) -> AttributeRole {
    match (element, attribute) {
        ("lang" | "themeFontLang", "val" | "eastAsia") | (_, "lang" | "altLang") => {
            AttributeRole::Language(Names::Regions)
        }
        ("tableColumn", "name" | "totalsRowLabel") => AttributeRole::Text,
        _ => AttributeRole::Other,
    }
}

fn properties(element: &str) -> Role {
    match element {
        "title" | "subject" | "creator" | "description" | "keywords" | "category" => TEXT,
        "language" => LANGUAGE,
        _ => OTHER,
    }
}

fn open_document(element: &str) -> Role {
    match element {
        // Paragraphs and headings; alternative texts; properties of the document.
        "p" | "h" | "title" | "desc" | "subject" | "description" | "keyword"
        | "initial-creator" => TEXT,
        "language" => LANGUAGE,
        "a"
        | "span"
        | "meta"
        | "meta-field"
        | "bookmark"
        | "bookmark-start"
        | "bookmark-end"
        | "bookmark-ref"
        | "reference-mark-start"
        | "reference-mark-end"
        | "change-start"
        | "change-end"
        | "ruby"
        | "ruby-base"
        | "soft-page-break" => INLINE,
        "binary-data" | "script" | "scripts" | "math" => PROTECTED,
        "tab" | "line-break" | "s" => BLOCK,
        // What stands within a paragraph and has paragraphs or a text of its own, and
        // what only programs read.
        "note" | "annotation" | "frame" | "ruby-text" | "creator" | "date" | "change" => OTHER,
        _ => BLOCK,
    }
}

fn open_document_attribute(attribute: &str) -> AttributeRole {
    match attribute {
        "fo:language" | "number:language" | "table:language" => {
            AttributeRole::Regional(Group::Own, Part::Language)
        }
        "fo:script" | "number:script" | "table:script" => {
            AttributeRole::Regional(Group::Own, Part::Script)
        }
        "fo:country" | "number:country" | "table:country" => {
            AttributeRole::Regional(Group::Own, Part::Region)
        }
        "style:language-asian" => AttributeRole::Regional(Group::Asian, Part::Language),
        "style:script-asian" => AttributeRole::Regional(Group::Asian, Part::Script),
        "style:country-asian" => AttributeRole::Regional(Group::Asian, Part::Region),
        "xml:lang" => AttributeRole::Language(Names::Tags),
        _ => AttributeRole::Other,
    }
}

/// What is converted is what a translator wrote. The source of a translation stays: by it
/// and its id, programs find what belongs together.
fn exchange(element: &str) -> Role {
    match element {
        "target" => TEXT,
        "source" | "seg-source" => PROTECTED,
        // Code of the native format (1.2), which does not separate words; in 2.x the
        // code is elsewhere.
        "bpt" | "ept" | "it" => Role { content: Content::Other, is_border: false },
        "ph" => OTHER,
        // Text within code.
        "sub" => TEXT,
        "g" | "mrk" | "bx" | "ex" | "pc" | "sc" | "ec" | "sm" | "em" => INLINE,
        "x" | "cp" => BLOCK,
        _ => OTHER,
    }
}

fn exchange_attribute(element: &str, attribute: &str) -> AttributeRole {
    match (element, attribute) {
        (_, "target-language" | "trgLang") | ("target" | "alt-trans", "xml:lang") => {
            AttributeRole::Language(Names::Tags)
        }
        ("mrk", "translate") => AttributeRole::Protection,
        _ => AttributeRole::Other,
    }
}
