//! How fast texts are normalized.
//!
//! - `normalize/<preset>/<text>` appends to memory that is reused;
//! - `normalize-fresh/<preset>/<text>` allocates its output, as a caller of
//!   `normalize` does, and borrows where nothing changes;
//! - `load-normalizer/<preset>` makes a normalizer and normalizes one clause;
//! - `growth-normalize/<preset>/<size>` normalizes damaged news of a size;
//! - `hard-normalize/<preset>/<design>` normalizes texts that would be slow for a
//!   search that goes back: one long line, commas alone, brackets that nothing
//!   closes, quotation marks ten deep.
//!
//! Throughput is in bytes of source. Texts are made of the project's own example
//! and of its dictionaries, so that every machine measures the same.
//!
//! `cargo bench --bench normalize`, with a part of a name to choose. Peers beside
//! the same texts: `cargo xtask peers -- --task normalize`.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use fanjian::{Config, Normalizer, Preset};
use texts::{Kind, Material, News};

/// Bytes of the texts that are not of a size of their own.
const LENGTH: usize = 1_000_000;

/// The sizes of `growth-normalize`.
const SIZES: [(usize, &str); 4] =
    [(1_000, "1-kB"), (10_000, "10-kB"), (100_000, "100-kB"), (10_000_000, "10-MB")];

/// The texts of `normalize`, with their names.
fn texts() -> Vec<(&'static str, String)> {
    let material = Material::generated().expect("the project has its texts").sample(LENGTH);
    let text = |kind| material.text(Config::T2s, kind).expect("the project has its texts").text;
    let News { clean, damaged } = News::generated(LENGTH).expect("the project has its texts");
    vec![
        ("damaged-news", damaged),
        ("clean-news", clean),
        ("prose", text(Kind::Prose)),
        ("markdown-with-code", text(Kind::Markdown)),
        ("ascii", text(Kind::Ascii)),
    ]
}

/// All texts under every preset.
fn normalize(criterion: &mut Criterion) {
    let texts = texts();
    for preset in Preset::ALL {
        let normalizer = Normalizer::new(preset);
        let mut group = criterion.benchmark_group(format!("normalize/{preset}"));
        for (name, text) in &texts {
            reused(&mut group, name, &normalizer, text);
        }
        group.finish();
        let mut group = criterion.benchmark_group(format!("normalize-fresh/{preset}"));
        for (name, text) in &texts {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::from_parameter(name), text, |bencher, text| {
                bencher.iter(|| normalizer.normalize(black_box(text)).len());
            });
        }
        group.finish();
    }
}

/// Normalizes a text to memory that is reused.
fn reused(group: &mut BenchmarkGroup<WallTime>, name: &str, normalizer: &Normalizer, text: &str) {
    let mut output = String::new();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
        bencher.iter(|| {
            output.clear();
            normalizer.normalize_into(black_box(text), &mut output);
            black_box(&output);
        });
    });
}

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load-normalizer");
    for preset in Preset::ALL {
        group.bench_function(BenchmarkId::from_parameter(preset), |bencher| {
            bencher.iter(|| Normalizer::new(black_box(preset)).normalize(black_box("好,對")).len());
        });
    }
    group.finish();
}

fn growth(criterion: &mut Criterion) {
    for preset in [Preset::Repair, Preset::Taiwan] {
        let normalizer = Normalizer::new(preset);
        let mut group = criterion.benchmark_group(format!("growth-normalize/{preset}"));
        group.sample_size(10);
        for (size, name) in SIZES {
            let news = News::generated(size).expect("the project has its texts");
            reused(&mut group, name, &normalizer, &news.damaged);
        }
        group.finish();
    }
}

/// Texts of the size of the others and of a shape that no writer gives them.
fn hard(criterion: &mut Criterion) {
    let news = News::generated(LENGTH).expect("the project has its texts").damaged;
    let filled = |piece: &str| piece.repeat(LENGTH / piece.len());
    let designs = [
        ("one-line", news.replace('\n', "")),
        ("commas", filled(",")),
        ("commas-behind-han", format!("好{}", filled(","))),
        ("open-brackets", filled("好(")),
        ("closed-brackets", filled("好)")),
        ("ten-quotes-deep", filled("“‘“‘“‘“‘“‘好,對’”’”’”’”’”")),
        ("straight-quotes", filled("好\"a\"'")),
    ];
    for preset in [Preset::Repair, Preset::Taiwan] {
        let normalizer = Normalizer::new(preset);
        let mut group = criterion.benchmark_group(format!("hard-normalize/{preset}"));
        group.sample_size(10);
        for (name, text) in &designs {
            reused(&mut group, name, &normalizer, text);
        }
        group.finish();
    }
}

criterion_group!(benches, normalize, load, growth, hard);
criterion_main!(benches);
