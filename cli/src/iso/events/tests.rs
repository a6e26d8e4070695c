use obolus_abi::TxDigest;
use obolus_wallet::PayerIdentity;
use obolus_wallet::outbox::{Held, PaymentId};

use super::super::testing::context;
use super::*;

const ORDER: &str = "OBP1|u=eb6305c9-1f7f-49de-aed0-16487c27b42d|e=INV-1|r=Invoice 1";

fn record(stage: Stage, text: &str) -> Record {
    Record {
        id: PaymentId::of_joint(&TxDigest([1; 32])),
        ordered_ms: 0,
        order: Order::Pay {
            to: "obolt1payee".into(),
            amount: 1250,
            text: text.into(),
            identity: PayerIdentity::Hidden,
        },
        stage,
    }
}

fn held(tx: u8) -> Held {
    Held {
        tx: TxDigest([tx; 32]),
        positions: vec![0],
        expiry: 9,
        returning: 0,
        earlier: Vec::new(),
    }
}

fn told(record: &Record) -> Vec<News> {
    let folder = tempfile::tempdir().unwrap();
    let context = context(folder.path(), 1);
    let teller = Teller::new(&context).unwrap();
    let now = Timestamp::from_unix(1_764_408_600).unwrap();
    teller.payments(std::slice::from_ref(record), now)
}

#[test]
fn an_event_says_what_the_order_said() {
    let refused = Stage::Refused {
        held: held(2),
        code: "velocity_used".into(),
        message: "too\noften".into(),
    };
    let mut news = told(&record(refused, ORDER));
    let body = news[0].body(7).unwrap();
    assert_eq!(body, news[0].body(7).unwrap());
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["type"], "payment.refused");
    let data = &body["data"];
    assert_eq!(data["sequence"], 7);
    assert_eq!(data["amount"], "12.50");
    assert_eq!(data["unit"], "USD");
    assert_eq!(data["uetr"], "eb6305c9-1f7f-49de-aed0-16487c27b42d");
    assert_eq!(data["end_to_end_id"], "INV-1");
    assert_eq!(data["remittance"][0], "Invoice 1");
    assert_eq!(data["detail"], "too\u{fffd}often");
    assert_eq!(data.get("text"), None);
}

#[test]
fn each_stage_of_each_try_is_an_event_of_its_own() {
    let signed = |tx| {
        let stage = Stage::Signed {
            held: held(tx),
            bytes: Vec::new(),
        };
        told(&record(stage, "rent"))
    };
    assert_eq!(signed(1)[0].name, signed(1)[0].name);
    assert_ne!(signed(1)[0].name, signed(2)[0].name);
    let expired = Stage::Expired {
        tx: TxDigest([1; 32]),
    };
    assert_ne!(told(&record(expired, "rent"))[0].name, signed(1)[0].name);
}

#[test]
fn what_may_vanish_and_what_is_nobodys_business_is_no_event() {
    assert!(told(&record(Stage::Reserved(held(1)), "")).is_empty());
    let merge = Record {
        order: Order::Merge { towards: 1 },
        ..record(
            Stage::Signed {
                held: held(1),
                bytes: Vec::new(),
            },
            "",
        )
    };
    assert!(told(&merge).is_empty());
}
