//! Why the model refuses a call: the first of each entry's documented reasons that applies.

use std::collections::BTreeSet;

use obolus_abi::ContractError;
use obolus_abi::deal::DealError as E;
use obolus_abi::deal::conditional::Condition;
use obolus_abi::registry::RegistryError;
use obolus_abi::token::TokenError as T;

use super::super::calls::Way;
use super::super::notes::Note;
use super::super::stage::PVP;
use super::economy::{Act, Deal, Economy, Facts, Flow, Kind, State};

type Verdict = Result<(), ContractError>;

fn ensure(holds: bool, error: impl Into<ContractError>) -> Verdict {
    if holds { Ok(()) } else { Err(error.into()) }
}

impl Economy {
    /// Whether the contracts must accept the call, and why not.
    pub fn judge(&self, act: &Act, facts: &Facts) -> Verdict {
        if let Act::Open(deal) = act {
            return self.judge_open(deal, facts);
        }
        ensure(facts.direct, E::UserOnly)?;
        match act {
            Act::Swap(flows) => {
                ensure(flows[0].paid.token != flows[1].paid.token, E::BadTerms)?;
                return self.judge_flows(flows, facts);
            }
            Act::Net(flows) => {
                ensure((1..=8).contains(&flows.len()), E::BadTerms)?;
                return self.judge_flows(flows, facts);
            }
            _ => ensure(facts.known, E::NoSuchDeal)?,
        }
        match act {
            Act::Deposit(deal, leg, flow) => {
                self.judge_deposit(&self.deals[*deal], *leg, flow, facts)
            }
            Act::Settle(deal, flows) => self.judge_settle(&self.deals[*deal], flows, facts),
            Act::PayOut(deal, leg, way, flow) => {
                self.judge_pay_out(&self.deals[*deal], *leg, *way, flow, facts)
            }
            Act::Attest(deal, outcome) => {
                let deal = &self.deals[*deal];
                let Kind::Conditional {
                    condition: Condition::Oracle { .. },
                    attested,
                    ..
                } = &deal.kind
                else {
                    return Err(E::BadTerms.into());
                };
                ensure(facts.signed, E::BadAttestation)?;
                if *attested == Some(!outcome) {
                    return Ok(());
                }
                ensure(deal.verdict(self.now).is_none(), E::Decided)
            }
            Act::Approve(deal, signers) => {
                let deal = &self.deals[*deal];
                let Kind::Conditional {
                    condition: Condition::Approvals(role),
                    approved,
                    ..
                } = &deal.kind
                else {
                    return Err(E::BadTerms.into());
                };
                ensure(deal.verdict(self.now).is_none(), E::Decided)?;
                let new = |key| signers.contains(key) && !approved.contains(key);
                ensure(role.keys.iter().any(new), E::NotApprover)
            }
            Act::Decline(deal) => {
                ensure(facts.signed, E::NotParty)?;
                let deal = &self.deals[*deal];
                let failed = deal.verdict(self.now) == Some(false);
                let paid = deal.legs[0] == State::Released;
                ensure(!failed && !paid, E::Decided)
            }
            Act::Cancel(deal) => {
                ensure(facts.signed, E::NotParty)?;
                let twice = matches!(
                    self.deals[*deal].kind,
                    Kind::Standing {
                        cancelled: Some(_),
                        ..
                    }
                );
                ensure(!twice, E::Cancelled)
            }
            Act::Open(_) | Act::Swap(_) | Act::Net(_) => unreachable!("judged above"),
        }
    }

    fn judge_open(&self, deal: &Deal, facts: &Facts) -> Verdict {
        let rated = deal.plan.contract == PVP;
        // A proof of the rate names the caller, and a user's names none.
        ensure(facts.direct, if rated { E::BadRate } else { E::UserOnly })?;
        ensure(facts.terms, E::BadTerms)?;
        match &deal.kind {
            Kind::Pair { expiry } | Kind::Conditional { expiry, .. } => {
                ensure(self.now <= *expiry, E::Expired)?;
            }
            Kind::Standing { .. } => {}
        }
        ensure(facts.signed, E::NotParty)?;
        let exists = self.deals.iter().any(|other| other.plan.id == deal.plan.id);
        ensure(!exists, E::DealExists)?;
        ensure(facts.proved, RegistryError::BadProof)
    }

    fn judge_deposit(&self, deal: &Deal, leg: u8, flow: &Flow, facts: &Facts) -> Verdict {
        let leg = usize::from(leg);
        let there = leg < deal.legs.len();
        match &deal.kind {
            Kind::Pair { expiry } => {
                ensure(!deal.legs.contains(&State::Refunded), E::Cancelled)?;
                ensure(there, E::NoSuchLeg)?;
                ensure(self.now <= *expiry, E::Expired)?;
            }
            Kind::Conditional {
                expiry, decided, ..
            } => {
                ensure(there, E::NoSuchLeg)?;
                ensure(self.now <= *expiry, E::Expired)?;
                ensure(*decided != Some(false), E::Decided)?;
            }
            Kind::Standing { .. } => {
                ensure(there, E::NoSuchLeg)?;
                ensure(!deal.is_cancelled(leg), E::Cancelled)?;
            }
        }
        ensure(facts.signed, E::NotParty)?;
        ensure(deal.legs[leg] == State::Empty, E::NotEmpty)?;
        ensure(flow.paid == deal.plan.legs[leg].deposit, E::OtherNote)?;
        self.judge_flow(flow, &mut BTreeSet::new(), facts)
    }

    fn judge_settle(&self, deal: &Deal, flows: &[Flow; 2], facts: &Facts) -> Verdict {
        let Kind::Pair { expiry } = &deal.kind else {
            unreachable!("only pairs are settled");
        };
        ensure(self.now <= *expiry, E::Expired)?;
        let locked = deal.legs.iter().all(|state| *state == State::Locked);
        ensure(locked, E::NotLocked)?;
        for (leg, flow) in deal.plan.legs.iter().zip(flows) {
            ensure(flow.paid == leg.release, E::OtherNote)?;
            self.judge_flow(flow, &mut BTreeSet::new(), facts)?;
        }
        Ok(())
    }

    fn judge_pay_out(&self, deal: &Deal, leg: u8, way: Way, flow: &Flow, facts: &Facts) -> Verdict {
        let leg = usize::from(leg);
        ensure(leg < deal.legs.len(), E::NoSuchLeg)?;
        match &deal.kind {
            Kind::Pair { expiry } => {
                if self.now <= *expiry {
                    ensure(deal.legs[1 - leg] != State::Locked, E::Bound)?;
                    ensure(facts.signed, E::NotParty)?;
                }
            }
            Kind::Conditional { .. } => {
                let needed = Some(way == Way::Release);
                ensure(deal.verdict(self.now) == needed, E::ConditionOpen)?;
            }
            Kind::Standing { due, .. } => match way {
                Way::Release => {
                    ensure(!deal.is_cancelled(leg), E::Cancelled)?;
                    ensure(self.now >= due[leg], E::NotDue)?;
                }
                Way::Refund => ensure(deal.is_cancelled(leg), E::Bound)?,
            },
        }
        ensure(deal.legs[leg] == State::Locked, E::NotLocked)?;
        let agreed = match way {
            Way::Release => deal.plan.legs[leg].release,
            Way::Refund => deal.plan.legs[leg].refund,
        };
        ensure(flow.paid == agreed, E::OtherNote)?;
        self.judge_flow(flow, &mut BTreeSet::new(), facts)
    }

    /// Of several payments only the last one may be wrong.
    fn judge_flows(&self, flows: &[Flow], facts: &Facts) -> Verdict {
        let mut gone = BTreeSet::new();
        for (number, flow) in flows.iter().enumerate() {
            let facts = if number + 1 == flows.len() {
                *facts
            } else {
                Facts {
                    memos: facts.memos,
                    ..Facts::RIGHT
                }
            };
            self.judge_flow(flow, &mut gone, &facts)?;
        }
        Ok(())
    }

    /// One payment as the token sees it; `gone` are notes that the transaction has spent already.
    fn judge_flow(&self, flow: &Flow, gone: &mut BTreeSet<Note>, facts: &Facts) -> Verdict {
        ensure(facts.memos, T::BadMemos)?;
        for note in &flow.from {
            ensure(!self.spent.contains(note), T::DoubleSpend)?;
            ensure(gone.insert(*note), T::DoubleSpend)?;
        }
        ensure(facts.authorised, T::NotAuthorised)?;
        ensure(facts.proved, T::BadProof)
    }
}
