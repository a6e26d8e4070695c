use obolus_protocol::note::Rcm;

use super::*;
use crate::entry::Kind;
use crate::testing::entry;

const TOKEN: ContractId = ContractId([9; 32]);
const UETR: &str = "3F0C5C1E-7A52-4C0E-9D5B-0A1D6A0F7B01";

fn blind(byte: u8) -> Blind {
    parse_blind(&hex::encode(&[byte; 32])).unwrap()
}

fn text(text: &str) -> MemoText {
    MemoText::new(text).unwrap()
}

/// Two payments in one transaction, and one alone; the first binds "rent".
fn ledger() -> Vec<Entry> {
    let mut entries: Vec<_> = (0..3)
        .map(|id| entry(id, Kind::Transfer, Some(1), Some(2), 5))
        .collect();
    entries[1].tx = entries[0].tx;
    entries[0].created[0].rcm = blind(1).rcm(&TOKEN, &text("rent"));
    entries
}

fn applied(csv: &str, annotations: &mut Annotations) -> Applied {
    let rows = read(csv.as_bytes()).unwrap();
    let entries = ledger().into_iter().map(Ok::<_, ()>);
    apply(&rows, &TOKEN, entries, annotations).unwrap()
}

#[test]
fn a_text_with_its_blind_is_checked_and_no_other() {
    let bound = &ledger()[0];
    assert_eq!(check_text(&TOKEN, bound, &text("rent"), &blind(1)), Ok(()));
    for (said, by) in [("Rent", 1), ("rent", 2)] {
        let outcome = check_text(&TOKEN, bound, &text(said), &blind(by));
        assert_eq!(outcome, Err(CheckError::Mismatch));
    }
    let other = ContractId([8; 32]);
    let outcome = check_text(&other, bound, &text("rent"), &blind(1));
    assert_eq!(outcome, Err(CheckError::Mismatch));
    let mut redeemed = entry(7, Kind::Redemption, Some(1), None, 5);
    redeemed.created[0].rcm = Rcm::new(1_u64.into());
    let outcome = check_text(&TOKEN, &redeemed, &text("rent"), &blind(1));
    assert_eq!(outcome, Err(CheckError::NoNote));
}

#[test]
fn rows_find_their_movements() {
    let mut annotations = Annotations::default();
    let both = ledger()[0].tx;
    let csv = format!(
        "transaction,uetr,text,blind\n{both},{UETR},rent,{}\n{},ref-2,,\n",
        hex::encode(&[1; 32]),
        ledger()[2].tx
    );
    let outcome = applied(&csv, &mut annotations);
    assert_eq!((outcome.checked, outcome.claimed), (1, 1));
    assert_eq!(outcome.refused, []);
    let found = annotations.with_uetr(&UETR.to_lowercase());
    assert_eq!(found, BTreeSet::from([RecordId(0)]));
    assert_eq!(annotations.of(RecordId(0)).unwrap().state, State::Checked);
    assert_eq!(
        annotations.with_uetr("ref-2"),
        BTreeSet::from([RecordId(2)])
    );
    assert!(annotations.with_uetr("ref-3").is_empty());
}

#[test]
fn a_claim_replaces_no_check_and_ambiguity_is_refused() {
    let mut annotations = Annotations::default();
    let blind = hex::encode(&[1; 32]);
    applied(
        &format!("position,text,blind\n0,rent,{blind}\n"),
        &mut annotations,
    );
    let both = ledger()[0].tx;
    let outcome = applied(
        &format!("position,transaction,text\n0,,lies\n9,,nothing\n,{both},which\n"),
        &mut annotations,
    );
    let lines: Vec<_> = outcome.refused.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3, 4]);
    assert_eq!(annotations.of(RecordId(0)).unwrap().text, "rent");
}

#[test]
fn files_are_read_strictly() {
    for csv in [
        "uetr,text\na,b\n",
        "position,colour\n1,red\n",
        "position\nfirst\n",
        "transaction\nabc\n",
        "position,blind\n1,abcd\n",
        "position,text\n,x\n",
    ] {
        assert!(read(csv.as_bytes()).is_err(), "{csv}");
    }
}
