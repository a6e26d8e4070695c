//! Standing orders.

use obolus_abi::deal::standing::{OpenStandingMsg, Standing};
use obolus_abi::deal::{DealError, DealMsg, DepositMsg, MAX_LEGS, PayOutMsg};
use obolus_protocol::deal::deal_id;

use super::{CallFault, Payout, Run};

impl Run<'_, '_> {
    pub(super) fn standing(&mut self, entry: &str) -> Result<(), CallFault> {
        match entry {
            "open" => self.open_standing(),
            "deposit" => self.deposit_standing(),
            "release" => self.pay_standing(Payout::Release),
            "refund" => self.pay_standing(Payout::Refund),
            "cancel" => self.cancel(),
            "deal" => Ok(()),
            other => Err(CallFault::NoEntry(other.to_owned())),
        }
    }

    fn open_standing(&mut self) -> Result<(), CallFault> {
        let msg: OpenStandingMsg = self.call.args()?;
        let times = &msg.header.due_ms;
        let fits = (1..=MAX_LEGS).contains(&times.len())
            && times.len() == msg.legs.len()
            && times.is_sorted_by(|earlier, later| earlier < later)
            && msg.legs.iter().all(|leg| leg.token == msg.header.token);
        if !fits {
            return Err(CallFault::contract(DealError::BadTerms));
        }
        self.signed_by(&msg.header.payer)?;
        let deal = deal_id(&msg.header.preimage());
        self.is_new(&deal)?;
        let mut order = Standing {
            payer: msg.header.payer,
            cancelled_ms: None,
            payments: Vec::new(),
        };
        for (number, (due_ms, leg)) in (0..).zip(times.iter().zip(&msg.legs)) {
            let leg = self.open_leg(&deal, number, leg)?;
            order.payments.push((*due_ms, leg));
        }
        self.store(&deal, &order)
    }

    fn deposit_standing(&mut self) -> Result<(), CallFault> {
        let msg: DepositMsg = self.call.args()?;
        let mut order: Standing = self.load(&msg.deal)?;
        let payer = order.payer;
        let cancelled = order.cancelled_ms;
        let (due_ms, leg) = order
            .payments
            .get_mut(usize::from(msg.leg))
            .ok_or_else(|| CallFault::contract(DealError::NoSuchLeg))?;
        if cancelled.is_some_and(|after_ms| *due_ms > after_ms) {
            return Err(CallFault::contract(DealError::Cancelled));
        }
        self.signed_by(&payer)?;
        self.lock(leg, &msg.transfer)?;
        self.store(&msg.deal, &order)
    }

    fn pay_standing(&mut self, payout: Payout) -> Result<(), CallFault> {
        let msg: PayOutMsg = self.call.args()?;
        let mut order: Standing = self.load(&msg.deal)?;
        let cancelled_ms = order.cancelled_ms;
        let (due_ms, leg) = order
            .payments
            .get_mut(usize::from(msg.leg))
            .ok_or_else(|| CallFault::contract(DealError::NoSuchLeg))?;
        let cancelled = cancelled_ms.is_some_and(|after_ms| *due_ms > after_ms);
        let refusal = match payout {
            Payout::Release if cancelled => Some(DealError::Cancelled),
            Payout::Release if self.call.time_ms < *due_ms => Some(DealError::NotDue),
            Payout::Refund if !cancelled => Some(DealError::Bound),
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Err(CallFault::contract(refusal));
        }
        self.pay_out(&msg.deal, msg.leg, leg, payout, &msg.transfer)?;
        self.store(&msg.deal, &order)
    }

    fn cancel(&mut self) -> Result<(), CallFault> {
        let msg: DealMsg = self.call.args()?;
        let mut order: Standing = self.load(&msg.deal)?;
        self.signed_by(&order.payer)?;
        if order.cancelled_ms.is_some() {
            return Err(CallFault::contract(DealError::Cancelled));
        }
        order.cancelled_ms = Some(self.call.time_ms);
        self.store(&msg.deal, &order)
    }
}
