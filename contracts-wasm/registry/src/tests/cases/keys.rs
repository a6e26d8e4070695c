//! Refusals around keys: the auditor's epochs, and participants' new keys.

use obolus_sdk::abi::registry::MAX_ROOT_WINDOW;

use super::*;

pub const CASES: &[Case] = &[
    (
        RegistryError::UserOnly,
        "set_auditor through a contract",
        |world| world.set_auditor(ToyMaths::point(2_000)).by(DEALER),
    ),
    (RegistryError::NotRegistrar, "set_auditor", |world| {
        let attempt = world.set_auditor(ToyMaths::point(2_000));
        too_few(world, attempt)
    }),
    (
        RegistryError::NotKeyHolder,
        "an auditor key without its holder",
        |world| {
            let attempt = world.set_auditor(ToyMaths::point(2_000));
            world.mock.tx.spend_keys.clear();
            attempt
        },
    ),
    (RegistryError::BadKey, "auditor is no point", |world| {
        world.set_auditor(PointBytes([0xff; 64]))
    }),
    (RegistryError::BadKey, "auditor is the identity", |world| {
        world.set_auditor(PointBytes::IDENTITY)
    }),
    (
        RegistryError::BadProof,
        "register proof of an old auditor epoch",
        |world| {
            let attempt = world.set_auditor(ToyMaths::point(2_000));
            world.accept(&attempt);
            world.register(&register_msg(9))
        },
    ),
    (RegistryError::SameAuditor, "the key in force", |world| {
        world.set_auditor(auditor())
    }),
    (RegistryError::AuditorReused, "the key before", |world| {
        epochs(world, 1);
        world.set_auditor(auditor())
    }),
    (
        RegistryError::AuditorReused,
        "a key of long ago, whoever holds it",
        |world| {
            epochs(world, 3);
            world.set_auditor_within(auditor_of(1), MAX_ROOT_WINDOW)
        },
    ),
    (
        RegistryError::AuditorWindow,
        "a window beyond the longest",
        |world| world.set_auditor_within(auditor_of(1), MAX_ROOT_WINDOW + 1),
    ),
    (
        RegistryError::BadProof,
        "register proof of an epoch whose window is over",
        |world| {
            let attempt = world.set_auditor_within(auditor_of(1), 2);
            world.accept(&attempt);
            world.end_blocks(3);
            world.register(&register_msg(9))
        },
    ),
    (
        RegistryError::BadProof,
        "register proof of the epoch before the last, in what was its window",
        |world| {
            for epoch in [1, 2] {
                let attempt = world.set_auditor_within(auditor_of(epoch), 100);
                world.accept(&attempt);
            }
            world.register(&register_msg(9))
        },
    ),
    (
        RegistryError::BadProof,
        "deal's proof of an old auditor epoch",
        |world| {
            epochs(world, 1);
            world.open_deal(DEALER, &deal_msg(9))
        },
    ),
    (
        RegistryError::UserOnly,
        "rotate through a contract",
        |world| world.rotate(0, 9).by(DEALER),
    ),
    (
        RegistryError::UserOnly,
        "recover through a contract",
        |world| {
            frozen(world, 0);
            world.recover(0, 9).by(DEALER)
        },
    ),
    (RegistryError::NotRegistrar, "rotate", |world| {
        let attempt = world.rotate(0, 9);
        too_few(world, attempt)
    }),
    (RegistryError::NotRegistrar, "recover", |world| {
        frozen(world, 0);
        let attempt = world.recover(0, 9);
        too_few(world, attempt)
    }),
    (RegistryError::NoSuchSlot, "rotate", |world| {
        world.rotate(7, 9)
    }),
    (RegistryError::NoSuchSlot, "recover", |world| {
        world.recover(7, 9)
    }),
    (RegistryError::DealSlot, "rotate a deal", |world| {
        world.rotate(2, 9)
    }),
    (RegistryError::DealSlot, "recover a frozen deal", |world| {
        frozen(world, 2);
        world.recover(2, 9)
    }),
    (RegistryError::Superseded, "rotate twice", |world| {
        let attempt = world.rotate(0, 8);
        world.accept(&attempt);
        world.rotate(0, 9)
    }),
    (RegistryError::Superseded, "recover twice", |world| {
        frozen(world, 0);
        let attempt = world.recover(0, 8);
        world.accept(&attempt);
        world.recover(0, 9)
    }),
    (
        RegistryError::Superseded,
        "recover what was rotated",
        |world| {
            let attempt = world.rotate(0, 8);
            world.accept(&attempt);
            frozen(world, 0);
            world.recover(0, 9)
        },
    ),
    (
        RegistryError::FreezeState,
        "rotate a frozen slot",
        |world| {
            frozen(world, 0);
            world.rotate(0, 9)
        },
    ),
    (
        RegistryError::FreezeState,
        "recover an active slot",
        |world| world.recover(0, 9),
    ),
    (
        RegistryError::RotatedLimit,
        "rotate to a higher limit",
        |world| {
            let lower = world.set_limit(0, register_msg(9).limit - 1);
            world.accept(&lower);
            world.rotate(0, 9)
        },
    ),
    (
        RegistryError::RotatedLimit,
        "recover above a limit lowered since the freeze",
        |world| {
            frozen(world, 0);
            let lower = world.set_limit(0, 0);
            world.accept(&lower);
            world.recover(0, 9)
        },
    ),
    (
        RegistryError::NotKeyHolder,
        "rotate without the old key",
        |world| {
            let attempt = world.rotate(0, 9);
            world.mock.tx.spend_keys = [register_msg(9).ak].into();
            attempt
        },
    ),
    (
        RegistryError::NotKeyHolder,
        "rotate without the new key",
        |world| {
            let attempt = world.rotate(0, 9);
            world.mock.tx.spend_keys = [register_msg(0).ak].into();
            attempt
        },
    ),
    (
        RegistryError::NotKeyHolder,
        "rotate with another participant's key",
        |world| {
            let attempt = world.rotate(0, 9);
            world.mock.tx.spend_keys = [register_msg(1).ak, register_msg(9).ak].into();
            attempt
        },
    ),
    (
        RegistryError::NotKeyHolder,
        "recover without the new key",
        |world| {
            frozen(world, 0);
            let attempt = world.recover(0, 9);
            world.mock.tx.spend_keys.clear();
            attempt
        },
    ),
    (
        RegistryError::Duplicate,
        "rotate to the same key",
        |world| world.rotate(0, 0),
    ),
    (
        RegistryError::Duplicate,
        "rotate to another participant's key",
        |world| world.rotate(0, 1),
    ),
    (RegistryError::DealKey, "rotate to a deal's key", |world| {
        let mut msg = rotate_msg(0, 9);
        msg.register.ak = world.mock.maths().deal_point(&DEALER, &deal_msg(1).deal);
        world.rotate(0, 9);
        Attempt::new(REGISTRY, "rotate", &msg)
    }),
    (
        RegistryError::BadProof,
        "rotate with a proof made for register",
        |world| {
            let msg = rotate_msg(0, 9);
            world.register(&msg.register);
            world.mock.tx.spend_keys.insert(register_msg(0).ak);
            Attempt::new(REGISTRY, "rotate", &msg)
        },
    ),
    (
        RegistryError::BadProof,
        "recover with a proof made for rotate",
        |world| {
            frozen(world, 0);
            world.rotate(0, 9);
            Attempt::new(REGISTRY, "recover", &rotate_msg(0, 9))
        },
    ),
    (RegistryError::Full, "rotate", |world| {
        fill(world);
        world.rotate(0, 9)
    }),
    (RegistryError::State, "rotate before init", |world| {
        let attempt = world.rotate(0, 9);
        elsewhere(world, attempt)
    }),
];

/// Lets this many epochs follow the first, each cut over at once.
fn epochs(world: &mut World, count: u64) {
    for epoch in 1..=count {
        let attempt = world.set_auditor(auditor_of(epoch));
        world.accept(&attempt);
    }
}
