//! Large allocations on pages of 2 MiB, where the kernel gives them: tables that are read at random so cost one
//! look-up in the translation cache less. `UNSPENT_PAGES=small` leaves them as they come.

use rustix::mm::{Advice, madvise};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU8, Ordering};

const HUGE: usize = 2 << 20;

/// The system's allocator, asked for large pages where they fit.
#[derive(Debug)]
pub struct Pages;

const UNKNOWN: u8 = 0;
const SMALL: u8 = 1;
const LARGE: u8 = 2;
static WANTED: AtomicU8 = AtomicU8::new(UNKNOWN);

/// Reads the environment: before the first large allocation, and never within one.
pub fn choose() {
    let small = cfg!(miri) || std::env::var_os("UNSPENT_PAGES").is_some_and(|pages| pages == "small");
    WANTED.store(if small { SMALL } else { LARGE }, Ordering::Relaxed);
}

fn wanted(layout: Layout) -> Option<Layout> {
    if layout.size() < HUGE || WANTED.load(Ordering::Relaxed) != LARGE {
        return None;
    }
    layout.align_to(HUGE).ok().map(|layout| layout.pad_to_align())
}

#[global_allocator]
static PAGES: Pages = Pages;

#[expect(unsafe_code, reason = "an allocator is")]
// SAFETY: memory comes from and goes back to `System`. A block is aligned more than asked for, and `System` frees by
// address alone (on Unix it is the C library's), so it does not matter that the layout given back is the caller's.
unsafe impl GlobalAlloc for Pages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(aligned) = wanted(layout) else {
            // SAFETY: the caller's promises are passed on.
            return unsafe { System.alloc(layout) };
        };
        // SAFETY: its size is not zero.
        let block = unsafe { System.alloc(aligned) };
        if !block.is_null() {
            // SAFETY: the pages are the block's own, and the advice changes no byte. Refusal is harmless.
            let _ = unsafe { madvise(block.cast(), aligned.size(), Advice::LinuxHugepage) };
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(block, layout) }
    }
}
