//! Issuing notes: the issuer's side. It needs the token's public view and no wallet.

use obolus_abi::token::IssueMsg;
use obolus_protocol::{
    Address, Amount,
    audit::AuditScalar,
    field::fr_to_bytes,
    memo::{MemoText, RecipientMemo},
    note::Rcm,
    pedersen::Blinding,
    statement::IssueWitness,
    tx::Height,
};
use rand::{CryptoRng, RngCore};

use super::{
    AssembleError, Authority, Call, Unproven, auditor,
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
        let witness = IssueWitness {
            recipient: recipient.owner,
            value: request.amount,
            rcm1: Rcm::random(rng),
            recipient_leaf: leaf(view, recipient)?,
            s: Blinding::random(rng),
            r: AuditScalar::random(rng),
            auditor: auditor(view)?,
            nonce: request.nonce,
        };
        let note = witness.recipient_note();
        let memo = RecipientMemo {
            token: view.token(),
            value: note.value,
            rcm: note.rcm.clone(),
            text: request.text.clone(),
        };
        let memos = vec![memo.seal(&request.to.epk, note.commitment(), rng)?];
        let public = witness
            .public_inputs(0_u64.into())
            .map(|input| fr_to_bytes(&input));
        let msg = IssueMsg {
            recipient_root: public.recipient_root,
            cm1: public.cm1,
            cv: witness.value_commitment().point().encode(),
            r: witness.r.ephemeral().encode(),
            c1: public.c1,
            c2: public.c2,
            c3: public.c3,
            nonce: request.nonce,
        };
        let call = Call::new(view.token(), "issue", &msg, memos, request.expiry);
        Self::new(view, call, witness, Authority::Roles)
    }
}
