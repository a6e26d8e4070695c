//! Memos: what a payment tells its recipient, and what a wallet tells its later self.
//!
//! HPKE (RFC 9180, base mode, X25519-HKDF-SHA256 with ChaCha20-Poly1305), one shot per memo. The
//! associated data is the commitment and the token, so a memo moved to another note does not open;
//! the info string tells the two kinds apart. Plaintexts are padded: sizes say nothing about texts.
//!
//! Nothing proves that a memo is true. Opening therefore rebuilds the note and compares it with the
//! commitment, and the auditor can re-deliver a note whose memo was garbage. A memo never holds the
//! audit scalar r or the shared point K: with them a prover could be made to show what it hid.
//!
//! A payer may tell its re-randomiser α to the recipient, who then knows for certain who paid: `rk − α·G` is the payer's
//! `ak`, which the directory lists. To itself it always tells it, so that it can show later that it paid.

mod binding;
pub mod deal;
mod layout;
mod rng;
mod text;

pub use binding::{Blind, RcmSource};
pub use text::MemoText;

use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256,
};
use obolus_abi::{
    ContractId,
    token::{RECIPIENT_MEMO_LEN, SELF_MEMO_LEN},
};
use rand::{CryptoRng, RngCore};
use thiserror::Error;
use zeroize::Zeroizing;

use self::{
    binding::{read_payer, read_source, write_payer, write_source},
    layout::{Reader, Writer},
    rng::Compat,
};
use crate::{
    address::EncryptionKey,
    amount::Amount,
    keys::{IncomingViewingKey, Owner},
    note::{Commitment, Note, Rcm},
    schnorr::Randomizer,
    tags::info,
};

/// Bytes of an encapsulated X25519 key.
const ENCAPSULATED_LEN: usize = 32;

/// Why a memo was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MemoError {
    /// More than 256 bytes of UTF-8.
    #[error("the memo's text is longer than 256 bytes: shorten it")]
    TextTooLong,
    /// The recipient's encryption key does not work.
    #[error("the recipient's encryption key is unusable: look its address up again")]
    BadKey,
    /// Not the fixed length of its kind.
    #[error("the memo ciphertext has the wrong length: it is not a memo of this kind")]
    Length,
    /// Not encrypted to this key, for this note and token.
    #[error("the memo is not for this key, note and token: skip it")]
    NotForUs,
    /// Decrypted, but not a well-formed memo.
    #[error("the memo's content is malformed: ask the auditor to deliver the note")]
    Malformed,
    /// Decrypted, but describes another note than the commitment.
    #[error("the memo does not describe the note: ask the auditor to deliver the note")]
    Commitment,
}

/// From sender or issuer to recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct RecipientMemo {
    /// The token that the note is in.
    pub token: ContractId,
    /// The note's value.
    pub value: Amount,
    /// Where the note's randomness comes from.
    pub rcm: RcmSource,
    /// The payer's re-randomiser, if it shows who it is.
    pub payer: Option<Randomizer>,
    /// Remittance text.
    pub text: MemoText,
}

/// From a sender to itself: rebuilds change and history from the seed alone.
#[derive(Clone, PartialEq, Eq)]
pub struct SelfMemo {
    /// The token that the notes are in.
    pub token: ContractId,
    /// Value of the change note.
    pub change: Amount,
    /// Randomness of the change note.
    pub change_rcm: Rcm,
    /// What was paid or redeemed.
    pub paid: Amount,
    /// Whom it was paid to; the holder itself for a redemption.
    pub recipient: Owner,
    /// Where the randomness of the recipient's note comes from; none for a redemption, which has no such note.
    pub paid_rcm: Option<RcmSource>,
    /// The re-randomiser of the spend, to show later who paid.
    pub payer: Randomizer,
    /// Remittance text.
    pub text: MemoText,
}

impl RecipientMemo {
    /// Length of every ciphertext in bytes.
    pub const CIPHERTEXT_LEN: usize = RECIPIENT_MEMO_LEN;

    /// Encrypts to the recipient, for the note with commitment `cm`.
    ///
    /// # Errors
    /// [`MemoError::BadKey`].
    pub fn seal<R: RngCore + CryptoRng>(
        &self,
        to: &EncryptionKey,
        cm: Commitment,
        rng: &mut R,
    ) -> Result<Vec<u8>, MemoError> {
        let plaintext = Writer::new()
            .bytes(self.token.as_bytes())
            .amount(self.value);
        let plaintext = write_payer(self.payer.as_ref(), self.rcm.write(plaintext));
        let plaintext = plaintext.text(&self.text);
        let bound = associated_data(cm, &self.token);
        seal(to, info::RECIPIENT_MEMO, &bound, &plaintext.finish(), rng)
    }

    /// Decrypts the memo of the note with commitment `cm` in `token`, and checks that it describes a
    /// note of `owner` with that commitment.
    ///
    /// # Errors
    /// [`MemoError`]; [`MemoError::NotForUs`] is the common case when scanning.
    pub fn open(
        ivk: &IncomingViewingKey,
        owner: Owner,
        token: &ContractId,
        cm: Commitment,
        ciphertext: &[u8],
    ) -> Result<Self, MemoError> {
        if ciphertext.len() != Self::CIPHERTEXT_LEN {
            return Err(MemoError::Length);
        }
        let bound = associated_data(cm, token);
        let plaintext = open(ivk, info::RECIPIENT_MEMO, &bound, ciphertext)?;
        let mut reader = Reader::new(&plaintext);
        let memo = Self {
            token: reader.token(token)?,
            value: reader.amount()?,
            rcm: RcmSource::read(&mut reader)?,
            payer: read_payer(&mut reader)?,
            text: reader.text()?,
        };
        check_note(&memo.note(owner), cm)?;
        Ok(memo)
    }

    /// The note, as it belongs to `owner`.
    pub fn note(&self, owner: Owner) -> Note {
        Note {
            value: self.value,
            owner,
            rcm: self.rcm.rcm(&self.token, &self.text),
        }
    }
}

impl SelfMemo {
    /// Length of every ciphertext in bytes.
    pub const CIPHERTEXT_LEN: usize = SELF_MEMO_LEN;

    /// Encrypts to the sender's own key, for the change note with commitment `cm`.
    ///
    /// # Errors
    /// [`MemoError::BadKey`].
    pub fn seal<R: RngCore + CryptoRng>(
        &self,
        to: &EncryptionKey,
        cm: Commitment,
        rng: &mut R,
    ) -> Result<Vec<u8>, MemoError> {
        let plaintext = Writer::new()
            .bytes(self.token.as_bytes())
            .amount(self.change)
            .field(self.change_rcm.to_bytes())
            .amount(self.paid)
            .field(self.recipient.to_bytes());
        let plaintext = write_source(self.paid_rcm.as_ref(), plaintext);
        let plaintext = write_payer(Some(&self.payer), plaintext).text(&self.text);
        let bound = associated_data(cm, &self.token);
        seal(to, info::SELF_MEMO, &bound, &plaintext.finish(), rng)
    }

    /// Decrypts the memo of the change note with commitment `cm` in `token`, and checks that it
    /// describes a note of `owner` with that commitment.
    ///
    /// # Errors
    /// [`MemoError`]; [`MemoError::NotForUs`] is the common case when scanning.
    pub fn open(
        ivk: &IncomingViewingKey,
        owner: Owner,
        token: &ContractId,
        cm: Commitment,
        ciphertext: &[u8],
    ) -> Result<Self, MemoError> {
        if ciphertext.len() != Self::CIPHERTEXT_LEN {
            return Err(MemoError::Length);
        }
        let bound = associated_data(cm, token);
        let plaintext = open(ivk, info::SELF_MEMO, &bound, ciphertext)?;
        let mut reader = Reader::new(&plaintext);
        let memo = Self {
            token: reader.token(token)?,
            change: reader.amount()?,
            change_rcm: Rcm::from_bytes(&reader.field()?).map_err(|_| MemoError::Malformed)?,
            paid: reader.amount()?,
            recipient: Owner::from_bytes(&reader.field()?).map_err(|_| MemoError::Malformed)?,
            paid_rcm: read_source(&mut reader)?,
            payer: read_payer(&mut reader)?.ok_or(MemoError::Malformed)?,
            text: reader.text()?,
        };
        check_note(&memo.change_note(owner), cm)?;
        Ok(memo)
    }

    /// The note that was paid; none for a redemption.
    pub fn paid_note(&self) -> Option<Note> {
        let source = self.paid_rcm.as_ref()?;
        Some(Note {
            value: self.paid,
            owner: self.recipient,
            rcm: source.rcm(&self.token, &self.text),
        })
    }

    /// The change note, as it belongs to `owner`.
    pub fn change_note(&self, owner: Owner) -> Note {
        Note {
            value: self.change,
            owner,
            rcm: self.change_rcm.clone(),
        }
    }
}

impl core::fmt::Debug for RecipientMemo {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("RecipientMemo(redacted)")
    }
}

impl core::fmt::Debug for SelfMemo {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SelfMemo(redacted)")
    }
}

fn check_note(note: &Note, cm: Commitment) -> Result<(), MemoError> {
    if note.commitment() == cm {
        Ok(())
    } else {
        Err(MemoError::Commitment)
    }
}

/// Commitment ‖ token.
fn associated_data(cm: Commitment, token: &ContractId) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&cm.to_bytes().0);
    bytes[32..].copy_from_slice(token.as_bytes());
    bytes
}

fn seal<R: RngCore + CryptoRng>(
    to: &EncryptionKey,
    info: &str,
    bound_to: &[u8; 64],
    plaintext: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, MemoError> {
    let to = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(to.as_bytes())
        .map_err(|_| MemoError::BadKey)?;
    let (encapsulated, ciphertext) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &to,
            info.as_bytes(),
            plaintext,
            bound_to,
            &mut Compat(rng),
        )
        .map_err(|_| MemoError::BadKey)?;
    Ok([encapsulated.to_bytes().as_slice(), &ciphertext].concat())
}

fn open(
    ivk: &IncomingViewingKey,
    info: &str,
    bound_to: &[u8; 64],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, MemoError> {
    let (encapsulated, ciphertext) = ciphertext
        .split_at_checked(ENCAPSULATED_LEN)
        .ok_or(MemoError::Length)?;
    let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(ivk.expose())
        .map_err(|_| MemoError::NotForUs)?;
    let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated)
        .map_err(|_| MemoError::NotForUs)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &encapsulated,
        info.as_bytes(),
        ciphertext,
        bound_to,
    )
    .map(Zeroizing::new)
    .map_err(|_| MemoError::NotForUs)
}

#[cfg(test)]
mod tests;
