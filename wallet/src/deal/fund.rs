//! Locking a leg's note: a payment to the leg's owner that the contract passes on.

use obolus_abi::DealId;
use obolus_abi::deal::{DepositMsg, LegState};
use obolus_protocol::deal::LegNote;
use obolus_protocol::keys::IncomingViewingKey;
use obolus_protocol::memo::{MemoText, RcmSource};
use obolus_protocol::tx::Height;
use obolus_protocol::{Seed, address::EncryptionKey};
use rand::{CryptoRng, RngCore};

use super::draft::{CallOf, DealDraft, Job};
use super::terms::LegPlan;
use crate::assemble::{AssembleError, Call, PayerIdentity, Target, transfer_message};
use crate::select::Selection;
use crate::wallet::Wallet;

impl Wallet {
    /// What a leg that this wallet can fund moves: it pays the leg, in this token, and nothing is locked yet.
    ///
    /// # Errors
    /// [`AssembleError`]. [`AssembleError::NoDeal`] also for deals that are not what their terms say: they are not in the
    /// wallet's book.
    pub fn fundable(&self, deal: &DealId, leg: u8) -> Result<LegPlan, AssembleError> {
        let found = self.deals().get(deal).ok_or(AssembleError::NoDeal)?;
        let plan = *found.terms.leg(leg)?;
        if plan.token != self.view().token() {
            return Err(AssembleError::OtherToken);
        }
        let payer = found.terms.payer_of(leg);
        if found.terms.party(payer).owner != self.address().owner {
            return Err(AssembleError::NotPayer);
        }
        let state = found.legs.get(usize::from(leg)).map(|leg| leg.state);
        if state != Some(LegState::Empty) {
            return Err(AssembleError::LegState);
        }
        Ok(plan)
    }

    /// Assembles the deposit of a leg that this wallet pays, in this wallet's token, and reserves the notes.
    ///
    /// # Errors
    /// As [`Self::fundable`], or not enough money; nothing is reserved then.
    pub fn deposit<R: RngCore + CryptoRng>(
        &mut self,
        deal: &DealId,
        leg: u8,
        expiry: Height,
        rng: &mut R,
    ) -> Result<DealDraft, AssembleError> {
        let plan = self.fundable(deal, leg)?;
        let selection = self.select(plan.amount)?;
        self.deposit_of(&selection, (deal, leg), expiry, rng)
    }

    /// The same with chosen notes.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn deposit_of<R: RngCore + CryptoRng>(
        &mut self,
        selection: &Selection,
        (deal, leg): (&DealId, u8),
        expiry: Height,
        rng: &mut R,
    ) -> Result<DealDraft, AssembleError> {
        let plan = self.fundable(deal, leg)?;
        let found = self.deals().get(deal).ok_or(AssembleError::NoDeal)?;
        let terms = found.terms.clone();
        let payer = terms.payer_of(leg);
        let note = terms.note(leg, LegNote::Deposit)?;
        let spender = self.spender(selection, rng)?;
        let directory = self.view().directory();
        let entry = directory.by_owner(&note.owner);
        let target = Target {
            entry: entry.ok_or(AssembleError::UnknownRecipient)?,
            rcm: RcmSource::Free(note.rcm.clone()),
            identity: PayerIdentity::Hidden,
            // The other party knows the note from the deal's secret.
            memo_to: nobody(rng),
        };
        let text = MemoText::new(terms.text.clone())?;
        let (witness, memos) = spender.witness(&target, plan.amount, &text, rng)?;
        let alphas = vec![witness.alpha.clone(), terms.secret.randomizer(payer)];
        let change = witness.change;
        let message = DepositMsg {
            deal: *deal,
            leg,
            transfer: transfer_message(&witness),
        };
        let body =
            Call::new(terms.contract, "deposit", &message, memos, expiry).body(self.view())?;
        let call = CallOf {
            callee: plan.token,
            caller: Some(terms.contract),
            entry: "transfer_for",
        };
        let ak = self.keys().ak;
        let draft = DealDraft::new(
            body,
            vec![(Job::Transfer(Box::new(witness)), call)],
            ak,
            alphas,
        )?;
        self.hold(draft.digest(), selection.positions(), expiry, change)?;
        Ok(draft)
    }
}

/// A key that nobody has, for a memo that says nothing and must look like any other.
pub(super) fn nobody<R: RngCore + CryptoRng>(rng: &mut R) -> EncryptionKey {
    IncomingViewingKey::from_seed(&Seed::random(rng)).encryption_key()
}
