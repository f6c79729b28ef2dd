//! What `docs/migration.md` says of other libraries, asked of them.
//!
//! `cargo test --test migration --features zhconv,opencc-fmmseg,ferrous-opencc`

#[cfg(feature = "opencc-fmmseg")]
mod opencc_fmmseg {
    use fanjian::{Config, Converter};
    use opencc_fmmseg::{OpenCC, OpenccConfig};

    #[test]
    fn both_ways_to_call_convert_alike() {
        let opencc = OpenCC::new();
        let expected = Converter::new(Config::S2twp).convert("软件里的头发");
        let config = OpenccConfig::S2twp;
        assert_eq!(opencc.convert_with_config("软件里的头发", config, false), expected);
        assert_eq!(opencc.convert("软件里的头发", "s2twp", false), expected);
        assert_eq!(opencc.s2twp("软件里的头发", false), expected);
    }

    #[test]
    fn a_name_that_is_no_configuration_becomes_text() {
        assert_eq!(OpenCC::new().convert("头发", "s2x", false), "Invalid config: s2x");
    }

    #[test]
    fn punctuation_is_quotation_marks_one_for_one() {
        let converted = OpenCC::new().s2twp("他说：“用软件‘搜索’吧”,\"好\"", true);
        assert_eq!(converted, "他說：「用軟體『搜尋』吧」,\"好\"");
    }

    #[test]
    fn the_check_tells_scripts() {
        let opencc = OpenCC::new();
        let found = ["漢字", "汉字", "hello"].map(|text| opencc.zho_check(text));
        assert_eq!(found, [1, 2, 0]);
    }
}

#[cfg(feature = "ferrous-opencc")]
mod ferrous_opencc {
    use fanjian::{Config, Converter};
    use ferrous_opencc::OpenCC;
    use ferrous_opencc::config::BuiltinConfig;

    #[test]
    fn compatibility_ideographs_stay() {
        let config = BuiltinConfig::from_filename("t2s.json").unwrap();
        let opencc = OpenCC::from_config(config).unwrap();
        assert_eq!(opencc.convert("金錢"), Converter::new(Config::T2s).convert("金錢"));
        assert_eq!(opencc.convert("\u{F90A}錢"), "\u{F90A}钱");
    }

    #[test]
    fn the_name_is_a_description() {
        let opencc = OpenCC::from_config(BuiltinConfig::S2t).unwrap();
        assert_ne!(opencc.name(), "s2t");
    }
}

#[cfg(feature = "zhconv")]
mod zhconv {
    use zhconv::{Variant, infer_variant, infer_variant_confidence, is_hans, zhconv};

    #[test]
    fn the_target_alone_is_named() {
        assert_eq!(zhconv("天干物燥，小心火烛", Variant::ZhTW), "天乾物燥，小心火燭");
        assert_eq!(zhconv("这个软件", "zh-Hant".parse().unwrap()), "這個軟件");
        assert_eq!(zhconv("这个软件", Variant::ZhTW), "這個軟體");
    }

    #[test]
    fn a_text_of_which_nothing_is_known_has_a_variant() {
        assert!(infer_variant_confidence("abc")[0].1.is_nan());
        _ = infer_variant("abc");
        assert!(is_hans("汉字") && !is_hans("漢字"));
    }
}
