use obolus_abi::deal::PayOutMsg;
use obolus_abi::token::TransferMsg;
use obolus_abi::{DealId, FieldBytes, PointBytes};

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
    let number = court.ask(vec![court.note(0), court.escrow(1)]);
    let kinds: Vec<_> = court
        .find(number)
        .unwrap()
        .iter()
        .map(|w| w.request.ciphertext.kind())
        .collect();
    assert_eq!(kinds, [CiphertextKind::Issue, CiphertextKind::Register]);
    // Members see whose key it is.
    let address = court.find(number).unwrap()[1].address.unwrap();
    let AccessItem::Escrow { owner, .. } = court.escrow(1) else {
        panic!("an escrow")
    };
    assert_eq!(address.owner.to_bytes(), owner);
    let config = court.chain.token.config;
    let none = name_items(&court.chain, config, (&[999], &[]));
    assert!(matches!(none, Err(AccessError::NoNote(999))));
    let none = name_items(&court.chain, config, (&[], &[99]));
    assert!(matches!(none, Err(AccessError::NoSlot(99))));
}

/// All blocks are true: only which slot is whose is made up.
#[test]
fn a_node_that_exchanges_two_slots_opens_nobody_elses_escrow() {
    let mut court = Court::new();
    let number = court.ask(vec![court.escrow(1)]);
    let mut honest: Vec<(FieldBytes, PointBytes)> = Vec::new();
    court.retold(|participant, r| {
        honest.push((participant.owner, *r));
        participant.slot = [0, 2, 1][participant.slot as usize];
    });
    assert!(matches!(court.find(number), Err(AccessError::Nothing(0))));
    // With the owner that was asked for, the ciphertext of another is in no registration of his.
    let mut place = 0;
    court.retold(|participant, r| {
        let (owner, own) = honest[place];
        (participant.slot, participant.owner, *r) = (place as u32, owner, own);
        if place == 1 {
            *r = honest[2].1;
        }
        place += 1;
    });
    let refused = court.find(number);
    assert!(matches!(refused, Err(AccessError::NotInTransaction(_))));
    // The other's registration itself, told as the owner's.
    let mut place = 0;
    court.retold(|participant, r| {
        let other = [0, 2, 1][place];
        *r = honest[place].1;
        participant.owner = honest[other].0;
        participant.slot = other as u32;
        place += 1;
    });
    let refused = court.find(number);
    assert!(matches!(refused, Err(AccessError::NotInTransaction(_))));
}

/// A leaf that is made up moves all positions after it.
#[test]
fn a_node_that_moves_positions_opens_no_other_note() {
    let mut court = Court::new();
    let [first, second] = court.recent()[..] else {
        panic!("two transactions in the committee's epoch");
    };
    let [mut paid, mut other] = [None, None];
    court.told(first, |msg| paid = Some(msg.cm1));
    court.told(second, |msg| other = Some(msg.cm1));
    let (paid, other) = (paid.unwrap(), other.unwrap());
    let named = |court: &Court, commitment| {
        let mut notes = (0..20).map(|position| court.note(position));
        let is = |item: &AccessItem| matches!(item, AccessItem::Note { commitment: own, .. } if *own == commitment);
        notes.find(is).unwrap()
    };
    let AccessItem::Note { position, .. } = named(&court, other) else {
        panic!("a note")
    };
    // What is at the position now is not what was asked for.
    let number = court.ask(vec![AccessItem::Note {
        position,
        commitment: paid,
    }]);
    assert!(matches!(court.find(number), Err(AccessError::Nothing(0))));
    // Nor does it help to tell the commitment with the other payment.
    court.told(second, |msg| msg.cm1 = paid);
    let refused = court.find(number);
    assert!(matches!(refused, Err(AccessError::NotInTransaction(tx)) if tx == second));
}

/// Whoever deploys a contract that ignores its arguments can have any payment's ciphertext stand in a call's.
#[test]
fn a_payment_through_a_contract_is_opened_only_if_the_member_knows_the_contract() {
    let mut court = Court::new();
    let [first, _] = court.recent()[..] else {
        panic!("two transactions in the committee's epoch");
    };
    let mut payment: Option<TransferMsg> = None;
    court.told(first, |msg| payment = Some(msg.clone()));
    let stranger = ContractId([9; 32]);
    let message = PayOutMsg {
        deal: DealId([3; 32]),
        leg: 0,
        transfer: payment.unwrap(),
    };
    let bytes = borsh::to_vec(&message).unwrap();
    let mallory = transaction(court.chain.token.config.chain, stranger, "refund", bytes);
    let digest = mallory.id();
    court.told_under(first, mallory);
    let number = court.ask(vec![AccessItem::Transaction { digest }]);
    for via in [&[][..], &[ContractId([8; 32])]] {
        let refused = court.find_via(number, via);
        assert!(
            matches!(refused, Err(AccessError::UnknownContract { transaction, contract }) if transaction == digest && contract == stranger)
        );
    }
    assert_eq!(court.find_via(number, &[stranger]).unwrap().len(), 1);
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
