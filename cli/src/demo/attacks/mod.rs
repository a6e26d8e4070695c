//! Attacks on the running ledger. Each must be refused for its own reason and leave no trace.
//!
//! Two participants of their own carry them out, with money of their own, which they redeem at the
//! end; the institutions of the payments file are not touched.

mod authority;
mod craft;
mod deal;
mod proof;
mod spend;

use obolus_protocol::amount::Amount;
use serde::Serialize;

use super::DemoError;
use super::world::World;
use crate::progress::Stage;

/// Names of the two participants.
const RING: [&str; 2] = ["Attacker (demo)", "Accomplice (demo)"];
/// What each of them begins with, as two notes of this size.
const STAKE: Amount = Amount::new(100_000);

/// How one attack ended.
#[derive(Clone, Debug, Serialize)]
pub struct AttackResult {
    /// Stable name.
    pub name: &'static str,
    /// Refused, with the app hash as it was.
    pub refused: bool,
    /// The stable code of the refusal.
    pub error: String,
}

/// Who attacks, by index.
#[derive(Clone, Copy)]
pub struct Ring {
    attacker: usize,
    accomplice: usize,
}

impl Ring {
    fn slot(&self, world: &World, index: usize) -> Result<u32, DemoError> {
        let owner = world.institutions[index].wallet.keys().owner();
        let entry = world.view.directory().by_owner(&owner);
        entry
            .map(|entry| entry.slot.get())
            .ok_or_else(|| DemoError::NoSuchInstitution(world.institutions[index].name.clone()))
    }
}

/// Runs every attack.
pub fn run(world: &mut World, stage: &Stage) -> Result<Vec<AttackResult>, DemoError> {
    stage.say("preparing");
    let first = world.institutions.len();
    world.register(&RING.map(str::to_owned), stage)?;
    let ring = Ring {
        attacker: first,
        accomplice: first + 1,
    };
    let stakes = [
        ring.attacker,
        ring.attacker,
        ring.accomplice,
        ring.accomplice,
    ];
    world.issue(&stakes.map(|index| (index, STAKE)), stage)?;

    let mut results = Vec::new();
    stage.say("double spends");
    results.extend(spend::twice(world, &ring)?);
    stage.say("money from nothing");
    results.extend(spend::from_nothing(world, &ring)?);
    stage.say("spoiled proofs");
    results.extend(proof::spoiled(world, &ring)?);
    stage.say("copies and replays");
    results.extend(proof::copied(world, &ring)?);
    stage.say("membership");
    results.extend(authority::membership(world, &ring)?);
    stage.say("auditor keys");
    results.extend(authority::auditor(world, &ring)?);
    results.extend(authority::registration(world)?);
    stage.say("hostile contracts");
    let hostile = deal::Hostile::install(world)?;
    results.extend(authority::issue(world, &ring, &hostile)?);
    results.extend(deal::run(world, &ring, &hostile)?);
    stage.say("leaving");
    leave(world, &ring, stage)?;
    Ok(results)
}

/// Redeems all that the two hold, so that they are out of every balance.
fn leave(world: &mut World, ring: &Ring, stage: &Stage) -> Result<(), DemoError> {
    for index in [ring.attacker, ring.accomplice] {
        loop {
            let mut values: Vec<_> = world.institutions[index]
                .wallet
                .notes()
                .candidates()
                .iter()
                .map(|note| note.value.get())
                .collect();
            values.sort_unstable();
            let two: u64 = values.iter().rev().take(2).sum();
            if two == 0 {
                break;
            }
            world.redeem(&[(index, Amount::new(two))], stage)?;
        }
    }
    Ok(())
}
