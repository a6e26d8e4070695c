//! Messages as JSON against borsh itself.

use obolus_abi::schema::{ContractSchema, Describe, EntryAccess, EntrySchema};
use obolus_abi::{ContractId, schema_types};
use serde_json::{Value, json};

use crate::{CodecError, Schema};

schema_types! {
    /// All shapes.
    pub struct Everything {
        /// A number.
        pub small: u16,
        /// A large number.
        pub large: u64,
        /// A larger one.
        pub huge: u128,
        /// A flag.
        pub flag: bool,
        /// Text.
        pub text: String,
        /// An id.
        pub id: ContractId,
        /// Bytes.
        pub bytes: Vec<u8>,
        /// A list.
        pub list: Vec<(u8, Option<Choice>)>,
        /// Two of them.
        pub two: [Choice; 2],
    }
    /// A choice.
    pub enum Choice {
        /// Nothing.
        Bare,
        /// Something.
        Full {
            /// What.
            what: u32,
        },
        /// A value without a name.
        One(u16),
        /// Two of them.
        Pair(bool, ContractId),
    }
}

fn schema_text() -> String {
    let mut schema = ContractSchema::default();
    let message = Everything::describe(&mut schema.types);
    schema.entries.push(EntrySchema {
        name: "go",
        access: EntryAccess::Write,
        message,
        reply: Option::<Choice>::describe(&mut schema.types),
    });
    schema.events = Some(Everything::describe(&mut schema.types));
    schema.to_json("c", "1")
}

fn schema() -> Schema {
    Schema::parse(&schema_text()).unwrap()
}

fn value() -> (Everything, Value) {
    let native = Everything {
        small: 7,
        large: u64::MAX,
        huge: u128::MAX,
        flag: true,
        text: "grüezi".into(),
        id: ContractId([0xab; 32]),
        bytes: vec![0, 255],
        list: vec![
            (1, None),
            (2, Some(Choice::Bare)),
            (3, Some(Choice::Full { what: 9 })),
        ],
        two: [Choice::One(5), Choice::Pair(true, ContractId([0xcd; 32]))],
    };
    let json = json!({
        "small": 7, "large": u64::MAX.to_string(), "huge": u128::MAX.to_string(), "flag": true,
        "text": "grüezi", "id": "ab".repeat(32), "bytes": "00ff",
        "list": [[1, null], [2, {"Bare": {}}], [3, {"Full": {"what": 9}}]],
        "two": [{"One": 5}, {"Pair": [true, "cd".repeat(32)]}],
    });
    (native, json)
}

#[test]
fn json_and_borsh_agree_both_ways() {
    let (native, json) = value();
    let bytes = borsh::to_vec(&native).unwrap();
    assert_eq!(schema().encode("go", &json).unwrap(), bytes);
    assert_eq!(schema().decode_event(&bytes).unwrap(), json);
    let reply = borsh::to_vec(&Some(Choice::Bare)).unwrap();
    assert_eq!(
        schema().decode_reply("go", &reply).unwrap(),
        json!({"Bare": {}})
    );
}

#[test]
fn what_does_not_fit_is_named() {
    let cases = [
        ("small", json!(65_536), "message.small"),
        ("small", json!(-1), "message.small"),
        ("small", json!("7"), "message.small"),
        ("large", json!(7), "message.large"),
        ("large", json!("07"), "message.large"),
        ("large", json!("18446744073709551616"), "message.large"),
        ("id", json!("ab"), "message.id"),
        ("id", json!("AB".repeat(32)), "message.id"),
        ("bytes", json!("0"), "message.bytes"),
        ("list", json!([[1, null, 2]]), "message.list[0]"),
        ("list", json!([[1, {"Other": {}}]]), "message.list[0][1]"),
        (
            "list",
            json!([[1, {"Bare": {}, "Full": {"what": 1}}]]),
            "message.list[0][1]",
        ),
        (
            "list",
            json!([[1, {"Full": {}}]]),
            "message.list[0][1].Full",
        ),
        ("two", json!([{"Bare": {}}]), "message.two"),
        (
            "two",
            json!([{"Bare": {}}, {"One": "5"}]),
            "message.two[1].One",
        ),
        (
            "two",
            json!([{"Bare": {}}, {"Pair": [true]}]),
            "message.two[1].Pair",
        ),
        ("more", json!(1), "message"),
    ];
    for (field, wrong, place) in cases {
        let (_, mut json) = value();
        json[field] = wrong;
        let error = schema().encode("go", &json).unwrap_err();
        assert!(
            matches!(&error, CodecError::Value { at, .. } if at == place),
            "{error:?}"
        );
    }
    assert!(matches!(
        schema().encode("nothing", &Value::Null),
        Err(CodecError::NoEntry(_))
    ));
    assert!(matches!(Schema::parse("{}"), Err(CodecError::Schema(_))));
    assert!(matches!(Schema::parse("no"), Err(CodecError::Schema(_))));
}

#[test]
fn spoiled_bytes_are_refused() {
    let bytes = borsh::to_vec(&value().0).unwrap();
    for len in 0..bytes.len() {
        assert_eq!(
            schema().decode_event(&bytes[..len]),
            Err(CodecError::Bytes),
            "{len}"
        );
    }
    let mut long = bytes;
    long.push(0);
    assert_eq!(schema().decode_event(&long), Err(CodecError::Bytes));
    assert_eq!(schema().decode_reply("go", &[2]), Err(CodecError::Bytes));
    assert_eq!(schema().decode_reply("go", &[1, 4]), Err(CodecError::Bytes));
}

/// Values without bytes cost nothing to ask for: a schema of 30 nested pairs would make a billion of them.
#[test]
fn a_schema_cannot_make_many_values_of_nothing() {
    let mut types = serde_json::Map::new();
    for level in 0..30 {
        let next = json!({"$ref": format!("#/$defs/t{}", level + 1)});
        let pair = json!({"type": "array", "prefixItems": [next, next]});
        types.insert(format!("t{level}"), pair);
    }
    types.insert("t30".into(), json!({"type": "null"}));
    let mut document: Value = serde_json::from_str(&schema_text()).unwrap();
    document["$defs"] = types.into();
    document["events"] = json!({"$ref": "#/$defs/t0"});
    let schema = Schema::parse(&document.to_string()).unwrap();
    let Err(CodecError::Schema(reason)) = schema.decode_event(&[]) else {
        panic!("decoded");
    };
    assert!(reason.contains("too many values"), "{reason}");
}
