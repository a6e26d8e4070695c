//! `balance`: a holder's notes hold at least a threshold. Rules in `docs/spec/balance.md`; what is made of several proofs is
//! [`crate::balance`].

use obolus_abi::BalanceInputs;
use zeroize::Zeroize;

use super::{Rule, SpendInput, check_context, require};
use crate::{
    amount::Amount,
    field::Fr,
    keys::{NullifierKey, Owner, SpendValidatingKey},
    note::{Dummy, Nullifier},
};

/// Notes that one proof counts.
pub const NOTES: usize = 8;

/// Everything a prover needs for a balance. It cannot spend.
#[derive(Clone)]
pub struct BalanceWitness {
    /// The holder's spend-validating key.
    pub ak: SpendValidatingKey,
    /// The holder's nullifier key.
    pub nk: NullifierKey,
    /// The notes, all under one anchor, and placeholders.
    pub inputs: [SpendInput; NOTES],
    /// What they hold at least.
    pub threshold: Amount,
}

/// Keys and notes wipe themselves.
impl Drop for BalanceWitness {
    fn drop(&mut self) {
        self.threshold.zeroize();
    }
}

/// The rules of the statement, in the order of the spec.
pub const RULES: &[Rule] = &[
    Rule::OwnerKey,
    Rule::DummyBoolean,
    Rule::DummyValue,
    Rule::AnchorMembership,
    Rule::Nullifiers,
    Rule::Threshold,
    Rule::ContextBinding,
];

impl BalanceWitness {
    /// The holder.
    pub fn owner(&self) -> Owner {
        Owner::derive(self.ak.point(), &self.nk)
    }

    /// The notes' nullifiers.
    pub fn nullifiers(&self) -> [Nullifier; NOTES] {
        self.inputs
            .each_ref()
            .map(|input| input.nullifier(&self.nk))
    }

    /// Where the first real note leads; with none, where the first dummy does, which no token has as an anchor.
    fn anchor(&self) -> Fr {
        let [first, ..] = &self.inputs;
        let real = self.inputs.iter().find(|input| input.dummy == Dummy::No);
        real.unwrap_or(first).root(self.owner())
    }

    /// What an honest prover shows.
    pub fn public_inputs(&self, context: Fr) -> BalanceInputs<Fr> {
        let [nf1, nf2, nf3, nf4, nf5, nf6, nf7, nf8] = self.nullifiers().map(|nf| nf.get());
        BalanceInputs {
            anchor: self.anchor(),
            owner: self.owner().get(),
            nf1,
            nf2,
            nf3,
            nf4,
            nf5,
            nf6,
            nf7,
            nf8,
            threshold: Fr::from(self.threshold.get()),
            context,
        }
    }
}

/// The nullifiers among the public inputs, in order.
pub const fn nullifiers<F: Copy>(public: &BalanceInputs<F>) -> [F; NOTES] {
    [
        public.nf1, public.nf2, public.nf3, public.nf4, public.nf5, public.nf6, public.nf7,
        public.nf8,
    ]
}

/// Whether the witness satisfies the statement for these public inputs.
///
/// # Errors
/// The first rule that does not hold, in the order of the spec.
pub fn check(witness: &BalanceWitness, public: &BalanceInputs<Fr>) -> Result<(), Rule> {
    let owner = witness.owner();
    require(owner.get() == public.owner, Rule::OwnerKey)?;
    for input in &witness.inputs {
        match input.dummy {
            Dummy::Yes => require(input.note_value == Amount::ZERO, Rule::DummyValue)?,
            Dummy::No => require(input.root(owner) == public.anchor, Rule::AnchorMembership)?,
        }
    }
    let shown = witness.nullifiers().map(|nf| nf.get());
    require(shown == nullifiers(public), Rule::Nullifiers)?;
    let wide = |amount: Amount| u128::from(amount.get());
    let sum: u128 = witness
        .inputs
        .iter()
        .map(|input| wide(input.note_value))
        .sum();
    let threshold = Fr::from(witness.threshold.get()) == public.threshold;
    require(threshold && sum >= wide(witness.threshold), Rule::Threshold)?;
    check_context(public.context)
}
