//! Uploading, instantiating and freezing, and each refusal.

use obolus_abi::{CodeId, ContractId};
use obolus_protocol::tx::{SYSTEM_CONTRACT, Transaction};

use super::super::kit::{
    self, body, commit, module, open, operator, plain, propose, signed_by, store_contract,
};
use super::*;
use crate::ledger::Execution;

fn call(entry: &str, args: Vec<u8>) -> Transaction {
    signed_by(&operator(), body(SYSTEM_CONTRACT, entry, args, 10))
}

/// Why it is refused, after checking that it leaves nothing behind.
fn refusal(ledger: &Execution, tx: Transaction) -> String {
    let proposal = propose(ledger, &[tx]);
    assert!(proposal.executed.is_empty());
    let untouched = propose(ledger, &[]).executed;
    assert_eq!(proposal.executed.writes(), untouched.writes());
    proposal.refused[0].reason.code().to_owned()
}

fn events(ledger: &Execution, height: u64) -> Vec<SystemEvent> {
    let updates = ledger
        .updates(obolus_protocol::tx::Height(height), 1)
        .unwrap();
    let events = updates[0].txs.iter().flat_map(|tx| &tx.events);
    events
        .filter(|event| event.contract == SYSTEM)
        .map(|event| borsh::from_slice(&event.data).unwrap())
        .collect()
}

#[test]
fn events_name_code_and_contract() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let code = CodeId(*blake3::hash(&module()).as_bytes());
    let contract = store_contract();
    assert_eq!(
        events(&ledger, 1),
        [
            SystemEvent::Uploaded { code },
            SystemEvent::Instantiated { contract, code }
        ]
    );
    let freeze = super::super::encode(&FreezeCodeMsg { contract });
    commit(&mut ledger, &[call("freeze_code", freeze.clone())]);
    assert_eq!(events(&ledger, 2), [SystemEvent::CodeFrozen { contract }]);
    let record = ledger.state().get(&keys::contract(&contract)).unwrap();
    let record: ContractRecord = borsh::from_slice(&record.unwrap()).unwrap();
    assert_eq!(
        record,
        ContractRecord {
            code,
            code_frozen: true
        }
    );
    let mut again = call("freeze_code", freeze);
    again.body.expiry.0 += 1;
    let again = signed_by(&operator(), again.body);
    assert_eq!(refusal(&ledger, again), "code_already_frozen");
}

#[test]
fn each_refusal() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let code = CodeId(*blake3::hash(&module()).as_bytes());
    let msg = |code, salt| {
        super::super::encode(&InstantiateMsg {
            code,
            salt,
            init: Vec::new(),
        })
    };
    let freeze = |id| super::super::encode(&FreezeCodeMsg { contract: id });
    let mut trailing = freeze(store_contract());
    trailing.push(0);
    let cases = [
        (call("mint", vec![]), "system_no_such_entry"),
        (call("upload", b"no module".to_vec()), "bad_module"),
        (call("instantiate", vec![1]), "system_bad_arguments"),
        (call("freeze_code", trailing), "system_bad_arguments"),
        (
            call("instantiate", msg(CodeId([0; 32]), [1; 32])),
            "no_such_code",
        ),
        (call("instantiate", msg(code, [5; 32])), "contract_exists"),
        (
            call("freeze_code", freeze(ContractId([1; 32]))),
            "no_such_contract",
        ),
        (plain(kit::upload().body), "system_not_operator"),
    ];
    for (tx, code) in cases {
        // Another digest than the committed ones.
        let mut changed = tx.body.clone();
        changed.expiry.0 += 1;
        let tx = if tx.is_role() {
            signed_by(&operator(), changed)
        } else {
            plain(changed)
        };
        assert_eq!(refusal(&ledger, tx), code);
    }
    let mut again = kit::upload().body;
    again.expiry.0 += 1;
    assert_eq!(
        refusal(&ledger, signed_by(&operator(), again)),
        "code_exists"
    );
}

#[test]
fn a_failing_init_makes_no_contract() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let module = wat::parse_str(
        r#"(module (memory (export "memory") 1)
             (func (export "x_init") (result i32) (unreachable)))"#,
    )
    .unwrap();
    let code = CodeId(*blake3::hash(&module).as_bytes());
    commit(&mut ledger, &[call("upload", module)]);
    let msg = InstantiateMsg {
        code,
        salt: [0; 32],
        init: Vec::new(),
    };
    let tx = call("instantiate", super::super::encode(&msg));
    assert_eq!(refusal(&ledger, tx), "contract_trapped");
}

#[test]
fn the_threshold_counts_distinct_operators() {
    let keys: Vec<_> = (1..=3)
        .map(|n| ed25519_dalek::SigningKey::from_bytes(&[n; 32]))
        .map(|key| obolus_abi::RoleKey(key.verifying_key().to_bytes()))
        .collect();
    let mut sorted = keys.clone();
    sorted.sort();
    let set = RoleSet {
        keys: sorted,
        threshold: 2,
    };
    let signed = |who: &[usize]| Authorities {
        role_keys: who.iter().map(|n| keys[*n]).collect(),
        ..Authorities::default()
    };
    assert!(check_operator(&set, &signed(&[])).is_err());
    assert!(check_operator(&set, &signed(&[1])).is_err());
    assert!(check_operator(&set, &signed(&[0, 2])).is_ok());
    assert!(check_operator(&set, &signed(&[0, 1, 2])).is_ok());
    let mut stranger = signed(&[0]);
    stranger.role_keys.insert(obolus_abi::RoleKey([7; 32]));
    assert!(check_operator(&set, &stranger).is_err());
}
