//! How fast texts are converted, and what loading costs.
//!
//! - `convert/<configuration>/<text>` appends to memory that is reused;
//! - `convert-fresh` allocates its output, as a caller of `convert` does, and
//!   borrows where nothing changes;
//! - `load/<configuration>` makes a converter and converts one word;
//! - `growth/<configuration>/<size>` converts prose in pieces of a size, or
//!   repeated to it, so that all sizes have the same content;
//! - `adversarial/<configuration>/<design>` converts texts made against the
//!   dictionaries;
//! - `parallel/<configuration>/<threads>` converts long prose over threads, with
//!   the feature `rayon`: `one` is `convert_into`, beside it.
//!
//! Throughput is in bytes of source. Texts are made of the project's own example
//! and of its dictionaries, so that every machine measures the same.
//!
//! `cargo bench --bench convert`, with a part of a name to choose. Peers beside
//! the same texts, processes and memory: `cargo xtask goals`.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group,
    criterion_main,
};
use fanjian::{Config, Converter};
use texts::adversarial::Design;
use texts::material::repeated;
use texts::{Adversary, Dictionaries, Kind, Material};

/// Bytes of the texts that are neither short nor of a size of their own.
const LENGTH: usize = 1_000_000;

/// The sizes of `growth`.
const SIZES: [(usize, &str); 5] = [
    (10_000, "10-kB"),
    (100_000, "100-kB"),
    (1_000_000, "1-MB"),
    (10_000_000, "10-MB"),
    (100_000_000, "100-MB"),
];

/// The configurations of `growth`, one for each kind of plan.
const GROWING: [Config; 4] = [Config::T2s, Config::S2t, Config::S2twp, Config::Tw2sp];

fn material() -> Material {
    Material::generated().expect("the project has its texts")
}

/// A name without blanks, as paths are.
fn path(name: &str) -> String {
    name.replace(", ", "-").replace(' ', "-")
}

/// All texts of every configuration.
fn convert(criterion: &mut Criterion) {
    let all = material();
    let material = all.sample(LENGTH);
    for config in Config::ALL {
        let converter = Converter::new(config);
        let mut texts: Vec<(String, String)> = Kind::ALL
            .into_iter()
            .map(|kind| {
                let text = material.text(config, kind).expect("the project has its texts");
                (path(&kind.to_string()), text.text)
            })
            .collect();
        // Beyond what the processor's caches hold.
        texts.push(("long-prose".to_owned(), all.prose(config)));

        let mut group = criterion.benchmark_group(format!("convert/{config}"));
        for (name, text) in &texts {
            reused(&mut group, name, &converter, &[text]);
        }
        group.finish();
        let mut group = criterion.benchmark_group(format!("convert-fresh/{config}"));
        for (name, text) in &texts {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::from_parameter(name), text, |bencher, text| {
                bencher.iter(|| converter.convert(black_box(text)).len());
            });
        }
        group.finish();
    }
}

/// Converts texts, one behind the other, to memory that is reused.
fn reused(group: &mut BenchmarkGroup<WallTime>, name: &str, converter: &Converter, texts: &[&str]) {
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let mut output = String::new();
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
        bencher.iter(|| {
            for text in texts {
                output.clear();
                converter.convert_into(black_box(text), &mut output);
                black_box(&output);
            }
        });
    });
}

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    for config in Config::ALL {
        group.bench_function(BenchmarkId::from_parameter(config), |bencher| {
            bencher.iter(|| Converter::new(black_box(config)).convert(black_box("会議")).len());
        });
    }
    group.finish();
}

fn growth(criterion: &mut Criterion) {
    let material = material().sample(LENGTH);
    for config in GROWING {
        let prose = material.prose(config);
        let mut group = criterion.benchmark_group(format!("growth/{config}"));
        // Each run of a long text takes a part of a second.
        group.sampling_mode(SamplingMode::Flat).sample_size(10);
        for (size, name) in SIZES {
            if size <= LENGTH {
                reused(&mut group, name, &Converter::new(config), &pieces(&prose, size));
            } else {
                let long = repeated(&prose, size);
                reused(&mut group, name, &Converter::new(config), &[&long]);
            }
        }
        group.finish();
    }
}

/// Cuts `text` behind lines into pieces of about `length` bytes.
fn pieces(text: &str, length: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (end, _) in text.match_indices('\n') {
        if end + 1 - start >= length {
            pieces.push(&text[start..=end]);
            start = end + 1;
        }
    }
    pieces.push(&text[start..]);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn adversarial(criterion: &mut Criterion) {
    let dictionaries = Dictionaries::read().expect("the project has its dictionaries");
    for config in Config::ALL {
        let adversary = Adversary::new(config, &dictionaries);
        let mut group = criterion.benchmark_group(format!("adversarial/{config}"));
        for design in Design::ALL {
            if let Some(text) = adversary.text(design, LENGTH) {
                reused(&mut group, &path(&design.to_string()), &Converter::new(config), &[&text]);
            }
        }
        group.finish();
    }
}

/// Long prose over the threads that the machine has.
#[cfg(feature = "rayon")]
fn parallel(criterion: &mut Criterion) {
    /// Bytes of the text: beyond what the processor's caches hold.
    const LENGTH: usize = 40_000_000;
    let material = material();
    for config in GROWING {
        let text = repeated(&material.prose(config), LENGTH);
        let mut group = criterion.benchmark_group(format!("parallel/{config}"));
        group.sampling_mode(SamplingMode::Flat).sample_size(10);
        reused(&mut group, "one", &Converter::new(config), &[&text]);
        let mut output = String::new();
        group.bench_function("all", |bencher| {
            bencher.iter(|| {
                output.clear();
                Converter::new(config).convert_parallel_into(black_box(&text), &mut output);
                black_box(&output);
            });
        });
        group.finish();
    }
}

/// Without the feature there is nothing to measure.
#[cfg(not(feature = "rayon"))]
fn parallel(_: &mut Criterion) {}

criterion_group!(benches, convert, load, growth, adversarial, parallel);
criterion_main!(benches);
