//! What the bytes of an input mean: a head of settings, and behind it a text.
//!
//! Inputs can be read: the text stands in them as it is. It is repeated where a setting
//! says so, because much happens only in texts that are longer than a fuzzer likes.

use std::borrow::Cow;

use fanjian::{
    Config, Converter, Damage, Disambiguation, Interpunct, Normalizer, Preset, Rule, Spacing,
    Switch, TofuRisk,
};

/// Bytes of the head.
pub const HEAD: usize = 6;

/// Bytes up to which a text is repeated.
const REPEATED: usize = 6000;

/// An input, taken apart.
#[derive(Clone, Debug)]
pub struct Input<'d> {
    head: [u8; HEAD],
    body: &'d [u8],
}

impl<'d> Input<'d> {
    /// Takes any bytes apart.
    #[must_use]
    pub fn new(data: &'d [u8]) -> Input<'d> {
        let (start, body) = data.split_at(data.len().min(HEAD));
        let mut head = [0; HEAD];
        head[..start.len()].copy_from_slice(start);
        Input { head, body }
    }

    /// The bytes behind the head.
    #[must_use]
    pub fn body(&self) -> &'d [u8] {
        self.body
    }

    /// The text behind the head, as it is.
    #[must_use]
    pub fn line(&self) -> Cow<'d, str> {
        String::from_utf8_lossy(self.body)
    }

    /// The text behind the head, repeated where a setting says so.
    #[must_use]
    pub fn text(&self) -> Cow<'d, str> {
        let text = self.line();
        match self.head[1] {
            0xF0.. if !text.is_empty() => text.repeat(1 + REPEATED / text.len()).into(),
            _ => text,
        }
    }

    /// One of several things.
    pub fn choose<T: Copy>(&self, setting: usize, from: &[T]) -> T {
        from[usize::from(self.head[setting]) % from.len()]
    }

    /// A yes or a no.
    #[must_use]
    pub fn bit(&self, setting: usize, bit: u32) -> bool {
        self.head[setting] >> bit & 1 == 1
    }

    /// A configuration.
    #[must_use]
    pub fn config(&self) -> Config {
        self.choose(0, &Config::ALL)
    }

    /// Whether characters that few fonts have may come out.
    #[must_use]
    pub fn tofu_risk(&self) -> TofuRisk {
        if self.bit(1, 0) { TofuRisk::Exclude } else { TofuRisk::Include }
    }

    /// A converter; by context, if that is wanted and a setting says so.
    #[must_use]
    pub fn converter(&self) -> Converter {
        let builder = Converter::builder(self.config()).tofu_risk(self.tofu_risk());
        match self.bit(1, 1) {
            true => builder.disambiguation(Disambiguation::Context).build(),
            false => builder.build(),
        }
    }

    /// A normalizer.
    #[must_use]
    pub fn normalizer(&self) -> Normalizer {
        let damages = [Damage::Auto, Damage::Nfkc, Damage::Ccnet, Damage::None];
        let builder = Normalizer::builder(self.choose(2, &Preset::ALL));
        let builder = builder.damage(damages[usize::from(self.head[3] & 3)]);
        let builder = match self.head[3] >> 2 & 3 {
            1 => builder.spacing(Spacing::Strip),
            2 => builder.spacing(Spacing::Insert),
            _ => builder,
        };
        let builder = match self.bit(3, 4) {
            true => builder.interpunct(Interpunct::HyphenationPoint),
            false => builder,
        };
        match self.bit(3, 5) {
            true => builder.rule(self.choose(4, &Rule::ALL), Switch::Off).build(),
            false => builder.build(),
        }
    }

    /// The text in pieces that end anywhere between characters.
    pub fn pieces<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let mut length = 0;
        let mut lengths = self.lengths();
        let mut rest = text;
        std::iter::from_fn(move || {
            (!rest.is_empty()).then(|| {
                length = lengths();
                let end = (length..rest.len()).find(|end| rest.is_char_boundary(*end));
                let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
                rest = behind;
                piece
            })
        })
    }

    /// Bytes in portions that end anywhere.
    pub fn portions<'b>(&self, bytes: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
        let mut lengths = self.lengths();
        let mut rest = bytes;
        std::iter::from_fn(move || {
            (!rest.is_empty()).then(|| {
                let (piece, behind) = rest.split_at(lengths().min(rest.len()));
                rest = behind;
                piece
            })
        })
    }

    /// Lengths of pieces: small ones, large ones, or now one and then the other.
    fn lengths(&self) -> impl FnMut() -> usize + use<> {
        let mut random = crate::mutate::Random::new(u32::from(self.head[5]));
        let kind = self.head[5] % 4;
        move || match kind {
            0 => 1 + random.below(4),
            1 => 1 + random.below(2000),
            _ if random.below(8) == 0 => 1 + random.below(500),
            _ => 1 + random.below(12),
        }
    }
}
