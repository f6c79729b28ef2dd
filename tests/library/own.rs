//! Entries of one's own: what is built is what the reference makes of the same groups,
//! through every door, and what was saved is what was built.

use std::collections::BTreeMap;

use fanjian::dictionary::{Group, Table};
use fanjian::{
    BuildErrorKind, Config, Converter, ConverterBuilder, DictionaryFormat, Disambiguation, Own,
    Pipeline, Placement, Preset, Priority, Stage, TofuRisk,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::reference::Reference;
use crate::texts::{REFERENCE, text};

/// A dictionary of one's own.
#[derive(Clone, Debug)]
struct Added {
    placement: Placement,
    stage: Stage,
    priority: Priority,
    entries: BTreeMap<String, String>,
}

/// All that is changed of a configuration.
#[derive(Clone, Debug)]
struct Changes {
    config: Config,
    added: Vec<Added>,
    removed: Vec<(Stage, String)>,
    protected: Vec<String>,
}

impl Changes {
    fn builder(&self) -> ConverterBuilder<Own> {
        // A word that no text has, so that the type is the same whatever is changed.
        let mut builder = Converter::builder(self.config).protect("\u{10FFFD}\u{10FFFD}");
        for (added, number) in self.added.iter().zip(0..) {
            let name = format!("own {number}");
            builder = builder.entries(&name, added.placement.clone(), added.entries.clone());
        }
        for (stage, key) in &self.removed {
            builder = builder.remove(*stage, key);
        }
        self.protected.iter().fold(builder, |builder, word| builder.protect(word))
    }

    /// The same groups, put together in the plainest way.
    fn reference(&self) -> Reference {
        let mut reference = REFERENCE.clone();
        let is_first = |added: &Added| added.priority == Priority::First;
        let numbered = || self.added.iter().enumerate();
        let others = numbered().filter(|(_, added)| !is_first(added));
        let firsts = numbered().filter(|(_, added)| is_first(added)).collect::<Vec<_>>();
        for (number, added) in others.chain(firsts.into_iter().rev()) {
            let (all, phrases) = (format!("own {number}"), format!("phrases of own {number}"));
            let of_phrases = added.entries.iter().filter(|(key, _)| key.chars().count() > 1);
            reference.add(&phrases, of_phrases.clone());
            reference.add(&all, added.entries.iter());
            reference.change(self.config, |stage, group| {
                let is_cutting = stage == "segmentation";
                let own = Group::Dictionary(if is_cutting { &phrases } else { &all }.clone());
                let cuts = is_cutting && added.stage == Stage::Conversion(1);
                let is_here = stage == name_of(added.stage);
                match &added.priority {
                    Priority::First if is_here || cuts => {
                        *group = Group::ShortCircuit(vec![own, group.clone()]);
                    }
                    Priority::Beside(name) if is_here || is_cutting => {
                        let beside = Group::Union(vec![own, Group::Dictionary(name.clone())]);
                        replace(group, name, &beside);
                    }
                    Priority::Instead(name) if is_here || is_cutting => {
                        replace(group, name, &own);
                    }
                    _ => {}
                }
            });
        }
        for (stage, key) in &self.removed {
            reference.remove(self.config, name_of(*stage), key);
        }
        reference
    }

    fn expected(&self, reference: &Reference, text: &str) -> String {
        reference.convert_protected(self.config, TofuRisk::Include, &self.protected, text)
    }
}

fn name_of(stage: Stage) -> &'static str {
    match stage {
        Stage::Normalization => "normalization",
        Stage::Conversion(1) => "conversion-1",
        _ => "conversion-2",
    }
}

fn replace(group: &mut Group, name: &str, by: &Group) {
    match group {
        Group::Dictionary(own) if own == name => *group = by.clone(),
        Group::Dictionary(_) => {}
        Group::TofuRisk(child) => replace(child, name, by),
        Group::Union(children) | Group::ShortCircuit(children) => {
            children.iter_mut().for_each(|child| replace(child, name, by));
        }
    }
}

/// A part of two keys side by side: what shares characters with entries that there are.
fn piece() -> impl Strategy<Value = String> {
    let from = (any::<Index>(), any::<Index>(), 0..4_usize, 1..5_usize);
    from.prop_map(|(one, other, start, length)| {
        let keys = REFERENCE.keys_of(Config::S2twp);
        let together = [one.get(&keys).as_str(), other.get(&keys)].concat();
        together.chars().cycle().skip(start).take(length).collect()
    })
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => piece(),
        1 => select(&["豈", "𠮷野家", "B超", "x", "é里", "⿰", "后", "里", "头", "发", "\u{2F800}"][..])
            .prop_map(str::to_owned),
    ]
}

fn changes() -> impl Strategy<Value = Changes> {
    let entries = prop::collection::btree_map(word(), word(), 1..6);
    let added = (0..3_usize, 0..5_usize, any::<Index>(), entries);
    let added = prop::collection::vec(added, 0..3);
    let removed = prop::collection::vec((any::<Index>(), any::<Index>()), 0..3);
    let protected = prop::collection::vec(word(), 0..3);
    let config = select(&Config::ALL[..]);
    (config, added, removed, protected).prop_map(|(config, added, removed, protected)| {
        let stages = REFERENCE.stages(config);
        let added = added.into_iter().map(|(stage, priority, name, entries)| {
            let (stage, group) = &stages[stage % stages.len()];
            let names = group.names();
            let name = (*name.get(&names)).to_owned();
            let priority = match priority {
                0 => Priority::Instead(name),
                1 | 2 => Priority::Beside(name),
                _ => Priority::First,
            };
            let placement = Placement::new().stage(*stage).priority(priority.clone());
            Added { placement, stage: *stage, priority, entries }
        });
        let removed = removed.into_iter().filter_map(|(stage, key)| {
            let (stage, group) = stage.get(&stages);
            let names = group.names();
            let mut keys: Vec<&str> = names.iter().flat_map(|name| REFERENCE.keys(name)).collect();
            keys.sort_unstable();
            Some((*stage, (*key.get(&keys)).to_owned()))
        });
        let removed = removed.collect();
        // A dictionary that is replaced cannot be placed beside any more.
        let mut taken = Vec::new();
        let mut added: Vec<Added> = added.collect();
        added.retain(|added| match &added.priority {
            Priority::First => true,
            Priority::Beside(name) | Priority::Instead(name) => {
                let is_free = !taken.contains(name);
                taken.push(name.clone());
                is_free
            }
            _ => false,
        });
        let has_instead = added.iter().any(|it| matches!(it.priority, Priority::Instead(_)));
        let removed = if has_instead { Vec::new() } else { removed };
        Changes { config, added, removed, protected }
    })
}

/// Texts that are full of what was changed.
fn texts_about(changes: &Changes, texts: &[String], picks: &[(Index, Index)]) -> Vec<String> {
    let own = changes.added.iter().flat_map(|added| added.entries.keys().cloned());
    let removed = changes.removed.iter().map(|(_, key)| key.clone());
    let words: Vec<String> = own.chain(removed).chain(changes.protected.iter().cloned()).collect();
    let mut all = texts.to_vec();
    if !words.is_empty() {
        for chunk in picks.chunks(6) {
            let parts = chunk.iter().flat_map(|(word, text)| {
                let around: Vec<char> = text.get(texts).chars().collect();
                let some: String = around.iter().take(word.index(5)).collect();
                [some, word.get(&words).clone()]
            });
            all.push(parts.collect());
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn own_entries_are_the_reference_through_every_door(
        changes in changes(),
        texts in prop::collection::vec(text(), 6),
        picks in prop::collection::vec(any::<(Index, Index)>(), 120),
    ) {
        let reference = changes.reference();
        let converter = changes.builder().build().unwrap();
        let saved = converter.to_bytes().unwrap().to_vec();
        let loaded = Converter::from_bytes(saved).unwrap();
        for text in texts_about(&changes, &texts, &picks) {
            let expected = changes.expected(&reference, &text);
            prop_assert_eq!(&converter.convert(&text), &expected, "{}", text);
            prop_assert_eq!(&loaded.convert(&text), &expected);
            let mut output = String::new();
            converter.convert_into(&text, &mut output);
            prop_assert_eq!(&output, &expected);

            let aligned = converter.convert_aligned(&text);
            prop_assert_eq!(aligned.output(), &expected);
            prop_assert_eq!(fanjian::revert(&expected, &aligned.edits()).unwrap(), &*text);
            let retold: String =
                converter.segments(&text).map(|segment| segment.replacement().to_owned()).collect();
            prop_assert_eq!(&retold, &expected);
            for place in converter.ambiguities(&text) {
                prop_assert_eq!(&expected[place.output_range()], place.chosen());
            }

            let mut output = String::new();
            let mut stream = converter.stream();
            for character in text.chars() {
                stream.push(character.encode_utf8(&mut [0; 4]), &mut output);
            }
            stream.finish(&mut output);
            prop_assert_eq!(&output, &expected);
        }
    }
}
