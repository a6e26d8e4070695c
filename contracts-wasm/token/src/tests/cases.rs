//! Valid calls with one part broken, and the refusal that each must meet.

mod form;
mod forwarded;
mod gate;
mod migrate;
mod reserves;
mod seize;
mod state;
mod velocity;

use obolus_sdk::ContractError;
use obolus_sdk::abi::bytes::FIELD_MODULUS;
use obolus_sdk::abi::token::{
    AttestMsg, Circuit, MigrateMsg, RedeemLimitedMsg, SeizeMsg, TokenError, TransferLimitedMsg,
};

use super::*;

/// Prepares a call that must be refused.
pub type Case = (Refusal, &'static str, fn(&mut World) -> Attempt);

/// The token's own refusals and those that it passes on from the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Token(TokenError),
    Registry(RegistryError),
}

impl From<Refusal> for ContractError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Token(error) => error.into(),
            Refusal::Registry(error) => error.into(),
        }
    }
}

use Refusal::{Registry, Token};
use RegistryError::{FrozenRoot, NotApproved, RecipientRoot, SeizureEarly, SenderRoot};
use TokenError as E;

/// The field's modulus: a second encoding of zero.
fn modulus() -> FieldBytes {
    FieldBytes(FIELD_MODULUS)
}

/// A point whose y coordinate is not canonical.
fn loose_point() -> PointBytes {
    PointBytes::from_xy(&field(1), &modulus())
}

/// Breaks one thing in a valid call's message before everything else is made to fit it.
fn issue(world: &mut World, spoil: impl FnOnce(&mut IssueMsg)) -> Attempt {
    let mut msg = issue_msg(1);
    spoil(&mut msg);
    world.issue(&msg)
}

fn transfer(world: &mut World, spoil: impl FnOnce(&mut TransferMsg)) -> Attempt {
    let mut msg = world.transfer_msg();
    spoil(&mut msg);
    world.transfer(&msg)
}

fn forwarded(world: &mut World, spoil: impl FnOnce(&mut TransferMsg)) -> Attempt {
    let mut msg = world.transfer_msg();
    spoil(&mut msg);
    world.transfer_for(DEALER, &msg)
}

fn deal(world: &mut World, spoil: impl FnOnce(&mut TransferDealMsg)) -> Attempt {
    let mut msg = world.deal_msg();
    spoil(&mut msg);
    world.transfer_deal(DEALER, &msg)
}

fn redeem(world: &mut World, spoil: impl FnOnce(&mut RedeemMsg)) -> Attempt {
    let mut msg = world.redeem_msg();
    spoil(&mut msg);
    world.redeem(&msg)
}

fn seize(world: &mut World, spoil: impl FnOnce(&mut SeizeMsg)) -> Attempt {
    let mut msg = world.seize_msg();
    spoil(&mut msg);
    world.seize(&msg)
}

fn attest(world: &mut World, spoil: impl FnOnce(&mut AttestMsg)) -> Attempt {
    let mut msg = world.attest_msg();
    spoil(&mut msg);
    world.attest(&msg)
}

/// The first issue of a token with strict backing.
fn backed(world: &mut World, spoil: impl FnOnce(&mut IssueMsg)) -> Attempt {
    *world = World::strict();
    let mut msg = issue_msg(0);
    spoil(&mut msg);
    world.issue_backed(&msg)
}

fn limited(world: &mut World, spoil: impl FnOnce(&mut TransferLimitedMsg)) -> Attempt {
    if world.state().settings.velocity.is_none() {
        *world = World::limited();
    }
    let mut msg = TransferLimitedMsg {
        transfer: world.transfer_msg(),
        place: world.place(700),
    };
    spoil(&mut msg);
    world.transfer_limited(&msg)
}

fn redeemed(world: &mut World, spoil: impl FnOnce(&mut RedeemLimitedMsg)) -> Attempt {
    if world.state().settings.velocity.is_none() {
        *world = World::limited();
    }
    let mut msg = RedeemLimitedMsg {
        redeem: world.redeem_msg(),
        place: world.place(700),
    };
    spoil(&mut msg);
    world.redeem_limited(&msg)
}

fn migrate(world: &mut World, spoil: impl FnOnce(&mut MigrateMsg)) -> Attempt {
    *world = World::two();
    let mut msg = world.migrate_msg();
    spoil(&mut msg);
    world.migrate(&msg)
}

pub fn valid_seize(world: &mut World) -> Attempt {
    seize(world, |_| ())
}
pub fn valid_attest(world: &mut World) -> Attempt {
    attest(world, |_| ())
}
pub fn valid_backed(world: &mut World) -> Attempt {
    backed(world, |_| ())
}
pub fn valid_limited(world: &mut World) -> Attempt {
    limited(world, |_| ())
}
pub fn valid_redeemed(world: &mut World) -> Attempt {
    redeemed(world, |_| ())
}
pub fn valid_migrate(world: &mut World) -> Attempt {
    migrate(world, |_| ())
}
pub fn valid_issue(world: &mut World) -> Attempt {
    issue(world, |_| ())
}
pub fn valid_transfer(world: &mut World) -> Attempt {
    transfer(world, |_| ())
}
pub fn valid_forwarded(world: &mut World) -> Attempt {
    forwarded(world, |_| ())
}
pub fn valid_deal(world: &mut World) -> Attempt {
    deal(world, |_| ())
}
pub fn valid_redeem(world: &mut World) -> Attempt {
    redeem(world, |_| ())
}

/// The same call on a token that was installed without `init`.
fn elsewhere(world: &mut World, attempt: Attempt) -> Attempt {
    let contract = ContractId([98; 32]);
    world.mock.install(contract, ENTRIES);
    Attempt {
        contract,
        ..attempt
    }
}

fn by_user(attempt: Attempt) -> Attempt {
    Attempt {
        caller: None,
        ..attempt
    }
}

fn paused(world: &mut World, prepare: fn(&mut World) -> Attempt) -> Attempt {
    let pause = world.set_paused(true);
    world.accept(&pause);
    prepare(world)
}

fn off(world: &mut World, circuit: Circuit, prepare: fn(&mut World) -> Attempt) -> Attempt {
    let switch = world.set_switch(SetSwitchMsg {
        circuit,
        enabled: false,
    });
    world.accept(&switch);
    prepare(world)
}

/// Spends the notes of the other calls first.
fn spent(world: &mut World, prepare: fn(&mut World) -> Attempt) -> Attempt {
    let first = valid_transfer(world);
    world.accept(&first);
    prepare(world)
}

fn memos(world: &mut World, attempt: Attempt, memos: &[u32]) -> Attempt {
    world.mock.tx.memos = memos.to_vec();
    attempt
}

fn no_signature(world: &mut World, attempt: Attempt) -> Attempt {
    world.mock.tx.spend_keys.clear();
    attempt
}

fn no_proof(world: &mut World, attempt: Attempt) -> Attempt {
    world.mock.tx.proofs.clear();
    attempt
}

fn full(world: &mut World, attempt: Attempt) -> Attempt {
    world.mock.fill_append_tree(TOKEN, NOTE_TREE);
    attempt
}

fn no_registry(world: &mut World, attempt: Attempt) -> Attempt {
    world.mock.install(REGISTRY, &[]);
    attempt
}

fn signed_by(world: &mut World, attempt: Attempt, keys: &[RoleKey]) -> Attempt {
    world.mock.tx.role_keys = keys.iter().copied().collect();
    attempt
}

fn repin(world: &mut World, circuit: Circuit) {
    let pin = world.set_pin(SetPinMsg {
        circuit,
        key: KeyId([99; 32]),
    });
    world.accept(&pin);
}

const PIN: SetPinMsg = SetPinMsg {
    circuit: Circuit::Issue,
    key: KeyId([99; 32]),
};
const SWITCH: SetSwitchMsg = SetSwitchMsg {
    circuit: Circuit::Issue,
    enabled: false,
};

/// Every case.
pub fn cases() -> Vec<Case> {
    [
        gate::CASES,
        form::CASES,
        state::CASES,
        forwarded::CASES,
        seize::CASES,
        reserves::CASES,
        velocity::CASES,
        migrate::CASES,
    ]
    .concat()
}
