//! A freeze, and a seizure by order of a court.

use obolus_abi::registry::{SetLimitMsg, SlotMsg};
use obolus_protocol::amount::Amount;
use obolus_protocol::field::fr_from_bytes;
use obolus_protocol::memo::MemoText;
use obolus_protocol::note::Slot;
use obolus_wallet::auditor::{RecoveredNote, Recovery};
use obolus_wallet::{PayerIdentity, Payment, SeizedNotes, SeizureOrder, Unproven};
use rand::rngs::OsRng;

use super::super::DemoError;
use super::super::market::Market;
use super::super::world::World;
use crate::dev::{encode, role_call};

/// Freezes the first institution. A payment that it had proved and signed before is refused in the next block.
pub fn freeze(world: &mut World, market: &mut Market) -> Result<bool, DemoError> {
    let payment = Payment {
        to: market.wallets[1].address(),
        amount: Amount::new(100),
        text: MemoText::new("before the freeze")?,
        identity: PayerIdentity::Hidden,
        expiry: super::expiry(world)?,
    };
    let unproven = market.wallets[0].transfer(&payment, &mut OsRng)?;
    let proven = unproven.prove(&world.prover, &world.keys)?;
    let key = &world.institutions[market.who[0]].key;
    let early = proven.sign(key, Vec::new(), &mut OsRng)?;
    let slot = slot(market, 0)?;
    order(
        world,
        market,
        "freeze",
        encode(&SlotMsg { slot: slot.get() })?,
    )?;
    let outcomes = world.desk.take(vec![early.transaction().encode()])?;
    market.wallets[0].release(&early.transaction().id());
    market.sync(world)?;
    Ok(outcomes.iter().all(Result::is_err))
}

/// Seizes an amount of the first institution for the second, after the registry's delay, and lets the first one act again.
/// The auditor opens the notes and makes the proof, the issuer's holders sign. Returns what the first one lost.
pub fn seize(world: &mut World, market: &mut Market, amount: Amount) -> Result<u128, DemoError> {
    let held = |market: &Market| market.wallets[0].balance().total();
    let before = held(market);
    let other = slot(market, 1)?;
    // The delay counts blocks.
    while !seizable(world, market)? {
        let message = SetLimitMsg {
            slot: other.get(),
            limit: u64::MAX,
        };
        order(world, market, "set_limit", encode(&message)?)?;
    }
    let recovery = recovery(market)?;
    let notes = SeizedNotes::find(&recovery, amount, &market.view, &*world.desk)?;
    let order_to = SeizureOrder {
        to: market.wallets[1].address(),
        amount,
        case: *blake3::hash(b"court order 7 O 118/26").as_bytes(),
        text: MemoText::new("court order 7 O 118/26")?,
        expiry: super::expiry(world)?,
    };
    let registry = world.desk.registry_state()?;
    let (unproven, opening) = Unproven::seize(
        &market.view,
        &registry,
        (&recovery, &notes),
        &order_to,
        &mut OsRng,
    )?;
    let proven = unproven.prove(&world.prover, &world.keys)?;
    // What the draft hides is shown to those who sign.
    opening.check(proven.body())?;
    let approval = world.authorities.issuer.sign(&proven.digest());
    let signed = proven.authorise(approval)?;
    world.desk.must("seize", &signed)?;
    let slot = slot(market, 0)?;
    order(
        world,
        market,
        "unfreeze",
        encode(&SlotMsg { slot: slot.get() })?,
    )?;
    Ok(before.saturating_sub(held(market)))
}

/// Whether the first institution has been frozen for long enough.
fn seizable(world: &World, market: &Market) -> Result<bool, DemoError> {
    let entry = market.view.directory().by_slot(slot(market, 0)?);
    let entry = entry.ok_or(DemoError::NotRegistered)?;
    let root = world.desk.registry_state()?.seizable.map(|root| root.root);
    let Some(Ok(root)) = root.map(|root| fr_from_bytes(&root)) else {
        return Ok(false);
    };
    Ok(market.view.directory().frozen_path(entry, root).is_ok())
}

/// What the auditor knows of the first institution's notes.
fn recovery(market: &Market) -> Result<Recovery, DemoError> {
    let slot = slot(market, 0)?;
    let entry = market.view.directory().by_slot(slot);
    let entry = entry.ok_or(DemoError::NotRegistered)?;
    let nk = market.audit.escrowed_key(slot);
    let nk = nk.ok_or(DemoError::NotRegistered)?.clone();
    let unspent = market.wallets[0]
        .notes()
        .iter()
        .filter(|n| n.spent.is_none());
    let positions: Vec<_> = unspent.map(|n| n.position).collect();
    let opened = market.audit.notes_of(slot).into_iter();
    Ok(Recovery {
        chain: market.config.chain,
        token: market.config.token,
        height: market.view.tip().0,
        slot,
        owner: entry.owner,
        ak: entry.ak,
        nk,
        notes: opened
            .filter(|(position, _)| positions.contains(position))
            .map(|(position, note)| RecoveredNote { position, note })
            .collect(),
    })
}

fn slot(market: &Market, who: usize) -> Result<Slot, DemoError> {
    let owner = market.wallets[who].keys().owner();
    let entry = market.view.directory().by_owner(&owner);
    Ok(entry.ok_or(DemoError::NotRegistered)?.slot)
}

fn order(
    world: &mut World,
    market: &mut Market,
    entry: &'static str,
    args: Vec<u8>,
) -> Result<(), DemoError> {
    let registrar = &world.authorities.registrar;
    let tx = role_call(&*world.desk, registrar, market.config.registry, entry, args)?;
    world.desk.must(entry, &tx)?;
    market.sync(world)
}
