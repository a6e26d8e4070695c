//! Moving notes to the token's successor: one transaction that redeems here and issues there, about one hidden amount.
//!
//! Nobody but the holder signs. The successor calls this token, which checks the redemption; both proofs show the same value
//! commitment, and the issue's nonce is the first nullifier of what is spent.

use obolus_abi::token::MigrateMsg;
use obolus_protocol::{
    Address, Amount, Fr,
    audit::{AuditScalar, issue::IssueNonce},
    field::fr_to_bytes,
    memo::{Blind, MemoText, RcmSource, RecipientMemo},
    statement::IssueWitness,
    tx::Height,
};
use rand::{CryptoRng, RngCore};

use super::{
    AssembleError, Call, auditor,
    message::{NO_CONTEXT, redeem_message},
    spend::{leaf, participant},
};
use crate::{
    deal::draft::{CallOf, DealDraft, Job},
    select::Selection,
    view::TokenView,
    wallet::Wallet,
};

#[cfg(test)]
mod tests;

/// An order to move.
#[derive(Clone)]
pub struct Move {
    /// Whose note it becomes: a participant of the successor's registry, usually the holder itself.
    pub to: Address,
    /// How much; not zero.
    pub amount: Amount,
    /// The last block that may include it.
    pub expiry: Height,
}

impl Wallet {
    /// Assembles a move of chosen notes into the token that `successor` views, and reserves them. The view is synced.
    ///
    /// # Errors
    /// [`AssembleError`]: among others [`AssembleError::MovesClosed`] while either token limits how often its holders pay. Nothing is
    /// reserved then.
    pub fn migrate_of<R: RngCore + CryptoRng>(
        &mut self,
        selection: &Selection,
        successor: &TokenView,
        order: &Move,
        rng: &mut R,
    ) -> Result<DealDraft, AssembleError> {
        if order.amount == Amount::ZERO {
            return Err(AssembleError::ZeroAmount);
        }
        if self.view().velocity().is_some() || successor.velocity().is_some() {
            return Err(AssembleError::MovesClosed);
        }
        let (token, callee) = (self.view().token(), successor.token());
        let recipient = participant(successor, &order.to)?;
        let text = MemoText::default();
        let spender = self.spender(selection, rng)?;
        let (leaving, own_memo) =
            spender.redemption(order.amount, (recipient.owner, &text), rng)?;
        // What leaves is paid out to nobody: in the place of a payout instruction stands the contract that takes it in.
        let out = redeem_message(&leaving, callee.0);
        let rcm = RcmSource::Bound(Blind::random(rng));
        let entering = IssueWitness {
            recipient: recipient.owner,
            value: order.amount,
            rcm1: rcm.rcm(&callee, &text),
            recipient_leaf: leaf(successor, recipient)?,
            s: leaving.s.clone(),
            r: AuditScalar::random(rng),
            auditor: auditor(successor)?,
            nonce: IssueNonce::new(leaving.public_inputs(Fr::from(NO_CONTEXT)).nf1),
        };
        let note = entering.recipient_note();
        let memo = RecipientMemo {
            token: callee,
            value: note.value,
            rcm,
            payer: None,
            text,
        };
        let memos = vec![memo.seal(&order.to.epk, note.commitment(), rng)?, own_memo];
        let public = entering
            .public_inputs(Fr::from(NO_CONTEXT))
            .map(|input| fr_to_bytes(&input));
        let message = MigrateMsg {
            out,
            recipient_root: public.recipient_root,
            cm1: public.cm1,
            r: entering.r.ephemeral().encode(),
            c1: public.c1,
            c2: public.c2,
            c3: public.c3,
        };
        let call = Call::new(callee, "migrate_in", &message, memos, order.expiry);
        let body = call.body(self.view())?;
        let (change, alpha) = (leaving.change, leaving.alpha.clone());
        let call_of = |callee, caller, entry| CallOf {
            callee,
            caller,
            entry,
        };
        let jobs = vec![
            (
                Job::Issue(Box::new(entering)),
                call_of(callee, None, "migrate_in"),
            ),
            (
                Job::Redeem(Box::new(leaving)),
                call_of(token, Some(callee), "migrate_out"),
            ),
        ];
        let draft = DealDraft::new(body, jobs, self.keys().ak, vec![alpha])?;
        self.hold(draft.digest(), selection.positions(), order.expiry, change)?;
        Ok(draft)
    }
}
