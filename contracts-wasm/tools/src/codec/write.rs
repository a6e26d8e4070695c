//! From JSON to borsh.

use serde_json::Value;

use super::{Kind, Schema, variant_name};
use crate::CodecError;

impl Schema {
    /// Appends a value's bytes; `at` says where it is in the message.
    pub(super) fn write(
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
            Kind::Array(item, len) => {
                let items = value.as_array().filter(|items| items.len() == len);
                let items = items.ok_or_else(|| expected(&format!("a list of {len}")))?;
                for (place, value) in items.iter().enumerate() {
                    self.write(item, value, &format!("{at}[{place}]"), depth + 1, out)?;
                }
                Ok(())
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
