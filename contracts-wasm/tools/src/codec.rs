//! Messages as JSON: encoded and decoded by a contract's schema, as `obolus contract build` writes it.
//!
//! Integers above 32 bits are decimal text, bytes are lower-case hexadecimal, a variant is an object with its name as the
//! only key. Nothing is guessed: a value that does not fit is an error that says where.

mod read;
mod write;

use serde_json::{Map, Value};

use self::read::Rest;
use crate::CodecError;

/// Deepest nesting of a message's types.
const MAX_DEPTH: usize = 32;

/// A contract's schema.
#[derive(Clone, Debug)]
pub struct Schema(Value);

impl Schema {
    /// Reads a schema's JSON.
    ///
    /// # Errors
    /// [`CodecError::Schema`].
    pub fn parse(json: &str) -> Result<Self, CodecError> {
        let value: Value =
            serde_json::from_str(json).map_err(|error| CodecError::Schema(error.to_string()))?;
        if value["schema"] != "obolus.contract/1" || value["encoding"] != "borsh" {
            return Err(CodecError::Schema(
                "it is not of the form obolus.contract/1".into(),
            ));
        }
        Ok(Self(value))
    }

    /// The bytes of an entry's message.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn encode(&self, entry: &str, message: &Value) -> Result<Vec<u8>, CodecError> {
        let mut out = Vec::new();
        let shape = self.entry(entry, "message")?;
        self.write(shape, message, "message", 0, &mut out)?;
        Ok(out)
    }

    /// An entry's reply.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn decode_reply(&self, entry: &str, reply: &[u8]) -> Result<Value, CodecError> {
        self.decode(self.entry(entry, "reply")?, reply)
    }

    /// An event of the contract.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn decode_event(&self, event: &[u8]) -> Result<Value, CodecError> {
        self.decode(&self.0["events"], event)
    }

    fn decode(&self, shape: &Value, bytes: &[u8]) -> Result<Value, CodecError> {
        let mut rest = Rest::new(bytes);
        let value = self.read(shape, 0, &mut rest)?;
        rest.end()?;
        Ok(value)
    }

    fn entry(&self, name: &str, part: &str) -> Result<&Value, CodecError> {
        let entries = self.0["entries"].as_array();
        entries
            .and_then(|entries| entries.iter().find(|entry| entry["name"] == name))
            .and_then(|entry| entry.get(part))
            .ok_or_else(|| CodecError::NoEntry(name.to_owned()))
    }

    /// What a shape is, references resolved.
    fn kind<'a>(&'a self, shape: &'a Value, depth: usize) -> Result<Kind<'a>, CodecError> {
        let broken = || CodecError::Schema(format!("a type that is none of ours: {shape}"));
        if depth > MAX_DEPTH {
            return Err(CodecError::Schema("types nest too deeply".into()));
        }
        if let Some(name) = shape["$ref"].as_str() {
            let name = name.strip_prefix("#/$defs/").ok_or_else(broken)?;
            let target = self.0["$defs"].get(name).ok_or_else(broken)?;
            return self.kind(target, depth + 1);
        }
        if let Some([one]) = shape["allOf"].as_array().map(Vec::as_slice) {
            return self.kind(one, depth + 1);
        }
        if let Some([_, some]) = shape["anyOf"].as_array().map(Vec::as_slice) {
            return Ok(Kind::Option(some));
        }
        if let Some(variants) = shape["oneOf"].as_array() {
            return Ok(Kind::Enum(variants));
        }
        match (shape["type"].as_str(), shape["x-borsh"].as_str()) {
            (Some("null"), _) => Ok(Kind::Unit),
            (Some("boolean"), _) => Ok(Kind::Bool),
            (Some("string"), None) => Ok(Kind::Text),
            (Some("string"), Some("Vec<u8>")) => Ok(Kind::Bytes(None)),
            (Some("integer" | "string"), Some(borsh)) => {
                if let Some(bits) = borsh.strip_prefix('u') {
                    let bits: usize = bits.parse().map_err(|_| broken())?;
                    return match bits {
                        8 | 16 | 32 | 64 | 128 => Ok(Kind::Unsigned(bits / 8)),
                        _ => Err(broken()),
                    };
                }
                let len = borsh
                    .strip_prefix("[u8; ")
                    .and_then(|rest| rest.strip_suffix(']'));
                let len = len.and_then(|len| len.parse().ok()).ok_or_else(broken)?;
                Ok(Kind::Bytes(Some(len)))
            }
            (Some("array"), None) => match shape["prefixItems"].as_array() {
                Some(parts) => Ok(Kind::Tuple(parts)),
                None => Ok(Kind::List(&shape["items"])),
            },
            (Some("array"), Some(borsh)) => {
                let len = borsh
                    .strip_prefix("[_; ")
                    .and_then(|rest| rest.strip_suffix(']'));
                let len = len.and_then(|len| len.parse().ok()).ok_or_else(broken)?;
                Ok(Kind::Array(&shape["items"], len))
            }
            (Some("object"), _) => shape["properties"]
                .as_object()
                .zip(shape["required"].as_array())
                .map(|(properties, order)| Kind::Struct(properties, order))
                .ok_or_else(broken),
            _ => Err(broken()),
        }
    }
}

/// A shape that was looked at.
enum Kind<'a> {
    Unit,
    Bool,
    /// Length in bytes.
    Unsigned(usize),
    Text,
    /// A fixed length, or one that stands before.
    Bytes(Option<usize>),
    Option(&'a Value),
    /// An item, and how many there are.
    Array(&'a Value, usize),
    List(&'a Value),
    Tuple(&'a [Value]),
    /// Fields by name, and their order.
    Struct(&'a Map<String, Value>, &'a [Value]),
    Enum(&'a [Value]),
}

fn variant_name(variant: &Value) -> Option<&str> {
    variant["required"].get(0).and_then(Value::as_str)
}
