//! The token on the mock host: one valid call of each kind, built in one place ([`World`]); the tests
//! break one part of it at a time ([`cases`], [`refusals`]) or let it run ([`life`]).

mod calls;
mod cases;
mod life;
mod moves;
mod refusals;
mod reserves;
mod velocity;

use std::string::ToString;
use std::vec::Vec;

use obolus_sdk::abi::registry::{AuditorKeys, CheckRootsMsg, CheckSeizureMsg, RegistryError};
use obolus_sdk::abi::token::{
    CircuitPins, IssueMsg, NOTE_TREE, RECIPIENT_MEMO_LEN, RedeemMsg, ReservesRule, SELF_MEMO_LEN,
    SetPausedMsg, SetPinMsg, SetSwitchMsg, TokenInit, TokenState, TransferDealMsg, TransferMsg,
};
use obolus_sdk::mock::{Attempt, Mock, ToyMaths};
use obolus_sdk::{
    AppendTree, BorshDeserialize, BorshSerialize, ContractId, DealId, Entry, Env, FieldBytes,
    KeyId, PointBytes, RoleKey, RoleSet,
};

use crate::ENTRIES;

const TOKEN: ContractId = ContractId([1; 32]);
const REGISTRY: ContractId = ContractId([2; 32]);
/// A contract with deals.
const DEALER: ContractId = ContractId([3; 32]);
/// Another contract, which nobody approved.
const STRANGER: ContractId = ContractId([4; 32]);
const DEAL: DealId = DealId([5; 32]);
/// The token into which notes move.
const SUCCESSOR: ContractId = ContractId([6; 32]);

const PINS: CircuitPins = CircuitPins {
    transfer: KeyId([11; 32]),
    issue: KeyId([12; 32]),
    redeem: KeyId([13; 32]),
    supply: Some(SUPPLY_KEY),
    velocity: Some(VELOCITY_KEY),
};
const SUPPLY_KEY: KeyId = KeyId([14; 32]);
const VELOCITY_KEY: KeyId = KeyId([15; 32]);
const ISSUERS: [RoleKey; 2] = [RoleKey([1; 32]), RoleKey([2; 32])];
const OPERATORS: [RoleKey; 3] = [RoleKey([3; 32]), RoleKey([4; 32]), RoleKey([5; 32])];

const ATTESTORS: [RoleKey; 2] = [RoleKey([6; 32]), RoleKey([7; 32])];

const RECIPIENT: u32 = RECIPIENT_MEMO_LEN as u32;
const OWN: u32 = SELF_MEMO_LEN as u32;

fn field(number: u64) -> FieldBytes {
    FieldBytes::from_u64(number)
}

fn auditor() -> PointBytes {
    ToyMaths::point(1_000)
}

/// The auditor's key of the epoch before, whose window runs.
fn previous_auditor() -> PointBytes {
    ToyMaths::point(999)
}

fn auditor_keys() -> AuditorKeys {
    AuditorKeys {
        current: auditor(),
        previous: Some(previous_auditor()),
    }
}

/// A root that the registry no longer accepts.
fn stale() -> FieldBytes {
    field(404)
}

/// The FROZEN root under which notes may be seized.
fn frozen() -> FieldBytes {
    field(500)
}

/// A FROZEN root under which somebody is frozen too recently.
fn just_frozen() -> FieldBytes {
    field(501)
}

/// Stands for the registry, which has tests of its own: accepts every root but the stale one, and
/// the dealer as a forwarder.
fn check_roots(_env: &Env, msg: CheckRootsMsg) -> Result<AuditorKeys, RegistryError> {
    if msg.forwarder.is_some_and(|contract| contract != DEALER) {
        return Err(RegistryError::NotApproved);
    }
    if msg.sender_root == Some(stale()) {
        return Err(RegistryError::SenderRoot);
    }
    if msg.recipient_root == Some(stale()) {
        return Err(RegistryError::RecipientRoot);
    }
    Ok(auditor_keys())
}

fn check_seizure(_env: &Env, msg: CheckSeizureMsg) -> Result<AuditorKeys, RegistryError> {
    if msg.sender_root == just_frozen() {
        return Err(RegistryError::SeizureEarly);
    }
    if msg.sender_root != frozen() {
        return Err(RegistryError::FrozenRoot);
    }
    if msg.recipient_root == stale() {
        return Err(RegistryError::RecipientRoot);
    }
    Ok(auditor_keys())
}

const REGISTRY_ENTRIES: &[Entry] = &[
    Entry {
        export: "q_check_roots",
        run: || obolus_sdk::run_read(check_roots),
    },
    Entry {
        export: "q_check_seizure",
        run: || obolus_sdk::run_read(check_seizure),
    },
];

fn init_msg() -> TokenInit {
    TokenInit {
        name: "US dollar deposit".to_string(),
        unit: "USD".to_string(),
        exponent: 2,
        registry: REGISTRY,
        issuer: RoleSet {
            keys: ISSUERS.to_vec(),
            threshold: 2,
        },
        operator: RoleSet {
            keys: OPERATORS.to_vec(),
            threshold: 1,
        },
        pins: PINS,
        reserves: Some(ReservesRule {
            attestor: RoleSet {
                keys: ATTESTORS.to_vec(),
                threshold: 2,
            },
            strict: false,
        }),
        velocity: None,
        predecessor: None,
    }
}

fn issue_msg(nonce: u64) -> IssueMsg {
    IssueMsg {
        recipient_root: field(1),
        cm1: field(100 + nonce),
        cv: ToyMaths::point(200 + nonce),
        r: ToyMaths::point(300),
        c1: field(2),
        c2: field(3),
        c3: field(4),
        nonce,
    }
}

/// A token with one issued note and its anchor, an empty transaction, and a dealer.
struct World {
    mock: Mock,
    anchor: FieldBytes,
}

impl World {
    fn new() -> Self {
        let mut world = Self::empty(&init_msg());
        let issue = world.issue(&issue_msg(0));
        world.accept(&issue);
        world.end_block();
        world
    }

    /// A token without notes.
    fn empty(init: &TokenInit) -> Self {
        let mut mock = Mock::new();
        mock.install(REGISTRY, REGISTRY_ENTRIES);
        mock.install(DEALER, &[]);
        mock.install(STRANGER, &[]);
        mock.instantiate(TOKEN, ENTRIES, init).unwrap();
        Self {
            mock,
            anchor: FieldBytes::ZERO,
        }
    }

    fn end_block(&mut self) {
        self.mock.end_block();
        let anchors = [Entry {
            export: "q_anchor",
            run: || {
                obolus_sdk::run_read(|env, (): ()| {
                    Ok::<_, RegistryError>(AppendTree::new(NOTE_TREE).anchor(env))
                })
            },
        }];
        self.mock.install(TOKEN, Vec::from(anchors).leak());
        self.anchor = self.mock.query(TOKEN, "anchor", &()).unwrap();
        self.mock.install(TOKEN, ENTRIES);
    }

    fn accept(&mut self, attempt: &Attempt) -> Vec<u8> {
        self.mock.attempt(attempt).unwrap()
    }

    fn state(&mut self) -> TokenState {
        self.mock.query(TOKEN, "state", &()).unwrap()
    }

    fn spent(&mut self, nullifier: FieldBytes) -> bool {
        self.mock.query(TOKEN, "spent", &nullifier).unwrap()
    }

    fn transfer_msg(&self) -> TransferMsg {
        TransferMsg {
            anchor: self.anchor,
            sender_root: field(1),
            recipient_root: field(2),
            nf1: field(3),
            nf2: field(4),
            cm1: field(5),
            cm2: field(6),
            rk: ToyMaths::point(7),
            r: ToyMaths::point(8),
            c1: field(9),
            c2: field(10),
        }
    }

    fn deal_msg(&self) -> TransferDealMsg {
        TransferDealMsg {
            deal: DEAL,
            transfer: TransferMsg {
                rk: self.mock.maths().deal_point(&DEALER, &DEAL),
                ..self.transfer_msg()
            },
        }
    }

    fn redeem_msg(&self) -> RedeemMsg {
        RedeemMsg {
            anchor: self.anchor,
            sender_root: field(1),
            nf1: field(3),
            nf2: field(4),
            cm2: field(6),
            rk: ToyMaths::point(7),
            cv: ToyMaths::point(50),
            r: ToyMaths::point(8),
            c1: field(9),
            c2: field(10),
            payout_reference: [11; 32],
        }
    }

    /// Puts a proof for the call, and what else authorises it, into the transaction.
    fn proven<M: BorshSerialize>(
        &mut self,
        entry: &'static str,
        caller: Option<ContractId>,
        key: KeyId,
        message: &M,
        inputs: impl FnOnce(FieldBytes) -> Vec<FieldBytes>,
    ) -> Attempt {
        let context = self.mock.context(&TOKEN, caller.as_ref(), entry);
        self.mock.tx.proofs = [(key, inputs(context))].into();
        self.mock.tx.role_keys.clear();
        self.mock.tx.spend_keys.clear();
        Attempt {
            caller,
            ..Attempt::new(TOKEN, entry, message)
        }
    }

    fn issue(&mut self, msg: &IssueMsg) -> Attempt {
        let attempt = self.proven("issue", None, PINS.issue, msg, |context| {
            msg.inputs(&auditor(), context).to_array().to_vec()
        });
        self.mock.tx.role_keys = ISSUERS.into();
        self.mock.tx.memos = [RECIPIENT].into();
        attempt
    }

    fn transfer(&mut self, msg: &TransferMsg) -> Attempt {
        let attempt = self.proven("transfer", None, PINS.transfer, msg, |context| {
            msg.inputs(&auditor(), context).to_array().to_vec()
        });
        self.mock.tx.spend_keys = [msg.rk].into();
        self.mock.tx.memos = [RECIPIENT, OWN].into();
        attempt
    }

    /// A user's payment as a contract passes it on.
    fn transfer_for(&mut self, caller: ContractId, msg: &TransferMsg) -> Attempt {
        let key = PINS.transfer;
        let attempt = self.proven("transfer_for", Some(caller), key, msg, |context| {
            msg.inputs(&auditor(), context).to_array().to_vec()
        });
        self.mock.tx.spend_keys = [msg.rk].into();
        self.mock.tx.memos = [RECIPIENT, OWN].into();
        attempt
    }

    fn transfer_deal(&mut self, caller: ContractId, msg: &TransferDealMsg) -> Attempt {
        let key = PINS.transfer;
        let attempt = self.proven("transfer_deal", Some(caller), key, msg, |context| {
            msg.transfer.inputs(&auditor(), context).to_array().to_vec()
        });
        self.mock.tx.memos = [RECIPIENT, OWN].into();
        attempt
    }

    fn redeem(&mut self, msg: &RedeemMsg) -> Attempt {
        let attempt = self.proven("redeem", None, PINS.redeem, msg, |context| {
            msg.inputs(&auditor(), context).to_array().to_vec()
        });
        self.mock.tx.spend_keys = [msg.rk].into();
        self.mock.tx.memos = [OWN].into();
        attempt
    }

    fn operate<M: BorshSerialize>(&mut self, entry: &'static str, message: &M) -> Attempt {
        self.mock.tx.role_keys = [OPERATORS[1]].into();
        Attempt::new(TOKEN, entry, message)
    }

    fn set_paused(&mut self, paused: bool) -> Attempt {
        self.operate("set_paused", &SetPausedMsg { paused })
    }

    fn set_switch(&mut self, msg: SetSwitchMsg) -> Attempt {
        self.operate("set_switch", &msg)
    }

    fn set_pin(&mut self, msg: SetPinMsg) -> Attempt {
        self.operate("set_pin", &msg)
    }
}

fn decode<T: BorshDeserialize>(bytes: &[u8]) -> T {
    obolus_sdk::BorshDeserialize::try_from_slice(bytes).unwrap()
}

#[test]
fn the_schema_is_golden() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../artifacts/schemas/token.json"
    );
    let json = crate::schema().to_json("token", env!("CARGO_PKG_VERSION"));
    obolus_sdk::golden(path, &json).unwrap();
}
