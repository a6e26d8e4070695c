//! What the standard allows and the ledger cannot carry out: refused, with the reason.

use obolus_iso20022::{Fault, Refusal};

use crate::common::{bank_transfer, batch, refused_with, short_transfer, three};

fn not_carried_out(message: &str, from: &str, to: &str) -> (String, Refusal) {
    match refused_with(message, from, to) {
        (path, Fault::NotCarriedOut(why)) => (path, why),
        other => panic!("{other:?}"),
    }
}

/// Puts an element before the n-th of another.
fn insert(before: &str, element: &str) -> (String, Refusal) {
    let from = format!("<{before}>");
    not_carried_out(&three().to_xml(), &from, &format!("{element}{from}"))
}

#[test]
fn what_the_ledger_cannot_do_is_refused_and_says_why() {
    let xml = three().to_xml();
    for method in ["INDA", "INGA", "COVE"] {
        let refusal = not_carried_out(&xml, "CLRG", method);
        assert_eq!(
            refusal,
            (
                "GrpHdr/SttlmInf/SttlmMtd".to_owned(),
                Refusal::SettlementMethod
            )
        );
    }
    let system = not_carried_out(&xml, "<Prtry>OBOLUS", "<Prtry>OTHER");
    assert_eq!(
        system,
        ("GrpHdr/SttlmInf/ClrSys".to_owned(), Refusal::ClearingSystem)
    );
    let account = not_carried_out(
        &xml,
        "<ClrSys>",
        "<SttlmAcct><Id><Othr><Id>1</Id></Othr></Id></SttlmAcct><ClrSys>",
    );
    assert_eq!(
        account,
        (
            "GrpHdr/SttlmInf/SttlmAcct".to_owned(),
            Refusal::SettlementRoute
        )
    );
    let booking = not_carried_out(&xml, "<NbOfTxs>", "<BtchBookg>true</BtchBookg><NbOfTxs>");
    assert_eq!(
        booking,
        ("GrpHdr/BtchBookg".to_owned(), Refusal::BatchBooking)
    );
    let bank = "<FinInstnId><BICFI>BSPLNL2A</BICFI></FinInstnId>";
    let intermediary = format!("<IntrmyAgt1>{bank}</IntrmyAgt1>");
    for (before, element, path, why) in [
        (
            "ChrgBr",
            "<SttlmTmReq><CLSTm>10:00:00Z</CLSTm></SttlmTmReq>",
            "SttlmTmReq",
            Refusal::SettlementTime,
        ),
        (
            "ChrgBr",
            "<PoolgAdjstmntDt>2026-12-01</PoolgAdjstmntDt>",
            "PoolgAdjstmntDt",
            Refusal::SettlementTime,
        ),
        (
            "ChrgBr",
            "<InstdAmt Ccy=\"USD\">1250.75</InstdAmt>",
            "InstdAmt",
            Refusal::Conversion,
        ),
        (
            "ChrgBr",
            "<InstdAmt Ccy=\"EUR\">1260.75</InstdAmt>",
            "InstdAmt",
            Refusal::Conversion,
        ),
        (
            "ChrgBr",
            "<XchgRate>1.1</XchgRate>",
            "XchgRate",
            Refusal::Conversion,
        ),
        ("Dbtr", "<ChrgsInf/>", "ChrgsInf", Refusal::Conversion),
        ("Dbtr", &intermediary, "IntrmyAgt1", Refusal::Routing),
        (
            "CdtrAgt",
            "<DbtrAgtAcct><Id><Othr><Id>1</Id></Othr></Id></DbtrAgtAcct>",
            "DbtrAgtAcct",
            Refusal::Routing,
        ),
        (
            "/CdtTrfTxInf",
            "<InstrForCdtrAgt><Cd>HOLD</Cd></InstrForCdtrAgt>",
            "InstrForCdtrAgt",
            Refusal::Instructions,
        ),
        (
            "/CdtTrfTxInf",
            "<InstrForNxtAgt/>",
            "InstrForNxtAgt",
            Refusal::Instructions,
        ),
        (
            "/CdtTrfTxInf",
            "<Purp><Prtry>own</Prtry></Purp>",
            "Purp/Prtry",
            Refusal::Proprietary,
        ),
        (
            "/CdtTrfTxInf",
            "<RgltryRptg/>",
            "RgltryRptg",
            Refusal::Reporting,
        ),
        ("/CdtTrfTxInf", "<Tax/>", "Tax", Refusal::Reporting),
        (
            "/CdtTrfTxInf",
            "<RltdRmtInf/>",
            "RltdRmtInf",
            Refusal::StructuredRemittance,
        ),
        (
            "/CdtTrfTxInf",
            "<RmtInf><Strd/></RmtInf>",
            "RmtInf/Strd",
            Refusal::StructuredRemittance,
        ),
        (
            "/CdtTrfTxInf",
            "<SplmtryData/>",
            "SplmtryData",
            Refusal::Supplementary,
        ),
    ] {
        assert_eq!(
            insert(before, element),
            (format!("CdtTrfTxInf[1]/{path}"), why)
        );
    }
    let cover = batch(vec![bank_transfer(1, "1.00")]).to_xml();
    let cover = not_carried_out(
        &cover,
        "</CdtTrfTxInf>",
        "<UndrlygCstmrCdtTrf/></CdtTrfTxInf>",
    );
    assert_eq!(
        cover,
        (
            "CdtTrfTxInf[1]/UndrlygCstmrCdtTrf".to_owned(),
            Refusal::Cover
        )
    );
}

#[test]
fn parties_and_agents_can_be_told() {
    let xml = batch(vec![short_transfer(1, "1.00")]).to_xml();
    let name = "<Nm>Muster GmbH</Nm>";
    for (from, to, path, why) in [
        (name, "", "Dbtr", Refusal::PartyUnidentified),
        (
            name,
            "<CtryOfRes>DE</CtryOfRes>",
            "Dbtr",
            Refusal::PartyUnidentified,
        ),
        (
            name,
            "<Nm>M</Nm><Id><PrvtId><DtAndPlcOfBirth/></PrvtId></Id>",
            "Dbtr/Id/PrvtId/DtAndPlcOfBirth",
            Refusal::Detail,
        ),
        (
            name,
            "<Nm>M</Nm><CtctDtls/>",
            "Dbtr/CtctDtls",
            Refusal::Detail,
        ),
        (
            "<BICFI>MUSTDEFF</BICFI>",
            "<Nm>Musterbank</Nm>",
            "DbtrAgt/FinInstnId",
            Refusal::AgentUnidentified,
        ),
        (
            "</FinInstnId>",
            "</FinInstnId><BrnchId><Id>7</Id></BrnchId>",
            "DbtrAgt/BrnchId",
            Refusal::Routing,
        ),
    ] {
        assert_eq!(
            not_carried_out(&xml, from, to),
            (format!("CdtTrfTxInf[1]/{path}"), why)
        );
    }
}
