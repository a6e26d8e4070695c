//! Conditional payments, standing orders, netting.

use obolus_abi::deal::DealMsg;
use obolus_abi::deal::conditional::{Condition, Conditional};
use obolus_abi::deal::standing::Standing;
use obolus_abi::{DealId, RoleKey, RoleSet};
use obolus_contract_conditional as conditional_code;
use obolus_contract_netting as netting_code;
use obolus_contract_standing as standing_code;
use obolus_contracts as wasm;

use super::{HOUR, Scene, asked, refused, stage};
use crate::contracts::settle::calls::Way;
use crate::contracts::settle::plans::{ConditionalPlan, Plan};
use crate::contracts::settle::stage::{CONDITIONAL, NETTING, STANDING, Stage};

const ORACLE: u8 = 5;
const STATEMENT: [u8; 32] = [3; 32];
const APPROVERS: [RoleKey; 2] = [RoleKey([1; 32]), RoleKey([2; 32])];

pub fn conditional() -> Scene {
    let code = (conditional_code::ENTRIES, wasm::CONDITIONAL);
    let (mut stage, from) = stage(1, code, &());

    let now = stage.ground.now();
    let oracle = Condition::Oracle {
        key: stage.ground.oracle(ORACLE),
        statement: STATEMENT,
    };
    let approvals = Condition::Approvals(RoleSet {
        keys: APPROVERS.to_vec(),
        threshold: 2,
    });
    let conditions = [
        oracle.clone(),
        oracle,
        approvals.clone(),
        approvals,
        Condition::Time(now + HOUR / 2),
    ];
    let [true_, false_, approved, declined, timed] =
        conditions.map(|condition| locked(&mut stage, condition));

    for (plan, outcome) in [(&true_, true), (&false_, false)] {
        let attest = stage.attest(plan, ORACLE, &STATEMENT, outcome);
        let forged = attest.clone().but(|msg, _| msg.outcome = !outcome);
        refused(&mut stage, &forged);
        stage.accept::<_, ()>(attest.clone());
        refused(&mut stage, &attest);
    }
    for key in APPROVERS {
        let approve = stage
            .about(&approved, "approve", &[])
            .but(|_, tx| tx.role_keys = [key].into());
        let nobody = approve.clone().but(|_, tx| tx.role_keys.clear());
        refused(&mut stage, &nobody);
        stage.accept::<_, ()>(approve);
    }
    let payee = declined.terms.header.payee;
    let decline = stage.about(&declined, "decline", &[payee]);
    stage.accept::<_, ()>(decline.clone());
    refused(&mut stage, &decline);
    stage.end_block();

    let early = stage.pay_out(&timed, 0, Way::Release);
    refused(&mut stage, &early);
    stage.ground.set_time(now + HOUR / 2);
    for (plan, way) in [
        (&true_, Way::Release),
        (&false_, Way::Refund),
        (&approved, Way::Release),
        (&declined, Way::Refund),
        (&timed, Way::Release),
    ] {
        let other = match way {
            Way::Release => Way::Refund,
            Way::Refund => Way::Release,
        };
        let wrong = stage.pay_out(plan, 0, other);
        refused(&mut stage, &wrong);
        let right = stage.pay_out(plan, 0, way);
        stage.accept::<_, ()>(right);
    }
    stage.end_block();
    let msg = DealMsg { deal: true_.id };
    let deal: Conditional = asked(&mut stage, CONDITIONAL, "deal", &msg);
    assert_eq!(deal.attested, Some(true));
    Scene::of(
        "conditional",
        wasm::CONDITIONAL,
        CONDITIONAL,
        (&stage, from),
    )
}

/// A deal with its note, and what is refused on the way there.
fn locked(stage: &mut Stage, condition: Condition) -> ConditionalPlan {
    let expiry = stage.ground.now() + HOUR;
    let plan = stage.conditional((0, 40), [0, 1], condition, expiry);
    let open = stage.open_conditional(&plan.terms);
    assert_eq!(stage.accept::<_, DealId>(open.clone()), plan.id);
    refused(stage, &open);
    deposited(stage, &plan, 0, 40);
    stage.end_block();
    plan
}

fn deposited<T>(stage: &mut Stage, plan: &Plan<T>, leg: u8, value: u64) {
    let note = stage.fund(0, 0, value);
    let (deposit, _) = stage.deposit(plan, leg, &[note]);
    stage.accept::<_, u64>(deposit.clone());
    refused(stage, &deposit);
}

pub fn standing() -> Scene {
    let code = (standing_code::ENTRIES, wasm::STANDING);
    let (mut stage, from) = stage(1, code, &());

    let now = stage.ground.now();
    let payments: Vec<(u64, u64)> = (1..=4).map(|n| (now + n * HOUR, 10 * n)).collect();
    let plan = stage.standing(0, [0, 1], &payments);
    let open = stage.open_standing(&plan.terms);
    stage.accept::<_, DealId>(open.clone());
    refused(&mut stage, &open);
    for (leg, (_, value)) in (0..).zip(&payments) {
        deposited(&mut stage, &plan, leg, *value);
    }
    stage.end_block();
    let early = stage.pay_out(&plan, 0, Way::Release);
    refused(&mut stage, &early);
    let bound = stage.pay_out(&plan, 3, Way::Refund);
    refused(&mut stage, &bound);
    stage.ground.set_time(now + 2 * HOUR);
    let release = stage.pay_out(&plan, 0, Way::Release);
    stage.accept::<_, ()>(release.clone());
    refused(&mut stage, &release);
    let cancel = stage.about(&plan, "cancel", &[plan.terms.header.payer]);
    let unsigned = cancel.clone().but(|_, tx| tx.spend_keys.clear());
    refused(&mut stage, &unsigned);
    stage.accept::<_, ()>(cancel.clone());
    refused(&mut stage, &cancel);
    stage.end_block();
    let release = stage.pay_out(&plan, 1, Way::Release);
    stage.accept::<_, ()>(release);
    for leg in [2, 3] {
        let refund = stage.pay_out(&plan, leg, Way::Refund);
        stage.accept::<_, ()>(refund);
    }
    stage.end_block();
    let order: Standing = asked(&mut stage, STANDING, "deal", &DealMsg { deal: plan.id });
    assert_eq!(order.cancelled_ms, Some(now + 2 * HOUR));
    Scene::of("standing", wasm::STANDING, STANDING, (&stage, from))
}

pub fn netting() -> Scene {
    let code = (netting_code::ENTRIES, wasm::NETTING);
    let (mut stage, from) = stage(3, code, &());

    // Party p pays token t to its neighbour; eight payments in all.
    let mut parts = Vec::new();
    for number in 0..8 {
        let (token, party) = (number % 3, (number / 3) % 3);
        let note = stage.fund(token, party, 10 + number as u64);
        parts.push((vec![note], stage.gift(token, 10, (party + 1) % 3)));
    }
    let (net, _) = stage.net(&parts);
    let unproven = net.clone().but(|_, tx| tx.proofs.clear());
    refused(&mut stage, &unproven);
    let (none, _) = stage.net(&[]);
    refused(&mut stage, &none);
    stage.accept::<_, ()>(net.clone());
    stage.end_block();
    refused(&mut stage, &net);
    Scene::of("netting", wasm::NETTING, NETTING, (&stage, from))
}
