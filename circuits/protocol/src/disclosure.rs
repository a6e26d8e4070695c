//! Selective disclosure: payer or payee shows one payment to one recipient, and nothing else.
//!
//! A payment's commitment `cm = H_note(amount, payee, rcm)` is on the ledger, and binds the memo's text too where
//! [`RcmSource::Bound`] made the randomness. Its opening therefore shows amount, payee and text. The payer is shown by the
//! spend's re-randomiser α: `rk − α·G` is its `ak`, which the directory lists. Change, other notes and keys stay hidden; the
//! randomness of a note says nothing about its nullifier without `nk`.
//!
//! The discloser signs all of it under its own `ak`, together with whom it is for and the challenge that this recipient
//! chose: shown by another, to another, or a second time, it is refused. (Whoever was shown an opening can repeat what it
//! learnt, as with any document; what it cannot do is pass the statement off as made to somebody else.)

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ChainId, ContractId, TxDigest};
use rand::{CryptoRng, RngCore};

use crate::{
    amount::Amount,
    audience::Audience,
    curve::Point,
    field::{scalar_from_bytes, scalar_to_bytes},
    keys::{Owner, SpendValidatingKey, SpendingKey},
    memo::{MemoText, RcmSource},
    note::{Commitment, Note},
    schnorr::{self, Randomizer, SIGNATURE_LEN},
    tags,
    tx::Height,
};

/// First bytes of every encoding.
const MAGIC: &[u8; 8] = b"obdisc01";

/// Why a disclosure shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// Not an encoding of a disclosure.
    #[error("this is no disclosure, or a damaged one: ask for the file again")]
    Malformed,
    /// For somebody else, or another challenge.
    #[error("the disclosure is not for this recipient and challenge: ask for one of your own")]
    Audience,
    /// Another chain, token, transaction or block.
    #[error(
        "the disclosure is about another payment than the ledger's: check chain, token and block"
    )]
    Payment,
    /// The opening is not the commitment's.
    #[error("what is disclosed is not what the ledger's commitment holds: do not believe it")]
    Commitment,
    /// The re-randomiser does not lead from the spend to a participant.
    #[error("the payer that is named did not make this payment: do not believe it")]
    Payer,
    /// The discloser is neither of both parties.
    #[error("the discloser is neither payer nor payee of this payment: do not believe it")]
    Discloser,
    /// The signature does not hold.
    #[error("the disclosure is not signed by its discloser: do not believe it")]
    Signature,
}

/// What the ledger has of the payment, from a source that the verifier trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerPayment {
    /// The chain.
    pub chain: ChainId,
    /// The token.
    pub token: ContractId,
    /// The transaction.
    pub tx: TxDigest,
    /// Its block.
    pub height: Height,
    /// The recipient's commitment.
    pub paid: Commitment,
    /// The re-randomised spend key; none for an issue, which nobody spends for.
    pub rk: Option<Point>,
}

/// What was shown.
#[derive(Clone)]
pub struct Disclosed {
    /// How much.
    pub amount: Amount,
    /// Who was paid.
    pub payee: Owner,
    /// Who paid, if that was shown.
    pub payer: Option<Owner>,
    /// What the memo said, if the commitment binds it.
    pub text: Option<MemoText>,
    /// Who disclosed it: payer or payee.
    pub discloser: Owner,
}

/// One payment's opening, before it is signed.
#[derive(Clone)]
pub struct Opening {
    /// The chain.
    pub chain: ChainId,
    /// The token.
    pub token: ContractId,
    /// The transaction.
    pub tx: TxDigest,
    /// Its block.
    pub height: Height,
    /// How much.
    pub amount: Amount,
    /// Who was paid.
    pub payee: Owner,
    /// Where the note's randomness comes from.
    pub rcm: RcmSource,
    /// What the memo said; not vouched for when the randomness is free.
    pub text: MemoText,
    /// The spend's re-randomiser, if the payer is to be shown.
    pub payer: Option<Randomizer>,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Wire {
    audience: Audience,
    chain: ChainId,
    token: ContractId,
    tx: TxDigest,
    height: Height,
    amount: Amount,
    payee: Owner,
    rcm: RcmSource,
    text: String,
    payer: Option<[u8; 32]>,
    discloser: SpendValidatingKey,
}

/// A signed opening for one recipient.
#[derive(Clone)]
pub struct Disclosure {
    audience: Audience,
    opening: Opening,
    discloser: SpendValidatingKey,
    signature: [u8; SIGNATURE_LEN],
}

impl Disclosure {
    /// Signs an opening for a recipient, as one of the payment's parties.
    pub fn sign<R: RngCore + CryptoRng>(
        opening: Opening,
        audience: Audience,
        key: &SpendingKey,
        rng: &mut R,
    ) -> Self {
        let mut disclosure = Self {
            audience,
            opening,
            discloser: key.validating_key(),
            signature: [0; SIGNATURE_LEN],
        };
        let digest = disclosure.digest();
        (_, disclosure.signature) = schnorr::sign(key, &Randomizer::zero(), &digest, rng);
        disclosure
    }

    /// Whom it is for.
    pub const fn audience(&self) -> &Audience {
        &self.audience
    }

    /// Which transaction, in which block it is said to be: where to look.
    pub const fn place(&self) -> (TxDigest, Height) {
        (self.opening.tx, self.opening.height)
    }

    /// Checks it against the ledger, for `audience`. `participant` answers from the directory whose `ak` it is.
    ///
    /// # Errors
    /// [`DisclosureError`]: nothing was shown then.
    pub fn check(
        &self,
        audience: &Audience,
        ledger: &LedgerPayment,
        participant: impl Fn(&SpendValidatingKey) -> Option<Owner>,
    ) -> Result<Disclosed, DisclosureError> {
        if self.audience != *audience {
            return Err(DisclosureError::Audience);
        }
        schnorr::verify(self.discloser.point(), &self.digest(), &self.signature)
            .map_err(|_| DisclosureError::Signature)?;
        let opening = &self.opening;
        let same = opening.chain == ledger.chain
            && opening.token == ledger.token
            && opening.tx == ledger.tx
            && opening.height == ledger.height;
        if !same {
            return Err(DisclosureError::Payment);
        }
        let note = Note {
            value: opening.amount,
            owner: opening.payee,
            rcm: opening.rcm.rcm(&opening.token, &opening.text),
        };
        if note.commitment() != ledger.paid {
            return Err(DisclosureError::Commitment);
        }
        let payer = match &opening.payer {
            Some(alpha) => Some(payer(alpha, ledger.rk.as_ref(), &participant)?),
            None => None,
        };
        let discloser = participant(&self.discloser).ok_or(DisclosureError::Discloser)?;
        if discloser != opening.payee && Some(discloser) != payer {
            return Err(DisclosureError::Discloser);
        }
        Ok(Disclosed {
            amount: opening.amount,
            payee: opening.payee,
            payer,
            text: match &opening.rcm {
                RcmSource::Bound(_) => Some(opening.text.clone()),
                RcmSource::Free(_) => None,
            },
            discloser,
        })
    }

    /// The bytes that travel.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.content());
        bytes.extend(self.signature);
        bytes
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`DisclosureError::Malformed`], for bytes that follow too.
    pub fn decode(bytes: &[u8]) -> Result<Self, DisclosureError> {
        let content = bytes
            .strip_prefix(MAGIC.as_slice())
            .and_then(|rest| rest.split_last_chunk::<SIGNATURE_LEN>());
        let (content, signature) = content.ok_or(DisclosureError::Malformed)?;
        let wire: Wire = borsh::from_slice(content).map_err(|_| DisclosureError::Malformed)?;
        let payer = match wire.payer {
            Some(alpha) => {
                let alpha = scalar_from_bytes(&alpha).map_err(|_| DisclosureError::Malformed)?;
                Some(Randomizer::new(alpha))
            }
            None => None,
        };
        Ok(Self {
            audience: wire.audience,
            opening: Opening {
                chain: wire.chain,
                token: wire.token,
                tx: wire.tx,
                height: wire.height,
                amount: wire.amount,
                payee: wire.payee,
                rcm: wire.rcm,
                text: MemoText::new(wire.text).map_err(|_| DisclosureError::Malformed)?,
                payer,
            },
            discloser: wire.discloser,
            signature: *signature,
        })
    }

    fn content(&self) -> Vec<u8> {
        let opening = &self.opening;
        let wire = Wire {
            audience: self.audience.clone(),
            chain: opening.chain,
            token: opening.token,
            tx: opening.tx,
            height: opening.height,
            amount: opening.amount,
            payee: opening.payee,
            rcm: opening.rcm.clone(),
            text: opening.text.as_str().to_owned(),
            payer: opening
                .payer
                .as_ref()
                .map(|alpha| scalar_to_bytes(alpha.scalar())),
            discloser: self.discloser,
        };
        #[expect(
            clippy::expect_used,
            reason = "texts are bounded and a Vec takes any bytes"
        )]
        borsh::to_vec(&wire).expect("a disclosure serialises")
    }

    fn digest(&self) -> TxDigest {
        let mut hasher = blake3::Hasher::new_derive_key(tags::context::DISCLOSURE);
        hasher.update(&self.content());
        TxDigest(*hasher.finalize().as_bytes())
    }
}

/// Openings are for their recipient, logs are not.
impl core::fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Disclosure")
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// The participant whose key `rk` re-randomises by `alpha`.
fn payer(
    alpha: &Randomizer,
    rk: Option<&Point>,
    participant: &impl Fn(&SpendValidatingKey) -> Option<Owner>,
) -> Result<Owner, DisclosureError> {
    rk.and_then(|rk| alpha.derandomize(rk))
        .and_then(|ak| participant(&ak))
        .ok_or(DisclosureError::Payer)
}

#[cfg(test)]
mod tests;
