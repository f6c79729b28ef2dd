//! Documents that are text: subtitles, catalogues, XLIFF, HTML.

use crate::support::{Folder, assert_same_bytes};

/// Converts `source` under a name by which its format is known.
#[track_caller]
fn check(config: &str, name: &str, source: &str, expected: &str) {
    let folder = Folder::new();
    folder.write(name, source);
    folder.run(&["convert", "-c", config, "-i", name, "-o", "output"]).wrote("");
    assert_same_bytes(&folder.read("output"), expected.as_bytes());
    // What was converted has nothing left to convert.
    let (_, extension) = name.rsplit_once('.').expect("an extension");
    let again = format!("again.{extension}");
    folder.write(&again, expected);
    folder.run(&["convert", "-c", config, "-i", &again]).wrote(expected);
}

#[track_caller]
fn check_failure(name: &str, source: impl AsRef<[u8]>, message: &str) {
    let folder = Folder::new();
    folder.write(name, source);
    folder.write("output", "as it was");
    let arguments = ["convert", "-i", name, "-o", "output"];
    folder.run(&arguments).failed_with(&format!("fanjian: {name}: {message}\n"));
    assert_eq!(folder.read("output"), b"as it was");
    assert_eq!(folder.names().len(), 2);
}

#[test]
fn an_extension_tells_the_format() {
    let folder = Folder::new();
    let source = "`头发` <code>头发</code>\n";
    let text = "`頭髮` <code>頭髮</code>\n";
    for (name, expected) in [
        ("a.txt", text),
        ("a.unknown", text),
        ("a.md", source),
        ("a.HTML", "`頭髮` <code>头发</code>\n"),
    ] {
        folder.write(name, source);
        folder.run(&["convert", "-i", name]).wrote(expected);
    }
    // OpenCC's own command line takes everything for text, and so does a pipe.
    folder.run(&["-i", "a.HTML"]).wrote(text);
    folder.run_with(&["convert"], source).wrote(text);
    folder.run(&["convert", "--format", "text", "-i", "a.HTML"]).wrote(text);
}

#[test]
fn a_format_can_be_named() {
    let source = "1\n00:00:01,000 --> 00:00:02,000\n<i>头</i>发\n";
    let folder = Folder::new();
    folder
        .run_with(&["convert", "--format", "srt"], source)
        .wrote(source.replace("头</i>发", "頭</i>髮"));
    folder.run(&["convert", "--format", "tex"]).was_wrong_usage(&["auto", "xlsx", "tex"]);
    let both = ["convert", "--format", "html", "--markup", "html"];
    folder.run(&both).was_wrong_usage(&["--markup"]);
}

#[test]
fn languages_of_html_follow_its_text() {
    check(
        "s2tw",
        "a.html",
        "<html lang=\"zh-CN\"><p>头发<span lang=ja xml:lang='zh'>汉</span><code lang=zh>发",
        "<html lang=\"zh-Hant-TW\"><p>頭髮<span lang=ja xml:lang='zh-Hant-TW'>漢</span>\
         <code lang=zh-Hant-TW>发",
    );
    check("s2t", "a.html", "<html lang=\"zh-CN\"><p>Hello", "<html lang=\"zh-CN\"><p>Hello");
}

#[test]
fn bytes_that_are_no_text_may_stay_in_html() {
    let folder = Folder::new();
    folder.write("a.html", b"<p lang=zh>\xE5\xA4\xB4\xFF");
    let arguments = ["convert", "-i", "a.html", "--invalid", "keep"];
    folder.run(&arguments).wrote(b"<p lang=zh-Hant>\xE9\xA0\xAD\xFF");
    assert_eq!(folder.run(&arguments[..3]).code, Some(1));
}

#[test]
fn of_subrip_subtitles_the_lines_of_cues_change() {
    let source = "\u{FEFF}1\r\n00:00:01,000 --> 00:00:02,000 X1:10\r\n{\\an8}<i>头</i>发，<font \
                  color=\"汉\">汉</font>\r\n他 < 你 {头发}\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\
                  \r\n头\r\n发\r\n\r\n字";
    let expected = "\u{FEFF}1\r\n00:00:01,000 --> 00:00:02,000 X1:10\r\n{\\an8}<i>頭</i>髮，<font \
                    color=\"汉\">漢</font>\r\n他 < 你 {頭髮}\r\n\r\n2\r\n00:00:03,000 --> \
                    00:00:04,000\r\n頭\r\n發\r\n\r\n字";
    check("s2t", "a.srt", source, expected);
}

#[test]
fn of_webvtt_subtitles_headers_notes_and_styles_stay() {
    let source = "WEBVTT 头发\nKind: captions\nLanguage: zh-CN\n\nNOTE 头发\n头发\n\nSTYLE\n\
                  ::cue(.头发) { color: red }\n\n头发\n00:01.000 --> 00:02.000 align:start\n<v 头发>头\
                  <c.发>发</c> &amp; &#27721;&hellip;汉\n<lang zh>发现</lang>\n\n00:03.000 --> \
                  00:04.000\n发现\n";
    let expected = "WEBVTT 头发\nKind: captions\nLanguage: zh-Hant-HK\n\nNOTE 头发\n头发\n\nSTYLE\n\
                    ::cue(.头发) { color: red }\n\n头发\n00:01.000 --> 00:02.000 align:start\n<v \
                    头发>頭<c.发>髮</c> &amp; &#28450;&hellip;漢\n<lang zh-Hant-HK>發現</lang>\n\n\
                    00:03.000 --> 00:04.000\n發現\n";
    check("s2hk", "a.vtt", source, expected);
    check_failure("a.vtt", "头发", "it is no WebVTT file: it does not begin with \"WEBVTT\"");
}

#[test]
fn of_ass_subtitles_the_text_of_dialogues_changes() {
    let source = "[Script Info]\nTitle: 头发\n[V4+ Styles]\nStyle: 头发,SimSun,20\n[Events]\nFormat: \
                  Layer, Start, End, Style, Name, Text\nComment: 0,0,0,头发,头发,头发\nDialogue: \
                  0,0:00:01.00,0:00:02.00,头发,头发,{\\fn汉}头{\\b1}发\\N发现,{头发\nDialogue: \
                  0,0,0,头发,,{\\p1}m 0 0 头发{\\p0}头发{\\pos(1,2)}\\h汉\n";
    let expected = "[Script Info]\nTitle: 头发\n[V4+ Styles]\nStyle: 头发,SimSun,20\n[Events]\nFormat: \
                    Layer, Start, End, Style, Name, Text\nComment: 0,0,0,头发,头发,头发\nDialogue: \
                    0,0:00:01.00,0:00:02.00,头发,头发,{\\fn汉}頭{\\b1}髮\\N發現,{頭髮\nDialogue: \
                    0,0,0,头发,,{\\p1}m 0 0 头发{\\p0}頭髮{\\pos(1,2)}\\h漢\n";
    check("s2t", "a.ass", source, expected);
}

#[test]
fn of_catalogues_the_translations_change() {
    let source = r#"# 头发
msgid ""
msgstr ""
"Project-Id-Version: 头发\n"
"Language: zh_CN\n"
"Content-Type: text/plain; charset=UTF-8\n"

#. 头发
#: 头发.c:12
#, fuzzy, python-format
#| msgid "头发"
msgctxt "头发"
msgid "头发 %(头发)s"
msgstr ""
"他的头"
"发 %(头发)s\n"
"\"发现\" \\头发"

msgid "头发"
msgid_plural "头发"
msgstr[0] "汉 {头发}"
msgstr[1] "头发"

#~ msgid "头发"
#~ msgstr ""
#~ "头发"
#~| msgid "头发"
"#;
    let expected = r#"# 头发
msgid ""
msgstr ""
"Project-Id-Version: 头发\n"
"Language: zh_TW\n"
"Content-Type: text/plain; charset=UTF-8\n"

#. 头发
#: 头发.c:12
#, fuzzy, python-format
#| msgid "头发"
msgctxt "头发"
msgid "头发 %(头发)s"
msgstr ""
"他的頭"
"髮 %(头发)s\n"
"\"發現\" \\頭髮"

msgid "头发"
msgid_plural "头发"
msgstr[0] "漢 {頭髮}"
msgstr[1] "頭髮"

#~ msgid "头发"
#~ msgstr ""
#~ "頭髮"
#~| msgid "头发"
"#;
    check("s2t", "a.po", source, expected);
    let source = source.replace('\n', "\r\n");
    check("s2t", "a.po", &source, &expected.replace('\n', "\r\n"));
    let japanese = "msgid \"\"\nmsgstr \"Language: ja\\n\"\n\nmsgid \"a\"\nmsgstr \"国\"\n";
    check("s2t", "a.po", japanese, japanese);
}

#[test]
fn what_is_wrong_in_a_catalogue_is_told_by_line() {
    check_failure("a.po", "msgid \"a\"\nmsgstr \"头发\n", "line 2: a string that does not end");
    check_failure(
        "a.po",
        "msgid \"a\"\nfoo \"头\"\n",
        "line 2: \"foo\" is no keyword of a catalogue",
    );
    check_failure("a.po", "\n\"头\"\n", "line 2: a string without a keyword");
    let encoding = "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=GB2312\\n\"\n";
    let message = "line 2: the catalogue is in GB2312; convert it to UTF-8 first, as with `msgconv \
                   -t UTF-8`";
    check_failure("a.po", encoding, message);
}

#[test]
fn of_xliff_1_the_targets_change() {
    check(
        "s2twp",
        "a.xlf",
        "<?xml version='1.0' encoding=\"utf-8\" ?>\n<xliff version=\"1.2\" \
         xmlns='urn:oasis:names:tc:xliff:document:1.2'><file source-language=\"zh-CN\" \
         target-language=\"zh-CN\" original='头发'><!-- 头发 --><body><trans-unit id=\"头发\">\
         <source xml:lang=\"zh\">头发<ph id='1'>x<sub>头发</sub></ph></source><target \
         xml:lang = 'zh-CN'>头<g id='1'>发</g> <ph id='2'>头发<sub>汉</sub></ph><bpt id=\"3\">\
         &lt;发></bpt>&#x53D1;&amp;<![CDATA[发现<]]></target><note>头发</note></trans-unit></body>\
         </file></xliff>",
        "<?xml version='1.0' encoding=\"utf-8\" ?>\n<xliff version=\"1.2\" \
         xmlns='urn:oasis:names:tc:xliff:document:1.2'><file source-language=\"zh-CN\" \
         target-language=\"zh-Hant-TW\" original='头发'><!-- 头发 --><body><trans-unit id=\"头发\">\
         <source xml:lang=\"zh\">头发<ph id='1'>x<sub>头发</sub></ph></source><target \
         xml:lang = 'zh-Hant-TW'>頭<g id='1'>髮</g> <ph id='2'>头发<sub>漢</sub></ph><bpt id=\"3\">\
         &lt;发></bpt>&#x767C;&amp;<![CDATA[發現<]]></target><note>头发</note></trans-unit></body>\
         </file></xliff>",
    );
}

#[test]
fn of_xliff_2_the_targets_change() {
    check(
        "t2s",
        "a.xliff",
        "<xliff version=\"2.1\" srcLang=\"en\" trgLang=\"zh-TW\"><file id=\"f\"><unit id=\"1\">\
         <originalData><data id=\"d\">頭髮</data></originalData><segment><source>頭髮</source>\
         <target>頭<pc id=\"1\">髮</pc><mrk id='m' translate=\"no\">頭髮</mrk>頭<ph id=\"2\"/>髮\
         </target></segment></unit></file></xliff>\n",
        "<xliff version=\"2.1\" srcLang=\"en\" trgLang=\"zh-Hans\"><file id=\"f\"><unit id=\"1\">\
         <originalData><data id=\"d\">頭髮</data></originalData><segment><source>頭髮</source>\
         <target>头<pc id=\"1\">发</pc><mrk id='m' translate=\"no\">頭髮</mrk>头<ph id=\"2\"/>发\
         </target></segment></unit></file></xliff>\n",
    );
}

#[test]
fn targets_in_another_language_stay() {
    let source = "<xliff version=\"2.1\" srcLang=\"zh-CN\" trgLang=\"ja\"><unit><target>国</target>\
                  </unit></xliff>";
    check("s2t", "a.xlf", source, source);
}

#[test]
fn malformed_xml_is_told_with_its_place() {
    let folder = Folder::new();
    for (source, place) in [
        ("<xliff><target>头发</source></xliff>", "malformed XML at byte 21: "),
        ("\u{FEFF}<xliff><target>头发</source></xliff>", "malformed XML at byte 24: "),
        ("<xliff><target>头发", "malformed XML: the element at byte 7 is not closed"),
        ("<xliff><target a='1' a='2'/>", "malformed XML at byte 7: "),
        ("<xliff><target a=", "malformed XML at byte 7: "),
        ("<html/>", "it is no XLIFF document: its first element is not <xliff>"),
        ("<?xml version='1.0' encoding='GBK'?><xliff/>", "it says that it is in GBK; "),
    ] {
        folder.write("a.xlf", source);
        let finished = folder.run(&["convert", "-i", "a.xlf"]);
        assert_eq!((finished.code, finished.output.len()), (Some(1), 0), "{source}");
        let start = format!("fanjian: a.xlf: {place}");
        assert!(finished.message.starts_with(&start), "{}", finished.message);
    }
}

#[test]
fn documents_in_other_encodings_are_refused() {
    check_failure("a.srt", b"1\n\xC4\xE3\n", "byte 2 is not UTF-8; convert it to UTF-8 first");
    check_failure("a.ass", b"\xFF\xFE1\0", "it is in UTF-16; convert it to UTF-8 first");
}

#[test]
fn documents_with_nothing_to_convert_stay() {
    for (name, source) in [
        ("a.srt", "1\r00:00:01,000 --> 00:00:02,000\n\n\nHello <b>world\n"),
        ("a.vtt", "WEBVTT\nLanguage: zh\n\n00:01.000 --> 00:02.000\nHello &amp; <"),
        ("a.ass", "[Events]\nDialogue: 0,0\nDialogue: 头发"),
        ("a.po", "msgid \"头发\"\nmsgstr \"\"\n"),
        ("a.xlf", "<xliff  srcLang='zh'   trgLang = \"zh-CN\"\n><target >a&b;</target\n></xliff >"),
    ] {
        check("s2t", name, source, source);
    }
}

#[test]
fn a_document_is_converted_in_place() {
    let folder = Folder::new();
    folder.write("a.po", "msgid \"a\"\nmsgstr \"头发\"\n");
    folder.run(&["convert", "-i", "a.po", "--in-place"]).wrote("");
    assert_eq!(folder.read("a.po"), "msgid \"a\"\nmsgstr \"頭髮\"\n".as_bytes());
    assert_eq!(folder.names(), ["a.po"]);
}
