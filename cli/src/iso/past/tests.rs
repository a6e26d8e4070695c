use obolus_abi::TxDigest;
use obolus_protocol::tx::Height;
use obolus_protocol::{Amount, FullViewingKey, Seed, memo};
use obolus_wallet::history;
use obolus_wallet::notes::Place;

use super::super::entries::reference;
use super::super::testing::transfer;
use super::*;

const UETR: &str = "eb6305c9-1f7f-49de-aed0-16487c27b42d";

fn owner(seed: u8) -> Owner {
    FullViewingKey::from_seed(&Seed::new([seed; 32])).owner()
}

fn moved(movement: Movement) -> history::Entry {
    history::Entry {
        place: Place {
            height: Height(7),
            tx: TxDigest([7; 32]),
        },
        time_ms: 1_000,
        movement,
    }
}

/// The history of a wallet that was restored from its seed, with an empty outbox.
fn booked(moved: &[history::Entry]) -> Booked {
    let bookings: Vec<_> = moved
        .iter()
        .map(|moved| Booking {
            moved,
            reference: reference(&moved.place.tx, 1).unwrap(),
        })
        .collect();
    Booked::of(&bookings).unwrap()
}

fn sent(to: u8, cents: u64, text: &str) -> history::Entry {
    moved(Movement::Sent {
        to: owner(to),
        amount: Amount::new(cents),
        text: memo::MemoText::new(text).unwrap(),
    })
}

#[test]
fn a_transfer_that_the_ledger_holds_is_settled_whatever_the_outbox_knows() {
    let paid = transfer(UETR, 1250);
    let text = memo_text(&paid).unwrap();
    let found = booked(&[sent(3, 1250, &text), sent(2, 1250, &text)]).find(&paid, Some(&owner(2)));
    let Some(Ok(Status::Settled { at, reference })) = found else {
        panic!("{found:?}");
    };
    assert_eq!(at, Timestamp::from_unix_ms(1_000).unwrap());
    let digits = format!("{}-1", "07".repeat(14));
    assert_eq!(reference.unwrap().as_str(), digits);
}

#[test]
fn a_uetr_that_the_ledger_holds_for_another_payment_is_reused() {
    let paid = transfer(UETR, 1250);
    let text = memo_text(&paid).unwrap();
    let mut retold = paid.clone();
    retold.end_to_end_id = Max35::new("OTHER").unwrap();
    let ledger = booked(&[sent(2, 1250, &text)]);
    let told =
        |transfer: &CreditTransfer, payee: Option<Owner>| ledger.find(transfer, payee.as_ref());
    let other = Some(Err(reused()));
    assert_eq!(told(&paid, Some(owner(3))), other);
    assert_eq!(told(&paid, None), other);
    assert_eq!(told(&transfer(UETR, 1251), Some(owner(2))), other);
    assert_eq!(told(&retold, Some(owner(2))), other);
    assert!(matches!(told(&paid, Some(owner(2))), Some(Ok(_))));
}

#[test]
fn only_own_payments_with_the_uetr_count() {
    let paid = transfer(UETR, 1250);
    let text = memo_text(&paid).unwrap();
    // Anybody can write any text into a payment to us.
    let received = moved(Movement::Received {
        amount: Amount::new(1250),
        payer: None,
        text: memo::MemoText::new(&text).unwrap(),
    });
    let elsewhere = text.replace("eb6305c9", "eb6305c8");
    let ledger = booked(&[
        received,
        sent(2, 1250, "rent for May"),
        sent(2, 1250, &elsewhere),
    ]);
    assert_eq!(ledger.find(&paid, Some(&owner(2))), None);
}
