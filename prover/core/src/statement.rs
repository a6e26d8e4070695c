//! What the prover needs to know about a statement besides its circuit.

use obolus_abi::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs,
};
use obolus_protocol::Fr;
use obolus_protocol::statement::{
    Rule, balance, issue, ratio, redeem, register, supply, transfer, velocity,
};
use obolus_r1cs::{Balance, Issue, Ratio, Redeem, Register, Statement, Supply, Transfer, Velocity};
use obolus_verifier::CircuitName;

/// A statement with a circuit and a native check. Implemented by [`Transfer`], [`Issue`],
/// [`Redeem`], [`Register`], [`Ratio`], [`Balance`], [`Supply`] and [`Velocity`].
pub trait Provable: Statement<Public: Copy + Send + Sync, Witness: Send + Sync> {
    /// Name of the circuit.
    const CIRCUIT: CircuitName;

    /// The public inputs that an honest prover shows for this witness.
    fn public_inputs(witness: &Self::Witness, context: Fr) -> Self::Public;

    /// The native check.
    ///
    /// # Errors
    /// The first rule that does not hold.
    fn check(witness: &Self::Witness, public: &Self::Public) -> Result<(), Rule>;

    /// The public inputs in the order of the proof.
    fn in_order(public: &Self::Public) -> Vec<Fr>;
}

macro_rules! provable {
    ($statement:ident, $module:ident, $inputs:ident, $name:ident) => {
        impl Provable for $statement {
            const CIRCUIT: CircuitName = CircuitName::$name;

            fn public_inputs(witness: &Self::Witness, context: Fr) -> $inputs<Fr> {
                witness.public_inputs(context)
            }

            fn check(witness: &Self::Witness, public: &$inputs<Fr>) -> Result<(), Rule> {
                $module::check(witness, public)
            }

            fn in_order(public: &$inputs<Fr>) -> Vec<Fr> {
                public.to_array().to_vec()
            }
        }
    };
}

provable!(Transfer, transfer, TransferInputs, TRANSFER);
provable!(Issue, issue, IssueInputs, ISSUE);
provable!(Redeem, redeem, RedeemInputs, REDEEM);
provable!(Register, register, RegisterInputs, REGISTER);
provable!(Ratio, ratio, RatioInputs, RATIO);
provable!(Balance, balance, BalanceInputs, BALANCE);
provable!(Supply, supply, SupplyInputs, SUPPLY);
provable!(Velocity, velocity, VelocityInputs, VELOCITY);
