//! Loading allocates nothing: the dictionaries are used where they lie.
//!
//! A test program of its own, since it counts what the whole process allocates.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use fanjian::{Config, Converter};

struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Ordering::Relaxed);
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

/// Runs `work` and gives the bytes that it allocated.
fn allocated_by<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATED.load(Ordering::Relaxed);
    let result = work();
    (result, ALLOCATED.load(Ordering::Relaxed) - before)
}

/// One test, so that no other thread allocates meanwhile.
#[test]
fn converters_allocate_nothing_and_conversions_only_their_texts() {
    for config in Config::ALL {
        let (converter, allocated) = allocated_by(|| Converter::new(config));
        assert_eq!(allocated, 0, "making {config}");

        let (unchanged, allocated) = allocated_by(|| converter.convert("plain").len());
        assert_eq!(unchanged, 5);
        assert!(allocated < 256, "{config} allocated {allocated} bytes to change nothing");

        let text = "頭髮发现软件資料庫";
        let (_, allocated) = allocated_by(|| converter.convert(text).len());
        assert!(
            allocated < 32 * text.len(),
            "{config} allocated {allocated} bytes for a few words"
        );
    }
}
