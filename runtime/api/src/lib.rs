//! Request and response types of the ledger.
