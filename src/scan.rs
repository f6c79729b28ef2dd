//! Whole texts, at speed.
//!
//! A text is gone over in blocks that stay in the processor's first cache. A
//! **kernel** converts each block by character, one look at the composite's table
//! for each, and lists the places that are suspicious: where an effective phrase
//! of any stage may be. Then each of those is looked at:
//!
//! - The characters around it are asked for in a filter, which clears most.
//! - Else the stages are carried out where it stands, from a border that no match
//!   reaches across, and what they give is put in the place of what the kernel
//!   wrote (`suspicion`).
//!
//! Most replacements have as many bytes as what they replace and are put in its
//! place. Where one has not, a **gap** opens behind it in the output, which goes on
//! from replacement to replacement and is closed at the end of the block, so that
//! no byte moves more than a few times however many replacements there are.
//!
//! The kernels are in modules of their own, one for each kind of vectors. The
//! scalar one defines what they do: the same bytes and the same places, whatever
//! the processor. They and this file are the only ones with `unsafe`.
#![allow(unsafe_code)]

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::composite::Entries;
use crate::dictionary::Extent;
use crate::plan::Plan;
use crate::stages::Stages;
use crate::text::floor_char_boundary;

mod aligned;
mod dense;
mod heads;
mod kernel;
mod special;
mod suspicion;

pub(crate) use aligned::{convert_aligned, convert_aligned_into};

use dense::DENSE;
use heads::Heads;
use kernel::{Block, FewPlaces, Kernel, Places};

/// Bytes that a kernel converts at a time: few enough that they, their output and
/// what the kernel notes of them leave room for the table in the first cache.
const BLOCK: usize = 2048;

/// More bytes than this of a text are not in near caches when they are converted.
const LONG: usize = 1 << 20;

/// Bytes ahead of what is converted that are fetched then, in a long text and its output:
/// processors by themselves fetch no further than to the end of a page.
const AHEAD: usize = 32 * 1024;

/// Bytes by which a gap is wider than it must be when it is made.
const GAP: usize = 256;

/// Converts `text` and appends it to `output`.
pub(crate) fn convert_into(plan: &Plan<'_>, text: &str, output: &mut String) {
    convert_near_or_far(plan, text, text.len() > LONG, output);
}

/// The same of a piece of a long text.
#[cfg(feature = "rayon")]
pub(crate) fn convert_piece_into(plan: &Plan<'_>, piece: &str, output: &mut String) {
    convert_near_or_far(plan, piece, true, output);
}

/// The same of a text that is far from near caches, or is not.
fn convert_near_or_far(plan: &Plan<'_>, text: &str, is_far: bool, output: &mut String) {
    match Heads::of(plan) {
        None => convert_observed(plan, text, is_far, output, ()),
        Some(heads) => convert_around_heads(plan, text, is_far, output, &heads),
    }
}

/// The same where some characters of one, two or four bytes matter.
#[cold]
fn convert_around_heads(
    plan: &Plan<'_>,
    text: &str,
    is_far: bool,
    output: &mut String,
    heads: &Heads,
) {
    let mut stages = Stages::default();
    heads.for_each_part(plan, text, &mut |part, is_around| match is_around {
        true => stages.advance(plan, part, Extent::Whole, output),
        false => convert_observed(plan, part, is_far, output, ()),
    });
}

/// Converts `text` at speed and tells `observer` what is replaced beyond the
/// conversion by character.
#[inline(never)]
fn convert_observed<O: Observer>(
    plan: &Plan<'_>,
    text: &str,
    is_far: bool,
    output: &mut String,
    observer: O,
) {
    if text.len() < kernel::FEW {
        return convert_few(plan, text, output, observer);
    }
    output.reserve(text.len() + kernel::SLACK);
    // SAFETY: `Scan` appends whole characters, and replaces whole characters by
    // whole characters.
    let output = unsafe { output.as_mut_vec() };
    Scan { is_far, ..Scan::new(plan, text, output, observer) }.run();
}

/// The same of a text that no kernel is worth beginning with: most such texts have no
/// suspicious place.
#[inline(always)]
fn convert_few<O: Observer>(plan: &Plan<'_>, text: &str, output: &mut String, observer: O) {
    let composite = plan.composite;
    let mut places = FewPlaces::new();
    output.reserve(text.len());
    // SAFETY: as above; of the room, as many bytes are written as the text has, whole
    // characters all of them.
    let output = unsafe {
        let output = output.as_mut_vec();
        let room = output.spare_capacity_mut();
        kernel::convert_few(composite.entries(), text, room, &mut places, composite.beginnings());
        output.set_len(output.len() + text.len());
        output
    };
    if !places.list().is_empty() {
        let written = text.len();
        let mut scan = Scan { written, ..Scan::new(plan, text, output, observer) };
        scan.look_at_places(0, places.list(), places.has_special);
    }
}

/// Who is told of replacements, from the beginning of the text to its end. All else
/// stands in the output as it stood in the text, character by character.
trait Observer {
    /// Whether it is told of all of them. Nobody need not be, which is faster where they
    /// stand closely.
    const IS_TOLD: bool = true;

    /// A part of the text, which converts independently of what surrounds it, begins at
    /// `start` and is replaced. By character, as far as that was written, it would have
    /// become `by_character`.
    fn replaced(
        &mut self,
        part: Part,
        start: usize,
        source: &str,
        by_character: &[u8],
        replacement: &str,
    );
}

/// Nobody.
impl Observer for () {
    const IS_TOLD: bool = false;

    #[inline(always)]
    fn replaced(&mut self, _: Part, _: usize, _: &str, _: &[u8], _: &str) {}
}

/// What a part of the text is that was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A phrase of which every stage leaves the borders between characters where they
    /// are.
    Characters,
    /// A piece of the first stage: nothing in it converts by itself.
    Piece,
    /// Any number of pieces within one segment, without characters that normalization
    /// replaces.
    Segment,
    /// Anything.
    Segments,
}

/// Converts `text`, borrowing it when nothing changes.
#[inline]
pub(crate) fn convert<'t>(plan: &Plan<'_>, text: &'t str) -> Cow<'t, str> {
    // By itself, for it takes few registers: calls cost as much as some characters.
    match text.len() < kernel::FEW && is_unchanged_few(plan, text) {
        true => Cow::Borrowed(text),
        false => convert_asked(plan, text),
    }
}

/// The same of a text that is not of few bytes or may change.
#[inline(never)]
fn convert_asked<'t>(plan: &Plan<'_>, text: &'t str) -> Cow<'t, str> {
    let mut output = String::new();
    if text.len() <= SHORT {
        // Where it changes first is not worth the question.
        if !is_unchanged(plan, text) {
            convert_into(plan, text, &mut output);
        }
        return match output.is_empty() || output == text {
            true => Cow::Borrowed(text),
            false => Cow::Owned(output),
        };
    }
    let Some(changed) = first_changed_part(plan, text, &mut output) else {
        return Cow::Borrowed(text);
    };
    output.reserve(text.len() - changed.end + changed.start + kernel::SLACK);
    output.insert_str(0, &text[..changed.start]);
    convert_into(plan, &text[changed.end..], &mut output);
    Cow::Owned(output)
}

/// A place of `text`, in bytes, before which conversion changes nothing and at
/// which the text may be cut, not far before its first change; `None` when
/// conversion changes nothing at all.
pub(crate) fn cut_before_change(plan: &Plan<'_>, text: &str) -> Option<usize> {
    first_changed_part(plan, text, &mut String::new()).map(|part| part.start)
}

/// Bytes of a text that is converted as a whole where it may change.
const SHORT: usize = 4096;
/// Bytes that are converted behind a place where something may change, to see whether it
/// does: so few at first, and where that is asked often, up to so many.
const PART: Range<usize> = 32..1 << 15;
/// Places that are nearer than this are asked often.
const NEAR: usize = 2048;

/// The first part of the text that conversion changes, and in `converted` what it
/// becomes. The text may be cut at both its ends.
fn first_changed_part(plan: &Plan<'_>, text: &str, converted: &mut String) -> Option<Range<usize>> {
    let (mut known, mut length) = (0, PART.start);
    while known < text.len() {
        let offset = unchanged(plan, text, known);
        if offset == text.len() {
            return None;
        }
        // Something may change here.
        let start = border_before(plan, text, known, offset);
        length = match offset - known {
            ..NEAR => PART.end.min(4 * length),
            _ => PART.start,
        };
        let end = start + plan.certain_cut(&text[start..], offset - start + length);
        converted.clear();
        convert_into(plan, &text[start..end], converted);
        if *converted != text[start..end] {
            return Some(start..end);
        }
        known = end;
    }
    None
}

/// Whether it is clear that nothing can change in a text of fewer than [`kernel::FEW`]
/// bytes.
#[inline(always)]
fn is_unchanged_few(plan: &Plan<'_>, text: &str) -> bool {
    !plan.composite.has_plain_heads() && kernel::is_unchanged_few(text, plan.composite.telltales())
}

/// Whether nothing can change in a text, of which that is not clear if it has few bytes.
/// Most texts that change do so soon.
fn is_unchanged(plan: &Plan<'_>, text: &str) -> bool {
    if plan.composite.has_plain_heads() {
        return unchanged(plan, text, 0) == text.len();
    }
    if text.len() < kernel::FEW {
        // It was asked for.
        return false;
    }
    let beginning = &text[..floor_char_boundary(text, kernel::FEW - 1)];
    // What stands behind its last two characters was not asked for.
    let known = floor_char_boundary(text, beginning.len() - 6);
    is_unchanged_few(plan, beginning) && unchanged(plan, text, known) == text.len()
}

/// The first place from `start` on where something may change, or the end of the text.
fn unchanged(plan: &Plan<'_>, text: &str, start: usize) -> usize {
    let limit = Heads::of(plan).map_or(text.len(), |heads| heads.find(text, start));
    let (entries, telltales) = (plan.composite.entries(), plan.composite.telltales());
    let block = Block { entries, text: text.as_bytes(), start, limit };
    Kernel::best(limit - start).unchanged(&block, telltales).min(limit)
}

/// The last place up to `offset` that no match reaches across; no further back
/// than `known`, which is one.
fn border_before(plan: &Plan<'_>, text: &str, known: usize, offset: usize) -> usize {
    let mut border = offset;
    let mut second = text[offset..].chars().next();
    for (start, first) in text[known..offset].char_indices().rev() {
        if !plan.composite.may_join(first, second) {
            break;
        }
        (border, second) = (known + start, Some(first));
    }
    border
}

/// A conversion in progress.
struct Scan<'s, 'b, O> {
    plan: &'s Plan<'b>,
    observer: O,
    entries: &'s Entries,
    text: &'s str,
    /// Whether the text and its output are far from near caches.
    is_far: bool,
    output: &'s mut Vec<u8>,
    /// Up to here, in bytes of the text, the output is written.
    written: usize,
    /// Up to here it is certain.
    certain: usize,
    /// The walk of the first stage arrives here.
    arrived: usize,
    /// The walks of all stages arrive here. Behind it, nothing was replaced.
    border: usize,
    /// Whether the block has characters that are special or beyond the entries.
    has_special: bool,
    /// Up to here, the text has nothing that normalization changes.
    unnormalized: usize,
    /// How many bytes from the beginning of a piece on say what it is, at most.
    reach: usize,
    stages: Stages,
    converted: String,
    segment: String,
    /// A part of the output that has nothing: behind it stands what the kernel wrote
    /// and nothing has replaced yet.
    gap: Range<usize>,
}

impl<'s, 'b, O: Observer> Scan<'s, 'b, O> {
    fn new(
        plan: &'s Plan<'b>,
        text: &'s str,
        output: &'s mut Vec<u8>,
        observer: O,
    ) -> Scan<'s, 'b, O> {
        Scan {
            plan,
            observer,
            entries: plan.composite.entries(),
            text,
            is_far: false,
            output,
            written: 0,
            certain: 0,
            arrived: 0,
            border: 0,
            has_special: false,
            unnormalized: 0,
            reach: plan.conversion.first().map_or(0, |first| 4 * first.longest_key() + 4),
            stages: Stages::default(),
            converted: String::new(),
            segment: String::new(),
            gap: 0..0,
        }
    }

    fn run(&mut self) {
        let kernel = Kernel::best(self.text.len());
        let mut places = Places::new();
        while self.written < self.text.len() {
            self.convert_at_once(kernel, &mut places);
            self.convert_densely();
        }
    }

    /// Converts block after block, each at once and then where places are suspicious,
    /// up to the end of the text or behind a block that is dense in special characters.
    #[inline(never)]
    fn convert_at_once(&mut self, kernel: Kernel, places: &mut Places) {
        let mut special = 0;
        while (special < DENSE || O::IS_TOLD) && self.written < self.text.len() {
            let start = self.written;
            self.convert_block(kernel, places);
            special = self.look_at_places(start, places.list(), places.has_special);
        }
    }

    /// Looks at these places behind `start`, and gives how many characters there are special
    /// or beyond the entries, if any is.
    #[inline(always)]
    fn look_at_places(&mut self, start: usize, places: &[u16], has_special: bool) -> usize {
        self.unnormalized = self.written;
        self.has_special = has_special;
        let special = if has_special { self.note_special(start, places) } else { 0 };
        for &place in places {
            let place = start + usize::from(place);
            let is_open = place >= self.certain;
            if is_open && !(has_special && self.replace_special(place)) {
                self.look_at(place);
            }
        }
        self.close_gap();
        special
    }

    /// Counts the characters of the block from `start` on that are special or beyond
    /// the entries, and notes whether normalization may change one.
    #[cold]
    fn note_special(&mut self, start: usize, places: &[u16]) -> usize {
        let mut special = 0;
        for &place in places {
            let place = start + usize::from(place);
            let character = self.text[place..].chars().next().unwrap_or_default();
            if self.is_special(character) {
                special += 1;
                if self.unnormalized > start && self.is_normalized(place) {
                    self.unnormalized = start;
                }
            }
        }
        special
    }

    /// Whether normalization may change the character at `place`.
    fn is_normalized(&self, place: usize) -> bool {
        let character = self.text[place..].chars().next().unwrap_or_default();
        let text = &self.text[place..place + character.len_utf8()];
        self.plan.normalization.is_some_and(|it| it.may_match(text))
    }

    /// Converts the next block by character.
    fn convert_block(&mut self, kernel: Kernel, places: &mut Places) {
        let Scan { plan, entries, text, is_far, output, written, .. } = self;
        let limit = text.len().min(*written + BLOCK);
        let block = Block { entries, text: text.as_bytes(), start: *written, limit };
        output.reserve(limit - *written + kernel::SLACK);
        if *is_far {
            let ahead = |start: *const u8, length| start.wrapping_add(length + AHEAD);
            kernel::fetch(ahead(text.as_ptr(), *written), BLOCK);
            kernel::fetch(ahead(output.as_ptr(), output.len()), BLOCK);
        }
        let end = kernel.convert(
            &block,
            output.spare_capacity_mut(),
            places,
            plan.composite.beginnings(),
        );
        // SAFETY: the kernel wrote as many bytes as there are from the start of the
        // block to `end`, whole characters all of them.
        unsafe { output.set_len(output.len() + (end - *written)) };
        *written = end;
    }

    /// Puts `replacement` where the output of so many bytes of the text from
    /// `start` on is, which is behind all that was replaced before.
    fn replace(&mut self, part: Part, start: usize, length: usize, replacement: &str) {
        let at = self.output.len() - (self.written - start);
        let kernels = self.output.get(at..self.output.len().min(at + length)).unwrap_or_default();
        let source = self.text.get(start..start + length).unwrap_or_default();
        self.observer.replaced(part, start, source, kernels, replacement);
        let replacement = replacement.as_bytes();
        match (start + length).checked_sub(self.written) {
            // The source ends behind what is written, or with it.
            Some(_) => {
                self.join(at);
                self.output.truncate(self.gap.start);
                self.output.extend_from_slice(replacement);
                self.gap = 0..0;
                self.written = start + length;
            }
            None if replacement.len() == length => {
                self.output[at..at + length].copy_from_slice(replacement);
            }
            None => self.replace_by_other_length(at, length, replacement),
        }
    }

    /// Puts a replacement of another length in the place of so many bytes of the
    /// output from `at` on: at the beginning of the gap, so that what stands behind
    /// it need not move.
    fn replace_by_other_length(&mut self, at: usize, length: usize, replacement: &[u8]) {
        self.join(at);
        let end = self.gap.start + replacement.len();
        self.gap.end += length;
        if end > self.gap.end {
            self.widen_gap(end - self.gap.end + GAP);
        }
        self.output[self.gap.start..end].copy_from_slice(replacement);
        self.gap.start = end;
    }

    /// Moves the gap to `at`, which is behind it.
    #[inline]
    fn join(&mut self, at: usize) {
        if self.gap.is_empty() {
            self.gap = at..at;
        } else {
            let Range { start, end } = self.gap;
            self.output.copy_within(end..at, start);
            self.gap = start + (at - end)..at;
        }
    }

    /// Makes room for so many more bytes.
    fn widen_gap(&mut self, more: usize) {
        let length = self.output.len();
        self.output.resize(length + more, 0);
        self.output.copy_within(self.gap.end..length, self.gap.end + more);
        self.gap.end += more;
    }

    /// Takes the gap out of the output.
    #[inline]
    fn close_gap(&mut self) {
        if !self.gap.is_empty() {
            self.join(self.output.len());
            self.output.truncate(self.gap.start);
        }
        self.gap = 0..0;
    }
}
