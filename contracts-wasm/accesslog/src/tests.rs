//! The log on the mock host: one valid call of each kind ([`World`]); [`refusals`] breaks one part of it at a time, [`life`]
//! lets it run.

mod cases;
mod life;
mod refusals;

use std::vec;
use std::vec::Vec;

use obolus_sdk::abi::accesslog::{
    AccessEntryMsg, AccessEvent, AccessItem, AccessLogInit, AccessLogState, AccessMembers,
    AccessRequestMsg, AccessState, AnswerAccessMsg, LoggedAccess, RequestAccessMsg, RequestsOfMsg,
};
use obolus_sdk::mock::{Attempt, Mock};
use obolus_sdk::{ContractId, FieldBytes, RoleKey, RoleSet, TxDigest};

use crate::ENTRIES;

const LOG: ContractId = ContractId([1; 32]);
const TOKEN: ContractId = ContractId([2; 32]);
const REGISTRY: ContractId = ContractId([3; 32]);
/// A contract that calls the log.
const STRANGER: ContractId = ContractId([4; 32]);
const THRESHOLD: u8 = 2;

/// Member number `number`, from 0; 16 and above are none.
fn key(number: u8) -> RoleKey {
    RoleKey([10 + number; 32])
}

fn transaction(number: u8) -> AccessItem {
    AccessItem::Transaction {
        digest: TxDigest([number; 32]),
    }
}

fn note(position: u64) -> AccessItem {
    AccessItem::Note {
        position,
        commitment: FieldBytes([7; 32]),
    }
}

fn members() -> AccessMembers {
    AccessMembers {
        members: RoleSet {
            keys: vec![key(0), key(1), key(2)],
            threshold: THRESHOLD,
        },
        requesters: Vec::new(),
    }
}

fn init_msg() -> AccessLogInit {
    AccessLogInit {
        members: members(),
        contracts: vec![TOKEN, REGISTRY],
    }
}

fn request_msg() -> RequestAccessMsg {
    RequestAccessMsg {
        by: key(0),
        case: "AZ 7 Js 12/26".into(),
        purpose: "Anfrage der Behörde, Zahlungen im März".into(),
        contract: TOKEN,
        items: vec![transaction(1), note(17)],
    }
}

struct World {
    mock: Mock,
}

impl World {
    /// A log with nothing but its first entry.
    fn new() -> Self {
        let mut mock = Mock::new();
        mock.install(STRANGER, &[]);
        mock.instantiate(LOG, ENTRIES, &init_msg()).unwrap();
        Self { mock }
    }

    fn accept(&mut self, attempt: &Attempt) -> Vec<u8> {
        self.mock.attempt(attempt).unwrap()
    }

    fn signed(&mut self, keys: &[RoleKey]) {
        self.mock.tx.role_keys = keys.iter().copied().collect();
    }

    fn request(&mut self, msg: &RequestAccessMsg) -> Attempt {
        self.signed(&[msg.by]);
        Attempt::new(LOG, "request", msg)
    }

    fn answer(&mut self, request: u64, member: u8) -> Attempt {
        self.signed(&[key(member)]);
        let msg = AnswerAccessMsg {
            request,
            head: self.head_of(request),
            member,
            partial_hash: [100 ^ member; 32],
        };
        Attempt::new(LOG, "answer", &msg)
    }

    /// The head that an answer to a request names; zero for a request that is none.
    fn head_of(&mut self, request: u64) -> [u8; 32] {
        let msg = AccessRequestMsg { request };
        let state = self.mock.query::<_, AccessState>(LOG, "access", &msg);
        state.map_or([0; 32], |state| state.head)
    }

    fn set_members(&mut self, members: &AccessMembers) -> Attempt {
        self.signed(&[key(0), key(2)]);
        Attempt::new(LOG, "set_members", members)
    }

    /// A log with one request, number 0.
    fn asked() -> Self {
        let mut world = Self::new();
        let attempt = world.request(&request_msg());
        world.accept(&attempt);
        world
    }

    fn state(&mut self) -> AccessLogState {
        self.mock.query(LOG, "state", &()).unwrap()
    }

    fn entry(&mut self, number: u64) -> LoggedAccess {
        let msg = AccessEntryMsg { number };
        self.mock.query(LOG, "logged", &msg).unwrap()
    }

    fn access(&mut self, request: u64) -> AccessState {
        let msg = AccessRequestMsg { request };
        self.mock.query(LOG, "access", &msg).unwrap()
    }

    fn requests_of(&mut self, contract: ContractId, item: AccessItem, from: u32) -> Vec<u64> {
        let msg = RequestsOfMsg {
            contract,
            item,
            from,
        };
        self.mock.query(LOG, "requests_of", &msg).unwrap()
    }

    fn events(&self) -> Vec<AccessEvent> {
        self.mock.events_of(LOG).unwrap()
    }
}

#[test]
fn the_schema_is_golden() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../artifacts/schemas/accesslog.json"
    );
    let json = crate::schema().to_json("accesslog", env!("CARGO_PKG_VERSION"));
    obolus_sdk::golden(path, &json).unwrap();
}
