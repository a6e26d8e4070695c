//! Entering the registry: the participant's side. The registrar adds its signatures.

use obolus_abi::registry::RegisterMsg;
use obolus_protocol::{
    Amount, FullViewingKey, audit::AuditScalar, field::fr_to_bytes, schnorr::Randomizer,
    statement::RegisterWitness, tx::Height,
};
use rand::{CryptoRng, RngCore};

use super::{AssembleError, Authority, Call, Unproven, auditor};
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
        let public = witness
            .public_inputs(0_u64.into())
            .map(|input| fr_to_bytes(&input));
        let msg = RegisterMsg {
            owner: public.owner,
            ak: keys.ak.point().encode(),
            epk: *keys.ivk.encryption_key().as_bytes(),
            limit: registration.limit.get(),
            r: witness.r.ephemeral().encode(),
            c1: public.c1,
        };
        let registry = view.config().registry;
        let call = Call::new(registry, "register", &msg, Vec::new(), registration.expiry);
        // Signed under ak itself, which shows that the participant holds it.
        let authority = Authority::Holder {
            ak: keys.ak,
            alpha: Randomizer::zero(),
        };
        Self::new(view, call, witness, authority)
    }
}
