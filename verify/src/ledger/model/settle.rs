//! The settlement contracts' rules, written a second time from `docs/settlement.md`.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::deal::atomic::{NetMsg, Payment, SwapMsg};
use obolus_abi::deal::pair::PvpInit;
use obolus_abi::deal::{DealError, LEG_LIMIT, Leg, LegState, LegTerms, MAX_LEGS};
use obolus_abi::registry::OpenDealMsg;
use obolus_abi::token::TransferMsg;
use obolus_abi::{ContractId, DealId, PointBytes};
use obolus_protocol::deal::leg_id;

use super::call::{Call, CallFault};
use super::{Kind, keys, kind, registry, token};
use crate::ledger::state::State;

mod conditional;
mod pair;
mod standing;

/// A call while it runs: the state, the user's call, and the tokens whose note trees it appended to.
pub(super) struct Run<'a, 'b> {
    pub(super) state: &'a mut State,
    pub(super) call: &'a Call<'b>,
    pub(super) changed: &'a mut BTreeSet<ContractId>,
}

/// Where a leg's note goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Payout {
    Release,
    Refund,
}

/// Instantiation.
///
/// # Errors
/// [`CallFault`].
pub(super) fn init(
    state: &mut State,
    contract: &ContractId,
    kind: Kind,
    arguments: &[u8],
) -> Result<(), CallFault> {
    let bad = || CallFault::Arguments("init".to_owned());
    if kind == Kind::Pvp {
        let msg: PvpInit = borsh::from_slice(arguments).map_err(|_| bad())?;
        return Ok(state.put(keys::contract_state(contract), &msg.ratio_key)?);
    }
    if arguments.is_empty() {
        Ok(())
    } else {
        Err(bad())
    }
}

impl Run<'_, '_> {
    /// The user's call of an entry.
    pub(super) fn entry(&mut self, kind: Kind) -> Result<(), CallFault> {
        let entry = self.call.body().entry.as_str();
        match (kind, entry) {
            (_, "init") => Err(CallFault::contract(DealError::State)),
            (Kind::Dvp | Kind::Pvp, "open" | "deposit" | "settle" | "refund" | "deal") => {
                self.pair(kind, entry)
            }
            (Kind::Dvp, "swap") => self.swap(),
            (Kind::Netting, "settle") => self.net(),
            (Kind::Conditional, entry) => self.conditional(entry),
            (Kind::Standing, entry) => self.standing(entry),
            (_, other) => Err(CallFault::NoEntry(other.to_owned())),
        }
    }

    fn swap(&mut self) -> Result<(), CallFault> {
        let SwapMsg { payments } = self.call.args()?;
        let [first, second] = &payments;
        if first.token == second.token {
            return Err(CallFault::contract(DealError::BadTerms));
        }
        self.pass(&payments)
    }

    fn net(&mut self) -> Result<(), CallFault> {
        let NetMsg { payments, .. } = self.call.args()?;
        if payments.is_empty() || payments.len() > MAX_LEGS {
            return Err(CallFault::contract(DealError::BadTerms));
        }
        self.pass(&payments)
    }

    fn pass(&mut self, payments: &[Payment]) -> Result<(), CallFault> {
        for payment in payments {
            self.pay(&payment.token, &payment.transfer)?;
        }
        Ok(())
    }

    /// Passes a user's payment on.
    fn pay(&mut self, to: &ContractId, transfer: &TransferMsg) -> Result<(), CallFault> {
        self.is_token(to)?;
        let nested = self.call.nested(*to, "transfer_for")?;
        token::transfer_for(self.state, &nested, transfer)?;
        self.changed.insert(*to);
        Ok(())
    }

    /// A contract of unknown code may do anything, so the replay ends there.
    fn is_token(&self, contract: &ContractId) -> Result<(), CallFault> {
        match kind(self.state, contract) {
            Ok(Kind::Token) => Ok(()),
            Ok(Kind::Unknown) => Err(CallFault::Unknown(*contract)),
            Ok(_) | Err(CallFault::NoContract(_)) => Err(CallFault::contract(DealError::NoToken)),
            Err(fault) => Err(fault),
        }
    }

    fn open_leg(&mut self, deal: &DealId, leg: u8, terms: &LegTerms) -> Result<Leg, CallFault> {
        self.is_token(&terms.token)?;
        let registry = token::registry_of(self.state, &terms.token)?;
        let nested = self.call.nested(registry, "open_deal")?;
        let message = OpenDealMsg {
            deal: leg_id(deal, leg),
            owner: terms.owner,
            limit: LEG_LIMIT,
            r: terms.r,
            c1: terms.c1,
        };
        registry::open_deal(self.state, &nested, &message)?;
        Ok(Leg {
            token: terms.token,
            deposit: terms.deposit,
            release: terms.release,
            refund: terms.refund,
            state: LegState::Empty,
        })
    }

    fn lock(&mut self, leg: &mut Leg, transfer: &TransferMsg) -> Result<(), CallFault> {
        if leg.state != LegState::Empty {
            return Err(CallFault::contract(DealError::NotEmpty));
        }
        if transfer.cm1 != leg.deposit {
            return Err(CallFault::contract(DealError::OtherNote));
        }
        self.pay(&leg.token, transfer)?;
        // Where it is, is the token's to know.
        leg.state = LegState::Locked { position: 0 };
        Ok(())
    }

    fn pay_out(
        &mut self,
        deal: &DealId,
        number: u8,
        leg: &mut Leg,
        payout: Payout,
        transfer: &TransferMsg,
    ) -> Result<(), CallFault> {
        if !is_locked(leg) {
            return Err(CallFault::contract(DealError::NotLocked));
        }
        let (agreed, state) = match payout {
            Payout::Release => (leg.release, LegState::Released),
            Payout::Refund => (leg.refund, LegState::Refunded),
        };
        if transfer.cm1 != agreed {
            return Err(CallFault::contract(DealError::OtherNote));
        }
        let nested = self.call.nested(leg.token, "transfer_deal")?;
        token::transfer_deal(self.state, &nested, &leg_id(deal, number), transfer)?;
        self.changed.insert(leg.token);
        leg.state = state;
        Ok(())
    }

    fn signed_by(&self, party: &PointBytes) -> Result<(), CallFault> {
        self.call.spend_authorised(party, DealError::NotParty)
    }

    fn key(&self, deal: &DealId) -> Vec<u8> {
        keys::item(&self.call.callee, keys::DEAL, &[&deal.0])
    }

    fn load<T: BorshDeserialize>(&self, deal: &DealId) -> Result<T, CallFault> {
        let found = self.state.get(&self.key(deal))?;
        found.ok_or_else(|| CallFault::contract(DealError::NoSuchDeal))
    }

    fn store<T: BorshSerialize>(&mut self, deal: &DealId, value: &T) -> Result<(), CallFault> {
        let key = self.key(deal);
        Ok(self.state.put(key, value)?)
    }

    fn is_new(&self, deal: &DealId) -> Result<(), CallFault> {
        if self.state.contains(&self.key(deal))? {
            return Err(CallFault::contract(DealError::DealExists));
        }
        Ok(())
    }
}

const fn is_locked(leg: &Leg) -> bool {
    matches!(leg.state, LegState::Locked { .. })
}
