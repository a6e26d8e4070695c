//! Conditional payments.

use ed25519_dalek::{Signature, VerifyingKey};
use obolus_abi::deal::conditional::{
    AttestMsg, Condition, Conditional, OpenConditionalMsg, Verdict, attestation,
};
use obolus_abi::deal::{DealError, DealMsg, DepositMsg, LegState, PayOutMsg};
use obolus_protocol::deal::deal_id;

use super::{CallFault, Payout, Run};

impl Run<'_, '_> {
    pub(super) fn conditional(&mut self, entry: &str) -> Result<(), CallFault> {
        match entry {
            "open" => self.open_conditional(),
            "deposit" => self.deposit_conditional(),
            "attest" => self.attest(),
            "approve" => self.approve(),
            "decline" => self.decline(),
            "release" => self.pay_conditional(Payout::Release),
            "refund" => self.pay_conditional(Payout::Refund),
            "deal" => Ok(()),
            other => Err(CallFault::NoEntry(other.to_owned())),
        }
    }

    fn open_conditional(&mut self) -> Result<(), CallFault> {
        let msg: OpenConditionalMsg = self.call.args()?;
        let header = &msg.header;
        let condition = match &header.condition {
            Condition::Oracle { .. } => true,
            Condition::Approvals(approvers) => approvers.validate().is_ok(),
            Condition::Time(from_ms) => *from_ms <= header.expiry_ms,
        };
        if !condition || msg.leg.token != header.token || header.payer == header.payee {
            return Err(CallFault::contract(DealError::BadTerms));
        }
        if self.call.time_ms > header.expiry_ms {
            return Err(CallFault::contract(DealError::Expired));
        }
        self.signed_by(&header.payer)?;
        let deal = deal_id(&header.preimage());
        self.is_new(&deal)?;
        let leg = self.open_leg(&deal, 0, &msg.leg)?;
        let conditional = Conditional {
            payer: header.payer,
            payee: header.payee,
            condition: header.condition.clone(),
            expiry_ms: header.expiry_ms,
            verdict: Verdict::Open,
            attested: None,
            approved: Vec::new(),
            leg,
        };
        self.store(&deal, &conditional)
    }

    fn deposit_conditional(&mut self) -> Result<(), CallFault> {
        let msg: DepositMsg = self.call.args()?;
        let mut deal: Conditional = self.load(&msg.deal)?;
        if msg.leg != 0 {
            return Err(CallFault::contract(DealError::NoSuchLeg));
        }
        if self.call.time_ms > deal.expiry_ms {
            return Err(CallFault::contract(DealError::Expired));
        }
        if deal.verdict == Verdict::Failed {
            return Err(CallFault::contract(DealError::Decided));
        }
        self.signed_by(&deal.payer)?;
        self.lock(&mut deal.leg, &msg.transfer)?;
        self.store(&msg.deal, &deal)
    }

    fn attest(&mut self) -> Result<(), CallFault> {
        let msg: AttestMsg = self.call.args()?;
        let mut deal: Conditional = self.load(&msg.deal)?;
        let Condition::Oracle { key, statement } = &deal.condition else {
            return Err(CallFault::contract(DealError::BadTerms));
        };
        let message = attestation(statement, msg.outcome);
        let signature = Signature::from_bytes(&msg.signature);
        VerifyingKey::from_bytes(&key.0)
            .and_then(|key| key.verify_strict(&message, &signature))
            .map_err(|_| CallFault::contract(DealError::BadAttestation))?;
        if deal.attested == Some(!msg.outcome) {
            // On record, and nothing else.
            return Ok(());
        }
        if self.verdict(&deal) != Verdict::Open {
            return Err(CallFault::contract(DealError::Decided));
        }
        deal.attested = Some(msg.outcome);
        deal.verdict = if msg.outcome {
            Verdict::Fulfilled
        } else {
            Verdict::Failed
        };
        self.store(&msg.deal, &deal)
    }

    fn approve(&mut self) -> Result<(), CallFault> {
        let msg: DealMsg = self.call.args()?;
        let mut deal: Conditional = self.load(&msg.deal)?;
        let Condition::Approvals(approvers) = &deal.condition else {
            return Err(CallFault::contract(DealError::BadTerms));
        };
        if self.verdict(&deal) != Verdict::Open {
            return Err(CallFault::contract(DealError::Decided));
        }
        let signatures = &self.call.transaction().role_signatures;
        let mut approved = deal.approved.clone();
        for key in &approvers.keys {
            if !approved.contains(key) && signatures.iter().any(|given| given.key == *key) {
                approved.push(*key);
            }
        }
        if approved.len() == deal.approved.len() {
            return Err(CallFault::contract(DealError::NotApprover));
        }
        if approved.len() >= usize::from(approvers.threshold) {
            deal.verdict = Verdict::Fulfilled;
        }
        deal.approved = approved;
        self.store(&msg.deal, &deal)
    }

    fn decline(&mut self) -> Result<(), CallFault> {
        let msg: DealMsg = self.call.args()?;
        let mut deal: Conditional = self.load(&msg.deal)?;
        self.signed_by(&deal.payee)?;
        let paid = deal.leg.state == LegState::Released;
        if paid || self.verdict(&deal) == Verdict::Failed {
            return Err(CallFault::contract(DealError::Decided));
        }
        deal.verdict = Verdict::Failed;
        self.store(&msg.deal, &deal)
    }

    fn pay_conditional(&mut self, payout: Payout) -> Result<(), CallFault> {
        let msg: PayOutMsg = self.call.args()?;
        let mut deal: Conditional = self.load(&msg.deal)?;
        if msg.leg != 0 {
            return Err(CallFault::contract(DealError::NoSuchLeg));
        }
        let needed = match payout {
            Payout::Release => Verdict::Fulfilled,
            Payout::Refund => Verdict::Failed,
        };
        if self.verdict(&deal) != needed {
            return Err(CallFault::contract(DealError::ConditionOpen));
        }
        self.pay_out(&msg.deal, 0, &mut deal.leg, payout, &msg.transfer)?;
        self.store(&msg.deal, &deal)
    }

    /// A time fulfils its condition, and an expiry fails any that is open.
    fn verdict(&self, deal: &Conditional) -> Verdict {
        if deal.verdict != Verdict::Open {
            return deal.verdict;
        }
        match deal.condition {
            Condition::Time(from_ms) if self.call.time_ms >= from_ms => Verdict::Fulfilled,
            _ if self.call.time_ms > deal.expiry_ms => Verdict::Failed,
            _ => Verdict::Open,
        }
    }
}
