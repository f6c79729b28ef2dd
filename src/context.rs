//! What a model, trained on native text, makes of the characters around a Simplified one
//! that stands for several Traditional ones.
//!
//! `feature` says what is looked at, `model` how the weights are stored. Sums are
//! integers, so every machine comes to the same decisions.

pub(crate) mod feature;
pub(crate) mod model;

use model::Model;

/// The model that is part of the program. Programs that do not repair do not have it.
pub(crate) static MODEL: Model<'static> =
    match Model::new(include_bytes!("../dictionaries/context/model.bin")) {
        Some(model) => model,
        None if cfg!(fanjian_bootstrap) => Model::NONE,
        None => panic!("the embedded model has another form"),
    };
