//! The protocol's circuits by the names that commands take.

use clap::ValueEnum;
use obolus_prover::{
    Balance, Issue, Ratio, Redeem, Register, RelationError, Supply, Transfer, Velocity, relation,
};
use obolus_r1cs::{R1csShape, shape};
use obolus_verifier::CircuitName;

#[cfg(test)]
mod tests;

/// A circuit of the protocol.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum OwnCircuit {
    /// Confidential payments.
    Transfer,
    /// Creation of notes by the issuer.
    Issue,
    /// Withdrawals.
    Redeem,
    /// Registrations of participants.
    Register,
    /// Agreed rates of two amounts.
    Ratio,
    /// What a holder shows that it has.
    Balance,
    /// Supplies covered by reserves.
    Supply,
    /// Payments within a period's quota.
    Velocity,
}

impl OwnCircuit {
    /// Its name in keys and files.
    pub fn name(self) -> CircuitName {
        match self {
            Self::Transfer => CircuitName::TRANSFER,
            Self::Issue => CircuitName::ISSUE,
            Self::Redeem => CircuitName::REDEEM,
            Self::Register => CircuitName::REGISTER,
            Self::Ratio => CircuitName::RATIO,
            Self::Balance => CircuitName::BALANCE,
            Self::Supply => CircuitName::SUPPLY,
            Self::Velocity => CircuitName::VELOCITY,
        }
    }

    /// Its constraints.
    pub fn shape(self) -> R1csShape {
        match self {
            Self::Transfer => shape::<Transfer>(),
            Self::Issue => shape::<Issue>(),
            Self::Redeem => shape::<Redeem>(),
            Self::Register => shape::<Register>(),
            Self::Ratio => shape::<Ratio>(),
            Self::Balance => shape::<Balance>(),
            Self::Supply => shape::<Supply>(),
            Self::Velocity => shape::<Velocity>(),
        }
    }

    /// The `.r1cs` file, made from the circuit in this program.
    ///
    /// # Errors
    /// [`RelationError`] if the circuit is inconsistent.
    pub fn r1cs(self) -> Result<Vec<u8>, RelationError> {
        obolus_prover::snarkjs::write_r1cs(&relation(&self.shape())?)
    }
}
