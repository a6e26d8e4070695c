use std::cell::Cell;

use super::*;
use crate::outbox::SubmitFailure;
use crate::payer::Resumed;
use crate::testing::Between;
use crate::treasury::testing::{Bank, Node};
use crate::treasury::{Pays, Treasury};

fn deliver(bank: &Bank, letter: &[u8], approvals: &[Vec<u8>]) -> Result<Paid, TreasuryError> {
    deliver_by(&bank.treasurer(), bank, letter, approvals)
}

fn deliver_by<N: ChainSource + Submitter>(
    treasurer: &Treasurer<'_, N>,
    bank: &Bank,
    letter: &[u8],
    approvals: &[Vec<u8>],
) -> Result<Paid, TreasuryError> {
    let alice = &bank.treasuries[0];
    let proposal = crate::committee::Proposal::open(&alice.member, &alice.group, letter)?;
    let seen = bank.see(0, letter)?;
    let signature = proposal.collect(&alice.member, &alice.group, approvals)?;
    let (unsigned, key) = (proposal.transaction, seen.key);
    treasurer.deliver(unsigned, signature, &key, &|_| ())
}

#[test]
fn two_of_three_pay_and_the_third_sees_it() {
    let mut bank = Bank::new();
    let prepared = bank.prepare(1, &bank.payment(40)).unwrap();
    assert_eq!(
        bank.balance(),
        [100, 50],
        "the notes of a proposal are reserved"
    );
    let (_, letter) = bank.ask(prepared, &[1, 2]);
    for member in [1, 2] {
        let seen = bank.see(member, &letter).unwrap();
        let Pays::Payment { to, amount, text } = seen.pays else {
            panic!("it is a payment");
        };
        assert_eq!((amount.get(), text.as_str()), (40, "rent"));
        assert_eq!(to, bank.payee.address());
        assert_eq!(seen.change.unwrap().get(), 10);
    }
    let approvals = [1, 2].map(|member| bank.approve(member, &letter));
    let paid = deliver(&bank, &letter, &approvals).unwrap();
    assert!(matches!(paid.stage, Stage::Committed { .. }), "{paid:?}");
    assert_eq!(bank.balance(), [110, 0]);
    // Sent again, nothing is paid again.
    let again = deliver(&bank, &letter, &approvals).unwrap();
    assert_eq!(again, paid);
    let chain = &bank.node.0;
    chain
        .borrow()
        .sync_all(std::slice::from_mut(&mut bank.payee));
    assert_eq!(bank.payee.balance().available, 40);
}

#[test]
fn one_approval_pays_nothing() {
    let bank = Bank::new();
    let prepared = bank.prepare(1, &bank.payment(40)).unwrap();
    let (_, letter) = bank.ask(prepared, &[0, 1]);
    let one = bank.approve(0, &letter);
    assert!(deliver(&bank, &letter, &[one]).is_err());
    assert_eq!(bank.balance(), [100, 50]);
}

#[test]
fn other_signers_are_asked_for_the_same_transaction() {
    let bank = Bank::new();
    let order = bank.payment(40);
    let first = bank.prepare(1, &order).unwrap();
    let digest = first.transaction.body.digest();
    let (_, unanswered) = bank.ask(first, &[0, 1]);
    // Bob is on holiday.
    let again = bank.prepare(1, &order).unwrap();
    assert_eq!(again.transaction.body.digest(), digest);
    let (_, letter) = bank.ask(again, &[0, 2]);
    let approvals = [0, 2].map(|member| bank.approve(member, &letter));
    let paid = deliver(&bank, &letter, &approvals).unwrap();
    assert!(matches!(paid.stage, Stage::Committed { tx, .. } if tx == digest));
    // A late approval changes nothing, and the name pays nothing else.
    bank.approve(1, &unanswered);
    assert!(matches!(
        bank.prepare(1, &order),
        Err(TreasuryError::NotProposed(_, "committed"))
    ));
    assert!(bank.prepare(1, &bank.payment(41)).is_err());
}

#[test]
fn redemptions_and_merges_are_approved_too() {
    let bank = Bank::new();
    let to = bank.treasuries[0].keys.address();
    bank.node.0.borrow_mut().issue(to, 60, "issued");
    let redeem = Order::Redeem {
        amount: 30,
        payout_reference: *blake3::hash(b"IBAN 1").as_bytes(),
        text: "IBAN 1".into(),
    };
    for (id, order) in [(1, redeem), (2, Order::Merge { towards: 175 })] {
        let prepared = bank.prepare(id, &order).unwrap();
        let (_, letter) = bank.ask(prepared, &[0, 2]);
        let seen = bank.see(2, &letter).unwrap();
        match seen.pays {
            Pays::Redemption { amount, payout } => {
                assert_eq!((amount.get(), payout.as_str()), (30, "IBAN 1"));
            }
            Pays::Merge => assert_eq!(seen.change.unwrap().get(), 160),
            _ => panic!("neither"),
        }
        let approvals = [0, 2].map(|member| bank.approve(member, &letter));
        let paid = deliver(&bank, &letter, &approvals).unwrap();
        assert!(matches!(paid.stage, Stage::Committed { .. }), "{paid:?}");
    }
    assert_eq!(bank.balance(), [180, 0]);
}

#[test]
fn a_proposal_survives_the_process_and_expires_with_its_blocks() {
    let bank = Bank::new();
    bank.prepare(1, &bank.payment(40)).unwrap();
    assert!(
        bank.treasurer().resume(&|_| ()).unwrap().is_empty(),
        "nothing unsigned is submitted"
    );
    assert_eq!(bank.balance(), [100, 50]);
    for _ in 0..=VALIDITY {
        bank.node.0.borrow_mut().seal();
    }
    assert_eq!(bank.balance(), [150, 0]);
}

#[test]
fn a_treasury_has_one_viewing_key_and_opens_again() {
    let bank = Bank::new();
    let address = bank.treasuries[0].keys.address();
    let Bank { treasuries, .. } = bank;
    for treasury in treasuries {
        let opened = Treasury::open(treasury.member).unwrap();
        assert_eq!(opened.keys.address(), address);
        let again = Treasury::found(opened.member, None, |_| Ok::<_, TreasuryError>(()));
        assert!(matches!(again, Err(TreasuryError::Exists)));
    }
}

#[test]
fn what_is_resumed_is_told_one_by_one() {
    let bank = Bank::new();
    // It takes nothing for three times.
    let times = Cell::new(3_u32);
    let deaf = Between {
        node: &bank.node,
        submit: |node: &Node, bytes: &[u8], wait| match times.get().checked_sub(1) {
            Some(left) => {
                times.set(left);
                Err(SubmitFailure("no answer".into()))
            }
            None => node.submit(bytes, wait),
        },
    };
    let ours = bank.treasurer();
    let treasurer = Treasurer {
        directory: ours.directory,
        token: ours.token,
        network: ours.network,
        keys: ours.keys,
        node: &deaf,
        wait: ours.wait,
    };
    for (id, amount) in [(1, 100), (2, 50)] {
        let prepared = bank.prepare(id, &bank.payment(amount)).unwrap();
        let (_, letter) = bank.ask(prepared, &[1, 2]);
        let approvals = [1, 2].map(|member| bank.approve(member, &letter));
        let unanswered = deliver_by(&treasurer, &bank, &letter, &approvals);
        assert!(matches!(
            unanswered,
            Err(TreasuryError::Pay(PayError::Node { .. }))
        ));
    }
    // The first is not answered again; the second is.
    let resumed = || {
        let results = treasurer.resume(&|_| ()).unwrap().into_iter();
        let committed = |(_, paid): Resumed| {
            paid.is_ok_and(|paid| matches!(paid.stage, Stage::Committed { .. }))
        };
        results.map(committed).collect::<Vec<_>>()
    };
    assert_eq!(resumed(), [false, true]);
    assert_eq!(resumed(), [true]);
    assert_eq!(bank.balance(), [0, 0]);
}
