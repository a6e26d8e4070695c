//! What holds for all eight circuits.
//!
//! - [`agreement`]: honest witnesses satisfy native check and circuit; values, products and
//!   arkworks' view agree;
//! - [`golden`]: size, digest, public inputs and costs change only on purpose;
//! - [`negative`]: one change at a time, refused by both under the same rule;
//! - [`hunt`]: no variable is left undetermined;
//! - [`rates`]: the conversion of `ratio` at its edges, and what its precondition is for;
//! - [`limits`]: the same of `supply`, `velocity` and `balance`.

mod agreement;
mod golden;
mod hunt;
mod limits;
mod negative;
mod rates;

use obolus_abi::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs,
};
use obolus_protocol::{
    field::Fr,
    statement::{
        BalanceWitness, IssueWitness, RatioWitness, RedeemWitness, RegisterWitness, Rule,
        SupplyWitness, TransferWitness, VelocityWitness, balance, issue, ratio, redeem, register,
        sample, supply, transfer, velocity,
    },
};

use super::*;

/// The native side of a statement, named alike for all.
trait Native: Statement<Witness: Clone + Sync, Public: Clone + Sync> {
    /// Public inputs that a contract gives or knows; the circuit computes the others.
    const GIVEN: &'static [&'static str];
    /// Of these, what the free inputs and the bits determine nevertheless. An equation between
    /// values that are chosen bit by bit has no other variable to determine.
    const IMPLIED: &'static [&'static str] = &[];
    /// Public inputs for which a prover can make another proof with the same witness.
    const ADJUSTABLE: &'static [&'static str] = &["context"];

    fn check(witness: &Self::Witness, public: &Self::Public) -> Result<(), Rule>;
    fn honest(witness: &Self::Witness, context: Fr) -> Self::Public;
    fn to_vec(public: &Self::Public) -> Vec<Fr>;
    fn from_vec(inputs: Vec<Fr>) -> Self::Public;
    /// Every kind of sample.
    fn samples(seed: u64) -> Vec<Self::Witness>;
}

macro_rules! native {
    ($circuit:ty, $witness:ty, $public:ident, $module:ident, $samples:expr, $given:expr $(, $implied:expr $(, $adjustable:expr)?)?) => {
        impl Native for $circuit {
            const GIVEN: &'static [&'static str] = $given;
            $(
                const IMPLIED: &'static [&'static str] = $implied;
                $(const ADJUSTABLE: &'static [&'static str] = $adjustable;)?
            )?

            fn check(witness: &$witness, public: &$public<Fr>) -> Result<(), Rule> {
                $module::check(witness, public)
            }

            fn honest(witness: &$witness, context: Fr) -> $public<Fr> {
                witness.public_inputs(context)
            }

            fn to_vec(public: &$public<Fr>) -> Vec<Fr> {
                public.to_array().to_vec()
            }

            fn from_vec(inputs: Vec<Fr>) -> $public<Fr> {
                $public::from_array(inputs.try_into().expect("as many as names"))
            }

            fn samples(seed: u64) -> Vec<$witness> {
                $samples.map(|sample| sample(seed)).to_vec()
            }
        }
    };
}

native!(
    Transfer,
    TransferWitness,
    TransferInputs,
    transfer,
    [sample::transfer, sample::transfer_with_dummy],
    &[
        "anchor",
        "sender_root",
        "recipient_root",
        "p_x",
        "p_y",
        "context"
    ]
);
native!(
    Redeem,
    RedeemWitness,
    RedeemInputs,
    redeem,
    [sample::redeem, sample::redeem_with_dummy],
    &["anchor", "sender_root", "p_x", "p_y", "context"]
);
native!(
    Issue,
    IssueWitness,
    IssueInputs,
    issue,
    [sample::issue],
    &["recipient_root", "p_x", "p_y", "nonce", "context"]
);
native!(
    Register,
    RegisterWitness,
    RegisterInputs,
    register,
    [sample::register],
    &["ak_x", "ak_y", "p_x", "p_y", "context"]
);
native!(
    Ratio,
    RatioWitness,
    RatioInputs,
    ratio,
    [sample::ratio, sample::ratio_at_the_edge],
    RatioInputs::<Fr>::NAMES,
    &["cm1", "cm2", "p", "q"]
);
native!(
    Balance,
    BalanceWitness,
    BalanceInputs,
    balance,
    [sample::balance, sample::balance_with_dummies],
    &["anchor", "threshold", "context"],
    &["threshold"]
);
native!(
    Supply,
    SupplyWitness,
    SupplyInputs,
    supply,
    [sample::supply, sample::supply_at_the_edge],
    SupplyInputs::<Fr>::NAMES,
    &["c_x", "c_y", "reserves"],
    // Larger reserves cover the supply, too.
    &["reserves", "context"]
);
native!(
    Velocity,
    VelocityWitness,
    VelocityInputs,
    velocity,
    [sample::velocity, sample::velocity_at_the_edge],
    &["period", "quota", "context"],
    &["quota"],
    // A larger quota admits the ticket, too.
    &["quota", "context"]
);

/// Runs a generic test for each circuit, in threads of their own.
macro_rules! for_each_circuit {
    ($test:ident) => {
        mod $test {
            use super::*;

            #[test]
            fn transfer() {
                super::$test::<Transfer>();
            }

            #[test]
            fn issue() {
                super::$test::<Issue>();
            }

            #[test]
            fn redeem() {
                super::$test::<Redeem>();
            }

            #[test]
            fn register() {
                super::$test::<Register>();
            }

            #[test]
            fn ratio() {
                super::$test::<Ratio>();
            }

            #[test]
            fn balance() {
                super::$test::<Balance>();
            }

            #[test]
            fn supply() {
                super::$test::<Supply>();
            }

            #[test]
            fn velocity() {
                super::$test::<Velocity>();
            }
        }
    };
}
use for_each_circuit;
