//! Entering the registry, and exchanging a key that is there: the participant's side. The registrar adds its signatures.

use obolus_protocol::{
    Amount, FullViewingKey, SpendingKey,
    audit::AuditScalar,
    note::Slot,
    schnorr::Randomizer,
    statement::RegisterWitness,
    tx::{Height, RoleSignature, SignedTx, SpendSignature},
};
use rand::{CryptoRng, RngCore};

use super::{AssembleError, Authority, Proven, Unproven, auditor};
use crate::view::TokenView;

/// Whether a key is a participant's first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Entering {
    /// It is.
    #[default]
    Anew,
    /// It replaces the key of this slot, whose holder signs too.
    Rotating(Slot),
    /// It replaces the key of this slot, which is lost; the slot is frozen.
    Recovering(Slot),
}

/// An application for registration.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// The per-transfer limit that participant and registrar agreed on; a key that replaces another has at most its limit.
    pub limit: Amount,
    /// Whether the key is the participant's first.
    pub entering: Entering,
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
        Self::from_witness(view, witness, &keys.ivk.encryption_key(), registration)
    }
}

impl Proven {
    /// Signs a rotation as the holder of both keys.
    ///
    /// # Errors
    /// [`AssembleError::WrongKey`] unless `new` is the key that enters, or a signature that does not hold.
    pub fn sign_rotation<R: RngCore + CryptoRng>(
        self,
        (old, new): (&SpendingKey, &SpendingKey),
        roles: Vec<RoleSignature>,
        rng: &mut R,
    ) -> Result<SignedTx, AssembleError> {
        match &self.authority {
            Authority::Holder { ak, .. } if new.validating_key() == *ak => {}
            _ => return Err(AssembleError::WrongKey),
        }
        let digest = self.digest();
        let mut sign = |key| SpendSignature::create(key, &Randomizer::zero(), &digest, rng);
        let signatures = vec![sign(old), sign(new)];
        Ok(self.tx.sign(signatures, roles)?)
    }
}
