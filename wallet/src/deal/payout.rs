//! Paying a leg's note out: to the payee, or back to the payer. Anybody who knows the deal can, since where the note goes
//! was fixed when the deal opened.

use obolus_abi::deal::pair::SettleMsg;
use obolus_abi::deal::{LegState, PayOutMsg};
use obolus_abi::{ContractId, DealId};
use obolus_protocol::Amount;
use obolus_protocol::audit::AuditScalar;
use obolus_protocol::deal::LegNote;
use obolus_protocol::memo::{MemoText, RcmSource, RecipientMemo, SelfMemo};
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::statement::{SpendInput, TransferWitness};
use obolus_protocol::tx::Height;
use rand::{CryptoRng, RngCore};

use super::draft::{CallOf, DealDraft, Job};
use super::fund::nobody;
use super::terms::Kind;
use crate::assemble::{AssembleError, Call, auditor, leaf, transfer_message};
use crate::wallet::Wallet;

/// Where a leg's note goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payout {
    /// To the payee.
    Release,
    /// Back to the payer.
    Refund,
}

impl Payout {
    const fn note(self) -> LegNote {
        match self {
            Self::Release => LegNote::Release,
            Self::Refund => LegNote::Refund,
        }
    }

    const fn entry(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Refund => "refund",
        }
    }
}

/// Assembles the settlement of a pair: both legs to their payees. The wallets are one party's, of the legs' tokens, in any
/// order.
///
/// # Errors
/// [`AssembleError`].
pub fn settle<R: RngCore + CryptoRng>(
    wallets: [&Wallet; 2],
    deal: &DealId,
    expiry: Height,
    rng: &mut R,
) -> Result<DealDraft, AssembleError> {
    let [first, _] = wallets;
    let terms = &first.deals().get(deal).ok_or(AssembleError::NoDeal)?.terms;
    if !matches!(terms.kind, Kind::Dvp { .. } | Kind::Pvp { .. }) {
        return Err(AssembleError::LegState);
    }
    let mut part = |leg: u8| {
        let token = terms.leg(leg)?.token;
        let wallet = wallets.iter().find(|wallet| wallet.view().token() == token);
        let wallet = wallet.ok_or(AssembleError::OtherToken)?;
        wallet.payment_of_leg(deal, leg, Payout::Release, rng)
    };
    let (zero, one) = (part(0)?, part(1)?);
    let message = SettleMsg {
        deal: *deal,
        transfers: [transfer_message(&zero.0), transfer_message(&one.0)],
    };
    let memos = [zero.1, one.1].concat();
    let body = Call::new(terms.contract, "settle", &message, memos, expiry).body(first.view())?;
    let jobs = terms.legs().zip([zero.0, one.0]);
    let jobs = jobs
        .map(|(leg, witness)| {
            let call = spend_of(terms.contract, terms.leg(leg)?.token);
            Ok((Job::Transfer(Box::new(witness)), call))
        })
        .collect::<Result<_, AssembleError>>()?;
    DealDraft::new(body, jobs, first.keys().ak, Vec::new())
}

impl Wallet {
    /// Assembles the payout of one leg of this wallet's token. A refund of this wallet's own leg is signed as its payer, who
    /// may take back a leg that stands alone before the expiry.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn pay_out<R: RngCore + CryptoRng>(
        &self,
        deal: &DealId,
        leg: u8,
        payout: Payout,
        expiry: Height,
        rng: &mut R,
    ) -> Result<DealDraft, AssembleError> {
        let terms = &self.deals().get(deal).ok_or(AssembleError::NoDeal)?.terms;
        let (witness, memos) = self.payment_of_leg(deal, leg, payout, rng)?;
        let payer = terms.payer_of(leg);
        let own = terms.party(payer).owner == self.address().owner;
        let alphas = if payout == Payout::Refund && own {
            vec![terms.secret.randomizer(payer)]
        } else {
            Vec::new()
        };
        let message = PayOutMsg {
            deal: *deal,
            leg,
            transfer: transfer_message(&witness),
        };
        let body =
            Call::new(terms.contract, payout.entry(), &message, memos, expiry).body(self.view())?;
        let call = spend_of(terms.contract, terms.leg(leg)?.token);
        let jobs = vec![(Job::Transfer(Box::new(witness)), call)];
        DealDraft::new(body, jobs, self.keys().ak, alphas)
    }

    /// The payment that a payout is, with its memos.
    fn payment_of_leg<R: RngCore + CryptoRng>(
        &self,
        deal: &DealId,
        leg: u8,
        payout: Payout,
        rng: &mut R,
    ) -> Result<(TransferWitness, Vec<Vec<u8>>), AssembleError> {
        let found = self.deals().get(deal).ok_or(AssembleError::NoDeal)?;
        let terms = &found.terms;
        let plan = terms.leg(leg)?;
        let token = plan.token;
        if token != self.view().token() {
            return Err(AssembleError::OtherToken);
        }
        let record = found.legs.get(usize::from(leg));
        let Some(LegState::Locked { position }) = record.map(|record| record.state) else {
            return Err(AssembleError::LegState);
        };
        let keys = terms.leg_keys(leg)?;
        let (locked, note) = (
            terms.note(leg, LegNote::Deposit)?,
            terms.note(leg, payout.note())?,
        );
        let directory = self.view().directory();
        let sender = directory.by_owner(&locked.owner);
        let recipient = directory.by_owner(&note.owner);
        let witness = TransferWitness {
            ak: keys.ak,
            nk: keys.nk,
            alpha: Randomizer::zero(),
            inputs: [
                SpendInput::real(&locked, self.path_of(position)?),
                SpendInput::dummy(rng),
            ],
            recipient: note.owner,
            pay: plan.amount,
            change: Amount::ZERO,
            rcm1: note.rcm.clone(),
            sender_leaf: leaf(self.view(), sender.ok_or(AssembleError::LostPath)?)?,
            recipient_leaf: leaf(
                self.view(),
                recipient.ok_or(AssembleError::UnknownRecipient)?,
            )?,
            r: AuditScalar::random(rng),
            auditor: auditor(self.view())?,
        };
        let payee = terms.party_of(&note.owner).ok_or(AssembleError::NoDeal)?;
        let text = MemoText::new(terms.text.clone())?;
        let change = witness.change_note();
        let to_payee = RecipientMemo {
            token,
            value: note.value,
            rcm: RcmSource::Free(note.rcm.clone()),
            payer: None,
            text: text.clone(),
        };
        // There is no change; the memo is there because every payment has two.
        let to_nobody = SelfMemo {
            token,
            change: change.value,
            change_rcm: change.rcm.clone(),
            paid: plan.amount,
            recipient: note.owner,
            paid_rcm: Some(RcmSource::Free(note.rcm.clone())),
            payer: Randomizer::zero(),
            text,
        };
        let memos = vec![
            to_payee.seal(&terms.party(payee).epk, note.commitment(), rng)?,
            to_nobody.seal(&nobody(rng), change.commitment(), rng)?,
        ];
        Ok((witness, memos))
    }
}

const fn spend_of(contract: ContractId, token: ContractId) -> CallOf {
    CallOf {
        callee: token,
        caller: Some(contract),
        entry: "transfer_deal",
    }
}
