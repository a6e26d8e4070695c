//! `velocity`: a payment is one of its payer's few of a period. Rules in `docs/spec/velocity.md`.

use obolus_abi::VelocityInputs;
use zeroize::Zeroize;

use super::{Rule, SpendInput, check_context, require};
use crate::{
    field::Fr,
    keys::NullifierKey,
    note::{Dummy, Nullifier, Position, Rcm},
    velocity::{Period, Quota, Ticket, VelocityTag},
};

/// Everything a prover needs for a ticket. It cannot spend; with `nk` it could count the payer's payments.
#[derive(Clone)]
pub struct VelocityWitness {
    /// The payer's nullifier key.
    pub nk: NullifierKey,
    /// Randomness of the payment's first input.
    pub rcm: Rcm,
    /// Position of the payment's first input.
    pub position: Position,
    /// Whether the payment's first input is a placeholder.
    pub dummy: Dummy,
    /// Token and period.
    pub period: Period,
    /// Payments per payer and period.
    pub quota: Quota,
    /// The ticket that the payment uses up.
    pub ticket: Ticket,
}

/// Keys and randomness wipe themselves.
impl Drop for VelocityWitness {
    fn drop(&mut self) {
        self.ticket.zeroize();
    }
}

/// The rules of the statement, in the order of the spec.
pub const RULES: &[Rule] = &[
    Rule::Nullifier1,
    Rule::VelocityTag,
    Rule::WithinQuota,
    Rule::ContextBinding,
];

impl VelocityWitness {
    /// For the payment whose first input this is.
    pub fn new(
        nk: &NullifierKey,
        first: &SpendInput,
        period: Period,
        quota: Quota,
        ticket: Ticket,
    ) -> Self {
        Self {
            nk: nk.clone(),
            rcm: first.rcm.clone(),
            position: first.position(),
            dummy: first.dummy,
            period,
            quota,
            ticket,
        }
    }

    /// The payment's first nullifier.
    pub fn nullifier(&self) -> Nullifier {
        Nullifier::derive(&self.nk, &self.rcm, self.position, self.dummy)
    }

    /// The ticket's tag.
    pub fn tag(&self) -> VelocityTag {
        VelocityTag::derive(&self.nk, self.period, self.ticket)
    }

    /// What an honest prover shows.
    pub fn public_inputs(&self, context: Fr) -> VelocityInputs<Fr> {
        VelocityInputs {
            nf1: self.nullifier().get(),
            tag: self.tag().get(),
            period: self.period.get(),
            quota: Fr::from(self.quota.get()),
            context,
        }
    }
}

/// Whether the witness satisfies the statement for these public inputs.
///
/// # Errors
/// The first rule that does not hold, in the order of the spec.
pub fn check(witness: &VelocityWitness, public: &VelocityInputs<Fr>) -> Result<(), Rule> {
    require(witness.nullifier().get() == public.nf1, Rule::Nullifier1)?;
    let period = witness.period.get() == public.period;
    require(
        period && witness.tag().get() == public.tag,
        Rule::VelocityTag,
    )?;
    let quota = Fr::from(witness.quota.get()) == public.quota;
    require(
        quota && witness.quota.admits(witness.ticket),
        Rule::WithinQuota,
    )?;
    check_context(public.context)
}
