//! How fast texts are converted, and what loading costs.
//!
//! `convert/<configuration>/<text>` appends to memory that is reused;
//! `convert-fresh` allocates its output, as a caller of `convert` does; and
//! `load` makes a converter and converts one word. Throughput is in bytes of
//! source. Texts are made of the project's own example and of its dictionaries,
//! so that every machine measures the same.
//!
//! `cargo bench --bench convert`, with a part of a name to choose.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fanjian::{Config, Converter, Variety};

/// A text to convert: its name, and its content for a source variety.
struct Text {
    name: &'static str,
    content: String,
}

/// The project's example, which is Traditional.
const NEWS: &str = include_str!("../examples/news.txt");

/// A page of a manual: Chinese between headings, code and links.
const MARKDOWN: &str = "\
## 安裝與設定\n\n\
先執行 `cargo install fanjian`，再開啟 [說明](https://example.com/docs?id=3)。\n\n\
```rust\nlet converter = Converter::new(Config::T2s); // 轉換器\nprintln!(\"{}\", converter.convert(text));\n```\n\n\
- **輸入**：`--input FILE`，預設為標準輸入 (stdin)。\n\
- **輸出**：`--output FILE`; 檔案會一次替換完成，不會留下半個檔案。\n\n";

fn repeated(text: &str, bytes: usize) -> String {
    text.repeat(bytes.div_ceil(text.len()))
}

/// All texts, in the variety that a configuration reads.
fn texts(source: Variety) -> Vec<Text> {
    let localize = |text: &str| match source {
        Variety::Simplified => Converter::new(Config::T2s).convert(text).into_owned(),
        Variety::Japanese => Converter::new(Config::T2jp).convert(text).into_owned(),
        _ => text.to_owned(),
    };
    let prose: String = NEWS.chars().filter(|c| !c.is_ascii() || *c == '\n').collect();
    let unchanged = "人山人海，天天向上。大家一同出去看日出；".to_owned();
    vec![
        Text {
            name: "12-characters", content: localize("會議在臨江舉行與會代表") + "。"
        },
        Text {
            name: "unchanged-12-characters", content: "人山人海天天向上大家一同".to_owned()
        },
        Text { name: "news", content: localize(NEWS) },
        Text { name: "prose-1-MB", content: localize(&repeated(&prose, 1 << 20)) },
        Text { name: "prose-8-MB", content: localize(&repeated(&prose, 8 << 20)) },
        Text { name: "markdown-1-MB", content: localize(&repeated(MARKDOWN, 1 << 20)) },
        Text { name: "ascii-1-MB", content: repeated("The quick brown fox, 42.\n", 1 << 20) },
        Text { name: "unchanged-1-MB", content: repeated(&unchanged, 1 << 20) },
    ]
}

fn convert(criterion: &mut Criterion) {
    for config in Config::ALL {
        let converter = Converter::new(config);
        let texts = texts(config.source());
        let mut output = String::new();
        over_texts(criterion, &format!("convert/{config}"), &texts, |content| {
            output.clear();
            converter.convert_into(content, &mut output);
            output.len()
        });
        over_texts(criterion, &format!("convert-fresh/{config}"), &texts, |content| {
            converter.convert(content).len()
        });
    }
}

/// Measures `work` on each text, in a group of this name.
fn over_texts(
    criterion: &mut Criterion,
    name: &str,
    texts: &[Text],
    mut work: impl FnMut(&str) -> usize,
) {
    let mut group = criterion.benchmark_group(name);
    for Text { name, content } in texts {
        group.throughput(Throughput::Bytes(content.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), content, |bencher, content| {
            bencher.iter(|| work(black_box(content)));
        });
    }
    group.finish();
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

criterion_group!(benches, convert, load);
criterion_main!(benches);
