//! The conformance table `tests/conformance/opencc.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::reference::Reference;
use fanjian::{Config, Converter, TofuRisk};
use serde::Deserialize;

#[derive(Deserialize)]
struct Conformance {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    source: String,
    #[serde(default)]
    tofu_risk: bool,
    expected: BTreeMap<String, String>,
}

fn cases() -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/opencc.toml");
    let text = fs::read_to_string(path).expect("the table is there");
    toml::from_str::<Conformance>(&text).expect("the table is well-formed").case
}

impl Case {
    fn tofu_risk(&self) -> TofuRisk {
        if self.tofu_risk { TofuRisk::Include } else { TofuRisk::Exclude }
    }

    fn converter(&self, config: Config) -> Converter {
        Converter::builder(config).tofu_risk(self.tofu_risk()).build()
    }

    fn expectations(&self) -> impl Iterator<Item = (Config, &str)> {
        let named = self.expected.iter();
        named.map(|(name, text)| (name.parse().expect("a configuration"), text.as_str()))
    }
}

#[test]
fn every_case_converts_as_expected() {
    for case in cases() {
        for (config, expected) in case.expectations() {
            let converter = case.converter(config);
            assert_eq!(converter.convert(&case.source), expected, "{} {config}", case.id);
        }
    }
}

#[test]
fn case_names_are_unique() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        assert!(seen.insert(case.id.clone()), "{} stands twice", case.id);
    }
}

/// The table is worth having only while it reaches everything.
#[test]
fn the_cases_reach_every_configuration_and_every_dictionary() {
    let mut configs = BTreeSet::new();
    let mut dictionaries = BTreeSet::new();
    for case in cases() {
        for (config, _) in case.expectations() {
            configs.insert(config);
            for segment in case.converter(config).segments(&case.source) {
                dictionaries
                    .extend(segment.steps().iter().map(|step| step.dictionary().to_owned()));
            }
        }
    }
    assert_eq!(configs.len(), Config::ALL.len(), "{configs:?}");
    let reference = Reference::load();
    let missing: Vec<&str> =
        reference.names().filter(|name| !dictionaries.contains(*name)).collect();
    assert!(missing.is_empty(), "no case uses {missing:?}");
}

#[test]
fn the_reference_agrees_with_the_table() {
    let reference = Reference::load();
    for case in cases() {
        for (config, expected) in case.expectations() {
            let converted = reference.convert(config, case.tofu_risk(), &case.source);
            assert_eq!(converted, expected, "{} {config}", case.id);
        }
    }
}
