//! Chaum and Pedersen's proof that two points have one logarithm: `X = x·G` and `Y = x·B`, without x.
//!
//! Non-interactive by Fiat and Shamir: with a fresh k, `c = BLAKE3(X ‖ B ‖ Y ‖ k·G ‖ k·B ‖ binding)` in derive-key mode,
//! reduced from 64 bytes, and `z = k + c·x`. The proof is (c, z). All points are of the prime-order subgroup by their
//! type; with the identity as B every Y would be proved by any x, so it is refused.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::{
    Point, Scalar,
    field::{scalar_from_bytes, scalar_from_wide, scalar_to_bytes},
};
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use crate::context;

/// Why a proof was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DleqError {
    /// The base, the public point or the result is the identity.
    #[error("a point of the statement is the identity: nothing can be proved about it")]
    Identity,
    /// c or z is not below the group order.
    #[error("a scalar of the proof is not below the group order: send the canonical form")]
    NonCanonical,
    /// The equations do not hold.
    #[error("the proof does not hold for these points and this binding")]
    Mismatch,
}

/// What is proved: `public = x·G` and `result = x·base` for one x, for a use that `binding` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// B.
    pub base: &'a Point,
    /// X.
    pub public: &'a Point,
    /// Y.
    pub result: &'a Point,
    /// Digest of what the proof is for: it holds for nothing else.
    pub binding: &'a [u8; 32],
}

/// c ‖ z, 32 bytes each, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DleqProof {
    /// c.
    pub challenge: [u8; 32],
    /// z.
    pub response: [u8; 32],
}

/// Checks a proof.
///
/// # Errors
/// [`DleqError`].
pub fn verify(statement: &Statement<'_>, proof: &DleqProof) -> Result<(), DleqError> {
    statement.check()?;
    let canonical = |bytes| scalar_from_bytes(bytes).map_err(|_| DleqError::NonCanonical);
    let (c, z) = (canonical(&proof.challenge)?, canonical(&proof.response)?);
    let first = Point::generator().combine_vartime(&z, statement.public, &-c);
    let second = statement.base.combine_vartime(&z, statement.result, &-c);
    if statement.challenge(&first, &second) == c {
        Ok(())
    } else {
        Err(DleqError::Mismatch)
    }
}

/// Proves a true statement. A false one gives a proof that does not hold.
pub(crate) fn prove<R: RngCore + CryptoRng>(
    statement: &Statement<'_>,
    secret: &Scalar,
    rng: &mut R,
) -> Result<DleqProof, DleqError> {
    statement.check()?;
    let k = nonce(statement, secret, rng);
    let (first, second) = (Point::generator().mul(&k), statement.base.mul(&k));
    let c = statement.challenge(&first, &second);
    Ok(DleqProof {
        challenge: scalar_to_bytes(&c),
        response: scalar_to_bytes(&(*k + c * secret)),
    })
}

/// Hedged, as the protocol's signatures are: secret even if the generator repeats.
fn nonce<R: RngCore + CryptoRng>(
    statement: &Statement<'_>,
    secret: &Scalar,
    rng: &mut R,
) -> Zeroizing<Scalar> {
    let mut random = Zeroizing::new([0; 64]);
    rng.fill_bytes(&mut *random);
    let secret = Zeroizing::new(scalar_to_bytes(secret));
    let wide = context::wide(
        context::DLEQ_NONCE,
        &[
            &*random,
            &*secret,
            statement.base.encode().as_bytes(),
            statement.result.encode().as_bytes(),
            statement.binding,
        ],
    );
    Zeroizing::new(scalar_from_wide(&wide))
}

impl Statement<'_> {
    fn check(&self) -> Result<(), DleqError> {
        let points = [self.base, self.public, self.result];
        if points.iter().any(|point| point.is_identity()) {
            return Err(DleqError::Identity);
        }
        Ok(())
    }

    fn challenge(&self, first: &Point, second: &Point) -> Scalar {
        let points = [self.public, self.base, self.result, first, second];
        let encoded = points.map(Point::encode);
        let mut parts: Vec<&[u8]> = encoded.iter().map(AsRef::as_ref).collect();
        parts.push(self.binding);
        scalar_from_wide(&context::wide(context::DLEQ_CHALLENGE, &parts))
    }
}
