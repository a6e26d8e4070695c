use obolus_protocol::tx::Height;
use obolus_protocol::{Amount, FullViewingKey, Seed, memo};
use obolus_wallet::PayerIdentity;
use obolus_wallet::history;
use obolus_wallet::notes::Place;
use obolus_wallet::outbox::{Held, Stage};

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
    booked_by(moved, &[])
}

/// The history of a wallet with these records in its outbox.
fn booked_by(moved: &[history::Entry], records: &[Record]) -> Booked {
    let records = records.iter().map(|record| (record.id, record.clone()));
    let bookings: Vec<_> = moved
        .iter()
        .map(|moved| Booking {
            moved,
            reference: reference(&moved.place.tx, 1).unwrap(),
        })
        .collect();
    Booked::of(&bookings, &records.collect()).unwrap()
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

/// A payment of the outbox that was signed in transaction 9, after a try in transaction 8.
fn signed(text: &str) -> Record {
    let held = Held {
        tx: TxDigest([9; 32]),
        positions: vec![0],
        expiry: 9,
        returning: 0,
        earlier: vec![TxDigest([8; 32])],
    };
    Record {
        id: payment_id(&UETR.parse().unwrap()),
        ordered_ms: 0,
        order: Order::Pay {
            to: FullViewingKey::from_seed(&Seed::new([2; 32]))
                .address()
                .encode(Network::Test),
            amount: 1250,
            text: text.into(),
            identity: PayerIdentity::Hidden,
        },
        stage: Stage::Signed {
            held,
            bytes: Vec::new(),
        },
    }
}

/// A text is whatever its writer likes; what a message ordered has its UETR as the id.
#[test]
fn what_this_directory_paid_under_another_id_is_no_payment_of_the_uetr() {
    let paid = transfer(UETR, 1250);
    let text = memo_text(&paid).unwrap();
    let other = PaymentId::new(uuid::Uuid::from_u128(7));
    let committed = Stage::Committed {
        tx: TxDigest([7; 32]),
        height: 7,
    };
    let Stage::Signed { held, .. } = signed(&text).stage else {
        panic!("not signed");
    };
    let refused = Stage::Refused {
        held: Held {
            earlier: vec![TxDigest([7; 32])],
            ..held
        },
        code: "expired".into(),
        message: String::new(),
    };
    for (cents, stage) in [(5, &committed), (1250, &committed), (1250, &refused)] {
        let history = [sent(2, cents, &text)];
        let record = |id| Record {
            id,
            stage: stage.clone(),
            ..signed(&text)
        };
        let free = booked_by(&history, &[record(other)]);
        assert_eq!(free.find(&paid, Some(&owner(2))), None);
        let ordered = booked_by(&history, &[record(signed(&text).id)]);
        assert!(ordered.find(&paid, Some(&owner(2))).is_some());
    }
}

#[test]
fn what_another_directory_paid_is_found_by_payee_amount_and_text() {
    let text = memo_text(&transfer(UETR, 1250)).unwrap();
    let elsewhere = text.replace("eb6305c9", "eb6305c8");
    let retold = format!("{text}|r=Invoice 118");
    let other = TxDigest([7; 32]);
    let found = |record: &Record, sent| paid_elsewhere(record, Network::Test, &[sent]);
    for (sent, expected) in [
        (sent(2, 1250, &text), Some(other)),
        (sent(3, 1250, &text), None),
        (sent(2, 1249, &text), None),
        (sent(2, 1250, &retold), None),
        (sent(2, 1250, &elsewhere), None),
        (sent(2, 1250, "rent for May"), None),
    ] {
        assert_eq!(found(&signed(&text), sent), expected);
    }
    // Its own tries, whichever of them a block has.
    for own in [8, 9] {
        let mut own_try = sent(2, 1250, &text);
        own_try.place.tx = TxDigest([own; 32]);
        assert_eq!(found(&signed(&text), own_try), None);
    }
    // Without a UETR the same text is no reference: rent is paid every month.
    let rent = sent(2, 1250, "rent for May");
    assert_eq!(found(&signed("rent for May"), rent), None);
    // Nor is a text in the form of a memo, under another id than the UETR.
    let mut free = signed(&text);
    free.id = PaymentId::new(uuid::Uuid::from_u128(7));
    assert_eq!(found(&free, sent(2, 1250, &text)), None);
}
