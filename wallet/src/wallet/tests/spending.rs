//! Payments in flight, merges, and orders that are refused.

use super::*;

#[test]
fn payments_in_flight_share_no_note() {
    let (mut chain, mut wallets) = funded();
    let to = wallets[1].address();
    let mut rng = rng();
    let first = wallets[0]
        .transfer(&chain.payment(to, 40, "1"), &mut rng)
        .unwrap();
    let second = wallets[0]
        .transfer(&chain.payment(to, 40, "2"), &mut rng)
        .unwrap();
    let balance = wallets[0].balance();
    assert_eq!(
        (balance.available, balance.locked, balance.returning),
        (0, 150, 70)
    );
    let third = wallets[0].transfer(&chain.payment(to, 1, "3"), &mut rng);
    assert_eq!(
        third.err(),
        Some(AssembleError::Select(SelectError::Insufficient))
    );
    chain.include(first.body()).unwrap();
    chain.include(second.body()).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    assert_eq!(
        wallets[0].balance(),
        Balance {
            available: 70,
            locked: 0,
            returning: 0
        }
    );
    assert_eq!(wallets[1].balance().total(), 80);
}

#[test]
fn refused_and_expired_payments_free_their_notes() {
    let (mut chain, mut wallets) = funded();
    let to = wallets[1].address();
    let mut rng = rng();
    let refused = wallets[0]
        .transfer(&chain.payment(to, 40, "1"), &mut rng)
        .unwrap();
    wallets[0].release(&refused.digest());
    assert_eq!(wallets[0].balance().available, 150);

    let payment = chain.payment(to, 40, "2");
    let lost = wallets[0].transfer(&payment, &mut rng).unwrap();
    while chain.height() + 1 < payment.expiry.0 {
        chain.seal();
    }
    wallets[0].sync(&chain).unwrap();
    assert_eq!(wallets[0].balance().locked, 50, "it can still be included");
    chain.seal();
    wallets[0].sync(&chain).unwrap();
    assert_eq!(wallets[0].balance().available, 150);
    assert_eq!(chain.include(lost.body()), Err("expired"));
}

#[test]
fn two_attempts_at_one_payment_show_nothing_in_common() {
    let (chain, mut wallets) = funded();
    let payment = chain.payment(wallets[1].address(), 100, "same");
    let mut rng = rng();
    let mut attempt = || {
        let tx = wallets[0].transfer(&payment, &mut rng).unwrap();
        wallets[0].release(&tx.digest());
        let msg: TransferMsg = borsh::from_slice(&tx.body().args).unwrap();
        (msg, tx.body().memos.clone())
    };
    let ((one, memos_one), (two, memos_two)) = (attempt(), attempt());
    assert_eq!(one.nf1, two.nf1, "the same note");
    assert_ne!(one.nf2, two.nf2, "dummies are fresh");
    assert_ne!(one.rk, two.rk);
    assert_ne!(one.r, two.r);
    assert_ne!(one.cm1, two.cm1);
    assert_ne!(one.cm2, two.cm2);
    assert_ne!((one.c1, one.c2), (two.c1, two.c2));
    assert!(memos_one.iter().zip(&memos_two).all(|(a, b)| a != b));
}

#[test]
fn a_spend_from_another_device_is_seen_and_frees_what_it_dooms() {
    let (mut chain, mut wallets) = funded();
    let mut other = chain.wallet(A);
    other.sync(&chain).unwrap();
    let to = wallets[1].address();
    let mut rng = rng();
    let mine = wallets[0]
        .transfer(&chain.payment(to, 140, "mine"), &mut rng)
        .unwrap();
    let theirs = other
        .transfer(&chain.payment(to, 80, "theirs"), &mut rng)
        .unwrap();
    chain.include(theirs.body()).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    assert_eq!(
        wallets[0].balance(),
        Balance {
            available: 70,
            locked: 0,
            returning: 0
        }
    );
    assert_eq!(story(&wallets[0]).last().unwrap(), "sent 80 to 1 theirs");
    assert_eq!(chain.include(mine.body()), Err("double spend"));
}

#[test]
fn merges_bring_a_large_payment_within_reach() {
    let (mut chain, mut wallets) = TestChain::with_participants(&[A, B]);
    let own = wallets[0].address();
    for amount in [30, 40, 50, LIMIT] {
        chain.issue(own, amount, "");
    }
    chain.sync_all(&mut wallets);
    let mut rng = rng();
    let to = wallets[1].address();
    let limit_note = chain.payment(to, LIMIT, "clears the large note");
    let tx = wallets[0].transfer(&limit_note, &mut rng).unwrap();
    chain.include(tx.body()).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);

    let payment = chain.payment(to, 115, "large");
    assert_eq!(
        wallets[0].transfer(&payment, &mut rng).err(),
        Some(AssembleError::Select(SelectError::Fragmented {
            notes: 3,
            merges: 1
        }))
    );
    let plan = wallets[0].plan_consolidation(payment.amount).unwrap();
    for pair in &plan.now {
        let tx = wallets[0]
            .merge(pair, &payment.text, payment.expiry, &mut rng)
            .unwrap();
        chain.include(tx.body()).unwrap();
    }
    chain.seal();
    chain.sync_all(&mut wallets);
    assert_eq!(story(&wallets[0]).last().unwrap(), "merged 90");
    assert_eq!(wallets[0].balance().available, 120);
    let tx = wallets[0].transfer(&payment, &mut rng).unwrap();
    chain.include(tx.body()).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    assert_eq!(wallets[0].balance().total(), 5);
}

#[test]
fn orders_that_cannot_hold_are_refused_and_reserve_nothing() {
    let (mut chain, mut wallets) = funded();
    let mut rng = rng();
    let known = wallets[1].address();
    let stranger = chain.wallet(77).address();
    let mixed = Address {
        owner: known.owner,
        epk: wallets[2].address().epk,
    };
    let own = wallets[0].address();
    let mut refusal = |to, amount| {
        let payment = chain.payment(to, amount, "x");
        wallets[0].transfer(&payment, &mut rng).err().unwrap()
    };
    assert_eq!(refusal(known, 0), AssembleError::ZeroAmount);
    assert_eq!(refusal(own, 1), AssembleError::SelfPayment);
    assert_eq!(refusal(stranger, 1), AssembleError::UnknownRecipient);
    assert_eq!(refusal(mixed, 1), AssembleError::AddressMismatch);
    assert_eq!(wallets[0].balance().locked, 0);

    chain.issue(own, LIMIT * 2, "");
    chain.registry_event(&RegistryEvent::Frozen { slot: 1 });
    chain.seal();
    chain.sync_all(&mut wallets);
    let over = chain.payment(wallets[2].address(), LIMIT + 1, "x");
    assert_eq!(
        wallets[0].transfer(&over, &mut rng).err(),
        Some(AssembleError::OverLimit)
    );
    let frozen = chain.payment(known, 1, "x");
    assert_eq!(
        wallets[0].transfer(&frozen, &mut rng).err(),
        Some(AssembleError::Directory(
            crate::directory::DirectoryError::Frozen
        ))
    );
    chain.registry_event(&RegistryEvent::Frozen { slot: 0 });
    chain.seal();
    chain.sync_all(&mut wallets);
    let order = redemption(&chain, 1);
    assert_eq!(
        wallets[0].redeem(&order, &mut rng).err(),
        Some(AssembleError::Directory(
            crate::directory::DirectoryError::Frozen
        ))
    );
    assert_eq!(wallets[0].balance().locked, 0);
}
