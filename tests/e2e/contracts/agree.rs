//! A token's life, refusals included, natively and as WASM.

use std::collections::BTreeSet;

use obolus_abi::registry::{
    ApproveContractMsg, CheckRootsMsg, OpenDealMsg, Participant, RegisterMsg, RegistryError,
    RegistryInit, RegistryState, SetAuditorMsg, SetLimitMsg, SlotMsg,
};
use obolus_abi::token::{
    CircuitPins, IssueMsg, RECIPIENT_MEMO_LEN, RedeemMsg, SELF_MEMO_LEN, SetPausedMsg, TokenError,
    TokenInit, TokenState, TransferDealMsg, TransferMsg,
};
use obolus_abi::{ContractId, DealId, FieldBytes, KeyId, PointBytes, RoleKey, RoleSet};
use obolus_contract_hostile as hostile;
use obolus_contract_registry as registry;
use obolus_contract_token as token;
use obolus_contracts::{HOSTILE, REGISTRY, TOKEN};
use obolus_protocol::curve::{Point, deal_point};
use obolus_protocol::field::Scalar;
use obolus_sdk::mock::{Maths, MockTx};

use super::maths::RealMaths;
use super::twin::{Refusal, Twin};

const REGISTRY_ID: ContractId = ContractId([1; 32]);
const TOKEN_ID: ContractId = ContractId([2; 32]);
const DEALER_ID: ContractId = ContractId([3; 32]);
const REGISTRAR: RoleKey = RoleKey([21; 32]);
const ISSUER: RoleKey = RoleKey([22; 32]);
const OPERATOR: RoleKey = RoleKey([23; 32]);
const REGISTER_KEY: KeyId = KeyId([31; 32]);
const PINS: CircuitPins = CircuitPins {
    transfer: KeyId([32; 32]),
    issue: KeyId([33; 32]),
    redeem: KeyId([34; 32]),
};
const DEAL: DealId = DealId([9; 32]);

fn key(number: u64) -> PointBytes {
    Point::generator().mul(&Scalar::from(number)).encode()
}

fn number(number: u64) -> FieldBytes {
    FieldBytes::from_u64(number)
}

fn role(key: RoleKey) -> RoleSet {
    RoleSet {
        keys: vec![key],
        threshold: 1,
    }
}

fn code<E: Into<obolus_abi::ContractError>>(error: E) -> Option<u16> {
    Some(error.into().code)
}

/// Registry, token and dealer with an auditor, two participants and one anchored note.
struct Life {
    twin: Twin,
    auditor: PointBytes,
}

impl Life {
    fn new() -> Self {
        let auditor = key(1_000);
        let mut twin = Twin::new();
        twin.tx.spend_keys.insert(auditor);
        let init = RegistryInit {
            registrar: role(REGISTRAR),
            auditor,
            register_key: REGISTER_KEY,
            root_window: 2,
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
    fn nothing(&mut self) {
        self.twin.tx = MockTx::default();
    }

    fn signed(&mut self, role: RoleKey) {
        self.nothing();
        self.twin.tx.role_keys.insert(role);
    }

    fn prove(&mut self, key: KeyId, inputs: &[FieldBytes]) {
        self.twin.tx.proofs = BTreeSet::from([(key, inputs.to_vec())]);
    }

    fn register(&mut self, participant: u64) -> Result<u32, Refusal> {
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

    fn state(&mut self) -> RegistryState {
        self.twin.query(REGISTRY_ID, "state", &()).expect("a state")
    }

    fn issue(&mut self, nonce: u64) -> Result<u64, Refusal> {
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

    fn transfer_msg(&mut self) -> TransferMsg {
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

    fn transfer(&mut self, msg: &TransferMsg) -> Result<u64, Refusal> {
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

fn append_root(leaves: &[FieldBytes]) -> FieldBytes {
    RealMaths.append_root(leaves)
}

#[test]
fn payments_agree() {
    let mut life = Life::new();
    let msg = life.transfer_msg();
    assert_eq!(life.transfer(&msg), Ok(1));
    let again = life.transfer(&msg).map_err(|error| error.code());
    assert_eq!(again, Err(code(TokenError::DoubleSpend)));
    life.twin.end_block();
    let again = life.transfer(&msg).map_err(|error| error.code());
    assert_eq!(again, Err(code(TokenError::DoubleSpend)));
    let fresh = TransferMsg {
        nf1: number(13),
        nf2: number(14),
        ..msg.clone()
    };
    for (bad, error) in [
        (
            TransferMsg {
                nf2: fresh.nf1,
                ..fresh.clone()
            },
            code(TokenError::NullifiersEqual),
        ),
        (
            TransferMsg {
                anchor: number(1),
                ..fresh.clone()
            },
            code(TokenError::UnknownAnchor),
        ),
        (
            TransferMsg {
                cm1: FieldBytes([0xff; 32]),
                ..fresh.clone()
            },
            code(TokenError::NonCanonical),
        ),
        (
            TransferMsg {
                sender_root: number(1),
                ..fresh.clone()
            },
            code(RegistryError::SenderRoot),
        ),
        (
            TransferMsg {
                recipient_root: number(1),
                ..fresh.clone()
            },
            code(RegistryError::RecipientRoot),
        ),
    ] {
        assert_eq!(
            life.transfer(&bad).map_err(|error| error.code()),
            Err(error)
        );
    }
    // A new anchor: the leaves of the issue and of the transfer.
    let anchor = append_root(&[number(100), msg.cm1, msg.cm2]);
    assert_eq!(life.transfer(&TransferMsg { anchor, ..fresh }), Ok(3));
    assert_eq!(life.twin.query(TOKEN_ID, "spent", &number(13)), Ok(true));
    assert_eq!(life.twin.query(TOKEN_ID, "spent", &number(15)), Ok(false));
}

#[test]
fn issues_and_redemptions_agree() {
    let mut life = Life::new();
    assert_eq!(
        life.issue(0).map_err(|error| error.code()),
        Err(code(TokenError::Nonce))
    );
    assert_eq!(life.issue(1), Ok(1));
    let msg = RedeemMsg {
        anchor: append_root(&[number(100)]),
        sender_root: life.state().active_root,
        nf1: number(3),
        nf2: number(4),
        cm2: number(6),
        rk: key(7),
        cv: key(50),
        r: key(8),
        c1: number(9),
        c2: number(10),
        payout_reference: [11; 32],
    };
    life.nothing();
    let missing = life
        .twin
        .call::<_, u64>(TOKEN_ID, "redeem", &msg)
        .map_err(|error| error.code());
    assert_eq!(missing, Err(code(TokenError::BadMemos)));
    life.twin.tx.memos = vec![SELF_MEMO_LEN as u32];
    life.twin.tx.spend_keys.insert(msg.rk);
    let unproven = life
        .twin
        .call::<_, u64>(TOKEN_ID, "redeem", &msg)
        .map_err(|error| error.code());
    assert_eq!(unproven, Err(code(TokenError::BadProof)));
    let context = life.twin.context(TOKEN_ID, None, "redeem");
    let inputs = msg.inputs(&life.auditor, context).to_array();
    life.prove(PINS.redeem, &inputs);
    assert_eq!(life.twin.call(TOKEN_ID, "redeem", &msg), Ok(2u64));
    let state: TokenState = life.twin.query(TOKEN_ID, "state", &()).expect("a state");
    let issued = Point::generator().mul(&Scalar::from(200u64 + 201));
    assert_eq!((state.issued, state.redeemed), (issued.encode(), key(50)));
    assert_eq!(state.issue_nonce, 2);

    life.signed(OPERATOR);
    assert_eq!(
        life.twin
            .call(TOKEN_ID, "set_paused", &SetPausedMsg { paused: true }),
        Ok(())
    );
    assert_eq!(
        life.issue(2).map_err(|error| error.code()),
        Err(code(TokenError::Paused))
    );
}

#[test]
fn the_registry_agrees() {
    let mut life = Life::new();
    assert_eq!(
        life.register(1).map_err(|error| error.code()),
        Err(code(RegistryError::Duplicate))
    );
    let before = life.state().active_root;
    assert_eq!(life.register(3), Ok(2));
    let check = CheckRootsMsg {
        sender_root: Some(before),
        recipient_root: Some(life.state().active_root),
    };
    assert_eq!(
        life.twin.query(REGISTRY_ID, "check_roots", &check),
        Ok(life.auditor)
    );
    for _ in 0..4 {
        life.twin.end_block();
    }
    let stale = life
        .twin
        .query::<_, PointBytes>(REGISTRY_ID, "check_roots", &check);
    assert_eq!(
        stale.map_err(|error| error.code()),
        Err(code(RegistryError::SenderRoot))
    );

    let msg = life.transfer_msg();
    life.signed(REGISTRAR);
    assert_eq!(
        life.twin.call(REGISTRY_ID, "freeze", &SlotMsg { slot: 1 }),
        Ok(())
    );
    let late = life.transfer(&msg).map_err(|error| error.code());
    assert_eq!(late, Err(code(RegistryError::SenderRoot)));
    life.signed(REGISTRAR);
    assert_eq!(
        life.twin
            .call(REGISTRY_ID, "unfreeze", &SlotMsg { slot: 1 }),
        Ok(())
    );
    let limit = SetLimitMsg { slot: 0, limit: 5 };
    assert_eq!(life.twin.call(REGISTRY_ID, "set_limit", &limit), Ok(()));
    let participant =
        life.twin
            .query::<_, Participant>(REGISTRY_ID, "participant", &SlotMsg { slot: 0 });
    assert_eq!(participant.expect("a reply").limit, 5);

    let next = SetAuditorMsg {
        auditor: key(2_000),
    };
    let refused = life.twin.call::<_, ()>(REGISTRY_ID, "set_auditor", &next);
    assert_eq!(
        refused.map_err(|error| error.code()),
        Err(code(RegistryError::NotKeyHolder))
    );
    life.twin.tx.spend_keys.insert(next.auditor);
    assert_eq!(life.twin.call(REGISTRY_ID, "set_auditor", &next), Ok(()));
    assert_eq!(life.state().auditor, next.auditor);
}

#[test]
fn deals_agree() {
    let mut life = Life::new();
    let ak = deal_point(&DEALER_ID, &DEAL).encode();
    let open = hostile::messages::OpenMsg {
        registry: REGISTRY_ID,
        deal: OpenDealMsg {
            deal: DEAL,
            owner: number(70),
            limit: 500,
            r: key(71),
            c1: number(72),
        },
    };
    life.nothing();
    let early = life
        .twin
        .call::<_, u32>(DEALER_ID, "open", &open)
        .map_err(|error| error.code());
    assert_eq!(early, Err(code(RegistryError::NotApproved)));
    life.signed(REGISTRAR);
    let approve = ApproveContractMsg {
        contract: DEALER_ID,
    };
    assert_eq!(
        life.twin.call(REGISTRY_ID, "approve_contract", &approve),
        Ok(())
    );
    life.nothing();
    let context = life.twin.context(REGISTRY_ID, Some(DEALER_ID), "open_deal");
    let auditor = life.auditor;
    life.prove(
        REGISTER_KEY,
        &open.deal.inputs(&ak, &auditor, context).to_array(),
    );
    assert_eq!(life.twin.call(DEALER_ID, "open", &open), Ok(2u32));

    let transfer = TransferMsg {
        rk: ak,
        ..life.transfer_msg()
    };
    let release = hostile::messages::ReleaseMsg {
        token: TOKEN_ID,
        payment: TransferDealMsg {
            deal: DEAL,
            transfer,
        },
    };
    life.nothing();
    life.twin.tx.memos = vec![RECIPIENT_MEMO_LEN as u32, SELF_MEMO_LEN as u32];
    let by_user = life
        .twin
        .call::<_, u64>(TOKEN_ID, "transfer_deal", &release.payment);
    assert_eq!(
        by_user.map_err(|error| error.code()),
        Err(code(TokenError::ContractOnly))
    );
    let context = life
        .twin
        .context(TOKEN_ID, Some(DEALER_ID), "transfer_deal");
    life.prove(
        PINS.transfer,
        &release
            .payment
            .transfer
            .inputs(&auditor, context)
            .to_array(),
    );
    assert_eq!(life.twin.call(DEALER_ID, "release", &release), Ok(1u64));
    assert!(life.twin.events().len() >= 5);
}
