//! What the calls of [`agree`](super::agree) need: registry, token and dealer, their roles, valid messages.

use std::collections::BTreeSet;

use obolus_abi::registry::{RegisterMsg, RegistryInit, RegistryState};
use obolus_abi::token::{
    CircuitPins, IssueMsg, RECIPIENT_MEMO_LEN, ReservesRule, SELF_MEMO_LEN, TokenInit, TransferMsg,
};
use obolus_abi::{ContractId, DealId, FieldBytes, KeyId, PointBytes, RoleKey, RoleSet};
use obolus_contract_hostile as hostile;
use obolus_contract_registry as registry;
use obolus_contract_token as token;
use obolus_contracts::{HOSTILE, REGISTRY, TOKEN};
use obolus_protocol::curve::Point;
use obolus_protocol::field::Scalar;
use obolus_sdk::mock::{Maths, MockTx};

use super::maths::RealMaths;
use super::twin::{Refusal, Twin};

pub const REGISTRY_ID: ContractId = ContractId([1; 32]);
pub const TOKEN_ID: ContractId = ContractId([2; 32]);
pub const DEALER_ID: ContractId = ContractId([3; 32]);
pub const REGISTRAR: RoleKey = RoleKey([21; 32]);
pub const ISSUER: RoleKey = RoleKey([22; 32]);
pub const OPERATOR: RoleKey = RoleKey([23; 32]);
pub const ATTESTOR: RoleKey = RoleKey([24; 32]);
pub const REGISTER_KEY: KeyId = KeyId([31; 32]);
pub const PINS: CircuitPins = CircuitPins {
    transfer: KeyId([32; 32]),
    issue: KeyId([33; 32]),
    redeem: KeyId([34; 32]),
    supply: Some(KeyId([37; 32])),
    velocity: Some(KeyId([38; 32])),
};
/// Blocks from a freeze to a seizure.
pub const SEIZURE_DELAY: u64 = 3;
pub const DEAL: DealId = DealId([9; 32]);

pub fn key(number: u64) -> PointBytes {
    Point::generator().mul(&Scalar::from(number)).encode()
}

pub fn number(number: u64) -> FieldBytes {
    FieldBytes::from_u64(number)
}

pub fn role(key: RoleKey) -> RoleSet {
    RoleSet {
        keys: vec![key],
        threshold: 1,
    }
}

pub fn code<E: Into<obolus_abi::ContractError>>(error: E) -> Option<u16> {
    Some(error.into().code)
}

/// Registry, token and dealer with an auditor, two participants and one anchored note.
pub struct Life {
    pub twin: Twin,
    pub auditor: PointBytes,
}

impl Life {
    pub fn new() -> Self {
        let auditor = key(1_000);
        let mut twin = Twin::new();
        twin.tx.spend_keys.insert(auditor);
        let init = RegistryInit {
            registrar: role(REGISTRAR),
            auditor,
            register_key: REGISTER_KEY,
            root_window: 2,
            seizure_delay: SEIZURE_DELAY,
        };
        twin.instantiate(REGISTRY_ID, registry::ENTRIES, REGISTRY, &init)
            .expect("a registry");
        let init = TokenInit {
            name: "US dollar deposit".into(),
            unit: "USD".into(),
            exponent: 2,
            registry: REGISTRY_ID,
            issuer: role(ISSUER),
            operator: role(OPERATOR),
            pins: PINS,
            reserves: Some(ReservesRule {
                attestor: role(ATTESTOR),
                strict: false,
            }),
            velocity: None,
            predecessor: None,
        };
        twin.instantiate(TOKEN_ID, token::ENTRIES, TOKEN, &init)
            .expect("a token");
        twin.instantiate(DEALER_ID, hostile::ENTRIES, HOSTILE, &())
            .expect("a dealer");
        let mut life = Self { twin, auditor };
        for participant in [1, 2] {
            assert_eq!(life.register(participant), Ok(participant as u32 - 1));
        }
        life.twin.end_block();
        assert_eq!(life.issue(0), Ok(0));
        life.twin.end_block();
        life
    }

    /// An empty transaction.
    pub fn nothing(&mut self) {
        self.twin.tx = MockTx::default();
    }

    pub fn signed(&mut self, role: RoleKey) {
        self.nothing();
        self.twin.tx.role_keys.insert(role);
    }

    pub fn prove(&mut self, key: KeyId, inputs: &[FieldBytes]) {
        self.twin.tx.proofs = BTreeSet::from([(key, inputs.to_vec())]);
    }

    pub fn register(&mut self, participant: u64) -> Result<u32, Refusal> {
        self.signed(REGISTRAR);
        let msg = RegisterMsg {
            owner: number(participant),
            ak: key(participant),
            epk: [7; 32],
            limit: 1_000_000,
            r: key(77),
            c1: number(5),
        };
        self.twin.tx.spend_keys.insert(msg.ak);
        let context = self.twin.context(REGISTRY_ID, None, "register");
        self.prove(REGISTER_KEY, &msg.inputs(&self.auditor, context).to_array());
        self.twin.call(REGISTRY_ID, "register", &msg)
    }

    pub fn state(&mut self) -> RegistryState {
        self.twin.query(REGISTRY_ID, "state", &()).expect("a state")
    }

    pub fn issue(&mut self, nonce: u64) -> Result<u64, Refusal> {
        self.signed(ISSUER);
        let msg = IssueMsg {
            recipient_root: self.state().active_root,
            cm1: number(100 + nonce),
            cv: key(200 + nonce),
            r: key(300),
            c1: number(2),
            c2: number(3),
            c3: number(4),
            nonce,
        };
        self.twin.tx.role_keys.insert(ISSUER);
        self.twin.tx.memos = vec![RECIPIENT_MEMO_LEN as u32];
        let context = self.twin.context(TOKEN_ID, None, "issue");
        self.prove(PINS.issue, &msg.inputs(&self.auditor, context).to_array());
        self.twin.call(TOKEN_ID, "issue", &msg)
    }

    pub fn transfer_msg(&mut self) -> TransferMsg {
        let root = self.state().active_root;
        TransferMsg {
            anchor: append_root(&[number(100)]),
            sender_root: root,
            recipient_root: root,
            nf1: number(3),
            nf2: number(4),
            cm1: number(5),
            cm2: number(6),
            rk: key(7),
            r: key(8),
            c1: number(9),
            c2: number(10),
        }
    }

    pub fn transfer(&mut self, msg: &TransferMsg) -> Result<u64, Refusal> {
        self.nothing();
        self.twin.tx.memos = vec![RECIPIENT_MEMO_LEN as u32, SELF_MEMO_LEN as u32];
        self.twin.tx.spend_keys.insert(msg.rk);
        let context = self.twin.context(TOKEN_ID, None, "transfer");
        self.prove(
            PINS.transfer,
            &msg.inputs(&self.auditor, context).to_array(),
        );
        self.twin.call(TOKEN_ID, "transfer", msg)
    }
}

pub fn append_root(leaves: &[FieldBytes]) -> FieldBytes {
    RealMaths.append_root(leaves)
}
