//! Swaps and netting: payments of several wallets in one transaction.

use obolus_protocol::Amount;
use obolus_protocol::memo::MemoText;
use obolus_protocol::tx::{Transaction, TxBody};
use obolus_tests::market::{BOND, EUR, Market, USD};
use obolus_wallet::Payment;
use obolus_wallet::deal::together::{Offer, Part, Share, complete, net, swap};

use super::{ADA, BEN, CYD, Floor, holdings, market};

/// A payment by a member, not yet part of anything.
fn share(market: &mut Floor, token: usize, from: usize, to: usize, amount: u64) -> Share {
    let payment = Payment {
        to: market.wallet(token, to).address(),
        amount: Amount::new(amount),
        text: MemoText::new("settlement").unwrap(),
        identity: obolus_wallet::PayerIdentity::Hidden,
        expiry: market.bank.expiry(),
    };
    let Market { tokens, rng, .. } = &mut market.inner;
    tokens[token].wallets[from].share(&payment, rng).unwrap()
}

fn join(market: &mut Floor, (token, member): (usize, usize), share: &Share, body: &TxBody) -> Part {
    let Market {
        tokens,
        rng,
        bank,
        keys,
        ..
    } = &mut market.inner;
    let wallet = &mut tokens[token].wallets[member];
    wallet
        .join(
            share,
            body,
            &keys[member],
            (bank.provers.as_ref(), &bank.keys),
            rng,
        )
        .unwrap()
}

#[test]
fn a_swap_pays_both_or_none() {
    let mut market = market();
    let before = holdings(&market);
    let bond = share(&mut market, BOND, ADA, BEN, 10);
    let cash = share(&mut market, USD, BEN, ADA, 5_000);
    let offers = [bond.offer().clone(), cash.offer().clone()];
    let (contract, expiry) = (market.contracts.dvp, market.bank.expiry());
    let body = swap(market.wallet(BOND, ADA), contract, &offers, expiry).unwrap();

    // Each looks at what the transaction itself pays it.
    let shown = Offer::of(&body).unwrap();
    assert_eq!(shown, offers);
    let paid = |market: &mut Floor, token, member, offer: &Offer| {
        market.wallet(token, member).receives(offer)
    };
    assert_eq!(
        paid(&mut market, BOND, BEN, &shown[0]),
        Some(Amount::new(10))
    );
    assert_eq!(
        paid(&mut market, USD, ADA, &shown[1]),
        Some(Amount::new(5_000))
    );
    assert_eq!(paid(&mut market, USD, ADA, &shown[0]), None);
    assert_eq!(paid(&mut market, USD, CYD, &shown[1]), None);

    let first = join(&mut market, (BOND, ADA), &bond, &body);
    let second = join(&mut market, (USD, BEN), &cash, &body);
    // One party's part alone is worth nothing.
    let alone = Part {
        proofs: first.proofs.clone(),
        signatures: first.signatures.clone(),
    };
    let half = complete(body.clone(), vec![alone]).unwrap();
    assert_eq!(
        market.submit(half.transaction()),
        Err("not_authorised".into())
    );
    assert_eq!(holdings(&market), before);
    let whole = complete(body, vec![first, second]).unwrap();
    market.submit(whole.transaction()).unwrap();
    assert_eq!(market.balance(BOND, BEN), before[BOND][BEN] + 10);
    assert_eq!(market.balance(USD, ADA), before[USD][ADA] + 5_000);
    assert_eq!(market.balance(BOND, ADA), before[BOND][ADA] - 10);
    assert_eq!(market.balance(USD, BEN), before[USD][BEN] - 5_000);
}

#[test]
fn a_cycle_is_settled_by_net_payments_or_not_at_all() {
    let mut market = market();
    let before = holdings(&market);
    // Owed: Ada 900 to Ben, Ben 700 to Cyd, Cyd 400 to Ada, in euros. Net: Ada pays 500, of which Ben gets 200, Cyd 300.
    let shares = [
        share(&mut market, EUR, ADA, BEN, 200),
        share(&mut market, USD, CYD, ADA, 11),
    ];
    let offers: Vec<Offer> = shares.iter().map(|share| share.offer().clone()).collect();
    let (contract, expiry) = (market.contracts.netting, market.bank.expiry());
    let body = net(market.wallet(EUR, ADA), contract, [3; 32], &offers, expiry).unwrap();
    let parts = vec![
        join(&mut market, (EUR, ADA), &shares[0], &body),
        join(&mut market, (USD, CYD), &shares[1], &body),
    ];
    let whole: Transaction = complete(body, parts).unwrap().into_transaction();
    // The second payment's proof is spoiled: the first one must not stand.
    let mut spoiled = whole.clone();
    spoiled.proofs[1].inputs[0] = spoiled.proofs[1].inputs[1];
    assert_eq!(
        market.submit(&spoiled).err().as_deref(),
        Some("proof_invalid")
    );
    let mut missing = whole.clone();
    missing.proofs.pop();
    assert_eq!(market.submit(&missing), Err("proof_refused".into()));
    assert_eq!(holdings(&market), before);
    market.submit(&whole).unwrap();
    assert_eq!(market.balance(EUR, BEN), before[EUR][BEN] + 200);
    assert_eq!(market.balance(EUR, ADA), before[EUR][ADA] - 200);
    assert_eq!(market.balance(USD, ADA), before[USD][ADA] + 11);
    assert_eq!(market.balance(USD, CYD), before[USD][CYD] - 11);
}
