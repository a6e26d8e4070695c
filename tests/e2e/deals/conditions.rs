//! Conditional payments.

use ed25519_dalek::{Signer, SigningKey};
use obolus_abi::deal::conditional::{AttestMsg, Condition, attestation};
use obolus_abi::{DealId, RoleKey, RoleSet};
use obolus_protocol::tx::{RoleSignature, Transaction};
use obolus_tests::market::EUR;
use obolus_wallet::deal::Kind;
use obolus_wallet::deal::payout::Payout;
use rand::rngs::OsRng;

use super::{ADA, BEN, Floor, deposit, holdings, market, opened, payout, terms};

const MINUTE: u64 = 60_000;
const AMOUNT: u64 = 7_500;

/// Ada locks a payment to Ben.
fn locked(market: &mut Floor, condition: Condition) -> DealId {
    let expiry_ms = market.now() + MINUTE;
    let kind = Kind::Conditional {
        expiry_ms,
        condition,
    };
    let terms = terms(market, kind, [ADA, BEN], &[(EUR, AMOUNT)]);
    let deal = opened(market, &terms, [ADA, BEN]);
    let tx = deposit(market, EUR, ADA, &deal, 0);
    market.submit(&tx).unwrap();
    deal
}

fn attest(market: &mut Floor, deal: DealId, oracle: &SigningKey, outcome: bool) -> Transaction {
    let signature = oracle.sign(&attestation(&STATEMENT, outcome)).to_bytes();
    let message = AttestMsg {
        deal,
        outcome,
        signature,
    };
    let (contract, expiry) = (market.contracts.conditional, market.bank.expiry());
    let wallet = market.wallet(EUR, BEN);
    let draft = wallet.attest(contract, &message, expiry).unwrap();
    market.finish(&draft, BEN)
}

const STATEMENT: [u8; 32] = [5; 32];

fn oracle() -> (SigningKey, Condition) {
    let key = SigningKey::from_bytes(&[77; 32]);
    let condition = Condition::Oracle {
        key: RoleKey(key.verifying_key().to_bytes()),
        statement: STATEMENT,
    };
    (key, condition)
}

#[test]
fn an_attestation_releases_the_payment_and_its_contrary_is_evidence() {
    let mut market = market();
    let before = holdings(&market);
    let (key, condition) = oracle();
    let deal = locked(&mut market, condition);
    let early = payout(&mut market, EUR, BEN, (&deal, 0), Payout::Release);
    assert_eq!(market.submit(&early), Err("condition_open".into()));
    let stranger = SigningKey::from_bytes(&[78; 32]);
    let forged = attest(&mut market, deal, &stranger, true);
    assert_eq!(market.submit(&forged), Err("bad_attestation".into()));
    let tx = attest(&mut market, deal, &key, true);
    market.submit(&tx).unwrap();
    let contrary = attest(&mut market, deal, &key, false);
    market.submit(&contrary).unwrap();
    assert!(
        market
            .wallet(EUR, ADA)
            .deals()
            .get(&deal)
            .unwrap()
            .equivocated
    );
    let back = payout(&mut market, EUR, ADA, (&deal, 0), Payout::Refund);
    assert_eq!(market.submit(&back), Err("condition_open".into()));
    // The claim does not lapse.
    let late = market.now() + 10 * MINUTE;
    market.wait_until(late);
    let tx = payout(&mut market, EUR, BEN, (&deal, 0), Payout::Release);
    market.submit(&tx).unwrap();
    assert_eq!(
        market.balance(EUR, BEN),
        before[EUR][BEN] + u128::from(AMOUNT)
    );
    assert_eq!(
        market.balance(EUR, ADA),
        before[EUR][ADA] - u128::from(AMOUNT)
    );
}

#[test]
fn a_contrary_attestation_or_silence_gives_the_money_back() {
    let mut market = market();
    let before = holdings(&market);
    let (key, condition) = oracle();
    let deal = locked(&mut market, condition.clone());
    let tx = attest(&mut market, deal, &key, false);
    market.submit(&tx).unwrap();
    let tx = payout(&mut market, EUR, ADA, (&deal, 0), Payout::Refund);
    market.submit(&tx).unwrap();
    assert_eq!(holdings(&market), before);
    let deal = locked(&mut market, condition);
    let early = payout(&mut market, EUR, ADA, (&deal, 0), Payout::Refund);
    assert_eq!(market.submit(&early), Err("condition_open".into()));
    let late = market.now() + 2 * MINUTE;
    market.wait_until(late);
    let tx = attest(&mut market, deal, &key, true);
    assert_eq!(market.submit(&tx), Err("condition_decided".into()));
    let tx = payout(&mut market, EUR, BEN, (&deal, 0), Payout::Refund);
    market.submit(&tx).unwrap();
    assert_eq!(holdings(&market), before);
}

#[test]
fn two_of_three_approvers_release_the_payment() {
    let mut market = market();
    let before = holdings(&market);
    let mut keys: Vec<_> = (1..4)
        .map(|n| SigningKey::from_bytes(&[90 + n; 32]))
        .collect();
    keys.sort_by_key(|key| key.verifying_key().to_bytes());
    let public = keys
        .iter()
        .map(|key| RoleKey(key.verifying_key().to_bytes()));
    let condition = Condition::Approvals(RoleSet {
        keys: public.collect(),
        threshold: 2,
    });
    let deal = locked(&mut market, condition);
    let approve = |market: &mut Floor, key: &SigningKey| {
        let (contract, expiry) = (market.contracts.conditional, market.bank.expiry());
        let draft = market.wallet(EUR, ADA).approval(contract, deal, expiry);
        let draft = draft.unwrap();
        let proven = draft
            .prove(market.bank.provers.as_ref(), &market.bank.keys)
            .unwrap();
        let roles = vec![RoleSignature::create(key, &proven.digest())];
        let signed = proven.sign(&market.keys[ADA], roles, &mut OsRng).unwrap();
        market.submit(&signed.into_transaction())
    };
    let stranger = SigningKey::from_bytes(&[99; 32]);
    assert_eq!(approve(&mut market, &stranger), Err("not_approver".into()));
    approve(&mut market, &keys[0]).unwrap();
    let early = payout(&mut market, EUR, BEN, (&deal, 0), Payout::Release);
    assert_eq!(market.submit(&early), Err("condition_open".into()));
    approve(&mut market, &keys[2]).unwrap();
    let tx = payout(&mut market, EUR, ADA, (&deal, 0), Payout::Release);
    market.submit(&tx).unwrap();
    assert_eq!(
        market.balance(EUR, BEN),
        before[EUR][BEN] + u128::from(AMOUNT)
    );
}

#[test]
fn a_time_releases_and_a_payee_can_decline() {
    let mut market = market();
    let before = holdings(&market);
    let from_ms = market.now() + MINUTE / 2;
    let deal = locked(&mut market, Condition::Time(from_ms));
    let early = payout(&mut market, EUR, BEN, (&deal, 0), Payout::Release);
    assert_eq!(market.submit(&early), Err("condition_open".into()));
    market.wait_until(from_ms);
    let tx = payout(&mut market, EUR, BEN, (&deal, 0), Payout::Release);
    market.submit(&tx).unwrap();
    assert_eq!(
        market.balance(EUR, BEN),
        before[EUR][BEN] + u128::from(AMOUNT)
    );

    let before = holdings(&market);
    let from_ms = market.now() + MINUTE / 2;
    let deal = locked(&mut market, Condition::Time(from_ms));
    let expiry = market.bank.expiry();
    let draft = market.wallet(EUR, BEN).decline(&deal, expiry).unwrap();
    let tx = market.finish(&draft, BEN);
    market.submit(&tx).unwrap();
    let tx = payout(&mut market, EUR, ADA, (&deal, 0), Payout::Refund);
    market.submit(&tx).unwrap();
    assert_eq!(holdings(&market), before);
}
