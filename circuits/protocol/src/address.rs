//! Addresses: what a payer needs to know of a recipient, as bech32m text.

use bech32::{Bech32m, Hrp, primitives::decode::CheckedHrpstring};
use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::FieldBytes;

use crate::{
    field::{FieldError, invalid_data},
    keys::Owner,
};

/// Why an address was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not bech32m.
    #[error("not a bech32m string: copy the whole address, a character is wrong or missing")]
    Text,
    /// Another prefix.
    #[error("the address is for another network or purpose: this network's begin with {0}1")]
    Network(Network),
    /// Not 64 bytes, or padded with non-zero bits.
    #[error("the address does not hold an owner and an encryption key: ask for it again")]
    Length,
    /// The owner is not canonical.
    #[error("the address's owner is malformed: {0}")]
    Owner(#[from] FieldError),
    /// The encryption key is not canonical or of small order.
    #[error("the encryption key is malformed or of small order: ask its holder for another")]
    EncryptionKey,
}

/// Which kind of chain an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub enum Network {
    /// Real value.
    Main,
    /// Tests and demonstrations.
    Test,
}

impl Network {
    /// Prefix of this network's addresses.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Main => "obol",
            Self::Test => "obolt",
        }
    }
}

/// The prefix.
impl core::fmt::Display for Network {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.prefix())
    }
}

/// An X25519 public key that memos are encrypted to: canonical and not of small order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, BorshSerialize)]
pub struct EncryptionKey([u8; 32]);

impl EncryptionKey {
    /// Checks a u coordinate (little-endian). Only the least residue modulo 2^255 − 19 passes, so
    /// that one key has one encoding, and none of the five coordinates of points of small order,
    /// under which every memo would be readable by all.
    ///
    /// # Errors
    /// [`AddressError::EncryptionKey`].
    pub fn new(bytes: [u8; 32]) -> Result<Self, AddressError> {
        // 2^255 − 19, most significant byte last.
        let mut modulus = [0xff; 32];
        modulus[0] = 0xed;
        modulus[31] = 0x7f;
        let canonical = bytes.iter().rev().lt(modulus.iter().rev());
        if !canonical || SMALL_ORDER.contains(&bytes) {
            return Err(AddressError::EncryptionKey);
        }
        Ok(Self(bytes))
    }

    /// Wraps the public key of a secret we hold: canonical and of large order by construction.
    pub(crate) const fn from_secret(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The u coordinate, little-endian.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The canonical u coordinates of points of order 1, 2, 4 and 8 on Curve25519 and its twist.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    {
        // −1
        let mut minus_one = [0xff; 32];
        minus_one[0] = 0xec;
        minus_one[31] = 0x7f;
        minus_one
    },
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
        0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
        0x11, 0x57,
    ],
];

impl core::fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "EncryptionKey({})", FieldBytes(self.0))
    }
}

impl BorshDeserialize for EncryptionKey {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        Self::new(BorshDeserialize::deserialize_reader(reader)?).map_err(invalid_data)
    }
}

/// Owner and encryption key of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub struct Address {
    /// Whom notes are made out to.
    pub owner: Owner,
    /// Where memos are encrypted to.
    pub epk: EncryptionKey,
}

impl Address {
    const LEN: usize = 64;

    /// Writes the address for a network: bech32m of `owner ‖ epk`, lower case.
    pub fn encode(&self, network: Network) -> String {
        let mut bytes = [0; Self::LEN];
        bytes[..32].copy_from_slice(self.owner.to_bytes().as_bytes());
        bytes[32..].copy_from_slice(self.epk.as_bytes());
        #[expect(
            clippy::expect_used,
            reason = "64 bytes and a five-letter prefix are far below bech32m's 1023 characters"
        )]
        bech32::encode::<Bech32m>(Hrp::parse_unchecked(network.prefix()), &bytes)
            .expect("fits into a bech32m string")
    }

    /// Reads an address of a network; all upper case is accepted too (QR codes), mixed case is not.
    ///
    /// # Errors
    /// [`AddressError`] says which part is wrong.
    pub fn decode(text: &str, network: Network) -> Result<Self, AddressError> {
        let checked = CheckedHrpstring::new::<Bech32m>(text).map_err(|_| AddressError::Text)?;
        if checked.hrp() != Hrp::parse_unchecked(network.prefix()) {
            return Err(AddressError::Network(network));
        }
        let payload: Vec<u8> = checked.byte_iter().collect();
        let bytes: [u8; Self::LEN] = payload.try_into().map_err(|_| AddressError::Length)?;
        let (mut owner, mut epk) = (FieldBytes::ZERO, [0; 32]);
        owner.0.copy_from_slice(&bytes[..32]);
        epk.copy_from_slice(&bytes[32..]);
        let address = Self {
            owner: Owner::from_bytes(&owner)?,
            epk: EncryptionKey::new(epk)?,
        };
        // One address, one text: this also refuses padding bits that are not zero.
        if address.encode(network) != text.to_ascii_lowercase() {
            return Err(AddressError::Length);
        }
        Ok(address)
    }
}

#[cfg(test)]
mod tests;
