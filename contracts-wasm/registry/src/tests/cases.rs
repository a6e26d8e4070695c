//! Valid calls with one part broken, and the refusal that each must meet.

mod keys;

use obolus_sdk::abi::registry::{REGISTRY_SLOTS, RegistryError};
use obolus_sdk::{Entry, Env};

use super::*;
use crate::storage::NEXT_SLOT;

/// Prepares a call that must be refused.
pub type Case = (RegistryError, &'static str, fn(&mut World) -> Attempt);

/// Every case.
pub fn all() -> impl Iterator<Item = &'static Case> {
    CASES.iter().chain(keys::CASES)
}

const CASES: &[Case] = &[
    (RegistryError::State, "register before init", |world| {
        let attempt = world.register(&register_msg(9));
        elsewhere(world, attempt)
    }),
    (RegistryError::State, "open_deal before init", |world| {
        let attempt = world.open_deal(DEALER, &deal_msg(9));
        elsewhere(world, attempt)
    }),
    (RegistryError::State, "freeze before init", |world| {
        let attempt = world.freeze(0);
        elsewhere(world, attempt)
    }),
    (
        RegistryError::UserOnly,
        "register through a contract",
        |world| world.register(&register_msg(9)).by(DEALER),
    ),
    (
        RegistryError::UserOnly,
        "approve through a contract",
        |world| world.approve_contract(STRANGER).by(DEALER),
    ),
    (
        RegistryError::UserOnly,
        "freeze through a contract",
        |world| world.freeze(0).by(DEALER),
    ),
    (
        RegistryError::UserOnly,
        "unfreeze through a contract",
        |world| {
            frozen(world, 0);
            world.unfreeze(0).by(DEALER)
        },
    ),
    (
        RegistryError::UserOnly,
        "set_limit through a contract",
        |world| world.set_limit(0, 5).by(DEALER),
    ),
    (RegistryError::NotRegistrar, "register", |world| {
        let attempt = world.register(&register_msg(9));
        too_few(world, attempt)
    }),
    (RegistryError::NotRegistrar, "approve", |world| {
        let attempt = world.approve_contract(STRANGER);
        too_few(world, attempt)
    }),
    (RegistryError::NotRegistrar, "freeze", |world| {
        let attempt = world.freeze(0);
        too_few(world, attempt)
    }),
    (RegistryError::NotRegistrar, "unfreeze", |world| {
        frozen(world, 0);
        let attempt = world.unfreeze(0);
        too_few(world, attempt)
    }),
    (RegistryError::NotRegistrar, "set_limit", |world| {
        let attempt = world.set_limit(0, 5);
        too_few(world, attempt)
    }),
    (RegistryError::NotKeyHolder, "somebody else's ak", |world| {
        let attempt = world.register(&register_msg(9));
        world.mock.tx.spend_keys = [ToyMaths::point(99)].into();
        attempt
    }),
    (
        RegistryError::NotKeyHolder,
        "the ak of a deal not opened yet",
        |world| {
            let mut msg = register_msg(9);
            msg.ak = world.mock.maths().deal_point(&DEALER, &DealId([77; 32]));
            let attempt = world.register(&msg);
            world.mock.tx.spend_keys.clear();
            attempt
        },
    ),
    (RegistryError::BadKey, "ak is the identity", |world| {
        let mut msg = register_msg(9);
        msg.ak = PointBytes::IDENTITY;
        world.register(&msg)
    }),
    (RegistryError::BadKey, "ak is no point", |world| {
        let mut msg = register_msg(9);
        msg.ak = PointBytes([0xff; 64]);
        world.register(&msg)
    }),
    (RegistryError::Duplicate, "owner taken", |world| {
        let mut msg = register_msg(9);
        msg.owner = register_msg(0).owner;
        world.register(&msg)
    }),
    (RegistryError::Duplicate, "ak taken", |world| {
        let mut msg = register_msg(9);
        msg.ak = register_msg(0).ak;
        world.register(&msg)
    }),
    (
        RegistryError::Duplicate,
        "owner of a frozen participant",
        |world| {
            frozen(world, 0);
            let mut msg = register_msg(9);
            msg.owner = register_msg(0).owner;
            world.register(&msg)
        },
    ),
    (
        RegistryError::Duplicate,
        "a deal for a participant's owner",
        |world| {
            let mut msg = deal_msg(9);
            msg.owner = register_msg(0).owner;
            world.open_deal(DEALER, &msg)
        },
    ),
    (RegistryError::DealKey, "the ak of an open deal", |world| {
        let mut msg = register_msg(9);
        msg.ak = world.mock.maths().deal_point(&DEALER, &deal_msg(1).deal);
        world.register(&msg)
    }),
    (
        RegistryError::BadProof,
        "register without a proof",
        |world| {
            let attempt = world.register(&register_msg(9));
            world.mock.tx.proofs.clear();
            attempt
        },
    ),
    (
        RegistryError::BadProof,
        "register proof under another key id",
        |world| {
            let attempt = world.register(&register_msg(9));
            let proofs = std::mem::take(&mut world.mock.tx.proofs);
            world.mock.tx.proofs = proofs
                .into_iter()
                .map(|(_, inputs)| (KeyId([99; 32]), inputs))
                .collect();
            attempt
        },
    ),
    (
        RegistryError::BadProof,
        "register proof made for open_deal",
        |world| {
            let msg = register_msg(9);
            let attempt = world.register(&msg);
            let context = world.mock.context(&REGISTRY, None, "open_deal");
            let inputs = msg.inputs(&auditor(), context).to_array().to_vec();
            world.mock.tx.proofs = [(REGISTER_KEY, inputs)].into();
            attempt
        },
    ),
    (
        RegistryError::BadProof,
        "register proof for another ak of the same owner",
        |world| {
            let mut msg = register_msg(9);
            world.register(&msg);
            msg.ak = ToyMaths::point(99);
            world.mock.tx.spend_keys = [msg.ak].into();
            Attempt::new(REGISTRY, "register", &msg)
        },
    ),
    (
        RegistryError::BadProof,
        "open_deal without a proof",
        |world| {
            let attempt = world.open_deal(DEALER, &deal_msg(9));
            world.mock.tx.proofs.clear();
            attempt
        },
    ),
    (
        RegistryError::BadProof,
        "proof for another deal of the contract",
        |world| {
            world.open_deal(DEALER, &deal_msg(8));
            Attempt::new(REGISTRY, "open_deal", &deal_msg(9)).by(DEALER)
        },
    ),
    (RegistryError::NoSuchSlot, "freeze", |world| world.freeze(7)),
    (RegistryError::NoSuchSlot, "unfreeze", |world| {
        world.unfreeze(7)
    }),
    (RegistryError::NoSuchSlot, "set_limit", |world| {
        world.set_limit(7, 5)
    }),
    (RegistryError::FreezeState, "freeze twice", |world| {
        frozen(world, 0);
        world.freeze(0)
    }),
    (
        RegistryError::FreezeState,
        "unfreeze an active one",
        |world| world.unfreeze(0),
    ),
    (RegistryError::Full, "register", |world| {
        fill(world);
        world.register(&register_msg(9))
    }),
    (RegistryError::Full, "open_deal", |world| {
        fill(world);
        world.open_deal(DEALER, &deal_msg(9))
    }),
    (RegistryError::NotApproved, "a user opens a deal", |world| {
        Attempt {
            caller: None,
            ..world.open_deal(DEALER, &deal_msg(9))
        }
    }),
    (
        RegistryError::NotApproved,
        "a contract that nobody approved",
        |world| world.open_deal(STRANGER, &deal_msg(9)),
    ),
    (
        RegistryError::NotFrozenCode,
        "approve code that can change",
        |world| {
            world.mock.set_code_frozen(STRANGER, false);
            world.approve_contract(STRANGER)
        },
    ),
    (RegistryError::NotFrozenCode, "approve nothing", |world| {
        world.approve_contract(ContractId([99; 32]))
    }),
    (
        RegistryError::NotFrozenCode,
        "a dealer whose code can change",
        |world| {
            world.mock.set_code_frozen(DEALER, false);
            world.open_deal(DEALER, &deal_msg(9))
        },
    ),
    (RegistryError::DealReused, "the same deal again", |world| {
        let mut msg = deal_msg(1);
        msg.owner = field(1);
        world.open_deal(DEALER, &msg)
    }),
    (
        RegistryError::DealLimit,
        "a deal without a limit",
        |world| {
            let mut msg = deal_msg(9);
            msg.limit = u64::MAX;
            world.open_deal(DEALER, &msg)
        },
    ),
    (RegistryError::DealLimit, "a deal's limit lifted", |world| {
        world.set_limit(2, u64::MAX)
    }),
];

/// Refusals that a table of calls cannot show, each with a test of its own below.
pub const ELSEWHERE: &[RegistryError] = &[
    RegistryError::BadInit,
    RegistryError::SenderRoot,
    RegistryError::RecipientRoot,
    RegistryError::FrozenRoot,
    RegistryError::SeizureEarly,
];

/// Two participants in slots 0 and 1, a deal in slot 2.
pub fn populated() -> World {
    let mut world = World::new().with_participants(2);
    let attempt = world.open_deal(DEALER, &deal_msg(1));
    world.accept(&attempt);
    world
}

pub fn frozen(world: &mut World, slot: u32) {
    let attempt = world.freeze(slot);
    world.accept(&attempt);
}

/// One registrar of the two that are needed, and a signer who is none.
fn too_few(world: &mut World, attempt: Attempt) -> Attempt {
    world.mock.tx.role_keys = [REGISTRARS[1], RoleKey([9; 32])].into();
    attempt
}

/// The same call on a registry that was installed without `init`.
fn elsewhere(world: &mut World, attempt: Attempt) -> Attempt {
    let contract = ContractId([98; 32]);
    world.mock.install(contract, ENTRIES);
    Attempt {
        contract,
        ..attempt
    }
}

/// Hands out every slot.
fn fill(world: &mut World) {
    fn fill(env: &mut Env, (): ()) -> Result<(), RegistryError> {
        NEXT_SLOT.set(env, &REGISTRY_SLOTS);
        Ok(())
    }
    const FILL: &[Entry] = &[Entry {
        export: "x_fill",
        run: || obolus_sdk::run_write(fill),
    }];
    world.mock.install(REGISTRY, FILL);
    world.accept(&Attempt::new(REGISTRY, "fill", &()));
    world.mock.install(REGISTRY, ENTRIES);
}
