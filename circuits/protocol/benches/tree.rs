//! Note tree and circuit hash: what a block of leaves costs, against hashing a whole path per leaf.
#![expect(
    clippy::expect_used,
    reason = "a benchmark stops when its set-up is wrong"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use obolus_protocol::{
    Fr,
    poseidon2::{compress4, permutation},
    tree::{Frontier, MemoryNodes, NOTE_DEPTH, REGISTRY_DEPTH, SparseTree, WitnessTree},
};

/// Leaves of a large block.
const BLOCK: u64 = 1024;
/// Leaves before it, so that every level of the frontier is in use.
const BEFORE: u64 = 12_345;

fn leaves(count: u64) -> Vec<Fr> {
    (1..=count).map(Fr::from).collect()
}

fn filled() -> Frontier<NOTE_DEPTH> {
    let mut tree = Frontier::new();
    tree.append_batch(&leaves(BEFORE)).expect("fits");
    tree
}

fn tree(c: &mut Criterion) {
    let mut group = c.benchmark_group("note_tree");
    let block = leaves(BLOCK);
    let start = filled();

    group.bench_function("append_1_and_root", |b| {
        b.iter_batched_ref(
            || start.clone(),
            |tree| {
                tree.append(black_box(block[0])).expect("fits");
                tree.root()
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("append_batch_1024_and_root", |b| {
        b.iter_batched_ref(
            || start.clone(),
            |tree| {
                tree.append_batch(black_box(&block)).expect("fits");
                tree.root()
            },
            BatchSize::SmallInput,
        );
    });
    group.sample_size(10);
    group.bench_function("naive_1024_whole_paths", |b| {
        let mut tree = SparseTree::<_, NOTE_DEPTH>::new(MemoryNodes::default());
        b.iter(|| {
            for (index, leaf) in (BEFORE..).zip(&block) {
                tree.set(index, black_box(*leaf)).expect("in range");
            }
        });
    });
    group.bench_function("wallet_block_1024_one_mark", |b| {
        let mut start = WitnessTree::<NOTE_DEPTH>::new();
        start.append_batch(&leaves(BEFORE)).expect("fits");
        start.checkpoint();
        b.iter_batched_ref(
            || start.clone(),
            |tree| {
                let first = tree.append_batch(black_box(&block)).expect("fits");
                tree.mark(first + 7).expect("just appended");
                tree.checkpoint();
                tree.path(first + 7).expect("marked")
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();

    c.bench_function("registry_tree/set", |b| {
        let mut tree = SparseTree::<_, REGISTRY_DEPTH>::new(MemoryNodes::default());
        b.iter(|| tree.set(black_box(4711), block[0]).expect("in range"));
    });
}

fn hash(c: &mut Criterion) {
    let mut group = c.benchmark_group("poseidon2");
    let state = [1_u64, 2, 3, 4].map(Fr::from);
    let other = pso_poseidon::Poseidon2::<Fr>::new();
    group.bench_function("permutation", |b| b.iter(|| permutation(black_box(&state))));
    group.bench_function("permutation_second_implementation", |b| {
        b.iter(|| other.permutation(black_box(&state)));
    });
    group.bench_function("compress4", |b| b.iter(|| compress4(black_box(&state))));
    group.finish();
}

criterion_group!(benches, tree, hash);
criterion_main!(benches);
