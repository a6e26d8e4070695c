//! Standing orders: what is due is paid, what was cancelled before it was due goes back.

use super::super::{Verdict, require};
use super::{Deal, Rules, Way};

impl Deal {
    pub(super) fn is_cancelled(&self, leg: usize) -> bool {
        let Rules::Standing { due_ms } = &self.plan.rules else {
            return false;
        };
        self.cancelled_ms.is_some_and(|after| due_ms[leg] > after)
    }

    pub(super) fn check_due(&self, leg: usize, way: Way, due_ms: u64, now_ms: u64) -> Verdict {
        match way {
            Way::ToPayee => {
                require(!self.is_cancelled(leg), "deal_cancelled")?;
                require(now_ms >= due_ms, "deal_not_due")
            }
            Way::Back => require(self.is_cancelled(leg), "deal_bound"),
        }
    }

    /// Once, by the payer.
    pub(super) fn cancel(&mut self, by: usize, now_ms: u64) -> Verdict {
        require(by == 0, "not_deal_party")?;
        require(self.cancelled_ms.is_none(), "deal_cancelled")?;
        self.cancelled_ms = Some(now_ms);
        Ok(())
    }
}
