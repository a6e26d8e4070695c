//! XML as ISO 20022 needs it, and nothing more: elements in one namespace, texts, the attribute `Ccy`.
//!
//! - `source`: bytes to trees, one for each header or transaction, so that memory does not grow with the message;
//! - `fields`: a tree's children in the order of the schema, each taken once, none left over;
//! - `writer`: the other direction.
//!
//! What must never live here: anything that knows a message.

mod fields;
mod node;
mod source;
mod writer;

pub(crate) use fields::Fields;
pub(crate) use node::Node;
pub(crate) use source::{Schema, Source};
pub(crate) use writer::Writer;
