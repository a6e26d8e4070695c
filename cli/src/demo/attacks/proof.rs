//! Attacks on proofs and bytes: other inputs, spoiled encodings, copies, replays.

use ark_bn254::{Fq, Fq2, Fr as ScalarField, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, Field, PrimeField, UniformRand};
use ark_serialize::CanonicalSerialize;
use obolus_protocol::amount::Amount;
use obolus_protocol::field::Fr;
use obolus_protocol::tx::{ProofBytes, ProofEnvelope, Transaction};
use obolus_runtime::ledger::Execution;
use obolus_verifier::{Proof, VerifyingKey};
use rand::rngs::OsRng;

use super::craft::{Draft, judge, staging};
use super::spend::settle;
use super::{AttackResult, Ring};
use crate::demo::DemoError;
use crate::demo::world::World;
use crate::dev;

/// A proof of one thing shown for another, and proof bytes spoiled in every way.
pub fn spoiled(world: &mut World, ring: &Ring) -> Result<Vec<AttackResult>, DemoError> {
    let mut results = Vec::new();
    let draft = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(1))?;
    let (body, good) = draft.prove(world)?;
    let send = |world: &mut World, name, envelope: ProofEnvelope| {
        let bytes = draft.sign(world, ring.attacker, body.clone(), vec![envelope])?;
        judge(world, name, bytes)
    };

    // A message that pays more than the proof says, correctly signed.
    let mut message = draft.message();
    message.cm1 = message.cm2;
    let other = draft.body(world, &message)?;
    let bytes = draft.sign(world, ring.attacker, other, vec![good.clone()])?;
    results.push(judge(world, "proof_for_other_inputs", bytes)?);

    // Every byte of the proof, one bit each: one result for all.
    let mut flipped = AttackResult {
        name: "proof_bytes_flipped",
        refused: true,
        error: String::new(),
    };
    for index in 0..good.proof.0.len() {
        let mut envelope = good.clone();
        envelope.proof.0[index] ^= 1;
        let result = send(world, flipped.name, envelope)?;
        flipped.refused &= result.refused;
        if !flipped.error.split('|').any(|seen| seen == result.error) {
            let separator = if flipped.error.is_empty() { "" } else { "|" };
            flipped.error = format!("{}{separator}{}", flipped.error, result.error);
        }
    }
    let mut codes: Vec<_> = flipped.error.split('|').collect();
    codes.sort_unstable();
    flipped.error = codes.join("|");
    results.push(flipped);

    let whole = draft.sign(world, ring.attacker, body.clone(), vec![good.clone()])?;
    let cut = whole.get(..whole.len() - 1).unwrap_or_default().to_vec();
    results.push(judge(world, "transaction_truncated", cut)?);

    let mut envelope = good.clone();
    envelope.proof = above_modulus(world.prover.transfer.verifying_key(), &good.proof)?;
    results.push(send(world, "proof_not_canonical", envelope)?);

    let mut envelope = good.clone();
    envelope.proof.0[32..96].copy_from_slice(&outside_subgroup()?);
    results.push(send(world, "proof_outside_subgroup", envelope)?);

    // The same public input plus the modulus, a second encoding of the same nullifier. The typed
    // builder refuses such bytes, so they are put into the finished ones.
    let mut bytes = whole;
    let canonical = good.inputs[3].0;
    let doubled = plus_modulus(&canonical);
    let mut replaced = false;
    for start in 0..bytes.len().saturating_sub(32) {
        if bytes[start..start + 32] == canonical {
            bytes[start..start + 32].copy_from_slice(&doubled);
            replaced = true;
        }
    }
    if !replaced {
        return Err(DemoError::Attack(
            "input_not_canonical",
            "the nullifier is not in the bytes".into(),
        ));
    }
    results.push(judge(world, "input_not_canonical", bytes)?);
    Ok(results)
}

/// Replays, here and elsewhere; memos in the other order; copies of a pending transaction.
pub fn copied(world: &mut World, ring: &Ring) -> Result<Vec<AttackResult>, DemoError> {
    let mut results = Vec::new();
    let draft = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(1))?;
    let (body, envelope) = draft.prove(world)?;
    let honest = draft.sign(world, ring.attacker, body.clone(), vec![envelope.clone()])?;

    let mut swapped = Transaction::decode(&honest)?;
    swapped.body.memos.swap(0, 1);
    results.push(judge(world, "memos_swapped", swapped.encode())?);

    // A copy with a spoiled proof goes first and is refused; the honest one must not suffer.
    let mut spoiled = Transaction::decode(&honest)?;
    spoiled.proofs[0].proof = shuffled(&envelope.proof)?;
    let spoiled = judge(world, "spoiled_copy_blocks_honest", spoiled.encode())?;
    // A re-randomised copy is as valid as the original: in one block one of them counts.
    let mut copy = Transaction::decode(&honest)?;
    let key = world.prover.transfer.verifying_key().clone();
    copy.proofs[0].proof = rerandomised(&key, &envelope.proof)?;
    let copy = copy.encode();
    let differs = copy != honest;
    let outcomes = world.desk.take(vec![copy, honest.clone()])?;
    let accepted = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let error = outcomes
        .into_iter()
        .find_map(Result::err)
        .map(|reason| reason.code);
    results.push(AttackResult {
        refused: spoiled.refused && accepted == 1,
        ..spoiled
    });
    results.push(AttackResult {
        name: "rerandomised_copy_pays_twice",
        refused: differs && accepted == 1 && error.is_some(),
        error: error.unwrap_or_else(|| "accepted".into()),
    });
    world.sync()?;

    results.push(judge(world, "replay", honest)?);

    // Another chain with the same contracts' code: the digest names the chain.
    let draft = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(1))?;
    let bytes = draft.finish(world, ring.attacker)?;
    let elsewhere = tempfile::tempdir().map_err(|e| DemoError::Io(std::env::temp_dir(), e))?;
    let genesis = dev::genesis("obolus-elsewhere", &world.authorities, &world.keys)?;
    let other = Execution::open(elsewhere.path(), &genesis)?;
    let before = other.tip().app_hash;
    let verdict = other.admit(bytes.clone());
    results.push(AttackResult {
        name: "replay_on_other_chain",
        refused: verdict.is_err() && other.tip().app_hash == before,
        error: verdict
            .err()
            .map_or_else(|| "accepted".into(), |error| error.code().into()),
    });
    settle(world, bytes)?;
    world.sync()?;
    Ok(results)
}

fn points(proof: &ProofBytes) -> Result<Proof, DemoError> {
    Proof::decode(&proof.0).map_err(|error| staging("proof", &error))
}

fn bytes(a: G1Affine, b: G2Affine, c: G1Affine) -> Result<ProofBytes, DemoError> {
    let proof = Proof::new(a, b, c).and_then(|proof| proof.encode());
    proof
        .map(ProofBytes)
        .map_err(|error| staging("proof", &error))
}

/// Another valid proof of the same statement, made by somebody without the witness
/// (Groth16, malleability of the second kind: A/u, u·B + u·t·δ, C + t·A).
fn rerandomised(key: &VerifyingKey, proof: &ProofBytes) -> Result<ProofBytes, DemoError> {
    let old = points(proof)?;
    let (u, t) = (ScalarField::rand(&mut OsRng), ScalarField::rand(&mut OsRng));
    let inverse = u.inverse().unwrap_or(ScalarField::ONE);
    let u = inverse.inverse().unwrap_or(ScalarField::ONE);
    bytes(
        (*old.a() * inverse).into_affine(),
        (*old.b() * u + key.points().delta_g2 * (u * t)).into_affine(),
        (*old.c() + *old.a() * t).into_affine(),
    )
}

/// Valid points, no proof: A and C change places.
fn shuffled(proof: &ProofBytes) -> Result<ProofBytes, DemoError> {
    let old = points(proof)?;
    bytes(*old.c(), *old.b(), *old.a())
}

/// The proof with A's x written as x + p, where that fits beside the flags.
fn above_modulus(key: &VerifyingKey, proof: &ProofBytes) -> Result<ProofBytes, DemoError> {
    let mut proof = *proof;
    loop {
        let a = *points(&proof)?.a();
        let x = a.x().map(|x: Fq| x.into_bigint()).unwrap_or_default();
        let mut sum = x;
        let carry = sum.add_with_carry(&Fq::MODULUS);
        // Two bits hold flags, so the sum must stay below 2^254.
        if !carry && sum.num_bits() <= 254 {
            let flags = proof.0[31] & 0b1100_0000;
            for (target, source) in proof.0.iter_mut().zip(sum.to_bytes_le()) {
                *target = source;
            }
            proof.0[31] |= flags;
            return Ok(proof);
        }
        proof = rerandomised(key, &proof)?;
    }
}

/// A point of the twist that is not in the pairing's subgroup.
fn outside_subgroup() -> Result<[u8; 64], DemoError> {
    let point = (1_u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve());
    let mut encoded = [0; 64];
    let written = point.map(|point| point.serialize_compressed(&mut encoded[..]));
    match written {
        Some(Ok(())) => Ok(encoded),
        _ => Err(DemoError::Attack(
            "proof_outside_subgroup",
            "no such point found".into(),
        )),
    }
}

fn plus_modulus(bytes: &[u8; 32]) -> [u8; 32] {
    let mut carry = 0_u16;
    let mut sum = *bytes;
    for (byte, modulus) in sum.iter_mut().zip(Fr::MODULUS.to_bytes_le()) {
        let total = u16::from(*byte) + u16::from(modulus) + carry;
        *byte = total.to_le_bytes()[0];
        carry = total >> 8;
    }
    sum
}
