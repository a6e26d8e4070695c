//! The document as JSON. Written by hand: this crate has no JSON library, and needs only to write.

use alloc::format;
use alloc::string::String;
use core::fmt::Write as _;

use super::{Body, Content, ContractSchema, Definition, EntryAccess, Field, Shape, Variant};

/// A schema as a JSON document: a line for each entry, error and type, so that a change of one shows as such.
pub(super) fn document(schema: &ContractSchema, contract: &str, version: &str) -> String {
    let mut entries = Items::default();
    for entry in &schema.entries {
        let (access, export) = match entry.access {
            EntryAccess::Write => ("write", "x_"),
            EntryAccess::Read => ("read", "q_"),
        };
        entries.push_line(&object([
            ("name", text(entry.name)),
            ("access", text(access)),
            ("export", text(&format!("{export}{}", entry.name))),
            ("message", shape(&entry.message)),
            ("reply", shape(&entry.reply)),
        ]));
    }
    let mut errors = Items::default();
    for error in &schema.errors {
        errors.push_line(&object([
            ("code", format!("{}", error.code)),
            ("name", text(&error.name)),
            ("message", text(&error.message)),
        ]));
    }
    let mut types = Items::default();
    for (name, definition) in &schema.types.definitions {
        types.push_line(&format!("{}:{}", text(name), define(definition)));
    }
    let mut out = object([
        ("schema", text("obolus.contract/1")),
        ("encoding", text("borsh")),
        ("contract", text(contract)),
        ("version", text(version)),
        ("entries", format!("[{}\n]", entries.0)),
        (
            "events",
            schema.events.as_ref().map_or_else(|| "null".into(), shape),
        ),
        ("errors", format!("[{}\n]", errors.0)),
        ("$defs", format!("{{{}\n}}", types.0)),
    ]);
    out.push('\n');
    out
}

fn define(definition: &Definition) -> String {
    match &definition.body {
        Body::Struct(list) => fields(&definition.doc, list),
        Body::Enum(variants) => {
            let mut items = Items::default();
            for (number, one) in variants.iter().enumerate() {
                items.push(variant(number, one));
            }
            object([
                ("description", text(&definition.doc)),
                ("oneOf", format!("[{}]", items.0)),
            ])
        }
    }
}

fn fields(doc: &str, list: &[Field]) -> String {
    let (mut properties, mut required) = (Items::default(), Items::default());
    for field in list {
        let inner = shape(&field.shape);
        let described = object([
            ("description", text(&field.doc)),
            ("allOf", format!("[{inner}]")),
        ]);
        properties.push(format!("{}:{described}", text(field.name)));
        required.push(text(field.name));
    }
    object([
        ("description", text(doc)),
        ("type", text("object")),
        ("properties", format!("{{{}}}", properties.0)),
        ("required", format!("[{}]", required.0)),
        ("additionalProperties", "false".into()),
    ])
}

/// A variant is an object with its name as the only key; a bare one has an empty object there.
fn variant(number: usize, variant: &Variant) -> String {
    let name = text(variant.name);
    let content = match &variant.content {
        Content::Fields(list) => fields("", list),
        Content::Value(value) => shape(value),
    };
    object([
        ("description", text(&variant.doc)),
        ("x-borsh-variant", format!("{number}")),
        ("type", text("object")),
        ("properties", format!("{{{name}:{content}}}")),
        ("required", format!("[{name}]")),
        ("additionalProperties", "false".into()),
    ])
}

fn shape(shape: &Shape) -> String {
    let nested = |inner: &Shape| self::shape(inner);
    match shape {
        Shape::Unit => object([("type", text("null"))]),
        Shape::Bool => object([("type", text("boolean"))]),
        // Programs that read numbers as doubles lose the low bits of larger ones: they are decimal text.
        Shape::Unsigned(bits) if *bits > 32 => object([
            ("type", text("string")),
            ("pattern", text("^(0|[1-9][0-9]*)$")),
            ("x-borsh", text(&format!("u{bits}"))),
        ]),
        Shape::Unsigned(bits) => object([
            ("type", text("integer")),
            ("minimum", "0".into()),
            ("maximum", format!("{}", (1_u64 << bits) - 1)),
            ("x-borsh", text(&format!("u{bits}"))),
        ]),
        Shape::Text => object([("type", text("string"))]),
        Shape::Fixed(len) => object([
            ("type", text("string")),
            ("pattern", text(&format!("^[0-9a-f]{{{}}}$", 2 * len))),
            ("x-borsh", text(&format!("[u8; {len}]"))),
        ]),
        Shape::Bytes => object([
            ("type", text("string")),
            ("pattern", text("^([0-9a-f]{2})*$")),
            ("x-borsh", text("Vec<u8>")),
        ]),
        Shape::Array(inner, len) => object([
            ("type", text("array")),
            ("items", nested(inner)),
            ("minItems", format!("{len}")),
            ("maxItems", format!("{len}")),
            ("x-borsh", text(&format!("[_; {len}]"))),
        ]),
        Shape::List(inner) => object([("type", text("array")), ("items", nested(inner))]),
        Shape::Option(inner) => object([(
            "anyOf",
            format!("[{},{}]", nested(&Shape::Unit), nested(inner)),
        )]),
        Shape::Tuple(parts) => {
            let mut items = Items::default();
            for part in parts {
                items.push(nested(part));
            }
            object([
                ("type", text("array")),
                ("prefixItems", format!("[{}]", items.0)),
                ("items", "false".into()),
                ("minItems", format!("{}", parts.len())),
            ])
        }
        Shape::Named(name) => object([("$ref", text(&format!("#/$defs/{name}")))]),
    }
}

/// Values one after the other, with commas between them.
#[derive(Default)]
struct Items(String);

impl Items {
    fn push(&mut self, item: String) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&item);
    }

    fn push_line(&mut self, item: &str) {
        self.push(format!("\n{item}"));
    }
}

fn object<const N: usize>(members: [(&str, String); N]) -> String {
    let mut items = Items::default();
    for (name, value) in members {
        items.push(format!("{}:{value}", text(name)));
    }
    format!("{{{}}}", items.0)
}

/// A JSON string.
fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
