//! What single code points become, in bytes that are read where they lie.
//!
//! The bytes are compiled from `dictionaries/code-points/`. Code points are
//! divided into blocks of 64; an index has the number of each block, and blocks
//! without entries share number 0:
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `fanjian#` |
//! | 4 | version of the form, little-endian as all numbers |
//! | 4 | length of the index |
//! | length | a byte for each block of code points: its number |
//! | rest | blocks of 64 entries of 3 bytes |
//!
//! An entry is zero, or the replacement in its low 18 bits, the number of the
//! table it comes from ([`Kind`]) in the next 3, and in the last 3 the number of
//! the variation selector that, behind the replacement, stands for the original
//! (`StandardizedVariants.txt`).

const MAGIC: [u8; 8] = *b"fanjian#";
/// Version of the form; any change of the form changes it.
const VERSION: u32 = 1;
const HEADER: usize = 16;
/// Code points in a block.
const BLOCK: usize = 64;
/// Bytes of an entry.
const ENTRY: usize = 3;

static TABLE: Table =
    Table::embedded(include_bytes!("../../../dictionaries/compiled/code-points.bin"));

/// Why a code point is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A radical or stroke (`EquivalentUnifiedIdeograph.txt`).
    Radical,
    /// A compatibility ideograph (`UnicodeData.txt`).
    CompatibilityIdeograph,
    /// A vertical, small or half-width form (`UnicodeData.txt`).
    PresentationForm,
    /// A private use character that GB 18030-2022 has elsewhere.
    PrivateUseMainland,
    /// A private use character of HKSCS-1999 (Unihan, `kHKSCS`).
    PrivateUseHongKong,
}

/// What a code point becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Replacement {
    pub(super) kind: Kind,
    pub(super) character: char,
    /// What stands behind `character` in the sequence that means the original.
    pub(super) selector: Option<char>,
}

/// What the tables say of a character, if anything.
#[inline]
pub(super) fn replacement(character: char) -> Option<Replacement> {
    match TABLE.entry(character) {
        0 => None,
        entry => Replacement::of(entry),
    }
}

impl Replacement {
    fn of(entry: u32) -> Option<Replacement> {
        let kind = match entry >> 18 & 7 {
            1 => Kind::Radical,
            2 => Kind::CompatibilityIdeograph,
            3 => Kind::PresentationForm,
            4 => Kind::PrivateUseMainland,
            5 => Kind::PrivateUseHongKong,
            _ => return None,
        };
        let selector = match entry >> 21 {
            0 => None,
            number => char::from_u32(0xFE00 + number - 1),
        };
        let character = char::from_u32(entry & 0x3_FFFF)?;
        Some(Replacement { kind, character, selector })
    }
}

/// The compiled table.
struct Table {
    index: &'static [u8],
    blocks: &'static [[[u8; ENTRY]; BLOCK]],
}

impl Table {
    /// Bytes of a form that this version does not read stop the build.
    const fn embedded(bytes: &'static [u8]) -> Table {
        match Table::locate(bytes) {
            Some(table) => table,
            // `CONTRIBUTING.md` says when: to compile for a new form.
            None if cfg!(fanjian_bootstrap) => Table { index: &[], blocks: &[] },
            None => panic!("the embedded table of code points has another form"),
        }
    }

    const fn locate(bytes: &'static [u8]) -> Option<Table> {
        let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else { return None };
        let [magic, version, length] = [number(header, 0), number(header, 8), number(header, 12)];
        let is_this_form = magic == number(&MAGIC, 0)
            && number(header, 4) == number(&MAGIC, 4)
            && version == VERSION
            && length as usize <= rest.len();
        if !is_this_form {
            return None;
        }
        let (index, blocks) = rest.split_at(length as usize);
        Some(Table { index, blocks: blocks.as_chunks().0.as_chunks().0 })
    }

    #[inline]
    fn entry(&self, character: char) -> u32 {
        let code_point = character as usize;
        let block = self.index.get(code_point / BLOCK);
        let block = block.and_then(|&number| self.blocks.get(usize::from(number)));
        block.map_or(0, |block| {
            let [low, middle, high] = block[code_point % BLOCK];
            u32::from_le_bytes([low, middle, high, 0])
        })
    }
}

const fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    /// A table's rows: key, replacement, variation sequence.
    fn rows(table: &str) -> impl Iterator<Item = (char, &str, Option<&str>)> {
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| {
            let mut columns = line.split('\t');
            let key = columns.next().and_then(|key| key.chars().next()).expect("a key");
            (key, columns.next().expect("a replacement"), columns.next())
        })
    }

    macro_rules! table {
        ($name:literal) => {
            include_str!(concat!("../../../dictionaries/code-points/", $name, ".tsv"))
        };
    }

    #[test]
    fn every_row_is_in_the_bytes() {
        let tables = [
            (table!("Radicals"), Kind::Radical, 348),
            (table!("CompatibilityIdeographs"), Kind::CompatibilityIdeograph, 1002),
            (table!("PresentationForms"), Kind::PresentationForm, 122),
            (table!("PrivateUseGB18030"), Kind::PrivateUseMainland, 18),
            (table!("PrivateUseHongKong"), Kind::PrivateUseHongKong, 4572),
        ];
        for (table, kind, count) in tables {
            let mut seen = 0;
            for (key, target, variant) in rows(table) {
                seen += 1;
                let found = replacement(key).expect("an entry");
                if kind == Kind::PrivateUseHongKong && found.kind == Kind::PrivateUseMainland {
                    continue;
                }
                assert_eq!(found.kind, kind, "{key:?}");
                assert!(target.chars().eq([found.character]), "{key:?}");
                let sequence = found.selector.map(|selector| format!("{target}{selector}"));
                assert_eq!(sequence.as_deref(), variant, "{key:?}");
            }
            assert_eq!(seen, count, "{kind:?}");
        }
    }

    #[test]
    fn replacements_end() {
        for character in '\0'..=char::MAX {
            let steps =
                core::iter::successors(replacement(character), |last| replacement(last.character));
            assert!(steps.take(3).count() < 3, "{character:?}");
        }
    }

    #[test]
    fn what_is_unified_stays() {
        for character in "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩".chars() {
            assert_eq!(replacement(character), None);
        }
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(Table::locate(b"fanjian#").is_none());
        assert!(Table::locate(b"fanjian#\x02\0\0\0\0\0\0\0").is_none());
        assert!(Table::locate(b"fanjian#\x01\0\0\0\x01\0\0\0").is_none());
        assert!(Table::locate(b"fanjian#\x01\0\0\0\0\0\0\0").is_some());
    }
}
