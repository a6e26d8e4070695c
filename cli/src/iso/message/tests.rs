use obolus_iso20022::Participants;
use obolus_protocol::{FullViewingKey, Seed};
use obolus_wallet::outbox::Stage;

use super::super::testing::{context, transfer};
use super::*;

const UETR: &str = "eb6305c9-1f7f-49de-aed0-16487c27b42d";

fn address(seed: u8) -> Address {
    FullViewingKey::from_seed(&Seed::new([seed; 32])).address()
}

/// The payer has seed 1, the payee seed 2.
fn book(payer: u8) -> Book {
    let addresses = [address(payer), address(2)];
    let book = "[[participant]]\nname = \"Payer\"\nbic = \"PAYRUS33\"\naddress = \"0\"\n\
                [[participant]]\nname = \"Payee\"\nbic = \"PAYEUS33\"\naddress = \"1\"\n";
    Participants::read(book, |index| {
        index.parse::<usize>().map(|index| addresses[index])
    })
    .unwrap()
}

fn order_of(book: &Book, transfer: &CreditTransfer) -> Result<Order, Rejection> {
    let folder = tempfile::tempdir().unwrap();
    let context = context(folder.path(), 1);
    let desk = Desk {
        book,
        context: &context,
        business_day: Date::new(2026, 11, 30).unwrap(),
        identity: PayerIdentity::Shown,
    };
    desk.order(transfer)
}

#[test]
fn a_transfer_becomes_an_order_to_the_address_of_its_payee() {
    let paid = order_of(&book(1), &transfer(UETR, 1250)).unwrap();
    let Order::Pay {
        to, amount, text, ..
    } = paid
    else {
        panic!("not a payment");
    };
    assert_eq!(
        to,
        address(2).encode(obolus_protocol::address::Network::Test)
    );
    assert_eq!(amount, 1250);
    assert_eq!(text, format!("OBP1|u={UETR}|e=E2E"));
}

#[test]
fn what_must_not_be_paid_is_rejected_with_its_reason() {
    let reason =
        |book: &Book, transfer: &CreditTransfer| order_of(book, transfer).unwrap_err().reason;
    // Somebody else's order.
    assert_eq!(reason(&book(3), &transfer(UETR, 1)), Reason::DNOR);
    let mut late = transfer(UETR, 1);
    late.settlement_date = Date::new(2026, 12, 1).unwrap();
    assert_eq!(reason(&book(1), &late), Reason::DT01);
    let mut unknown = transfer(UETR, 1);
    unknown.creditor_agent = Some(obolus_iso20022::Agent::from(
        obolus_iso20022::Bic::new("NOBOUS33").unwrap(),
    ));
    assert_eq!(reason(&book(1), &unknown), Reason::CNOR);
    let mut own = transfer(UETR, 1);
    own.creditor_agent = transfer(UETR, 1).payer().cloned();
    assert_eq!(reason(&book(1), &own), Reason::AG01);
    let mut long = transfer(UETR, 1);
    long.remittance = vec![obolus_iso20022::Max140::new("x".repeat(140)).unwrap(); 2];
    assert_eq!(reason(&book(1), &long), Reason::AG03);
}

#[test]
fn one_uetr_is_one_payment() {
    let first = transfer(UETR, 1250);
    let record = Record {
        id: payment_id(&first.uetr),
        ordered_ms: 0,
        order: order_of(&book(1), &first).unwrap(),
        stage: Stage::Expired {
            tx: obolus_abi::TxDigest([0; 32]),
        },
    };
    assert_eq!(record.id.to_string(), UETR);
    let known = |transfer: &CreditTransfer, payee: Option<u8>| {
        let payee = payee.map(|seed| address(seed).owner);
        earlier(transfer, payee.as_ref(), Network::Test, &record)
    };
    assert_eq!(known(&first, Some(2)), Ok(record.order.clone()));
    // Dearer, to another participant, to nobody in the book.
    assert_eq!(known(&transfer(UETR, 1251), Some(2)), Err(reused()));
    assert_eq!(known(&first, Some(3)), Err(reused()));
    assert_eq!(known(&first, None), Err(reused()));
    assert_eq!(reused().reason, Reason::DU03);
    let print = |transfer: &CreditTransfer| fingerprint(Kind::Bank, transfer).unwrap();
    assert_eq!(print(&first), print(&transfer(UETR, 1250)));
    assert_ne!(print(&first), print(&transfer(UETR, 1251)));
    let mut for_another = first.clone();
    for_another.creditor_agent = Some(obolus_iso20022::Agent::from(
        obolus_iso20022::Bic::new("NOBOUS33").unwrap(),
    ));
    assert_ne!(print(&first), print(&for_another));
}
