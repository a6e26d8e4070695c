//! Verifying keys, key ids, key lint, checked proof decoding, single and batch verification.
