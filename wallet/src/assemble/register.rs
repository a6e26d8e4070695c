//! Entering the registry: the participant's side. The registrar adds its signatures.

use obolus_protocol::{
    Amount, FullViewingKey, audit::AuditScalar, statement::RegisterWitness, tx::Height,
};
use rand::{CryptoRng, RngCore};

use super::{AssembleError, Unproven, auditor};
use crate::view::TokenView;

/// An application for registration.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// The per-transfer limit that participant and registrar agreed on.
    pub limit: Amount,
    /// The last block that may include it.
    pub expiry: Height,
}

impl Unproven<RegisterWitness> {
    /// Assembles a registration of the keys' holder.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn register<R: RngCore + CryptoRng>(
        view: &TokenView,
        keys: &FullViewingKey,
        registration: &Registration,
        rng: &mut R,
    ) -> Result<Self, AssembleError> {
        let witness = RegisterWitness {
            ak: keys.ak,
            nk: keys.nk.clone(),
            r: AuditScalar::random(rng),
            auditor: auditor(view)?,
        };
        let epk = keys.ivk.encryption_key();
        Self::from_witness(view, witness, &epk, registration.limit, registration.expiry)
    }
}
