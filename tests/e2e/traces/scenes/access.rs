//! The access log.

use obolus_abi::accesslog::{
    AccessEntryMsg, AccessItem, AccessLogInit, AccessLogState, AccessMembers, AccessRequestMsg,
    AccessState, AnswerAccessMsg, RequestAccessMsg, RequestsOfMsg,
};
use obolus_abi::{FieldBytes, RoleKey, RoleSet, TxDigest};
use obolus_contract_accesslog as accesslog_code;
use obolus_contract_hostile::messages::Raw;
use obolus_contracts as wasm;

use super::basic::{accept, asked, refuse};
use super::{FAILED, FRESH, Scene};
use crate::contracts::stage::{Life, REGISTRY_ID, TOKEN_ID};

fn member(number: u8) -> RoleKey {
    RoleKey([60 + number; 32])
}

pub fn accesslog() -> Scene {
    let mut life = Life::new();
    let from = life.twin.script.len();
    let code = (accesslog_code::ENTRIES, wasm::ACCESSLOG);
    let members = |last| AccessMembers {
        members: RoleSet {
            keys: vec![member(0), member(1), member(last)],
            threshold: 2,
        },
        requesters: vec![member(9)],
    };
    let init = AccessLogInit {
        members: members(2),
        contracts: vec![REGISTRY_ID, TOKEN_ID],
    };
    life.nothing();
    let fresh = life.twin.instantiate(FRESH, code.0, code.1, &init);
    assert_eq!(fresh, Ok(()));
    let without = AccessLogInit {
        contracts: Vec::new(),
        ..init
    };
    let failed = life.twin.instantiate(FAILED, code.0, code.1, &without);
    assert!(failed.is_err());

    let transaction = AccessItem::Transaction {
        digest: TxDigest([1; 32]),
    };
    let request = RequestAccessMsg {
        by: member(9),
        case: "AZ 7 Js 12/26".into(),
        purpose: "Zahlungen im März".into(),
        contract: TOKEN_ID,
        items: vec![
            transaction,
            AccessItem::Note {
                position: 3,
                commitment: FieldBytes([4; 32]),
            },
            AccessItem::Escrow {
                slot: 1,
                owner: FieldBytes([5; 32]),
            },
            AccessItem::Sealed { hash: [2; 32] },
        ],
    };
    refuse(&mut life, FRESH, "request", &request);
    life.signed(member(9));
    accept(&mut life, FRESH, "request", &request);
    let nothing = RequestAccessMsg {
        items: Vec::new(),
        ..request.clone()
    };
    refuse(&mut life, FRESH, "request", &nothing);
    life.twin.end_block();

    let access = AccessRequestMsg { request: 0 };
    let access = life.twin.query::<_, AccessState>(FRESH, "access", &access);
    let head = access.expect("an answer").head;
    for number in [2, 0, 1] {
        let answer = AnswerAccessMsg {
            request: 0,
            head,
            member: number,
            partial_hash: [number; 32],
        };
        life.nothing();
        refuse(&mut life, FRESH, "answer", &answer);
        life.signed(member(number));
        let other = AnswerAccessMsg {
            head: [0; 32],
            ..answer
        };
        refuse(&mut life, FRESH, "answer", &other);
        accept(&mut life, FRESH, "answer", &answer);
        refuse(&mut life, FRESH, "answer", &answer);
        life.twin.end_block();
    }

    let others = members(3);
    life.signed(member(0));
    refuse(&mut life, FRESH, "set_members", &others);
    life.twin.tx.role_keys.insert(member(2));
    accept(&mut life, FRESH, "set_members", &others);
    life.twin.end_block();

    asked(&mut life, FRESH, "state", &());
    asked(&mut life, FRESH, "logged", &AccessEntryMsg { number: 1 });
    asked(&mut life, FRESH, "access", &AccessRequestMsg { request: 0 });
    let named = RequestsOfMsg {
        contract: TOKEN_ID,
        item: transaction,
        from: 0,
    };
    asked(&mut life, FRESH, "requests_of", &named);
    for (entry, missing) in [("logged", 6_u64), ("access", 1)] {
        let answer = life.twin.query::<_, Raw>(FRESH, entry, &missing);
        assert!(answer.is_err());
    }
    let state = life.twin.query::<_, AccessLogState>(FRESH, "state", &());
    assert_eq!(state.expect("an answer").entries, 6);
    let request = AccessRequestMsg { request: 0 };
    let access = life.twin.query::<_, AccessState>(FRESH, "access", &request);
    assert!(access.expect("an answer").opened_at.is_some());
    Scene {
        name: "accesslog",
        module: code.1,
        contract: FRESH,
        script: life.twin.script,
        from,
    }
}
