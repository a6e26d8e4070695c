//! Nonces that wait on disk between the rounds: given out once, and deleted before anything is signed with them.

use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::{
    Approval, NonceCommitments, NonceId, Nonces, SignError, SignatureShare, SigningRequest,
};
use crate::{share::KeyShare, wire::WireError};

/// Where a member's nonces wait. The bytes are secret: stores encrypt them.
pub trait NonceVault {
    /// Why the store failed.
    type Error: core::error::Error + 'static;

    /// Writes nonces under a name that is new.
    ///
    /// # Errors
    /// When they are not safely stored.
    fn put(&mut self, id: &NonceId, nonces: &[u8]) -> Result<(), Self::Error>;

    /// Takes nonces out: when this returns them, they are gone from the store, durably. A store that is restored from a
    /// backup must drop all nonces, and one that cannot delete must fail.
    ///
    /// # Errors
    /// When the nonces are not certain to be gone.
    fn take(&mut self, id: &NonceId) -> Result<Option<Zeroizing<Vec<u8>>>, Self::Error>;
}

/// Why a vault's nonces did not sign.
#[derive(Debug, thiserror::Error)]
pub enum VaultError<E: core::error::Error + 'static> {
    /// The store failed, and nothing was signed.
    #[error("the store of nonces failed: {0}")]
    Store(#[source] E),
    /// Used before, or never drawn here.
    #[error("no such nonces, or used before: draw new ones and commit again")]
    Gone,
    /// What the store gave is not what was put there.
    #[error("the stored nonces are damaged: draw new ones and commit again")]
    Damaged(#[source] WireError),
    /// The request was refused.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Draws nonces, stores them, and returns their commitments.
///
/// # Errors
/// [`VaultError::Store`].
pub fn commit_stored<V: NonceVault, R: RngCore + CryptoRng>(
    vault: &mut V,
    share: &KeyShare,
    rng: &mut R,
) -> Result<NonceCommitments, VaultError<V::Error>> {
    let nonces = Nonces::draw(share, rng);
    let commitments = nonces.commitments();
    vault
        .put(&commitments.id(), &nonces.to_bytes())
        .map_err(VaultError::Store)?;
    Ok(commitments)
}

/// [`Nonces::sign`] with stored nonces: they are deleted first. A request that is refused before leaves them where they
/// are.
///
/// # Errors
/// [`VaultError`].
pub fn sign_stored<V: NonceVault>(
    vault: &mut V,
    share: &KeyShare,
    request: &SigningRequest,
    approval: &Approval,
) -> Result<SignatureShare, VaultError<V::Error>> {
    request.check(share, approval)?;
    let id = request.commitments_of(share.member())?.id();
    let taken = vault.take(&id).map_err(VaultError::Store)?;
    let bytes = taken.ok_or(VaultError::Gone)?;
    let nonces = Nonces::from_bytes(&bytes).map_err(VaultError::Damaged)?;
    Ok(nonces.sign(share, request, approval)?)
}
