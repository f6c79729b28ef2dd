//! What alignments cost, and what normalization and conversion cost together.
//!
//! - `aligned/<configuration>/<text>` converts with an alignment: `aligned`, beside
//!   `plain`, which is `convert` of the same text;
//! - `aligned/<preset>/<text>` normalizes with one;
//! - `pipeline/<preset>+<configuration>/<text>` does both, to memory that is reused:
//!   `one` through a pipeline, `two` one after the other;
//! - `edits/<preset>+<configuration>` finds out who changed what;
//! - `offsets/<unit>` asks where every character of a text is.
//!
//! Throughput is in bytes of source. Texts are those of the other benches, and `folded`:
//! prose whose marks went through NFKC, in lines of the length of news.
//!
//! `cargo bench --bench pipeline`, with a part of a name to choose.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fanjian::{Config, Converter, Normalizer, Pipeline, Preset, Unit};
use texts::{Kind, Material};

/// Bytes of the texts.
const LENGTH: usize = 1_000_000;

/// What users ask for together.
const PAIRS: [(Preset, Config); 4] = [
    (Preset::Repair, Config::T2s),
    (Preset::Repair, Config::S2t),
    (Preset::Mainland, Config::Tw2sp),
    (Preset::Taiwan, Config::S2twp),
];

/// The configurations of `aligned`, one for each kind of plan.
const CONFIGS: [Config; 4] = [Config::T2s, Config::S2t, Config::S2twp, Config::Tw2sp];

/// A text and its name.
type Named = (&'static str, String);

/// The texts for a configuration.
fn texts(config: Config) -> Vec<Named> {
    let material = Material::generated().expect("the project has its texts").sample(LENGTH);
    let text = |kind| material.text(config, kind).expect("the project has its texts").text;
    let prose = text(Kind::Prose);
    let folded = folded(&prose);
    let markdown = text(Kind::Markdown);
    vec![
        ("prose", prose),
        ("folded", folded),
        ("markdown", markdown),
        ("twelve", text(Kind::Twelve)),
    ]
}

/// What NFKC makes of the marks of a text.
fn folded(text: &str) -> String {
    let marks =
        [('，', ','), ('：', ':'), ('；', ';'), ('？', '?'), ('！', '!'), ('（', '('), ('）', ')')];
    let fold = |character| {
        let found = marks.iter().find(|(mark, _)| *mark == character);
        found.map_or(character, |(_, ascii)| *ascii)
    };
    text.chars().map(fold).collect()
}

fn aligned(criterion: &mut Criterion) {
    for config in CONFIGS {
        let converter = Converter::new(config);
        let mut group = criterion.benchmark_group(format!("aligned/{config}"));
        for (name, text) in texts(config) {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(BenchmarkId::new(name, "plain"), |bencher| {
                bencher.iter(|| converter.convert(black_box(&text)).len());
            });
            group.bench_function(BenchmarkId::new(name, "aligned"), |bencher| {
                bencher.iter(|| converter.convert_aligned(black_box(&text)).output().len());
            });
        }
        group.finish();
    }
    for preset in [Preset::Repair, Preset::Taiwan] {
        let normalizer = Normalizer::new(preset);
        let mut group = criterion.benchmark_group(format!("aligned/{preset}"));
        for (name, text) in texts(Config::T2s) {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(BenchmarkId::new(name, "plain"), |bencher| {
                bencher.iter(|| normalizer.normalize(black_box(&text)).len());
            });
            group.bench_function(BenchmarkId::new(name, "aligned"), |bencher| {
                bencher.iter(|| normalizer.normalize_aligned(black_box(&text)).output().len());
            });
        }
        group.finish();
    }
}

fn pipeline(criterion: &mut Criterion) {
    for (preset, config) in PAIRS {
        let (normalizer, converter) = (Normalizer::new(preset), Converter::new(config));
        let pipeline = Pipeline::builder().normalize(normalizer).convert(converter.clone()).build();
        let mut group = criterion.benchmark_group(format!("pipeline/{preset}+{config}"));
        for (name, text) in texts(config) {
            let (mut between, mut output) = (String::new(), String::new());
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(BenchmarkId::new(name, "one"), |bencher| {
                bencher.iter(|| {
                    output.clear();
                    pipeline.process_into(black_box(&text), &mut output);
                    black_box(&output);
                });
            });
            group.bench_function(BenchmarkId::new(name, "two"), |bencher| {
                bencher.iter(|| {
                    between.clear();
                    output.clear();
                    normalizer.normalize_into(black_box(&text), &mut between);
                    converter.convert_into(black_box(&between), &mut output);
                    black_box(&output);
                });
            });
            group.bench_function(BenchmarkId::new(name, "aligned"), |bencher| {
                bencher.iter(|| pipeline.process_aligned(black_box(&text)).output().len());
            });
        }
        group.finish();
    }
}

fn edits(criterion: &mut Criterion) {
    for (preset, config) in PAIRS {
        let pipeline = Pipeline::builder().normalize(preset).convert(config).build();
        let (_, text) = texts(config).swap_remove(1);
        let aligned = pipeline.process_aligned(&text);
        let mut group = criterion.benchmark_group("edits");
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
        group.bench_function(
            BenchmarkId::from_parameter(format!("{preset}+{config}")),
            |bencher| {
                bencher.iter(|| aligned.edits().len());
            },
        );
        group.finish();
    }
}

fn offsets(criterion: &mut Criterion) {
    let pipeline = Pipeline::builder().normalize(Preset::Repair).convert(Config::S2twp).build();
    let (_, text) = texts(Config::S2twp).swap_remove(1);
    let aligned = pipeline.process_aligned(&text);
    let characters = text.chars().count();
    let mut group = criterion.benchmark_group("offsets");
    group.throughput(Throughput::Elements(characters as u64));
    for (name, unit) in [("code-points", Unit::CodePoints), ("utf16", Unit::Utf16)] {
        group.bench_function(BenchmarkId::new(name, "together"), |bencher| {
            bencher.iter(|| aligned.output_positions(unit, 0..characters).sum::<usize>());
        });
        group.bench_function(BenchmarkId::new(name, "one-by-one"), |bencher| {
            let positions = 0..characters;
            bencher.iter(|| {
                let each =
                    positions.clone().map(|position| aligned.output_position(unit, position));
                each.sum::<usize>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, aligned, pipeline, edits, offsets);
criterion_main!(benches);
