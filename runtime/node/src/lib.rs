//! The ledger node.
