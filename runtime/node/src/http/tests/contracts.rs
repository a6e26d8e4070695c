//! What the node tells of contracts and modules, and that it wakes for scheduled calls.

use std::time::{Duration, Instant};

use obolus_abi::system::{AdminPolicy, Delay, ProposeMigrationMsg, UploadMsg};
use obolus_abi::{CodeId, ContractId, SourceHash};
use obolus_chain::contract_id;
use obolus_protocol::tx::{SYSTEM_CONTRACT, Transaction};
use obolus_runtime::ledger::kit;

use super::running::{PATIENCE, Running};

fn module() -> Vec<u8> {
    wat::parse_str(include_str!("../../../../core/testdata/clock.wat")).unwrap()
}

fn by_operator(entry: &str, message: &impl borsh::BorshSerialize) -> Transaction {
    let args = borsh::to_vec(message).unwrap();
    kit::signed_by(
        &kit::operator(),
        kit::body(SYSTEM_CONTRACT, entry, args, 15),
    )
}

/// Uploads the module and makes a contract with an admin, a delay and a quota.
fn deploy(node: &Running) -> (CodeId, ContractId) {
    let code = CodeId(*blake3::hash(&module()).as_bytes());
    node.commit(&by_operator(
        "upload",
        &UploadMsg {
            module: module(),
            source: Some(SourceHash([6; 32])),
        },
    ));
    let mut message = kit::instantiate_message(code, [1; 32], Vec::new());
    message.quota = Some(5000);
    message.admin = AdminPolicy::Admin {
        role: kit::genesis().operator,
        delay: Delay { blocks: 9, ms: 70 },
    };
    node.commit(&by_operator("instantiate", &message));
    (
        code,
        contract_id(&kit::genesis().chain_id(), &code, &[1; 32]),
    )
}

/// A call that schedules `tick` with the argument 7 at this height.
fn start(contract: ContractId, at: u64) -> Transaction {
    let args: Vec<u8> = [at, 1_000_000, 0, 4, 7]
        .iter()
        .flat_map(|value: &u64| value.to_le_bytes())
        .collect();
    kit::plain(kit::body(contract, "start", args, 15))
}

#[test]
fn code_and_contract_are_told() {
    let node = Running::open();
    let (code, contract) = deploy(&node);
    let told = node.json(&format!("/v1/codes/{code}"));
    assert_eq!(told["source"], "06".repeat(32));
    assert_eq!(told["size"], module().len());
    node.commit(&by_operator(
        "propose_migration",
        &ProposeMigrationMsg {
            contract,
            code,
            args: Vec::new(),
        },
    ));
    node.commit(&start(contract, 50));
    let told = node.json(&format!("/v1/contracts/{contract}"));
    assert_eq!(told["code"], code.to_string());
    assert_eq!(told["storage_quota"], 5000);
    assert_eq!(told["storage_used"], 256 + 8);
    assert_eq!(told["admin"]["role"]["threshold"], 1);
    assert_eq!(told["admin"]["delay_blocks"], 9);
    assert_eq!(told["pending"]["code"], code.to_string());
    assert_eq!(told["pending"]["ready_height"], 4 + 9);
    assert_eq!(told["scheduled"][0]["due"], 50);
    assert_eq!(told["scheduled"][0]["entry"], "tick");
    let all = node.json("/v1/contracts");
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert!(all.as_array().unwrap().contains(&told));
    for path in ["/v1/codes/", "/v1/contracts/"] {
        let nothing = node.get(&format!("{path}{}", "ab".repeat(32)));
        assert_eq!(nothing.fault(), (404, "not_found".into()));
    }
    for (path, part) in [
        ("/explorer/contracts".to_owned(), contract.to_string()),
        ("/explorer/blocks/5".to_owned(), "start".to_owned()),
    ] {
        let page = node.get(&path);
        assert_eq!(page.status, 200);
        assert!(
            String::from_utf8(page.body).unwrap().contains(&part),
            "{path}"
        );
    }
}

/// Idle blocks are off here: only the due call can make the next block.
#[test]
fn a_due_call_does_not_wait_for_a_transaction() {
    let node = Running::open();
    let (_, contract) = deploy(&node);
    let next = node.json("/v1/tip")["height"].as_u64().unwrap() + 1;
    node.commit(&start(contract, next + 1));
    let asked = Instant::now();
    while node.json("/v1/tip")["height"] != next + 1 {
        assert!(asked.elapsed() < PATIENCE, "the due call waits");
        std::thread::sleep(Duration::from_millis(5));
    }
    let updates = node.json(&format!("/v1/updates?from={}", next + 1));
    let run = &updates[0]["scheduled"][0];
    assert_eq!(run["entry"], "tick");
    assert_eq!(run["contract"], contract.to_string());
    assert_eq!(run["events"][0]["data"], "0700000000000000");
    assert_eq!(updates[0]["txs"].as_array().unwrap().len(), 0);
    // Nothing else is due: the chain rests.
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(node.json("/v1/tip")["height"], next + 1);
    let page = node.get(&format!("/explorer/blocks/{}", next + 1));
    let page = String::from_utf8(page.body).unwrap();
    assert!(page.contains("Scheduled calls") && page.contains("tick"));
}
