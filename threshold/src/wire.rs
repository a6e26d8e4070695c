//! The frame of everything that members exchange or store: version (1 byte), kind (1 byte), body in Borsh.
//!
//! Bodies hold scalars and points in canonical form only, lists in ascending order of members, and nothing after their
//! end: each value has one encoding.

use borsh::{BorshDeserialize, BorshSerialize, io};
use obolus_protocol::{Point, curve::PointError};
use zeroize::Zeroizing;

/// Version of all encodings of this crate.
const VERSION: u8 = 1;
const HEAD: usize = 2;

/// Why bytes were refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Another version, or no frame at all.
    #[error("not of version {VERSION}: make it with the same version of the software")]
    Version,
    /// A file of another kind.
    #[error("a file of another kind: expected {0}")]
    Kind(&'static str),
    /// Not a canonical encoding.
    #[error("malformed ({0}): ask the sender for the file again")]
    Malformed(String),
}

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Group = 1,
    Share = 2,
    Card = 3,
    Ceremony = 4,
    Round1 = 5,
    Round2 = 6,
    Nonces = 7,
    Commitments = 8,
    SigningRequest = 9,
    SignatureShare = 10,
    OpenRequest = 11,
    PartialDecryption = 12,
    Letter = 13,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Group => "a group key",
            Self::Share => "a key share",
            Self::Card => "a member's card",
            Self::Ceremony => "a key ceremony",
            Self::Round1 => "a round-1 message of a key ceremony",
            Self::Round2 => "a round-2 message of a key ceremony",
            Self::Nonces => "signing nonces",
            Self::Commitments => "commitments to signing nonces",
            Self::SigningRequest => "a signing request",
            Self::SignatureShare => "a signature share",
            Self::OpenRequest => "a request to open a ciphertext",
            Self::PartialDecryption => "a partial decryption",
            Self::Letter => "a letter of a member",
        }
    }
}

pub(crate) fn encode<T: BorshSerialize>(kind: Kind, body: &T) -> Vec<u8> {
    core::mem::take(&mut *encode_secret(kind, body))
}

/// Reserves the whole length first: a growing buffer would leave copies of the secret behind.
pub(crate) fn encode_secret<T: BorshSerialize>(kind: Kind, body: &T) -> Zeroizing<Vec<u8>> {
    #[expect(
        clippy::expect_used,
        reason = "writing into a vector or a counter does not fail, and every list is short"
    )]
    let bytes = {
        let len = HEAD + borsh::object_length(body).expect("counting bytes does not fail");
        let mut bytes = Zeroizing::new(Vec::with_capacity(len));
        bytes.extend_from_slice(&[VERSION, kind as u8]);
        body.serialize(&mut *bytes)
            .expect("writing into a vector does not fail");
        bytes
    };
    bytes
}

pub(crate) fn decode<T: BorshDeserialize>(kind: Kind, bytes: &[u8]) -> Result<T, WireError> {
    let (head, body) = bytes.split_at_checked(HEAD).ok_or(WireError::Version)?;
    if head.first() != Some(&VERSION) {
        return Err(WireError::Version);
    }
    if head.last() != Some(&(kind as u8)) {
        return Err(WireError::Kind(kind.name()));
    }
    T::try_from_slice(body).map_err(|error| WireError::Malformed(error.to_string()))
}

/// A point that is in the subgroup and not the identity.
#[derive(Clone, Copy, PartialEq, Eq, BorshSerialize)]
pub(crate) struct ProperPoint(pub(crate) Point);

impl BorshDeserialize for ProperPoint {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let point = Point::deserialize_reader(reader)?;
        if point.is_identity() {
            return Err(invalid_data(PointError::Identity));
        }
        Ok(Self(point))
    }
}

pub(crate) fn invalid_data(error: impl core::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

/// A digest that names something: compared, printed, sent.
macro_rules! digest {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, borsh::BorshSerialize, borsh::BorshDeserialize,
        )]
        pub struct $name([u8; 32]);

        impl $name {
            /// The digest's bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        /// Lower-case hexadecimal.
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }
    };
}
pub(crate) use digest;
