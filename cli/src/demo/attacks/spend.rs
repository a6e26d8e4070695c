//! Attacks of a holder on its own money: spending twice, spending more than there is.

use obolus_abi::TransferInputs;
use obolus_protocol::Fr;
use obolus_protocol::amount::Amount;
use obolus_protocol::note::Dummy;
use obolus_prover::ProveError;

use super::craft::{Draft, envelope, judge, prove, staging, user_context};
use super::{AttackResult, Ring};
use crate::demo::DemoError;
use crate::demo::world::World;

/// One note in two blocks, one note twice in one block, one note twice in one transfer.
pub fn twice(world: &mut World, ring: &Ring) -> Result<Vec<AttackResult>, DemoError> {
    let mut results = Vec::new();
    let cent = Amount::new(1);

    let first = Draft::new(world, ring.attacker, ring.accomplice, cent)?;
    let second = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(2))?;
    let honest = first.finish(world, ring.attacker)?;
    let attack = second.finish(world, ring.attacker)?;
    settle(world, honest)?;
    results.push(judge(world, "double_spend", attack)?);
    world.sync()?;

    let first = Draft::new(world, ring.attacker, ring.accomplice, cent)?;
    let second = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(2))?;
    let honest = first.finish(world, ring.attacker)?;
    let attack = second.finish(world, ring.attacker)?;
    // With the attack beside it, the block must have the same effect as without.
    let expected = world.desk.foresee(&honest)?;
    let outcomes = world.desk.take(vec![honest, attack])?;
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let error = outcomes
        .into_iter()
        .find_map(Result::err)
        .map(|reason| reason.code);
    results.push(AttackResult {
        name: "double_spend_in_one_block",
        refused: taken == 1
            && error.is_some()
            && expected.map_or(Ok(true), |expected| {
                world.desk.fingerprint().map(|now| now == expected)
            })?,
        error: error.unwrap_or_else(|| "accepted".into()),
    });
    world.sync()?;

    let mut draft = Draft::new(world, ring.attacker, ring.accomplice, cent)?;
    let real = draft
        .witness
        .inputs
        .iter()
        .find(|input| input.dummy == Dummy::No)
        .cloned();
    let real = real.ok_or(DemoError::Attack("same_note_twice", "no real input".into()))?;
    let value = real.note_value.get();
    draft.witness.inputs = [real.clone(), real];
    draft.witness.change = Amount::new(value * 2 - 1);
    let attack = draft.finish(world, ring.attacker)?;
    results.push(judge(world, "same_note_twice", attack)?);
    Ok(results)
}

/// Outputs above inputs, with and without a wrapped sum; a dummy in the place of a real note.
pub fn from_nothing(world: &mut World, ring: &Ring) -> Result<Vec<AttackResult>, DemoError> {
    let honest = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(1))?;
    let total: u64 = honest
        .witness
        .inputs
        .iter()
        .map(|input| input.note_value.get())
        .sum();
    let mut results = Vec::new();

    let mut wrapped = honest.clone();
    wrapped.witness.pay = Amount::new(total + 1);
    wrapped.witness.change = Amount::MAX;
    results.push(refused_by_rule(
        world,
        ring,
        "value_overflow",
        &wrapped,
        |inputs| inputs,
    )?);

    let mut overdraft = honest.clone();
    overdraft.witness.pay = Amount::new(total + 1);
    overdraft.witness.change = Amount::ZERO;
    results.push(refused_by_rule(
        world,
        ring,
        "overdraft",
        &overdraft,
        |inputs| inputs,
    )?);

    // The real note as a dummy: worth nothing to the attacker, but its nullifier would be burnt.
    let mut burning = honest.clone();
    let real = honest.inputs(Fr::from(0_u64));
    let Some(index) = burning
        .witness
        .inputs
        .iter()
        .position(|i| i.dummy == Dummy::No)
    else {
        return Err(DemoError::Attack(
            "dummy_burns_note",
            "no real input".into(),
        ));
    };
    burning.witness.inputs[index].dummy = Dummy::Yes;
    burning.witness.inputs[index].note_value = Amount::ZERO;
    burning.witness.pay = Amount::ZERO;
    burning.witness.change = Amount::ZERO;
    let burn = |mut inputs: TransferInputs<Fr>| {
        (inputs.nf1, inputs.nf2) = (real.nf1, real.nf2);
        inputs
    };
    results.push(refused_by_rule(
        world,
        ring,
        "dummy_burns_note",
        &burning,
        burn,
    )?);
    Ok(results)
}

/// The prover refuses the witness by a rule; and a proof of another witness, put in its place, is
/// refused by the ledger.
pub fn refused_by_rule(
    world: &mut World,
    ring: &Ring,
    name: &'static str,
    draft: &Draft,
    alter: impl Fn(TransferInputs<Fr>) -> TransferInputs<Fr>,
) -> Result<AttackResult, DemoError> {
    let body = draft.body(world, &draft.message())?;
    let inputs = alter(draft.inputs(user_context(&body)));
    let rule = match world.prover.transfer.prove_for(&draft.witness, inputs) {
        Err(ProveError::Rule(rule)) => rule.name(),
        Err(error) => return Err(staging(name, &error)),
        Ok(_) => {
            return Ok(AttackResult {
                name,
                refused: false,
                error: "proved".into(),
            });
        }
    };
    let other = Draft::new(world, ring.accomplice, ring.attacker, Amount::new(1))?;
    let borrowed = prove(world, &other.witness, user_context(&body))?;
    let attack = draft.sign(
        world,
        ring.attacker,
        body,
        vec![envelope(world, inputs, borrowed.proof)],
    )?;
    let ledger = judge(world, name, attack)?;
    Ok(AttackResult {
        name,
        refused: ledger.refused && ledger.error == "proof_invalid",
        error: rule.into(),
    })
}

/// Commits an honest transaction that an attack needs beside it.
pub fn settle(world: &mut World, honest: Vec<u8>) -> Result<(), DemoError> {
    let outcomes = world.desk.take(vec![honest])?;
    for outcome in outcomes {
        outcome.map_err(|r| DemoError::Refused {
            what: "transfer",
            message: r.message,
        })?;
    }
    Ok(())
}
