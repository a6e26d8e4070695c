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

impl FieldBytes {
    /// The field's zero.
    pub const ZERO: Self = Self([0; 32]);
}

impl PointBytes {
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
