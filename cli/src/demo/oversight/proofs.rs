//! Reserves over a hidden supply, the turnstile, and a balance for one verifier.

use obolus_abi::token::TokenState;
use obolus_protocol::amount::{Amount, Total};
use obolus_protocol::audience::{Audience, Challenge, VerifierName};
use obolus_protocol::balance::Holder;
use obolus_protocol::field::fr_from_bytes;
use obolus_protocol::statement::SupplyWitness;
use obolus_protocol::tx::ProofEnvelope;
use obolus_verifier::{Proof, VerifyError, VerifyingKey, verify};
use obolus_wallet::assemble::{Attestation, Counted, OpenedSupply};
use obolus_wallet::balance::UnprovenBalance;
use obolus_wallet::{AssembleError, Unproven};
use rand::rngs::OsRng;

use super::super::DemoError;
use super::super::market::Market;
use super::super::world::World;

/// Attests these reserves; the token's state then says "backed". A minor unit less cannot be proved.
pub fn reserves(
    world: &mut World,
    market: &mut Market,
    reserves: Amount,
) -> Result<bool, DemoError> {
    let short = Amount::new(reserves.get() - 1);
    let refused = matches!(
        attest(world, market, short),
        Err(DemoError::Assemble(AssembleError::NotCovered))
    );
    attest(world, market, reserves)?;
    let state = state(world, market)?;
    let backed = state.backing.is_some_and(|backing| {
        backing.reserves == u128::from(reserves.get()) && backing.redeemed == state.redeemed
    });
    Ok(refused && backed)
}

/// A redemption is not cleared until an attestation proves that no more left than entered.
pub fn turnstile(
    world: &mut World,
    market: &mut Market,
    reserves: Amount,
) -> Result<bool, DemoError> {
    let before = state(world, market)?;
    attest(world, market, reserves)?;
    let after = state(world, market)?;
    Ok(before.cleared < before.redemptions && after.cleared == after.redemptions)
}

/// The first institution shows that it holds half of what it has; another verifier is shown the same file.
pub fn balance(world: &World, market: &Market) -> Result<(bool, bool), DemoError> {
    let wallet = &market.wallets[0];
    let half = u64::try_from(wallet.balance().total() / 2).unwrap_or(u64::MAX);
    let audience = |name: &str| -> Result<Audience, DemoError> {
        Ok(Audience {
            verifier: VerifierName::new(name).map_err(DemoError::oversight)?,
            challenge: Challenge::random(&mut OsRng),
        })
    };
    let unproven = UnprovenBalance::new(wallet, audience("Lender")?, Amount::new(half), &mut OsRng)
        .map_err(DemoError::oversight)?;
    let claim = unproven
        .prove(&world.prover, &world.keys)
        .map_err(DemoError::oversight)?;
    let signed = claim.sign(&world.institutions[market.who[0]].key, &mut OsRng);
    let holder = Holder {
        owner: wallet.keys().owner(),
        ak: wallet.keys().ak,
    };
    let key = world.keys.balance.as_ref().ok_or(DemoError::NoBalanceKey)?;
    let shown = signed.verify(unproven.request(), &holder, |proofs| hold(key, proofs));
    let enough = shown.is_ok_and(|shown| shown.at_least.get() >= u128::from(half));
    let mut other = unproven.request().clone();
    other.audience = audience("Somebody else")?;
    let refused = signed.verify(&other, &holder, |proofs| hold(key, proofs));
    Ok((enough, refused.is_err()))
}

fn hold(key: &VerifyingKey, proofs: &[ProofEnvelope]) -> Result<(), VerifyError> {
    proofs.iter().try_for_each(|envelope| {
        let proof = Proof::decode(&envelope.proof.0)?;
        let canonical =
            |(at, bytes)| fr_from_bytes(bytes).map_err(|_| VerifyError::NonCanonicalInput(at));
        let inputs = envelope.inputs.iter().enumerate().map(canonical);
        verify(key, &inputs.collect::<Result<Vec<_>, _>>()?, &proof)
    })
}

fn attest(world: &mut World, market: &mut Market, reserves: Amount) -> Result<(), DemoError> {
    let tip = world.desk.tip()?;
    let secrets = world.authorities.auditors.clone();
    let now = Counted::UpTo(tip);
    let opened = OpenedSupply::open(market.config, secrets, &*world.desk, now)?;
    let attestation = Attestation {
        reserves: Total::new(u128::from(reserves.get())).map_err(DemoError::oversight)?,
        as_of: tip,
        document: *blake3::hash(b"reserves of the demo").as_bytes(),
        expiry: super::expiry(world)?,
    };
    let unproven = Unproven::<SupplyWitness>::attest(&market.view, &opened, &attestation)?;
    let proven = unproven.prove(&world.prover, &world.keys)?;
    let approval = world.authorities.attestor.sign(&proven.digest());
    let signed = proven.authorise(approval)?;
    world.desk.must("attest", &signed)?;
    market.sync(world)
}

fn state(world: &World, market: &Market) -> Result<TokenState, DemoError> {
    Ok(world.desk.state_of(&market.config.token)?)
}
