//! Limits of what is read.

/// Longest message in bytes.
pub const MAX_MESSAGE_BYTES: usize = 64 << 20;
/// Most transactions in a message.
pub const MAX_TRANSACTIONS: usize = 50_000;
/// Most elements in a header or transaction; the longest that is carried out has fewer than 300.
pub const MAX_ELEMENTS: usize = 1_000;
/// Deepest nesting; the schemas' own is less than 15.
pub const MAX_DEPTH: usize = 24;
