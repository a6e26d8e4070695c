//! What a payment costs the ledger: `admission` checks form, signature and proof of one transaction; `contract` runs the token
//! contract's transfer with its call to the registry; `block` builds a block of one admitted transfer, which also updates the
//! note tree and hashes the writes. Nothing is committed.
//!
//! And what the first call of a module costs: `warm` finds it in memory, `cold` reads its native code from disk, `compiled`
//! has neither.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should stop"
)]

use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use obolus_protocol::Amount;
use obolus_protocol::tx::EntryName;
use obolus_runtime::exec::{self, BlockEnv, Fuel, TopCall};
use obolus_runtime::ledger::Admitted;
use obolus_runtime::overlay::Overlay;
use obolus_runtime::vm::Vm;
use obolus_tests::bank::Bank;

const FUEL: Fuel = Fuel(500_000_000);

/// The user's call that a transaction makes.
fn call(admitted: &Admitted) -> TopCall {
    let body = &admitted.transaction().body;
    TopCall {
        contract: body.contract,
        entry: body.entry.clone(),
        args: body.args.clone(),
    }
}

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
    let (vm, auth, call) = (bank.ledger.vm(), admitted.authorities(), call(&admitted));
    let env = bank.env();
    group.bench_function("contract", |b| {
        b.iter_batched_ref(
            || Overlay::new(bank.ledger.state()),
            |overlay| {
                let outcome = exec::execute(vm, overlay, &env, &auth, &call, FUEL).unwrap();
                outcome.result.unwrap()
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("block", |b| {
        b.iter_batched(
            || vec![admitted.clone()],
            |admitted| bank.build(admitted),
            BatchSize::SmallInput,
        );
    });
    group.finish();
    modules(c, &bank, &env);
}

/// A read-only call of the token, whose module is the largest that payments need.
fn modules(c: &mut Criterion, bank: &Bank, env: &BlockEnv) {
    let state = TopCall {
        contract: bank.token.token,
        entry: EntryName::new("state").unwrap(),
        args: Vec::new(),
    };
    let ask = |vm: &Vm| {
        let permit = vm.admit_query();
        let outcome = exec::query(vm, &permit, bank.ledger.state(), env, &state, FUEL).unwrap();
        outcome.result.unwrap()
    };
    let directory = tempfile::tempdir().unwrap();
    let kept = directory.path().join("modules");
    ask(&Vm::keeping(&kept).unwrap());
    let mut group = c.benchmark_group("first call of a module");
    let warm = Vm::new().unwrap();
    group.bench_function("warm", |b| b.iter(|| ask(&warm)));
    group.bench_function("cold", |b| {
        b.iter_batched_ref(
            || Vm::keeping(&kept).unwrap(),
            |vm| ask(vm),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("compiled", |b| {
        b.iter_batched_ref(|| Vm::new().unwrap(), |vm| ask(vm), BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, execute);
criterion_main!(benches);
