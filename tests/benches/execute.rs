//! What a payment costs the ledger: `admission` checks form, signature and proof of one transaction;
//! `execution` builds a block of one admitted transfer, which runs the token contract and its call to
//! the registry, updates the note tree and hashes the writes. Nothing is committed.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should stop"
)]

use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use obolus_protocol::Amount;
use obolus_tests::bank::Bank;

fn execute(c: &mut Criterion) {
    let mut bank = Bank::found(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys"));
    for _ in 0..2 {
        let tx = bank.apply(Amount::MAX);
        bank.submit(&tx).unwrap();
    }
    let tx = bank.issue(0, 1_000);
    bank.submit(&tx).unwrap();
    let transfer = bank.pay(0, 1, 10);
    let admitted = bank.admit(&transfer).unwrap();
    let proposal = bank.build(vec![admitted.clone()]);
    assert!(proposal.refused.is_empty());

    let mut group = c.benchmark_group("transfer");
    group.bench_function("admission", |b| {
        b.iter(|| bank.admit(black_box(&transfer)).unwrap());
    });
    group.bench_function("execution", |b| {
        b.iter_batched(
            || vec![admitted.clone()],
            |admitted| bank.build(admitted),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, execute);
criterion_main!(benches);
