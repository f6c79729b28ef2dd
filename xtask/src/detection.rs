//! What `fanjian::detect` knows: classes of characters, and words.
//!
//! The classes (`classes`) are computed from OpenCC's tables alone. The words
//! (`words`) are computed from them as well, and those that native text of Taiwan
//! speaks against are left out: that step reads corpora, so what it gives is
//! committed as tables. `evaluation` says how well it all tells texts apart.

mod classes;
mod evaluation;
mod words;

pub(crate) use classes::compile as classes;
pub(crate) use evaluation::{Options as EvaluateOptions, run as evaluate};
pub(crate) use words::{Options as SelectOptions, run as select};

/// The file of classes.
pub(crate) const CLASSES: &str = "compiled/detection-classes.bin";
/// The tables that the classes are computed from, for people to read.
pub(crate) const ORIGIN_OF_CLASSES: &str = "STCharacters TSCharacters TWVariants HKVariants JPShinjitaiCharacters, and the first two \
     characters of detection/*";
/// The file of words.
pub(crate) const WORDS: &str = "compiled/detection-words.bin";
/// The group of them.
pub(crate) const WORDS_GROUP: &str = "union(RegionalWords CarelessWords)";
