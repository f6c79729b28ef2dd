//! `cargo xtask detection`: how well `detect` tells varieties, by the length of lines.
//!
//! Native text of Taiwan is asked as it is, and converted into the other varieties by
//! way of Simplified with the mainland's vocabulary. There is no native text of Hong
//! Kong or of the mainland among the corpora, so what is said of those is of
//! conversions, whose forms are OpenCC's and ours alike.

use std::path::PathBuf;

use anyhow::Result;
use fanjian::{Config, Converter, Variety, detect};

use crate::corpora::{self, Corpus};

/// Lines are told apart that have fewer code points than each of these.
const LENGTHS: [usize; 4] = [10, 30, 100, usize::MAX];

/// What is asked: its name, how it is made, and what it is.
const VERSIONS: [(&str, &[Config], Variety); 5] = [
    ("native", &[], Variety::TraditionalTaiwan),
    ("tw2sp", &[Config::Tw2sp], Variety::Simplified),
    ("tw2sp s2t", &[Config::Tw2sp, Config::S2t], Variety::Traditional),
    ("tw2sp s2hk", &[Config::Tw2sp, Config::S2hk], Variety::TraditionalHongKong),
    ("tw2sp s2twp", &[Config::Tw2sp, Config::S2twp], Variety::TraditionalTaiwan),
];

/// Which text.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Native text of Taiwan that `select-words` has not read, one sentence a line.
    #[arg(default_values = [
        "../shared/corpora/transcript_dev.txt.xz",
        "../shared/corpora/law_dev.txt.xz",
    ])]
    texts: Vec<PathBuf>,
}

/// What was said of lines of like length.
#[derive(Clone, Copy, Default)]
struct Score {
    right: usize,
    /// Right, as far as it was said: no script, or no region.
    undecided: usize,
    wrong: usize,
}

/// Prints, for lines of each length, how many there are and how many per cent were told
/// right, left open, and told wrong.
pub(crate) fn run(options: &Options) -> Result<()> {
    for path in &options.texts {
        for corpus in corpora::read(path)? {
            for version in &VERSIONS {
                println!("{} {}", corpus.name, measure(&corpus, version));
            }
        }
    }
    Ok(())
}

fn measure(corpus: &Corpus, (name, path, variety): &(&str, &[Config], Variety)) -> String {
    let converters: Vec<Converter> = path.iter().map(|&config| Converter::new(config)).collect();
    let mut scores = [Score::default(); LENGTHS.len()];
    let (mut careless, mut han) = (0, 0);
    for line in corpus.text.lines().filter(|line| !line.is_empty()) {
        let length = line.chars().count();
        let line = converters
            .iter()
            .fold(line.to_owned(), |line, converter| converter.convert(&line).into_owned());
        let detection = detect(&line);
        (careless, han) = (careless + detection.careless(), han + detection.han());
        let class = LENGTHS.partition_point(|&limit| limit <= length);
        scores[class].count(detection.variety(), *variety);
    }
    let scores: Vec<String> = scores.iter().map(Score::told).collect();
    let careless = careless as f64 * 1e4 / f64::max(han as f64, 1.0);
    format!("{name}: {}; {careless:.2} careless words in 10,000 Han", scores.join("; "))
}

impl Score {
    fn count(&mut self, said: Option<Variety>, is: Variety) {
        match said {
            Some(said) if said == is => self.right += 1,
            None => self.undecided += 1,
            Some(Variety::Traditional) if is != Variety::Simplified => self.undecided += 1,
            Some(_) => self.wrong += 1,
        }
    }

    fn told(&self) -> String {
        let Score { right, undecided, wrong } = *self;
        let all = right + undecided + wrong;
        let share = |count: usize| 100.0 * count as f64 / all.max(1) as f64;
        format!("{all}: {:.1} {:.1} {:.2}", share(right), share(undecided), share(wrong))
    }
}
