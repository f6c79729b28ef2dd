//! What the crate adds to a stripped program: measured by the caller, which
//! builds the programs, and set beside the others here.

use std::str::FromStr;

use anyhow::{Context, Error, Result};
use peers::results::Goal;

use crate::Findings;
use crate::table::table;

/// Megabytes that the crate may add at most, and those it aims at.
const AT_MOST: f64 = 2.0;
const AIM: f64 = 1.0;

/// What a converter adds, `name=bytes`.
#[derive(Clone, Debug)]
pub(crate) struct Size {
    name: String,
    bytes: f64,
}

impl FromStr for Size {
    type Err = Error;

    fn from_str(text: &str) -> Result<Size> {
        let (name, bytes) = text.split_once('=').context("expected NAME=BYTES")?;
        Ok(Size { name: name.to_owned(), bytes: bytes.parse()? })
    }
}

/// Sets the sizes side by side; without any there is nothing to say.
pub(crate) fn measure(sizes: &[Size]) -> Findings {
    let Some(own) = sizes.iter().find(|size| size.name == "fanjian") else {
        return Findings::default();
    };
    let megabytes = |size: &Size| format!("{:.2} MB", size.bytes / 1e6);
    let others = sizes.iter().filter(|size| size.name != own.name);
    let smallest = others.min_by(|first, second| first.bytes.total_cmp(&second.bytes));
    let goal = Goal {
        what: "added to a stripped program, all configurations".to_owned(),
        others: smallest
            .map_or("–".to_owned(), |size| format!("{}: {}", size.name, megabytes(size))),
        own: megabytes(own),
        beside: smallest
            .map_or("–".to_owned(), |size| format!("{:.2} of it", own.bytes / size.bytes)),
        at_least: format!("at most {AT_MOST} MB"),
        reached: own.bytes <= AT_MOST * 1e6,
        aim: format!("{} / {AIM} MB", megabytes(own)),
    };
    let rows = sizes.iter().map(|size| vec![size.name.clone(), megabytes(size)]);
    let details = format!(
        "What each converter adds to a stripped program (not all have all configurations):\n\n{}",
        table(&["converter", "size"], rows)
    );
    Findings { goals: vec![goal], details: vec![details] }
}
