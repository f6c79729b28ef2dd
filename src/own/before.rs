//! Builds plans before whose dictionaries there are phrases, and nothing else is changed.
//!
//! That is what most users ask for, and then most of a plan stays as it is. New phrases
//! are put into the compiled first stage ([`compile_before`]), and the composites say what
//! they say beside the embedded ones ([`compose_before`]), so that tens of thousands of
//! entries that are part of the program are not read back. What is more than that, `build`
//! does.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::build::{Built, check_replacements, own_name, own_number, protection};
use super::change::{BuildError, Own, OwnDictionary, Placement};
use super::saved::{self, Header, Source, Sources};
use crate::composite::{Composite, Cutting, FlatStages, compose_before};
use crate::dictionary::{
    CompileError, Flat, FlatItem, Group, Matcher, compile_before, compile_flat,
};
use crate::plan::{Plan, Segmentation};
use crate::threads::both;

/// The bytes of a plan before whose dictionaries there are phrases and protected words, and
/// nothing else is changed: then most of it is not made anew. `None` for all others.
pub(super) fn build_before(
    own: &Own,
    plan: &Plan<'static>,
    mut header: Header,
) -> Result<Option<Vec<u8>>, BuildError> {
    let [first, later @ ..] = plan.conversion else { return Ok(None) };
    if !is_simple(own, plan) {
        return Ok(None);
    }
    let dictionaries = &own.dictionaries;
    let cutting = plan.segmentation.as_ref();
    let first_cuts = cutting.is_some_and(|cutting| cutting.is_walk_of(first));
    let mut keys = vec![String::new(); 2 + plan.conversion.len()];
    let [of_normalization, of_cutting, of_first, of_later @ ..] = keys.as_mut_slice() else {
        return Ok(None);
    };
    let phrases = phrases_before(own, first, of_first)?;
    let is_own = |item: &&FlatItem<'_>| item.dictionary < dictionaries.len();
    check_replacements(phrases.items().iter().filter(is_own))?;
    let names: Vec<&str> = dictionaries.iter().map(|it| it.name.as_str()).collect();
    let compiled = |matcher, phrases: &Flat<'_>| match names.as_slice() {
        [] => Ok(None),
        names => compile_before(matcher, names, phrases).map(Some),
    };

    let flat = |(matcher, keys): (&&Matcher<'static>, _)| Flat::new(matcher.flat(keys));
    let normalization =
        plan.normalization.as_ref().map(|matcher| flat((matcher, of_normalization)));
    let protection = (!own.protected.is_empty()).then(|| protection(own));
    let of_later: Vec<Flat<'_>> = later.iter().zip(of_later).map(flat).collect();
    let stages = FlatStages {
        protection: protection.as_ref().map(|stage| &stage.flat),
        normalization: normalization.as_ref(),
        segmentation: first_cuts.then_some(Cutting::ByFirst { leading: names.len() }),
        conversion: &[&phrases].into_iter().chain(&of_later).collect::<Vec<_>>(),
    };
    let compile = || -> Result<_, BuildError> {
        let stage = compiled(first, &phrases)?;
        let segmentation = match cutting {
            None => Source::None,
            Some(_) if first_cuts => Source::First,
            // What stands before the first stage cuts as well.
            Some(Segmentation { matcher, .. }) => {
                let cutting = compiled(matcher, &phrases_before(own, matcher, of_cutting)?)?;
                cutting.map_or(Source::Embedded, Source::Bytes)
            }
        };
        let has_new = |phrase: &str| {
            let stage = stage.as_ref().map(|stage| Matcher::embedded(stage));
            stage.is_some_and(|stage| stage.has_phrase(phrase, names.len()))
        };
        let phrases = |composite| phrases_without(composite, has_new);
        let of_composites =
            [Some(plan.composite), plan.first].map(|it| it.map_or(Ok(Vec::new()), phrases));
        let [of_whole, of_first] = of_composites;
        Ok((stage, segmentation, of_whole?, of_first?))
    };
    let compose = || {
        let new = dictionaries.iter().flat_map(|dictionary| dictionary.list.keys());
        let new = new.chain(own.protected.iter().map(String::as_str));
        let cutting = cutting.filter(|_| !first_cuts).map(|cutting| cutting.matcher);
        let joined = [Some(*first), cutting].into_iter().flatten().flat_map(Matcher::neighbours);
        compose_before(&stages, joined, new, plan.composite, plan.first)
    };
    let (compiled, composed) = both(compile, compose);
    let (stage, segmentation, of_whole, of_first) = compiled?;
    let Some((whole, up_to_first)) = composed else { return Ok(None) };

    let embedded = |is_there: bool| if is_there { Source::Embedded } else { Source::None };
    if let Some(cutting) = cutting {
        header.leading = (names.len() + cutting.leading) as u32;
        header.by_phrases = cutting.by_phrases;
    }
    let sources = Sources {
        protection: protection.as_ref().map_or(Ok(Source::None), Built::source)?,
        normalization: embedded(plan.normalization.is_some()),
        segmentation,
        composite: Source::Beside(whole.into_bytes(of_whole)),
        first: up_to_first.map_or(Source::None, |it| Source::Beside(it.into_bytes(of_first))),
        last: embedded(plan.last.is_some()),
        conversion: [stage.map_or(Source::Embedded, Source::Bytes)]
            .into_iter()
            .chain(later.iter().map(|_| Source::Embedded))
            .collect(),
    };
    Ok(Some(saved::write(&header, &sources)))
}

/// Whether all that is changed is phrases before the first stage, and protected words of
/// several characters.
fn is_simple(own: &Own, plan: &Plan<'_>) -> bool {
    let is_before = |dictionary: &OwnDictionary| {
        dictionary.placement == Placement::new() && dictionary.list.has_phrases_alone()
    };
    own.removed.is_empty()
        && own.protected.iter().all(|word| word.chars().nth(1).is_some())
        && own.dictionaries.iter().all(is_before)
        && plan.segmentation.as_ref().is_none_or(|cutting| cutting.by_phrases)
}

/// All own entries, and of a compiled group those behind them that do not convert as their
/// characters do: all single characters, and few phrases. `keys` is for their keys.
fn phrases_before<'a>(
    own: &'a Own,
    group: &Matcher<'static>,
    keys: &'a mut String,
) -> Result<Flat<'a>, CompileError> {
    let there = group.flat_without_those_by_character(keys);
    let numbers = 0..own.dictionaries.len();
    let lists = numbers.map(|number| Group::Dictionary(own_name(number, false)));
    let group = Group::ShortCircuit(lists.chain([Group::Dictionary(String::new())]).collect());
    Flat::of_lists(&group, &|name| {
        Ok(match own_number(name) {
            Some((number, _)) => FlatItem::of_list(&own.dictionaries[number].list),
            None => there.clone(),
        })
    })
}

/// The phrases of a composite as a compiled group, but for those in which there is one that
/// `is_changed`; nothing, if there is none.
fn phrases_without(
    composite: &Composite<'static>,
    is_changed: impl Fn(&str) -> bool,
) -> Result<Vec<u8>, CompileError> {
    let Some(phrases) = composite.phrases() else { return Ok(Vec::new()) };
    let mut texts = String::new();
    let all = phrases.flat(&mut texts);
    let kept: Vec<FlatItem<'_>> = all.iter().filter(|it| !is_changed(it.key)).cloned().collect();
    if kept.len() == all.len() {
        return Ok(Vec::new());
    }
    compile_flat(&phrases.names().collect::<Vec<_>>(), &Flat::new(kept))
}
