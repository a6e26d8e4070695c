//! Genesis, blocks, the checks of a transaction that need no state, and exported ledgers.
