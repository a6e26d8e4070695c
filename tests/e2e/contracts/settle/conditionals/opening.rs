//! What conditional refuses when a deal opens.

use obolus_abi::deal::DealError as E;
use obolus_abi::deal::conditional::{Condition, OpenConditionalMsg};
use obolus_abi::registry::RegistryError;
use obolus_abi::{ContractId, RoleKey, RoleSet};

use super::super::super::stage::number;
use super::super::calls::relayed;
use super::super::cases::Cases;
use super::super::stage::{HOSTILE, Stage};
use super::{APPROVERS, Deals, approvals};

pub fn opening(cases: &mut Cases, stage: &mut Stage, deals: &Deals) {
    let o = "open";
    let expiry = deals.empty.terms.header.expiry_ms;
    let new = stage
        .conditional((0, 20), [0, 1], approvals(), expiry)
        .terms;
    let call = stage.open_conditional(&new);
    cases.add((o, "by a contract"), E::UserOnly, relayed(&call));
    type Change<'a> = &'a dyn Fn(&mut OpenConditionalMsg);
    let role = |keys: &[RoleKey], threshold| {
        Condition::Approvals(RoleSet {
            keys: keys.to_vec(),
            threshold,
        })
    };
    let swapped = [APPROVERS[1], APPROVERS[0]];
    let terms: [(&str, E, Change); 12] = [
        ("one key for both parties", E::BadTerms, &|m| {
            m.header.payee = m.header.payer;
        }),
        ("a leg of another token", E::BadTerms, &|m| {
            m.leg.token = HOSTILE
        }),
        ("no approvers", E::BadTerms, &|m| {
            m.header.condition = role(&[], 1)
        }),
        ("a threshold of none", E::BadTerms, &|m| {
            m.header.condition = role(&APPROVERS, 0);
        }),
        ("a threshold above the approvers", E::BadTerms, &|m| {
            m.header.condition = role(&APPROVERS, 4);
        }),
        ("an approver twice", E::BadTerms, &|m| {
            m.header.condition = role(&[APPROVERS[0]; 2], 2);
        }),
        ("approvers out of order", E::BadTerms, &|m| {
            m.header.condition = role(&swapped, 1);
        }),
        ("seventeen approvers", E::BadTerms, &|m| {
            let keys: Vec<RoleKey> = (1..=17).map(|key| RoleKey([key; 32])).collect();
            m.header.condition = role(&keys, 1);
        }),
        ("a time after the expiry", E::BadTerms, &|m| {
            m.header.condition = Condition::Time(expiry + 1);
        }),
        ("a deal that exists", E::DealExists, &|m| {
            *m = deals.empty.terms.clone()
        }),
        (
            "a deal that exists, with other notes",
            E::DealExists,
            &|m| {
                *m = deals.empty.terms.clone();
                m.leg.release = number(1);
            },
        ),
        ("no contract as token", E::NoToken, &|m| {
            m.header.token = ContractId([99; 32]);
            m.leg.token = ContractId([99; 32]);
        }),
    ];
    for (name, error, change) in terms {
        let mut msg = new.clone();
        change(&mut msg);
        let call = stage.open_conditional(&msg);
        cases.add((o, name), error, call);
    }
    let payee = call
        .clone()
        .but(|m, tx| tx.spend_keys = [m.header.payee].into());
    cases.add((o, "signed by the payee"), E::NotParty, payee);
    let bare = call.clone().but(|_, tx| tx.proofs.clear());
    let name = (o, "the nullifier key not escrowed");
    cases.add(name, RegistryError::BadProof, bare);
    cases.at(expiry + 1);
    cases.add((o, "one ms after the expiry"), E::Expired, call);
}
