//! The rest of the table "When somebody cheats or is silent" in `docs/settlement.md`: what is not one wrong call.

use obolus_abi::deal::conditional::{Condition, Conditional, ConditionalEvent, Verdict};
use obolus_abi::deal::pair::PvpInit;
use obolus_abi::deal::{DealError as E, DealMsg, leg_preimage};
use obolus_abi::registry::{AuditorKeys, CheckRootsMsg, RegistryError};
use obolus_abi::token::{SetPausedMsg, TokenError as T, TransferDealMsg};
use obolus_abi::{ContractError, DealId};
use obolus_contract_pvp as pvp;
use obolus_contracts as wasm;

use super::super::stage::OPERATOR;
use super::calls::{Way, relayed};
use super::ground::Ground;
use super::notes::{Call, Note, Owner};
use super::plans::{PairPlan, rated};
use super::stage::{CONDITIONAL, DVP, PVP, RATIO_KEY, ROGUE, Stage};

const HOUR: u64 = 3_600_000;

fn code(error: impl Into<ContractError>) -> u16 {
    error.into().code
}

fn lock(stage: &mut Stage, plan: &PairPlan, leg: u8) -> Note {
    let legs = &plan.legs[usize::from(leg)];
    let note = stage.fund(legs.deposit.token, legs.payer, legs.deposit.value);
    let (deposit, _) = stage.deposit(plan, leg, &[note]);
    stage.accept::<_, u64>(deposit);
    stage.end_block();
    note
}

fn locked_pair(stage: &mut Stage) -> PairPlan {
    let expiry = stage.ground.now() + HOUR;
    let plan = stage.pair(DVP, [0, 1], [20, 30], [0, 1], expiry);
    stage.opened_pair(&plan);
    lock(stage, &plan, 0);
    lock(stage, &plan, 1);
    plan
}

#[test]
fn who_locks_alone_calls_off_or_waits_and_gets_everything_back() {
    let mut stage = Stage::new(Ground::twin(), 2);
    let expiry = stage.ground.now() + HOUR;
    for (leg, wait) in [(0, false), (1, false), (0, true), (1, true)] {
        let plan = stage.pair(DVP, [0, 1], [20, 30], [0, 1], expiry);
        stage.opened_pair(&plan);
        lock(&mut stage, &plan, leg);
        let now = stage.ground.now();
        let refund = if wait {
            stage.ground.set_time(expiry + 1);
            stage.pay_out(&plan, leg, Way::Refund)
        } else {
            stage.call_off(&plan, leg)
        };
        stage.accept::<_, ()>(refund);
        stage.ground.set_time(now);
        let back = plan.legs[usize::from(leg)].refund;
        assert!(stage.leaves(back.token).contains(&back.cm()));
        // The other party comes too late, and keeps its money.
        let other = 1 - leg;
        let legs = &plan.legs[usize::from(other)];
        let note = stage.fund(legs.deposit.token, legs.payer, legs.deposit.value);
        let (late, _) = stage.deposit(&plan, other, &[note]);
        stage.refuse("called off", code(E::Cancelled), &late);
    }
}

#[test]
fn a_deal_that_nobody_settles_in_time_goes_back_to_both_and_can_no_longer_be_settled() {
    let mut stage = Stage::new(Ground::twin(), 2);
    let plan = locked_pair(&mut stage);
    stage.ground.set_time(plan.terms.header.expiry_ms + 1);
    let first = stage.pay_out(&plan, 0, Way::Refund);
    let settle = stage.settle(&plan);
    stage.accept::<_, ()>(first);
    stage.refuse("one leg went back", code(E::Expired), &settle);
    let second = stage.pay_out(&plan, 1, Way::Refund);
    stage.accept::<_, ()>(second);
    for leg in &plan.legs {
        let leaves = stage.leaves(leg.deposit.token);
        assert!(leaves.contains(&leg.refund.cm()) && !leaves.contains(&leg.release.cm()));
    }
}

#[test]
fn replayed_transactions_are_refused_in_every_state() {
    let mut stage = Stage::new(Ground::twin(), 2);
    let expiry = stage.ground.now() + HOUR;
    let plan = stage.pair(DVP, [0, 1], [20, 30], [0, 1], expiry);
    let open = stage.open_pair(&plan.terms);
    stage.accept::<_, DealId>(open.clone());
    stage.refuse("opened again", code(E::DealExists), &open);
    let mut deposits = Vec::new();
    for leg in [0, 1] {
        let legs = &plan.legs[usize::from(leg)];
        let note = stage.fund(legs.deposit.token, legs.payer, legs.deposit.value);
        let (deposit, _) = stage.deposit(&plan, leg, &[note]);
        stage.accept::<_, u64>(deposit.clone());
        stage.refuse("locked again", code(E::NotEmpty), &deposit);
        deposits.push(deposit);
    }
    stage.end_block();
    let settle = stage.settle(&plan);
    stage.accept::<_, ()>(settle.clone());
    stage.refuse("settled again", code(E::NotLocked), &settle);
    for deposit in &deposits {
        stage.refuse("locked again", code(E::NotEmpty), deposit);
    }
    stage.refuse("opened again", code(E::DealExists), &open);
}

/// Deal ids hash terms, not contracts, so that two contracts can have a deal of one id. Its leg's keys differ all the same.
#[test]
fn no_contract_spends_what_another_one_holds() {
    let mut stage = Stage::new(Ground::twin(), 2);
    let plan = locked_pair(&mut stage);
    let settle = stage.settle(&plan);
    for contract in [PVP, ROGUE] {
        let elsewhere = settle.clone().at(contract);
        stage.refuse("no such deal there", code(E::NoSuchDeal), &elsewhere);
    }
    // The same terms at pvp, which is approved; owners must be new.
    let mut terms = plan.terms.clone();
    for (leg, owner) in terms.legs.iter_mut().zip([1_u64, 2]) {
        leg.owner = super::super::stage::number(1_000_000 + owner);
    }
    let taken = stage.open_rated(&rated(&plan.terms), None);
    stage.refuse("owners taken", code(RegistryError::Duplicate), &taken);
    let twin = stage.open_rated(&rated(&terms), None);
    assert_eq!(stage.accept::<_, DealId>(twin), plan.id);
    // Nothing is locked at pvp, whatever dvp holds.
    let empty = settle.clone().at(PVP);
    stage.refuse("empty there", code(E::NotLocked), &empty);
    // With money of their own in pvp's legs, the parties still cannot reach dvp's notes from there.
    let there = PairPlan {
        contract: PVP,
        ..plan.clone()
    };
    for (number, leg) in (0_u8..).zip(&mut there.legs.clone()) {
        let id = stage.ground.deal_id(&leg_preimage(&plan.id, number));
        leg.deposit.owner = Owner::Leg(PVP, id);
        let note = stage.fund(leg.deposit.token, leg.payer, leg.deposit.value);
        let (wrong, _) = stage.deposit_of(&there, number, &[note], leg.deposit);
        stage.refuse("pvp's note is not dvp's", code(E::OtherNote), &wrong);
        let agreed = plan.legs[usize::from(number)].deposit;
        let (deposit, _) = stage.deposit_of(&there, number, &[note], agreed);
        stage.accept::<_, u64>(deposit);
    }
    stage.end_block();
    let stolen = settle.clone().at(PVP);
    stage.refuse("another contract's key", code(T::NotDealKey), &stolen);
    // And the hostile contract, at the token itself.
    let direct = Call {
        contract: stage.tokens[0].token,
        entry: "transfer_deal",
        msg: TransferDealMsg {
            deal: stage.ground.deal_id(&leg_preimage(&plan.id, 0)),
            transfer: settle.msg.transfers[0].clone(),
        },
        tx: settle.tx.clone(),
    };
    stage.refuse("by a user", code(T::ContractOnly), &direct);
    stage.refuse("by a contract", code(T::NotDealKey), &relayed(&direct));
    stage.accept::<_, ()>(settle);
}

#[test]
fn a_contract_that_nobody_approved_opens_no_deal() {
    let mut stage = Stage::new(Ground::twin(), 2);
    let expiry = stage.ground.now() + HOUR;
    let plan = stage.pair(DVP, [0, 1], [20, 30], [0, 1], expiry);
    let open = stage.open_pair(&plan.terms).at(ROGUE);
    stage.refuse("unapproved", code(RegistryError::NotApproved), &open);
    // With proofs that name it.
    let open = open.but(|msg, tx| {
        tx.proofs.clear();
        for (number, leg) in (0_u8..).zip(&msg.legs) {
            stage.prove_leg(tx, ROGUE, (plan.id, number), leg);
        }
    });
    stage.refuse("unapproved", code(RegistryError::NotApproved), &open);
}

/// A payout that was proved before a freeze is stale. The party that is not frozen gets its leg back after the expiry; the
/// other one waits.
#[test]
fn a_freeze_stops_a_settlement_and_not_the_other_partys_refund() {
    let mut stage = Stage::new(Ground::twin(), 2);
    let plan = locked_pair(&mut stage);
    let settle = stage.settle(&plan);
    stage.turn(0, 1, "freeze");
    stage.refuse("frozen", code(RegistryError::SenderRoot), &settle);
    stage.ground.set_time(plan.terms.header.expiry_ms + 1);
    let refund = stage.pay_out(&plan, 0, Way::Refund);
    stage.accept::<_, ()>(refund);
    let stale = stage.pay_out(&plan, 1, Way::Refund);
    stage.turn(1, 1, "freeze");
    stage.refuse("frozen", code(RegistryError::SenderRoot), &stale);
    stage.turn(1, 1, "unfreeze");
    let refund = stage.pay_out(&plan, 1, Way::Refund);
    stage.accept::<_, ()>(refund);
}

/// One token that stands still holds up the settlement of both, and afterwards neither party has lost anything.
#[test]
fn a_paused_token_stops_both_payouts() {
    let mut stage = Stage::new(Ground::twin(), 2);
    let plan = locked_pair(&mut stage);
    let pause = |stage: &mut Stage, paused| {
        let contract = stage.tokens[1].token;
        let mut tx = stage.tx();
        tx.role_keys.insert(OPERATOR);
        let call = Call {
            contract,
            entry: "set_paused",
            msg: SetPausedMsg { paused },
            tx,
        };
        stage.accept::<_, ()>(call);
    };
    pause(&mut stage, true);
    let settle = stage.settle(&plan);
    stage.refuse("paused", code(T::Paused), &settle);
    stage.ground.set_time(plan.terms.header.expiry_ms + 1);
    let first = stage.pay_out(&plan, 0, Way::Refund);
    stage.accept::<_, ()>(first);
    let second = stage.pay_out(&plan, 1, Way::Refund);
    stage.refuse("paused", code(T::Paused), &second);
    pause(&mut stage, false);
    stage.accept::<_, ()>(second);
}

#[test]
fn an_oracle_that_says_both_is_put_on_record_and_the_first_word_counts() {
    let mut stage = Stage::new(Ground::twin(), 1);
    let now = stage.ground.now();
    let statement = [3; 32];
    for first in [true, false] {
        let condition = Condition::Oracle {
            key: stage.ground.oracle(5),
            statement,
        };
        let plan = stage.conditional((0, 40), [0, 1], condition, now + HOUR);
        let open = stage.open_conditional(&plan.terms);
        stage.accept::<_, DealId>(open);
        let note = stage.fund(0, 0, 40);
        let (deposit, _) = stage.deposit(&plan, 0, &[note]);
        stage.accept::<_, u64>(deposit);
        stage.end_block();
        let word = stage.attest(&plan, 5, &statement, first);
        let contrary = stage.attest(&plan, 5, &statement, !first);
        stage.accept::<_, ()>(word.clone());
        let shown = |stage: &mut Stage| -> Conditional {
            let msg = DealMsg { deal: plan.id };
            stage.ground.query(CONDITIONAL, "deal", &msg).unwrap()
        };
        let before = shown(&mut stage);
        // Also after the expiry.
        stage.ground.set_time(now + 2 * HOUR);
        stage.accept::<_, ()>(contrary.clone());
        assert_eq!(shown(&mut stage), before);
        let events: Vec<ConditionalEvent> = stage.events_of(CONDITIONAL);
        let equivocated = ConditionalEvent::Equivocated {
            deal: plan.id,
            attestation: contrary.msg,
        };
        assert_eq!(events.last(), Some(&equivocated));
        stage.refuse("the first word again", code(E::Decided), &word);
        let way = if first { Way::Release } else { Way::Refund };
        let payout = stage.pay_out(&plan, 0, way);
        stage.accept::<_, ()>(payout);
        stage.ground.set_time(now);
    }
}

/// The payee gives up what is its own: before anything was decided, and after that too.
#[test]
fn a_payee_that_declines_sends_the_money_back_at_once() {
    let mut stage = Stage::new(Ground::twin(), 1);
    let now = stage.ground.now();
    let statement = [3; 32];
    for fulfilled in [false, true] {
        let condition = Condition::Oracle {
            key: stage.ground.oracle(5),
            statement,
        };
        let plan = stage.conditional((0, 40), [0, 1], condition, now + HOUR);
        let open = stage.open_conditional(&plan.terms);
        stage.accept::<_, DealId>(open);
        let note = stage.fund(0, 0, 40);
        let (deposit, _) = stage.deposit(&plan, 0, &[note]);
        stage.accept::<_, u64>(deposit);
        stage.end_block();
        if fulfilled {
            let attest = stage.attest(&plan, 5, &statement, true);
            stage.accept::<_, ()>(attest);
        }
        let decline = stage.about(&plan, "decline", &[plan.terms.header.payee]);
        stage.accept::<_, ()>(decline);
        let release = stage.pay_out(&plan, 0, Way::Release);
        stage.refuse("given up", code(E::ConditionOpen), &release);
        let refund = stage.pay_out(&plan, 0, Way::Refund);
        stage.accept::<_, ()>(refund);
        let msg = DealMsg { deal: plan.id };
        let deal: Conditional = stage.ground.query(CONDITIONAL, "deal", &msg).unwrap();
        assert_eq!(deal.verdict, Verdict::Failed);
    }
}

#[test]
fn pvp_is_instantiated_once_and_does_nothing_before() {
    let mut ground = Ground::twin();
    let contract = obolus_abi::ContractId([68; 32]);
    ground.install(contract, (pvp::ENTRIES, wasm::PVP));
    let mut stage = Stage::new(ground, 2);
    let expiry = stage.ground.now() + HOUR;
    let plan = stage.pair(PVP, [0, 1], [20, 30], [0, 1], expiry);
    let early = stage.open_rated(&rated(&plan.terms), None).at(contract);
    stage.refuse("before init", code(E::State), &early);
    let init = PvpInit {
        ratio_key: RATIO_KEY,
    };
    let again = stage
        .ground
        .try_instantiate(PVP, (pvp::ENTRIES, wasm::PVP), &init, &early.tx)
        .map_err(|refusal| refusal.code());
    assert_eq!(again, Err(Some(code(E::State))));
}

/// A registry keeps 64 roots. Who opens deals enough makes older proofs stale, but a new one is taken.
#[test]
fn a_flood_of_new_legs_makes_a_proved_payout_stale_and_it_is_proved_again() {
    let mut stage = Stage::new(Ground::alone(), 2);
    let plan = locked_pair(&mut stage);
    let settle = stage.settle(&plan);
    let due = stage.ground.now();
    let payments: Vec<(u64, u64)> = (1..=8).map(|n| (due + n, 1)).collect();
    let mut fresh = Vec::new();
    for count in [8, 8, 8, 8, 8, 8, 8, 7, 1] {
        // 63 legs later the proof's root is the oldest that is kept; one more, and it is gone.
        let plan = stage.standing(0, [2, 1], &payments[..count]);
        let open = stage.open_standing(&plan.terms);
        stage.accept::<_, DealId>(open);
        if count < 8 {
            let registry = stage.tokens[0].registry;
            let check = CheckRootsMsg {
                sender_root: Some(settle.msg.transfers[0].sender_root),
                ..CheckRootsMsg::default()
            };
            let answer: Result<AuditorKeys, _> =
                stage.ground.query(registry, "check_roots", &check);
            fresh.push(answer.is_ok());
        }
    }
    assert_eq!(fresh, [true, false]);
    stage.refuse("stale", code(RegistryError::SenderRoot), &settle);
    let again = stage.settle(&plan);
    stage.accept::<_, ()>(again);
}
