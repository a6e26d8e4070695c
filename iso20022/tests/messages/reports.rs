//! Statements and notifications, read back by another reader.

use obolus_iso20022::{
    AccountId, Actor, CreditTransfer, Details, Direction, Entry, EntryKind, HeldAccount, Iban,
    MemoText, MinorUnits, Notification, Party, Period, ReportError, ReportHeader, Statement,
};

use crate::common::{
    agent, bank_transfer, day, eur, euros, full_agent, id, long_transfer, moment, short_transfer,
    text, uetr, values,
};

fn header() -> ReportHeader {
    ReportHeader {
        message_id: id("RPT-1"),
        report_id: id("STMT-334"),
        created_at: moment("2026-12-01T00:05:00Z"),
        sequence: Some(334),
    }
}

fn account() -> HeldAccount {
    HeldAccount {
        id: AccountId::Iban(Iban::new("DE44500105175407324931").unwrap()),
        currency: eur(),
        name: Some(text("Deposit token")),
        owner: Some(Party::named(text("Muster GmbH"))),
        servicer: Some(full_agent()),
    }
}

fn period() -> Period {
    Period::new(
        moment("2026-11-30T00:00:00Z"),
        moment("2026-11-30T23:59:59Z"),
    )
    .unwrap()
}

fn entry(direction: Direction, transfer: &CreditTransfer) -> Entry {
    Entry {
        direction,
        amount: transfer.amount,
        booked_at: moment("2026-11-30T08:00:04Z"),
        value_date: day(),
        reference: id(&format!("L-{}", transfer.end_to_end_id.as_str())),
        kind: match transfer.debtor {
            Actor::Bank(_) => EntryKind::BankTransfer,
            Actor::Customer(_) => EntryKind::CustomerTransfer,
        },
        details: Details::from(transfer),
    }
}

/// 1250.75 and 20.00 in, 0.01 out, an issue of 100.00 without details.
fn entries() -> Vec<Entry> {
    let memo = MemoText::decode(&MemoText::encode(&long_transfer(4, "20.00")).unwrap()).unwrap();
    let received = Details {
        debtor_agent: Some(agent("BSPLNL2A")),
        ..Details::from(memo)
    };
    vec![
        entry(Direction::Credit, &short_transfer(1, "1250.75")),
        entry(Direction::Debit, &long_transfer(2, "0.01")),
        Entry {
            details: received,
            ..entry(Direction::Credit, &bank_transfer(4, "20.00"))
        },
        Entry {
            kind: EntryKind::IssuerBooking,
            details: Details::default(),
            ..entry(Direction::Credit, &bank_transfer(5, "100.00"))
        },
    ]
}

fn units(decimal: &str) -> MinorUnits {
    euros(decimal).units
}

fn closing_with(entries: Vec<Entry>, closing: &str) -> Result<Statement, ReportError> {
    Statement::new(
        header(),
        account(),
        period(),
        (units("1000.00"), units(closing)),
        entries,
    )
}

pub fn statement() -> Statement {
    closing_with(entries(), "2370.74").unwrap()
}

pub fn empty_statement() -> Statement {
    closing_with(vec![], "1000.00").unwrap()
}

pub fn notification() -> Notification {
    Notification::new(header(), account(), entries()).unwrap()
}

#[test]
fn a_statement_says_balances_entries_and_totals() {
    let xml = statement().to_xml();
    assert_eq!(values(&xml, "Stmt/Bal/Tp/CdOrPrtry/Cd"), ["OPBD", "CLBD"]);
    assert_eq!(values(&xml, "Stmt/Bal/Amt"), ["1000.00", "2370.74"]);
    assert_eq!(values(&xml, "Stmt/Bal/Dt/Dt"), ["2026-11-30", "2026-11-30"]);
    assert_eq!(values(&xml, "Stmt/ElctrncSeqNb"), ["334"]);
    assert_eq!(values(&xml, "Stmt/TxsSummry/TtlNtries/NbOfNtries"), ["4"]);
    assert_eq!(values(&xml, "Stmt/TxsSummry/TtlCdtNtries/Sum"), ["1370.75"]);
    assert_eq!(values(&xml, "Stmt/TxsSummry/TtlDbtNtries/Sum"), ["0.01"]);
    assert_eq!(
        values(&xml, "Stmt/Ntry/Amt"),
        ["1250.75", "0.01", "20.00", "100.00"]
    );
    assert_eq!(
        values(&xml, "Stmt/Ntry/CdtDbtInd"),
        ["CRDT", "DBIT", "CRDT", "CRDT"]
    );
    assert_eq!(
        values(&xml, "Stmt/Ntry/BkTxCd/Domn/Fmly/Cd"),
        ["RCDT", "ICDT", "RCDT", "RCDT"]
    );
    assert_eq!(
        values(&xml, "Stmt/Ntry/BkTxCd/Domn/Fmly/SubFmlyCd"),
        ["DMCT", "DMCT", "FICT", "BOOK"]
    );
    let details = "Stmt/Ntry/NtryDtls/TxDtls";
    let uetrs = [uetr(1), uetr(2), uetr(4)].map(|uetr| uetr.to_string());
    assert_eq!(values(&xml, &format!("{details}/Refs/UETR")), uetrs);
    assert_eq!(
        values(&xml, &format!("{details}/Refs/EndToEndId")),
        ["INV-2026-1", "INV-2026-2", "INV-2026-4"]
    );
    let debtors = values(&xml, &format!("{details}/RltdPties/Dbtr/Pty/Nm"));
    assert_eq!(debtors, ["Muster GmbH", "Müller <& Partner>"]);
    let ultimate = values(&xml, &format!("{details}/RltdPties/UltmtDbtr/Pty/Nm"));
    assert_eq!(ultimate, ["Tochter | Co", "Tochter | Co"]);
    let agents = values(
        &xml,
        &format!("{details}/RltdAgts/DbtrAgt/FinInstnId/BICFI"),
    );
    assert_eq!(agents, ["MUSTDEFF", "MUSTDEFFXXX", "BSPLNL2A"]);
    let lines = values(&xml, &format!("{details}/RmtInf/Ustrd"));
    assert_eq!(
        lines,
        [
            "Invoice 117",
            "of 2026-10-31 <net>",
            "Invoice 117",
            "of 2026-10-31 <net>"
        ]
    );
}

#[test]
fn a_statement_balances_or_is_not_made() {
    for wrong in ["2370.73", "2370.75", "0.00", "2370.76"] {
        let made = closing_with(entries(), wrong);
        assert!(matches!(made, Err(ReportError::DoesNotBalance)), "{wrong}");
    }
    let mut missing = entries();
    missing.pop();
    assert!(matches!(
        closing_with(missing, "2370.74"),
        Err(ReportError::DoesNotBalance)
    ));
    let mut turned = entries();
    turned[1].direction = Direction::Credit;
    assert!(matches!(
        closing_with(turned, "2370.74"),
        Err(ReportError::DoesNotBalance)
    ));
    // Debits beyond the opening balance are no negative closing balance.
    let debit = entry(Direction::Debit, &short_transfer(1, "1000.01"));
    assert!(matches!(
        closing_with(vec![debit], "0.00"),
        Err(ReportError::DoesNotBalance)
    ));
}

#[test]
fn entries_that_cannot_be_are_refused() {
    let with = |change: &dyn Fn(&mut Entry)| {
        let mut entries = entries();
        change(&mut entries[2]);
        closing_with(entries.clone(), "2370.74")
            .err()
            .or(Notification::new(header(), account(), entries).err())
    };
    let dollars =
        obolus_iso20022::Money::parse("20.00", obolus_iso20022::Currency::new("USD").unwrap())
            .unwrap();
    assert_eq!(
        with(&|entry| entry.amount = dollars),
        Some(ReportError::Currency(3))
    );
    assert_eq!(
        with(&|entry| entry.amount = euros("0.00")),
        Some(ReportError::Zero(3))
    );
    assert_eq!(
        with(&|entry| entry.reference = id("L-INV-2026-1")),
        Some(ReportError::Repeated(1, 3))
    );
    let nobody = || Some(Actor::Customer(Party::default()));
    assert_eq!(
        with(&|entry| entry.details.creditor = nobody()),
        Some(ReportError::Unidentified(3))
    );
    for outside in ["2026-11-29T23:59:59Z", "2026-12-01T00:00:00Z"] {
        assert_eq!(
            with(&|entry| entry.booked_at = moment(outside)),
            Some(ReportError::Outside(3))
        );
    }
    let most = euros("9999999999999999.99");
    assert_eq!(
        with(&|entry| entry.amount = most),
        Some(ReportError::TooLarge)
    );
    assert!(matches!(
        Notification::new(header(), account(), vec![]),
        Err(ReportError::Empty)
    ));
    let backwards = Period::new(
        moment("2026-11-30T00:00:01Z"),
        moment("2026-11-30T00:00:00Z"),
    );
    assert_eq!(backwards, Err(ReportError::Period));
}

#[test]
fn a_notification_says_the_same_of_its_entries() {
    let xml = notification().to_xml();
    assert_eq!(values(&xml, "Ntfctn/Id"), ["STMT-334"]);
    assert_eq!(
        values(&xml, "Ntfctn/Acct/Id/IBAN"),
        ["DE44500105175407324931"]
    );
    assert_eq!(values(&xml, "Ntfctn/Acct/Ccy"), ["EUR"]);
    let strip = |xml: String| {
        let (_, rest) = xml.split_once("      <TxsSummry>").unwrap();
        rest.split_once("    </").unwrap().0.to_owned()
    };
    assert_eq!(strip(xml), strip(statement().to_xml()));
}
