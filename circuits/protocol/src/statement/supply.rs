//! `supply`: a hidden supply is covered by attested reserves and not negative. Rules in `docs/spec/supply.md`.

use obolus_abi::SupplyInputs;
use zeroize::Zeroize;

use super::{Rule, check_context, require, shows};
use crate::{
    amount::Total,
    field::Fr,
    pedersen::{Blinding, ValueCommitment},
};

/// Everything a prover needs for a supply: the opening of the commitment. It holds no key.
#[derive(Clone)]
pub struct SupplyWitness {
    /// What is in circulation.
    pub total: Total,
    /// Sum of the blindings of all issues, minus that of all redemptions.
    pub s: Blinding,
    /// Reserves, as they are attested.
    pub reserves: Total,
}

/// The blinding wipes itself.
impl Drop for SupplyWitness {
    fn drop(&mut self) {
        self.total.zeroize();
    }
}

/// The rules of the statement, in the order of the spec.
pub const RULES: &[Rule] = &[
    Rule::SupplyCommitment,
    Rule::SupplyRange,
    Rule::Backed,
    Rule::ContextBinding,
];

impl SupplyWitness {
    /// `C = total·V + s·S`, which a contract computes as issued − redeemed.
    pub fn commitment(&self) -> ValueCommitment {
        ValueCommitment::commit_total(self.total.get(), &self.s)
    }

    /// What an honest prover shows.
    pub fn public_inputs(&self, context: Fr) -> SupplyInputs<Fr> {
        let commitment = self.commitment();
        SupplyInputs {
            c_x: commitment.point().x(),
            c_y: commitment.point().y(),
            reserves: Fr::from(self.reserves.get()),
            context,
        }
    }
}

/// Whether the witness satisfies the statement for these public inputs.
///
/// # Errors
/// The first rule that does not hold, in the order of the spec.
pub fn check(witness: &SupplyWitness, public: &SupplyInputs<Fr>) -> Result<(), Rule> {
    require(
        shows(witness.commitment().point(), public.c_x, public.c_y),
        Rule::SupplyCommitment,
    )?;
    let shown = Fr::from(witness.reserves.get()) == public.reserves;
    require(shown && witness.total <= witness.reserves, Rule::Backed)?;
    check_context(public.context)
}
