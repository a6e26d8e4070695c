//! Messages as JSON: encoded and decoded by a contract's schema, as `obolus contract build` writes it.
//!
//! Integers above 32 bits are decimal text, bytes are lower-case hexadecimal, a variant is an object with its name as the
//! only key. Nothing is guessed: a value that does not fit is an error that says where.

use serde_json::{Map, Value};

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

    fn decode(&self, shape: &Value, mut bytes: &[u8]) -> Result<Value, CodecError> {
        let value = self.read(shape, 0, &mut bytes)?;
        match bytes {
            [] => Ok(value),
            _ => Err(CodecError::Bytes),
        }
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
            (Some("array"), _) => match shape["prefixItems"].as_array() {
                Some(parts) => Ok(Kind::Tuple(parts)),
                None => Ok(Kind::List(&shape["items"])),
            },
            (Some("object"), _) => shape["properties"]
                .as_object()
                .zip(shape["required"].as_array())
                .map(|(properties, order)| Kind::Struct(properties, order))
                .ok_or_else(broken),
            _ => Err(broken()),
        }
    }

    fn write(
        &self,
        shape: &Value,
        value: &Value,
        at: &str,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        let expected = |what: &str| CodecError::Value {
            at: at.to_owned(),
            expected: what.to_owned(),
        };
        match self.kind(shape, depth)? {
            Kind::Unit => value.as_null().ok_or_else(|| expected("null")),
            Kind::Bool => {
                let flag = value.as_bool().ok_or_else(|| expected("true or false"))?;
                out.push(u8::from(flag));
                Ok(())
            }
            Kind::Unsigned(bytes) => {
                let what = format!("an integer of {} bits (above 32 as text)", 8 * bytes);
                let number = integer(value, bytes).ok_or_else(|| expected(&what))?;
                out.extend(number.to_le_bytes().iter().take(bytes));
                Ok(())
            }
            Kind::Text => {
                let text = value.as_str().ok_or_else(|| expected("text"))?;
                length(text.len(), at, out)?;
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            Kind::Bytes(len) => {
                let what = match len {
                    Some(len) => format!("{} lower-case hexadecimal digits", 2 * len),
                    None => "lower-case hexadecimal digits".to_owned(),
                };
                let bytes = value.as_str().and_then(unhex);
                let bytes = bytes.filter(|bytes| len.is_none_or(|len| bytes.len() == len));
                let bytes = bytes.ok_or_else(|| expected(&what))?;
                if len.is_none() {
                    length(bytes.len(), at, out)?;
                }
                out.extend_from_slice(&bytes);
                Ok(())
            }
            Kind::Option(some) => {
                out.push(u8::from(!value.is_null()));
                match value {
                    Value::Null => Ok(()),
                    value => self.write(some, value, at, depth + 1, out),
                }
            }
            Kind::List(item) => {
                let items = value.as_array().ok_or_else(|| expected("a list"))?;
                length(items.len(), at, out)?;
                for (place, value) in items.iter().enumerate() {
                    self.write(item, value, &format!("{at}[{place}]"), depth + 1, out)?;
                }
                Ok(())
            }
            Kind::Tuple(parts) => {
                let items = value.as_array().filter(|items| items.len() == parts.len());
                let items = items.ok_or_else(|| expected(&format!("a list of {}", parts.len())))?;
                for (place, (part, value)) in parts.iter().zip(items).enumerate() {
                    self.write(part, value, &format!("{at}[{place}]"), depth + 1, out)?;
                }
                Ok(())
            }
            Kind::Struct(properties, order) => {
                let fields = value
                    .as_object()
                    .filter(|fields| fields.len() == order.len());
                let names: Vec<_> = order.iter().filter_map(Value::as_str).collect();
                let what = format!("an object with exactly the fields {}", names.join(", "));
                let fields = fields.ok_or_else(|| expected(&what))?;
                for name in names {
                    let value = fields.get(name).ok_or_else(|| expected(&what))?;
                    let shape = &properties.get(name).unwrap_or(&Value::Null);
                    self.write(shape, value, &format!("{at}.{name}"), depth + 1, out)?;
                }
                Ok(())
            }
            Kind::Enum(variants) => {
                let names: Vec<_> = variants.iter().filter_map(variant_name).collect();
                let what = format!("an object with one of the keys {}", names.join(", "));
                let mut members = value.as_object().into_iter().flatten();
                let (Some((name, content)), None) = (members.next(), members.next()) else {
                    return Err(expected(&what));
                };
                let found = variants
                    .iter()
                    .find(|variant| variant_name(variant) == Some(name.as_str()));
                let variant = found.ok_or_else(|| expected(&what))?;
                let number = variant["x-borsh-variant"].as_u64();
                out.push(
                    number
                        .and_then(|number| u8::try_from(number).ok())
                        .ok_or_else(|| CodecError::Schema("a variant without its number".into()))?,
                );
                let shape = &variant["properties"][name.as_str()];
                self.write(shape, content, &format!("{at}.{name}"), depth + 1, out)
            }
        }
    }

    fn read(&self, shape: &Value, depth: usize, bytes: &mut &[u8]) -> Result<Value, CodecError> {
        Ok(match self.kind(shape, depth)? {
            Kind::Unit => Value::Null,
            Kind::Bool => match take(bytes, 1)? {
                [0] => Value::Bool(false),
                [1] => Value::Bool(true),
                _ => return Err(CodecError::Bytes),
            },
            Kind::Unsigned(len) => {
                let number = little_endian(take(bytes, len)?);
                match u32::try_from(number) {
                    Ok(number) if len <= 4 => number.into(),
                    _ => number.to_string().into(),
                }
            }
            Kind::Text => {
                let len = read_length(bytes)?;
                let text = core::str::from_utf8(take(bytes, len)?);
                text.map_err(|_| CodecError::Bytes)?.into()
            }
            Kind::Bytes(len) => {
                let len = match len {
                    Some(len) => len,
                    None => read_length(bytes)?,
                };
                hex(take(bytes, len)?).into()
            }
            Kind::Option(some) => match take(bytes, 1)? {
                [0] => Value::Null,
                [1] => self.read(some, depth + 1, bytes)?,
                _ => return Err(CodecError::Bytes),
            },
            Kind::List(item) => {
                let count = read_length(bytes)?;
                // Items without bytes could be as many as they like.
                if count > bytes.len() {
                    return Err(CodecError::Bytes);
                }
                let items = (0..count).map(|_| self.read(item, depth + 1, bytes));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Kind::Tuple(parts) => {
                let items = parts.iter().map(|part| self.read(part, depth + 1, bytes));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Kind::Struct(properties, order) => {
                let mut fields = Map::new();
                for name in order.iter().filter_map(Value::as_str) {
                    let shape = properties.get(name).unwrap_or(&Value::Null);
                    fields.insert(name.to_owned(), self.read(shape, depth + 1, bytes)?);
                }
                Value::Object(fields)
            }
            Kind::Enum(variants) => {
                let number = little_endian(take(bytes, 1)?);
                let variant = variants.get(usize::try_from(number).unwrap_or(usize::MAX));
                let variant = variant.ok_or(CodecError::Bytes)?;
                let name = variant_name(variant).unwrap_or_default();
                let content = self.read(&variant["properties"][name], depth + 1, bytes)?;
                Value::Object(Map::from_iter([(name.to_owned(), content)]))
            }
        })
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
    List(&'a Value),
    Tuple(&'a [Value]),
    /// Fields by name, and their order.
    Struct(&'a Map<String, Value>, &'a [Value]),
    Enum(&'a [Value]),
}

fn variant_name(variant: &Value) -> Option<&str> {
    variant["required"].get(0).and_then(Value::as_str)
}

/// A number that fits; above 32 bits it must be text, one spelling each.
fn integer(value: &Value, bytes: usize) -> Option<u128> {
    let number = match (value, bytes) {
        (Value::Number(number), 1..=4) => number.as_u64()?.into(),
        (Value::String(text), 5..) => {
            let number: u128 = text.parse().ok()?;
            (number.to_string() == *text).then_some(number)?
        }
        _ => return None,
    };
    (bytes >= 16 || number >> (8 * bytes) == 0).then_some(number)
}

fn length(len: usize, at: &str, out: &mut Vec<u8>) -> Result<(), CodecError> {
    let len = u32::try_from(len).map_err(|_| CodecError::Value {
        at: at.to_owned(),
        expected: "something shorter".into(),
    })?;
    out.extend_from_slice(&len.to_le_bytes());
    Ok(())
}

fn read_length(bytes: &mut &[u8]) -> Result<usize, CodecError> {
    usize::try_from(little_endian(take(bytes, 4)?)).map_err(|_| CodecError::Bytes)
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Result<&'a [u8], CodecError> {
    let (taken, rest) = bytes.split_at_checked(len).ok_or(CodecError::Bytes)?;
    *bytes = rest;
    Ok(taken)
}

fn little_endian(bytes: &[u8]) -> u128 {
    let mut wide = [0; 16];
    for (to, from) in wide.iter_mut().zip(bytes) {
        *to = *from;
    }
    u128::from_le_bytes(wide)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}
