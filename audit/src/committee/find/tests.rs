use obolus_abi::token::TransferMsg;
use obolus_threshold::audit::CiphertextKind;

use super::*;
use crate::committee::testing::{Court, transaction};

#[test]
fn everybody_finds_the_same_ciphertexts_in_the_order_of_the_items() {
    let mut court = Court::new();
    let [first, second] = court.recent()[..] else {
        panic!("two transactions in the committee's epoch");
    };
    let items = [second, first].map(|digest| AccessItem::Transaction { digest });
    let number = court.ask(items.to_vec());
    let wanted = court.find(number).unwrap();
    let txs: Vec<_> = wanted.iter().map(|w| w.place.tx).collect();
    assert_eq!(txs, [second, first]);
    assert_eq!(court.find(number).unwrap(), wanted);
    assert_eq!(wanted[0].request.case.as_str(), "C-7");
    assert_ne!(wanted[0].request.digest(), wanted[1].request.digest());
}

#[test]
fn a_note_and_an_escrow_are_found_by_their_places() {
    let mut court = Court::new();
    let note = AccessItem::Note { position: 0 };
    let number = court.ask(vec![note, AccessItem::Escrow { slot: 1 }]);
    let kinds: Vec<_> = court
        .find(number)
        .unwrap()
        .iter()
        .map(|w| w.request.ciphertext.kind())
        .collect();
    assert_eq!(kinds, [CiphertextKind::Issue, CiphertextKind::Register]);
}

#[test]
fn a_node_that_gives_another_payments_ciphertext_is_caught() {
    let mut court = Court::new();
    let [first, second] = court.recent()[..] else {
        panic!("two transactions in the committee's epoch");
    };
    let number = court.ask(vec![AccessItem::Transaction { digest: first }]);
    let mut other: Option<TransferMsg> = None;
    court.told(second, |msg| other = Some(msg.clone()));
    let other = other.unwrap();
    court.told(first, |msg| (msg.r, msg.c1) = (other.r, other.c1));
    let refused = court.find(number);
    assert!(matches!(refused, Err(AccessError::NotInTransaction(tx)) if tx == first));
}

/// A search of the bytes would find R there.
#[test]
fn a_ciphertext_that_a_transaction_only_carries_somewhere_is_refused() {
    let mut court = Court::new();
    let [first, _] = court.recent()[..] else {
        panic!("two transactions in the committee's epoch");
    };
    let mut payment: Option<TransferMsg> = None;
    court.told(first, |msg| payment = Some(msg.clone()));
    let config = court.chain.token.config;
    // Mallory calls something else with the payment's bytes, and has that opened.
    let bytes = borsh::to_vec(&payment.unwrap()).unwrap();
    let mallory = transaction(config.chain, config.token, "set_paused", bytes);
    let digest = mallory.id();
    court.told_under(first, mallory);
    let number = court.ask(vec![AccessItem::Transaction { digest }]);
    let refused = court.find(number);
    assert!(matches!(refused, Err(AccessError::NotInTransaction(tx)) if tx == digest));
}

#[test]
fn a_transaction_that_is_not_in_the_block_is_refused() {
    let mut court = Court::new();
    let first = court.recent()[0];
    let number = court.ask(vec![AccessItem::Transaction { digest: first }]);
    assert!(court.find(number).is_ok());
    court.forget(first);
    let refused = court.find(number);
    assert!(matches!(refused, Err(AccessError::NotInTransaction(tx)) if tx == first));
}

#[test]
fn what_is_not_on_the_ledger_or_sealed_is_refused() {
    let mut court = Court::new();
    let digest = TxDigest([0xab; 32]);
    let number = court.ask(vec![AccessItem::Transaction { digest }]);
    assert!(matches!(court.find(number), Err(AccessError::Nothing(0))));
    let number = court.ask(vec![AccessItem::Sealed { hash: [1; 32] }]);
    assert!(matches!(court.find(number), Err(AccessError::Sealed(0))));
    let mut message = court.read_log().requests()[0].message.clone();
    message.contract = obolus_abi::ContractId([8; 32]);
    let number = court.log.request(message);
    assert!(matches!(
        court.find(number),
        Err(AccessError::OtherToken(_))
    ));
}

#[test]
fn texts_with_other_marks_than_members_can_read_safely_are_refused() {
    let mut court = Court::new();
    let digest = court.recent()[0];
    court.ask(vec![AccessItem::Transaction { digest }]);
    let mut message = court.read_log().requests()[0].message.clone();
    message.purpose = "order\u{a0}urgent".into();
    let number = court.log.request(message);
    assert!(matches!(
        court.find(number),
        Err(AccessError::Text("purpose"))
    ));
}
