//! Names of the circuits that a token pins.

use super::Circuit;
use crate::{IssueInputs, RedeemInputs, SupplyInputs, TransferInputs, VelocityInputs};

impl Circuit {
    /// The name, which its keys have too.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transfer => TransferInputs::<()>::CIRCUIT,
            Self::Issue => IssueInputs::<()>::CIRCUIT,
            Self::Redeem => RedeemInputs::<()>::CIRCUIT,
            Self::Supply => SupplyInputs::<()>::CIRCUIT,
            Self::Velocity => VelocityInputs::<()>::CIRCUIT,
        }
    }
}
