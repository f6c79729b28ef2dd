//! Counting instructions: callgrind of valgrind, around `benches/instructions`.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::figures::Figure;
use crate::opencc;
use crate::project;

const PACKAGE: &str = "instructions";
const COUNTER: &str = "valgrind";

/// What the counter's account calls the number of instructions.
const LABEL: &str = "Collected :";

/// The program that is watched, built as users build it.
pub(super) struct Counter {
    program: PathBuf,
}

impl Counter {
    /// Builds the program.
    pub(super) fn ready() -> Result<Counter> {
        let mut command = opencc::cargo();
        command.current_dir(project(""));
        // Flags of the developer's own, such as `target-cpu=native`, would give
        // other figures, and instructions that the counter does not know.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.args(["build", "--quiet", "--release", "--package", PACKAGE]);
        command.args(["--message-format", "json-render-diagnostics"]);
        let output = command.stderr(Stdio::inherit()).output().context("cargo cannot be run")?;
        ensure!(output.status.success(), "{PACKAGE} cannot be built");
        let program = executable(&String::from_utf8(output.stdout)?)?;
        Ok(Counter { program })
    }

    /// Counts the instructions of one conversion: what a run of two executes
    /// beyond a run of one.
    pub(super) fn count(&self, configuration: &str, text: &str) -> Result<Figure> {
        let (bytes, one) = self.run(configuration, text, 1)?;
        let (_, two) = self.run(configuration, text, 2)?;
        let instructions = two.checked_sub(one).context("two conversions cost less than one")?;
        Ok(Figure {
            configuration: configuration.to_owned(),
            text: text.to_owned(),
            bytes,
            instructions,
        })
    }

    /// Bytes of the text, and instructions of the whole run.
    fn run(&self, configuration: &str, text: &str, conversions: u32) -> Result<(u64, u64)> {
        let output = Command::new(COUNTER)
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(&self.program)
            .args([configuration, text, &conversions.to_string()])
            .output()
            .with_context(|| format!("{COUNTER} cannot be run"))?;
        read(&output).with_context(|| {
            let account = String::from_utf8_lossy(&output.stderr);
            format!("{COUNTER}, {configuration} {text}, {}:\n{account}", output.status)
        })
    }
}

/// What the counter calls itself.
pub(super) fn version() -> Result<String> {
    let output = match Command::new(COUNTER).arg("--version").output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            bail!("counting instructions needs {COUNTER}: apt-get install {COUNTER}")
        }
        output => output.with_context(|| format!("{COUNTER} cannot be run"))?,
    };
    ensure!(output.status.success(), "{COUNTER} --version failed: {}", output.status);
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The executable among Cargo's messages, one JSON object a line.
fn executable(messages: &str) -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
    }

    for line in messages.lines() {
        let message: Message = serde_json::from_str(line).context("a message of cargo")?;
        if let Some(executable) = message.executable {
            return Ok(executable);
        }
    }
    bail!("cargo names no executable of {PACKAGE}")
}

fn read(output: &Output) -> Result<(u64, u64)> {
    ensure!(output.status.success(), "failed");
    let bytes = str::from_utf8(&output.stdout)?.trim().parse().context("no length")?;
    Ok((bytes, collected(&String::from_utf8_lossy(&output.stderr))?))
}

/// The number of instructions in the counter's account.
fn collected(account: &str) -> Result<u64> {
    let (_, rest) = account.split_once(LABEL).context("no instructions in the account")?;
    // More events than instructions, when asked for, stand behind them.
    let number = rest.split_whitespace().next().unwrap_or_default();
    number.parse().with_context(|| format!("{number:?} is no number of instructions"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "\
==7== Callgrind, a call-graph generating cache profiler
==7== Command: target/release/instructions s2twp news 1
==7== 
==7== Events    : Ir
==7== Collected : 76559589
==7== 
==7== I   refs:      76,559,589
";

    #[test]
    fn instructions_are_read_from_the_account() {
        assert_eq!(collected(ACCOUNT).unwrap(), 76_559_589);
    }

    #[test]
    fn further_events_are_passed_over() {
        let account = "==7== Events    : Ir Dr Dw\n==7== Collected : 30 20 10\n";
        assert_eq!(collected(account).unwrap(), 30);
    }

    #[test]
    fn an_account_without_instructions_is_refused() {
        let crash = "==7== Process terminating with default action of signal 4 (SIGILL)\n";
        assert!(collected(crash).is_err());
        assert!(collected("==7== Collected : many\n").is_err());
        assert!(collected("==7== Collected :").is_err());
    }

    #[test]
    fn the_executable_is_the_one_that_cargo_names() {
        let messages = r#"{"reason":"compiler-artifact","executable":null}
{"reason":"compiler-artifact","executable":"target/release/instructions"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(executable(messages).unwrap(), PathBuf::from("target/release/instructions"));
        assert!(executable(r#"{"reason":"build-finished","success":true}"#).is_err());
    }
}
