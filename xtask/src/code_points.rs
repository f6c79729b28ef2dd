//! The tables of code points → the bytes that `normalize::code_points` reads in
//! place; `src/normalize/code_points/table.rs` describes their form.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use fanjian::dictionary::Table;

/// The tables, in the order of the numbers that stand for them in the bytes.
/// Where two have the same key, the first one's entry holds.
const TABLES: [&str; 5] = [
    "Radicals",
    "CompatibilityIdeographs",
    "PresentationForms",
    "PrivateUseGB18030",
    "PrivateUseHongKong",
];

const MAGIC: &[u8; 8] = b"fanjian#";
const VERSION: u32 = 1;
/// Code points in a block.
const BLOCK: u32 = 64;

/// Compiles the tables, which are asked for by name.
pub(crate) fn compile<'t>(table: impl Fn(&str) -> Option<&'t Table>) -> Result<Vec<u8>> {
    let mut entries = BTreeMap::new();
    for (name, kind) in TABLES.iter().zip(1..) {
        let table = table(name).with_context(|| format!("no table {name}"))?;
        for entry in table.entries() {
            let word = entry_word(kind, entry.candidates())
                .with_context(|| format!("{name}: {:?}", entry.key()))?;
            entries.entry(u32::from(single(entry.key())?)).or_insert(word);
        }
    }
    Ok(layout(&entries))
}

/// Replacement in the low 18 bits, the table's number in the next 3, and that of
/// the variation selector in 3 more.
fn entry_word(kind: u32, candidates: &[String]) -> Result<u32> {
    let replacement = u32::from(single(&candidates[0])?);
    ensure!(replacement < 1 << 18, "a replacement beyond the planes of ideographs");
    let selector = match candidates.get(1) {
        None => 0,
        Some(sequence) => {
            let selector = sequence.chars().nth(1).context("no variation selector")?;
            u32::from(selector) - 0xFE00 + 1
        }
    };
    ensure!(selector < 1 << 3, "a variation selector beyond VS7");
    Ok(replacement | kind << 18 | selector << 21)
}

fn single(text: &str) -> Result<char> {
    let mut characters = text.chars();
    let first = characters.next().context("nothing")?;
    ensure!(characters.next().is_none(), "more than one character");
    Ok(first)
}

/// Header, the number of each block, and the blocks that differ; the first of
/// them has no entries.
fn layout(entries: &BTreeMap<u32, u32>) -> Vec<u8> {
    let last = entries.keys().last().copied().unwrap_or(0);
    let mut index = Vec::new();
    let mut blocks = vec![[0; BLOCK as usize]];
    for first in (0..=last).step_by(BLOCK as usize) {
        let mut block = [0; BLOCK as usize];
        for (&key, &word) in entries.range(first..first + BLOCK) {
            block[(key - first) as usize] = word;
        }
        let number = blocks.iter().position(|other| *other == block).unwrap_or_else(|| {
            blocks.push(block);
            blocks.len() - 1
        });
        index.push(u8::try_from(number).expect("few blocks have entries"));
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(u32::try_from(index.len()).expect("a small index").to_le_bytes());
    bytes.extend(index);
    bytes.extend(blocks.iter().flatten().flat_map(|word| word.to_le_bytes().into_iter().take(3)));
    bytes
}
