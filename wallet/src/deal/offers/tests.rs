//! An offer's secrets come back for the offer itself and for nothing else.

use std::fs;

use obolus_protocol::memo::MemoText;
use obolus_protocol::{Amount, Seed};
use rand::rngs::OsRng;

use super::*;
use crate::assemble::Payment;
use crate::testing::TestChain;

#[test]
fn secrets_come_back_for_the_unchanged_offer_only() {
    let (mut chain, mut wallets) = TestChain::with_participants(&[1, 2]);
    chain.issue(wallets[0].address(), 100, "issued");
    chain.sync_all(&mut wallets);
    let payment = Payment {
        to: wallets[1].address(),
        amount: Amount::new(30),
        text: MemoText::new("for the bond").unwrap(),
        identity: crate::PayerIdentity::Hidden,
        expiry: wallets[0].default_expiry(),
    };
    let share = wallets[0].share(&payment, &mut OsRng).unwrap();
    let offer = share.offer().clone();
    let root = tempfile::tempdir().unwrap();
    let directory = WalletDir::open(root.path(), &Seed::new([1; 32])).unwrap();
    let kept = Kept {
        share,
        to: "somebody".into(),
        amount: 30,
    };
    Offers::of(&directory).put(&kept).unwrap();

    let found = Offers::of(&directory).get(&offer).unwrap().unwrap();
    assert_eq!(found.share.offer(), &offer);
    assert_eq!(found.share.positions(), kept.share.positions());
    assert_eq!(found.share.change(), Amount::new(70));
    assert_eq!((found.to.as_str(), found.amount), ("somebody", 30));
    let message = |share: &Share| crate::assemble::transfer_message(share.witness());
    assert_eq!(message(&found.share), offer.transfer);

    let mut changed = offer.clone();
    changed.transfer.cm1 = changed.transfer.cm2;
    assert!(Offers::of(&directory).get(&changed).unwrap().is_none());
    let stranger = WalletDir::open(root.path(), &Seed::new([2; 32])).unwrap();
    assert!(matches!(
        Offers::of(&stranger).get(&offer),
        Err(StoreError::Damaged(_))
    ));
    // Neither party nor witness is readable on disk.
    let file = fs::read_dir(directory.offers()).unwrap().next().unwrap();
    let bytes = fs::read(file.unwrap().path()).unwrap();
    assert!(!bytes.windows(8).any(|window| window == b"somebody"));
}
