//! Nothing that the auditor cannot read is taken, and what it reads adds up.
//!
//! [`random`] and [`history`]: histories with every power over a token and its successor in them, deals of all kinds, attested
//! reserves; the real contracts, the participants' wallets, the auditor's indexes and an [`oracle`] agree to the unit after
//! each block, and each refusal is the one that the oracle and the replay of statements name.
//! [`attempts`]: a payer with a modified wallet tries to make payments that the auditor cannot read.

mod act;
mod attempts;
mod compare;
mod forge;
mod history;
mod oracle;
mod play;
mod random;
mod tally;
