//! Status reports, read back by another reader.

use obolus_iso20022::{
    Batch, Original, Reason, Rejection, Status, StatusError, StatusHeader, StatusReport,
    TransactionStatus,
};

use crate::common::{agent, id, long_transfer, moment, short_transfer, terms, three, uetr, values};

pub fn header() -> StatusHeader {
    StatusHeader {
        message_id: id("STATUS-1"),
        created_at: moment("2026-11-30T08:00:05Z"),
        instructing_agent: Some(agent("PELLFRPP")),
        instructed_agent: Some(agent("MUSTDEFF")),
    }
}

fn settled() -> Status {
    Status::Settled {
        at: moment("2026-11-30T08:00:04Z"),
        reference: Some(id("BLOCK-17-3")),
    }
}

pub fn mixed() -> StatusReport {
    let batch = three();
    let statuses = [
        settled(),
        Status::InProcess,
        Status::Rejected(Rejection::new(Reason::AM04, "the notes do not suffice")),
    ];
    let statuses = batch.transfers().iter().zip(statuses);
    let statuses = statuses.map(|(transfer, status)| TransactionStatus::of(transfer, status));
    StatusReport::new(header(), Original::of(&batch), statuses.collect()).unwrap()
}

pub fn rejected() -> StatusReport {
    let broken = three().to_xml().replace("<NbOfTxs>3", "<NbOfTxs>4");
    let error = Batch::read(broken.as_bytes(), &terms()).unwrap_err();
    StatusReport::reject(header(), Original::of(&three()), Rejection::from(&error))
}

#[test]
fn each_transaction_has_its_status() {
    let report = mixed();
    assert_eq!(report.group_status(), "PART");
    let xml = report.to_xml();
    assert_eq!(
        values(&xml, "OrgnlGrpInfAndSts/OrgnlMsgId"),
        ["MSG-20261130-1"]
    );
    assert_eq!(
        values(&xml, "OrgnlGrpInfAndSts/OrgnlMsgNmId"),
        ["pacs.008.001.08"]
    );
    assert_eq!(values(&xml, "OrgnlGrpInfAndSts/GrpSts"), ["PART"]);
    let uetrs: Vec<_> = (1..=3).map(|n| uetr(n).to_string()).collect();
    assert_eq!(values(&xml, "TxInfAndSts/OrgnlUETR"), uetrs);
    assert_eq!(values(&xml, "TxInfAndSts/TxSts"), ["ACSC", "ACSP", "RJCT"]);
    assert_eq!(values(&xml, "TxInfAndSts/OrgnlInstrId"), ["INSTR-1"]);
    assert_eq!(
        values(&xml, "TxInfAndSts/FctvIntrBkSttlmDt/DtTm"),
        ["2026-11-30T08:00:04+00:00"]
    );
    assert_eq!(values(&xml, "TxInfAndSts/ClrSysRef"), ["BLOCK-17-3"]);
    assert_eq!(values(&xml, "TxInfAndSts/StsRsnInf/Rsn/Cd"), ["AM04"]);
    assert_eq!(
        values(&xml, "TxInfAndSts/StsRsnInf/AddtlInf"),
        ["the notes do not suffice"]
    );
}

#[test]
fn a_common_status_is_the_groups() {
    let batch = three();
    let all = |status: &Status| {
        let statuses = batch.transfers().iter();
        let statuses = statuses.map(|transfer| TransactionStatus::of(transfer, status.clone()));
        StatusReport::new(header(), Original::of(&batch), statuses.collect()).unwrap()
    };
    assert_eq!(all(&settled()).group_status(), "ACSC");
    assert_eq!(all(&Status::InProcess).group_status(), "ACSP");
    assert_eq!(
        all(&Status::Rejected(Reason::AC06.into())).group_status(),
        "RJCT"
    );
}

#[test]
fn a_refused_message_is_rejected_whole() {
    let xml = rejected().to_xml();
    assert_eq!(values(&xml, "OrgnlGrpInfAndSts/GrpSts"), ["RJCT"]);
    assert_eq!(values(&xml, "OrgnlGrpInfAndSts/StsRsnInf/Rsn/Cd"), ["AM18"]);
    let lines = values(&xml, "OrgnlGrpInfAndSts/StsRsnInf/AddtlInf");
    assert!(
        lines[0].starts_with("GrpHdr/NbOfTxs: the message has 3 transactions"),
        "{lines:?}"
    );
    assert!(values(&xml, "TxInfAndSts/TxSts").is_empty());
}

#[test]
fn what_cannot_be_taken_is_answered_as_long_as_its_header_is_there() {
    let whole = three().to_xml();
    let read = |xml: &str| Original::read(xml.as_bytes());
    assert_eq!(read(&whole), Ok(Original::of(&three())));
    // Whatever comes after the header, and whatever is wrong within it after the id.
    let (header, _) = whole.split_once("<CdtTrfTxInf>").unwrap();
    assert_eq!(read(header), Ok(Original::of(&three())));
    let unknown = whole.replace("<NbOfTxs>3</NbOfTxs>", "<Unknown>3</Unknown>");
    assert_eq!(read(&unknown), Ok(Original::of(&three())));
    let timeless = whole.replace("<CreDtTm>", "<CreDtTm>x");
    assert_eq!(read(&timeless).unwrap().created_at, None);
    for gone in [
        whole.replace("MsgId>", "Id>"),
        whole.replace("pacs.008.001.08", "pacs.008.001.13"),
        String::new(),
    ] {
        assert!(read(&gone).is_err(), "{gone}");
    }
}

#[test]
fn explanations_are_broken_into_lines() {
    let explanation = format!("{}\n{}", "a".repeat(105), "b".repeat(110));
    let rejection = Rejection::new(Reason::NARR, &explanation);
    let lengths: Vec<_> = rejection
        .details
        .iter()
        .map(|line| line.as_str().len())
        .collect();
    assert_eq!(lengths, [105, 104, 6]);
    assert!(Rejection::new(Reason::NARR, " \n ").details.is_empty());
}

#[test]
fn reports_of_nothing_and_of_one_payment_twice_are_refused() {
    let original = || Original::of(&three());
    assert_eq!(
        StatusReport::new(header(), original(), vec![]),
        Err(StatusError::Empty)
    );
    let twice = [short_transfer(1, "1.00"), long_transfer(1, "1.00")];
    let twice = twice
        .iter()
        .map(|transfer| TransactionStatus::of(transfer, Status::InProcess));
    let twice = StatusReport::new(header(), original(), twice.collect());
    assert_eq!(twice, Err(StatusError::Repeated(1, 2)));
}

#[test]
fn reasons_are_four_characters_and_different() {
    let codes: std::collections::BTreeSet<_> =
        Reason::ALL.iter().map(|reason| reason.code()).collect();
    assert_eq!(codes.len(), Reason::ALL.len());
    assert!(codes.iter().all(|code| code.len() == 4));
}
