//! `ratio`: the amounts of two hidden notes stand in an agreed rate. Rules in `docs/spec/ratio.md`.

use obolus_abi::RatioInputs;
use zeroize::Zeroize;

use super::{Rule, check_context, require};
use crate::{field::Fr, note::Note, rate::Rate};

/// Everything a prover needs for a ratio: the openings of two deposits. It holds no key at all, so
/// whoever keeps it learns two amounts and can neither spend the notes nor see them spent.
#[derive(Clone)]
pub struct RatioWitness {
    /// The note whose amount is converted.
    pub first: Note,
    /// The note that has the converted amount.
    pub second: Note,
    /// The rate that the parties agreed on, as the contract stores it.
    pub rate: Rate,
}

/// The notes' randomness wipes itself.
impl Drop for RatioWitness {
    fn drop(&mut self) {
        self.first.value.zeroize();
        self.second.value.zeroize();
    }
}

/// The rules of the statement, in the order of the spec.
pub const RULES: &[Rule] = &[
    Rule::FirstCommitment,
    Rule::SecondCommitment,
    Rule::AmountRange,
    Rule::Rate,
    Rule::ContextBinding,
];

impl RatioWitness {
    /// What an honest prover shows.
    pub fn public_inputs(&self, context: Fr) -> RatioInputs<Fr> {
        RatioInputs {
            cm1: self.first.commitment().get(),
            owner1: self.first.owner.get(),
            cm2: self.second.commitment().get(),
            owner2: self.second.owner.get(),
            p: Fr::from(self.rate.p()),
            q: Fr::from(self.rate.q()),
            context,
        }
    }
}

/// Whether the witness satisfies the statement for these public inputs.
///
/// # Errors
/// The first rule that does not hold, in the order of the spec.
pub fn check(witness: &RatioWitness, public: &RatioInputs<Fr>) -> Result<(), Rule> {
    let commits =
        |note: &Note, cm, owner| note.owner.get() == owner && note.commitment().get() == cm;
    require(
        commits(&witness.first, public.cm1, public.owner1),
        Rule::FirstCommitment,
    )?;
    require(
        commits(&witness.second, public.cm2, public.owner2),
        Rule::SecondCommitment,
    )?;
    let rate = witness.rate;
    let shown = Fr::from(rate.p()) == public.p && Fr::from(rate.q()) == public.q;
    let converted = rate.convert(witness.first.value);
    require(shown && converted == Ok(witness.second.value), Rule::Rate)?;
    check_context(public.context)
}
