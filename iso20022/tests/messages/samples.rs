//! Messages as other banks' tools write them.

use obolus_iso20022::{Actor, AgentId, Batch, ChargeBearer, CreditTransfer, Kind};

use crate::common::{eur, euros, sample, terms};

#[test]
fn one_payment_with_prefixes_and_everything_in_the_header() {
    let batch = Batch::read(sample("pacs008-single.xml").as_bytes(), &terms()).unwrap();
    assert_eq!(batch.kind(), Kind::Customer);
    assert_eq!(batch.total(), euros("88000.50"));
    assert_eq!(
        batch.header().created_at.to_string(),
        "2026-11-30T08:12:44.12+00:00"
    );
    let [transfer] = batch.transfers() else {
        panic!("one transfer");
    };
    assert_eq!(
        transfer.uetr.to_string(),
        "eb6305c9-1f7f-49de-aed0-16487c27b42d"
    );
    assert_eq!(
        transfer.end_to_end_id.as_str(),
        CreditTransfer::NOT_PROVIDED
    );
    assert_eq!(transfer.amount.units.get(), 8_800_050);
    assert_eq!(transfer.amount.currency, eur());
    assert_eq!(transfer.settlement_date.to_string(), "2026-11-30");
    assert_eq!(transfer.charges, Some(ChargeBearer::Debtor));
    assert_eq!(transfer.payment_type.service_levels[0].as_str(), "G001");
    assert_eq!(transfer.debtor.name().unwrap().as_str(), "Voorbeeld B.V.");
    assert_eq!(
        transfer.creditor.name().unwrap().as_str(),
        "Müller & Partner"
    );
    let Actor::Customer(debtor) = &transfer.debtor else {
        panic!("a customer");
    };
    let address = debtor.address.as_ref().unwrap();
    assert_eq!(address.post_code.as_ref().unwrap().as_str(), "1015 BK");
    assert!(
        matches!(&transfer.payee().unwrap().id, AgentId::Both(bic, _) if bic.as_str() == "MUSTDEFFXXX")
    );
    assert!(
        matches!(&transfer.payer().unwrap().id, AgentId::Bic(bic) if bic.as_str() == "BSPLNL2A")
    );
}

#[test]
fn a_batch_of_salaries() {
    let batch = Batch::read(sample("pacs008-batch.xml").as_bytes(), &terms()).unwrap();
    assert_eq!(batch.transfers().len(), 3);
    assert_eq!(batch.total(), euros("7350.10"));
    let second = &batch.transfers()[1];
    let lines: Vec<_> = second.remittance.iter().map(|line| line.as_str()).collect();
    assert_eq!(lines, ["Salary November", "Bonus included"]);
    assert!(matches!(
        &batch.transfers()[0].payee().unwrap().id,
        AgentId::Lei(_)
    ));
}

#[test]
fn a_bank_pays_a_bank() {
    let batch = Batch::read(sample("pacs009.xml").as_bytes(), &terms()).unwrap();
    assert_eq!(batch.kind(), Kind::Bank);
    let transfer = &batch.transfers()[0];
    assert!(matches!(&transfer.creditor, Actor::Bank(bank) if bank.name.is_some()));
    assert_eq!(
        (transfer.charges, transfer.debtor_agent.is_some()),
        (None, false)
    );
}

#[test]
fn every_sample_is_read_back_from_our_writing() {
    for file in ["pacs008-single.xml", "pacs008-batch.xml", "pacs009.xml"] {
        let batch = Batch::read(sample(file).as_bytes(), &terms()).unwrap();
        let again = Batch::read(batch.to_xml().as_bytes(), &terms());
        assert_eq!(again, Ok(batch), "{file}");
    }
}
