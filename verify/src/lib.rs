//! Offline verification of proofs, keys, ceremonies and whole ledgers.
