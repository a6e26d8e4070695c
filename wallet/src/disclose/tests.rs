use obolus_protocol::{
    Amount, Seed, SpendingKey,
    audience::{Challenge, VerifierName},
    tx::Height,
};
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    assemble::PayerIdentity, history::Movement, source::ChainSource, testing::TestChain,
    view::Follower,
};

const PAYER: usize = 0;
const PAYEE: usize = 1;
const OTHER: usize = 2;

fn audience() -> Audience {
    Audience {
        verifier: VerifierName::new("Tax office").unwrap(),
        challenge: Challenge([4; 32]),
    }
}

/// Three participants; the first pays the second 60 of its 100. Returns the block of the payment.
fn paid(identity: PayerIdentity) -> (TestChain, Vec<Wallet>, TxDigest, BlockUpdate) {
    let (mut chain, mut wallets) = TestChain::with_participants(&[1, 2, 3]);
    chain.issue(wallets[PAYER].address(), 100, "opening balance");
    chain.sync_all(&mut wallets);
    let mut payment = chain.payment(wallets[PAYEE].address(), 60, "invoice 7");
    payment.identity = identity;
    let rng = &mut StdRng::seed_from_u64(3);
    let unproven = wallets[PAYER].transfer(&payment, rng).unwrap();
    chain.include(unproven.body()).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    let height = Height(chain.height());
    let update = chain.updates(height).unwrap().remove(0);
    (chain, wallets, unproven.digest(), update)
}

fn disclosed(
    wallet: &Wallet,
    update: &BlockUpdate,
    tx: &TxDigest,
    key: u8,
) -> Result<Disclosed, DiscloseError> {
    let opening = opening(wallet, update, tx)?;
    let key = SpendingKey::from_seed(&Seed::new([key; 32]));
    let rng = &mut StdRng::seed_from_u64(5);
    let bytes = Disclosure::sign(opening, audience(), &key, rng).encode();
    let disclosure = Disclosure::decode(&bytes)?;
    check(wallet.view(), update, &disclosure, &audience())
}

#[test]
fn both_parties_disclose_and_nobody_else_can() {
    let (_, wallets, tx, update) = paid(PayerIdentity::Hidden);
    let shown = disclosed(&wallets[PAYER], &update, &tx, 1).unwrap();
    assert_eq!(shown.amount, Amount::new(60));
    assert_eq!(shown.payee, wallets[PAYEE].keys().owner());
    assert_eq!(shown.payer, Some(wallets[PAYER].keys().owner()));
    assert_eq!(shown.text.unwrap().as_str(), "invoice 7");

    let shown = disclosed(&wallets[PAYEE], &update, &tx, 2).unwrap();
    assert_eq!(shown.amount, Amount::new(60));
    assert!(shown.payer.is_none());
    assert_eq!(shown.text.unwrap().as_str(), "invoice 7");

    let other = disclosed(&wallets[OTHER], &update, &tx, 3);
    assert!(matches!(other, Err(DiscloseError::NotOurs)));
    // A stranger who got hold of the opening cannot sign it as its own.
    let stolen = disclosed(&wallets[PAYER], &update, &tx, 3).err();
    assert!(matches!(
        stolen,
        Some(DiscloseError::Disclosure(DisclosureError::Discloser))
    ));
}

#[test]
fn a_payee_knows_and_shows_a_payer_that_showed_itself() {
    let (_, wallets, tx, update) = paid(PayerIdentity::Shown);
    let payer = wallets[PAYER].keys().owner();
    let seen = wallets[PAYEE]
        .history()
        .iter()
        .find_map(|entry| match &entry.movement {
            Movement::Received { payer, .. } => Some(*payer),
            _ => None,
        });
    assert_eq!(seen, Some(Some(payer)));
    let shown = disclosed(&wallets[PAYEE], &update, &tx, 2).unwrap();
    assert_eq!(shown.payer, Some(payer));
}

#[test]
fn an_issue_is_disclosed_by_its_recipient() {
    let (chain, wallets, ..) = paid(PayerIdentity::Hidden);
    let Some(entry) = wallets[PAYER].history().first() else {
        panic!("the wallet saw its issue");
    };
    let update = chain.updates(entry.place.height).unwrap().remove(0);
    let shown = disclosed(&wallets[PAYER], &update, &entry.place.tx, 1).unwrap();
    assert_eq!(shown.amount, Amount::new(100));
    assert!(shown.payer.is_none());
    assert_eq!(shown.text.unwrap().as_str(), "opening balance");
}

#[test]
fn a_wallet_made_again_from_its_seed_can_disclose_too() {
    let (chain, _, tx, update) = paid(PayerIdentity::Hidden);
    let mut restored = chain.wallet(1);
    restored.sync(&chain).unwrap();
    let shown = disclosed(&restored, &update, &tx, 1).unwrap();
    assert_eq!(shown.payer, Some(restored.keys().owner()));
}

#[test]
fn another_block_or_transaction_holds_nothing() {
    let (chain, wallets, tx, update) = paid(PayerIdentity::Hidden);
    let other = opening(&wallets[PAYER], &update, &TxDigest([7; 32]));
    assert!(matches!(other, Err(DiscloseError::NotThere(_))));
    let earlier = chain.updates(Height(1)).unwrap().remove(0);
    let other = opening(&wallets[PAYER], &earlier, &tx);
    assert!(matches!(other, Err(DiscloseError::NotThere(1))));
}
