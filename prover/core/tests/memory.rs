//! What proving allocates, counted by the allocator, against what the prover says it takes: a service admits jobs by that.
#![allow(unsafe_code, reason = "an allocator that counts")]
#![allow(clippy::unwrap_used, reason = "a test binary")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use obolus_protocol::statement::sample;
use obolus_prover::{KeyStore, Prover, Transfer};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is done by the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_proof_takes_no_more_than_is_said() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys");
    let store = KeyStore::open(directory).unwrap();
    let prover = Prover::<Transfer>::development(&store, &()).unwrap();
    let witness = sample::transfer(1);
    for threads in [1, 2, 4] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let taken = pool.install(|| {
            let before = NOW.load(Ordering::Relaxed);
            PEAK.store(before, Ordering::Relaxed);
            let proven = prover.prove(&witness, sample::context(1)).unwrap();
            drop(proven);
            PEAK.load(Ordering::Relaxed) - before
        });
        let said = prover.proof_bytes(threads).unwrap();
        eprintln!("{threads} threads: {taken} bytes taken, {said} said");
        assert!(taken <= said, "{taken} bytes taken, {said} said");
        // Several threads may happen to hold their most at different times.
        let at_most = if threads == 1 { 2 } else { 4 };
        assert!(said <= at_most * taken, "{taken} bytes taken, {said} said");
    }
}
