//! One alignment after another.
//!
//! Both are gone through together, from a place that both know, in the text between
//! them, to the next. Where both have a stretch there, so has the result. Elsewhere
//! pieces are taken on the one side and on the other until both are at the same place
//! again, and all that lies between becomes one run. A deletion of the first and an
//! insertion of the second take no room in the text between, so they are taken at once
//! when they stand at such a place: the deletion first.

use super::{Alignment, Piece, Pieces};

impl Alignment {
    /// The alignment of a source with what a second pass makes of the output, given
    /// that pass's alignment. Takes time in proportion to the runs of both.
    ///
    /// # Panics
    ///
    /// When the source of `next` is not as long as the output of `self`.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let taiwan = Converter::new(Config::S2twp).convert_aligned("互联网上");
    /// let back = Converter::new(Config::Tw2sp).convert_aligned(taiwan.output());
    /// assert_eq!(back.output(), "互联网上");
    /// let there_and_back = taiwan.alignment().then(back.alignment());
    /// assert_eq!(there_and_back.output_offset("互联网".len()), "互联网".len());
    /// ```
    #[must_use]
    pub fn then(&self, next: &Alignment) -> Alignment {
        assert_eq!(
            self.output_length, next.source_length,
            "the second pass was over another text than the first one's output"
        );
        let mut joined = Alignment::default();
        let mut first = Remaining::of(self);
        let mut second = Remaining::of(next);
        loop {
            match (first.piece, second.piece) {
                (Some(Piece::Run(source, 0)), _) => {
                    joined.extend_replaced(source, 0);
                    first.advance();
                }
                (_, Some(Piece::Run(0, output))) => {
                    joined.extend_replaced(0, output);
                    second.advance();
                }
                (Some(Piece::Stretch(one)), Some(Piece::Stretch(other))) => {
                    let length = one.min(other);
                    joined.extend_unchanged(length);
                    first.take(length);
                    second.take(length);
                }
                (Some(_), Some(_)) => {
                    let (source, output) = gap(&mut first, &mut second);
                    joined.extend_replaced(source, output);
                }
                _ => return joined,
            }
        }
    }
}

/// Goes on to the next place of the text between that both know. Gives how many bytes
/// of the source and of the output were passed.
fn gap(first: &mut Remaining<'_>, second: &mut Remaining<'_>) -> (usize, usize) {
    let (mut source, mut output) = (0, 0);
    // How far both are, in bytes of the text between.
    let (mut first_at, mut second_at) = (0, 0);
    let mut target = 1;
    loop {
        while first_at < target
            && let Some((from, to)) = first.pass(target - first_at)
        {
            source += from;
            first_at += to;
        }
        while second_at < first_at
            && let Some((from, to)) = second.pass(first_at - second_at)
        {
            second_at += from;
            output += to;
        }
        if second_at <= first_at {
            return (source, output);
        }
        target = second_at;
    }
}

/// What is left of an alignment.
struct Remaining<'a> {
    /// What comes next; of a stretch, what is left of it.
    piece: Option<Piece>,
    behind: Pieces<'a>,
}

impl<'a> Remaining<'a> {
    fn of(alignment: &'a Alignment) -> Remaining<'a> {
        let mut behind = alignment.pieces();
        Remaining { piece: behind.next(), behind }
    }

    fn advance(&mut self) {
        self.piece = self.behind.next();
    }

    /// Takes so many bytes, at most all, of a stretch.
    fn take(&mut self, length: usize) {
        match self.piece {
            Some(Piece::Stretch(all)) if length < all => {
                self.piece = Some(Piece::Stretch(all - length));
            }
            _ => self.advance(),
        }
    }

    /// Passes a run, or of a stretch at most so many bytes. Gives the bytes passed in
    /// both texts.
    fn pass(&mut self, most: usize) -> Option<(usize, usize)> {
        let passed = match self.piece? {
            Piece::Run(source, output) => (source, output),
            Piece::Stretch(all) => (all.min(most), all.min(most)),
        };
        self.take(passed.0);
        Some(passed)
    }
}
