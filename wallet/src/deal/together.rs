//! Payments of several wallets in one transaction, all or nothing: swaps and netting.
//!
//! Each payer makes a [`Share`] and gives its public part, an [`Offer`], to whoever puts the transaction together. Each then sees
//! the whole transaction, checks what it is paid, proves and signs its own payment. Nobody can use a part without the rest.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ContractId;
use obolus_abi::deal::atomic::{NetMsg, Payment as Passed, SwapMsg};
use obolus_abi::token::TransferMsg;
use obolus_protocol::keys::SpendValidatingKey;
use obolus_protocol::memo::RecipientMemo;
use obolus_protocol::note::{Commitment, Position};
use obolus_protocol::statement::TransferWitness;
use obolus_protocol::tx::{
    Height, ProofEnvelope, SignedTx, SpendSignature, Transaction, TxBody, UnprovenTx,
};
use obolus_protocol::{Amount, SpendingKey};
use rand::{CryptoRng, RngCore};

use super::draft::{CallOf, DealDraft, Job};
use crate::assemble::{AssembleError, Call, Payment, transfer_message};
use crate::prove::{CircuitKeys, StatementProver};
use crate::wallet::Wallet;

/// What others see of a payment before the transaction is made.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Offer {
    /// The token.
    pub token: ContractId,
    /// The payment.
    pub transfer: TransferMsg,
    /// The recipient's memo and the payer's own.
    pub memos: [Vec<u8>; 2],
}

/// One wallet's payment, with its secrets.
pub struct Share {
    offer: Offer,
    witness: TransferWitness,
    positions: Vec<Position>,
}

/// What a payer adds to the transaction.
pub struct Part {
    /// The proof of its payment.
    pub proofs: Vec<ProofEnvelope>,
    /// Its signature.
    pub signatures: Vec<SpendSignature>,
}

impl Offer {
    /// The payments that a transaction makes, whatever its maker says of it: what to look at before joining.
    ///
    /// # Errors
    /// [`AssembleError::NotTogether`] when it is neither a swap nor a netting cycle.
    pub fn of(body: &TxBody) -> Result<Vec<Self>, AssembleError> {
        let payments = match body.entry.as_str() {
            "swap" => borsh::from_slice::<SwapMsg>(&body.args).map(|msg| msg.payments.to_vec()),
            "settle" => borsh::from_slice::<NetMsg>(&body.args).map(|msg| msg.payments),
            _ => return Err(AssembleError::NotTogether),
        };
        let payments = payments.map_err(|_| AssembleError::NotTogether)?;
        let (memos, rest) = body.memos.as_chunks::<2>();
        if memos.len() != payments.len() || !rest.is_empty() {
            return Err(AssembleError::NotTogether);
        }
        let offers = payments.into_iter().zip(memos);
        Ok(offers
            .map(|(payment, memos)| Self {
                token: payment.token,
                transfer: payment.transfer,
                memos: memos.clone(),
            })
            .collect())
    }
}

impl Share {
    /// From what was kept of it.
    pub(super) const fn from_parts(
        offer: Offer,
        witness: TransferWitness,
        positions: Vec<Position>,
    ) -> Self {
        Self {
            offer,
            witness,
            positions,
        }
    }

    /// The public part.
    pub const fn offer(&self) -> &Offer {
        &self.offer
    }

    /// The secret part: what a prover is given.
    pub(super) const fn witness(&self) -> &TransferWitness {
        &self.witness
    }

    /// The notes that it spends.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// What comes back to the payer.
    pub const fn change(&self) -> Amount {
        self.witness.change
    }

    /// What of the transaction is this wallet's to prove and sign.
    ///
    /// # Errors
    /// [`AssembleError::OtherOffer`] unless the transaction makes this payment exactly as it was offered.
    pub fn draft(&self, body: &TxBody, ak: SpendValidatingKey) -> Result<DealDraft, AssembleError> {
        if !Offer::of(body)?.contains(&self.offer) {
            return Err(AssembleError::OtherOffer);
        }
        let call = CallOf {
            callee: self.offer.token,
            caller: Some(body.contract),
            entry: "transfer_for",
        };
        let witness = self.witness.clone();
        let alpha = witness.alpha.clone();
        let jobs = vec![(Job::Transfer(Box::new(witness)), call)];
        DealDraft::new(body.clone(), jobs, ak, vec![alpha])
    }
}

impl Wallet {
    /// Chooses notes for a payment that will be made together with others. They are reserved when the transaction is known.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn share<R: RngCore + CryptoRng>(
        &self,
        payment: &Payment,
        rng: &mut R,
    ) -> Result<Share, AssembleError> {
        let selection = self.select(payment.amount)?;
        let target = self.target(payment, rng)?;
        let spender = self.spender(&selection, rng)?;
        let (witness, memos) = spender.witness(&target, payment.amount, &payment.text, rng)?;
        let memos = <[Vec<u8>; 2]>::try_from(memos).map_err(|_| AssembleError::LostPath)?;
        let offer = Offer {
            token: self.view().token(),
            transfer: transfer_message(&witness),
            memos,
        };
        Ok(Share {
            offer,
            witness,
            positions: selection.positions(),
        })
    }

    /// What an offer pays this wallet; none if it pays somebody else, or says something else than the ledger will show.
    pub fn receives(&self, offer: &Offer) -> Option<Amount> {
        if offer.token != self.view().token() {
            return None;
        }
        let commitment = Commitment::from_bytes(&offer.transfer.cm1).ok()?;
        let keys = self.keys();
        let [memo, _] = &offer.memos;
        let memo = RecipientMemo::open(&keys.ivk, keys.owner(), &offer.token, commitment, memo);
        memo.ok().map(|memo| memo.value)
    }

    /// Proves and signs this wallet's payment in the whole transaction, and reserves its notes.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn join<R: RngCore + CryptoRng>(
        &mut self,
        share: &Share,
        body: &TxBody,
        key: &SpendingKey,
        (prover, keys): (&dyn StatementProver, &CircuitKeys),
        rng: &mut R,
    ) -> Result<Part, AssembleError> {
        let draft = share.draft(body, self.keys().ak)?;
        let positions = share.positions.clone();
        self.hold(draft.digest(), positions, body.expiry, share.change())?;
        let part = draft.proofs(prover, keys).and_then(|proofs| {
            Ok(Part {
                proofs,
                signatures: draft.signatures(key, rng)?,
            })
        });
        if part.is_err() {
            self.release(&draft.digest());
        }
        part
    }
}

/// The transaction of a swap.
///
/// # Errors
/// [`AssembleError`] for limits that are broken.
pub fn swap(
    wallet: &Wallet,
    contract: ContractId,
    offers: &[Offer; 2],
    expiry: Height,
) -> Result<TxBody, AssembleError> {
    let message = SwapMsg {
        payments: offers.each_ref().map(passed),
    };
    Call::new(contract, "swap", &message, memos(offers), expiry).body(wallet.view())
}

/// The transaction of a netting cycle. `obligations` is the hash of what it discharges.
///
/// # Errors
/// [`AssembleError`] for limits that are broken.
pub fn net(
    wallet: &Wallet,
    contract: ContractId,
    obligations: [u8; 32],
    offers: &[Offer],
    expiry: Height,
) -> Result<TxBody, AssembleError> {
    let message = NetMsg {
        obligations,
        payments: offers.iter().map(passed).collect(),
    };
    Call::new(contract, "settle", &message, memos(offers), expiry).body(wallet.view())
}

/// The complete transaction.
///
/// # Errors
/// [`AssembleError`] when a part is missing or wrong.
pub fn complete(body: TxBody, parts: Vec<Part>) -> Result<SignedTx, AssembleError> {
    let mut proofs = Vec::new();
    let mut signatures = Vec::new();
    for part in parts {
        proofs.extend(part.proofs);
        signatures.extend(part.signatures);
    }
    let proven = UnprovenTx::new(body)?.prove(proofs)?;
    Ok(proven.sign(signatures, Vec::new())?)
}

/// Proves and signs one wallet's payments; the result lacks the others' proofs and signatures.
pub(crate) fn part_of<R: RngCore + CryptoRng>(
    body: &TxBody,
    drafts: &[DealDraft],
    key: &SpendingKey,
    (prover, keys): (&dyn StatementProver, &CircuitKeys),
    rng: &mut R,
) -> Result<Transaction, AssembleError> {
    let mut part = Part {
        proofs: Vec::new(),
        signatures: Vec::new(),
    };
    for draft in drafts {
        part.proofs.extend(draft.proofs(prover, keys)?);
        part.signatures.extend(draft.signatures(key, rng)?);
    }
    Ok(complete(body.clone(), vec![part])?.into_transaction())
}

/// Which payments of a transaction have no proof or no signature among these parts, by number.
///
/// # Errors
/// [`AssembleError::NotTogether`] when it is neither a swap nor a netting cycle.
pub fn missing(body: &TxBody, parts: &[Transaction]) -> Result<Vec<usize>, AssembleError> {
    let offers = Offer::of(body)?;
    let open = offers.iter().enumerate().filter(|(_, offer)| {
        proof_of(offer, parts).is_none() || signature_of(offer, parts).is_none()
    });
    Ok(open.map(|(number, _)| number).collect())
}

/// The complete transaction from every payer's part, whatever order they come in.
///
/// # Errors
/// [`AssembleError::PartMissing`], [`AssembleError::OtherOffer`] for a part of another transaction.
pub fn join_parts(body: TxBody, parts: &[Transaction]) -> Result<SignedTx, AssembleError> {
    if parts.iter().any(|part| part.body != body) {
        return Err(AssembleError::OtherOffer);
    }
    let offers = Offer::of(&body)?;
    let mut whole = Vec::new();
    for (number, offer) in offers.iter().enumerate() {
        let proof = proof_of(offer, parts).ok_or(AssembleError::PartMissing(number))?;
        let signature = signature_of(offer, parts).ok_or(AssembleError::PartMissing(number))?;
        whole.push(Part {
            proofs: vec![proof.clone()],
            signatures: vec![signature.clone()],
        });
    }
    complete(body, whole)
}

/// The proof that shows the payment's nullifier and commitment.
fn proof_of<'a>(offer: &Offer, parts: &'a [Transaction]) -> Option<&'a ProofEnvelope> {
    let shows = |proof: &&ProofEnvelope| {
        proof.inputs.contains(&offer.transfer.nf1) && proof.inputs.contains(&offer.transfer.cm1)
    };
    parts.iter().flat_map(|part| &part.proofs).find(shows)
}

/// The signature under the payment's re-randomised key.
fn signature_of<'a>(offer: &Offer, parts: &'a [Transaction]) -> Option<&'a SpendSignature> {
    let mut all = parts.iter().flat_map(|part| &part.spend_signatures);
    all.find(|signature| signature.key == offer.transfer.rk)
}

fn passed(offer: &Offer) -> Passed {
    Passed {
        token: offer.token,
        transfer: offer.transfer.clone(),
    }
}

fn memos(offers: &[Offer]) -> Vec<Vec<u8>> {
    let memos = offers.iter().flat_map(|offer| offer.memos.clone());
    memos.collect()
}
