//! The names of conversions: OpenCC's configurations, and the varieties of
//! Chinese that they lead from and to.
//!
//! One table, [`CONFIGS`], says what each configuration is. This module knows
//! names; which dictionaries a name stands for is in `embedded`.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

/// A conversion, by the name of its OpenCC configuration.
///
/// # Examples
///
/// ```
/// use fanjian::{Config, Variety, Vocabulary};
///
/// let config: Config = "s2twp".parse()?;
/// assert_eq!(config, Config::S2twp);
/// assert_eq!(config.target(), Variety::TraditionalTaiwan);
/// assert_eq!(config.vocabulary(), Vocabulary::Regional);
/// # Ok::<(), fanjian::UnknownConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Config {
    /// Simplified to Traditional (OpenCC's standard).
    S2t,
    /// Traditional (OpenCC's standard) to Simplified.
    T2s,
    /// Simplified to Traditional as written in Taiwan.
    S2tw,
    /// Traditional as written in Taiwan to Simplified.
    Tw2s,
    /// Simplified to Traditional as written in Hong Kong.
    S2hk,
    /// Traditional as written in Hong Kong to Simplified.
    Hk2s,
    /// [`Config::S2tw`] with the vocabulary of Taiwan.
    S2twp,
    /// [`Config::Tw2s`] with the vocabulary of the mainland.
    Tw2sp,
    /// [`Config::S2hk`] with the vocabulary of Hong Kong.
    S2hkp,
    /// [`Config::Hk2s`] with the vocabulary of the mainland.
    Hk2sp,
    /// Traditional (OpenCC's standard) to the variants of Taiwan.
    T2tw,
    /// The variants of Taiwan to Traditional (OpenCC's standard).
    Tw2t,
    /// Traditional (OpenCC's standard) to the variants of Hong Kong.
    T2hk,
    /// The variants of Hong Kong to Traditional (OpenCC's standard).
    Hk2t,
    /// Traditional characters (kyūjitai) to those of modern Japanese (shinjitai).
    T2jp,
    /// Characters of modern Japanese (shinjitai) to Traditional ones (kyūjitai).
    Jp2t,
}

/// A row of the table of configurations.
type Row = (Config, &'static str, Variety, Variety, Vocabulary, &'static str);

/// What every configuration is, in the order of the enumeration.
#[rustfmt::skip]
const CONFIGS: [Row; 16] = {
    use {Variety::*, Vocabulary::*};
    [
        (Config::S2t, "s2t", Simplified, Traditional, Kept, "Simplified to Traditional"),
        (Config::T2s, "t2s", Traditional, Simplified, Kept, "Traditional to Simplified"),
        (Config::S2tw, "s2tw", Simplified, TraditionalTaiwan, Kept, "Simplified to Traditional of Taiwan"),
        (Config::Tw2s, "tw2s", TraditionalTaiwan, Simplified, Kept, "Traditional of Taiwan to Simplified"),
        (Config::S2hk, "s2hk", Simplified, TraditionalHongKong, Kept, "Simplified to Traditional of Hong Kong"),
        (Config::Hk2s, "hk2s", TraditionalHongKong, Simplified, Kept, "Traditional of Hong Kong to Simplified"),
        (Config::S2twp, "s2twp", Simplified, TraditionalTaiwan, Regional, "Simplified to Traditional of Taiwan, with its vocabulary"),
        (Config::Tw2sp, "tw2sp", TraditionalTaiwan, Simplified, Regional, "Traditional of Taiwan to Simplified, with the mainland's vocabulary"),
        (Config::S2hkp, "s2hkp", Simplified, TraditionalHongKong, Regional, "Simplified to Traditional of Hong Kong, with its vocabulary"),
        (Config::Hk2sp, "hk2sp", TraditionalHongKong, Simplified, Regional, "Traditional of Hong Kong to Simplified, with the mainland's vocabulary"),
        (Config::T2tw, "t2tw", Traditional, TraditionalTaiwan, Kept, "Traditional to the variants of Taiwan"),
        (Config::Tw2t, "tw2t", TraditionalTaiwan, Traditional, Kept, "Variants of Taiwan to Traditional"),
        (Config::T2hk, "t2hk", Traditional, TraditionalHongKong, Kept, "Traditional to the variants of Hong Kong"),
        (Config::Hk2t, "hk2t", TraditionalHongKong, Traditional, Kept, "Variants of Hong Kong to Traditional"),
        (Config::T2jp, "t2jp", Traditional, Japanese, Kept, "Kyūjitai to shinjitai (Japanese)"),
        (Config::Jp2t, "jp2t", Japanese, Traditional, Kept, "Shinjitai (Japanese) to kyūjitai"),
    ]
};

impl Config {
    /// All configurations.
    pub const ALL: [Config; 16] = {
        let mut all = [Config::S2t; 16];
        let mut position = 0;
        while position < all.len() {
            all[position] = CONFIGS[position].0;
            position += 1;
        }
        all
    };

    /// The configuration that leads from one variety to another.
    ///
    /// # Errors
    ///
    /// [`UnsupportedPairError`] where OpenCC has none: between two regions
    /// (go through [`Variety::Traditional`]), or for regional vocabulary where
    /// no region is named.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Variety, Vocabulary};
    ///
    /// let (source, target) = ("zh-Hans".parse()?, "zh-Hant-TW".parse()?);
    /// assert_eq!(Config::between(source, target, Vocabulary::Kept)?, Config::S2tw);
    /// assert_eq!(Config::between(source, target, Vocabulary::Regional)?, Config::S2twp);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn between(
        source: Variety,
        target: Variety,
        vocabulary: Vocabulary,
    ) -> Result<Config, UnsupportedPairError> {
        let is_wanted = |row: &&Row| (row.2, row.3, row.4) == (source, target, vocabulary);
        let found = CONFIGS.iter().find(is_wanted);
        found.map(|row| row.0).ok_or(UnsupportedPairError { source, target, vocabulary })
    }

    /// The configurations that lead one after the other from one variety to another:
    /// none where they are the same, two by way of [`Variety::Traditional`] where OpenCC
    /// has no single one. Words are kept where no configuration has the vocabulary that
    /// is asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Variety, Vocabulary};
    ///
    /// let path = |source, target| Config::path(source, target, Vocabulary::Kept);
    /// let (taiwan, hong_kong) = (Variety::TraditionalTaiwan, Variety::TraditionalHongKong);
    /// assert_eq!(path(taiwan, hong_kong), [Some(Config::Tw2t), Some(Config::T2hk)]);
    /// assert_eq!(path(taiwan, Variety::Simplified), [Some(Config::Tw2s), None]);
    /// assert_eq!(path(taiwan, taiwan), [None, None]);
    /// ```
    #[must_use]
    pub fn path(source: Variety, target: Variety, vocabulary: Vocabulary) -> [Option<Config>; 2] {
        let between = |source, target| {
            let asked = Config::between(source, target, vocabulary);
            asked.or_else(|_| Config::between(source, target, Vocabulary::Kept)).ok()
        };
        match between(source, target) {
            _ if source == target => [None; 2],
            Some(config) => [Some(config), None],
            None => [between(source, Variety::Traditional), between(Variety::Traditional, target)],
        }
    }

    const fn row(self) -> &'static Row {
        &CONFIGS[self as usize]
    }

    /// OpenCC's name of the configuration, such as `s2twp`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// What the configuration does, in a few English words.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.row().5
    }

    /// The variety that the configuration reads.
    #[must_use]
    pub const fn source(self) -> Variety {
        self.row().2
    }

    /// The variety that the configuration writes.
    #[must_use]
    pub const fn target(self) -> Variety {
        self.row().3
    }

    /// Whether words that differ between the regions are replaced.
    #[must_use]
    pub const fn vocabulary(self) -> Vocabulary {
        self.row().4
    }
}

impl fmt::Display for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// Reads OpenCC's name, with or without the `.json` of its file.
impl FromStr for Config {
    type Err = UnknownConfigError;

    fn from_str(name: &str) -> Result<Config, UnknownConfigError> {
        let bare = name.strip_suffix(".json").unwrap_or(name);
        let found = CONFIGS.iter().find(|row| row.1 == bare);
        found.map(|row| row.0).ok_or_else(|| UnknownConfigError { name: name.to_owned() })
    }
}

/// A name that is no configuration. The message lists those that are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownConfigError {
    name: String,
}

impl fmt::Display for UnknownConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there is no configuration {:?}; there are", self.name)?;
        Config::ALL.iter().try_for_each(|config| write!(formatter, " {config}"))
    }
}

impl core::error::Error for UnknownConfigError {}

/// A written variety of Chinese, or Japanese, as BCP 47 tags it.
///
/// # Examples
///
/// ```
/// use fanjian::Variety;
///
/// assert_eq!("zh-TW".parse(), Ok(Variety::TraditionalTaiwan));
/// assert_eq!(Variety::TraditionalTaiwan.tag(), "zh-Hant-TW");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variety {
    /// `zh-Hans`: Simplified characters.
    Simplified,
    /// `zh-Hant`: Traditional characters as OpenCC's standard has them, which
    /// is no region's.
    Traditional,
    /// `zh-Hant-TW`: Traditional characters as written in Taiwan.
    TraditionalTaiwan,
    /// `zh-Hant-HK`: Traditional characters as written in Hong Kong.
    TraditionalHongKong,
    /// `ja`: the characters of modern Japanese.
    Japanese,
}

impl Variety {
    /// The variety's BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Variety::Simplified => "zh-Hans",
            Variety::Traditional => "zh-Hant",
            Variety::TraditionalTaiwan => "zh-Hant-TW",
            Variety::TraditionalHongKong => "zh-Hant-HK",
            Variety::Japanese => "ja",
        }
    }
}

impl fmt::Display for Variety {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.tag())
    }
}

/// Reads a BCP 47 tag in any letter case, with `-` or `_` between its parts.
///
/// The script may be left out where the region implies it (CLDR's likely
/// subtags): `zh`, `zh-CN`, `zh-SG` and `zh-MY` are Simplified, `zh-TW`
/// is Taiwan's, `zh-HK` and `zh-MO` are Hong Kong's. Macau, which writes as Hong
/// Kong does, has no configuration of its own.
impl FromStr for Variety {
    type Err = UnknownVarietyError;

    fn from_str(tag: &str) -> Result<Variety, UnknownVarietyError> {
        let canonical = tag.replace('_', "-").to_ascii_lowercase();
        match canonical.as_str() {
            "zh" | "zh-hans" | "zh-cn" | "zh-sg" | "zh-my" | "zh-hans-cn" | "zh-hans-sg"
            | "zh-hans-my" => Ok(Variety::Simplified),
            "zh-hant" => Ok(Variety::Traditional),
            "zh-tw" | "zh-hant-tw" => Ok(Variety::TraditionalTaiwan),
            "zh-hk" | "zh-mo" | "zh-hant-hk" | "zh-hant-mo" => Ok(Variety::TraditionalHongKong),
            "ja" | "ja-jp" | "ja-jpan" | "ja-jpan-jp" => Ok(Variety::Japanese),
            _ => Err(UnknownVarietyError { tag: tag.to_owned() }),
        }
    }
}

/// A tag that names no variety. The message lists those that do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVarietyError {
    tag: String,
}

impl fmt::Display for UnknownVarietyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = "expected zh-Hans, zh-Hant, zh-Hant-TW, zh-Hant-HK or ja";
        write!(formatter, "{:?} is no variety that can be converted; {expected}", self.tag)
    }
}

impl core::error::Error for UnknownVarietyError {}

/// Whether words that differ between regions are replaced along with the script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Vocabulary {
    /// Words stay, only their characters change: 软件 → 軟件.
    #[default]
    Kept,
    /// Words become those of the target's region: 软件 → 軟體 in Taiwan.
    Regional,
}

/// Two varieties between which there is no configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedPairError {
    source: Variety,
    target: Variety,
    vocabulary: Vocabulary,
}

impl fmt::Display for UnsupportedPairError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = match self.vocabulary {
            Vocabulary::Kept => "",
            Vocabulary::Regional => " with regional vocabulary",
        };
        write!(formatter, "no configuration leads from {} to {}{with}", self.source, self.target)
    }
}

impl core::error::Error for UnsupportedPairError {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn the_table_is_in_the_order_of_the_enumeration() {
        for (position, row) in CONFIGS.iter().enumerate() {
            assert_eq!(row.0 as usize, position, "{}", row.1);
        }
    }

    #[test]
    fn names_are_read_with_and_without_their_suffix() {
        for config in Config::ALL {
            assert_eq!(config.name().parse(), Ok(config));
            assert_eq!([config.name(), ".json"].concat().parse(), Ok(config));
        }
        let message = "s2x".parse::<Config>().unwrap_err().to_string();
        assert!(message.contains("s2x") && message.contains("s2twp"), "{message}");
    }

    #[test]
    fn every_configuration_is_found_by_its_varieties() {
        for config in Config::ALL {
            let found = Config::between(config.source(), config.target(), config.vocabulary());
            assert_eq!(found, Ok(config));
        }
        let unsupported =
            Config::between(Variety::Simplified, Variety::Traditional, Vocabulary::Regional);
        assert_eq!(
            unsupported.unwrap_err().to_string(),
            "no configuration leads from zh-Hans to zh-Hant with regional vocabulary"
        );
    }

    #[test]
    fn every_tag_is_read_back() {
        for config in Config::ALL {
            assert_eq!(config.source().tag().parse(), Ok(config.source()));
        }
        assert_eq!("ZH_hant_tw".parse(), Ok(Variety::TraditionalTaiwan));
        assert!("zh-Latn".parse::<Variety>().is_err());
    }
}
