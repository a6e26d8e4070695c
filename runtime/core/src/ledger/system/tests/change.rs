//! Migrations and new admins: who, when, what is rolled back.

use obolus_abi::hostcall::pack;
use obolus_abi::system::{
    AdminPolicy, ContractMsg, FreezeCodeMsg, MigrateMsg, ProposeMigrationMsg, Ready, SetAdminMsg,
    SystemEvent,
};
use obolus_abi::{CodeId, ContractId};

use super::super::super::kit::operator;
use super::world::{World, admin, key, module};
use crate::ledger::encode;
use crate::state::keys;

/// Stores `v` under `k`.
fn set(value: char) -> String {
    format!(
        "(data (i32.const 0) \"k{value}\")
         (func $store (drop (call $set (i64.const {}) (i64.const {}))))",
        pack(0, 1),
        pack(1, 1)
    )
}

/// The first version: `x_run` stores 1.
fn first() -> Vec<u8> {
    module(
        1,
        &format!(
            "{} (func (export \"x_run\") (result i32) (call $store) (i32.const 0))",
            set('1')
        ),
    )
}

/// The second: `migrate` stores 2, and fails in this way afterwards.
fn second(number: u32, end: &str) -> Vec<u8> {
    module(
        number,
        &format!(
            "{} (func (export \"x_migrate\") (result i32) (call $store) {end})",
            set('2')
        ),
    )
}

struct Change {
    world: World,
    contract: ContractId,
    old: CodeId,
    new: CodeId,
}

/// A contract of version one that stores 1, and version two beside it.
fn prepared(policy: AdminPolicy) -> Change {
    let mut world = World::new();
    let old = world.upload(&first());
    let new = world.upload(&second(2, "(i32.const 0)"));
    let contract = world.instantiate(old, policy, None);
    let run = world.call_to(contract, "run", Vec::new(), &[]);
    world.commit(&run);
    Change {
        world,
        contract,
        old,
        new,
    }
}

impl Change {
    fn propose(&self, code: CodeId) -> Vec<u8> {
        encode(&ProposeMigrationMsg {
            contract: self.contract,
            code,
            args: b"how".to_vec(),
        })
    }

    fn migrate(&self, code: CodeId) -> Vec<u8> {
        encode(&MigrateMsg {
            contract: self.contract,
            code,
        })
    }

    fn only(&self) -> Vec<u8> {
        encode(&ContractMsg {
            contract: self.contract,
        })
    }

    fn stored(&self) -> Vec<u8> {
        let key = keys::storage(&self.contract, b"k");
        self.world.ledger.state().get(&key).unwrap().unwrap()
    }
}

#[test]
fn n_of_m_propose_and_after_the_delay_one_of_them_migrates() {
    let mut c = prepared(admin(&[2, 3, 4], 2, 3, 0));
    let (propose, migrate) = (c.propose(c.new), c.migrate(c.new));
    for signers in [vec![], vec![key(2)], vec![operator()], vec![key(2), key(9)]] {
        assert_eq!(
            c.world
                .refused("propose_migration", propose.clone(), &signers),
            "not_contract_admin"
        );
    }
    assert_eq!(
        c.world.refused("migrate", migrate.clone(), &[key(2)]),
        "no_such_change"
    );
    let (height, time_ms) = c.world.next();
    let events = c
        .world
        .done("propose_migration", propose.clone(), &[key(2), key(4)]);
    let ready = Ready {
        height: height + 3,
        time_ms,
    };
    assert_eq!(
        events,
        [SystemEvent::MigrationProposed {
            contract: c.contract,
            code: c.new,
            args: *blake3::hash(b"how").as_bytes(),
            ready
        }]
    );
    assert_eq!(
        c.world
            .refused("propose_migration", propose, &[key(2), key(4)]),
        "change_waits"
    );
    c.world.wait(1);
    assert_eq!(
        c.world.refused("migrate", migrate.clone(), &[key(3)]),
        "change_too_early"
    );
    c.world.wait(1);
    assert_eq!(c.world.ledger.next_height().0, ready.height);
    for signers in [vec![], vec![operator()]] {
        assert_eq!(
            c.world.refused("migrate", migrate.clone(), &signers),
            "not_contract_admin"
        );
    }
    let other = c.migrate(c.old);
    assert_eq!(
        c.world.refused("migrate", other, &[key(3)]),
        "no_such_change"
    );
    let events = c.world.done("migrate", migrate.clone(), &[key(3)]);
    assert_eq!(
        events,
        [SystemEvent::Migrated {
            contract: c.contract,
            from: c.old,
            code: c.new
        }]
    );
    assert_eq!(c.world.record(&c.contract).code, c.new);
    assert_eq!(c.stored(), b"2");
    assert_eq!(
        c.world.refused("migrate", migrate, &[key(3)]),
        "no_such_change"
    );
}

#[test]
fn a_delay_in_time_counts_by_the_blocks_clock() {
    let mut c = prepared(admin(&[2], 1, 0, 5_000));
    c.world.pace = 2_000;
    let (propose, migrate) = (c.propose(c.new), c.migrate(c.new));
    c.world.done("propose_migration", propose, &[key(2)]);
    c.world.wait(1);
    assert_eq!(
        c.world.refused("migrate", migrate.clone(), &[key(2)]),
        "change_too_early"
    );
    c.world.wait(1);
    c.world.done("migrate", migrate, &[key(2)]);
}

#[test]
fn a_failing_migration_changes_nothing_and_can_be_tried_again_or_cancelled() {
    for (end, code) in [
        ("(unreachable)", "contract_trapped"),
        ("(loop $more (br $more)) (i32.const 0)", "out_of_fuel"),
    ] {
        let mut c = prepared(admin(&[2], 1, 0, 0));
        let bad = c.world.upload(&second(3, end));
        let (propose, migrate) = (c.propose(bad), c.migrate(bad));
        c.world.done("propose_migration", propose, &[key(2)]);
        for _ in 0..2 {
            // The refusal is checked to leave nothing behind.
            assert_eq!(c.world.refused("migrate", migrate.clone(), &[key(2)]), code);
        }
        assert_eq!(c.world.record(&c.contract).code, c.old);
        assert_eq!(c.stored(), b"1");
        let only = c.only();
        assert_eq!(
            c.world.refused("cancel_migration", only.clone(), &[]),
            "not_contract_admin"
        );
        assert_eq!(
            c.world.done("cancel_migration", only.clone(), &[key(2)]),
            [SystemEvent::ChangeCancelled {
                contract: c.contract
            }]
        );
        for (entry, args) in [("cancel_migration", only), ("migrate", migrate)] {
            assert_eq!(c.world.refused(entry, args, &[key(2)]), "no_such_change");
        }
    }
}

#[test]
fn code_that_cannot_take_over_is_refused() {
    let mut c = prepared(admin(&[2], 1, 0, 0));
    let without = c.propose(c.old);
    assert_eq!(
        c.world.refused("propose_migration", without, &[key(2)]),
        "no_migrate_entry"
    );
    let unknown = c.propose(CodeId([8; 32]));
    assert_eq!(
        c.world.refused("propose_migration", unknown, &[key(2)]),
        "no_such_code"
    );
    c.contract = ContractId([8; 32]);
    for (entry, args) in [
        ("propose_migration", c.propose(c.new)),
        ("migrate", c.migrate(c.new)),
        ("apply_admin", c.only()),
        ("cancel_migration", c.only()),
        ("freeze_code", c.only()),
    ] {
        assert_eq!(c.world.refused(entry, args, &[key(2)]), "no_such_contract");
    }
}

#[test]
fn the_operator_has_no_power_over_another_admins_contract() {
    let mut c = prepared(admin(&[2], 1, 0, 0));
    let hand_over = encode(&SetAdminMsg {
        contract: c.contract,
        admin: AdminPolicy::Frozen,
    });
    let proposal = c.propose(c.new);
    c.world.done("propose_migration", proposal, &[key(2)]);
    for (entry, args) in [
        ("freeze_code", c.only()),
        ("set_admin", hand_over),
        ("cancel_migration", c.only()),
        ("migrate", c.migrate(c.new)),
        ("propose_migration", c.propose(c.new)),
    ] {
        assert_eq!(
            c.world.refused(entry, args, &[operator()]),
            "not_contract_admin",
            "{entry}"
        );
    }
}

#[test]
fn freezing_drops_what_waits_and_is_for_good() {
    let mut c = prepared(admin(&[2], 1, 50, 0));
    let proposal = c.propose(c.new);
    c.world.done("propose_migration", proposal, &[key(2)]);
    let freeze = encode(&FreezeCodeMsg {
        contract: c.contract,
    });
    assert_eq!(
        c.world.done("freeze_code", freeze.clone(), &[key(2)]),
        [
            SystemEvent::ChangeCancelled {
                contract: c.contract
            },
            SystemEvent::CodeFrozen {
                contract: c.contract
            }
        ]
    );
    assert!(c.world.record(&c.contract).code_frozen());
    let hand_over = encode(&SetAdminMsg {
        contract: c.contract,
        admin: admin(&[2], 1, 0, 0),
    });
    c.world.wait(50);
    for (entry, args) in [
        ("migrate", c.migrate(c.new)),
        ("propose_migration", c.propose(c.new)),
        ("freeze_code", freeze),
        ("set_admin", hand_over),
        ("apply_admin", c.only()),
        ("cancel_migration", c.only()),
    ] {
        assert_eq!(
            c.world.refused(entry, args, &[key(2)]),
            "code_already_frozen",
            "{entry}"
        );
    }
}

#[test]
fn a_new_admin_waits_for_the_old_ones_delay() {
    let mut c = prepared(admin(&[2], 1, 2, 0));
    let next = admin(&[5], 1, 0, 0);
    let hand_over = |admin| {
        encode(&SetAdminMsg {
            contract: c.contract,
            admin,
        })
    };
    let (to_next, to_nobody) = (hand_over(next.clone()), hand_over(AdminPolicy::Frozen));
    let (height, time_ms) = c.world.next();
    let ready = Ready {
        height: height + 2,
        time_ms,
    };
    assert_eq!(
        c.world.done("set_admin", to_next.clone(), &[key(2)]),
        [SystemEvent::AdminProposed {
            contract: c.contract,
            admin: next.clone(),
            ready
        }]
    );
    let only = c.only();
    assert_eq!(
        c.world.refused("apply_admin", only.clone(), &[key(2)]),
        "change_too_early"
    );
    c.world.wait(1);
    assert_eq!(
        c.world.refused("apply_admin", only.clone(), &[key(5)]),
        "not_contract_admin"
    );
    let applied = c.world.done("apply_admin", only, &[key(2)]);
    assert_eq!(
        applied,
        [SystemEvent::AdminSet {
            contract: c.contract,
            admin: next
        }]
    );
    // The new admin has no delay: giving up works at once.
    assert_eq!(
        c.world.refused("set_admin", to_nobody.clone(), &[key(2)]),
        "not_contract_admin"
    );
    let events = c.world.done("set_admin", to_nobody, &[key(5)]);
    assert_eq!(
        events.last(),
        Some(&SystemEvent::CodeFrozen {
            contract: c.contract
        })
    );
    assert!(c.world.record(&c.contract).code_frozen());
}

#[test]
fn a_malformed_admin_is_refused() {
    let mut c = prepared(admin(&[2], 1, 0, 0));
    let args = encode(&SetAdminMsg {
        contract: c.contract,
        admin: admin(&[2], 2, 0, 0),
    });
    assert_eq!(
        c.world.refused("set_admin", args, &[key(2)]),
        "bad_admin_policy"
    );
}
