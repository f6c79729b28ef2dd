//! The commands as they are called.

use std::process::Command;

fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).arg("--help").output();
    let output = output.expect("the program runs");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("help is text")
}

#[test]
fn every_command_says_what_it_does_and_how_it_is_called() {
    let all = help(&[]);
    let (_, list) = all.split_once("Commands:\n").expect("there are commands");
    // What a command is said to do may go on in a line that stands further in.
    let lines = list.lines().take_while(|line| !line.is_empty());
    let lines = lines.filter_map(|line| line.strip_prefix("  "));
    let names = lines.filter_map(|line| line.split(' ').next().filter(|name| !name.is_empty()));
    let names: Vec<&str> = names.collect();
    assert!(names.contains(&"check") && names.len() > 20, "{names:?}");
    for name in names.into_iter().filter(|name| *name != "help") {
        let text = help(&[name]);
        assert!(text.contains(&format!("cargo xtask {name}")), "{text}");
    }
}
