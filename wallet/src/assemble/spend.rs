//! Spending notes: payments, merges and redemptions.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::{
    Address, Amount, FullViewingKey, Owner,
    address::EncryptionKey,
    audit::AuditScalar,
    memo::{Blind, MemoText, RcmSource, RecipientMemo, SelfMemo},
    pedersen::Blinding,
    schnorr::Randomizer,
    statement::{RedeemWitness, RegistryLeafWitness, SpendInput, TransferWitness},
    tx::Height,
};
use rand::{CryptoRng, RngCore};

use super::{AssembleError, Unproven, auditor};
use crate::{directory::Entry, view::TokenView};

/// Whether a payee learns for certain who pays it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum PayerIdentity {
    /// Only if the text says so; nothing vouches for that.
    #[default]
    Hidden,
    /// The memo holds what leads from the spend's key on the ledger to the payer's in the directory.
    Shown,
}

/// A payment order.
#[derive(Clone)]
pub struct Payment {
    /// Whom to pay.
    pub to: Address,
    /// How much; not zero.
    pub amount: Amount,
    /// What recipient and sender keep with it.
    pub text: MemoText,
    /// Whether the recipient learns who pays.
    pub identity: PayerIdentity,
    /// The last block that may include it.
    pub expiry: Height,
}

/// A redemption order.
#[derive(Clone)]
pub struct Redemption {
    /// How much; not zero.
    pub amount: Amount,
    /// Hash of the off-ledger payout instruction.
    pub payout_reference: [u8; 32],
    /// What the holder keeps with it.
    pub text: MemoText,
    /// The last block that may include it.
    pub expiry: Height,
}

/// Whom a payment is for, and what of it is not the spender's choice.
pub(crate) struct Target<'a> {
    /// The recipient's entry.
    pub(crate) entry: &'a Entry,
    /// Where the randomness of its note comes from.
    pub(crate) rcm: RcmSource,
    /// Whether its memo shows the payer.
    pub(crate) identity: PayerIdentity,
    /// Where its memo is encrypted to.
    pub(crate) memo_to: EncryptionKey,
}

impl<'a> Target<'a> {
    /// A participant, with fresh randomness that will bind the text.
    pub(crate) fn of<R: RngCore + CryptoRng>(
        entry: &'a Entry,
        identity: PayerIdentity,
        rng: &mut R,
    ) -> Result<Self, AssembleError> {
        let address = entry.address().ok_or(AssembleError::NoEncryptionKey)?;
        Ok(Self {
            entry,
            rcm: RcmSource::Bound(Blind::random(rng)),
            identity,
            memo_to: address.epk,
        })
    }
}

/// Who spends what.
pub(crate) struct Spender<'a> {
    pub(crate) view: &'a TokenView,
    pub(crate) keys: &'a FullViewingKey,
    pub(crate) inputs: [SpendInput; 2],
    /// Sum of the inputs.
    pub(crate) total: Amount,
}

impl Spender<'_> {
    /// A payment of `amount` to a participant, to oneself too.
    pub(crate) fn pay<R: RngCore + CryptoRng>(
        self,
        recipient: &Entry,
        amount: Amount,
        (text, identity): (&MemoText, PayerIdentity),
        expiry: Height,
        rng: &mut R,
    ) -> Result<Unproven<TransferWitness>, AssembleError> {
        let view = self.view;
        let target = Target::of(recipient, identity, rng)?;
        let (witness, memos) = self.witness(&target, amount, text, rng)?;
        Unproven::<TransferWitness>::from_witness(view, witness, memos, expiry, rng)
    }

    /// The statement of a payment, and its memos: the recipient's and the spender's own.
    pub(crate) fn witness<R: RngCore + CryptoRng>(
        self,
        target: &Target<'_>,
        amount: Amount,
        text: &MemoText,
        rng: &mut R,
    ) -> Result<(TransferWitness, Vec<Vec<u8>>), AssembleError> {
        let token = self.view.token();
        let change = self.change(amount)?;
        let witness = TransferWitness {
            ak: self.keys.ak,
            nk: self.keys.nk.clone(),
            alpha: Randomizer::random(rng),
            inputs: self.inputs,
            recipient: target.entry.owner,
            pay: amount,
            change,
            rcm1: target.rcm.rcm(&token, text),
            sender_leaf: own_leaf(self.view, &self.keys.owner(), amount)?,
            recipient_leaf: leaf(self.view, target.entry)?,
            r: AuditScalar::random(rng),
            auditor: auditor(self.view)?,
        };
        let (note, change_note) = (witness.recipient_note(), witness.change_note());
        let recipient_memo = RecipientMemo {
            token,
            value: note.value,
            rcm: target.rcm.clone(),
            payer: match target.identity {
                PayerIdentity::Hidden => None,
                PayerIdentity::Shown => Some(witness.alpha.clone()),
            },
            text: text.clone(),
        };
        let self_memo = SelfMemo {
            token,
            change,
            change_rcm: change_note.rcm.clone(),
            paid: amount,
            recipient: target.entry.owner,
            paid_rcm: Some(target.rcm.clone()),
            payer: witness.alpha.clone(),
            text: text.clone(),
        };
        let own_key = self.keys.ivk.encryption_key();
        let memos = vec![
            recipient_memo.seal(&target.memo_to, note.commitment(), rng)?,
            self_memo.seal(&own_key, change_note.commitment(), rng)?,
        ];
        Ok((witness, memos))
    }

    /// A redemption.
    pub(crate) fn redeem<R: RngCore + CryptoRng>(
        self,
        order: &Redemption,
        rng: &mut R,
    ) -> Result<Unproven<RedeemWitness>, AssembleError> {
        let (view, owner) = (self.view, self.keys.owner());
        let (witness, memo) = self.redemption(order.amount, (owner, &order.text), rng)?;
        let extras = (order.payout_reference, vec![memo]);
        Unproven::<RedeemWitness>::from_witness(view, witness, extras, order.expiry, rng)
    }

    /// The statement of a redemption, and the holder's own memo, which says for whom it was.
    pub(crate) fn redemption<R: RngCore + CryptoRng>(
        self,
        amount: Amount,
        (recipient, text): (Owner, &MemoText),
        rng: &mut R,
    ) -> Result<(RedeemWitness, Vec<u8>), AssembleError> {
        let token = self.view.token();
        let owner = self.keys.owner();
        let change = self.change(amount)?;
        let witness = RedeemWitness {
            ak: self.keys.ak,
            nk: self.keys.nk.clone(),
            alpha: Randomizer::random(rng),
            inputs: self.inputs,
            redeemed: amount,
            change,
            sender_leaf: own_leaf(self.view, &owner, amount)?,
            s: Blinding::random(rng),
            r: AuditScalar::random(rng),
            auditor: auditor(self.view)?,
        };
        let change_note = witness.change_note();
        let memo = SelfMemo {
            token,
            change,
            change_rcm: change_note.rcm.clone(),
            paid: amount,
            recipient,
            paid_rcm: None,
            payer: witness.alpha.clone(),
            text: text.clone(),
        };
        let own_key = self.keys.ivk.encryption_key();
        let memo = memo.seal(&own_key, change_note.commitment(), rng)?;
        Ok((witness, memo))
    }

    fn change(&self, amount: Amount) -> Result<Amount, AssembleError> {
        let change = self.total.checked_sub(amount);
        change.ok_or(AssembleError::Overflow)
    }
}

/// A participant's leaf under the current ACTIVE root.
pub(crate) fn leaf(view: &TokenView, entry: &Entry) -> Result<RegistryLeafWitness, AssembleError> {
    Ok(RegistryLeafWitness {
        limit: entry.limit,
        path: view.directory().active_path(entry)?,
    })
}

/// The spender's own leaf, whose limit must allow the amount.
fn own_leaf(
    view: &TokenView,
    owner: &Owner,
    amount: Amount,
) -> Result<RegistryLeafWitness, AssembleError> {
    let entry = view.directory().by_owner(owner);
    let entry = entry.ok_or(AssembleError::NotRegistered)?;
    if amount > entry.limit {
        return Err(AssembleError::OverLimit);
    }
    leaf(view, entry)
}

/// The participant that an address belongs to, with the encryption key that the directory lists.
pub(crate) fn participant<'a>(
    view: &'a TokenView,
    address: &Address,
) -> Result<&'a Entry, AssembleError> {
    let entry = view.directory().by_owner(&address.owner);
    let entry = entry.ok_or(AssembleError::UnknownRecipient)?;
    if let Some(newer) = entry.superseded_by {
        return Err(AssembleError::Superseded(newer.get()));
    }
    match entry.address() {
        Some(listed) if listed == *address => Ok(entry),
        Some(_) => Err(AssembleError::AddressMismatch),
        None => Err(AssembleError::NoEncryptionKey),
    }
}
