//! Fixed-size byte newtypes that cross the WASM boundary.
//!
//! They say what the bytes are, not that they are valid: the host decodes them (and refuses
//! non-canonical ones) wherever it computes with them. Contracts compare and store them only.

use borsh::{BorshDeserialize, BorshSerialize};

macro_rules! byte_newtype {
    ($(#[$doc:meta])* $name:ident, $len:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length of the encoding in bytes.
            pub const LEN: usize = $len;

            /// The encoding.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        /// Lower-case hexadecimal of the encoding.
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                for byte in &self.0 {
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }
    };
}

byte_newtype!(
    /// An element of BN254's scalar field: 32 bytes, little-endian, canonical when below the modulus.
    FieldBytes, 32
);
byte_newtype!(
    /// An affine BabyJubJub point: `x ‖ y`, each a [`FieldBytes`].
    PointBytes, 64
);
byte_newtype!(
    /// Address of an instantiated contract.
    ContractId, 32
);
byte_newtype!(
    /// BLAKE3 of a contract's WASM module.
    CodeId, 32
);
byte_newtype!(
    /// BLAKE3 of the source archive that a module was built from.
    SourceHash, 32
);
byte_newtype!(
    /// Digest of a transaction without signatures and proofs; also its id.
    TxDigest, 32
);
byte_newtype!(
    /// Identity of a verifying key: BLAKE3 of its canonical encoding.
    KeyId, 32
);
byte_newtype!(
    /// Identity of a deal inside one settlement contract. Never reused.
    DealId, 32
);
byte_newtype!(
    /// An Ed25519 verifying key of a role holder.
    RoleKey, 32
);
byte_newtype!(
    /// Identity of a chain: BLAKE3 of its genesis.
    ChainId, 32
);

/// Modulus of BN254's scalar field, little-endian.
pub const FIELD_MODULUS: [u8; 32] = [
    0x01, 0x00, 0x00, 0xf0, 0x93, 0xf5, 0xe1, 0x43, 0x91, 0x70, 0xb9, 0x79, 0x48, 0xe8, 0x33, 0x28,
    0x5d, 0x58, 0x81, 0x81, 0xb6, 0x45, 0x50, 0xb8, 0x29, 0xa0, 0x31, 0xe1, 0x72, 0x4e, 0x64, 0x30,
];

/// A field element at or above the modulus: a second encoding of a smaller one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonCanonical;

impl FieldBytes {
    /// The field's zero.
    pub const ZERO: Self = Self([0; 32]);

    /// An integer as a field element.
    pub const fn from_u64(value: u64) -> Self {
        Self::from_u128(value as u128)
    }

    /// An integer as a field element.
    pub const fn from_u128(value: u128) -> Self {
        let integer = value.to_le_bytes();
        let mut bytes = [0; 32];
        let mut i = 0;
        while i < integer.len() {
            bytes[i] = integer[i];
            i += 1;
        }
        Self(bytes)
    }

    /// Whether the encoding is below the modulus. A nullifier with two encodings could be spent twice.
    ///
    /// # Errors
    /// [`NonCanonical`] when it is not.
    pub fn check_canonical(&self) -> Result<(), NonCanonical> {
        if self.0.iter().rev().lt(FIELD_MODULUS.iter().rev()) {
            Ok(())
        } else {
            Err(NonCanonical)
        }
    }
}

impl PointBytes {
    /// The group's identity, (0, 1).
    pub const IDENTITY: Self = {
        let mut bytes = [0; 64];
        bytes[32] = 1;
        Self(bytes)
    };

    /// Joins two coordinates.
    pub fn from_xy(x: &FieldBytes, y: &FieldBytes) -> Self {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&x.0);
        bytes[32..].copy_from_slice(&y.0);
        Self(bytes)
    }

    /// The x coordinate.
    pub fn x(&self) -> FieldBytes {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&self.0[..32]);
        FieldBytes(bytes)
    }

    /// The y coordinate.
    pub fn y(&self) -> FieldBytes {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&self.0[32..]);
        FieldBytes(bytes)
    }
}

#[cfg(test)]
mod tests;
