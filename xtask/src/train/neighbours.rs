//! Which neighbours settle that OpenCC's choice stands.
//!
//! Of every ambiguous character and the one beside it, it is counted how often they were
//! seen, and how often that was disputed: another candidate was right, or the model chose
//! another. Neighbours that were seen often and hardly ever disputed settle a place, if the
//! other neighbour was not disputed: the library asks for nothing else there. That is most
//! places, and what makes context fast.

use std::collections::BTreeMap;

use super::decide;
use super::examples::Example;
use super::feature;
use super::model::Model;

/// How often neighbours that settle must have been seen.
const LEAST: u32 = 24;
/// Of so many times one may be disputed: native text has errors, too.
const ONE_OF: u32 = 100;

/// Clues of neighbours, each in their order.
#[derive(Default)]
pub(super) struct Neighbours {
    pub(super) settling: Vec<u32>,
    pub(super) objecting: Vec<u32>,
}

impl Neighbours {
    /// What the examples that are not held out, and a model, tell.
    pub(super) fn of(model: &Model<'_>, examples: &[Example]) -> Neighbours {
        let mut seen: BTreeMap<u32, [u32; 2]> = BTreeMap::new();
        let counts = |one: &&Example| !one.is_held_out && !one.is_phrase() && !one.is_twin();
        let of_texts = examples.iter().filter(counts);
        for example in of_texts {
            let choice = example.opinion.choice;
            let is_disputed = example.gold != choice || decide(model, example) != choice;
            for clue in feature::neighbours(example.character, example.surroundings.nearest()) {
                let [times, disputed] = seen.entry(clue).or_default();
                *times += 1;
                *disputed += u32::from(is_disputed);
            }
        }
        let mut neighbours = Neighbours::default();
        for (clue, [times, disputed]) in seen {
            if disputed * ONE_OF > times {
                neighbours.objecting.push(clue);
            } else if times >= LEAST {
                neighbours.settling.push(clue);
            }
        }
        neighbours
    }
}
