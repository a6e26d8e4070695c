//! From borsh to JSON.

use serde_json::{Map, Value};

use super::{Kind, Schema, variant_name};
use crate::CodecError;

impl Schema {
    /// Takes a value off the front of the bytes.
    pub(super) fn read(
        &self,
        shape: &Value,
        depth: usize,
        bytes: &mut &[u8],
    ) -> Result<Value, CodecError> {
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
            Kind::Array(item, count) => self.read_items(item, count, depth, bytes)?,
            Kind::List(item) => {
                let count = read_length(bytes)?;
                self.read_items(item, count, depth, bytes)?
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
    fn read_items(
        &self,
        item: &Value,
        count: usize,
        depth: usize,
        bytes: &mut &[u8],
    ) -> Result<Value, CodecError> {
        // Items without bytes could be as many as they like.
        if count > bytes.len() {
            return Err(CodecError::Bytes);
        }
        let items = (0..count).map(|_| self.read(item, depth + 1, bytes));
        Ok(Value::Array(items.collect::<Result<_, _>>()?))
    }
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
