//! Commits blocks of small transactions: log append with fsync, store batch, receipts.
//!
//! `commit` measures what an acknowledgement waits for after execution; `execute_and_commit` adds
//! building the block. Proofs and signatures are not part of either.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should stop"
)]

use std::path::Path;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ed25519_dalek::SigningKey;
use obolus_abi::system::{AdminPolicy, InstantiateMsg, UploadMsg};
use obolus_abi::{CodeId, ContractId, RoleKey, RoleSet};
use obolus_chain::{ChainMode, ChainName, Genesis, Timestamp, contract_id};
use obolus_protocol::address::Network;
use obolus_protocol::tx::{EntryName, Height, RoleSignature, SYSTEM_CONTRACT, Transaction, TxBody};
use obolus_runtime::ledger::{Admitted, Execution, Proposal};

const START: u64 = 1_700_000_000_000;

fn operator() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn genesis() -> Genesis {
    Genesis {
        name: ChainName::new("bench").unwrap(),
        network: Network::Test,
        mode: ChainMode::Development,
        time: Timestamp(START),
        operator: RoleSet {
            keys: vec![RoleKey(operator().verifying_key().to_bytes())],
            threshold: 1,
        },
        verifying_keys: Vec::new(),
        expiry_horizon: Height(1000),
    }
}

fn transaction(
    ledger: &Execution,
    contract: ContractId,
    entry: &str,
    args: Vec<u8>,
) -> Transaction {
    let body = TxBody {
        chain: ledger.chain(),
        expiry: Height(ledger.next_height().0 + 100),
        contract,
        entry: EntryName::new(entry).unwrap(),
        args,
        memos: Vec::new(),
    };
    let role_signatures = if contract == SYSTEM_CONTRACT {
        vec![RoleSignature::create(&operator(), &body.digest())]
    } else {
        Vec::new()
    };
    Transaction {
        body,
        proofs: Vec::new(),
        spend_signatures: Vec::new(),
        role_signatures,
    }
}

fn build(ledger: &Execution, txs: Vec<Admitted>) -> Proposal {
    let time = Timestamp(ledger.tip().time_ms + 1);
    let proposal = ledger.build(txs, time).unwrap();
    assert!(proposal.refused.is_empty());
    proposal
}

fn admit(ledger: &Execution, txs: &[Transaction]) -> Vec<Admitted> {
    ledger
        .admit_batch(txs.iter().map(Transaction::encode).collect())
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

fn open(directory: &Path) -> (Execution, ContractId) {
    let mut ledger = Execution::open(directory, &genesis()).unwrap();
    let module = wat::parse_str(include_str!("../testdata/store.wat")).unwrap();
    let code = CodeId(*blake3::hash(&module).as_bytes());
    let msg = InstantiateMsg {
        code,
        salt: [0; 32],
        init: Vec::new(),
        admin: AdminPolicy::Frozen,
        quota: None,
    };
    let upload = UploadMsg {
        module,
        source: None,
    };
    let txs = [
        transaction(
            &ledger,
            SYSTEM_CONTRACT,
            "upload",
            borsh::to_vec(&upload).unwrap(),
        ),
        transaction(
            &ledger,
            SYSTEM_CONTRACT,
            "instantiate",
            borsh::to_vec(&msg).unwrap(),
        ),
    ];
    let proposal = build(&ledger, admit(&ledger, &txs));
    ledger.commit(&proposal.executed).unwrap();
    let contract = contract_id(&ledger.chain(), &code, &[0; 32]);
    (ledger, contract)
}

/// Admitted transactions, each storing 32 bytes under a key of its own.
fn puts(ledger: &Execution, contract: ContractId, count: u64) -> Vec<Admitted> {
    let txs: Vec<_> = (0..count)
        .map(|n| {
            let key = ledger.next_height().0 * count + n;
            let args = [key.to_be_bytes().as_slice(), &[7; 32]].concat();
            transaction(ledger, contract, "put", args)
        })
        .collect();
    admit(ledger, &txs)
}

fn commit(c: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let (ledger, contract) = open(directory.path());
    let ledger = std::cell::RefCell::new(ledger);
    for count in [1, 100] {
        let mut group = c.benchmark_group("commit");
        group
            .throughput(Throughput::Elements(count))
            .sample_size(20);
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter_batched(
                || {
                    let ledger = ledger.borrow();
                    build(&ledger, puts(&ledger, contract, count))
                },
                |proposal| ledger.borrow_mut().commit(&proposal.executed).unwrap(),
                BatchSize::PerIteration,
            );
        });
        group.finish();
        let mut group = c.benchmark_group("execute_and_commit");
        group
            .throughput(Throughput::Elements(count))
            .sample_size(20);
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter_batched(
                || puts(&ledger.borrow(), contract, count),
                |txs| {
                    let proposal = build(&ledger.borrow(), txs);
                    ledger.borrow_mut().commit(&proposal.executed).unwrap()
                },
                BatchSize::PerIteration,
            );
        });
        group.finish();
    }
}

criterion_group!(benches, commit);
criterion_main!(benches);
