//! What decides a condition. What it has decided it does not take back.

use super::super::{Verdict, require};
use super::{APPROVERS, Condition, Deal, Leg, Rules, THRESHOLD};

impl Deal {
    /// Whether the condition is fulfilled or has failed, the clock's word included.
    pub(super) fn fulfilled(&self, now_ms: u64) -> Option<bool> {
        let Rules::Conditional {
            expiry_ms,
            condition,
        } = &self.plan.rules
        else {
            return None;
        };
        let due = matches!(condition, Condition::From(from_ms) if now_ms >= *from_ms);
        let late = now_ms > *expiry_ms;
        self.decided
            .or(due.then_some(true))
            .or(late.then_some(false))
    }

    /// The contrary of what was attested is put on record, whenever it comes.
    pub(super) fn attest(&mut self, genuine: bool, outcome: bool, now_ms: u64) -> Verdict {
        require(self.waits_for(Condition::Attested), "deal_bad_terms")?;
        require(genuine, "bad_attestation")?;
        if self.attested == Some(!outcome) {
            self.equivocated = true;
            return Ok(());
        }
        require(self.fulfilled(now_ms).is_none(), "condition_decided")?;
        self.attested = Some(outcome);
        self.decided = Some(outcome);
        Ok(())
    }

    pub(super) fn approve(&mut self, approver: usize, now_ms: u64) -> Verdict {
        require(self.waits_for(Condition::Approved), "deal_bad_terms")?;
        require(self.fulfilled(now_ms).is_none(), "condition_decided")?;
        let fresh = approver < APPROVERS && self.approved.insert(approver);
        require(fresh, "not_approver")?;
        if self.approved.len() >= THRESHOLD {
            self.decided = Some(true);
        }
        Ok(())
    }

    /// The payee gives up what it was not paid.
    pub(super) fn decline(&mut self, by: usize, now_ms: u64) -> Verdict {
        require(by == 1, "not_deal_party")?;
        let failed = self.fulfilled(now_ms) == Some(false);
        let over = failed || self.legs[0] == Leg::Released;
        require(!over, "condition_decided")?;
        self.decided = Some(false);
        Ok(())
    }

    fn waits_for(&self, what: Condition) -> bool {
        matches!(&self.plan.rules, Rules::Conditional { condition, .. } if *condition == what)
    }
}
