//! Home of the end-to-end tests (`e2e/`), the payment files they read (`data/`) and golden values
//! (`golden/`). Nothing depends on this crate.
