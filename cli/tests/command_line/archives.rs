//! Documents that are archives, made for the test.

use std::io::{Cursor, Read, Write};

use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime, ZipArchive};

use crate::support::{Finished, Folder};

const STORED: CompressionMethod = CompressionMethod::Stored;
const DEFLATED: CompressionMethod = CompressionMethod::Deflated;

const CONTENT_TYPES: (&str, &str) = ("[Content_Types].xml", "<Types>头发</Types>");
const CONTAINER: (&str, &str) = ("META-INF/container.xml", "<container>头发</container>");

/// An archive of entries, compressed but for the first, all of one time.
fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (index, (name, content)) in entries.iter().enumerate() {
        let time = DateTime::from_date_and_time(1999, 12, 31, 23, 59, 58).expect("a time");
        let options = SimpleFileOptions::default()
            .compression_method(if index == 0 { STORED } else { DEFLATED })
            .last_modified_time(time)
            .unix_permissions(0o640);
        writer.start_file(*name, options).expect("an entry can be begun");
        writer.write_all(content.as_bytes()).expect("an entry can be written");
    }
    writer.finish().expect("an archive can be finished").into_inner()
}

/// What is to be known of an entry, its content apart.
type Properties = (String, CompressionMethod, Option<DateTime>, Option<u32>);

fn entries(archive: &[u8]) -> Vec<(Properties, String)> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let length = archive.len();
    let read = |index| {
        let mut entry = archive.by_index(index).expect("an entry");
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let properties = (name, entry.compression(), entry.last_modified(), entry.unix_mode());
        let mut content = String::new();
        entry.read_to_string(&mut content).expect("text");
        (properties, content)
    };
    (0..length).map(read).collect()
}

fn convert(config: &str, name: &str, source: &[u8]) -> Vec<u8> {
    let folder = Folder::new();
    folder.write(name, source);
    folder.run(&["convert", "-c", config, "-i", name, "-o", "output"]).wrote("");
    folder.read("output")
}

/// Checks that a document becomes another one, entry by entry, and that nothing about
/// the entries but their content changes.
#[track_caller]
fn check(config: &str, name: &str, source: &[(&str, &str)], expected: &[&str]) {
    let source = archive(source);
    let output = convert(config, name, &source);
    let (source_entries, output_entries) = (entries(&source), entries(&output));
    let properties = |entries: &[(Properties, String)]| -> Vec<Properties> {
        entries.iter().map(|(properties, _)| properties.clone()).collect()
    };
    assert_eq!(properties(&output_entries), properties(&source_entries));
    let contents: Vec<&str> = output_entries.iter().map(|(_, content)| content.as_str()).collect();
    assert_eq!(contents, expected);
    // Nothing is left to convert: the archive stays, byte for byte.
    assert_eq!(convert(config, name, &output), output);
}

#[track_caller]
fn fail(folder: &Folder, name: &str, source: &[u8], arguments: &[&str]) -> Finished {
    folder.write(name, source);
    folder.write("output", "as it was");
    let all = [&["convert", "-i", name, "-o", "output"], arguments].concat();
    let finished = folder.run(&all);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert_eq!(folder.read("output"), b"as it was");
    finished
}

const PACKAGE: &str = "<package version=\"3.0\" xml:lang=\"zh-CN\"><metadata><dc:identifier>头发\
                       </dc:identifier><dc:title>头发</dc:title><dc:language> zh-CN </dc:language>\
                       <dc:source>头发</dc:source></metadata><manifest><item href=\"头发.xhtml\"/>\
                       </manifest></package>";

#[test]
fn books_change_in_their_text_and_languages() {
    let chapter = "<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html xml:lang=\"zh-CN\" lang='zh'><head>\
                   <title>头发</title><style>/*头发*/</style></head><body><p id=\"头发\">头<em>发</em>\
                   &nbsp;发<!-- 头发 -->现<br/>&#22836;&#x53D1;</p><p lang=\"ja\">国</p><code>头发\
                   </code><img alt='头发'/></body></html>";
    let contents = "<ncx xml:lang=\"zh\"><navLabel><text>头发</text></navLabel><content src=\"头发\"/>\
                    </ncx>";
    let source = [
        ("mimetype", "application/epub+zip"),
        CONTAINER,
        ("内容/book.opf", PACKAGE),
        ("chapter.xhtml", chapter),
        ("toc.ncx", contents),
        ("image.svg", "<svg><text>头<tspan>发</tspan></text><style>头发</style></svg>"),
        ("头发.css", "头发"),
    ];
    let expected = [
        "application/epub+zip",
        "<container>头发</container>",
        &PACKAGE
            .replace("<dc:title>头发", "<dc:title>頭髮")
            .replace("\"zh-CN\"", "\"zh-Hant-TW\"")
            .replace(" zh-CN ", " zh-Hant-TW "),
        &chapter
            .replace("<title>头发", "<title>頭髮")
            .replace("头<em>发", "頭<em>髮")
            .replace("发<!-- 头发 -->现", "發<!-- 头发 -->現")
            .replace("&#22836;&#x53D1;", "&#38957;&#x9AEE;")
            .replace("\"zh-CN\" lang='zh'", "\"zh-Hant-TW\" lang='zh-Hant-TW'"),
        &contents.replace("<text>头发", "<text>頭髮").replace("\"zh\"", "\"zh-Hant-TW\""),
        "<svg><text>頭<tspan>髮</tspan></text><style>头发</style></svg>",
        "头发",
    ];
    check("s2tw", "a.epub", &source, &expected);
}

#[test]
fn words_over_runs_are_words() {
    let document = "<w:document><w:body><w:p><w:pPr><w:pStyle w:val=\"头发\"/></w:pPr><w:r><w:rPr>\
                    <w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr><w:t>他的头</w:t></w:r>\
                    <w:proofErr w:type=\"spellStart\"/><w:r><w:rPr><w:b/></w:rPr><w:t \
                    xml:space=\"preserve\">发 </w:t></w:r><w:r><w:instrText>头发</w:instrText></w:r>\
                    <w:r><w:t>头</w:t><w:tab/><w:t>发</w:t></w:r></w:p><w:p><w:r><w:t>发现</w:t></w:r>\
                    <m:oMath><m:r><m:t>头发</m:t></m:r></m:oMath></w:p></w:body></w:document>";
    let properties = "<cp:coreProperties><dc:title>头发</dc:title><dc:identifier>头发</dc:identifier>\
                      <dc:language>zh-CN</dc:language></cp:coreProperties>";
    let source = [
        CONTENT_TYPES,
        ("word/document.xml", document),
        ("word/styles.xml", "<w:styles><w:lang w:eastAsia=\"zh-CN\" w:val=\"zh-CN\"/></w:styles>"),
        ("word/_rels/document.xml.rels", "<Relationships>头发</Relationships>"),
        ("docProps/core.xml", properties),
        ("customXml/item1.xml", "<document><t>头发</t></document>"),
    ];
    let expected = [
        "<Types>头发</Types>",
        &document
            .replace("他的头<", "他的頭<")
            .replace(">发 <", ">髮 <")
            .replace("<w:t>头</w:t><w:tab/><w:t>发<", "<w:t>頭</w:t><w:tab/><w:t>發<")
            .replace("发现", "發現")
            .replace("zh-CN", "zh-TW"),
        "<w:styles><w:lang w:eastAsia=\"zh-TW\" w:val=\"zh-TW\"/></w:styles>",
        "<Relationships>头发</Relationships>",
        &properties.replace("<dc:title>头发", "<dc:title>頭髮").replace("zh-CN", "zh-Hant"),
        "<document><t>头发</t></document>",
    ];
    check("s2t", "a.docx", &source, &expected);
}

#[test]
fn presentations_change_in_all_their_parts() {
    let slide = "<p:sld><a:p><a:r><a:rPr lang=\"zh-CN\" altLang=\"en-US\"/><a:t>头</a:t></a:r><a:r>\
                 <a:t>发</a:t></a:r><a:br/><a:r><a:t>发现</a:t></a:r></a:p></p:sld>";
    let chart = "<c:chartSpace><c:f>表[头发]</c:f><c:strCache><c:pt><c:v>头发</c:v></c:pt></c:strCache>\
                 <c:numCache><c:formatCode>头发</c:formatCode></c:numCache></c:chartSpace>";
    let source = [
        CONTENT_TYPES,
        ("ppt/slides/slide1.xml", slide),
        ("ppt/charts/chart1.xml", chart),
        ("ppt/theme/theme1.xml", "<a:theme name=\"头发\"><a:t>头发</a:t></a:theme>"),
    ];
    let expected = [
        "<Types>头发</Types>",
        "<p:sld><a:p><a:r><a:rPr lang=\"zh-HK\" altLang=\"en-US\"/><a:t>頭</a:t></a:r><a:r><a:t>髮\
         </a:t></a:r><a:br/><a:r><a:t>發現</a:t></a:r></a:p></p:sld>",
        "<c:chartSpace><c:f>表[頭髮]</c:f><c:strCache><c:pt><c:v>頭髮</c:v></c:pt></c:strCache>\
         <c:numCache><c:formatCode>头发</c:formatCode></c:numCache></c:chartSpace>",
        "<a:theme name=\"头发\"><a:t>头发</a:t></a:theme>",
    ];
    check("s2hk", "a.pptx", &source, &expected);
}

#[test]
fn columns_of_tables_keep_the_names_of_their_cells() {
    let source = [
        CONTENT_TYPES,
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>头发</t></si><si><r><t>头</t></r><r><rPr/><t>发</t></r><rPh><t>头发</t>\
             </rPh></si></sst>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><c t=\"inlineStr\"><is><t>头发</t></is></c><c><f>SUM(表[头发])\
             &amp;\"[头发]\"&amp;'头[发]'!A1</f><v>1</v></c></sheetData><headerFooter><oddHeader>&amp;C&amp;&quot;头发,Bold\"头&#21457;&amp;P\
             </oddHeader></headerFooter></worksheet>",
        ),
        (
            "xl/tables/table1.xml",
            "<table name=\"头发\"><tableColumn id=\"1\" name='头&#x53D1;'><calculatedColumnFormula>\
             表[[#This Row],[&#22836;发]]</calculatedColumnFormula></tableColumn></table>",
        ),
        ("xl/workbook.xml", "<workbook><sheet name=\"头发\"/></workbook>"),
    ];
    let expected = [
        "<Types>头发</Types>",
        "<sst><si><t>頭髮</t></si><si><r><t>頭</t></r><r><rPr/><t>髮</t></r><rPh><t>头发</t></rPh>\
         </si></sst>",
        "<worksheet><sheetData><c t=\"inlineStr\"><is><t>頭髮</t></is></c><c><f>SUM(表[頭髮])\
         &amp;\"[头发]\"&amp;'头[发]'!A1</f><v>1</v></c></sheetData><headerFooter><oddHeader>&amp;C&amp;&quot;头发,Bold\"頭&#39662;&amp;P\
         </oddHeader></headerFooter></worksheet>",
        "<table name=\"头发\"><tableColumn id=\"1\" name='頭&#x9AEE;'><calculatedColumnFormula>\
         表[[#This Row],[&#38957;髮]]</calculatedColumnFormula></tableColumn></table>",
        "<workbook><sheet name=\"头发\"/></workbook>",
    ];
    check("s2t", "a.xlsx", &source, &expected);
}

#[test]
fn texts_of_open_document_change_in_their_paragraphs() {
    let content = "<office:document-content><style:style style:name=\"头发\"><style:text-properties \
                   fo:language=\"en\" fo:country=\"US\" style:language-asian=\"zh\" \
                   style:country-asian=\"CN\"/></style:style><office:text><text:p \
                   text:style-name=\"头发\">头<text:span>发</text:span><text:note><text:note-citation>\
                   头发</text:note-citation><text:note-body><text:p>发现</text:p></text:note-body>\
                   </text:note><draw:frame draw:name=\"头发\"><svg:title>头发</svg:title></draw:frame>\
                   </text:p><text:variable>头发</text:variable></office:text>\
                   </office:document-content>";
    let source = [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content),
        (
            "meta.xml",
            "<office:document-meta><dc:title>头发</dc:title><dc:language>zh-CN</dc:language>\
             <meta:generator>头发</meta:generator></office:document-meta>",
        ),
        ("META-INF/manifest.xml", "<manifest:manifest>头发</manifest:manifest>"),
    ];
    let expected = [
        "application/vnd.oasis.opendocument.text",
        &content
            .replace("头<text:span>发", "頭<text:span>髮")
            .replace("发现", "發現")
            .replace("<svg:title>头发", "<svg:title>頭髮")
            .replace("\"CN\"", "\"TW\""),
        "<office:document-meta><dc:title>頭髮</dc:title><dc:language>zh-Hant</dc:language>\
         <meta:generator>头发</meta:generator></office:document-meta>",
        "<manifest:manifest>头发</manifest:manifest>",
    ];
    check("s2t", "a.odt", &source, &expected);
}

#[test]
fn an_archive_with_nothing_to_convert_stays() {
    let chapter = "<html lang=\"zh-CN\"><p>Hello</p></html>";
    let package = PACKAGE.replace("<dc:title>头发", "<dc:title>Hair");
    let mut source = archive(&[
        ("mimetype", "application/epub+zip"),
        CONTAINER,
        ("book.opf", &package),
        ("chapter.xhtml", chapter),
    ]);
    assert_eq!(convert("s2t", "a.epub", &source), source);
    // Whatever stands before the archive does, too.
    source.splice(0..0, *b"#!/bin/sh\n");
    assert_eq!(convert("s2t", "a.epub", &source), source);
}

#[test]
fn the_content_tells_the_format_where_the_extension_does_not() {
    let chapter = ("chapter.xhtml", "<html><p>头发</p></html>");
    for (first, second, name, text) in [
        (("mimetype", "application/epub+zip"), CONTAINER, chapter.0, chapter.1),
        (
            CONTENT_TYPES,
            ("_rels/.rels", "<r/>"),
            "word/document.xml",
            "<document><t>头发</t></document>",
        ),
    ] {
        let source = archive(&[first, second, (name, text)]);
        let output = entries(&convert("s2t", "document", &source));
        assert_eq!(output[2].1, text.replace("头发", "頭髮"));
    }
    let folder = Folder::new();
    let finished = fail(&folder, "a", &archive(&[("a.txt", "头发")]), &[]);
    assert!(finished.message.contains("no document that is known"), "{}", finished.message);
}

#[test]
fn names_that_lead_elsewhere_are_only_names() {
    let document = ("word/document.xml", "<document><t>头发</t></document>");
    let source = [
        CONTENT_TYPES,
        ("../../elsewhere.xml", "<sst><t>头发</t></sst>"),
        ("/absolute", "头发"),
        ("C:\\windows", "头发"),
        document,
    ];
    let changed = "<document><t>頭髮</t></document>";
    let elsewhere = "<sst><t>頭髮</t></sst>";
    let expected = ["<Types>头发</Types>", elsewhere, "头发", "头发", changed];
    check("s2t", "a.docx", &source, &expected);
}

#[test]
fn what_is_no_document_is_refused() {
    let folder = Folder::new();
    let document = ("word/document.xml", "<document><t>头发</t></document>");
    let whole = archive(&[CONTENT_TYPES, document]);
    let cut = &whole[..whole.len() / 2];
    let compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0];
    for (name, source, message) in [
        ("a.docx", cut, "it is no complete zip archive"),
        ("a.docx", b"".as_slice(), "it is no complete zip archive"),
        ("a.docx", &compound, "it is encrypted, or in a format before Office Open XML"),
        ("a.epub", &whole, "it is no EPUB document: it has no entry META-INF/container.xml"),
        ("a.odt", &whole, "it is no ODT document: it has no entry content.xml"),
    ] {
        let finished = fail(&folder, name, source, &[]);
        let start = format!("fanjian: {name}: {message}");
        assert!(finished.message.starts_with(&start), "{}", finished.message);
    }
}

#[test]
fn a_malformed_entry_is_named_with_the_place() {
    let folder = Folder::new();
    let source = archive(&[CONTENT_TYPES, ("word/document.xml", "<document><t>头发</document>")]);
    let finished = fail(&folder, "a.docx", &source, &[]);
    let start = "fanjian: a.docx: word/document.xml: malformed XML at byte 19: ";
    assert!(finished.message.starts_with(start), "{}", finished.message);
}

#[test]
fn a_damaged_entry_is_named() {
    let folder = Folder::new();
    let text = "<document><t>头发</t></document>";
    let mut source = archive(&[("word/document.xml", text), CONTENT_TYPES]);
    let place = source.windows(6).position(|bytes| bytes == "头发".as_bytes()).expect("stored");
    source[place..place + 6].copy_from_slice("发头".as_bytes());
    let finished = fail(&folder, "a.docx", &source, &[]);
    let start = "fanjian: a.docx: word/document.xml: cannot be unpacked: ";
    assert!(finished.message.starts_with(start), "{}", finished.message);
}

#[test]
fn no_more_comes_out_of_an_archive_than_is_allowed() {
    let folder = Folder::new();
    let long = format!("<document><t>头发</t>{}</document>", " ".repeat(20 << 20));
    let source = archive(&[CONTENT_TYPES, ("word/document.xml", &long)]);
    let limit = "word/document.xml: its entries unpack to more than ";
    for arguments in [&[][..], &["--limit-unpacked", "1M"]] {
        let finished = fail(&folder, "a.docx", &source, arguments);
        assert!(finished.message.contains(limit), "{}", finished.message);
    }
    // Whoever says so gets it.
    let arguments = ["convert", "-i", "a.docx", "-o", "output", "--limit-unpacked", "21M"];
    folder.run(&arguments).wrote("");
    assert_eq!(entries(&folder.read("output"))[1].1, long.replace("头发", "頭髮"));
}

#[test]
fn what_is_encrypted_or_signed_is_refused() {
    let folder = Folder::new();
    let chapter = ("a.xhtml", "<html>头发</html>");
    let encryption = |algorithm| {
        format!("<encryption><enc:EncryptionMethod Algorithm=\"{algorithm}\"/></encryption>")
    };
    let name = "META-INF/encryption.xml";
    let locked = encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc");
    let finished = fail(&folder, "a.epub", &archive(&[CONTAINER, (name, &locked), chapter]), &[]);
    assert!(finished.message.contains("it is encrypted"), "{}", finished.message);

    let fonts = encryption("http://www.idpf.org/2008/embedding");
    let output = convert("s2t", "a.epub", &archive(&[CONTAINER, (name, &fonts), chapter]));
    assert_eq!(entries(&output)[2].1, "<html>頭髮</html>");

    let document = ("word/document.xml", "<document><t>头发</t></document>");
    let signed = archive(&[CONTENT_TYPES, document, ("_xmlsignatures/sig1.xml", "<Signature/>")]);
    let finished = fail(&folder, "a.docx", &signed, &[]);
    assert!(finished.message.contains("it is signed"), "{}", finished.message);

    // The flag of encryption, in the local header and in the central one.
    let mut encrypted = archive(&[CONTENT_TYPES, document]);
    for (signature, offset) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let place = encrypted.windows(4).rposition(|bytes| bytes == signature).expect("a header");
        encrypted[place + offset] |= 1;
    }
    let finished = fail(&folder, "a.docx", &encrypted, &[]);
    assert!(finished.message.contains("word/document.xml is encrypted"), "{}", finished.message);
}

/// However an archive is damaged, the program ends as it says it does, and a file is
/// either converted or as it was.
#[test]
fn damage_is_told_and_not_suffered() {
    let folder = Folder::new();
    let document = "<document><p><t>头</t><t>发</t></p></document>";
    let whole = archive(&[CONTENT_TYPES, ("word/document.xml", document), ("a.xml", "<sst/>")]);
    for place in (0..whole.len()).step_by(3) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x41;
        for source in [&damaged, &whole[..place]] {
            folder.write("a.docx", source);
            let finished = folder.run(&["convert", "-i", "a.docx", "--in-place"]);
            let is_kept = folder.read("a.docx") == source;
            let is_told = finished.message.starts_with("fanjian: a.docx: ");
            let ends = match finished.code {
                Some(0) => finished.message.is_empty(),
                Some(1) => is_kept && is_told,
                _ => false,
            };
            assert!(ends, "byte {place}: {finished:?}");
        }
    }
    assert_eq!(folder.names(), ["a.docx"]);
}

/// A word of a region is longer or shorter than what it stands for, and the runs before
/// and behind it keep their own text.
#[test]
fn words_that_change_their_length_stay_in_their_runs() {
    let run = |first, second, third| {
        format!("<document><p><t>{first}</t><t>{second}</t><t>{third}</t></p></document>")
    };
    let source = run("他的头", "发在互联", "网上，头");
    let expected = run("他的頭", "髮在", "網際網路上，頭");
    let entries = [CONTENT_TYPES, ("word/document.xml", &source)];
    check("s2twp", "a.docx", &entries, &["<Types>头发</Types>", &expected]);
}

#[test]
fn documents_are_normalized_and_keep_their_language() {
    let folder = Folder::new();
    let source =
        "<document><lang eastAsia=\"zh-CN\"/><p><t>你好</t><t>,世界</t><t>!</t></p></document>";
    folder.write("a.docx", archive(&[CONTENT_TYPES, ("word/document.xml", source)]));
    folder.run(&["normalize", "-i", "a.docx", "-o", "output"]).wrote("");
    let expected = source.replace(',', "，").replace('!', "！");
    assert_eq!(entries(&folder.read("output"))[1].1, expected);
}
