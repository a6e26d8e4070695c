//! The registry on the mock host: one valid call of each kind, built in one place ([`World`]); the
//! tests break one part of it at a time ([`cases`], [`refusals`]) or let it run ([`life`]).

mod cases;
mod life;
mod refusals;

use std::vec::Vec;

use obolus_sdk::abi::registry::{
    ApproveContractMsg, CheckRootsMsg, OpenDealMsg, Participant, RegisterMsg, RegistryInit,
    RegistryState, SetAuditorMsg, SetLimitMsg, SlotMsg,
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
const REGISTRARS: [RoleKey; 3] = [RoleKey([1; 32]), RoleKey([2; 32]), RoleKey([3; 32])];

fn auditor() -> PointBytes {
    ToyMaths::point(1_000)
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
        self.by_registrar();
        self.mock.tx.spend_keys = [msg.ak].into();
        let context = self.mock.context(&REGISTRY, None, "register");
        let inputs = msg.inputs(&auditor(), context).to_array().to_vec();
        self.mock.tx.proofs = [(REGISTER_KEY, inputs)].into();
        Attempt::new(REGISTRY, "register", msg)
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
        self.by_registrar();
        self.mock.tx.spend_keys = [auditor].into();
        Attempt::new(REGISTRY, "set_auditor", &SetAuditorMsg { auditor })
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
    ) -> Result<PointBytes, MockError> {
        let msg = CheckRootsMsg {
            sender_root,
            recipient_root,
            forwarder: None,
        };
        self.mock.query(REGISTRY, "check_roots", &msg)
    }

    /// May the contract pass payments on? With the current root on both sides.
    fn check_forwarder(&mut self, contract: ContractId) -> Result<PointBytes, MockError> {
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
