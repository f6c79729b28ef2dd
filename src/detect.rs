//! Which script and which region a text is of, and what was done to it.
//!
//! Characters tell the script: 说 is Simplified alone, 說 Traditional alone, 駅 Japanese.
//! Characters and words tell the region: 裡 and 軟體 are Taiwan's, 裏 and 軟件 are not. Both
//! follow from OpenCC's dictionaries, by rules that `cargo xtask` carries out
//! (`class`): no character or word has a weight, and nothing was trained. So a text
//! counts what it has, in one pass (`detector`), and the counts decide here.
//!
//! Invariants: the counts of a text do not depend on the pieces it comes in; a decision
//! depends on the counts alone; nothing is decided by floating point.
//!
//! Words that only a careless conversion leaves are counted as well, and `careless`
//! tells where they stand. Nothing is repaired here.

use crate::config::{Config, Variety, Vocabulary};
use crate::dictionary::Match;
use crate::normalize::{Diagnosis, Evidence};

mod careless;
mod class;
mod detector;

pub use careless::{CarelessWord, CarelessWords, careless_words};
pub use detector::Detector;

use class::{HONG_KONG, REGION_SHIFT, STANDARD, TAIWAN, kind};
use detector::Meanings;

/// Tells the script and the region of `text`, on the evidence of all its characters,
/// and of the words in its first 64 KiB.
///
/// Linear in the text, without allocation. See [`Detector`] for text in pieces.
///
/// # Examples
///
/// ```
/// use fanjian::{Script, Variety, detect};
///
/// assert_eq!(detect("这个软件").variety(), Some(Variety::Simplified));
/// assert_eq!(detect("這個軟體").variety(), Some(Variety::TraditionalTaiwan));
/// assert_eq!(detect("駅の前").variety(), Some(Variety::Japanese));
/// // Both scripts write these characters.
/// assert_eq!(detect("中文").script(), Script::Neither);
/// ```
#[must_use]
pub fn detect(text: &str) -> Detection {
    Detector::new().whole(text)
}

/// Which script a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Script {
    /// Simplified Chinese.
    Simplified,
    /// Traditional Chinese.
    Traditional,
    /// Japanese.
    Japanese,
    /// Both scripts of Chinese: of the characters that tell a script, at least one in
    /// eight is of the one that is rarer.
    Mixed,
    /// No ideograph, or none that tells a script.
    Neither,
}

impl Script {
    /// Its name in lower case: `simplified`, `traditional`, `japanese`, `mixed`,
    /// `neither`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Script::Simplified => "simplified",
            Script::Traditional => "traditional",
            Script::Japanese => "japanese",
            Script::Mixed => "mixed",
            Script::Neither => "neither",
        }
    }
}

impl core::fmt::Display for Script {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.pad(self.name())
    }
}

/// What a text tells of its script, its region and what was done to it, made by
/// [`detect`] and [`Detector`].
///
/// All counts are of characters (code points) or words, as their names say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detection {
    counts: Counts,
}

/// One in so many characters must be of the other script in a mixed text, …
const MIXED: u64 = 8;
/// … and one in so many must be kana in a Japanese one.
const JAPANESE: u64 = 10;

impl Detection {
    /// The script.
    ///
    /// A text is Japanese when a tenth of its ideographs and kana are kana, or when it
    /// has characters of Japanese alone and none that Japanese would not write.
    /// Otherwise the characters that only one script of Chinese has decide.
    #[must_use]
    pub fn script(&self) -> Script {
        let (simplified, traditional) = (self.simplified(), self.traditional());
        if self.is_japanese() {
            Script::Japanese
        } else if simplified + traditional == 0 {
            Script::Neither
        } else if simplified.min(traditional) * MIXED >= simplified + traditional {
            Script::Mixed
        } else if simplified > traditional {
            Script::Simplified
        } else {
            Script::Traditional
        }
    }

    fn is_japanese(&self) -> bool {
        let Counts { scripts, kana, .. } = &self.counts;
        let is_mostly_kana = *kana > 0 && kana * JAPANESE >= kana + self.han();
        let of_chinese =
            scripts[usize::from(class::SIMPLIFIED)] + scripts[usize::from(class::TRADITIONAL)];
        is_mostly_kana || self.japanese() > 0 && of_chinese == 0
    }

    /// The variety; `None` for a text that is mixed or tells no script.
    ///
    /// The region of a Traditional text is the one that the fewest characters and words
    /// speak against. Where that is none, or several, the text is
    /// [`Variety::Traditional`]: short texts often have nothing that one region alone
    /// writes.
    #[must_use]
    pub fn variety(&self) -> Option<Variety> {
        match self.script() {
            Script::Simplified => Some(Variety::Simplified),
            Script::Traditional => Some(self.region()),
            Script::Japanese => Some(Variety::Japanese),
            Script::Mixed | Script::Neither => None,
        }
    }

    fn region(&self) -> Variety {
        let mut regions =
            [Variety::Traditional, Variety::TraditionalTaiwan, Variety::TraditionalHongKong]
                .map(|variety| (self.evidence_against(variety), variety));
        regions.sort_by_key(|&(against, _)| against);
        match regions[0].0 < regions[1].0 {
            true => regions[0].1,
            false => Variety::Traditional,
        }
    }

    /// How sure the variety is, from 0 to 1: the share of the evidence that speaks for
    /// it, by the rule of succession, (*for* + 1) / (all + 2). For a region of
    /// Traditional text, that of the region or of the script, whichever is less. Zero
    /// where there is no variety.
    ///
    /// One character gives 2/3, eight that agree 0.9. It is an order of texts rather
    /// than a probability, for characters of one text are not independent.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        let share = |of: u64, others: u64| (of + 1) as f64 / (of + others + 2) as f64;
        let (simplified, traditional) = (self.simplified(), self.traditional());
        match self.variety() {
            None => 0.0,
            Some(Variety::Simplified) => share(simplified, traditional),
            Some(Variety::Japanese) => {
                let chinese = self.counts.scripts[usize::from(class::SIMPLIFIED)]
                    + self.counts.scripts[usize::from(class::TRADITIONAL)];
                share(self.kana() + self.japanese(), chinese)
            }
            Some(Variety::Traditional) => share(traditional, simplified),
            Some(variety) => {
                let (of, against) = (self.evidence_for(variety), self.evidence_against(variety));
                share(traditional, simplified).min(share(of, against))
            }
        }
    }

    /// How many ideographs there are.
    #[must_use]
    pub fn han(&self) -> u64 {
        self.counts.scripts[1..].iter().sum()
    }

    /// How many ideographs Simplified has and Traditional has not.
    #[must_use]
    pub fn simplified(&self) -> u64 {
        let scripts = &self.counts.scripts;
        scripts[usize::from(class::SIMPLIFIED)]
            + scripts[usize::from(class::SIMPLIFIED_OR_JAPANESE)]
    }

    /// How many ideographs Traditional has and Simplified has not.
    #[must_use]
    pub fn traditional(&self) -> u64 {
        let scripts = &self.counts.scripts;
        scripts[usize::from(class::TRADITIONAL)]
            + scripts[usize::from(class::TRADITIONAL_OR_JAPANESE)]
    }

    /// How many ideographs Japanese alone has.
    #[must_use]
    pub fn japanese(&self) -> u64 {
        self.counts.scripts[usize::from(class::JAPANESE)]
    }

    /// How many ideographs tell no script: those that both have, be it for different
    /// words (后, 里) or in different regions (户).
    #[must_use]
    pub fn common(&self) -> u64 {
        let scripts = &self.counts.scripts;
        scripts[usize::from(class::COMMON)] + scripts[usize::from(class::EITHER)]
    }

    /// How many kana there are.
    #[must_use]
    pub fn kana(&self) -> u64 {
        self.counts.kana
    }

    /// How many characters and words of Traditional text the variety writes and some
    /// other does not. Zero for varieties that are no Traditional ones.
    #[must_use]
    pub fn evidence_for(&self, variety: Variety) -> u64 {
        self.evidence(variety, |regions, region| regions & region != 0)
    }

    /// How many characters and words of Traditional text the variety does not write.
    /// Zero for varieties that are no Traditional ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Variety, detect};
    ///
    /// let detection = detect("這裏的軟體");
    /// assert_eq!(detection.evidence_for(Variety::TraditionalTaiwan), 1); // 軟體
    /// assert_eq!(detection.evidence_against(Variety::TraditionalTaiwan), 1); // 裏
    /// ```
    #[must_use]
    pub fn evidence_against(&self, variety: Variety) -> u64 {
        self.evidence(variety, |regions, region| regions & region == 0)
    }

    fn evidence(&self, variety: Variety, counts: fn(u8, u8) -> bool) -> u64 {
        let region = match variety {
            Variety::TraditionalTaiwan => TAIWAN,
            Variety::TraditionalHongKong => HONG_KONG,
            Variety::Traditional => STANDARD,
            Variety::Simplified | Variety::Japanese => return 0,
        };
        let regions = (1..).zip(&self.counts.regions[1..]);
        regions.filter(|&(regions, _)| counts(regions, region)).map(|(_, count)| count).sum()
    }

    /// How many words a Traditional text has, in its first 64 KiB, that only a careless
    /// conversion leaves, such as 之后 and 乾預; [`careless_words`] says where. Zero for other scripts, in
    /// which many of them are right.
    #[must_use]
    pub fn careless(&self) -> u64 {
        match self.script() {
            Script::Traditional => self.counts.careless,
            _ => 0,
        }
    }

    /// What was done to the text by the marks that it has: the same as
    /// [`Normalizer::diagnose`](crate::Normalizer::diagnose) says.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        Diagnosis::of(self.counts.marks)
    }

    /// The configurations that lead one after the other from this text to a variety:
    /// [`Config::path`] from its own. A mixed text is taken as one of the script that
    /// `target` is not, for a conversion leaves alone most of what is converted already.
    /// Where the text tells no script there is nothing to convert, and no configuration.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Variety, Vocabulary, detect};
    ///
    /// let detection = detect("这个软件");
    /// let path = detection.path(Variety::TraditionalTaiwan, Vocabulary::Regional);
    /// assert_eq!(path, [Some(Config::S2twp), None]);
    /// ```
    #[must_use]
    pub fn path(&self, target: Variety, vocabulary: Vocabulary) -> [Option<Config>; 2] {
        let source = match (self.script(), target) {
            (Script::Neither, _) => return [None; 2],
            (Script::Mixed, Variety::Simplified) => Some(Variety::Traditional),
            (Script::Mixed, _) => Some(Variety::Simplified),
            _ => self.variety(),
        };
        source.map_or([None; 2], |source| Config::path(source, target, vocabulary))
    }
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    /// Ideographs by script, in the numbers of `class`; at zero, nothing.
    scripts: [u64; 8],
    /// Characters and words by the regions that write them; at zero, nothing.
    regions: [u64; 8],
    kana: u64,
    careless: u64,
    marks: Evidence,
}

impl Counts {
    /// These, and what characters of these meanings tell.
    fn with(mut self, meanings: &Meanings<u64>) -> Counts {
        let (behind_others, behind_han) = meanings.split_at(meanings.len() / 2);
        let count = |meaning: u8| {
            let meaning = usize::from(meaning);
            behind_others[meaning] + behind_han[meaning]
        };
        for meaning in 0..=class::MEANING {
            let (script, region) = (meaning & 7, meaning >> REGION_SHIFT);
            if script != 0 {
                self.scripts[usize::from(script)] += count(meaning);
                self.regions[usize::from(region)] += count(meaning);
            }
        }
        self.regions[0] = 0;
        self.kana += count(kind::KANA);
        let marks = &mut self.marks;
        marks.fullwidth += behind_han[usize::from(kind::FULLWIDTH_MARK)] as usize;
        marks.enumeration_commas += count(kind::ENUMERATION_COMMA) as usize;
        marks.full_stops += count(kind::FULL_STOP) as usize;
        marks.quotes += count(kind::QUOTE) as usize;
        self
    }

    /// Adds a word.
    fn add_word(&mut self, word: &Match<'_, '_>) {
        if careless::is_careless(word) {
            self.careless += 1;
            return;
        }
        let region = |name: &str| match name {
            "tw" => TAIWAN,
            "hk" => HONG_KONG,
            _ => STANDARD,
        };
        let regions = word.candidates().fold(0, |regions, name| regions | region(&name));
        self.regions[usize::from(regions)] += 1;
    }
}
