use obolus_protocol::Amount;

use super::*;

fn text(text: &str) -> memo::MemoText {
    memo::MemoText::new(text).unwrap()
}

#[test]
fn references_are_short_and_differ() {
    let tx = TxDigest([0xab; 32]);
    let first = reference(&tx, 1).unwrap();
    assert_eq!(first.as_str(), format!("{}-1", "ab".repeat(14)));
    assert_ne!(first, reference(&tx, 2).unwrap());
    assert!(reference(&tx, 999_999).is_ok());
}

#[test]
fn movements_count_as_the_balance_does() {
    let amount = Amount::new(7);
    let text = text("");
    let received = Movement::Received {
        amount,
        payer: None,
        text: text.clone(),
    };
    let redeemed = Movement::Redeemed {
        amount,
        text: text.clone(),
    };
    let merged = Movement::Merged { amount: 7, text };
    assert_eq!(signed(&received), 7);
    assert_eq!(signed(&redeemed), -7);
    assert_eq!(signed(&Movement::MovedOut { amount }), -7);
    assert_eq!(signed(&Movement::MovedIn { amount }), 7);
    assert_eq!(signed(&merged), 0);
}

#[test]
fn an_order_in_the_memo_is_told_and_other_text_is_remittance() {
    let order = "OBP1|u=eb6305c9-1f7f-49de-aed0-16487c27b42d|e=INV-1|d=Muster AG|r=Invoice 1";
    let details = said(&text(order));
    assert_eq!(
        details.uetr.map(|uetr| uetr.to_string()).as_deref(),
        Some("eb6305c9-1f7f-49de-aed0-16487c27b42d")
    );
    assert_eq!(
        details.end_to_end_id.as_ref().map(|id| id.as_str()),
        Some("INV-1")
    );
    assert_eq!(details.remittance[0].as_str(), "Invoice 1");

    let plain = said(&text("rent\u{202e} for May"));
    assert_eq!(plain.uetr, None);
    assert_eq!(plain.remittance[0].as_str(), "rent for May");
    assert_eq!(said(&text("")).remittance, []);
    let long = "x".repeat(256);
    let lines: Vec<_> = said(&text(&long)).remittance;
    assert_eq!(lines.iter().map(|l| l.as_str().len()).sum::<usize>(), 256);
}

#[test]
fn amounts_above_18_digits_are_refused() {
    assert!(units(999_999_999_999_999_999).is_ok());
    assert!(matches!(
        units(1_000_000_000_000_000_000),
        Err(IsoError::TooLarge)
    ));
    assert!(matches!(units(-1), Err(IsoError::TooLarge)));
}
