//! Entries of one's own: what is built is what the reference makes of the same groups,
//! through every door, and what was saved is what was built.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fanjian::dictionary::{CompileError, FormatError, Group, ParseTableErrorKind};
use fanjian::{
    BuildErrorKind, Cause, Config, Converter, ConverterBuilder, DictionaryFormat, Disambiguation,
    Own, Pipeline, Placement, Preset, Priority, Stage, TofuRisk,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

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
        // No entries, so that the type is the same whatever is changed.
        let nothing: [(&str, &str); 0] = [];
        let mut builder =
            Converter::builder(self.config).entries("none", Placement::new(), nothing);
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
        static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| REFERENCE.keys_of(Config::S2twp));
        let together = [one.get(&KEYS[..]).as_str(), other.get(&KEYS[..]).as_str()].concat();
        together.chars().cycle().skip(start).take(length).collect()
    })
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => piece(),
        1 => select(&["豈", "𠮷野家", "B超", "x", "é里", "⿰", "后", "里", "头", "发", "\u{2F800}"][..])
            .prop_map(str::to_owned),
        // Those that have no character of three bytes are told by their first one.
        1 => select(&["wifi", "wi", "if", "é", "é·", "😀x"][..]).prop_map(str::to_owned),
    ]
}

/// A word that may replace another.
fn replacement() -> impl Strategy<Value = String> {
    word().prop_map(|word| word.replace('⿰', "后"))
}

fn changes() -> impl Strategy<Value = Changes> {
    let entries = prop::collection::btree_map(word(), replacement(), 1..6);
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
        let removed = removed.into_iter().map(|(stage, key)| {
            let (stage, group) = stage.get(&stages);
            let names = group.names();
            let mut keys: Vec<&str> = names.iter().flat_map(|name| REFERENCE.keys(name)).collect();
            keys.sort_unstable();
            (*stage, (*key.get(&keys)).to_owned())
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

/// Asks every door for what the reference makes of the same changes.
fn check(
    changes: &Changes,
    texts: &[String],
    picks: &[(Index, Index)],
) -> Result<(), TestCaseError> {
    let reference = changes.reference();
    let converter = changes.builder().build().unwrap();
    let saved = converter.to_bytes().unwrap().to_vec();
    let loaded = Converter::from_bytes(saved).unwrap();
    for text in texts_about(changes, texts, picks) {
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
    Ok(())
}

proptest! {
    // The same cases each time; the fuzz target `own` looks for others.
    #![proptest_config(ProptestConfig {
        cases: 48,
        max_shrink_iters: 200,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn own_entries_are_the_reference_through_every_door(
        changes in changes(),
        texts in prop::collection::vec(text(), 6),
        picks in prop::collection::vec(any::<(Index, Index)>(), 120),
    ) {
        check(&changes, &texts, &picks)?;
    }

    /// They are put before a plan without its being built anew.
    #[test]
    fn phrases_before_all_entries_are_the_reference_through_every_door(
        changes in changes().prop_map(phrases_alone),
        texts in prop::collection::vec(text(), 6),
        picks in prop::collection::vec(any::<(Index, Index)>(), 120),
    ) {
        check(&changes, &texts, &picks)?;
    }
}

/// Of these changes, phrases that are put before the first stage, and protected words.
fn phrases_alone(mut changes: Changes) -> Changes {
    changes.removed.clear();
    changes.protected.retain(|word| word.chars().count() > 1);
    for added in &mut changes.added {
        *added = Added {
            placement: Placement::new(),
            stage: Stage::Conversion(1),
            priority: Priority::First,
            entries: core::mem::take(&mut added.entries),
        };
        added.entries.retain(|key, _| key.chars().count() > 1);
    }
    changes
}

/// A converter with one of everything.
fn house_style() -> ConverterBuilder<Own> {
    let beside = Placement::new().priority(Priority::Beside("STPhrases".into()));
    Converter::builder(Config::S2twp)
        .entries("names", Placement::new(), [("云吞", "雲呑"), ("余光中", "余光中")])
        .dictionary("house.txt", beside, DictionaryFormat::OpenCc, "# 注\n鼠标垫\t滑鼠墊 鼠標墊\n")
        .protect("叶恭弘")
        .remove(Stage::Conversion(2), "軟件")
}

#[test]
fn explanations_name_own_dictionaries_and_protected_words() {
    let converter = house_style().build().unwrap();
    assert_eq!(converter.config(), Some(Config::S2twp));
    let steps: Vec<(Stage, String, String)> = converter
        .segments("叶恭弘吃云吞，鼠标垫和软件")
        .flat_map(|segment| segment.steps().to_vec())
        .map(|step| (step.stage(), step.dictionary().to_owned(), step.replacement().to_owned()))
        .collect();
    let named = |name: &str| steps.iter().any(|(_, dictionary, _)| dictionary == name);
    assert_eq!(steps[0], (Stage::Protection, "Protected".to_owned(), "叶恭弘".to_owned()));
    assert!(named("names") && named("house.txt"), "{steps:?}");
    assert_eq!(converter.convert("叶恭弘吃云吞，鼠标垫和软件"), "叶恭弘吃雲呑，滑鼠墊和軟件");
    assert_eq!(converter.candidates("鼠标垫"), ["滑鼠墊"], "the second stage makes both alike");
}

#[test]
fn a_latin_word_is_found_where_many_words_begin_like_it() {
    let with = |entries: &[(&str, &str)]| {
        let entries = entries.iter().copied();
        Converter::builder(Config::S2t).entries("own", Placement::new(), entries).build().unwrap()
    };
    let text = "with wifi we will, wi-fi or WIFI: 无wifi，wwifiw".repeat(50);
    let expected = "with 無線網路 we will, wi-fi or WIFI: 無無線網路，w無線網路w".repeat(50);
    let word = with(&[("wifi", "無線網路")]);
    assert_eq!(word.convert(&text), expected);
    assert_eq!(word.first_change(&text), text.find("wifi"));
    // A letter that changes by itself does so whatever stands behind it.
    let letter = with(&[("wifi", "無線網路"), ("w", "W")]);
    assert_eq!(letter.convert("with wifi we"), "With 無線網路 We");
}

#[test]
fn a_pipeline_uses_a_converter_of_ones_own() {
    let converter = house_style().build().unwrap();
    let pipeline = Pipeline::builder().normalize(Preset::Repair).convert(converter).build();
    assert_eq!(pipeline.process("叶恭弘吃云吞,软件"), "叶恭弘吃雲呑，軟件");
    let aligned = pipeline.process_aligned("吃云吞,软件");
    let is_named =
        |cause: &Cause| matches!(cause, Cause::Entry(step) if step.dictionary() == "names");
    assert!(aligned.edits().iter().any(|edit| edit.causes().iter().any(is_named)));
    let mut output = String::new();
    let mut stream = pipeline.stream();
    for piece in ["叶恭", "弘吃云", "吞,软", "件"] {
        stream.push(piece, &mut output);
    }
    stream.finish(&mut output);
    assert_eq!(output, "叶恭弘吃雲呑，軟件");
}

#[test]
fn context_overrides_neither_own_entries_nor_protected_words() {
    // Without words of one's own, the first 余 is not 餘: the model overrides that.
    let text = "我很佩服余委员";
    for config in [Config::S2t, Config::S2tw] {
        let build = |builder: ConverterBuilder<Own>| {
            builder.disambiguation(Disambiguation::Context).build().unwrap()
        };
        let base = || Converter::builder(config).protect("云吞");
        let own = |pairs: &[(&str, &str)]| {
            build(base().entries("own", Placement::new(), pairs.iter().copied()))
        };
        assert_eq!(build(base()).convert(text), "我很佩服余委員", "{config}");
        assert_eq!(build(base()).overrides(text).len(), 1);
        let said = own(&[("余委", "餘委")]);
        assert_eq!(said.convert(text), "我很佩服餘委員", "{config}");
        assert!(said.overrides(text).is_empty());
        let longer = own(&[("佩服", "欽佩敬服")]);
        assert_eq!(longer.convert(text), "我很欽佩敬服余委員", "{config}");
        let protected = build(base().protect("委员").protect("我"));
        assert_eq!(protected.convert(text), "我很佩服余委员", "{config}");
        assert_eq!(protected.overrides(text).len(), 1);
        for converter in [said, longer, protected] {
            let expected = converter.convert(text).into_owned();
            let (mut output, mut stream) = (String::new(), converter.stream());
            text.chars().for_each(|one| stream.push(one.encode_utf8(&mut [0; 4]), &mut output));
            stream.finish(&mut output);
            assert_eq!(output, expected);
            assert_eq!(converter.convert_aligned(text).output(), expected);
            let segments = converter.segments(text);
            let retold: String = segments.map(|one| one.replacement().to_owned()).collect();
            assert_eq!(retold, expected);
        }
    }
}

#[test]
fn faults_name_dictionary_line_and_reason() {
    let base = || Converter::builder(Config::T2s);
    let text = |text: &str| {
        base().dictionary("own.txt", Placement::new(), DictionaryFormat::OpenCc, text).build()
    };
    let faults = [
        ("一\t1\n二", "own.txt:2: no tab between key and candidates"),
        ("一\t1\n\t2", "own.txt:2: the key is empty"),
        ("一\t1  2", "own.txt:1: a candidate is empty"),
        ("一\t1\n二\t2\n一\t3", "own.txt:3: the key has an entry already"),
    ];
    for (fault, expected) in faults {
        assert_eq!(text(fault).unwrap_err().to_string(), expected);
    }
    let table =
        base().dictionary("own.tsv", Placement::new(), DictionaryFormat::Table, "二\t2\n一\t1\n");
    let error = table.build().unwrap_err();
    assert_eq!((error.dictionary(), error.line()), (Some("own.tsv"), Some(2)));
    assert_eq!(error.kind(), &BuildErrorKind::Table(ParseTableErrorKind::OutOfOrder));

    let kind = |builder: ConverterBuilder<Own>| builder.build().unwrap_err().kind().clone();
    let at = |stage| base().entries("own", Placement::new().stage(stage), [("一", "1")]);
    for stage in
        [Stage::Conversion(0), Stage::Conversion(2), Stage::Disambiguation, Stage::Protection]
    {
        assert_eq!(kind(at(stage)), BuildErrorKind::NoSuchStage(stage));
    }
    let beside = Placement::new().priority(Priority::Beside("STPhrases".into()));
    let other = base().entries("own", beside, [("一", "1")]);
    assert_eq!(kind(other), BuildErrorKind::NoSuchDictionary("STPhrases".into()));
    let removed = base().remove(Stage::Conversion(1), "no such key");
    assert_eq!(kind(removed), BuildErrorKind::NoSuchEntry("no such key".into()));
    assert_eq!(kind(base().protect("")), BuildErrorKind::EmptyWord);

    let pairs = |key: &str, replacement: &str| {
        kind(base().entries("own", Placement::new(), [(key.to_owned(), replacement.to_owned())]))
    };
    let long = "长".repeat(256);
    let compile = |error| BuildErrorKind::Compile(error);
    assert_eq!(pairs(&long, "x"), compile(CompileError::KeyTooLong(long.clone())));
    let tab = compile(CompileError::TabInCandidate("一".into()));
    assert_eq!(pairs("一", "1\t2"), tab);
    let longer = "长".repeat(11_000);
    assert_eq!(pairs("一", &longer), compile(CompileError::CandidatesTooLong("一".into())));
    let many = (0..62).fold(base().protect("x"), |builder, number| {
        builder.entries(&format!("own {number}"), Placement::new(), [("一", "1")])
    });
    assert_eq!(kind(many), compile(CompileError::TooManyDictionaries));
    let name = base().entries("a\nb", Placement::new(), [("一", "1")]);
    assert_eq!(kind(name), compile(CompileError::ControlInName("a\nb".into())));
}

#[test]
fn damaged_bytes_are_refused() {
    // A small plan, so that every byte has its turn.
    let converter = Converter::builder(Config::T2jp)
        .entries("own", Placement::new(), [("會議", "会议"), ("𠮷", "吉")])
        .protect("開幕")
        .build()
        .unwrap();
    let bytes = converter.to_bytes().unwrap();
    let load = |bytes: &[u8]| Converter::from_bytes(bytes.to_vec());
    assert_eq!(load(bytes).unwrap().convert("會議開幕"), "会议開幕");
    for length in 0..bytes.len() {
        assert!(load(&bytes[..length]).is_err(), "{length}");
    }
    assert!(load(&[bytes, &[0]].concat()).is_err());
    let mut damaged = bytes.to_vec();
    for position in 0..bytes.len() {
        for bit in 0..8 {
            damaged[position] ^= 1 << bit;
            assert!(load(&damaged).is_err(), "{position} {bit}");
            damaged[position] ^= 1 << bit;
        }
    }
    assert_eq!(load(b"fanjian\0").unwrap_err(), FormatError::NotCompiled);
}

/// Unknown of a character beyond the basic plane is not the same as unlisted.
#[test]
fn a_character_beyond_the_entries_that_becomes_several_and_may_be_joined_is_replaced() {
    let placement = Placement::new().stage(Stage::Normalization);
    for config in [Config::S2t, Config::S2tw, Config::T2s] {
        let builder =
            Converter::builder(config).entries("own", placement.clone(), [("𥙸", "乙丙")]);
        assert_eq!(builder.build().unwrap().convert("一𥙸一"), "一乙丙一", "{config}");
    }
}

/// The segmentation of OpenCC passes ⿰⿰扎根人 as one unmatched text, and 才人 behind it is a
/// phrase; where the operator is no key, a walk of the stage passes it as well.
#[test]
fn an_entry_for_an_operator_leaves_the_borders_of_segments() {
    let entries = [("⿰", "敲"), ("人", "新")];
    let placement = || Placement::new().priority(Priority::Instead("STCharacters".into()));
    let converter =
        Converter::builder(Config::S2tw).entries("own", placement(), entries).build().unwrap();
    assert_eq!(converter.convert("⿰⿰扎根人才人"), "敲敲紮根新才人");
    assert_eq!(converter.convert("扎根人才人"), "紮根人才新");
}

#[test]
fn no_entry_writes_a_description_character() {
    for stage in [Stage::Normalization, Stage::Conversion(1)] {
        let placement = Placement::new().stage(stage);
        let builder = Converter::builder(Config::Tw2s).entries("own", placement, [("超B", "⿰")]);
        let message = builder.build().unwrap_err().to_string();
        assert!(message.contains("\"超B\"") && message.contains("description"), "{message}");
    }
}
