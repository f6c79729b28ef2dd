//! Weights from examples.
//!
//! Multinomial logistic regression, one pass after the other over the examples in
//! shuffled order. The weights of clues are learned by `FTRL-Proximal` (H. B. `McMahan` and others,
//! "Ad Click Prediction", 2013), which keeps those at zero that gain too little; the few
//! weights that all characters share, by `AdaGrad`. Clues that fewer examples than
//! `minimum_count` have are left out.

use std::collections::BTreeMap;

use super::examples::{Characters, Example};
use super::feature::{self, SHARED};
use super::model::MAXIMUM_CANDIDATES;

/// Bits of a clue that name its place while learning.
const BITS: u32 = 24;

/// How it is learned.
pub(super) struct Recipe {
    passes: usize,
    /// How fast, and how much a weight must gain to be kept, and is kept small.
    rate: f32,
    least_gain: f32,
    decay: f32,
    minimum_count: u8,
    seed: u64,
}

impl Default for Recipe {
    fn default() -> Recipe {
        Recipe {
            passes: 8,
            rate: 0.5,
            least_gain: 2.0,
            decay: 1.0,
            minimum_count: 2,
            seed: 0x5DEE_CE66,
        }
    }
}

/// What was learned, in units of the logarithm of odds.
pub(super) struct Learned {
    pub(super) shared: [f32; SHARED],
    /// By clues for candidates, none of them zero.
    pub(super) weights: BTreeMap<u32, f32>,
}

/// Learns from all examples that are not held out.
pub(super) fn learn(characters: &Characters, examples: &[Example], recipe: &Recipe) -> Learned {
    let mut order: Vec<usize> =
        (0..examples.len()).filter(|&number| !examples[number].is_held_out).collect();
    let mut learner = Learner::new(recipe);
    for &number in &order {
        learner.count(&examples[number]);
    }
    let mut random = recipe.seed;
    for _ in 0..recipe.passes {
        shuffle(&mut order, &mut random);
        for &number in &order {
            let example = &examples[number];
            learner.learn(example, characters.candidates(example.character));
        }
    }
    let mut weights = BTreeMap::new();
    for &number in &order {
        let example = &examples[number];
        for clue in learner.clues(example) {
            for candidate in 1..characters.candidates(example.character) {
                let key = feature::clue_for(clue, candidate);
                let weight = learner.weight(key);
                if weight != 0.0 {
                    weights.insert(key, weight);
                }
            }
        }
    }
    Learned { shared: learner.shared.map(|shared| shared.weight), weights }
}

/// Fisher and Yates' shuffle, by a generator of Marsaglia's (xorshift).
fn shuffle(order: &mut [usize], random: &mut u64) {
    for last in (1..order.len()).rev() {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        order.swap(last, (*random % (last as u64 + 1)) as usize);
    }
}

/// The state of a clue's weight.
#[derive(Clone, Copy, Default)]
struct Proximal {
    gradients: f32,
    squares: f32,
}

/// The state of a shared weight.
#[derive(Clone, Copy, Default)]
struct Shared {
    weight: f32,
    squares: f32,
}

struct Learner<'r> {
    recipe: &'r Recipe,
    counts: Vec<u8>,
    proximal: Vec<Proximal>,
    shared: [Shared; SHARED],
}

fn place(clue: u32) -> usize {
    (clue & ((1 << BITS) - 1)) as usize
}

impl Learner<'_> {
    fn new(recipe: &Recipe) -> Learner<'_> {
        Learner {
            recipe,
            counts: vec![0; 1 << BITS],
            proximal: vec![Proximal::default(); 1 << BITS],
            shared: [Shared::default(); SHARED],
        }
    }

    fn count(&mut self, example: &Example) {
        for_each_known_clue(example, |clue| {
            let count = &mut self.counts[place(clue)];
            *count = count.saturating_add(1);
        });
    }

    /// The clues of an example that are not left out.
    fn clues(&self, example: &Example) -> Vec<u32> {
        let mut clues = Vec::new();
        for_each_known_clue(example, |clue| {
            if self.counts[place(clue)] >= self.recipe.minimum_count {
                clues.push(clue);
            }
        });
        clues
    }

    fn weight(&self, clue: u32) -> f32 {
        let Proximal { gradients, squares } = self.proximal[place(clue)];
        let Recipe { rate, least_gain, decay, .. } = self.recipe;
        if gradients.abs() <= *least_gain {
            return 0.0;
        }
        (gradients.signum() * least_gain - gradients) / ((1.0 + squares.sqrt()) / rate + decay)
    }

    /// Moves all weights of an example towards what it was.
    fn learn(&mut self, example: &Example, candidates: usize) {
        let clues = self.clues(example);
        let mut slopes = self.likelihoods(example, &clues, candidates);
        slopes[example.gold] -= 1.0;
        for slope in &mut slopes {
            *slope *= example.weight;
        }
        example.opinion.for_each_shared(|number, candidate| {
            let shared = &mut self.shared[number];
            shared.squares += slopes[candidate] * slopes[candidate];
            shared.weight -= 0.1 * slopes[candidate] / (1.0 + shared.squares.sqrt());
        });
        for clue in clues {
            for (candidate, &slope) in slopes.iter().enumerate().take(candidates).skip(1) {
                self.move_weight(feature::clue_for(clue, candidate), slope);
            }
        }
    }

    fn move_weight(&mut self, clue: u32, slope: f32) {
        if slope.abs() < 1e-4 {
            return;
        }
        let weight = self.weight(clue);
        let state = &mut self.proximal[place(clue)];
        let squares = state.squares + slope * slope;
        let sigma = (squares.sqrt() - state.squares.sqrt()) / self.recipe.rate;
        state.gradients += slope - sigma * weight;
        state.squares = squares;
    }

    /// How likely each candidate is.
    fn likelihoods(
        &self,
        example: &Example,
        clues: &[u32],
        candidates: usize,
    ) -> [f32; MAXIMUM_CANDIDATES] {
        let mut scores = [0.0; MAXIMUM_CANDIDATES];
        example.opinion.for_each_shared(|number, candidate| {
            scores[candidate] += self.shared[number].weight;
        });
        for &clue in clues {
            for (candidate, score) in scores.iter_mut().enumerate().take(candidates).skip(1) {
                *score += self.weight(feature::clue_for(clue, candidate));
            }
        }
        let scores = &mut scores[..candidates];
        let highest = scores.iter().copied().fold(f32::MIN, f32::max);
        let mut likelihoods = [0.0; MAXIMUM_CANDIDATES];
        for (likelihood, score) in likelihoods.iter_mut().zip(scores) {
            *likelihood = libm::expf(*score - highest);
        }
        let sum: f32 = likelihoods.iter().sum();
        likelihoods.map(|likelihood| likelihood / sum)
    }
}

/// The clues of an example about characters that are known.
fn for_each_known_clue(example: &Example, mut take: impl FnMut(u32)) {
    let Example { character, surroundings, opinion, known, .. } = example;
    feature::for_each_clue(*character, surroundings, opinion, |clue, extent| {
        if extent.before <= known[0] && extent.behind <= known[1] {
            take(clue);
        }
    });
}
