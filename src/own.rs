//! Plans of one's own: stages that a user changed, or made.
//!
//! ```text
//! changes, groups, tables -- build --> bytes -- saved --> OwnPlan
//! ```
//!
//! A plan is built as bytes and used where they lie, so that one that was saved is the
//! same as one that was just made, and goes through the same checks. What a user does
//! not change stays with the embedded plan, to which the bytes refer.
//!
//! The embedded plans are constants that refer to each other; here bytes, what is found
//! in them, and the plan made of that own each other, one within the other.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use self_cell::self_cell;

use crate::composite::Composite;
use crate::dictionary::{FormatError, Matcher};
use crate::plan::{Plan, Segmentation};

mod before;
mod build;
mod change;
mod saved;

pub(crate) use build::build_changed;
#[cfg(feature = "opencc-config")]
pub(crate) use build::{Groups, build};
pub use change::{BuildError, BuildErrorKind, DictionaryFormat, Own, Placement, Priority};
use saved::Header;

/// The bytes of a plan.
type Bytes = Cow<'static, [u8]>;

/// A plan of one's own, and the bytes that it uses.
pub(crate) struct OwnPlan {
    header: Header,
    whole: Whole,
}

impl OwnPlan {
    /// The plan in bytes that [`build()`] made, of which every one is checked.
    pub(crate) fn from_bytes(bytes: Bytes) -> Result<OwnPlan, FormatError> {
        let parts = Parts::try_new(bytes, |bytes| saved::read(bytes))?;
        let header = parts.borrow_dependent().header;
        let chain = Chain::new(parts, |parts| parts.borrow_dependent().conversion.iter().collect());
        let whole = Whole::new(chain, |chain| {
            let parts = chain.borrow_owner().borrow_dependent();
            let conversion: &[_] = chain.borrow_dependent();
            let segmentation = parts.segmentation.as_ref().map(|segmentation| Segmentation {
                matcher: segmentation.matcher.as_ref().unwrap_or(conversion[0]),
                leading: segmentation.leading,
                by_phrases: segmentation.by_phrases,
            });
            Plan {
                protection: parts.protection.as_ref(),
                normalization: parts.normalization.as_ref(),
                segmentation,
                conversion,
                composite: parts.composite.get(),
                first: parts.first.as_ref().map(FoundComposite::get),
                last: parts.last.as_ref().map(FoundComposite::get),
                own: parts.header.own,
            }
        });
        Ok(OwnPlan { header, whole })
    }

    pub(crate) fn header(&self) -> Header {
        self.header
    }

    pub(crate) fn get(&self) -> &Plan<'_> {
        self.whole.borrow_dependent()
    }

    /// A number that tells plans apart.
    pub(crate) fn checksum(&self) -> u64 {
        saved::checksum(self.to_bytes())
    }

    pub(crate) fn to_bytes(&self) -> &[u8] {
        self.whole.borrow_owner().borrow_owner().borrow_owner()
    }
}

impl fmt::Debug for OwnPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("OwnPlan").field(self.get()).finish()
    }
}

self_cell!(
    struct Parts {
        owner: Bytes,

        #[covariant]
        dependent: Found,
    }
);

self_cell!(
    struct Chain {
        owner: Parts,

        #[covariant]
        dependent: Stages,
    }
);

self_cell!(
    struct Whole {
        owner: Chain,

        #[covariant]
        dependent: Plan,
    }
);

/// The stages of the conversion.
type Stages<'b> = Vec<&'b Matcher<'b>>;

/// What is found in the bytes.
struct Found<'b> {
    header: Header,
    protection: Option<Matcher<'b>>,
    normalization: Option<Matcher<'b>>,
    segmentation: Option<FoundSegmentation<'b>>,
    /// One stage at least.
    conversion: Vec<Matcher<'b>>,
    composite: FoundComposite<'b>,
    first: Option<FoundComposite<'b>>,
    last: Option<FoundComposite<'b>>,
}

/// Where segments come from.
struct FoundSegmentation<'b> {
    /// Unless it is the first stage of the conversion.
    matcher: Option<Matcher<'b>>,
    leading: usize,
    by_phrases: bool,
}

/// A composite that is part of the program, or one of one's own.
enum FoundComposite<'b> {
    Embedded(&'static Composite<'static>),
    Own(Box<Composite<'b>>),
}

impl<'b> FoundComposite<'b> {
    fn get(&self) -> &Composite<'b> {
        match self {
            FoundComposite::Embedded(composite) => composite,
            FoundComposite::Own(composite) => composite,
        }
    }
}
