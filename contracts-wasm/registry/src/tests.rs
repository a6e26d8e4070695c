//! The registry on the mock host: one valid call of each kind, built in one place ([`World`]); the
//! tests break one part of it at a time ([`cases`], [`refusals`]) or let it run ([`life`], [`keys`], [`seizure`]).

mod cases;
mod keys;
mod life;
mod refusals;
mod seizure;

use std::vec::Vec;

use obolus_sdk::abi::registry::{
    ApproveContractMsg, AuditorKeys, CheckRootsMsg, OpenDealMsg, Participant, RegisterMsg,
    RegistryEvent, RegistryInit, RegistryState, RotateMsg, SetAuditorMsg, SetLimitMsg, SlotMsg,
};
use obolus_sdk::mock::{Attempt, Mock, MockError, ToyMaths};
use obolus_sdk::{
    BorshDeserialize, ContractId, DealId, FieldBytes, KeyId, PointBytes, RoleKey, RoleSet,
};

use crate::ENTRIES;

const REGISTRY: ContractId = ContractId([1; 32]);
/// Approved, code frozen.
const DEALER: ContractId = ContractId([2; 32]);
/// Installed, never approved.
const STRANGER: ContractId = ContractId([3; 32]);
const REGISTER_KEY: KeyId = KeyId([4; 32]);
const WINDOW: u64 = 5;
/// Seizure delay.
const DELAY: u64 = 7;
const REGISTRARS: [RoleKey; 3] = [RoleKey([1; 32]), RoleKey([2; 32]), RoleKey([3; 32])];

fn auditor() -> PointBytes {
    ToyMaths::point(1_000)
}

/// A later epoch's key.
fn auditor_of(epoch: u64) -> PointBytes {
    ToyMaths::point(1_000 * (epoch + 1))
}

/// What `check_roots` answers when no key before is accepted.
fn only(current: PointBytes) -> AuditorKeys {
    AuditorKeys {
        current,
        previous: None,
    }
}

fn field(number: u64) -> FieldBytes {
    FieldBytes::from_u64(number)
}

fn init_msg() -> RegistryInit {
    RegistryInit {
        registrar: RoleSet {
            keys: REGISTRARS.to_vec(),
            threshold: 2,
        },
        auditor: auditor(),
        register_key: REGISTER_KEY,
        root_window: WINDOW,
        seizure_delay: DELAY,
    }
}

/// Participant number `number` as it asks to be entered.
fn register_msg(number: u64) -> RegisterMsg {
    RegisterMsg {
        owner: field(10_000 + number),
        ak: ToyMaths::point(20_000 + number),
        epk: [5; 32],
        limit: 100,
        r: ToyMaths::point(30_000 + number),
        c1: field(40_000 + number),
    }
}

fn deal_msg(number: u8) -> OpenDealMsg {
    OpenDealMsg {
        deal: DealId([number; 32]),
        owner: field(50_000 + u64::from(number)),
        limit: 1_000,
        r: ToyMaths::point(60_000),
        c1: field(70_000),
    }
}

fn rotate_msg(slot: u32, new: u64) -> RotateMsg {
    RotateMsg {
        slot,
        register: register_msg(new),
    }
}

struct World {
    mock: Mock,
}

impl World {
    /// An initialised registry with the dealer approved and nobody in it.
    fn new() -> Self {
        let mut world = Self { mock: Mock::new() };
        world.mock.install(DEALER, &[]);
        world.mock.install(STRANGER, &[]);
        world.mock.tx.spend_keys = [auditor()].into();
        world
            .mock
            .instantiate(REGISTRY, ENTRIES, &init_msg())
            .unwrap();
        let approve = world.approve_contract(DEALER);
        world.accept(&approve);
        world
    }

    fn accept(&mut self, attempt: &Attempt) -> Vec<u8> {
        self.mock.attempt(attempt).unwrap()
    }

    /// A transaction that two of the three registrars signed, and nothing else.
    fn by_registrar(&mut self) {
        self.mock.tx.role_keys = [REGISTRARS[0], REGISTRARS[2]].into();
        self.mock.tx.spend_keys.clear();
        self.mock.tx.proofs.clear();
    }

    fn register(&mut self, msg: &RegisterMsg) -> Attempt {
        self.proved(msg, "register", &auditor());
        Attempt::new(REGISTRY, "register", msg)
    }

    /// What an entry that enters this participant needs, with the proof made for this key of the auditor.
    fn proved(&mut self, msg: &RegisterMsg, entry: &str, auditor: &PointBytes) {
        self.by_registrar();
        self.mock.tx.spend_keys = [msg.ak].into();
        let context = self.mock.context(&REGISTRY, None, entry);
        let inputs = msg.inputs(auditor, context).to_array().to_vec();
        self.mock.tx.proofs = [(REGISTER_KEY, inputs)].into();
    }

    /// Participant number `old`, in the slot of that number, gets the key of number `new`.
    fn rotate(&mut self, old: u32, new: u64) -> Attempt {
        let msg = rotate_msg(old, new);
        self.proved(&msg.register, "rotate", &auditor());
        let old = self
            .participant(old)
            .map_or(PointBytes::IDENTITY, |old| old.ak);
        self.mock.tx.spend_keys.insert(old);
        Attempt::new(REGISTRY, "rotate", &msg)
    }

    /// The same for a key that is lost, which nobody signs under.
    fn recover(&mut self, old: u32, new: u64) -> Attempt {
        let msg = rotate_msg(old, new);
        self.proved(&msg.register, "recover", &auditor());
        Attempt::new(REGISTRY, "recover", &msg)
    }

    fn open_deal(&mut self, caller: ContractId, msg: &OpenDealMsg) -> Attempt {
        self.mock.tx.role_keys.clear();
        self.mock.tx.spend_keys.clear();
        let context = self.mock.context(&REGISTRY, Some(&caller), "open_deal");
        let ak = self.mock.maths().deal_point(&caller, &msg.deal);
        let inputs = msg.inputs(&ak, &auditor(), context).to_array().to_vec();
        self.mock.tx.proofs = [(REGISTER_KEY, inputs)].into();
        Attempt::new(REGISTRY, "open_deal", msg).by(caller)
    }

    fn approve_contract(&mut self, contract: ContractId) -> Attempt {
        self.by_registrar();
        Attempt::new(
            REGISTRY,
            "approve_contract",
            &ApproveContractMsg { contract },
        )
    }

    fn freeze(&mut self, slot: u32) -> Attempt {
        self.by_registrar();
        Attempt::new(REGISTRY, "freeze", &SlotMsg { slot })
    }

    fn unfreeze(&mut self, slot: u32) -> Attempt {
        self.by_registrar();
        Attempt::new(REGISTRY, "unfreeze", &SlotMsg { slot })
    }

    fn set_limit(&mut self, slot: u32, limit: u64) -> Attempt {
        self.by_registrar();
        Attempt::new(REGISTRY, "set_limit", &SetLimitMsg { slot, limit })
    }

    fn set_auditor(&mut self, auditor: PointBytes) -> Attempt {
        self.set_auditor_within(auditor, 0)
    }

    fn set_auditor_within(&mut self, auditor: PointBytes, window: u64) -> Attempt {
        self.by_registrar();
        self.mock.tx.spend_keys = [auditor].into();
        let msg = SetAuditorMsg { auditor, window };
        Attempt::new(REGISTRY, "set_auditor", &msg)
    }

    /// Enters participants 0 to `count` − 1 in slots of the same numbers.
    fn with_participants(mut self, count: u64) -> Self {
        for number in 0..count {
            let attempt = self.register(&register_msg(number));
            let slot: u32 = decode(&self.accept(&attempt));
            assert_eq!(u64::from(slot), number);
        }
        self
    }

    fn events(&self) -> Vec<RegistryEvent> {
        self.mock.events_of(REGISTRY).unwrap()
    }

    fn end_blocks(&mut self, count: u64) {
        for _ in 0..count {
            self.mock.end_block();
        }
    }

    fn state(&mut self) -> RegistryState {
        self.mock.query(REGISTRY, "state", &()).unwrap()
    }

    fn participant(&mut self, slot: u32) -> Result<Participant, MockError> {
        self.mock.query(REGISTRY, "participant", &SlotMsg { slot })
    }

    fn check_roots(
        &mut self,
        sender_root: Option<FieldBytes>,
        recipient_root: Option<FieldBytes>,
    ) -> Result<AuditorKeys, MockError> {
        let msg = CheckRootsMsg {
            sender_root,
            recipient_root,
            forwarder: None,
        };
        self.mock.query(REGISTRY, "check_roots", &msg)
    }

    /// May the contract pass payments on? With the current root on both sides.
    fn check_forwarder(&mut self, contract: ContractId) -> Result<AuditorKeys, MockError> {
        let root = Some(self.state().active_root);
        let msg = CheckRootsMsg {
            sender_root: root,
            recipient_root: root,
            forwarder: Some(contract),
        };
        self.mock.query(REGISTRY, "check_roots", &msg)
    }
}

fn decode<T: BorshDeserialize>(bytes: &[u8]) -> T {
    obolus_sdk::BorshDeserialize::try_from_slice(bytes).unwrap()
}

#[test]
fn the_schema_is_golden() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../artifacts/schemas/registry.json"
    );
    let json = crate::schema().to_json("registry", env!("CARGO_PKG_VERSION"));
    obolus_sdk::golden(path, &json).unwrap();
}
