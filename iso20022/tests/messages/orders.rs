//! What is refused of well-formed payment messages, and where: totals, amounts, references, identifiers, dates.

use obolus_iso20022::{Batch, Fault, IdentifierError, MoneyError, TextError, TimeError};

use crate::common::{eur, refused, refused_with, terms, three, uetr};

#[test]
fn totals_are_those_of_the_transactions() {
    let xml = three().to_xml();
    let sum = "1001250.75";
    assert!(xml.contains(&format!("<CtrlSum>{sum}</CtrlSum>")), "{xml}");
    for (from, to, path, fault) in [
        (
            "<NbOfTxs>3",
            "<NbOfTxs>2",
            "GrpHdr/NbOfTxs",
            Fault::Count { found: 3 },
        ),
        (
            "<NbOfTxs>3",
            "<NbOfTxs>999999999999999",
            "GrpHdr/NbOfTxs",
            Fault::Count { found: 3 },
        ),
        (
            "<NbOfTxs>3",
            "<NbOfTxs>+3",
            "GrpHdr/NbOfTxs",
            Fault::NotListed,
        ),
        (
            "<NbOfTxs>3",
            "<NbOfTxs>9999999999999999",
            "GrpHdr/NbOfTxs",
            Fault::NotListed,
        ),
        (
            "<CtrlSum>1001250.75",
            "<CtrlSum>1001250.76",
            "GrpHdr/CtrlSum",
            Fault::Sum,
        ),
        (
            "<CtrlSum>1001250.75",
            "<CtrlSum>1e6",
            "GrpHdr/CtrlSum",
            MoneyError::NotDecimal.into(),
        ),
        (
            "\"EUR\">1001250.75",
            "\"EUR\">1001250.74",
            "GrpHdr/TtlIntrBkSttlmAmt",
            Fault::Sum,
        ),
        (
            "\"EUR\">1001250.75",
            "\"USD\">1001250.75",
            "GrpHdr/TtlIntrBkSttlmAmt",
            Fault::Sum,
        ),
    ] {
        assert_eq!(
            refused_with(&xml, from, to),
            (path.to_owned(), fault),
            "{to}"
        );
    }
    let bare = xml
        .replace(&format!("      <CtrlSum>{sum}</CtrlSum>\n"), "")
        .replace(
            &format!("      <TtlIntrBkSttlmAmt Ccy=\"EUR\">{sum}</TtlIntrBkSttlmAmt>\n"),
            "",
        );
    assert_eq!(refused(bare), ("GrpHdr/CtrlSum".to_owned(), Fault::NoSum));
}

#[test]
fn amounts_are_exact_and_positive() {
    let xml = three().to_xml();
    let precise = MoneyError::TooPrecise {
        currency: eur(),
        digits: 2,
    };
    let huge = format!("1{}", "0".repeat(30));
    for (amount, fault) in [
        ("1250.750", precise.into()),
        ("-1250.75", MoneyError::NotDecimal.into()),
        ("1e30", MoneyError::NotDecimal.into()),
        ("1 250.75", MoneyError::NotDecimal.into()),
        (huge.as_str(), MoneyError::TooLarge.into()),
        ("0.00", Fault::Zero),
        ("", MoneyError::NotDecimal.into()),
    ] {
        let changed = refused_with(&xml, ">1250.75<", &format!(">{amount}<"));
        assert_eq!(
            changed,
            ("CdtTrfTxInf[1]/IntrBkSttlmAmt".to_owned(), fault),
            "{amount}"
        );
    }
}

#[test]
fn a_message_has_one_currency_the_agreed_one() {
    let xml = three().to_xml();
    let usd = obolus_iso20022::Currency::new("USD").unwrap();
    let mixed = refused_with(&xml, "Ccy=\"EUR\">0.01", "Ccy=\"USD\">0.01");
    let path = "CdtTrfTxInf[2]/IntrBkSttlmAmt/@Ccy".to_owned();
    assert_eq!(mixed, (path, Fault::Money(MoneyError::Mixed(eur(), usd))));
    let other = refused(xml.replace("\"EUR\"", "\"USD\""));
    let path = "CdtTrfTxInf[1]/IntrBkSttlmAmt/@Ccy".to_owned();
    assert_eq!(other, (path.clone(), Fault::OtherCurrency(eur())));
    let gold = refused(xml.replace("Ccy=\"EUR\">1250.75", "Ccy=\"XAU\">1250.75"));
    assert_eq!(gold, (path.clone(), Fault::Money(MoneyError::Currency)));
    let none = refused_with(
        &xml,
        "<IntrBkSttlmAmt Ccy=\"EUR\">1250.75",
        "<IntrBkSttlmAmt>1250.75",
    );
    assert_eq!(none, (path, Fault::Missing));
}

#[test]
fn every_payment_has_its_own_uetr_of_version_four() {
    let xml = three().to_xml();
    let (third, first) = (uetr(3).to_string(), uetr(1).to_string());
    let path = "CdtTrfTxInf[3]/PmtId/UETR".to_owned();
    assert_eq!(
        refused_with(&xml, &third, &first),
        (path.clone(), Fault::Repeated(1))
    );
    let version_one = third.replace("-4000-", "-1000-");
    let wrong = refused_with(&xml, &third, &version_one);
    assert_eq!(wrong, (path.clone(), IdentifierError::Uetr.into()));
    let missing = refused_with(&xml, &format!("        <UETR>{third}</UETR>\n"), "");
    assert_eq!(missing, (path, Fault::Missing));
}

#[test]
fn identifiers_and_lengths_are_those_of_the_schema() {
    let xml = three().to_xml();
    let long = "x".repeat(36);
    for (from, to, path, fault) in [
        (
            "MUSTDEFF<",
            "MUSTDEFFX<",
            "CdtTrfTxInf[1]/DbtrAgt/FinInstnId/BICFI",
            Fault::from(IdentifierError::Bic),
        ),
        (
            "DE44500105175407324931",
            "DE45500105175407324931",
            "CdtTrfTxInf[2]/DbtrAcct/Id/IBAN",
            IdentifierError::IbanCheck.into(),
        ),
        (
            "529900OBOLUSMUSTER24",
            "529900OBOLUSMUSTER25",
            "CdtTrfTxInf[2]/DbtrAgt/FinInstnId/LEI",
            IdentifierError::LeiCheck.into(),
        ),
        (
            "INV-2026-1<",
            &format!("{long}<"),
            "CdtTrfTxInf[1]/PmtId/EndToEndId",
            TextError::TooLong {
                length: 36,
                max: 35,
            }
            .into(),
        ),
        (
            "INV-2026-1<",
            "<",
            "CdtTrfTxInf[1]/PmtId/EndToEndId",
            TextError::Empty.into(),
        ),
        (
            "<MsgId>MSG-20261130-1",
            "<MsgId>MSG\n1",
            "GrpHdr/MsgId",
            TextError::Control(4).into(),
        ),
        (
            "2026-11-30T08:00:00+00:00",
            "2026-11-30T08:00:00",
            "GrpHdr/CreDtTm",
            TimeError::Timestamp.into(),
        ),
        (
            ">2026-11-30<",
            ">2026-02-30<",
            "GrpHdr/IntrBkSttlmDt",
            TimeError::Date.into(),
        ),
        (
            "<ChrgBr>SHAR",
            "<ChrgBr>FREE",
            "CdtTrfTxInf[1]/ChrgBr",
            Fault::NotListed,
        ),
    ] {
        assert_eq!(
            refused_with(&xml, from, to),
            (path.to_owned(), fault),
            "{to}"
        );
    }
}

#[test]
fn dates_are_the_business_day() {
    let other = refused(three().to_xml().replace(">2026-11-30<", ">2026-12-01<"));
    assert_eq!(
        other,
        ("CdtTrfTxInf[1]/IntrBkSttlmDt".to_owned(), Fault::OtherDay)
    );
    let mut open = terms();
    open.business_day = None;
    let later = three().to_xml().replace(">2026-11-30<", ">2026-12-01<");
    assert!(Batch::read(later.as_bytes(), &open).is_ok());
    let xml = three().to_xml();
    let date = "      <IntrBkSttlmDt>2026-11-30</IntrBkSttlmDt>\n";
    assert_eq!(
        refused_with(&xml, date, ""),
        ("CdtTrfTxInf[1]/IntrBkSttlmDt".to_owned(), Fault::Missing)
    );
}

#[test]
fn what_the_header_says_for_all_no_transaction_says_again() {
    let xml = three().to_xml();
    let own = "<IntrBkSttlmDt>2026-11-30</IntrBkSttlmDt><ChrgBr>";
    let twice = refused_with(&xml, "<ChrgBr>", own);
    assert_eq!(
        twice,
        ("CdtTrfTxInf[1]/IntrBkSttlmDt".to_owned(), Fault::Twice)
    );
    let header = "</SttlmInf><InstdAgt><FinInstnId><BICFI>PELLFRPP</BICFI></FinInstnId></InstdAgt>";
    let twice = refused_with(&xml, "</SttlmInf>", header);
    assert_eq!(twice, ("CdtTrfTxInf[2]/InstdAgt".to_owned(), Fault::Twice));
}
