//! Closing everything, opening it again from disk, and comparing.

use std::time::{Duration, Instant};

use obolus_protocol::field::fr_from_bytes;
use obolus_protocol::tx::{Height, Transaction};
use obolus_verifier::{Proof, verify};
use obolus_wallet::{AuditorView, Follower, TokenView};

use super::DemoError;
use super::cast::Institution;
use super::pay::Paid;
use super::world::World;
use crate::progress::Stage;

/// Closes the ledger, if it is in this process, opens it from disk, rebuilds every wallet from its stored seed, and says
/// whether all of them hold the same notes as before.
pub fn run(mut world: World, stage: &Stage) -> Result<(World, bool), DemoError> {
    let before = world.desk.fingerprint()?;
    world.desk = world.desk.reopen()?;
    let mut equal = world.desk.fingerprint()? == before;

    for (index, institution) in world.institutions.iter_mut().enumerate() {
        let seed = world.vault.load(index)?;
        let mut rebuilt = Institution::from_seed(&institution.name, &seed, world.token);
        rebuilt.wallet.sync(&*world.desk)?;
        equal &= rebuilt.wallet.balance().total() == institution.wallet.balance().total();
        equal &= rebuilt
            .wallet
            .notes()
            .iter()
            .eq(institution.wallet.notes().iter());
        equal &= rebuilt.wallet.history() == institution.wallet.history();
        *institution = rebuilt;
        stage.step();
    }
    world.view = TokenView::new(world.token);
    let secrets = world.authorities.auditors.clone();
    world.audit = AuditorView::new(world.token, secrets);
    world.sync()?;
    Ok((world, equal))
}

/// What must add up.
pub struct Totals {
    /// Balances, orders and the ledger's hidden supply agree.
    pub conserved: bool,
    /// The auditor's totals per institution equal the wallets'.
    pub auditor_equal: bool,
}

/// Adds everything up.
pub fn totals(world: &World) -> Result<Totals, DemoError> {
    let held: u128 = world
        .institutions
        .iter()
        .map(|i| i.wallet.balance().total())
        .sum();
    let supply = world.audit.supply();
    let conserved = world.issued.checked_sub(world.redeemed) == Some(held)
        && (supply.issued, supply.redeemed) == (world.issued, world.redeemed)
        && supply.check(&world.desk.token_state()?).is_ok();
    let mut auditor_equal = world.audit.findings().is_empty();
    for institution in &world.institutions {
        let entry = world
            .view
            .directory()
            .by_owner(&institution.wallet.keys().owner());
        let total = entry.and_then(|entry| world.audit.totals().get(&entry.slot));
        let audited = total.map_or(Some(0), |total| total.balance());
        auditor_equal &= audited == Some(institution.wallet.balance().total());
    }
    // Deals hold nothing at the end, so every slot of value belongs to an institution.
    let everywhere: Option<u128> = world
        .audit
        .totals()
        .values()
        .map(|total| total.balance())
        .sum();
    auditor_equal &= everywhere == Some(held);
    Ok(Totals {
        conserved,
        auditor_equal,
    })
}

/// How long it takes to decode and verify each payment's proof by itself, from the bytes on disk.
pub fn verification_times(world: &World, paid: &Paid) -> Result<Vec<Duration>, DemoError> {
    let mut times = Vec::new();
    let key = &world.keys.transfer;
    for (_, receipt) in &paid.accepted {
        let txs = world.desk.transactions(Height(receipt.height))?;
        let Some(bytes) = txs.get(receipt.index as usize) else {
            continue;
        };
        let transaction = Transaction::decode(bytes)?;
        for envelope in &transaction.proofs {
            if envelope.key != key.id() {
                continue;
            }
            let start = Instant::now();
            let inputs: Result<Vec<_>, _> = envelope.inputs.iter().map(fr_from_bytes).collect();
            let proof = Proof::decode(&envelope.proof.0);
            let (Ok(inputs), Ok(proof)) = (inputs, proof) else {
                continue;
            };
            if verify(key, &inputs, &proof).is_ok() {
                times.push(start.elapsed());
            }
        }
    }
    Ok(times)
}
