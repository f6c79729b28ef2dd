//! Flags, help, and wrong usage.

use fanjian::{Config, Converter, TofuRisk};

use crate::support::Folder;

#[test]
fn without_arguments_simplified_becomes_traditional() {
    // No other configuration writes both 裏 and 說.
    Folder::new().run_with(&[], "头发里说").wrote("頭髮裏說");
}

#[test]
fn a_configuration_is_named_in_every_customary_way() {
    let folder = Folder::new();
    let ways: [&[&str]; 6] = [
        &["-c", "s2twp"],
        &["-cs2twp"],
        &["-c", "s2twp.json"],
        &["--config", "s2twp"],
        &["--config=s2twp"],
        &["--config=s2twp.json"],
    ];
    for way in ways {
        folder.run_with(way, "软件").wrote("軟體");
    }
}

#[test]
fn a_command_says_what_to_do() {
    let folder = Folder::new();
    folder.run_with(&["convert", "-c", "s2twp"], "软件").wrote("軟體");
    assert_eq!(folder.run(&["list"]).output, folder.run(&["--list"]).output);
    // Behind arguments, and where it is none, a word is a file.
    let missing =
        |name| format!("fanjian: cannot read {name}: there is no such file; check the path\n");
    folder.run(&["-c", "s2t", "list"]).failed_with(&missing("list"));
    folder.run(&["translate"]).failed_with(&missing("translate"));
}

#[test]
fn every_configuration_converts_as_the_library_does() {
    let folder = Folder::new();
    let text = "头发乾坤軟體软件里的裡面鼠標滑鼠峰群國学說着";
    for config in Config::ALL {
        let converter = Converter::builder(config).tofu_risk(TofuRisk::Exclude).build();
        let expected = converter.convert(text).into_owned();
        folder.run_with(&["--config", config.name()], text).wrote(expected);
    }
}

#[test]
fn an_unknown_configuration_is_wrong_usage_and_all_names_are_told() {
    let finished = Folder::new().run(&["--config", "s2x"]);
    finished.was_wrong_usage(&["--config", "there is no configuration \"s2x\""]);
    for config in Config::ALL {
        let name = [" ", config.name()].concat();
        assert!(finished.message.contains(&name), "no{name} in {}", finished.message);
    }
}

#[test]
fn what_is_no_text_in_a_markup_stays() {
    let folder = Folder::new();
    let text = "**头发** `头发` <b title=\"头发\">头发</b>\n";
    folder.run_with(&[], text).wrote(text.replace("头发", "頭髮"));
    folder.run_with(&["--markup", "plain"], text).wrote(text.replace("头发", "頭髮"));
    let markdown = "**頭髮** `头发` <b title=\"头发\">頭髮</b>\n";
    folder.run_with(&["--markup", "markdown"], text).wrote(markdown);
    let html = "**頭髮** `頭髮` <b title=\"头发\">頭髮</b>\n";
    folder.run_with(&["--markup", "html"], text).wrote(html);
}

#[test]
fn an_unknown_markup_is_wrong_usage_and_all_names_are_told() {
    let finished = Folder::new().run(&["--markup", "tex"]);
    let message = "there is no markup \"tex\"; there are plain markdown html";
    finished.was_wrong_usage(&["--markup", message]);
}

#[test]
fn replacements_that_few_fonts_show_are_used_on_request_only() {
    let folder = Folder::new();
    folder.run_with(&["-c", "t2s"], "㑮馬").wrote("㑮马");
    folder.run_with(&["-c", "t2s", "--include-tofu-risk-dictionaries"], "㑮馬").wrote("𫝈马");
}

#[test]
fn input_and_output_are_named_short_or_long() {
    let folder = Folder::new();
    folder.write("source", "头发");
    for (input, output) in [("-i", "-o"), ("--input", "--output")] {
        folder.run(&[input, "source", output, "target"]).wrote("");
        assert_eq!(folder.read("target"), "頭髮".as_bytes());
        folder.write("target", "");
    }
}

#[test]
fn the_list_has_one_line_for_each_configuration() {
    let finished = Folder::new().run(&["--list"]);
    let list = String::from_utf8(finished.output.clone()).expect("the list is UTF-8");
    finished.wrote(&list);

    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), Config::ALL.len());
    for (line, config) in lines.iter().zip(Config::ALL) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (source, target) = (config.source().tag(), config.target().tag());
        assert_eq!(words[..4], [config.name(), source, "→", target]);
        assert_eq!(words[4..].join(" "), config.description());
    }
    assert!(lines.contains(
        &"s2twp     zh-Hans → zh-Hant-TW  Simplified to Traditional of Taiwan, with its vocabulary"
    ));
}

#[test]
fn the_list_stands_alone() {
    Folder::new().run(&["--list", "--config", "t2s"]).was_wrong_usage(&["--list"]);
}

#[test]
fn the_version_is_that_of_the_program_and_of_the_dictionaries() {
    let folder = Folder::new();
    let expected =
        concat!("fanjian ", env!("CARGO_PKG_VERSION"), " (dictionaries: OpenCC 1.4.2)\n");
    folder.run(&["--version"]).wrote(expected);
    folder.run(&["-V"]).wrote(expected);
}

#[test]
fn help_tells_the_exit_codes_and_two_examples() {
    let finished = Folder::new().run(&["--help"]);
    assert_eq!((finished.code, finished.message.as_str()), (Some(0), ""));
    let help = String::from_utf8(finished.output).expect("help is UTF-8");
    let flags = ["--config", "--input", "--output", "--in-place", "--invalid", "--list"];
    let codes = ["Exit codes:\n  0  ", "\n  1  ", "\n  2  "];
    let examples = [
        "--config s2twp --input simplified.txt --output traditional.txt",
        "printf '汉字' | fanjian",
    ];
    for part in flags.iter().chain(&codes).chain(&examples) {
        assert!(help.contains(part), "no {part:?} in {help}");
    }
}

#[test]
fn what_is_not_understood_is_wrong_usage() {
    let folder = Folder::new();
    folder.write("source", "头发");
    folder.run(&["source", "--input", "source"]).was_wrong_usage(&["--input"]);
    folder.run(&["source", "--backup", ".bak"]).was_wrong_usage(&["--in-place"]);
    folder.run(&["--output-folder", "results"]).was_wrong_usage(&["FILE_OR_FOLDER"]);
    folder.run(&["--encoding", "utf-7"]).was_wrong_usage(&["there is no encoding \"utf-7\""]);
    folder.run(&["--output-encoding", "auto"]).was_wrong_usage(&["can be found out"]);
    folder.run(&["--encoding", "big5", "--invalid", "keep"]).was_wrong_usage(&["UTF-8"]);
    folder.run(&["--format", "jsonl", "--markup", "html"]).was_wrong_usage(&["--markup"]);
    folder.run(&["--outputs", "target"]).was_wrong_usage(&["--outputs", "--output"]);
    folder.run(&["--invalid", "guess"]).was_wrong_usage(&["refuse", "replace", "keep"]);
    folder.run(&["--in-place"]).was_wrong_usage(&["--input"]);
    assert_eq!(folder.names(), ["source"]);
}
