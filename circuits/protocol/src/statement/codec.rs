//! Witnesses as bytes, for a prover on another machine: one canonical form per witness.
//!
//! ```text
//! statement (1) ‖ version (1) ‖ the witness's fields in the order of `layout`
//! ```
//!
//! Every field has a fixed size, so a statement's witnesses are all equally long: the bytes declare
//! no length that a decoder would have to believe, and their number tells nothing about a payment.
//!
//! What must never live here: the spend-authorising key. A prover that keeps what it was sent can
//! read the payment, but cannot spend. For the same reason the bytes go only to a prover that may
//! know the payment, over an encrypted channel, and are wiped by whoever holds them.

mod layout;
mod part;

use zeroize::Zeroizing;

use layout::Layout;

/// Version of the format, the second byte. It changes with every change of a layout.
pub const WITNESS_VERSION: u8 = 2;

const HEADER_LEN: usize = 2;

/// Why bytes are not a witness. Carries no values, since they would be secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessCodecError {
    /// No bytes, or the first one names another statement.
    #[error("not a {0} witness: send it to the prover of its own statement")]
    OtherStatement(&'static str),
    /// Not [`WITNESS_VERSION`].
    #[error("a {0} witness of an unknown version: use the same release of wallet and prover")]
    Version(&'static str),
    /// Cut off, or followed by other bytes.
    #[error("a {statement} witness has {expected} bytes: send all of them and nothing else")]
    Length {
        /// Whose witness was asked for.
        statement: &'static str,
        /// [`WitnessCodec::ENCODED_LEN`].
        expected: usize,
    },
    /// A field of the witness is not valid or not in its only form.
    #[error("{part} of the {statement} witness is not {expected}: encode the witness again")]
    Malformed {
        /// Whose witness was asked for.
        statement: &'static str,
        /// The witness's field.
        part: &'static str,
        /// What was expected there.
        expected: &'static str,
    },
}

/// The canonical encoding of a witness. Implemented by the eight witnesses and by nothing else.
///
/// ```
/// # use obolus_protocol::statement::{RegisterWitness, WitnessCodec, WitnessCodecError};
/// # fn receive(body: &[u8]) -> Result<(), WitnessCodecError> {
/// let witness = RegisterWitness::decode(body)?;
/// assert_eq!(*witness.encode(), body);
/// # Ok(())
/// # }
/// ```
pub trait WitnessCodec: Layout {
    /// Length of every encoding in bytes: what a prover reads from a client at most.
    const ENCODED_LEN: usize = HEADER_LEN + Self::LEN;

    /// Encodes the witness. The bytes are as secret as it is, and wiped on drop.
    fn encode(&self) -> Zeroizing<Vec<u8>> {
        // Room for all of it, so that the buffer never moves and leaves copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(Self::ENCODED_LEN));
        bytes.extend_from_slice(&[Self::TAG, WITNESS_VERSION]);
        self.write(&mut bytes);
        bytes
    }

    /// Decodes what [`Self::encode`] returns and nothing else. Whether the statement's rules hold
    /// is for its `check` to say.
    ///
    /// The caller wipes `bytes`.
    ///
    /// # Errors
    /// [`WitnessCodecError`] names the part that is wrong.
    fn decode(bytes: &[u8]) -> Result<Self, WitnessCodecError> {
        let statement = Self::NAME;
        if bytes.first() != Some(&Self::TAG) {
            return Err(WitnessCodecError::OtherStatement(statement));
        }
        if bytes.get(1).is_some_and(|byte| *byte != WITNESS_VERSION) {
            return Err(WitnessCodecError::Version(statement));
        }
        let fields = bytes.get(HEADER_LEN..);
        let mut fields =
            fields
                .filter(|fields| fields.len() == Self::LEN)
                .ok_or(WitnessCodecError::Length {
                    statement,
                    expected: Self::ENCODED_LEN,
                })?;
        Self::read(&mut fields).map_err(|fault| WitnessCodecError::Malformed {
            statement,
            part: fault.part,
            expected: fault.expected,
        })
    }
}

impl<W: Layout> WitnessCodec for W {}

#[cfg(test)]
mod tests;
