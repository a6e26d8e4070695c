//! Key store, scanning, note selection and transaction assembly.
