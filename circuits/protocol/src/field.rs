//! Field elements and scalars: canonical bytes in, canonical bytes out.
//!
//! [`Fr`] is BN254's scalar field, in which circuits compute and notes live; [`Scalar`] is the
//! field of BabyJubJub's prime order ℓ, in which keys and blindings live. Both travel as 32 bytes,
//! little-endian, and only the least residue is accepted.

use ark_ff::PrimeField;
use obolus_abi::FieldBytes;

/// BN254's scalar field; also BabyJubJub's base field.
pub type Fr = ark_bn254::Fr;
/// Integers modulo ℓ, the prime order of BabyJubJub's subgroup.
pub type Scalar = taceo_ark_babyjubjub::Fr;

/// Why bytes are not a field element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// At or above the modulus of [`Fr`].
    #[error("not a canonical field element: send the least residue, 32 bytes little-endian")]
    NonCanonicalField,
    /// At or above ℓ.
    #[error(
        "not a canonical scalar: send the least residue modulo the group order, 32 bytes little-endian"
    )]
    NonCanonicalScalar,
}

/// Decodes a canonical field element.
///
/// # Errors
/// [`FieldError::NonCanonicalField`] when the integer is not below the modulus.
pub fn fr_from_bytes(bytes: &FieldBytes) -> Result<Fr, FieldError> {
    Fr::from_bigint(limbs(&bytes.0)).ok_or(FieldError::NonCanonicalField)
}

/// Encodes a field element.
pub fn fr_to_bytes(value: &Fr) -> FieldBytes {
    FieldBytes(le_bytes(value.into_bigint()))
}

/// Reduces 64 uniform bytes; the bias is below 2^-250.
pub fn fr_from_wide(bytes: &[u8; 64]) -> Fr {
    Fr::from_le_bytes_mod_order(bytes)
}

/// Decodes a canonical scalar.
///
/// # Errors
/// [`FieldError::NonCanonicalScalar`] when the integer is not below ℓ.
pub fn scalar_from_bytes(bytes: &[u8; 32]) -> Result<Scalar, FieldError> {
    Scalar::from_bigint(limbs(bytes)).ok_or(FieldError::NonCanonicalScalar)
}

/// Encodes a scalar.
pub fn scalar_to_bytes(value: &Scalar) -> [u8; 32] {
    le_bytes(value.into_bigint())
}

/// Reduces 64 uniform bytes modulo ℓ; the bias is below 2^-250.
pub fn scalar_from_wide(bytes: &[u8; 64]) -> Scalar {
    Scalar::from_le_bytes_mod_order(bytes)
}

/// The integer that a scalar stands for (below ℓ), as a field element; ℓ is below the modulus of
/// [`Fr`], so nothing wraps.
pub fn scalar_to_fr(value: &Scalar) -> Fr {
    Fr::new(value.into_bigint())
}

fn limbs(bytes: &[u8; 32]) -> ark_ff::BigInt<4> {
    let mut limbs = [0_u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = chunk
            .iter()
            .rev()
            .fold(0, |acc, byte| acc << 8 | u64::from(*byte));
    }
    ark_ff::BigInt::new(limbs)
}

fn le_bytes(value: ark_ff::BigInt<4>) -> [u8; 32] {
    // Not `to_bytes_le`, which leaves a copy of a secret in freed memory.
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(value.0) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    bytes
}

/// A newtype over [`Fr`] with checked bytes and borsh; callers add what else it may do.
macro_rules! field_codec {
    ($name:ident) => {
        impl $name {
            /// Wraps a field element.
            pub const fn new(value: $crate::field::Fr) -> Self {
                Self(value)
            }

            /// The field element.
            pub const fn get(&self) -> $crate::field::Fr {
                self.0
            }

            /// Canonical encoding.
            pub fn to_bytes(&self) -> obolus_abi::FieldBytes {
                $crate::field::fr_to_bytes(&self.0)
            }

            /// Decodes the canonical encoding.
            ///
            /// # Errors
            /// [`FieldError`](crate::field::FieldError) when the bytes are not below the modulus.
            pub fn from_bytes(
                bytes: &obolus_abi::FieldBytes,
            ) -> Result<Self, $crate::field::FieldError> {
                $crate::field::fr_from_bytes(bytes).map(Self)
            }
        }

        impl borsh::BorshSerialize for $name {
            fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
                self.to_bytes().serialize(writer)
            }
        }

        impl borsh::BorshDeserialize for $name {
            fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
                let bytes = obolus_abi::FieldBytes::deserialize_reader(reader)?;
                Self::from_bytes(&bytes).map_err($crate::field::invalid_data)
            }
        }
    };
}
pub(crate) use field_codec;

/// A secret newtype over [`Fr`]: wiped on drop, never printed.
macro_rules! secret_field {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
        pub struct $name($crate::field::Fr);

        $crate::field::field_codec!($name);

        /// In constant time.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                let (own, other) = (self.to_bytes(), other.to_bytes());
                subtle::ConstantTimeEq::ct_eq(&own.0[..], &other.0[..]).into()
            }
        }

        impl Eq for $name {}

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}
pub(crate) use secret_field;

/// A public newtype over [`Fr`]: copied freely, printed as hexadecimal of its encoding.
macro_rules! public_field {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name($crate::field::Fr);

        $crate::field::field_codec!($name);

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.to_bytes())
            }
        }
    };
}
pub(crate) use public_field;

/// Wraps a decoding error for borsh.
pub(crate) fn invalid_data(error: impl core::fmt::Display) -> borsh::io::Error {
    borsh::io::Error::new(borsh::io::ErrorKind::InvalidData, error.to_string())
}

#[cfg(test)]
mod tests;
