//! Deals as their parties agree on them: terms for the contract, and the notes that the terms' commitments hide.

use obolus_abi::deal::conditional::{Condition, ConditionalHeader, OpenConditionalMsg};
use obolus_abi::deal::pair::{OpenPairMsg, OpenPvpMsg, PairHeader, RateMsg};
use obolus_abi::deal::standing::{OpenStandingMsg, StandingHeader};
use obolus_abi::deal::{LegTerms, leg_preimage};
use obolus_abi::{ContractId, DealId, PointBytes};
use obolus_sdk::mock::ToyMaths;

use super::super::stage::number;
use super::notes::{Note, Owner};
use super::stage::{CONDITIONAL, STANDING, Stage};

/// One leg with what is behind its commitments.
#[derive(Clone, Debug)]
pub struct LegPlan {
    pub terms: LegTerms,
    pub deposit: Note,
    pub release: Note,
    pub refund: Note,
    /// The payer, and its key of this deal.
    pub payer: usize,
    pub payer_key: PointBytes,
}

/// A deal.
#[derive(Clone, Debug)]
pub struct Plan<T> {
    pub contract: ContractId,
    pub id: DealId,
    pub terms: T,
    pub legs: Vec<LegPlan>,
}

impl<T> Plan<T> {
    /// Without its terms.
    pub fn bare(&self) -> Plan<()> {
        Plan {
            contract: self.contract,
            id: self.id,
            terms: (),
            legs: self.legs.clone(),
        }
    }
}

/// Both kinds of pairs, and what else has terms.
pub type PairPlan = Plan<OpenPairMsg>;
pub type ConditionalPlan = Plan<OpenConditionalMsg>;
pub type StandingPlan = Plan<OpenStandingMsg>;

/// The rate that pvp deals here agree on: 3 of the second token for 2 of the first.
pub const RATE: RateMsg = RateMsg { p: 3, q: 2 };

/// A pair as pvp opens it.
pub fn rated(pair: &OpenPairMsg) -> OpenPvpMsg {
    OpenPvpMsg {
        pair: pair.clone(),
        rate: RATE,
    }
}

impl Stage {
    /// A key of one deal, of a party.
    pub fn deal_key(&mut self) -> PointBytes {
        let serial = self.serial();
        self.ground.point(serial)
    }

    fn nonce(&mut self) -> [u8; 32] {
        ToyMaths::mix("nonce", &[&self.serial().to_le_bytes()]).0
    }

    fn leg(
        &mut self,
        (contract, deal, leg): (ContractId, DealId, u8),
        (token, value): (usize, u64),
        (payer, payer_key): (usize, PointBytes),
        payee: usize,
    ) -> LegPlan {
        let id = self.ground.deal_id(&leg_preimage(&deal, leg));
        let deposit = self.note(token, value, Owner::Leg(contract, id));
        let release = self.note(token, value, Owner::Party(payee));
        let refund = self.note(token, value, Owner::Party(payer));
        let terms = LegTerms {
            token: self.tokens[token].token,
            owner: ToyMaths::mix("leg owner", &[&contract.0, &id.0]),
            r: self.escrow,
            c1: number(6),
            deposit: deposit.cm(),
            release: release.cm(),
            refund: refund.cm(),
        };
        LegPlan {
            terms,
            deposit,
            release,
            refund,
            payer,
            payer_key,
        }
    }

    /// Party `parties[i]` pays `values[i]` of `tokens[i]` to the other.
    pub fn pair(
        &mut self,
        contract: ContractId,
        tokens: [usize; 2],
        values: [u64; 2],
        parties: [usize; 2],
        expiry_ms: u64,
    ) -> PairPlan {
        let header = PairHeader {
            tokens: tokens.map(|token| self.tokens[token].token),
            parties: [self.deal_key(), self.deal_key()],
            expiry_ms,
            nonce: self.nonce(),
        };
        let id = self.ground.deal_id(&header.preimage());
        let legs = [0, 1].map(|leg| {
            self.leg(
                (contract, id, leg as u8),
                (tokens[leg], values[leg]),
                (parties[leg], header.parties[leg]),
                parties[1 - leg],
            )
        });
        let terms = OpenPairMsg {
            header,
            legs: legs.each_ref().map(|leg| leg.terms.clone()),
        };
        Plan {
            contract,
            id,
            terms,
            legs: legs.to_vec(),
        }
    }

    pub fn conditional(
        &mut self,
        (token, value): (usize, u64),
        [payer, payee]: [usize; 2],
        condition: Condition,
        expiry_ms: u64,
    ) -> ConditionalPlan {
        let header = ConditionalHeader {
            token: self.tokens[token].token,
            payer: self.deal_key(),
            payee: self.deal_key(),
            condition,
            expiry_ms,
            nonce: self.nonce(),
        };
        let id = self.ground.deal_id(&header.preimage());
        let by = (payer, header.payer);
        let leg = self.leg((CONDITIONAL, id, 0), (token, value), by, payee);
        Plan {
            contract: CONDITIONAL,
            id,
            terms: OpenConditionalMsg {
                header,
                leg: leg.terms.clone(),
            },
            legs: vec![leg],
        }
    }

    /// Payments by the time when they are due, and their amounts.
    pub fn standing(
        &mut self,
        token: usize,
        [payer, payee]: [usize; 2],
        payments: &[(u64, u64)],
    ) -> StandingPlan {
        let header = StandingHeader {
            token: self.tokens[token].token,
            payer: self.deal_key(),
            due_ms: payments.iter().map(|(due_ms, _)| *due_ms).collect(),
            nonce: self.nonce(),
        };
        let id = self.ground.deal_id(&header.preimage());
        let by = (payer, header.payer);
        let legs: Vec<LegPlan> = (0_u8..)
            .zip(payments)
            .map(|(leg, (_, value))| self.leg((STANDING, id, leg), (token, *value), by, payee))
            .collect();
        Plan {
            contract: STANDING,
            id,
            terms: OpenStandingMsg {
                header,
                legs: legs.iter().map(|leg| leg.terms.clone()).collect(),
            },
            legs,
        }
    }
}
