//! Reserves: attested figures, proved to cover what is in circulation without showing it.

use obolus_sdk::abi::SupplyInputs;
use obolus_sdk::abi::token::{
    AttestMsg, Backing, Circuit, MAX_RESERVES, TokenError, TokenEvent, supply_inputs,
};
use obolus_sdk::{Env, FieldBytes, PointBytes, Proven};

use crate::gate::{proof, user_only};
use crate::notes;
use crate::storage::{BACKING, CLEARED, RESERVES, RULES, Rules, initialised};

/// Attestors state the reserves, and the transaction proves that issues less redemptions are between zero and them. The
/// lower bound clears the redemptions that were counted: if more had left than entered, there were no such proof.
///
/// The sum of issues is the current one. The sum of redemptions is one that they had reached by the block for which the
/// reserves were counted: later ones are paid out of these very reserves. Works while the token is paused, since nothing moves.
///
/// # Errors
/// `State`, `UserOnly`, `CircuitOff`, `BadAttestation`, `NotAttestor`, `IssuedSum`, `RedeemedSum`, `BadProof`, in this
/// order.
pub fn attest(env: &mut Env, msg: AttestMsg) -> Result<(), TokenError> {
    let rules = initialised(RULES.get(env))?;
    user_only(env)?;
    rules.check_on(Circuit::Supply)?;
    let now = env.height();
    let earliest = BACKING.get(env).map_or(0, |last| last.as_of_height);
    if msg.reserves > MAX_RESERVES || msg.as_of_height < earliest || msg.as_of_height > now {
        return Err(TokenError::BadAttestation);
    }
    let rule = RESERVES.get(env).ok_or(TokenError::NotAttestor)?;
    env.role_approved(&rule.attestor)
        .map_err(|_| TokenError::NotAttestor)?;
    let [issued, _] = notes::sums(env)?;
    if msg.issued != issued {
        return Err(TokenError::IssuedSum);
    }
    let redemptions = notes::redemptions_in(env, &msg.redeemed, msg.as_of_height)?;
    covered(env, &rules, &issued, &msg.redeemed, msg.reserves)?;

    let backing = Backing {
        reserves: msg.reserves,
        as_of_height: msg.as_of_height,
        attested_height: now,
        document: msg.document,
        redeemed: msg.redeemed,
        redemptions,
    };
    BACKING.set(env, &backing);
    let cleared = initialised(CLEARED.get(env))?.max(redemptions);
    CLEARED.set(env, &cleared);
    env.emit(&TokenEvent::Attested { issued, backing });
    Ok(())
}

/// An issue with this value commitment fits into the reserves attested last. Redemptions count as gone only as far as
/// the attestation counted them: later ones are paid out of the very reserves that it counted.
///
/// # Errors
/// `NotAttested`, `NonCanonical` when `cv` is not of the subgroup, `BadProof`.
pub fn check_room(env: &Env, rules: &Rules, cv: &PointBytes) -> Result<(), TokenError> {
    let backing = BACKING.get(env).ok_or(TokenError::NotAttested)?;
    let issued = notes::issued_with(env, cv)?;
    covered(env, rules, &issued, &backing.redeemed, backing.reserves)?;
    Ok(())
}

fn covered(
    env: &Env,
    rules: &Rules,
    issued: &PointBytes,
    redeemed: &PointBytes,
    reserves: u128,
) -> Result<Proven<SupplyInputs<FieldBytes>>, TokenError> {
    let supply = env
        .point_sub(issued, redeemed)
        .map_err(|_| TokenError::NonCanonical)?;
    let inputs = supply_inputs(&supply, reserves, env.context());
    proof(env, rules, Circuit::Supply, inputs)
}
