//! Texts over several threads: neither threads nor cuts show in the output.

use std::borrow::Cow;
use std::sync::LazyLock;

use fanjian::{Config, Converter};
use proptest::prelude::*;
use proptest::sample::select;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::texts::{dense_text, text};

/// Several threads, whatever the machine has.
static POOL: LazyLock<ThreadPool> = LazyLock::new(|| {
    ThreadPoolBuilder::new().num_threads(3).build().expect("threads can be started")
});

/// A length from which on a text is shared among threads, in bytes, and more.
const LENGTH: usize = 1_000_000;

fn repeated(text: &str) -> String {
    text.repeat(LENGTH.div_ceil(text.len().max(1)))
}

fn assert_same(config: Config, text: &str) {
    let converter = Converter::new(config);
    let expected = converter.convert(text);
    POOL.install(|| {
        let converted = converter.convert_parallel(text);
        assert!(converted == expected, "{config}");
        assert_eq!(matches!(converted, Cow::Borrowed(_)), matches!(expected, Cow::Borrowed(_)));
        let mut output = String::from("before");
        converter.convert_parallel_into(text, &mut output);
        assert!(output.strip_prefix("before") == Some(&*expected), "{config}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn a_text_over_threads_is_the_text_of_one(text in text(), config in select(&Config::ALL[..])) {
        assert_same(config, &repeated(&text));
    }

    /// Where there is hardly a place to cut.
    #[test]
    fn a_text_that_can_hardly_be_cut_is_the_text_of_one((config, text) in dense_text(1)) {
        assert_same(config, &repeated(&text));
    }
}

#[test]
fn short_texts_and_texts_without_cuts_and_changes() {
    for config in Config::ALL {
        for text in ["", "发", "头发发现"] {
            assert_same(config, text);
        }
        for text in ["发", "plain text\n", "⿰，", "人山人海，"] {
            assert_same(config, &repeated(text));
        }
    }
}
