//! The honest life of each contract, natively and as WASM.

use obolus_abi::deal::atomic::NetEvent;
use obolus_abi::deal::conditional::{Condition, Conditional, ConditionalEvent, Verdict};
use obolus_abi::deal::pair::{Pair, PairEvent};
use obolus_abi::deal::standing::{Standing, StandingEvent};
use obolus_abi::deal::{DealMsg, LegState};
use obolus_abi::{ContractId, DealId, RoleKey, RoleSet};
use obolus_sdk::BorshDeserialize;

use super::calls::Way;
use super::ground::Ground;
use super::plans::RATE;
use super::stage::{CONDITIONAL, DVP, NETTING, PVP, STANDING, Stage};

const HOUR: u64 = 3_600_000;

fn stage(tokens: usize) -> Stage {
    Stage::new(Ground::twin(), tokens)
}

#[test]
fn a_pair_opens_is_locked_and_settles_at_dvp_and_at_pvp() {
    let mut stage = stage(2);
    let now = stage.ground.now();
    for contract in [DVP, PVP] {
        let plan = stage.pair(contract, [0, 1], [200, 300], [0, 1], now + HOUR);
        stage.opened_pair(&plan);
        let notes = [stage.fund(0, 0, 250), stage.fund(1, 1, 300)];
        for leg in [0, 1] {
            let (deposit, change) = stage.deposit(&plan, leg, &[notes[usize::from(leg)]]);
            let position: u64 = stage.accept(deposit);
            let leaf = stage.leaves(usize::from(leg))[position as usize];
            assert_eq!(leaf, plan.terms.legs[usize::from(leg)].deposit);
            assert_eq!(change.value, if leg == 0 { 50 } else { 0 });
        }
        stage.end_block();
        let settle = stage.settle(&plan);
        stage.accept::<_, ()>(settle);
        for leg in &plan.legs {
            assert!(stage.leaves(leg.release.token).contains(&leg.release.cm()));
        }
        let pair: Pair = stage
            .ground
            .query(contract, "deal", &DealMsg { deal: plan.id })
            .unwrap();
        assert!(pair.legs.iter().all(|leg| leg.state == LegState::Released));
        let events: Vec<PairEvent> = stage.events_of(contract);
        let rate = (contract == PVP).then_some(RATE);
        assert_eq!(events.len(), 4);
        assert_eq!(
            events[0],
            PairEvent::Opened {
                deal: plan.id,
                terms: plan.terms.clone(),
                rate
            }
        );
        assert_eq!(events[3], PairEvent::Settled { deal: plan.id });
    }
}

fn shown<R: BorshDeserialize>(stage: &mut Stage, contract: ContractId, deal: DealId) -> R {
    stage
        .ground
        .query(contract, "deal", &DealMsg { deal })
        .unwrap()
}

#[test]
fn a_swap_pays_both_in_one_transaction_and_locks_nothing() {
    let mut stage = stage(2);
    let notes = [stage.fund(0, 0, 70), stage.fund(1, 1, 90)];
    let parts = [
        (vec![notes[0]], stage.gift(0, 60, 1)),
        (vec![notes[1]], stage.gift(1, 90, 0)),
    ];
    let (swap, changes) = stage.swap(&parts);
    stage.accept::<_, ()>(swap);
    assert_eq!(changes.iter().map(|note| note.value).sum::<u64>(), 10);
    for (_, paid) in &parts {
        assert!(stage.leaves(paid.token).contains(&paid.cm()));
    }
    let tokens = [0, 1].map(|token: usize| stage.tokens[token].token);
    assert_eq!(
        stage.events_of::<PairEvent>(DVP),
        [PairEvent::Swapped { tokens }]
    );
}

#[test]
fn a_cycle_is_netted_over_three_tokens_in_up_to_eight_payments() {
    let mut stage = stage(3);
    // Party p pays token t to its neighbour; eight payments in all.
    let mut parts = Vec::new();
    for number in 0..8 {
        let (token, party) = (number % 3, (number / 3) % 3);
        let note = stage.fund(token, party, 10 + number as u64);
        parts.push((vec![note], stage.gift(token, 10, (party + 1) % 3)));
    }
    let (net, _) = stage.net(&parts);
    stage.accept::<_, ()>(net);
    for (_, paid) in &parts {
        assert!(stage.leaves(paid.token).contains(&paid.cm()));
    }
    let settled = NetEvent::Settled {
        obligations: [8; 32],
        payments: 8,
    };
    assert_eq!(stage.events_of::<NetEvent>(NETTING), [settled]);
}

#[test]
fn an_oracle_decides_a_payment_either_way() {
    let mut stage = stage(1);
    let now = stage.ground.now();
    let statement = [3; 32];
    for outcome in [true, false] {
        let condition = Condition::Oracle {
            key: stage.ground.oracle(5),
            statement,
        };
        let plan = stage.conditional((0, 40), [0, 1], condition, now + HOUR);
        let open = stage.open_conditional(&plan.terms);
        assert_eq!(stage.accept::<_, DealId>(open), plan.id);
        let note = stage.fund(0, 0, 40);
        let (deposit, _) = stage.deposit(&plan, 0, &[note]);
        stage.accept::<_, u64>(deposit);
        stage.end_block();
        let attest = stage.attest(&plan, 5, &statement, outcome);
        stage.accept::<_, ()>(attest);
        let way = if outcome { Way::Release } else { Way::Refund };
        let payout = stage.pay_out(&plan, 0, way);
        stage.accept::<_, ()>(payout);
        let deal: Conditional = shown(&mut stage, CONDITIONAL, plan.id);
        assert_eq!(deal.attested, Some(outcome));
        let (verdict, state, event) = if outcome {
            let event = ConditionalEvent::Released { deal: plan.id };
            (Verdict::Fulfilled, LegState::Released, event)
        } else {
            let event = ConditionalEvent::Refunded { deal: plan.id };
            (Verdict::Failed, LegState::Refunded, event)
        };
        assert_eq!((deal.verdict, deal.leg.state), (verdict, state));
        let events: Vec<ConditionalEvent> = stage.events_of(CONDITIONAL);
        let decided = ConditionalEvent::Decided {
            deal: plan.id,
            fulfilled: outcome,
        };
        assert_eq!(events[events.len() - 2..], [decided, event]);
    }
}

/// The threshold of two is reached in two transactions; the third approver is not needed.
#[test]
fn approvals_add_up_over_transactions() {
    let mut stage = stage(1);
    let now = stage.ground.now();
    let keys: Vec<RoleKey> = (1..=3).map(|number| RoleKey([number; 32])).collect();
    let condition = Condition::Approvals(RoleSet {
        keys: keys.clone(),
        threshold: 2,
    });
    let plan = stage.conditional((0, 40), [0, 1], condition, now + HOUR);
    let open = stage.open_conditional(&plan.terms);
    stage.accept::<_, DealId>(open);
    let note = stage.fund(0, 0, 40);
    let (deposit, _) = stage.deposit(&plan, 0, &[note]);
    stage.accept::<_, u64>(deposit);
    stage.end_block();
    // The later key first: the list that is kept is in order all the same.
    for (key, approved) in [(2, vec![keys[2]]), (0, vec![keys[0], keys[2]])] {
        let approve = stage
            .about(&plan, "approve", &[])
            .but(|_, tx| tx.role_keys = [keys[key]].into());
        stage.accept::<_, ()>(approve);
        let deal: Conditional = shown(&mut stage, CONDITIONAL, plan.id);
        assert_eq!(deal.approved, approved);
        let fulfilled = approved.len() == 2;
        assert_eq!(deal.verdict == Verdict::Fulfilled, fulfilled);
    }
    // However late.
    stage.ground.set_time(now + 100 * HOUR);
    let release = stage.pay_out(&plan, 0, Way::Release);
    stage.accept::<_, ()>(release);
}

/// One signature more than needed in one transaction counts them all.
#[test]
fn approvals_of_one_transaction_count_together() {
    let mut stage = stage(1);
    let now = stage.ground.now();
    let keys: Vec<RoleKey> = (1..=16).map(|number| RoleKey([number; 32])).collect();
    let condition = Condition::Approvals(RoleSet {
        keys: keys.clone(),
        threshold: 15,
    });
    let plan = stage.conditional((0, 40), [0, 1], condition, now + HOUR);
    let open = stage.open_conditional(&plan.terms);
    stage.accept::<_, DealId>(open);
    let approve = stage
        .about(&plan, "approve", &[])
        .but(|_, tx| tx.role_keys = keys.iter().copied().collect());
    stage.accept::<_, ()>(approve);
    let deal: Conditional = shown(&mut stage, CONDITIONAL, plan.id);
    assert_eq!((deal.approved, deal.verdict), (keys, Verdict::Fulfilled));
}

#[test]
fn a_standing_order_pays_what_is_due_and_takes_back_what_is_cancelled() {
    let mut stage = stage(1);
    let now = stage.ground.now();
    let payments: Vec<(u64, u64)> = (1..=8).map(|n| (now + n * HOUR, 10 * n)).collect();
    let plan = stage.standing(0, [0, 1], &payments);
    let open = stage.open_standing(&plan.terms);
    assert_eq!(stage.accept::<_, DealId>(open), plan.id);
    for (leg, (_, value)) in (0..).zip(&payments) {
        let note = stage.fund(0, 0, *value);
        let (deposit, _) = stage.deposit(&plan, leg, &[note]);
        stage.accept::<_, u64>(deposit);
    }
    stage.end_block();
    // Payments 0 and 1 are due; the second exactly now.
    stage.ground.set_time(now + 2 * HOUR);
    let release = stage.pay_out(&plan, 0, Way::Release);
    stage.accept::<_, ()>(release);
    let key = plan.terms.header.payer;
    let cancel = stage.about(&plan, "cancel", &[key]);
    stage.accept::<_, ()>(cancel);
    let release = stage.pay_out(&plan, 1, Way::Release);
    stage.accept::<_, ()>(release);
    for leg in 2..8 {
        let refund = stage.pay_out(&plan, leg, Way::Refund);
        stage.accept::<_, ()>(refund);
    }
    let order: Standing = shown(&mut stage, STANDING, plan.id);
    assert_eq!(order.cancelled_ms, Some(now + 2 * HOUR));
    for (number, (_, leg)) in order.payments.iter().enumerate() {
        let released = number < 2;
        assert_eq!(leg.state == LegState::Released, released);
        assert_eq!(leg.state == LegState::Refunded, !released);
    }
    let events: Vec<StandingEvent> = stage.events_of(STANDING);
    assert_eq!(events.len(), 1 + 8 + 8 + 1);
}

#[test]
fn a_payment_from_a_time_on_waits_for_it_and_then_never_lapses() {
    let mut stage = stage(1);
    let now = stage.ground.now();
    let plan = stage.conditional((0, 40), [0, 1], Condition::Time(now + HOUR), now + HOUR);
    let open = stage.open_conditional(&plan.terms);
    stage.accept::<_, DealId>(open);
    let note = stage.fund(0, 0, 40);
    let (deposit, _) = stage.deposit(&plan, 0, &[note]);
    stage.accept::<_, u64>(deposit);
    stage.end_block();
    stage.ground.set_time(now + 1_000 * HOUR);
    let release = stage.pay_out(&plan, 0, Way::Release);
    stage.accept::<_, ()>(release);
}
