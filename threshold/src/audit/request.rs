//! What is asked: which ciphertext, for which case, why, by whom.

use borsh::{BorshDeserialize, BorshSerialize, io};
use obolus_abi::{ChainId, ContractId, TxDigest};
use obolus_protocol::{Point, curve::PointError};

use crate::{
    context,
    wire::{self, Kind, ProperPoint, WireError, digest, invalid_data},
};

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing, or too much.
    #[error("{len} bytes: write 1 to {max}")]
    Length {
        /// Bytes given.
        len: usize,
        /// Most bytes.
        max: usize,
    },
    /// A character that cannot be seen, or changes how others are seen.
    #[error("a character that cannot be taken: write one line of visible characters")]
    Character,
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:expr, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
        pub struct $name(String);

        impl $name {
            /// Most bytes.
            pub const MAX_LEN: usize = $max;

            /// Checks a text.
            ///
            /// # Errors
            /// [`TextError`].
            pub fn new(text: &str) -> Result<Self, TextError> {
                if text.is_empty() || text.len() > Self::MAX_LEN {
                    return Err(TextError::Length {
                        len: text.len(),
                        max: Self::MAX_LEN,
                    });
                }
                let allowed: fn(char) -> bool = $allowed;
                if !text.chars().all(allowed) {
                    return Err(TextError::Character);
                }
                Ok(Self(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl BorshDeserialize for $name {
            fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
                // The length first: a false one must not cost memory.
                let len = u32::deserialize_reader(reader)?;
                let len = usize::try_from(len).map_err(invalid_data)?;
                if len > Self::MAX_LEN {
                    let max = Self::MAX_LEN;
                    return Err(invalid_data(TextError::Length { len, max }));
                }
                let mut bytes = vec![0; len];
                reader.read_exact(&mut bytes)?;
                let text = core::str::from_utf8(&bytes).map_err(invalid_data)?;
                Self::new(text).map_err(invalid_data)
            }
        }
    };
}

/// Members read these texts before they answer: no controls, no invisible marks, nothing that changes the direction.
fn prose(c: char) -> bool {
    let invisible = matches!(
        u32::from(c),
        0xad | 0x61c
            | 0x115f..=0x1160
            | 0x17b4..=0x17b5
            | 0x180b..=0x180f
            | 0x200b..=0x200f
            | 0x2028..=0x202e
            | 0x2060..=0x206f
            | 0x3164
            | 0xfe00..=0xfe0f
            | 0xfeff
            | 0xffa0
            | 0xfff0..=0xfffb
            | 0xe0000..=0xe0fff
    );
    c == ' ' || !(c.is_control() || c.is_whitespace() || invisible)
}

text! {
    /// The number of a case in the auditors' files: printable ASCII.
    CaseNumber, 64, |c| c == ' ' || c.is_ascii_graphic()
}
text! {
    /// Why a ciphertext is opened: one line of visible characters of any script, and spaces.
    Reason, 256, prose
}
text! {
    /// Who asks: an office or a person, as the auditors' procedures name it.
    Requester, 64, prose
}

/// Which of the protocol's ciphertexts it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
pub enum CiphertextKind {
    /// Of a transfer: both amounts, both slots, both notes.
    Transfer = 1,
    /// Of an issue.
    Issue = 2,
    /// Of a redemption.
    Redeem = 3,
    /// Of a registration: a participant's nullifier key, and with it all its later spends.
    Register = 4,
}

/// A ciphertext on the ledger. A transaction can hold several: R says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CiphertextRef {
    tx: TxDigest,
    kind: CiphertextKind,
    ephemeral: Point,
}

impl CiphertextRef {
    /// Takes a ciphertext's place and its ephemeral point. That R stands there is for each member to look up: a member
    /// that answers for any R answers for ciphertexts of other cases.
    ///
    /// # Errors
    /// [`PointError::Identity`]: with it the plaintext hides from nobody, and no ciphertext on the ledger has it.
    pub fn new(tx: TxDigest, kind: CiphertextKind, ephemeral: Point) -> Result<Self, PointError> {
        if ephemeral.is_identity() {
            return Err(PointError::Identity);
        }
        Ok(Self {
            tx,
            kind,
            ephemeral,
        })
    }

    /// The transaction.
    pub const fn tx(&self) -> &TxDigest {
        &self.tx
    }

    /// What it is.
    pub const fn kind(&self) -> CiphertextKind {
        self.kind
    }

    /// R: in the prime-order subgroup, not the identity.
    pub const fn ephemeral(&self) -> &Point {
        &self.ephemeral
    }
}

impl BorshSerialize for CiphertextRef {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        (self.tx, self.kind, self.ephemeral).serialize(writer)
    }
}

impl BorshDeserialize for CiphertextRef {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let (tx, kind, point) = <(TxDigest, _, ProperPoint)>::deserialize_reader(reader)?;
        Self::new(tx, kind, point.0).map_err(invalid_data)
    }
}

digest! {
    /// Names a request with all its parts.
    RequestDigest
}

/// A request to open one ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct OpenRequest {
    /// The case.
    pub case: CaseNumber,
    /// Why.
    pub reason: Reason,
    /// Who asks.
    pub requester: Requester,
    /// On which chain.
    pub chain: ChainId,
    /// Of which token.
    pub token: ContractId,
    /// Which ciphertext.
    pub ciphertext: CiphertextRef,
}

impl OpenRequest {
    /// The request's name: what answers are bound to.
    pub fn digest(&self) -> RequestDigest {
        RequestDigest(context::hash(context::OPEN_REQUEST, &[&self.to_bytes()]))
    }

    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::OpenRequest, self)
    }

    /// Decodes the wire form; R must be in the subgroup and not the identity.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode(Kind::OpenRequest, bytes)
    }
}
