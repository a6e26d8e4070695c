//! What the parties of a deal share: one secret, from which all of the deal's keys and randomness follow.
//!
//! Both parties can so compute every commitment of the deal, and neither depends on what the other one sends later. See
//! `docs/settlement.md`.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::deal::leg_preimage;
use obolus_abi::{ContractId, DealId};
use rand::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    curve::deal_point,
    field::{fr_from_wide, scalar_from_wide},
    keys::{KeyError, NullifierKey, Owner, SpendValidatingKey},
    note::Rcm,
    schnorr::Randomizer,
    tags::context,
};

/// 32 bytes that the opener of a deal draws. Whoever has them sees the deal and can prove its payouts; it cannot decide
/// where they go.
#[derive(Clone, Zeroize, ZeroizeOnDrop, BorshSerialize, BorshDeserialize)]
pub struct DealSecret([u8; 32]);

/// Which of a leg's three notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegNote {
    /// The one that is locked.
    Deposit,
    /// The payee's.
    Release,
    /// The payer's.
    Refund,
}

impl DealSecret {
    /// Draws one.
    pub fn random(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut secret = Self([0; 32]);
        rng.fill_bytes(&mut secret.0);
        secret
    }

    /// What makes the deal's id unique. Tells nothing of the secret.
    pub fn nonce(&self) -> [u8; 32] {
        let mut nonce = [0; 32];
        self.fill(context::DEAL_NONCE, &[], &mut nonce);
        nonce
    }

    /// The nullifier key of a leg's owner.
    pub fn nullifier_key(&self, leg: u8) -> NullifierKey {
        NullifierKey::new(fr_from_wide(
            &self.wide(context::DEAL_NULLIFIER_KEY, &[leg]),
        ))
    }

    /// Randomness of one of a leg's notes.
    pub fn rcm(&self, leg: u8, note: LegNote) -> Rcm {
        Rcm::new(fr_from_wide(
            &self.wide(context::DEAL_RCM, &[leg, note as u8]),
        ))
    }

    /// What turns a party's spend-validating key into its one-time key. Parties are numbered from 0.
    pub fn randomizer(&self, party: u8) -> Randomizer {
        Randomizer::new(scalar_from_wide(&self.wide(context::DEAL_PARTY, &[party])))
    }

    fn wide(&self, context: &'static str, label: &[u8]) -> Zeroizing<[u8; 64]> {
        let mut wide = Zeroizing::new([0; 64]);
        self.fill(context, label, wide.as_mut());
        wide
    }

    fn fill(&self, context: &'static str, label: &[u8], out: &mut [u8]) {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        hasher.update(&self.0).update(label);
        let mut reader = hasher.finalize_xof();
        reader.fill(out);
        reader.zeroize();
        hasher.zeroize();
    }
}

impl core::fmt::Debug for DealSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("DealSecret(redacted)")
    }
}

/// The id that hashes what a deal agrees on; `preimage` is its header's.
pub fn deal_id(preimage: &[u8]) -> DealId {
    DealId(*blake3::hash(preimage).as_bytes())
}

/// The id under which a leg is entered in its token's registry.
pub fn leg_id(deal: &DealId, leg: u8) -> DealId {
    deal_id(&leg_preimage(deal, leg))
}

/// What a leg's notes are spent with. Nobody has a spending key to it.
#[derive(Clone, Debug)]
pub struct LegKeys {
    /// The leg's point.
    pub ak: SpendValidatingKey,
    /// The parties' nullifier key.
    pub nk: NullifierKey,
}

impl LegKeys {
    /// Derives the keys of a leg of a settlement contract's deal.
    ///
    /// # Errors
    /// [`KeyError`] if the point is the identity, which no deal id is known to give.
    pub fn derive(
        contract: &ContractId,
        deal: &DealId,
        leg: u8,
        secret: &DealSecret,
    ) -> Result<Self, KeyError> {
        Ok(Self {
            ak: SpendValidatingKey::new(deal_point(contract, &leg_id(deal, leg)))?,
            nk: secret.nullifier_key(leg),
        })
    }

    /// Whom the leg's notes belong to.
    pub fn owner(&self) -> Owner {
        Owner::derive(self.ak.point(), &self.nk)
    }
}

#[cfg(test)]
mod tests;
