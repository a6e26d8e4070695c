//! Two legs against each other.

use obolus_abi::KeyId;
use obolus_abi::deal::pair::{OpenPairMsg, OpenPvpMsg, Pair, SettleMsg};
use obolus_abi::deal::{DealError, DepositMsg, Leg, LegState, PayOutMsg};
use obolus_protocol::deal::deal_id;

use super::{CallFault, Kind, Payout, Run, is_locked, keys};

impl Run<'_, '_> {
    pub(super) fn pair(&mut self, kind: Kind, entry: &str) -> Result<(), CallFault> {
        match (kind, entry) {
            (Kind::Pvp, "open") => self.open_at_rate(),
            (_, "open") => {
                let msg = self.call.args()?;
                self.open_pair(&msg)
            }
            (_, "deposit") => self.deposit_pair(),
            (_, "settle") => self.settle_pair(),
            (_, "refund") => self.refund_pair(),
            // Read-only.
            _ => Ok(()),
        }
    }

    fn open_at_rate(&mut self) -> Result<(), CallFault> {
        let msg: OpenPvpMsg = self.call.args()?;
        let key: Option<KeyId> = self.state.get(&keys::contract_state(&self.call.callee))?;
        let key = key.ok_or_else(|| CallFault::contract(DealError::State))?;
        if msg.rate.p == 0 || msg.rate.q == 0 {
            return Err(CallFault::contract(DealError::BadTerms));
        }
        let inputs = msg.inputs(self.call.context()).to_array();
        self.call.proof_holds(&key, &inputs, DealError::BadRate)?;
        self.open_pair(&msg.pair)
    }

    fn open_pair(&mut self, msg: &OpenPairMsg) -> Result<(), CallFault> {
        let [first, second] = &msg.legs;
        let [one, other] = &msg.header.parties;
        let tokens = [first.token, second.token];
        if msg.header.tokens != tokens || first.token == second.token || one == other {
            return Err(CallFault::contract(DealError::BadTerms));
        }
        if self.call.time_ms > msg.header.expiry_ms {
            return Err(CallFault::contract(DealError::Expired));
        }
        self.signed_by(one)?;
        let deal = deal_id(&msg.header.preimage());
        self.is_new(&deal)?;
        let pair = Pair {
            parties: msg.header.parties,
            expiry_ms: msg.header.expiry_ms,
            legs: [
                self.open_leg(&deal, 0, first)?,
                self.open_leg(&deal, 1, second)?,
            ],
        };
        self.store(&deal, &pair)
    }

    fn deposit_pair(&mut self) -> Result<(), CallFault> {
        let msg: DepositMsg = self.call.args()?;
        let mut pair: Pair = self.load(&msg.deal)?;
        if pair.legs.iter().any(|leg| leg.state == LegState::Refunded) {
            return Err(CallFault::contract(DealError::Cancelled));
        }
        let number = usize::from(msg.leg);
        let payer = *pair.parties.get(number).ok_or_else(no_such_leg)?;
        if self.call.time_ms > pair.expiry_ms {
            return Err(CallFault::contract(DealError::Expired));
        }
        self.signed_by(&payer)?;
        let leg = pair.legs.get_mut(number).ok_or_else(no_such_leg)?;
        self.lock(leg, &msg.transfer)?;
        self.store(&msg.deal, &pair)
    }

    fn settle_pair(&mut self) -> Result<(), CallFault> {
        let msg: SettleMsg = self.call.args()?;
        let mut pair: Pair = self.load(&msg.deal)?;
        if self.call.time_ms > pair.expiry_ms {
            return Err(CallFault::contract(DealError::Expired));
        }
        if !pair.legs.iter().all(is_locked) {
            return Err(CallFault::contract(DealError::NotLocked));
        }
        let legs = pair.legs.iter_mut().zip(&msg.transfers);
        for (number, (leg, transfer)) in (0..).zip(legs) {
            self.pay_out(&msg.deal, number, leg, Payout::Release, transfer)?;
        }
        self.store(&msg.deal, &pair)
    }

    fn refund_pair(&mut self) -> Result<(), CallFault> {
        let msg: PayOutMsg = self.call.args()?;
        let mut pair: Pair = self.load(&msg.deal)?;
        let number = usize::from(msg.leg);
        let payer = *pair.parties.get(number).ok_or_else(no_such_leg)?;
        if self.call.time_ms <= pair.expiry_ms {
            let [first, second] = &pair.legs;
            let other = if number == 0 { second } else { first };
            if is_locked(other) {
                return Err(CallFault::contract(DealError::Bound));
            }
            self.signed_by(&payer)?;
        }
        let leg: &mut Leg = pair.legs.get_mut(number).ok_or_else(no_such_leg)?;
        self.pay_out(&msg.deal, msg.leg, leg, Payout::Refund, &msg.transfer)?;
        self.store(&msg.deal, &pair)
    }
}

fn no_such_leg() -> CallFault {
    CallFault::contract(DealError::NoSuchLeg)
}
