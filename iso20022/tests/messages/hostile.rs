//! Messages that mean harm, or that were damaged on their way.

use obolus_iso20022::{
    Batch, Fault, Forbidden, MAX_DEPTH, MAX_ELEMENTS, MAX_MESSAGE_BYTES, MAX_TRANSACTIONS,
    TextError,
};
use proptest::prelude::*;

use crate::common::{batch, refused, refused_with, short_transfer, terms, three};

fn one() -> String {
    batch(vec![short_transfer(1, "1250.75")]).to_xml()
}

const NAME: &str = "<Nm>Muster GmbH</Nm>";

#[test]
fn document_types_and_entities_are_refused() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;\">]>\n<Document ";
    let (_, fault) = refused_with(&one(), "<Document ", laughs);
    assert_eq!(fault, Forbidden::DocumentType.into());
    let file = "<!DOCTYPE d SYSTEM \"file:///etc/passwd\">\n<Document ";
    assert_eq!(
        refused_with(&one(), "<Document ", file).1,
        Forbidden::DocumentType.into()
    );
    for entity in ["&lol;", "&nbsp;", "&Muster;"] {
        let (_, fault) = refused_with(&one(), "Muster GmbH", entity);
        assert_eq!(fault, Forbidden::Entity.into(), "{entity}");
    }
    let inner = refused_with(&one(), NAME, "<!DOCTYPE x><Nm>M</Nm>");
    assert!(
        matches!(inner.1, Fault::Forbidden(_) | Fault::Malformed(_)),
        "{inner:?}"
    );
}

#[test]
fn what_a_person_reads_is_what_is_paid() {
    let comment = refused_with(&one(), "1250.75</IntrBk", "12<!-- -->50.75</IntrBk");
    assert_eq!(comment.1, Forbidden::Comment.into());
    assert_eq!(
        refused_with(&one(), "Muster GmbH", "<![CDATA[Muster]]>").1,
        Forbidden::Cdata.into()
    );
    assert_eq!(
        refused_with(&one(), NAME, "<?php x ?><Nm>M</Nm>").1,
        Forbidden::Instruction.into()
    );
    assert_eq!(
        refused_with(
            &one(),
            "<Document ",
            "<?xml-stylesheet href=\"x\"?><Document "
        )
        .1,
        Forbidden::Instruction.into()
    );
    let turned = refused_with(&one(), "Muster GmbH", "Muster \u{202e}HbmG");
    assert_eq!(turned.1, TextError::Control(8).into());
    let turned = refused_with(&one(), "Muster GmbH", "Muster &#x202E;HbmG");
    assert_eq!(turned.1, TextError::Control(8).into());
    let mixed = refused_with(&one(), NAME, "Muster<Nm>M</Nm>");
    assert!(matches!(mixed.1, Fault::Malformed(_)));
}

#[test]
fn character_references_that_xml_forbids_are_refused() {
    for reference in [
        "&#0;",
        "&#xD800;",
        "&#x110000;",
        "&#99999999999;",
        "&#8;",
        "&#;",
        "&#x;",
        "&",
    ] {
        let (_, fault) = refused_with(&one(), "Muster GmbH", reference);
        let refused = matches!(
            fault,
            Fault::Malformed(_) | Fault::Text(_) | Fault::Forbidden(_)
        );
        assert!(refused, "{reference}: {fault:?}");
    }
}

#[test]
fn other_namespaces_and_messages_are_refused() {
    for (from, to) in [
        ("pacs.008.001.08\"", "pacs.008.001.09\""),
        ("pacs.008.001.08\"", "pain.001.001.09\""),
        (
            " xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08\"",
            "",
        ),
        ("pacs.008.001.08\"", "pacs.009.001.08\""),
        ("<Document ", "<Envelope "),
    ] {
        let (_, fault) = refused(
            one()
                .replace(
                    "</Document>",
                    if to == "<Envelope " {
                        "</Envelope>"
                    } else {
                        "</Document>"
                    },
                )
                .replacen(from, to, 1),
        );
        assert!(matches!(fault, Fault::OtherMessage(_)), "{to}: {fault:?}");
    }
    let foreign = refused_with(&one(), "<Nm>", "<Nm xmlns=\"urn:other\">");
    assert_eq!(foreign.1, Fault::Unexpected);
    let unbound = refused_with(&one(), NAME, "<x:Nm>M</x:Nm>");
    assert!(matches!(unbound.1, Fault::Unexpected | Fault::Malformed(_)));
}

#[test]
fn declarations_of_other_encodings_are_refused() {
    for declaration in [
        "<?xml version=\"1.1\" encoding=\"UTF-8\"?>",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
        "<?xml encoding=\"UTF-8\"?>",
    ] {
        let (_, fault) = refused_with(
            &one(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            declaration,
        );
        assert_eq!(fault, Forbidden::Declaration.into(), "{declaration}");
    }
    let without = one().replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "");
    assert!(Batch::read(without.as_bytes(), &terms()).is_ok());
}

#[test]
fn bytes_that_are_not_utf8_are_refused() {
    let mut bytes = one().into_bytes();
    let place = bytes.iter().position(|byte| *byte == b'M').unwrap();
    bytes[place] = 0xff;
    assert_eq!(refused(&bytes).1, Fault::NotUtf8(place));
    let utf16: Vec<u8> = one().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (_, fault) = refused(&utf16);
    assert!(
        matches!(fault, Fault::Malformed(_) | Fault::OtherMessage(_)),
        "{fault:?}"
    );
}

#[test]
fn unknown_attributes_and_elements_are_refused() {
    for (from, to, path) in [
        ("<Nm>", "<Nm lang=\"de\">", "CdtTrfTxInf[1]/@lang"),
        ("<Nm>", "<Nm Ccy=\"EUR\">", "CdtTrfTxInf[1]/Dbtr/Nm"),
        ("<Dbtr>", "<Dbtr Ccy=\"EUR\">", "CdtTrfTxInf[1]/Dbtr"),
        ("<Document ", "<Document lang=\"de\" ", "@lang"),
        (NAME, "<Nm>M</Nm><Nm>N</Nm>", "CdtTrfTxInf[1]/Dbtr/Nm"),
        (NAME, "<Nm>M</Nm><Blob/>", "CdtTrfTxInf[1]/Dbtr/Blob"),
        (NAME, "<Nm><b>M</b></Nm>", "CdtTrfTxInf[1]/Dbtr/Nm/b"),
        ("<GrpHdr>", "<GrpHdr><X/>", "GrpHdr/MsgId"),
    ] {
        let (found, fault) = refused_with(&one(), from, to);
        assert!(
            matches!(fault, Fault::Unexpected | Fault::Missing),
            "{to}: {fault:?}"
        );
        assert_eq!(found, path, "{to}");
    }
    let twice = refused_with(
        &one(),
        "<IntrBkSttlmAmt Ccy=\"EUR\">",
        "<IntrBkSttlmAmt Ccy=\"EUR\" Ccy=\"USD\">",
    );
    assert!(matches!(twice.1, Fault::Malformed(_)));
}

#[test]
fn order_and_headers_are_those_of_the_schema() {
    let xml = one();
    let (header, rest) = xml.split_once("    <CdtTrfTxInf>").unwrap();
    let (root, group) = header.split_once("    <GrpHdr>").unwrap();
    let (transaction, end) = rest.split_once("</CdtTrfTxInf>\n").unwrap();
    let transaction = format!("    <CdtTrfTxInf>{transaction}</CdtTrfTxInf>\n");
    let group = format!("    <GrpHdr>{group}");
    assert!(
        Batch::read(
            format!("{root}{group}{transaction}{end}").as_bytes(),
            &terms()
        )
        .is_ok()
    );
    assert_eq!(
        refused(format!("{root}{transaction}{group}{end}")),
        ("GrpHdr".to_owned(), Fault::Missing)
    );
    assert_eq!(
        refused(format!("{root}{transaction}{end}")),
        ("GrpHdr".to_owned(), Fault::Missing)
    );
    assert_eq!(
        refused(format!("{root}{group}{group}{transaction}{end}")).1,
        Fault::Unexpected
    );
    assert_eq!(
        refused(format!("{root}{group}{end}")),
        ("GrpHdr/NbOfTxs".to_owned(), Fault::Count { found: 0 })
    );
    let swapped = refused(xml.replacen("<ChrgBr>SHAR</ChrgBr>", "", 1).replacen(
        "</CdtTrfTxInf>",
        "<ChrgBr>SHAR</ChrgBr></CdtTrfTxInf>",
        1,
    ));
    assert_eq!(
        swapped,
        ("CdtTrfTxInf[1]/ChrgBr".to_owned(), Fault::Missing)
    );
}

#[test]
fn nothing_follows_the_document() {
    let xml = one();
    for after in [
        "<Document/>",
        "x",
        "<?x y?>",
        "&lt;",
        "<!DOCTYPE x>",
        "</Document>",
        "<?xml version=\"1.0\"?>",
    ] {
        let (_, fault) = refused(format!("{xml}{after}"));
        assert!(
            matches!(
                fault,
                Fault::Malformed(_) | Fault::Forbidden(_) | Fault::Unexpected
            ),
            "{after}: {fault:?}"
        );
    }
    let second = xml.replace(
        "</Document>",
        "<FIToFICstmrCdtTrf></FIToFICstmrCdtTrf></Document>",
    );
    assert!(matches!(refused(second).1, Fault::Malformed(_)));
    assert!(Batch::read(format!("{xml}\n<!-- sent twice -->\n").as_bytes(), &terms()).is_ok());
}

#[test]
fn sizes_are_bounded() {
    assert_eq!(
        refused(vec![b' '; MAX_MESSAGE_BYTES + 1]).1,
        Fault::TooLarge
    );
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert!(matches!(
        refused_with(&one(), NAME, &deep).1,
        Fault::TooDeep | Fault::TooManyElements
    ));
    let deep = format!("{}{}", "<a>".repeat(MAX_DEPTH), "</a>".repeat(MAX_DEPTH));
    assert_eq!(refused_with(&one(), NAME, &deep).1, Fault::TooDeep);
    let wide = "<a/>".repeat(MAX_ELEMENTS);
    assert_eq!(refused_with(&one(), NAME, &wide).1, Fault::TooManyElements);
    let long = format!("<Nm>{}</Nm>", "x".repeat(1 << 20));
    assert_eq!(
        refused_with(&one(), NAME, &long).1,
        TextError::TooLong {
            length: 1 << 20,
            max: 140
        }
        .into()
    );
}

#[test]
fn attributes_by_the_hundred_thousand_cost_nothing() {
    let many: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
    assert_eq!(
        refused_with(&one(), "<Nm>", &format!("<Nm{many}>")).1,
        Fault::Unexpected
    );
    let many: String = (0..100_000).map(|n| format!(" xmlns:a{n}=\"u\"")).collect();
    assert!(matches!(
        refused_with(&one(), "<Nm>", &format!("<Nm{many}>")).1,
        Fault::Malformed(_)
    ));
}

#[test]
fn transactions_are_bounded() {
    let xml = one();
    let (head, rest) = xml.split_once("    <CdtTrfTxInf>").unwrap();
    let (body, tail) = rest.split_once("</CdtTrfTxInf>").unwrap();
    let transaction = format!(
        "<CdtTrfTxInf>{}</CdtTrfTxInf>",
        body.replace("\n", "").replace("  ", "")
    );
    let many = transaction.repeat(MAX_TRANSACTIONS + 1);
    assert_eq!(
        refused(format!("{head}{many}{tail}")).1,
        Fault::TooManyTransactions
    );
}

#[test]
fn every_truncation_is_noticed() {
    let xml = one();
    let end = xml.trim_end().len();
    for length in 0..end {
        if xml.is_char_boundary(length) {
            let (_, fault) = refused(&xml.as_bytes()[..length]);
            assert_ne!(fault, Fault::TooLarge, "{length}");
        }
    }
}

#[test]
fn errors_tell_nothing_of_the_payment() {
    let xml = three().to_xml();
    let changed = xml.replace("Pellicule \"SA\"", &"Pellicule".repeat(20));
    let changed = changed.replace("Pellicule &quot;SA&quot;", &"Pellicule".repeat(20));
    let error = Batch::read(changed.as_bytes(), &terms()).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("PelliculePellicule"), "{shown}");
    let error = Batch::read(xml.replace("1250.75<", "1250.751<").as_bytes(), &terms()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("1250"), "{error:?}");
    let batch = Batch::read(xml.as_bytes(), &terms()).unwrap();
    let shown = format!("{batch:?}");
    for secret in [
        "1250",
        "125075",
        "Muster",
        "Invoice",
        "DE44",
        "MUSTDEFF",
        "529900",
        "0012345678",
        "Écluse",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(Batch::read(&bytes, &terms()).is_err());
    }

    /// A changed byte is refused or changes what is read; what is read can be written and read again.
    #[test]
    fn changed_bytes_are_answered(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = three().to_xml().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(batch) = Batch::read(&bytes, &terms()) {
            prop_assert_eq!(Batch::read(batch.to_xml().as_bytes(), &terms()), Ok(batch));
        }
    }

    #[test]
    fn moved_pieces_are_answered(from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(), length in 1..300_usize) {
        let xml = three().to_xml();
        let mut bytes = xml.into_bytes();
        let from = from.index(bytes.len());
        let piece: Vec<u8> = bytes.iter().skip(from).take(length).copied().collect();
        let to = to.index(bytes.len());
        bytes.splice(to..to, piece);
        if let Ok(batch) = Batch::read(&bytes, &terms()) {
            prop_assert_eq!(Batch::read(batch.to_xml().as_bytes(), &terms()), Ok(batch));
        }
    }
}
