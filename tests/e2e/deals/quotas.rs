//! Deals in a token that limits how often its holders pay.

use obolus_abi::token::{SetVelocityMsg, VelocityRule};
use obolus_tests::bank::encode;
use obolus_tests::market::{BOND, USD};
use obolus_wallet::deal::Kind;

use super::{ADA, BEN, Floor, deposit, holdings, market, opened, settlement, terms};

const MINUTE: u64 = 60_000;

fn set_rule(market: &mut Floor, rule: Option<VelocityRule>) {
    let token = market.tokens[USD].config.token;
    let message = encode(&SetVelocityMsg { rule });
    let tx = market.bank.operate(token, "set_velocity", message);
    market.submit(&tx).unwrap();
}

/// A deposit shows no place in its payer's quota, so it must wait; what is locked already is settled all the same.
#[test]
fn a_quota_stops_deposits_and_holds_up_no_settlement() {
    let mut market = market();
    let before = holdings(&market);
    let expiry_ms = market.now() + MINUTE;
    let legs = [(BOND, 3), (USD, 1_000)];
    let paid = terms(&mut market, Kind::Dvp { expiry_ms }, [ADA, BEN], &legs);
    let paid = opened(&mut market, &paid, [ADA, BEN]);
    let open = terms(&mut market, Kind::Dvp { expiry_ms }, [ADA, BEN], &legs);
    let open = opened(&mut market, &open, [ADA, BEN]);
    for (token, member, leg) in [(BOND, ADA, 0), (USD, BEN, 1)] {
        let tx = deposit(&mut market, token, member, &paid, leg);
        market.submit(&tx).unwrap();
    }
    set_rule(
        &mut market,
        Some(VelocityRule {
            quota: 1,
            period_seconds: 600,
            grace_seconds: 60,
        }),
    );

    let tx = deposit(&mut market, USD, BEN, &open, 1);
    assert_eq!(market.submit(&tx), Err("velocity_needed".into()));
    market.wallet(USD, BEN).release(&tx.id());
    let tx = settlement(&mut market, [BOND, USD], BEN, &paid);
    market.submit(&tx).unwrap();
    assert_eq!(market.balance(BOND, BEN), before[BOND][BEN] + 3);
    assert_eq!(market.balance(USD, ADA), before[USD][ADA] + 1_000);

    set_rule(&mut market, None);
    let tx = deposit(&mut market, USD, BEN, &open, 1);
    market.submit(&tx).unwrap();
    assert_eq!(market.balance(USD, BEN), before[USD][BEN] - 2_000);
}
