//! The contracts as WASM bytes, built by this crate's build script.
