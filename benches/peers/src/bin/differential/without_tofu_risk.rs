//! The side of OpenCC's command line, where the tofu-risk dictionaries are off.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};
use fanjian::{Config, Converter, TofuRisk};

use crate::compare::Difference;
use crate::shrink::shrink;

/// The configurations that have a tofu-risk dictionary.
pub(crate) const CONFIGS: [Config; 5] =
    [Config::T2s, Config::Tw2s, Config::Tw2sp, Config::Hk2s, Config::Hk2sp];

/// Bytes of texts that are converted by one process. The program converts what
/// it reads in windows of 1 MiB and can break a phrase at their borders.
const BATCH: usize = 512 << 10;

/// The program and fanjian, in one configuration.
pub(crate) struct Program<'p> {
    config: Config,
    fanjian: Converter,
    program: &'p Path,
}

impl Program<'_> {
    pub(crate) fn new(config: Config, program: &Path) -> Program<'_> {
        let fanjian = Converter::builder(config).tofu_risk(TofuRisk::Exclude).build();
        Program { config, fanjian, program }
    }

    /// Compares on texts, one a line, and tells `compared` of each.
    pub(crate) fn compare(
        &self,
        texts: impl Iterator<Item = String>,
        mut compared: impl FnMut(&str),
    ) -> Result<Option<Difference>> {
        let mut batch = String::new();
        for text in texts {
            compared(&text);
            batch.push_str(&text.replace('\n', ""));
            batch.push('\n');
            if batch.len() >= BATCH {
                if let Some(difference) = self.difference(&batch)? {
                    return Ok(Some(difference));
                }
                batch.clear();
            }
        }
        self.difference(&batch)
    }

    fn difference(&self, batch: &str) -> Result<Option<Difference>> {
        if self.fanjian.convert(batch).as_bytes() == self.output(batch)? {
            return Ok(None);
        }
        let differs = |text: &str| {
            self.output(text).is_ok_and(|output| output != self.fanjian.convert(text).as_bytes())
        };
        let text = shrink(batch, differs);
        let expected = String::from_utf8_lossy(&self.output(&text)?).into_owned();
        let actual = self.fanjian.convert(&text).into_owned();
        let sides = ("OpenCC's command line", "fanjian without tofu risk".to_owned());
        Ok(Some(Difference { config: self.config, text, expected, actual, sides }))
    }

    /// What the program writes for `text`, which may be the end of a character
    /// less than UTF-8 when it goes wrong.
    fn output(&self, text: &str) -> Result<Vec<u8>> {
        let mut child = Command::new(self.program)
            .args(["-c", &format!("{}.json", self.config)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It warns of every variation selector.
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be run", self.program.display()))?;
        let mut input = child.stdin.take().context("standard input was asked for")?;
        // It may write before it has read all, so both must go on at once.
        let output = thread::scope(|scope| {
            scope.spawn(move || input.write_all(text.as_bytes()));
            child.wait_with_output()
        })?;
        ensure!(output.status.success(), "OpenCC's command line failed: {}", output.status);
        Ok(output.stdout)
    }
}
