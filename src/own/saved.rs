//! The form in which a plan is saved, which is the form in which it is used.
//!
//! All numbers are little-endian. The bytes are [`MAGIC`]; [`VERSION`] (`u32`); a
//! checksum of all that follows (`u64`); the identity of the embedded dictionaries, to
//! which parts may refer (`u64`); the configuration whose embedded plan that is, or
//! [`NO_CONFIG`], and whether without dictionaries that are a tofu risk (`u8` each); the
//! number of stages of the conversion (`u16`); which dictionaries of the first stage are
//! one's own (`u64`); of the segmentation, how many leading dictionaries cut and whether
//! by phrases alone (`u32` each); then for each part, in the order of [`write()`], what
//! it is and how long it is ([`Source`], `u32` each); and the parts without gaps.
//!
//! A plan that was read may do something else than its maker meant, if someone changed
//! bytes and checksum; it never panics and never makes anything but text. Compiled groups
//! and composites check themselves.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Found, FoundComposite, FoundSegmentation};
use crate::composite::Composite;
use crate::config::Config;
use crate::dictionary::{FormatError, Matcher};
use crate::embedded;
use crate::plan::Plan;

/// First bytes of saved plans.
const MAGIC: [u8; 8] = *b"fanjian=";
/// Version of the form; any change of the form changes it.
const VERSION: u32 = 3;
/// In place of a configuration: the plan is none of the embedded ones, changed.
const NO_CONFIG: u8 = 0xFF;
/// The most stages of a conversion.
pub(super) const MAXIMUM_STAGES: usize = 256;

/// What a plan is, apart from its tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// The configuration whose plan was changed.
    pub(crate) config: Option<Config>,
    pub(crate) without_tofu_risk: bool,
    /// The dictionaries of the first stage of the conversion that are one's own, a bit for
    /// each.
    pub(crate) own: u64,
    /// Of the segmentation.
    pub(crate) leading: u32,
    pub(crate) by_phrases: bool,
}

/// Where a part comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Source {
    /// The plan has no such part.
    #[default]
    None,
    /// The same part of the embedded plan.
    Embedded,
    /// The first stage of the conversion serves.
    First,
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes beside the same part of the embedded plan.
    Beside(Vec<u8>),
}

impl Source {
    /// Its bytes, if it has some.
    fn bytes(&self) -> &[u8] {
        match self {
            Source::Bytes(bytes) | Source::Beside(bytes) => bytes,
            Source::None | Source::Embedded | Source::First => &[],
        }
    }
}

/// The parts of a plan.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    pub(super) protection: Source,
    pub(super) normalization: Source,
    pub(super) segmentation: Source,
    pub(super) composite: Source,
    pub(super) first: Source,
    pub(super) last: Source,
    pub(super) conversion: Vec<Source>,
}

/// Lays a plan out as bytes.
pub(super) fn write(header: &Header, sources: &Sources) -> Vec<u8> {
    let Sources { protection, normalization, segmentation, composite, first, last, conversion } =
        sources;
    let parts = [protection, normalization, segmentation, composite, first, last];
    let parts: Vec<&Source> = parts.into_iter().chain(conversion).collect();
    let stages = u16::try_from(conversion.len()).expect("a plan has few stages");
    let mut bytes = embedded_identity().to_le_bytes().to_vec();
    bytes.push(header.config.map_or(NO_CONFIG, |config| config as u8));
    bytes.push(header.without_tofu_risk.into());
    bytes.extend(stages.to_le_bytes());
    bytes.extend(header.own.to_le_bytes());
    bytes.extend(header.leading.to_le_bytes());
    bytes.extend(u32::from(header.by_phrases).to_le_bytes());
    for part in &parts {
        let kind = match part {
            Source::None => 0,
            Source::Embedded => 1,
            Source::First => 2,
            Source::Bytes(_) => 3,
            Source::Beside(_) => 4,
        };
        let length = u32::try_from(part.bytes().len()).expect("a part has less than 4 GiB");
        bytes.extend([u32::to_le_bytes(kind), length.to_le_bytes()].as_flattened());
    }
    parts.into_iter().for_each(|part| bytes.extend_from_slice(part.bytes()));
    let mut whole = MAGIC.to_vec();
    whole.extend(VERSION.to_le_bytes());
    whole.extend(checksum(&bytes).to_le_bytes());
    whole.append(&mut bytes);
    whole
}

/// Finds the parts of a plan and checks every one.
pub(super) fn read(bytes: &[u8]) -> Result<Found<'_>, FormatError> {
    let mut reader = Reader { rest: bytes };
    if reader.take()? != MAGIC {
        return Err(FormatError::NotCompiled);
    }
    match u32::from_le_bytes(reader.take()?) {
        VERSION => {}
        other => return Err(FormatError::Version(other)),
    }
    let expected = u64::from_le_bytes(reader.take()?);
    // A fuzzer would never come past it.
    if checksum(reader.rest) != expected && !cfg!(fuzzing) {
        return Err(FormatError::Malformed("the checksum is another: bytes are damaged"));
    }
    let identity = u64::from_le_bytes(reader.take()?);
    let [config, without_tofu_risk] = reader.take()?;
    let stages = usize::from(u16::from_le_bytes(reader.take()?));
    let own = u64::from_le_bytes(reader.take()?);
    let leading = u32::from_le_bytes(reader.take()?);
    let by_phrases = u32::from_le_bytes(reader.take()?);
    let config = match config {
        NO_CONFIG => None,
        number => Some(
            *Config::ALL
                .get(usize::from(number))
                .ok_or(FormatError::Malformed("there is no such configuration"))?,
        ),
    };
    require(without_tofu_risk <= 1 && by_phrases <= 1, "a flag is neither set nor not")?;
    require((1..=MAXIMUM_STAGES).contains(&stages), "the number of stages is out of range")?;
    let header = Header {
        config,
        without_tofu_risk: without_tofu_risk == 1,
        own,
        leading,
        by_phrases: by_phrases == 1,
    };
    let embedded = config.map(|config| {
        let plan: &'static Plan<'static> =
            &embedded::PLANS[config as usize][usize::from(without_tofu_risk)];
        plan
    });
    if embedded.is_some() && identity != embedded_identity() {
        return Err(FormatError::Malformed("it was made by another version of the library"));
    }
    let kinds: Vec<[u32; 2]> = (0..6 + stages)
        .map(|_| Ok([reader.take()?, reader.take()?].map(u32::from_le_bytes)))
        .collect::<Result<_, FormatError>>()?;
    let mut parts = kinds.into_iter().map(|[kind, length]| {
        require(kind >= 3 || length == 0, "a part that is elsewhere has a length")?;
        match kind {
            0 => Ok(Part::None),
            1 if embedded.is_some() => Ok(Part::Embedded),
            2 => Ok(Part::First),
            3 => Ok(Part::Bytes(reader.take_slice(length as usize)?)),
            4 => Ok(Part::Beside(reader.take_slice(length as usize)?)),
            _ => Err(FormatError::Malformed("there is no such kind of part")),
        }
    });
    let mut next = || parts.next().unwrap_or(Err(FormatError::Truncated));
    let protection = next()?.matcher(None)?;
    let normalization = next()?.matcher(embedded.and_then(|plan| plan.normalization))?;
    let segmentation = match next()? {
        Part::None => None,
        Part::First => Some(None),
        part => {
            let matcher = embedded.and_then(|plan| plan.segmentation.as_ref());
            Some(part.matcher(matcher.map(|segmentation| segmentation.matcher))?)
        }
    };
    let segmentation = segmentation.map(|matcher| FoundSegmentation {
        matcher,
        leading: leading as usize,
        by_phrases: header.by_phrases,
    });
    let composite = next()?.composite(embedded.map(|plan| plan.composite))?;
    let composite = composite.ok_or(FormatError::Malformed("there is no composite"))?;
    let first = next()?.composite(embedded.and_then(|plan| plan.first))?;
    let last = next()?.composite(embedded.and_then(|plan| plan.last))?;
    let mut conversion = Vec::with_capacity(stages);
    for number in 0..stages {
        let embedded = embedded.and_then(|plan| plan.conversion.get(number).copied());
        let stage = next()?.matcher(embedded)?;
        conversion.push(stage.ok_or(FormatError::Malformed("a stage is missing"))?);
    }
    drop(parts);
    match reader.rest {
        [] => Ok(Found {
            header,
            protection,
            normalization,
            segmentation,
            conversion,
            composite,
            first,
            last,
        }),
        _ => Err(FormatError::Trailing),
    }
}

/// A part that was found.
enum Part<'b> {
    None,
    Embedded,
    First,
    Bytes(&'b [u8]),
    Beside(&'b [u8]),
}

impl<'b> Part<'b> {
    fn matcher(
        self,
        embedded: Option<&'static Matcher<'static>>,
    ) -> Result<Option<Matcher<'b>>, FormatError> {
        match self {
            Part::None => Ok(None),
            Part::Bytes(bytes) => Matcher::from_bytes(bytes).map(Some),
            Part::Embedded => embedded.copied().map(Some).ok_or(MISSING),
            Part::First | Part::Beside(_) => Err(MISSING),
        }
    }

    fn composite(
        self,
        embedded: Option<&'static Composite<'static>>,
    ) -> Result<Option<FoundComposite<'b>>, FormatError> {
        let own = |bytes, base| {
            let composite = Composite::from_bytes(bytes, base)?;
            Ok(Some(FoundComposite::Own(Box::new(composite))))
        };
        match self {
            Part::None => Ok(None),
            Part::Bytes(bytes) => own(bytes, None),
            Part::Beside(bytes) => own(bytes, Some(embedded.ok_or(MISSING)?)),
            Part::Embedded => embedded.map(|it| Some(FoundComposite::Embedded(it))).ok_or(MISSING),
            Part::First => Err(MISSING),
        }
    }
}

const MISSING: FormatError = FormatError::Malformed("the part that is referred to is not there");

fn require(condition: bool, reason: &'static str) -> Result<(), FormatError> {
    match condition {
        true => Ok(()),
        false => Err(FormatError::Malformed(reason)),
    }
}

/// Bytes that are taken from the front.
struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(FormatError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn take_slice(&mut self, length: usize) -> Result<&'b [u8], FormatError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(FormatError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

/// What parts of embedded plans are, to which saved plans may refer: they change with the
/// version of the crate alone.
fn embedded_identity() -> u64 {
    let [crate_version, dictionaries] = [env!("CARGO_PKG_VERSION"), embedded::DICTIONARY_VERSION];
    checksum(crate_version.as_bytes()) ^ checksum(dictionaries.as_bytes()).rotate_left(1)
}

/// A number that is another one wherever a byte is: each step maps different numbers to
/// different ones. It finds damage, not malice.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let step =
        |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let (words, rest) = bytes.as_chunks::<8>();
    let sum =
        words.iter().fold(bytes.len() as u64, |sum, word| step(sum, u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, byte| step(sum, u64::from(*byte)))
}
