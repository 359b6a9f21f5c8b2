//! How many bytes a piece of work holds, counted where they are allocated, and an end to work that holds too many. In: a
//! bound and a token. Out: the token is cancelled as soon as the bound is passed. Not here: who heeds it (`query`).
//!
//! A process in which `Counted` is not the allocator counts nothing, and so bounds nothing.

#![expect(unsafe_code, reason = "an allocator is an unsafe trait; each method hands its arguments on as they are")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, RefCell};

use mimalloc::MiMalloc;
use oxigraph::sparql::CancellationToken;

/// An allocator that counts what each thread holds. Terms are made by one thread and thrown away by another, which the
/// allocator of most systems is slow at, so this one hands on to mimalloc.
#[derive(Debug, Clone, Copy)]
pub struct Counted;

thread_local! {
    /// Bytes that this thread allocated and did not free; below 0 where it frees what others allocated.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static BOUND: Cell<isize> = const { Cell::new(isize::MAX) };
    static TOKEN: RefCell<Option<CancellationToken>> = const { RefCell::new(None) };
}

fn count(bytes: isize) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    if held > BOUND.get() {
        pass();
    }
}

/// Cancels the token of the work on this thread, as if it had passed its bound. Allocates nothing.
pub fn pass() {
    // An end of the thread frees memory after its own values are gone.
    let _gone = TOKEN.try_with(|token| {
        if let Ok(token) = token.try_borrow()
            && let Some(token) = &*token
        {
            BOUND.set(isize::MIN);
            token.cancel();
        }
    });
}

/// Returns how many bytes the work on this thread holds.
pub fn held() -> usize {
    usize::try_from(HELD.get()).unwrap_or(0)
}

/// Does `work`, and cancels the token once the thread holds more than `bound` bytes more than now. Tells whether it did.
pub fn bounded<T>(bound: usize, token: &CancellationToken, work: impl FnOnce() -> T) -> (T, bool) {
    let before = (HELD.replace(0), BOUND.replace(isize::MAX), TOKEN.replace(Some(token.clone())));
    // Work that unwinds leaves its own count behind; its thread ends with it.
    BOUND.set(isize::try_from(bound).unwrap_or(isize::MAX));
    let done = work();
    let passed = BOUND.get() == isize::MIN;
    BOUND.set(before.1);
    TOKEN.replace(before.2);
    HELD.set(before.0 + HELD.get());
    (done, passed)
}

fn signed(size: usize) -> isize {
    // A layout is never larger than `isize::MAX`.
    size.cast_signed()
}

// SAFETY: mimalloc does the work, and counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(signed(layout.size()));
        // SAFETY: the caller keeps the rules of the trait.
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(signed(layout.size()));
        // SAFETY: as above.
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(signed(size) - signed(layout.size()));
        // SAFETY: as above.
        unsafe { MiMalloc.realloc(place, layout, size) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-signed(layout.size()));
        // SAFETY: as above.
        unsafe { MiMalloc.dealloc(place, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[global_allocator]
    static ALLOCATOR: Counted = Counted;

    #[test]
    fn the_token_is_cancelled_when_the_bound_is_passed_and_not_before() {
        let token = CancellationToken::new();
        let (held, passed) = bounded(1 << 20, &token, || {
            let many: Vec<_> = (0..9).map(|_| vec![1_u8; 100_000]).collect();
            (many.len(), held())
        });
        assert!(held.0 == 9 && held.1 > 900_000 && held.1 < 1_000_000, "{held:?}");
        assert!(!passed && !token.is_cancelled());
        // What is given back counts no more.
        let ((), passed) = bounded(1 << 20, &token, || (0..99).for_each(|_| drop(vec![1_u8; 100_000])));
        assert!(!passed && !token.is_cancelled());
        let (_, passed) = bounded(1 << 20, &token, || vec![1_u8; (1 << 20) + 1]);
        assert!(passed && token.is_cancelled());
    }
}
