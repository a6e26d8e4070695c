//! Two legs against each other: both to their payees, or each back.

use super::super::{Verdict, require};
use super::{Deal, Leg};

impl Deal {
    pub(super) fn check_pair_deposit(&self, now_ms: u64) -> Verdict {
        require(!self.legs.contains(&Leg::Refunded), "deal_cancelled")?;
        require(now_ms <= self.plan.rules.expiry_ms(), "deal_expired")
    }

    pub(super) fn check_settlement(&self, now_ms: u64) -> Verdict {
        require(now_ms <= self.plan.rules.expiry_ms(), "deal_expired")?;
        let locked = self.legs.iter().all(|leg| *leg == Leg::Locked);
        require(locked, "leg_not_locked")
    }

    /// Until the expiry only a leg that stands alone goes back, and only its payer says so.
    pub(super) fn check_refund(&self, leg: usize, signed: bool, now_ms: u64) -> Verdict {
        if now_ms <= self.plan.rules.expiry_ms() {
            require(self.legs[1 - leg] != Leg::Locked, "deal_bound")?;
            require(signed, "not_deal_party")?;
        }
        Ok(())
    }
}
