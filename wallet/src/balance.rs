//! Showing one verifier that the wallet's notes hold at least so much, after the last block that it read.
//!
//! Nothing is submitted. Notes that payments in flight hold count as well: until a block takes the payment they are there and
//! not spent, which is what the claim says. The verifier learns the nullifiers of the notes that are shown, so it recognises
//! their spends; `docs/spec/balance.md` says what to do about it.

use obolus_protocol::{
    Amount,
    audience::Audience,
    balance::{BalanceClaim, BalanceError, BalanceRequest, MAX_PROOFS},
    note::Position,
    statement::{BalanceWitness, Rule, SpendInput, balance::NOTES},
};
use rand::{CryptoRng, RngCore};

use crate::{
    assemble::AssembleError,
    notes::OwnedNote,
    prove::{self, CircuitKeys, ProverError, Statement, StatementProver},
    select::SelectError,
    wallet::Wallet,
};

/// Most notes of a claim.
pub const MAX_NOTES: usize = MAX_PROOFS * NOTES;

/// Why no claim was made. Carries no amounts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// Too many notes.
    #[error(
        "the amount is spread over {0} notes and a claim counts {MAX_NOTES}: merge notes first, by a payment that needs many of \
         them, or show less"
    )]
    Spread(usize),
    /// Notes, directory, paths.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    /// A statement does not hold.
    #[error("the assembled statement does not hold: {0}")]
    Rule(#[from] Rule),
    /// Proving.
    #[error(transparent)]
    Prover(#[from] ProverError),
    /// The proofs do not go together.
    #[error(transparent)]
    Claim(#[from] BalanceError),
}

/// Statements that add up to an amount, not proved yet. Each was checked natively.
pub struct UnprovenBalance {
    request: BalanceRequest,
    witnesses: Vec<BalanceWitness>,
    positions: Vec<Position>,
}

impl UnprovenBalance {
    /// Chooses as few notes as reach the amount and shares them out over as few proofs as hold them.
    ///
    /// # Errors
    /// [`ClaimError`]; [`AssembleError::NotRegistered`] for a wallet whose owner no verifier finds in the directory.
    pub fn new<R: RngCore + CryptoRng>(
        wallet: &Wallet,
        audience: Audience,
        at_least: Amount,
        rng: &mut R,
    ) -> Result<Self, ClaimError> {
        let (view, keys) = (wallet.view(), wallet.keys());
        if at_least == Amount::ZERO {
            return Err(AssembleError::ZeroAmount.into());
        }
        let own = view.directory().by_owner(&keys.owner());
        own.ok_or(AssembleError::NotRegistered)?;
        let request = BalanceRequest {
            chain: view.config().chain,
            audience,
            token: view.token(),
            height: view.tip(),
        };
        let notes = choose(wallet, at_least)?;
        let positions = notes.iter().map(|note| note.position).collect();
        let context = request.context();
        let mut witnesses = Vec::new();
        for (hand, threshold) in hands(&notes, at_least) {
            let mut inputs = Vec::with_capacity(NOTES);
            for note in hand {
                let path = wallet.path_of(note.position.get())?;
                inputs.push(SpendInput::real(&note.note, path));
            }
            inputs.resize_with(NOTES, || SpendInput::dummy(rng));
            let witness = BalanceWitness {
                ak: keys.ak,
                nk: keys.nk.clone(),
                inputs: inputs
                    .try_into()
                    .map_err(|_| ClaimError::Spread(notes.len()))?,
                threshold,
            };
            witness.check(context)?;
            witnesses.push(witness);
        }
        Ok(Self {
            request,
            witnesses,
            positions,
        })
    }

    /// What the claim will answer.
    pub const fn request(&self) -> &BalanceRequest {
        &self.request
    }

    /// The statements. Secret: they name notes and amounts.
    pub fn witnesses(&self) -> &[BalanceWitness] {
        &self.witnesses
    }

    /// The notes whose nullifiers the verifier learns.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// Gets the proofs and checks them. May be tried again, with another prover too.
    ///
    /// # Errors
    /// [`ClaimError::Prover`].
    pub fn prove(
        &self,
        prover: &dyn StatementProver,
        keys: &CircuitKeys,
    ) -> Result<BalanceClaim, ClaimError> {
        let context = self.request.context();
        let proofs = self
            .witnesses
            .iter()
            .map(|witness| prove::prove(witness, context, prover, keys))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(BalanceClaim::new(self.request.clone(), &proofs)?)
    }
}

/// The largest unspent notes that reach the amount.
fn choose(wallet: &Wallet, at_least: Amount) -> Result<Vec<&OwnedNote>, ClaimError> {
    let mut notes: Vec<_> = wallet
        .notes()
        .iter()
        .filter(|owned| owned.spent.is_none() && owned.note.value > Amount::ZERO)
        .collect();
    notes.sort_by_key(|owned| (core::cmp::Reverse(owned.note.value), owned.position));
    let mut sum = 0_u128;
    let missing = |owned: &&&OwnedNote| {
        let enough = sum >= wide(at_least);
        sum += wide(owned.note.value);
        !enough
    };
    let needed = notes.iter().take_while(missing).count();
    if notes[..needed]
        .iter()
        .map(|n| wide(n.note.value))
        .sum::<u128>()
        < wide(at_least)
    {
        return Err(AssembleError::from(SelectError::Insufficient).into());
    }
    if needed > MAX_NOTES {
        return Err(ClaimError::Spread(needed));
    }
    notes.truncate(needed);
    Ok(notes)
}

/// Deals the notes out, the largest first, and gives every proof an equal share of the amount as far as its notes reach it:
/// the thresholds are public, and unequal ones would tell how the notes lie.
fn hands<'a>(notes: &[&'a OwnedNote], at_least: Amount) -> Vec<(Vec<&'a OwnedNote>, Amount)> {
    let count = notes.len().div_ceil(NOTES);
    let mut hands: Vec<Vec<&OwnedNote>> = vec![Vec::new(); count];
    for (place, note) in notes.iter().enumerate() {
        hands[place % count].push(note);
    }
    let sum = |hand: &[&OwnedNote]| hand.iter().map(|n| wide(n.note.value)).sum::<u128>();
    // The poorest first, so that the others can make up for it.
    hands.sort_by_key(|hand| sum(hand));
    let mut left = wide(at_least);
    let mut after = count as u128;
    let mut dealt = Vec::with_capacity(count);
    for hand in hands {
        let share = left.div_ceil(after).min(sum(&hand));
        left -= share;
        after -= 1;
        // Never above the amount, which has 64 bits.
        let threshold = Amount::new(u64::try_from(share).unwrap_or(u64::MAX));
        dealt.push((hand, threshold));
    }
    dealt
}

const fn wide(amount: Amount) -> u128 {
    amount.get() as u128
}

#[cfg(test)]
mod tests;
