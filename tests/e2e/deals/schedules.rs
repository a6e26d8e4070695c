//! Standing orders.

use obolus_tests::market::USD;
use obolus_wallet::deal::Kind;
use obolus_wallet::deal::payout::Payout;

use super::{ADA, BEN, Floor, deposit, holdings, market, opened, payout, terms};

const DAY: u64 = 86_400_000;

#[test]
fn what_is_due_is_paid_and_the_rest_can_be_cancelled() {
    let mut market = market();
    let before = holdings(&market);
    let start = market.now();
    let due_ms = vec![start + DAY, start + 2 * DAY, start + 3 * DAY];
    let kind = Kind::Standing {
        due_ms: due_ms.clone(),
    };
    let legs = [(USD, 100), (USD, 200), (USD, 300)];
    let terms = terms(&mut market, kind, [ADA, BEN], &legs);
    let deal = opened(&mut market, &terms, [ADA, BEN]);
    for leg in 0..3 {
        let tx = deposit(&mut market, USD, ADA, &deal, leg);
        market.submit(&tx).unwrap();
    }
    let early = payout(&mut market, USD, BEN, (&deal, 0), Payout::Release);
    assert_eq!(market.submit(&early), Err("deal_not_due".into()));
    market.wait_until(due_ms[0]);
    // The payer pushes the first one, the payee fetches the second one late.
    let tx = payout(&mut market, USD, ADA, (&deal, 0), Payout::Release);
    market.submit(&tx).unwrap();
    assert_eq!(market.balance(USD, BEN), before[USD][BEN] + 100);
    market.wait_until(due_ms[1] + DAY / 2);
    let by_ben = market.bank.expiry();
    assert!(market.wallet(USD, BEN).cancel(&deal, by_ben).is_err());
    let expiry = market.bank.expiry();
    let draft = market.wallet(USD, ADA).cancel(&deal, expiry).unwrap();
    let tx = market.finish(&draft, ADA);
    market.submit(&tx).unwrap();
    let back = payout(&mut market, USD, ADA, (&deal, 1), Payout::Refund);
    assert_eq!(market.submit(&back), Err("deal_bound".into()));
    let tx = payout(&mut market, USD, BEN, (&deal, 1), Payout::Release);
    market.submit(&tx).unwrap();
    market.wait_until(due_ms[2]);
    let gone = payout(&mut market, USD, BEN, (&deal, 2), Payout::Release);
    assert_eq!(market.submit(&gone), Err("deal_cancelled".into()));
    let tx = payout(&mut market, USD, ADA, (&deal, 2), Payout::Refund);
    market.submit(&tx).unwrap();
    let paid = |market: &Floor, member: usize| market.balance(USD, member);
    assert_eq!(paid(&market, BEN), before[USD][BEN] + 300);
    assert_eq!(paid(&market, ADA), before[USD][ADA] - 300);
}
