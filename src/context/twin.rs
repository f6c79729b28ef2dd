//! Characters that careless converters write for another one although Simplified script
//! has both, so that no conversion to Simplified tells: 工俱 for 工具.
//!
//! Conversion never has to choose between the two. Repair asks the model which of them
//! stands in a place; it knows a pair by a code unit of its own, one of those at the end of
//! the ideographs, which stand for no ambiguous character.
//!
//! Training reads this file too.

/// What is written, and what should stand there.
pub(crate) const TWINS: [(char, char); 8] = [
    ('俱', '具'),
    ('揹', '背'),
    ('像', '象'),
    ('牠', '它'),
    ('座', '坐'),
    ('伕', '夫'),
    ('待', '呆'),
    ('荳', '豆'),
];

/// The code unit of the first pair.
pub(crate) const FIRST_UNIT: u16 = 0x9FF0;

/// The number of what is written, and of what should stand there, among the candidates of a
/// pair. The second one counts as the choice of the dictionaries.
pub(crate) const WRITTEN: usize = 0;
pub(crate) const TWIN: usize = 1;

/// The pairs, each with its code unit.
pub(crate) fn pairs() -> impl Iterator<Item = (u16, [char; 2])> {
    (FIRST_UNIT..).zip(TWINS.map(|(written, twin)| [written, twin]))
}
