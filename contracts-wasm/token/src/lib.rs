//! The shielded token contract.
