use std::collections::BTreeMap;
use std::time::Duration;

use obolus_abi::registry::RegistryEvent;
use obolus_protocol::address::Network;
use obolus_protocol::{Address, FullViewingKey, Seed};

use super::*;
use crate::assemble::with_signature;
use crate::treasury::Prepared;
use crate::treasury::testing::Bank;
use crate::view::{Follower, TokenView};

const MOVED: &str = "moved to the new key";

fn next(bank: &Bank, done: &BTreeSet<PaymentId>) -> Result<Option<Moving>, TreasuryError> {
    let towards = Towards::NewKey {
        text: MOVED.into(),
        known: bank.known(0),
    };
    bank.treasurer().next_move(&towards, done)
}

fn propose(bank: &Bank, moving: &Moving) -> Prepared {
    let means = (
        &bank.simulator as &dyn crate::StatementProver,
        &bank.circuits,
    );
    bank.treasurer()
        .propose(moving.id, &moving.order, means, &|_| ())
        .unwrap()
}

/// The stages of what was ordered, by name.
fn stages(bank: &Bank) -> BTreeMap<PaymentId, &'static str> {
    let treasurer = bank.treasurer();
    let (directory, token) = (treasurer.directory, treasurer.token);
    let session = Session::begin(directory, token, treasurer.keys, &bank.node).unwrap();
    let records = session.records().unwrap().into_iter();
    records
        .map(|record| (record.id, record.stage.name()))
        .collect()
}

/// The key that took over is replaced by the one in the next place.
fn replaced_again(bank: &Bank, first: &Address) {
    let mut view = TokenView::new(bank.node.0.borrow().config);
    view.sync(&bank.node).unwrap();
    let from = view.directory().by_owner(&first.owner).unwrap().slot.get();
    let mut chain = bank.node.0.borrow_mut();
    chain.registry_event(&RegistryEvent::Rotated {
        from,
        to: from + 1,
        recovered: false,
    });
    chain.seal();
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

#[test]
fn moves_to_an_older_key_give_their_notes_to_moves_to_the_newest() {
    let bank = Bank::new();
    let to = bank.treasuries[0].keys.address();
    bank.node.0.borrow_mut().issue(to, 7, "issued");
    let first = bank.replaced(9);
    let newest = bank.entered(8);
    let old = next(&bank, &BTreeSet::new()).unwrap().unwrap();
    let prepared = propose(&bank, &old);
    assert_eq!(bank.balance(), [7, 150]);
    // Two have approved it.
    let (proposal, letter) = bank.ask(prepared, &[0, 1]);
    let seen = bank.see_knowing(1, &letter, &bank.known(1)).unwrap();
    let approvals = [0, 1].map(|member| bank.approve(member, &letter));
    // A payment is none of the moves, whoever it pays.
    bank.prepare(1, &bank.payment(7)).unwrap();

    replaced_again(&bank, &first);
    let moving = next(&bank, &BTreeSet::new()).unwrap().unwrap();
    assert!(!moving.waits);
    let Order::Pay { to, amount, .. } = &moving.order else {
        panic!("a payment");
    };
    assert_eq!((to, *amount), (&newest.encode(Network::Test), 150));
    propose(&bank, &moving);
    assert_eq!(bank.balance(), [0, 157]);
    let ends = |id| stages(&bank).remove(&id);
    assert_eq!(ends(old.id), Some("refused"));
    assert_eq!(ends(moving.id), Some("in_flight"));

    // Whoever has the approvals submits it all the same: then it is what happened, and nothing is moved twice.
    let alice = &bank.treasuries[0];
    let signature = proposal
        .collect(&alice.member, &alice.group, &approvals)
        .unwrap();
    let signed = with_signature(proposal.transaction, signature, &seen.key).unwrap();
    bank.node
        .submit(&signed.transaction().encode(), Duration::ZERO)
        .unwrap();
    assert_eq!(ends(old.id), Some("committed"));
    assert_eq!(ends(moving.id), Some("refused"));
    assert_eq!(bank.balance(), [0, 7]);
}

#[test]
fn nothing_is_reserved_for_a_key_that_this_member_knows_to_be_false() {
    let bank = Bank::new();
    bank.replaced(9);
    let other = FullViewingKey::from_seed(&Seed::new([8; 32])).address();
    bank.treasuries[0].agree(&other).unwrap();
    let refused = next(&bank, &BTreeSet::new()).err();
    assert!(matches!(refused, Some(TreasuryError::OtherKey(_))));
    assert_eq!(bank.balance(), [150, 0]);
}
