//! FROST's ciphersuite for BabyJubJub, with the very challenge of the protocol's signatures.
//!
//! Elements are of the prime-order subgroup by their type, so the group's cofactor is one. Every hash is BLAKE3 in
//! derive-key mode; H2 is the challenge of [`obolus_protocol::schnorr`], so what a quorum signs is one of the protocol's
//! signatures.

use core::ops::{Add, Mul, Sub};

use ark_ff::Field as _;
use frost_core::{Ciphersuite, Error, Field, FieldError, Group, GroupError};
use frost_rerandomized::RandomizedCiphersuite;
use obolus_abi::PointBytes;
use obolus_protocol::{
    Point, Scalar,
    curve::PointError,
    field::{scalar_from_bytes, scalar_from_wide, scalar_to_bytes},
    schnorr::SIGNATURE_LEN,
    tags::context::SCHNORR_CHALLENGE,
};
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use crate::{context, member::Member};

/// Integers modulo ℓ.
#[derive(Clone, Copy)]
pub(crate) struct ScalarField;

/// The prime-order subgroup.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Subgroup;

/// The ciphersuite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BabyJubJub;

/// A [`Point`] with operators.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element(pub(crate) Point);

impl Add for Element {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.add(&other.0))
    }
}

impl Sub for Element {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.sub(&other.0))
    }
}

impl Mul<Scalar> for Element {
    type Output = Self;

    fn mul(self, scalar: Scalar) -> Self {
        Self(self.0.mul(&scalar))
    }
}

impl Field for ScalarField {
    type Scalar = Scalar;
    type Serialization = [u8; 32];

    fn zero() -> Scalar {
        Scalar::from(0_u64)
    }

    fn one() -> Scalar {
        Scalar::from(1_u64)
    }

    fn invert(scalar: &Scalar) -> Result<Scalar, FieldError> {
        scalar.inverse().ok_or(FieldError::InvalidZeroScalar)
    }

    fn random<R: RngCore + CryptoRng>(rng: &mut R) -> Scalar {
        let mut wide = Zeroizing::new([0; 64]);
        rng.fill_bytes(&mut *wide);
        scalar_from_wide(&wide)
    }

    fn serialize(scalar: &Scalar) -> [u8; 32] {
        scalar_to_bytes(scalar)
    }

    fn little_endian_serialize(scalar: &Scalar) -> [u8; 32] {
        scalar_to_bytes(scalar)
    }

    fn deserialize(bytes: &[u8; 32]) -> Result<Scalar, FieldError> {
        scalar_from_bytes(bytes).map_err(|_| FieldError::MalformedScalar)
    }
}

impl Group for Subgroup {
    type Field = ScalarField;
    type Element = Element;
    type Serialization = [u8; PointBytes::LEN];

    fn cofactor() -> Scalar {
        ScalarField::one()
    }

    fn identity() -> Element {
        Element(Point::IDENTITY)
    }

    fn generator() -> Element {
        Element(Point::generator())
    }

    fn serialize(element: &Element) -> Result<[u8; PointBytes::LEN], GroupError> {
        if element.0.is_identity() {
            return Err(GroupError::InvalidIdentityElement);
        }
        Ok(element.0.encode().0)
    }

    fn deserialize(bytes: &[u8; PointBytes::LEN]) -> Result<Element, GroupError> {
        match Point::decode_non_identity(&PointBytes(*bytes)) {
            Ok(point) => Ok(Element(point)),
            Err(PointError::Identity) => Err(GroupError::InvalidIdentityElement),
            Err(PointError::OutsideSubgroup) => Err(GroupError::InvalidNonPrimeOrderElement),
            Err(_) => Err(GroupError::MalformedElement),
        }
    }
}

impl Ciphersuite for BabyJubJub {
    const ID: &'static str = "FROST-BABYJUBJUB-BLAKE3-OBOLUS-v1";

    type Group = Subgroup;
    type HashOutput = [u8; 32];
    type SignatureSerialization = [u8; SIGNATURE_LEN];

    fn H1(message: &[u8]) -> Scalar {
        scalar(context::BINDING_FACTOR, message)
    }

    fn H2(message: &[u8]) -> Scalar {
        scalar(SCHNORR_CHALLENGE, message)
    }

    fn H3(message: &[u8]) -> Scalar {
        scalar(context::NONCE, message)
    }

    fn H4(message: &[u8]) -> [u8; 32] {
        context::hash(context::MESSAGE, &[message])
    }

    fn H5(message: &[u8]) -> [u8; 32] {
        context::hash(context::COMMITMENTS, &[message])
    }

    fn HDKG(message: &[u8]) -> Option<Scalar> {
        Some(scalar(context::DEALER_PROOF, message))
    }
}

impl RandomizedCiphersuite for BabyJubJub {
    /// None: α comes with the transaction, whose proof was made with it, and is never derived from commitments.
    fn hash_randomizer(_: &[u8]) -> Option<Scalar> {
        None
    }
}

fn scalar(context: &'static str, message: &[u8]) -> Scalar {
    scalar_from_wide(&context::wide(context, &[message]))
}

/// The members that an error of FROST names.
pub(crate) fn culprits(error: &Error<BabyJubJub>) -> Vec<Member> {
    let culprits = error.culprits();
    culprits
        .iter()
        .filter_map(Member::from_identifier)
        .collect()
}

#[cfg(test)]
mod tests;
