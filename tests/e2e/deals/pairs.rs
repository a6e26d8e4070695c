//! Delivery versus payment with locked legs.

use obolus_abi::deal::LegState;
use obolus_abi::{FieldBytes, RatioInputs};
use obolus_protocol::rate::Rate;
use obolus_tests::market::{BOND, EUR, Market, USD};
use obolus_wallet::AssembleError;
use obolus_wallet::deal::payout::Payout;
use obolus_wallet::deal::{Kind, Terms};

use super::{
    ADA, BEN, CYD, Floor, deposit, holdings, market, opened, opening, payout, settlement, terms,
};

const MINUTE: u64 = 60_000;

/// Ada sells Ben 40 bonds for 12,345.67 dollars.
fn trade(market: &mut Floor) -> Terms {
    let expiry_ms = market.now() + MINUTE;
    let legs = [(BOND, 40), (USD, 1_234_567 / 100)];
    terms(market, Kind::Dvp { expiry_ms }, [ADA, BEN], &legs)
}

#[test]
fn a_bond_and_its_price_change_hands_together() {
    let mut market = market();
    let before = holdings(&market);
    let terms = trade(&mut market);
    let deal = opened(&mut market, &terms, [ADA, BEN]);
    let bond = deposit(&mut market, BOND, ADA, &deal, 0);
    market.submit(&bond).unwrap();
    // Nothing is released for one leg, neither to whom it is for nor to whom it is from.
    let state = |market: &mut Floor, leg: usize| {
        market.wallet(BOND, BEN).deals().get(&deal).unwrap().legs[leg].state
    };
    assert!(matches!(state(&mut market, 0), LegState::Locked { .. }));
    assert_eq!(state(&mut market, 1), LegState::Empty);
    let cash = deposit(&mut market, USD, BEN, &deal, 1);
    market.submit(&cash).unwrap();
    // Locked notes are nobody's balance.
    assert_eq!(market.balance(BOND, ADA), before[BOND][ADA] - 40);
    assert_eq!(market.balance(USD, BEN), before[USD][BEN] - 12_345);
    // A leg that is bound cannot be taken back before the expiry.
    let early = payout(&mut market, BOND, ADA, (&deal, 0), Payout::Refund);
    assert_eq!(market.submit(&early), Err("deal_bound".into()));
    // Either party settles; here the one that locked last.
    let tx = settlement(&mut market, [BOND, USD], BEN, &deal);
    market.submit(&tx).unwrap();
    assert_eq!(market.balance(BOND, BEN), before[BOND][BEN] + 40);
    assert_eq!(market.balance(USD, ADA), before[USD][ADA] + 12_345);
    assert_eq!(state(&mut market, 0), LegState::Released);
    assert_eq!(state(&mut market, 1), LegState::Released);
    // Once only, and no refund after it.
    assert_eq!(market.submit(&tx), Err("already_committed".into()));
    market.wait_until(terms_expiry(&terms) + 1);
    let expiry = market.bank.expiry();
    let Market { tokens, rng, .. } = &mut market.inner;
    let refund = tokens[BOND].wallets[ADA].pay_out(&deal, 0, Payout::Refund, expiry, rng);
    assert_eq!(refund.err(), Some(AssembleError::LegState));
    assert_eq!(market.held(USD), before[USD].iter().sum::<u128>());
}

#[test]
fn what_is_not_settled_in_time_goes_back() {
    let mut market = market();
    let before = holdings(&market);
    let terms = trade(&mut market);
    let deal = opened(&mut market, &terms, [ADA, BEN]);
    let bond = deposit(&mut market, BOND, ADA, &deal, 0);
    market.submit(&bond).unwrap();
    let cash = deposit(&mut market, USD, BEN, &deal, 1);
    market.submit(&cash).unwrap();
    let late = settlement(&mut market, [BOND, USD], ADA, &deal);
    market.wait_until(terms_expiry(&terms) + 1);
    assert_eq!(market.submit(&late), Err("deal_expired".into()));
    // Each takes its leg back; whoever knows the deal can do it for the other.
    let tx = payout(&mut market, BOND, BEN, (&deal, 0), Payout::Refund);
    market.submit(&tx).unwrap();
    let tx = payout(&mut market, USD, BEN, (&deal, 1), Payout::Refund);
    market.submit(&tx).unwrap();
    assert_eq!(holdings(&market), before);
}

#[test]
fn a_leg_that_stands_alone_is_taken_back_by_its_payer_only() {
    let mut market = market();
    let before = holdings(&market);
    let terms = trade(&mut market);
    let deal = opened(&mut market, &terms, [ADA, BEN]);
    let bond = deposit(&mut market, BOND, ADA, &deal, 0);
    market.submit(&bond).unwrap();
    let cash = deposit(&mut market, USD, BEN, &deal, 1);
    let by_ben = payout(&mut market, BOND, BEN, (&deal, 0), Payout::Refund);
    assert_eq!(market.submit(&by_ben), Err("not_deal_party".into()));
    let by_ada = payout(&mut market, BOND, ADA, (&deal, 0), Payout::Refund);
    market.submit(&by_ada).unwrap();
    // Ben's deposit comes too late, and is not taken.
    assert_eq!(market.submit(&cash), Err("deal_cancelled".into()));
    market.wallet(USD, BEN).release(&cash.id());
    assert_eq!(holdings(&market), before);
}

#[test]
fn a_deal_that_is_not_what_its_terms_say_is_left_out() {
    let mut market = market();
    let terms = trade(&mut market);
    // Ada tells Ben of 40 bonds and opens a deal about 4.
    let mut lie = terms.clone();
    lie.legs[0].amount = obolus_protocol::Amount::new(4);
    let honest = opening(&mut market, &terms, ADA);
    let mut mixed = opening(&mut market, &lie, ADA);
    mixed.body.memos = honest.body.memos.clone();
    let tx = resign(&mut market, &lie, mixed);
    let refused = market.wallet(USD, BEN).deals().refused();
    market.submit(&tx).unwrap();
    let wallet = market.wallet(USD, BEN);
    assert!(wallet.deals().get(&lie.id()).is_none());
    assert_eq!(wallet.deals().refused(), refused + 1);
    assert_eq!(market.wallet(USD, CYD).deals().refused(), 0);
}

/// Proves and signs an opening whose memos were exchanged.
fn resign(
    market: &mut Floor,
    terms: &Terms,
    tx: obolus_protocol::tx::Transaction,
) -> obolus_protocol::tx::Transaction {
    use obolus_wallet::deal::draft::{CallOf, DealDraft, Job};
    let expiry = market.bank.expiry();
    let Market { tokens, rng, .. } = &mut market.inner;
    let views: Vec<_> = tokens.iter().map(|listed| &listed.view).collect();
    let keys = tokens[USD].wallets[ADA].keys().clone();
    let draft = obolus_wallet::deal::open::open(terms, &views, &keys, expiry, rng).unwrap();
    let mut body = draft.body().clone();
    body.memos = tx.body.memos;
    let jobs: Vec<(Job, CallOf)> = draft
        .jobs()
        .iter()
        .zip(&terms.legs)
        .map(|((job, _), leg)| {
            let listed = tokens.iter().find(|l| l.config.token == leg.token).unwrap();
            let call = CallOf {
                callee: listed.config.registry,
                caller: Some(terms.contract),
                entry: "open_deal",
            };
            (job.clone(), call)
        })
        .collect();
    let alphas = vec![terms.secret.randomizer(0)];
    let draft = DealDraft::new(body, jobs, keys.ak, alphas).unwrap();
    market.finish(&draft, ADA)
}

#[test]
fn dollars_and_euros_change_hands_at_the_agreed_rate() {
    let mut market = market();
    let before = holdings(&market);
    let expiry_ms = market.now() + MINUTE;
    let rate = Rate::new(92, 100).unwrap();
    let kind = Kind::Pvp { expiry_ms, rate };
    // 10,033 · 92 / 100 = 9,230.36: the fraction is the second payee's loss.
    let terms = terms(
        &mut market,
        kind.clone(),
        [CYD, BEN],
        &[(USD, 10_033), (EUR, 9_230)],
    );
    let deal = opened(&mut market, &terms, [CYD, BEN]);
    let dollars = deposit(&mut market, USD, CYD, &deal, 0);
    market.submit(&dollars).unwrap();
    let euros = deposit(&mut market, EUR, BEN, &deal, 1);
    market.submit(&euros).unwrap();
    let tx = settlement(&mut market, [EUR, USD], CYD, &deal);
    market.submit(&tx).unwrap();
    assert_eq!(market.balance(USD, BEN), before[USD][BEN] + 10_033);
    assert_eq!(market.balance(EUR, CYD), before[EUR][CYD] + 9_230);

    // A deal at one rate with the proof of another is refused, as is one without proof.
    let terms = super::terms(
        &mut market,
        kind,
        [CYD, BEN],
        &[(USD, 10_000), (EUR, 9_200)],
    );
    let good = opening(&mut market, &terms, CYD);
    let mut bare = good.clone();
    bare.proofs
        .retain(|proof| proof.inputs.len() != RatioInputs::<()>::COUNT);
    assert_eq!(bare.proofs.len(), good.proofs.len() - 1);
    assert_eq!(market.submit(&bare), Err("rate_proof_refused".into()));
    let mut other = good.clone();
    for proof in &mut other.proofs {
        if proof.inputs.len() == RatioInputs::<()>::COUNT {
            proof.inputs[4] = FieldBytes::from_u64(91);
        }
    }
    assert_eq!(market.submit(&other), Err("proof_invalid".into()));
    market.submit(&good).unwrap();
}

fn terms_expiry(terms: &Terms) -> u64 {
    match terms.kind {
        Kind::Dvp { expiry_ms } | Kind::Pvp { expiry_ms, .. } => expiry_ms,
        _ => 0,
    }
}
