//! What a contract's messages, events and errors look like, for clients: one declaration in Rust, one JSON document.
//!
//! Types declared with [`schema_types!`](crate::schema_types) know their own shape ([`Describe`]); the SDK's
//! `contract!` adds the entries. Nothing of this reaches the WASM module. The encoding is borsh throughout: integers
//! little-endian, a list with its length (4 bytes) before it, an option or a variant with its number (1 byte) before it,
//! fields in the order in which they stand here.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

mod json;

use crate::ContractError;
use crate::bytes::{
    ChainId, CodeId, ContractId, DealId, FieldBytes, KeyId, PointBytes, RoleKey, SourceHash,
    TxDigest,
};

/// The shape of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing, in no bytes.
    Unit,
    /// True or false, in one byte.
    Bool,
    /// An unsigned integer of so many bits.
    Unsigned(u8),
    /// UTF-8 text.
    Text,
    /// A fixed number of bytes; people write them in hexadecimal.
    Fixed(usize),
    /// Any number of bytes.
    Bytes,
    /// A fixed number of the same.
    Array(alloc::boxed::Box<Shape>, usize),
    /// Any number of the same.
    List(alloc::boxed::Box<Shape>),
    /// One or nothing.
    Option(alloc::boxed::Box<Shape>),
    /// Several one after the other.
    Tuple(Vec<Shape>),
    /// A type of the document's `$defs`.
    Named(&'static str),
}

/// A declared type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it is for.
    pub doc: String,
    /// Its content.
    pub body: Body,
}

/// The content of a declared type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Named fields.
    Struct(Vec<Field>),
    /// One of several, numbered from 0.
    Enum(Vec<Variant>),
}

/// A field of a declared type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: String,
    /// Its shape.
    pub shape: Shape,
}

/// A variant of a declared type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: String,
    /// What it holds.
    pub content: Content,
}

/// What a variant holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Named fields; none for a bare name.
    Fields(Vec<Field>),
    /// A value without a name; a tuple, if there are several.
    Value(Shape),
}

impl Content {
    /// As declared: named fields or values, never both.
    pub fn new(fields: Vec<Field>, mut values: Vec<Shape>) -> Self {
        match (values.len(), values.pop()) {
            (1, Some(value)) => Self::Value(value),
            (_, Some(last)) => {
                values.push(last);
                Self::Value(Shape::Tuple(values))
            }
            (_, None) => Self::Fields(fields),
        }
    }
}

/// The types that a document defines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Types {
    /// By name.
    pub definitions: BTreeMap<&'static str, Definition>,
}

impl Types {
    /// Defines a type once; `body` is asked only the first time, so that types may contain themselves.
    pub fn define(
        &mut self,
        name: &'static str,
        doc: &[&str],
        body: impl FnOnce(&mut Self) -> Body,
    ) -> Shape {
        if !self.definitions.contains_key(name) {
            let mut definition = Definition {
                doc: words(doc),
                body: Body::Struct(Vec::new()),
            };
            self.definitions.insert(name, definition.clone());
            definition.body = body(self);
            self.definitions.insert(name, definition);
        }
        Shape::Named(name)
    }
}

/// The lines of a doc comment as one text, for readers without rustdoc: of its links the names stay.
pub fn words(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| line.trim());
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    let text = lines.join(" ");
    let (mut out, mut rest) = (String::new(), text.as_str());
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else {
            break;
        };
        out.extend([before, "`", name, "`"]);
        let target = after.strip_prefix('(');
        rest = target
            .and_then(|target| target.split_once(')'))
            .map_or(after, |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// A type that knows its shape.
pub trait Describe {
    /// The shape; declared types are added to `types`.
    fn describe(types: &mut Types) -> Shape;
}

macro_rules! plain {
    ($( $ty:ty => $shape:expr; )*) => {
        $( impl Describe for $ty {
            fn describe(_types: &mut Types) -> Shape {
                $shape
            }
        } )*
    };
}
plain! {
    () => Shape::Unit;
    bool => Shape::Bool;
    u8 => Shape::Unsigned(8);
    u16 => Shape::Unsigned(16);
    u32 => Shape::Unsigned(32);
    u64 => Shape::Unsigned(64);
    u128 => Shape::Unsigned(128);
    String => Shape::Text;
    ChainId => Shape::Fixed(32);
    CodeId => Shape::Fixed(32);
    ContractId => Shape::Fixed(32);
    DealId => Shape::Fixed(32);
    FieldBytes => Shape::Fixed(32);
    KeyId => Shape::Fixed(32);
    RoleKey => Shape::Fixed(32);
    SourceHash => Shape::Fixed(32);
    TxDigest => Shape::Fixed(32);
    PointBytes => Shape::Fixed(64);
}

impl<T: Describe, const N: usize> Describe for [T; N] {
    fn describe(types: &mut Types) -> Shape {
        match T::describe(types) {
            Shape::Unsigned(8) => Shape::Fixed(N),
            shape => Shape::Array(shape.into(), N),
        }
    }
}

impl<T: Describe> Describe for Vec<T> {
    fn describe(types: &mut Types) -> Shape {
        match T::describe(types) {
            Shape::Unsigned(8) => Shape::Bytes,
            shape => Shape::List(shape.into()),
        }
    }
}

impl<T: Describe> Describe for Option<T> {
    fn describe(types: &mut Types) -> Shape {
        Shape::Option(T::describe(types).into())
    }
}

impl<A: Describe, B: Describe> Describe for (A, B) {
    fn describe(types: &mut Types) -> Shape {
        Shape::Tuple([A::describe(types), B::describe(types)].into())
    }
}

impl<A: Describe, B: Describe, C: Describe> Describe for (A, B, C) {
    fn describe(types: &mut Types) -> Shape {
        Shape::Tuple([A::describe(types), B::describe(types), C::describe(types)].into())
    }
}

/// Whether an entry may change state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryAccess {
    /// Exported as `x_…`: called by a transaction.
    Write,
    /// Exported as `q_…`: called by a query.
    Read,
}

/// An entry of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntrySchema {
    /// Its name, without prefix.
    pub name: &'static str,
    /// Read or write.
    pub access: EntryAccess,
    /// What it takes.
    pub message: Shape,
    /// What it returns.
    pub reply: Shape,
}

/// A contract's entries, events, errors and types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContractSchema {
    /// The entries, as they are listed.
    pub entries: Vec<EntrySchema>,
    /// What it emits; none if it emits nothing.
    pub events: Option<Shape>,
    /// Why it refuses.
    pub errors: Vec<ContractError>,
    /// The declared types.
    pub types: Types,
}

impl ContractSchema {
    /// The document, as JSON with JSON-schema types. The same contract gives the same bytes.
    pub fn to_json(&self, contract: &str, version: &str) -> String {
        json::document(self, contract, version)
    }
}

#[cfg(test)]
mod tests;
