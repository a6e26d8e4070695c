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
    AssembleError, Opening, Unproven, auditor,
    opening::Second,
    spend::{leaf, participant},
};
use crate::view::TokenView;

/// Name of the token's entry.
pub(super) const ISSUE: &str = "issue";

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
        Self::issue_opened(view, request, rng).map(|(unproven, _)| unproven)
    }

    /// The same, with what it hides: for role holders who sign a draft of somebody else.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn issue_opened<R: RngCore + CryptoRng>(
        view: &TokenView,
        request: &IssueRequest,
        rng: &mut R,
    ) -> Result<(Self, Opening), AssembleError> {
        if request.amount == Amount::ZERO {
            return Err(AssembleError::ZeroAmount);
        }
        let recipient = participant(view, &request.to)?;
        let (token, blind) = (view.token(), Blind::random(rng));
        let rcm = RcmSource::Bound(blind.clone());
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
        let opening = Opening {
            to: request.to,
            amount: request.amount,
            text: request.text.clone(),
            blind,
            second: Second::Issue {
                blinding: witness.s.clone(),
            },
        };
        let unproven = Self::from_witness(view, witness, memos, request.expiry)?;
        Ok((unproven, opening))
    }
}
