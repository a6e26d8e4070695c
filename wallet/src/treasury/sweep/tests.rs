use obolus_protocol::address::Network;

use super::*;
use crate::treasury::testing::Bank;

const MOVED: &str = "moved to the new key";

fn towards() -> Towards {
    Towards::NewKey { text: MOVED.into() }
}

fn next(bank: &Bank, done: &BTreeSet<PaymentId>) -> Result<Option<Moving>, TreasuryError> {
    bank.treasurer().next_move(&towards(), done)
}

fn propose(bank: &Bank, moving: &Moving) {
    let means = (
        &bank.simulator as &dyn crate::StatementProver,
        &bank.circuits,
    );
    bank.treasurer()
        .propose(moving.id, &moving.order, means, &|_| ())
        .unwrap();
}

#[test]
fn nothing_is_moved_before_another_key_has_taken_over() {
    let bank = Bank::new();
    let refused = next(&bank, &BTreeSet::new()).err();
    assert!(matches!(refused, Some(TreasuryError::NotReplaced)));
}

#[test]
fn a_series_takes_all_notes_and_goes_on_with_what_waits() {
    let bank = Bank::new();
    let to = bank.treasuries[0].keys.address();
    bank.node.0.borrow_mut().issue(to, 7, "issued");
    let new = bank.replaced(9);
    let mut done = BTreeSet::new();
    let mut amounts = Vec::new();
    while let Some(moving) = next(&bank, &done).unwrap() {
        assert!(!moving.waits);
        let Order::Pay {
            to, amount, text, ..
        } = &moving.order
        else {
            panic!("a payment");
        };
        assert_eq!((to, text.as_str()), (&new.encode(Network::Test), MOVED));
        amounts.push(*amount);
        propose(&bank, &moving);
        done.insert(moving.id);
    }
    assert_eq!(amounts, [150, 7]);
    assert_eq!(bank.balance(), [0, 157]);

    // Another run finds what waits, by its name, and makes nothing new.
    let mut again = BTreeSet::new();
    while let Some(moving) = next(&bank, &again).unwrap() {
        assert!(moving.waits);
        again.insert(moving.id);
    }
    assert_eq!(again, done);
}

#[test]
fn moves_to_the_successor_are_another_series() {
    let bank = Bank::new();
    bank.replaced(9);
    let moving = next(&bank, &BTreeSet::new()).unwrap().unwrap();
    propose(&bank, &moving);
    let config = bank.node.0.borrow().config;
    let successor = Towards::Successor(Successor::new(&config));
    let found = bank
        .treasurer()
        .next_move(&successor, &BTreeSet::new())
        .unwrap();
    assert!(found.is_none(), "its notes are in the other series");
}
