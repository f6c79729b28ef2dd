//! What of Markdown and HTML is converted, and what is not.
//!
//! In every case 头发 stands where it must stay and 頭髮 where 头发 becomes that; the
//! source is the case with 头发 everywhere. So a case tells at a glance what is text.

use fanjian::{Config, Converter, Markup};

fn converter(markup: Markup) -> Converter {
    Converter::builder(Config::S2t).markup(markup).build()
}

#[track_caller]
fn check(markup: Markup, cases: &[&str]) {
    let converter = converter(markup);
    for case in cases {
        let source = case.replace("頭髮", "头发");
        assert_eq!(converter.convert(&source), *case, "of {source:?}");
        let mut output = String::from("> ");
        converter.convert_into(&source, &mut output);
        assert_eq!(output, format!("> {case}"));
        let segments = converter.segments(&source);
        let retold: String = segments.map(|segment| segment.replacement().to_owned()).collect();
        assert_eq!(retold, *case, "by segments");
        assert_eq!(converter.first_change(&source), case.find("頭髮"), "of {source:?}");
    }
}

#[test]
fn plain_text_is_text_throughout() {
    check(Markup::Plain, &["`頭髮` <a 頭髮>https://例/頭髮</a>", ""]);
}

#[cfg(feature = "markdown")]
mod markdown {
    use super::*;

    #[track_caller]
    fn markdown(cases: &[&str]) {
        check(Markup::Markdown, cases);
    }

    #[test]
    fn blocks_hold_text() {
        markdown(&[
            "",
            "頭髮",
            "頭髮\n頭髮  \n頭髮\\\n頭髮\n\n頭髮\n",
            "頭髮\r\n頭髮\r\n\r\n# 頭髮\r\n",
            "# 頭髮 #\n頭髮\n===\n",
            "> 頭髮\n> 頭髮\n頭髮\n>> - 頭髮\n",
            "- 頭髮\n  頭髮\n1. 頭髮\n\n   頭髮\n* [ ] 頭髮\n* [x] 頭髮\n",
            "> [!NOTE]\n> 頭髮\n",
            "---\n頭髮\n***\n",
            "頭髮\n: 頭髮\n",
        ]);
    }

    #[test]
    fn inlines_hold_text() {
        markdown(&[
            "*頭髮* **頭髮** ***頭髮*** _頭髮_ ~~頭髮~~",
            "**頭髮，**頭髮",
            "*頭髮 頭髮_ `頭髮",
            "[頭髮 **頭髮**](u) ![頭髮](u)",
            "[頭髮][u] [頭髮] [u]\n\n[u]: /头发",
        ]);
    }

    #[test]
    fn a_phrase_does_not_reach_over_marks() {
        let converter = converter(Markup::Markdown);
        // 发 by itself is 發, and only behind 头 it is 髮.
        assert_eq!(converter.convert("**头**发"), "**頭**發");
        assert_eq!(converter.convert("头`x`发"), "頭`x`發");
    }

    #[test]
    fn code_stays() {
        markdown(&[
            "頭髮`头发`頭髮 ``头发 ` 头发``頭髮",
            "`头发\n头发` 頭髮",
            "```头发\n头发\n```\n頭髮",
            "~~~ 头发 头发\n头发\n\n头发\n~~~\n頭髮",
            "```\n头发，没有结尾",
            "頭髮\n\n    头发\n\n    头发\n\n頭髮",
            "\t头发\n",
            "- 頭髮\n\n  ```头发\n  头发\n  ```\n- 頭髮\n\n      头发\n",
            "> ```\n> 头发\n> ```\n> 頭髮\n",
            "\\`頭髮\\`",
        ]);
    }

    #[test]
    fn targets_stay() {
        markdown(&[
            "[頭髮](/头发) [頭髮](</头发 头发> \"头发\") [頭髮](u '头发')",
            "![頭髮](头发.png \"头发\")",
            "[![頭髮](头发.png)](头发)",
            "[頭髮](/头发(头发)) 頭髮",
            "[頭髮][头发] ![頭髮][头发]\n\n[头发]: /头发 \"头发\"\n",
            "[头发] [头发][] ![头发] ![头发][] 頭髮\n\n[头发]: /头发\n",
            "[**头发**] 頭髮\n\n[**头发**]: /头发\n",
            // Without a definition, brackets are marks.
            "[頭髮] [頭髮][] [頭髮][頭髮]",
            "[[头发]] [[头发|頭髮]] ![[头发.png]]",
            "頭髮[^头发] 頭髮\n\n[^头发]: 頭髮\n    頭髮\n",
        ]);
    }

    #[test]
    fn urls_stay() {
        markdown(&[
            "<https://例.cn/头发> <mailto:头发@a.cn> <a@b.cn>頭髮",
            "https://zh.wikipedia.org/wiki/头发 頭髮",
            "https://zh.wikipedia.org/wiki/头发，頭髮。",
            "（見https://a.cn/头发）頭髮，頭髮http://a.cn頭髮",
            "(https://a.cn/头发_(头发))頭髮",
            "[頭髮 https://a.cn/头发](u)",
            "www.a.cn/头发 頭髮www.a.cn頭髮 www.头发.cn/头发",
            "https://a.cn/?a=头发&amp;b=头发#头发 頭髮",
            "https://a.cn/?a=头发&b=头发 頭髮&amp;頭髮",
            "https://a.cn/x\\_头发 頭髮",
            "ftp://头发.cn/ file:///头发/头发.txt 頭髮://頭髮 http://",
            "**https://a.cn/头发**頭髮",
            "https://a.cn/x,頭髮 https://a.cn/头发! 頭髮",
            "| https://a.cn/头发 | 頭髮 |\n|---|---|\n| https://a.cn/头发 | 頭髮 |\n",
        ]);
    }

    #[test]
    fn html_within_stays() {
        markdown(&[
            "頭髮<b title=\"头发\">頭髮</b><!-- 头发 -->頭髮",
            "<div title=头发>\n頭髮\n</div>\n\n頭髮",
            "<p align=\"center\">頭髮<code>头发</code></p>\n\n頭髮",
            "<details><summary>頭髮</summary>\n\n頭髮 `头发`\n\n</details>\n頭髮",
            "頭髮<kbd>头发</kbd>頭髮 <code>头发 **头发** 头发</code>頭髮",
            "<pre>\n头发\n\n头发\n</pre>\n頭髮",
            "<script>\n头发 = '头发'\n\n// 头发\n</script>\n頭髮",
            "<style>头发</style>\n\n頭髮",
            "<!-- 头发\n\n头发 -->\n\n頭髮",
            "<? 头发 ?>\n\n<![CDATA[头发]]>\n\n頭髮",
            "> <div>\n> 頭髮<i\n> title=头发>頭髮\n> </div>\n\n頭髮",
            "- <div 头发>頭髮\n  頭髮</div>\n\n頭髮",
            // A tag that is left open ends with what holds it.
            "頭髮<code>头发\n\n頭髮",
            "- 頭髮<kbd>头发\n- 頭髮\n",
            // Within a block, such a tag holds all up to its end.
            "<div><code>\n\n头发\n\n</code></div>\n\n頭髮",
            "頭髮 < 頭髮 > 頭髮 <頭髮>",
        ]);
    }

    #[test]
    fn front_matter_stays() {
        markdown(&[
            "---\ntitle: 头发\ntags: [头发]\n---\n頭髮\n",
            "\u{FEFF}---\r\ntitle: 头发\r\n...\r\n頭髮\r\n",
            "+++\ntitle = '头发'\n+++\n\n頭髮\n",
            "---\n頭髮，沒有結尾\n",
            "---\n\n頭髮\n\n---\n頭髮\n",
            "頭髮\n\n---\n頭髮: 頭髮\n\n---\n頭髮\n",
            "---\n---\n頭髮",
            "---",
        ]);
    }

    #[test]
    fn formulas_stay() {
        markdown(&[
            "頭髮$x_{\\text{头发}}$頭髮 $$头发 = 头发$$ 頭髮",
            "$$\n头发\n头发\n$$\n頭髮",
            "頭髮$5，頭髮$6。",
            "頭髮$5（见[头发](/头发)）$6頭髮",
            "頭髮 $ 頭髮 $ 頭髮，\\$頭髮\\$",
        ]);
    }

    #[test]
    fn tables_keep_their_shape() {
        markdown(&[
            "| 頭髮 | `头发` |\n|:---|---:|\n| 頭髮 \\| 頭髮 | [頭髮](头发) |\n| 頭髮 |  |\n\n頭髮",
            "頭髮 | 頭髮\n--- | ---\n頭髮 | $头发$\n",
        ]);
    }

    #[test]
    fn entities_and_escapes_stay() {
        markdown(&[
            "頭髮&nbsp;頭髮&#22836;&#x53d1;頭髮&amp;lt;頭髮&unknown;頭髮 & 頭髮",
            "\\*頭髮\\* \\\\頭髮 \\頭髮",
            "# 頭髮 {#头发 .头发 头发=头发}\n頭髮",
        ]);
    }
}

#[cfg(feature = "html")]
mod html {
    use super::*;

    #[track_caller]
    fn html(cases: &[&str]) {
        check(Markup::Html, cases);
    }

    #[test]
    fn text_is_what_stands_between_tags() {
        html(&[
            "",
            "頭髮",
            "<!DOCTYPE 头发><html lang=\"zh\"><title>頭髮</title><body>頭髮<p>頭髮\n頭髮<br/>頭髮</p></html>",
            "<p>頭髮\r\n頭髮\r\r\n頭髮\r</p>\r\n頭髮",
            "<noscript>頭髮<img alt=头发></noscript><template>頭髮</template><option>頭髮",
        ]);
    }

    #[test]
    fn a_phrase_does_not_reach_over_tags() {
        assert_eq!(converter(Markup::Html).convert("头<b>发</b>"), "頭<b>發</b>");
    }

    #[test]
    fn attributes_stay() {
        html(&[
            "<a href=/头发 title='头发' data-头发=\"头发>\" alt=头发>頭髮</a>",
            "<a 头发>頭髮</a 头发>頭髮",
            "<img alt='头发 头发'/>頭髮<input value=头发>頭髮",
            "<a title=\"头发\n<b>头发</b>\">頭髮",
            // Names begin with a letter of ASCII; behind a slash, all else is a comment.
            "<頭髮>頭髮</头发>頭髮",
        ]);
    }

    #[test]
    fn code_and_its_like_stay() {
        html(&[
            "<code>头发<b>头发</b></code>頭髮<pre>\n头发</pre>頭髮",
            "<CODE>头发</Code>頭髮<kbd>头发</kbd><samp>头发</samp><var>头发</var><tt>头发</tt>頭髮",
            "<code><code>头发</code>头发</code>頭髮</code>頭髮",
            "<textarea>头发<b></textarea>頭髮<xmp><b>头发</xmp>頭髮",
            "<iframe>头发</iframe><noembed>头发</noembed><noframes>头发</noframes>頭髮",
            "<style>a::before { content: '头发</b>' }</style>頭髮",
            "<code>头发<p>头发",
            "<plaintext>头发</plaintext>头发",
        ]);
    }

    #[test]
    fn scripts_end_where_the_standard_says() {
        html(&[
            "<script>头发 < 头发</scrip>头发</script >頭髮",
            "<script>'</' + 'script>头发'</script>頭髮",
            "<script><!-- 头发 <script>头发</script>头发</script>頭髮",
            "<script><!-- 头发 </script>頭髮",
            "<script>头发</SCRIPT/>頭髮",
            "<script>头发",
        ]);
    }

    #[test]
    fn comments_and_their_like_stay() {
        html(&[
            "頭髮<!--头发-->頭髮<!-- 头发 > 头发 --!>頭髮<!-->頭髮<!--->頭髮",
            "<!头发>頭髮<?头发 头发?>頭髮</ 头发>頭髮<![CDATA[头发]]>頭髮",
            "頭髮<!-- 头发 头发",
            "頭髮</>頭髮",
        ]);
    }

    #[test]
    fn what_begins_like_a_tag_is_text() {
        html(&["頭髮 < 頭髮 <3 頭髮 <頭髮> a<=頭髮 頭髮<", "頭髮</", "頭髮 > 頭髮 ]]> 頭髮"]);
    }

    #[test]
    fn a_tag_without_an_end_takes_the_rest() {
        html(&["頭髮<a 头发", "頭髮<a href='头发>头发</a>", "頭髮<b><i 头发"]);
    }

    #[test]
    fn references_stay() {
        html(&[
            "頭髮&nbsp;頭髮&#22836;頭髮&#x53d1頭髮&amp頭髮&ampx;頭髮",
            "頭髮&unknown;頭髮&頭髮 & 頭髮&;頭髮&#;頭髮&#x;頭髮&lt;b&gt;頭髮",
        ]);
    }

    #[test]
    fn urls_stay() {
        html(&[
            "<p>見https://a.cn/头发，頭髮 https://a.cn/?a=头发&amp;b=头发</p>頭髮",
            "<p>https://a.cn/头发</p>頭髮<b>www.a.cn/头发</b>頭髮",
        ]);
    }

    #[test]
    fn svg_and_mathml_are_foreign() {
        html(&[
            "<svg><title>頭髮</title><text 头发>頭髮</text><![CDATA[頭髮頭髮]]></svg>頭髮<![CDATA[头发]]>",
            "<svg><style>头发</style><script>头发</script><style/>頭髮</svg>頭髮",
            "<svg><g><b>頭髮</b></svg>頭髮",
            "<svg><foreignObject><p>頭髮<![CDATA[头发]]></p></foreignObject><![CDATA[頭髮頭髮]]></svg>頭髮",
            "<svg><svg></svg><![CDATA[頭髮頭髮]]></svg><![CDATA[头发]]>頭髮",
            "<svg><p>頭髮<![CDATA[头发]]>頭髮",
            "<svg/><title>頭髮<b></title>頭髮",
            "頭髮<math><mi>头发</mi><mtext>头发</mtext></math>頭髮",
            "<math>头发<p>頭髮",
        ]);
    }
}

#[cfg(feature = "markdown")]
mod normalized {
    use fanjian::{Normalizer, Preset};

    use super::*;

    #[test]
    fn nothing_is_noted_of_code() {
        let text = "```\n在2019,2020年\n```\n在2021,2022年\n";
        let commas = |markup| -> Vec<usize> {
            let normalizer = Normalizer::builder(Preset::Repair).markup(markup).build();
            normalizer.notes(text).iter().map(|note| note.range().start).collect()
        };
        let [in_code, in_text] = [text.find(',').unwrap(), text.rfind(',').unwrap()];
        assert_eq!(commas(Markup::Plain), [in_code, in_text]);
        assert_eq!(commas(Markup::Markdown), [in_text]);
    }

    /// Each source and what `repair` makes of it.
    #[track_caller]
    fn check(markup: Markup, cases: &[[&str; 2]]) {
        let normalizer = Normalizer::builder(Preset::Repair).markup(markup).build();
        for [source, expected] in cases {
            assert_eq!(normalizer.normalize(source), *expected, "of {source:?}");
            assert_eq!(normalizer.normalize(expected), *expected, "of {expected:?}");
            let mut stream = normalizer.stream();
            let mut output = String::new();
            source.split_inclusive(' ').for_each(|piece| stream.push(piece, &mut output));
            stream.finish(&mut output);
            assert_eq!(output, *expected, "by a stream");
        }
    }

    #[test]
    fn marks_of_markdown_are_decided_by_the_text_around() {
        check(
            Markup::Markdown,
            &[
                ["**你好**,世界", "**你好**，世界"],
                ["用`你好,`,好", "用`你好,`，好"],
                ["[你好](/你好,好),好", "[你好](/你好,好)，好"],
                ["- 你好,好  \n  你好,好\n", "- 你好，好  \n  你好，好\n"],
                ["1. 你好,好\n2. 好(的)\n", "1. 你好，好\n2. 好（的）\n"],
                ["```\n你好,好５Ｇ\n```\n你好,好５Ｇ", "```\n你好,好５Ｇ\n```\n你好，好5G"],
                ["    你好,好\n\n你好,好", "    你好,好\n\n你好，好"],
                ["---\ntitle: 你好,好\n---\n你好,好", "---\ntitle: 你好,好\n---\n你好，好"],
                [
                    "| 你好,好 | `好,` |\n|---|---|\n| 好,  | 好 |\n",
                    "| 你好，好 | `好,` |\n|---|---|\n| 好，  | 好 |\n",
                ],
                ["$价,格$,好", "$价,格$，好"],
                ["https://a.cn/你好,x 你好,好", "https://a.cn/你好,x 你好，好"],
                ["你好&amp;好;好\\,好", "你好&amp;好；好\\,好"],
            ],
        );
    }

    #[test]
    fn marks_of_html_are_decided_by_the_text_around() {
        check(
            Markup::Html,
            &[
                ["<b>你好</b>,世界", "<b>你好</b>，世界"],
                ["<a title=\"你好,好\">你好,好</a>", "<a title=\"你好,好\">你好，好</a>"],
                ["<pre>\n你好,好５\n</pre>\n你好,好５", "<pre>\n你好,好５\n</pre>\n你好，好5"],
                ["<p>用<code>你好,好</code>,好</p>", "<p>用<code>你好,好</code>，好</p>"],
                ["<!-- 你好,好\n你好,好 -->你好,好", "<!-- 你好,好\n你好,好 -->你好，好"],
            ],
        );
    }
}

#[cfg(all(feature = "std", feature = "markdown"))]
#[test]
fn a_stream_gives_what_the_whole_document_gives() {
    let document =
        "[头发]、`头发`\n\n```\n头发\n```\n头发<b title=头发>头发</b>\n\n[头发]: /头发\n";
    for markup in Markup::ALL {
        let converter = converter(*markup);
        for length in 1..20 {
            let mut stream = converter.stream();
            let mut output = String::new();
            let mut rest = document;
            while !rest.is_empty() {
                let piece = &rest[..rest.floor_char_boundary(length.max(3))];
                stream.push(piece, &mut output);
                rest = &rest[piece.len()..];
            }
            stream.finish(&mut output);
            assert_eq!(output, converter.convert(document), "{markup}");
            // The stream is as new.
            assert_eq!(stream.kept(), 0);
        }
    }
}

#[cfg(all(feature = "rayon", feature = "markdown"))]
#[test]
fn threads_leave_a_document_what_it_is() {
    let document = "头发，`头发`。\n\n".repeat(40_000);
    let converter = converter(Markup::Markdown);
    let whole = converter.convert(&document);
    assert_eq!(converter.convert_parallel(&document), whole);
    let mut output = String::new();
    converter.convert_parallel_into(&document, &mut output);
    assert_eq!(output, whole);
}

#[test]
fn names_are_read_and_written() {
    for markup in Markup::ALL {
        assert_eq!(markup.to_string().parse(), Ok(*markup));
    }
    let message = "tex".parse::<Markup>().expect_err("there is none").to_string();
    assert!(message.starts_with("there is no markup \"tex\"; there are plain"), "{message}");
}
