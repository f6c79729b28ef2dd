//! Traditional text in which careless conversions left wrong characters, put right.
//!
//! Crude converters leave two kinds of damage: characters that exist in both scripts are
//! not converted where they should be (之后, 標志), or are where they should not
//! (製裁, 乾預). Neither can be told from a character alone, and a round trip through
//! Simplified loses what is right. So each character is asked about in its place: its
//! Simplified form, what stands around it in Simplified, and what the dictionaries say go
//! to the model of `context`, which scores every Traditional form. What is written there
//! is evidence as well, and heavy: another form must be more likely by a margin, which
//! depends on the kind of damage (`line`). This is the noisy channel of spelling
//! correction (Kernighan, Church and Gale, 1990) with a channel of two kinds of errors.
//!
//! Invariants: characters that only house styles tell apart (為 and 爲, 裡 and 裏, 台 and
//! 臺) are never exchanged; every restored character has as many bytes as what stood
//! there, so no place moves; lines are decided independently, given the region of the
//! text, which its first 64 KiB tell. So pieces of a stream never show.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::alignment::{Aligned, Alignment, Deed};
use crate::config::Variety;
use crate::detect::{Script, detect};
use crate::markup::{self, Markup};
use crate::text::floor_char_boundary;

mod line;

use line::Lines;

/// Bytes at the beginning of a text that tell its script and its region.
const EVIDENCE: usize = 64 * 1024;

/// Restores characters of Traditional text that careless conversions made wrong, and
/// leaves good ones alone.
///
/// Text that is Simplified, Japanese or of no script stays as it is. The forms of the
/// region are kept: what is restored has the form of the region that the first 64 KiB
/// of the text are of.
///
/// # Examples
///
/// ```
/// use fanjian::Repair;
///
/// let repair = Repair::new();
/// assert_eq!(repair.repair("會議之后，加強聯系"), "會議之後，加強聯繫");
/// assert_eq!(repair.repair("皇后與制裁"), "皇后與制裁");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Repair {
    markup: Markup,
    /// What the beginning of all texts tells, where that is known.
    profile: Option<Profile>,
}

/// A character that was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restoration {
    start: usize,
    replaced: char,
    replacement: char,
    margin: u32,
}

impl Restoration {
    /// Where it is, in bytes, in the text that was repaired as in the one that came of it.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.replaced.len_utf8()
    }

    /// What stood there.
    #[must_use]
    pub fn replaced(&self) -> char {
        self.replaced
    }

    /// What stands there now.
    #[must_use]
    pub fn replacement(&self) -> char {
        self.replacement
    }

    /// By how much that is more likely, in sixteenths of the natural logarithm of the
    /// odds: 16 is about 2.7 times as likely, 74 a hundred times.
    #[must_use]
    pub fn margin(&self) -> u32 {
        self.margin
    }

    /// The same in a text that begins so many bytes before.
    fn moved_by(self, bytes: usize) -> Restoration {
        Restoration { start: self.start + bytes, ..self }
    }
}

/// The forms that a text is written in; `None` where nothing is to be repaired.
type Profile = Option<Variety>;

impl Repair {
    /// A repair of plain text.
    #[must_use]
    pub fn new() -> Repair {
        Repair::default()
    }

    /// The same for texts that are written in this markup, of which only what is text is
    /// repaired.
    #[must_use]
    pub fn with_markup(self, markup: Markup) -> Repair {
        Repair { markup, ..self }
    }

    /// The same for a text that begins like this: what its first 64 KiB tell of script and
    /// region holds from now on. So the lines of a long text can be repaired in any order.
    #[must_use]
    pub fn settled_by(self, beginning: &str) -> Repair {
        Repair { profile: Some(self.profile(beginning)), ..self }
    }

    /// Whether the beginning of a text has no say in what becomes of its lines.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.profile.is_some()
    }

    /// What the texts are written in.
    #[must_use]
    pub fn markup(&self) -> Markup {
        self.markup
    }

    /// Repairs `text`, borrowing it when nothing changes.
    #[must_use]
    pub fn repair<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut output = String::new();
        self.for_each_restoration(text, |restoration| {
            if output.is_empty() {
                output.reserve_exact(text.len());
            }
            restore(text, &restoration, 0, &mut output);
        });
        if output.is_empty() {
            return Cow::Borrowed(text);
        }
        output.push_str(&text[output.len()..]);
        Cow::Owned(output)
    }

    /// Repairs `text` and appends the result to `output`, whose memory is reused.
    pub fn repair_into(&self, text: &str, output: &mut String) {
        let start = output.len();
        self.for_each_restoration(text, |restoration| restore(text, &restoration, start, output));
        output.push_str(&text[output.len() - start..]);
    }

    /// The characters of `text` that are restored, in their order.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::Repair;
    ///
    /// let restored = Repair::new().restorations("會議之后");
    /// assert_eq!((restored[0].range(), restored[0].replacement()), (9..12, '後'));
    /// ```
    #[must_use]
    pub fn restorations(&self, text: &str) -> Vec<Restoration> {
        let mut restorations = Vec::new();
        self.for_each_restoration(text, |restoration| restorations.push(restoration));
        restorations
    }

    /// Repairs `text` and tells what was restored: each edit has a
    /// [`Cause::Restoration`](crate::Cause::Restoration).
    #[must_use]
    pub fn repair_aligned<'t>(&self, text: &'t str) -> Aligned<'t> {
        let restorations = self.restorations(text);
        let mut output = String::with_capacity(text.len());
        for restoration in &restorations {
            restore(text, restoration, 0, &mut output);
        }
        output.push_str(&text[output.len()..]);
        match restorations.is_empty() {
            true => Aligned::unchanged(text),
            false => {
                let deed = Deed::repair(Alignment::unchanged(text.len()), restorations);
                Aligned::made(text, output, [deed])
            }
        }
    }

    /// A repair of text that comes in pieces. Where they end never shows.
    #[must_use]
    pub fn stream(&self) -> RepairStream {
        RepairStream {
            repair: *self,
            profile: self.profile,
            lines: Lines::default(),
            waiting: String::new(),
        }
    }

    /// In which region's forms a text is to be repaired, if at all.
    fn profile(&self, text: &str) -> Profile {
        self.profile.unwrap_or_else(|| {
            let detection = detect(&text[..floor_char_boundary(text, EVIDENCE)]);
            match detection.script() {
                Script::Traditional => detection.variety(),
                Script::Mixed => Some(Variety::Traditional),
                _ => None,
            }
        })
    }

    fn for_each_restoration(&self, text: &str, mut take: impl FnMut(Restoration)) {
        let Some(variety) = self.profile(text) else { return };
        let mut lines = Lines::default();
        for range in markup::texts(text, self.markup) {
            lines.repair(&text[range.clone()], variety, |restoration| {
                take(restoration.moved_by(range.start));
            });
        }
    }
}

/// Appends to `output`, which has from `start` on the beginning of what becomes of `text`,
/// all up to the end of a restored character.
fn restore(text: &str, restoration: &Restoration, start: usize, output: &mut String) {
    output.push_str(&text[output.len() - start..restoration.start]);
    output.push(restoration.replacement);
}

/// A repair in progress, made by [`Repair::stream`].
///
/// It keeps the first 64 KiB of the text, which tell its region, and then the last line
/// as far as it has come. A document in a [`Markup`] is kept whole until it ends.
#[derive(Clone, Debug)]
pub struct RepairStream {
    repair: Repair,
    /// What the beginning of the text tells, once it is there.
    profile: Option<Profile>,
    lines: Lines,
    waiting: String,
}

impl RepairStream {
    /// Takes the next piece of the text and appends to `output` the lines that are
    /// certain by now.
    pub fn push(&mut self, piece: &str, output: &mut String) {
        let known = self.waiting.len();
        self.waiting.push_str(piece);
        let is_first = self.profile.is_none();
        if self.repair.markup != Markup::Plain || is_first && self.waiting.len() < EVIDENCE {
            return;
        }
        // Without a profile, lines have ended before this piece as well.
        let unseen = if is_first { 0 } else { known };
        let feed = self.waiting.as_bytes()[unseen..].iter().rposition(|&byte| byte == b'\n');
        if let Some(feed) = feed {
            self.repair_before(unseen + feed + 1, output);
        }
    }

    /// Ends the text: appends to `output` what was kept. The stream is as new
    /// afterwards and may take another text.
    pub fn finish(&mut self, output: &mut String) {
        if self.repair.markup == Markup::Plain {
            self.repair_before(self.waiting.len(), output);
        } else {
            self.repair.repair_into(&self.waiting, output);
        }
        self.waiting.clear();
        self.profile = self.repair.profile;
    }

    /// How many bytes are kept at this moment.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.waiting.len()
    }

    fn repair_before(&mut self, end: usize, output: &mut String) {
        let profile = *self.profile.get_or_insert_with(|| self.repair.profile(&self.waiting));
        let (text, start) = (&self.waiting[..end], output.len());
        if let Some(variety) = profile {
            self.lines.repair(text, variety, |restoration| {
                restore(text, &restoration, start, output);
            });
        }
        output.push_str(&text[output.len() - start..]);
        self.waiting.drain(..end);
    }
}
