//! What conditional refuses of attestations, approvals and declines.

use obolus_abi::RoleKey;
use obolus_abi::deal::DealError as E;

use super::super::calls::relayed;
use super::super::cases::Cases;
use super::super::plans::ConditionalPlan;
use super::super::stage::Stage;
use super::{APPROVERS, Deals, NOWHERE, ORACLE, STATEMENT};

pub fn deciding(cases: &mut Cases, stage: &mut Stage, deals: &Deals) {
    let expiry = deals.empty.terms.header.expiry_ms;
    let a = "attest";
    let call = stage.attest(&deals.oracle, ORACLE, &STATEMENT, true);
    cases.add((a, "by a contract"), E::UserOnly, relayed(&call));
    let nowhere = call.clone().but(|m, _| m.deal = NOWHERE);
    cases.add((a, "no such deal"), E::NoSuchDeal, nowhere);
    for (name, plan) in [("approvals", &deals.approvals), ("a time", &deals.time)] {
        let call = stage.attest(plan, ORACLE, &STATEMENT, true);
        cases.add((a, name), E::BadTerms, call);
    }
    let other = stage.attest(&deals.oracle, ORACLE + 1, &STATEMENT, true);
    cases.add((a, "another oracle"), E::BadAttestation, other);
    let other = stage.attest(&deals.oracle, ORACLE, &[9; 32], true);
    cases.add((a, "another statement"), E::BadAttestation, other);
    let turned = call.clone().but(|m, _| m.outcome = false);
    cases.add((a, "the outcome turned"), E::BadAttestation, turned);
    let bent = call.but(|m, _| m.signature[63] ^= 1);
    cases.add((a, "a bent signature"), E::BadAttestation, bent);
    for (name, plan, outcome) in [
        ("true again", &deals.fulfilled, true),
        ("false again", &deals.failed, false),
        ("true again after the payout", &deals.released, true),
    ] {
        let call = stage.attest(plan, ORACLE, &STATEMENT, outcome);
        cases.add((a, name), E::Decided, call);
    }

    let p = "approve";
    let approve = |stage: &mut Stage, plan: &ConditionalPlan, keys: &[RoleKey]| {
        stage
            .about(plan, "approve", &[])
            .but(|_, tx| tx.role_keys = keys.iter().copied().collect())
    };
    let call = approve(stage, &deals.approvals, &APPROVERS);
    cases.add((p, "by a contract"), E::UserOnly, relayed(&call));
    let nowhere = call.but(|m, _| m.deal = NOWHERE);
    cases.add((p, "no such deal"), E::NoSuchDeal, nowhere);
    for (name, plan) in [("an oracle", &deals.oracle), ("a time", &deals.time)] {
        let call = approve(stage, plan, &APPROVERS);
        cases.add((p, name), E::BadTerms, call);
    }
    for (name, keys) in [
        ("nobody", &[][..]),
        ("a stranger", &[RoleKey([9; 32])]),
        ("who approved before", &[APPROVERS[1]]),
        (
            "who approved before, and a stranger",
            &[APPROVERS[1], RoleKey([9; 32])],
        ),
    ] {
        let call = approve(stage, &deals.approvals, keys);
        cases.add((p, name), E::NotApprover, call);
    }
    let call = approve(stage, &deals.declined, &APPROVERS);
    cases.add((p, "after the payee declined"), E::Decided, call);

    let c = "decline";
    let payee = deals.oracle.terms.header.payee;
    let call = stage.about(&deals.oracle, c, &[payee]);
    cases.add((c, "by a contract"), E::UserOnly, relayed(&call));
    let nowhere = call.but(|m, _| m.deal = NOWHERE);
    cases.add((c, "no such deal"), E::NoSuchDeal, nowhere);
    let payer = deals.oracle.terms.header.payer;
    for (name, keys) in [("nobody", &[][..]), ("the payer", &[payer])] {
        let call = stage.about(&deals.oracle, c, keys);
        cases.add((c, name), E::NotParty, call);
    }
    for (name, plan) in [
        ("twice", &deals.declined),
        ("refunded", &deals.refunded),
        ("paid", &deals.released),
    ] {
        let key = plan.terms.header.payee;
        let call = stage.about(plan, c, &[key]);
        cases.add((c, name), E::Decided, call);
    }
    cases.at(expiry + 1);
    let call = stage.attest(&deals.oracle, ORACLE, &STATEMENT, true);
    cases.add((a, "one ms after the expiry"), E::Decided, call);
    let call = approve(stage, &deals.approvals, &APPROVERS);
    cases.add((p, "one ms after the expiry"), E::Decided, call);
    let call = stage.about(&deals.oracle, c, &[payee]);
    cases.add((c, "one ms after the expiry"), E::Decided, call);
}
