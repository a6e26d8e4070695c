//! Setup, key store and proving.
