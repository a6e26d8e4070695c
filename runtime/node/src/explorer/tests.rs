use obolus_abi::token::{CircuitPins, TokenInit, TokenState};
use obolus_abi::{CodeId, ContractId, KeyId, PointBytes, RoleKey, RoleSet};
use obolus_chain::contract_id;
use obolus_protocol::tx::{SYSTEM_CONTRACT, Transaction};
use obolus_runtime::ledger::kit;

use crate::http::tests::running::{Answer, Running};
use obolus_http::server::pages::POLICY;

/// What somebody would like to have on another's page.
const HOSTILE: &str = "<script>alert(1)</script>\"'&amp;";

fn page(node: &Running, path: &str) -> String {
    let answer = node.get(path);
    assert_eq!(answer.status, 200, "{path}");
    text(&answer)
}

fn text(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("content-security-policy"), POLICY);
    assert_eq!(answer.header("x-frame-options"), "DENY");
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(!text.contains("<script"), "no page has a script");
    text
}

/// A contract that answers `state` as a token does, with a name of its choice.
fn impostor(name: &str) -> (Vec<u8>, ContractId) {
    let role = RoleSet {
        keys: vec![RoleKey([1; 32])],
        threshold: 1,
    };
    let state = TokenState {
        settings: TokenInit {
            name: name.into(),
            unit: "\u{202e}<b>".into(),
            exponent: 255,
            registry: ContractId([9; 32]),
            issuer: role.clone(),
            operator: role,
            pins: CircuitPins {
                transfer: KeyId([1; 32]),
                issue: KeyId([2; 32]),
                redeem: KeyId([3; 32]),
                supply: None,
                velocity: None,
            },
            reserves: None,
            velocity: None,
            predecessor: None,
        },
        issued: PointBytes([0; 64]),
        redeemed: PointBytes([0xff; 64]),
        issue_nonce: u64::MAX,
        paused: true,
        enabled: [false; 5],
        redemptions: 0,
        cleared: 0,
        backing: None,
        version: 0,
        velocity_serial: 0,
        successor: None,
    };
    let bytes = borsh::to_vec(&state).unwrap();
    let data: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
    let packed = (bytes.len() as u64) << 32;
    let module = wat::parse_str(format!(
        "(module (import \"obolus\" \"ret\" (func $ret (param i64) (result i64)))
           (memory (export \"memory\") 1) (data (i32.const 0) \"{data}\")
           (func (export \"x_init\") (result i32) (i32.const 0))
           (func (export \"q_state\") (result i32) (drop (call $ret (i64.const {packed}))) (i32.const 0)))"
    ))
    .unwrap();
    let code = CodeId(*blake3::hash(&module).as_bytes());
    let id = contract_id(&kit::genesis().chain_id(), &code, &[1; 32]);
    (module, id)
}

fn by_operator(entry: &str, args: Vec<u8>) -> Transaction {
    let body = kit::body(SYSTEM_CONTRACT, entry, args, 15);
    kit::signed_by(&kit::operator(), body)
}

#[test]
fn what_contracts_say_of_themselves_is_shown_as_text() {
    let node = Running::open();
    let (module, id) = impostor(HOSTILE);
    let code = CodeId(*blake3::hash(&module).as_bytes());
    let upload = borsh::to_vec(&kit::upload_message(module)).unwrap();
    node.commit(&by_operator("upload", upload));
    let message = kit::instantiate_message(code, [1; 32], Vec::new());
    node.commit(&by_operator(
        "instantiate",
        borsh::to_vec(&message).unwrap(),
    ));
    assert_eq!(node.json("/v1/tokens")[0]["name"], HOSTILE);
    for path in ["/explorer/tokens".into(), format!("/explorer/tokens/{id}")] {
        let text = page(&node, &path);
        assert!(text.contains("alert(1)"), "{path} shows the name");
        assert!(!text.contains(HOSTILE) && !text.contains("<b>"), "{path}");
    }
    page(&node, "/explorer/contracts");
}

#[test]
fn every_page_answers_on_a_chain_without_tokens() {
    let node = Running::open();
    let tx = kit::put(1, b"one", 10);
    node.commit(&tx);
    let id = tx.id().to_string();
    for path in [
        "/",
        "/explorer",
        "/explorer/blocks",
        "/explorer/blocks/1",
        "/explorer/tokens",
        "/explorer/contracts",
        "/explorer/circuits",
        &format!("/explorer/transactions/{id}"),
    ] {
        assert!(page(&node, path).contains("INSECURE"), "{path}");
    }
    let found = node.get(&format!("/explorer/search?q={id}"));
    assert_eq!(found.status, 303);
    assert_eq!(
        found.header("location"),
        format!("/explorer/transactions/{id}")
    );
}

#[test]
fn what_is_not_there_has_a_page_too() {
    let node = Running::open();
    let unknown = "ab".repeat(32);
    for (path, status) in [
        ("/explorer/blocks/99".to_owned(), 404),
        ("/explorer/blocks/x".into(), 400),
        (format!("/explorer/transactions/{unknown}"), 404),
        (format!("/explorer/tokens/{unknown}"), 404),
        ("/explorer/nowhere/at/all".into(), 404),
        ("/explorer/search?q=%3Cscript%3E".into(), 404),
    ] {
        let answer = node.get(&path);
        assert_eq!(answer.status, status, "{path}");
        text(&answer);
    }
}
