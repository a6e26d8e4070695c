//! Batches that are made here: what must hold between their parts, reasons of faults, who is paid.

use obolus_iso20022::{Actor, Batch, CreditTransfer, Fault, Kind, MoneyError, Reason, Refusal};

use crate::common::{
    agent, bank_transfer, euros, header, long_transfer, short_transfer, terms, text, three, uetr,
};

#[test]
fn batches_that_no_bank_could_read_are_not_made() {
    let refused = |kind, transfers| match Batch::new(kind, header(), transfers) {
        Ok(_) => panic!("made"),
        Err(error) => (error.path().to_owned(), error.fault().clone()),
    };
    assert_eq!(
        refused(Kind::Bank, vec![]),
        ("CdtTrfTxInf".to_owned(), Fault::Missing)
    );
    let wrong = Fault::NotCarriedOut(Refusal::WrongParty);
    assert_eq!(
        refused(Kind::Bank, vec![short_transfer(1, "1.00")]),
        ("CdtTrfTxInf[1]/Dbtr".to_owned(), wrong.clone())
    );
    assert_eq!(
        refused(Kind::Customer, vec![bank_transfer(1, "1.00")]),
        ("CdtTrfTxInf[1]/Dbtr".to_owned(), wrong.clone())
    );
    let mut mixed = bank_transfer(1, "1.00");
    mixed.ultimate_creditor = Some(short_transfer(2, "1.00").debtor);
    assert_eq!(
        refused(Kind::Bank, vec![mixed]),
        ("CdtTrfTxInf[1]/UltmtCdtr".to_owned(), wrong)
    );
    let mut without = short_transfer(1, "1.00");
    without.creditor_agent = None;
    assert_eq!(
        refused(Kind::Customer, vec![without]),
        ("CdtTrfTxInf[1]/CdtrAgt".to_owned(), Fault::Missing)
    );
    let mut charged = bank_transfer(1, "1.00");
    charged.charges = short_transfer(1, "1.00").charges;
    assert_eq!(
        refused(Kind::Bank, vec![charged]),
        ("CdtTrfTxInf[1]/ChrgBr".to_owned(), Fault::Unexpected)
    );
    let twice = vec![short_transfer(1, "1.00"), short_transfer(1, "2.00")];
    assert_eq!(
        refused(Kind::Customer, twice),
        ("CdtTrfTxInf[2]/PmtId/UETR".to_owned(), Fault::Repeated(1))
    );
    let mut routed = short_transfer(1, "1.00");
    routed.previous_agents = vec![agent("BSPLNL2A"); 4];
    let (path, _) = refused(Kind::Customer, vec![routed]);
    assert_eq!(path, "CdtTrfTxInf[1]/PrvsInstgAgt");
    let mut verbose = short_transfer(1, "1.00");
    verbose.remittance = vec![text("line"); 101];
    let (path, _) = refused(Kind::Customer, vec![verbose]);
    assert_eq!(path, "CdtTrfTxInf[1]/RmtInf/Ustrd");
    let most = "9999999999999999.99";
    let large = vec![short_transfer(1, most), short_transfer(2, most)];
    let (path, fault) = refused(Kind::Customer, large);
    assert_eq!(
        (path.as_str(), fault),
        ("GrpHdr/TtlIntrBkSttlmAmt", MoneyError::TooLarge.into())
    );
}

#[test]
fn faults_become_reasons() {
    let xml = three().to_xml();
    let reason = |from: &str, to: &str| {
        let changed = xml.replacen(from, to, 1);
        Batch::read(changed.as_bytes(), &terms())
            .unwrap_err()
            .reason()
    };
    assert_eq!(reason("<NbOfTxs>3", "<NbOfTxs>4"), Reason::AM18);
    assert_eq!(reason("<CtrlSum>1", "<CtrlSum>2"), Reason::AM10);
    assert_eq!(reason(">1250.75<", ">0.00<"), Reason::AM01);
    assert_eq!(reason(">1250.75<", ">-1<"), Reason::AM12);
    assert_eq!(reason("CLRG", "COVE"), Reason::AG03);
    assert_eq!(reason("\"EUR\">1250", "\"USD\">1250"), Reason::AM03);
    assert_eq!(reason("MUSTDEFF", "MUST"), Reason::RC01);
    assert_eq!(reason("DE44", "DE45"), Reason::AC01);
    assert_eq!(
        reason(&uetr(3).to_string(), &uetr(1).to_string()),
        Reason::DU03
    );
    assert_eq!(reason(">2026-11-30<", ">2026-12-01<"), Reason::DT01);
    assert_eq!(reason("</Document>", ""), Reason::FF01);
}

#[test]
fn the_payee_is_the_instructed_agent_then_the_creditors() {
    let mut transfer = long_transfer(1, "1.00");
    let payee = |transfer: &CreditTransfer| {
        transfer
            .payee()
            .unwrap()
            .id
            .bic()
            .unwrap()
            .as_str()
            .to_owned()
    };
    assert_eq!(payee(&transfer), "PELLFRPP");
    transfer.instructed_agent = None;
    assert_eq!(payee(&transfer), "PELLFRPPXXX");
    let mut bank = bank_transfer(1, "1.00");
    assert_eq!(payee(&bank), "BSPLNL2A");
    bank.creditor_agent = None;
    assert_eq!(payee(&bank), "PELLFRPP");
    assert!(matches!(bank.creditor, Actor::Bank(_)));
    assert_eq!(euros("1.00"), bank.amount);
}
