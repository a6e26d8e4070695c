use obolus_iso20022::{Actor, Agent, Bic, Iban, Max140, Participants, Party};
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

#[test]
fn another_customer_of_the_same_bank_is_another_instruction() {
    let party = |name: &str| Party::named(Max140::new(name).unwrap());
    let agent = |bic| Agent::from(Bic::new(bic).unwrap());
    let bank = transfer(UETR, 1250);
    let order = obolus_iso20022::Order {
        uetr: bank.uetr,
        end_to_end_id: bank.end_to_end_id.clone(),
        amount: bank.amount,
        settlement_date: bank.settlement_date,
    };
    let first = CreditTransfer::customer(
        order,
        (party("Muster Inc"), agent("PAYRUS33")),
        (party("Sample Ltd"), agent("PAYEUS33")),
    );
    let print = |transfer: &CreditTransfer| instruction(Kind::Customer, transfer).unwrap();
    let changed = |change: &dyn Fn(&mut CreditTransfer)| {
        let mut other = first.clone();
        change(&mut other);
        print(&other) == print(&first)
    };
    let account = || Some(Iban::new("DE44500105175407324931").unwrap().into());
    // The same again, as another bank passes it on on another day.
    assert!(changed(&|_| ()));
    assert!(changed(
        &|t| t.instruction_id = Some(Max35::new("I").unwrap())
    ));
    assert!(changed(
        &|t| t.transaction_id = Some(Max35::new("T").unwrap())
    ));
    assert!(changed(
        &|t| t.settlement_date = Date::new(2026, 12, 1).unwrap()
    ));
    assert!(changed(&|t| t.charges = Some(ChargeBearer::Debtor)));
    assert!(changed(&|t| t.previous_agents = vec![agent("PREVUS33")]));
    // Another payment.
    let customer = |name| Actor::Customer(party(name));
    assert!(!changed(&|t| t.debtor = customer("Other Inc")));
    assert!(!changed(&|t| t.creditor = customer("Other Ltd")));
    assert!(!changed(&|t| t.debtor_account = account()));
    assert!(!changed(&|t| t.creditor_account = account()));
    assert!(!changed(&|t| t.ultimate_debtor = Some(customer("Parent"))));
    assert!(!changed(&|t| t.ultimate_creditor = Some(customer("Child"))));
    assert!(!changed(
        &|t| t.remittance = vec![Max140::new("rent").unwrap()]
    ));
    assert!(!changed(&|t| t.end_to_end_id = Max35::new("OTHER").unwrap()));
    assert!(!changed(&|t| t.amount = transfer(UETR, 1251).amount));
    assert!(!changed(&|t| t.creditor_agent = Some(agent("NOBOUS33"))));
    assert!(!changed(
        &|t| t.uetr = "eb6305c8-1f7f-49de-aed0-16487c27b42d".parse().unwrap()
    ));
    let other_kind = instruction(Kind::Bank, &bank).unwrap();
    assert_ne!(print(&first), other_kind);
}
