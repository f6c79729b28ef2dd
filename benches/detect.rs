//! How fast the script and the region of a text are told.
//!
//! - `detect/<text>` tells them of a text;
//! - `from-utf8/<text>` asks the standard library whether the same bytes are UTF-8: the
//!   measure to which `detect` is held, which may take twice as long;
//! - `detect-pieces/<text>` pushes the text in pieces of 4 KiB.
//!
//! Throughput is in bytes. Texts are made of the project's own example and of its
//! dictionaries, so that every machine measures the same.
//!
//! `cargo bench --bench detect`, with a part of a name to choose.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fanjian::{Config, Detector, detect};
use texts::{Kind, Material, News};

/// Bytes of a text.
const LENGTH: usize = 1_000_000;
/// Bytes of a piece, or a few less.
const PIECE: usize = 4096;

/// The texts, with their names.
fn texts() -> Vec<(&'static str, String)> {
    let material = Material::generated().expect("the project has its texts").sample(LENGTH);
    let text = |config, kind| material.text(config, kind).expect("the project has its texts").text;
    let News { clean, damaged } = News::generated(LENGTH).expect("the project has its texts");
    vec![
        ("traditional", text(Config::T2s, Kind::Prose)),
        ("simplified", text(Config::S2t, Kind::Prose)),
        ("clean-news", clean),
        ("damaged-news", damaged),
        ("markdown-with-code", text(Config::T2s, Kind::Markdown)),
        ("ascii", text(Config::T2s, Kind::Ascii)),
    ]
}

fn all(criterion: &mut Criterion) {
    let texts = texts();
    for (name, run) in
        [("detect", whole as fn(&str) -> u64), ("from-utf8", utf8), ("detect-pieces", in_pieces)]
    {
        let mut group = criterion.benchmark_group(name);
        for (name, text) in &texts {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::from_parameter(name), text, |bencher, text| {
                bencher.iter(|| run(black_box(text)));
            });
        }
        group.finish();
    }
}

fn whole(text: &str) -> u64 {
    detect(text).han()
}

fn utf8(text: &str) -> u64 {
    std::str::from_utf8(text.as_bytes()).map_or(0, |text| text.len() as u64)
}

fn in_pieces(text: &str) -> u64 {
    let mut detector = Detector::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = (0..=PIECE.min(rest.len())).rev().find(|&end| rest.is_char_boundary(end));
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        detector.push(piece);
        rest = behind;
    }
    detector.finish().han()
}

criterion_group!(benches, all);
criterion_main!(benches);
