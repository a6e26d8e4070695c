//! Payment rows, good and bad.

use super::*;

const GOOD: &str = "3f0c5c1e-7a52-4c0e-9d5b-0a1d6a0f7b01";

fn rules() -> Rules {
    Rules {
        currency: Currency::USD,
        exponent: Exponent::new(2).unwrap(),
        max_memo: 256,
    }
}

fn read_rows(rows: &str) -> Batch {
    read(format!("{}\n{rows}", HEADER.join(",")).as_bytes(), rules()).unwrap()
}

fn reason(row: &str) -> String {
    let batch = read_rows(row);
    assert!(batch.payments.is_empty(), "{row} was accepted");
    assert_eq!(batch.refused.len(), 1);
    assert_eq!(batch.refused[0].line, 2);
    batch.refused[0].reason.clone()
}

#[test]
fn a_quoted_row_is_read_exactly() {
    let batch = read_rows(&format!(
        "{GOOD},A Bank,B Bank,60925087.03,USD,\"Größere, Lieferung\""
    ));
    assert_eq!(batch.refused, []);
    let payment = &batch.payments[0];
    assert_eq!(payment.amount.get(), 6_092_508_703);
    assert_eq!(payment.memo(), format!("{GOOD}\nGrößere, Lieferung"));
}

#[test]
fn bad_rows_are_set_aside_with_their_reason() {
    for (row, expected) in [
        (format!("{GOOD},A,B,1.001,USD,x"), "bad amount"),
        (format!("{GOOD},A,B,-1.00,USD,x"), "bad amount"),
        (format!("{GOOD},A,B,1e5,USD,x"), "bad amount"),
        (
            format!("{GOOD},A,B,184467440737095516.16,USD,x"),
            "bad amount",
        ),
        (format!("{GOOD},A,B,0.00,USD,x"), "bad amount: zero"),
        (format!("{GOOD},A,B,,USD,x"), "bad amount"),
        (format!("{GOOD},A,B,1.00,XQQ,x"), "unknown currency"),
        (format!("{GOOD},A,B,1.00,EUR,x"), "no EUR token"),
        (format!("{GOOD},A,A,1.00,USD,x"), "same institution"),
        (format!("{GOOD},,A,1.00,USD,x"), "debtor must be"),
        (format!("{GOOD},A,B ,1.00,USD,x"), "creditor must be"),
        (format!("{GOOD},A,B,1.00,USD"), "5 columns"),
        (
            format!("{},A,B,1.00,USD,x", GOOD.to_uppercase()),
            "lower-case",
        ),
        ("nonsense,A,B,1.00,USD,x".into(), "not a UUID"),
        (
            format!("{GOOD},A,B,1.00,USD,{}", "x".repeat(256)),
            "too long",
        ),
    ] {
        let got = reason(&row);
        assert!(got.contains(expected), "{row}: {got}");
    }
}

#[test]
fn a_repeated_reference_is_paid_once() {
    let batch = read_rows(&format!("{GOOD},A,B,1.00,USD,x\n{GOOD},A,B,1.00,USD,x"));
    assert_eq!(batch.payments.len(), 1);
    assert_eq!(batch.refused[0].line, 3);
}

#[test]
fn invalid_utf8_is_one_bad_row() {
    let mut bytes = format!("{}\n{GOOD},A,", HEADER.join(",")).into_bytes();
    bytes.extend(b"\xff\xfe,1.00,USD,x\n");
    let batch = read(bytes.as_slice(), rules()).unwrap();
    assert_eq!(batch.refused[0].reason, "creditor is not UTF-8");
}

#[test]
fn a_hostile_reference_cannot_steer_the_terminal() {
    let batch = read_rows("\x1b[2Jcleared\x07,A,B,1.00,USD,x");
    assert_eq!(batch.refused[0].uetr, "\u{fffd}[2Jcleared\u{fffd}");
}

#[test]
fn other_tables_are_errors() {
    assert!(matches!(
        read(&b""[..], rules()),
        Err(PaymentsError::Header)
    ));
    assert!(matches!(
        read(&b"a,b,c\n"[..], rules()),
        Err(PaymentsError::Header)
    ));
    let header = format!("{}\n", HEADER.join(","));
    assert!(matches!(
        read(header.as_bytes(), rules()),
        Err(PaymentsError::Empty)
    ));
}
