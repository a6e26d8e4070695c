//! Issuing notes: the issuer's side. It needs the token's public view and no wallet.

use obolus_protocol::{
    Address, Amount,
    audit::AuditScalar,
    memo::{Blind, MemoText, RcmSource, RecipientMemo},
    pedersen::Blinding,
    statement::IssueWitness,
    tx::Height,
};
use rand::{CryptoRng, RngCore};

use super::{
    AssembleError, Unproven, auditor,
    spend::{leaf, participant},
};
use crate::view::TokenView;

/// An order to issue.
#[derive(Clone)]
pub struct IssueRequest {
    /// Who receives the note.
    pub to: Address,
    /// How much; not zero.
    pub amount: Amount,
    /// What the recipient keeps with it.
    pub text: MemoText,
    /// The token's counter: [`TokenView::issue_nonce`], plus the number of issues in flight.
    pub nonce: u64,
    /// The last block that may include it.
    pub expiry: Height,
}

impl Unproven<IssueWitness> {
    /// Assembles an issue; the issuer's role holders sign it.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn issue<R: RngCore + CryptoRng>(
        view: &TokenView,
        request: &IssueRequest,
        rng: &mut R,
    ) -> Result<Self, AssembleError> {
        if request.amount == Amount::ZERO {
            return Err(AssembleError::ZeroAmount);
        }
        let recipient = participant(view, &request.to)?;
        let (token, rcm) = (view.token(), RcmSource::Bound(Blind::random(rng)));
        let witness = IssueWitness {
            recipient: recipient.owner,
            value: request.amount,
            rcm1: rcm.rcm(&token, &request.text),
            recipient_leaf: leaf(view, recipient)?,
            s: Blinding::random(rng),
            r: AuditScalar::random(rng),
            auditor: auditor(view)?,
            nonce: request.nonce.into(),
        };
        let note = witness.recipient_note();
        let memo = RecipientMemo {
            token,
            value: note.value,
            rcm,
            payer: None,
            text: request.text.clone(),
        };
        let memos = vec![memo.seal(&request.to.epk, note.commitment(), rng)?];
        Self::from_witness(view, witness, memos, request.expiry)
    }
}
