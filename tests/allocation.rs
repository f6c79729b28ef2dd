//! Dictionaries are used where they lie, and nothing is made twice: making a
//! converter allocates nothing, the first conversion of a configuration its tables
//! of entries, and later ones their texts alone. A normalizer allocates nothing where
//! nothing is to be done, and else memory for one line, however many there are.
//!
//! A test program of its own, since it counts what is allocated; on one thread, for
//! the one that runs the tests allocates as well.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::path::Path;

use std::borrow::Cow;

use fanjian::{Config, Converter, Normalizer, Pipeline, Preset, TofuRisk};

struct Counting;

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
    static TABLES: Cell<usize> = const { Cell::new(0) };
    static TELLTALES: Cell<usize> = const { Cell::new(0) };
}

/// Bytes of a table of entries, and of one of telltales. Nothing else in this program has
/// as many.
const TABLE: usize = 256 * 1024;
const TELLTALE_TABLE: usize = 64 * 1024;

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.set(ALLOCATED.get() + layout.size());
        TABLES.set(TABLES.get() + usize::from(layout.size() == TABLE));
        TELLTALES.set(TELLTALES.get() + usize::from(layout.size() == TELLTALE_TABLE));
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `work` allocated: tables of entries, and bytes besides those and tables of telltales.
fn allocated_by(work: impl FnOnce()) -> (usize, usize) {
    let (tables, _, bytes) = all_allocated_by(work);
    (tables, bytes)
}

/// What `work` allocated: tables of entries, tables of telltales, and bytes besides.
fn all_allocated_by(work: impl FnOnce()) -> (usize, usize, usize) {
    let counts = || (TABLES.get(), TELLTALES.get(), ALLOCATED.get());
    let before = counts();
    work();
    let behind = counts();
    let (tables, telltales) = (behind.0 - before.0, behind.1 - before.1);
    let bytes = behind.2 - before.2 - tables * TABLE - telltales * TELLTALE_TABLE;
    (tables, telltales, bytes)
}

/// The composites that the crate has: the configurations' own, without those that
/// are the same for several.
fn composites() -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries/compiled");
    let files = fs::read_dir(folder).expect("the folder is there");
    let names = files.map(|file| file.expect("an entry").file_name());
    names.filter(|name| name.to_string_lossy().contains("-composite")).count()
}

/// One test for all of them, for a table is made once.
#[test]
fn converters_allocate_nothing_and_conversions_their_tables_once_and_their_texts() {
    // Every configuration changes some of it, by phrases of several stages as well.
    let text =
        "頭髮发现软件資料庫，字库里的数据库和衛志豪，鮑里斯·約翰遜的滑鼠與硬碟，仙姑峰，衞生，心裏";
    let mut output = String::with_capacity(8 * 1024);
    let mut tables_of_all = 0;
    // Those of several stages come before those whose tables they share.
    for &config in Config::ALL.iter().rev() {
        for tofu_risk in [TofuRisk::Include, TofuRisk::Exclude] {
            let make = || Converter::builder(config).tofu_risk(tofu_risk).build();
            assert_eq!(allocated_by(|| _ = make()), (0, 0), "making {config}");
            let converter = make();

            // Its own table, and those of its first and its last stage; of telltales, its own.
            let (tables, telltales, bytes) = all_allocated_by(|| _ = converter.convert(text));
            assert!(tables <= 3, "{config} made {tables} tables");
            assert!(telltales <= 1, "{config} made {telltales} tables of telltales");
            assert!(bytes > 0, "{config} changes nothing");
            assert!(bytes <= 32 * text.len(), "{config} allocated {bytes} bytes besides");
            tables_of_all += tables;

            let again = all_allocated_by(|| _ = converter.convert(text));
            assert_eq!(again, (0, 0, bytes), "{config} converts the same again");
            output.clear();
            let (tables, bytes) = allocated_by(|| converter.convert_into(text, &mut output));
            assert_eq!(tables, 0, "{config} converts into memory that is there");
            assert!(bytes < text.len(), "{config} allocates {bytes} bytes between its stages");
            let unchanged = all_allocated_by(|| assert_eq!(converter.convert("plain"), "plain"));
            assert_eq!(unchanged, (0, 0, 0), "{config} keeps its text");
        }
    }
    assert_eq!(tables_of_all, composites(), "each composite has one table");
    pipelines_allocate_nothing_for_a_short_text_and_a_block_for_a_long_one();
}

/// Lines in which no preset has anything to do, and no rule anything to look at.
const QUIET: &str = "人山人海。\nplain text (all of it), here\n甲、乙\n";

/// Lines that every preset but `minimal` changes.
const DAMAGED: &str = "會議(週三),5 G開幕。\n他說:好!\n";

#[test]
fn normalizers_allocate_nothing_where_nothing_is_to_be_done() {
    for preset in Preset::ALL {
        assert_eq!(allocated_by(|| _ = Normalizer::new(preset)), (0, 0), "making {preset}");
        let normalizer = Normalizer::new(preset);
        for text in [QUIET.to_owned(), QUIET.repeat(10_000)] {
            let work = || assert!(matches!(normalizer.normalize(&text), Cow::Borrowed(_)));
            assert_eq!(allocated_by(work), (0, 0), "{preset}");
        }
    }
}

#[test]
fn what_a_normalizer_allocates_does_not_grow_with_lines() {
    let mut output = String::with_capacity(4 * 10_000 * DAMAGED.len());
    for preset in Preset::ALL {
        let normalizer = Normalizer::new(preset);
        let mut bytes = |lines| {
            let text = DAMAGED.repeat(lines);
            output.clear();
            allocated_by(|| normalizer.normalize_into(&text, &mut output)).1
        };
        let (few, many) = (bytes(2), bytes(10_000));
        assert_eq!(few, many, "{preset}");
        assert!(few < 4 * 1024, "{preset} allocates {few} bytes for a line");
        assert_eq!(few > 0, preset != Preset::Minimal, "{preset}");
    }
}

/// Behind the test of all tables, which must not be made meanwhile.
fn pipelines_allocate_nothing_for_a_short_text_and_a_block_for_a_long_one() {
    const BLOCK: usize = 16 * 1024;
    for preset in Preset::ALL {
        let pipeline = Pipeline::builder().normalize(preset).convert(Config::T2s).build();
        // Makes the table.
        let _ = pipeline.process("會議");
        let work = || assert!(matches!(pipeline.process(QUIET), Cow::Borrowed(_)));
        assert_eq!(allocated_by(work), (0, 0), "{preset}");
        let bytes = |times| {
            let text = QUIET.repeat(times);
            allocated_by(|| assert!(matches!(pipeline.process(&text), Cow::Borrowed(_)))).1
        };
        let (few, many) = (bytes(1_000), bytes(10_000));
        assert_eq!(few, many, "{preset}");
        assert!(few < 8 * BLOCK, "{preset} allocates {few} bytes");
    }
}
