//! Where a note's randomness comes from: chosen freely, or a hash of what the memo says.
//!
//! `rcm = BLAKE3(blind ‖ token ‖ text)`, so that the commitment on the ledger also commits to the text. Whoever knows
//! blind and text, payer and payee that is, can show later what was agreed, and neither can show anything else.
//! A note whose randomness is fixed elsewhere (a deal's, one that the auditor delivers again) has a free one; its text is
//! vouched for by nobody.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ContractId, FieldBytes};
use rand::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    MemoError, MemoText,
    layout::{Reader, Writer},
};
use crate::{
    field::{fr_from_wide, scalar_from_bytes, scalar_to_bytes},
    note::Rcm,
    schnorr::Randomizer,
    tags::context,
};

/// First byte of a part of a memo that is there.
const PRESENT: u8 = 1;
/// First byte of a part that is absent; zeros follow.
const ABSENT: u8 = 0;
/// First byte of randomness that binds no text.
pub(super) const FREE: u8 = 2;
/// First byte of randomness that follows from the text.
const BOUND: u8 = 3;

/// What keeps a bound text secret, though its hash is on the ledger.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, BorshSerialize, BorshDeserialize)]
pub struct Blind([u8; 32]);

impl Blind {
    /// Draws one.
    pub fn random(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut blind = Self([0; 32]);
        rng.fill_bytes(&mut blind.0);
        blind
    }

    /// The randomness of a note of `token` whose memo says `text`.
    pub fn rcm(&self, token: &ContractId, text: &MemoText) -> Rcm {
        let mut hasher = blake3::Hasher::new_derive_key(context::MEMO_BINDING);
        // All but the last have a fixed length.
        hasher
            .update(&self.0)
            .update(token.as_bytes())
            .update(text.as_str().as_bytes());
        let mut wide = Zeroizing::new([0; 64]);
        hasher.finalize_xof().fill(&mut *wide);
        hasher.zeroize();
        Rcm::new(fr_from_wide(&wide))
    }
}

/// Never prints it.
impl core::fmt::Debug for Blind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Blind(redacted)")
    }
}

/// Where a note's randomness comes from.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum RcmSource {
    /// It is this, and says nothing of the text.
    Free(Rcm),
    /// It follows from the text.
    Bound(Blind),
}

impl RcmSource {
    /// The randomness of a note of `token` whose memo says `text`.
    pub fn rcm(&self, token: &ContractId, text: &MemoText) -> Rcm {
        match self {
            Self::Free(rcm) => rcm.clone(),
            Self::Bound(blind) => blind.rcm(token, text),
        }
    }

    pub(super) fn write(&self, writer: Writer) -> Writer {
        match self {
            Self::Free(rcm) => writer.bytes(&[FREE]).field(rcm.to_bytes()),
            Self::Bound(blind) => writer.bytes(&[BOUND]).bytes(&blind.0),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, MemoError> {
        read_source(reader)?.ok_or(MemoError::Malformed)
    }
}

/// Never prints it.
impl core::fmt::Debug for RcmSource {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("RcmSource(redacted)")
    }
}

pub(super) fn write_source(source: Option<&RcmSource>, writer: Writer) -> Writer {
    match source {
        Some(source) => source.write(writer),
        None => writer.bytes(&[ABSENT; 33]),
    }
}

pub(super) fn read_source(reader: &mut Reader<'_>) -> Result<Option<RcmSource>, MemoError> {
    let [kind] = reader.take()?;
    let bytes = reader.take()?;
    match *kind {
        ABSENT if *bytes == [0; 32] => Ok(None),
        FREE => Rcm::from_bytes(&FieldBytes(*bytes))
            .map(|rcm| Some(RcmSource::Free(rcm)))
            .map_err(|_| MemoError::Malformed),
        BOUND => Ok(Some(RcmSource::Bound(Blind(*bytes)))),
        _ => Err(MemoError::Malformed),
    }
}

/// The payer's re-randomiser, if the memo tells it: with `rk` of the ledger it names the payer's `ak`.
pub(super) fn write_payer(alpha: Option<&Randomizer>, writer: Writer) -> Writer {
    match alpha {
        Some(alpha) => {
            let bytes = Zeroizing::new(scalar_to_bytes(alpha.scalar()));
            writer.bytes(&[PRESENT]).bytes(&*bytes)
        }
        None => writer.bytes(&[ABSENT; 33]),
    }
}

pub(super) fn read_payer(reader: &mut Reader<'_>) -> Result<Option<Randomizer>, MemoError> {
    let [kind] = reader.take()?;
    let bytes = reader.take()?;
    match *kind {
        ABSENT if *bytes == [0; 32] => Ok(None),
        PRESENT => scalar_from_bytes(bytes)
            .map(|alpha| Some(Randomizer::new(alpha)))
            .map_err(|_| MemoError::Malformed),
        _ => Err(MemoError::Malformed),
    }
}
