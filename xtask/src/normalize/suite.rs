//! Test cases of others, and how the normalizer is set for them.

use std::rc::Rc;

use fanjian::{Normalizer, Preset, Rule, Spacing, Switch};

/// Test cases of one project.
pub(crate) struct Suite {
    /// The project's name, with its version where that is known.
    pub(crate) name: String,
    /// How many pairs were read.
    pub(crate) pairs: usize,
    /// What is run, in the order of the table.
    pub(crate) runs: Vec<Run>,
}

/// Test cases under settings that belong together.
pub(crate) struct Run {
    /// What the table calls the settings.
    pub(crate) settings: String,
    /// The cases.
    pub(crate) cases: Vec<Case>,
}

/// A text and what the other project makes of it.
#[derive(Clone)]
pub(crate) struct Case {
    /// Where it stands: a file and a line.
    pub(crate) place: String,
    /// The text.
    pub(crate) input: String,
    /// What the other project expects.
    pub(crate) expected: String,
    /// How the normalizer is set for it.
    pub(crate) settings: Rc<Settings>,
}

/// A preset and what is switched otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The preset.
    pub(crate) preset: Preset,
    /// What is done about spaces between Chinese and Latin.
    pub(crate) spacing: Spacing,
    /// Rules that are switched, in this order.
    pub(crate) switches: Vec<(Rule, Switch)>,
}

impl Settings {
    /// A preset with a setting of spaces.
    pub(crate) fn new(preset: Preset, spacing: Spacing) -> Settings {
        Settings { preset, spacing, switches: Vec::new() }
    }

    /// No rule, in the forms of a preset.
    pub(crate) fn no_rule(preset: Preset) -> Settings {
        let switches = Rule::ALL.map(|rule| (rule, Switch::Off)).to_vec();
        Settings { preset, spacing: Spacing::Keep, switches }
    }

    /// These and one more switch.
    pub(crate) fn with(mut self, rule: Rule, switch: Switch) -> Settings {
        self.switches.push((rule, switch));
        self
    }

    /// What is done about spaces, in words.
    pub(crate) fn spacing_name(&self) -> &'static str {
        match self.spacing {
            Spacing::Keep => "spaces kept",
            Spacing::Strip => "spaces stripped",
            Spacing::Insert => "spaces inserted",
        }
    }

    /// The normalizer that is set so.
    pub(crate) fn normalizer(&self) -> Normalizer {
        let builder = Normalizer::builder(self.preset).spacing(self.spacing);
        self.switches
            .iter()
            .fold(builder, |builder, &(rule, switch)| builder.rule(rule, switch))
            .build()
    }
}

impl Suite {
    /// The cases under each of `presets`, all of them with the same `spacing`.
    pub(crate) fn under(presets: &[Preset], spacing: Spacing, cases: &[Case]) -> Vec<Run> {
        let run = |&preset: &Preset| {
            let settings = Rc::new(Settings::new(preset, spacing));
            let case = |case: &Case| Case { settings: Rc::clone(&settings), ..case.clone() };
            Run {
                settings: format!("{preset}, {}", settings.spacing_name()),
                cases: cases.iter().map(case).collect(),
            }
        };
        presets.iter().map(run).collect()
    }
}
