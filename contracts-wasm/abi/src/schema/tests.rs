use alloc::string::ToString;
use alloc::vec;

use super::*;

crate::schema_types! {
    /// A message.
    /// In two lines.
    #[derive(Copy, PartialOrd)]
    pub struct Inner {
        /// Its id.
        pub id: ContractId,
    }
    /// What is emitted.
    ///
    /// See [`Inner`] and [`words`](super::words).
    #[derive(PartialOrd)]
    pub enum Outer {
        /// Nothing more.
        Bare,
        /// Something "quoted".
        Full {
            /// Small.
            small: u16,
            /// Many.
            many: Vec<Inner>,
            /// Perhaps.
            maybe: Option<u64>,
        },
        /// One value.
        One(Inner),
        /// Several.
        Several(u8, [Inner; 2]),
    }
}

#[test]
fn encoding_and_shape_come_from_one_declaration() {
    let value = Outer::Full {
        small: 7,
        many: vec![Inner {
            id: ContractId([1; 32]),
        }],
        maybe: None,
    };
    let bytes = borsh::to_vec(&value).unwrap();
    assert_eq!(bytes.len(), 1 + 2 + 4 + 32 + 1);
    assert_eq!(borsh::from_slice::<Outer>(&bytes).unwrap(), value);

    let mut types = Types::default();
    assert_eq!(Outer::describe(&mut types), Shape::Named("Outer"));
    assert_eq!(Inner::describe(&mut types), Shape::Named("Inner"));
    assert_eq!(types.definitions.len(), 2);
    assert_eq!(types.definitions["Inner"].doc, "A message. In two lines.");
    let Body::Enum(variants) = &types.definitions["Outer"].body else {
        panic!("an enum")
    };
    let Content::Fields(fields) = &variants[1].content else {
        panic!("named fields")
    };
    let names: Vec<_> = fields.iter().map(|field| field.name).collect();
    assert_eq!(names, ["small", "many", "maybe"]);
    assert_eq!(variants[0].content, Content::Fields(vec![]));
    let inner = || Shape::Named("Inner");
    assert_eq!(variants[2].content, Content::Value(inner()));
    let several = vec![Shape::Unsigned(8), Shape::Array(inner().into(), 2)];
    assert_eq!(variants[3].content, Content::Value(Shape::Tuple(several)));
    let copied = Inner {
        id: ContractId([2; 32]),
    };
    let bytes = borsh::to_vec(&Outer::Several(3, [copied, copied])).unwrap();
    assert_eq!((bytes.len(), &bytes[..2]), (1 + 1 + 64, &[3, 3][..]));
}

#[test]
fn of_links_the_names_stay() {
    for (lines, text) in [
        (
            &[" One [`Two`].", "", " [`Three`](x::y) (four)"][..],
            "One `Two`. `Three` (four)",
        ),
        (&["no [`link", "[x](y)"], "no [`link [x](y)"),
        (&["[`a`](open"], "`a`(open"),
    ] {
        assert_eq!(words(lines), text);
    }
}

#[test]
fn the_document_is_what_it_was() {
    let mut schema = ContractSchema::default();
    schema.events = Some(Outer::describe(&mut schema.types));
    schema.entries.push(EntrySchema {
        name: "go",
        access: EntryAccess::Write,
        message: Vec::<u8>::describe(&mut schema.types),
        reply: <(u8, [u8; 2])>::describe(&mut schema.types),
    });
    schema.errors.push(ContractError {
        code: 5,
        name: "bad".to_string(),
        message: "a \"bad\"\nthing \\".to_string(),
    });
    let json = schema.to_json("c", "1");
    for part in [
        r#"{"schema":"obolus.contract/1","encoding":"borsh","contract":"c","version":"1""#,
        r#"{"name":"go","access":"write","export":"x_go","message":{"type":"string","pattern":"^([0-9a-f]{2})*$","x-borsh":"Vec<u8>"}"#,
        r#""reply":{"type":"array","prefixItems":[{"type":"integer","minimum":0,"maximum":255,"x-borsh":"u8"},{"type":"string","pattern":"^[0-9a-f]{4}$","x-borsh":"[u8; 2]"}],"items":false,"minItems":2}"#,
        r##""events":{"$ref":"#/$defs/Outer"}"##,
        "What is emitted. See `Inner` and `words`.",
        r##""properties":{"One":{"$ref":"#/$defs/Inner"}}"##,
        r##"{"type":"array","items":{"$ref":"#/$defs/Inner"},"minItems":2,"maxItems":2,"x-borsh":"[_; 2]"}"##,
        r#"{"code":5,"name":"bad","message":"a \"bad\"\u000athing \\"}"#,
        r#""description":"Something \"quoted\".","x-borsh-variant":1"#,
        r##""many":{"description":"Many.","allOf":[{"type":"array","items":{"$ref":"#/$defs/Inner"}}]}"##,
        r#""anyOf":[{"type":"null"},{"type":"string","pattern":"^(0|[1-9][0-9]*)$","x-borsh":"u64"}]"#,
    ] {
        assert!(json.contains(part), "{part}\nis not in\n{json}");
    }
    let depth = json.chars().fold(0_i32, |depth, c| match c {
        '{' | '[' => depth + 1,
        '}' | ']' => depth - 1,
        _ => depth,
    });
    // The patterns' own brackets are balanced as well.
    assert_eq!(depth, 0);
}
