//! Builds plans: groups and tables to the bytes of a plan.
//!
//! What is not changed of an embedded configuration is referred to. A stage that is
//! changed is compiled again, as a whole: so it is searched as fast as the embedded one.
//! Its other dictionaries are read back from the compiled bytes that the program has,
//! from the group that has each of them in full ([`recovered`]).

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::before::build_before;
use super::change::{BuildError, BuildErrorKind, Own, OwnDictionary, Priority};
use super::saved::{self, Header, MAXIMUM_STAGES, Source, Sources};
use crate::composite::{
    ClassesOf, Composite, Composition, Cutting, Effort, FlatStages, compose_flat,
};
use crate::config::Config;
use crate::description;
use crate::dictionary::{CompileError, Flat, FlatItem, Group, Matcher, compile_flat};
#[cfg(feature = "opencc-config")]
use crate::dictionary::{Table, check_table, items_of};
use crate::embedded;
use crate::plan::Plan;
use crate::segment::Stage;

/// The most bytes of entries.
const MOST_BYTES: usize = 256 << 20;

/// What explanations name as the dictionary of protected words.
const PROTECTED: &str = "Protected";

/// The groups of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Groups {
    pub(crate) normalization: Option<Group>,
    pub(crate) segmentation: Option<Group>,
    /// One stage at least.
    pub(crate) conversion: Vec<Group>,
}

/// The bytes of a plan of these groups, whose dictionaries `table` gives by name.
///
/// # Errors
///
/// [`CompileError`] for what the compiled form cannot hold.
#[cfg(feature = "opencc-config")]
pub(crate) fn build<'t>(
    groups: &Groups,
    table: impl Fn(&str) -> Option<&'t Table>,
) -> Result<Vec<u8>, CompileError> {
    let find = |name: &str| {
        let table = table(name).ok_or_else(|| CompileError::UnknownDictionary(name.to_owned()))?;
        check_table(table)?;
        Ok(items_of(table, 0))
    };
    let stage = |group: &Group| Built::of_group(group, &find, ToOwned::to_owned);
    let conversion: Vec<Built<'_>> =
        groups.conversion.iter().map(stage).collect::<Result<_, _>>()?;
    let stages = BuiltStages {
        protection: None,
        normalization: groups.normalization.as_ref().map(stage).transpose()?,
        segmentation: BuiltCutting::of(groups, &conversion, stage)?,
        conversion,
    };
    stages.to_bytes(Header::default(), None)
}

/// The bytes of the plan of a configuration with changes.
pub(crate) fn build_changed(
    config: Config,
    without_tofu_risk: bool,
    own: &Own,
) -> Result<Vec<u8>, BuildError> {
    if let Some(fault) = &own.fault {
        return Err(fault.clone());
    }
    let plan = &embedded::PLANS[config as usize][usize::from(without_tofu_risk)];
    let mut changed = Changed::of(config, without_tofu_risk);
    changed.apply(own)?;
    let header = Header {
        config: Some(config),
        without_tofu_risk,
        own: changed.own_dictionaries(),
        ..Header::default()
    };
    if let Some(bytes) = build_before(own, plan, header)? {
        return Ok(bytes);
    }
    let mut keys = Vec::new();
    keys.resize_with(embedded::MATCHERS.len(), String::new);
    let recovered = recovered(&changed.names(), &mut keys);
    let mut plan_keys = vec![String::new(); plan.conversion.len() + 2];
    let stages = changed.built(own, plan, &recovered, &mut plan_keys)?;
    Ok(stages.to_bytes(header, Some(plan))?)
}

/// A stage, ready to be compiled.
pub(super) struct Built<'a> {
    names: Vec<String>,
    pub(super) flat: Flat<'a>,
    is_changed: bool,
}

impl<'a> Built<'a> {
    fn of_group(
        group: &Group,
        items: &dyn Fn(&str) -> Result<Vec<FlatItem<'a>>, CompileError>,
        name: impl Fn(&str) -> String,
    ) -> Result<Built<'a>, CompileError> {
        let flat = Flat::of_lists(group, items)?;
        let names = group.names().into_iter().map(name).collect();
        Ok(Built { names, flat, is_changed: true })
    }

    fn compiled(&self) -> Result<Vec<u8>, CompileError> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        compile_flat(&names, &self.flat)
    }

    /// The stage as a part of a plan.
    pub(super) fn source(&self) -> Result<Source, CompileError> {
        match self.is_changed {
            true => Ok(Source::Bytes(self.compiled()?)),
            false => Ok(Source::Embedded),
        }
    }
}

/// What cuts a text into segments.
enum BuiltCutting<'a> {
    /// So many leading dictionaries of the first stage of the conversion.
    ByFirst {
        leading: usize,
    },
    By(Built<'a>),
}

impl<'a> BuiltCutting<'a> {
    /// What the segmentation of these groups is beside these stages of the conversion, or
    /// by itself, as `stage` builds it.
    fn of(
        groups: &Groups,
        conversion: &[Built<'a>],
        stage: impl FnOnce(&Group) -> Result<Built<'a>, CompileError>,
    ) -> Result<Option<BuiltCutting<'a>>, CompileError> {
        let Some(cutting) = &groups.segmentation else { return Ok(None) };
        let first = groups.conversion.first().zip(conversion.first());
        let leading = first.and_then(|(group, first)| first.flat.leading(group, cutting));
        Ok(Some(match leading {
            Some(leading) => BuiltCutting::ByFirst { leading },
            None => BuiltCutting::By(stage(cutting)?),
        }))
    }

    fn flat(&self) -> Cutting<'_, 'a> {
        match self {
            BuiltCutting::ByFirst { leading } => Cutting::ByFirst { leading: *leading },
            BuiltCutting::By(cutting) => Cutting::By(&cutting.flat),
        }
    }
}

/// The stages of a plan, ready to be compiled and composed.
struct BuiltStages<'a> {
    protection: Option<Built<'a>>,
    normalization: Option<Built<'a>>,
    segmentation: Option<BuiltCutting<'a>>,
    conversion: Vec<Built<'a>>,
}

impl BuiltStages<'_> {
    fn to_bytes(
        &self,
        mut header: Header,
        embedded: Option<&Plan<'static>>,
    ) -> Result<Vec<u8>, CompileError> {
        let BuiltStages { protection, normalization, segmentation, conversion } = self;
        if conversion.is_empty() || conversion.len() > MAXIMUM_STAGES {
            return Err(CompileError::TooManyDictionaries);
        }
        let stages = normalization.iter().chain(conversion).filter(|stage| stage.is_changed);
        check_replacements(stages.flat_map(|stage| stage.flat.items()))?;
        let source =
            |built: &Option<Built<'_>>| built.as_ref().map_or(Ok(Source::None), Built::source);
        let mut sources = Sources {
            protection: source(protection)?,
            normalization: source(normalization)?,
            conversion: conversion.iter().map(Built::source).collect::<Result<_, _>>()?,
            ..Sources::default()
        };
        match segmentation {
            None => {}
            Some(BuiltCutting::ByFirst { leading }) => {
                let mut items = conversion[0].flat.items().iter();
                header.by_phrases = items.all(|it| it.dictionary >= *leading || it.is_phrase());
                (sources.segmentation, header.leading) = (Source::First, *leading as u32);
            }
            Some(BuiltCutting::By(cutting)) => {
                header.by_phrases = cutting.flat.items().iter().all(FlatItem::is_phrase);
                let embedded = embedded.and_then(|plan| plan.segmentation.as_ref());
                (sources.segmentation, header.leading) = match embedded {
                    Some(embedded) if !cutting.is_changed => {
                        (Source::Embedded, embedded.leading as u32)
                    }
                    _ => (Source::Bytes(cutting.compiled()?), cutting.names.len() as u32),
                };
            }
        }
        self.compose(&mut sources, embedded);
        Ok(saved::write(&header, &sources))
    }

    /// Makes the composites: of the whole, and of each of two stages, if the plan that is
    /// changed has those.
    fn compose(&self, sources: &mut Sources, embedded: Option<&Plan<'static>>) {
        let BuiltStages { protection, normalization, segmentation, conversion } = self;
        let flats: Vec<&Flat<'_>> = conversion.iter().map(|stage| &stage.flat).collect();
        let composed = |segmentation, conversion: &[_], classes, classes_of_first| {
            let stages = FlatStages {
                protection: protection.as_ref().map(|stage| &stage.flat),
                normalization: normalization.as_ref().map(|stage| &stage.flat),
                segmentation,
                conversion,
            };
            compose_flat(&stages, None, classes, classes_of_first, Effort::Haste)
        };
        let bytes = |composition: &Composition| Source::Bytes(composition.to_own_bytes());
        let classes = |it: Option<&Composite<'_>>| it.map_or(ClassesOf::new(), Composite::classes);

        let before = protection.iter().chain(normalization).any(|stage| stage.is_changed);
        let is_changed = |at: usize| before || conversion[at].is_changed;
        let of_stages = embedded.map(|plan| [plan.first, plan.last]);
        let [first, last] = match of_stages {
            _ if conversion.len() != 2 => [Of::None, Of::None],
            None => [Of::Own(None), Of::Own(None)],
            Some(of_stages) => core::array::from_fn(|at| match of_stages[at] {
                None => Of::None,
                Some(_) if !is_changed(at) => Of::Embedded,
                Some(composite) => Of::Own(Some(composite)),
            }),
        };
        let classes_of_first = match first {
            Of::Own(composite) => Some(classes(composite)),
            _ => None,
        };
        let whole = classes(embedded.map(|plan| plan.composite));
        let segmentation = segmentation.as_ref().map(BuiltCutting::flat);
        let composition = composed(segmentation, &flats, whole, classes_of_first);
        sources.composite = bytes(&composition.whole);
        sources.first = match (first, &composition.first) {
            (Of::Own(_), Some(first)) => bytes(first),
            (Of::Embedded, _) => Source::Embedded,
            _ => Source::None,
        };
        sources.last = match last {
            Of::Own(composite) => {
                let last = composed(None, &flats[1..], classes(composite), None).whole;
                Source::Bytes(last.to_bytes_by_character())
            }
            Of::Embedded => Source::Embedded,
            Of::None => Source::None,
        };
    }
}

/// Refuses description characters in what entries put in the place of keys.
pub(super) fn check_replacements<'e>(
    items: impl Iterator<Item = &'e FlatItem<'e>>,
) -> Result<(), CompileError> {
    for item in items {
        let replacement = item.replacement();
        // Few have a byte of one.
        if description::may_have_operator(replacement.as_bytes())
            && replacement.contains(description::is_operator)
        {
            return Err(CompileError::DescriptionInReplacement(item.key.to_owned()));
        }
    }
    Ok(())
}

/// What the composite of one of two stages is, which is for speed alone.
#[derive(Clone, Copy)]
enum Of<'b> {
    None,
    Embedded,
    /// One that is composed, which begins with the classes of this one.
    Own(Option<&'b Composite<'static>>),
}

/// The groups of a configuration while they are changed. Own dictionaries stand in them
/// under names that no other has ([`own_name`]).
struct Changed {
    groups: Groups,
    is_changed: Vec<Stage>,
    cuts_otherwise: bool,
}

/// The name under which an own dictionary stands in a group; with those of its entries
/// that have several characters alone, if it says so.
pub(super) fn own_name(number: usize, phrases_alone: bool) -> String {
    format!("\u{1}{number}{}", if phrases_alone { "\u{1}" } else { "" })
}

/// The number of the own dictionary of this name, and whether with phrases alone.
pub(super) fn own_number(name: &str) -> Option<(usize, bool)> {
    let number = name.strip_prefix('\u{1}')?;
    let all = number.strip_suffix('\u{1}');
    Some((all.unwrap_or(number).parse().ok()?, all.is_some()))
}

impl Changed {
    fn of(config: Config, without_tofu_risk: bool) -> Changed {
        let expressions = &embedded::EXPRESSIONS[config as usize];
        let group = |text: &&str| {
            let group: Group = text.parse().expect("embedded groups are well-formed");
            if without_tofu_risk { group.without_tofu_risk() } else { group }
        };
        let groups = Groups {
            normalization: expressions.normalization.as_ref().map(group),
            segmentation: expressions.segmentation.as_ref().map(group),
            conversion: expressions.conversion.iter().map(group).collect(),
        };
        Changed { groups, is_changed: Vec::new(), cuts_otherwise: false }
    }

    fn apply(&mut self, own: &Own) -> Result<(), BuildError> {
        let total: usize = own.dictionaries.iter().map(|dictionary| dictionary.list.size()).sum();
        let words: usize = own.protected.iter().map(String::len).sum();
        if total + words > MOST_BYTES {
            return Err(BuildError::new(BuildErrorKind::TooLarge));
        }
        let (first, others): (Vec<_>, Vec<_>) = own
            .dictionaries
            .iter()
            .enumerate()
            .partition(|(_, dictionary)| dictionary.placement.priority == Priority::First);
        for dictionary in &own.dictionaries {
            if let Some(key) = dictionary.list.key_with_tab() {
                let error = CompileError::TabInCandidate(key.to_owned());
                return Err(BuildError::from(error).of(&dictionary.name));
            }
        }
        // The one that was added first is put before all others at last.
        for (number, dictionary) in others.into_iter().chain(first.into_iter().rev()) {
            self.add(number, dictionary).map_err(|error| error.of(&dictionary.name))?;
        }
        for (stage, _) in &own.removed {
            self.stage(*stage)?;
            self.is_changed.push(*stage);
        }
        // Nothing cuts as it did if something was removed from what cuts.
        self.cuts_otherwise |= !own.removed.is_empty();
        Ok(())
    }

    /// The group of a stage.
    fn stage(&mut self, stage: Stage) -> Result<&mut Group, BuildError> {
        let found = match stage {
            Stage::Normalization => self.groups.normalization.as_mut(),
            Stage::Conversion(number) => {
                number.checked_sub(1).and_then(|at| self.groups.conversion.get_mut(at))
            }
            _ => None,
        };
        found.ok_or_else(|| BuildError::new(BuildErrorKind::NoSuchStage(stage)))
    }

    fn add(&mut self, number: usize, own: &OwnDictionary) -> Result<(), BuildError> {
        let stage = own.placement.stage;
        self.stage(stage)?;
        self.is_changed.push(stage);
        let has_characters = own.list.keys().any(|key| key.chars().nth(1).is_none());
        let whole = Group::Dictionary(own_name(number, false));
        let cutting = Group::Dictionary(own_name(number, has_characters));
        let Groups { segmentation, .. } = &self.groups;
        let segmentation_before = segmentation.clone();
        match &own.placement.priority {
            Priority::First => {
                let cuts = stage == Stage::Conversion(1);
                if let Some(segmentation) = self.groups.segmentation.as_mut().filter(|_| cuts) {
                    put_first(segmentation, &cutting);
                    self.cuts_otherwise = true;
                }
                let group = self.stage(stage)?;
                let part = segmentation_before.filter(|_| cuts && !has_characters);
                let is_put = part.is_some_and(|part| put_before_part(group, &part, &whole));
                if !is_put {
                    put_first(group, &whole);
                }
            }
            Priority::Beside(name) => {
                self.replace(stage, name, &union_of(&whole, name), &union_of(&cutting, name))?;
            }
            Priority::Instead(name) => self.replace(stage, name, &whole, &cutting)?,
        }
        Ok(())
    }

    /// Replaces a dictionary in a stage, and in the segmentation.
    fn replace(
        &mut self,
        stage: Stage,
        name: &str,
        by: &Group,
        cutting: &Group,
    ) -> Result<(), BuildError> {
        if !replace(self.stage(stage)?, name, by) {
            return Err(BuildError::new(BuildErrorKind::NoSuchDictionary(name.to_owned())));
        }
        if let Some(segmentation) = &mut self.groups.segmentation {
            self.cuts_otherwise |= replace(segmentation, name, cutting);
        }
        Ok(())
    }

    /// The names of all dictionaries that are not own ones.
    fn names(&self) -> Vec<&str> {
        let Groups { normalization, segmentation, conversion } = &self.groups;
        let groups = normalization.iter().chain(segmentation).chain(conversion);
        groups.flat_map(Group::names).filter(|name| own_number(name).is_none()).collect()
    }

    /// A bit for each own dictionary of the first stage of the conversion.
    fn own_dictionaries(&self) -> u64 {
        let names = self.groups.conversion[0].names();
        let own = names.iter().zip(0..64_u32).filter(|(name, _)| own_number(name).is_some());
        own.fold(0, |all, (_, number)| all | 1 << number)
    }

    /// The stages with their entries.
    fn built<'a>(
        &self,
        own: &'a Own,
        plan: &Plan<'static>,
        recovered: &BTreeMap<&'static str, Vec<FlatItem<'a>>>,
        keys: &'a mut [String],
    ) -> Result<BuiltStages<'a>, BuildError> {
        let name = |name: &str| match own_number(name) {
            Some((number, _)) => own.dictionaries[number].name.clone(),
            None => name.to_owned(),
        };
        let items_of_stage = |stages: Vec<Stage>| {
            move |name: &str| {
                if let Some((number, phrases_alone)) = own_number(name) {
                    let mut items = FlatItem::of_list(&own.dictionaries[number].list);
                    items.retain(|item| !phrases_alone || item.is_phrase());
                    return Ok(items);
                }
                let mut items = recovered
                    .get(name)
                    .cloned()
                    .ok_or_else(|| CompileError::UnknownDictionary(name.to_owned()))?;
                let removed = own.removed.iter().filter(|(stage, _)| stages.contains(stage));
                let removed: Vec<&str> = removed.map(|(_, key)| key.as_str()).collect();
                if !removed.is_empty() {
                    items.retain(|item| !removed.contains(&item.key));
                }
                Ok(items)
            }
        };
        for (stage, key) in &own.removed {
            let group = match stage {
                Stage::Conversion(number) => self.groups.conversion.get(number - 1),
                _ => self.groups.normalization.as_ref(),
            };
            let names = group.map(Group::names).unwrap_or_default();
            let has = |name: &&str| {
                recovered.get(name).is_some_and(|items| items.iter().any(|item| item.key == key))
            };
            if !names.iter().any(has) {
                return Err(BuildError::new(BuildErrorKind::NoSuchEntry(key.clone())));
            }
        }
        let mut keys = keys.iter_mut();
        let mut stage = |group: &Group, matcher: &Matcher<'static>, stage: Stage| {
            if self.is_changed.contains(&stage) {
                let items = items_of_stage(vec![stage]);
                return Built::of_group(group, &items, name);
            }
            let keys = keys.next().expect("as many as there are stages");
            let names = group.names().into_iter().map(name).collect();
            let flat = Flat::new(matcher.flat(keys));
            Ok(Built { names, flat, is_changed: false })
        };
        let Groups { normalization, conversion, .. } = &self.groups;
        let normalization = match (normalization, plan.normalization) {
            (Some(group), Some(matcher)) => Some(stage(group, matcher, Stage::Normalization)?),
            _ => None,
        };
        let numbered = conversion.iter().zip(plan.conversion).zip(1..);
        let conversion = numbered
            .map(|((group, matcher), number)| stage(group, matcher, Stage::Conversion(number)))
            .collect::<Result<Vec<_>, _>>()?;
        let segmentation = BuiltCutting::of(&self.groups, &conversion, |group| {
            // Entries are removed from what cuts as from the stages that have its
            // dictionaries.
            let is_theirs = |name: &&&str| own_number(name).is_none();
            let shares = |other: &Group| {
                other.names().iter().filter(is_theirs).any(|name| group.names().contains(name))
            };
            let stages = self.groups.conversion.iter().zip(1..);
            let stages = stages.filter(|(other, _)| shares(other));
            let stages = stages.map(|(_, number)| Stage::Conversion(number)).collect();
            let built = Built::of_group(group, &items_of_stage(stages), name)?;
            Ok(Built { is_changed: self.cuts_otherwise, ..built })
        });
        let protection = match own.protected.is_empty() {
            true => None,
            false => Some(protection(own)),
        };
        Ok(BuiltStages { protection, normalization, segmentation: segmentation?, conversion })
    }
}

/// Protected words as entries that replace each by itself.
pub(super) fn protection(own: &Own) -> Built<'_> {
    let mut words: Vec<&str> = own.protected.iter().map(String::as_str).collect();
    words.sort_unstable();
    words.dedup();
    let item = |word| FlatItem::new(word, 0, alloc::borrow::Cow::Borrowed(word));
    let flat = Flat::new(words.into_iter().map(item).collect());
    Built { names: vec![PROTECTED.to_owned()], flat, is_changed: true }
}

fn union_of(own: &Group, name: &str) -> Group {
    Group::Union(vec![own.clone(), Group::Dictionary(name.to_owned())])
}

/// Puts a dictionary before all others of a group.
fn put_first(group: &mut Group, own: &Group) {
    let others = core::mem::replace(group, Group::Union(Vec::new()));
    *group = Group::ShortCircuit(vec![own.clone(), others]);
}

/// Puts a dictionary before `part`, with which the group begins, if it does: which comes
/// to the same as before all others.
fn put_before_part(group: &mut Group, part: &Group, own: &Group) -> bool {
    if group == part {
        put_first(group, own);
        return true;
    }
    match group {
        Group::ShortCircuit(children) => {
            children.first_mut().is_some_and(|first| put_before_part(first, part, own))
        }
        _ => false,
    }
}

/// Replaces a dictionary wherever it stands in a group, and says whether it does.
fn replace(group: &mut Group, name: &str, by: &Group) -> bool {
    match group {
        Group::Dictionary(own) if own == name => {
            *group = by.clone();
            true
        }
        Group::Dictionary(_) => false,
        Group::TofuRisk(child) => replace(Box::as_mut(child), name, by),
        Group::Union(children) | Group::ShortCircuit(children) => {
            children.iter_mut().fold(false, |any, child| replace(child, name, by) | any)
        }
    }
}

/// The entries of these dictionaries, each as the group has it that has the most of it,
/// for others may have dropped what they never come to.
fn recovered<'a>(
    names: &[&str],
    keys: &'a mut [String],
) -> BTreeMap<&'static str, Vec<FlatItem<'a>>> {
    let mut best: BTreeMap<&'static str, (usize, usize, usize)> = BTreeMap::new();
    for (number, matcher) in embedded::MATCHERS.iter().enumerate() {
        let counts = matcher.counts();
        for ((name, count), dictionary) in matcher.names().zip(counts).zip(0..) {
            if names.contains(&name) && best.get(name).is_none_or(|(most, ..)| count > *most) {
                best.insert(name, (count, number, dictionary));
            }
        }
    }
    let mut recovered: BTreeMap<&'static str, Vec<FlatItem<'a>>> = BTreeMap::new();
    for (number, keys) in keys.iter_mut().enumerate() {
        let wanted: Vec<(&'static str, usize)> = best
            .iter()
            .filter(|(_, (_, best, _))| *best == number)
            .map(|(name, (.., dictionary))| (*name, *dictionary))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        for item in embedded::MATCHERS[number].flat(keys) {
            if let Some((name, _)) = wanted.iter().find(|(_, number)| *number == item.dictionary) {
                recovered.entry(name).or_default().push(item);
            }
        }
    }
    recovered
}
