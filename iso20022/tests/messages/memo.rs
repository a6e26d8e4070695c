//! The text of a payment's memo.

use obolus_iso20022::{Actor, Identity, MemoError, MemoText, OtherId, Party};

use crate::common::{id, long_transfer, name, short_transfer, text};

const SHORT: &str = "OBP1|u=00000000-0000-4000-8000-000000000001|e=INV-2026-1";

#[test]
fn the_text_is_fixed() {
    assert_eq!(MemoText::encode(&short_transfer(1, "1.00")).unwrap(), SHORT);
    let expected = "OBP1|u=00000000-0000-4000-8000-000000000002|e=INV-2026-2|d=Tochter \\/ Co|c=Filiale \\\\ Fils|\
                    cl=529900OBOLUSPELLIC92|r=Invoice 117|r=of 2026-10-31 <net>";
    assert_eq!(
        MemoText::encode(&long_transfer(2, "1.00")).unwrap(),
        expected
    );
    let memo = MemoText::decode(expected).unwrap();
    assert_eq!(
        memo.ultimate_debtor.as_ref().unwrap().name,
        Some(name("Tochter | Co"))
    );
    assert_eq!(
        memo.ultimate_creditor.as_ref().unwrap().name,
        Some(name("Filiale \\ Fils"))
    );
    assert_eq!(memo.end_to_end_id, id("INV-2026-2"));
    assert_eq!(memo.remittance.len(), 2);
}

#[test]
fn nothing_is_cut_off() {
    let mut transfer = short_transfer(1, "1.00");
    let room = MemoText::MAX_BYTES - SHORT.len() - "|r=".len() - "|r=".len() - 140;
    transfer.remittance = vec![text(&"a".repeat(140)), text(&"b".repeat(room))];
    assert_eq!(
        MemoText::encode(&transfer).unwrap().len(),
        MemoText::MAX_BYTES
    );
    transfer.remittance[1] = text(&"b".repeat(room + 1));
    assert_eq!(
        MemoText::encode(&transfer),
        Err(MemoError::Remittance { excess: 1 })
    );
    transfer.remittance[1] = text(&format!("{}é", "b".repeat(room)));
    assert_eq!(
        MemoText::encode(&transfer),
        Err(MemoError::Remittance { excess: 2 })
    );
    let long = || Some(Actor::Customer(Party::named(text(&"n".repeat(140)))));
    transfer.ultimate_debtor = long();
    transfer.ultimate_creditor = long();
    assert!(matches!(
        MemoText::encode(&transfer),
        Err(MemoError::Parties { .. })
    ));
    transfer.remittance.clear();
    assert!(matches!(
        MemoText::encode(&transfer),
        Err(MemoError::Parties { .. })
    ));
}

#[test]
fn a_party_that_the_memo_cannot_name_is_not_left_out() {
    let mut transfer = short_transfer(1, "1.00");
    transfer.ultimate_creditor = Some(Actor::Customer(Party {
        identity: Some(Identity::Person(vec![OtherId {
            id: text("P-1"),
            scheme: None,
            issuer: None,
        }])),
        ..Party::default()
    }));
    assert_eq!(MemoText::encode(&transfer), Err(MemoError::Unnamed));
}

#[test]
fn other_texts_are_no_memos() {
    let long = format!("{SHORT}|r={}", "x".repeat(140));
    let too_long = format!("{long}|r={}", "x".repeat(140));
    for (text, error) in [
        ("", MemoError::NotAMemo),
        ("Invoice 117", MemoError::NotAMemo),
        ("OBP1", MemoError::NotAMemo),
        (
            "OBP10|u=00000000-0000-4000-8000-000000000001|e=A",
            MemoError::NotAMemo,
        ),
        (
            "OBP2|u=00000000-0000-4000-8000-000000000001|e=A",
            MemoError::NotAMemo,
        ),
        (too_long.as_str(), MemoError::NotAMemo),
        ("OBP1|", MemoError::Field(1)),
        (
            "OBP1|e=A|u=00000000-0000-4000-8000-000000000001",
            MemoError::Field(1),
        ),
        (
            "OBP1|u=00000000-0000-1000-8000-000000000001|e=A",
            MemoError::Field(1),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001",
            MemoError::Field(2),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=",
            MemoError::Field(2),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=A|",
            MemoError::Field(3),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=A|e=B",
            MemoError::Field(3),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=A|r=x\\",
            MemoError::Field(3),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=A|r=x\\n",
            MemoError::Field(3),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=A|r=x\n",
            MemoError::Field(3),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=A|db=SHORT",
            MemoError::Field(3),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=A|c=X|d=Y",
            MemoError::Field(4),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=A|d=X|d=Y",
            MemoError::Field(4),
        ),
        (
            "OBP1|u=00000000-0000-4000-8000-000000000001|e=A|r=X|d=Y",
            MemoError::Field(4),
        ),
    ] {
        assert_eq!(MemoText::decode(text), Err(error), "{text}");
    }
    assert!(MemoText::decode(&long).is_ok());
}

#[test]
fn debug_hides_what_a_memo_says() {
    let memo = MemoText::decode(&format!("{SHORT}|d=Muster|r=Invoice")).unwrap();
    let shown = format!("{memo:?}");
    assert!(
        !shown.contains("Muster") && !shown.contains("Invoice") && !shown.contains("INV"),
        "{shown}"
    );
}
