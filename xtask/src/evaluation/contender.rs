//! Who is asked: fanjian and, as programs of `benches/peers`, other converters.

use std::io::Write;
use std::process::Stdio;
use std::thread;

use anyhow::{Context, Result, ensure};
use fanjian::{Config, Converter, Disambiguation, Repair};

use crate::peers::Programs;

/// The program that converts lines.
const PROGRAM: &str = "lines";

/// Text in, text out, line by line.
pub(crate) type Transform = Box<dyn Fn(&str) -> Result<String>>;

/// A converter and a repairer to be measured.
pub(crate) struct Contender {
    /// What tables call it.
    pub(crate) name: String,
    /// Simplified to Traditional.
    pub(crate) restore: Transform,
    /// Damaged Traditional to Traditional. Converters that have no such thing go to
    /// Simplified script and back.
    pub(crate) repair: Transform,
}

impl Contender {
    /// fanjian, once for each way to use it.
    pub(crate) fn fanjian() -> Vec<Contender> {
        let ways = [
            ("fanjian", Disambiguation::Dictionary),
            ("fanjian, by context", Disambiguation::Context),
        ];
        let contender = |(name, disambiguation): (&str, Disambiguation)| {
            let builder = Converter::builder(Config::S2t).disambiguation(disambiguation);
            let to_traditional = builder.build();
            Contender {
                name: name.to_owned(),
                restore: by_line(move |line| to_traditional.convert(line).into_owned()),
                // Its lines are decided independently, but for the region of the text.
                repair: Box::new(|text| Ok(Repair::new().repair(text).into_owned())),
            }
        };
        ways.map(contender).into()
    }

    /// The peers that `features` of `benches/peers` name; all of them without any.
    pub(crate) fn peers(features: &[String]) -> Result<Vec<Contender>> {
        let programs = Programs::build(features)?;
        let output = programs.run(PROGRAM)?.stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "{PROGRAM} failed: {}", output.status);
        let names = String::from_utf8(output.stdout)?;
        let peer = |line: &str| {
            let (name, label) = line.split_once('\t').context("a name and a label")?;
            peer(features, name, label)
        };
        names.lines().map(peer).collect()
    }
}

/// No line sees another: the lines of a set are in no order.
fn by_line(transform: impl Fn(&str) -> String + 'static) -> Transform {
    Box::new(move |text| Ok(text.lines().map(|line| transform(line) + "\n").collect()))
}

fn peer(features: &[String], name: &str, label: &str) -> Result<Contender> {
    let transform = |chain: &'static [Config]| -> Result<Transform> {
        let (programs, name) = (Programs::built(features)?, name.to_owned());
        Ok(Box::new(move |text| convert(&programs, &name, chain, text)))
    };
    Ok(Contender {
        name: label.to_owned(),
        restore: transform(&[Config::S2t])?,
        repair: transform(&[Config::T2s, Config::S2t])?,
    })
}

/// What a peer makes of `text` by one configuration after the other.
fn convert(programs: &Programs, name: &str, chain: &[Config], text: &str) -> Result<String> {
    let mut command = programs.run(PROGRAM)?;
    command.arg(name).args(chain.iter().map(Config::to_string));
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("{PROGRAM} cannot be run"))?;
    let mut input = child.stdin.take().context("the input was piped")?;
    // What it reads and what it writes are more than pipes hold.
    let output = thread::scope(|scope| {
        let writer = scope.spawn(move || input.write_all(text.as_bytes()));
        let output = child.wait_with_output();
        writer.join().expect("writing does not panic")?;
        output
    })?;
    ensure!(output.status.success(), "{name}: {}", output.status);
    String::from_utf8(output.stdout).with_context(|| name.to_owned())
}
