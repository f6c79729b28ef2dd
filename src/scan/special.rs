//! Special characters that are decided by themselves.
//!
//! Nearly all special characters are beside characters to which no match joins them.
//! Such a one is a text of its own, of which it is listed what all stages make of it.
//! Texts that have hardly anything else are rare and must not be slow.

use super::{Observer, Part, Scan};
use crate::composite::{CHANGE, FIRST_BEYOND, SPECIAL};
use crate::description::{self, Description};
use crate::text::{code_unit, code_unit_before};

impl<O: Observer> Scan<'_, '_, O> {
    /// Looks at a suspicious character, where no description that is open covers it,
    /// if it is special or beyond the entries. Gives whether nothing is left to do.
    // Not within the loop over places, whose registers it would take.
    #[inline(never)]
    pub(super) fn replace_special(&mut self, place: usize) -> bool {
        let Some(character) = self.text[place..].chars().next() else { return false };
        if character < FIRST_BEYOND {
            let entry = self.entries[usize::from(code_unit(self.text.as_bytes(), place))];
            if entry & SPECIAL == 0 {
                return false;
            }
            if entry & CHANGE != 0 {
                return !self.may_begin(place);
            }
            if description::is_operator(character) {
                return self.copy_description(place);
            }
        }
        self.replace_alone(place, character)
    }

    /// Whether the kernel's output of a normalized character may be a part of an
    /// effective phrase that is known by it and the one before.
    fn may_begin(&self, place: usize) -> bool {
        let bytes = self.text.as_bytes();
        let before = code_unit_before(bytes, place);
        let [unit, behind] = [place, place + 3].map(|at| code_unit(bytes, at));
        self.plan.composite.beginnings().may_begin(before, unit, behind)
    }

    /// Replaces a character that nothing joins to its neighbours.
    fn replace_alone(&mut self, place: usize, character: char) -> bool {
        let listed = self.plan.composite.listed(character.into());
        let Some(replacement) = listed.replacement() else { return false };
        let length = character.len_utf8();
        let end = place + length;
        if listed.may_be_joined && !(self.is_border(place) && self.is_border(end)) {
            return false;
        }
        self.replace(Part::Piece, place, length, replacement);
        (self.certain, self.arrived, self.border) = (end, end, end);
        true
    }

    /// Copies the description sequence that begins here, or the operators of which
    /// it is certain that none begins one, whatever the stages make of the rest.
    ///
    /// No stage replaces or joins an operator, so the walks of all stages arrive at
    /// one that no sequence covers, and see the same sequence as the one before did.
    fn copy_description(&mut self, place: usize) -> bool {
        let rest = &self.text[place..];
        let operator = rest.chars().next().unwrap_or_default();
        if self.plan.composite.listed(operator.into()).may_be_joined {
            return false;
        }
        let operators = description::operators_at_start(rest);
        let length = match operators.checked_sub(description::MAXIMUM_DEPTH - 1) {
            // All but the last ones are nested too deep.
            Some(alone @ 1..) => alone * operator.len_utf8(),
            _ => match description::read(rest) {
                Description::Complete(length) => length,
                _ => return false,
            },
        };
        let end = place + length;
        self.replace(Part::Piece, place, length, &self.text[place..end]);
        (self.certain, self.arrived, self.border) = (end, end, end);
        true
    }
}
