//! The statements: named public inputs, private witnesses, and a native check of every rule.
//!
//! One page per statement in `docs/spec/` lists the rules with the attack each stops; the headings
//! there, the variants of [`Rule`] here and the namespaces of the circuits carry the same names.
//!
//! A witness is what a wallet assembles and a prover receives. `public_inputs` derives from it what
//! an honest prover shows; `check` decides whether public inputs and witness satisfy the statement,
//! rule by rule, in the order of the spec. Types rule out some violations natively: amounts have 64
//! bits, a dummy flag has two values, keys are proper points. Those rules are still listed, since
//! the circuit has to enforce them with constraints.
//!
//! A witness travels to a prover on another machine as [`WitnessCodec`] encodes it.

pub mod balance;
mod circuit_digest;
mod codec;
pub mod issue;
pub mod ratio;
pub mod redeem;
pub mod register;
mod registration;
mod rule;
#[cfg(any(test, feature = "test-fixtures"))]
pub mod sample;
mod spend;
pub mod supply;
pub mod transfer;
pub mod velocity;

pub use balance::BalanceWitness;
pub use circuit_digest::{CIRCUIT_DIGESTS, circuit_digest};
pub use codec::{WITNESS_VERSION, WitnessCodec, WitnessCodecError};
pub use issue::IssueWitness;
pub use ratio::RatioWitness;
pub use redeem::RedeemWitness;
pub use register::RegisterWitness;
pub use registration::RegistryLeafWitness;
pub use rule::Rule;
pub use spend::SpendInput;
pub use supply::SupplyWitness;
pub use transfer::TransferWitness;
pub use velocity::VelocityWitness;

use crate::{
    audit::{AuditScalar, AuditorKey},
    context::is_context,
    curve::Point,
    field::Fr,
};

/// Fails with `rule` unless `holds`.
fn require(holds: bool, rule: Rule) -> Result<(), Rule> {
    if holds { Ok(()) } else { Err(rule) }
}

/// Whether a pair of public inputs shows this point.
fn shows(point: &Point, x: Fr, y: Fr) -> bool {
    point.x() == x && point.y() == y
}

/// The audit points of a statement: P is the checked key that the keys were agreed with, R is r·G.
fn check_audit_points(
    r: &AuditScalar,
    auditor: &AuditorKey,
    (p_x, p_y): (Fr, Fr),
    (r_x, r_y): (Fr, Fr),
) -> Result<(), Rule> {
    require(shows(auditor.point(), p_x, p_y), Rule::AuditorKey)?;
    require(shows(&r.ephemeral(), r_x, r_y), Rule::AuditEphemeral)
}

fn check_context(context: Fr) -> Result<(), Rule> {
    require(is_context(&context), Rule::ContextBinding)
}

#[cfg(test)]
mod tests;
