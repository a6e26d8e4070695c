//! The contract virtual machine, its host, the state and the ledger.
