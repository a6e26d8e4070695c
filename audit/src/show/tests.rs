use obolus_protocol::amount::Exponent;

use super::*;
use crate::entry::Time;

fn decimals(exponent: u8) -> Decimals {
    Decimals(Exponent::new(exponent).unwrap())
}

#[test]
fn amounts_are_exact() {
    for (units, exponent, text) in [
        (0, 2, "0.00"),
        (5, 2, "0.05"),
        (123_456, 2, "1234.56"),
        (7, 0, "7"),
        (u128::from(u64::MAX) * 3, 18, "55.340232221128654845"),
    ] {
        assert_eq!(decimals(exponent).text(units), text);
    }
}

#[test]
fn csv_runs_no_formula() {
    let shown = Shown {
        id: RecordId(3),
        height: 4,
        time: Time(0).to_string(),
        transaction: "ab".into(),
        position: Some(6),
        kind: "transfer",
        from: Some("=1+1".into()),
        from_slot: Some(1),
        to: Some("A, \"B\"".into()),
        to_slot: Some(2),
        amount: "5.00".into(),
        reference: None,
        uetr: None,
        text: Some("@SUM(A1)".into()),
        text_state: Some("claimed"),
    };
    let mut out = Vec::new();
    write_csv(&mut out, "USD", std::iter::once(shown)).unwrap();
    let text = String::from_utf8(out).unwrap();
    let row = text.lines().nth(1).unwrap();
    assert_eq!(
        row,
        "3,4,1970-01-01T00:00:00.000Z,ab,6,transfer,'=1+1,1,\"A, \"\"B\"\"\",2,5.00,USD,,,'@SUM(A1),claimed"
    );
}
