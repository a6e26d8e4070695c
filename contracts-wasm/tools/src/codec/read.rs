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
        bytes: &mut Rest<'_>,
    ) -> Result<Value, CodecError> {
        bytes.count()?;
        Ok(match self.kind(shape, depth)? {
            Kind::Unit => Value::Null,
            Kind::Bool => match bytes.take(1)? {
                [0] => Value::Bool(false),
                [1] => Value::Bool(true),
                _ => return Err(CodecError::Bytes),
            },
            Kind::Unsigned(len) => {
                let number = little_endian(bytes.take(len)?);
                match u32::try_from(number) {
                    Ok(number) if len <= 4 => number.into(),
                    _ => number.to_string().into(),
                }
            }
            Kind::Text => {
                let len = bytes.length()?;
                let text = core::str::from_utf8(bytes.take(len)?);
                text.map_err(|_| CodecError::Bytes)?.into()
            }
            Kind::Bytes(len) => {
                let len = match len {
                    Some(len) => len,
                    None => bytes.length()?,
                };
                hex(bytes.take(len)?).into()
            }
            Kind::Option(some) => match bytes.take(1)? {
                [0] => Value::Null,
                [1] => self.read(some, depth + 1, bytes)?,
                _ => return Err(CodecError::Bytes),
            },
            Kind::Array(item, count) => self.read_items(item, count, depth, bytes)?,
            Kind::List(item) => {
                let count = bytes.length()?;
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
                let number = little_endian(bytes.take(1)?);
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
        bytes: &mut Rest<'_>,
    ) -> Result<Value, CodecError> {
        // Items without bytes could be as many as they like.
        if count > bytes.bytes.len() {
            return Err(CodecError::Bytes);
        }
        let items = (0..count).map(|_| self.read(item, depth + 1, bytes));
        Ok(Value::Array(items.collect::<Result<_, _>>()?))
    }
}

/// What of the bytes is not read yet, and how many values may still come.
pub(super) struct Rest<'a> {
    bytes: &'a [u8],
    values: usize,
}

impl<'a> Rest<'a> {
    /// Values may take no bytes, so a schema that lies could ask for any number of them out of nothing.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            values: 4 * bytes.len() + 1024,
        }
    }

    /// Nothing is left.
    pub(super) const fn end(&self) -> Result<(), CodecError> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        Err(CodecError::Bytes)
    }

    fn count(&mut self) -> Result<(), CodecError> {
        let left = self.values.checked_sub(1);
        self.values =
            left.ok_or_else(|| CodecError::Schema("too many values in a reply".into()))?;
        Ok(())
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], CodecError> {
        let (taken, rest) = self.bytes.split_at_checked(len).ok_or(CodecError::Bytes)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn length(&mut self) -> Result<usize, CodecError> {
        usize::try_from(little_endian(self.take(4)?)).map_err(|_| CodecError::Bytes)
    }
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
