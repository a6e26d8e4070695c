//! Both encodings of an update.

use super::*;

fn update() -> BlockUpdate {
    BlockUpdate {
        height: 3,
        block: BlockHash([1; 32]),
        app_hash: AppHash([2; 32]),
        time_ms: 1_700_000_000_000,
        scheduled: Vec::new(),
        txs: vec![TxUpdate {
            digest: TxDigest([3; 32]),
            contract: ContractId([4; 32]),
            entry: "transfer".into(),
            memos: vec![vec![0xab, 0xcd], vec![]],
            events: vec![EventRecord {
                contract: ContractId([4; 32]),
                data: vec![7, 8],
            }],
            fuel_used: 9,
        }],
    }
}

#[test]
fn borsh_round_trip_and_trailing_bytes() {
    let mut bytes = borsh::to_vec(&update()).unwrap();
    assert_eq!(borsh::from_slice::<BlockUpdate>(&bytes).unwrap(), update());
    bytes.push(0);
    assert!(borsh::from_slice::<BlockUpdate>(&bytes).is_err());
}

#[test]
fn json_shows_bytes_as_lower_case_hex() {
    let json = serde_json::to_value(update()).unwrap();
    assert_eq!(json["txs"][0]["memos"], serde_json::json!(["abcd", ""]));
    assert_eq!(json["txs"][0]["events"][0]["data"], "0708");
    assert_eq!(json["block"], "01".repeat(32));
    assert_eq!(
        serde_json::from_value::<BlockUpdate>(json).unwrap(),
        update()
    );
}

#[test]
fn other_spellings_of_a_hash_are_refused() {
    let good = "0a".repeat(32);
    assert_eq!(good.parse::<BlockHash>().unwrap(), BlockHash([10; 32]));
    assert_eq!(BlockHash([10; 32]).to_string(), good);
    for bad in [
        good.to_uppercase(),
        good[1..].into(),
        format!("{good}00"),
        "0g".repeat(32),
    ] {
        assert!(bad.parse::<BlockHash>().is_err(), "{bad}");
    }
}
