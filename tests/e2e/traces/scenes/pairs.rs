//! Delivery and payment versus payment.

use obolus_abi::ContractId;
use obolus_abi::deal::pair::{Pair, PvpInit};
use obolus_abi::deal::{DealMsg, LegState};
use obolus_contract_dvp as dvp_code;
use obolus_contract_pvp as pvp_code;
use obolus_contracts as wasm;

use super::{HOUR, Scene, asked, refused, stage};
use crate::contracts::settle::calls::Way;
use crate::contracts::settle::plans::{PairPlan, rated};
use crate::contracts::settle::stage::{DVP, PVP, RATIO_KEY, Stage};

pub fn dvp() -> Scene {
    let code = (dvp_code::ENTRIES, wasm::DVP);
    let (mut stage, from) = stage(2, code, &());
    life(&mut stage, DVP);

    let parts = [
        (vec![stage.fund(0, 0, 70)], stage.gift(0, 60, 1)),
        (vec![stage.fund(1, 1, 90)], stage.gift(1, 90, 0)),
    ];
    let (swap, _) = stage.swap(&parts);
    let unsigned = swap.clone().but(|_, tx| tx.spend_keys.clear());
    refused(&mut stage, &unsigned);
    stage.accept::<_, ()>(swap.clone());
    stage.end_block();
    refused(&mut stage, &swap);
    Scene::of("dvp", wasm::DVP, DVP, (&stage, from))
}

pub fn pvp() -> Scene {
    let init = PvpInit {
        ratio_key: RATIO_KEY,
    };
    let code = (pvp_code::ENTRIES, wasm::PVP);
    let (mut stage, from) = stage(2, code, &init);
    life(&mut stage, PVP);
    Scene::of("pvp", wasm::PVP, PVP, (&stage, from))
}

/// A deal that is settled, one that lapses, and one that is called off by who locked alone.
fn life(stage: &mut Stage, contract: ContractId) {
    let expiry = stage.ground.now() + HOUR;
    let [settled, lapsed, alone] =
        [0, 1, 2].map(|_| stage.pair(contract, [0, 1], [200, 300], [0, 1], expiry));
    for plan in [&settled, &lapsed, &alone] {
        unopened(stage, plan);
        stage.opened_pair(plan);
        unopened(stage, plan);
    }
    for (plan, legs) in [(&settled, 2), (&lapsed, 2), (&alone, 1)] {
        for leg in 0..legs {
            let note = stage.fund(usize::from(leg), usize::from(leg), 300);
            let (deposit, _) = stage.deposit(plan, leg, &[note]);
            let unproven = deposit.clone().but(|_, tx| tx.proofs.clear());
            refused(stage, &unproven);
            stage.accept::<_, u64>(deposit.clone());
            refused(stage, &deposit);
        }
        stage.end_block();
    }
    let early = stage.pay_out(&lapsed, 0, Way::Refund);
    refused(stage, &early);
    let settle = stage.settle(&settled);
    stage.accept::<_, ()>(settle.clone());
    refused(stage, &settle);
    let off = stage.call_off(&alone, 0);
    stage.accept::<_, ()>(off);
    stage.end_block();
    stage.ground.set_time(expiry + 1);
    let late = stage.settle(&lapsed);
    refused(stage, &late);
    for leg in [0, 1] {
        let refund = stage.pay_out(&lapsed, leg, Way::Refund);
        stage.accept::<_, ()>(refund);
    }
    stage.end_block();
    let msg = DealMsg { deal: settled.id };
    let pair: Pair = asked(stage, contract, "deal", &msg);
    assert!(pair.legs.iter().all(|leg| leg.state == LegState::Released));
}

/// An opening that nobody signed.
fn unopened(stage: &mut Stage, plan: &PairPlan) {
    if plan.contract == PVP {
        let open = stage.open_rated(&rated(&plan.terms), None);
        refused(stage, &open.but(|_, tx| tx.spend_keys.clear()));
    } else {
        let open = stage.open_pair(&plan.terms);
        refused(stage, &open.but(|_, tx| tx.spend_keys.clear()));
    }
}
