//! Texts made against the dictionaries, beside prose: how much slower the
//! hardest is, and which.

use anyhow::{Context, Result};
use fanjian::Config;
use peers::converters::{FANJIAN, Memory};
use peers::number::rounded;
use peers::results::Goal;
use peers::task::{Race, Task};
use texts::adversarial::Design;
use texts::{Adversary, Dictionaries, Material};

use crate::Findings;
use crate::table::table;

/// Bytes of each text.
const LENGTH: usize = 1_000_000;

/// What the hardest text keeps of the rate of prose.
const AT_LEAST: f64 = 0.25;

/// Measures every design against every configuration.
pub(crate) fn measure(material: &Material, pairs: usize) -> Result<Findings> {
    let material = material.sample(LENGTH);
    let dictionaries = Dictionaries::read()?;
    let mut lines = Vec::new();
    for config in Config::ALL {
        let adversary = Adversary::new(config, &dictionaries);
        lines.push(Line::measure(config, &material.prose(config), &adversary, pairs)?);
    }

    let of_dictionaries = |design: Design| design != Design::Descriptions;
    let goals = vec![
        goal("hardest text made against the dictionaries", &lines, of_dictionaries)?,
        goal("operators of descriptions alone", &lines, |design| !of_dictionaries(design))?,
    ];
    let designs = Design::ALL.map(|design| design.to_string());
    let mut head = vec!["configuration", "prose MB/s"];
    head.extend(designs.iter().map(String::as_str));
    let details = format!(
        "Texts made against the dictionaries: their rate over that of prose, the hardest of a \
         configuration in bold\n\n{}",
        table(&head, lines.iter().map(Line::cells))
    );
    Ok(Findings { goals, details: vec![details] })
}

/// The goal for some designs, told of the hardest of all configurations.
fn goal(name: &str, lines: &[Line], is_meant: impl Fn(Design) -> bool) -> Result<Goal> {
    let results = lines.iter().flat_map(|line| line.results.iter().map(|it| (line.config, it)));
    let (config, hardest) = results
        .filter(|(_, result)| is_meant(result.design))
        .min_by(|first, second| first.1.ratio.total_cmp(&second.1.ratio))
        .context("some design has a text")?;
    Ok(Goal {
        what: format!("{name} ({config}, {})", hardest.design),
        others: "–".to_owned(),
        own: format!("{} MB/s; prose {}", rounded(hardest.rate), rounded(hardest.prose_rate)),
        beside: format!("{:.2} of prose", hardest.ratio),
        at_least: AT_LEAST.to_string(),
        reached: hardest.ratio >= AT_LEAST,
        aim: "–".to_owned(),
    })
}

/// What was measured of one configuration.
struct Line {
    config: Config,
    /// For each design of which there is a text.
    results: Vec<DesignResult>,
}

/// What was measured of one text.
struct DesignResult {
    design: Design,
    /// Megabytes a second, of the text and of prose in the same run.
    rate: f64,
    prose_rate: f64,
    /// The median of how many times as fast the text is.
    ratio: f64,
}

impl Line {
    fn measure(config: Config, prose: &str, adversary: &Adversary, pairs: usize) -> Result<Line> {
        let conversion = (FANJIAN.make)(config).context("fanjian has every configuration")?;
        let mut results = Vec::new();
        for design in Design::ALL {
            let Some(text) = adversary.text(design, LENGTH) else { continue };
            let mut own = Task::convert(&conversion, Memory::Reused, &text);
            let mut other = Task::convert(&conversion, Memory::Reused, prose);
            let race = Race::run(pairs, &mut own, &mut other);
            results.push(DesignResult {
                design,
                rate: race.own_rate(),
                prose_rate: race.other_rate(),
                ratio: race.ratio().median,
            });
        }
        Ok(Line { config, results })
    }

    fn hardest(&self) -> Option<&DesignResult> {
        self.results.iter().min_by(|first, second| first.ratio.total_cmp(&second.ratio))
    }

    fn cells(&self) -> Vec<String> {
        let hardest = self.hardest().map(|hardest| hardest.design);
        let prose = self.results.first().map_or(0.0, |result| result.prose_rate);
        let mut cells = vec![self.config.to_string(), rounded(prose)];
        cells.extend(Design::ALL.map(|design| {
            let result = self.results.iter().find(|result| result.design == design);
            match result {
                None => "–".to_owned(),
                Some(result) if Some(design) == hardest => format!("**{:.2}**", result.ratio),
                Some(result) => format!("{:.2}", result.ratio),
            }
        }));
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hardest_is_in_bold() {
        let result = |design, ratio| DesignResult { design, rate: 1.0, prose_rate: 2.0, ratio };
        let results = vec![result(Design::Heads, 0.5), result(Design::Chains, 0.25)];
        let line = Line { config: Config::S2t, results };
        let cells = line.cells();
        assert_eq!(cells[..6], ["s2t", "2.00", "–", "0.50", "–", "**0.25**"]);
        let goal = goal("a text", &[line], |design| design != Design::Chains).unwrap();
        assert_eq!((goal.what.as_str(), goal.reached), ("a text (s2t, heads without tails)", true));
    }
}
