//! BabyJubJub: the embedded curve `168700·x² + y² = 1 + 168696·x²y²` over BN254's scalar field.
//!
//! A [`Point`] lies in the subgroup of prime order ℓ by construction: decoding checks it, hashing
//! clears the cofactor 8, and the group operations stay inside. Secret scalars go through
//! [`Point::mul`], whose instruction sequence does not depend on the scalar; the `_vartime`
//! functions are for public data only.

use std::sync::LazyLock;

use ark_ec::{AffineRepr, CurveGroup, twisted_edwards::TECurveConfig};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use obolus_abi::{ContractId, DealId, PointBytes};
use taceo_ark_babyjubjub::{EdwardsAffine, EdwardsConfig, EdwardsProjective};

use crate::{
    field::{FieldError, Fr, Scalar, fr_from_bytes, fr_from_wide, fr_to_bytes, invalid_data},
    tags::context,
};

mod subgroup;
mod sum;

pub(crate) use sum::sum_vartime;

/// Why bytes are not a point of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// A coordinate is not canonical.
    #[error("a coordinate of the point is not canonical: send both coordinates as least residues")]
    Coordinate(#[from] FieldError),
    /// The curve equation does not hold.
    #[error("the coordinates are not on BabyJubJub: send affine x and y of a curve point")]
    OffCurve,
    /// On the curve but with a component of small order.
    #[error("the point is outside the prime-order subgroup: multiply by the cofactor before use")]
    OutsideSubgroup,
    /// The identity where a key or another proper point is needed.
    #[error("the identity point is not a key: use a non-zero secret")]
    Identity,
}

/// A point of BabyJubJub's prime-order subgroup, possibly the identity.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point(EdwardsAffine);

impl Point {
    /// The neutral element, (0, 1).
    pub const IDENTITY: Self = Self(EdwardsAffine::new_unchecked(Fr::ZERO, Fr::ONE));

    /// The group's generator G: circomlib's `Base8`.
    pub const fn generator() -> Self {
        Self(<EdwardsConfig as TECurveConfig>::GENERATOR)
    }

    /// Decodes `x ‖ y` and checks canonicity, curve equation and subgroup. The identity passes.
    ///
    /// # Errors
    /// [`PointError`] names the check that failed.
    pub fn decode(bytes: &PointBytes) -> Result<Self, PointError> {
        let (x, y) = (fr_from_bytes(&bytes.x())?, fr_from_bytes(&bytes.y())?);
        Self::from_xy(x, y)
    }

    /// [`Self::decode`], refusing the identity as well: for keys.
    ///
    /// # Errors
    /// [`PointError`] names the check that failed.
    pub fn decode_non_identity(bytes: &PointBytes) -> Result<Self, PointError> {
        let point = Self::decode(bytes)?;
        if point.is_identity() {
            return Err(PointError::Identity);
        }
        Ok(point)
    }

    /// Checks affine coordinates.
    ///
    /// # Errors
    /// [`PointError::OffCurve`] or [`PointError::OutsideSubgroup`].
    pub fn from_xy(x: Fr, y: Fr) -> Result<Self, PointError> {
        let point = EdwardsAffine::new_unchecked(x, y);
        if !point.is_on_curve() {
            return Err(PointError::OffCurve);
        }
        if !subgroup::contains(x, y) {
            return Err(PointError::OutsideSubgroup);
        }
        Ok(Self(point))
    }

    /// `x ‖ y`.
    pub fn encode(&self) -> PointBytes {
        PointBytes::from_xy(&fr_to_bytes(&self.0.x), &fr_to_bytes(&self.0.y))
    }

    /// Affine x.
    pub const fn x(&self) -> Fr {
        self.0.x
    }

    /// Affine y.
    pub const fn y(&self) -> Fr {
        self.0.y
    }

    /// Whether this is the neutral element.
    pub fn is_identity(&self) -> bool {
        *self == Self::IDENTITY
    }

    /// Sum.
    pub fn add(&self, other: &Self) -> Self {
        Self((self.0 + other.0).into_affine())
    }

    /// Difference.
    pub fn sub(&self, other: &Self) -> Self {
        Self((self.0 - other.0).into_affine())
    }

    /// Inverse.
    pub fn neg(&self) -> Self {
        Self(-self.0)
    }

    /// `scalar · self`, by a ladder whose steps do not depend on the scalar.
    pub fn mul(&self, scalar: &Scalar) -> Self {
        Self(self.0.mul_bigint(scalar.into_bigint()).into_affine())
    }

    /// `a · self + b · other` for public scalars (signature verification): the time taken depends
    /// on the scalars.
    pub fn combine_vartime(&self, a: &Scalar, other: &Self, b: &Scalar) -> Self {
        let (p, q) = (self.0.into_group(), other.0.into_group());
        let both = p + q;
        let (a, b) = (a.into_bigint(), b.into_bigint());
        let mut acc = EdwardsProjective::ZERO;
        for i in (0..Scalar::MODULUS_BIT_SIZE as usize).rev() {
            acc.double_in_place();
            match (a.get_bit(i), b.get_bit(i)) {
                (false, false) => {}
                (true, false) => acc += p,
                (false, true) => acc += q,
                (true, true) => acc += both,
            }
        }
        Self(acc.into_affine())
    }
}

/// Hashes a message to a point whose discrete logarithm nobody knows, never the identity.
///
/// Candidate `i` takes 65 bytes of BLAKE3's output in derive-key mode under `domain` of
/// `i (8 bytes, little-endian) ‖ message`: 64 give y, the lowest bit of the last chooses between x
/// and −x; the first candidate on the curve is multiplied by the cofactor. The time taken depends
/// on the message.
pub fn hash_to_curve(domain: &'static str, message: &[u8]) -> Point {
    let mut attempt = 0_u64;
    loop {
        if let Some(point) = candidate(domain, message, attempt) {
            return point;
        }
        attempt = attempt.wrapping_add(1);
    }
}

fn candidate(domain: &'static str, message: &[u8], attempt: u64) -> Option<Point> {
    let mut reader = blake3::Hasher::new_derive_key(domain)
        .update(&attempt.to_le_bytes())
        .update(message)
        .finalize_xof();
    let mut wide = [0; 64];
    reader.fill(&mut wide);
    let mut sign = [0; 1];
    reader.fill(&mut sign);

    let y = fr_from_wide(&wide);
    let y2 = y.square();
    let denominator = EdwardsConfig::COEFF_A - EdwardsConfig::COEFF_D * y2;
    let root = ((Fr::ONE - y2) * denominator.inverse()?).sqrt()?;
    // The square root is either of two; take the even one so that the choice is ours.
    let even = if root.into_bigint().is_odd() {
        -root
    } else {
        root
    };
    let x = if sign[0] & 1 == 1 { -even } else { even };
    let cleared = EdwardsAffine::new_unchecked(x, y)
        .mul_by_cofactor_to_group()
        .into_affine();
    Some(Point(cleared)).filter(|point| !point.is_identity())
}

/// V: the base of amounts in value commitments.
pub fn value_base() -> Point {
    static BASE: LazyLock<Point> = LazyLock::new(|| hash_to_curve(context::VALUE_BASE, &[]));
    *BASE
}

/// S: the base of blindings in value commitments.
pub fn blinding_base() -> Point {
    static BASE: LazyLock<Point> = LazyLock::new(|| hash_to_curve(context::BLINDING_BASE, &[]));
    *BASE
}

/// The spend-validating key of a deal: nobody knows its secret, so only the rule of the owning
/// contract can authorise a spend.
pub fn deal_point(contract: &ContractId, deal: &DealId) -> Point {
    let mut message = [0; 64];
    message[..32].copy_from_slice(contract.as_bytes());
    message[32..].copy_from_slice(deal.as_bytes());
    hash_to_curve(context::DEAL_POINT, &message)
}

impl core::fmt::Debug for Point {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Point({})", self.encode())
    }
}

impl borsh::BorshSerialize for Point {
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        self.encode().serialize(writer)
    }
}

impl borsh::BorshDeserialize for Point {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let bytes = PointBytes::deserialize_reader(reader)?;
        Self::decode(&bytes).map_err(invalid_data)
    }
}

#[cfg(test)]
mod tests;
