//! The names by which documents say what language they are in.
//!
//! A text that was converted is in another variety of Chinese than before, and a
//! document that says so chooses fonts, line breaks and voices by it. A name is
//! replaced where it stands for the language that is converted; the library says which
//! variety a tag of BCP 47 stands for, and which one the text is in now.

use fanjian::{Config, Variety};

/// Which names a kind of document uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// The tags of BCP 47, with the script: `zh-Hant-TW`.
    Tags,
    /// Language and region, as office programs know them: `zh-TW`.
    Regions,
    /// Language and region, as the catalogues of gettext have them: `zh_TW`.
    Locales,
}

/// From which variety to which a document is converted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Languages {
    varieties: Option<Varieties>,
}

#[derive(Clone, Copy, Debug)]
struct Varieties {
    source: Variety,
    target: Variety,
}

impl Languages {
    pub(crate) fn of(config: Config) -> Languages {
        let varieties = Varieties { source: config.source(), target: config.target() };
        Languages { varieties: Some(varieties) }
    }

    /// Documents stay in their language.
    pub(crate) fn unchanged() -> Languages {
        Languages { varieties: None }
    }

    /// The name to be written for `name`, where it is to be replaced.
    ///
    /// It stays where it says already what the text is in now, or more: `zh-TW` is a
    /// fine name for Traditional text.
    pub(crate) fn renamed(&self, name: &str, names: Names) -> Option<&'static str> {
        let Varieties { target, .. } = self.varieties?;
        let is_converted = is_written_chinese(name) || self.is_source_japanese(name);
        if !is_converted || is_variety(name, target) {
            return None;
        }
        Some(match names {
            Names::Tags => target.tag(),
            Names::Regions => region_name(target),
            Names::Locales => locale_name(target),
        })
    }

    /// Whether `name` is that of a language which writes with characters that Chinese
    /// has, too, and is not to be converted.
    pub(crate) fn is_foreign(&self, name: &str) -> bool {
        let others = ["ja", "jpn", "ko", "kor", "vi", "vie"];
        is_any(primary_subtag(name), &others) && !self.is_source_japanese(name)
    }

    /// The script that converted text is in, by its code of ISO 15924.
    pub(crate) fn target_script(&self) -> Option<&'static str> {
        Some(match self.varieties?.target {
            Variety::Japanese => "Jpan",
            Variety::Simplified => "Hans",
            _ => "Hant",
        })
    }

    fn is_source_japanese(&self, name: &str) -> bool {
        let source = self.varieties.map(|varieties| varieties.source);
        source == Some(Variety::Japanese) && is_any(primary_subtag(name), &["ja", "jpn"])
    }
}

/// Whether `name` says that a text is in a variety, or more than that.
fn is_variety(name: &str, variety: Variety) -> bool {
    match (name.trim().parse(), variety) {
        (Ok(Variety::TraditionalTaiwan | Variety::TraditionalHongKong), Variety::Traditional) => {
            true
        }
        (named, variety) => named == Ok(variety),
    }
}

/// Whether `name` is that of Chinese in its own characters.
fn is_written_chinese(name: &str) -> bool {
    let mut subtags = name.trim().split(['-', '_']).skip(1);
    let script = subtags.find(|subtag| subtag.len() == 4 && !subtag.starts_with(char::is_numeric));
    is_any(primary_subtag(name), &["zh", "zho", "chi", "cmn"])
        && script.is_none_or(|script| is_any(script, &["Hans", "Hant", "Hani"]))
}

fn primary_subtag(name: &str) -> &str {
    name.trim().split(['-', '_']).next().unwrap_or_default()
}

fn is_any(subtag: &str, subtags: &[&str]) -> bool {
    subtags.iter().any(|other| subtag.eq_ignore_ascii_case(other))
}

/// Where a variety has no region of its own, the largest one that writes it.
fn region_name(variety: Variety) -> &'static str {
    match variety {
        Variety::Simplified => "zh-CN",
        Variety::Traditional | Variety::TraditionalTaiwan => "zh-TW",
        Variety::TraditionalHongKong => "zh-HK",
        Variety::Japanese => "ja-JP",
    }
}

fn locale_name(variety: Variety) -> &'static str {
    match variety {
        Variety::Simplified => "zh_CN",
        Variety::Traditional | Variety::TraditionalTaiwan => "zh_TW",
        Variety::TraditionalHongKong => "zh_HK",
        Variety::Japanese => "ja",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(config: Config, name: &str) -> Option<&'static str> {
        Languages::of(config).renamed(name, Names::Tags)
    }

    #[test]
    fn chinese_gets_the_name_of_the_target() {
        for name in ["zh", "zh-CN", "ZH_cn", "zh-Hans", "zho", "chi", "zh-CN-x-own"] {
            assert_eq!(renamed(Config::S2twp, name), Some("zh-Hant-TW"), "{name}");
        }
        assert_eq!(renamed(Config::T2s, "zh-HK"), Some("zh-Hans"));
        assert_eq!(renamed(Config::S2hk, "zh-TW"), Some("zh-Hant-HK"));
    }

    #[test]
    fn a_name_that_is_right_stays() {
        assert_eq!(renamed(Config::S2t, "zh-TW"), None);
        assert_eq!(renamed(Config::S2t, "zh-Hant-HK"), None);
        assert_eq!(renamed(Config::S2tw, "zh-TW"), None);
        assert_eq!(renamed(Config::T2s, "zh"), None);
    }

    #[test]
    fn other_languages_and_other_scripts_stay() {
        for name in ["en", "ja", "zh-Latn-pinyin", "zhx", "", "x-zh"] {
            assert_eq!(renamed(Config::S2t, name), None, "{name}");
        }
        assert_eq!(renamed(Config::Jp2t, "ja-JP"), Some("zh-Hant"));
    }

    #[test]
    fn japanese_is_foreign_but_to_those_who_convert_it() {
        assert!(Languages::of(Config::S2t).is_foreign("ja-JP"));
        assert!(!Languages::of(Config::Jp2t).is_foreign("ja-JP"));
        assert!(!Languages::of(Config::S2t).is_foreign("en"));
    }
}
