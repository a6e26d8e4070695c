//! Nothing that the auditor cannot read is taken, and what it reads adds up.
//!
//! [`random`]: random histories with every power over a token in them; the real contracts, the participants' wallets, the
//! auditor's index and an [`oracle`] agree to the unit after each block, and each refusal is the one that the oracle names.
//! [`attempts`]: a payer with a modified wallet tries to make payments that the auditor cannot read.

mod attempts;
mod compare;
mod forge;
mod oracle;
mod play;
mod random;
