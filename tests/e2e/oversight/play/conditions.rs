//! What is said of deals without any payment: by oracles, approvers and parties.

use ed25519_dalek::{Signer, SigningKey};
use obolus_abi::deal::conditional::{self as abi, AttestMsg, attestation};
use obolus_abi::{RoleKey, RoleSet};
use obolus_protocol::tx::Transaction;
use obolus_wallet::AssembleError;

use super::super::oracle::{APPROVERS, Condition, DealDeed, Deed, THRESHOLD, Unable};
use super::deals::Of;
use super::{Pending, Play};

const STATEMENT: [u8; 32] = [5; 32];
/// Seeds of keys: the oracle's, another one's, the first approver's.
const ORACLE: u8 = 70;
const OTHER: u8 = 71;
const APPROVER: u8 = 72;

impl Play {
    pub(super) fn attest(&mut self, deal: usize, genuine: bool, outcome: bool) -> Option<Pending> {
        let (deal, plan) = self.deal(deal, Of::Conditional)?;
        let oracle = key(if genuine { ORACLE } else { OTHER });
        let signed = oracle.sign(&attestation(&STATEMENT, outcome));
        let message = AttestMsg {
            deal: self.deals[deal],
            outcome,
            signature: signed.to_bytes(),
        };
        let (by, contract) = (self.member_at(plan.parties[1]), self.contracts.conditional);
        let tx = self.bank.attest_condition(by, contract, &message);
        let deed = DealDeed::Attest {
            deal,
            genuine,
            outcome,
        };
        Some(self.decided(tx, Deed::Deal(deed)))
    }

    /// Who has the highest number is no approver.
    pub(super) fn approve(&mut self, deal: usize, approver: usize) -> Option<Pending> {
        let (deal, plan) = self.deal(deal, Of::Conditional)?;
        let approver = approver % (APPROVERS + 1);
        let by = self.member_at(plan.parties[0]);
        let about = (self.contracts.conditional, self.deals[deal]);
        let tx = self.bank.approve_deal(by, about, &approver_key(approver));
        let deed = DealDeed::Approve { deal, approver };
        Some(self.decided(tx, Deed::Deal(deed)))
    }

    /// By the party of that number; it is the payee's to do.
    pub(super) fn decline(&mut self, deal: usize, by: usize) -> Option<Pending> {
        let (deal, plan) = self.deal(deal, Of::Conditional)?;
        let member = self.member_at(plan.parties[by]);
        let said = self.bank.try_decline(member, &self.deals[deal]);
        let tx = self.said(said, (member, deal), "decline", by == 1);
        Some(self.decided(tx, Deed::Deal(DealDeed::Decline { deal, by })))
    }

    /// By the party of that number; it is the payer's to do.
    pub(super) fn cancel(&mut self, deal: usize, by: usize) -> Option<Pending> {
        let (deal, plan) = self.deal(deal, Of::Standing)?;
        let member = self.member_at(plan.parties[by]);
        let said = self.bank.try_cancel(member, &self.deals[deal]);
        let tx = self.said(said, (member, deal), "cancel", by == 0);
        Some(self.decided(tx, Deed::Deal(DealDeed::Cancel { deal, by })))
    }

    /// The wallet says it if it is its party's to say. If not, a modified one does.
    fn said(
        &mut self,
        said: Result<Transaction, AssembleError>,
        (member, deal): (usize, usize),
        entry: &str,
        own: bool,
    ) -> Transaction {
        match said {
            Ok(tx) if own => tx,
            Err(error) if !own && Unable::OtherParty.is(&error) => {
                self.tally.unable(Unable::OtherParty);
                self.bank.pretend(member, &self.deals[deal], entry)
            }
            other => panic!("{entry}: {:?}", other.err()),
        }
    }
}

/// What a deal waits for, as wallets say it.
pub(super) fn condition(waits_for: Condition) -> abi::Condition {
    match waits_for {
        Condition::Attested => abi::Condition::Oracle {
            key: public(&key(ORACLE)),
            statement: STATEMENT,
        },
        Condition::Approved => {
            let keys = (0..APPROVERS).map(|number| public(&approver_key(number)));
            let mut keys: Vec<_> = keys.collect();
            keys.sort_unstable();
            abi::Condition::Approvals(RoleSet {
                keys,
                threshold: THRESHOLD as u8,
            })
        }
        Condition::From(from_ms) => abi::Condition::Time(from_ms),
    }
}

fn approver_key(number: usize) -> SigningKey {
    key(APPROVER + number as u8)
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(key: &SigningKey) -> RoleKey {
    RoleKey(key.verifying_key().to_bytes())
}
